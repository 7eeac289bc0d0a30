#include "flow/work.h"

#include "base/log.h"
#include "flow/operator/beat.h"

/* How often each kind looks for work, and how many of it run at once. Their sum may exceed
 * KF_WORK_TRANSFERS. No kind can use all transfers; merchants' servers, mail and
 * calendars hanging at the same time still leave enough for payments. */
static const struct {
    const kf_queue_t *queue;
    kf_chore_fn *chore; /* without a queue: it makes no calls */
    int every_ms;
    int most;
} duties[DUTY__COUNT] = {
    [DUTY_MESSAGES] = {&kf_queue_messages, NULL, 100, 44},
    [DUTY_EVENTS] = {&kf_queue_events, NULL, 100, 20},
    [DUTY_POLLS] = {&kf_queue_polls, NULL, 1000, 12},
    [DUTY_REFUNDS] = {&kf_queue_refunds, NULL, 2000, 4},
    [DUTY_REMINDERS] = {NULL, kf_chore_reminders, 1000, 50},
    /* one offer at a time: each takes as long as a hold */
    [DUTY_WAITING] = {NULL, kf_chore_waiting, 1000, 1},
    [DUTY_MAILS] = {&kf_queue_mails, NULL, 500, 4},
    [DUTY_CALENDAR_READS] = {&kf_queue_calendar_reads, NULL, 250, 12},
    [DUTY_CALENDAR_EVENTS] = {&kf_queue_calendar_events, NULL, 500, 6},
    [DUTY_CALENDAR_SYNCS] = {&kf_queue_calendar_syncs, NULL, 1000, 4},
    [DUTY_CALENDAR_CHANNELS] = {&kf_queue_calendar_channels, NULL, 2000, 2},
    [DUTY_CALENDAR_STOPS] = {&kf_queue_calendar_stops, NULL, 2000, 2},
    [DUTY_CALENDAR_REVOKES] = {&kf_queue_calendar_revokes, NULL, 2000, 2},
    [DUTY_DOMAINS] = {&kf_queue_domains, NULL, 1000, 8},
    /* each row is a subtransaction, and PostgreSQL caches only 64 */
    [DUTY_SWEEP] = {NULL, kf_chore_sweep, 5000, 50},
    [DUTY_FIGURES] = {NULL, kf_chore_figures, 60000, 5000},
};

#define OUTAGE_PAUSE_MS 1000  /* before the database is asked again */
#define TROUBLE_PAUSE_MS 5000 /* before a kind that failed is tried again */
#define SLOW_PAUSE_MS 500     /* the same with fewer rows at once */

const kf_flow_t *kf_work_flow(const kf_work_t *work)
{
    return work->flow;
}

static apr_status_t end_transfers(void *work)
{
    kf_http_multi_destroy(((kf_work_t *)work)->multi);
    return APR_SUCCESS;
}

kf_err_t *kf_work_create(kf_work_t **out, const kf_flow_t *flow, bool (*stopping)(void),
                         apr_pool_t *p)
{
    kf_work_t *work = apr_pcalloc(p, sizeof(*work));

    work->flow = flow;
    work->stopping = stopping;
    work->p = p;
    work->unsaved_end = &work->unsaved;
    work->on = true;
    for (int i = 0; i < DUTY__COUNT; i++) {
        work->batch[i] = duties[i].most;
    }
    KF_TRY(kf_http_multi_create(&work->multi, KF_WORK_TRANSFERS, p));
    /* runs before the jobs' pools are destroyed, which the transfers use */
    apr_pool_pre_cleanup_register(p, work, end_transfers);
    *out = work;
    return NULL;
}

int kf_work_busy(const kf_work_t *work)
{
    int n = 0;

    for (int i = 0; i < DUTY__COUNT; i++) {
        n += work->running[i];
    }
    return n;
}

static bool stopping(const kf_work_t *work)
{
    return work->stopping && work->stopping();
}

bool kf_work_trouble(kf_work_t *work, const kf_err_t *err)
{
    if (err->code != KF_E_UNAVAILABLE) {
        return false;
    }
    work->pause_until_ms = kf_clock_ms() + OUTAGE_PAUSE_MS;
    work->look_ms = 0;
    if (!work->outage && !stopping(work)) {
        work->outage = true;
        kf_log(KF_LOG_WARNING, 401, "background work waits for the database: %s",
               err->cause ? err->cause : err->detail);
    }
    return true;
}

