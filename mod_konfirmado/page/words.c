/* URLs and short texts that several pages use. */
#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

#include "base/uri.h"
#include "base/utf8.h"
#include "page/view.h"
#include "text/format.h"

const char *kfm_url_add(apr_pool_t *p, const char *url, const char *name, const char *value)
{
    return apr_pstrcat(p, url, strchr(url, '?') ? "&" : "?", name, "=", kf_uri_encode(value, p),
                       NULL);
}

const char *kfm_url(apr_pool_t *p, const char *link, const char *step, ...)
{
    const char *url = apr_pstrcat(p, "/book/", kf_uri_encode(link, p), step, NULL), *name;
    va_list pairs;

    va_start(pairs, step);
    while ((name = va_arg(pairs, const char *))) {
        const char *value = va_arg(pairs, const char *);

        if (value) {
            url = kfm_url_add(p, url, name, value);
        }
    }
    va_end(pairs);
    return url;
}

const char *kfm_url_safe(const char *text)
{
    if (!text || (strncmp(text, "https://", 8) && strncmp(text, "http://", 7) && *text != '/')) {
        return NULL;
    }
    return text;
}

const char *kfm_words(kfm_call_t *call, const char *key, const char *fallback)
{
    const char *text = kf_catalog_text(KFM_SAY(call), key);

    return text == key ? fallback : text; /* the catalogue returns the key itself if it has no such message */
}

static const char *own_word(kfm_call_t *call, const char *provider, const char *name)
{
    return kfm_words(call, apr_pstrcat(call->pool, provider, ".", name, NULL), "");
}

const char *kfm_words_of(kfm_call_t *call, const char *key, const char *provider)
{
    if (!kfm_words(call, key, NULL)) {
        return NULL;
    }
    return kf_catalog_format(KFM_SAY(call), key, call->pool, "provider", own_word(call, provider, "name"), "calendar",
                             own_word(call, provider, "calendar"), "meeting", own_word(call, provider, "meeting"),
                             "smallest", own_word(call, provider, "smallest"), NULL);
}

const char *kfm_words_problem(kfm_call_t *call, kf_code_t code, const char *part)
{
    const char *key = apr_pstrcat(call->pool, "problem.", kf_code_text(code), ".", part, NULL);
    const char *other = apr_pstrcat(call->pool, "problem.internal.", part, NULL);

    return kfm_words(call, key, kf_catalog_text(KFM_SAY(call), other));
}

const char *kfm_words_error(kfm_call_t *call, const kf_err_t *err)
{
    const char *text = kfm_words_problem(call, err->code, "text");

    if (err->code != KF_E_INVALID || !err->field) {
        return text;
    }
    return kfm_words(call, apr_pstrcat(call->pool, "field.", err->field, ".invalid", NULL), text);
}

/* Skips a title, a first word that ends in a dot: the initial of "Dra. Laura Gómez" is L. */
static const char *after_title(const char *name)
{
    const char *blank = strchr(name, ' ');

    return blank && blank > name && blank[-1] == '.' && blank[1] ? blank + 1 : name;
}

const char *kfm_words_initial(const char *name, apr_pool_t *p)
{
    uint32_t c;
    const char *first = after_title(name);
    size_t len = kf_utf8_next(&c, first, strlen(first));
    char *initial = apr_pstrmemdup(p, first, len);

    if (len == 1 && c >= 'a' && c <= 'z') {
        initial[0] = (char)(c - 'a' + 'A');
    }
    return initial;
}

const char *kfm_words_duration(kfm_call_t *call, int minutes)
{
    apr_pool_t *p = call->pool;
    const char *hours = apr_itoa(p, minutes / 60), *rest = apr_itoa(p, minutes % 60);

    if (minutes < 60) {
        return kf_catalog_format(KFM_SAY(call), "duration.minutes", p, "minutes", rest, NULL);
    }
    if (minutes % 60 == 0) {
        return kf_catalog_format(KFM_SAY(call), "duration.hours", p, "hours", hours, NULL);
    }
    return kf_catalog_format(KFM_SAY(call), "duration.hours_minutes", p, "hours", hours,
                             "minutes", rest, NULL);
}

const char *kfm_words_money(kfm_call_t *call, kf_money_t money)
{
    return kf_format_money(call->lang, money.minor, money.currency, call->pool);
}
