#include "repo/mail/mail_token.h"

#include "crypto/token.h"

static const kf_stmt_t visit_mint = {
    "visit_mint", "SELECT kf.visit_mint($1::uuid, $2::uuid, $3::text, $4::bytea, NULL)", 4, 0};
static const kf_stmt_t waiting_mint = {
    "waiting_mint", "SELECT kf.waiting_mint($1::uuid, $2::uuid, $3::text, $4::bytea)", 4, 0};

static kf_err_t *mint(kf_db_t *db, const kf_stmt_t *stmt, const kf_arg_t args[4], apr_pool_t *p)
{
    kf_db_res_t *res;

    return kf_db_exec(&res, db, stmt, args, p);
}

kf_err_t *kf_repo_visit_mint(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                             const char *purpose, const uint8_t *hash, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_UUID(booking), KF_TEXT(purpose),
                             KF_BYTES(hash, KF_TOKEN_HASH_BYTES)};

    return mint(db, &visit_mint, args, p);
}

kf_err_t *kf_repo_waiting_mint(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *waiting,
                               const char *kind, const uint8_t *hash, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_UUID(waiting), KF_TEXT(kind),
                             KF_BYTES(hash, KF_TOKEN_HASH_BYTES)};

    return mint(db, &waiting_mint, args, p);
}
