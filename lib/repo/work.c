/* Leases due rows. */
#include "repo/work.h"

#define ACCOUNT                                                         \
    KF_COL(account.provider, "provider"), KF_COL(account.mode, "mode"), \
        KF_COL(account.public_key, "public_key"),                         \
        KF_COL(account.private_key_sealed, "private_key_sealed"),         \
        KF_COL(account.integrity_secret_sealed, "integrity_secret_sealed"), \
        KF_COL(account.events_secret_sealed, "events_secret_sealed"), KF_COL(tenant, "tenant_id")

static const kf_stmt_t hook_find = {
    "hook_find", "SELECT *, kf.now() FROM kf.hook_find($1::text)", 1, KF_STMT_REPEATABLE};

#define KF_ROW_T kf_hook_row_t
static const kf_col_t hook_cols[] = {
    ACCOUNT, KF_COL(now, "now")};
static const kf_shape_t hook_shape = KF_SHAPE(hook_cols);
#undef KF_ROW_T

#define KF_ROW_T kf_event_row_t
static const kf_col_t event_cols[] = {
    ACCOUNT, KF_COL(event, "event_id"), KF_COL(tx, "tx_id"), KF_COL(reference, "reference"),
    KF_COL(attempts, "attempts")};
const kf_lease_t kf_lease_events = {
    {"work_events", "SELECT * FROM kf.work_events($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(event_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_poll_row_t
static const kf_col_t poll_cols[] = {
    ACCOUNT, KF_COL(attempt, "attempt_id"), KF_COL(reference, "reference"), KF_COL(tx_hint, "tx_hint")};
const kf_lease_t kf_lease_polls = {
    {"work_polls", "SELECT * FROM kf.work_polls($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(poll_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_refund_row_t
static const kf_col_t refund_cols[] = {
    ACCOUNT, KF_COL(refund, "refund_id"), KF_COL(tx, "tx_id"), KF_COL(amount.minor, "amount_cents"),
    KF_COL(amount.currency, "currency"), KF_COL(attempts, "attempts"), KF_COL(once, "once"),
    KF_COL(asked, "asked"), KF_COL(ref, "provider_ref")};
const kf_lease_t kf_lease_refunds = {
    {"work_refunds", "SELECT * FROM kf.work_refunds($1::int, $2::int)", 2, KF_LEASE},
    KF_SHAPE(refund_cols)};
#undef KF_ROW_T

#define KF_ROW_T kf_message_row_t
static const kf_col_t message_cols[] = {
    KF_COL(tenant, "tenant_id"), KF_COL(id, "message_id"), KF_COL(facts, "facts"), KF_COL(url, "url"),
    KF_COL(body, "body"), KF_COL(body_len, "body"), KF_COL(secrets, "secrets"), KF_COL(now, "now")};
const kf_lease_t kf_lease_messages = {
    {"work_messages",
     "SELECT *, kf.now() FROM kf.work_messages($1::int, $2::int, $3::int, '{full,thin}'::text[])", 3, KF_LEASE},
    KF_SHAPE(message_cols)};
#undef KF_ROW_T

static const kf_stmt_t work_sweep = {
    "work_sweep", "SELECT holds, bookings FROM kf.work_sweep($1::int)", 1, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_hook_find(kf_hook_row_t *out, bool *found, kf_db_t *db, const char *hook,
                            apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &hook_find, p, KF_TEXT(hook)));
    *found = kf_db_rows(res) > 0;
    if (*found) {
        kf_db_row_read(out, res, 0, &hook_shape, p);
    }
    return NULL;
}

kf_err_t *kf_repo_work_sweep(int *n, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &work_sweep, p, KF_INT4(limit)));
    *n = kf_db_rows(res) ? (int)(kf_db_int(res, 0, 0) + kf_db_int(res, 0, 1)) : 0;
    return NULL;
}
