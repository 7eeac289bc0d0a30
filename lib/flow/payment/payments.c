#include "flow/payment/payments.h"

#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "flow/provider.h"
#include "repo/payment/account.h"

#define HOOK_BYTES 24
#define ASK_TIMEOUT_MS 8000 /* of each request: a person waits for the answer */

const char *kf_flow_mode_word(kf_pay_mode_t mode)
{
    return mode == KF_PAY_PROD ? "production" : "test";
}

static kf_err_t *find(const kf_pay_provider_t **out, const kf_pay_account_t *account, apr_pool_t *p)
{
    *out = kf_pay_provider_find(account->provider);
    return *out ? NULL : kf_err_field(p, KF_E_INVALID, "provider", "There is no such payment provider.");
}

kf_err_t *kf_flow_account_check(kf_pay_account_t *account, apr_pool_t *p)
{
    const kf_pay_provider_t *provider;

    KF_TRY(find(&provider, account, p));
    return kf_pay_account_check(&account->mode, provider, account, p);
}

/* -- set -- */

/* What a provider has no key for is sealed all the same, as nothing. */
static kf_err_t *seal_all(kf_account_row_t *row, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                          const kf_pay_account_t *account, apr_pool_t *p)
{
    const struct {
        const char *column, *plain;
        const char **sealed;
    } all[] = {{"private_key", account->private_key, &row->private_key_sealed},
               {"integrity_secret", account->integrity_secret, &row->integrity_secret_sealed},
               {"events_secret", account->events_secret, &row->events_secret_sealed}};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        const kf_account_place_t place = {tenant, row->provider, row->mode, all[i].column};

        KF_TRY(kf_flow_account_seal(all[i].sealed, keys, &place, all[i].plain ? all[i].plain : "", p));
    }
    return NULL;
}

static kf_err_t *new_hook(const char **out, apr_pool_t *p)
{
    uint8_t bytes[HOOK_BYTES];
    char *text = apr_palloc(p, KF_BASE64URL_CHARS(HOOK_BYTES) + 1);

    KF_TRY(kf_random_secret(bytes, sizeof(bytes), p));
    kf_base64url_write(text, bytes, sizeof(bytes));
    *out = text;
    return NULL;
}

kf_err_t *kf_flow_account_row(kf_account_row_t *out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                              kf_pay_account_t *account, apr_pool_t *p)
{
    KF_TRY(kf_flow_account_check(account, p));
    *out = (kf_account_row_t){.provider = account->provider,
                              .mode = kf_flow_mode_word(account->mode),
                              .public_key = account->public_key ? account->public_key : ""};
    KF_TRY(seal_all(out, keys, tenant, account, p));
    return new_hook(&out->hook, p);
}

typedef struct {
    const char **json;
    const kf_account_wish_t *wish;
    const kf_account_row_t *row;
} put_t;

static kf_err_t *put(kf_db_t *db, void *baton, apr_pool_t *p)
{
    put_t *it = baton;
    const kf_uuid_t *tenant = it->wish->tenant;
    const char *hook;

    KF_TRY(kf_repo_account_put(&hook, db, tenant, it->row, p));
    if (it->wish->min_cents) {
        KF_TRY(kf_repo_account_limit(db, tenant, it->row->provider, it->row->mode, *it->wish->min_cents, p));
    }
    return kf_repo_doc(it->json, db, &kf_doc_account_get, (const kf_arg_t[]){KF_UUID(tenant)}, p);
}

kf_err_t *kf_flow_account_set(const char **json, const kf_flow_t *flow, kf_account_wish_t *wish, apr_pool_t *p)
{
    kf_account_row_t row;
    put_t it = {json, wish, &row};

    KF_TRY(kf_flow_account_row(&row, flow->keys, wish->tenant, &wish->account, p));
    return kf_flow_admin(flow, wish->tenant, wish->actor, put, &it, p);
}

/* -- try out -- */

kf_err_t *kf_flow_account_ask(kf_pay_test_t *out, const kf_flow_t *flow, kf_pay_account_t *account, apr_pool_t *p)
{
    const kf_pay_provider_t *provider;
    const char *merchant = NULL;

    memset(out, 0, sizeof(*out));
    KF_TRY(find(&provider, account, p));
    account->settings = kf_flow_payer_settings(flow, provider);
    for (int step = 0; step < provider->test_steps; step++) {
        kf_http_req_t req = {0};
        kf_http_res_t *res;

        KF_TRY(provider->test_request(&req, account, step, p));
        req.ca_file = flow->provider_ca_file;
        req.timeout_ms = ASK_TIMEOUT_MS;
        KF_TRY(kf_http_perform(&res, &req, p));
        provider->test_parse(out, step, res, p);
        if (!out->ok) {
            return NULL;
        }
        merchant = out->merchant ? out->merchant : merchant;
    }
    out->merchant = merchant;
    return NULL;
}

/* Copied out of the result, because the connection is returned before the provider is called. */
static kf_err_t *read_active(kf_sealed_account_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, apr_pool_t *p)
{
    kf_account_row_t row;
    kf_db_t *db;
    kf_err_t *err;
    bool found;

    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_flow_give(flow, db, kf_repo_account_active(&found, &row, db, tenant, p));
    KF_TRY(err);
    if (!found) {
        return kf_err(p, KF_E_CONFLICT, "There is no payment account yet: set its keys first.");
    }
    *out = (kf_sealed_account_t){row.provider,           row.mode,
                                 row.public_key,         row.private_key_sealed,
                                 row.integrity_secret_sealed, row.events_secret_sealed};
    return NULL;
}

static kf_err_t *keep_outcome(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_sealed_account_t *account,
                              const kf_pay_test_t *test, apr_pool_t *p)
{
    const char *result = test->ok ? "ok" : test->retry ? "unreachable" : test->field ? test->field : "refused";
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_account_tested(db, tenant, account->provider, account->mode, result, p));
}

kf_err_t *kf_flow_account_test(kf_pay_test_t *out, kf_pay_account_t *account, const kf_flow_t *flow, const kf_uuid_t *tenant,
                               apr_pool_t *p)
{
    const kf_pay_provider_t *provider;
    kf_sealed_account_t sealed;

    KF_TRY(read_active(&sealed, flow, tenant, p));
    KF_TRY(kf_flow_account_open(&provider, account, flow, tenant, &sealed, p));
    KF_TRY(kf_flow_account_ask(out, flow, account, p));
    return keep_outcome(flow, tenant, &sealed, out, p);
}
