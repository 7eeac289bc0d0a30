#include "flow/booking/booking.h"

#include <apr_strings.h>
#include <string.h>

#include "flow/payment/account.h"
#include "flow/payment/checkout.h"
#include "text/validate.h"

kf_err_t *kf_customer_check(kf_customer_t *customer, const kf_tenant_t *tenant, const char *prefix, apr_pool_t *p)
{
    kf_phone_rule_t rule = tenant->colombian_phone ? KF_PHONE_CO : KF_PHONE_ANY;
    kf_err_t *bad = NULL;

    kf_err_add(&bad, kf_validate_name(&customer->name, apr_pstrcat(p, prefix, "name", NULL), customer->name, p));
    kf_err_add(&bad, kf_validate_email(&customer->email, apr_pstrcat(p, prefix, "email", NULL), customer->email, p));
    kf_err_add(&bad, kf_validate_phone(&customer->phone, apr_pstrcat(p, prefix, "phone", NULL), customer->phone, rule,
                                       p));
    kf_err_add(&bad, kf_validate_notes(&customer->notes, apr_pstrcat(p, prefix, "notes", NULL), customer->notes, p));
    if (!customer->accepted_terms) {
        kf_err_add(&bad, kf_err_wrong(p, "accepted_terms", KF_WRONG_NOT_ACCEPTED, "The terms must be accepted."));
    }
    return bad;
}

static const char *return_to(const kf_uuid_t *booking, const char *origin, apr_pool_t *p)
{
    return apr_pstrcat(p, origin, "/book/", kf_uuid_text(booking, p), "/confirm", NULL);
}

kf_err_t *kf_flow_checkout_url(kf_booked_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *origin,
                               apr_pool_t *p)
{
    const kf_started_t *row = &out->row;
    kf_sealed_account_t sealed = {row->provider,           row->mode,
                                  row->public_key,         row->private_key_sealed,
                                  row->integrity_secret_sealed, row->events_secret_sealed};
    const kf_pay_provider_t *provider = row->reference ? kf_pay_provider_find(row->provider) : NULL;
    kf_pay_account_t account;
    kf_pay_started_t started = {0};
    kf_pay_order_t order = {.reference = row->reference,
                            .amount = row->charge,
                            .has_expiry = 1,
                            .expires_at = row->expires_at,
                            .redirect_url = return_to(&row->booking, origin, p),
                            .customer_email = row->customer_email,
                            .customer_name = row->customer_name,
                            .customer_phone = row->customer_phone,
                            .description = row->service_name};

    out->checkout_url = NULL;
    if (!row->reference || (provider && !(provider->caps & KF_PAY_CAN_CREATE_LOCAL))) {
        return NULL;
    }
    KF_TRY(kf_flow_account_open(&provider, &account, flow, tenant, &sealed, p));
    KF_TRY(provider->create(&started, &account, &order, p));
    out->checkout_url = started.checkout_url;
    return NULL;
}

kf_err_t *kf_flow_checkout_of(const char **url, const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                              const char *origin, apr_pool_t *p)
{
    return kf_flow_checkout_call(url, flow, tenant, booking, return_to(booking, origin, p), p);
}

kf_err_t *kf_flow_checkout(kf_booked_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *origin,
                           apr_pool_t *p)
{
    return out->row.reference && !out->checkout_url
               ? kf_flow_checkout_of(&out->checkout_url, flow, tenant, &out->row.booking, origin, p)
               : NULL;
}

kf_err_t *kf_flow_book(kf_booked_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                       const kf_book_wish_t *wish, apr_pool_t *p)
{
    const kf_customer_t *customer = wish->customer;
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_booking_ask_t ask = {.claim = wish->claim,
                            .token_hash = hash,
                            .name = customer->name,
                            .email = customer->email,
                            .phone = customer->phone,
                            .notes = customer->notes,
                            .language = customer->language,
                            .zone = customer->zone && *customer->zone ? customer->zone : NULL,
                            .return_url = wish->return_url,
                            .after = wish->after,
                            .more = wish->more,
                            .mail = flow->mail != NULL};

    KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, wish->token, p));
    KF_TRY(kf_uuid_random(&ask.booking, p)); /* third parties see it: it must reveal nothing */
    KF_TRY(kf_uuid_timed(&ask.attempt, kf_instant_now() / 1000, p));
    KF_TRY(kf_repo_booking_start(&out->row, db, tenant, &ask, p));
    return kf_flow_checkout_url(out, flow, tenant, wish->origin, p);
}

