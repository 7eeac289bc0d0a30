#include "base/limits.h"
#include "test.h"
#include "text/qr.h"

#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

/* Draws the black path and checks the function patterns that every reader needs. */
static int paint(char *grid, int side, const char *svg)
{
    const char *at = strstr(svg, "fill=\"#000\"");
    int runs = 0, x, y, len, back, used;

    ck_assert_ptr_nonnull(at);
    at = strstr(at, "d=\"") + 3;
    while (sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &len, &back, &used) == 4) {
        ck_assert_int_eq(len, back);
        ck_assert(x >= 4 && y >= 4 && y < side - 4 && x + len <= side - 4);
        memset(grid + y * side + x, 1, (size_t)len);
        at += used;
        runs++;
    }
    ck_assert_msg(!strncmp(at, "\"/></svg>", 9), "%.20s", at);
    return runs;
}

/* The finder pattern of 7 by 7: black, white, black. */
static void finder(const char *grid, int side, int x, int y)
{
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < 7; j++) {
            int edge = i == 0 || i == 6 || j == 0 || j == 6;
            int heart = i >= 2 && i <= 4 && j >= 2 && j <= 4;

            ck_assert_int_eq(grid[(y + i) * side + x + j], edge || heart);
        }
    }
}

START_TEST(draws_a_code)
{
    static const struct {
        const char *text;
        int side; /* modules without the quiet zone: 17 + 4 * version */
    } cases[] = {{"a", 21},
                 {"https://book.example.com/book/Qk3vT9xYbN2mP7sL4wR8eA", 33},
                 {"https://citas.example.co/book/ñandú?x=<&\">", 33}};
    const char *svg, *again;
    int side = cases[_i].side + 8;
    char *grid = apr_pcalloc(kf_test_pool, (apr_size_t)(side * side));

    ck_assert(!kf_qr_svg(&svg, cases[_i].text, kf_test_pool));
    ck_assert_msg(strstr(svg, apr_psprintf(kf_test_pool, "viewBox=\"0 0 %d %d\"", side, side)) != NULL, "%.120s", svg);
    ck_assert_ptr_null(strstr(svg, "style"));
    ck_assert_int_gt(paint(grid, side, svg), cases[_i].side);
    finder(grid, side, 4, 4);
    finder(grid, side, side - 11, 4);
    finder(grid, side, 4, side - 11);
    ck_assert(!kf_qr_svg(&again, cases[_i].text, kf_test_pool));
    ck_assert_str_eq(svg, again);
}
END_TEST

START_TEST(refuses)
{
    char *text = apr_palloc(kf_test_pool, KF_MAX_URL + 2);
    const char *svg;
    kf_err_t *err;

    memset(text, 'a', KF_MAX_URL + 1);
    text[KF_MAX_URL + 1] = '\0';
    err = kf_qr_svg(&svg, text, kf_test_pool);
    ck_assert(err && err->code == KF_E_TOO_LARGE);
    text[KF_MAX_URL] = '\0';
    ck_assert(!kf_qr_svg(&svg, text, kf_test_pool));
    err = kf_qr_svg(&svg, "", kf_test_pool);
    ck_assert(err && err->code == KF_E_INTERNAL);
}
END_TEST

Suite *kf_suite_text_qr(void)
{
    Suite *suite = suite_create("text_qr");
    TCase *tc = kf_test_case(suite, "qr");

    tcase_add_loop_test(tc, draws_a_code, 0, 3);
    tcase_add_test(tc, refuses);
    return suite;
}
