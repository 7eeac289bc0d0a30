#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>
#include <apr_time.h>
#include <check.h>
#include <stdbool.h>

#include "test.h"

/* The gate's source, with a clock that can be stopped and a wait that can be delayed. */
static apr_time_t gate_now(void);
static apr_status_t gate_wait(apr_thread_cond_t *cond, apr_thread_mutex_t *mutex, apr_interval_time_t limit);

#define kf_gate_create gate_under_test_create
#define kf_gate_resize gate_under_test_resize
#define kf_gate_enter gate_under_test_enter
#define kf_gate_leave gate_under_test_leave
#define kf_gate_enter_for gate_under_test_enter_for
#define kf_gate_leave_for gate_under_test_leave_for
#define kf_gate_rule gate_under_test_rule
#define kf_gate_come gate_under_test_come
#define kf_gate_go gate_under_test_go
#define kf_gate_close gate_under_test_close
#define kf_gate_inside gate_under_test_inside
#define kf_gate_waiting gate_under_test_waiting
#define apr_time_now gate_now
#define apr_thread_cond_timedwait gate_wait
#include "../../lib/base/gate.c"
#undef apr_time_now
#undef apr_thread_cond_timedwait

#define PATIENCE apr_time_from_sec(2)
#define MANY 6
#define BIG 7   /* two parties */
#define SMALL 8

Suite *kf_suite_base_gate(void);

static kf_gate_t *gate;

/* The actions of a test's threads, in order. */
static struct {
    apr_thread_mutex_t *mutex;
    int order[MANY];
    int done;
} seen;

typedef struct {
    int no;
    uint64_t who;
    apr_thread_t *thread;
    apr_status_t status; /* of a thread that may be refused */
} worker_t;

/* The gate's clock. Its first waiter can be delayed between its wake-up and its next step. */
static struct {
    apr_thread_mutex_t *mutex;
    apr_time_t stopped; /* 0: the clock runs */
    bool hold, held;
} stage;

static apr_time_t gate_now(void)
{
    return stage.stopped ? stage.stopped : apr_time_now();
}

static bool staged(const bool *word)
{
    bool value;

    apr_thread_mutex_lock(stage.mutex);
    value = *word;
    apr_thread_mutex_unlock(stage.mutex);
    return value;
}

static void set_stage(bool *word, bool value)
{
    apr_thread_mutex_lock(stage.mutex);
    *word = value;
    apr_thread_mutex_unlock(stage.mutex);
}

/* A woken thread that is to be delayed has not run yet, as far as the gate can see. */
static apr_status_t gate_wait(apr_thread_cond_t *cond, apr_thread_mutex_t *mutex, apr_interval_time_t limit)
{
    apr_status_t status = apr_thread_cond_timedwait(cond, mutex, limit);
    apr_time_t until = apr_time_now() + PATIENCE;

    if (stage.mutex && staged(&stage.hold) && !staged(&stage.held)) {
        set_stage(&stage.held, true);
        apr_thread_mutex_unlock(mutex);
        while (staged(&stage.hold) && apr_time_now() < until) {
            apr_sleep(apr_time_from_msec(1));
        }
        apr_thread_mutex_lock(mutex);
    }
    return status;
}

static void stop_time(void)
{
    stage.stopped = apr_time_now();
}

static void let_time_pass(apr_interval_time_t time)
{
    stage.stopped += time;
}

static void let_time_run(void)
{
    stage.stopped = 0;
}

static void hold_back_the_first(void)
{
    apr_thread_mutex_create(&stage.mutex, APR_THREAD_MUTEX_DEFAULT, kf_test_pool);
    stage.held = false;
    set_stage(&stage.hold, true);
}

static bool first_is_held_back(void)
{
    apr_time_t until = apr_time_now() + PATIENCE;

    while (!staged(&stage.held) && apr_time_now() < until) {
        apr_sleep(apr_time_from_msec(1));
    }
    return staged(&stage.held);
}

static void let_go(void)
{
    set_stage(&stage.hold, false);
}

static void open_gate(int places)
{
    ck_assert_int_eq(kf_gate_create(&gate, places, kf_test_pool), APR_SUCCESS);
    apr_thread_mutex_create(&seen.mutex, APR_THREAD_MUTEX_DEFAULT, kf_test_pool);
    seen.done = 0;
}

