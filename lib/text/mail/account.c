#include "text/mail/account.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "text/form.h"
#include "text/format.h"

typedef struct {
    const char *kind, *path;
    bool token; /* the path ends in ?token=, or in the token itself behind a slash */
    bool about; /* tells when, from where and with what it happened */
} kind_t;

static const kind_t kinds[] = {
    {"verify", "/dashboard/verify", true, false},
    {"already_registered", "/dashboard/login", false, false},
    {"reset", "/dashboard/reset", true, false},
    {"password_changed", "/dashboard/forgot", false, true},
    {"invite", "/dashboard/invitation", true, false},
    {"new_sign_in", "/dashboard/account", false, true},
    {"totp_changed", "/dashboard/account", false, true},
    {"calendar_invite", "/connect-calendar/", true, false},
    {"calendar_error", "/dashboard/professionals", false, false},
    {"calendar_unreadable", "/dashboard/professionals", false, false},
    {"confirm_address", "/confirm-email/", true, false},
};

/* One rendering. */
typedef struct {
    const kf_mail_facts_t *facts;
    const kf_catalog_t *catalog;
    const char *group; /* "mail.verify" */
    const char *name, *business, *by, *professional;
    json_t *root;
    apr_pool_t *p;
} mail_t;

/* -- what people wrote -- */

/* A dot with two letters or digits after it: "evil.com" but neither "S.A.S." nor "Dra. Gómez". */
static bool has_domain(const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '.' && (apr_isalnum(c[1]) || (c[1] & 0x80)) && (apr_isalnum(c[2]) || (c[2] & 0x80))) {
            return true;
        }
    }
    return false;
}

const char *kf_mail_safe(const char *text)
{
    return text && *text && !strpbrk(text, "/\\@:") && !has_domain(text) ? text : NULL;
}

static const char *word(const mail_t *m, const char *name)
{
    return json_string_value(json_object_get(m->facts->facts, name));
}

const char *kf_mail_report_url(const char *base_url, const json_t *facts, apr_pool_t *p)
{
    const char *token = json_string_value(json_object_get(facts, "report"));

    return token ? apr_pstrcat(p, base_url, "/report/", token, NULL) : NULL;
}

/* -- words -- */

static const char *key_of(const mail_t *m, const char *part)
{
    return apr_pstrcat(m->p, m->group, ".", part, NULL);
}

/* A word of the catalogue of the calendars' provider. */
static const char *own_word(const mail_t *m, const char *name)
{
    const char *provider = word(m, "provider");

    provider = provider ? provider : m->facts->calendar;
    return provider ? kf_catalog_text(m->catalog, m->facts->lang, apr_pstrcat(m->p, provider, ".", name, NULL)) : NULL;
}

static const char *say(const mail_t *m, const char *part)
{
    return kf_catalog_format(m->catalog, m->facts->lang, key_of(m, part), m->p, "business",
                             m->business, "by", m->by, "name", m->name, "professional", m->professional,
                             "provider", own_word(m, "name"), "calendar", own_word(m, "calendar"), NULL);
}

static void put(const mail_t *m, const char *member, const char *text)
{
    json_object_set_new(m->root, member, text ? json_string(text) : json_null());
}

static void find_names(mail_t *m)
{
    const char *lang = m->facts->lang;

    m->name = kf_mail_safe(m->facts->name);
    m->business = kf_mail_safe(m->facts->business);
    m->by = kf_mail_safe(word(m, "by"));
    m->professional = kf_mail_safe(word(m, "professional"));
    put(m, "hello", m->name ? kf_catalog_format(m->catalog, lang, "mail.hello", m->p, "name", m->name, NULL)
                            : kf_catalog_text(m->catalog, lang, "mail.hello_nobody"));
    m->name = m->name ? m->name : "";
    if (!m->business) {
        m->business = kf_catalog_text(m->catalog, lang, "mail.business_nobody");
    }
    if (!m->by) {
        m->by = kf_catalog_text(m->catalog, lang, "mail.by_nobody");
    }
    if (!m->professional) {
        m->professional = kf_catalog_text(m->catalog, lang, "mail.professional_nobody");
    }
}

