/* The facts of a mail, cleaned for display. Nothing in them is trusted. */
#include <apr_strings.h>
#include <string.h>

#include "base/utf8.h"
#include "money/money.h"
#include "text/mail/letter.h"

/* Without control characters; keeps newlines if `lines`, else all white space becomes a blank. */
static char *clean(const char *text, bool lines, apr_pool_t *p)
{
    size_t len = strlen(text), out = 0;
    char *to = apr_palloc(p, len + 1);

    for (size_t at = 0, n; at < len; at += n) {
        uint32_t c;

        n = kf_utf8_next(&c, text + at, len - at);
        if (n == 0) {
            n = 1;
        } else if (c == '\n' && lines) {
            to[out++] = '\n';
        } else if (c == '\n' || c == '\t') {
            to[out++] = ' ';
        } else if (!kf_utf8_has_control(text + at, n, NULL)) {
            memcpy(to + out, text + at, n);
            out += n;
        }
    }
    to[out] = '\0';
    return to;
}

/* NULL if only blanks are left. */
static const char *trim(char *text)
{
    size_t len;

    text += strspn(text, " \n");
    len = strlen(text);
    while (len && strchr(" \n", text[len - 1])) {
        text[--len] = '\0';
    }
    return *text ? text : NULL;
}

const char *kf_letter_line(const kf_letter_t *m, const char *text)
{
    return text ? trim(clean(text, false, m->p)) : NULL;
}

const char *kf_letter_fact(const kf_letter_t *m, const char *name)
{
    return kf_letter_line(m, json_string_value(json_object_get(m->in->facts, name)));
}

json_t *kf_letter_lines(const kf_letter_t *m, const char *name)
{
    const char *text = json_string_value(json_object_get(m->in->facts, name));
    const char *end;
    json_t *list;

    text = text ? trim(clean(text, true, m->p)) : NULL;
    if (!text) {
        return NULL;
    }
    list = json_array();
    for (; (end = strchr(text, '\n')); text = end + 1) {
        json_array_append_new(list, json_stringn(text, (size_t)(end - text)));
    }
    json_array_append_new(list, json_string(text));
    return list;
}

int64_t kf_letter_number(const kf_letter_t *m, const char *name)
{
    return json_integer_value(json_object_get(m->in->facts, name));
}

const char *kf_letter_url(const kf_letter_t *m, const char *name)
{
    const char *url = json_string_value(json_object_get(m->in->facts, name));

    if (!url || strncmp(url, "https://", 8) != 0 || !url[8]) {
        return NULL;
    }
    for (const char *c = url; *c; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || strchr("\"<>\\^`{|}", *c)) {
            return NULL;
        }
    }
    return url;
}

const char *kf_letter_id(const kf_letter_t *m, const char *name)
{
    const char *id = json_string_value(json_object_get(m->in->facts, name));

    return id && strlen(id) == 36 && !id[strspn(id, "0123456789abcdef-")] ? id : NULL;
}

/* -- names and amounts -- */

static const char *or_common(const kf_letter_t *m, const char *text, const char *key)
{
    return text ? text : kf_letter_common(m, key);
}

static void read_names(kf_letter_t *m)
{
    m->contact = kf_letter_line(m, m->in->contact);
    m->business = or_common(m, kf_letter_line(m, m->in->business), "nobody.business");
    m->service = or_common(m, kf_letter_fact(m, "service"), "nobody.service");
    m->professional = or_common(m, kf_letter_fact(m, "professional"), "nobody.professional");
    m->customer = or_common(m, kf_mail_safe(kf_letter_fact(m, "customer")), "nobody.customer");
}

static void read_by(kf_letter_t *m)
{
    const char *by = kf_letter_fact(m, "by");

    m->by = "system";
    if (by && !strcmp(by, "customer")) {
        m->by = "customer";
    } else if (by && (!strcmp(by, "merchant") || !strcmp(by, "staff") || !strcmp(by, "api_key"))) {
        m->by = "merchant";
    }
}

void kf_letter_read(kf_letter_t *m)
{
    const char *currency = kf_letter_fact(m, "currency");

    read_names(m);
    read_by(m);
    m->price = kf_letter_number(m, "price_cents");
    m->charge = kf_letter_number(m, "charge_cents");
    m->paid = kf_letter_number(m, "paid_cents");
    m->refund = kf_letter_number(m, "refund_cents");
    m->currency = currency && kf_currency_valid(currency) ? currency : NULL;
    kf_letter_read_when(m);
}
