/* Claiming what is due. */
#include "repo/work.h"

#include <string.h>

/* A claim whose answer was lost ends with its lease: sending it again does no harm. */
#define CLAIM KF_STMT_REPEATABLE
#define ACCOUNT \
    "provider, mode, public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed"

static const kf_stmt_t hook_find = {
    "hook_find", "SELECT " ACCOUNT ", tenant_id, kf.now() FROM kf.hook_find($1::text)", 1,
    KF_STMT_REPEATABLE};

static const kf_stmt_t work_events = {
    "work_events",
    "SELECT " ACCOUNT
    ", tenant_id, event_id, tx_id, reference, attempts FROM kf.work_events($1::int, $2::int)",
    2, CLAIM};

static const kf_stmt_t work_polls = {
    "work_polls",
    "SELECT " ACCOUNT
    ", tenant_id, attempt_id, reference, tx_hint FROM kf.work_polls($1::int, $2::int)",
    2, CLAIM};

static const kf_stmt_t work_refunds = {
    "work_refunds",
    "SELECT " ACCOUNT ", tenant_id, refund_id, tx_id, amount_cents, currency, attempts, once,"
    " asked, provider_ref FROM kf.work_refunds($1::int, $2::int)",
    2, CLAIM};

static const kf_stmt_t work_messages = {
    "work_messages",
    "SELECT tenant_id, message_id, facts, url, body, secrets, kf.now()"
    " FROM kf.work_messages($1::int, $2::int, $3::int, '{full,thin}'::text[])",
    3, CLAIM};

static const kf_stmt_t work_sweep = {
    "work_sweep", "SELECT holds, bookings FROM kf.work_sweep($1::int)", 1, CLAIM};

/* The columns of ACCOUNT come first. */
enum { ACCOUNT_COLUMNS = 6 };

static void read_account(kf_account_row_t *out, const kf_db_res_t *res, int row)
{
    out->provider = kf_db_text(res, row, 0);
    out->mode = kf_db_text(res, row, 1);
    out->public_key = kf_db_text(res, row, 2);
    out->private_key_sealed = kf_db_text(res, row, 3);
    out->integrity_secret_sealed = kf_db_text(res, row, 4);
    out->events_secret_sealed = kf_db_text(res, row, 5);
}

kf_err_t *kf_repo_hook_find(kf_hook_row_t *out, bool *found, kf_db_t *db, const char *hook,
                            apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &hook_find, p, KF_TEXT(hook)));
    *found = kf_db_rows(res) > 0;
    if (*found) {
        read_account(&out->account, res, 0);
        out->tenant = kf_db_uuid(res, 0, ACCOUNT_COLUMNS);
        out->now = kf_db_time(res, 0, ACCOUNT_COLUMNS + 1);
    }
    return NULL;
}

static kf_err_t *claim(kf_db_res_t **res, int *n, kf_db_t *db, const kf_stmt_t *stmt, int limit,
                       apr_pool_t *p)
{
    KF_TRY(KF_DB_EXEC(res, db, stmt, p, KF_INT4(limit), KF_INT4(KF_WORK_LEASE_S)));
    *n = kf_db_rows(*res);
    return NULL;
}

kf_err_t *kf_repo_work_events(kf_event_row_t **out, int *n, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, n, db, &work_events, limit, p));
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        kf_event_row_t *row = &(*out)[i];

        read_account(&row->account, res, i);
        row->tenant = kf_db_uuid(res, i, ACCOUNT_COLUMNS);
        row->event = kf_db_uuid(res, i, ACCOUNT_COLUMNS + 1);
        row->tx = kf_db_text(res, i, ACCOUNT_COLUMNS + 2);
        row->reference = kf_db_text(res, i, ACCOUNT_COLUMNS + 3);
        row->attempts = (int)kf_db_int(res, i, ACCOUNT_COLUMNS + 4);
    }
    return NULL;
}

kf_err_t *kf_repo_work_polls(kf_poll_row_t **out, int *n, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, n, db, &work_polls, limit, p));
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        kf_poll_row_t *row = &(*out)[i];

        read_account(&row->account, res, i);
        row->tenant = kf_db_uuid(res, i, ACCOUNT_COLUMNS);
        row->attempt = kf_db_uuid(res, i, ACCOUNT_COLUMNS + 1);
        row->reference = kf_db_text(res, i, ACCOUNT_COLUMNS + 2);
        row->tx_hint = kf_db_text(res, i, ACCOUNT_COLUMNS + 3);
    }
    return NULL;
}

static void read_amount(kf_money_t *out, const kf_db_res_t *res, int row, int col)
{
    const char *currency = kf_db_text(res, row, col + 1);

    memset(out, 0, sizeof(*out));
    out->minor = kf_db_int(res, row, col);
    if (currency && strlen(currency) == 3) {
        memcpy(out->currency, currency, 4);
    }
}

kf_err_t *kf_repo_work_refunds(kf_refund_row_t **out, int *n, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(claim(&res, n, db, &work_refunds, limit, p));
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        kf_refund_row_t *row = &(*out)[i];

        read_account(&row->account, res, i);
        row->tenant = kf_db_uuid(res, i, ACCOUNT_COLUMNS);
        row->refund = kf_db_uuid(res, i, ACCOUNT_COLUMNS + 1);
        row->tx = kf_db_text(res, i, ACCOUNT_COLUMNS + 2);
        read_amount(&row->amount, res, i, ACCOUNT_COLUMNS + 3);
        row->attempts = (int)kf_db_int(res, i, ACCOUNT_COLUMNS + 5);
        row->once = kf_db_bool(res, i, ACCOUNT_COLUMNS + 6);
        row->asked = kf_db_bool(res, i, ACCOUNT_COLUMNS + 7);
        row->ref = kf_db_text(res, i, ACCOUNT_COLUMNS + 8);
    }
    return NULL;
}

kf_err_t *kf_repo_work_messages(kf_message_row_t **out, int *n, kf_db_t *db,
                                const kf_message_ask_t *ask, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &work_messages, p, KF_INT4(ask->limit), KF_INT4(ask->lease_s),
                      KF_INT4(ask->per_tenant)));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        kf_message_row_t *row = &(*out)[i];

        row->tenant = kf_db_uuid(res, i, 0);
        row->id = kf_db_text(res, i, 1);
        row->facts = kf_db_json(res, i, 2);
        row->url = kf_db_text(res, i, 3);
        row->body = (const char *)kf_db_bytes(res, i, 4, &row->body_len);
        row->secrets = kf_db_texts(res, i, 5, p);
        row->now = kf_db_time(res, i, 6);
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
