#include "money/money.h"
#include "test.h"

static kf_money_t cop(int64_t minor)
{
    return (kf_money_t){minor, "COP"};
}

START_TEST(currencies)
{
    static const char *const bad[] = {"", "CO", "COPS", "cop", "XXX", "XTS", "XAU", "C P", "OP ",
                                      "ZZZ", NULL};
    static const struct {
        const char *code;
        int exponent;
    } known[] = {{"COP", 2}, {"USD", 2}, {"EUR", 2}, {"JPY", 0}, {"CLP", 0}, {"PYG", 0},
                 {"XPF", 0}, {"VND", 0}, {"UGX", 0}, {"KWD", 3}, {"TND", 3}, {"IQD", 3},
                 {"LYD", 3}, {"ZWG", 2}, {"AED", 2}};
    kf_money_t money;

    for (int i = 0; i < KF_COUNT(known); i++) {
        ck_assert_msg(kf_currency_valid(known[i].code), "%s", known[i].code);
        ck_assert_int_eq(kf_currency_exponent(known[i].code), known[i].exponent);
    }
    for (int i = 0; i < KF_COUNT(bad); i++) {
        ck_assert(!kf_currency_valid(bad[i]));
        ck_fails(kf_money_init(&money, 1, bad[i], kf_test_pool), KF_E_INVALID);
    }
    ck_ok(kf_money_init(&money, 9500000, "COP", kf_test_pool));
    ck_assert_int_eq(money.minor, 9500000);
    ck_assert_str_eq(money.currency, "COP");
}
END_TEST

START_TEST(sums)
{
    kf_money_t out;

    ck_ok(kf_money_add(&out, cop(1), cop(2), kf_test_pool));
    ck_assert(kf_money_equal(out, cop(3)));
    ck_ok(kf_money_sub(&out, cop(1), cop(2), kf_test_pool));
    ck_assert(kf_money_equal(out, cop(-1)));
    ck_ok(kf_money_mul(&out, cop(-3), 7, kf_test_pool));
    ck_assert(kf_money_equal(out, cop(-21)));
    ck_assert(!kf_money_equal(cop(1), (kf_money_t){1, "USD"}));
    ck_assert(!kf_money_equal(cop(1), cop(2)));
}
END_TEST

