#include "repo/mail.h"

static const kf_stmt_t work_mails = {
    "work_mails",
    "SELECT tenant_id, mail_id, kind, to_address, to_name, language, facts, secret_sealed,"
    " created_at, business, zone_offset, kf.now(), attempts, booking_id, booking_status, needs_tokens,"
    " useful_until, zone, primary_color, secondary_color, logo_url, contact, reply_to, channel_kind,"
    " channel_host, channel_port, channel_security, channel_username, channel_secret_sealed,"
    " channel_from_name, channel_from_address FROM kf.work_mails($1::int, $2::int, $3::bool,"
    " $4::text[])",
    4, KF_STMT_REPEATABLE};
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

static void read_channel(kf_mail_channel_row_t *channel, const kf_db_res_t *res, int i, int first)
{
    channel->kind = kf_db_text(res, i, first);
    channel->host = kf_db_text(res, i, first + 1);
    channel->port = kf_db_isnull(res, i, first + 2) ? 0 : (int)kf_db_int(res, i, first + 2);
    channel->security = kf_db_text(res, i, first + 3);
    channel->username = kf_db_text(res, i, first + 4);
    channel->secret_sealed = kf_db_text(res, i, first + 5);
    channel->from_name = kf_db_text(res, i, first + 6);
    channel->from_address = kf_db_text(res, i, first + 7);
}

static void read_row(kf_mail_row_t *row, const kf_db_res_t *res, int i)
{
    row->tenant = kf_db_uuid(res, i, 0);
    row->mail = kf_db_uuid(res, i, 1);
    row->kind = kf_db_text(res, i, 2);
    row->to_address = kf_db_text(res, i, 3);
    row->to_name = kf_db_text(res, i, 4);
    row->language = kf_db_text(res, i, 5);
    row->facts = kf_db_json(res, i, 6);
    row->secret_sealed = kf_db_text(res, i, 7);
    row->created_at = kf_db_time(res, i, 8);
    row->business = kf_db_text(res, i, 9);
    row->offset = (int32_t)kf_db_int(res, i, 10);
    row->now = kf_db_time(res, i, 11);
    row->attempts = (int)kf_db_int(res, i, 12);
    row->has_booking = !kf_db_isnull(res, i, 13);
    if (row->has_booking) {
        row->booking = kf_db_uuid(res, i, 13);
    }
    row->booking_status = kf_db_text(res, i, 14);
    row->needs_tokens = kf_db_bool(res, i, 15);
    row->useful_until = kf_db_isnull(res, i, 16) ? 0 : kf_db_time(res, i, 16);
    row->zone = kf_db_text(res, i, 17);
    row->primary_color = kf_db_text(res, i, 18);
    row->secondary_color = kf_db_text(res, i, 19);
    row->logo_url = kf_db_text(res, i, 20);
    row->contact = kf_db_text(res, i, 21);
    row->reply_to = kf_db_text(res, i, 22);
    read_channel(&row->channel, res, i, 23);
}

kf_err_t *kf_repo_work_mails(kf_mail_row_t **out, int *n, kf_db_t *db, const kf_mails_due_t *ask,
                             apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &work_mails, p, KF_INT4(ask->limit), KF_INT4(ask->lease_s),
                      KF_BOOL(ask->own_only), KF_TEXT(ask->kinds)));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, sizeof(**out) * (size_t)(*n + 1));
    for (int i = 0; i < *n; i++) {
        read_row(&(*out)[i], res, i);
    }
    return NULL;
}

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
