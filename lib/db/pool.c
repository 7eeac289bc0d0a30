/* Connections for threads: the contract is db/pool.h. */
#include "db/pool.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/gate.h"
#include "base/log.h"
#include "base/metric.h"
#include "db/db_int.h"

#define DOWN_PAUSE_MS 50     /* a database that is down is asked again after it */
#define SILENT_PAUSE_MS 500  /* the same if it did not answer: to ask takes long then */
#define DOWN_WAIT_MS 250     /* for what the one that asks finds out */
#define SLOW_MS 1000         /* a refusal that took longer is none: nobody answered */
#define FIRST_PAUSE_MS 100   /* before one more is asked for after a refusal; doubles each time */
#define FULL_PAUSE_MS 500    /* at most so long, if the process has none at all */
#define SHARED_PAUSE_MS 5000 /* the same if it has some */
#define TRANSIT_MS 20        /* a connection on its way from one thread to another */
#define LEAST_MS 3000        /* more than lock_timeout: a statement that waits for a lock still hears so */
#define UNUSED_MS 60000
#define END_STEP_MS 5

typedef enum { NONE, IDLE, HELD, DEAD } state_t; /* DEAD: closed, and may be opened again */

typedef struct {
    volatile state_t state;
    PGconn *conn;
    void *handle;
    int64_t used_ms;
    int64_t old_ms; /* when it has had its time */
} link_t;

struct kf_db_pool_t {
    kf_db_opener_t opener;
    kf_db_pool_rules_t rules;
    kf_db_source_t source;
    kf_gate_t *gate;
    volatile bool closed;
    int least_ms; /* of patience is left to who waited long */
    apr_thread_mutex_t *mutex; /* guards all below */
    apr_thread_cond_t *changed;
    link_t *links; /* rules.size of them */
    int live;      /* IDLE and HELD */
    int places;    /* of the gate */
    bool opening, down;
    int64_t next_open_ms; /* before it nobody asks for one more */
    int pause_ms;
    int64_t heard_ms; /* when a connection came back that works */
};

/* What this thread holds. */
static _Thread_local struct {
    kf_db_pool_t *pool;
    link_t *link;
    kf_db_t *db;
} mine;

typedef enum { GOT, AGAIN, UNREACHABLE, BUSY, ENDING } answer_t;

static const struct {
    int counted;
    const char *words;
} refusals[] = {
    [UNREACHABLE] = {KF_REFUSED_UNREACHABLE, "the database could not be reached a moment ago"},
    [BUSY] = {KF_REFUSED_BUSY, "all database connections of the process are in use"},
    [ENDING] = {KF_REFUSED_ENDING, "the process is ending"},
};

/* From here on with the mutex. */

static void set_places(kf_db_pool_t *pool, int places)
{
    pool->places = places < 1 ? 1 : places > pool->rules.size ? pool->rules.size : places;
    kf_gate_resize(pool->gate, pool->places);
}

/* Now and then one more may try to get a connection of its own. */
static void grow(kf_db_pool_t *pool, int64_t now)
{
    if (pool->places < pool->rules.size && now >= pool->next_open_ms) {
        set_places(pool, pool->live + 1);
    }
}

static void wait_until(kf_db_pool_t *pool, int64_t until)
{
    int64_t left = until - kf_db_clock();

    if (left > 0) {
        apr_thread_cond_timedwait(pool->changed, pool->mutex, left * 1000);
    }
}

static void bury(kf_db_pool_t *pool, link_t *link)
{
    kf_db_hang_up(link->conn);
    link->state = DEAD;
    pool->live--;
}

/* Nobody asked an idle connection anything: what it has to say is that it ends. */
static bool has_ended(const link_t *link)
{
    struct pollfd fd = {PQsocket(link->conn), POLLIN, 0};

    return PQstatus(link->conn) != CONNECTION_OK || poll(&fd, 1, 0) > 0;
}

