/* Connections for threads: the contract is db/pool.h. */
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "db/pool_int.h"

#define LEAST_MS 3000 /* more than lock_timeout: so a lock timeout is still reported */
#define MOMENT_MS 500 /* for a thread that opened a connection itself and has no time left */
#define END_STEP_MS 5

/* The state of this thread. */
static _Thread_local struct {
    kf_db_pool_t *inside;   /* past the gate of this pool */
    uint64_t whom, entered; /* for whom it asks, and has entered */
    kf_db_pool_t *works;    /* it has come to this pool's gate for them */
    kf_pool_entry_t *entry; /* that it holds */
    kf_db_t *db;
} mine;

static const struct {
    int counted;
    const char *words;
} refusals[] = {
    [GRANT_UNREACHABLE] = {KF_REFUSED_UNREACHABLE, "the database could not be reached a moment ago"},
    [GRANT_BUSY] = {KF_REFUSED_BUSY, "all database connections of the process are in use"},
    [GRANT_SHARED] = {KF_REFUSED_SHARE, "a business uses its full share of the database connections"},
    [GRANT_ENDING] = {KF_REFUSED_ENDING, "the process is exiting"},
};

void kf_db_pool_for(uint64_t who)
{
    if (mine.works && who != mine.whom) {
        kf_gate_go(mine.works->gate, mine.whom);
        mine.works = NULL;
    }
    mine.whom = who;
}

/* A thread works for a party from its first use of the pool until it changes its party. */
static bool come(kf_db_pool_t *pool)
{
    if (mine.works == pool || mine.whom == KF_NOBODY) {
        return true;
    }
    if (mine.works) {
        kf_gate_go(mine.works->gate, mine.whom);
        mine.works = NULL;
    }
    if (kf_gate_come(pool->gate, mine.whom) != APR_SUCCESS) {
        return false;
    }
    mine.works = pool;
    return true;
}

static kf_pool_grant_t enter(kf_db_pool_t *pool, int64_t deadline)
{
    int64_t now = kf_clock_ms();
    bool down, refuse;

    apr_thread_mutex_lock(pool->mutex);
    down = pool->down;
    refuse = down && now < pool->next_open_ms;
    if (down && deadline > now + KF_POOL_DOWN_WAIT_MS) {
        deadline = now + KF_POOL_DOWN_WAIT_MS;
    }
    kf_pool_grow(pool, now);
    apr_thread_mutex_unlock(pool->mutex);
    if (refuse) {
        return GRANT_UNREACHABLE;
    }
    switch (kf_gate_enter_for(pool->gate, mine.whom, apr_time_now() + (deadline - now) * 1000)) {
    case APR_SUCCESS:
        mine.inside = pool;
        mine.entered = mine.whom;
        return GRANT_GOT;
    case KF_GATE_SPENT:
        return GRANT_SHARED;
    case APR_EOF:
        return GRANT_ENDING;
    default:
        return down ? GRANT_UNREACHABLE : GRANT_BUSY;
    }
}

static void leave(kf_db_pool_t *pool)
{
    mine.inside = NULL;
    kf_gate_leave_for(pool->gate, mine.entered);
}

static kf_pool_grant_t obtain(kf_pool_entry_t **out, kf_db_pool_t *pool, int64_t deadline)
{
    kf_pool_grant_t grant;

    do {
        grant = enter(pool, deadline);
        if (grant != GRANT_GOT) {
            return grant;
        }
        apr_thread_mutex_lock(pool->mutex);
        grant = kf_pool_get(out, pool, deadline);
        apr_thread_mutex_unlock(pool->mutex);
        if (grant != GRANT_GOT) {
            leave(pool);
        }
    } while (grant == GRANT_AGAIN);
    return grant;
}

static void let_go(kf_db_pool_t *pool, kf_pool_entry_t *entry, const kf_db_t *db)
{
    apr_thread_mutex_lock(pool->mutex);
    kf_pool_put_back(pool, entry, db);
    apr_thread_mutex_unlock(pool->mutex);
    leave(pool);
}

/* The patience for the first statement: what is left after the wait for a place and opening a connection. */
static int first_patience(const kf_db_pool_t *pool, int64_t waited_ms)
{
    int64_t left = pool->whole_ms - waited_ms;

    left = left < MOMENT_MS ? MOMENT_MS : left;
    return left < pool->rules.patience_ms ? (int)left : pool->rules.patience_ms;
}

static kf_err_t *refused(kf_pool_grant_t grant, apr_pool_t *p)
{
    kf_err_t *err = grant == GRANT_SHARED
                        ? kf_err(p, KF_E_BUSY, "This business receives too many requests at the moment: try again in a "
                                               "few seconds.")
                        : kf_err(p, KF_E_UNAVAILABLE, "The service is not available for a moment.");

    kf_metric_count(KF_M_DB_REFUSED, refusals[grant].counted, 0);
    return kf_err_because(p, err, "%s", refusals[grant].words);
}

