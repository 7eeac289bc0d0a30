/* Free starts: the fast computation against the literal rule, minute by minute; and interval arithmetic against
 * single minutes. The bytes of an input are the parameters. */
#include "fuzz.h"

#include "slot/slot.h"

#define M KF_MINUTE
#define MAX_WINDOWS 4
#define MAX_BUSY 10
#define MAX_STARTS 4096
#define DAY_MINUTES 2048

typedef struct {
    kf_window_t windows[MAX_WINDOWS];
    kf_interval_t busy[MAX_BUSY];
} ask_data_t;

static int by_start(const void *a, const void *b)
{
    kf_instant_t x = ((const kf_interval_t *)a)->start, y = ((const kf_interval_t *)b)->start;

    return (x > y) - (x < y);
}

/* Windows in order, some with a grid that starts earlier or an end outside. */
static void read_ask(kf_slot_ask_t *ask, ask_data_t *room, fuzz_in_t *in)
{
    int64_t at = 0;

    memset(ask, 0, sizeof(*ask));
    ask->rule = (kf_slot_rule_t){(1 + fuzz_byte(in) % 60) * M, (1 + fuzz_byte(in) % 120) * M,
                                 fuzz_byte(in) % 40 * M, fuzz_byte(in) % 40 * M};
    ask->allowed.start = fuzz_short(in) % DAY_MINUTES * M;
    ask->allowed.end = ask->allowed.start + fuzz_short(in) % DAY_MINUTES * M;
    ask->n_windows = fuzz_byte(in) % (MAX_WINDOWS + 1);
    ask->n_busy = fuzz_byte(in) % (MAX_BUSY + 1);
    for (size_t i = 0; i < ask->n_windows; i++) {
        kf_window_t *window = &room->windows[i];
        unsigned shape = fuzz_byte(in);

        at += fuzz_byte(in);
        window->lo = at * M;
        at += 1 + fuzz_byte(in);
        window->hi = at * M;
        window->origin = window->lo + (shape & 1 ? (int)(fuzz_byte(in)) - 128 : 0) * M;
        window->until = window->hi + (shape & 2 ? fuzz_byte(in) : 0) * M;
    }
    for (size_t i = 0; i < ask->n_busy; i++) {
        room->busy[i].start = fuzz_short(in) % DAY_MINUTES * M;
        room->busy[i].end = room->busy[i].start + (1 + fuzz_byte(in)) * M;
    }
    qsort(room->busy, ask->n_busy, sizeof(*room->busy), by_start);
    ask->windows = room->windows;
    ask->busy = room->busy;
}

static bool plain_free(const kf_slot_ask_t *ask, const kf_window_t *window, kf_instant_t u)
{
    const kf_slot_rule_t *rule = &ask->rule;
    kf_interval_t claim = {u - rule->before, u + rule->duration + rule->after};
    bool ok = (u - window->origin) % rule->step == 0 && u + rule->duration <= window->until
              && kf_interval_holds(ask->allowed, u);

    for (size_t i = 0; i < ask->n_busy; i++) {
        ok = ok && !kf_interval_overlap(claim, ask->busy[i]);
    }
    return ok;
}

static size_t plainly(kf_instant_t *out, const kf_slot_ask_t *ask)
{
    size_t n = 0;

    for (size_t i = 0; i < ask->n_windows; i++) {
        const kf_window_t *window = &ask->windows[i];

        for (kf_instant_t u = window->lo; u < window->hi; u += M) {
            if (plain_free(ask, window, u)) {
                out[n++] = u;
            }
        }
    }
    return n;
}

static void cut(const kf_slot_ask_t *ask)
{
    static kf_instant_t fast[MAX_STARTS], plain[MAX_STARTS];
    size_t n = kf_slot_cut(fast, MAX_STARTS, ask), n_plain = plainly(plain, ask), few = n / 2;

    FUZZ_CHECK(n == n_plain, "the count of starts");
    FUZZ_CHECK(memcmp(fast, plain, n * sizeof(*fast)) == 0, "the starts");
    FUZZ_CHECK(kf_slot_cut(fast, few, ask) == few, "the cap");
    FUZZ_CHECK(memcmp(fast, plain, few * sizeof(*fast)) == 0, "the first starts");
}

static void mark(bool *minutes, const kf_interval_t *list, size_t n, bool value)
{
    for (size_t i = 0; i < n; i++) {
        for (kf_instant_t at = list[i].start; at < list[i].end; at += M) {
            minutes[at / M] = value;
        }
    }
}

/* Windows minus busy, as intervals and as minutes. */
static void subtract(const kf_slot_ask_t *ask)
{
    static bool want[2 * DAY_MINUTES], got[2 * DAY_MINUTES];
    kf_interval_t open[MAX_WINDOWS], out[MAX_WINDOWS + MAX_BUSY], merged[MAX_BUSY];
    size_t n, n_open, n_merged = ask->n_busy;

    memset(want, 0, sizeof(want));
    memset(got, 0, sizeof(got));
    for (size_t i = 0; i < ask->n_windows; i++) {
        open[i] = (kf_interval_t){ask->windows[i].lo, ask->windows[i].hi};
    }
    mark(want, open, ask->n_windows, true);
    mark(want, ask->busy, ask->n_busy, false);
    n_open = kf_interval_merge(open, ask->n_windows);
    n = kf_interval_subtract(out, open, n_open, ask->busy, ask->n_busy);
    FUZZ_CHECK(n <= n_open + ask->n_busy, "more than there is room for");
    mark(got, out, n, true);
    FUZZ_CHECK(memcmp(want, got, sizeof(want)) == 0, "another rest");
    if (n_merged > 0) {
        memcpy(merged, ask->busy, n_merged * sizeof(*merged));
    }
    n_merged = kf_interval_merge(merged, n_merged);
    FUZZ_CHECK(kf_interval_subtract(out, open, n_open, merged, n_merged) == n, "merged or not");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_in_t in = {data, size};
    kf_slot_ask_t ask;
    ask_data_t room;

    read_ask(&ask, &room, &in);
    cut(&ask);
    subtract(&ask);
    return 0;
}
