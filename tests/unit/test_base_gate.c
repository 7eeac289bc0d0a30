#include "base/gate.h"

#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>
#include <check.h>

#include "test.h"

#define PATIENCE apr_time_from_sec(2)
#define MANY 6

Suite *kf_suite_base_gate(void);

static kf_gate_t *gate;

/* What the threads of a test did, in order. */
static struct {
    apr_thread_mutex_t *mutex;
    int order[MANY];
    int done;
} seen;

typedef struct {
    int no;
    apr_thread_t *thread;
} worker_t;

static void open_gate(int places)
{
    ck_assert_int_eq(kf_gate_create(&gate, places, kf_test_pool), APR_SUCCESS);
    apr_thread_mutex_create(&seen.mutex, APR_THREAD_MUTEX_DEFAULT, kf_test_pool);
    seen.done = 0;
}

static void *APR_THREAD_FUNC enter_and_leave(apr_thread_t *thread, void *data)
{
    worker_t *me = data;

    ck_assert_int_eq(kf_gate_enter(gate, apr_time_now() + PATIENCE), APR_SUCCESS);
    apr_thread_mutex_lock(seen.mutex);
    seen.order[seen.done++] = me->no;
    apr_thread_mutex_unlock(seen.mutex);
    kf_gate_leave(gate);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

static int now_waiting(int n)
{
    apr_time_t until = apr_time_now() + PATIENCE;

    while (kf_gate_waiting(gate) != n && apr_time_now() < until) {
        apr_sleep(apr_time_from_msec(1));
    }
    return kf_gate_waiting(gate);
}

START_TEST(lets_in_as_many_as_it_has_places)
{
    open_gate(2);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_inside(gate), 2);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_TIMEUP);
    ck_assert_int_eq(kf_gate_waiting(gate), 0);
    kf_gate_leave(gate);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
}
END_TEST

START_TEST(waits_until_the_deadline)
{
    apr_time_t begin = apr_time_now();

    open_gate(1);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter(gate, begin + apr_time_from_msec(50)), APR_TIMEUP);
    ck_assert(apr_time_now() - begin >= apr_time_from_msec(50));
    ck_assert_int_eq(kf_gate_waiting(gate), 0);
}
END_TEST

START_TEST(who_waited_long_goes_in_order)
{
    worker_t workers[MANY];
    apr_status_t ignored;

    open_gate(1);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    for (int i = 0; i < MANY; i++) {
        workers[i].no = i;
        ck_assert_int_eq(apr_thread_create(&workers[i].thread, NULL, enter_and_leave, &workers[i],
                                           kf_test_pool),
                         APR_SUCCESS);
        ck_assert_int_eq(now_waiting(i + 1), i + 1);
    }
    apr_sleep(apr_time_from_msec(5));
    kf_gate_leave(gate);
    /* the place was handed over before anybody could run: there is none for us */
    ck_assert(kf_gate_enter(gate, 0) == APR_TIMEUP || seen.done == MANY);
    for (int i = 0; i < MANY; i++) {
        apr_thread_join(&ignored, workers[i].thread);
        ck_assert_int_eq(seen.order[i], i);
    }
    ck_assert_int_eq(seen.done, MANY);
}
END_TEST

/* Both stay inside until both are: one that is left in the queue beside a free place would wait. */
static void *APR_THREAD_FUNC enter_and_meet(apr_thread_t *thread, void *data)
{
    apr_time_t until = apr_time_now() + PATIENCE;

    (void)data;
    ck_assert_int_eq(kf_gate_enter(gate, until), APR_SUCCESS);
    while (kf_gate_inside(gate) < 2 && apr_time_now() < until) {
        apr_sleep(apr_time_from_msec(1));
    }
    apr_thread_mutex_lock(seen.mutex);
    seen.done += kf_gate_inside(gate) == 2;
    apr_thread_mutex_unlock(seen.mutex);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

START_TEST(two_places_at_once_let_two_in)
{
    apr_thread_t *threads[2];
    apr_status_t ignored;

    for (int round = 0; round < 200; round++) {
        open_gate(2);
        ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
        ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
        for (int i = 0; i < 2; i++) {
            apr_thread_create(&threads[i], NULL, enter_and_meet, NULL, kf_test_pool);
        }
        while (kf_gate_waiting(gate) < 2) { /* no pause: they must not have waited for long */
        }
        kf_gate_leave(gate);
        for (apr_time_t end = apr_time_now() + round % 4 * 1000; apr_time_now() < end;) {
            /* the second place is handed over if the first in the queue has not run yet */
        }
        kf_gate_leave(gate);
        for (int i = 0; i < 2; i++) {
            apr_thread_join(&ignored, threads[i]);
        }
        ck_assert_int_eq(seen.done, 2);
    }
}
END_TEST

START_TEST(closed_it_lets_nobody_in)
{
    open_gate(1);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    kf_gate_close(gate);
    ck_assert_int_eq(kf_gate_enter(gate, apr_time_now() + PATIENCE), APR_EOF);
    kf_gate_leave(gate);
    ck_assert_int_eq(kf_gate_inside(gate), 0);
    ck_assert_int_eq(kf_gate_enter(gate, apr_time_now() + PATIENCE), APR_EOF);
}
END_TEST

Suite *kf_suite_base_gate(void)
{
    Suite *suite = suite_create("base_gate");
    TCase *tcase = kf_test_case(suite, "base_gate");

    tcase_set_timeout(tcase, 60); /* two hundred rounds on a busy machine */
    tcase_add_test(tcase, lets_in_as_many_as_it_has_places);
    tcase_add_test(tcase, waits_until_the_deadline);
    tcase_add_test(tcase, who_waited_long_goes_in_order);
    tcase_add_test(tcase, two_places_at_once_let_two_in);
    tcase_add_test(tcase, closed_it_lets_nobody_in);
    return suite;
}
