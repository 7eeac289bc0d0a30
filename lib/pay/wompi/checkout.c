/* Web Checkout: the payer's browser is sent to a URL that we sign. */
#include "base/buf.h"
#include "base/limits.h"
#include "base/uri.h"
#include "crypto/hash.h"
#include "pay/wompi/int.h"

#include <apr_strings.h>
#include <string.h>

#define COLOMBIA "+57"

const char *kf_wompi_integrity(const char *reference, kf_money_t amount, const char *expiration,
                               const char *secret, apr_pool_t *p)
{
    const char *cents = apr_psprintf(p, "%" APR_INT64_T_FMT, amount.minor);
    const char *until = expiration ? expiration : "";
    const kf_bytes_t parts[] = {
        KF_BYTES_STR(reference), KF_BYTES_STR(cents), KF_BYTES_STR(amount.currency),
        KF_BYTES_STR(until), KF_BYTES_STR(secret),
    };
    uint8_t digest[KF_SHA256_BYTES];
    char *hex = apr_palloc(p, KF_SHA256_HEX + 1);

    if (kf_sha256(digest, parts, sizeof(parts) / sizeof(*parts), p)) {
        return NULL;
    }
    kf_hex_write(hex, digest, sizeof(digest));
    return hex;
}

static kf_err_t *check_amount(const kf_pay_account_t *account, kf_money_t amount, apr_pool_t *p)
{
    int64_t min = account->amount_min ? account->amount_min : KF_WOMPI_AMOUNT_MIN;
    int64_t max = account->amount_max ? account->amount_max : KF_WOMPI_AMOUNT_MAX;

    if (strcmp(amount.currency, KF_WOMPI_CURRENCY) != 0) {
        return kf_err_field(p, KF_E_INVALID, "amount", "Wompi accepts payments in %s only.",
                            KF_WOMPI_CURRENCY);
    }
    if (amount.minor < min || amount.minor > max) {
        return kf_err_field(p, KF_E_INVALID, "amount",
                            "A payment must be from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT
                            " centavos.", min, max);
    }
    return NULL;
}

/* Adds a field as an HTML form sends it: a blank is a plus, a colon is encoded. */
static void add(kf_buf_t *url, const char *name, const char *value, apr_pool_t *p)
{
    const char *encoded = kf_uri_encode(value, p);

    if (url->data[url->len - 1] != '?') {
        kf_buf_char(url, '&');
    }
    kf_buf_str(url, kf_uri_encode(name, p));
    kf_buf_char(url, '=');
    for (const char *c = encoded; *c; c++) {
        int blank = strncmp(c, "%20", 3) == 0;

        kf_buf_char(url, blank ? '+' : *c);
        c += blank ? 2 : 0;
    }
}

static void add_customer(kf_buf_t *url, const kf_pay_order_t *order, apr_pool_t *p)
{
    const char *phone = order->customer_phone;

    if (order->customer_email) {
        add(url, "customer-data:email", order->customer_email, p);
    }
    if (order->customer_name) {
        add(url, "customer-data:full-name", order->customer_name, p);
    }
    /* only a prefill: with another country code the payer enters the number */
    if (phone && strncmp(phone, COLOMBIA, strlen(COLOMBIA)) == 0) {
        add(url, "customer-data:phone-number", phone + strlen(COLOMBIA), p);
        add(url, "customer-data:phone-number-prefix", COLOMBIA, p);
    }
}

static kf_err_t *write_url(kf_buf_t *url, const kf_pay_account_t *account,
                           const kf_pay_order_t *order, apr_pool_t *p)
{
    const kf_wompi_settings_t *set = account->settings;
    const char *until = order->has_expiry ? kf_instant_utc_ms(order->expires_at, p) : NULL;
    const char *signature = kf_wompi_integrity(order->reference, order->amount, until,
                                               account->integrity_secret, p);

    if (!signature) {
        return kf_err(p, KF_E_INTERNAL, "The payment could not be signed.");
    }
    kf_buf_str(url, set && set->checkout ? set->checkout : KF_WOMPI_CHECKOUT);
    kf_buf_char(url, '?');
    add(url, "public-key", account->public_key, p);
    add(url, "currency", order->amount.currency, p);
    add(url, "amount-in-cents", apr_psprintf(p, "%" APR_INT64_T_FMT, order->amount.minor), p);
    add(url, "reference", order->reference, p);
    add(url, "signature:integrity", signature, p);
    if (order->redirect_url) {
        add(url, "redirect-url", order->redirect_url, p);
    }
    if (until) {
        add(url, "expiration-time", until, p);
    }
    add_customer(url, order, p);
    return kf_buf_check(url, "checkout address", p);
}

kf_err_t *kf_wompi_create(kf_pay_started_t *out, const kf_pay_account_t *account,
                          const kf_pay_order_t *order, apr_pool_t *p)
{
    kf_buf_t url;

    memset(out, 0, sizeof(*out));
    if (!account->public_key || !account->integrity_secret) {
        return kf_err(p, KF_E_CONFIG, "The payment account has no keys.");
    }
    if (!kf_pay_is_id(order->reference, KF_WOMPI_MAX_REFERENCE)) {
        return kf_err_field(p, KF_E_INVALID, "reference",
                            "A reference must have 1 to %d characters: letters, digits, - and _.",
                            KF_WOMPI_MAX_REFERENCE);
    }
    KF_TRY(check_amount(account, order->amount, p));
    kf_buf_init(&url, p, KF_MAX_URL / 2, 4 * KF_MAX_URL);
    KF_TRY(write_url(&url, account, order, p));
    out->checkout_url = kf_buf_text(&url);
    return NULL;
}