static void recovered(kf_work_t *work)
{
    if (work->outage) {
        work->outage = false;
        kf_log(KF_LOG_NOTICE, 402, "background work continues");
    }
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int room_for(const kf_work_t *work, int duty)
{
    int free = KF_WORK_TRANSFERS - kf_work_busy(work), mine;

    if (duties[duty].chore) {
        return work->batch[duty];
    }
    mine = duties[duty].most - work->running[duty];
    return least(work->batch[duty], least(mine, free));
}

static void claimed(kf_work_t *work, int duty, bool all)
{
    work->failing[duty] = false;
    work->batch[duty] = least(2 * work->batch[duty], duties[duty].most);
    work->due_ms[duty] = kf_clock_ms() + (all ? duties[duty].every_ms : 0);
}

/* A claim that took too long would do so again: halves the number of rows. */
static void claim_failed(kf_work_t *work, int duty, const kf_err_t *err)
{
    bool slow = err->code == KF_E_TIMEOUT && work->batch[duty] > 1;

    if (err->code == KF_E_TIMEOUT) {
        work->batch[duty] = work->batch[duty] > 1 ? work->batch[duty] / 2 : 1;
    }
    work->due_ms[duty] = kf_clock_ms() + (slow ? SLOW_PAUSE_MS : TROUBLE_PAUSE_MS);
    if (!work->failing[duty] && !slow) {
        work->failing[duty] = true;
        kf_log(KF_LOG_ERROR, 403, "the job %s fails: %s (%s)", kf_work_duties[duty],
               err->detail, err->cause ? err->cause : "");
    }
}

/* False if the database went away. */
static bool run_duty(kf_work_t *work, int duty, kf_db_t *db, apr_pool_t *p)
{
    int room = room_for(work, duty), found = 0;
    kf_err_t *err;

    if (room <= 0) {
        return true;
    }
    err = duties[duty].chore ? duties[duty].chore(&found, work, db, room, p)
                             : kf_queue_claim(&found, &(kf_claim_t){work, duties[duty].queue, duty}, db, room, p);
    kf_beat_ran(work, duty, err == NULL);
    if (!err) {
        claimed(work, duty, found < room);
        return true;
    }
    work->look_ms = 0;
    if (kf_work_trouble(work, err)) {
        return false;
    }
    claim_failed(work, duty, err);
    return true;
}

static bool any_due(const kf_work_t *work, int64_t now)
{
    for (int i = 0; i < DUTY__COUNT; i++) {
        if (work->due_ms[i] <= now && room_for(work, i) > 0) {
            return true;
        }
    }
    return false;
}

static void claim_due(kf_work_t *work)
{
    const kf_db_source_t *source = work->flow->db;
    int64_t now = kf_clock_ms();
    apr_pool_t *p;
    kf_db_t *db;
    kf_err_t *err;
    bool up;

    if (stopping(work) || now < work->pause_until_ms || !any_due(work, now)) {
        return;
    }
    apr_pool_create(&p, work->p);
    err = source->take(&db, source->baton, p);
    if (err) {
        kf_work_trouble(work, err);
    } else {
        up = kf_work_look(work, db, p);
        for (int i = 0; i < DUTY__COUNT && up && kf_work_may(work); i++) {
            up = work->due_ms[i] > now || run_duty(work, i, db, p);
        }
        if (up) {
            kf_beat(work, db, p);
        }
        source->give(db, source->baton);
        if (up && kf_work_may(work)) {
            recovered(work);
        }
    }
    apr_pool_destroy(p);
}

/* Whether results wait to be written and the database is not in a pause. */
static bool can_save(const kf_work_t *work)
{
    return kf_work_unsaved(work) && kf_clock_ms() >= work->pause_until_ms;
}

/* Runs transfers until one of them ends and can be saved, or the time is up. */
static void transfer(kf_work_t *work, int64_t until)
{
    int64_t left = until - kf_clock_ms();

    while (!can_save(work) && kf_http_multi_in_flight(work->multi) > 0 && left >= 0) {
        kf_http_multi_step(work->multi, (int)left);
        left = until - kf_clock_ms();
        if (left <= 0) {
            break;
        }
    }
}

void kf_work_tick(kf_work_t *work, int budget_ms)
{
    int64_t until = kf_clock_ms() + budget_ms;
    int ended;

    do {
        claim_due(work);
        kf_work_lookups(work);
        transfer(work, until);
        ended = kf_work_save_all(work);
        if (ended > 0) {
            /* a payment may have queued a message, and a finished sending lets the next one start */
            work->due_ms[DUTY_MESSAGES] = 0;
        }
    } while (ended > 0 && kf_clock_ms() < until && !stopping(work));
}

void kf_work_finish(kf_work_t *work, int limit_ms)
{
    int64_t until = kf_clock_ms() + limit_ms;

    do {
        transfer(work, until);
        if (kf_work_unsaved(work) && kf_work_save_all(work) == 0 && kf_clock_ms() < work->pause_until_ms) {
            break; /* no database: another worker takes these over */
        }
    } while ((kf_http_multi_in_flight(work->multi) > 0 || kf_work_unsaved(work)) && kf_clock_ms() < until);
}
