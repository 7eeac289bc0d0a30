#include "text/format.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "money/money.h"

#define MAX_AMOUNT 48 /* digits, separators and sign of any int64 */

static const char *const days[2][7] = {
    {"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}};

static const char *const short_days[2][7] = {{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
                                             {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}};

static const char *const months[2][12] = {
    {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
     "octubre", "noviembre", "diciembre"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"}};

static bool is_en(const char *lang)
{
    return lang && !strcmp(lang, "en");
}

/* Out of range is a bug of the caller, but must not cause a read outside the table. */
static int within(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static const char *day_name(bool en, const kf_format_when_t *when)
{
    return days[en][within(when->weekday, 0, 6)];
}

const char *kf_format_weekday(const char *lang, int weekday)
{
    return days[is_en(lang)][within(weekday, 0, 6)];
}

static const char *month_name(bool en, const kf_format_when_t *when)
{
    return months[en][within(when->month, 1, 12) - 1];
}

/* ---- dates ---- */

const char *kf_format_day(const char *lang, const kf_format_when_t *when, apr_pool_t *p)
{
    bool en = is_en(lang);

    return apr_psprintf(p, en ? "%s, %d %s" : "%s %d de %s", day_name(en, when), when->day,
                        month_name(en, when));
}

const char *kf_format_date(const char *lang, const kf_format_when_t *when, apr_pool_t *p)
{
    return apr_psprintf(p, is_en(lang) ? "%s %d" : "%s de %d", kf_format_day(lang, when, p),
                        when->year);
}

const char *kf_format_day_short(const char *lang, const kf_format_when_t *when, apr_pool_t *p)
{
    return apr_psprintf(p, "%s %d", short_days[is_en(lang)][within(when->weekday, 0, 6)],
                        when->day);
}

const char *kf_format_time(const char *lang, const kf_format_when_t *when, apr_pool_t *p)
{
    int hour = when->hour % 12 ? when->hour % 12 : 12;
    bool late = when->hour >= 12;

    if (is_en(lang)) {
        return apr_psprintf(p, "%d:%02d\u00a0%s", hour, when->minute, late ? "pm" : "am");
    }
    return apr_psprintf(p, "%d:%02d\u00a0%s", hour, when->minute,
                        late ? "p.\u00a0m." : "a.\u00a0m.");
}

const char *kf_format_datetime(const char *lang, const kf_format_when_t *when, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_format_day(lang, when, p), ", ", kf_format_time(lang, when, p),
                       NULL);
}

const char *kf_format_month(const char *lang, const kf_format_when_t *when, apr_pool_t *p)
{
    bool en = is_en(lang);
    char *text = apr_psprintf(p, en ? "%s %d" : "%s de %d", month_name(en, when), when->year);

    text[0] = (char)apr_toupper(text[0]);
    return text;
}

const char *kf_format_offset(int minutes, apr_pool_t *p)
{
    char sign = minutes < 0 ? '-' : '+';

    minutes = abs(minutes);
    if (!minutes) {
        return "UTC";
    }
    if (minutes % 60) {
        return apr_psprintf(p, "UTC%c%d:%02d", sign, minutes / 60, minutes % 60);
    }
    return apr_psprintf(p, "UTC%c%d", sign, minutes / 60);
}

/* ---- amounts ---- */

/*
 * Writes an amount backwards from the end of `out`: decimals after `point`, whole
 * digits in threes with `group` between them. Returns its first byte.
 */
static char *write_amount(char out[MAX_AMOUNT], uint64_t units, int decimals, char point,
                          char group)
{
    char *at = out + MAX_AMOUNT - 1;
    int digits = 0;

    *at = '\0';
    for (int i = 0; i < decimals; i++, units /= 10) {
        *--at = (char)('0' + units % 10);
    }
    if (decimals) {
        *--at = point;
    }
    do {
        if (digits && digits % 3 == 0) {
            *--at = group;
        }
        *--at = (char)('0' + units % 10);
        units /= 10;
        digits++;
    } while (units);
    return at;
}

static uint64_t magnitude(int64_t minor)
{
    return minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
}

/* Amounts in pesos are written without cents. */
static void drop_cents(uint64_t *units, int *decimals, const char *currency)
{
    if (!strcmp(currency, "COP") && *units % 100 == 0) {
        *units /= 100;
        *decimals = 0;
    }
}

static const char *symbol(const char *currency)
{
    if (!strcmp(currency, "COP")) {
        return "$";
    }
    if (!strcmp(currency, "USD")) {
        return "US$";
    }
    return !strcmp(currency, "EUR") ? "€" : currency;
}

const char *kf_format_money(const char *lang, int64_t minor, const char *currency, apr_pool_t *p)
{
    bool en = is_en(lang);
    int decimals = kf_currency_exponent(currency);
    uint64_t units = magnitude(minor);
    char text[MAX_AMOUNT];

    drop_cents(&units, &decimals, currency);
    return apr_pstrcat(p, minor < 0 ? "-" : "", en ? currency : symbol(currency), "\u00a0",
                       write_amount(text, units, decimals, en ? '.' : ',', en ? ',' : '.'), NULL);
}

/* ---- text ---- */

const char *kf_format_mask_email(const char *email, apr_pool_t *p)
{
    const char *at = email ? strrchr(email, '@') : NULL;
    apr_size_t first = 1;

    if (!at || at == email) {
        return "***";
    }
    while (((unsigned char)email[first] & 0xc0) == 0x80) {
        first++; /* never cut a character in two */
    }
    return apr_pstrcat(p, apr_pstrmemdup(p, email, first), "***", at, NULL);
}
