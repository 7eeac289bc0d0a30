#include "test.h"
#include "time/instant.h"

#include <string.h>

#define NOON INT64_C(1796126400000000)   /* 2026-12-01T12:00:00Z */

static const struct {
    const char *text;
    kf_instant_t at;
    int32_t offset;
} good[] = {
    {"2026-12-01T12:00:00Z", NOON, 0},
    {"2026-12-01t12:00:00z", NOON, 0},
    {"2026-12-01T07:00:00-05:00", NOON, -18000},
    {"2026-12-01T17:30:00+05:30", NOON, 19800},
    {"2026-12-02T11:59:00+23:59", NOON, 86340},
    {"2026-12-01T12:00:00-00:00", NOON, 0},
    {"2026-12-01T12:00:00.1Z", NOON + 100000, 0},
    {"2026-12-01T12:00:00.123456Z", NOON + 123456, 0},
    {"2026-12-01T12:00:00.123456789-00:00", NOON + 123456, 0},
    {"2026-12-01T07:00:00.000000999-05:00", NOON, -18000},
    {"2016-12-31T23:59:60Z", INT64_C(1483228799000000), 0},
    {"1969-12-31T23:59:59Z", -KF_SECOND, 0},
    {"0001-01-01T00:00:00Z", KF_INSTANT_MIN, 0},
    {"9999-12-31T23:59:59.999999Z", KF_INSTANT_MAX, 0},
    {"2024-02-29T00:00:00Z", INT64_C(1709164800000000), 0},
};

START_TEST(reads_instants)
{
    kf_instant_t at;
    int32_t offset;

    ck_ok(kf_instant_parse(&at, &offset, good[_i].text, kf_test_pool));
    ck_assert_int_eq(at, good[_i].at);
    ck_assert_int_eq(offset, good[_i].offset);
    ck_ok(kf_instant_parse(&at, NULL, good[_i].text, kf_test_pool));
}
END_TEST

static const char *const odd[] = {
    "", "2026-12-01", "2026-12-01T12:00Z", "2026-12-01T12:00:00", "2026-12-01 12:00:00Z",
    "2026-12-01T12:00:00Z ", " 2026-12-01T12:00:00Z", "2026-12-01T12:00:00ZZ",
    "2026-12-01T12:00:00.Z", "2026-12-01T12:00:00,5Z", "2026-12-01T12:00:00.1234567890Z",
    "2026-13-01T12:00:00Z", "2026-00-01T12:00:00Z", "2026-12-32T12:00:00Z",
    "2026-12-00T12:00:00Z", "2026-02-29T12:00:00Z", "2026-12-01T24:00:00Z",
    "2026-12-01T12:60:00Z", "2026-12-01T12:00:61Z", "2026-12-01T12:00:00+24:00",
    "2026-12-01T12:00:00+05:60", "2026-12-01T12:00:00+0500", "2026-12-01T12:00:00+05",
    "2026-12-01T12:00:00 +05:00", "2026-12-01T12:00:00\xe2\x88\x92" "05:00",
    "26-12-01T12:00:00Z", "12026-12-01T12:00:00Z", "-2026-12-01T12:00:00Z",
    "+2026-12-01T12:00:00Z", "2026-1-01T12:00:00Z", "2026/12/01T12:00:00Z",
    "2026-12-01T1:00:00Z", "2026-12-01T12:00:0aZ", "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "20261201T120000Z",
};

