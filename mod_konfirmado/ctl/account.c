#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "ctl/ctl.h"
#include "flow/payment/account.h"
#include "json/decode.h"
#include "money/money.h"
#include "pay/provider.h"
#include "repo/admin_account.h"

#define HOOK_BYTES 24
#define SHOWN_CHARS 4

static const kfm_ctl_opt_t set_opts[] = {
    {"provider", KFM_CTL_TEXT, "NAME", "wompi", NULL},
    {"public-key", KFM_CTL_TEXT, "pub_...", "of the account", "public_key"},
    {"private-key", KFM_CTL_TEXT, "prv_...", "of the account", "private_key"},
    {"integrity-secret", KFM_CTL_TEXT, "TEXT", "signs checkouts", "integrity_secret"},
    {"events-secret", KFM_CTL_TEXT, "TEXT", "signs events", "events_secret"},
    {"keys-file", KFM_CTL_TEXT, "FILE",
     "the four of them as a JSON object: other users see a command's options", NULL},
    {"min", KFM_CTL_TEXT, "AMOUNT", "the smallest payment it takes, in major units", "min_cents"},
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {{"PROVIDER", "provider"}, {"MODE", "mode"},
                                        {"ACTIVE", "active"},     {"PUBLIC KEY", "public_key"},
                                        {"EVENTS TO", "path"},    {NULL, NULL}};

/* Reads the four keys from a JSON file. */
static kf_err_t *keys_from_file(kf_pay_account_t *out, kfm_ctl_t *ctl, const char *path)
{
    enum { F_PUBLIC, F_PRIVATE, F_INTEGRITY, F_EVENTS, F__N };
    static const kf_field_t fields[F__N] = {
        [F_PUBLIC] = {.name = "public_key", .type = KF_F_TEXT, .required = true, .max = 200},
        [F_PRIVATE] = {.name = "private_key", .type = KF_F_TEXT, .required = true, .max = 200},
        [F_INTEGRITY] = {.name = "integrity_secret",
                         .type = KF_F_TEXT,
                         .required = true,
                         .max = 200},
        [F_EVENTS] = {
            .name = "events_secret", .type = KF_F_TEXT, .required = true, .max = 200}};
    kf_json_value_t v[F__N];
    char *text = apr_pcalloc(ctl->p, KF_MAX_CTL_KEYS_FILE);
    apr_size_t len = KF_MAX_CTL_KEYS_FILE;
    apr_file_t *file;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ, 0, ctl->p);
    json_t *json;
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
    KF_TRY(kf_json_decode(&json, text, len, ctl->p));
    KF_TRY(kf_json_map(v, json, fields, F__N, "", ctl->p));
    out->public_key = v[F_PUBLIC].s;
    out->private_key = v[F_PRIVATE].s;
    out->integrity_secret = v[F_INTEGRITY].s;
    out->events_secret = v[F_EVENTS].s;
    return NULL;
}

static kf_err_t *read_account(kf_pay_account_t *out, kfm_ctl_t *ctl)
{
    const char *file = kfm_ctl_text(ctl, "keys-file");

    memset(out, 0, sizeof(*out));
    KF_TRY(kfm_ctl_must(&out->provider, ctl, "provider"));
    if (file) {
        return keys_from_file(out, ctl, file);
    }
    KF_TRY(kfm_ctl_must(&out->public_key, ctl, "public-key"));
    KF_TRY(kfm_ctl_must(&out->private_key, ctl, "private-key"));
    KF_TRY(kfm_ctl_must(&out->integrity_secret, ctl, "integrity-secret"));
    return kfm_ctl_must(&out->events_secret, ctl, "events-secret");
}

