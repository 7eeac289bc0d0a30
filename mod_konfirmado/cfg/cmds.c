/* The table of directives and its setters. A setter returns NULL, or the error message for httpd. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_uri.h>
#include <http_core.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/limits.h"
#include "cfg/directives.h"
#include "cfg/provider.h"
#include "net/dns.h"

const char *const kfm_cfg_limit_names[KFM_LIMIT__COUNT] = {"read", "hold", "book", "webhook"};

typedef struct {
    size_t offset;
    int min, max;
    const char *range; /* the range in the units of the directive */
} number_rule_t;

#define FLAG(...)
#define NUMBER(name, member, standard, share, help, reader, least, most, range) \
    static const number_rule_t rule_##member = {offsetof(kfm_raw_t, member), least, most, range};
#define TEXT(...)
#include "cfg/directives.def"

static kfm_raw_t *raw_of(cmd_parms *cmd)
{
    return &kfm_cfg_conf(cmd->server)->raw;
}

static const char *store_number(cmd_parms *cmd, int64_t n, const char *arg)
{
    const number_rule_t *rule = cmd->info;

    if (n < rule->min || n > rule->max) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is outside the range %s", cmd->cmd->name, arg,
                            rule->range);
    }
    *(int *)((char *)raw_of(cmd) + rule->offset) = (int)n;
    return NULL;
}

static const char *set_flag(cmd_parms *cmd, void *dir, int on)
{
    size_t offset = (size_t)cmd->info;

    (void)dir;
    *(int *)((char *)raw_of(cmd) + offset) = on != 0;
    return NULL;
}

static const char *set_duration(cmd_parms *cmd, void *dir, const char *arg)
{
    int64_t ms;

    (void)dir;
    if (!kf_duration_read(&ms, arg)) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is not a duration: write a whole number and a unit, "
                            "such as 500ms, 10s, 5m or 2h", cmd->cmd->name, arg);
    }
    return store_number(cmd, ms, arg);
}

/* The value of a text of at most 10 digits; -1 otherwise. */
static int64_t whole_number(const char *text, size_t len)
{
    int64_t n = 0;

    if (len == 0 || len > 10) {
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        if (!apr_isdigit(text[i])) {
            return -1;
        }
        n = n * 10 + (text[i] - '0');
    }
    return n;
}

static const char *set_number(cmd_parms *cmd, void *dir, const char *arg)
{
    int64_t n = whole_number(arg, strlen(arg));

    (void)dir;
    if (n < 0) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a whole number (%s)", cmd->cmd->name,
                            arg, ((const number_rule_t *)cmd->info)->range);
    }
    return store_number(cmd, n, arg);
}

static const char *set_global_number(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *refusal = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return refusal ? refusal : set_number(cmd, dir, arg);
}

static const char *set_global_duration(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *refusal = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return refusal ? refusal : set_duration(cmd, dir, arg);
}

static const char *set_memory(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *refusal = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    size_t len = strlen(arg);
    int64_t unit = 1, n;

    (void)dir;
    if (refusal) {
        return refusal;
    }
    if (len > 0 && strchr("KkMm", arg[len - 1])) {
        unit = apr_toupper(arg[--len]) == 'K' ? 1024 : 1024 * 1024;
    }
    n = whole_number(arg, len);
    if (n < 0) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a size: write bytes, or a whole number "
                            "with K or M, such as 512K or 4M", cmd->cmd->name, arg);
    }
    return store_number(cmd, n * unit, arg);
}

static const char **text_of(cmd_parms *cmd)
{
    return (const char **)((char *)raw_of(cmd) + (size_t)cmd->info);
}

static const char *set_path(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *path = *arg ? ap_server_root_relative(cmd->pool, arg) : NULL;

    (void)dir;
    if (!path) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a path", cmd->cmd->name, arg);
    }
    *text_of(cmd) = path;
    return NULL;
}

/* Parses scheme://host[:port][path] without other parts. Returns NULL or the error message. */
static const char *parse_url(apr_uri_t *out, cmd_parms *cmd, const char *arg, const char *like)
{
    if (strlen(arg) <= KF_MAX_URL && apr_uri_parse(cmd->pool, arg, out) == APR_SUCCESS
        && out->scheme && out->hostname && *out->hostname && !out->user && !out->password
        && !out->query && !out->fragment
        && (!strcmp(out->scheme, "https") || !strcmp(out->scheme, "http"))
        && arg[strcspn(arg, " \t\\\"'<>;,")] == '\0') {
        return NULL;
    }
    return apr_psprintf(cmd->pool, "%s: \"%s\" is not an absolute URL: write one with scheme and "
                        "host, such as %s", cmd->cmd->name, arg, like);
}

static const char *without_slash(apr_pool_t *p, const char *url)
{
    size_t len = strlen(url);

    while (len > 0 && url[len - 1] == '/') {
        len--;
    }
    return apr_pstrmemdup(p, url, len);
}

