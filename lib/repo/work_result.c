/* Results of leased work. All except a message's result may be reported twice. */
#include "repo/work.h"

static const kf_stmt_t event_store = {
    "event_store",
    "SELECT stored FROM kf.event_store($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text,"
    " $7::text, $8::bytea)",
    8, KF_STMT_REPEATABLE};

static const kf_stmt_t event_result = {
    "event_result", "SELECT kf.event_result($1::uuid, $2::uuid, $3::bool, $4::text, $5::int)", 5,
    KF_STMT_REPEATABLE};

static const kf_stmt_t poll_result = {
    "poll_result", "SELECT kf.poll_result($1::uuid, $2::uuid, $3::int, $4::bool, $5::text)", 5,
    KF_STMT_REPEATABLE};

static const kf_stmt_t refund_result = {
    "refund_result", "SELECT kf.refund_result($1::uuid, $2::uuid, $3::text, $4::text, $5::text)", 5,
    KF_STMT_REPEATABLE};

static const kf_stmt_t payment_apply = {
    "payment_apply",
    "SELECT outcome FROM kf.payment_apply($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text,"
    " $7::bigint, $8::text, $9::text, $10::bool, $11::text, $12::text)",
    12, KF_STMT_REPEATABLE};

static const kf_stmt_t message_body = {
    "message_body", "SELECT kf.message_body($1::uuid, $2::text, $3::bytea)", 3, KF_STMT_REPEATABLE};

static const kf_stmt_t message_result = {
    "message_result",
    "SELECT state FROM kf.message_result($1::uuid, $2::text, $3::int, $4::int, $5::text, $6::text,"
    " $7::bytea, $8::int, $9::int)",
    9, 0};

kf_err_t *kf_repo_event_store(bool *stored, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_event_t *event, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &event_store, p, KF_UUID(tenant), KF_UUID(&event->event),
                      KF_TEXT(event->provider), KF_TEXT(event->dedupe_key), KF_TEXT(event->tx),
                      KF_TEXT(event->reference), KF_TEXT(event->status),
                      KF_BYTES(event->body, event->body_len)));
    *stored = kf_db_bool(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_event_result(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *event,
                               const char *outcome, int retry_s, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &event_result, p, KF_UUID(tenant), KF_UUID(event),
                      KF_BOOL(retry_s == 0), KF_TEXT(outcome), KF_INT4(retry_s));
}

kf_err_t *kf_repo_poll_result(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *attempt,
                              const kf_poll_result_t *result, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &poll_result, p, KF_UUID(tenant), KF_UUID(attempt),
                      KF_INT4(result->found), KF_BOOL(result->pending), KF_TEXT(result->error));
}

kf_err_t *kf_repo_refund_result(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *refund,
                                const kf_refund_result_t *result, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &refund_result, p, KF_UUID(tenant), KF_UUID(refund),
                      KF_TEXT(result->result), KF_TEXT(result->ref), KF_TEXT(result->error));
}

kf_err_t *kf_repo_payment_apply(const char **outcome, kf_db_t *db, const kf_uuid_t *tenant,
                                const kf_payment_fact_t *fact, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &payment_apply, p, KF_UUID(tenant), KF_UUID(&fact->payment),
                      KF_TEXT(fact->provider), KF_TEXT(fact->tx), KF_TEXT(fact->reference),
                      KF_TEXT(fact->status), KF_INT8(fact->amount.minor),
                      KF_TEXT(fact->amount.currency), KF_TEXT(fact->method),
                      KF_BOOL(fact->can_void), KF_TEXT(fact->source), KF_TEXT(fact->mode)));
    *outcome = kf_db_text(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_message_body(kf_db_t *db, const kf_uuid_t *tenant, const char *message,
                               const char *body, size_t len, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &message_body, p, KF_UUID(tenant), KF_TEXT(message),
                      KF_BYTES(body, len));
}

kf_err_t *kf_repo_message_result(const char **state, kf_db_t *db, const kf_uuid_t *tenant,
                                 const char *message, const kf_sent_t *sent, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &message_result, p, KF_UUID(tenant), KF_TEXT(message),
                      sent->status ? KF_INT4(sent->status) : KF_NULL, KF_INT4(sent->latency_ms),
                      KF_TEXT(sent->remote_ip), KF_TEXT(sent->error),
                      KF_BYTES(sent->answer, sent->answer_len), KF_INT4(sent->retry_after_s),
                      KF_INT4(sent->jitter_ppm)));
    *state = kf_db_text(res, 0, 0);
    return NULL;
}
