#ifndef KF_PAY_STRIPE_INT_H
#define KF_PAY_STRIPE_INT_H
/* Shared by the files of Stripe; see stripe.h. */
#include "base/buf.h"
#include "pay/answer.h"
#include "pay/stripe/stripe.h"

#define KF_STRIPE_MAX_ID 255
#define KF_STRIPE_MAX_TX 64 /* the id of a PaymentIntent */
#define KF_STRIPE_MAX_REFERENCE 200

/** As kf_pay_answer_read(). */
kf_pay_verdict_t kf_stripe_answer(json_t **root, const char **message, const kf_http_res_t *res, apr_pool_t *p);

/** Fills a GET of `path` below the API. */
void kf_stripe_get(kf_http_req_t *out, const kf_pay_account_t *account, const char *path, apr_pool_t *p);
/** Fills a POST of a form under an idempotency key. KF_E_TOO_LARGE. */
kf_err_t *kf_stripe_post(kf_http_req_t *out, const kf_pay_account_t *account, const char *path, kf_buf_t *form,
                         const char *key, apr_pool_t *p);
/** Adds a field to a form. The name may have brackets; a NULL value adds nothing. */
void kf_stripe_add(kf_buf_t *form, const char *name, const char *value, apr_pool_t *p);

/** The amount in Stripe's unit. KF_E_INVALID (field "amount") for an amount that Stripe does not take. */
kf_err_t *kf_stripe_amount(int64_t *out, kf_money_t amount, apr_pool_t *p);
/** The reverse: reads the members `amount` and "currency" (lower case) of an object. False if they are no amount. */
bool kf_stripe_money(kf_money_t *out, json_t *object, const char *amount, apr_pool_t *p);

/** A copy of a text member of at most `max` bytes; NULL: there is none. */
const char *kf_stripe_text(json_t *object, const char *name, size_t max, apr_pool_t *p);

/* checkout.c, tx.c, event.c, refund.c, stripe.c: see kf_pay_provider_t */
kf_err_t *kf_stripe_create(kf_pay_started_t *out, const kf_pay_account_t *account, const kf_pay_order_t *order,
                           apr_pool_t *p);
kf_err_t *kf_stripe_create_parse(kf_pay_started_t *out, const kf_http_res_t *res, apr_pool_t *p);
kf_err_t *kf_stripe_event_verify(kf_pay_event_t *out, const kf_pay_account_t *account,
                                 const kf_pay_delivery_t *delivery, apr_pool_t *p);
kf_err_t *kf_stripe_tx_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *id, apr_pool_t *p);
kf_err_t *kf_stripe_find_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *reference,
                                 apr_pool_t *p);
void kf_stripe_tx_parse(kf_pay_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);
kf_err_t *kf_stripe_refund_request(kf_pay_refund_t *out, kf_http_req_t *req, const kf_pay_account_t *account,
                                   const kf_pay_give_t *give, apr_pool_t *p);
void kf_stripe_refund_parse(kf_pay_refund_t *out, kf_pay_way_t way, const kf_http_res_t *res, apr_pool_t *p);
/** The state of a refund object. */
kf_pay_refund_state_t kf_stripe_refund_state(json_t *refund);

#endif
