#include "base/metric.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

Suite *kf_suite_base_metric(void);

static const char *const peers[] = {"wompi", "smtp", NULL};
static void *memory;

static void make_table(void)
{
    memory = aligned_alloc(64, (kf_metric_size() + 63) / 64 * 64);
    memset(memory, 0, kf_metric_size());
    kf_metric_words(KF_M_CALLS, 0, peers);
    kf_metric_use(memory);
}

static void drop_table(void)
{
    kf_metric_use(NULL);
    free(memory);
}

#define THREADS 8
#define TIMES 20000

static void *count_often(void *unused)
{
    for (int i = 0; i < TIMES; i++) {
        kf_metric_count(KF_M_CACHE, KF_CACHE_HIT, 0);
        kf_metric_time(KF_M_DB_WAIT, 0, 0, 1500);
    }
    return unused;
}

START_TEST(threads_lose_nothing)
{
    pthread_t threads[THREADS];
    kf_metric_histogram_t h;

    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, count_often, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    ck_assert_uint_eq(kf_metric_read(KF_M_CACHE, KF_CACHE_HIT, 0), THREADS * TIMES);
    ck_assert_uint_eq(kf_metric_read(KF_M_CACHE, KF_CACHE_MISS, 0), 0);
    kf_metric_read_histogram(&h, KF_M_DB_WAIT, 0, 0);
    ck_assert_uint_eq(h.count, THREADS * TIMES);
    ck_assert_uint_eq(h.buckets[1], THREADS * TIMES);
    ck_assert_uint_eq(h.sum_us, UINT64_C(1500) * THREADS * TIMES);
}
END_TEST

START_TEST(bounds_are_inclusive)
{
    static const struct {
        int64_t us;
        int bucket;
    } cases[] = {{-5, 0}, {0, 0}, {1000, 0}, {1001, 1}, {10000000, 12}, {10000001, 13}};
    kf_metric_histogram_t h;

    kf_metric_time(KF_M_DB_WAIT, 0, 0, cases[_i].us);
    kf_metric_read_histogram(&h, KF_M_DB_WAIT, 0, 0);
    ck_assert_uint_eq(h.buckets[cases[_i].bucket], 1);
}
END_TEST

START_TEST(strange_words_count_as_the_last)
{
    kf_metric_count_word(KF_M_CALLS, "wompi", "ok");
    kf_metric_count_word(KF_M_CALLS, "<script>", "ok");
    kf_metric_count_word(KF_M_CALLS, NULL, "nonsense");
    ck_assert_uint_eq(kf_metric_read(KF_M_CALLS, 0, 0), 1);
    ck_assert_uint_eq(kf_metric_read(KF_M_CALLS, 1, 0), 1);
    ck_assert_uint_eq(kf_metric_read(KF_M_CALLS, 1, 2), 1);
    kf_metric_count(KF_M_CALLS, 99, 0);
    kf_metric_count(KF_M_CALLS, 0, -1);
}
END_TEST

START_TEST(families_do_not_overlap)
{
    for (int i = 0; i < KF_M__COUNT; i++) {
        ck_assert_uint_eq(kf_metric_read((kf_metric_t)i, 0, 0), 0);
        kf_metric_count((kf_metric_t)i, 0, 0);
        ck_assert_uint_eq(kf_metric_read((kf_metric_t)i, 0, 0), 1);
    }
}
END_TEST

/* A family's cells begin after those of the families before it: if the last ones are in the table, all are. */
START_TEST(there_is_room_for_all)
{
    kf_metric_t last = KF_M__COUNT - 1;
    int words = 0;

    for (int i = 0; i < 100; i++) {
        kf_metric_count(last, i, 1);
        words += (int)kf_metric_read(last, i, 1);
    }
    ck_assert_int_eq(words, 24);
}
END_TEST

START_TEST(other_words_are_another_layout)
{
    static const char *const words[][3] = {{"wompi", "smtp", NULL}, {"smtp", "wompi", NULL}, {"wom", "pismtp", NULL}, {"wompi"}};
    uint64_t layout = kf_metric_layout();

    kf_metric_words(KF_M_CALLS, 0, words[_i]);
    ck_assert(_i == 0 ? kf_metric_layout() == layout : kf_metric_layout() != layout);
}
END_TEST

START_TEST(a_peer_is_down_after_a_while_only)
{
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(kf_metric_peer("wompi", false), KF_PEER_SAME);
    }
    ck_assert_int_eq(kf_metric_peer_down(0), 0);
    ck_assert_int_eq(kf_metric_peer("wompi", true), KF_PEER_SAME);
}
END_TEST

START_TEST(without_a_table_nothing_happens)
{
    kf_metric_use(NULL);
    kf_metric_count(KF_M_CACHE, 0, 0);
    kf_metric_ran(0, true);
    ck_assert_int_eq(kf_metric_peer("wompi", false), KF_PEER_SAME);
    ck_assert_uint_eq(kf_metric_read(KF_M_CACHE, 0, 0), 0);
}
END_TEST

Suite *kf_suite_base_metric(void)
{
    Suite *suite = suite_create("base/metric");
    TCase *tc = tcase_create("metric");

    tcase_add_checked_fixture(tc, make_table, drop_table);
    tcase_add_test(tc, threads_lose_nothing);
    tcase_add_loop_test(tc, bounds_are_inclusive, 0, 6);
    tcase_add_test(tc, strange_words_count_as_the_last);
    tcase_add_test(tc, families_do_not_overlap);
    tcase_add_test(tc, there_is_room_for_all);
    tcase_add_loop_test(tc, other_words_are_another_layout, 0, 4);
    tcase_add_test(tc, a_peer_is_down_after_a_while_only);
    tcase_add_test(tc, without_a_table_nothing_happens);
    suite_add_tcase(suite, tc);
    return suite;
}
