#include "flow/mail/mails.h"

#include <apr_strings.h>
#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/metric.h"
#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "crypto/token.h"
#include "flow/hold/holder.h"
#include "flow/job.h"
#include "flow/mail/channel.h"
#include "flow/peer.h"
#include "flow/provider.h"
#include "repo/mail/mail_token.h"
#include "text/mail/mail.h"

#define JITTER_PPM 200000
/* The longest sending, plus time before and after it. */
#define LEASE_S (KF_SMTP_TIMEOUT_MS / 1000 + 30)

typedef struct {
    kf_job_t job;
    kf_mail_row_t row;
    kf_mail_channel_t channel;
    kf_smtp_mail_t smtp; /* also used for Resend */
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

    KF_TRY(kf_repo_mail_result(&state, db, &mail->row.tenant, &mail->row.mail, &mail->result, job->p));
    if (state && !strcmp(state, "dead")) {
        kf_log(KF_LOG_WARNING, 470, "mail %s of tenant %s is given up: %s",
               kf_uuid_text(&mail->row.mail, job->p), kf_uuid_text(&mail->row.tenant, job->p),
               !strcmp(mail->result.outcome, "refused") ? "it was refused" : "its last attempt failed");
    }
    return NULL;
}

static void finish(mail_job_t *mail, const char *outcome, const char *error)
{
    uint32_t random = 0;

    if (!kf_random(&random, sizeof(random), mail->job.p)) {
        mail->result.jitter_ppm = (int)(random % (JITTER_PPM + 1));
    }
    kf_metric_count_word(KF_M_MAILS, outcome, NULL);
    mail->result.outcome = outcome;
    mail->result.error = error;
    kf_job_save(&mail->job, save);
}

static bool is_operators(const mail_job_t *mail)
{
    const kf_mail_channel_t *operators = kf_work_flow(mail->job.work)->mail;

    return operators && mail->channel.smtp == operators->smtp && mail->channel.resend == operators->resend;
}

/* The server's reply is stored in the row only: it may name the reader. Failing to log in to the operator's server
 * is a configuration error and is logged; a merchant's server is the merchant's concern. */
static void note_trouble(const mail_job_t *mail, const kf_http_res_t *res)
{
    bool ours = is_operators(mail);
    bool closed = res->outcome == KF_HTTP_TLS || res->status == 530 || res->status == 535
                  || (mail->channel.resend && (res->status == 401 || res->status == 403));

    kf_log(ours && closed ? KF_LOG_ERROR : KF_LOG_WARNING, 471,
           "mail %s could not be sent (%s, reply %d); it will be tried again",
           kf_uuid_text(&mail->row.mail, mail->job.p), kf_http_outcome_text(res->outcome), res->status);
}

static const char *name_of(const mail_job_t *mail, const kf_http_res_t *res)
{
    return mail->channel.resend ? kf_resend_id(res, mail->job.p)
                                : kf_smtp_message_id(&mail->smtp, mail->job.p);
}

static void answered(kf_job_t *job, const kf_http_res_t *res)
{
    mail_job_t *mail = (mail_job_t *)job;
    bool resend = mail->channel.resend;
    const char *reason = resend ? kf_resend_reason(res, job->p) : kf_smtp_reason(res, job->p);

    switch (resend ? kf_resend_verdict(res, job->p) : kf_smtp_verdict(res)) {
    case KF_SMTP_SENT:
        mail->result.message_id = name_of(mail, res);
        finish(mail, "sent", NULL);
        break;
    case KF_SMTP_REFUSED:
        finish(mail, "refused", reason);
        break;
    default:
        note_trouble(mail, res);
        finish(mail, "failed", reason);
        break;
    }
}

/* -- the beginning -- */

/* What the links belong to: the mail's booking, or a place on the waiting list. */
typedef struct {
    int bit;
    const char *word;
    size_t member;
} token_kind_t;

static const token_kind_t token_kinds[] = {
    {KF_MAIL_TOKEN_VIEW, "view", offsetof(kf_mail_tokens_t, view)},
    {KF_MAIL_TOKEN_MOVE, "move", offsetof(kf_mail_tokens_t, move)},
    {KF_MAIL_TOKEN_CANCEL, "cancel", offsetof(kf_mail_tokens_t, cancel)},
    {KF_MAIL_TOKEN_REMINDERS, "reminders", offsetof(kf_mail_tokens_t, reminders)},
    {KF_MAIL_TOKEN_OFFER, "offer", offsetof(kf_mail_tokens_t, offer)},
    {KF_MAIL_TOKEN_LEAVE, "leave", offsetof(kf_mail_tokens_t, leave)},
};

