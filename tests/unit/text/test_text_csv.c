#include "test.h"

#include <apr_strings.h>

#include "text/csv.h"

static const struct {
    const char *in, *out;
} cells[] = {
    {NULL, ""}, {"", ""}, {"a", "a"}, {"a b", "a b"}, {"a,b", "\"a,b\""}, {"a;b", "\"a;b\""},
    {"say \"a\"", "\"say \"\"a\"\"\""}, {"a\r\nb", "\"a\r\nb\""}, {" a", "\" a\""}, {"a ", "\"a \""},
    {"=1+1", "\"'=1+1\""}, {"+573001234567", "\"'+573001234567\""}, {"-1", "\"'-1\""}, {"@SUM(A1)", "\"'@SUM(A1)\""},
    {"\t=1", "\"'\t'=1\""}, {"\r=1", "\"'\r'=1\""}, {"\n=1", "\"'\n'=1\""}, {"a=1", "a=1"}, {"'=1", "'=1"},
    {"=\"a\"", "\"'=\"\"a\"\"\""}, {"ñandú", "ñandú"},
    {"a;=1", "\"a;'=1\""}, {"a,+1", "\"a,'+1\""}, {"a\t-1", "\"a\t'-1\""}, {"a\n@b", "\"a\n'@b\""}, {"a\r=1", "\"a\r'=1\""},
    {"a; \"=1", "\"a; \"\"'=1\""}, {" =1", "\" '=1\""}, {"\"=1", "\"\"\"'=1\""}, {"a;b=1", "\"a;b=1\""}, {"a =1", "a =1"},
    {"＝1", "\"'＝1\""}, {"a;＋1", "\"a;'＋1\""}, {"－1", "\"'－1\""}, {"＠a", "\"'＠a\""}, {"a＝1", "a＝1"}, {"！", "！"},
};

START_TEST(writes_cells)
{
    kf_buf_t buf;
    kf_csv_t csv;

    kf_buf_init(&buf, kf_test_pool, 64, 4096);
    kf_csv_init(&csv, &buf, ',');
    kf_csv_text(&csv, cells[_i].in);
    ck_assert_str_eq(kf_buf_text(&buf), cells[_i].out);
}
END_TEST

START_TEST(writes_rows)
{
    kf_buf_t buf;
    kf_csv_t csv;

    kf_buf_init(&buf, kf_test_pool, 64, 4096);
    kf_csv_init(&csv, &buf, ',');
    kf_csv_mark(&csv);
    kf_csv_text(&csv, "");
    kf_csv_text(&csv, "b");
    kf_csv_int(&csv, -5);
    kf_csv_end_row(&csv);
    kf_buf_reset(&buf);
    kf_csv_text(&csv, "a");
    kf_csv_text(&csv, NULL);
    kf_csv_end_row(&csv);
    ck_assert_str_eq(kf_buf_text(&buf), "a,\r\n");
}
END_TEST

START_TEST(separates_as_told)
{
    static const char seps[] = {',', ';', '\t'};
    kf_buf_t buf;
    kf_csv_t csv;

    kf_buf_init(&buf, kf_test_pool, 64, 4096);
    kf_csv_init(&csv, &buf, seps[_i]);
    kf_csv_text(&csv, "a;b");
    kf_csv_text(&csv, "a,b");
    kf_csv_int(&csv, 1);
    ck_assert_str_eq(kf_buf_text(&buf), apr_psprintf(kf_test_pool, "\"a;b\"%c\"a,b\"%c1", seps[_i], seps[_i]));
}
END_TEST

START_TEST(begins_with_the_mark)
{
    kf_buf_t buf;
    kf_csv_t csv;

    kf_buf_init(&buf, kf_test_pool, 64, 4096);
    kf_csv_init(&csv, &buf, ',');
    kf_csv_mark(&csv);
    kf_csv_text(&csv, NULL);
    kf_csv_int(&csv, -5);
    kf_csv_end_row(&csv);
    ck_assert_str_eq(kf_buf_text(&buf), "\xef\xbb\xbf,-5\r\n");
}
END_TEST

Suite *kf_suite_text_csv(void)
{
    Suite *suite = suite_create("text_csv");
    TCase *tc = kf_test_case(suite, "csv");

    tcase_add_loop_test(tc, writes_cells, 0, KF_COUNT(cells));
    tcase_add_test(tc, writes_rows);
    tcase_add_loop_test(tc, separates_as_told, 0, 3);
    tcase_add_test(tc, begins_with_the_mark);
    return suite;
}
