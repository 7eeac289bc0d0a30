/* Leases due work with calendars at providers. */
#include "repo/calendar/calendar.h"

#include <string.h>

/* "now" is a column of some functions; the other statements add it. */
#define KEY(of)                                                                               \
    KF_COL(of tenant, "tenant_id"), KF_COL(of connection, "connection_id"),            \
        KF_COL_OR(of provider, "provider", ""), KF_COL(of refresh_sealed, "refresh_token_sealed"), \
        KF_COL(of access_sealed, "access_token_sealed"),                                      \
        KF_COL(of access_expires, "access_expires_at"), KF_COL(of now, "now")

#define KF_ROW_T kf_calendar_read_row_t
static const kf_col_t read_cols[] = {
    KEY(key.), KF_COL(professional, "professional_id"), KF_COL(lease, "lease"), KF_COL(n, "n"),
    KF_COL(range.start, "range_from"), KF_COL(range.end, "range_to"), KF_COL(calendars, "calendars")};
const kf_lease_t kf_lease_calendar_reads = {
    {"work_calendar_reads", "SELECT * FROM kf.work_calendar_reads($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(read_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_calendar_channel_row_t
static const kf_col_t channel_cols[] = {
    KEY(key.), KF_COL_OR(calendar, "calendar_id", "")};
const kf_lease_t kf_lease_calendar_channels = {
    {"work_calendar_channels", "SELECT * FROM kf.work_calendar_channels($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(channel_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_calendar_stop_row_t
static const kf_col_t stop_cols[] = {
    KEY(key.), KF_COL(channel, "channel_id"), KF_COL(resource, "resource_id")};
const kf_lease_t kf_lease_calendar_stops = {
    {"work_calendar_stops", "SELECT *, kf.now() FROM kf.work_calendar_stops($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(stop_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_calendar_key_row_t
static const kf_col_t revoke_cols[] = {
    KEY()};
const kf_lease_t kf_lease_calendar_revokes = {
    {"work_calendar_revokes", "SELECT *, kf.now() FROM kf.work_calendar_revokes($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(revoke_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_calendar_sync_row_t
static const kf_col_t sync_cols[] = {
    KEY(key.), KF_COL_OR(calendar, "calendar_id", ""), KF_COL(sync_token, "sync_token")};
const kf_lease_t kf_lease_calendar_syncs = {
    {"work_calendar_syncs", "SELECT * FROM kf.work_calendar_syncs($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(sync_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_calendar_event_row_t
static const kf_col_t event_cols[] = {
    KEY(key.), KF_COL(booking, "booking_id"), KF_COL(event, "event_id"), KF_COL(n, "n"),
    KF_COL_OR(calendar, "calendar_id", ""), KF_COL_OR(wanted, "wanted", ""),
    KF_COL(version, "wanted_version"), KF_COL(written, "written_version"), KF_COL(attempts, "attempts"),
    KF_COL(meeting, "meeting"), KF_COL(guest, "guest"), KF_COL_OR(summary, "summary", ""),
    KF_COL(starts_at, "starts_at"), KF_COL(ends_at, "ends_at"), KF_COL_OR(zone, "zone", ""),
    KF_COL_OR(language, "language", ""), KF_COL_OR(business, "business", ""),
    KF_COL_OR(service, "service_name", ""), KF_COL_OR(professional, "professional_name", ""),
    KF_COL_OR(customer, "customer_name", ""), KF_COL_OR(email, "customer_email", ""),
    KF_COL_OR(phone, "customer_phone", ""), KF_COL_OR(notes, "notes", ""),
    KF_COL_OR(status, "booking_status", "")};
const kf_lease_t kf_lease_calendar_events = {
    {"work_calendar_events", "SELECT * FROM kf.work_calendar_events($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(event_cols)};
#undef KF_ROW_T

/* The tenant and the professional are the caller's own. */
static const kf_stmt_t fresh_begin = {
    "calendar_fresh_begin",
    "SELECT $1::uuid AS tenant_id, connection_id, provider, refresh_token_sealed,"
    " access_token_sealed, access_expires_at, now, $2::uuid AS professional_id, lease, n,"
    " range_from, range_to, calendars, verdict, after"
    " FROM kf.calendar_fresh_begin($1::uuid, $2::uuid, $3::timestamptz, $4::timestamptz, $5::int)",
    5, 0};

typedef struct {
    const char *verdict;
    kf_instant_t after;
} fresh_row_t;

#define KF_ROW_T fresh_row_t
static const kf_col_t fresh_cols[] = {KF_COL(verdict, "verdict"), KF_COL(after, "after")};
static const kf_shape_t fresh_shape = KF_SHAPE(fresh_cols);
#undef KF_ROW_T

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
    fresh_row_t fresh = {0};
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &fresh_begin, p, KF_UUID(ask->tenant), KF_UUID(ask->professional),
                      ask->at ? KF_TIME(ask->at) : KF_NULL, ask->after ? KF_TIME(ask->after) : KF_NULL,
                      KF_INT4(ask->lease_s)));
    if (kf_db_rows(res) == 1) {
        kf_db_row_read(&fresh, res, 0, &fresh_shape, p);
    }
    if (!verdict_of(verdict, fresh.verdict)) {
        return kf_err(p, KF_E_INTERNAL, "The calendar's state cannot be read.");
    }
    *after = fresh.after;
    if (*verdict == KF_FRESH_GO) {
        kf_db_row_read(row, res, 0, &kf_lease_calendar_reads.row, p);
    }
    return NULL;
}

