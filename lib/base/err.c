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
#undef KF_ERROR
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

kf_err_t *kf_err_because(apr_pool_t *p, kf_err_t *err, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    err->cause = apr_pvsprintf(p, fmt, ap);
    va_end(ap);
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

kf_code_t kf_code_from_sqlstate(const char *sqlstate)
{
    for (int i = 0; i < KF_E__COUNT; i++) {
        if (codes[i].sqlstate[0] && !strcmp(codes[i].sqlstate, sqlstate)) {
            return (kf_code_t)i;
        }
    }
    return KF_E_INTERNAL;
}
