#ifndef KFM_CFG_RAW_H
#define KFM_CFG_RAW_H
/*
 * The values of one server's directives, before defaults. Private to cfg/. Each
 * simple member is in one of the lists below. Its declaration, creation, merge
 * and default are generated from the list, so that none can be forgotten.
 */
#include <httpd.h>

#include <apr_tables.h>
#include <http_config.h>

#include "cfg/cfg.h"

#ifndef KF_PKGDATADIR
#define KF_PKGDATADIR "/usr/local/share/konfirmado"
#endif

#define KFM_SETTINGS 64 /* of all providers, at most */
#define KFM_UNSET (-1)
#define KFM_AUTO 2 /* of a flag: depends on other directives */

/* name, default; durations in milliseconds */
#define KFM_RAW_INTS(X)            \
    X(enabled, 0)                  \
    X(insecure_http, 0)            \
    X(site, 0)                     \
    X(hold_ttl_ms, 600000)         \
    X(hold_first_ms, 300000)       \
    X(hold_address, 60)            \
    X(hold_network, 400)           \
    X(hold_share, 50)              \
    X(hold_work, 17)               \
    X(rate_memory, 1024 * 1024)    \
    X(db_connections, 8)           \
    X(db_wait_ms, 2000)            \
    X(db_share, 50)                \
    X(db_budget_ms, 1000)          \
    X(prepare, 1)                  \
    X(cache_ttl_ms, 5000)          \
    X(jobs, 1)                     \
    X(callback_http, 0)            \
    X(callback_timeout_ms, 10000)  \
    X(callback_concurrency, 4)     \
    X(calendar_ttl_ms, 60000)      \
    X(calendar_poll_ms, 900000)    \
    X(calendar_push, KFM_AUTO)

#define KFM_RAW_TEXTS(X)                                      \
    X(base_url, NULL)                                         \
    X(key_file, NULL)                                         \
    X(templates, KF_PKGDATADIR "/htdocs/templates")           \
    X(messages, KF_PKGDATADIR "/htdocs/i18n")                 \
    X(common_passwords, KF_PKGDATADIR "/common-passwords.txt") \
    X(openapi, KF_PKGDATADIR "/htdocs/openapi.json")          \
    X(assets_url, "/assets")                                  \
    X(provider_ca, NULL)                                      \
    X(upload_dir, NULL)                                       \
    X(name_server, NULL)                                      \
    X(registration, "open")                                   \
    X(registration_domains, NULL)                             \
    X(security_contact, NULL)                                 \
    X(smtp_url, NULL)                                         \
    X(smtp_security, NULL)                                    \
    X(smtp_user, NULL)                                        \
    X(smtp_password_file, NULL)                               \
    X(smtp_ca, NULL)                                          \
    X(mail_from, NULL)                                        \
    X(mail_ca, NULL)                                          \
    X(resend_key_file, NULL)                                  \
    X(resend_api, KF_RESEND_API)

typedef struct {
#define KFM_INT(name, dflt) int name;
    KFM_RAW_INTS(KFM_INT)
#undef KFM_INT
#define KFM_TEXT(name, dflt) const char *name;
    KFM_RAW_TEXTS(KFM_TEXT)
#undef KFM_TEXT
    const char *settings[KFM_SETTINGS]; /* of the providers: kfm_setting_at() */
    kf_limit_t limits[KFM_LIMIT__COUNT];
    bool limit_set[KFM_LIMIT__COUNT];
    apr_array_header_t *callback_allow; /* of const char *; NULL = no directive */
} kfm_raw_t;

/** The module's per-server configuration: the directives, and the result. */
typedef struct {
    kfm_raw_t raw;
    kfm_cfg_t cfg;
} kfm_conf_t;

extern command_rec kfm_cfg_commands[];

/** For the module record. */
void *kfm_cfg_create(apr_pool_t *p, server_rec *s);
void *kfm_cfg_merge(apr_pool_t *p, void *base, void *add);

kfm_conf_t *kfm_cfg_conf(const server_rec *s);

/** Checks that a provider's URL is https, unless insecure HTTP is allowed. `url` may be NULL. KF_E_CONFIG. */
kf_err_t *kfm_cfg_check_provider(const char *directive, const char *url, const kfm_raw_t *raw,
                                 apr_pool_t *p);

/** The check_config hook that refuses servers with the same database but different shared settings (cfg/shared.c). */
int kfm_cfg_check_shared(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server);

/** Fills conf->cfg from conf->raw and the defaults; reads no file. KF_E_CONFIG. */
kf_err_t *kfm_cfg_resolve(kfm_conf_t *conf, server_rec *s, apr_pool_t *p);

#endif
