#ifndef KFM_CFG_RAW_H
#define KFM_CFG_RAW_H
/*
 * The values of one server's directives, before defaults. Private to cfg/. The rows of
 * cfg/directives.def are the simple members.
 */
#include <httpd.h>

#include <apr_tables.h>
#include <http_config.h>

#include "cfg/cfg.h"

#define KFM_SETTINGS 64 /* of all providers, at most */
#define KFM_UNSET (-1)
#define KFM_AUTO 2 /* of a flag: depends on other directives */

typedef struct {
#define FLAG(name, member, ...) int member;
#define NUMBER(name, member, ...) int member;
#define TEXT(name, member, ...) const char *member;
#include "cfg/directives.def"
    const char *settings[KFM_SETTINGS]; /* of the providers: kfm_setting_at() */
    kf_limit_t limits[KFM_LIMIT__COUNT];
    bool limit_set[KFM_LIMIT__COUNT];
    apr_array_header_t *callback_allow; /* of const char *; NULL = no directive */
    const char *registration_domains;
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
