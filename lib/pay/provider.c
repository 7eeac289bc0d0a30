#include "pay/provider.h"

#include "pay/wompi.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const kf_pay_provider_t *const providers[] = {&kf_pay_wompi};

const kf_pay_provider_t *kf_pay_provider_find(const char *name)
{
    for (size_t i = 0; name && i < COUNT(providers); i++) {
        if (strcmp(providers[i]->name, name) == 0) {
            return providers[i];
        }
    }
    return NULL;
}

const kf_pay_provider_t *kf_pay_provider_at(int i)
{
    return i >= 0 && (size_t)i < COUNT(providers) ? providers[i] : NULL;
}

const char *kf_pay_mode_text(kf_pay_mode_t mode)
{
    return mode == KF_PAY_PROD ? "prod" : "test";
}

const char *kf_pay_tx_status_text(kf_pay_tx_status_t status)
{
    static const char *const texts[] = {
        [KF_PAY_TX_PENDING] = "pending", [KF_PAY_TX_APPROVED] = "approved",
        [KF_PAY_TX_DECLINED] = "declined", [KF_PAY_TX_VOIDED] = "voided",
        [KF_PAY_TX_ERROR] = "error",
    };

    return (size_t)status < COUNT(texts) ? texts[status] : "pending";
}

const char *kf_pay_verdict_text(kf_pay_verdict_t verdict)
{
    static const char *const texts[] = {
        [KF_PAY_GOT] = "got", [KF_PAY_NONE] = "none", [KF_PAY_RETRY] = "retry",
        [KF_PAY_KEYS] = "keys", [KF_PAY_REFUSED] = "refused",
    };

    return (size_t)verdict < COUNT(texts) ? texts[verdict] : "retry";
}

const char *kf_pay_refund_text(kf_pay_refund_state_t state)
{
    static const char *const texts[] = {
        [KF_PAY_REFUND_DONE] = "done", [KF_PAY_REFUND_PENDING] = "pending",
        [KF_PAY_REFUND_UNSUPPORTED] = "unsupported", [KF_PAY_REFUND_FAILED] = "failed",
        [KF_PAY_REFUND_RETRY] = "retry", [KF_PAY_REFUND_UNKNOWN] = "unknown",
    };

    return (size_t)state < COUNT(texts) ? texts[state] : "unknown";
}
