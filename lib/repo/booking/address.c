#include "repo/booking/address.h"

static const kf_stmt_t address_ask = {
    "address_ask", "SELECT kf.free_address_ask($1::uuid, $2::text, $3::text, $4::text)", 4, KF_STMT_REPEATABLE};
static const kf_stmt_t address_confirm = {
    "address_confirm", "SELECT doc FROM kf.free_address_confirm($1::text, $2::boolean)", 2, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_address_ask(kf_db_t *db, const kf_uuid_t *tenant, const char *address, const char *name,
                              const char *language, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &address_ask, p, KF_UUID(tenant), KF_TEXT(address), KF_TEXT(name), KF_TEXT(language));
}

kf_err_t *kf_repo_address_confirm(const char **doc, kf_db_t *db, const char *token, bool confirm, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &address_confirm, p, KF_TEXT(token), KF_BOOL(confirm)));
    *doc = kf_db_rows(res) ? kf_db_json(res, 0, 0) : NULL;
    return NULL;
}
