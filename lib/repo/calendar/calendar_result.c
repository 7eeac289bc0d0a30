/* Results of the work with calendars at providers. All of them may be reported twice. */
#include "repo/calendar/calendar.h"

#include <string.h>

#include "crypto/token.h"

static const kf_stmt_t read_done = {
    "calendar_read_done",
    "SELECT recovered FROM kf.calendar_read_done($1::uuid, $2::uuid, $3::int, $4::uuid,"
    " $5::timestamptz, $6::timestamptz, $7::timestamptz, $8::text, $9::int, $10::int)",
    10, KF_STMT_REPEATABLE};
static const kf_stmt_t read_failed = {
    "calendar_read_failed",
    "SELECT kf.calendar_read_failed($1::uuid, $2::uuid, $3::int, $4::uuid, $5::timestamptz,"
    " $6::text, $7::text, $8::int, $9::int)",
    9, KF_STMT_REPEATABLE};
static const kf_stmt_t token_put = {
    "calendar_token_put",
    "SELECT kf.calendar_token_put($1::uuid, $2::uuid, $3::text, $4::timestamptz, $5::text)", 5,
    KF_STMT_REPEATABLE};
static const kf_stmt_t connection_error = {
    "calendar_error", "SELECT kf.calendar_error($1::uuid, $2::uuid, $3::text)", 3,
    KF_STMT_REPEATABLE};
static const kf_stmt_t notify = {
    "calendar_notify",
    "SELECT kf.calendar_notify($1::uuid, $2::bytea, $3::text, $4::bigint, $5::boolean)", 5,
    KF_STMT_REPEATABLE};
static const kf_stmt_t channel_ask = {
    "calendar_channel_ask",
    "SELECT kf.calendar_channel_ask($1::uuid, $2::uuid, $3::text, $4::uuid, $5::bytea,"
    " $6::timestamptz)",
    6, 0};
static const kf_stmt_t channel_opened = {
    "calendar_channel_opened",
    "SELECT kf.calendar_channel_opened($1::uuid, $2::uuid, $3::text, $4::timestamptz)", 4,
    KF_STMT_REPEATABLE};
static const kf_stmt_t channel_failed = {
    "calendar_channel_failed",
    "SELECT kf.calendar_channel_failed($1::uuid, $2::uuid, $3::text, $4::text, $5::int)", 5,
    KF_STMT_REPEATABLE};
static const kf_stmt_t stop_result = {
    "calendar_stop_result", "SELECT kf.calendar_stop_result($1::uuid, $2::uuid, $3::boolean, $4::int)",
    4, KF_STMT_REPEATABLE};
static const kf_stmt_t revoke_result = {
    "calendar_revoke_result",
    "SELECT kf.calendar_revoke_result($1::uuid, $2::uuid, $3::boolean, $4::text, $5::int)", 5,
    KF_STMT_REPEATABLE};
static const kf_stmt_t sync_done = {
    "calendar_sync_done",
    "SELECT kf.calendar_sync_done($1::uuid, $2::uuid, $3::text, $4::text, $5::jsonb, $6::boolean)",
    6, KF_STMT_REPEATABLE};
static const kf_stmt_t sync_failed = {
    "calendar_sync_failed",
    "SELECT kf.calendar_sync_failed($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::int)", 6,
    KF_STMT_REPEATABLE};
static const kf_stmt_t event_done = {
    "calendar_event_done",
    "SELECT kf.calendar_event_done($1::uuid, $2::uuid, $3::int, $4::int, $5::text)", 5,
    KF_STMT_REPEATABLE};
static const kf_stmt_t event_again = {
    "calendar_event_again", "SELECT kf.calendar_event_again($1::uuid, $2::uuid, $3::int)", 3, 0};
static const kf_stmt_t event_failed = {
    "calendar_event_failed",
    "SELECT kf.calendar_event_failed($1::uuid, $2::uuid, $3::int, $4::text, $5::text, $6::int,"
    " $7::int)",
    7, KF_STMT_REPEATABLE};

static kf_arg_t time_arg(kf_instant_t at)
{
    return at ? KF_TIME(at) : KF_NULL;
}

/* -- reading -- */

kf_err_t *kf_repo_calendar_read_done(bool *recovered, kf_db_t *db,
                                     const kf_calendar_read_row_t *row,
                                     const kf_calendar_read_t *read, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &read_done, p, KF_UUID(&row->key.tenant),
                      KF_UUID(&row->professional), KF_INT4(row->n), KF_UUID(&row->lease),
                      KF_TIME(row->key.now), KF_TIME(row->range.start), KF_TIME(row->range.end),
                      KF_TEXT(read->busy), KF_INT4(read->ttl_s), KF_INT4(read->poll_s)));
    *recovered = kf_db_rows(res) && !kf_db_isnull(res, 0, 0) && kf_db_bool(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_calendar_read_failed(bool *first, kf_db_t *db, const kf_calendar_read_row_t *row,
                                       const kf_calendar_failure_t *failure, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &read_failed, p, KF_UUID(&row->key.tenant),
                      KF_UUID(&row->professional), KF_INT4(row->n), KF_UUID(&row->lease),
                      KF_TIME(row->key.now), KF_TEXT(failure->verdict), KF_TEXT(failure->error),
                      KF_INT4(failure->retry_s), KF_INT4(failure->jitter_ppm)));
    *first = kf_db_rows(res) && !kf_db_isnull(res, 0, 0) && kf_db_bool(res, 0, 0);
    return NULL;
}

