/*
 * POST /api/auth/...: coming in before there is a sign-in. What sends mail answers 202 and the same
 * document whether the address has an account or not.
 */
#include <string.h>

#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/origin.h"
#include "http/reply.h"
#include "person/person.h"

#define TOKEN_FIELD {.name = "token", .type = KF_F_TEXT, .required = true, .max = 64}
#define EMAIL_FIELD {.name = "email", .type = KF_F_TEXT, .required = true, .max = 254}
#define PASSWORD_FIELD {.name = "password", .type = KF_F_TEXT, .required = true, .max = 1000}

kf_err_t *kfm_auth_body(kf_json_value_t *v, kfm_call_t *call, const kf_field_t *fields, size_t n)
{
    const char *body;
    apr_size_t len;
    json_t *json;

    KF_TRY(kfm_body_json(&body, &len, call));
    KF_TRY(kf_json_decode(&json, body, len, call->pool));
    return kf_json_map(v, json, fields, n, "", call->pool);
}

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
    enum { BUSINESS, EMAIL, PASSWORD, LANGUAGE, N };
    static const char *const languages[] = {"es", "en", NULL};
    static const kf_field_t fields[N] = {
        [BUSINESS] = {.name = "business", .type = KF_F_TEXT, .required = true, .max = 1000},
        [EMAIL] = EMAIL_FIELD,
        [PASSWORD] = PASSWORD_FIELD,
        [LANGUAGE] = {.name = "language", .type = KF_F_WORD, .words = languages},
    };
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_register_wish_t wish;
    kf_json_value_t v[N];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_auth_body(v, call, fields, N));
    wish = (kf_register_wish_t){v[BUSINESS].s, v[EMAIL].s, v[PASSWORD].s,
                                v[LANGUAGE].present ? v[LANGUAGE].s : call->lang};
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_register(kfm_flow(call), visit, &wish, call->pool)));
    return answer(call, 202, sent);
}

/* The two acts of an address alone. */
typedef kf_err_t *mail_fn(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p);

static kf_err_t *by_mail(kfm_call_t *call, mail_fn *act)
{
    static const kf_field_t fields[1] = {EMAIL_FIELD};
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_json_value_t v[1];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_auth_body(v, call, fields, 1));
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
    static const kf_field_t fields[2] = {TOKEN_FIELD, PASSWORD_FIELD};
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_json_value_t v[2];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_auth_body(v, call, fields, 2));
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_verify_email(kfm_flow(call), visit, v[0].s, v[1].s, call->pool)));
    return answer(call, 200, "{\"verified\":true}");
}

kf_err_t *kfm_handle_api_reset(kfm_call_t *call)
{
    static const kf_field_t fields[3] = {
        TOKEN_FIELD, PASSWORD_FIELD, {.name = "end_api_keys", .type = KF_F_BOOL}};
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_reset_wish_t wish;
    kf_json_value_t v[3];
    const char *json;

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_auth_body(v, call, fields, 3));
    wish = (kf_reset_wish_t){v[0].s, v[1].s, v[2].present && v[2].b};
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_reset_password(&json, kfm_flow(call), visit, &wish, call->pool)));
    KF_TRY(kfm_auth_keep_device(call, visit));
    return answer(call, 200, json);
}

kf_err_t *kfm_handle_api_accept(kfm_call_t *call)
{
    static const kf_field_t fields[3] = {
        TOKEN_FIELD, {.name = "name", .type = KF_F_TEXT, .required = true, .max = 1000}, PASSWORD_FIELD};
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_accept_wish_t wish;
    kf_json_value_t v[3];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_auth_body(v, call, fields, 3));
    wish = (kf_accept_wish_t){v[0].s, v[1].s, v[2].s};
    KF_TRY(kfm_auth_counted(call, visit, kf_flow_accept_invitation(kfm_flow(call), visit, &wish, call->pool)));
    return answer(call, 200, "{\"accepted\":true}");
}

kf_err_t *kfm_handle_api_refuse(kfm_call_t *call)
{
    static const kf_field_t fields[1] = {TOKEN_FIELD};
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_json_value_t v[1];

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_auth_body(v, call, fields, 1));
    KF_TRY(kf_flow_refuse_invitation(kfm_flow(call), visit, v[0].s, call->pool));
    return answer(call, 200, "{\"refused\":true}");
}
