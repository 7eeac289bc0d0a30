#include "flow/operator/rekey.h"

#include <apr_strings.h>
#include <string.h>

#include "base/uuid.h"
#include "crypto/sealed.h"
#include "json/decode.h"
#include "repo/payment/account.h"

typedef struct {
    kf_rekeyed_t *out;
    const kf_keyring_t *keys;
    kf_db_t *db;
    bool look_only;
} run_t;

/* The place that the secret was sealed for. It must match the place used for sealing. */
static const char *place_of(const kf_uuid_t *tenant, const kf_secret_row_t *row, apr_pool_t *p)
{
    static const struct {
        const char *what, *place;
    } plain[] = {{"totp", "/staff/totp/"},
                 {"mail", "/mail/secret/"},
                 {"mail_channel", "/mail_channel/"},
                 {"calendar_verifier", "/calendar_grant/verifier/"},
                 {"calendar_tokens", "/calendar_grant/tokens/"},
                 {"calendar_refresh", "/calendar_connection/refresh/"},
                 {"calendar_access", "/calendar_connection/access/"}};
    const char *id = kf_uuid_text(tenant, p), *slash = strchr(row->ref, '/');

    for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
        if (!strcmp(row->what, plain[i].what)) {
            return apr_pstrcat(p, id, plain[i].place, row->ref, NULL);
        }
    }
    if (!slash) {
        return apr_pstrcat(p, id, "/callback_secret/sealed/-", NULL);
    }
    return apr_pstrcat(p, id, "/payment_account/", row->what, "/",
                       apr_pstrmemdup(p, row->ref, (apr_size_t)(slash - row->ref)), "-", slash + 1,
                       NULL);
}

static kf_err_t *reseal(run_t *run, const kf_uuid_t *tenant, const kf_secret_row_t *row,
                        apr_pool_t *p)
{
    const char *place = place_of(tenant, row, p), *plain, *sealed;
    size_t len;
    bool done;

    if (kf_unseal(&plain, &len, run->keys, place, row->sealed, p)) {
        run->out->unreadable++;
        return NULL;
    }
    if (run->look_only) {
        run->out->resealed++;
        return NULL;
    }
    KF_TRY(kf_seal(&sealed, run->keys, place, plain, len, p));
    KF_TRY(kf_repo_secret_replace(&done, run->db, tenant, row, sealed, p));
    if (done) {
        run->out->resealed++;
    }
    else {
        run->out->changed++;
    }
    return NULL;
}

/* A key of the same name may be another key: a dry run opens those secrets too. */
static void count_current(run_t *run, const kf_uuid_t *tenant, const kf_secret_row_t *row, apr_pool_t *p)
{
    const char *plain;
    size_t len;

    if (run->look_only && kf_unseal(&plain, &len, run->keys, place_of(tenant, row, p), row->sealed, p)) {
        run->out->unreadable++;
    }
    else {
        run->out->current++;
    }
}

static kf_err_t *rekey_tenant(run_t *run, const kf_uuid_t *tenant, apr_pool_t *p)
{
    apr_array_header_t *rows;

    KF_TRY(kf_repo_secrets(&rows, run->db, tenant, p));
    for (int i = 0; i < rows->nelts; i++) {
        const kf_secret_row_t *row = &APR_ARRAY_IDX(rows, i, kf_secret_row_t);

        if (kf_sealed_current(run->keys, row->sealed)) {
            count_current(run, tenant, row, p);
        }
        else {
            KF_TRY(reseal(run, tenant, row, p));
        }
    }
    run->out->tenants++;
    return NULL;
}

static kf_err_t *tenant_of(kf_uuid_t *out, const char *doc, apr_pool_t *p)
{
    json_t *json;
    const char *id;

    KF_TRY(kf_json_decode_within(&json, doc, strlen(doc), &kf_json_answer, p));
    id = json_string_value(json_object_get(json, "tenant_id"));
    return kf_uuid_parse(out, id ? id : "", p);
}

/* A pool for each tenant, so that no more than one tenant's secrets are open at once. */
static kf_err_t *each_tenant(run_t *run, const kf_docs_t *docs, apr_pool_t *p)
{
    for (int i = 0; i < docs->nelts; i++) {
        kf_uuid_t tenant;
        apr_pool_t *scratch;
        kf_err_t *err;

        KF_TRY(tenant_of(&tenant, APR_ARRAY_IDX(docs, i, const char *), p));
        apr_pool_create(&scratch, p);
        err = rekey_tenant(run, &tenant, scratch);
        if (err) {
            return err; /* it lives in `scratch`, which is destroyed with p */
        }
        apr_pool_destroy(scratch);
    }
    return NULL;
}

static kf_err_t *start(kf_rekeyed_t *out, run_t *run, apr_pool_t *p)
{
    kf_docs_t *docs;

    memset(out, 0, sizeof(*out));
    run->out = out;
    KF_TRY(kf_repo_tenant_list(&docs, run->db, p));
    return each_tenant(run, docs, p);
}

kf_err_t *kf_flow_rekey(kf_rekeyed_t *out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p)
{
    run_t run = {NULL, keys, db, false};

    return start(out, &run, p);
}

kf_err_t *kf_flow_rekey_plan(kf_rekeyed_t *out, const kf_keyring_t *keys, kf_db_t *db,
                             apr_pool_t *p)
{
    run_t run = {NULL, keys, db, true};

    return start(out, &run, p);
}
