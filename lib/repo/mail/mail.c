#include "repo/mail/mail.h"

#define KF_ROW_T kf_mail_row_t
static const kf_col_t mail_cols[] = {
    KF_COL(tenant, "tenant_id"), KF_COL(mail, "mail_id"), KF_COL(kind, "kind"),
    KF_COL(to_address, "to_address"), KF_COL(to_name, "to_name"), KF_COL(language, "language"),
    KF_COL(facts, "facts"), KF_COL(secret_sealed, "secret_sealed"), KF_COL(created_at, "created_at"),
    KF_COL(business, "business"), KF_COL(offset, "zone_offset"), KF_COL(now, "now"),
    KF_COL(attempts, "attempts"), KF_COL(has_booking, "booking_id"), KF_COL(booking, "booking_id"),
    KF_COL(booking_status, "booking_status"), KF_COL(needs_tokens, "needs_tokens"),
    KF_COL(useful_until, "useful_until"), KF_COL(zone, "zone"), KF_COL(primary_color, "primary_color"),
    KF_COL(secondary_color, "secondary_color"), KF_COL(logo_url, "logo_url"), KF_COL(contact, "contact"),
    KF_COL(reply_to, "reply_to"), KF_COL(channel.kind, "channel_kind"), KF_COL(channel.host, "channel_host"),
    KF_COL(channel.port, "channel_port"), KF_COL(channel.security, "channel_security"),
    KF_COL(channel.username, "channel_username"), KF_COL(channel.secret_sealed, "channel_secret_sealed"),
    KF_COL(channel.from_name, "channel_from_name"), KF_COL(channel.from_address, "channel_from_address")};
const kf_lease_t kf_lease_mails = {
    {"work_mails", "SELECT *, kf.now() FROM kf.work_mails($1::int, $2::int, $3::bool, $4::text[])", 4, KF_LEASE},
    KF_SHAPE(mail_cols)};
#undef KF_ROW_T
static const kf_stmt_t mail_result = {
    "mail_result",
    "SELECT state FROM kf.mail_result($1::uuid, $2::uuid, $3::text, $4::text, $5::int, $6::text)",
    6, 0};
static const kf_stmt_t mail_list = {
    "mail_list", "SELECT doc FROM kf.mail_list($1::uuid, $2::text, $3::int, $4::uuid)", 4,
    KF_STMT_REPEATABLE};
static const kf_stmt_t mail_resend = {"mail_resend", "SELECT kf.mail_resend($1::uuid, $2::uuid)", 2,
                                      0};
static const kf_stmt_t mails_resend_dead = {
    "mails_resend_dead", "SELECT kf.mails_resend_dead($1::uuid, $2::int)", 2, 0};
static const kf_stmt_t mails_waiting = {
    "mails_waiting", "SELECT due, untried, dead, oldest FROM kf.mails_waiting()", 0,
    KF_STMT_REPEATABLE};

kf_err_t *kf_repo_mail_result(const char **state, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_uuid_t *mail, const kf_mail_result_t *result, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &mail_result, p, KF_UUID(tenant), KF_UUID(mail),
                      KF_TEXT(result->outcome), KF_TEXT(result->error),
                      KF_INT4(result->jitter_ppm), KF_TEXT(result->message_id)));
    *state = kf_db_text(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_mail_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_mails_ask_t *ask, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_TEXT(ask->state), KF_INT4(ask->limit),
                             KF_UUID(ask->after)};

    return kf_repo_docs(out, db, &mail_list, args, p);
}

kf_err_t *kf_repo_mail_report(const char **doc, kf_db_t *db, const char *token, bool report, int64_t network,
                              apr_pool_t *p)
{
    static const kf_stmt_t stmt = {"mail_report", "SELECT doc FROM kf.mail_report($1::text, $2::boolean, $3::bigint)", 3,
                                   KF_STMT_REPEATABLE};
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &stmt, p, KF_TEXT(token), KF_BOOL(report), KF_KEYED(network)));
    *doc = kf_db_rows(res) ? kf_db_json(res, 0, 0) : NULL;
    return NULL;
}

kf_err_t *kf_repo_mail_resend(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *mail,
                              apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &mail_resend, p, KF_UUID(tenant), KF_UUID(mail));
}

kf_err_t *kf_repo_mails_resend_dead(int *n, kf_db_t *db, const kf_uuid_t *tenant, int days,
                                    apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &mails_resend_dead, p, KF_UUID(tenant), KF_INT4(days)));
    *n = (int)kf_db_int(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_mails_waiting(kf_mails_waiting_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &mails_waiting, p, KF_NULL));
    out->due = (int)kf_db_int(res, 0, 0);
    out->untried = (int)kf_db_int(res, 0, 1);
    out->dead = (int)kf_db_int(res, 0, 2);
    out->oldest = kf_db_isnull(res, 0, 3) ? 0 : kf_db_time(res, 0, 3);
    return NULL;
}
