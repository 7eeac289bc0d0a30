/* Claiming what is due with calendars elsewhere. */
#include "repo/calendar.h"

#include <string.h>

#include "repo/work.h"

/* A claim whose answer was lost ends with its lease: sending it again does no harm. */
#define CLAIM KF_STMT_REPEATABLE
#define KEY                                                                                     \
    "tenant_id, connection_id, provider, refresh_token_sealed, access_token_sealed, access_expires_at"
enum { KEY_COLUMNS = 6 };

#define READ KEY ", now, professional_id, lease, n, range_from, range_to, calendars"

static const kf_stmt_t work_reads = {
    "work_calendar_reads", "SELECT " READ " FROM kf.work_calendar_reads($1::int, $2::int)", 2, CLAIM};

/* The tenant and the professional are the caller's own. */
static const kf_stmt_t fresh_begin = {
    "calendar_fresh_begin",
    "SELECT $1::uuid AS tenant_id, connection_id, provider, refresh_token_sealed,"
    " access_token_sealed, access_expires_at, now, $2::uuid AS professional_id, lease, n,"
    " range_from, range_to, calendars, verdict, after"
    " FROM kf.calendar_fresh_begin($1::uuid, $2::uuid, $3::timestamptz, $4::timestamptz, $5::int)",
    5, 0};

static const kf_stmt_t work_channels = {
    "work_calendar_channels",
    "SELECT " KEY ", kf.now(), calendar_id FROM kf.work_calendar_channels($1::int, $2::int)", 2,
    CLAIM};

static const kf_stmt_t work_stops = {
    "work_calendar_stops",
    "SELECT " KEY ", kf.now(), channel_id, resource_id FROM kf.work_calendar_stops($1::int, $2::int)",
    2, CLAIM};

static const kf_stmt_t work_revokes = {
    "work_calendar_revokes",
    "SELECT " KEY ", kf.now() FROM kf.work_calendar_revokes($1::int, $2::int)", 2, CLAIM};

static const kf_stmt_t work_syncs = {
    "work_calendar_syncs",
    "SELECT " KEY ", kf.now(), calendar_id, sync_token"
    " FROM kf.work_calendar_syncs($1::int, $2::int)",
    2, CLAIM};

static const kf_stmt_t work_events = {
    "work_calendar_events",
    "SELECT " KEY ", kf.now(), booking_id, event_id, n, calendar_id, wanted, wanted_version,"
    " written_version, attempts, meeting, guest, summary, starts_at, ends_at, zone, language,"
    " business, service_name, professional_name, customer_name, customer_email, customer_phone,"
    " notes, booking_status FROM kf.work_calendar_events($1::int, $2::int)",
    2, CLAIM};

static kf_instant_t time_or_none(const kf_db_res_t *res, int row, int col)
{
    return kf_db_isnull(res, row, col) ? 0 : kf_db_time(res, row, col);
}

static const char *text_or_empty(const kf_db_res_t *res, int row, int col)
{
    const char *text = kf_db_text(res, row, col);

    return text ? text : "";
}

static void read_key(kf_calendar_key_row_t *out, const kf_db_res_t *res, int row)
{
    out->tenant = kf_db_uuid(res, row, 0);
    out->connection = kf_db_uuid(res, row, 1);
    out->provider = text_or_empty(res, row, 2);
    out->refresh_sealed = kf_db_text(res, row, 3);
    out->access_sealed = kf_db_text(res, row, 4);
    out->access_expires = time_or_none(res, row, 5);
    out->now = kf_db_time(res, row, KEY_COLUMNS);
}

static kf_err_t *claim(kf_db_res_t **res, kf_db_t *db, const kf_stmt_t *stmt, int limit,
                       int lease_s, apr_pool_t *p)
{
    return KF_DB_EXEC(res, db, stmt, p, KF_INT4(limit), KF_INT4(lease_s));
}

static void read_range(kf_calendar_read_row_t *out, const kf_db_res_t *res, int row, apr_pool_t *p)
{
    read_key(&out->key, res, row);
    out->professional = kf_db_uuid(res, row, 7);
    out->lease = kf_db_uuid(res, row, 8);
    out->n = (int)kf_db_int(res, row, 9);
    out->range.start = kf_db_time(res, row, 10);
    out->range.end = kf_db_time(res, row, 11);
    out->calendars = kf_db_texts(res, row, 12, p);
}

kf_err_t *kf_repo_calendar_reads(kf_calendar_read_row_t **out, int *n, kf_db_t *db, int limit,
                                 apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, db, &work_reads, limit, KF_CALENDAR_READ_LEASE_S, p));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        read_range(&(*out)[i], res, i, p);
    }
    return NULL;
}

