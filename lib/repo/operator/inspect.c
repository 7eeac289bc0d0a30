#include "repo/operator/inspect.h"

static const kf_stmt_t messages_list = {
    "messages_list", "SELECT doc FROM kf.messages_list($1::uuid, $2::text, $3::int, $4::text)", 4,
    KF_STMT_REPEATABLE};
static const kf_stmt_t message_resend = {"message_resend",
                                         "SELECT kf.message_resend($1::uuid, $2::text)", 2, 0};
static const kf_stmt_t payments_list = {
    "payments_list", "SELECT doc FROM kf.payments_list($1::uuid, $2::boolean, $3::int)", 3,
    KF_STMT_REPEATABLE};
static const kf_stmt_t bookings_list = {
    "bookings_list", "SELECT doc FROM kf.bookings_list($1::uuid, $2::text, $3::int)", 3,
    KF_STMT_REPEATABLE};
static const kf_stmt_t booking_cancel = {
    "booking_cancel", "SELECT kf.booking_cancel($1::uuid, $2::uuid, $3::text, $4::text)", 4, 0};

kf_err_t *kf_repo_messages_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                const kf_messages_ask_t *ask, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_TEXT(ask->state), KF_INT4(ask->limit),
                             KF_TEXT(ask->after)};

    return kf_repo_docs(out, db, &messages_list, args, p);
}

kf_err_t *kf_repo_message_resend(kf_db_t *db, const kf_uuid_t *tenant, const char *message,
                                 apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &message_resend, p, KF_UUID(tenant), KF_TEXT(message));
}

kf_err_t *kf_repo_payments_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant, bool stuck,
                                int limit, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_BOOL(stuck), KF_INT4(limit)};

    return kf_repo_docs(out, db, &payments_list, args, p);
}

kf_err_t *kf_repo_bookings_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                const char *status, int limit, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_TEXT(status), KF_INT4(limit)};

    return kf_repo_docs(out, db, &bookings_list, args, p);
}

kf_err_t *kf_repo_booking_cancel(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                 const char *actor, const char *reason, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &booking_cancel, p, KF_UUID(tenant), KF_UUID(booking),
                      KF_TEXT(actor), KF_TEXT(reason));
}
