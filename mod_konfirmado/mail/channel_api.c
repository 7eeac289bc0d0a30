/* /api/tenant/mail-channel: the business's own mail server. */
#include <string.h>

#include "flow/mail/channel.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "mail/channel.h"

static const char *const kinds[] = {"smtp", "resend", NULL};
static const char *const safeties[] = {"starttls", "tls", NULL};

enum { F_KIND, F_HOST, F_PORT, F_SECURITY, F_USER, F_SECRET, F_NAME, F_ADDRESS, F_ACTIVE, F__N };

static const kf_field_t fields[F__N] = {
    [F_KIND] = {.name = "kind", .type = KF_F_WORD, .required = true, .words = kinds},
    [F_HOST] = {.name = "host", .type = KF_F_TEXT, .nullable = true, .min = 1, .max = 253},
    [F_PORT] = {.name = "port", .type = KF_F_INT, .nullable = true, .min = 1, .max = 65535},
    [F_SECURITY] = {.name = "security", .type = KF_F_WORD, .nullable = true, .words = safeties},
    [F_USER] = {.name = "username", .type = KF_F_TEXT, .nullable = true, .max = 254},
    [F_SECRET] = {.name = "secret", .type = KF_F_TEXT, .nullable = true, .min = 1, .max = 500},
    [F_NAME] = {.name = "from_name", .type = KF_F_TEXT, .nullable = true, .max = 100},
    [F_ADDRESS] = {.name = "from_address", .type = KF_F_TEXT, .required = true, .min = 3, .max = 254},
    [F_ACTIVE] = {.name = "active", .type = KF_F_BOOL},
};

/* Somebody who may name any host must not reach ours by it. */
static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = kfm_check_email(call, &v[F_ADDRESS], "from_address");

    if (v[F_HOST].present && v[F_PORT].present) {
        kf_err_add(&bad, kf_flow_channel_check(kfm_flow(call), v[F_HOST].s, (int)v[F_PORT].i, call->pool));
    }
    return bad;
}

const kfm_fields_t kfm_fields_channel = {fields, F__N, check};

static kf_err_t *seal(kf_arg_t *out, kfm_call_t *call, const json_t *secret)
{
    const char *sealed;

    *out = KF_NULL;
    if (json_is_string(secret)) {
        KF_TRY(kf_flow_channel_seal(&sealed, kfm_flow(call)->keys, &call->who->tenant, json_string_value(secret),
                                    call->pool));
        *out = KF_TEXT(sealed);
    }
    return NULL;
}

kf_err_t *kfm_channel_put(const char **json, kfm_call_t *call, kf_arg_t version, const json_t *doc)
{
    json_t *rest = json_copy((json_t *)doc);
    const char *text;
    kf_arg_t secret;
    kf_err_t *err;

    err = seal(&secret, call, json_object_get(doc, "secret"));
    json_object_del(rest, "secret");
    text = kfm_admin_text(call, rest);
    json_decref(rest);
    return err ? err : kfm_admin_json(json, call, true, &kf_doc_mail_channel_put,
                                      KFM_ARGS(KFM_TENANT(call), version, KF_TEXT(text), secret));
}

kf_err_t *kfm_channel_try(const char **json, kfm_call_t *call)
{
    kf_uuid_t id;

    KF_TRY(kf_uuid_timed(&id, kf_instant_now() / 1000, call->pool));
    return kfm_admin_json(json, call, true, &kf_doc_mail_channel_test,
                          KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), call->who->key ? KF_NULL : KF_UUID(&call->who->id)));
}

kf_err_t *kfm_handle_channel(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_mail_channel_get, KFM_ARGS(KFM_TENANT(call))));
    return kfm_admin_reply(call, json);
}

kf_err_t *kfm_handle_channel_put(kfm_call_t *call)
{
    kf_json_value_t v[F__N];
    const char *json;
    json_t *body;
    int version;
    bool any;

    KF_TRY(kfm_admin_body(&body, call));
    KF_TRY(kfm_fields_read(v, call, body, &kfm_fields_channel, false));
    KF_TRY(kfm_admin_version(&version, &any, call));
    KF_TRY(kfm_channel_put(&json, call, any ? KF_NULL : KF_INT4(version), body));
    return kfm_admin_reply(call, json);
}

const kfm_edit_t kfm_channel_remove = {.shape = KFM_ALONE, .stmt = &kf_doc_mail_channel_remove, .status = 204};

kf_err_t *kfm_handle_channel_test(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_no_body(call));
    KF_TRY(kfm_channel_try(&json, call));
    return kfm_reply_json(call, 202, json, strlen(json));
}