typedef struct {
    mail_job_t *mail;
    kf_db_t *db;
    const json_t *facts;
} making_t;

static kf_err_t *mint(const char **out, const making_t *m, const token_kind_t *kind)
{
    bool waiting = kind->bit & (KF_MAIL_TOKEN_OFFER | KF_MAIL_TOKEN_LEAVE);
    const char *id = json_string_value(json_object_get(m->facts, "waiting"));
    apr_pool_t *p = m->mail->job.p;
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_uuid_t place;
    char *token;

    if (waiting ? !id || !kf_uuid_read(&place, id, strlen(id)) : !m->mail->row.has_booking) {
        return NULL;
    }
    token = apr_pcalloc(p, KF_TOKEN_CHARS + 1);
    kf_wipe_with_pool(token, KF_TOKEN_CHARS, p);
    KF_TRY(kf_token_make(token, p));
    KF_TRY(kf_token_hash(hash, waiting ? "waiting" : "visit", token, p));
    KF_TRY(waiting ? kf_repo_waiting_mint(m->db, &m->mail->row.tenant, &place, kind->word, hash, p)
                   : kf_repo_visit_mint(m->db, &m->mail->row.tenant, &m->mail->row.booking, kind->word, hash, p));
    *out = token;
    return NULL;
}

/* Stores the tokens before the mail is sent. A retried mail has new ones; the old ones work too. */
static kf_err_t *mint_all(kf_mail_tokens_t *out, const making_t *m)
{
    const kf_mail_kind_t *kind = kf_mail_kind(m->mail->row.kind);
    int bits = kind && m->mail->row.needs_tokens ? kind->tokens : 0;

    for (size_t i = 0; i < sizeof(token_kinds) / sizeof(*token_kinds); i++) {
        if (bits & token_kinds[i].bit) {
            KF_TRY(mint((const char **)((char *)out + token_kinds[i].member), m, &token_kinds[i]));
        }
    }
    return NULL;
}

static kf_err_t *put_event(mail_job_t *mail, const kf_ical_event_t *event)
{
    kf_smtp_mail_t *smtp = &mail->smtp;

    KF_TRY(kf_ical_write(&smtp->ics, &smtp->ics_len, event, mail->job.p));
    smtp->ics_method = kf_ical_method_text(event->method);
    return NULL;
}

/* All mails about a booking belong to the thread of its customer's confirmation. */
static void set_thread(mail_job_t *mail, const kf_mail_row_t *row, const json_t *facts)
{
    apr_pool_t *p = mail->job.p;

    if (!row->has_booking) {
        return;
    }
    mail->smtp.thread = apr_pstrcat(p, "b-", kf_uuid_text(&row->booking, p), NULL);
    if (!strcmp(row->kind, "booking_confirmed") && !json_is_true(json_object_get(facts, "again"))) {
        mail->smtp.id = mail->smtp.thread;
    }
}

/* The token of the link of a mail about an account: sealed in the row, or made at the lease. */
static kf_err_t *open_token(const char **out, const making_t *m, const kf_flow_t *flow)
{
    const kf_mail_row_t *row = &m->mail->row;

    *out = json_string_value(json_object_get(m->facts, "confirm"));
    return row->secret_sealed ? kf_flow_mail_open(out, flow->keys, &row->tenant, &row->mail, row->secret_sealed,
                                                  m->mail->job.p)
                              : NULL;
}

static kf_err_t *set_mail(mail_job_t *mail, const kf_mail_out_t *out, const json_t *facts)
{
    const kf_mail_row_t *row = &mail->row;
    const kf_mail_to_t to = kf_mail_kind(row->kind)->to;
    kf_smtp_mail_t *smtp = &mail->smtp;

    smtp->subject = out->subject;
    smtp->text = out->text;
    smtp->html = out->html;
    smtp->from_name = row->channel.kind ? smtp->from_name : out->sender;
    smtp->unsubscribe = out->unsubscribe;
    smtp->reply_to = out->reply_to || to == KF_MAIL_TO_ACCOUNT ? out->reply_to : row->reply_to;
    if (to == KF_MAIL_TO_CUSTOMER) {
        set_thread(mail, row, facts);
    }
    return out->has_event ? put_event(mail, &out->event) : NULL;
}

