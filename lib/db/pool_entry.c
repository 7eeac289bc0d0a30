/* The connections of a pool: open, lent, dead. Everything here runs with the pool's mutex, except the opening. */
#include <poll.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/pool_int.h"

#define DOWN_PAUSE_MS 50     /* before a database that is down is tried again */
#define SILENT_PAUSE_MS 500  /* the same if it did not answer: trying takes long then */
#define SLOW_MS 1000         /* a refusal that took longer counts as no answer */
#define FIRST_PAUSE_MS 100   /* before the next try after a refusal; doubles each time */
#define FULL_PAUSE_MS 500    /* the maximum, if the process has no connection */
#define SHARED_PAUSE_MS 5000 /* the same if it has some */
#define TRANSIT_MS 20        /* a connection on its way from one thread to another */
#define UNUSED_MS 300000 /* long, because a new connection must plan all its statements again */

void kf_pool_set_places(kf_db_pool_t *pool, int places)
{
    pool->places = places < 1 ? 1 : places > pool->rules.size ? pool->rules.size : places;
    kf_gate_resize(pool->gate, pool->places);
}

void kf_pool_grow(kf_db_pool_t *pool, int64_t now)
{
    if (pool->places < pool->rules.size && now >= pool->next_open_ms) {
        kf_pool_set_places(pool, pool->live + 1);
    }
}

static void wait_until(kf_db_pool_t *pool, int64_t until)
{
    int64_t left = until - kf_clock_ms();

    if (left > 0) {
        apr_thread_cond_timedwait(pool->changed, pool->mutex, left * 1000);
    }
}

static void bury(kf_db_pool_t *pool, kf_pool_entry_t *entry)
{
    kf_db_hang_up(entry->conn);
    entry->state = ENTRY_DEAD;
    pool->live--;
}

/* An idle connection has input only when it ends. */
static bool has_ended(const kf_pool_entry_t *entry)
{
    struct pollfd fd = {PQsocket(entry->conn), POLLIN, 0};

    return PQstatus(entry->conn) != CONNECTION_OK || poll(&fd, 1, 0) > 0;
}

/* The most recently used one, so that unneeded ones age. */
static kf_pool_entry_t *latest_idle(const kf_db_pool_t *pool)
{
    kf_pool_entry_t *found = NULL;

    for (int i = 0; i < pool->rules.size; i++) {
        kf_pool_entry_t *entry = &pool->entries[i];

        if (entry->state == ENTRY_IDLE && (!found || entry->used_ms > found->used_ms)) {
            found = entry;
        }
    }
    return found;
}

static kf_pool_entry_t *take_idle(kf_db_pool_t *pool)
{
    kf_pool_entry_t *entry;

    while ((entry = latest_idle(pool)) != NULL) {
        if (!has_ended(entry)) {
            entry->state = ENTRY_HELD;
            return entry;
        }
        bury(pool, entry);
    }
    return NULL;
}

static kf_pool_entry_t *closed_entry(const kf_db_pool_t *pool)
{
    kf_pool_entry_t *found = NULL;

    for (int i = 0; i < pool->rules.size; i++) {
        if (pool->entries[i].state == ENTRY_DEAD) {
            return &pool->entries[i];
        }
        found = pool->entries[i].state == ENTRY_NONE && !found ? &pool->entries[i] : found;
    }
    return found;
}

/*
 * Runs without the mutex, but in one thread at a time. libpq tries only one host within that time, so an
 * unanswered connection goes back to the opener: its next open tries the other hosts as well.
 */
static bool open_entry(kf_db_pool_t *pool, kf_pool_entry_t *entry)
{
    int64_t begun = kf_clock_ms();

    if (!entry->conn) {
        entry->conn = pool->opener.open(&entry->handle, pool->opener.baton);
        return entry->conn != NULL;
    }
    if (kf_db_reset(entry->conn, begun + KF_DB_RESET_MS, &pool->closed)) {
        return true;
    }
    if (kf_clock_ms() - begun >= SLOW_MS) {
        entry->conn = NULL;
        pool->opener.close(entry->handle, pool->opener.baton);
    }
    return false;
}

static void opened(kf_db_pool_t *pool, kf_pool_entry_t *entry)
{
    int64_t life = pool->rules.life_ms;

    entry->state = ENTRY_HELD;
    pool->live++;
    pool->down = false;
    pool->heard_ms = kf_clock_ms();
    entry->old_ms = pool->heard_ms + life + life * (entry - pool->entries) / pool->rules.size;
    pool->next_open_ms = 0;
    pool->pause_ms = 0;
    if (pool->shared) {
        kf_log(KF_LOG_INFO, 321, "the database accepts one more connection: %d", pool->live);
        pool->shared = false;
    }
    kf_pool_set_places(pool, pool->rules.size);
}

static void pause_opening(kf_db_pool_t *pool, int most_ms)
{
    int pause_ms = pool->pause_ms ? pool->pause_ms : FIRST_PAUSE_MS;

    pool->next_open_ms = kf_clock_ms() + pause_ms;
    pool->pause_ms = 2 * pause_ms < most_ms ? 2 * pause_ms : most_ms;
}

