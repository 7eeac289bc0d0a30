#include "repo/waiting/waiting.h"

/* Repeating it changes nothing. */
static const kf_stmt_t waiting_join = {
    "waiting_join",
    "SELECT kf.waiting_join($1::uuid, $2::uuid, $3::jsonb, $4::bigint, $5::bigint, ARRAY[$6::int, $7::int])", 7,
    KF_STMT_REPEATABLE};

static const kf_stmt_t waiting_confirm = {"waiting_confirm", "SELECT kf.waiting_confirm($1::uuid, $2::bytea)", 2,
                                          KF_STMT_REPEATABLE};

static const kf_stmt_t waiting_find = {
    "waiting_find", "SELECT tenant_id, waiting_id, kind, state FROM kf.waiting_find($1::bytea)", 1, KF_STMT_REPEATABLE};

static const kf_stmt_t waiting_doc = {"waiting_doc", "SELECT kf.waiting_doc($1::uuid, $2::bytea)", 2, KF_STMT_REPEATABLE};

static const kf_stmt_t waiting_leave = {"waiting_leave", "SELECT kf.waiting_leave($1::uuid, $2::bytea)", 2, 0};

static const kf_stmt_t waiting_take = {
    "waiting_take",
    "SELECT " KF_HOLD_COLS " FROM kf.waiting_take($1::uuid, $2::bytea, $3::bytea, $4::int)",
    4, 0};

#define HASH(hash) KF_BYTES((hash), KF_TOKEN_HASH_BYTES)

kf_err_t *kf_repo_waiting_join(kf_db_t *db, const kf_uuid_t *tenant, const kf_waiting_join_t *ask, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &waiting_join, p, KF_UUID(tenant), KF_UUID(&ask->id), KF_TEXT(ask->wish),
                      KF_KEYED(ask->address), KF_KEYED(ask->network), KF_INT4(ask->max_address),
                      KF_INT4(ask->max_network));
}

kf_err_t *kf_repo_waiting_confirm(kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &waiting_confirm, p, KF_UUID(tenant), HASH(hash));
}

kf_err_t *kf_repo_waiting_find(kf_waiting_found_t *out, kf_db_t *db, const uint8_t *hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &waiting_find, p, HASH(hash)));
    out->found = kf_db_rows(res) > 0 && !kf_db_isnull(res, 0, 0);
    if (out->found) {
        out->tenant = kf_db_uuid(res, 0, 0);
        out->waiting = kf_db_uuid(res, 0, 1);
        out->kind = kf_db_text(res, 0, 2);
        out->state = kf_db_text(res, 0, 3);
    }
    return NULL;
}

kf_err_t *kf_repo_waiting_doc(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash,
                              apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &waiting_doc, p, KF_UUID(tenant), HASH(hash)));
    *json = kf_db_rows(res) && !kf_db_isnull(res, 0, 0) ? kf_db_json(res, 0, 0) : NULL;
    return NULL;
}

kf_err_t *kf_repo_waiting_leave(kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &waiting_leave, p, KF_UUID(tenant), HASH(hash));
}

kf_err_t *kf_repo_waiting_take(kf_hold_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_waiting_take_t *ask,
                               apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &waiting_take, p, KF_UUID(tenant), HASH(ask->offer), HASH(ask->hold),
                      KF_INT4(ask->ttl_s)));
    kf_repo_hold_row(out, res, p);
    return NULL;
}
