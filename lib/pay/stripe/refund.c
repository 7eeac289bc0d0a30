/*
 * Refunds, of all or a part. A refund bears our reference and is requested under a key of it. It is read with its
 * transaction, so a request whose answer was lost is looked up before it is repeated, however late.
 */
#include <apr_strings.h>
#include <string.h>

#include "pay/stripe/int.h"

#define MAX_FORM 1024

kf_pay_refund_state_t kf_stripe_refund_state(json_t *refund)
{
    static const struct {
        const char *status;
        kf_pay_refund_state_t state;
    } states[] = {{"succeeded", KF_PAY_REFUND_DONE}, {"failed", KF_PAY_REFUND_FAILED}, {"canceled", KF_PAY_REFUND_FAILED}};
    const char *status = json_string_value(json_object_get(refund, "status"));

    for (size_t i = 0; status && i < sizeof(states) / sizeof(*states); i++) {
        if (!strcmp(states[i].status, status)) {
            return states[i].state;
        }
    }
    return KF_PAY_REFUND_PENDING; /* pending, requires_action, and any that we do not know */
}

static kf_err_t *check(const kf_pay_give_t *give, apr_pool_t *p)
{
    const kf_money_t *amount = &give->amount, *paid = &give->tx->amount;

    if (amount->minor <= 0 || strcmp(amount->currency, paid->currency) != 0 || amount->minor > paid->minor) {
        return kf_err_field(p, KF_E_INVALID, "amount", "No more can be given back than was paid, and in the same currency.");
    }
    if (!kf_pay_is_id(give->tx->id, KF_STRIPE_MAX_TX)) {
        return kf_err_field(p, KF_E_INVALID, "id", "This is not the id of a transaction.");
    }
    if (!kf_pay_is_id(give->reference, KF_STRIPE_MAX_REFERENCE)) {
        return kf_err_field(p, KF_E_INVALID, "reference", "This is not a reference.");
    }
    return NULL;
}

/* The refund, if the transaction has it. */
static const kf_pay_given_t *given_of(const kf_pay_give_t *give)
{
    for (int i = 0; i < give->tx->n_given; i++) {
        const kf_pay_given_t *one = &give->tx->given[i];

        if (one->reference && !strcmp(one->reference, give->reference)) {
            return one;
        }
    }
    return NULL;
}

static kf_err_t *post(kf_http_req_t *req, const kf_pay_account_t *account, const kf_pay_give_t *give, apr_pool_t *p)
{
    int64_t amount;
    kf_buf_t form;

    KF_TRY(kf_stripe_amount(&amount, give->amount, p));
    kf_buf_init(&form, p, 256, MAX_FORM);
    kf_stripe_add(&form, "payment_intent", give->tx->id, p);
    kf_stripe_add(&form, "amount", apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)amount), p);
    kf_stripe_add(&form, "reason", "requested_by_customer", p);
    kf_stripe_add(&form, "metadata[reference]", give->reference, p);
    return kf_stripe_post(req, account, "/refunds", &form, apr_pstrcat(p, "kf:", give->reference, ":refund", NULL), p);
}

kf_err_t *kf_stripe_refund_request(kf_pay_refund_t *out, kf_http_req_t *req, const kf_pay_account_t *account,
                                   const kf_pay_give_t *give, apr_pool_t *p)
{
    const kf_pay_tx_t *tx = give->tx;
    const kf_pay_given_t *given;

    memset(out, 0, sizeof(*out));
    memset(req, 0, sizeof(*req));
    KF_TRY(check(give, p));
    given = given_of(give);
    out->way = tx->can_void && give->amount.minor == tx->amount.minor ? KF_PAY_BY_VOID : KF_PAY_BY_REFUND;
    if (given || tx->status == KF_PAY_TX_VOIDED) {
        out->state = given ? given->state : KF_PAY_REFUND_DONE;
        out->provider_id = given ? given->id : NULL;
        out->message = out->state == KF_PAY_REFUND_FAILED ? "the refund failed" : NULL;
        return NULL;
    }
    if (tx->status != KF_PAY_TX_APPROVED) {
        out->state = KF_PAY_REFUND_UNSUPPORTED;
        out->message = "only an approved payment can be given back";
        return NULL;
    }
    out->state = KF_PAY_REFUND_RETRY;
    return post(req, account, give, p);
}

void kf_stripe_refund_parse(kf_pay_refund_t *out, kf_pay_way_t way, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_pay_verdict_t verdict;
    json_t *root;

    memset(out, 0, sizeof(*out));
    out->way = way;
    out->retry_after_s = res->retry_after_s;
    verdict = kf_stripe_answer(&root, &out->message, res, p);
    if (res->outcome != KF_HTTP_OK) {
        out->state = kf_pay_refund_of_silence(res->outcome);
    } else if (verdict == KF_PAY_GOT) {
        out->state = kf_stripe_refund_state(root);
        out->provider_id = kf_stripe_text(root, "id", KF_STRIPE_MAX_ID, p);
        out->message = out->state == KF_PAY_REFUND_FAILED ? "the refund failed" : NULL;
    } else if (verdict == KF_PAY_RETRY) {
        out->state = res->status == 429 ? KF_PAY_REFUND_RETRY : KF_PAY_REFUND_UNKNOWN;
    } else {
        out->state = KF_PAY_REFUND_FAILED;
        out->keys_refused = verdict == KF_PAY_KEYS;
    }
}