/* The one used last, so that those which are not needed grow old. */
static link_t *latest_idle(const kf_db_pool_t *pool)
{
    link_t *found = NULL;

    for (int i = 0; i < pool->rules.size; i++) {
        link_t *link = &pool->links[i];

        if (link->state == IDLE && (!found || link->used_ms > found->used_ms)) {
            found = link;
        }
    }
    return found;
}

static link_t *take_idle(kf_db_pool_t *pool)
{
    link_t *link;

    while ((link = latest_idle(pool)) != NULL) {
        if (!has_ended(link)) {
            link->state = HELD;
            return link;
        }
        bury(pool, link);
    }
    return NULL;
}

static link_t *closed_link(const kf_db_pool_t *pool)
{
    link_t *found = NULL;

    for (int i = 0; i < pool->rules.size; i++) {
        if (pool->links[i].state == DEAD) {
            return &pool->links[i];
        }
        found = pool->links[i].state == NONE && !found ? &pool->links[i] : found;
    }
    return found;
}

/* Without the mutex, but one thread at a time. */
static bool open_link(const kf_db_pool_t *pool, link_t *link)
{
    if (link->state == DEAD) {
        PQreset(link->conn); /* as long as connect_timeout says, for each host */
        return PQstatus(link->conn) == CONNECTION_OK;
    }
    link->conn = pool->opener.open(&link->handle, pool->opener.baton);
    return link->conn != NULL;
}

static void opened(kf_db_pool_t *pool, link_t *link)
{
    int64_t life = pool->rules.life_ms;

    link->state = HELD;
    link->old_ms = kf_db_clock() + life + life * (link - pool->links) / pool->rules.size;
    pool->live++;
    pool->down = false;
    pool->next_open_ms = 0;
    pool->pause_ms = FIRST_PAUSE_MS;
    if (pool->places < pool->rules.size) {
        kf_log(KF_LOG_INFO, 321, "the database gives one more connection: %d", pool->live);
        set_places(pool, pool->rules.size);
    }
}

static void pause_opening(kf_db_pool_t *pool, int most_ms)
{
    pool->next_open_ms = kf_db_clock() + pool->pause_ms;
    pool->pause_ms = 2 * pool->pause_ms < most_ms ? 2 * pool->pause_ms : most_ms;
}

static void refused(kf_db_pool_t *pool, bool answers)
{
    if (pool->live > 0 && (answers || !pool->down)) {
        if (pool->places == pool->rules.size) {
            kf_log(KF_LOG_WARNING, 320, "the database gives no more than %d connections: they are shared",
                   pool->live);
        }
        pause_opening(pool, SHARED_PAUSE_MS);
        set_places(pool, pool->live);
    } else if (answers) {
        pool->down = false;
        pause_opening(pool, FULL_PAUSE_MS);
    } else {
        pool->down = true;
        pool->next_open_ms = kf_db_clock() + DOWN_PAUSE_MS;
    }
}

/* One more connection; NULL if there is none to be had. Gives the mutex away meanwhile. */
static link_t *open_one(kf_db_pool_t *pool)
{
    link_t *link = closed_link(pool);
    int64_t begun = kf_db_clock();
    bool open, answers = false;

    if (!link) {
        return NULL; /* all are open: one is on its way back */
    }
    pool->opening = true;
    apr_thread_mutex_unlock(pool->mutex);
    open = open_link(pool, link);
    if (!open && kf_db_clock() - begun < SLOW_MS) {
        answers = pool->opener.answers(pool->opener.baton);
    }
    apr_thread_mutex_lock(pool->mutex);
    pool->opening = false;
    apr_thread_cond_broadcast(pool->changed);
    if (open) {
        opened(pool, link);
        return link;
    }
    refused(pool, answers);
    return NULL;
}

