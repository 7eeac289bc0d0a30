#include "base/metric.h"

#include <apr_time.h>
#include <string.h>

#define STRIPES 16
#define LAYOUT_VERSION 1
#define HISTOGRAM_CELLS (KF_METRIC_BOUNDS + 2) /* buckets, the infinite one, the sum */
#define MOST_WORDS 24
#define MOST_CELLS 4096
#define DOWN_CALLS 2
#define DOWN_TIME (10 * APR_USEC_PER_SEC)

const double kf_metric_bounds[KF_METRIC_BOUNDS] = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define RESULTS WORDS("ok", "refused", "failed")

static kf_metric_family_t families[KF_M__COUNT] = {
    [KF_M_REQUESTS] = {"konfirmado_http_request_duration_seconds", "Time to answer a request.",
                       {"route", "class"}, {NULL, WORDS("2xx", "3xx", "4xx", "5xx")}, true},
    [KF_M_DB_WAIT] = {"konfirmado_database_wait_seconds", "Time that a thread waited for a database connection.",
                      {NULL, NULL}, {NULL, NULL}, true},
    [KF_M_DB_REFUSED] = {"konfirmado_database_refused_total", "Requests for a database connection that failed.",
                         {"reason", NULL}, {WORDS("unreachable", "busy", "ending", "share"), NULL}, false},
    [KF_M_DB_ERRORS] = {"konfirmado_database_errors_total", "Failed statements, without refusals by rules.",
                        {"class", NULL},
                        {WORDS("connection", "timeout", "resources", "order", "read_only", "statement"), NULL}, false},
    [KF_M_LIMITED] = {"konfirmado_rate_limited_total", "Requests refused because one address sent too many.",
                      {"class", NULL}, {NULL, NULL}, false},
    [KF_M_CACHE] = {"konfirmado_cache_lookups_total", "Lookups in a process's cache of database rows.",
                    {"result", NULL}, {WORDS("hit", "miss"), NULL}, false},
    [KF_M_CLAIMS] = {"konfirmado_claims_total", "Requests of customers to hold a time.",
                     {"result", NULL}, {WORDS("made", "refused", "failed"), NULL}, false},
    [KF_M_PAYMENTS] = {"konfirmado_payments_total", "Transactions reported by a provider, by their outcome.",
                       {"provider", "outcome"},
                       {NULL, WORDS("applied", "refund_due", "quarantined", "refunded", "recorded", "unchanged",
                                    "foreign", "reference_changed", "other")}, false},
    [KF_M_EVENTS] = {"konfirmado_webhook_events_total", "Events received from payment providers.",
                     {"provider", "result"}, {NULL, WORDS("accepted", "bad_signature", "refused")}, false},
    [KF_M_CALLS] = {"konfirmado_provider_calls_total", "Calls to providers of payments, calendars and mail.",
                    {"provider", "result"}, {NULL, RESULTS}, false},
    [KF_M_CALLBACKS] = {"konfirmado_callbacks_total", "Messages sent to merchants' systems.",
                        {"result", NULL}, {WORDS("delivered", "failed", "dead"), NULL}, false},
    [KF_M_MAILS] = {"konfirmado_mails_total", "Mails handed to a mail server.",
                    {"result", NULL}, {WORDS("sent", "refused", "failed"), NULL}, false},
    [KF_M_JOBS] = {"konfirmado_job_runs_total", "Polls of a queue by background work.",
                   {"job", "result"}, {NULL, WORDS("ok", "failed")}, false},
};

/* Room in the table, in words of each label. */
static const struct {
    int a, b;
} room[KF_M__COUNT] = {
    [KF_M_REQUESTS] = {20, 4}, [KF_M_DB_WAIT] = {1, 1},   [KF_M_DB_REFUSED] = {3, 1},
    [KF_M_DB_ERRORS] = {6, 1}, [KF_M_LIMITED] = {4, 1},   [KF_M_CACHE] = {2, 1},
    [KF_M_CLAIMS] = {3, 1},    [KF_M_PAYMENTS] = {4, 9},  [KF_M_EVENTS] = {4, 3},
    [KF_M_CALLS] = {8, 3},     [KF_M_CALLBACKS] = {3, 1}, [KF_M_MAILS] = {3, 1},
    [KF_M_JOBS] = {MOST_WORDS, 2},
};

