/*
 * Events: signed with HMAC-SHA256 over the time and the whole body. They say what to read again; the answer to that
 * alone counts.
 */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "json/decode.h"
#include "pay/stripe/int.h"

#define HEADER "Stripe-Signature"
#define TOLERANCE_S 300
#define MAX_HEADER 2000
#define MAX_DEDUPE 200

static kf_err_t *refused(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_UNAUTHORIZED, "The event could not be verified."), "%s", cause);
}

static kf_err_t *malformed(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_MALFORMED, "The body is not an event."), "%s", cause);
}

/* -- the signature -- */

/* t=SECONDS,v1=HEX[,v1=HEX...][,other=...]: two v1 while a secret is rotated. */
static bool signed_by(const uint8_t wanted[KF_SHA256_BYTES], char *header)
{
    uint8_t got[KF_SHA256_BYTES];
    bool found = false;
    char *last;

    for (char *part = apr_strtok(header, ",", &last); part; part = apr_strtok(NULL, ",", &last)) {
        if (!strncmp(part, "v1=", 3) && kf_hex_read(got, sizeof(got), part + 3, strlen(part + 3))
            && kf_equal_secret(got, sizeof(got), wanted, KF_SHA256_BYTES)) {
            found = true;
        }
    }
    return found;
}

/* The text of t; NULL: there is none, or more than one, or it is no time. */
static const char *time_of(char *header)
{
    const char *found = NULL;
    char *last;

    for (char *part = apr_strtok(header, ",", &last); part; part = apr_strtok(NULL, ",", &last)) {
        if (!strncmp(part, "t=", 2)) {
            size_t len = strspn(part + 2, "0123456789");

            if (found || !len || len > 12 || part[2 + len]) {
                return NULL;
            }
            found = part + 2;
        }
    }
    return found;
}

static kf_err_t *verify(const kf_pay_account_t *account, const kf_pay_delivery_t *delivery, apr_pool_t *p)
{
    const char *header = delivery->header ? delivery->header(delivery->header_baton, HEADER) : NULL, *at;
    const char *secret = account->events_secret;
    uint8_t wanted[KF_SHA256_BYTES];
    int64_t age;

    if (!secret || !*secret) {
        return refused(p, "the account has no signing secret");
    }
    at = header && strlen(header) <= MAX_HEADER ? time_of(apr_pstrdup(p, header)) : NULL;
    if (!at) {
        return refused(p, "no signature");
    }
    KF_TRY(kf_hmac_sha256(wanted, KF_BYTES_STR(secret),
                          (kf_bytes_t[]){KF_BYTES_STR(at), {".", 1}, {delivery->body, delivery->body_len}}, 3, p));
    if (!signed_by(wanted, apr_pstrdup(p, header))) {
        return refused(p, "the signature is wrong");
    }
    age = delivery->now / KF_SECOND - apr_atoi64(at);
    return age > TOLERANCE_S || age < -TOLERANCE_S ? refused(p, "the time is not now") : NULL;
}

/* -- what it is about -- */

/* Events of other types change nothing that we read: an intent that nobody tried to pay, or one of another product. */
static bool is_about_tx(const char *type)
{
    static const char *const types[] = {"checkout.session.completed", "checkout.session.async_payment_succeeded",
                                        "checkout.session.async_payment_failed", "payment_intent.succeeded",
                                        "payment_intent.processing", "payment_intent.payment_failed", "charge.refunded",
                                        "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"};

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (!strcmp(type, types[i])) {
            return true;
        }
    }
    return false;
}

/* The id of the PaymentIntent: of the object itself, or the one that it names. */
static const char *intent_of(json_t *object, apr_pool_t *p)
{
    const char *kind = json_string_value(json_object_get(object, "object"));

    return kf_stripe_text(object, kind && !strcmp(kind, "payment_intent") ? "id" : "payment_intent", KF_STRIPE_MAX_TX, p);
}

static const char *reference_of(json_t *object, apr_pool_t *p)
{
    const char *own = kf_stripe_text(object, "client_reference_id", KF_STRIPE_MAX_REFERENCE, p);
    const char *meta = kf_stripe_text(json_object_get(object, "metadata"), "reference", KF_STRIPE_MAX_REFERENCE, p);

    return own ? own : meta ? meta : "";
}

static kf_err_t *read_event(kf_pay_event_t *out, json_t *root, apr_pool_t *p)
{
    json_t *object = json_object_get(json_object_get(root, "data"), "object");
    const char *kind = json_string_value(json_object_get(object, "object"));

    out->dedupe_key = kf_stripe_text(root, "id", MAX_DEDUPE, p);
    if (!out->dedupe_key || !json_is_object(object)) {
        return malformed(p, "no id or object");
    }
    out->tx_id = is_about_tx(out->type) ? intent_of(object, p) : NULL;
    if (!out->tx_id) {
        return NULL; /* of no interest, or a session without a payment: one that only saves a card for later */
    }
    if (!kf_pay_is_id(out->tx_id, KF_STRIPE_MAX_TX) || strncmp(out->tx_id, "pi_", 3)) {
        return malformed(p, "this is not the id of a payment");
    }
    out->reference = reference_of(object, p);
    out->status = KF_PAY_TX_PENDING;
    out->status_raw = out->type;
    if (!kf_stripe_money(&out->amount, object, kind && !strcmp(kind, "checkout.session") ? "amount_total" : "amount", p)) {
        return malformed(p, "amount or currency is not valid");
    }
    out->about_tx = 1;
    return NULL;
}

kf_err_t *kf_stripe_event_verify(kf_pay_event_t *out, const kf_pay_account_t *account,
                                 const kf_pay_delivery_t *delivery, apr_pool_t *p)
{
    json_t *root, *live;
    json_int_t created;

    memset(out, 0, sizeof(*out));
    KF_TRY(verify(account, delivery, p));
    KF_TRY(kf_json_decode_within(&root, delivery->body, delivery->body_len, &kf_json_answer, p));
    out->type = kf_stripe_text(root, "type", 100, p);
    live = json_object_get(root, "livemode");
    created = json_integer_value(json_object_get(root, "created"));
    if (!out->type) {
        return malformed(p, "no type");
    }
    if (!json_is_boolean(live) || json_is_true(live) != (account->mode == KF_PAY_PROD)) {
        return refused(p, "the mode is not the account's");
    }
    if (created < 0 || created > KF_INSTANT_MAX / KF_SECOND) {
        return malformed(p, "no valid time");
    }
    out->environment = account->mode;
    out->occurred_at = created * KF_SECOND;
    return read_event(out, root, p);
}