/* Inside the gate: a connection, or why there is none. */
static answer_t get_link(link_t **out, kf_db_pool_t *pool, int64_t deadline)
{
    int64_t patient = kf_db_clock() + DOWN_WAIT_MS;

    for (;;) {
        int64_t now = kf_db_clock();
        bool may_open = !pool->opening && now >= pool->next_open_ms;

        *out = pool->closed ? NULL : take_idle(pool);
        *out = *out || pool->closed || !may_open ? *out : open_one(pool);
        if (*out) {
            return GOT;
        }
        now = kf_db_clock();
        if (pool->closed) {
            return ENDING;
        }
        if (pool->down && (now < pool->next_open_ms || now >= patient)) {
            return UNREACHABLE;
        }
        if (now >= deadline) {
            return BUSY;
        }
        if (!pool->opening && pool->live > 0) {
            wait_until(pool, now + TRANSIT_MS < deadline ? now + TRANSIT_MS : deadline);
            return AGAIN; /* the gate has fewer places now: to the queue with the others */
        }
        now = pool->opening ? deadline : pool->next_open_ms;
        now = pool->down && patient < now ? patient : now;
        wait_until(pool, now < deadline ? now : deadline);
    }
}

/* The database as a whole has stopped answering: what is idle would not answer either. */
static void fell_silent(kf_db_pool_t *pool)
{
    if (!pool->down) {
        kf_log(KF_LOG_WARNING, 322, "the database does not answer: its connections are made anew");
    }
    pool->down = true;
    pool->next_open_ms = kf_db_clock() + SILENT_PAUSE_MS;
    for (int i = 0; i < pool->rules.size; i++) {
        if (pool->links[i].state == IDLE) {
            bury(pool, &pool->links[i]);
        }
    }
}

static void end_some(kf_db_pool_t *pool)
{
    int64_t now = kf_db_clock();

    for (int i = 0; i < pool->rules.size && pool->live > 1; i++) {
        link_t *link = &pool->links[i];

        if (link->state == IDLE && (link->used_ms < now - UNUSED_MS || link->old_ms < now)) {
            bury(pool, link);
        }
    }
}

static void put_back(kf_db_pool_t *pool, link_t *link, const kf_db_t *db)
{
    if (PQstatus(link->conn) == CONNECTION_OK && PQtransactionStatus(link->conn) == PQTRANS_IDLE) {
        link->state = IDLE;
        link->used_ms = pool->heard_ms = kf_db_clock();
        pool->next_open_ms = pool->down ? 0 : pool->next_open_ms;
        pool->down = false;
        end_some(pool);
        grow(pool, link->used_ms);
        apr_thread_cond_signal(pool->changed);
        return;
    }
    bury(pool, link);
    if (db && db->silent && pool->heard_ms + pool->rules.patience_ms <= kf_db_clock()) {
        fell_silent(pool);
    }
    if (pool->places < pool->rules.size) {
        set_places(pool, pool->live);
    }
    apr_thread_cond_broadcast(pool->changed);
}

/* From here on without the mutex. */

static answer_t enter(kf_db_pool_t *pool, int64_t deadline)
{
    int64_t now = kf_db_clock();
    bool refuse;

    apr_thread_mutex_lock(pool->mutex);
    refuse = pool->down && now < pool->next_open_ms;
    if (pool->down && deadline > now + DOWN_WAIT_MS) {
        deadline = now + DOWN_WAIT_MS;
    }
    grow(pool, now);
    apr_thread_mutex_unlock(pool->mutex);
    if (refuse) {
        return UNREACHABLE;
    }
    switch (kf_gate_enter(pool->gate, apr_time_now() + (deadline - now) * 1000)) {
    case APR_SUCCESS:
        return GOT;
    case APR_EOF:
        return ENDING;
    default:
        return BUSY;
    }
}

static answer_t obtain(link_t **out, kf_db_pool_t *pool, int64_t deadline)
{
    answer_t answer;

    do {
        answer = enter(pool, deadline);
        if (answer != GOT) {
            return answer;
        }
        apr_thread_mutex_lock(pool->mutex);
        answer = get_link(out, pool, deadline);
        apr_thread_mutex_unlock(pool->mutex);
        if (answer != GOT) {
            kf_gate_leave(pool->gate);
        }
    } while (answer == AGAIN);
    return answer;
}

static void let_go(kf_db_pool_t *pool, link_t *link, const kf_db_t *db)
{
    apr_thread_mutex_lock(pool->mutex);
    put_back(pool, link, db);
    apr_thread_mutex_unlock(pool->mutex);
    kf_gate_leave(pool->gate);
}