static const char *set_base_url(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_uri_t uri;
    const char *refusal = parse_url(&uri, cmd, arg, "https://book.example.com");

    (void)dir;
    if (refusal) {
        return refusal;
    }
    if (uri.path && strcmp(uri.path, "/") != 0) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" has a path: write only scheme and host, such "
                            "as https://%s", cmd->cmd->name, arg, uri.hostinfo);
    }
    raw_of(cmd)->base_url = without_slash(cmd->pool, arg);
    return NULL;
}

/* A provider's URL. kfm_cfg_check_provider() checks its scheme after all directives are read. */
static const char *set_provider_url(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_uri_t uri;
    const char *refusal = parse_url(&uri, cmd, arg, "https://api.example.com/v1");

    (void)dir;
    if (refusal) {
        return refusal;
    }
    *text_of(cmd) = apr_pstrdup(cmd->pool, arg);
    return NULL;
}

static const char *set_api_url(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *refusal = set_provider_url(cmd, dir, arg);

    if (!refusal) {
        *text_of(cmd) = without_slash(cmd->pool, arg);
    }
    return refusal;
}

static const char *set_smtp_url(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_uri_t uri;

    (void)dir;
    if (strlen(arg) > KF_MAX_URL || apr_uri_parse(cmd->pool, arg, &uri) != APR_SUCCESS || !uri.scheme
        || !uri.hostname || !*uri.hostname || uri.user || uri.query || uri.fragment
        || (uri.path && strcmp(uri.path, "/") != 0) || arg[strcspn(arg, " \t\\\"'<>;,")]
        || (strcmp(uri.scheme, "smtp") != 0 && strcmp(uri.scheme, "smtps") != 0)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a mail server: write scheme, host and "
                            "port, such as smtp://mail.example.com:587 or "
                            "smtps://mail.example.com:465", cmd->cmd->name, arg);
    }
    raw_of(cmd)->smtp_url = without_slash(cmd->pool, arg);
    return NULL;
}

static const char *set_smtp_security(cmd_parms *cmd, void *dir, const char *arg)
{
    (void)dir;
    if (strcmp(arg, "starttls") != 0 && strcmp(arg, "tls") != 0 && strcmp(arg, "plain") != 0) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not known: write starttls, tls or plain",
                            cmd->cmd->name, arg);
    }
    raw_of(cmd)->smtp_security = apr_pstrdup(cmd->pool, arg);
    return NULL;
}

static const char *set_text(cmd_parms *cmd, void *dir, const char *arg)
{
    (void)dir;
    if (!*arg || arg[strcspn(arg, "\r\n")]) {
        return apr_psprintf(cmd->pool, "%s: the text must be a single line", cmd->cmd->name);
    }
    *text_of(cmd) = apr_pstrdup(cmd->pool, arg);
    return NULL;
}

static const char *set_contact(cmd_parms *cmd, void *dir, const char *arg)
{
    (void)dir;
    if ((strncmp(arg, "mailto:", 7) != 0 && strncmp(arg, "https://", 8) != 0 && strncmp(arg, "tel:", 4) != 0)
        || arg[strcspn(arg, " \t\r\n")] || strlen(arg) > KF_MAX_URL) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a contact: write mailto:security@example.com, an https address or "
                            "tel:+1-555-0100", cmd->cmd->name, arg);
    }
    raw_of(cmd)->security_contact = apr_pstrdup(cmd->pool, arg);
    return NULL;
}

static const char *set_name_server(cmd_parms *cmd, void *dir, const char *arg)
{
    (void)dir;
    if (!kf_dns_is_server(arg, cmd->temp_pool)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not the address of a name server: write 192.0.2.53, "
                            "192.0.2.53:5353 or [2001:db8::53]:53", cmd->cmd->name, arg);
    }
    raw_of(cmd)->name_server = apr_pstrdup(cmd->pool, arg);
    return NULL;
}

static const char *set_registration(cmd_parms *cmd, void *dir, const char *arg)
{
    (void)dir;
    if (strcmp(arg, "open") != 0 && strcmp(arg, "approval") != 0 && strcmp(arg, "closed") != 0) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not known: write open, approval or closed", cmd->cmd->name, arg);
    }
    raw_of(cmd)->registration = apr_pstrdup(cmd->pool, arg);
    return NULL;
}

static const char *add_domain(cmd_parms *cmd, void *dir, const char *arg)
{
    kfm_raw_t *raw = raw_of(cmd);
    char *domain = apr_pstrdup(cmd->pool, arg);

    (void)dir;
    ap_str_tolower(domain);
    if (!strchr(domain, '.') || domain[strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789.-")]) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a domain of addresses, such as example.com", cmd->cmd->name, arg);
    }
    raw->registration_domains = raw->registration_domains
                                    ? apr_pstrcat(cmd->pool, raw->registration_domains, " ", domain, NULL) : domain;
    return NULL;
}