static kf_err_t *hold_and_book(kf_booked_t *out, kf_hold_and_book_t *both, const kf_flow_t *flow, kf_db_t *db,
                               const kf_uuid_t *tenant, apr_pool_t *p)
{
    kf_book_wish_t book = *both->book;

    KF_TRY(kf_flow_hold(&both->held, flow, db, tenant, both->hold, p));
    book.claim = both->held.hold.claim;
    book.token = both->held.token;
    book.after = both->hold->after;
    return kf_flow_book(out, flow, db, tenant, &book, p);
}

kf_err_t *kf_flow_hold_and_book(kf_booked_t *out, kf_hold_and_book_t *both, const kf_flow_t *flow, kf_db_t *db,
                                const kf_uuid_t *tenant, apr_pool_t *p)
{
    kf_err_t *err;

    KF_TRY(kf_db_begin(db, p));
    err = hold_and_book(out, both, flow, db, tenant, p);
    if (err) {
        kf_db_rollback(db, p); /* the first error says more than a failed rollback */
        return err;
    }
    return kf_db_commit(db, p);
}

kf_err_t *kf_flow_pay_again(kf_booked_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_again_wish_t *wish, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_retry_ask_t ask = {.booking = wish->booking, .token_hash = hash, .after = wish->after};

    KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, wish->token, p));
    KF_TRY(kf_uuid_timed(&ask.attempt, kf_instant_now() / 1000, p));
    KF_TRY(kf_repo_booking_retry(&out->row, db, tenant, &ask, p));
    return kf_flow_checkout_url(out, flow, tenant, wish->origin, p);
}

kf_err_t *kf_flow_booking_view(kf_booking_view_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant,
                               const kf_uuid_t *booking, const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    bool known = token && kf_token_shaped(token);
    kf_db_t *db;
    kf_err_t *err;

    if (known) {
        KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, token, p));
    }
    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_flow_give(flow, db, kf_repo_booking_read(out, db, tenant, booking, known ? hash : NULL, p));
    if (!err && !out->found) {
        err = kf_err(p, KF_E_NOT_FOUND, "There is no such booking.");
    }
    return err;
}

kf_err_t *kf_flow_payer_returned(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                 const char *tx, apr_pool_t *p)
{
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_payment_returned(db, tenant, booking, tx, p));
}

/* Adds to the query of an address; the query ends where a fragment begins. */
static const char *with_query(const char *url, const char *more, apr_pool_t *p)
{
    size_t head = strcspn(url, "#");
    bool first = !memchr(url, '?', head);

    return apr_pstrcat(p, apr_pstrmemdup(p, url, head), first ? "?" : "&", more, url + head, NULL);
}

kf_err_t *kf_flow_return_url(const char **out, const kf_flow_t *flow, const kf_uuid_t *tenant,
                             const kf_booking_view_t *view, apr_pool_t *p)
{
    const char *ref = kf_uuid_text(&view->booking, p), *signature = "";
    int64_t ts = view->now / KF_SECOND;
    char sig[KF_RETURN_SIG_CHARS + 1];
    kf_webhook_key_t key;

    *out = NULL;
    if (!view->return_url || !*view->return_url) {
        return NULL;
    }
    if (view->callback_secret_sealed) {
        KF_TRY(kf_flow_callback_key(&key, flow->keys, tenant, view->callback_secret_sealed, p));
        KF_TRY(kf_return_sign(sig, &key, ref, "ok", ts, p));
        kf_wipe(&key, sizeof(key));
        signature = apr_pstrcat(p, "&sig=", sig, NULL);
    }
    *out = with_query(view->return_url,
                      apr_psprintf(p, "status=ok&ref=%s&ts=%" APR_INT64_T_FMT "%s", ref, (apr_int64_t)ts, signature), p);
    return NULL;
}

const char *kf_flow_return_site(const kf_booking_view_t *view, apr_pool_t *p)
{
    const char *host = view->return_url ? strstr(view->return_url, "://") : NULL;

    if (!host) {
        return NULL;
    }
    host += 3;
    return apr_pstrcat(p, apr_pstrmemdup(p, view->return_url, host - view->return_url + strcspn(host, "/?#")), "/",
                       NULL);
}