/* Why a calendar is no longer read, where we know it. */
static const char *reason_of(const mail_t *m)
{
    static const char *const reasons[] = {"revoked", "scopes", "calendar_gone"};
    const char *reason = word(m, "reason");

    for (size_t i = 0; reason && i < sizeof(reasons) / sizeof(*reasons); i++) {
        if (!strcmp(reasons[i], reason)) {
            return say(m, apr_pstrcat(m->p, "reason_", reason, NULL));
        }
    }
    return NULL;
}

static void put_lines(const mail_t *m)
{
    const char *role = word(m, "role");
    json_t *lines = json_array();

    json_array_append_new(lines, json_string(say(m, "text")));
    if (!strcmp(m->facts->kind, "invite") && role && (!strcmp(role, "owner") || !strcmp(role, "staff"))) {
        json_array_append_new(lines, json_string(say(m, role)));
    }
    if (!strcmp(m->facts->kind, "calendar_error") && reason_of(m)) {
        json_array_append_new(lines, json_string(reason_of(m)));
    }
    json_object_set_new(m->root, "lines", lines);
}

/* -- what happened -- */

static void add_fact(const mail_t *m, json_t *list, const char *key, const char *value)
{
    if (value) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "label",
                                              kf_catalog_text(m->catalog, m->facts->lang, key),
                                              "value", value));
    }
}

static const char *when_of(const mail_t *m)
{
    kf_civil_t c;
    kf_format_when_t when;

    kf_instant_to_civil(&c, m->facts->at, m->facts->offset);
    when = (kf_format_when_t){c.year, c.month, c.day,
                              kf_date_weekday(kf_instant_date(m->facts->at, m->facts->offset)) % 7,
                              c.hour, c.minute};
    return apr_pstrcat(m->p, kf_format_datetime(m->facts->lang, &when, m->p), " (",
                       kf_format_offset(m->facts->offset / 60, m->p), ")", NULL);
}

static const char *ip_of(const mail_t *m)
{
    const char *ip = word(m, "ip");

    return ip && *ip && strlen(ip) < 46 && !ip[strspn(ip, "0123456789abcdefABCDEF:.")] ? ip : NULL;
}

static void put_facts(const mail_t *m, const kind_t *kind)
{
    json_t *list = json_array();

    if (kind->about) {
        add_fact(m, list, "mail.fact.when", when_of(m));
        add_fact(m, list, "mail.fact.device", kf_mail_device(word(m, "device"), m->p));
        add_fact(m, list, "mail.fact.ip", ip_of(m));
    }
    json_object_set_new(m->root, "has_facts", json_boolean(json_array_size(list)));
    json_object_set_new(m->root, "facts", list);
}

static void put_lasts(const mail_t *m, const kind_t *kind)
{
    json_int_t minutes = json_integer_value(json_object_get(m->facts->facts, "minutes"));
    const char *key = "mail.lasts.minutes";
    long n = (long)minutes;

    if (!kind->token || minutes <= 0 || minutes > 60 * 24 * 366) {
        put(m, "lasts", NULL);
        return;
    }
    if (n % (60 * 24) == 0 && n > 60 * 24) {
        key = "mail.lasts.days";
        n /= 60 * 24;
    } else if (n % 60 == 0) {
        key = "mail.lasts.hours";
        n /= 60;
    }
    put(m, "lasts", kf_catalog_plural(m->catalog, m->facts->lang, key, n, m->p));
}

/* -- the whole -- */

static bool is_id(const char *text)
{
    return text && strlen(text) == 36 && !text[strspn(text, "0123456789abcdef-")];
}

static const char *link_of(const mail_t *m, const kind_t *kind)
{
    const char *url = apr_pstrcat(m->p, m->facts->base_url, kind->path, NULL);
    const char *professional = word(m, "professional_id");

    if (kind->token) {
        return apr_pstrcat(m->p, url, url[strlen(url) - 1] == '/' ? "" : "?token=",
                           kf_form_encode(m->facts->token, m->p), NULL);
    }
    return is_id(professional) ? apr_pstrcat(m->p, url, "/", professional, "/calendar", NULL) : url;
}

