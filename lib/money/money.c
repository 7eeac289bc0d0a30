#include "money/money.h"

#include <string.h>

/* ISO 4217: current codes of money (no metals, test codes or units of account). Four bytes each. */
static const char currencies[] =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ";

static const char without_decimals[] =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
static const char with_three_decimals[] = "BHD IQD JOD KWD LYD OMR TND ";

static bool in_list(const char *list, const char *code)
{
    for (; *list; list += 4) {
        if (!memcmp(list, code, 3)) {
            return true;
        }
    }
    return false;
}

bool kf_currency_valid(const char *code)
{
    return code && strnlen(code, 4) == 3 && in_list(currencies, code);
}

int kf_currency_exponent(const char *code)
{
    if (in_list(without_decimals, code)) {
        return 0;
    }
    return in_list(with_three_decimals, code) ? 3 : 2;
}

kf_err_t *kf_money_init(kf_money_t *out, int64_t minor, const char *currency, apr_pool_t *p)
{
    if (!kf_currency_valid(currency)) {
        return kf_err(p, KF_E_INVALID, "This must be an ISO 4217 currency, such as COP.");
    }
    out->minor = minor;
    memcpy(out->currency, currency, 4);
    return NULL;
}

bool kf_money_equal(kf_money_t a, kf_money_t b)
{
    return a.minor == b.minor && !memcmp(a.currency, b.currency, 3);
}

static kf_err_t *too_large(apr_pool_t *p)
{
    return kf_err(p, KF_E_INVALID, "The amount is too large.");
}

static kf_err_t *same_currency(kf_money_t a, kf_money_t b, apr_pool_t *p)
{
    if (memcmp(a.currency, b.currency, 3) != 0) {
        return kf_err(p, KF_E_INTERNAL, "Amounts in two currencies were mixed.");
    }
    return NULL;
}

kf_err_t *kf_money_add(kf_money_t *out, kf_money_t a, kf_money_t b, apr_pool_t *p)
{
    kf_money_t sum = a;

    KF_TRY(same_currency(a, b, p));
    if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) {
        return too_large(p);
    }
    *out = sum;
    return NULL;
}

kf_err_t *kf_money_sub(kf_money_t *out, kf_money_t a, kf_money_t b, apr_pool_t *p)
{
    kf_money_t difference = a;

    KF_TRY(same_currency(a, b, p));
    if (__builtin_sub_overflow(a.minor, b.minor, &difference.minor)) {
        return too_large(p);
    }
    *out = difference;
    return NULL;
}

kf_err_t *kf_money_mul(kf_money_t *out, kf_money_t a, int64_t times, apr_pool_t *p)
{
    kf_money_t product = a;

    if (__builtin_mul_overflow(a.minor, times, &product.minor)) {
        return too_large(p);
    }
    *out = product;
    return NULL;
}

kf_err_t *kf_money_percent(kf_money_t *out, kf_money_t a, int64_t percent, apr_pool_t *p)
{
    kf_money_t part = a;

    if (a.minor < 0 || percent < 0 || percent > 100) {
        return kf_err(p, KF_E_INVALID, "A percentage must be from 0 to 100.");
    }
    /* whole hundreds and the rest apart: the product cannot overflow */
    part.minor = a.minor / 100 * percent + (a.minor % 100 * percent + 50) / 100;
    *out = part;
    return NULL;
}

static kf_err_t *due_now(kf_money_t *out, kf_money_t price, kf_charge_t rule, apr_pool_t *p)
{
    switch (rule.type) {
    case KF_CHARGE_TOTAL:
        *out = price;
        return NULL;
    case KF_CHARGE_PERCENT:
        if (rule.value < 1) {
            return kf_err(p, KF_E_INVALID, "The deposit must be from 1 to 100 percent.");
        }
        KF_TRY(kf_money_percent(out, price, rule.value, p));
        if (out->minor == 0 && price.minor > 0) {
            out->minor = 1;
        }
        return NULL;
    case KF_CHARGE_FIXED:
        if (rule.value < 1 || rule.value > price.minor) {
            return kf_err(p, KF_E_INVALID, "The deposit must be from 1 minor unit to the price.");
        }
        *out = price;
        out->minor = rule.value;
        return NULL;
    }
    return kf_err(p, KF_E_INTERNAL, "There is no such kind of charge.");
}

kf_err_t *kf_money_charge(kf_money_t *now, kf_money_t *later, kf_money_t price, kf_charge_t rule,
                          apr_pool_t *p)
{
    kf_money_t part;

    if (price.minor < 0) {
        return kf_err(p, KF_E_INVALID, "A price cannot be negative.");
    }
    KF_TRY(due_now(&part, price, rule, p));
    KF_TRY(kf_money_sub(later, price, part, p));
    *now = part;
    return NULL;
}
