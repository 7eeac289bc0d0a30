/* Amounts. First line: currency; second: a percentage or a fixed part; third: decimal text. */
#include "fuzz.h"

#include "base/num.h"
#include "money/money.h"
#include "text/format.h"

static void written(kf_money_t a, apr_pool_t *p)
{
    kf_money_t back;
    kf_buf_t buf;

    kf_buf_init(&buf, p, 32, 64);
    kf_money_write_decimal(&buf, a);
    FUZZ_CHECK(!kf_buf_check(&buf, "amount", p), "the buffer");
    FUZZ_CHECK(!kf_money_parse_major(&back, kf_buf_text(&buf), a.currency, p)
                   && kf_money_equal(a, back),
               "another amount with all decimals");
    kf_buf_reset(&buf);
    kf_money_write_major(&buf, a);
    FUZZ_CHECK(!kf_money_parse_major(&back, kf_buf_text(&buf), a.currency, p)
                   && kf_money_equal(a, back),
               "another amount");
    FUZZ_CHECK(*kf_format_money("es", a.minor, a.currency, p), "for people");
}

static void charged(kf_money_t price, kf_charge_t rule, apr_pool_t *p)
{
    kf_money_t now, later, sum;

    if (kf_money_charge(&now, &later, price, rule, p)) {
        return;
    }
    FUZZ_CHECK(!kf_money_add(&sum, now, later, p) && kf_money_equal(sum, price), "the sum");
    FUZZ_CHECK(now.minor >= 0 && later.minor >= 0 && now.minor <= price.minor, "the parts");
    FUZZ_CHECK(price.minor == 0 || now.minor > 0, "a part of nothing");
}

/* 128-bit arithmetic gives the expected 64-bit result, or its overflow. */
static void computed(kf_money_t a, int64_t n, apr_pool_t *p)
{
    kf_money_t out;
    __int128 product = (__int128)a.minor * n;

    FUZZ_CHECK((kf_money_mul(&out, a, n, p) == NULL)
                   == (product >= INT64_MIN && product <= INT64_MAX),
               "whether a product fits");
    if (!kf_money_mul(&out, a, n, p)) {
        FUZZ_CHECK(out.minor == (int64_t)product, "a product");
    }
    if (a.minor >= 0 && n >= 0 && n <= 100) {
        FUZZ_CHECK(!kf_money_percent(&out, a, n, p), "a percentage");
        FUZZ_CHECK(out.minor == (int64_t)((product + 50) / 100), "half up");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *currency = fuzz_line(&in, p), *value = fuzz_line(&in, p), *text = fuzz_text(&in, p);
    kf_money_t amount;
    int64_t n = 50;

    (void)kf_num_read(&n, value, strlen(value), INT64_MIN, INT64_MAX);
    if (!kf_money_parse_major(&amount, text, currency, p)) {
        FUZZ_CHECK(kf_currency_valid(currency), "a currency");
        written(amount, p);
        charged(amount, (kf_charge_t){KF_CHARGE_TOTAL, 0}, p);
        charged(amount, (kf_charge_t){KF_CHARGE_PERCENT, n}, p);
        charged(amount, (kf_charge_t){KF_CHARGE_FIXED, n}, p);
        computed(amount, n, p);
    }
    apr_pool_destroy(p);
    return 0;
}
