#include "flow/mail/channel.h"

#include <apr_strings.h>
#include <string.h>

#include "crypto/sealed.h"
#include "text/ical.h"
#include "text/mail/mail.h"

static const char *place(const kf_uuid_t *tenant, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/mail_channel/secret", NULL);
}

kf_err_t *kf_flow_channel_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                               const char *secret, apr_pool_t *p)
{
    return kf_seal(out, keys, place(tenant, p), secret, strlen(secret), p);
}

kf_err_t *kf_flow_channel_check(const kf_flow_t *flow, const char *host, int port, apr_pool_t *p)
{
    const char *name;
    kf_err_t *err = kf_guard_check_host(&name, flow->mail_guard, host, port, p);

    if (!err) {
        return NULL;
    }
    return kf_err_field(p, KF_E_INVALID, !strncmp(err->detail, "Port", 4) ? "port" : "host", "%s",
                        err->detail);
}

const char *kf_flow_organizer(const kf_flow_t *flow, const char *own, apr_pool_t *p)
{
    if (own && *own) {
        return own;
    }
    return flow->mail ? flow->mail->from_address : kf_ical_uid("no-reply", flow->base_url, p);
}

/* -- the merchant's own -- */

static kf_err_t *open_secret(const char **out, const kf_flow_t *flow, const kf_mail_row_t *row,
                             apr_pool_t *p)
{
    size_t len;

    *out = NULL;
    if (!row->channel.secret_sealed) {
        return NULL;
    }
    /* the operator must fix a secret that does not open: the mail waits for that */
    if (kf_unseal(out, &len, flow->keys, place(&row->tenant, p), row->channel.secret_sealed, p)) {
        return kf_err(p, KF_E_CONFIG, "The password of the merchant's mail server cannot be opened.");
    }
    return NULL;
}

static kf_err_t *own_smtp(kf_mail_channel_t *out, const kf_flow_t *flow, const kf_mail_row_t *row,
                          apr_pool_t *p)
{
    const kf_mail_channel_row_t *channel = &row->channel;
    kf_smtp_t *smtp = apr_pcalloc(p, sizeof(*smtp));
    bool tls = channel->security && !strcmp(channel->security, "tls");

    smtp->host = apr_pstrdup(p, channel->host);
    smtp->port = channel->port;
    smtp->url = apr_psprintf(p, "%s://%s:%d", tls ? "smtps" : "smtp", smtp->host, smtp->port);
    smtp->security = tls ? KF_SMTP_TLS : KF_SMTP_STARTTLS;
    smtp->ca = flow->mail_ca;
    smtp->guard = flow->mail_guard;
    if (channel->username && *channel->username) {
        smtp->user = apr_pstrdup(p, channel->username);
        KF_TRY(open_secret(&smtp->password, flow, row, p));
    }
    out->smtp = smtp;
    return NULL;
}

static kf_err_t *own_resend(kf_mail_channel_t *out, const kf_flow_t *flow, const kf_mail_row_t *row,
                            apr_pool_t *p)
{
    kf_resend_t *resend = apr_pcalloc(p, sizeof(*resend));

    resend->api = flow->resend_api ? flow->resend_api : KF_RESEND_API;
    resend->ca_file = flow->provider_ca_file;
    KF_TRY(open_secret(&resend->key, flow, row, p));
    out->resend = resend;
    return resend->key ? NULL : kf_err(p, KF_E_CONFIG, "The merchant's mail channel has no API key.");
}

static kf_err_t *own(kf_mail_channel_t *out, const kf_flow_t *flow, const kf_mail_row_t *row,
                     apr_pool_t *p)
{
    const kf_mail_channel_row_t *channel = &row->channel;

    out->from_name = channel->from_name && *channel->from_name ? apr_pstrdup(p, channel->from_name)
                                                               : apr_pstrdup(p, row->business);
    out->from_address = apr_pstrdup(p, channel->from_address);
    return !strcmp(channel->kind, "resend") ? own_resend(out, flow, row, p)
                                            : own_smtp(out, flow, row, p);
}

/* -- the choice -- */

kf_err_t *kf_flow_channel_of(kf_mail_channel_t *out, const kf_flow_t *flow, const kf_mail_row_t *row,
                             apr_pool_t *p)
{
    const kf_mail_kind_t *kind = kf_mail_kind(row->kind);
    bool of_account = !kind || kind->to == KF_MAIL_TO_ACCOUNT;

    *out = (kf_mail_channel_t){0};
    if (row->channel.kind && !(of_account && flow->mail)) {
        return own(out, flow, row, p);
    }
    if (!flow->mail) {
        return kf_err(p, KF_E_CONFIG, "There is no mail server for this mail.");
    }
    *out = *flow->mail;
    return NULL;
}