typedef struct {
    uint64_t failing_since; /* the first failure in a row; 0: the last call was answered */
    uint64_t failures;      /* in a row */
    uint64_t down;          /* since when; 0: not */
} peer_t;

typedef struct {
    uint64_t cells[MOST_CELLS];
} stripe_t;

typedef struct {
    uint64_t ran[MOST_WORDS], ok[MOST_WORDS], exhausted_at;
    peer_t peers[MOST_WORDS];
    _Alignas(64) stripe_t stripes[STRIPES];
} table_t;

static table_t *table;
static unsigned threads;
static _Thread_local unsigned mine; /* the thread's stripe, plus 1 */

size_t kf_metric_size(void)
{
    return sizeof(table_t);
}

/* FNV-1a; the end of the text counts too. */
static uint64_t with_text(uint64_t sum, const char *text)
{
    do {
        sum = (sum ^ (unsigned char)*text) * 1099511628211U;
    } while (*text++);
    return sum;
}

uint64_t kf_metric_layout(void)
{
    uint64_t sum = LAYOUT_VERSION;

    for (int i = 0; i < KF_M__COUNT; i++) {
        sum = sum * 31 + (uint64_t)(room[i].a * 64 + room[i].b * 2 + families[i].histogram);
        sum = with_text(sum, families[i].name);
        for (int label = 0; label < 2; label++) {
            for (const char *const *word = families[i].words[label]; word && *word; word++) {
                sum = with_text(sum, *word);
            }
            sum = with_text(sum, "");
        }
    }
    return sum * 1000003 + sizeof(table_t);
}

void kf_metric_use(void *memory)
{
    table = memory;
}

void kf_metric_words(kf_metric_t family, int label, const char *const *words)
{
    families[family].words[label] = words;
}

const kf_metric_family_t *kf_metric_family(kf_metric_t family)
{
    return &families[family];
}

static int cells_of(int family)
{
    return families[family].histogram ? HISTOGRAM_CELLS : 1;
}

/* The first cell of a family's words; -1: no such words, or no room in the table. */
static int place(kf_metric_t family, int a, int b)
{
    int at = 0, end;

    if (!table || a < 0 || b < 0 || a >= room[family].a || b >= room[family].b) {
        return -1;
    }
    for (int i = 0; i < (int)family; i++) {
        at += room[i].a * room[i].b * cells_of(i);
    }
    at += (a * room[family].b + b) * cells_of(family);
    end = at + cells_of(family);
    return end <= MOST_CELLS ? at : -1;
}

static uint64_t *my_cells(void)
{
    if (!mine) {
        mine = 1 + __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED) % STRIPES;
    }
    return table->stripes[mine - 1].cells;
}

static void add(int at, uint64_t n)
{
    __atomic_fetch_add(&my_cells()[at], n, __ATOMIC_RELAXED);
}

void kf_metric_count(kf_metric_t family, int a, int b)
{
    int at = place(family, a, b);

    if (at >= 0) {
        add(at, 1);
    }
}

/* The number of a word, or of the last one: it stands for all others. */
static int number_of(kf_metric_t family, int label, const char *word)
{
    const char *const *words = families[family].words[label];
    int i = 0, most = label == 0 ? room[family].a : room[family].b;

    if (!words || !words[0]) {
        return 0;
    }
    while (i < most - 1 && words[i + 1] && (!word || strcmp(words[i], word) != 0)) {
        i++;
    }
    return i;
}

void kf_metric_count_word(kf_metric_t family, const char *a, const char *b)
{
    kf_metric_count(family, number_of(family, 0, a), number_of(family, 1, b));
}

