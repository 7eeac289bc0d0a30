/*
 * Servers of one database: the module has one pool of connections for them, one
 * memory of the catalogue, and does their background work once. So what that work
 * and the stored secrets depend on must be the same in all of them.
 */
#include <httpd.h>

#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <stddef.h>
#include <string.h>

#include "cfg/directives.h"
#include "cfg/raw.h"
#include "cfg/tree.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

typedef struct {
    const char *directive;
    size_t at;      /* in kfm_raw_t */
    bool jobs_only; /* matters to servers that do background work */
} setting_t;

#define TEXT(name, directive, jobs_only) {directive, offsetof(kfm_raw_t, name), jobs_only}

static const setting_t texts[] = {
    TEXT(key_file, KFM_D_KEY_FILE, false),
    TEXT(upload_dir, KFM_D_UPLOAD_DIR, false),
    TEXT(templates, KFM_D_TEMPLATES, true),
    TEXT(messages, KFM_D_MESSAGES, true),
    TEXT(provider_ca, KFM_D_PROVIDER_CA, true),
    TEXT(smtp_url, KFM_D_SMTP, true),
    TEXT(smtp_security, KFM_D_SMTP_SECURITY, true),
    TEXT(smtp_user, KFM_D_SMTP_USER, true),
    TEXT(smtp_password_file, KFM_D_SMTP_PASSWORD, true),
    TEXT(smtp_ca, KFM_D_SMTP_CA, true),
    TEXT(mail_from, KFM_D_MAIL_FROM, true),
    TEXT(mail_ca, KFM_D_MAIL_CA, true),
    TEXT(resend_key_file, KFM_D_RESEND_KEY, true),
    TEXT(resend_api, KFM_D_RESEND_URL, true),
    TEXT(wompi_api, KFM_D_WOMPI_API, true),
    TEXT(wompi_sandbox_api, KFM_D_WOMPI_SANDBOX_API, true),
    TEXT(google_client, KFM_D_GOOGLE_CLIENT, true),
    TEXT(google_secret_file, KFM_D_GOOGLE_SECRET, true),
    TEXT(google_token, KFM_D_GOOGLE_TOKEN, true),
    TEXT(google_revoke, KFM_D_GOOGLE_REVOKE, true),
    TEXT(google_api, KFM_D_GOOGLE_API, true),
};

static const setting_t numbers[] = {
    TEXT(prepare, KFM_D_PREPARE, false),
    TEXT(callback_http, KFM_D_CALLBACK_HTTP, true),
    TEXT(callback_timeout_ms, KFM_D_CALLBACK_TIMEOUT, true),
    TEXT(callback_concurrency, KFM_D_CALLBACK_CONCURRENCY, true),
    TEXT(calendar_ttl_ms, KFM_D_CALENDAR_TTL, true),
    TEXT(calendar_poll_ms, KFM_D_CALENDAR_POLL, true),
    TEXT(calendar_push, KFM_D_CALENDAR_PUSH, true),
};

static bool same_text(const kfm_raw_t *a, const kfm_raw_t *b, size_t at)
{
    const char *left = *(const char *const *)((const char *)a + at);
    const char *right = *(const char *const *)((const char *)b + at);

    return left == right || (left && right && !strcmp(left, right));
}

static bool same_list(const apr_array_header_t *a, const apr_array_header_t *b)
{
    int n = a ? a->nelts : 0;
    bool same = n == (b ? b->nelts : 0);

    for (int i = 0; i < n && same; i++) {
        same = !strcmp(APR_ARRAY_IDX(a, i, const char *), APR_ARRAY_IDX(b, i, const char *));
    }
    return same;
}

/* The first directive in which they differ, of those for background work or of the others; NULL: none. */
static const char *difference(const kfm_raw_t *a, const kfm_raw_t *b, bool jobs_only)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].jobs_only == jobs_only && !same_text(a, b, texts[i].at)) {
            return texts[i].directive;
        }
    }
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        size_t at = numbers[i].at;

        if (numbers[i].jobs_only == jobs_only
            && *(const int *)((const char *)a + at) != *(const int *)((const char *)b + at)) {
            return numbers[i].directive;
        }
    }
    return jobs_only && !same_list(a->callback_allow, b->callback_allow) ? KFM_D_CALLBACK_ALLOW : NULL;
}

/* The first server before this one with that database, and with background work if `jobs`. */
static const server_rec *before(const server_rec *s, const server_rec *main_server, const char *params, bool jobs)
{
    for (const server_rec *one = main_server; one != s; one = one->next) {
        const kfm_conf_t *conf = kfm_cfg_conf(one);
        const char *theirs = conf->cfg.enabled && (conf->cfg.jobs || !jobs) ? kfm_tree_said(one, "DBDParams") : NULL;

        if (theirs && !strcmp(theirs, params)) {
            return one;
        }
    }
    return NULL;
}

static const char *place(const server_rec *s, apr_pool_t *p)
{
    return s->defn_name ? apr_psprintf(p, "%s:%u", s->defn_name, s->defn_line_number) : "main server";
}

static bool agrees(const server_rec *s, const server_rec *other, bool jobs, apr_pool_t *p)
{
    const char *directive = other ? difference(&kfm_cfg_conf(s)->raw, &kfm_cfg_conf(other)->raw, jobs) : NULL;

    if (!directive) {
        return true;
    }
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, NULL,
                 KFLOGNO(00203) "%s: it is not as in the server at %s, which has the same database: say the same in "
                 "both%s (%s)", directive, place(other, p), jobs ? ", or \"" KFM_D_JOBS " Off\" in one of them" : "",
                 place(s, p));
    return false;
}

int kfm_cfg_check_shared(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    (void)pconf;
    (void)plog;
    for (server_rec *s = main_server; s; s = s->next) {
        const kfm_cfg_t *cfg = kfm_cfg_get(s);
        const char *params = cfg->enabled && cfg->server == s ? kfm_tree_said(s, "DBDParams") : NULL;

        if (params && !(agrees(s, before(s, main_server, params, false), false, ptemp)
                        && (!cfg->jobs || agrees(s, before(s, main_server, params, true), true, ptemp)))) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}
