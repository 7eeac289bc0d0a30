#include "pay/wompi/wompi.h"

#include "pay/wompi/int.h"

#include <string.h>

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
    const kf_wompi_settings_t *set = account->settings;

    return account->mode == KF_PAY_PROD ? (set && set->api ? set->api : KF_WOMPI_API_PROD)
                                        : (set && set->sandbox_api ? set->sandbox_api : KF_WOMPI_API_TEST);
}

/* -- what it declares -- */

#define KEY(member) .name = #member, .at = offsetof(kf_pay_account_t, member)

static const kf_pay_key_t keys[] = {
    {KEY(public_key), .prefix = {"pub_test_", "pub_prod_"}, .shown = "pub_...", .help = "of the account"},
    {KEY(private_key), .secret = true, .prefix = {"prv_test_", "prv_prod_"}, .shown = "prv_...", .help = "of the account"},
    {KEY(integrity_secret), .secret = true, .prefix = {"test_integrity_", "prod_integrity_"}, .shown = "TEXT",
     .help = "signs checkouts"},
    {KEY(events_secret), .secret = true, .prefix = {"test_events_", "prod_events_"}, .shown = "TEXT",
     .help = "signs events"},
};

#define AT(member) offsetof(kf_wompi_settings_t, member)

static const kf_setting_t settings[] = {
    {.directive = "KonfirmadoWompiAPI", .kind = KF_SETTING_API, .initial = KF_WOMPI_API_PROD, .at = AT(api), .jobs = true,
     .help = "Wompi's API for production keys"},
    {.directive = "KonfirmadoWompiSandboxAPI", .kind = KF_SETTING_API, .initial = KF_WOMPI_API_TEST, .at = AT(sandbox_api),
     .jobs = true, .help = "Wompi's API for test keys"},
    {.directive = "KonfirmadoWompiCheckout", .kind = KF_SETTING_URL, .initial = KF_WOMPI_CHECKOUT, .at = AT(checkout),
     .form = true, .help = "Wompi's web checkout"},
};

const kf_pay_provider_t kf_pay_wompi = {
    .name = "wompi",
    .caps = KF_PAY_CAN_CREATE_LOCAL | KF_PAY_CAN_VOID | KF_PAY_CAN_REFUND_PART,
    .keys = keys,
    .n_keys = sizeof(keys) / sizeof(*keys),
    .settings = {settings, sizeof(settings) / sizeof(*settings), sizeof(kf_wompi_settings_t)},
    .currency = KF_WOMPI_CURRENCY,
    .amount_min = KF_WOMPI_AMOUNT_MIN,
    .test_steps = 2,
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
