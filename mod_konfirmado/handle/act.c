#include "handle/act.h"

#include <apr_strings.h>

#include "flow_ctx.h"
#include "http/reply.h"
#include "repo/hold/offer.h"

static kf_err_t *refuse(kf_answer_t *out, const kf_err_t *err, void *baton, apr_pool_t *p)
{
    kfm_act_t *act = baton;
    apr_size_t len;

    (void)p;
    KF_TRY(kfm_reply_problem(&out->body, &len, act->call, err));
    out->len = len;
    out->status = kf_code_http(err->code);
    return NULL;
}

kf_err_t *kfm_act_run(kf_answer_t *out, kfm_call_t *call, kfm_act_fn *fn, void *wish, const char *asker)
{
    kfm_act_t act = {call, kfm_flow(call), &call->tenant->id, wish, 0};
    kf_once_ask_t ask = {.tenant = act.tenant,
                         .route = call->route->name,
                         .key = kfm_call_header(call, "Idempotency-Key"),
                         .asker = asker,
                         .body = call->body,
                         .body_len = call->body_len,
                         .after = &act.after};
    kf_once_fns_t fns = {fn, refuse, &act};

    return kf_flow_once(out, act.flow, &ask, &fns, call->pool);
}

kf_err_t *kfm_act_reply(kfm_call_t *call, const kf_answer_t *answer)
{
    if (answer->status >= 400) {
        return kfm_reply_bytes(call, answer->status, "application/problem+json", answer->body, answer->len);
    }
    return kfm_reply_json(call, answer->status, answer->body, answer->len);
}

static kf_err_t *act_once(kfm_call_t *call, kfm_act_fn *fn, void *wish, const char *asker)
{
    kf_answer_t answer = {0};

    KF_TRY(kfm_act_run(&answer, call, fn, wish, asker));
    return kfm_act_reply(call, &answer);
}

kf_err_t *kfm_act(kfm_call_t *call, kfm_act_fn *fn, void *wish)
{
    return act_once(call, fn, wish, NULL);
}

const char *kfm_act_asker(kfm_call_t *call, const char *token)
{
    return apr_pstrcat(call->pool, call->r->uri, " ", token, NULL);
}

kf_err_t *kfm_act_as(kfm_call_t *call, kfm_act_fn *fn, void *wish, const char *token)
{
    return act_once(call, fn, wish, kfm_act_asker(call, token));
}

kf_err_t *kfm_act_answer(kf_answer_t *out, int status, kf_buf_t *buf, apr_pool_t *p)
{
    KF_TRY(kf_buf_check(buf, "answer", p));
    out->status = status;
    out->body = kf_buf_text(buf);
    out->len = buf->len;
    return NULL;
}