static kf_err_t *seal_all(kf_account_row_t *row, kfm_ctl_t *ctl, const kf_uuid_t *tenant,
                          const kf_pay_account_t *account)
{
    const struct {
        const char *column, *plain;
        const char **sealed;
    } all[] = {{"private_key", account->private_key, &row->private_key_sealed},
               {"integrity_secret", account->integrity_secret, &row->integrity_secret_sealed},
               {"events_secret", account->events_secret, &row->events_secret_sealed}};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        const kf_account_place_t place = {tenant, row->provider, row->mode, all[i].column};

        KF_TRY(kf_flow_account_seal(all[i].sealed, ctl->keys, &place, all[i].plain, ctl->p));
    }
    return NULL;
}

static kf_err_t *new_hook(const char **out, kfm_ctl_t *ctl)
{
    uint8_t bytes[HOOK_BYTES];
    char *text = apr_palloc(ctl->p, KF_BASE64URL_CHARS(HOOK_BYTES) + 1);

    KF_TRY(kf_random_secret(bytes, sizeof(bytes), ctl->p));
    kf_base64url_write(text, bytes, sizeof(bytes));
    *out = text;
    return NULL;
}

static const char *hook_path(kfm_ctl_t *ctl, const char *provider, const char *hook)
{
    return apr_pstrcat(ctl->p, "/api/webhooks/", provider, "/", hook, NULL);
}

static kf_err_t *put_limit(kfm_ctl_t *ctl, const kf_uuid_t *tenant, const kf_account_row_t *row)
{
    const char *min = kfm_ctl_text(ctl, "min");
    kf_money_t amount;
    kf_err_t *err;

    if (!min) {
        return NULL;
    }
    err = kf_money_parse_major(&amount, min, "COP", ctl->p);
    if (err || amount.minor < 0) {
        return kfm_ctl_bad(ctl, "min", "%s", err ? err->detail : "The amount is negative.");
    }
    return kf_repo_account_limit(ctl->db, tenant, row->provider, row->mode, amount.minor, ctl->p);
}

/* Checks the keys, which also determine the mode. */
static kf_err_t *check_keys(const kf_pay_provider_t *provider, kf_pay_account_t *account,
                            apr_pool_t *p)
{
    return provider->account_check(&account->mode, account, p);
}

static kf_err_t *set(kfm_ctl_t *ctl)
{
    const kf_pay_provider_t *provider;
    kf_pay_account_t account;
    kf_account_row_t row = {0};
    kf_uuid_t tenant;
    const char *hook;
    json_t *answer = kfm_ctl_object(ctl);

    KF_TRY(read_account(&account, ctl));
    provider = kf_pay_provider_find(account.provider);
    if (!provider) {
        return kfm_ctl_bad(ctl, "provider", "There is no payment provider \"%s\".",
                           account.provider);
    }
    KF_TRY(check_keys(provider, &account, ctl->p));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    row.provider = account.provider;
    row.mode = account.mode == KF_PAY_PROD ? "production" : "test";
    row.public_key = account.public_key;
    KF_TRY(seal_all(&row, ctl, &tenant, &account));
    KF_TRY(new_hook(&row.hook, ctl));
    KF_TRY(kf_repo_account_put(&hook, ctl->db, &tenant, &row, ctl->p));
    KF_TRY(put_limit(ctl, &tenant, &row));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "provider", row.provider);
    kfm_ctl_put(answer, "mode", row.mode);
    kfm_ctl_put(answer, "hook_id", hook);
    kfm_ctl_put(answer, "path", hook_path(ctl, row.provider, hook));
    kfm_ctl_say(
        ctl, answer,
        "The %s account of %s is active (%s). Enter this path after the server's address as its "
        "URL of events:\n%s",
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
    apr_array_header_t *rows;
    kf_uuid_t tenant;
    json_t *docs, *doc;
    size_t i;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_account_list(&rows, ctl->db, &tenant, ctl->p));
    KF_TRY(kfm_ctl_docs(&docs, ctl, rows));
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
     "Sets the account that a business is paid through. Its keys tell whether it is for tests or "
     "production; they are "
     "sealed with the key file. The same mode again keeps its URL of events.",
     set_opts, set},
    {"payment-account show", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Shows the accounts of a business. Secrets are not shown and keys are shortened.", NULL, show},
    KFM_CTL_CMD_END};
