/* Reading transactions: PaymentIntents with their charge and its refunds. */
#include <apr_strings.h>
#include <string.h>

#include "base/uri.h"
#include "pay/stripe/int.h"

#define MAX_ROWS 50
#define MAX_REFUNDS 100
#define CHARGE "latest_charge.refunds"

kf_err_t *kf_stripe_tx_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *id, apr_pool_t *p)
{
    bool session = !strncmp(id, "cs_", 3);

    if (!kf_pay_is_id(id, KF_STRIPE_MAX_ID) || (!session && strncmp(id, "pi_", 3))) {
        return kf_err_field(p, KF_E_INVALID, "id", "This is not the id of a transaction.");
    }
    kf_stripe_get(out, account,
                  session ? apr_pstrcat(p, "/checkout/sessions/", id, "?expand[]=payment_intent." CHARGE, NULL)
                          : apr_pstrcat(p, "/payment_intents/", id, "?expand[]=" CHARGE, NULL), p);
    return NULL;
}

/* Stripe's search lags behind by up to a minute. Sessions that are known are read instead (kf.work_polls). */
kf_err_t *kf_stripe_find_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *reference,
                                 apr_pool_t *p)
{
    const char *query;

    if (!kf_pay_is_id(reference, KF_STRIPE_MAX_REFERENCE)) {
        return kf_err_field(p, KF_E_INVALID, "reference", "This is not a reference of ours.");
    }
    query = kf_uri_encode(apr_pstrcat(p, "metadata['reference']:'", reference, "'", NULL), p);
    kf_stripe_get(out, account,
                  apr_pstrcat(p, "/payment_intents/search?limit=", APR_STRINGIFY(MAX_ROWS), "&expand[]=data." CHARGE "&query=",
                              query, NULL), p);
    return NULL;
}

/* -- refunds of a charge -- */

static const kf_pay_given_t *read_refunds(int *n, json_t *charge, apr_pool_t *p)
{
    json_t *list = json_object_get(json_object_get(charge, "refunds"), "data"), *one;
    size_t i, most = json_array_size(list) < MAX_REFUNDS ? json_array_size(list) : MAX_REFUNDS;
    kf_pay_given_t *given = apr_pcalloc(p, sizeof(*given) * (most + 1));

    *n = 0;
    json_array_foreach(list, i, one) {
        kf_pay_given_t *to = &given[*n];

        if (i < most && kf_stripe_money(&to->amount, one, "amount", p)) {
            to->id = kf_stripe_text(one, "id", KF_STRIPE_MAX_ID, p);
            to->reference = kf_stripe_text(json_object_get(one, "metadata"), "reference", KF_STRIPE_MAX_ID, p);
            to->state = kf_stripe_refund_state(one);
            (*n)++;
        }
    }
    return given;
}

/* All of it went back, and no refund is on its way: one that fails later leaves the payment as it was. */
static bool is_returned(const kf_pay_tx_t *tx, json_t *charge)
{
    for (int i = 0; i < tx->n_given; i++) {
        if (tx->given[i].state == KF_PAY_REFUND_PENDING) {
            return false;
        }
    }
    return json_is_true(json_object_get(charge, "refunded"));
}

/* -- a PaymentIntent -- */

/* -1: nobody has tried to pay yet. */
static int status_of(const kf_pay_tx_t *tx, json_t *intent, json_t *charge)
{
    const char *word = tx->status_raw;

    if (!strcmp(word, "succeeded")) {
        return is_returned(tx, charge) ? KF_PAY_TX_VOIDED : KF_PAY_TX_APPROVED;
    }
    if (!strcmp(word, "requires_payment_method") || !strcmp(word, "canceled")) {
        return json_is_object(json_object_get(intent, "last_payment_error")) ? KF_PAY_TX_DECLINED : -1;
    }
    return KF_PAY_TX_PENDING;
}

/* False if it cannot be read. *tried: somebody has tried to pay. */
static bool read_intent(kf_pay_tx_t *tx, bool *tried, json_t *intent, apr_pool_t *p)
{
    json_t *charge = json_object_get(intent, "latest_charge");
    const char *reference = kf_stripe_text(json_object_get(intent, "metadata"), "reference", KF_STRIPE_MAX_REFERENCE, p);
    const char *method = kf_stripe_text(json_object_get(charge, "payment_method_details"), "type", 64, p);
    json_t *error = json_object_get(intent, "last_payment_error");
    int status;

    tx->id = kf_stripe_text(intent, "id", KF_STRIPE_MAX_TX, p);
    tx->status_raw = kf_stripe_text(intent, "status", 64, p);
    if (!kf_pay_is_id(tx->id, KF_STRIPE_MAX_TX) || !tx->status_raw || !kf_stripe_money(&tx->amount, intent, "amount", p)) {
        return false;
    }
    tx->reference = reference ? reference : tx->id; /* a sale of the merchant elsewhere */
    tx->method = method ? method : "";
    tx->given = read_refunds(&tx->n_given, charge, p);
    tx->status_message = kf_stripe_text(error, "code", 64, p);
    status = status_of(tx, intent, charge);
    *tried = status >= 0;
    tx->status = *tried ? (kf_pay_tx_status_t)status : KF_PAY_TX_PENDING;
    tx->can_void = tx->status == KF_PAY_TX_APPROVED && json_integer_value(json_object_get(charge, "amount_refunded")) == 0;
    return true;
}

/* The intents of an answer: a list, the one of a session, or the answer itself; NULL: a session without one. */
static json_t *intents_of(json_t *root)
{
    const char *object = json_string_value(json_object_get(root, "object"));

    if (object && !strcmp(object, "checkout.session")) {
        json_t *intent = json_object_get(root, "payment_intent");

        return json_is_null(intent) ? NULL : intent;
    }
    return object && !strcmp(object, "search_result") ? json_object_get(root, "data") : root;
}

static bool read_all(kf_pay_answer_t *out, json_t *from, apr_pool_t *p)
{
    bool list = json_is_array(from), tried;
    size_t n = list ? json_array_size(from) : 1;
    kf_pay_tx_t *rows = apr_pcalloc(p, sizeof(*rows) * (n + 1));

    if (!list && !json_is_object(from)) {
        return false;
    }
    out->tx = rows;
    for (size_t i = 0; i < n && i < MAX_ROWS; i++) {
        if (!read_intent(&rows[out->count], &tried, list ? json_array_get(from, i) : from, p)) {
            return false;
        }
        out->count += tried;
    }
    return true;
}

void kf_stripe_tx_parse(kf_pay_answer_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    json_t *root, *from;

    memset(out, 0, sizeof(*out));
    out->verdict = kf_stripe_answer(&root, &out->message, res, p);
    out->retry_after_s = res->retry_after_s;
    if (out->verdict != KF_PAY_GOT) {
        return;
    }
    from = intents_of(root);
    if (from && !read_all(out, from, p)) {
        memset(out, 0, sizeof(*out));
        out->verdict = KF_PAY_RETRY;
        out->message = "the answer has no transaction that can be read";
    } else if (out->count == 0) {
        out->verdict = KF_PAY_NONE;
        out->message = "no transaction";
    }
}
