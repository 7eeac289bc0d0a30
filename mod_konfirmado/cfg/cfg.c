#include "cfg/cfg.h"

#include <apr_strings.h>
#include <apr_uri.h>
#include <string.h>

#include "cfg/csp.h"
#include "cfg/directives.h"
#include "cfg/provider.h"

extern module AP_MODULE_DECLARE_DATA konfirmado_module;

/* Requests of one address: number, seconds. */
static const int limit_defaults[KFM_LIMIT__COUNT][2] = {{100, 10}, {10, 10}, {10, 10}, {600, 10}};

static server_rec *main_server;

void *kfm_cfg_create(apr_pool_t *p, server_rec *s)
{
    kfm_conf_t *conf = apr_pcalloc(p, sizeof(*conf));
    kfm_raw_t *raw = &conf->raw;

#define FLAG(name, member, ...) raw->member = KFM_UNSET;
#define NUMBER(name, member, ...) raw->member = KFM_UNSET;
#define TEXT(...)
#include "cfg/directives.def"
    if (!s->is_virtual) {
        main_server = s;
    }
    return conf;
}

void *kfm_cfg_merge(apr_pool_t *p, void *base_conf, void *add_conf)
{
    const kfm_raw_t *base = &((kfm_conf_t *)base_conf)->raw;
    const kfm_raw_t *add = &((kfm_conf_t *)add_conf)->raw;
    kfm_conf_t *conf = apr_pcalloc(p, sizeof(*conf));
    kfm_raw_t *raw = &conf->raw;

#define FLAG(name, member, ...) raw->member = add->member != KFM_UNSET ? add->member : base->member;
#define NUMBER(name, member, ...) raw->member = add->member != KFM_UNSET ? add->member : base->member;
#define TEXT(name, member, ...) raw->member = add->member ? add->member : base->member;
#include "cfg/directives.def"
    for (int i = 0; i < KFM_SETTINGS; i++) {
        raw->settings[i] = add->settings[i] ? add->settings[i] : base->settings[i];
    }
    for (int i = 0; i < KFM_LIMIT__COUNT; i++) {
        const kfm_raw_t *from = add->limit_set[i] ? add : base;

        raw->limits[i] = from->limits[i];
        raw->limit_set[i] = from->limit_set[i];
    }
    raw->callback_allow = add->callback_allow ? add->callback_allow : base->callback_allow;
    raw->registration_domains = add->registration_domains ? add->registration_domains : base->registration_domains;
    return conf;
}

kfm_conf_t *kfm_cfg_conf(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &konfirmado_module);
}

kfm_cfg_t *kfm_cfg_get(const server_rec *s)
{
    return &kfm_cfg_conf(s ? s : main_server)->cfg;
}

server_rec *kfm_cfg_first_enabled(server_rec *s)
{
    while (s && !kfm_cfg_get(s)->set.enabled) {
        s = s->next;
    }
    return s;
}

static void fill_defaults(kfm_raw_t *raw)
{
#define FLAG(name, member, standard, ...) raw->member = raw->member == KFM_UNSET ? (standard) : raw->member;
#define NUMBER(name, member, standard, ...) raw->member = raw->member == KFM_UNSET ? (standard) : raw->member;
#define TEXT(name, member, standard, ...) raw->member = raw->member ? raw->member : (standard);
#include "cfg/directives.def"
    kfm_settings_fill(raw);
    for (int i = 0; i < KFM_LIMIT__COUNT; i++) {
        if (!raw->limit_set[i]) {
            kf_limit_set(&raw->limits[i], limit_defaults[i][0], limit_defaults[i][1]);
        }
    }
}

static kf_err_t *resolve_base(kfm_cfg_t *cfg, const kfm_raw_t *raw, apr_pool_t *p)
{
    apr_uri_t uri;
    char *url;

    if (!raw->base_url) {
        return kf_err(p, KF_E_CONFIG, "%s is missing: set it to the URL of the platform, such as "
                                      "https://book.example.com", KFM_D_BASE_URL);
    }
    url = apr_pstrdup(p, raw->base_url);
    ap_str_tolower(url);
    if (apr_uri_parse(p, url, &uri) != APR_SUCCESS) {
        return kf_err(p, KF_E_CONFIG, "%s: \"%s\" cannot be read", KFM_D_BASE_URL, raw->base_url);
    }
    if (strcmp(uri.scheme, "https") != 0 && !raw->insecure_http) {
        return kf_err(p, KF_E_CONFIG, "%s: \"%s\" is not https: use https, or write \"%s On\" on a "
                      "machine for development", KFM_D_BASE_URL, raw->base_url,
                      KFM_D_INSECURE_HTTP);
    }
    cfg->base_url = url;
    cfg->base_scheme = uri.scheme;
    cfg->base_host = uri.hostname;
    cfg->base_authority = uri.hostinfo;
    return NULL;
}

/* Secrets of the merchants and of the operator are sent to these URLs. */
kf_err_t *kfm_cfg_check_provider(const char *directive, const char *url, const kfm_raw_t *raw,
                                 apr_pool_t *p)
{
    if (!url || raw->insecure_http || strncmp(url, "https://", 8) == 0) {
        return NULL;
    }
    return kf_err(p, KF_E_CONFIG, "%s: \"%s\" is not https: use https, or write \"%s On\" on a "
                  "machine for development", directive, url, KFM_D_INSECURE_HTTP);
}

static kf_err_t *resolve_guard(kfm_cfg_t *cfg, const kfm_raw_t *raw, apr_pool_t *p)
{
    static const int mail_ports[] = KF_MAIL_PORTS;
    kf_guard_t *guard = kf_guard_create(p);

    kf_guard_allow_http(guard, raw->callback_http);
    for (int i = 0; raw->callback_allow && i < raw->callback_allow->nelts; i++) {
        KF_TRY(kf_guard_allow(guard, APR_ARRAY_IDX(raw->callback_allow, i, const char *), p));
    }
    cfg->guard = guard;
    cfg->mail_guard = kf_guard_with_ports(guard, mail_ports, sizeof(mail_ports) / sizeof(*mail_ports), p);
    return NULL;
}

kf_err_t *kfm_cfg_resolve(kfm_conf_t *conf, server_rec *s, apr_pool_t *p)
{
    kfm_raw_t *raw = &conf->raw;
    kfm_cfg_t *cfg = &conf->cfg;

    fill_defaults(raw);
    cfg->server = s;
#define FLAG(name, member, ...) cfg->set.member = raw->member;
#define NUMBER(name, member, ...) cfg->set.member = raw->member;
#define TEXT(name, member, ...) cfg->set.member = raw->member;
#include "cfg/directives.def"
    cfg->registration_domains = raw->registration_domains;
    memcpy(cfg->limits, raw->limits, sizeof(cfg->limits));
    if (!cfg->set.enabled) {
        return NULL;
    }
    KF_TRY(resolve_base(cfg, raw, p));
    KF_TRY(resolve_guard(cfg, raw, p));
    cfg->csp_head = kfm_cfg_csp(raw, p);
    return NULL;
}
