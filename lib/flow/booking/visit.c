#include "flow/booking/visit.h"

#include <string.h>

#include "crypto/hash.h"
#include "flow/calendar/calendar.h"
#include "repo/booking/visit.h"
#include "repo/person/person.h"
#include "text/validate.h"

static kf_err_t *hash_of(uint8_t hash[KF_TOKEN_HASH_BYTES], const kf_visit_t *visit, apr_pool_t *p)
{
    return kf_token_hash(hash, KF_TOKEN_VISIT, visit->token, p);
}

/* A new token and its hash, which is what is stored. */
static kf_err_t *make(char token[KF_TOKEN_CHARS + 1], uint8_t hash[KF_TOKEN_HASH_BYTES], apr_pool_t *p)
{
    KF_TRY(kf_token_make(token, p));
    return kf_token_hash(hash, KF_TOKEN_VISIT, token, p);
}

/* -- opening a link -- */

/* A "view" token also switches the reminders. */
static bool serves(const char *made_for, const char *page_for)
{
    return !strcmp(made_for, page_for) || (!strcmp(page_for, "reminders") && !strcmp(made_for, "view"));
}

static kf_visit_state_t state_of(const kf_visit_found_t *found, const char *purpose)
{
    if (!serves(found->purpose, purpose)) {
        return KF_VISIT_WRONG;
    }
    return !strcmp(found->state, "open") ? KF_VISIT_OPEN : !strcmp(found->state, "used") ? KF_VISIT_USED : KF_VISIT_OVER;
}

static kf_err_t *read_visit(kf_visit_t *out, kf_db_t *db, const kf_uuid_t *host, const char *purpose, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_visit_found_t found;
    kf_err_t *err;

    KF_TRY(hash_of(hash, out, p));
    KF_TRY(kf_repo_visit_find(&found, db, hash, p));
    if (!found.found || (host && !kf_uuid_equal(host, &found.tenant))) {
        return NULL;
    }
    out->tenant = found.tenant;
    out->booking = found.booking;
    out->purpose = found.purpose;
    out->state = state_of(&found, purpose);
    if (out->state != KF_VISIT_OPEN) {
        return kf_repo_visit_end(&out->end, db, &out->tenant, &out->booking, p);
    }
    err = kf_repo_visit_doc(&out->doc, db, &out->tenant, hash, found.purpose, p);
    if (err && err->code == KF_E_TOKEN_WRONG) { /* it was used a moment ago */
        out->state = KF_VISIT_USED;
        return kf_repo_visit_end(&out->end, db, &out->tenant, &out->booking, p);
    }
    return err;
}

kf_err_t *kf_flow_visit_open(kf_visit_t *out, const kf_flow_t *flow, const kf_uuid_t *host, const char *token,
                             const char *purpose, apr_pool_t *p)
{
    kf_db_t *db;

    *out = (kf_visit_t){.state = KF_VISIT_UNKNOWN, .token = token};
    if (!token || !kf_token_shaped(token)) {
        return NULL;
    }
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, read_visit(out, db, host, purpose, p));
}

/* -- acts -- */

/* The two names under which attempts are counted. The name of the client's network includes the booking:
 * people share networks, but a link has one holder. */
typedef struct {
    uint8_t account[KF_SHA256_BYTES], address[KF_SHA256_BYTES];
} subjects_t;

static kf_err_t *subjects_of(subjects_t *out, const kf_visit_t *visit, apr_pool_t *p)
{
    kf_bytes_t parts[] = {KF_BYTES_STR("kf:visit-try|account|"), KF_BYTES_STR(kf_uuid_text(&visit->booking, p))};

    KF_TRY(kf_sha256(out->account, parts, 2, p));
    parts[0] = KF_BYTES_STR("kf:visit-try|address|");
    return kf_sha256(out->address, parts, 2, p);
}

kf_err_t *kf_flow_visit_try(int *wait_s, const kf_flow_t *flow, const kf_visit_t *visit, apr_pool_t *p)
{
    subjects_t who;
    kf_db_res_t *res;

    KF_TRY(subjects_of(&who, visit, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_auth_try_count, p, KF_BYTES(who.account, sizeof(who.account)),
                      KF_BYTES(who.address, sizeof(who.address))));
    *wait_s = (int)kf_db_int(res, 0, 0);
    return NULL;
}

