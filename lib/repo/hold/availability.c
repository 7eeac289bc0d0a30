#include "repo/hold/availability.h"

static const kf_stmt_t zone_range = {
    "zone_range", "SELECT range_from, range_to, at, offset_s FROM kf.zone_range($1::text, $2::text::date, $3::text::date)",
    3, KF_STMT_REPEATABLE};

static const kf_stmt_t windows_many = {
    "windows_many",
    "SELECT no, origin, lo, hi, until FROM kf.windows_many($1::uuid, $2::uuid[], $3::timestamptz, $4::timestamptz)",
    4, KF_STMT_REPEATABLE};

static const kf_stmt_t busy_read = {
    "busy_read",
    "SELECT no, starts_at, ends_at, version, unread FROM kf.busy_read($1::uuid, $2::uuid[], $3::timestamptz, $4::timestamptz)",
    4, KF_STMT_REPEATABLE};

static const kf_stmt_t busy_read_except = {
    "busy_read_except",
    "SELECT no, starts_at, ends_at, version, unread FROM kf.busy_read_except($1::uuid, $2::uuid[], $3::timestamptz,"
    " $4::timestamptz, $5::uuid)",
    5, KF_STMT_REPEATABLE};

static const kf_stmt_t full_days = {
    "full_days",
    "SELECT starts_at, ends_at FROM kf.full_days($1::uuid, $2::uuid, $3::timestamptz, $4::timestamptz, $5::uuid)", 5,
    KF_STMT_REPEATABLE};

kf_err_t *kf_repo_zone_range(kf_zone_range_t *out, kf_db_t *db, const char *zone, kf_date_t from, kf_date_t to,
                             apr_pool_t *p)
{
    kf_db_res_t *res;
    kf_zone_step_t *steps;
    int n;

    KF_TRY(KF_DB_EXEC(&res, db, &zone_range, p, KF_TEXT(zone), KF_TEXT(kf_date_text(from, p)),
                      KF_TEXT(kf_date_text(to, p))));
    n = kf_db_rows(res);
    steps = apr_palloc(p, (size_t)(n ? n : 1) * sizeof(*steps));
    for (int i = 0; i < n; i++) {
        steps[i].from = kf_db_time(res, i, 2);
        steps[i].offset = (int32_t)kf_db_int(res, i, 3);
    }
    KF_TRY(kf_zone_init(&out->offsets, steps, (size_t)n, p));
    out->range.start = kf_db_time(res, 0, 0);
    out->range.end = kf_db_time(res, 0, 1);
    return NULL;
}

/* Turns the numbers 1..n of sorted rows into first[]; row 0 of them is result row `skip`. */
static kf_err_t *group(size_t **out, const kf_db_res_t *res, int skip, size_t n, apr_pool_t *p)
{
    size_t *first = apr_palloc(p, (n + 1) * sizeof(*first));
    size_t rows = (size_t)(kf_db_rows(res) - skip), row = 0;

    for (size_t i = 0; i < n; i++) {
        first[i] = row;
        while (row < rows && kf_db_int(res, (int)row + skip, 0) == (int64_t)i + 1) {
            row++;
        }
    }
    first[n] = row;
    if (row != rows) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "The database answered out of order."), "row %lu of %lu",
                              (unsigned long)row, (unsigned long)rows);
    }
    *out = first;
    return NULL;
}

kf_err_t *kf_repo_windows(kf_windows_t *out, kf_db_t *db, const kf_people_t *who, kf_interval_t range,
                          apr_pool_t *p)
{
    kf_db_res_t *res;
    int rows;

    KF_TRY(KF_DB_EXEC(&res, db, &windows_many, p, KF_UUID(who->tenant), KF_UUIDS(who->ids, who->n),
                      KF_TIME(range.start), KF_TIME(range.end)));
    rows = kf_db_rows(res);
    out->n = who->n;
    out->list = apr_palloc(p, (size_t)(rows + 1) * sizeof(*out->list));
    for (int i = 0; i < rows; i++) {
        out->list[i].origin = kf_db_time(res, i, 1);
        out->list[i].lo = kf_db_time(res, i, 2);
        out->list[i].hi = kf_db_time(res, i, 3);
        out->list[i].until = kf_db_time(res, i, 4);
    }
    return group(&out->first, res, 0, who->n, p);
}

static kf_err_t *read_busy(kf_busy_t *out, const kf_db_res_t *res, const kf_people_t *who, apr_pool_t *p)
{
    int rows = kf_db_rows(res);

    if (rows < 1 || kf_db_int(res, 0, 0) != 0 || kf_db_isnull(res, 0, 3)) {
        return kf_err(p, KF_E_NOT_FOUND, "There is no such business.");
    }
    out->n = who->n;
    out->now = kf_db_time(res, 0, 1);
    out->version = kf_db_int(res, 0, 3);
    out->list = apr_palloc(p, (size_t)rows * sizeof(*out->list));
    out->unread = apr_pcalloc(p, who->n + 1);
    for (int i = 1; i < rows; i++) {
        out->list[i - 1].start = kf_db_time(res, i, 1);
        out->list[i - 1].end = kf_db_time(res, i, 2);
    }
    KF_TRY(group(&out->first, res, 1, who->n, p));
    for (int i = 1; i < rows; i++) {
        if (kf_db_bool(res, i, 4)) {
            out->unread[kf_db_int(res, i, 0) - 1] = true;
        }
    }
    return NULL;
}

kf_err_t *kf_repo_busy(kf_busy_t *out, kf_db_t *db, const kf_people_t *who, kf_interval_t range, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &busy_read, p, KF_UUID(who->tenant), KF_UUIDS(who->ids, who->n),
                      KF_TIME(range.start), KF_TIME(range.end)));
    return read_busy(out, res, who, p);
}

kf_err_t *kf_repo_busy_except(kf_busy_t *out, kf_db_t *db, const kf_people_t *who, kf_interval_t range,
                              const kf_uuid_t *booking, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &busy_read_except, p, KF_UUID(who->tenant), KF_UUIDS(who->ids, who->n),
                      KF_TIME(range.start), KF_TIME(range.end), KF_UUID(booking)));
    return read_busy(out, res, who, p);
}

kf_err_t *kf_repo_full_days(kf_days_t *out, kf_db_t *db, const kf_full_ask_t *ask, kf_interval_t range,
                            apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &full_days, p, KF_UUID(ask->tenant), KF_UUID(ask->service), KF_TIME(range.start),
                      KF_TIME(range.end), KF_UUID(ask->except)));
    out->n = (size_t)kf_db_rows(res);
    out->list = apr_palloc(p, (out->n + 1) * sizeof(*out->list));
    for (size_t i = 0; i < out->n; i++) {
        out->list[i].start = kf_db_time(res, (int)i, 0);
        out->list[i].end = kf_db_time(res, (int)i, 1);
    }
    return NULL;
}
