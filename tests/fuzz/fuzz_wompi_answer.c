/* Answers of Wompi: the first byte selects the HTTP status, the rest is the body. Every input gets a consistent
 * verdict. */
#include "fuzz.h"

#include "pay/wompi/wompi.h"

static const int statuses[] = {200, 201, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503, 0};

static void transactions(const kf_http_res_t *res, apr_pool_t *p)
{
    kf_pay_answer_t answer;

    kf_pay_wompi.tx_parse(&answer, res, p);
    FUZZ_CHECK((answer.verdict == KF_PAY_GOT) == (answer.count > 0), "the count");
    FUZZ_CHECK(answer.verdict != KF_PAY_GOT || (res->status >= 200 && res->status < 300),
               "got, but not with such a status");
    FUZZ_CHECK((answer.message == NULL) == (answer.verdict == KF_PAY_GOT), "the message");
    for (int i = 0; i < answer.count; i++) {
        const kf_pay_tx_t *tx = &answer.tx[i];
        kf_pay_account_t account = {.provider = "wompi", .mode = KF_PAY_TEST,
                                    .private_key = "prv_test_0123456789abcdef"};
        kf_pay_give_t give = {.tx = tx, .amount = tx->amount, .reference = "kfr-0"};
        kf_pay_refund_t refund;
        kf_http_req_t req;

        FUZZ_CHECK(tx->id && tx->reference && tx->status_raw && tx->method, "a part is missing");
        FUZZ_CHECK(tx->amount.minor >= 0 && strlen(tx->amount.currency) == 3, "the amount");
        FUZZ_CHECK(kf_pay_tx_status_text(tx->status), "the status");
        (void)kf_pay_wompi.refund_request(&refund, &req, &account, &give, p);
        give.amount.minor /= 2;
        (void)kf_pay_wompi.refund_request(&refund, &req, &account, &give, p);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    unsigned choice = fuzz_byte(&in);
    kf_http_res_t res = {.outcome = KF_HTTP_OK, .remote_ip = "192.0.2.1"};
    kf_pay_refund_t refund;
    kf_pay_test_t test;
    char *body;

    res.status = statuses[choice % (sizeof(statuses) / sizeof(*statuses))];
    res.truncated = choice >= 128;
    res.outcome = res.status ? KF_HTTP_OK : KF_HTTP_OTHER;
    /* answers end in a NUL that is not counted */
    body = apr_pcalloc(p, in.left + 1);
    if (in.left > 0) {
        memcpy(body, in.at, in.left);
    }
    res.body = body;
    res.body_len = in.left;
    transactions(&res, p);
    for (int way = KF_PAY_BY_VOID; way <= KF_PAY_BY_REFUND; way++) {
        memset(&refund, 0, sizeof(refund));
        kf_pay_wompi.refund_parse(&refund, way ? KF_PAY_BY_REFUND : KF_PAY_BY_VOID, &res, p);
        FUZZ_CHECK(kf_pay_refund_text(refund.state), "the state of a refund");
    }
    for (int step = 0; step < kf_pay_wompi.test_steps; step++) {
        memset(&test, 0, sizeof(test));
        kf_pay_wompi.test_parse(&test, step, &res, p);
        FUZZ_CHECK(!test.ok == (test.message != NULL), "the message of a test");
    }
    apr_pool_destroy(p);
    return 0;
}