static bool verdict_of(kf_fresh_t *out, const char *word)
{
    static const char *const words[] = {
        [KF_FRESH_NONE] = "none", [KF_FRESH_READY] = "fresh", [KF_FRESH_FAILED] = "failed",
        [KF_FRESH_WAIT] = "wait", [KF_FRESH_GO] = "go"};

    for (size_t i = 0; word && i < sizeof(words) / sizeof(*words); i++) {
        if (!strcmp(word, words[i])) {
            *out = (kf_fresh_t)i;
            return true;
        }
    }
    return false;
}

kf_err_t *kf_repo_calendar_fresh(kf_fresh_t *verdict, kf_instant_t *after,
                                 kf_calendar_read_row_t *row, kf_db_t *db,
                                 const kf_calendar_fresh_ask_t *ask, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &fresh_begin, p, KF_UUID(ask->tenant), KF_UUID(ask->professional),
                      ask->at ? KF_TIME(ask->at) : KF_NULL, ask->after ? KF_TIME(ask->after) : KF_NULL,
                      KF_INT4(ask->lease_s)));
    if (kf_db_rows(res) != 1 || !verdict_of(verdict, kf_db_text(res, 0, 13))) {
        return kf_err(p, KF_E_INTERNAL, "The calendar's state cannot be read.");
    }
    *after = time_or_none(res, 0, 14);
    if (*verdict == KF_FRESH_GO) {
        read_range(row, res, 0, p);
    }
    return NULL;
}

kf_err_t *kf_repo_calendar_channels(kf_calendar_channel_row_t **out, int *n, kf_db_t *db,
                                    int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, db, &work_channels, limit, KF_WORK_LEASE_S, p));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        read_key(&(*out)[i].key, res, i);
        (*out)[i].calendar = text_or_empty(res, i, 7);
    }
    return NULL;
}

kf_err_t *kf_repo_calendar_stops(kf_calendar_stop_row_t **out, int *n, kf_db_t *db, int limit,
                                 apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, db, &work_stops, limit, KF_WORK_LEASE_S, p));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        read_key(&(*out)[i].key, res, i);
        (*out)[i].channel = kf_db_uuid(res, i, 7);
        (*out)[i].resource = kf_db_text(res, i, 8);
    }
    return NULL;
}

kf_err_t *kf_repo_calendar_revokes(kf_calendar_key_row_t **out, int *n, kf_db_t *db, int limit,
                                   apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, db, &work_revokes, limit, KF_WORK_LEASE_S, p));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        read_key(&(*out)[i], res, i);
    }
    return NULL;
}

kf_err_t *kf_repo_calendar_syncs(kf_calendar_sync_row_t **out, int *n, kf_db_t *db, int limit,
                                 apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, db, &work_syncs, limit, KF_CALENDAR_SYNC_LEASE_S, p));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        read_key(&(*out)[i].key, res, i);
        (*out)[i].calendar = text_or_empty(res, i, 7);
        (*out)[i].sync_token = kf_db_text(res, i, 8);
    }
    return NULL;
}

static void read_event(kf_calendar_event_row_t *out, const kf_db_res_t *res, int row)
{
    read_key(&out->key, res, row);
    out->booking = kf_db_uuid(res, row, 7);
    out->event = kf_db_uuid(res, row, 8);
    out->n = (int)kf_db_int(res, row, 9);
    out->calendar = text_or_empty(res, row, 10);
    out->present = !strcmp(text_or_empty(res, row, 11), "present");
    out->version = (int)kf_db_int(res, row, 12);
    out->written = kf_db_isnull(res, row, 13) ? 0 : (int)kf_db_int(res, row, 13);
    out->attempts = (int)kf_db_int(res, row, 14);
    out->meeting = kf_db_bool(res, row, 15);
    out->guest = kf_db_bool(res, row, 16);
    out->summary = text_or_empty(res, row, 17);
    out->starts_at = kf_db_time(res, row, 18);
    out->ends_at = kf_db_time(res, row, 19);
    out->zone = text_or_empty(res, row, 20);
    out->language = text_or_empty(res, row, 21);
    out->business = text_or_empty(res, row, 22);
    out->service = text_or_empty(res, row, 23);
    out->professional = text_or_empty(res, row, 24);
    out->customer = text_or_empty(res, row, 25);
    out->email = text_or_empty(res, row, 26);
    out->phone = text_or_empty(res, row, 27);
    out->notes = text_or_empty(res, row, 28);
    out->status = text_or_empty(res, row, 29);
}

kf_err_t *kf_repo_calendar_events(kf_calendar_event_row_t **out, int *n, kf_db_t *db, int limit,
                                  apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, db, &work_events, limit, KF_WORK_LEASE_S, p));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        read_event(&(*out)[i], res, i);
    }
    return NULL;
}
