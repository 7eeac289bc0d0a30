#include "pay/stripe/stripe.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#include "base/uri.h"
#include "pay/stripe/int.h"

#define TIMEOUT_MS 10000

/* -- requests -- */

static apr_table_t *begin(kf_http_req_t *out, const kf_pay_account_t *account, const char *method, const char *path,
                          apr_pool_t *p)
{
    const kf_stripe_settings_t *set = account->settings;
    apr_table_t *headers = apr_table_make(p, 6);

    memset(out, 0, sizeof(*out));
    apr_table_setn(headers, "Accept", "application/json");
    apr_table_setn(headers, "Authorization",
                   apr_pstrcat(p, "Bearer ", account->private_key ? account->private_key : "", NULL));
    apr_table_setn(headers, "Stripe-Version", KF_STRIPE_VERSION);
    out->method = method;
    out->url = apr_pstrcat(p, set && set->api ? set->api : KF_STRIPE_API, path, NULL);
    out->headers = headers;
    out->timeout_ms = TIMEOUT_MS;
    return headers;
}

void kf_stripe_get(kf_http_req_t *out, const kf_pay_account_t *account, const char *path, apr_pool_t *p)
{
    begin(out, account, "GET", path, p);
}

kf_err_t *kf_stripe_post(kf_http_req_t *out, const kf_pay_account_t *account, const char *path, kf_buf_t *form,
                         const char *key, apr_pool_t *p)
{
    apr_table_t *headers = begin(out, account, "POST", path, p);

    KF_TRY(kf_buf_check(form, "request", p));
    apr_table_setn(headers, "Content-Type", "application/x-www-form-urlencoded");
    apr_table_setn(headers, "Idempotency-Key", key);
    out->body = kf_buf_text(form);
    out->body_len = form->len;
    return NULL;
}

void kf_stripe_add(kf_buf_t *form, const char *name, const char *value, apr_pool_t *p)
{
    if (value) {
        kf_buf_printf(form, "%s%s=%s", form->len ? "&" : "", name, kf_uri_encode(value, p));
    }
}

/* -- answers -- */

/* Type, code and parameter; not the message, which may repeat what was sent. */
static const char *describe(json_t *root, apr_pool_t *p)
{
    json_t *error = json_object_get(root, "error");
    const char *type = json_string_value(json_object_get(error, "type"));
    const char *code = json_string_value(json_object_get(error, "code"));
    const char *param = json_string_value(json_object_get(error, "param"));

    return type ? apr_pstrcat(p, type, code ? " " : "", code ? code : "", param ? " " : "", param ? param : "", NULL) : NULL;
}

kf_pay_verdict_t kf_stripe_answer(json_t **root, const char **message, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_pay_verdict_t verdict = kf_pay_answer_read(root, message, res, describe, p);

    /* 409: another request with the key is running */
    return verdict == KF_PAY_REFUSED && res->status == 409 ? KF_PAY_RETRY : verdict;
}

const char *kf_stripe_text(json_t *object, const char *name, size_t max, apr_pool_t *p)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text && *text && strlen(text) <= max ? apr_pstrdup(p, text) : NULL;
}

/* -- amounts -- */

/* Where Stripe's unit is not the minor unit of ISO 4217: theirs = ours * up / down. */
static const struct {
    const char *currency;
    int up, down;
} units[] = {{"ISK", 100, 1}, {"UGX", 100, 1}, {"MGA", 1, 100}};

static void unit_of(int *up, int *down, const char *currency)
{
    *up = *down = 1;
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (!strcmp(units[i].currency, currency)) {
            *up = units[i].up;
            *down = units[i].down;
        }
    }
}

kf_err_t *kf_stripe_amount(int64_t *out, kf_money_t amount, apr_pool_t *p)
{
    int up, down, step;

    unit_of(&up, &down, amount.currency);
    step = kf_currency_exponent(amount.currency) == 3 ? 10 : down;
    if (amount.minor <= 0 || amount.minor > INT64_C(99999999999) || amount.minor % step) {
        return kf_err_field(p, KF_E_INVALID, "amount", "Stripe does not take this amount in %s.", amount.currency);
    }
    *out = amount.minor * up / down;
    return NULL;
}

