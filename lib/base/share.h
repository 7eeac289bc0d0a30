#ifndef KF_BASE_SHARE_H
#define KF_BASE_SHARE_H
/*
 * Who uses something that there is little of: how many places each party has at this
 * moment, how many threads work for it, and how much time it had of late. Pure
 * arithmetic; the caller brings the lock and the clock (apr_time_now()).
 *
 * A party that is alone may have everything. In company, that is while another one
 * was there within KF_SHARE_COMPANY, it is held to the rules:
 *
 *   percent  of the places at once (at least one). Of the threads as well, once it has
 *            had them for KF_SHARE_BURST and never less than half of them since
 *   budget   time inside over the last KF_SHARE_WINDOW. A party that used half of it has one
 *            place at a time; one that used all of it is refused. Both hold only while it
 *            used more than twice what all others did
 *
 * 100 percent and a budget of 0 switch the rules off. KF_NOBODY, the server's own work, is held to none and is no
 * company for anybody; KF_STRANGERS, all whose party is not known yet, have no budget.
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
    int64_t half; /* number of the one that runs */
    int64_t now, before;
} kf_share_used_t;

typedef struct {
    uint64_t who;
    int inside, present;
    apr_time_t counted; /* its places are counted up to here */
    apr_time_t full;    /* since when it has its share of the threads; 0: it has not */
    kf_share_used_t used;
} kf_party_t;

typedef struct kf_shares_t kf_shares_t;

/** Nobody yet, and no rules: each may have everything. Lives in `p`. */
kf_shares_t *kf_shares_create(apr_pool_t *p);
void kf_shares_rule(kf_shares_t *shares, const kf_share_rules_t *rules);

/** The party of that number, which is here now. It is good for as long as it has somebody inside or present. */
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
