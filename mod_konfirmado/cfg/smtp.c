/* The SMTP server: combines and checks the directives. */
#include "cfg/smtp.h"

#include <apr_strings.h>
#include <apr_uri.h>
#include <string.h>

#include "cfg/directives.h"
#include "cfg/file.h"
#include "cfg/mail.h"

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
    smtp->url = raw->smtp_url;
    KF_TRY(set_security(smtp, raw, &uri, p));
    KF_TRY(set_account(smtp, raw, p));
    KF_TRY(kfm_cfg_ca(&smtp->ca, KFM_D_SMTP_CA, raw->smtp_ca, p));
    *out = smtp;
    return NULL;
}
