/* The words for a booking in a calendar: the merchant's template, or the catalogue's messages. */
#include <apr_strings.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "flow/calendar/calendar_int.h"
#include "text/catalog.h"
#include "text/mustache.h"

#define SUMMARY_MAX 300       /* characters of an event's summary */
#define DESCRIPTION_MAX 8000  /* bytes of an event's description */

static const char *const names[] = {"customer", "service", "professional", "business",
                                    "phone",    "email",   "notes",        NULL};

/*
 * Templates are plain text, not HTML: {{name}} means what {{{name}}} means elsewhere. Sections and
 * comments stay.
 */
static const char *plain(const char *text, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 2 * strlen(text) + 2, 2 * strlen(text) + 2);
    while (*text) {
        bool tag = text[0] == '{' && text[1] == '{';

        if (tag && !strchr("{&#^/!>=", text[2])) {
            kf_buf_str(&buf, "{{&");
            text += 2;
        } else if (tag) {
            size_t n = strspn(text, "{");

            kf_buf_bytes(&buf, text, n);
            text += n;
        } else {
            kf_buf_char(&buf, *text++);
        }
    }
    return kf_buf_text(&buf);
}

static kf_err_t *parse(kf_mustache_t **out, const char *text, apr_pool_t *p)
{
    const char *source = plain(text, p);

    return kf_mustache_parse(out, "summary", source, strlen(source), p);
}

/* One line without invisible characters, of at most `max` characters. */
static const char *line_of(const char *text, size_t max, apr_pool_t *p)
{
    char *line = apr_pstrdup(p, text), *to = line;
    size_t chars = 0;

    for (const char *from = line; *from; from++) {
        unsigned char c = (unsigned char)*from;

        if (c < 0x20 || c == 0x7f || (c == ' ' && (to == line || to[-1] == ' '))) {
            if (to == line || to[-1] == ' ') {
                continue;
            }
            c = ' ';
        }
        if ((c & 0xc0) != 0x80 && ++chars > max) {
            break;
        }
        *to++ = (char)c;
    }
    while (to > line && to[-1] == ' ') {
        to--;
    }
    *to = '\0';
    return line;
}

static json_t *values(const kf_calendar_event_row_t *row)
{
    const char *const texts[] = {row->customer, row->service, row->professional, row->business,
                                 row->phone,    row->email,   row->notes};
    json_t *object = json_object();

    for (size_t i = 0; names[i]; i++) {
        json_object_set_new(object, names[i], json_string(texts[i] ? texts[i] : ""));
    }
    return object;
}

/* "" if the template renders nothing or cannot be used. */
static const char *by_template(const kf_calendar_event_row_t *row, apr_pool_t *p)
{
    kf_mustache_t *template;
    const char *text = "";
    apr_size_t len;
    json_t *context;

    if (!*row->summary || parse(&template, row->summary, p)) {
        return "";
    }
    context = values(row);
    if (kf_mustache_render(&text, &len, template, NULL, context, p)) {
        text = "";
    }
    json_decref(context);
    return line_of(text, SUMMARY_MAX, p);
}

static void add(kf_buf_t *buf, const kf_catalog_t *messages, const char *lang, const char *key,
                const char *value)
{
    if (value && *value) {
        kf_buf_str(buf, kf_catalog_format(messages, lang, key, buf->pool, "value", value, NULL));
        kf_buf_char(buf, '\n');
    }
}

kf_err_t *kf_calendar_words(kf_calendar_words_t *out, const kf_calendar_event_row_t *row,
                            const struct kf_catalog_t *messages, apr_pool_t *p)
{
    const char *lang = row->language;
    kf_buf_t buf;

    out->summary = by_template(row, p);
    if (!*out->summary) {
        out->summary = line_of(kf_catalog_format(messages, lang, "calendar.summary", p, "service",
                                                 row->service, "customer", row->customer, NULL),
                               SUMMARY_MAX, p);
    }
    kf_buf_init(&buf, p, 1024, DESCRIPTION_MAX);
    add(&buf, messages, lang, "calendar.customer", row->customer);
    add(&buf, messages, lang, "calendar.phone", row->phone);
    add(&buf, messages, lang, "calendar.email", row->email);
    add(&buf, messages, lang, "calendar.notes", row->notes);
    kf_buf_char(&buf, '\n');
    kf_buf_str(&buf, kf_catalog_format(messages, lang, "calendar.made_by", p, "business",
                                       row->business, NULL));
    out->description = kf_buf_text(&buf);
    return kf_buf_check(&buf, "description of an event", p);
}

kf_err_t *kf_calendar_summary_check(const char *text, apr_pool_t *p)
{
    static const kf_calendar_event_row_t sample = {.customer = "c", .service = "s",
                                                   .professional = "p", .business = "b",
                                                   .phone = "1", .email = "e", .notes = "n"};
    kf_calendar_event_row_t row = sample;
    kf_mustache_t *template;

    row.summary = text;
    if (!*text) {
        return NULL;
    }
    if (parse(&template, text, p)) {
        return kf_err(p, KF_E_INVALID, "This is not a template: write names in double braces, such as "
                      "{{service}} - {{customer}}.");
    }
    return *by_template(&row, p) ? NULL
                                 : kf_err(p, KF_E_INVALID, "This template says nothing: use {{customer}}, "
                                          "{{service}}, {{professional}}, {{business}}, {{phone}}, "
                                          "{{email}} or {{notes}}.");
}
