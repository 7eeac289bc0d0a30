#include "repo/booking/visit.h"

static const kf_stmt_t visit_find = {
    "visit_find", "SELECT tenant_id, booking_id, purpose, state FROM kf.visit_find($1::bytea)", 1, KF_STMT_REPEATABLE};

static const kf_stmt_t visit_doc = {"visit_doc", "SELECT kf.visit_doc($1::uuid, $2::bytea, $3::text)", 3,
                                    KF_STMT_REPEATABLE};

static const kf_stmt_t visit_end = {"visit_end", "SELECT kf.visit_end($1::uuid, $2::uuid)", 2, KF_STMT_REPEATABLE};

static const kf_stmt_t visit_act = {
    "visit_act_token", "SELECT kf.visit_act_token($1::uuid, $2::bytea, $3::text, $4::text, $5::bytea)", 5, 0};

static const kf_stmt_t visit_cancel = {
    "visit_cancel", "SELECT kf.visit_cancel($1::uuid, $2::bytea, $3::bigint, $4::text, $5::bytea)", 5, 0};

static const kf_stmt_t visit_move = {
    "visit_move",
    "SELECT kf.visit_move($1::uuid, $2::bytea, $3::timestamptz, $4::uuid, $5::bytea, $6::timestamptz)", 6, 0};

/* Repeating it is harmless. */
static const kf_stmt_t visit_reminders = {"visit_reminders", "SELECT kf.visit_reminders($1::uuid, $2::bytea, $3::boolean)",
                                          3, KF_STMT_REPEATABLE};

#define HASH(hash) KF_BYTES((hash), KF_TOKEN_HASH_BYTES)

kf_err_t *kf_repo_visit_find(kf_visit_found_t *out, kf_db_t *db, const uint8_t *hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &visit_find, p, HASH(hash)));
    out->found = kf_db_rows(res) > 0 && !kf_db_isnull(res, 0, 0);
    if (out->found) {
        out->tenant = kf_db_uuid(res, 0, 0);
        out->booking = kf_db_uuid(res, 0, 1);
        out->purpose = kf_db_text(res, 0, 2);
        out->state = kf_db_text(res, 0, 3);
    }
    return NULL;
}

kf_err_t *kf_repo_visit_doc(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash,
                            const char *purpose, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &visit_doc, p, KF_UUID(tenant), HASH(hash), KF_TEXT(purpose)));
    *json = kf_db_json(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_visit_end(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                            apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &visit_end, p, KF_UUID(tenant), KF_UUID(booking)));
    *json = kf_db_json(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_visit_act(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_act_t *ask, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &visit_act, p, KF_UUID(tenant), HASH(ask->view), KF_TEXT(ask->purpose),
                      KF_TEXT(ask->email), HASH(ask->act));
}

kf_err_t *kf_repo_visit_cancel(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_ask_t *ask, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &visit_cancel, p, KF_UUID(tenant), HASH(ask->hash), KF_INT8(ask->expected_cents),
                      KF_TEXT(ask->reason), HASH(ask->view));
}

kf_err_t *kf_repo_visit_move(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_ask_t *ask, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &visit_move, p, KF_UUID(tenant), HASH(ask->hash), KF_TIME(ask->start),
                      KF_UUID(ask->professional), HASH(ask->view), ask->after ? KF_TIME(ask->after) : KF_NULL);
}

kf_err_t *kf_repo_visit_reminders(kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash, bool on, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &visit_reminders, p, KF_UUID(tenant), HASH(hash), KF_BOOL(on));
}
