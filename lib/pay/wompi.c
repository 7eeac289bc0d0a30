#include "pay/wompi.h"

#include "pay/wompi_int.h"

#include <apr_lib.h>
#include <string.h>

#define MAX_KEY 200

int kf_wompi_is_id(const char *text, size_t max)
{
    size_t len = text ? strlen(text) : 0;

    for (size_t i = 0; i < len; i++) {
        if (!apr_isalnum(text[i]) && text[i] != '-' && text[i] != '_') {
            return 0;
        }
    }
    return len > 0 && len <= max;
}

kf_pay_tx_status_t kf_wompi_status(const char *word)
{
    static const struct {
        const char *word;
        kf_pay_tx_status_t status;
    } words[] = {
        {"PENDING", KF_PAY_TX_PENDING},
        {"APPROVED", KF_PAY_TX_APPROVED},
        {"DECLINED", KF_PAY_TX_DECLINED},
        {"VOIDED", KF_PAY_TX_VOIDED},
        {"ERROR", KF_PAY_TX_ERROR},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (strcmp(word, words[i].word) == 0) {
            return words[i].status;
        }
    }
    return KF_PAY_TX_PENDING;
}

const char *kf_wompi_api(const kf_pay_account_t *account)
{
    if (account->api_base) {
        return account->api_base;
    }
    return account->mode == KF_PAY_PROD ? KF_WOMPI_API_PROD : KF_WOMPI_API_TEST;
}

/* -- keys -- */

enum { PUBLIC, PRIVATE, INTEGRITY, EVENTS, KEYS };

static const struct {
    const char *field;
    const char *prefix[2]; /* by kf_pay_mode_t */
} keys[KEYS] = {
    [PUBLIC] = {"public_key", {"pub_test_", "pub_prod_"}},
    [PRIVATE] = {"private_key", {"prv_test_", "prv_prod_"}},
    [INTEGRITY] = {"integrity_secret", {"test_integrity_", "prod_integrity_"}},
    [EVENTS] = {"events_secret", {"test_events_", "prod_events_"}},
};

/* The mode of a key, -1 if it is not one of that kind. */
static int mode_of(int key, const char *value)
{
    for (int mode = KF_PAY_TEST; mode <= KF_PAY_PROD; mode++) {
        size_t len = strlen(keys[key].prefix[mode]);

        if (value && strncmp(value, keys[key].prefix[mode], len) == 0
            && kf_wompi_is_id(value + len, MAX_KEY)) {
            return mode;
        }
    }
    return -1;
}

static kf_err_t *account_check(kf_pay_mode_t *mode, const kf_pay_account_t *account, apr_pool_t *p)
{
    const char *const values[KEYS] = {
        [PUBLIC] = account->public_key,
        [PRIVATE] = account->private_key,
        [INTEGRITY] = account->integrity_secret,
        [EVENTS] = account->events_secret,
    };
    kf_err_t *errors = NULL;
    int first = -1;

    for (int i = 0; i < KEYS; i++) {
        int found = mode_of(i, values[i]);

        if (found < 0) {
            kf_err_add(&errors, kf_err_at(kf_err_said(p, KF_E_INVALID, "This must start with {1} or {2}.",
                                                      keys[i].prefix[0], keys[i].prefix[1], NULL),
                                          keys[i].field));
        } else if (first < 0) {
            first = found;
        } else if (found != first) {
            kf_err_add(&errors, kf_err_at(kf_err_said(p, KF_E_INVALID,
                                                      "This is of the {1} environment, the keys before it are of the "
                                                      "other one.", kf_pay_mode_text((kf_pay_mode_t)found), NULL),
                                          keys[i].field));
        }
    }
    if (!errors) {
        *mode = (kf_pay_mode_t)first;
    }
    return errors;
}

const kf_pay_provider_t kf_pay_wompi = {
    .name = "wompi",
    .caps = KF_PAY_CAN_REDIRECT | KF_PAY_CAN_CREATE_LOCAL | KF_PAY_CAN_FIND | KF_PAY_CAN_VOID
            | KF_PAY_CAN_REFUND_PART | KF_PAY_CAN_EXPIRE,
    .test_steps = 2,
    .account_check = account_check,
    .create = kf_wompi_create,
    .event_verify = kf_wompi_event_verify,
    .tx_request = kf_wompi_tx_request,
    .find_request = kf_wompi_find_request,
    .tx_parse = kf_wompi_tx_parse,
    .refund_request = kf_wompi_refund_request,
    .refund_parse = kf_wompi_refund_parse,
    .test_request = kf_wompi_test_request,
    .test_parse = kf_wompi_test_parse,
};