START_TEST(refuses_instants)
{
    kf_instant_t at;

    ck_fails(kf_instant_parse(&at, NULL, odd[_i], kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(stops_at_the_length)
{
    kf_instant_t at;
    kf_date_t date;

    ck_assert(kf_instant_read(&at, NULL, "2026-12-01T12:00:00Zxyz", 20));
    for (size_t len = 0; len < 20; len++) {
        ck_assert(!kf_instant_read(&at, NULL, "2026-12-01T12:00:00Z", len));
    }
    ck_assert(kf_date_read(&date, "2026-12-01xyz", 10));
    ck_assert(!kf_date_read(&date, "2026-12-01", 9));
    ck_fails(kf_instant_parse(&at, NULL, NULL, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_date_parse(&date, NULL, kf_test_pool), KF_E_INVALID);
}
END_TEST

static const struct {
    const char *text;
    kf_date_t date;
} good_dates[] = {
    {"1970-01-01", 0}, {"2026-12-01", 20788}, {"2024-02-29", 19782},
    {"0001-01-01", KF_DATE_MIN}, {"9999-12-31", KF_DATE_MAX},
};

START_TEST(dates_both_ways)
{
    kf_date_t date;

    ck_ok(kf_date_parse(&date, good_dates[_i].text, kf_test_pool));
    ck_assert_int_eq(date, good_dates[_i].date);
    ck_assert_str_eq(kf_date_text(date, kf_test_pool), good_dates[_i].text);
}
END_TEST

static const char *const odd_dates[] = {
    "", "2026-12", "2026-12-1", "2026-12-011", "2026-12-01 ", " 2026-12-01", "2026-02-29",
    "2026-13-01", "2026-00-10", "2026-10-00", "01-12-2026", "2026/12/01", "0000-01-01",
    "2026-12-0a", "20261201", "2026-12-01T",
};

START_TEST(refuses_dates)
{
    kf_date_t date;

    ck_fails(kf_date_parse(&date, odd_dates[_i], kf_test_pool), KF_E_INVALID);
}
END_TEST

static const struct {
    kf_instant_t at;
    int32_t offset;
    const char *local, *utc, *utc_ms;
} written[] = {
    {NOON + 123999, -18000, "2026-12-01T07:00:00-05:00", "2026-12-01T12:00:00Z",
     "2026-12-01T12:00:00.123Z"},
    {NOON, 19800, "2026-12-01T17:30:00+05:30", "2026-12-01T12:00:00Z", "2026-12-01T12:00:00.000Z"},
    {NOON, 0, "2026-12-01T12:00:00+00:00", "2026-12-01T12:00:00Z", "2026-12-01T12:00:00.000Z"},
    {-1, -12600, "1969-12-31T20:29:59-03:30", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999Z"},
    {KF_INSTANT_MIN, 0, "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00Z",
     "0001-01-01T00:00:00.000Z"},
    {KF_INSTANT_MAX, 0, "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59Z",
     "9999-12-31T23:59:59.999Z"},
};

START_TEST(writes)
{
    ck_assert_str_eq(kf_instant_local(written[_i].at, written[_i].offset, kf_test_pool),
                     written[_i].local);
    ck_assert_str_eq(kf_instant_utc(written[_i].at, kf_test_pool), written[_i].utc);
    ck_assert_str_eq(kf_instant_utc_ms(written[_i].at, kf_test_pool), written[_i].utc_ms);
}
END_TEST

START_TEST(writer_equals_the_plain_way)
{
    kf_local_writer_t w = {0};
    char fast[KF_LOCAL_CHARS + 1] = "", slow[KF_LOCAL_CHARS + 1] = "";

    /* over a year end, with a clock change and a step back */
    for (int i = -500; i < 500; i++) {
        kf_instant_t at = kf_date_start(kf_date_from_ymd(2027, 1, 1), 0)
                          + (i % 7 ? i : -i) * 17 * KF_MINUTE + i * KF_SECOND;
        int32_t offset = i < 0 ? -18000 : 19800;

        ck_assert_ptr_eq(kf_local_writer_write(&w, fast, at, offset), fast + KF_LOCAL_CHARS);
        kf_instant_write_local(slow, at, offset);
        ck_assert_str_eq(fast, slow);
    }
}
END_TEST

START_TEST(reads_what_it_writes)
{
    for (kf_instant_t at = KF_INSTANT_MIN + KF_DAY; at < KF_INSTANT_MAX - 2 * KF_DAY;
         at += INT64_C(86399999999) * 977) {
        kf_instant_t back, cut = at - ((at % KF_SECOND) + KF_SECOND) % KF_SECOND;
        int32_t offset, wanted = (int32_t)((at / 7919 % 1439) * 60);

        ck_ok(kf_instant_parse(&back, &offset, kf_instant_local(at, wanted, kf_test_pool),
                               kf_test_pool));
        ck_assert_int_eq(back, cut);
        ck_assert_int_eq(offset, wanted);
    }
}
END_TEST

Suite *kf_suite_time_rfc3339(void)
{
    Suite *s = suite_create("time_rfc3339");
    TCase *tc = kf_test_case(s, "rfc3339");

    tcase_add_loop_test(tc, reads_instants, 0, KF_COUNT(good));
    tcase_add_loop_test(tc, refuses_instants, 0, KF_COUNT(odd));
    tcase_add_test(tc, stops_at_the_length);
    tcase_add_loop_test(tc, dates_both_ways, 0, KF_COUNT(good_dates));
    tcase_add_loop_test(tc, refuses_dates, 0, KF_COUNT(odd_dates));
    tcase_add_loop_test(tc, writes, 0, KF_COUNT(written));
    tcase_add_test(tc, writer_equals_the_plain_way);
    tcase_add_test(tc, reads_what_it_writes);
    return s;
}