/* -- the connection -- */

kf_err_t *kf_repo_calendar_token_put(kf_db_t *db, const kf_uuid_t *tenant,
                                     const kf_uuid_t *connection,
                                     const kf_calendar_tokens_t *tokens, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &token_put, p, KF_UUID(tenant), KF_UUID(connection),
                      KF_TEXT(tokens->access_sealed), time_arg(tokens->expires),
                      KF_TEXT(tokens->refresh_sealed));
}

kf_err_t *kf_repo_calendar_error(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *connection,
                                 const char *reason, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &connection_error, p, KF_UUID(tenant), KF_UUID(connection),
                      KF_TEXT(reason));
}

kf_err_t *kf_repo_calendar_notify(bool *known, kf_db_t *db, const kf_calendar_notify_t *notice,
                                  apr_pool_t *p)
{
    kf_db_res_t *res;
    const char *word;

    KF_TRY(KF_DB_EXEC(&res, db, &notify, p, KF_UUID(notice->channel),
                      KF_BYTES(notice->token_hash, KF_TOKEN_HASH_BYTES), KF_TEXT(notice->resource),
                      KF_INT8(notice->number), KF_BOOL(notice->hello)));
    word = kf_db_rows(res) ? kf_db_text(res, 0, 0) : NULL;
    *known = word && !strcmp(word, "ok");
    return NULL;
}

/* -- channels -- */

kf_err_t *kf_repo_calendar_channel_ask(kf_db_t *db, const kf_calendar_channel_row_t *row,
                                       const kf_calendar_asked_t *asked, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &channel_ask, p, KF_UUID(&row->key.tenant),
                      KF_UUID(&row->key.connection), KF_TEXT(row->calendar),
                      KF_UUID(&asked->channel), KF_BYTES(asked->token_hash, KF_TOKEN_HASH_BYTES),
                      KF_TIME(asked->expires));
}

kf_err_t *kf_repo_calendar_channel_opened(kf_db_t *db, const kf_uuid_t *tenant,
                                          const kf_uuid_t *channel, const char *resource,
                                          kf_instant_t expires, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &channel_opened, p, KF_UUID(tenant), KF_UUID(channel),
                      KF_TEXT(resource), time_arg(expires));
}

kf_err_t *kf_repo_calendar_channel_failed(kf_db_t *db, const kf_uuid_t *tenant,
                                          const kf_uuid_t *channel,
                                          const kf_calendar_failure_t *failure, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &channel_failed, p, KF_UUID(tenant), KF_UUID(channel),
                      KF_TEXT(failure->verdict), KF_TEXT(failure->error),
                      KF_INT4(failure->retry_s));
}

kf_err_t *kf_repo_calendar_stop_result(kf_db_t *db, const kf_calendar_stop_row_t *row, bool ok,
                                       int retry_s, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &stop_result, p, KF_UUID(&row->key.tenant), KF_UUID(&row->channel),
                      KF_BOOL(ok), KF_INT4(retry_s));
}

kf_err_t *kf_repo_calendar_revoke_result(kf_db_t *db, const kf_calendar_key_row_t *row,
                                         const kf_calendar_failure_t *failure, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &revoke_result, p, KF_UUID(&row->tenant), KF_UUID(&row->connection),
                      KF_BOOL(!failure), KF_TEXT(failure ? failure->error : NULL),
                      KF_INT4(failure ? failure->retry_s : 0));
}

/* -- changes -- */

kf_err_t *kf_repo_calendar_sync_done(kf_db_t *db, const kf_calendar_sync_row_t *row,
                                     const kf_calendar_synced_t *synced, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &sync_done, p, KF_UUID(&row->key.tenant),
                      KF_UUID(&row->key.connection), KF_TEXT(row->calendar),
                      KF_TEXT(synced->sync_token), KF_TEXT(synced->events),
                      KF_BOOL(synced->full));
}

kf_err_t *kf_repo_calendar_sync_failed(kf_db_t *db, const kf_calendar_sync_row_t *row,
                                       const kf_calendar_failure_t *failure, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &sync_failed, p, KF_UUID(&row->key.tenant),
                      KF_UUID(&row->key.connection), KF_TEXT(row->calendar),
                      KF_TEXT(failure->verdict), KF_TEXT(failure->error),
                      KF_INT4(failure->retry_s));
}

/* -- events -- */

kf_err_t *kf_repo_calendar_event_done(kf_db_t *db, const kf_calendar_event_row_t *row,
                                      const char *meeting_url, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &event_done, p, KF_UUID(&row->key.tenant), KF_UUID(&row->booking),
                      KF_INT4(row->n), KF_INT4(row->version), KF_TEXT(meeting_url));
}

kf_err_t *kf_repo_calendar_event_again(kf_db_t *db, const kf_calendar_event_row_t *row,
                                       apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &event_again, p, KF_UUID(&row->key.tenant), KF_UUID(&row->booking),
                      KF_INT4(row->n));
}

kf_err_t *kf_repo_calendar_event_failed(kf_db_t *db, const kf_calendar_event_row_t *row,
                                        const kf_calendar_failure_t *failure, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &event_failed, p, KF_UUID(&row->key.tenant), KF_UUID(&row->booking),
                      KF_INT4(row->n), KF_TEXT(failure->verdict), KF_TEXT(failure->error),
                      KF_INT4(failure->retry_s), KF_INT4(failure->jitter_ppm));
}
