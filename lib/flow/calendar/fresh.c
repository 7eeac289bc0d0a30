/* A thread that waits for the reading of a calendar: the one place where a request waits for a third party. */
#include <apr_strings.h>
#include <apr_time.h>
#include <string.h>

#include "base/gate.h"
#include "flow/calendar/calendar_int.h"
#include "flow/peer.h"

#define PAUSE_MS 40  /* between checks of a reading that another process makes */
#define LEAST_MS 50  /* less is not worth a call */
#define LEASE_S (KF_CALENDAR_FRESH_MS / 1000 + 2)

/* An act and its readings. */
typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_instant_t after; /* when the first reading was requested, by the database's clock; 0: none was */
    int64_t give_up_ms;
    bool crowded;       /* too many threads wait already */
    apr_pool_t *p;
} wait_t;

static kf_err_t *unreadable(apr_pool_t *p)
{
    return kf_err(p, KF_E_CALENDAR_UNREADABLE, "The calendar cannot be read at the moment; try "
                  "again in a few minutes or choose somebody else.");
}

static int64_t left_ms(const wait_t *wait)
{
    return wait->give_up_ms - kf_clock_ms();
}

/* -- one reading, with no connection held meanwhile -- */

static void perform(wait_t *wait, kf_calendar_call_t *call, kf_http_req_t *req)
{
    kf_http_res_t *res;
    bool more = kf_calendar_call_begin(call, req, &kf_calendar_step_busy);

    while (more) {
        int64_t left = left_ms(wait);

        if (left < LEAST_MS) {
            call->answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, "it took too long"};
            return;
        }
        req->timeout_ms = (int)left;
        if (kf_http_perform(&res, req, wait->p)) {
            call->answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, "it cannot be called"};
            return;
        }
        kf_peer_told(call->key->provider, req, res);
        more = kf_calendar_call_answered(call, req, res);
    }
}

/* KF_E_CALENDAR_UNREADABLE is stored too: all others then know without asking. */
static kf_err_t *read_now(wait_t *wait, const kf_calendar_read_row_t *row)
{
    const kf_flow_t *flow = wait->flow;
    apr_pool_t *p = wait->p;
    kf_calendar_reading_t reading = {.row = *row};
    kf_calendar_call_t call;
    kf_http_req_t req;
    kf_err_t *err;
    kf_db_t *db;

    kf_calendar_reading_begin(&reading);
    err = kf_calendar_call_open(&call, flow, &row->key, &reading, p);
    if (err) {
        call.answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, err->detail};
    } else {
        perform(wait, &call, &req);
    }
    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_calendar_call_save(&call, db, p);
    if (!err) {
        err = kf_calendar_reading_save(&reading, flow, &call.answer, db, p);
    }
    flow->db->give(db, flow->db->baton);
    KF_TRY(err);
    return call.answer.verdict == KF_CALENDAR_GOT ? NULL : unreadable(p);
}

static kf_err_t *look(kf_fresh_t *verdict, kf_calendar_read_row_t *row, wait_t *wait,
                      const kf_uuid_t *professional, kf_instant_t at)
{
    const kf_db_source_t *source = wait->flow->db;
    kf_calendar_fresh_ask_t ask = {wait->tenant, professional, at, wait->after, LEASE_S};
    kf_instant_t after;
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(source->take(&db, source->baton, wait->p));
    err = kf_repo_calendar_fresh(verdict, &after, row, db, &ask, wait->p);
    source->give(db, source->baton);
    if (!err && !wait->after) {
        wait->after = after;
    }
    return err;
}

/* Waits until any process has read the calendar since wait->after. */
static kf_err_t *read_fresh(wait_t *wait, const kf_uuid_t *professional, kf_instant_t at)
{
    kf_calendar_read_row_t row;
    kf_fresh_t verdict;

    for (;;) {
        KF_TRY(look(&verdict, &row, wait, professional, at));
        switch (verdict) {
        case KF_FRESH_NONE:
        case KF_FRESH_READY:
            return NULL;
        case KF_FRESH_GO:
            return kf_flow_calendar_ready(wait->flow) ? read_now(wait, &row) : unreadable(wait->p);
        case KF_FRESH_WAIT:
            if (left_ms(wait) > PAUSE_MS) {
                apr_sleep(apr_time_from_msec(PAUSE_MS));
                break;
            }
            return unreadable(wait->p);
        default:
            return unreadable(wait->p);
        }
    }
}

static kf_err_t *one_at_a_time(wait_t *wait, const kf_uuid_t *professional, kf_instant_t at)
{
    kf_gate_t *gate = wait->flow->calendar_gate;
    kf_err_t *err;

    if (gate && kf_gate_enter(gate, 0) != APR_SUCCESS) {
        wait->crowded = true;
        return unreadable(wait->p);
    }
    err = read_fresh(wait, professional, at);
    if (gate) {
        kf_gate_leave(gate);
    }
    return err;
}

/* The database's refusal names the professional (the field) and the time in question (the text). */
static kf_err_t *read_for(wait_t *wait, const kf_err_t *stale)
{
    kf_uuid_t professional;
    kf_instant_t at = 0;

    if (!stale->field || !kf_uuid_read(&professional, stale->field, strlen(stale->field))) {
        return kf_err(wait->p, KF_E_INTERNAL, "It is not known which calendar to read.");
    }
    if (!kf_instant_read(&at, NULL, stale->detail, strlen(stale->detail))) {
        at = 0;
    }
    return one_at_a_time(wait, &professional, at);
}

/*
 * A calendar that cannot be read does not end an act for "any" professional: by then the database knows
 * about it and decides.
 */
kf_err_t *kf_flow_with_calendar(const kf_flow_t *flow, const kf_uuid_t *tenant,
                                kf_calendar_act_fn *act, void *baton, apr_pool_t *p)
{
    wait_t wait = {.flow = flow, .tenant = tenant, .p = p};
    kf_err_t *err = act(0, baton, p), *failed;

    for (int i = 0; err && err->code == KF_E_CALENDAR_STALE && i < KF_CALENDAR_FRESH_READINGS; i++) {
        if (!wait.give_up_ms) {
            wait.give_up_ms = kf_clock_ms() + KF_CALENDAR_FRESH_MS;
        } else if (left_ms(&wait) < LEAST_MS) {
            break;
        }
        failed = read_for(&wait, err);
        if (failed && (failed->code != KF_E_CALENDAR_UNREADABLE || wait.crowded)) {
            return failed;
        }
        err = act(wait.after, baton, p);
    }
    return err && err->code == KF_E_CALENDAR_STALE ? unreadable(p) : err;
}
