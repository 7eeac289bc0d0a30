#include "repo/calendar/feed.h"

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

kf_err_t *kf_repo_feed_read(kf_feed_row_t **rows, int *n, kf_db_t *db, const kf_feed_owner_t *owner, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &feed_read, p, KF_UUID(&owner->tenant), KF_UUID(&owner->feed)));
    *n = kf_db_rows(res);
    *rows = apr_pcalloc(p, (size_t)(*n > 0 ? *n : 1) * sizeof(**rows));
    for (int i = 0; i < *n; i++) {
        kf_feed_row_t *row = &(*rows)[i];

        row->booking = kf_db_uuid(res, i, 0);
        row->sequence = (int)kf_db_int(res, i, 1);
        row->changed_at = kf_db_time(res, i, 2);
        row->start = kf_db_time(res, i, 3);
        row->end = kf_db_time(res, i, 4);
        row->service = kf_db_text(res, i, 5);
        row->customer = kf_db_text(res, i, 6);
        row->phone = kf_db_text(res, i, 7);
        row->place = kf_db_text(res, i, 8);
        row->meeting_url = kf_db_isnull(res, i, 9) ? NULL : kf_db_text(res, i, 9);
        row->organizer = kf_db_isnull(res, i, 10) ? NULL : kf_db_text(res, i, 10);
    }
    return NULL;
}
