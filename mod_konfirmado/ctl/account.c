#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "ctl/ctl.h"
#include "flow/payment/payments.h"
#include "json/decode.h"
#include "money/money.h"
#include "pay/provider.h"
#include "repo/payment/account.h"

#define SHOWN_CHARS 4
#define ANY_CURRENCY "COP" /* of a provider that takes any: two decimals, as most have */

static const kfm_ctl_opt_t set_opts[] = {
    {"payer", KFM_CTL_PAYER, NULL, NULL, NULL},
    {"keys-file", KFM_CTL_TEXT, "FILE",
     "a JSON file with all keys, because other users can see a command's options", NULL},
    {"min", KFM_CTL_TEXT, "AMOUNT", "the smallest payment, in major units", "min_cents"},
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {{"PROVIDER", "provider"}, {"MODE", "mode"},
                                        {"ACTIVE", "active"},     {"PUBLIC KEY", "public_key"},
                                        {"EVENTS TO", "path"},    {NULL, NULL}};

static kf_err_t *read_file(json_t **out, kfm_ctl_t *ctl, const char *path)
{
    char *text = apr_pcalloc(ctl->p, KF_MAX_CTL_KEYS_FILE);
    apr_size_t len = KF_MAX_CTL_KEYS_FILE;
    apr_file_t *file;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ, 0, ctl->p);
    char why[120];

    kf_wipe_with_pool(text, KF_MAX_CTL_KEYS_FILE, ctl->p);
    if (status == APR_SUCCESS) {
        status = apr_file_read_full(file, text, KF_MAX_CTL_KEYS_FILE, &len);
        apr_file_close(file);
    }
    if (status != APR_EOF) {
        return kfm_ctl_bad(ctl, "keys-file", "%s cannot be read: %s.", path,
                           status ? apr_strerror(status, why, sizeof(why)) : "it is too large");
    }
    return kf_json_decode(out, text, len, ctl->p);
}

static kf_err_t *keys_from_file(kf_pay_account_t *out, kfm_ctl_t *ctl, const kf_pay_provider_t *provider, const char *path)
{
    kf_field_t *fields = apr_pcalloc(ctl->p, sizeof(*fields) * provider->n_keys);
    kf_json_value_t *v = apr_pcalloc(ctl->p, sizeof(*v) * provider->n_keys);
    json_t *json = NULL;

    for (size_t i = 0; i < provider->n_keys; i++) {
        fields[i] = (kf_field_t){.name = provider->keys[i].name, .type = KF_F_TEXT, .required = true, .max = 200};
    }
    KF_TRY(read_file(&json, ctl, path));
    KF_TRY(kf_json_map(v, json, fields, provider->n_keys, "", ctl->p));
    for (size_t i = 0; i < provider->n_keys; i++) {
        *kf_pay_key(out, &provider->keys[i]) = v[i].s;
    }
    return NULL;
}

/* The keys, as options or as a file of JSON. */
static kf_err_t *read_account(kf_pay_account_t *out, const kf_pay_provider_t **provider, kfm_ctl_t *ctl)
{
    const char *file = kfm_ctl_text(ctl, "keys-file");

    memset(out, 0, sizeof(*out));
    KF_TRY(kfm_ctl_must(&out->provider, ctl, "provider"));
    *provider = kf_pay_provider_find(out->provider);
    if (!*provider) {
        return kfm_ctl_bad(ctl, "provider", "There is no payment provider \"%s\".", out->provider);
    }
    if (file) {
        return keys_from_file(out, ctl, *provider, file);
    }
    for (size_t i = 0; i < (*provider)->n_keys; i++) {
        const kf_pay_key_t *key = &(*provider)->keys[i];

        KF_TRY(kfm_ctl_must(kf_pay_key(out, key), ctl, kfm_ctl_option(key->name, ctl->p)));
    }
    return NULL;
}

static const char *hook_path(kfm_ctl_t *ctl, const char *provider, const char *hook)
{
    return apr_pstrcat(ctl->p, "/api/webhooks/", provider, "/", hook, NULL);
}

static kf_err_t *put_limit(kfm_ctl_t *ctl, const kf_uuid_t *tenant, const kf_account_row_t *row, const char *currency)
{
    const char *min = kfm_ctl_text(ctl, "min");
    kf_money_t amount;
    kf_err_t *err;

    if (!min) {
        return NULL;
    }
    err = kf_money_parse_major(&amount, min, currency ? currency : ANY_CURRENCY, ctl->p);
    if (err || amount.minor < 0) {
        return kfm_ctl_bad(ctl, "min", "%s", err ? err->detail : "The amount is negative.");
    }
    return kf_repo_account_limit(ctl->db, tenant, row->provider, row->mode, amount.minor, ctl->p);
}

static kf_err_t *set(kfm_ctl_t *ctl)
{
    const kf_pay_provider_t *provider;
    kf_pay_account_t account;
    kf_account_row_t row;
    kf_uuid_t tenant;
    const char *hook;
    json_t *answer = kfm_ctl_object(ctl);

    KF_TRY(read_account(&account, &provider, ctl));
    KF_TRY(kf_flow_account_check(&account, ctl->p));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_flow_account_row(&row, ctl->keys, &tenant, &account, ctl->p));
    KF_TRY(kf_repo_account_put(&hook, ctl->db, &tenant, &row, ctl->p));
    KF_TRY(put_limit(ctl, &tenant, &row, provider->currency));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "provider", row.provider);
    kfm_ctl_put(answer, "mode", row.mode);
    kfm_ctl_put(answer, "hook_id", hook);
    kfm_ctl_put(answer, "path", hook_path(ctl, row.provider, hook));
    kfm_ctl_say(
        ctl, answer,
        "The %s account of %s is active (%s). At the provider, set the events URL to the server's address and this "
        "path:\n%s",
        row.provider, kfm_ctl_arg(ctl, 0), row.mode, hook_path(ctl, row.provider, hook));
    return NULL;
}

/* "pub_test_...aB3d": enough to distinguish two keys. */
static const char *masked(kfm_ctl_t *ctl, const char *key)
{
    const char *rest = strrchr(key, '_');
    size_t len = strlen(key);

    if (!rest || len < SHOWN_CHARS) {
        return "...";
    }
    return apr_pstrcat(ctl->p, apr_pstrmemdup(ctl->p, key, (apr_size_t)(rest + 1 - key)), "...",
                       key + len - SHOWN_CHARS, NULL);
}

static kf_err_t *show(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    json_t *docs, *doc;
    size_t i;

    KF_TRY(kfm_ctl_docs_of(&docs, &tenant, ctl, kf_repo_account_list));
    json_array_foreach (docs, i, doc) {
        const char *hook = json_string_value(json_object_get(doc, "hook_id"));
        const char *provider = json_string_value(json_object_get(doc, "provider"));
        const char *key = json_string_value(json_object_get(doc, "public_key"));

        kfm_ctl_put(doc, "path", hook_path(ctl, provider ? provider : "", hook ? hook : ""));
        kfm_ctl_put(doc, "public_key", masked(ctl, key ? key : ""));
    }
    kfm_ctl_table(ctl, docs, columns);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_accounts[] = {
    {"payment-account set", "TENANT", 1, 1, KFM_CTL_DATABASE | KFM_CTL_KEYS,
     "Sets the payment account of a business. Its keys determine whether it is a test or a production account. They "
     "are sealed with the key file. Setting the same mode again keeps its events URL.",
     set_opts, set},
    {"payment-account show", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Shows the accounts of a business. Secrets are not shown and keys are shortened.", NULL, show},
    KFM_CTL_CMD_END};
