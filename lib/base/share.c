/* Parties that share places: the contract is base/share.h. */
#include "base/share.h"

#include <apr_tables.h>

#define FEW 32 /* parties; more are kept only while they are present */
#define HALF (KF_SHARE_WINDOW / 2)
#define MUCH 2 /* times what all others had */

/* The two parties that were here last: enough to know whether a party is alone. */
typedef struct {
    uint64_t who;
    apr_time_t at;
} visit_t;

struct kf_shares_t {
    kf_share_rules_t rules;
    apr_array_header_t *parties; /* kf_party_t * */
    apr_pool_t *pool;
    visit_t last, other;
    kf_share_used_t all; /* of those that have a budget */
};

kf_shares_t *kf_shares_create(apr_pool_t *p)
{
    kf_shares_t *shares = apr_pcalloc(p, sizeof(*shares));

    shares->rules = (kf_share_rules_t){100, 0, 0};
    shares->parties = apr_array_make(p, FEW, sizeof(kf_party_t *));
    shares->pool = p;
    return shares;
}

void kf_shares_rule(kf_shares_t *shares, const kf_share_rules_t *rules)
{
    shares->rules = *rules;
}

/* -- time that was used -- */

static void turn(kf_share_used_t *used, apr_time_t now)
{
    int64_t half = now / HALF;

    if (half > used->half) {
        used->before = half == used->half + 1 ? used->now : 0;
        used->now = 0;
        used->half = half;
    }
}

/* The time of the last window: the current half, and the share of the former half that is still in it. */
static int64_t within(kf_share_used_t *used, apr_time_t now)
{
    turn(used, now);
    return used->now + used->before * (HALF - now % HALF) / HALF;
}

static void spend(kf_share_used_t *used, int64_t time, apr_time_t now)
{
    turn(used, now);
    used->now += time;
}

static bool has_budget(const kf_party_t *party)
{
    return party->who != KF_NOBODY && party->who != KF_STRANGERS;
}

/* Threads inside are counted while they are there, not only when they leave. */
static void count(kf_shares_t *shares, kf_party_t *party, apr_time_t now)
{
    int64_t time = now > party->counted ? (now - party->counted) * party->inside : 0;

    party->counted = now;
    if (has_budget(party)) {
        spend(&party->used, time, now);
        spend(&shares->all, time, now);
    }
}

/* -- who is here -- */

static void visit(kf_shares_t *shares, uint64_t who, apr_time_t now)
{
    if (who == KF_NOBODY) {
        return;
    }
    if (shares->last.who != who) {
        shares->other = shares->last;
    }
    shares->last = (visit_t){who, now};
}

static bool alone(const kf_shares_t *shares, uint64_t who, apr_time_t now)
{
    const visit_t *one = shares->last.who == who ? &shares->other : &shares->last;

    return one->who == KF_NOBODY || now - one->at > KF_SHARE_COMPANY;
}

static bool is_here(const kf_party_t *party)
{
    return party->inside > 0 || party->present > 0;
}

/* The absent party with the least time; NULL: all are present. */
static kf_party_t *least(const kf_shares_t *shares, apr_time_t now)
{
    kf_party_t *found = NULL;

    for (int i = 0; i < shares->parties->nelts; i++) {
        kf_party_t *party = APR_ARRAY_IDX(shares->parties, i, kf_party_t *);

        if (!is_here(party) && (!found || within(&party->used, now) < within(&found->used, now))) {
            found = party;
        }
    }
    return found;
}

/* Memory for a party: new, or that of an absent one. */
static kf_party_t *room(const kf_shares_t *shares, apr_time_t now)
{
    kf_party_t *party = shares->parties->nelts < FEW ? NULL : least(shares, now);

    if (!party) {
        party = apr_palloc(shares->pool, sizeof(*party));
        APR_ARRAY_PUSH(shares->parties, kf_party_t *) = party;
    }
    return party;
}

kf_party_t *kf_shares_party(kf_shares_t *shares, uint64_t who, apr_time_t now)
{
    kf_party_t *party = NULL;

    visit(shares, who, now);
    for (int i = 0; i < shares->parties->nelts; i++) {
        party = APR_ARRAY_IDX(shares->parties, i, kf_party_t *);
        if (party->who == who) {
            return party;
        }
    }
    party = room(shares, now);
    *party = (kf_party_t){.who = who, .counted = now};
    return party;
}

/* -- the rules -- */

static bool is_bound(const kf_shares_t *shares, const kf_party_t *party, apr_time_t now)
{
    return party->who != KF_NOBODY && !alone(shares, party->who, now);
}

/* Whether it used more than `budget`, and more than MUCH times what all others did. */
static bool exceeds(kf_shares_t *shares, kf_party_t *party, apr_interval_time_t budget, apr_time_t now)
{
    int64_t used;

    if (shares->rules.budget == 0 || !has_budget(party) || !is_bound(shares, party, now)) {
        return false;
    }
    count(shares, party, now);
    used = within(&party->used, now);
    return used > budget && used > MUCH * (within(&shares->all, now) - used);
}

bool kf_shares_spent(kf_shares_t *shares, kf_party_t *party, apr_time_t now)
{
    return exceeds(shares, party, shares->rules.budget, now);
}

bool kf_shares_fits(kf_shares_t *shares, kf_party_t *party, int places, apr_time_t now)
{
    int most = places;

    if (exceeds(shares, party, shares->rules.budget / 2, now)) {
        most = 1;
    } else if (is_bound(shares, party, now)) {
        most = places * shares->rules.percent / 100;
    }
    return party->inside < (most > 1 ? most : 1);
}

static int most_threads(const kf_shares_t *shares)
{
    return shares->rules.threads * shares->rules.percent / 100;
}

bool kf_shares_crowded(const kf_shares_t *shares, const kf_party_t *party, apr_time_t now)
{
    if (shares->rules.percent == 100 || !party->full || !is_bound(shares, party, now)) {
        return false;
    }
    return party->present >= most_threads(shares) && now - party->full > KF_SHARE_BURST;
}

void kf_shares_inside(kf_shares_t *shares, kf_party_t *party, int by, apr_time_t now)
{
    count(shares, party, now);
    party->inside += by;
}

void kf_shares_present(const kf_shares_t *shares, kf_party_t *party, int by, apr_time_t now)
{
    int most = most_threads(shares);

    party->present += by;
    if (party->present < most / 2 || shares->rules.threads < 2) {
        party->full = 0;
    } else if (party->present >= most && !party->full) {
        party->full = now;
    }
}
