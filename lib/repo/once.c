#include "repo/once.h"

#include "crypto/hash.h"

static const kf_stmt_t once_begin = {
    "idempotency_begin",
    "SELECT status, body, key FROM kf.idempotency_begin($1::uuid, $2::text, $3::text, $4::bytea, $5::text)", 5, 0};

static const kf_stmt_t once_finish = {
    "idempotency_finish",
    "SELECT kf.idempotency_finish($1::uuid, $2::text, $3::text, $4::bytea, $5::int, $6::text)", 6, 0};

kf_err_t *kf_repo_once_begin(bool *stored, kf_once_stored_t *out, kf_db_t *db, const kf_uuid_t *tenant,
                             const kf_once_row_t *row, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &once_begin, p, KF_UUID(tenant), KF_TEXT(row->route), KF_TEXT(row->key),
                      KF_BYTES(row->hash, KF_SHA256_BYTES), KF_TEXT(row->sent)));
    *stored = kf_db_rows(res) > 0;
    if (*stored) {
        out->status = (int)kf_db_int(res, 0, 0);
        out->body = kf_db_text(res, 0, 1);
        out->key = kf_db_text(res, 0, 2);
    }
    return NULL;
}

kf_err_t *kf_repo_once_finish(kf_db_t *db, const kf_uuid_t *tenant, const kf_once_row_t *row,
                              const kf_once_stored_t *answer, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &once_finish, p, KF_UUID(tenant), KF_TEXT(row->route), KF_TEXT(row->key),
                      KF_BYTES(row->hash, KF_SHA256_BYTES), KF_INT4(answer->status), KF_TEXT(answer->body));
}

static const kf_stmt_t once_page = {
    "idempotency_page",
    "SELECT i.route, i.key, i.body FROM kf.idempotency i WHERE i.tenant_id = $1::uuid AND i.body <> ''"
    " AND (i.route, i.key) > ($2::text, $3::text) ORDER BY i.route, i.key LIMIT $4::int",
    4, KF_STMT_REPEATABLE};

static const kf_stmt_t once_erase = {
    "idempotency_erase",
    "UPDATE kf.idempotency i SET body = '', status = 409 WHERE i.tenant_id = $1::uuid AND i.route = $2::text"
    " AND i.key = $3::text",
    3, 0};

kf_err_t *kf_repo_once_page(kf_once_answer_t **out, int *n, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_once_answer_t *after, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &once_page, p, KF_UUID(tenant), KF_TEXT(after->route), KF_TEXT(after->key),
                      KF_INT4(KF_ONCE_PAGE)));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, KF_ONCE_PAGE * sizeof(**out));
    for (int i = 0; i < *n; i++) {
        (*out)[i] = (kf_once_answer_t){kf_db_text(res, i, 0), kf_db_text(res, i, 1), kf_db_text(res, i, 2)};
    }
    return NULL;
}

kf_err_t *kf_repo_once_erase(kf_db_t *db, const kf_uuid_t *tenant, const kf_once_answer_t *answer, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &once_erase, p, KF_UUID(tenant), KF_TEXT(answer->route), KF_TEXT(answer->key));
}

static const kf_stmt_t customer_keys = {"customer_keys", "SELECT kf.customer_keys($1::uuid, $2::text)", 2,
                                        KF_STMT_REPEATABLE};

kf_err_t *kf_repo_customer_keys(const char ***out, kf_db_t *db, const kf_uuid_t *tenant, const char *email,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &customer_keys, p, KF_UUID(tenant), KF_TEXT(email)));
    *out = kf_db_texts(res, 0, 0, p);
    return NULL;
}
