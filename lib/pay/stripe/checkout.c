/* Checkout Sessions: made by a call, at most once for a reference. */
#include <apr_strings.h>
#include <string.h>

#include "pay/stripe/int.h"

#define MAX_FORM (16 * 1024)
#define MAX_URL 4096
/* A session must live at least 30 minutes from the call, and the call may come as late as the end of the hold. */
#define LONGER_S INT64_C(1860)
#define AGAIN_MS 300
#define BUSY_MS 1000

static const char *number(int64_t value, apr_pool_t *p)
{
    return apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)value);
}

static void write_form(kf_buf_t *form, const kf_pay_order_t *order, int64_t amount, apr_pool_t *p)
{
    const char *name = order->description && *order->description ? order->description : order->reference;
    char *currency = apr_pstrdup(p, order->amount.currency);

    for (char *c = currency; *c; c++) {
        *c = (char)(*c | 0x20);
    }
    kf_stripe_add(form, "mode", "payment", p);
    kf_stripe_add(form, "submit_type", "book", p);
    kf_stripe_add(form, "locale", order->language, p);
    kf_stripe_add(form, "client_reference_id", order->reference, p);
    kf_stripe_add(form, "customer_email", order->customer_email, p);
    kf_stripe_add(form, "line_items[0][quantity]", "1", p);
    kf_stripe_add(form, "line_items[0][price_data][currency]", currency, p);
    kf_stripe_add(form, "line_items[0][price_data][unit_amount]", number(amount, p), p);
    kf_stripe_add(form, "line_items[0][price_data][product_data][name]", name, p);
    kf_stripe_add(form, "success_url", order->redirect_url, p);
    kf_stripe_add(form, "cancel_url", order->redirect_url, p);
    kf_stripe_add(form, "expires_at", order->has_expiry ? number(order->expires_at / KF_SECOND + LONGER_S, p) : NULL, p);
    /* Stripe does not copy a session's metadata to its payment */
    kf_stripe_add(form, "metadata[reference]", order->reference, p);
    kf_stripe_add(form, "payment_intent_data[metadata][reference]", order->reference, p);
}

kf_err_t *kf_stripe_create(kf_pay_started_t *out, const kf_pay_account_t *account, const kf_pay_order_t *order,
                           apr_pool_t *p)
{
    int64_t amount;
    kf_buf_t form;

    memset(out, 0, sizeof(*out));
    if (!account->private_key || !*account->private_key) {
        return kf_err(p, KF_E_CONFIG, "The payment account has no keys.");
    }
    if (!kf_pay_is_id(order->reference, KF_STRIPE_MAX_REFERENCE)) {
        return kf_err_field(p, KF_E_INVALID, "reference", "A reference is 1 to %d letters, digits, - and _.",
                            KF_STRIPE_MAX_REFERENCE);
    }
    KF_TRY(kf_stripe_amount(&amount, order->amount, p));
    kf_buf_init(&form, p, 1024, MAX_FORM);
    write_form(&form, order, amount, p);
    return kf_stripe_post(&out->request, account, "/checkout/sessions", &form,
                          order->key_n ? apr_psprintf(p, "kf:%s:create:%d", order->reference, order->key_n)
                                       : apr_pstrcat(p, "kf:", order->reference, ":create", NULL), p);
}

static int again_ms(const kf_http_res_t *res)
{
    if (res->outcome != KF_HTTP_OK) {
        return 0;
    }
    return res->status == 409   ? AGAIN_MS
           : res->status == 429 ? (res->retry_after_s ? res->retry_after_s * 1000 : BUSY_MS)
                                : 0;
}

kf_err_t *kf_stripe_create_parse(kf_pay_started_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    const char *message, *id, *url;
    json_t *root;

    memset(out, 0, sizeof(*out));
    if (kf_stripe_answer(&root, &message, res, p) != KF_PAY_GOT) {
        out->again_ms = again_ms(res);
        out->next_key = res->status >= 500 && res->replayed; /* Stripe keeps failures too, for a day */
        return kf_err(p, KF_E_PROVIDER, "%s", message);
    }
    id = kf_stripe_text(root, "id", KF_STRIPE_MAX_ID, p);
    url = kf_stripe_text(root, "url", MAX_URL, p);
    if (!kf_pay_is_id(id, KF_STRIPE_MAX_ID) || !url) {
        return kf_err(p, KF_E_PROVIDER, "the answer has no session with an URL");
    }
    out->provider_id = id;
    out->checkout_url = url;
    return NULL;
}
