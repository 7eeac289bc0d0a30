#include "handle/admin.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "flow_ctx.h"
#include "json/decode.h"

/* For documents from the database: a page of bookings with all details. */
static const kf_json_limits_t document = {KF_MAX_ADMIN_DOC, KF_MAX_JSON_DEPTH, KF_MAX_ADMIN_KEYS};

const kf_actor_t *kfm_actor(kfm_call_t *call)
{
    const kfm_who_t *who = call->who;
    kf_actor_t *actor = apr_pcalloc(call->pool, sizeof(*actor));

    *actor = (kf_actor_t){.kind = who->key ? "api_key" : "staff",
                          .id = &who->id,
                          .name = who->email ? who->email : who->name,
                          .ip = call->client_ip,
                          .request_id = call->request_id};
    return actor;
}

kf_err_t *kfm_admin_json(const char **out, kfm_call_t *call, bool writes, const kf_stmt_t *stmt,
                         const kf_arg_t *args)
{
    const kf_admin_act_t act = {.tenant = &call->who->tenant,
                                .actor = kfm_actor(call),
                                .writes = writes,
                                .stmt = stmt,
                                .args = args};

    return kf_flow_doc(out, kfm_flow(call), &act, call->pool);
}

kf_err_t *kfm_admin_parse(json_t **out, kfm_call_t *call, const char *json)
{
    return kf_json_decode_within(out, json, strlen(json), &document, call->pool);
}

kf_err_t *kfm_admin_doc(json_t **out, kfm_call_t *call, bool writes, const kf_stmt_t *stmt, const kf_arg_t *args)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, writes, stmt, args));
    return kfm_admin_parse(out, call, json);
}

const char *kfm_admin_text(kfm_call_t *call, const json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    const char *kept = text ? apr_pstrdup(call->pool, text) : "{}";

    free(text);
    return kept;
}

kf_err_t *kfm_admin_id(kf_uuid_t *out, kfm_call_t *call, const char *param)
{
    const char *text = kfm_call_param(call, param);

    if (!text || !kf_uuid_read(out, text, strlen(text))) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "There is nothing with this id.");
    }
    return NULL;
}
