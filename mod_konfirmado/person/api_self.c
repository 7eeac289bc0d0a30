/* The API of the own account: password, profile, second factor. */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "flow/person/second_factor.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/reply.h"
#include "json/encode.h"
#include "person/person.h"
#include "text/qr.h"

#define MAX_ANSWER (64 * 1024) /* with a QR code */

kf_err_t *kfm_handle_api_password(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kf_json_value_t v[2];

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kfm_auth_counted(call, member->visit,
                            kf_flow_change_password(kfm_flow(call), member, v[0].s, v[1].s, call->pool)));
    return kfm_reply_empty(call, 204);
}

kf_err_t *kfm_handle_api_profile(kfm_call_t *call)
{
    kf_json_value_t v[2];

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kf_flow_change_profile(kfm_flow(call), kfm_auth_member(call), v[0].s, v[1].s, call->pool));
    return kfm_reply_empty(call, 204);
}

kf_err_t *kfm_handle_api_totp_view(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kf_flow_second_factor_view(&json, kfm_flow(call), kfm_auth_member(call), call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_handle_api_totp(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kf_totp_begun_t begun;
    kf_json_value_t v[1];
    const char *svg;
    kf_buf_t buf;

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kfm_auth_counted(call, member->visit,
                            kf_flow_totp_begin(&begun, kfm_flow(call), member, v[0].s, call->pool)));
    KF_TRY(kf_qr_svg(&svg, begun.url, call->pool));
    kf_buf_init(&buf, call->pool, 16 * 1024, MAX_ANSWER);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "secret", begun.secret);
    kf_json_str(&buf, "otpauth_url", begun.url);
    kf_json_str(&buf, "qr_svg", svg);
    kf_json_close(&buf, '}');
    return kfm_reply_buf(call, 201, &buf);
}

static kf_err_t *answer_codes(kfm_call_t *call, kf_recovery_t *recovery)
{
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 512, MAX_ANSWER);
    kf_json_open(&buf, '{');
    kf_json_open_key(&buf, "recovery_codes", '[');
    for (int i = 0; i < KF_RECOVERY_CODES; i++) {
        kf_json_str(&buf, NULL, recovery->codes[i]);
    }
    kf_json_close(&buf, ']');
    kf_json_close(&buf, '}');
    kf_wipe(recovery, sizeof(*recovery));
    return kfm_reply_buf(call, 200, &buf);
}

kf_err_t *kfm_handle_api_totp_confirm(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kf_recovery_t recovery;
    kf_json_value_t v[1];

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kfm_auth_counted(call, member->visit,
                            kf_flow_totp_confirm(&recovery, kfm_flow(call), member, v[0].s, call->pool)));
    return answer_codes(call, &recovery);
}

kf_err_t *kfm_handle_api_totp_disable(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kf_json_value_t v[1];

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kfm_auth_counted(call, member->visit,
                            kf_flow_totp_disable(kfm_flow(call), member, v[0].s, call->pool)));
    return kfm_reply_empty(call, 204);
}

kf_err_t *kfm_handle_api_recovery_codes(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kf_recovery_t recovery;
    kf_json_value_t v[1];

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(kfm_auth_counted(call, member->visit,
                            kf_flow_recovery_codes(&recovery, kfm_flow(call), member, v[0].s, call->pool)));
    return answer_codes(call, &recovery);
}