static void refused(kf_db_pool_t *pool, bool answers)
{
    if (pool->live > 0 && (answers || !pool->down)) {
        if (!pool->shared) {
            pool->shared = true;
            kf_log(KF_LOG_WARNING, 320, "the database accepts no more than %d connections: they are shared",
                   pool->live);
        }
        pause_opening(pool, SHARED_PAUSE_MS);
        kf_pool_set_places(pool, pool->live);
    } else if (answers) {
        pool->down = false;
        pause_opening(pool, FULL_PAUSE_MS);
    } else {
        pool->down = true;
        pool->next_open_ms = kf_clock_ms() + DOWN_PAUSE_MS;
    }
}

/* Opens one more connection; NULL if that fails. Releases the mutex meanwhile. */
static kf_pool_entry_t *open_one(kf_db_pool_t *pool)
{
    kf_pool_entry_t *entry = closed_entry(pool);
    int64_t begun = kf_clock_ms();
    bool open, answers = false;

    if (!entry) {
        return NULL; /* all are open: one is on its way back */
    }
    pool->opening = true;
    entry->state = ENTRY_OPENING;
    apr_thread_mutex_unlock(pool->mutex);
    open = open_entry(pool, entry);
    if (!open && !pool->closed && kf_clock_ms() - begun < SLOW_MS) {
        answers = pool->opener.answers(pool->opener.baton);
    }
    apr_thread_mutex_lock(pool->mutex);
    pool->opening = false;
    apr_thread_cond_broadcast(pool->changed);
    if (open) {
        opened(pool, entry);
        return entry;
    }
    entry->state = entry->conn ? ENTRY_DEAD : ENTRY_NONE;
    refused(pool, answers);
    return NULL;
}

kf_pool_grant_t kf_pool_get(kf_pool_entry_t **out, kf_db_pool_t *pool, int64_t deadline)
{
    int64_t patient = kf_clock_ms() + KF_POOL_DOWN_WAIT_MS;

    for (;;) {
        int64_t now = kf_clock_ms();
        bool may_open = !pool->opening && now >= pool->next_open_ms;

        *out = pool->closed ? NULL : take_idle(pool);
        *out = *out || pool->closed || !may_open ? *out : open_one(pool);
        if (*out) {
            return GRANT_GOT;
        }
        now = kf_clock_ms();
        if (pool->closed) {
            return GRANT_ENDING;
        }
        if (pool->down && (now < pool->next_open_ms || now >= patient)) {
            return GRANT_UNREACHABLE;
        }
        if (now >= deadline) {
            return GRANT_BUSY;
        }
        if (!pool->opening && pool->live > 0) {
            wait_until(pool, now + TRANSIT_MS < deadline ? now + TRANSIT_MS : deadline);
            return GRANT_AGAIN; /* the gate has fewer places now: to the queue with the others */
        }
        now = pool->opening ? deadline : pool->next_open_ms;
        now = pool->down && patient < now ? patient : now;
        wait_until(pool, now < deadline ? now : deadline);
    }
}

/* The database as a whole has stopped answering: idle connections would not answer either. */
static void fell_silent(kf_db_pool_t *pool)
{
    if (!pool->down) {
        kf_log(KF_LOG_WARNING, 322, "the database does not answer: its connections are reopened");
    }
    pool->down = true;
    pool->next_open_ms = kf_clock_ms() + SILENT_PAUSE_MS;
    for (int i = 0; i < pool->rules.size; i++) {
        if (pool->entries[i].state == ENTRY_IDLE) {
            bury(pool, &pool->entries[i]);
        }
    }
}

static void end_some(kf_db_pool_t *pool)
{
    int64_t now = kf_clock_ms();

    for (int i = 0; i < pool->rules.size && pool->live > 1; i++) {
        kf_pool_entry_t *entry = &pool->entries[i];

        if (entry->state == ENTRY_IDLE && (entry->used_ms < now - UNUSED_MS || entry->old_ms < now)) {
            bury(pool, entry);
        }
    }
}

void kf_pool_put_back(kf_db_pool_t *pool, kf_pool_entry_t *entry, const kf_db_t *db)
{
    if (PQstatus(entry->conn) == CONNECTION_OK && PQtransactionStatus(entry->conn) == PQTRANS_IDLE) {
        entry->state = ENTRY_IDLE;
        entry->used_ms = pool->heard_ms = kf_clock_ms();
        pool->next_open_ms = pool->down ? 0 : pool->next_open_ms;
        pool->down = false;
        end_some(pool);
        kf_pool_grow(pool, entry->used_ms);
        apr_thread_cond_signal(pool->changed);
        return;
    }
    bury(pool, entry);
    if (db && db->silent && pool->heard_ms + pool->rules.patience_ms <= kf_clock_ms()) {
        fell_silent(pool);
    }
    if (pool->places < pool->rules.size) {
        kf_pool_set_places(pool, pool->live);
    }
    apr_thread_cond_broadcast(pool->changed);
}
