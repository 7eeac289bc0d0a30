#include "flow/callback/secrets.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/webhook.h"
#include "flow/payment/account.h"
#include "json/decode.h"
#include "repo/payment/account.h"

typedef struct {
    const kf_secret_wish_t *wish;
    const kf_uuid_t *id;
    const char *sealed;
} add_t;

/* A secret, the same sealed for the tenant, and its id. */
static kf_err_t *make(const char **secret, const char **sealed, kf_uuid_t *id, const kf_flow_t *flow,
                      const kf_uuid_t *tenant, apr_pool_t *p)
{
    char *text = apr_palloc(p, KF_WEBHOOK_SECRET_CHARS + 1);

    kf_wipe_with_pool(text, KF_WEBHOOK_SECRET_CHARS + 1, p);
    KF_TRY(kf_webhook_secret_make(text, p));
    *secret = text;
    KF_TRY(kf_flow_callback_seal(sealed, flow->keys, tenant, text, p));
    return kf_uuid_timed(id, kf_instant_now() / 1000, p);
}

static kf_err_t *add(kf_db_t *db, void *baton, apr_pool_t *p)
{
    add_t *it = baton;
    const kf_secret_wish_t *wish = it->wish;
    kf_secret_put_t put = {.endpoint = wish->endpoint, .id = it->id, .sealed = it->sealed, .overlap_s = wish->overlap_s};

    return kf_repo_callback_secret_add(db, wish->tenant, &put, p);
}

kf_err_t *kf_flow_secret_rotate(kf_secret_made_t *out, const kf_flow_t *flow, kf_db_t *db,
                                const kf_secret_wish_t *wish, apr_pool_t *p)
{
    add_t it = {wish, &out->id, NULL};
    kf_admin_acts_t acts = {wish->tenant, wish->actor, add, &it};

    KF_TRY(make(&out->secret, &it.sealed, &out->id, flow, wish->tenant, p));
    return wish->in_tx ? kf_flow_admin_in(db, &acts, p) : kf_flow_admin_on(db, &acts, p);
}

/* The document with the secret in place of the member that says whether it is used. */
static kf_err_t *with_secret(const char **out, const char *json, const char *secret, apr_pool_t *p)
{
    json_t *doc;
    char *text;

    KF_TRY(kf_json_decode_within(&doc, json, strlen(json), &kf_json_answer, p));
    json_object_set_new(doc, "secret",
                        json_is_true(json_object_get(doc, "secret_made")) ? json_string(secret) : json_null());
    json_object_del(doc, "secret_made");
    text = json_dumps(doc, JSON_COMPACT);
    if (!text) {
        return kf_err(p, KF_E_INTERNAL, "An address cannot be written.");
    }
    *out = apr_pstrdup(p, text);
    kf_wipe_with_pool((char *)*out, strlen(*out), p);
    kf_wipe(text, strlen(text));
    free(text);
    return NULL;
}

kf_err_t *kf_flow_endpoint_add(kf_endpoint_made_t *out, const kf_flow_t *flow, kf_db_t *db,
                               const kf_endpoint_wish_t *wish, apr_pool_t *p)
{
    const char *secret, *sealed, *json;
    kf_uuid_t id, secret_id;
    kf_arg_t args[5];
    kf_admin_act_t act = {wish->tenant, wish->actor, true, &kf_doc_endpoint_add, args};

    KF_TRY(make(&secret, &sealed, &secret_id, flow, wish->tenant, p));
    KF_TRY(kf_uuid_timed(&id, kf_instant_now() / 1000, p));
    args[0] = KF_UUID(wish->tenant);
    args[1] = KF_UUID(&id);
    args[2] = KF_TEXT(wish->doc);
    args[3] = KF_UUID(&secret_id);
    args[4] = KF_TEXT(sealed);
    KF_TRY(wish->in_tx ? kf_flow_doc_in(&json, db, &act, p) : kf_flow_doc_on(&json, db, &act, p));
    return with_secret(&out->json, json, secret, p);
}
