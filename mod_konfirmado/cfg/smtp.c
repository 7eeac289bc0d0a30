/* The mail server: what its directives say together. */
#include "cfg/smtp.h"

#include <apr_strings.h>
#include <apr_uri.h>
#include <string.h>

#include "base/limits.h"
#include "cfg/directives.h"
#include "cfg/file.h"
#include "text/mime.h"
#include "text/validate.h"

#define TIMEOUT_MS 30000

static bool is_loopback(const char *host)
{
    /* 127.0.0.1, but not a name such as 127.example.com */
    return !strcmp(host, "localhost") || !strcmp(host, "::1")
           || (!strncmp(host, "127.", 4) && !host[strspn(host, "0123456789.")]);
}

static kf_err_t *set_security(kf_smtp_t *smtp, const kfm_raw_t *raw, const apr_uri_t *uri,
                              apr_pool_t *p)
{
    const char *word = raw->smtp_security;
    bool tls = !strcmp(uri->scheme, "smtps");

    if (word && tls != !strcmp(word, "tls")) {
        return kf_err(p, KF_E_CONFIG, "%s: \"%s\" does not go with %s: write tls with smtps://, and "
                      "starttls or plain with smtp://", KFM_D_SMTP_SECURITY, word, raw->smtp_url);
    }
    smtp->security = tls                          ? KF_SMTP_TLS
                     : word && !strcmp(word, "plain") ? KF_SMTP_PLAIN
                                                  : KF_SMTP_STARTTLS;
    if (smtp->security == KF_SMTP_PLAIN && !is_loopback(uri->hostname) && !raw->insecure_http) {
        return kf_err(p, KF_E_CONFIG, "%s: plain is for a server on this machine (127.0.0.1, ::1): "
                      "use starttls, or write \"%s On\" on a machine for development",
                      KFM_D_SMTP_SECURITY, KFM_D_INSECURE_HTTP);
    }
    return NULL;
}

/* The name may stand in quotes. */
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

/* "Name <address>", or an address alone. */
static kf_err_t *set_from(kf_smtp_t *smtp, const char *text, apr_pool_t *p)
{
    const char *angle = strrchr(text, '<'), *end = text + strlen(text), *unused;

    smtp->from_address = text;
    if (angle && end[-1] == '>') {
        smtp->from_name = trim_name(text, angle, p);
        smtp->from_address = apr_pstrmemdup(p, angle + 1, (apr_size_t)(end - angle - 2));
    }
    if ((smtp->from_name && strpbrk(smtp->from_name, "<>@"))
        || kf_validate_email(&unused, "from", smtp->from_address, p)
        || kf_mime_mailbox(&unused, smtp->from_name, smtp->from_address, p)) {
        return kf_err(p, KF_E_CONFIG, "%s: \"%s\" is not an address: write one such as \"Konfirmado "
                      "<citas@example.com>\", in quotes", KFM_D_MAIL_FROM, text);
    }
    return NULL;
}

static kf_err_t *set_account(kf_smtp_t *smtp, const kfm_raw_t *raw, apr_pool_t *p)
{
    if (!raw->smtp_user && !raw->smtp_password_file) {
        return NULL;
    }
    if (!raw->smtp_user || !raw->smtp_password_file) {
        return kf_err(p, KF_E_CONFIG, "%s and %s go together: write both or neither",
                      KFM_D_SMTP_USER, KFM_D_SMTP_PASSWORD);
    }
    smtp->user = raw->smtp_user;
    return kfm_cfg_read_secret(&smtp->password, KFM_D_SMTP_PASSWORD, raw->smtp_password_file, p);
}

static kf_err_t *set_ca(kf_smtp_t *smtp, const char *path, apr_pool_t *p)
{
    char *text = NULL;

    if (path) {
        KF_TRY(kfm_cfg_read_file(&text, KFM_D_SMTP_CA, path, KF_MAX_CA_FILE, p));
        if (!strstr(text, "-----BEGIN CERTIFICATE-----")) {
            return kf_err(p, KF_E_CONFIG, "%s: %s has no certificate in PEM", KFM_D_SMTP_CA, path);
        }
    }
    smtp->ca = text;
    return NULL;
}

kf_err_t *kfm_cfg_smtp(const kf_smtp_t **out, const kfm_raw_t *raw, apr_pool_t *p)
{
    kf_smtp_t *smtp = apr_pcalloc(p, sizeof(*smtp));
    apr_uri_t uri;

    *out = NULL;
    if (!raw->smtp_url) {
        return NULL;
    }
    if (apr_uri_parse(p, raw->smtp_url, &uri) != APR_SUCCESS) {
        return kf_err(p, KF_E_CONFIG, "%s: \"%s\" cannot be read", KFM_D_SMTP, raw->smtp_url);
    }
    if (!raw->mail_from) {
        return kf_err(p, KF_E_CONFIG, "%s is missing: it is who the mails are from, such as "
                      "\"Konfirmado <citas@example.com>\"", KFM_D_MAIL_FROM);
    }
    smtp->url = raw->smtp_url;
    smtp->timeout_ms = TIMEOUT_MS;
    KF_TRY(set_security(smtp, raw, &uri, p));
    KF_TRY(set_from(smtp, raw->mail_from, p));
    KF_TRY(set_account(smtp, raw, p));
    KF_TRY(set_ca(smtp, raw->smtp_ca, p));
    *out = smtp;
    return NULL;
}
