/* Money as decimal text of major units: the contract is money/money.h. */
#include "money/money.h"

#include <string.h>

#define DECIMAL_CHARS_MAX 32   /* 19 digits, a sign, a point, and zeros to spare */

static uint64_t unit_of(const char *currency)
{
    uint64_t unit = 1;

    for (int i = kf_currency_exponent(currency); i > 0; i--) {
        unit *= 10;
    }
    return unit;
}

static void write_decimals(kf_buf_t *buf, uint64_t rest, uint64_t unit)
{
    kf_buf_char(buf, '.');
    for (unit /= 10; unit; unit /= 10) {
        kf_buf_char(buf, (char)('0' + rest / unit % 10));
    }
}

/* The sign and the whole units; returns what is left of a unit. */
static uint64_t write_whole(kf_buf_t *buf, kf_money_t a, uint64_t unit)
{
    uint64_t size = a.minor < 0 ? -(uint64_t)a.minor : (uint64_t)a.minor;

    if (a.minor < 0) {
        kf_buf_char(buf, '-');
    }
    if (size / unit > INT64_MAX) {
        kf_buf_str(buf, "9223372036854775808");   /* -2^63 of a currency without decimals */
    } else {
        kf_buf_int(buf, (int64_t)(size / unit));
    }
    return size % unit;
}

void kf_money_write_major(kf_buf_t *buf, kf_money_t a)
{
    uint64_t unit = unit_of(a.currency);
    uint64_t rest = write_whole(buf, a, unit);

    if (rest) {
        write_decimals(buf, rest, unit);
    }
}

void kf_money_write_decimal(kf_buf_t *buf, kf_money_t a)
{
    uint64_t unit = unit_of(a.currency);
    uint64_t rest = write_whole(buf, a, unit);

    if (unit > 1) {
        write_decimals(buf, rest, unit);
    }
}

/* Adds one digit, downwards as the smallest number has no positive twin. */
static bool push_digit(int64_t *value, int digit)
{
    return !__builtin_mul_overflow(*value, 10, value)
           && !__builtin_sub_overflow(*value, digit, value);
}

/* Digits up to a stop, at least one; returns how many, 0 if they do not fit. */
static size_t push_digits(int64_t *value, const char *text)
{
    size_t n = 0;

    for (; text[n] >= '0' && text[n] <= '9'; n++) {
        if (!push_digit(value, text[n] - '0')) {
            return 0;
        }
    }
    return n;
}

/* The decimals after the point, brought to `exponent` digits. */
static bool push_decimals(int64_t *value, const char *text, int exponent)
{
    int n = 0;

    for (; text[n] >= '0' && text[n] <= '9'; n++) {
        if (n < exponent ? !push_digit(value, text[n] - '0') : text[n] != '0') {
            return false;
        }
    }
    if (n == 0 || text[n]) {
        return false;
    }
    for (; n < exponent; n++) {
        if (!push_digit(value, 0)) {
            return false;
        }
    }
    return true;
}

static bool read_major(int64_t *out, const char *text, int exponent)
{
    bool minus = *text == '-';
    int64_t value = 0;
    size_t n;

    text += minus;
    n = push_digits(&value, text);
    if (n == 0 || (n > 1 && text[0] == '0')) {
        return false;
    }
    text += n;
    if (*text && *text != '.') {
        return false;
    }
    if (!push_decimals(&value, *text ? text + 1 : "0", exponent)) {
        return false;
    }
    if (minus) {
        *out = value;
        return value != 0;
    }
    return !__builtin_sub_overflow((int64_t)0, value, out);
}

kf_err_t *kf_money_parse_major(kf_money_t *out, const char *text, const char *currency,
                               apr_pool_t *p)
{
    kf_money_t amount;

    KF_TRY(kf_money_init(&amount, 0, currency, p));
    if (!text || strnlen(text, DECIMAL_CHARS_MAX + 1) > DECIMAL_CHARS_MAX
        || !read_major(&amount.minor, text, kf_currency_exponent(currency))) {
        return kf_err(p, KF_E_INVALID, "This must be an amount such as 120000 or 80.59.");
    }
    *out = amount;
    return NULL;
}
