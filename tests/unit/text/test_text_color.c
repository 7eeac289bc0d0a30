#include "test.h"
#include "text/color.h"

#include <string.h>

static kf_color_t color(const char *text)
{
    kf_color_t c = {1, 2, 3};

    ck_assert_msg(kf_color_parse(&c, text), "%s", text);
    return c;
}

START_TEST(reads_and_writes)
{
    static const char *const bad[] = {"", "#", "#12345", "#1234567", "123456", "#12345g",
                                      "#12 456", "rgb(0,0,0)", "#abc", "#é1234"};
    kf_color_t c = color("#0aF37b");
    char text[8];

    ck_assert_uint_eq(c.r, 0x0a);
    ck_assert_uint_eq(c.g, 0xf3);
    ck_assert_uint_eq(c.b, 0x7b);
    kf_color_text(text, c);
    ck_assert_str_eq(text, "#0af37b");
    for (int i = 0; i < KF_COUNT(bad); i++) {
        ck_assert_msg(!kf_color_parse(&c, bad[i]), "%s", bad[i]);
    }
    ck_assert(!kf_color_parse(&c, NULL));
}
END_TEST

/* Ratios computed by hand from the formula of WCAG 2.2. */
static const struct {
    const char *a, *b;
    double ratio;
    const char *on_a;
} pairs[] = {
    {"#000000", "#ffffff", 21.0, "#ffffff"}, {"#ffffff", "#000000", 21.0, "#000000"},
    {"#336699", "#336699", 1.0, "#ffffff"}, {"#767676", "#ffffff", 4.5422, "#000000"},
    {"#777777", "#ffffff", 4.4781, "#000000"}, {"#0000ff", "#ffffff", 8.5925, "#ffffff"},
    {"#ff0000", "#ffffff", 3.9985, "#000000"}, {"#ffff00", "#ffffff", 1.0738, "#000000"},
};

START_TEST(ratios)
{
    kf_color_t a = color(pairs[_i].a), b = color(pairs[_i].b);
    char on[8];

    ck_assert_double_eq_tol(kf_color_ratio(a, b), pairs[_i].ratio, 0.0001);
    ck_assert_double_eq_tol(kf_color_ratio(b, a), pairs[_i].ratio, 0.0001);
    kf_color_text(on, kf_color_on(a));
    ck_assert_str_eq(on, pairs[_i].on_a);
}
END_TEST

START_TEST(luminances)
{
    ck_assert_double_eq_tol(kf_color_luminance(color("#000000")), 0, 1e-9);
    ck_assert_double_eq_tol(kf_color_luminance(color("#ffffff")), 1, 1e-9);
    ck_assert_double_eq_tol(kf_color_luminance(color("#ff0000")), 0.2126, 1e-9);
    ck_assert_double_eq_tol(kf_color_luminance(color("#808080")), 0.2159, 1e-4);
}
END_TEST

/* With any colour that a business chooses, its accent is legible on both backgrounds, and so is text on it. */
START_TEST(always_readable)
{
    static const char *const backs[] = {"#ffffff", "#111111"};

    for (int i = 0; i < 27; i++) {
        kf_color_t c = {(uint8_t)(i % 3 * 127), (uint8_t)(i / 3 % 3 * 127),
                        (uint8_t)(i / 9 * 127)};

        for (int n = 0; n < KF_COUNT(backs); n++) {
            kf_color_t back = color(backs[n]);
            kf_color_t made = kf_color_readable(c, back, KF_COLOR_TEXT_RATIO);

            ck_assert(kf_color_ratio(made, back) >= KF_COLOR_TEXT_RATIO);
            if (kf_color_ratio(c, back) >= KF_COLOR_TEXT_RATIO) {
                ck_assert(!memcmp(&made, &c, sizeof(c)));
            } else {
                ck_assert(kf_color_ratio(made, back) < KF_COLOR_TEXT_RATIO + 0.5);
            }
        }
        ck_assert(kf_color_ratio(kf_color_on(c), c) >= KF_COLOR_TEXT_RATIO);
    }
}
END_TEST

START_TEST(out_of_reach)
{
    char text[8];

    kf_color_text(text, kf_color_readable(color("#808080"), color("#777777"), 21));
    ck_assert_str_eq(text, "#000000");
}
END_TEST

Suite *kf_suite_text_color(void)
{
    Suite *suite = suite_create("text_color");
    TCase *tc = kf_test_case(suite, "color");

    tcase_add_test(tc, reads_and_writes);
    tcase_add_loop_test(tc, ratios, 0, KF_COUNT(pairs));
    tcase_add_test(tc, luminances);
    tcase_add_test(tc, always_readable);
    tcase_add_test(tc, out_of_reach);
    return suite;
}
