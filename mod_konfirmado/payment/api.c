/* /api/tenant/payments: the merchant's own account at a payment provider. */
#include <apr_strings.h>
#include <string.h>

#include "flow/payment/payments.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "json/encode.h"
#include "pay/provider.h"

enum { F_PROVIDER, F_PUBLIC, F_PRIVATE, F_INTEGRITY, F_EVENTS, F_MIN, F__N };

static const kf_field_t fields[F__N] = {
    [F_PROVIDER] = {.name = "provider", .type = KF_F_TEXT, .min = 1, .max = 32},
    [F_PUBLIC] = {.name = "public_key", .type = KF_F_TEXT, .required = true, .max = 220},
    [F_PRIVATE] = {.name = "private_key", .type = KF_F_TEXT, .required = true, .max = 220},
    [F_INTEGRITY] = {.name = "integrity_secret", .type = KF_F_TEXT, .required = true, .max = 220},
    [F_EVENTS] = {.name = "events_secret", .type = KF_F_TEXT, .required = true, .max = 220},
    [F_MIN] = {.name = "min_cents", .type = KF_F_INT, .min = 0, .max = 1000000000000},
};

/* A key that the provider does not have is empty. */
static kf_err_t *body_of(json_t **body, kfm_call_t *call)
{
    const char *name;
    const kf_pay_provider_t *provider;

    KF_TRY(kfm_admin_body(body, call));
    name = json_string_value(json_object_get(*body, "provider"));
    provider = name ? kf_pay_provider_find(name) : kf_pay_provider_at(0);
    for (int i = F_PUBLIC; provider && json_object_size(*body) && i <= F_EVENTS; i++) {
        if (!kf_pay_key_find(provider, fields[i].name)) {
            json_object_set_new(*body, fields[i].name, json_string(""));
        }
    }
    return NULL;
}

/* Their prefixes tell the mode; keys that are missing are told by the table already. */
static void read_keys(kf_pay_account_t *out, const kf_json_value_t *v)
{
    *out = (kf_pay_account_t){.provider = v[F_PROVIDER].present ? v[F_PROVIDER].s : kf_pay_provider_at(0)->name,
                              .public_key = v[F_PUBLIC].s,
                              .private_key = v[F_PRIVATE].s,
                              .integrity_secret = v[F_INTEGRITY].s,
                              .events_secret = v[F_EVENTS].s};
}

static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_pay_account_t account;

    for (int i = F_PUBLIC; i <= F_EVENTS; i++) {
        if (!v[i].present) {
            return NULL;
        }
    }
    read_keys(&account, v);
    return kf_flow_account_check(&account, call->pool);
}

static const kfm_fields_t account_fields = {fields, F__N, check};

/* Adds to each account the full URL for events, to be entered at the provider. */
static kf_err_t *reply_accounts(kfm_call_t *call, const char *json)
{
    json_t *doc, *item, *events;
    size_t i;

    KF_TRY(kfm_admin_parse(&doc, call, json));
    json_array_foreach (json_object_get(doc, "accounts"), i, item) {
        events = json_object_get(item, "hook_path");
        if (json_is_string(events)) {
            json_object_set_new(item, "events_url", json_string(apr_pstrcat(call->pool, call->cfg->base_url,
                                                                            json_string_value(events), NULL)));
        }
    }
    json = kfm_admin_text(call, doc);
    return kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_handle_payments(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_account_get, KFM_ARGS(KFM_TENANT(call))));
    return reply_accounts(call, json);
}

kf_err_t *kfm_handle_payments_change(kfm_call_t *call)
{
    kf_account_wish_t wish = {.tenant = &call->who->tenant, .actor = kfm_actor(call)};
    kf_json_value_t v[F__N];
    const char *json;
    json_t *body;

    KF_TRY(body_of(&body, call));
    KF_TRY(kfm_fields_read(v, call, body, &account_fields, false));
    read_keys(&wish.account, v);
    wish.min_cents = v[F_MIN].present ? &v[F_MIN].i : NULL;
    KF_TRY(kf_flow_account_set(&json, kfm_flow(call), &wish, call->pool));
    return reply_accounts(call, json);
}

static kf_err_t *reply_test(kfm_call_t *call, const kf_pay_test_t *test, kf_pay_mode_t mode)
{
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 512, 8192);
    kf_json_open(&buf, '{');
    kf_json_bool(&buf, "ok", test->ok);
    kf_json_str(&buf, "mode", kf_flow_mode_word(mode));
    kf_json_str(&buf, "merchant_name", test->merchant);
    kf_json_bool(&buf, "answered", !test->retry);
    kf_json_str(&buf, "field", test->field);
    kf_json_str(&buf, "detail", test->message);
    kf_json_close(&buf, '}');
    return kfm_reply_buf(call, 200, &buf);
}

/* Tests the keys of the body before they are saved; without a body the stored keys. */
kf_err_t *kfm_handle_payments_test(kfm_call_t *call)
{
    kf_json_value_t v[F__N];
    kf_pay_account_t account;
    kf_pay_test_t test;
    json_t *body;

    KF_TRY(body_of(&body, call));
    if (!json_object_size(body)) {
        KF_TRY(kf_flow_account_test(&test, &account, kfm_flow(call), &call->who->tenant, call->pool));
        return reply_test(call, &test, account.mode);
    }
    KF_TRY(kfm_fields_read(v, call, body, &account_fields, false));
    read_keys(&account, v);
    KF_TRY(kf_flow_account_check(&account, call->pool));
    KF_TRY(kf_flow_account_ask(&test, kfm_flow(call), &account, call->pool));
    return reply_test(call, &test, account.mode);
}
