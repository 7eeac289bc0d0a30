#include "repo/calendar/feed.h"

#include "db/row.h"

static const kf_stmt_t feed_find = {
    "feed_find", "SELECT tenant_id, feed_id, professional, business, language, state FROM kf.feed_find($1::bytea)", 1,
    KF_STMT_REPEATABLE};

static const kf_stmt_t feed_read = {
    "feed_read",
    "SELECT booking_id, sequence, changed_at, slot_start, slot_end, service, customer_name, customer_phone, place,"
    " meeting_url, organizer FROM kf.feed_read($1::uuid, $2::uuid), kf.mail_from($1::uuid) AS m (organizer)",
    2, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_feed_find(kf_feed_owner_t *out, bool *found, kf_db_t *db, const uint8_t *hash, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &feed_find, p, KF_BYTES(hash, KF_TOKEN_HASH_BYTES)));
    *found = kf_db_rows(res) > 0;
    if (*found) {
        out->tenant = kf_db_uuid(res, 0, 0);
        out->feed = kf_db_uuid(res, 0, 1);
        out->professional = kf_db_text(res, 0, 2);
        out->business = kf_db_text(res, 0, 3);
        out->language = kf_db_text(res, 0, 4);
        out->state = kf_db_text(res, 0, 5);
    }
    return NULL;
}

#define KF_ROW_T kf_feed_row_t
static const kf_col_t row_cols[] = {
    KF_COL(booking, "booking_id"), KF_COL(sequence, "sequence"), KF_COL(changed_at, "changed_at"),
    KF_COL(start, "slot_start"), KF_COL(end, "slot_end"), KF_COL(service, "service"),
    KF_COL(customer, "customer_name"), KF_COL(phone, "customer_phone"), KF_COL(place, "place"),
    KF_COL(meeting_url, "meeting_url"), KF_COL(organizer, "organizer")};
static const kf_shape_t row_shape = KF_SHAPE(row_cols);
#undef KF_ROW_T

kf_err_t *kf_repo_feed_read(kf_feed_row_t **rows, int *n, kf_db_t *db, const kf_feed_owner_t *owner, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &feed_read, p, KF_UUID(&owner->tenant), KF_UUID(&owner->feed)));
    *rows = kf_db_rows_read(n, res, &row_shape, p);
    return NULL;
}
