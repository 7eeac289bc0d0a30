/* Parses amounts as people type them. */
#include <apr_lib.h>
#include <string.h>

#include "money/money.h"
#include "page/form.h"

#define MAX_DIGITS 15 /* of an amount */

/* The text without blanks, U+00A0 and currency signs. */
static const char *bare_amount(const char *text, apr_pool_t *p)
{
    char *out = apr_palloc(p, strlen(text) + 1), *to = out;

    for (const char *c = text; *c; c++) {
        if (!strncmp(c, "\xc2\xa0", 2)) {
            c++;
        } else if (*c != ' ' && *c != '$') {
            *to++ = *c;
        }
    }
    *to = '\0';
    return out;
}

/* The decimal separator: the last separator, if it occurs once and one or two characters follow. NULL: none. */
static const char *decimal_point(const char *text)
{
    const char *last = strrchr(text, '.'), *comma = strrchr(text, ',');
    size_t after;

    last = !last || (comma && comma > last) ? comma : last;
    after = last ? strlen(last + 1) : 0;
    return last && after >= 1 && after <= 2 && strchr(text, *last) == last ? last : NULL;
}

/* Whether the text is plain digits, or digits in groups of three with one separator, which differs from `point`. */
static bool is_grouped(const char *from, const char *to, char point)
{
    char separator = '\0';
    int run = 0;

    for (const char *c = from; c < to; c++) {
        if (apr_isdigit(*c)) {
            run++;
        } else if (strchr(".,", *c) && *c != point && (separator ? *c == separator && run == 3 : run >= 1 && run <= 3)) {
            separator = *c;
            run = 0;
        } else {
            return false;
        }
    }
    return separator ? run == 3 : run >= 1;
}

bool kfm_form_money(int64_t *out, const char *text, const char *currency, apr_pool_t *p)
{
    const char *point, *end;
    int digits = 0, decimals = 0, exponent = kf_currency_exponent(currency);

    *out = 0;
    text = bare_amount(text, p);
    point = decimal_point(text);
    end = text + strlen(text);
    if (!is_grouped(text, point ? point : end, point ? *point : '\0') || (point && !is_grouped(point + 1, end, *point))) {
        return false;
    }
    for (const char *c = text; *c && digits <= MAX_DIGITS; c++) {
        if (apr_isdigit(*c)) {
            *out = *out * 10 + (*c - '0');
            decimals += point && c > point;
            digits++;
        }
    }
    for (; decimals < exponent; decimals++) {
        *out *= 10;
    }
    return digits <= MAX_DIGITS && decimals == exponent;
}
