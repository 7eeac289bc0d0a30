/* A fair queue for a limited number of places: the contract is base/gate.h. */
#include "base/gate.h"

#include <apr_tables.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

#define FEW 8
#define LONG_ENOUGH apr_time_from_msec(2) /* a thread that waited this long is not overtaken any more */

/* One thread in the queue, on its stack. */
typedef struct waiter_t waiter_t;
struct waiter_t {
    apr_thread_cond_t *turn;
    apr_time_t since;
    bool called; /* a place was handed to it and is counted already */
    kf_party_t *party;
    waiter_t *next;
};

struct kf_gate_t {
    int places;
    volatile int inside;
    volatile bool closed;
    apr_thread_mutex_t *mutex;
    apr_pool_t *pool;          /* for conditions; touched with the mutex only */
    apr_array_header_t *spare; /* apr_thread_cond_t *: as many as ever waited at once */
    kf_shares_t *shares;
    waiter_t *first, **end;
};

apr_status_t kf_gate_create(kf_gate_t **out, int places, apr_pool_t *p)
{
    kf_gate_t *gate = apr_pcalloc(p, sizeof(*gate));
    apr_status_t status = apr_pool_create(&gate->pool, p);

    if (status != APR_SUCCESS) {
        return status;
    }
    gate->places = places;
    gate->spare = apr_array_make(gate->pool, FEW, sizeof(apr_thread_cond_t *));
    gate->shares = kf_shares_create(gate->pool);
    gate->end = &gate->first;
    *out = gate;
    return apr_thread_mutex_create(&gate->mutex, APR_THREAD_MUTEX_DEFAULT, gate->pool);
}

/* With the mutex. */
static bool has_room(const kf_gate_t *gate, kf_party_t *party, apr_time_t now)
{
    return gate->inside < gate->places && kf_shares_fits(gate->shares, party, gate->places, now);
}

/* With the mutex. APR_TIMEUP: there is no room at this moment. */
static apr_status_t try_enter(kf_gate_t *gate, kf_party_t *party, apr_time_t now)
{
    if (gate->closed) {
        return APR_EOF;
    }
    if (kf_shares_spent(gate->shares, party, now)) {
        return KF_GATE_SPENT;
    }
    if (!has_room(gate, party, now)) {
        return APR_TIMEUP;
    }
    gate->inside++;
    kf_shares_inside(gate->shares, party, 1, now);
    return APR_SUCCESS;
}

static void unlink_waiter(kf_gate_t *gate, const waiter_t *gone)
{
    waiter_t **link = &gate->first;

    while (*link != gone) {
        link = &(*link)->next;
    }
    *link = gone->next;
    if (!*link) {
        gate->end = link;
    }
}

/* With the mutex: of the parties that may have another place, the longest waiter of that with the fewest places. */
static waiter_t *next_one(const kf_gate_t *gate, apr_time_t now)
{
    waiter_t *found = NULL;

    for (waiter_t *w = gate->first; w; w = w->next) {
        if ((!found || w->party->inside < found->party->inside)
            && kf_shares_fits(gate->shares, w->party, gate->places, now)) {
            found = w;
        }
    }
    return found;
}

/* With the mutex. A leaving thread and a resize each wake only the next in the queue. If more places are
 * free by the time that thread runs, it must wake the one behind it. */
static void pass_on(const kf_gate_t *gate, apr_time_t now)
{
    waiter_t *next = gate->inside < gate->places ? next_one(gate, now) : NULL;

    if (next) {
        apr_thread_cond_signal(next->turn);
    }
}

void kf_gate_resize(kf_gate_t *gate, int places)
{
    apr_thread_mutex_lock(gate->mutex);
    gate->places = places;
    pass_on(gate, apr_time_now());
    apr_thread_mutex_unlock(gate->mutex);
}

void kf_gate_rule(kf_gate_t *gate, const kf_share_rules_t *rules)
{
    apr_thread_mutex_lock(gate->mutex);
    kf_shares_rule(gate->shares, rules);
    apr_thread_mutex_unlock(gate->mutex);
}

/* With the mutex: waits in the queue until a place is handed over or free. Returns the time of that. */
static apr_time_t stand(kf_gate_t *gate, waiter_t *me, apr_time_t deadline)
{
    apr_time_t now = me->since;

    *gate->end = me;
    gate->end = &me->next;
    while (!me->called && !has_room(gate, me->party, now) && !gate->closed && now < deadline) {
        apr_thread_cond_timedwait(me->turn, gate->mutex, deadline - now);
        now = apr_time_now();
        if (!me->called && !has_room(gate, me->party, now)) {
            pass_on(gate, now); /* another thread of its party was faster: pass the place on */
        }
    }
    return now;
}

