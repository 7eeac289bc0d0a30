#include "repo/once.h"

#include "crypto/hash.h"

static const kf_stmt_t once_begin = {
    "idempotency_begin", "SELECT status, body FROM kf.idempotency_begin($1::uuid, $2::text, $3::text, $4::bytea)", 4,
    0};

static const kf_stmt_t once_finish = {
    "idempotency_finish",
    "SELECT kf.idempotency_finish($1::uuid, $2::text, $3::text, $4::bytea, $5::int, $6::text)", 6, 0};

kf_err_t *kf_repo_once_begin(bool *stored, kf_once_stored_t *out, kf_db_t *db, const kf_uuid_t *tenant,
                             const kf_once_row_t *row, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &once_begin, p, KF_UUID(tenant), KF_TEXT(row->route), KF_TEXT(row->key),
                      KF_BYTES(row->hash, KF_SHA256_BYTES)));
    *stored = kf_db_rows(res) > 0;
    if (*stored) {
        out->status = (int)kf_db_int(res, 0, 0);
        out->body = kf_db_text(res, 0, 1);
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