static const char *set_assets_url(cmd_parms *cmd, void *dir, const char *arg)
{
    (void)dir;
    if (arg[0] != '/' || arg[1] == '/' || arg[strcspn(arg, " \t\\\"'<>;,?#%")]) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a path on this host: write one that "
                            "begins with a slash, such as /assets", cmd->cmd->name, arg);
    }
    raw_of(cmd)->assets_url = without_slash(cmd->pool, arg);
    return NULL;
}

static const char *set_rate(cmd_parms *cmd, void *dir, const char *class, const char *rate)
{
    kfm_raw_t *raw = raw_of(cmd);
    int i = 0, events, period_s;

    (void)dir;
    while (i < KFM_LIMIT__COUNT && strcmp(class, kfm_cfg_limit_names[i]) != 0) {
        i++;
    }
    if (i == KFM_LIMIT__COUNT) {
        return apr_psprintf(cmd->pool, "%s: there is no class \"%s\": write read, hold, book or "
                            "webhook", cmd->cmd->name, class);
    }
    if (!ap_cstr_casecmp(rate, "off")) {
        raw->limits[i] = (kf_limit_t){0};
    } else if (!kf_rate_read(&events, &period_s, rate)
               || !kf_limit_set(&raw->limits[i], events, period_s)) {
        return apr_psprintf(cmd->pool, "%s: \"%s\" is not a rate: write requests and a period of "
                            "whole seconds, such as 10/10s or 600/1m, or off", cmd->cmd->name, rate);
    }
    raw->limit_set[i] = true;
    return NULL;
}

static const char *add_callback_rule(cmd_parms *cmd, void *dir, const char *arg)
{
    kfm_raw_t *raw = raw_of(cmd);
    kf_err_t *err = kf_guard_allow(kf_guard_create(cmd->temp_pool), arg, cmd->temp_pool);

    (void)dir;
    if (err) {
        return apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, err->detail);
    }
    if (!raw->callback_allow) {
        raw->callback_allow = apr_array_make(cmd->pool, 4, sizeof(const char *));
    }
    APR_ARRAY_PUSH(raw->callback_allow, const char *) = apr_pstrdup(cmd->pool, arg);
    return NULL;
}

#define ONE(name, setter, info, help) AP_INIT_TAKE1(KFM_D_##name, setter, info, RSRC_CONF, help),
#define AT(member) ((void *)offsetof(kfm_raw_t, member))
#define FLAG(name, member, standard, share, help) AP_INIT_FLAG(KFM_D_##name, set_flag, AT(member), RSRC_CONF, help),
#define NUMBER(name, member, standard, share, help, reader, ...) ONE(name, set_##reader, (void *)&rule_##member, help)
#define TEXT(name, member, standard, share, help, reader) ONE(name, set_##reader, AT(member), help)

static const command_rec own[] = {
#include "cfg/directives.def"
    AP_INIT_TAKE2(KFM_D_RATE_LIMIT, set_rate, NULL, RSRC_CONF,
                  "class (read, hold, book, webhook) and rate (10/10s, or off) of one address"),
    AP_INIT_ITERATE(KFM_D_CALLBACK_ALLOW, add_callback_rule, NULL, RSRC_CONF,
                    "host, address or network, with an optional port, that callbacks may reach"),
    AP_INIT_ITERATE(KFM_D_REGISTRATION_DOMAINS, add_domain, NULL, RSRC_CONF, "domains of the addresses that may register"),
    {.name = NULL}
};

#define OWN (sizeof(own) / sizeof(*own))

command_rec kfm_cfg_commands[OWN + KFM_SETTINGS];

static const cmd_func setters[] = {
    [KF_SETTING_TEXT] = {.take1 = set_text},
    [KF_SETTING_SECRET] = {.take1 = set_path},
    [KF_SETTING_URL] = {.take1 = set_provider_url},
    [KF_SETTING_API] = {.take1 = set_api_url},
};

/* httpd reads the table as it loads the module, before any hook: by then it has the providers' directives too. */
static void __attribute__((constructor)) add_settings(void)
{
    const kf_setting_t *setting;

    memcpy(kfm_cfg_commands, own, sizeof(own));
    for (int i = 0; (setting = kfm_setting_at(i)); i++) {
        if (i == KFM_SETTINGS) {
            abort(); /* nobody starts a program with more */
        }
        kfm_cfg_commands[OWN - 1 + (size_t)i] =
            (command_rec){setting->directive, setters[setting->kind],
                          (void *)(offsetof(kfm_raw_t, settings) + (size_t)i * sizeof(const char *)), RSRC_CONF, TAKE1,
                          setting->help};
    }
}
