#ifndef KF_MONEY_MONEY_H
#define KF_MONEY_MONEY_H
/*
 * Money: an integer of minor units and an ISO 4217 code. COP 95,000.00 is
 * {9500000, "COP"}. No floating point anywhere. Every sum is checked: what does
 * not fit is KF_E_INVALID, what mixes currencies is KF_E_INTERNAL (a bug of ours).
 */
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t minor;
    char currency[4];   /* three capitals and a NUL */
} kf_money_t;

/* What the customer pays at booking. */
typedef enum {
    KF_CHARGE_TOTAL,     /* all of it */
    KF_CHARGE_PERCENT,   /* value: percent, 1 to 100 */
    KF_CHARGE_FIXED      /* value: minor units, 1 to the price */
} kf_charge_type_t;

typedef struct {
    kf_charge_type_t type;
    int64_t value;       /* not looked at for KF_CHARGE_TOTAL */
} kf_charge_t;

/** Makes an amount; KF_E_INVALID unless `currency` is three capital letters of a known currency. */
kf_err_t *kf_money_init(kf_money_t *out, int64_t minor, const char *currency, apr_pool_t *p);

/** True for a current ISO 4217 code ("COP"; not "cop", "COPS", "XXX"). */
bool kf_currency_valid(const char *code);

/** Digits after the decimal point of a valid code: 2, or 0 or 3 for the few ISO 4217 says. */
int kf_currency_exponent(const char *code);

bool kf_money_equal(kf_money_t a, kf_money_t b);

kf_err_t *kf_money_add(kf_money_t *out, kf_money_t a, kf_money_t b, apr_pool_t *p);
kf_err_t *kf_money_sub(kf_money_t *out, kf_money_t a, kf_money_t b, apr_pool_t *p);
kf_err_t *kf_money_mul(kf_money_t *out, kf_money_t a, int64_t times, apr_pool_t *p);

/** `percent` (0 to 100) of a non-negative amount, half up to the minor unit. */
kf_err_t *kf_money_percent(kf_money_t *out, kf_money_t a, int64_t percent, apr_pool_t *p);

/**
 * Splits a price into what is paid `now` and `later`; now + later is the price
 * exactly. A percentage is rounded half up to the minor unit and never to
 * nothing. KF_E_INVALID for a negative price or a rule which does not fit.
 */
kf_err_t *kf_money_charge(kf_money_t *now, kf_money_t *later, kf_money_t price, kf_charge_t rule,
                          apr_pool_t *p);

/**
 * Appends major units as a JSON number without exponent and without needless
 * decimals: 12000000 COP -> `120000`, 8059 USD -> `80.59`.
 */
void kf_money_write_major(kf_buf_t *buf, kf_money_t a);

/** Appends major units with all decimals of the currency: `120000.00`. */
void kf_money_write_decimal(kf_buf_t *buf, kf_money_t a);

/**
 * Reads major units from decimal text: `120000`, `120000.00`, `-80.59`. Decimals
 * beyond the currency's must be zeros; no exponent, sign +, space or leading zero.
 */
kf_err_t *kf_money_parse_major(kf_money_t *out, const char *text, const char *currency,
                               apr_pool_t *p);

#endif
