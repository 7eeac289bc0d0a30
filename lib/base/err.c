#include "base/err.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

static const struct {
    const char *sqlstate, *text, *title;
    int http;
} codes[KF_E__COUNT] = {
#define KF_ERROR(name, sqlstate, text, http, title) {sqlstate, text, title, http},
#include "base/errors.def"
};

static const char *const reasons[KF_WRONG__COUNT] = {
#define KF_REASON(name, text) text,
#include "base/errors.def"
};

static kf_err_t *make(apr_pool_t *p, kf_code_t code, const char *field, const char *fmt, va_list ap)
{
    kf_err_t *err = apr_pcalloc(p, sizeof(*err));

    err->code = code;
    err->field = field;
    err->detail = apr_pvsprintf(p, fmt, ap);
    return err;
}

kf_err_t *kf_err(apr_pool_t *p, kf_code_t code, const char *fmt, ...)
{
    va_list ap;
    kf_err_t *err;

    va_start(ap, fmt);
    err = make(p, code, NULL, fmt, ap);
    va_end(ap);
    return err;
}

kf_err_t *kf_err_field(apr_pool_t *p, kf_code_t code, const char *field, const char *fmt, ...)
{
    va_list ap;
    kf_err_t *err;

    va_start(ap, fmt);
    err = make(p, code, field, fmt, ap);
    va_end(ap);
    return err;
}

const char *kf_err_fill(apr_pool_t *p, const char *sentence, const char *const *values)
{
    const char *made = "", *from = sentence;

    for (const char *at = strchr(from, '{'); at; at = strchr(at + 1, '{')) {
        int n = at[1] - '1';

        if (n >= 0 && n < KF_ERR_VALUES && at[2] == '}' && values[n]) {
            made = apr_pstrcat(p, made, apr_pstrmemdup(p, from, (apr_size_t)(at - from)), values[n], NULL);
            from = at + 3;
        }
    }
    return apr_pstrcat(p, made, from, NULL);
}

kf_err_t *kf_err_said(apr_pool_t *p, kf_code_t code, const char *sentence, ...)
{
    kf_err_t *err = apr_pcalloc(p, sizeof(*err));
    const char *value;
    int n = 0;
    va_list ap;

    va_start(ap, sentence);
    while (n < KF_ERR_VALUES && (value = va_arg(ap, const char *)) != NULL) {
        err->values[n++] = value;
    }
    va_end(ap);
    err->code = code;
    err->sentence = sentence;
    err->detail = kf_err_fill(p, sentence, err->values);
    return err;
}

kf_err_t *kf_err_at(kf_err_t *err, const char *field)
{
    err->field = field;
    return err;
}

kf_err_t *kf_err_because(apr_pool_t *p, kf_err_t *err, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    err->cause = apr_pvsprintf(p, fmt, ap);
    va_end(ap);
    return err;
}

kf_err_t *kf_err_wrong(apr_pool_t *p, const char *field, kf_reason_t reason, const char *sentence)
{
    kf_err_t *err = apr_pcalloc(p, sizeof(*err));

    err->code = KF_E_INVALID;
    err->field = field;
    err->reason = reason;
    err->detail = sentence;
    return err;
}

kf_err_t *kf_err_reason(kf_err_t *err, kf_reason_t reason)
{
    err->reason = reason;
    return err;
}

kf_err_t *kf_err_limits(kf_err_t *err, kf_reason_t reason, int64_t min, int64_t max)
{
    err->reason = reason;
    err->limits = true;
    err->min = min;
    err->max = max;
    return err;
}

void kf_err_add(kf_err_t **list, kf_err_t *more)
{
    while (*list) {
        list = &(*list)->next;
    }
    *list = more;
}

const char *kf_code_text(kf_code_t code)
{
    return codes[code].text;
}

int kf_code_http(kf_code_t code)
{
    return codes[code].http;
}

const char *kf_code_title(kf_code_t code)
{
    return codes[code].title;
}

const char *kf_reason_text(kf_reason_t reason)
{
    return reasons[reason];
}

kf_reason_t kf_reason_of(const char *text)
{
    for (int i = 0; text && i < KF_WRONG__COUNT; i++) {
        if (!strcmp(reasons[i], text)) {
            return (kf_reason_t)i;
        }
    }
    return KF_WRONG_INVALID;
}

kf_code_t kf_code_of(const char *text)
{
    int i = 0;

    while (i < KF_E__COUNT && strcmp(codes[i].text, text) != 0) {
        i++;
    }
    return (kf_code_t)i;
}

kf_code_t kf_code_from_sqlstate(const char *sqlstate)
{
    for (int i = 0; i < KF_E__COUNT; i++) {
        if (codes[i].sqlstate[0] && !strcmp(codes[i].sqlstate, sqlstate)) {
            return (kf_code_t)i;
        }
    }
    return KF_E_INTERNAL;
}