static void *APR_THREAD_FUNC enter_and_leave(apr_thread_t *thread, void *data)
{
    worker_t *me = data;

    ck_assert_int_eq(kf_gate_enter_for(gate, me->who, apr_time_now() + PATIENCE), APR_SUCCESS);
    apr_thread_mutex_lock(seen.mutex);
    seen.order[seen.done++] = me->no;
    apr_thread_mutex_unlock(seen.mutex);
    kf_gate_leave_for(gate, me->who);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

static void *APR_THREAD_FUNC try_to_enter(apr_thread_t *thread, void *data)
{
    worker_t *me = data;

    me->status = kf_gate_enter_for(gate, me->who, apr_time_now() + 10 * PATIENCE);
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
        workers[i] = (worker_t){.no = i};
        ck_assert_int_eq(apr_thread_create(&workers[i].thread, NULL, enter_and_leave, &workers[i],
                                           kf_test_pool),
                         APR_SUCCESS);
        ck_assert_int_eq(now_waiting(i + 1), i + 1);
    }
    apr_sleep(apr_time_from_msec(5));
    kf_gate_leave(gate);
    /* the place was handed over before any thread could run: none is left for us */
    ck_assert(kf_gate_enter(gate, 0) == APR_TIMEUP || seen.done == MANY);
    for (int i = 0; i < MANY; i++) {
        apr_thread_join(&ignored, workers[i].thread);
        ck_assert_int_eq(seen.order[i], i);
    }
    ck_assert_int_eq(seen.done, MANY);
}
END_TEST

/* Stays inside until both are in: a thread left in the queue beside a free place would wait. */
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

/* Two threads leave before the first in the queue runs. The first leaves early enough to free its place for the
 * first in the queue. The second leaves so late that it hands its place over. Only the first in the queue can tell
 * the second in the queue of the free place. */
START_TEST(two_places_at_once_let_two_in)
{
    apr_thread_t *threads[2];
    apr_status_t ignored;

    open_gate(2);
    stop_time();
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    hold_back_the_first();
    for (int i = 0; i < 2; i++) {
        apr_thread_create(&threads[i], NULL, enter_and_meet, NULL, kf_test_pool);
        ck_assert_int_eq(now_waiting(i + 1), i + 1);
    }
    kf_gate_leave(gate);
    ck_assert(first_is_held_back());
    let_time_pass(apr_time_from_msec(3));
    kf_gate_leave(gate);
    let_go();
    for (int i = 0; i < 2; i++) {
        apr_thread_join(&ignored, threads[i]);
    }
    let_time_run();
    ck_assert_int_eq(seen.done, 2);
}
END_TEST

START_TEST(with_fewer_places_it_empties_first)
{
    worker_t worker = {.no = 7};
    apr_status_t ignored;

    open_gate(2);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    apr_thread_create(&worker.thread, NULL, enter_and_leave, &worker, kf_test_pool);
    ck_assert_int_eq(now_waiting(1), 1);
    kf_gate_resize(gate, 1);
    apr_sleep(apr_time_from_msec(5)); /* long enough for a place to be handed over */
    kf_gate_leave(gate);
    ck_assert_int_eq(kf_gate_inside(gate), 1);
    ck_assert_int_eq(kf_gate_waiting(gate), 1);
    kf_gate_leave(gate);
    apr_thread_join(&ignored, worker.thread);
    ck_assert_int_eq(seen.order[0], 7);
}
END_TEST

START_TEST(with_more_places_it_lets_in_who_waits)
{
    apr_thread_t *threads[2];
    apr_status_t ignored;

    open_gate(1);
    ck_assert_int_eq(kf_gate_enter(gate, 0), APR_SUCCESS);
    for (int i = 0; i < 2; i++) {
        apr_thread_create(&threads[i], NULL, enter_and_meet, NULL, kf_test_pool);
        ck_assert_int_eq(now_waiting(i + 1), i + 1);
    }
    kf_gate_leave(gate);
    kf_gate_resize(gate, 2);
    for (int i = 0; i < 2; i++) {
        apr_thread_join(&ignored, threads[i]);
    }
    ck_assert_int_eq(seen.done, 2);
}
END_TEST

/* Three threads of one party wait, then one of another: the next free place goes to the other party. */
static void flooded(int percent)
{
    worker_t workers[4];
    apr_status_t ignored;

    open_gate(2);
    kf_gate_rule(gate, &(kf_share_rules_t){percent, 0, 10});
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
    for (int i = 0; i < 4; i++) {
        workers[i] = (worker_t){.no = i, .who = i < 3 ? BIG : SMALL};
        apr_thread_create(&workers[i].thread, NULL, enter_and_leave, &workers[i], kf_test_pool);
        ck_assert_int_eq(now_waiting(i + 1), i + 1);
    }
    apr_sleep(apr_time_from_msec(5)); /* long enough for a place to be handed over */
    kf_gate_leave_for(gate, BIG);
    apr_thread_join(&ignored, workers[3].thread);
    kf_gate_leave_for(gate, BIG);
    for (int i = 0; i < 3; i++) {
        apr_thread_join(&ignored, workers[i].thread);
    }
    ck_assert_int_eq(seen.order[0], 3);
    ck_assert_int_eq(kf_gate_inside(gate), 0);
}

START_TEST(of_those_that_wait_who_has_least_is_next)
{
    flooded(50);
}
END_TEST

