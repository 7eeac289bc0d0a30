#include "flow/payment/checkout.h"

#include <apr_lib.h>
#include <apr_time.h>
#include <string.h>

#include "base/clock.h"
#include "base/gate.h"
#include "base/limits.h"
#include "base/log.h"
#include "flow/payment/account.h"
#include "flow/peer.h"
#include "repo/payment/checkout.h"

#define LEAST_MS 50 /* less is not worth a call */
#define MOST_KEYS 5 /* of an attempt */

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant, *booking;
    const char *return_url;
    int64_t give_up_ms;
    int key_n;
    apr_pool_t *p;
} making_t;

static int left_ms(const making_t *it)
{
    return (int)(it->give_up_ms - kf_clock_ms());
}

static kf_err_t *no_checkout(const making_t *it, const char *why)
{
    return kf_err_because(it->p, kf_err(it->p, KF_E_PROVIDER, "The payment page could not be opened. Your time is still "
                                        "kept and nothing was charged: try again."), "%s", why);
}

/* -- the database -- */

static kf_err_t *begin(kf_checkout_row_t *row, const making_t *it)
{
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, it->flow, it->p));
    return kf_flow_give(it->flow, db, kf_repo_checkout_begin(row, db, it->tenant, it->booking, it->return_url, it->p));
}

static kf_err_t *store(const char **url, const making_t *it, const kf_checkout_row_t *row, const kf_pay_started_t *started)
{
    kf_checkout_made_t made = {row->provider, row->reference, started->provider_id, started->checkout_url};
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, it->flow, it->p));
    return kf_flow_give(it->flow, db, kf_repo_checkout_stored(url, db, it->tenant, &made, it->p));
}

/* -- the call -- */

/* The payer's browser is sent there: no less safe than the provider's API, and fit for a header. */
static bool is_target(const char *url, const char *api)
{
    const char *c = url ? url : "";

    while (apr_isgraph(*c)) {
        c++;
    }
    return url && !*c && c - url <= KF_MAX_CHECKOUT_URL
           && (!strncmp(url, "https://", 8) || (!strncmp(url, "http://", 7) && !strncmp(api, "http://", 7)));
}

static kf_pay_order_t order_of(const kf_checkout_row_t *row, int key_n)
{
    return (kf_pay_order_t){.reference = row->reference,
                            .key_n = key_n,
                            .amount = row->amount,
                            .has_expiry = 1,
                            .expires_at = row->expires_at,
                            .redirect_url = row->return_url,
                            .language = row->language,
                            .customer_email = row->customer_email,
                            .customer_name = row->customer_name,
                            .customer_phone = row->customer_phone,
                            .description = row->service_name};
}

static kf_err_t *call(kf_pay_started_t *out, const making_t *it, const kf_checkout_row_t *row, int timeout_ms)
{
    kf_sealed_account_t sealed = {row->provider,           row->mode,
                                  row->public_key,         row->private_key_sealed,
                                  row->integrity_secret_sealed, row->events_secret_sealed};
    kf_pay_order_t order = order_of(row, it->key_n);
    const kf_pay_provider_t *provider;
    kf_pay_account_t account;
    kf_http_req_t req;
    kf_http_res_t *res;

    KF_TRY(kf_flow_account_open(&provider, &account, it->flow, it->tenant, &sealed, it->p));
    KF_TRY(provider->create(out, &account, &order, it->p));
    if (out->checkout_url) {
        return NULL;
    }
    req = out->request;
    req.ca_file = it->flow->provider_ca_file;
    req.timeout_ms = timeout_ms;
    KF_TRY(kf_http_perform(&res, &req, it->p));
    kf_peer_told(provider->name, &req, res);
    KF_TRY(provider->create_parse(out, res, it->p));
    return is_target(out->checkout_url, req.url) && out->provider_id ? NULL
           : kf_err(it->p, KF_E_PROVIDER, "the answer has no checkout that can be opened");
}

/* What the payer is told is one sentence. The operator is told the cause: an error of this server or account is no outage. */
static kf_err_t *told(const making_t *it, const kf_err_t *err)
{
    kf_log(err->code == KF_E_PROVIDER ? KF_LOG_NOTICE : KF_LOG_ERROR, 411, "no checkout for tenant %s: %s%s%s",
           kf_uuid_text(it->tenant, it->p), err->detail, err->cause ? ": " : "", err->cause ? err->cause : "");
    return no_checkout(it, err->detail);
}

/* Whether another call may have another answer. Sleeps before it if need be. */
static bool again(making_t *it, const kf_pay_started_t *started)
{
    if (started->next_key) {
        return ++it->key_n < MOST_KEYS;
    }
    if (!started->again_ms || left_ms(it) < started->again_ms + LEAST_MS) {
        return false;
    }
    apr_sleep(apr_time_from_msec(started->again_ms));
    return true;
}

/*
 * Calls, and repeats the call while the provider asks for that and time is left. The keys of an attempt are always tried
 * in the same order, so that concurrent and later requests find the same checkout.
 */
static kf_err_t *make(const char **url, making_t *it)
{
    for (;;) {
        kf_pay_started_t started = {0};
        kf_checkout_row_t row;
        kf_err_t *err;
        int left;

        KF_TRY(begin(&row, it));
        *url = row.checkout_url;
        if (!row.reference || row.checkout_url) {
            return NULL;
        }
        left = left_ms(it);
        err = left < LEAST_MS ? kf_err(it->p, KF_E_PROVIDER, "there was no time left") : call(&started, it, &row, left);
        if (!err) {
            return store(url, it, &row, &started);
        }
        if (!again(it, &started)) {
            return told(it, err);
        }
    }
}

kf_err_t *kf_flow_checkout_call(const char **url, const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                const char *return_url, apr_pool_t *p)
{
    making_t it = {flow, tenant, booking, return_url, kf_clock_ms() + KF_CHECKOUT_MS, 0, p};
    kf_gate_t *gate = flow->checkout_gate;
    kf_err_t *err;

    *url = NULL;
    if (gate && kf_gate_enter(gate, apr_time_now() + apr_time_from_msec(KF_CHECKOUT_WAIT_MS)) != APR_SUCCESS) {
        return no_checkout(&it, "too many threads are waiting for a checkout");
    }
    err = make(url, &it);
    if (gate) {
        kf_gate_leave(gate);
    }
    return err;
}
