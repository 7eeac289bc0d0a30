#ifndef KFM_HANDLE_ACT_H
#define KFM_HANDLE_ACT_H
/* The frame of a POST of the API: an act, once for each Idempotency-Key, answered as JSON. */
#include "base/buf.h"
#include "flow/once.h"
#include "http/call.h"

typedef struct {
    kfm_call_t *call;
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    void *wish; /* the endpoint's own */
} kfm_act_t;

/** Runs `fn` (its baton is a kfm_act_t) for the call's tenant and body, and answers. */
kf_err_t *kfm_act(kfm_call_t *call, kf_err_t *(*fn)(kf_answer_t *, kf_db_t *, void *, apr_pool_t *), void *wish);

/** The JSON in a buffer as an answer. */
kf_err_t *kfm_act_answer(kf_answer_t *out, int status, kf_buf_t *buf, apr_pool_t *p);

#endif
