#include "repo/payment/account.h"

static const kf_stmt_t account_put = {"payment_account_put",
                                      "SELECT kf.payment_account_put($1::uuid, $2::text, $3::text, "
                                      "$4::text, $5::text, $6::text, $7::text, $8::text)",
                                      8, 0};
static const kf_stmt_t account_limit = {
    "payment_account_limit",
    "SELECT kf.payment_account_limit($1::uuid, $2::text, $3::text, $4::bigint)", 4, 0};
static const kf_stmt_t account_list = {"payment_account_list",
                                       "SELECT doc FROM kf.payment_account_list($1::uuid)", 1,
                                       KF_STMT_REPEATABLE};
static const kf_stmt_t account_active = {
    "payment_account_active",
    "SELECT provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed "
    "FROM kf.payment_account_active($1::uuid)",
    1, KF_STMT_REPEATABLE};
static const kf_stmt_t account_tested = {
    "account_tested", "SELECT kf.account_tested($1::uuid, $2::text, $3::text, $4::text)", 4,
    KF_STMT_REPEATABLE};
static const kf_stmt_t secret_add = {
    "callback_secret_add",
    "SELECT kf.callback_secret_add($1::uuid, coalesce($2::uuid, $1::uuid), $3::uuid, $4::text, $5::int)", 5, 0};
static const kf_stmt_t secrets = {"secrets_list",
                                  "SELECT what, ref, sealed FROM kf.secrets_list($1::uuid)", 1,
                                  KF_STMT_REPEATABLE};
static const kf_stmt_t secret_replace = {
    "secret_replace", "SELECT kf.secret_replace($1::uuid, $2::text, $3::text, $4::text, $5::text)",
    5, 0};

kf_err_t *kf_repo_account_put(const char **hook, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_account_row_t *row, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &account_put, p, KF_UUID(tenant), KF_TEXT(row->provider),
                      KF_TEXT(row->mode), KF_TEXT(row->public_key),
                      KF_TEXT(row->private_key_sealed), KF_TEXT(row->integrity_secret_sealed),
                      KF_TEXT(row->events_secret_sealed), KF_TEXT(row->hook)));
    *hook = kf_db_text(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_account_limit(kf_db_t *db, const kf_uuid_t *tenant, const char *provider,
                                const char *mode, int64_t min_cents, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &account_limit, p, KF_UUID(tenant), KF_TEXT(provider),
                      KF_TEXT(mode), KF_INT8(min_cents));
}

kf_err_t *kf_repo_account_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p)
{
    return kf_repo_docs(out, db, &account_list, (const kf_arg_t[]){KF_UUID(tenant)}, p);
}

kf_err_t *kf_repo_account_active(bool *found, kf_account_row_t *out, kf_db_t *db, const kf_uuid_t *tenant,
                                 apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &account_active, p, KF_UUID(tenant)));
    *found = kf_db_rows(res) > 0;
    if (*found) {
        *out = (kf_account_row_t){.provider = kf_db_text(res, 0, 0),
                                  .mode = kf_db_text(res, 0, 1),
                                  .public_key = kf_db_text(res, 0, 2),
                                  .private_key_sealed = kf_db_text(res, 0, 3),
                                  .integrity_secret_sealed = kf_db_text(res, 0, 4),
                                  .events_secret_sealed = kf_db_text(res, 0, 5)};
    }
    return NULL;
}

kf_err_t *kf_repo_account_tested(kf_db_t *db, const kf_uuid_t *tenant, const char *provider, const char *mode,
                                 const char *result, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &account_tested, p, KF_UUID(tenant), KF_TEXT(provider), KF_TEXT(mode),
                      KF_TEXT(result));
}

kf_err_t *kf_repo_callback_secret_add(kf_db_t *db, const kf_uuid_t *tenant, const kf_secret_put_t *put,
                                      apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &secret_add, p, KF_UUID(tenant), KF_UUID(put->endpoint), KF_UUID(put->id),
                      KF_TEXT(put->sealed), KF_INT4(put->overlap_s));
}

kf_err_t *kf_repo_secrets(apr_array_header_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                          apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &secrets, p, KF_UUID(tenant)));
    *out = apr_array_make(p, kf_db_rows(res) + 1, sizeof(kf_secret_row_t));
    for (int i = 0; i < kf_db_rows(res); i++) {
        kf_secret_row_t *row = apr_array_push(*out);

        row->what = kf_db_text(res, i, 0);
        row->ref = kf_db_text(res, i, 1);
        row->sealed = kf_db_text(res, i, 2);
    }
    return NULL;
}

kf_err_t *kf_repo_secret_replace(bool *done, kf_db_t *db, const kf_uuid_t *tenant,
                                 const kf_secret_row_t *row, const char *sealed, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &secret_replace, p, KF_UUID(tenant), KF_TEXT(row->what),
                      KF_TEXT(row->ref), KF_TEXT(row->sealed), KF_TEXT(sealed)));
    *done = kf_db_bool(res, 0, 0);
    return NULL;
}
