#include "pay/provider.h"

#include <string.h>

#include "pay/answer.h"
#include "pay/stripe/stripe.h"
#include "pay/wompi/wompi.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_KEY 200 /* behind its prefix */

/* The registry: a provider is a folder and its row here. */
static const kf_pay_provider_t *const providers[] = {&kf_pay_wompi, &kf_pay_stripe};

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

/* -- keys -- */

const char **kf_pay_key(kf_pay_account_t *account, const kf_pay_key_t *key)
{
    return (const char **)((char *)account + key->at);
}

const kf_pay_key_t *kf_pay_key_find(const kf_pay_provider_t *provider, const char *name)
{
    for (size_t i = 0; i < provider->n_keys; i++) {
        if (strcmp(provider->keys[i].name, name) == 0) {
            return &provider->keys[i];
        }
    }
    return NULL;
}

static bool has_prefix(const char *value, const char *prefix)
{
    size_t len = prefix ? strlen(prefix) : 0;

    return len && value && strncmp(value, prefix, len) == 0 && kf_pay_is_id(value + len, MAX_KEY);
}

#define NOT_ONE (-1)
#define ANY_MODE (-2)

/* The mode of a key, NOT_ONE if it is none of that kind, ANY_MODE if it may be of either. */
static int mode_of(const kf_pay_key_t *key, const char *value)
{
    for (int mode = KF_PAY_TEST; mode <= KF_PAY_PROD; mode++) {
        if (has_prefix(value, key->prefix[mode]) || has_prefix(value, key->other[mode])) {
            return strcmp(key->prefix[KF_PAY_TEST], key->prefix[KF_PAY_PROD]) ? mode : ANY_MODE;
        }
    }
    return NOT_ONE;
}

/* "This must start with ...": a key of either mode has one prefix. */
static kf_err_t *wrong_prefix(const kf_pay_key_t *key, apr_pool_t *p)
{
    const char *test = key->prefix[KF_PAY_TEST], *prod = key->prefix[KF_PAY_PROD];

    return kf_err_at(strcmp(test, prod) ? kf_err_said(p, KF_E_INVALID, "This must start with {1} or {2}.", test, prod, NULL)
                                        : kf_err_said(p, KF_E_INVALID, "This must start with {1}.", test, NULL), key->name);
}

kf_err_t *kf_pay_account_check(kf_pay_mode_t *mode, const kf_pay_provider_t *provider, const kf_pay_account_t *account,
                               apr_pool_t *p)
{
    kf_err_t *errors = NULL;
    int first = -1;

    for (size_t i = 0; i < provider->n_keys; i++) {
        const kf_pay_key_t *key = &provider->keys[i];
        int found = mode_of(key, *(const char *const *)((const char *)account + key->at));

        if (found == NOT_ONE) {
            kf_err_add(&errors, wrong_prefix(key, p));
        } else if (found == ANY_MODE) {
            continue;
        } else if (first < 0) {
            first = found;
        } else if (found != first) {
            kf_err_add(&errors, kf_err_at(kf_err_said(p, KF_E_INVALID,
                                                      "This key belongs to the {1} environment, the keys before it to "
                                                      "the other one.", kf_pay_mode_text((kf_pay_mode_t)found), NULL),
                                          key->name));
        }
    }
    if (!errors) {
        *mode = (kf_pay_mode_t)first;
    }
    return errors;
}

/* -- words -- */

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
