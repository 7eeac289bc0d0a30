#include "repo/booking/export.h"

const char *const kf_export_columns[KF_EXPORT_COLUMNS] = {
    "booking", "status", "source", "start", "end", "time_zone", "service", "professional", "customer_name",
    "customer_email", "customer_phone", "notes", "price", "charge", "currency", "paid", "created_at"};

static const kf_stmt_t export_start = {
    "bookings_export_start", "SELECT kf.bookings_export_start($1::uuid, $2::jsonb)", 2, 0};

static const kf_stmt_t export_open = {
    "bookings_export_open", "SELECT kf.bookings_export($1::uuid, $2::jsonb)", 2, 0};

static const kf_stmt_t export_fetch = {"bookings_export_fetch", "FETCH FORWARD 1000 FROM bookings_export", 0, 0};

kf_err_t *kf_repo_export_start(kf_db_t *db, const kf_uuid_t *tenant, const char *filters, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &export_start, p, KF_UUID(tenant), KF_TEXT(filters));
}

kf_err_t *kf_repo_export_open(kf_db_t *db, const kf_uuid_t *tenant, const char *filters, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &export_open, p, KF_UUID(tenant), KF_TEXT(filters));
}

kf_err_t *kf_repo_export_fetch(kf_db_res_t **out, kf_db_t *db, apr_pool_t *p)
{
    return kf_db_exec(out, db, &export_fetch, NULL, p);
}