START_TEST(sums_are_checked)
{
    kf_money_t out = cop(5), usd = {1, "USD"};

    ck_fails(kf_money_add(&out, cop(INT64_MAX), cop(1), kf_test_pool), KF_E_INVALID);
    ck_fails(kf_money_sub(&out, cop(INT64_MIN), cop(1), kf_test_pool), KF_E_INVALID);
    ck_fails(kf_money_mul(&out, cop(INT64_MAX / 2 + 1), 2, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_money_mul(&out, cop(INT64_MIN), -1, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_money_add(&out, cop(1), usd, kf_test_pool), KF_E_INTERNAL);
    ck_fails(kf_money_sub(&out, cop(1), usd, kf_test_pool), KF_E_INTERNAL);
    ck_assert(kf_money_equal(out, cop(5)));
}
END_TEST

static const struct {
    int64_t price, percent, part;
} percents[] = {
    {12000000, 25, 3000000}, {100, 33, 33}, {1, 50, 1}, {1, 49, 0}, {3, 50, 2}, {10, 25, 3},
    {10, 24, 2}, {999, 10, 100}, {0, 25, 0}, {12345, 0, 0}, {12345, 100, 12345},
    {INT64_MAX, 100, INT64_MAX}, {INT64_MAX, 50, INT64_C(4611686018427387904)},
    {INT64_MAX, 99, INT64_C(9131138316486228049)},
};

START_TEST(percent_half_up)
{
    kf_money_t out;

    ck_ok(kf_money_percent(&out, cop(percents[_i].price), percents[_i].percent, kf_test_pool));
    ck_assert_int_eq(out.minor, percents[_i].part);
}
END_TEST

START_TEST(percent_refuses)
{
    kf_money_t out;

    ck_fails(kf_money_percent(&out, cop(-1), 5, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_money_percent(&out, cop(1), -1, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_money_percent(&out, cop(1), 101, kf_test_pool), KF_E_INVALID);
}
END_TEST

static const struct {
    int64_t price;
    kf_charge_t rule;
    int64_t now;
} charges[] = {
    {12000000, {KF_CHARGE_TOTAL, 0}, 12000000},  {12000000, {KF_CHARGE_PERCENT, 25}, 3000000},
    {9999999, {KF_CHARGE_PERCENT, 25}, 2500000}, {12000001, {KF_CHARGE_PERCENT, 50}, 6000001},
    {1, {KF_CHARGE_PERCENT, 1}, 1},              {0, {KF_CHARGE_PERCENT, 25}, 0},
    {0, {KF_CHARGE_TOTAL, 0}, 0},                {12000000, {KF_CHARGE_FIXED, 2000000}, 2000000},
    {500, {KF_CHARGE_FIXED, 500}, 500},          {500, {KF_CHARGE_PERCENT, 100}, 500},
    {INT64_MAX, {KF_CHARGE_PERCENT, 99}, INT64_C(9131138316486228049)},
};

START_TEST(charge_adds_up)
{
    kf_money_t now, later;

    ck_ok(kf_money_charge(&now, &later, cop(charges[_i].price), charges[_i].rule, kf_test_pool));
    ck_assert_int_eq(now.minor, charges[_i].now);
    ck_assert_int_eq(now.minor + later.minor, charges[_i].price);
    ck_assert_int_ge(later.minor, 0);
    ck_assert_str_eq(now.currency, "COP");
    ck_assert_str_eq(later.currency, "COP");
}
END_TEST

static const struct {
    int64_t price;
    kf_charge_t rule;
} bad_charges[] = {
    {-1, {KF_CHARGE_TOTAL, 0}},      {100, {KF_CHARGE_PERCENT, 0}}, {100, {KF_CHARGE_PERCENT, -5}},
    {100, {KF_CHARGE_PERCENT, 101}}, {100, {KF_CHARGE_FIXED, 0}},   {100, {KF_CHARGE_FIXED, 101}},
    {0, {KF_CHARGE_FIXED, 1}},       {100, {KF_CHARGE_FIXED, -1}},
};

START_TEST(charge_refuses)
{
    kf_money_t now, later;

    ck_fails(kf_money_charge(&now, &later, cop(bad_charges[_i].price), bad_charges[_i].rule,
                             kf_test_pool),
             KF_E_INVALID);
}
END_TEST

static const struct {
    kf_money_t money;
    const char *major, *decimal;
} written[] = {
    {{12000000, "COP"}, "120000", "120000.00"}, {{8059, "USD"}, "80.59", "80.59"},
    {{8050, "USD"}, "80.50", "80.50"},          {{5, "USD"}, "0.05", "0.05"},
    {{-5, "USD"}, "-0.05", "-0.05"},            {{0, "COP"}, "0", "0.00"},
    {{1500, "JPY"}, "1500", "1500"},            {{1500, "KWD"}, "1.500", "1.500"},
    {{2000, "KWD"}, "2", "2.000"},
    {{INT64_MAX, "USD"}, "92233720368547758.07", "92233720368547758.07"},
    {{INT64_MIN, "USD"}, "-92233720368547758.08", "-92233720368547758.08"},
    {{INT64_MIN, "JPY"}, "-9223372036854775808", "-9223372036854775808"},
};

START_TEST(major_both_ways)
{
    kf_buf_t buf;
    kf_money_t back;

    kf_buf_init(&buf, kf_test_pool, 8, 64);
    kf_money_write_decimal(&buf, written[_i].money);
    ck_assert_str_eq(kf_buf_text(&buf), written[_i].decimal);
    kf_buf_reset(&buf);
    kf_money_write_major(&buf, written[_i].money);
    ck_assert_str_eq(kf_buf_text(&buf), written[_i].major);
    ck_ok(kf_money_parse_major(&back, written[_i].major, written[_i].money.currency,
                               kf_test_pool));
    ck_assert(kf_money_equal(back, written[_i].money));
    ck_ok(kf_money_parse_major(&back, written[_i].decimal, written[_i].money.currency,
                               kf_test_pool));
    ck_assert(kf_money_equal(back, written[_i].money));
}
END_TEST

START_TEST(reads_short_and_long_decimals)
{
    kf_money_t money;

    ck_ok(kf_money_parse_major(&money, "80.5", "USD", kf_test_pool));
    ck_assert_int_eq(money.minor, 8050);
    ck_ok(kf_money_parse_major(&money, "80.5000", "USD", kf_test_pool));
    ck_assert_int_eq(money.minor, 8050);
    ck_ok(kf_money_parse_major(&money, "80.0", "JPY", kf_test_pool));
    ck_assert_int_eq(money.minor, 80);
}
END_TEST

static const char *const odd[] = {
    "", "-", ".", "1.", ".5", "+1", " 1", "1 ", "01", "00.5", "1,5", "1e3", "1.5e1", "0x1", "-0",
    "-0.00", "1.005", "1.001", "1..5", "1.5.5", "--1", "abc", "1.5a", "NaN", "92233720368547758.08",
    "99999999999999999999", "1.00000000000000000000000000000000000000",
};

START_TEST(refuses_odd_text)
{
    kf_money_t money;

    ck_fails(kf_money_parse_major(&money, odd[_i], "USD", kf_test_pool), KF_E_INVALID);
}
END_TEST

Suite *kf_suite_money_money(void)
{
    Suite *s = suite_create("money_money");
    TCase *tc = kf_test_case(s, "money");

    tcase_add_test(tc, currencies);
    tcase_add_test(tc, sums);
    tcase_add_test(tc, sums_are_checked);
    tcase_add_loop_test(tc, percent_half_up, 0, KF_COUNT(percents));
    tcase_add_test(tc, percent_refuses);
    tcase_add_loop_test(tc, charge_adds_up, 0, KF_COUNT(charges));
    tcase_add_loop_test(tc, charge_refuses, 0, KF_COUNT(bad_charges));
    tcase_add_loop_test(tc, major_both_ways, 0, KF_COUNT(written));
    tcase_add_test(tc, reads_short_and_long_decimals);
    tcase_add_loop_test(tc, refuses_odd_text, 0, KF_COUNT(odd));
    return s;
}