/* The texts are wiped: they contain the tokens. */
static kf_err_t *compose(const making_t *m, const kf_flow_t *flow)
{
    const kf_mail_row_t *row = &m->mail->row;
    const kf_smtp_mail_t *smtp = &m->mail->smtp;
    apr_pool_t *p = m->mail->job.p;
    kf_mail_out_t out;
    kf_mail_t in = {
        .kind = row->kind, .lang = row->language, .facts = m->facts, .business = row->business,
        .logo_url = row->logo_url, .primary_color = row->primary_color, .contact = row->contact,
        .base_url = flow->base_url, .to_name = row->to_name, .to_address = row->to_address,
        .from_name = smtp->from_name, .from_address = smtp->from_address,
        .calendar = kf_flow_calendar_provider(flow)->name, .now = row->now, .at = row->created_at, .offset = row->offset};

    KF_TRY(open_token(&in.token, m, flow));
    KF_TRY(mint_all(&in.tokens, m));
    KF_TRY(kf_mail_compose(&out, &in, flow->messages, flow->templates, p));
    kf_wipe_with_pool((char *)out.text, strlen(out.text), p);
    kf_wipe_with_pool((char *)out.html, strlen(out.html), p);
    return set_mail(m->mail, &out, m->facts);
}

static kf_err_t *make(making_t *m, const kf_flow_t *flow)
{
    mail_job_t *mail = m->mail;
    const kf_mail_row_t *row = &m->mail->row;
    apr_pool_t *p = mail->job.p;
    json_t *json = json_loadb(row->facts, strlen(row->facts), JSON_REJECT_DUPLICATES, NULL);
    kf_err_t *err;

    if (!json) {
        return kf_err(p, KF_E_INTERNAL, "The facts of a mail cannot be read.");
    }
    mail->smtp = (kf_smtp_mail_t){.smtp = mail->channel.smtp,
                                  .from_name = mail->channel.from_name,
                                  .from_address = mail->channel.from_address,
                                  .id = kf_uuid_text(&row->mail, p),
                                  .to_name = row->to_name,
                                  .to_address = row->to_address,
                                  .lang = row->language,
                                  .date = row->now};
    m->facts = json;
    err = compose(m, flow);
    json_decref(json);
    KF_TRY(err);
    KF_TRY(kf_smtp_check(&mail->smtp, p));
    if (mail->channel.resend) {
        return kf_resend_request(&mail->job.req, mail->channel.resend, &mail->smtp,
                                 kf_uuid_text(&row->mail, p), p);
    }
    mail->job.req.mail = &mail->smtp;
    return NULL;
}

/* A mail that cannot be made is not retried, unless a key or a server is missing. */
static kf_err_t *start(kf_job_t *job, kf_db_t *db)
{
    mail_job_t *mail = (mail_job_t *)job;
    const kf_flow_t *flow = kf_work_flow(job->work);
    making_t m = {mail, db, NULL};
    kf_err_t *err = kf_flow_channel_of(&mail->channel, flow, &mail->row, job->p);

    err = err ? err : make(&m, flow);
    if (!err) {
        job->peer = !is_operators(mail) ? NULL : mail->channel.resend ? KF_PEER_RESEND : KF_PEER_SMTP;
        kf_job_call(job, answered);
        return NULL;
    }
    if (err->code == KF_E_UNAVAILABLE || err->code == KF_E_TIMEOUT) {
        return err;
    }
    kf_log(KF_LOG_ERROR, 472, "mail %s cannot be made: %s (%s)", kf_uuid_text(&mail->row.mail, job->p),
           err->detail, err->cause ? err->cause : "");
    finish(mail, err->code == KF_E_CONFIG ? "failed" : "refused", err->detail);
    return NULL;
}

/* The kinds that text/mail can make, as a PostgreSQL array. */
static const char *known_kinds(apr_pool_t *p)
{
    const char *list = "{";
    const kf_mail_kind_t *kind;

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        list = apr_pstrcat(p, list, i ? "," : "", kind->name, NULL);
    }
    return apr_pstrcat(p, list, "}", NULL);
}

static bool ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p)
{
    (void)room;
    ask->lease_s = LEASE_S;
    ask->more[0] = KF_BOOL(!flow->mail);
    ask->more[1] = KF_TEXT(known_kinds(p));
    return true;
}

const kf_queue_t kf_queue_mails = KF_QUEUE(kf_lease_mails, mail_job_t, row, start, ask);

kf_err_t *kf_flow_mail_report(const char **doc, const kf_flow_t *flow, const char *token, bool report, const char *ip,
                              apr_pool_t *p)
{
    kf_holder_t who;
    kf_db_t *db;

    *doc = NULL;
    KF_TRY(kf_holder_of(&who, flow->keys, report ? ip : NULL, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_mail_report(doc, db, token, report, who.network, p));
}
