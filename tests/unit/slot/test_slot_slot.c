#include <stdlib.h>
#include <string.h>

#include "slot/slot.h"
#include "test.h"

#define M KF_MINUTE
#define MAX 512

/* Minutes everywhere; a window {origin, lo, hi, until}, busy {start, end}. */
typedef struct {
    const char *name;
    kf_window_t windows[3];
    int n_windows;
    kf_interval_t busy[4];
    int n_busy;
    int step, duration, before, after;
    kf_interval_t allowed;
    int expected[12];
    int n_expected;
} case_t;

static const case_t cases[] = {
    {"an empty morning", {{0, 0, 60, 60}}, 1, {{0, 0}}, 0, 15, 30, 0, 0, {0, 1000}, {0, 15, 30}, 3},
    {"the last start ends with the window", {{0, 0, 60, 60}}, 1, {{0, 0}}, 0, 20, 20, 0, 0, {0, 1000}, {0, 20, 40}, 3},
    {"longer than the window", {{0, 0, 60, 60}}, 1, {{0, 0}}, 0, 15, 61, 0, 0, {0, 1000}, {0}, 0},
    {"around a booking", {{0, 0, 120, 120}}, 1, {{30, 60}}, 1, 15, 30, 0, 0, {0, 1000}, {0, 60, 75, 90}, 4},
    {"touching is free", {{0, 0, 60, 60}}, 1, {{0, 30}}, 1, 30, 30, 0, 0, {0, 1000}, {30}, 1},
    {"own buffers count", {{0, 0, 120, 120}}, 1, {{60, 70}}, 1, 15, 15, 10, 5, {0, 1000}, {0, 15, 30, 90, 105}, 5},
    {"a buffer may reach outside of working hours", {{0, 0, 30, 30}}, 1, {{0, 0}}, 0, 15, 30, 60, 60, {0, 1000}, {0}, 1},
    {"a long range over short ones", {{0, 0, 120, 120}}, 1, {{0, 90}, {10, 20}, {95, 100}}, 3, 15, 15, 0, 0,
     {0, 1000}, {105}, 1},
    {"notice moves to the grid", {{0, 0, 60, 60}}, 1, {{0, 0}}, 0, 15, 15, 0, 0, {16, 1000}, {30, 45}, 2},
    {"the horizon ends it", {{0, 0, 60, 60}}, 1, {{0, 0}}, 0, 15, 15, 0, 0, {0, 31}, {0, 15, 30}, 3},
    {"a window with a change of the clock", {{0, 0, 60, 180}, {-60, 60, 180, 180}}, 2, {{0, 0}}, 0, 45, 45, 0, 0,
     {0, 1000}, {0, 45, 75, 120}, 4},
    {"two windows", {{0, 0, 30, 30}, {100, 100, 130, 130}}, 2, {{10, 20}}, 1, 15, 15, 0, 0, {0, 1000}, {100, 115}, 2},
};

static void to_micros(case_t *c)
{
    for (int i = 0; i < 3; i++) {
        c->windows[i] = (kf_window_t){c->windows[i].origin * M, c->windows[i].lo * M, c->windows[i].hi * M,
                                      c->windows[i].until * M};
    }
    for (int i = 0; i < 4; i++) {
        c->busy[i] = (kf_interval_t){c->busy[i].start * M, c->busy[i].end * M};
    }
}

START_TEST(cuts)
{
    case_t c = cases[_i];
    kf_slot_ask_t ask = {c.windows,
                         (size_t)c.n_windows,
                         c.busy,
                         (size_t)c.n_busy,
                         {c.step * M, c.duration * M, c.before * M, c.after * M},
                         {c.allowed.start * M, c.allowed.end * M}};
    kf_instant_t got[MAX];
    size_t n;

    to_micros(&c);
    n = kf_slot_cut(got, MAX, &ask);
    ck_assert_msg(n == (size_t)c.n_expected, "%s: %d starts, not %d", c.name, (int)n, c.n_expected);
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(got[i] == c.expected[i] * M, "%s: start %d is %d", c.name, (int)i, (int)(got[i] / M));
    }
}
END_TEST