static const char *host_of(const char *url)
{
    const char *slashes = strstr(url, "://");

    return slashes ? slashes + 3 : url;
}

static void fill(mail_t *m, const kind_t *kind)
{
    static const char *const parts[] = {"subject", "title", "button", "why", "not_you"};

    find_names(m);
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        put(m, parts[i], say(m, parts[i]));
    }
    put_lines(m);
    put_facts(m, kind);
    put_lasts(m, kind);
    put(m, "lang", !strcmp(m->facts->lang, "en") ? "en" : "es");
    put(m, "link", link_of(m, kind));
    put(m, "report", kf_mail_report_url(m->facts->base_url, m->facts->facts, m->p));
    put(m, "base_url", m->facts->base_url);
    put(m, "base_host", host_of(m->facts->base_url));
    json_object_set(m->root, "t", kf_catalog_get(m->catalog, m->facts->lang));
}

static kf_err_t *render(const char **out, const mail_t *m, const kf_mustache_set_t *templates,
                        const char *name)
{
    const kf_mustache_t *template = kf_mustache_set_get(templates, name);
    apr_size_t len;

    if (!template) {
        return kf_err(m->p, KF_E_INTERNAL, "There is no template %s.", name);
    }
    return kf_mustache_render(out, &len, template, templates, m->root, m->p);
}

static const kind_t *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (!strcmp(kinds[i].kind, name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

apr_array_header_t *kf_mail_kinds(apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 32, sizeof(const char *));

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        APR_ARRAY_PUSH(names, const char *) = kinds[i].kind;
    }
    return names;
}

/* Turning something on and turning it off are two mails. */
static const char *group_of(const kf_mail_facts_t *facts, apr_pool_t *p)
{
    if (!strcmp(facts->kind, "totp_changed")) {
        return json_is_true(json_object_get(facts->facts, "enabled")) ? "mail.totp_on"
                                                                      : "mail.totp_off";
    }
    return apr_pstrcat(p, "mail.", facts->kind, NULL);
}

kf_err_t *kf_mail_render(kf_mail_words_t *out, const kf_mail_facts_t *facts,
                         const kf_catalog_t *catalog, const kf_mustache_set_t *templates,
                         apr_pool_t *p)
{
    const kind_t *kind = find_kind(facts->kind);
    mail_t m = {.facts = facts, .catalog = catalog, .p = p};
    kf_err_t *err;

    if (!kind || (kind->token && !(facts->token && *facts->token))) {
        return kf_err(p, KF_E_INVALID, kind ? "This mail has a link, but its token is missing."
                                            : "This kind of mail is not known.");
    }
    m.group = group_of(facts, p);
    m.root = json_object();
    fill(&m, kind);
    out->subject = say(&m, "subject");
    err = render(&out->text, &m, templates, "mail/account_text");
    err = err ? err : render(&out->html, &m, templates, "mail/account");
    json_decref(m.root);
    return err;
}

/* The first match decides: browsers also name the browsers that they imitate. */
static const char *first_of(const char *text, const char *const list[][2])
{
    for (int i = 0; list[i][0]; i++) {
        if (strstr(text, list[i][0])) {
            return list[i][1];
        }
    }
    return NULL;
}

const char *kf_mail_device(const char *user_agent, apr_pool_t *p)
{
    static const char *const browsers[][2] = {
        {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
        {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
        {"Safari/", "Safari"}, {"curl/", "curl"}, {NULL, NULL}};
    static const char *const systems[][2] = {
        {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
        {"Mac OS X", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}, {NULL, NULL}};
    const char *browser = user_agent ? first_of(user_agent, browsers) : NULL;
    const char *system = user_agent ? first_of(user_agent, systems) : NULL;

    if (browser && system) {
        return apr_pstrcat(p, browser, ", ", system, NULL);
    }
    return browser ? browser : system;
}