/* The address was right: clears its owner's attempts. */
static kf_err_t *forget_tries(const kf_flow_t *flow, const kf_visit_t *visit, apr_pool_t *p)
{
    subjects_t who;
    kf_db_res_t *res;

    KF_TRY(subjects_of(&who, visit, p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_auth_try_give_back, p,
                      KF_BYTES(who.account, sizeof(who.account)), KF_BYTES(who.address, sizeof(who.address)),
                      KF_BOOL(true));
}

kf_err_t *kf_flow_visit_begin(char act[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                              const char *purpose, const char *email, apr_pool_t *p)
{
    uint8_t view[KF_TOKEN_HASH_BYTES], hash[KF_TOKEN_HASH_BYTES];
    kf_visit_act_t ask = {view, hash, purpose, kf_email_stored(email, p)};
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(hash_of(view, visit, p));
    KF_TRY(make(act, hash, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_flow_give(flow, db, kf_repo_visit_act(db, &visit->tenant, &ask, p));
    return err ? err : forget_tries(flow, visit, p);
}

kf_err_t *kf_flow_visit_cancel(char view[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                               const kf_visit_cancel_t *wish, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES], view_hash[KF_TOKEN_HASH_BYTES];
    kf_visit_ask_t ask = {
        .hash = hash, .view = view_hash, .expected_cents = wish->expected_cents, .reason = wish->reason};
    kf_db_t *db;

    KF_TRY(hash_of(hash, visit, p));
    KF_TRY(make(view, view_hash, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_visit_cancel(db, &visit->tenant, &ask, p));
}

kf_err_t *kf_flow_visit_reminders(const kf_flow_t *flow, const kf_visit_t *visit, bool on, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_t *db;

    KF_TRY(hash_of(hash, visit, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_visit_reminders(db, &visit->tenant, hash, on, p));
}

/* -- acts that look at calendars: repeated when one was read in between -- */

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_visit_ask_t ask;
} moving_t;

static kf_err_t *move(kf_instant_t after, void *baton, apr_pool_t *p)
{
    moving_t *it = baton;
    const kf_flow_t *flow = it->flow;
    kf_db_t *db;

    it->ask.after = after;
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_visit_move(db, it->tenant, &it->ask, p));
}

kf_err_t *kf_flow_visit_move(char view[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                             const kf_visit_move_t *wish, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES], view_hash[KF_TOKEN_HASH_BYTES];
    moving_t it = {flow, &visit->tenant,
                   {.hash = hash, .view = view_hash, .start = wish->start, .professional = wish->professional}};

    KF_TRY(hash_of(hash, visit, p));
    KF_TRY(make(view, view_hash, p));
    return kf_flow_with_calendar(flow, &visit->tenant, move, &it, p);
}

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_retry_ask_t ask;
    kf_booked_t *out;
} paying_t;

static kf_err_t *pay(kf_instant_t after, void *baton, apr_pool_t *p)
{
    paying_t *it = baton;
    const kf_flow_t *flow = it->flow;
    kf_db_t *db;

    it->ask.after = after;
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_visit_pay(&it->out->row, db, it->tenant, &it->ask, p));
}

kf_err_t *kf_flow_visit_pay(kf_booked_t *out, const kf_flow_t *flow, const kf_visit_t *visit, const char *origin,
                            apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    paying_t it = {flow, &visit->tenant, {.booking = visit->booking, .token_hash = hash}, out};

    KF_TRY(hash_of(hash, visit, p));
    KF_TRY(kf_uuid_timed(&it.ask.attempt, kf_instant_now() / 1000, p));
    KF_TRY(kf_flow_with_calendar(flow, &visit->tenant, pay, &it, p));
    KF_TRY(kf_flow_checkout_url(out, flow, &visit->tenant, origin, p));
    return kf_flow_checkout(out, flow, &visit->tenant, origin, p);
}
