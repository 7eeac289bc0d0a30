/*
 * Start-up checks and loading. They run in check_config, so that `apachectl -t`
 * reports the same errors as a start, and as root, before the children drop
 * privileges.
 */
#include <httpd.h>

#include <apr_file_io.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <stddef.h>
#include <string.h>

#include "cfg/directives.h"
#include "cfg/mail.h"
#include "cfg/neighbours.h"
#include "cfg/openapi.h"
#include "cfg/provider.h"
#include "image/svg.h"
#include "log_bridge.h"
#include "net/http.h"
#include "text/ical.h"

APLOG_USE_MODULE(konfirmado);

static kf_err_t *readable(const char *directive, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ, 0, p);
    char why[128];

    if (rv == APR_SUCCESS) {
        apr_file_close(file);
        return NULL;
    }
    return kf_err(p, KF_E_CONFIG, "%s: %s cannot be read: %s", directive, path,
                  apr_strerror(rv, why, sizeof(why)));
}

static kf_err_t *folder(const char *directive, const char *path, apr_pool_t *p)
{
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_TYPE, p) == APR_SUCCESS && info.filetype == APR_DIR) {
        return NULL;
    }
    return kf_err(p, KF_E_CONFIG, "%s: %s is not a folder: name an existing folder", directive, path);
}

static kf_err_t *named(kf_err_t *err, const char *directive, apr_pool_t *p)
{
    return err ? kf_err(p, KF_E_CONFIG, "%s: %s%s%s", directive, err->detail,
                        err->cause ? ": " : "", err->cause ? err->cause : "")
               : NULL;
}

/* An earlier server that was loaded from the same file or folder, else NULL. */
static const kfm_conf_t *loaded_before(const kfm_conf_t *conf, server_rec *main_server,
                                       size_t member)
{
    const char *path = *(const char *const *)((const char *)&conf->raw + member);

    for (server_rec *s = main_server; s; s = s->next) {
        const kfm_conf_t *other = kfm_cfg_conf(s);
        const char *theirs = *(const char *const *)((const char *)&other->raw + member);

        if (other == conf) {
            return NULL;
        }
        if (other->cfg.set.enabled && theirs && !strcmp(path, theirs)) {
            return other;
        }
    }
    return NULL;
}

static kf_err_t *load_keys(kfm_conf_t *conf, server_rec *main_server, apr_pool_t *p)
{
    const kfm_conf_t *before;

    if (!conf->raw.key_file) {
        return kf_err(p, KF_E_CONFIG, "%s is missing: create a file with `konfirmadoctl keys generate` and name it "
                                      "here", KFM_D_KEY_FILE);
    }
    before = loaded_before(conf, main_server, offsetof(kfm_raw_t, key_file));
    if (before) {
        conf->cfg.keys = before->cfg.keys;
        return NULL;
    }
    KF_TRY(readable(KFM_D_KEY_FILE, conf->raw.key_file, p));
    return named(kf_keyring_load(&conf->cfg.keys, conf->raw.key_file, true, p), KFM_D_KEY_FILE, p);
}

static kf_err_t *load_templates(kfm_conf_t *conf, server_rec *main_server, apr_pool_t *p)
{
    const kfm_conf_t *before = loaded_before(conf, main_server, offsetof(kfm_raw_t, templates));
    kf_mustache_set_t *set;

    if (before) {
        conf->cfg.templates = before->cfg.templates;
        return NULL;
    }
    KF_TRY(folder(KFM_D_TEMPLATES, conf->raw.templates, p));
    KF_TRY(named(kf_mustache_set_load(&set, conf->raw.templates, p), KFM_D_TEMPLATES, p));
    conf->cfg.templates = set;
    return NULL;
}

static kf_err_t *load_messages(kfm_conf_t *conf, server_rec *main_server, apr_pool_t *p)
{
    const kfm_conf_t *before = loaded_before(conf, main_server, offsetof(kfm_raw_t, messages));
    kf_catalog_t *catalog;

    if (before) {
        conf->cfg.messages = before->cfg.messages;
        return NULL;
    }
    KF_TRY(folder(KFM_D_MESSAGES, conf->raw.messages, p));
    KF_TRY(named(kf_catalog_load(&catalog, conf->raw.messages, p), KFM_D_MESSAGES, p));
    conf->cfg.messages = catalog;
    return NULL;
}

static kf_err_t *load_openapi(kfm_conf_t *conf, server_rec *main_server, apr_pool_t *p)
{
    const kfm_conf_t *before = loaded_before(conf, main_server, offsetof(kfm_raw_t, openapi));
    kfm_cfg_t *cfg = &conf->cfg;

    if (before) {
        cfg->openapi = before->cfg.openapi;
        cfg->openapi_len = before->cfg.openapi_len;
        cfg->openapi_tag = before->cfg.openapi_tag;
        return NULL;
    }
    return named(kfm_openapi_load(cfg, conf->raw.openapi, p), KFM_D_OPENAPI, p);
}

