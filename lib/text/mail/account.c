/* A mail about an account: what the template mail/account shows. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "base/uri.h"
#include "text/mail/letter.h"

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

/* -- words -- */

/* A word from the calendar provider's own catalogue. */
static const char *own_word(const kf_letter_t *m, const char *name)
{
    const char *provider = kf_letter_fact(m, "provider");

    provider = provider ? provider : m->in->calendar;
    return provider ? kf_catalog_text(m->catalog, m->lang, apr_pstrcat(m->p, provider, ".", name, NULL)) : NULL;
}

static const char *safe_or(const kf_letter_t *m, const char *text, const char *key)
{
    text = kf_mail_safe(text);
    return text ? text : kf_letter_common(m, key);
}

static void read_names(kf_letter_t *m)
{
    m->business = safe_or(m, kf_letter_line(m, m->in->business), "business_nobody");
    m->by = safe_or(m, kf_letter_fact(m, "by"), "by_nobody");
    m->professional = safe_or(m, kf_letter_fact(m, "professional"), "professional_nobody");
    m->provider = own_word(m, "name");
    m->calendar = own_word(m, "calendar");
}

/* Why a calendar is no longer read, where we know it. */
static const char *reason_of(const kf_letter_t *m)
{
    static const char *const reasons[] = {"revoked", "scopes", "calendar_gone"};
    const char *reason = kf_letter_fact(m, "reason");

    for (size_t i = 0; reason && i < sizeof(reasons) / sizeof(*reasons); i++) {
        if (!strcmp(reasons[i], reason)) {
            return kf_letter_say(m, apr_pstrcat(m->p, "reason_", reason, NULL));
        }
    }
    return NULL;
}

static void put_lines(const kf_letter_t *m)
{
    const char *role = kf_letter_fact(m, "role");
    json_t *lines = json_array();

    json_array_append_new(lines, json_string(kf_letter_say(m, "text")));
    if (!strcmp(m->kind->name, "invite") && role && (!strcmp(role, "owner") || !strcmp(role, "staff"))) {
        json_array_append_new(lines, json_string(kf_letter_say(m, role)));
    }
    if (!strcmp(m->kind->name, "calendar_error") && reason_of(m)) {
        json_array_append_new(lines, json_string(reason_of(m)));
    }
    json_object_set_new(m->root, "lines", lines);
}

/* -- what happened -- */

static void add_fact(const kf_letter_t *m, json_t *list, const char *key, const char *value)
{
    if (value) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "label", kf_letter_common(m, key), "value", value));
    }
}

static const char *when_of(const kf_letter_t *m)
{
    kf_civil_t c;
    kf_format_when_t when;

    kf_instant_to_civil(&c, m->in->at, m->in->offset);
    when = (kf_format_when_t){c.year, c.month, c.day, kf_date_weekday(kf_instant_date(m->in->at, m->in->offset)) % 7,
                              c.hour, c.minute};
    return apr_pstrcat(m->p, kf_format_datetime(m->lang, &when, m->p), " (",
                       kf_format_offset(m->in->offset / 60, m->p), ")", NULL);
}

static const char *ip_of(const kf_letter_t *m)
{
    const char *ip = kf_letter_fact(m, "ip");

    return ip && strlen(ip) < 46 && !ip[strspn(ip, "0123456789abcdefABCDEF:.")] ? ip : NULL;
}

static void put_facts(const kf_letter_t *m)
{
    json_t *list = json_array();

    if (m->kind->has & KF_LETTER_ORIGIN) {
        add_fact(m, list, "fact.when", when_of(m));
        add_fact(m, list, "fact.device", kf_mail_device(kf_letter_fact(m, "device"), m->p));
        add_fact(m, list, "fact.ip", ip_of(m));
    }
    json_object_set_new(m->root, "has_facts", json_boolean(json_array_size(list)));
    json_object_set_new(m->root, "facts", list);
}

static void put_lasts(const kf_letter_t *m)
{
    json_int_t minutes = json_integer_value(json_object_get(m->in->facts, "minutes"));
    const char *key = "mail.lasts.minutes";
    long n = (long)minutes;

    if (!m->kind->tokens || minutes <= 0 || minutes > 60 * 24 * 366) {
        kf_letter_put(m->root, "lasts", NULL);
        return;
    }
    if (n % (60 * 24) == 0 && n > 60 * 24) {
        key = "mail.lasts.days";
        n /= 60 * 24;
    } else if (n % 60 == 0) {
        key = "mail.lasts.hours";
        n /= 60;
    }
    kf_letter_put(m->root, "lasts", kf_catalog_plural(m->catalog, m->lang, key, n, m->p));
}

/* -- the whole -- */

static const char *link_of(const kf_letter_t *m)
{
    const char *url = apr_pstrcat(m->p, m->in->base_url, m->kind->button, NULL);
    const char *professional = kf_letter_id(m, "professional_id");

    if (m->kind->tokens) {
        return apr_pstrcat(m->p, url, url[strlen(url) - 1] == '/' ? "" : "?token=",
                           kf_uri_encode(m->in->token, m->p), NULL);
    }
    return professional ? apr_pstrcat(m->p, url, "/", professional, "/calendar", NULL) : url;
}

static const char *host_of(const char *url)
{
    const char *slashes = strstr(url, "://");

    return slashes ? slashes + 3 : url;
}

void kf_letter_account(kf_letter_t *m)
{
    static const char *const parts[] = {"button", "why", "not_you"};

    read_names(m);
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        kf_letter_put(m->root, parts[i], kf_letter_say(m, parts[i]));
    }
    put_lines(m);
    put_facts(m);
    put_lasts(m);
    kf_letter_put(m->root, "link", link_of(m));
    kf_letter_put(m->root, "report", kf_letter_report(m));
    kf_letter_put(m->root, "base_host", host_of(m->in->base_url));
}

/* -- the device -- */

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
