#include "text/form.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/limits.h"
#include "base/uri.h"
#include "base/utf8.h"

typedef struct {
    const char *name, *value;
} field_t;

struct kf_form_t {
    int count;
    field_t fields[]; /* as many as the bytes can hold, KF_MAX_FORM_FIELDS at most */
};

/* ---- reading ---- */

static int hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes; NULL, with `*why` set, if the bytes are invalid. */
static const char *decode(const char **why, const char *from, const char *to, apr_pool_t *p)
{
    char *text = apr_palloc(p, (apr_size_t)(to - from) + 1), *out = text;

    for (; from < to; from++) {
        char c = *from == '+' ? ' ' : *from;

        if (c == '%') {
            int high = to - from > 2 ? hex(from[1]) : -1, low = high < 0 ? -1 : hex(from[2]);

            if (low < 0) {
                *why = "a % needs two hexadecimal digits after it";
                return NULL;
            }
            c = (char)(high << 4 | low);
            from += 2;
        }
        if (!c) {
            *why = "a NUL is not allowed";
            return NULL;
        }
        *out++ = c;
    }
    *out = '\0';
    *why = "the text must be UTF-8";
    return kf_utf8_valid(text, (size_t)(out - text)) ? text : NULL;
}

static kf_err_t *add_field(kf_form_t *form, const char *from, const char *to, apr_pool_t *p)
{
    const char *equals = memchr(from, '=', (apr_size_t)(to - from)), *why;
    field_t field = {NULL, ""};

    field.name = decode(&why, from, equals ? equals : to, p);
    if (!field.name) {
        return kf_err_said(p, KF_E_MALFORMED, "The name of a field could not be read: {1}.", why, NULL);
    }
    if (kf_form_get(form, field.name)) {
        return kf_err_field(p, KF_E_MALFORMED, field.name, "The field was sent more than once.");
    }
    if (form->count == KF_MAX_FORM_FIELDS) {
        return kf_err_said(p, KF_E_MALFORMED, "There may be at most {1} fields.", apr_itoa(p, KF_MAX_FORM_FIELDS), NULL);
    }
    if (equals) {
        field.value = decode(&why, equals + 1, to, p);
        if (!field.value) {
            return kf_err_at(kf_err_said(p, KF_E_MALFORMED, "The value could not be read: {1}.", why, NULL),
                             field.name);
        }
    }
    form->fields[form->count++] = field;
    return NULL;
}

/* An empty form with room for every field that may come; most have a few. */
static kf_form_t *empty_form(const char *bytes, apr_size_t len, apr_pool_t *p)
{
    apr_size_t room = 1;
    kf_form_t *form;

    for (apr_size_t i = 0; i < len && room < KF_MAX_FORM_FIELDS; i++) {
        room += bytes[i] == '&';
    }
    form = apr_palloc(p, sizeof(*form) + room * sizeof(form->fields[0]));
    form->count = 0;
    return form;
}

kf_err_t *kf_form_parse(kf_form_t **out, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    const char *end;
    kf_form_t *form;

    if (len > KF_MAX_BODY) {
        return kf_err_said(p, KF_E_TOO_LARGE, "A form may have at most {1} bytes.", apr_itoa(p, KF_MAX_BODY), NULL);
    }
    bytes = len ? bytes : "";
    end = bytes + len;
    form = empty_form(bytes, len, p);
    while (len && bytes < end) {
        const char *amp = memchr(bytes, '&', (apr_size_t)(end - bytes));
        const char *stop = amp ? amp : end;

        if (stop > bytes) {
            KF_TRY(add_field(form, bytes, stop, p));
        }
        bytes = stop + 1;
    }
    *out = form;
    return NULL;
}

const char *kf_form_get(const kf_form_t *form, const char *name)
{
    for (int i = 0; i < form->count; i++) {
        if (!strcmp(form->fields[i].name, name)) {
            return form->fields[i].value;
        }
    }
    return NULL;
}

int kf_form_count(const kf_form_t *form)
{
    return form->count;
}

void kf_form_at(const char **name, const char **value, const kf_form_t *form, int i)
{
    *name = form->fields[i].name;
    *value = form->fields[i].value;
}

/* ---- writing ---- */

const char *kf_form_query(apr_pool_t *p, ...)
{
    const char *query = "", *name, *value;
    va_list ap;

    va_start(ap, p);
    while ((name = va_arg(ap, const char *)) && (value = va_arg(ap, const char *))) {
        query = apr_pstrcat(p, query, *query ? "&" : "", kf_uri_encode(name, p), "=",
                            kf_uri_encode(value, p), NULL);
    }
    va_end(ap);
    return query;
}