static kf_err_t *load_passwords(kfm_conf_t *conf, server_rec *main_server, apr_pool_t *p)
{
    const kfm_conf_t *before = loaded_before(conf, main_server, offsetof(kfm_raw_t, common_passwords));

    if (before) {
        conf->cfg.passwords = before->cfg.passwords;
        return NULL;
    }
    return named(kf_password_list_load(&conf->cfg.passwords, conf->raw.common_passwords, KF_PASSWORD_COST, p),
                 KFM_D_COMMON_PASSWORDS, p);
}

static kf_err_t *load(kfm_conf_t *conf, server_rec *s, server_rec *main_server, apr_pool_t *p)
{
    KF_TRY(kfm_cfg_resolve(conf, s, p));
    if (!conf->cfg.set.enabled) {
        return NULL;
    }
    KF_TRY(load_keys(conf, main_server, p));
    KF_TRY(load_templates(conf, main_server, p));
    KF_TRY(load_messages(conf, main_server, p));
    KF_TRY(load_openapi(conf, main_server, p));
    KF_TRY(load_passwords(conf, main_server, p));
    if (conf->cfg.set.upload_dir) {
        KF_TRY(kfm_cfg_check_writable(KFM_D_UPLOAD_DIR, conf->cfg.set.upload_dir, p));
    }
    KF_TRY(kfm_cfg_mail(&conf->cfg, &conf->raw, p));
    KF_TRY(kfm_cfg_providers(&conf->cfg, &conf->raw, p));
    return conf->cfg.set.provider_ca
               ? readable(KFM_D_PROVIDER_CA, conf->cfg.set.provider_ca, p)
               : NULL;
}

static bool has_own(const kfm_conf_t *conf, const server_rec *s)
{
    /* a vhost without our directives shares the main server's configuration */
    return conf->cfg.server == s;
}

/* Runs after the configurations of all servers are loaded. */
static kf_err_t *check_names(server_rec **at, server_rec *main_s, apr_pool_t *p)
{
    for (server_rec *s = main_s; s; s = s->next) {
        const kfm_conf_t *conf = kfm_cfg_conf(s);

        *at = s;
        if (conf->cfg.set.enabled && has_own(conf, s)) {
            KF_TRY(kfm_cfg_check_names(&conf->cfg, main_s, p));
        }
    }
    return NULL;
}

static kf_err_t *load_all(server_rec **at, server_rec *main_s, apr_pool_t *p)
{
    for (server_rec *s = main_s; s; s = s->next) {
        kfm_conf_t *conf = kfm_cfg_conf(s);

        *at = s;
        if (!conf->cfg.server) {
            KF_TRY(load(conf, s, main_s, p));
        }
        if (conf->cfg.set.enabled) {
            KF_TRY(kfm_cfg_neighbours(&conf->cfg, s, p));
        }
    }
    return check_names(at, main_s, p);
}

static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_s)
{
    server_rec *at = main_s;
    kf_err_t *err = load_all(&at, main_s, pconf);

    (void)plog;
    (void)ptemp;
    if (err) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, NULL, KFLOGNO(00200) "%s (%s)", err->detail,
                     at->defn_name ? apr_psprintf(pconf, "%s:%u", at->defn_name, at->defn_line_number)
                                   : "main server");
    }
    return err ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

/* Logs at start that mails will not be sent, so that the operator learns it first. */
static void tell_mails_wait(server_rec *main_s)
{
    for (server_rec *s = main_s; s; s = s->next) {
        const kfm_cfg_t *cfg = kfm_cfg_get(s);

        if (cfg->set.enabled && cfg->set.jobs && !cfg->mail && cfg->server == s) {
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, KFLOGNO(00202) "without %s or %s mails are queued, but not "
                         "sent", KFM_D_SMTP, KFM_D_RESEND_KEY);
        }
    }
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_s)
{
    kf_err_t *err;

    (void)plog;
    (void)ptemp;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    kfm_log_bridge_set(main_s);
    kf_svg_init();
    kf_ical_global_init();
    /* initialises libcurl and OpenSSL; both require this before threads exist */
    err = kf_http_global_init(pconf);
    if (err) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, main_s, KFLOGNO(00201) "%s: %s", err->detail,
                     err->cause ? err->cause : "");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    tell_mails_wait(main_s);
    return OK;
}

void kfm_cfg_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(kfm_cfg_check_shared, NULL, NULL, APR_HOOK_LAST);
    /* first: other post_config hooks may log and use what was loaded */
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_FIRST);
}
