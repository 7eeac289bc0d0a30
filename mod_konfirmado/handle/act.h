#ifndef KFM_HANDLE_ACT_H
#define KFM_HANDLE_ACT_H
/* Runs an act of the API, once for each Idempotency-Key, and answers as JSON. */
#include "base/buf.h"
#include "flow/once.h"
#include "http/call.h"

typedef struct {
    kfm_call_t *call;
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    void *wish; /* private to the endpoint */
    kf_instant_t after; /* since when a calendar must have been read, for an act that takes a time (flow/once.h) */
} kfm_act_t;

typedef kf_err_t *kfm_act_fn(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p);

/** Runs `fn` (its baton is a kfm_act_t) for the call's tenant and body, and answers. */
kf_err_t *kfm_act(kfm_call_t *call, kfm_act_fn *fn, void *wish);

/** The same for a credential that is not in the body: the stored answer is only for this token and path. */
kf_err_t *kfm_act_as(kfm_call_t *call, kfm_act_fn *fn, void *wish, const char *token);

/** The asker of kfm_act_as(). */
const char *kfm_act_asker(kfm_call_t *call, const char *token);

/**
 * Runs the act without answering, for handlers that set headers or complete the answer; then call kfm_act_reply().
 * `asker` may be NULL.
 */
kf_err_t *kfm_act_run(kf_answer_t *out, kfm_call_t *call, kfm_act_fn *fn, void *wish, const char *asker);
kf_err_t *kfm_act_reply(kfm_call_t *call, const kf_answer_t *answer);

/** Makes an answer from the JSON in a buffer. */
kf_err_t *kfm_act_answer(kf_answer_t *out, int status, kf_buf_t *buf, apr_pool_t *p);

#endif
