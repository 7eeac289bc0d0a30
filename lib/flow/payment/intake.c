#include "flow/payment/intake.h"

#include <apr_strings.h>
#include <string.h>

#include "base/metric.h"
#include "flow/payment/account.h"
#include "repo/work.h"

/* A sender of forged events makes us read the account at most this often. */
#define REFRESH_AFTER KF_SECOND

/* The cached data of a hook. Only the secret that verifies events is opened. */
typedef struct {
    kf_uuid_t tenant;
    const kf_pay_provider_t *provider;
    kf_pay_account_t account;
    kf_instant_t read_at; /* by our clock */
    int64_t ahead;        /* of the database's clock, microseconds */
} hook_t;

static kf_err_t *unknown(apr_pool_t *p)
{
    return kf_err(p, KF_E_NOT_FOUND, "There is nothing at this address.");
}

/* The cache takes over everything in `keep`. *out is NULL if there is no such hook. */
static kf_err_t *read_row(hook_t **out, const kf_flow_t *flow, const char *id, apr_pool_t *keep)
{
    hook_t *hook = apr_pcalloc(keep, sizeof(*hook));
    kf_sealed_account_t sealed = {0};
    kf_hook_row_t row;
    bool found;
    kf_db_t *db;
    kf_err_t *err;

    *out = NULL;
    KF_TRY(kf_flow_take(&db, flow, keep));
    err = kf_flow_give(flow, db, kf_repo_hook_find(&row, &found, db, id, keep));
    if (err || !found) {
        return err;
    }
    sealed.provider = row.account.provider;
    sealed.mode = row.account.mode;
    sealed.public_key = row.account.public_key;
    sealed.events_secret_sealed = row.account.events_secret_sealed;
    KF_TRY(kf_flow_account_open(&hook->provider, &hook->account, flow, &row.tenant, &sealed, keep));
    hook->tenant = row.tenant;
    hook->read_at = kf_instant_now();
    hook->ahead = row.now - hook->read_at;
    *out = hook;
    return NULL;
}

static kf_err_t *read_hook(const hook_t **out, const kf_flow_t *flow, const char *id,
                           const char *key, apr_pool_t *p)
{
    apr_pool_t *keep = kf_cache_pool();
    hook_t *hook;
    kf_err_t *err = read_row(&hook, flow, id, keep);

    if (err) { /* it lives in a pool that is destroyed */
        err = kf_err_because(p, kf_err(p, err->code, "%s", err->detail), "%s",
                             err->cause ? err->cause : "");
    } else if (!hook) {
        err = unknown(p);
    }
    if (err) {
        apr_pool_destroy(keep);
        return err;
    }
    *out = kf_cache_put(flow->cache,
                        &(kf_cache_item_t){key, 0, hook->read_at + flow->cache_ttl, hook, keep}, p);
    return NULL;
}

static kf_err_t *verify(kf_pay_event_t *event, const hook_t *hook, const kf_hook_call_t *call,
                        apr_pool_t *p)
{
    kf_pay_delivery_t delivery = {.body = call->body,
                                  .body_len = call->body_len,
                                  .header = call->header,
                                  .header_baton = call->header_baton,
                                  .now = kf_instant_now() + hook->ahead};

    if (strcmp(hook->provider->name, call->provider)) {
        return unknown(p);
    }
    return hook->provider->event_verify(event, &hook->account, &delivery, p);
}

static kf_err_t *store(const kf_flow_t *flow, const hook_t *hook, const kf_pay_event_t *event,
                       const kf_hook_call_t *call, apr_pool_t *p)
{
    kf_event_t row = {.provider = hook->provider->name,
                      .dedupe_key = event->dedupe_key,
                      .tx = event->tx_id,
                      .reference = event->reference,
                      .status = event->status_raw,
                      .body = call->body,
                      .body_len = call->body_len};
    bool stored;
    kf_db_t *db;

    KF_TRY(kf_uuid_timed(&row.event, kf_instant_now() / 1000, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_event_store(&stored, db, &hook->tenant, &row, p));
}

static const char *key_of(const kf_hook_call_t *call, apr_pool_t *p)
{
    return apr_pstrcat(p, "h:", call->hook, NULL);
}

static kf_err_t *find_hook(const hook_t **out, const kf_flow_t *flow, const kf_hook_call_t *call,
                           apr_pool_t *p)
{
    const char *key = key_of(call, p);

    *out = kf_cache_get(flow->cache, key, kf_instant_now(), NULL, p);
    return *out ? NULL : read_hook(out, flow, call->hook, key, p);
}

kf_err_t *kf_flow_hook_known(const kf_flow_t *flow, const kf_hook_call_t *call, apr_pool_t *p)
{
    const hook_t *hook;

    KF_TRY(find_hook(&hook, flow, call, p));
    return strcmp(hook->provider->name, call->provider) ? unknown(p) : NULL;
}

kf_err_t *kf_flow_hook(const kf_flow_t *flow, const kf_hook_call_t *call, apr_pool_t *p)
{
    const hook_t *hook;
    kf_pay_event_t event;
    kf_err_t *err;

    KF_TRY(find_hook(&hook, flow, call, p));
    err = verify(&event, hook, call, p);
    if (err && err->code == KF_E_UNAUTHORIZED && kf_instant_now() - hook->read_at > REFRESH_AFTER) {
        KF_TRY(read_hook(&hook, flow, call->hook, key_of(call, p), p));
        err = verify(&event, hook, call, p);
    }
    if (!err && event.about_tx) {
        err = store(flow, hook, &event, call, p);
    }
    kf_metric_count_word(KF_M_EVENTS, hook->provider->name,
                         !err ? "accepted" : err->code == KF_E_UNAUTHORIZED ? "bad_signature" : "refused");
    return err;
}
