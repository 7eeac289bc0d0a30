/*
 * POST /api/auth/...: registration, verification, password reset and invitation, without a session. An act that
 * sends mail answers 202 with the same document, whether the address has an account or not.
 */
#include <string.h>

#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/origin.h"
#include "http/reply.h"
#include "person/person.h"

kf_err_t *kfm_auth_counted(kfm_call_t *call, const kf_visit_t *visit, kf_err_t *err)
{
    if (err && err->code == KF_E_RATE_LIMITED) {
        kfm_reply_retry_after(call, visit->retry_after_s);
    }
    return err;
}

static kf_err_t *answer(kfm_call_t *call, int status, const char *json)
{
    return kfm_reply_json(call, status, json, strlen(json));
}

static const char sent[] = "{\"sent\":true}";

kf_err_t *kfm_handle_api_register(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_register_wish_t wish;
    kf_json_value_t v[KFM_N(register)], *language = &v[KFM_AT(register, language)];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_call_fields(v, call));
    wish = (kf_register_wish_t){v[KFM_AT(register, business)].s, v[KFM_AT(register, email)].s,
                                v[KFM_AT(register, password)].s,
                                language->present ? language->s : call->lang};
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_register(kfm_flow(call), visit, &wish, call->pool)));
    return answer(call, 202, sent);
}

/* An act that takes only an e-mail address. */
typedef kf_err_t *mail_fn(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p);

static kf_err_t *by_mail(kfm_call_t *call, mail_fn *act)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_json_value_t v[1];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kfm_auth_counted(call, visit, act(kfm_flow(call), visit, v[0].s, call->pool)));
    return answer(call, 202, sent);
}

kf_err_t *kfm_handle_api_resend(kfm_call_t *call)
{
    return by_mail(call, kf_flow_resend_verification);
}

kf_err_t *kfm_handle_api_forgot(kfm_call_t *call)
{
    return by_mail(call, kf_flow_forgot_password);
}

kf_err_t *kfm_handle_api_verify(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_json_value_t v[2];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_verify_email(kfm_flow(call), visit, v[0].s, v[1].s, call->pool)));
    return answer(call, 200, "{\"verified\":true}");
}

kf_err_t *kfm_handle_api_reset(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_reset_wish_t wish;
    kf_json_value_t v[3];
    const char *json;

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_call_fields(v, call));
    wish = (kf_reset_wish_t){v[0].s, v[1].s, v[2].present && v[2].b};
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_reset_password(&json, kfm_flow(call), visit, &wish, call->pool)));
    KF_TRY(kfm_auth_keep_device(call, visit));
    return answer(call, 200, json);
}

kf_err_t *kfm_handle_api_accept(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_accept_wish_t wish;
    kf_json_value_t v[3];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_call_fields(v, call));
    wish = (kf_accept_wish_t){v[0].s, v[1].s, v[2].s};
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_accept_invitation(kfm_flow(call), visit, &wish, call->pool)));
    return answer(call, 200, "{\"accepted\":true}");
}

kf_err_t *kfm_handle_api_refuse(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_json_value_t v[1];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kf_flow_refuse_invitation(kfm_flow(call), visit, v[0].s, call->pool));
    return answer(call, 200, "{\"refused\":true}");
}
