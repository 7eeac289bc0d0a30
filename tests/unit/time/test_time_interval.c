#include "test.h"
#include "time/instant.h"

#include <stdlib.h>

static const struct {
    kf_interval_t a, b;
    bool overlap;
} pairs[] = {
    {{0, 10}, {5, 15}, true},  {{0, 10}, {10, 20}, false}, {{0, 10}, {2, 3}, true},
    {{0, 10}, {0, 10}, true},  {{0, 10}, {9, 10}, true},   {{0, 10}, {20, 30}, false},
    {{5, 5}, {0, 10}, false},  {{7, 3}, {0, 10}, false},   {{0, 10}, {-5, 0}, false},
};

START_TEST(overlaps)
{
    kf_interval_t both = kf_interval_intersect(pairs[_i].a, pairs[_i].b);

    ck_assert_int_eq(kf_interval_overlap(pairs[_i].a, pairs[_i].b), pairs[_i].overlap);
    ck_assert_int_eq(kf_interval_overlap(pairs[_i].b, pairs[_i].a), pairs[_i].overlap);
    ck_assert_int_eq(!kf_interval_empty(both), pairs[_i].overlap);
}
END_TEST

START_TEST(holds_its_start_not_its_end)
{
    kf_interval_t a = {5, 8};

    ck_assert(kf_interval_holds(a, 5));
    ck_assert(kf_interval_holds(a, 7));
    ck_assert(!kf_interval_holds(a, 8));
    ck_assert(!kf_interval_holds(a, 4));
}
END_TEST

START_TEST(merges)
{
    kf_interval_t list[] = {{30, 40}, {0, 10}, {10, 12}, {5, 8}, {20, 20}, {50, 45}, {35, 41}};

    ck_assert_uint_eq(kf_interval_merge(list, 7), 2);
    ck_assert_int_eq(list[0].start, 0);
    ck_assert_int_eq(list[0].end, 12);
    ck_assert_int_eq(list[1].start, 30);
    ck_assert_int_eq(list[1].end, 41);
    ck_assert_uint_eq(kf_interval_merge(NULL, 0), 0);
}
END_TEST

static const struct {
    kf_interval_t open[3];
    size_t n_open;
    kf_interval_t busy[4];
    size_t n_busy;
    kf_interval_t left[5];
    size_t n_left;
} cuts[] = {
    {{{0, 10}}, 1, {{0}}, 0, {{0, 10}}, 1},
    {{{0, 10}}, 1, {{0, 10}}, 1, {{0}}, 0},
    {{{0, 10}}, 1, {{-5, 15}}, 1, {{0}}, 0},
    {{{0, 10}}, 1, {{3, 5}}, 1, {{0, 3}, {5, 10}}, 2},
    {{{0, 10}}, 1, {{-5, 3}, {8, 20}}, 2, {{3, 8}}, 1},
    {{{0, 10}}, 1, {{10, 20}}, 1, {{0, 10}}, 1},
    {{{0, 10}}, 1, {{5, 5}}, 1, {{0, 10}}, 1},
    {{{0, 10}, {20, 30}}, 2, {{5, 25}}, 1, {{0, 5}, {25, 30}}, 2},
    {{{0, 100}}, 1, {{1, 50}, {2, 3}, {4, 60}, {70, 80}}, 4, {{0, 1}, {60, 70}, {80, 100}}, 3},
    {{{0, 10}, {10, 20}, {30, 40}}, 3, {{0, 35}, {1, 2}}, 2, {{35, 40}}, 1},
    {{{5, 5}}, 1, {{0}}, 0, {{0}}, 0},
    {{{0}}, 0, {{1, 2}}, 1, {{0}}, 0},
};

START_TEST(subtracts)
{
    kf_interval_t out[7];
    size_t n = kf_interval_subtract(out, cuts[_i].open, cuts[_i].n_open, cuts[_i].busy,
                                    cuts[_i].n_busy);

    ck_assert_uint_eq(n, cuts[_i].n_left);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(out[i].start, cuts[_i].left[i].start);
        ck_assert_int_eq(out[i].end, cuts[_i].left[i].end);
    }
}
END_TEST

static bool in_any(const kf_interval_t *list, size_t n, kf_instant_t at)
{
    for (size_t i = 0; i < n; i++) {
        if (kf_interval_holds(list[i], at)) {
            return true;
        }
    }
    return false;
}

static void fill(kf_interval_t *list, size_t n, int width)
{
    for (size_t i = 0; i < n; i++) {
        list[i].start = random() % 90;
        list[i].end = list[i].start + random() % width;
    }
}

/* Against the definition: an instant remains if it is open and not busy. */
START_TEST(subtracts_as_defined)
{
    srandom(1);
    for (int round = 0; round < 3000; round++) {
        kf_interval_t open[6], busy[9], out[15], sorted[9];
        size_t n_open, n_out;

        fill(open, 6, 30);
        fill(busy, 9, 20);
        n_open = kf_interval_merge(open, 6);
        /* sorted, but overlapping as busy times may be */
        for (int i = 0; i < 9; i++) {
            int at = i;

            for (; at > 0 && sorted[at - 1].start > busy[i].start; at--) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = busy[i];
        }
        n_out = kf_interval_subtract(out, open, n_open, sorted, 9);
        ck_assert_uint_le(n_out, n_open + 9);
        for (kf_instant_t at = 0; at < 130; at++) {
            ck_assert_int_eq(in_any(out, n_out, at),
                             in_any(open, n_open, at) && !in_any(sorted, 9, at));
        }
    }
}
END_TEST

Suite *kf_suite_time_interval(void)
{
    Suite *s = suite_create("time_interval");
    TCase *tc = kf_test_case(s, "interval");

    tcase_add_loop_test(tc, overlaps, 0, KF_COUNT(pairs));
    tcase_add_test(tc, holds_its_start_not_its_end);
    tcase_add_test(tc, merges);
    tcase_add_loop_test(tc, subtracts, 0, KF_COUNT(cuts));
    tcase_add_test(tc, subtracts_as_defined);
    return s;
}
