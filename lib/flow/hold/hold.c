#include "flow/hold/hold.h"

#include <apr_strings.h>
#include <string.h>

#include "base/metric.h"
#include "base/num.h"
#include "flow/figures/funnel.h"
#include "flow/hold/holder.h"

static kf_err_t *parse_id(kf_uuid_t *out, const char *text, const char *field, apr_pool_t *p)
{
    if (!text || !kf_uuid_read(out, text, strlen(text))) {
        return kf_err_wrong(p, field, KF_WRONG_NOT_OFFERED, "This must be an id from the options.");
    }
    return NULL;
}

/* An act that must read a calendar first is repeated: only its final outcome is counted. */
static kf_err_t *counted(kf_err_t *err)
{
    int status = err ? kf_code_http(err->code) : 201;

    if ((status == 201 || status == 409 || status >= 500) && (!err || err->code != KF_E_CALENDAR_STALE)) {
        kf_metric_count_word(KF_M_CLAIMS, status == 201 ? "made" : status == 409 ? "refused" : "failed", NULL);
    }
    return err;
}

/* The database decides how much another hold of that day costs. */
static kf_err_t *ask_for_work(kf_held_t *out, const kf_flow_t *flow, const kf_hold_wish_t *wish, const kf_err_t *err,
                              apr_pool_t *p)
{
    int64_t bits;

    KF_TRY(kf_num_parse(&bits, err->detail, 1, KF_WORK_MAX_BITS, p));
    KF_TRY(kf_work_challenge(&out->challenge, flow->keys, wish, (int)bits, kf_instant_now(), p));
    return kf_err_field(p, KF_E_WORK_REQUIRED, "work", "Many times of this day are held. Solve the challenge and send "
                                                       "the request again with the answer in work.");
}

/* The merchant sees which limit refused a hold; the customer learns only that one did. */
static void count_refused(const kf_flow_t *flow, const kf_uuid_t *tenant, kf_err_t *err)
{
    if (err->code == KF_E_WORK_REQUIRED) {
        kf_funnel_count(flow->funnel, tenant, KF_FUNNEL_REFUSED_SHARE);
    } else if (err->code == KF_E_TOO_MANY_HOLDS) {
        bool network = err->field && !strcmp(err->field, "network");

        kf_funnel_count(flow->funnel, tenant, network ? KF_FUNNEL_REFUSED_NETWORK : KF_FUNNEL_REFUSED_ADDRESS);
        err->field = NULL;
    }
}

static kf_err_t *read_holder(kf_hold_ask_t *ask, const kf_flow_t *flow, const kf_hold_wish_t *wish, apr_pool_t *p)
{
    kf_holder_t holder;

    KF_TRY(kf_holder_of(&holder, flow->keys, flow->hold_address || flow->hold_network ? wish->ip : NULL, p));
    ask->address = holder.address;
    ask->network = holder.network;
    ask->bounds[0] = flow->hold_address;
    ask->bounds[1] = flow->hold_network;
    ask->bounds[2] = flow->hold_share;
    ask->bounds[3] = flow->hold_work;
    ask->bounds[4] = flow->hold_first_s;
    ask->details = wish->details;
    return kf_work_bits(&ask->work, flow->keys, wish, kf_instant_now(), p);
}

static kf_err_t *take(kf_held_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                       const kf_hold_wish_t *wish, apr_pool_t *p)
{
    kf_hold_ask_t ask = {.link = wish->link, .start = wish->start, .ttl_s = flow->hold_ttl_s, .zone = wish->zone,
                         .return_url = wish->return_url, .after = wish->after};
    uint8_t hash[KF_TOKEN_HASH_BYTES], former[KF_TOKEN_HASH_BYTES], frame[KF_TOKEN_HASH_BYTES];
    kf_uuid_t professional;
    kf_err_t *err;

    out->challenge = NULL;
    KF_TRY(parse_id(&ask.service, wish->service, "service", p));
    if (wish->professional && *wish->professional && strcmp(wish->professional, "any")) {
        KF_TRY(parse_id(&professional, wish->professional, "professional", p));
        ask.professional = &professional;
    }
    if (wish->zone && !*wish->zone) {
        ask.zone = NULL;
    }
    KF_TRY(kf_uuid_timed(&ask.claim, kf_instant_now() / 1000, p));
    KF_TRY(kf_token_make(out->token, p));
    KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, out->token, p));
    ask.token_hash = hash;
    if (wish->replaces && kf_token_shaped(wish->replaces)) {
        KF_TRY(kf_token_hash(former, KF_TOKEN_BOOKING, wish->replaces, p));
        ask.replaces = former;
    }
    if (wish->frame) {
        KF_TRY(kf_token_hash(frame, KF_TOKEN_FRAME, wish->frame, p));
        ask.frame = frame;
    }
    KF_TRY(read_holder(&ask, flow, wish, p));
    err = kf_repo_hold_create(&out->hold, db, tenant, &ask, p);
    if (err) {
        count_refused(flow, tenant, err);
    }
    return err && err->code == KF_E_WORK_REQUIRED ? ask_for_work(out, flow, wish, err, p) : err;
}

kf_err_t *kf_flow_hold(kf_held_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                       const kf_hold_wish_t *wish, apr_pool_t *p)
{
    return counted(take(out, flow, db, tenant, wish, p));
}

static kf_err_t *look(kf_hold_view_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                      const kf_hold_wish_t *wish, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_held_t held;
    bool found;

    KF_TRY(take(&held, flow, db, tenant, wish, p));
    KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, held.token, p));
    KF_TRY(kf_repo_hold_read(out, &found, db, tenant, hash, p));
    return found ? NULL : kf_err(p, KF_E_INTERNAL, "A hold that was just made was not found.");
}

kf_err_t *kf_flow_hold_preview(kf_hold_view_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const kf_hold_wish_t *wish, apr_pool_t *p)
{
    kf_err_t *err, *ended;

    KF_TRY(kf_db_begin(db, p));
    err = look(out, flow, db, tenant, wish, p);
    ended = kf_db_rollback(db, p);
    return err ? err : ended;
}

kf_err_t *kf_flow_release(const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *claim,
                          const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];

    (void)flow;
    KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, token, p));
    return kf_repo_hold_release(db, tenant, claim, hash, p);
}

kf_err_t *kf_flow_hold_view(kf_hold_view_t *out, bool *found, const kf_flow_t *flow, const kf_uuid_t *tenant,
                            const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_t *db;

    *found = false;
    if (!token || !kf_token_shaped(token)) {
        return NULL;
    }
    KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, token, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_hold_read(out, found, db, tenant, hash, p));
}