void kf_metric_time(kf_metric_t family, int a, int b, int64_t us)
{
    int at = place(family, a, b), bucket = 0;

    if (at < 0) {
        return;
    }
    us = us < 0 ? 0 : us;
    while (bucket < KF_METRIC_BOUNDS && (double)us > kf_metric_bounds[bucket] * 1e6) {
        bucket++;
    }
    add(at + bucket, 1);
    add(at + KF_METRIC_BOUNDS + 1, (uint64_t)us);
}

static uint64_t sum_of(int at)
{
    uint64_t sum = 0;

    for (int i = 0; i < STRIPES; i++) {
        sum += __atomic_load_n(&table->stripes[i].cells[at], __ATOMIC_RELAXED);
    }
    return sum;
}

uint64_t kf_metric_read(kf_metric_t family, int a, int b)
{
    int at = place(family, a, b);

    return at < 0 ? 0 : sum_of(at);
}

void kf_metric_read_histogram(kf_metric_histogram_t *out, kf_metric_t family, int a, int b)
{
    int at = place(family, a, b);

    memset(out, 0, sizeof(*out));
    if (at < 0) {
        return;
    }
    for (int i = 0; i <= KF_METRIC_BOUNDS; i++) {
        out->buckets[i] = sum_of(at + i);
        out->count += out->buckets[i];
    }
    out->sum_us = sum_of(at + KF_METRIC_BOUNDS + 1);
}

void kf_metric_ran(int job, bool ok)
{
    uint64_t now = (uint64_t)apr_time_now();

    if (!table || job < 0 || job >= MOST_WORDS) {
        return;
    }
    __atomic_store_n(&table->ran[job], now, __ATOMIC_RELAXED);
    if (ok) {
        __atomic_store_n(&table->ok[job], now, __ATOMIC_RELAXED);
    }
    kf_metric_count(KF_M_JOBS, job, ok ? 0 : 1);
}

void kf_metric_last_run(int64_t *ran, int64_t *ok, int job)
{
    bool there = table && job >= 0 && job < MOST_WORDS;

    *ran = there ? (int64_t)__atomic_load_n(&table->ran[job], __ATOMIC_RELAXED) : 0;
    *ok = there ? (int64_t)__atomic_load_n(&table->ok[job], __ATOMIC_RELAXED) : 0;
}

void kf_metric_exhausted(void)
{
    if (table) {
        __atomic_store_n(&table->exhausted_at, (uint64_t)apr_time_now(), __ATOMIC_RELAXED);
    }
}

int64_t kf_metric_exhausted_at(void)
{
    return table ? (int64_t)__atomic_load_n(&table->exhausted_at, __ATOMIC_RELAXED) : 0;
}

static kf_peer_change_t peer_answered(peer_t *peer)
{
    __atomic_store_n(&peer->failures, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&peer->failing_since, 0, __ATOMIC_RELAXED);
    return __atomic_exchange_n(&peer->down, 0, __ATOMIC_RELAXED) ? KF_PEER_UP : KF_PEER_SAME;
}

static kf_peer_change_t peer_failed(peer_t *peer, uint64_t now)
{
    uint64_t since = 0, up = 0;

    __atomic_compare_exchange_n(&peer->failing_since, &since, now, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    if (__atomic_add_fetch(&peer->failures, 1, __ATOMIC_RELAXED) < DOWN_CALLS || since == 0
        || now - since < DOWN_TIME) {
        return KF_PEER_SAME;
    }
    return __atomic_compare_exchange_n(&peer->down, &up, since, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
               ? KF_PEER_DOWN
               : KF_PEER_SAME;
}

kf_peer_change_t kf_metric_peer(const char *peer, bool answered)
{
    peer_t *state;

    if (!table) {
        return KF_PEER_SAME;
    }
    state = &table->peers[number_of(KF_M_CALLS, 0, peer)];
    return answered ? peer_answered(state) : peer_failed(state, (uint64_t)apr_time_now());
}

int64_t kf_metric_peer_down(int peer)
{
    return table && peer >= 0 && peer < MOST_WORDS
               ? (int64_t)__atomic_load_n(&table->peers[peer].down, __ATOMIC_RELAXED)
               : 0;
}
