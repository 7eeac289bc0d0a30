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
    kf_instant_t after; /* of an act that takes a time: for its wish, see flow/once.h */
} kfm_act_t;

typedef kf_err_t *kfm_act_fn(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p);

/** Runs `fn` (its baton is a kfm_act_t) for the call's tenant and body, and answers. */
kf_err_t *kfm_act(kfm_call_t *call, kfm_act_fn *fn, void *wish);

/** The same where the token is not in the body: the stored answer is for it and this path alone. */
kf_err_t *kfm_act_as(kfm_call_t *call, kfm_act_fn *fn, void *wish, const char *token);

/** The act alone, for who answers with headers of its own; then kfm_act_reply(). `asker` may be NULL. */
kf_err_t *kfm_act_run(kf_answer_t *out, kfm_call_t *call, kfm_act_fn *fn, void *wish, const char *asker);
kf_err_t *kfm_act_reply(kfm_call_t *call, const kf_answer_t *answer);

/** The JSON in a buffer as an answer. */
kf_err_t *kfm_act_answer(kf_answer_t *out, int status, kf_buf_t *buf, apr_pool_t *p);

#endif
