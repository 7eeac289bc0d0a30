/* Outgoing mail: by SMTP or Resend, and the From address. */
#include "cfg/mail.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "cfg/directives.h"
#include "cfg/file.h"
#include "cfg/smtp.h"
#include "text/mime.h"
#include "text/validate.h"

/* Removes blanks and quotes around a name. */
static const char *trim_name(const char *from, const char *end, apr_pool_t *p)
{
    while (from < end && *from == ' ') {
        from++;
    }
    while (end > from && end[-1] == ' ') {
        end--;
    }
    if (end - from >= 2 && *from == '"' && end[-1] == '"') {
        from++;
        end--;
    }
    return apr_pstrmemdup(p, from, (apr_size_t)(end - from));
}

/* Parses "Name <address>" or a plain address. */
static kf_err_t *set_from(kf_mail_channel_t *channel, const char *text, apr_pool_t *p)
{
    const char *angle = strrchr(text, '<'), *end = text + strlen(text), *unused;

    channel->from_address = text;
    if (angle && end[-1] == '>') {
        channel->from_name = trim_name(text, angle, p);
        channel->from_address = apr_pstrmemdup(p, angle + 1, (apr_size_t)(end - angle - 2));
    }
    if ((channel->from_name && strpbrk(channel->from_name, "<>@"))
        || kf_validate_email(&unused, "from", channel->from_address, p)
        || kf_mime_mailbox(&unused, channel->from_name, channel->from_address, p)) {
        return kf_err(p, KF_E_CONFIG, "%s: \"%s\" is not an address: write one such as \"Konfirmado "
                      "<citas@example.com>\", in quotes", KFM_D_MAIL_FROM, text);
    }
    return NULL;
}

kf_err_t *kfm_cfg_ca(const char **out, const char *directive, const char *path, apr_pool_t *p)
{
    char *text = NULL;

    if (path) {
        KF_TRY(kfm_cfg_read_file(&text, directive, path, KF_MAX_CA_FILE, p));
        if (!strstr(text, "-----BEGIN CERTIFICATE-----")) {
            return kf_err(p, KF_E_CONFIG, "%s: %s has no certificate in PEM", directive, path);
        }
    }
    *out = text;
    return NULL;
}

static kf_err_t *read_resend(const kf_resend_t **out, const kfm_raw_t *raw, apr_pool_t *p)
{
    kf_resend_t *resend = apr_pcalloc(p, sizeof(*resend));

    *out = NULL;
    if (!raw->resend_key_file) {
        return NULL;
    }
    resend->api = raw->resend_api;
    resend->ca_file = raw->provider_ca;
    *out = resend;
    return kfm_cfg_read_secret(&resend->key, KFM_D_RESEND_KEY, raw->resend_key_file, p);
}

kf_err_t *kfm_cfg_mail(kfm_cfg_t *cfg, const kfm_raw_t *raw, apr_pool_t *p)
{
    kf_mail_channel_t *channel = apr_pcalloc(p, sizeof(*channel));

    KF_TRY(kfm_cfg_check_provider(KFM_D_RESEND_URL, raw->resend_api, raw, p));
    cfg->set.resend_api = raw->resend_api;
    KF_TRY(kfm_cfg_ca(&cfg->mail_ca, KFM_D_MAIL_CA, raw->mail_ca, p));
    if (raw->smtp_url && raw->resend_key_file) {
        return kf_err(p, KF_E_CONFIG, "%s and %s exclude each other: write only one of them",
                      KFM_D_SMTP, KFM_D_RESEND_KEY);
    }
    KF_TRY(kfm_cfg_smtp(&channel->smtp, raw, p));
    KF_TRY(read_resend(&channel->resend, raw, p));
    if (!channel->smtp && !channel->resend) {
        return NULL;
    }
    if (!raw->mail_from) {
        return kf_err(p, KF_E_CONFIG, "%s is missing: set it to the sender of mails, such as \"Konfirmado "
                                      "<citas@example.com>\"", KFM_D_MAIL_FROM);
    }
    KF_TRY(set_from(channel, raw->mail_from, p));
    cfg->mail = channel;
    return NULL;
}
