#ifndef KF_BASE_METRIC_H
#define KF_BASE_METRIC_H
/*
 * Counters of all processes of a server, in shared memory.
 *
 * A family has at most two labels. Their values are fixed before the processes
 * start; any other value counts as the last one, so nothing that a client sends,
 * no tenant and no token can become a label.
 *
 * Counting takes no lock. The table has several stripes; each thread adds
 * to one of them, and a reader sums them up. So threads rarely share a cache line,
 * and the counts of a process remain when it ends.
 *
 * Without a table (kf_metric_use) nothing is counted: commands and unit tests.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    KF_M_REQUESTS,   /* histogram: route, class */
    KF_M_DB_WAIT,    /* histogram: how long a thread waited for a place */
    KF_M_DB_REFUSED, /* reason */
    KF_M_DB_ERRORS,  /* class */
    KF_M_LIMITED,    /* class */
    KF_M_CACHE,      /* result */
    KF_M_CLAIMS,     /* result */
    KF_M_PAYMENTS,   /* provider, outcome */
    KF_M_EVENTS,     /* provider, result */
    KF_M_CALLS,      /* peer, result */
    KF_M_CALLBACKS,  /* result */
    KF_M_MAILS,      /* result */
    KF_M_JOBS,       /* job, result */
    KF_M__COUNT
} kf_metric_t;

/* The words of labels that the hot path names by number. */
enum { KF_CACHE_HIT, KF_CACHE_MISS };
enum { KF_REFUSED_UNREACHABLE, KF_REFUSED_BUSY, KF_REFUSED_ENDING, KF_REFUSED_SHARE };

#define KF_METRIC_BOUNDS 13 /* of a histogram, without the last one, which is infinite */
extern const double kf_metric_bounds[KF_METRIC_BOUNDS]; /* seconds */

typedef struct {
    const char *name, *help;  /* "konfirmado_cache_lookups_total" */
    const char *labels[2];    /* NULL: there is none */
    const char *const *words[2]; /* of each label; end with NULL */
    bool histogram;
} kf_metric_family_t;

/* -- the table -- */

/** The size of a table in bytes; zeroed memory is an empty table. */
size_t kf_metric_size(void);
/**
 * A hash of the table's layout. It differs if another version of this code, or other words, would misread
 * the table. Call it after the last kf_metric_words().
 */
uint64_t kf_metric_layout(void);
/** Counts in this memory from now on. Before threads start; NULL: nothing is counted. */
void kf_metric_use(void *table);
/**
 * Sets the values of a label that are known only at start: routes, providers, jobs. The list ends with
 * NULL and lives as long as the process; values that do not fit into the table count as the last one.
 */
void kf_metric_words(kf_metric_t family, int label, const char *const *words);

/* -- counting, from any thread -- */

/** One more, by the numbers of the words (0 where there is no label). */
void kf_metric_count(kf_metric_t family, int a, int b);
/** The same by the words; NULL where there is no label. */
void kf_metric_count_word(kf_metric_t family, const char *a, const char *b);
/** One more in a histogram. */
void kf_metric_time(kf_metric_t family, int a, int b, int64_t us);

/* -- reading -- */

typedef struct {
    uint64_t buckets[KF_METRIC_BOUNDS + 1]; /* each by itself, not summed up */
    uint64_t count, sum_us;
} kf_metric_histogram_t;

const kf_metric_family_t *kf_metric_family(kf_metric_t family);
uint64_t kf_metric_read(kf_metric_t family, int a, int b);
void kf_metric_read_histogram(kf_metric_histogram_t *out, kf_metric_t family, int a, int b);

/* -- jobs and peers: when something happened last, in microseconds since 1970 by this machine's clock -- */

/** A job looked for work, with success or not. `job` is a number of KF_M_JOBS' first label. */
void kf_metric_ran(int job, bool ok);
/** When it last did so; 0: never. */
void kf_metric_last_run(int64_t *ran, int64_t *ok, int job);

/** The database was out of disk, memory or connections just now. */
void kf_metric_exhausted(void);
/** When it last was; 0: never. */
int64_t kf_metric_exhausted_at(void);

typedef enum { KF_PEER_SAME, KF_PEER_DOWN, KF_PEER_UP } kf_peer_change_t;

/**
 * A peer (a value of KF_M_CALLS' first label) answered or not. It is down when consecutive calls failed and
 * at least ten seconds lie between the first and the last, and up at the first success. A change is
 * reported to one caller only.
 */
kf_peer_change_t kf_metric_peer(const char *peer, bool answered);
/** Since when it is down; 0: it is not. */
int64_t kf_metric_peer_down(int peer);

#endif