static kf_err_t *take(kf_db_t **out, void *baton, apr_pool_t *p)
{
    kf_db_pool_t *pool = baton;
    int64_t begun = kf_clock_ms();
    apr_time_t asked = apr_time_now();
    kf_pool_grant_t grant;
    kf_pool_entry_t *entry;
    kf_err_t *err;

    if (mine.inside) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "Something went wrong on our side."),
                              "a thread asked for a second database connection");
    }
    grant = come(pool) ? obtain(&entry, pool, begun + pool->rules.wait_ms) : GRANT_SHARED;
    if (grant != GRANT_GOT) {
        return refused(grant, p);
    }
    kf_metric_time(KF_M_DB_WAIT, 0, 0, apr_time_now() - asked);
    err = kf_db_wrap(&mine.db, entry->conn, pool->rules.prepare, p);
    if (err) {
        let_go(pool, entry, NULL);
        return err;
    }
    kf_db_set_patience(mine.db, pool->rules.patience_ms, first_patience(pool, kf_clock_ms() - begun));
    mine.entry = entry;
    *out = mine.db;
    return NULL;
}

static void give(kf_db_t *db, void *baton)
{
    kf_pool_entry_t *entry = mine.entry;

    if (!entry || db != mine.db || mine.inside != baton) {
        kf_log(KF_LOG_ERROR, 323, "a database connection was returned that was not in use");
        return;
    }
    kf_db_settle(db);
    mine.entry = NULL;
    let_go(baton, entry, db);
}

kf_err_t *kf_db_pool_create(kf_db_pool_t **out, const kf_db_opener_t *opener, const kf_db_pool_rules_t *rules,
                            apr_pool_t *p)
{
    kf_db_pool_t *pool = apr_pcalloc(p, sizeof(*pool));

    pool->opener = *opener;
    pool->rules = *rules;
    pool->source = (kf_db_source_t){take, give, pool};
    pool->entries = apr_pcalloc(p, sizeof(kf_pool_entry_t) * (size_t)rules->size);
    pool->places = rules->size;
    pool->whole_ms = rules->wait_ms + (rules->patience_ms < LEAST_MS ? rules->patience_ms : LEAST_MS);
    pool->whole_ms = pool->whole_ms < rules->patience_ms ? rules->patience_ms : pool->whole_ms;
    if (kf_gate_create(&pool->gate, rules->size, p) != APR_SUCCESS
        || apr_thread_mutex_create(&pool->mutex, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS
        || apr_thread_cond_create(&pool->changed, p) != APR_SUCCESS) {
        return kf_err(p, KF_E_INTERNAL, "There is not enough memory for a lock.");
    }
    if (rules->shares.percent > 0) {
        kf_gate_rule(pool->gate, &rules->shares);
    }
    *out = pool;
    return NULL;
}

const kf_db_source_t *kf_db_pool_source(const kf_db_pool_t *pool)
{
    return &pool->source;
}

kf_db_pool_state_t kf_db_pool_state(kf_db_pool_t *pool)
{
    kf_db_pool_state_t state;

    apr_thread_mutex_lock(pool->mutex);
    state = (kf_db_pool_state_t){pool->live, kf_gate_inside(pool->gate), pool->places, pool->down};
    apr_thread_mutex_unlock(pool->mutex);
    return state;
}

/* The thread that uses it sees an end of file and returns at once, whatever it waits for. */
static void hang_up_held(const kf_db_pool_t *pool)
{
    for (int i = 0; i < pool->rules.size; i++) {
        int fd = pool->entries[i].state == ENTRY_HELD ? PQsocket(pool->entries[i].conn) : -1;

        if (fd >= 0) {
            shutdown(fd, SHUT_RDWR);
        }
    }
}

void kf_db_pool_stop(kf_db_pool_t *pool)
{
    pool->closed = true;
    kf_gate_close(pool->gate);
    hang_up_held(pool);
}

bool kf_db_pool_end(kf_db_pool_t *pool, int limit_ms)
{
    int64_t until = kf_clock_ms() + limit_ms;
    bool own = mine.inside == pool, all = true;

    kf_db_pool_stop(pool);
    while (kf_gate_inside(pool->gate) > own && kf_clock_ms() < until) {
        hang_up_held(pool);
        apr_sleep(END_STEP_MS * 1000);
    }
    for (int i = 0; i < pool->rules.size; i++) {
        kf_pool_entry_t *entry = &pool->entries[i];
        bool used = entry->state == ENTRY_OPENING || (entry->state == ENTRY_HELD && !(own && entry == mine.entry));

        if (used) {
            all = false;
        } else if (entry->state != ENTRY_NONE) {
            entry->state = ENTRY_NONE;
            entry->conn = NULL;
            pool->opener.close(entry->handle, pool->opener.baton);
        }
    }
    return all;
}
