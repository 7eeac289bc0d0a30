#include "flow/mails.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "flow/job.h"
#include "net/smtp.h"

#define JITTER_PPM 200000
#define SPARE_S 30 /* of a lease: for what comes before and after the sending */

typedef struct {
    kf_job_t job;
    kf_uuid_t tenant, mail;
    kf_smtp_mail_t smtp;
    kf_mail_result_t result;
} mail_job_t;

/* -- the secret -- */

static const char *place(const kf_uuid_t *tenant, const kf_uuid_t *mail, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/mail/secret/", kf_uuid_text(mail, p), NULL);
}

kf_err_t *kf_flow_mail_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                            const kf_uuid_t *mail, const char *token, apr_pool_t *p)
{
    return kf_seal(out, keys, place(tenant, mail, p), token, strlen(token), p);
}

kf_err_t *kf_flow_mail_open(const char **token, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                            const kf_uuid_t *mail, const char *sealed, apr_pool_t *p)
{
    size_t len;

    return kf_unseal(token, &len, keys, place(tenant, mail, p), sealed, p);
}

/* -- the end -- */

static kf_err_t *save(kf_job_t *job, kf_db_t *db)
{
    mail_job_t *mail = (mail_job_t *)job;
    const char *state;

    KF_TRY(kf_repo_mail_result(&state, db, &mail->tenant, &mail->mail, &mail->result, job->p));
    if (state && !strcmp(state, "dead")) {
        kf_log(KF_LOG_WARNING, 470, "mail %s of tenant %s is given up: %s",
               kf_uuid_text(&mail->mail, job->p), kf_uuid_text(&mail->tenant, job->p),
               !strcmp(mail->result.outcome, "refused") ? "it was refused" : "its last try failed");
    }
    return NULL;
}

static void finish(mail_job_t *mail, const char *outcome, const char *error)
{
    uint32_t random = 0;

    if (!kf_random(&random, sizeof(random), mail->job.p)) {
        mail->result.jitter_ppm = (int)(random % (JITTER_PPM + 1));
    }
    mail->result.outcome = outcome;
    mail->result.error = error;
    kf_job_save(&mail->job, save);
}

/* What the server said is in the row: it may name the reader. A server that we do not get into is an
 * error of the configuration. */
static void note_trouble(const mail_job_t *mail, const kf_http_res_t *res)
{
    kf_log(res->outcome == KF_HTTP_TLS || res->status == 530 || res->status == 535 ? KF_LOG_ERROR
                                                                                  : KF_LOG_WARNING,
           471, "mail %s could not be sent (%s, reply %d); it will be tried again",
           kf_uuid_text(&mail->mail, mail->job.p), kf_http_outcome_text(res->outcome), res->status);
}

static void answered(kf_job_t *job, const kf_http_res_t *res)
{
    mail_job_t *mail = (mail_job_t *)job;

    switch (kf_smtp_verdict(res)) {
    case KF_SMTP_SENT:
        finish(mail, "sent", NULL);
        break;
    case KF_SMTP_REFUSED:
        finish(mail, "refused", kf_smtp_reason(res, job->p));
        break;
    default:
        note_trouble(mail, res);
        finish(mail, "failed", kf_smtp_reason(res, job->p));
        break;
    }
}

/* -- the beginning -- */

static kf_err_t *read_facts(json_t **out, const char *text, apr_pool_t *p)
{
    *out = json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES, NULL);
    return *out ? NULL : kf_err(p, KF_E_INTERNAL, "The facts of a mail cannot be read.");
}

/* Texts of the row live with the claim, those of the mail as long as the job. */
static kf_err_t *render(kf_mail_words_t *out, const kf_flow_t *flow, const kf_mail_row_t *row,
                        apr_pool_t *p)
{
    kf_mail_facts_t facts = {.kind = row->kind, .lang = row->language, .name = row->to_name,
                             .business = row->business, .base_url = flow->base_url,
                             .at = row->created_at, .offset = row->offset};
    json_t *json;
    kf_err_t *err;

    if (row->secret_sealed) {
        KF_TRY(kf_flow_mail_open(&facts.token, flow->keys, &row->tenant, &row->mail,
                                 row->secret_sealed, p));
    }
    KF_TRY(read_facts(&json, row->facts, p));
    facts.facts = json;
    err = kf_mail_render(out, &facts, flow->messages, flow->templates, p);
    json_decref(json);
    return err;
}

static kf_err_t *make(mail_job_t *mail, const kf_flow_t *flow, const kf_mail_row_t *row)
{
    apr_pool_t *p = mail->job.p;
    kf_mail_words_t words;

    KF_TRY(render(&words, flow, row, p));
    if (row->secret_sealed) {
        kf_wipe_with_pool((char *)words.text, strlen(words.text), p);
        kf_wipe_with_pool((char *)words.html, strlen(words.html), p);
    }
    mail->smtp = (kf_smtp_mail_t){.smtp = flow->smtp,
                                  .id = kf_uuid_text(&row->mail, p),
                                  .to_name = apr_pstrdup(p, row->to_name),
                                  .to_address = apr_pstrdup(p, row->to_address),
                                  .subject = words.subject,
                                  .lang = apr_pstrdup(p, row->language),
                                  .text = words.text,
                                  .html = words.html,
                                  .date = row->now};
    mail->job.req.mail = &mail->smtp;
    return kf_smtp_check(&mail->smtp, p);
}

static int lease_s(const kf_smtp_t *smtp)
{
    return smtp->timeout_ms / 1000 + SPARE_S;
}

/* What cannot be made will not become better by waiting, but for a key that is missing. */
static void start(kf_work_t *work, const kf_mail_row_t *row)
{
    const kf_flow_t *flow = kf_work_flow(work);
    mail_job_t *mail = kf_job_make(work, KF_JOB_MAIL, sizeof(*mail));
    kf_err_t *err;

    mail->job.give_up_ms = kf_work_clock() + (lease_s(flow->smtp) - KF_JOB_SPARE_S) * 1000;
    mail->tenant = row->tenant;
    mail->mail = row->mail;
    err = make(mail, flow, row);
    if (!err) {
        kf_job_call(&mail->job, answered);
        return;
    }
    kf_log(KF_LOG_ERROR, 472, "mail %s cannot be made: %s (%s)",
           kf_uuid_text(&row->mail, mail->job.p), err->detail, err->cause ? err->cause : "");
    finish(mail, err->code == KF_E_CONFIG ? "failed" : "refused", err->detail);
}

kf_err_t *kf_claim_mails(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    const kf_smtp_t *smtp = kf_work_flow(work)->smtp;
    kf_mails_due_t ask = {.limit = room};
    kf_mail_row_t *rows;

    *found = 0;
    if (!smtp) {
        return NULL;
    }
    ask.lease_s = lease_s(smtp);
    KF_TRY(kf_repo_work_mails(&rows, found, db, &ask, p));
    for (int i = 0; i < *found; i++) {
        start(work, &rows[i]);
    }
    return NULL;
}
