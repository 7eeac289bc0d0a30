#ifndef KF_BASE_SHARE_H
#define KF_BASE_SHARE_H
/*
 * Fair use of a scarce resource: how many places each party has now, how many
 * threads work for it, and how much time it used recently. Pure
 * arithmetic; the caller provides the lock and the clock (apr_time_now()).
 *
 * A party that is alone may have everything. While another one was present within
 * KF_SHARE_COMPANY, these rules apply:
 *
 *   percent  of the places at once (at least one). It also limits the threads, once the
 *            party has had that share for KF_SHARE_BURST and never less than half of it since
 *   budget   time inside over the last KF_SHARE_WINDOW. A party that used half of it has one
 *            place at a time; one that used all of it is refused. Both apply only while it
 *            used more than twice as much as all others
 *
 * 100 percent and a budget of 0 switch the rules off. KF_NOBODY, the server's own work, is exempt and does not count
 * as another party; KF_STRANGERS, all requests whose party is not known yet, have no budget.
 */
#include <apr_pools.h>
#include <apr_time.h>
#include <stdbool.h>
#include <stdint.h>

#define KF_NOBODY UINT64_C(0)
#define KF_STRANGERS UINT64_C(1)

#define KF_SHARE_COMPANY apr_time_from_sec(10)
#define KF_SHARE_BURST apr_time_from_sec(1)
#define KF_SHARE_WINDOW apr_time_from_sec(10)

typedef struct {
    int percent;                /* 1 to 100 */
    apr_interval_time_t budget; /* 0: no limit */
    int threads;                /* that there are; fewer than 2: they are not shared */
} kf_share_rules_t;

/* Time in two halves of the window: the one that runs, and the one before it. */
typedef struct {
    int64_t half; /* number of the current one */
    int64_t now, before;
} kf_share_used_t;

typedef struct {
    uint64_t who;
    int inside, present;
    apr_time_t counted; /* its places are counted up to here */
    apr_time_t full;    /* since when it uses its share of the threads; 0: it does not */
    kf_share_used_t used;
} kf_party_t;

typedef struct kf_shares_t kf_shares_t;

/** Nobody yet, and no rules: each may have everything. Lives in `p`. */
kf_shares_t *kf_shares_create(apr_pool_t *p);
void kf_shares_rule(kf_shares_t *shares, const kf_share_rules_t *rules);

/** The party of that number, now present. The pointer is valid while it has a thread inside or present. */
kf_party_t *kf_shares_party(kf_shares_t *shares, uint64_t who, apr_time_t now);

/** Whether it may have one more of the places. */
bool kf_shares_fits(kf_shares_t *shares, kf_party_t *party, int places, apr_time_t now);
/** Whether it may have no more threads. */
bool kf_shares_crowded(const kf_shares_t *shares, const kf_party_t *party, apr_time_t now);
/** Whether it used its whole budget. */
bool kf_shares_spent(kf_shares_t *shares, kf_party_t *party, apr_time_t now);

/** One more (+1) or one fewer (-1) inside, or at work. */
void kf_shares_inside(kf_shares_t *shares, kf_party_t *party, int by, apr_time_t now);
void kf_shares_present(const kf_shares_t *shares, kf_party_t *party, int by, apr_time_t now);

#endif