START_TEST(stops_at_the_cap)
{
    kf_window_t window = {0, 0, 1000 * M, 1000 * M};
    kf_slot_ask_t ask = {&window, 1, NULL, 0, {M, M, 0, 0}, {0, KF_DAY}};
    kf_instant_t got[8];

    ck_assert_uint_eq(kf_slot_cut(got, 8, &ask), 8);
}
END_TEST

/* The literal rule, minute by minute: slow and obvious. */
static size_t plainly(kf_instant_t *out, const kf_slot_ask_t *ask)
{
    const kf_slot_rule_t *rule = &ask->rule;
    size_t n = 0;

    for (size_t w = 0; w < ask->n_windows; w++) {
        const kf_window_t *window = &ask->windows[w];

        for (kf_instant_t u = window->lo; u < window->hi; u += M) {
            kf_interval_t claim = {u - rule->before, u + rule->duration + rule->after};
            int ok = (u - window->origin) % rule->step == 0 && u + rule->duration <= window->until &&
                     u >= ask->allowed.start && u < ask->allowed.end;

            for (size_t b = 0; b < ask->n_busy; b++) {
                ok = ok && !kf_interval_overlap(claim, ask->busy[b]);
            }
            if (ok) {
                out[n++] = u;
            }
        }
    }
    return n;
}

static int by_start(const void *a, const void *b)
{
    kf_instant_t x = ((const kf_interval_t *)a)->start, y = ((const kf_interval_t *)b)->start;

    return (x > y) - (x < y);
}

START_TEST(agrees_with_the_plain_rule)
{
    static kf_instant_t fast[4096], slow[4096];

    srandom((unsigned)_i + 1);
    for (int round = 0; round < 400; round++) {
        kf_window_t windows[4];
        kf_interval_t busy[10];
        kf_slot_ask_t ask = {
            .windows = windows,
            .busy = busy,
            .rule = {(5 + random() % 40) * M, (5 + random() % 90) * M, random() % 20 * M, random() % 20 * M},
            .allowed = {random() % 500 * M, (500 + random() % 1500) * M}};
        int n_windows = 1 + (int)(random() % 4), n_busy = (int)(random() % 10);
        int64_t at = 0;
        size_t n;

        for (int i = 0; i < n_windows; i++) {
            at += random() % 200;
            windows[i].origin = windows[i].lo = at * M;
            at += 1 + random() % 300;
            windows[i].hi = windows[i].until = at * M;
        }
        for (int i = 0; i < n_busy; i++) {
            busy[i].start = random() % 2000 * M;
            busy[i].end = busy[i].start + (1 + random() % 120) * M;
        }
        qsort(busy, (size_t)n_busy, sizeof(*busy), by_start);
        ask.n_windows = (size_t)n_windows;
        ask.n_busy = (size_t)n_busy;
        n = kf_slot_cut(fast, 4096, &ask);
        ck_assert_uint_eq(n, plainly(slow, &ask));
        ck_assert(!memcmp(fast, slow, n * sizeof(*fast)));
    }
}
END_TEST

START_TEST(joins_several_people)
{
    kf_instant_t starts[] = {30, 10, 20, 10, 30, 30};

    ck_assert_uint_eq(kf_slot_union(starts, 6), 3);
    ck_assert_int_eq(starts[0], 10);
    ck_assert_int_eq(starts[1], 20);
    ck_assert_int_eq(starts[2], 30);
    ck_assert_uint_eq(kf_slot_union(starts, 0), 0);
}
END_TEST

Suite *kf_suite_slot_slot(void);
Suite *kf_suite_slot_slot(void)
{
    Suite *suite = suite_create("slot_slot");
    TCase *tc = kf_test_case(suite, "slot");

    tcase_add_loop_test(tc, cuts, 0, KF_COUNT(cases));
    tcase_add_test(tc, stops_at_the_cap);
    tcase_add_loop_test(tc, agrees_with_the_plain_rule, 0, 5);
    tcase_add_test(tc, joins_several_people);
    return suite;
}
