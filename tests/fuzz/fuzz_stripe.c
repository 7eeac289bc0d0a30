/* Stripe: the first byte selects the HTTP status of an answer, or 255 an event, of which the first line is the header
 * (with '+' as its first byte, the right signature is inserted). Every answer gets a consistent verdict, and an event
 * is accepted only with a signature that is computed here independently. */
#include "fuzz.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "pay/stripe/stripe.h"

#define SECRET "whsec_" "2PDUmhMywUkvb1LvxYnayFbmofT7w39N"
#define AT "1796000000"
#define NOW (INT64_C(1796000000) * KF_SECOND)

static const int statuses[] = {200, 201, 204, 302, 400, 401, 402, 403, 404, 409, 429, 500, 503, 0};
static const kf_pay_account_t account = {.provider = "stripe", .mode = KF_PAY_TEST, .events_secret = SECRET,
                                         .private_key = "sk_test_" "0123456789abcdef"};

/* -- answers -- */

static void transactions(const kf_http_res_t *res, apr_pool_t *p)
{
    kf_pay_answer_t answer;

    kf_pay_stripe.tx_parse(&answer, res, p);
    FUZZ_CHECK((answer.verdict == KF_PAY_GOT) == (answer.count > 0), "the count");
    FUZZ_CHECK((answer.message == NULL) == (answer.verdict == KF_PAY_GOT), "the message");
    for (int i = 0; i < answer.count; i++) {
        const kf_pay_tx_t *tx = &answer.tx[i];
        kf_pay_give_t give = {.tx = tx, .amount = tx->amount, .reference = "kfr-0"};
        kf_pay_refund_t refund;
        kf_http_req_t req;

        FUZZ_CHECK(tx->id && tx->reference && tx->status_raw && tx->method, "a part is missing");
        FUZZ_CHECK(tx->amount.minor >= 0 && strlen(tx->amount.currency) == 3, "the amount");
        (void)kf_pay_stripe.refund_request(&refund, &req, &account, &give, p);
        give.amount.minor /= 2;
        (void)kf_pay_stripe.refund_request(&refund, &req, &account, &give, p);
    }
}

static void answered(unsigned choice, fuzz_in_t *in, apr_pool_t *p)
{
    kf_http_res_t res = {.remote_ip = "192.0.2.1", .status = statuses[choice % (sizeof(statuses) / sizeof(*statuses))]};
    kf_pay_started_t started;
    kf_pay_refund_t refund;
    kf_pay_test_t test;

    res.outcome = res.status ? KF_HTTP_OK : KF_HTTP_OTHER;
    res.body = fuzz_rest(in, &res.body_len, p);
    transactions(&res, p);
    if (!kf_pay_stripe.create_parse(&started, &res, p)) {
        FUZZ_CHECK(started.checkout_url && started.provider_id && res.status / 100 == 2, "a checkout");
    }
    kf_pay_stripe.refund_parse(&refund, KF_PAY_BY_REFUND, &res, p);
    FUZZ_CHECK(kf_pay_refund_text(refund.state), "the state of a refund");
    kf_pay_stripe.test_parse(&test, 0, &res, p);
    FUZZ_CHECK(!test.ok == (test.message != NULL), "the message of a test");
}

/* -- events -- */

static const char *header_of(void *baton, const char *name)
{
    return strcasecmp(name, "Stripe-Signature") == 0 ? baton : NULL;
}

static const char *signature(const char *at, const char *body, size_t len, apr_pool_t *p)
{
    const char *text = apr_pstrcat(p, at, ".", NULL);
    size_t head = strlen(text);
    unsigned char *all = apr_palloc(p, head + len + 1), mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    char *hex;

    memcpy(all, text, head);
    memcpy(all + head, body, len);
    HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), all, head + len, mac, &size);
    hex = apr_pcalloc(p, 2 * size + 1);
    for (unsigned i = 0; i < size; i++) {
        snprintf(hex + 2 * i, 3, "%02x", mac[i]);
    }
    return hex;
}

static void told(fuzz_in_t *in, apr_pool_t *p)
{
    char *line = fuzz_line(in, p), *body;
    kf_pay_delivery_t delivery = {.header = header_of, .now = NOW};
    kf_pay_event_t event;
    const char *at;

    body = fuzz_rest(in, &delivery.body_len, p);
    delivery.body = body;
    if (*line == '+') {
        line = apr_pstrcat(p, "t=" AT ",v1=", signature(AT, body, delivery.body_len, p), line + 1, NULL);
    }
    delivery.header_baton = *line ? line : NULL;
    if (kf_pay_stripe.event_verify(&event, &account, &delivery, p)) {
        return;
    }
    at = strstr(line, "t=") + 2;
    at = apr_pstrmemdup(p, at, strspn(at, "0123456789"));
    FUZZ_CHECK(strcasestr(line, signature(at, body, delivery.body_len, p)), "believed without its signature");
    FUZZ_CHECK(event.type && event.environment == KF_PAY_TEST, "type and environment");
    if (event.about_tx) {
        FUZZ_CHECK(event.tx_id && event.reference && event.status_raw && event.dedupe_key, "a part is missing");
        FUZZ_CHECK(event.amount.minor >= 0 && strlen(event.amount.currency) == 3, "the amount");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    unsigned choice = fuzz_byte(&in);

    if (choice == 255) {
        told(&in, p);
    } else {
        answered(choice, &in, p);
    }
    apr_pool_destroy(p);
    return 0;
}