bool kf_stripe_money(kf_money_t *out, json_t *object, const char *amount, apr_pool_t *p)
{
    json_t *value = json_object_get(object, amount);
    const char *currency = json_string_value(json_object_get(object, "currency"));
    char code[4] = "";
    int up, down;

    if (!json_is_integer(value) || json_integer_value(value) < 0 || !currency || strlen(currency) != 3) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        code[i] = (char)apr_toupper(currency[i]);
    }
    unit_of(&up, &down, code);
    return json_integer_value(value) <= INT64_C(99999999999999) && json_integer_value(value) % up == 0
           && !kf_money_init(out, json_integer_value(value) / up * down, code, p);
}

/* -- testing keys -- */

static kf_err_t *test_request(kf_http_req_t *out, const kf_pay_account_t *account, int step, apr_pool_t *p)
{
    if (step) {
        return kf_err(p, KF_E_INTERNAL, "There is no such step.");
    }
    kf_stripe_get(out, account, "/account", p);
    return NULL;
}

static void test_parse(kf_pay_test_t *out, int step, const kf_http_res_t *res, apr_pool_t *p)
{
    json_t *root, *shown;
    kf_pay_verdict_t verdict;

    (void)step;
    memset(out, 0, sizeof(*out));
    verdict = kf_stripe_answer(&root, &out->message, res, p);
    if (verdict == KF_PAY_GOT && kf_stripe_text(root, "id", KF_STRIPE_MAX_ID, p)) {
        shown = json_object_get(json_object_get(root, "settings"), "dashboard");
        out->ok = 1;
        out->merchant = kf_stripe_text(shown, "display_name", KF_STRIPE_MAX_ID, p);
    } else if (verdict == KF_PAY_GOT || verdict == KF_PAY_RETRY) {
        out->retry = 1;
        out->message = out->message ? out->message : "the answer could not be read";
    } else {
        out->field = "private_key";
    }
}

/* -- what it declares -- */

#define KEY(member) .name = #member, .at = offsetof(kf_pay_account_t, member)

static const kf_pay_key_t keys[] = {
    {KEY(private_key), .secret = true, .prefix = {"sk_test_", "sk_live_"}, .other = {"rk_test_", "rk_live_"}, .shown = "sk_...",
     .help = "secret or restricted key of the account"},
    {KEY(events_secret), .secret = true, .prefix = {"whsec_", "whsec_"}, .shown = "whsec_...", .help = "signs events"},
};

#define AT(member) offsetof(kf_stripe_settings_t, member)

static const kf_setting_t settings[] = {
    {.directive = "KonfirmadoStripeAPI", .kind = KF_SETTING_API, .initial = KF_STRIPE_API, .at = AT(api), .jobs = true,
     .help = "Stripe's API"},
    {.directive = "KonfirmadoStripeCheckout", .kind = KF_SETTING_URL, .initial = KF_STRIPE_CHECKOUT, .at = AT(checkout),
     .form = true, .help = "Stripe's checkout, to which forms may lead"},
};

const kf_pay_provider_t kf_pay_stripe = {
    .name = "stripe",
    .caps = KF_PAY_CAN_VOID | KF_PAY_CAN_REFUND_PART | KF_PAY_CAN_READ_REFUND,
    .keys = keys,
    .n_keys = sizeof(keys) / sizeof(*keys),
    .settings = {settings, sizeof(settings) / sizeof(*settings), sizeof(kf_stripe_settings_t)},
    .amount_min = KF_STRIPE_AMOUNT_MIN,
    .test_steps = 1,
    .create = kf_stripe_create,
    .create_parse = kf_stripe_create_parse,
    .event_verify = kf_stripe_event_verify,
    .tx_request = kf_stripe_tx_request,
    .find_request = kf_stripe_find_request,
    .tx_parse = kf_stripe_tx_parse,
    .refund_request = kf_stripe_refund_request,
    .refund_parse = kf_stripe_refund_parse,
    .test_request = test_request,
    .test_parse = test_parse,
};
