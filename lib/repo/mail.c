#include "repo/mail.h"

static const kf_stmt_t work_mails = {
    "work_mails",
    "SELECT tenant_id, mail_id, kind, to_address, to_name, language, facts, secret_sealed,"
    " created_at, business, zone_offset, kf.now() FROM kf.work_mails($1::int, $2::int)",
    2, KF_STMT_REPEATABLE};
static const kf_stmt_t mail_result = {
    "mail_result",
    "SELECT state FROM kf.mail_result($1::uuid, $2::uuid, $3::text, $4::text, $5::int)", 5, 0};
static const kf_stmt_t mail_list = {
    "mail_list", "SELECT doc FROM kf.mail_list($1::uuid, $2::text, $3::int, $4::uuid)", 4,
    KF_STMT_REPEATABLE};
static const kf_stmt_t mail_resend = {"mail_resend", "SELECT kf.mail_resend($1::uuid, $2::uuid)", 2,
                                      0};
static const kf_stmt_t mails_waiting = {
    "mails_waiting", "SELECT due, untried, dead, oldest FROM kf.mails_waiting()", 0,
    KF_STMT_REPEATABLE};

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
}

kf_err_t *kf_repo_work_mails(kf_mail_row_t **out, int *n, kf_db_t *db, int limit, int lease_s,
                             apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &work_mails, p, KF_INT4(limit), KF_INT4(lease_s)));
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
                      KF_INT4(result->jitter_ppm)));
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

kf_err_t *kf_repo_mail_resend(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *mail,
                              apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &mail_resend, p, KF_UUID(tenant), KF_UUID(mail));
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