static kf_err_t *take(kf_db_t **out, void *baton, apr_pool_t *p)
{
    kf_db_pool_t *pool = baton;
    int64_t begun = kf_db_clock(), left;
    apr_time_t asked = apr_time_now();
    answer_t answer;
    link_t *link;
    kf_err_t *err;

    if (mine.link) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "Something went wrong on our side."),
                              "a thread asked for a second database connection");
    }
    answer = obtain(&link, pool, begun + pool->rules.wait_ms);
    if (answer != GOT) {
        kf_metric_count(KF_M_DB_REFUSED, refusals[answer].counted, 0);
        return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE, "The service is not available for a moment."), "%s",
                              refusals[answer].words);
    }
    kf_metric_time(KF_M_DB_WAIT, 0, 0, apr_time_now() - asked);
    err = kf_db_wrap(&mine.db, link->conn, pool->rules.prepare, p);
    if (err) {
        let_go(pool, link, NULL);
        return err;
    }
    left = pool->rules.patience_ms - (kf_db_clock() - begun);
    left = left < pool->least_ms ? pool->least_ms : left;
    kf_db_set_patience(mine.db, pool->rules.patience_ms, (int)left);
    mine.pool = pool;
    mine.link = link;
    *out = mine.db;
    return NULL;
}

static void give(kf_db_t *db, void *baton)
{
    link_t *link = mine.link;

    if (!link || db != mine.db || mine.pool != baton) {
        kf_log(KF_LOG_ERROR, 323, "a database connection was given back that was not taken");
        return;
    }
    kf_db_settle(db);
    mine.link = NULL;
    let_go(baton, link, db);
}

kf_err_t *kf_db_pool_create(kf_db_pool_t **out, const kf_db_opener_t *opener, const kf_db_pool_rules_t *rules,
                            apr_pool_t *p)
{
    kf_db_pool_t *pool = apr_pcalloc(p, sizeof(*pool));

    pool->opener = *opener;
    pool->rules = *rules;
    pool->source = (kf_db_source_t){take, give, pool};
    pool->links = apr_pcalloc(p, sizeof(link_t) * (size_t)rules->size);
    pool->places = rules->size;
    pool->pause_ms = FIRST_PAUSE_MS;
    pool->least_ms = rules->patience_ms < LEAST_MS ? rules->patience_ms : LEAST_MS;
    if (kf_gate_create(&pool->gate, rules->size, p) != APR_SUCCESS
        || apr_thread_mutex_create(&pool->mutex, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS
        || apr_thread_cond_create(&pool->changed, p) != APR_SUCCESS) {
        return kf_err(p, KF_E_INTERNAL, "There is no memory for a lock.");
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

void kf_db_pool_stop(kf_db_pool_t *pool)
{
    pool->closed = true;
    kf_gate_close(pool->gate);
}

/* The thread that uses it finds an end of file and comes back at once, whatever it waits for. */
static void hang_up_held(const kf_db_pool_t *pool)
{
    for (int i = 0; i < pool->rules.size; i++) {
        int fd = pool->links[i].state == HELD ? PQsocket(pool->links[i].conn) : -1;

        if (fd >= 0) {
            shutdown(fd, SHUT_RDWR);
        }
    }
}

bool kf_db_pool_end(kf_db_pool_t *pool, int limit_ms)
{
    int64_t until = kf_db_clock() + limit_ms;
    int own = mine.link && mine.pool == pool ? 1 : 0;
    bool all = true;

    kf_db_pool_stop(pool);
    while (kf_gate_inside(pool->gate) > own && kf_db_clock() < until) {
        hang_up_held(pool);
        apr_sleep(END_STEP_MS * 1000);
    }
    for (int i = 0; i < pool->rules.size; i++) {
        link_t *link = &pool->links[i];

        if (link->state == HELD && !(own && link == mine.link)) {
            all = false;
        } else if (link->state != NONE) {
            link->state = NONE;
            pool->opener.close(link->handle, pool->opener.baton);
        }
    }
    return all;
}