/* With the mutex. */
static apr_status_t queue(kf_gate_t *gate, kf_party_t *party, apr_time_t now, apr_time_t deadline)
{
    waiter_t me = {NULL, now, false, party, NULL};
    apr_thread_cond_t **spare = apr_array_pop(gate->spare);
    apr_status_t status = APR_SUCCESS;

    if (spare) {
        me.turn = *spare;
    } else if ((status = apr_thread_cond_create(&me.turn, gate->pool)) != APR_SUCCESS) {
        return status;
    }
    now = stand(gate, &me, deadline);
    if (!me.called) {
        unlink_waiter(gate, &me);
        status = try_enter(gate, party, now);
    }
    pass_on(gate, now);
    APR_ARRAY_PUSH(gate->spare, apr_thread_cond_t *) = me.turn;
    return status;
}

/* With the mutex. */
static apr_status_t enter(kf_gate_t *gate, uint64_t who, apr_time_t deadline)
{
    apr_time_t now = apr_time_now();
    kf_party_t *party = kf_shares_party(gate->shares, who, now);
    apr_status_t status = try_enter(gate, party, now);

    return status == APR_TIMEUP ? queue(gate, party, now, deadline) : status;
}

apr_status_t kf_gate_come(kf_gate_t *gate, uint64_t who)
{
    apr_time_t now = apr_time_now();
    kf_party_t *party;
    bool crowded;

    apr_thread_mutex_lock(gate->mutex);
    party = kf_shares_party(gate->shares, who, now);
    crowded = kf_shares_crowded(gate->shares, party, now);
    if (!crowded) {
        kf_shares_present(gate->shares, party, 1, now);
    }
    apr_thread_mutex_unlock(gate->mutex);
    return crowded ? KF_GATE_CROWDED : APR_SUCCESS;
}

void kf_gate_go(kf_gate_t *gate, uint64_t who)
{
    apr_time_t now = apr_time_now();

    apr_thread_mutex_lock(gate->mutex);
    kf_shares_present(gate->shares, kf_shares_party(gate->shares, who, now), -1, now);
    apr_thread_mutex_unlock(gate->mutex);
}

apr_status_t kf_gate_enter_for(kf_gate_t *gate, uint64_t who, apr_time_t deadline)
{
    apr_status_t status;

    apr_thread_mutex_lock(gate->mutex);
    status = enter(gate, who, deadline);
    apr_thread_mutex_unlock(gate->mutex);
    return status;
}

apr_status_t kf_gate_enter(kf_gate_t *gate, apr_time_t deadline)
{
    return kf_gate_enter_for(gate, KF_NOBODY, deadline);
}

/* With the mutex. A waiter whose party has spent its budget is only woken: try_enter() refuses it. */
static bool may_be_handed(const kf_gate_t *gate, const waiter_t *next, apr_time_t now)
{
    return !gate->closed && gate->inside < gate->places && now - next->since > LONG_ENOUGH
           && !kf_shares_spent(gate->shares, next->party, now);
}

/*
 * Handing the place over is fair, but the place is idle until the other thread runs. Leaving it to the
 * first thread that runs is fast, but a waiter may starve. So it is left free until a waiter has waited
 * too long (as in Go's sync.Mutex).
 */
void kf_gate_leave_for(kf_gate_t *gate, uint64_t who)
{
    apr_time_t now = apr_time_now();
    waiter_t *next;

    apr_thread_mutex_lock(gate->mutex);
    kf_shares_inside(gate->shares, kf_shares_party(gate->shares, who, now), -1, now);
    gate->inside--;
    next = next_one(gate, now);
    if (next && may_be_handed(gate, next, now)) {
        unlink_waiter(gate, next);
        next->called = true;
        gate->inside++;
        kf_shares_inside(gate->shares, next->party, 1, now);
    }
    if (next) {
        apr_thread_cond_signal(next->turn);
    }
    apr_thread_mutex_unlock(gate->mutex);
}

void kf_gate_leave(kf_gate_t *gate)
{
    kf_gate_leave_for(gate, KF_NOBODY);
}

void kf_gate_close(kf_gate_t *gate)
{
    gate->closed = true;
}

int kf_gate_inside(const kf_gate_t *gate)
{
    return gate->inside;
}

int kf_gate_waiting(kf_gate_t *gate)
{
    int n = 0;

    apr_thread_mutex_lock(gate->mutex);
    for (const waiter_t *w = gate->first; w; w = w->next) {
        n++;
    }
    apr_thread_mutex_unlock(gate->mutex);
    return n;
}