/* Fair turns alone do not limit the share: without the share the flood takes the first free places. */
START_TEST(turns_are_fair_without_a_share_too)
{
    flooded(100);
}
END_TEST

START_TEST(a_party_in_company_leaves_places_to_others)
{
    open_gate(4);
    kf_gate_rule(gate, &(kf_share_rules_t){50, 0, 10});
    ck_assert_int_eq(kf_gate_enter_for(gate, SMALL, 0), APR_SUCCESS);
    kf_gate_leave_for(gate, SMALL);
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_TIMEUP);
    ck_assert_int_eq(kf_gate_enter_for(gate, SMALL, 0), APR_SUCCESS);
    kf_gate_leave_for(gate, BIG);
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
}
END_TEST

START_TEST(without_the_guard_a_party_keeps_all_places)
{
    open_gate(4);
    kf_gate_rule(gate, &(kf_share_rules_t){100, 0, 10});
    ck_assert_int_eq(kf_gate_enter_for(gate, SMALL, 0), APR_SUCCESS);
    kf_gate_leave_for(gate, SMALL);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
    }
    ck_assert_int_eq(kf_gate_enter_for(gate, SMALL, 0), APR_TIMEUP);
}
END_TEST

START_TEST(a_flood_is_turned_away_at_once)
{
    open_gate(1);
    kf_gate_rule(gate, &(kf_share_rules_t){50, 0, 4});
    stop_time();
    ck_assert_int_eq(kf_gate_come(gate, SMALL), APR_SUCCESS);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(kf_gate_come(gate, BIG), APR_SUCCESS);
    }
    let_time_pass(apr_time_from_msec(1500));
    ck_assert_int_eq(kf_gate_come(gate, BIG), KF_GATE_CROWDED);
    ck_assert_int_eq(kf_gate_come(gate, SMALL), APR_SUCCESS);
    for (int i = 0; i < 3; i++) {
        kf_gate_go(gate, BIG);
    }
    ck_assert_int_eq(kf_gate_come(gate, BIG), APR_SUCCESS);
    let_time_run();
}
END_TEST

START_TEST(who_had_all_the_time_is_turned_away)
{
    open_gate(2);
    kf_gate_rule(gate, &(kf_share_rules_t){100, apr_time_from_sec(6), 4});
    stop_time();
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
    let_time_pass(apr_time_from_sec(7));
    ck_assert_int_eq(kf_gate_enter_for(gate, SMALL, 0), APR_SUCCESS);
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), KF_GATE_SPENT);
    let_time_run();
}
END_TEST

/* A waiting thread is judged when its turn comes: it is refused, and so is the next in the queue. */
START_TEST(who_waits_is_turned_away_as_well)
{
    worker_t workers[2];
    apr_status_t ignored;

    open_gate(1);
    kf_gate_rule(gate, &(kf_share_rules_t){100, apr_time_from_sec(6), 4});
    stop_time();
    ck_assert_int_eq(kf_gate_enter_for(gate, SMALL, 0), APR_SUCCESS);
    kf_gate_leave_for(gate, SMALL);
    ck_assert_int_eq(kf_gate_enter_for(gate, BIG, 0), APR_SUCCESS);
    for (int i = 0; i < 2; i++) {
        workers[i] = (worker_t){.no = i, .who = BIG};
        apr_thread_create(&workers[i].thread, NULL, try_to_enter, &workers[i], kf_test_pool);
        ck_assert_int_eq(now_waiting(i + 1), i + 1);
    }
    let_time_pass(apr_time_from_sec(7));
    kf_gate_leave_for(gate, BIG);
    for (int i = 0; i < 2; i++) {
        apr_thread_join(&ignored, workers[i].thread);
        ck_assert_int_eq(workers[i].status, KF_GATE_SPENT);
    }
    let_time_run();
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

    tcase_add_test(tcase, lets_in_as_many_as_it_has_places);
    tcase_add_test(tcase, waits_until_the_deadline);
    tcase_add_test(tcase, who_waited_long_goes_in_order);
    tcase_add_test(tcase, two_places_at_once_let_two_in);
    tcase_add_test(tcase, with_fewer_places_it_empties_first);
    tcase_add_test(tcase, with_more_places_it_lets_in_who_waits);
    tcase_add_test(tcase, of_those_that_wait_who_has_least_is_next);
    tcase_add_test(tcase, turns_are_fair_without_a_share_too);
    tcase_add_test(tcase, a_party_in_company_leaves_places_to_others);
    tcase_add_test(tcase, without_the_guard_a_party_keeps_all_places);
    tcase_add_test(tcase, a_flood_is_turned_away_at_once);
    tcase_add_test(tcase, who_had_all_the_time_is_turned_away);
    tcase_add_test(tcase, who_waits_is_turned_away_as_well);
    tcase_add_test(tcase, closed_it_lets_nobody_in);
    return suite;
}
