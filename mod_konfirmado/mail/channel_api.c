/* /api/tenant/mail-channel: the business's own mail server. */
#include <string.h>

#include "fields.h"
#include "flow/mail/channel.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "mail/channel.h"

/* Against SSRF: the merchant may name any host, but not reach internal ones. */
kf_err_t *kfm_check_channel(kfm_call_t *call, const kf_json_value_t *v)
{
    const kf_json_value_t *host = &v[KFM_AT(channel, host)], *port = &v[KFM_AT(channel, port)];

    return host->present && port->present ? kf_flow_channel_check(kfm_flow(call), host->s, (int)port->i, call->pool) : NULL;
}

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

kf_err_t *kfm_handle_channel_put(kfm_call_t *call)
{
    kf_json_value_t v[KFM_N(channel)];
    const char *json;
    json_t *body;
    int version;
    bool any;

    KF_TRY(kfm_admin_read(&body, v, call));
    KF_TRY(kfm_admin_version(&version, &any, call));
    KF_TRY(kfm_channel_put(&json, call, any ? KF_NULL : KF_INT4(version), body));
    return kfm_admin_reply(call, json);
}

kf_err_t *kfm_handle_channel_test(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_no_body(call));
    KF_TRY(kfm_channel_try(&json, call));
    return kfm_reply_json(call, 202, json, strlen(json));
}
