#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/uuid.h"
#include "ctl/ctl.h"
#include "db/conn.h"
#include "money/money.h"
#include "net/guard.h"
#include "repo/hold/offer.h"
#include "repo/operator/health.h"

#define LIMIT 50
#define LIMIT_MAX 1000

kf_err_t *kfm_ctl_connect(kfm_ctl_t *ctl)
{
    if (ctl->db) {
        return NULL;
    }
    if (!ctl->database) {
        return kfm_ctl_usage(
            ctl, "No database is given: use --database \"host=... dbname=... user=...\" or the environment variable "
                 "KONFIRMADO_DATABASE.");
    }
    return kf_db_connect(&ctl->db, ctl->database, ctl->p);
}

kf_err_t *kfm_ctl_read_keys(kfm_ctl_t *ctl)
{
    kf_err_t *err;

    if (ctl->keys) {
        return NULL;
    }
    if (!ctl->key_file) {
        return kfm_ctl_usage(
            ctl, "No key file is given: use --key-file FILE or the environment variable KONFIRMADO_KEY_FILE; "
                 "konfirmadoctl keys generate creates such a file.");
    }
    err = kf_keyring_load(&ctl->keys, ctl->key_file, true, ctl->p);
    return err ? kfm_ctl_bad(ctl, "key-file", "%s: %s", ctl->key_file, err->detail) : NULL;
}

kf_err_t *kfm_ctl_owns_stdin(kfm_ctl_t *ctl)
{
    return ctl->lines ? kfm_ctl_usage(ctl, "Standard input has the commands of the batch: run this one by itself.")
                      : NULL;
}

kf_err_t *kfm_ctl_new_id(kf_uuid_t *out, kfm_ctl_t *ctl)
{
    return kf_uuid_timed(out, kf_instant_now() / 1000, ctl->p);
}

kf_err_t *kfm_ctl_tenant(kf_uuid_t *out, kfm_ctl_t *ctl, int i)
{
    const char *name = kfm_ctl_arg(ctl, i);
    const kf_tenant_t *tenant;
    const char *kind = kf_uuid_read(out, name, strlen(name)) ? "id" : "subdomain";

    KF_TRY(kf_repo_tenant_find(&tenant, ctl->db, kind, name, ctl->p));
    if (!tenant) {
        return kf_err(ctl->p, KF_E_NOT_FOUND, "There is no tenant with the %s \"%s\".", kind, name);
    }
    *out = tenant->id;
    return NULL;
}

kf_err_t *kfm_ctl_now(kf_instant_t *out, kfm_ctl_t *ctl)
{
    kf_health_t health;

    KF_TRY(kf_repo_health(&health, ctl->db, ctl->p));
    *out = health.now;
    return NULL;
}

kf_err_t *kfm_ctl_docs(json_t **out, kfm_ctl_t *ctl, const apr_array_header_t *rows)
{
    *out = kfm_ctl_array(ctl);
    for (int i = 0; i < rows->nelts; i++) {
        json_t *doc;

        KF_TRY(kfm_ctl_load(&doc, ctl, APR_ARRAY_IDX(rows, i, const char *)));
        json_array_append(*out, doc);
    }
    return NULL;
}

kf_err_t *kfm_ctl_docs_of(json_t **out, kf_uuid_t *tenant, kfm_ctl_t *ctl, kfm_ctl_docs_fn *list)
{
    apr_array_header_t *rows;

    KF_TRY(kfm_ctl_tenant(tenant, ctl, 0));
    KF_TRY(list(&rows, ctl->db, tenant, ctl->p));
    return kfm_ctl_docs(out, ctl, rows);
}

static const char *member(const json_t *doc, const char *name)
{
    const char *text = json_string_value(json_object_get(doc, name));

    return text ? text : "";
}

kf_err_t *kfm_ctl_find(const json_t **out, kfm_ctl_t *ctl, const json_t *list, const char *what,
                       const char *name)
{
    const char *id = apr_pstrcat(ctl->p, what, "_id", NULL);
    const json_t *doc, *named = NULL;
    int same = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        doc = json_array_get(list, i);
        if (!strcasecmp(member(doc, id), name)) {
            *out = doc;
            return NULL;
        }
        if (!strcmp(member(doc, "name"), name)) {
            named = doc;
            same++;
        }
    }
    if (same != 1) {
        return same ? kf_err_field(ctl->p, KF_E_CONFLICT, what, "%d have the name \"%s\": use the id.", same, name)
                    : kf_err_field(ctl->p, KF_E_NOT_FOUND, what, "The tenant has no %s with the id or name \"%s\".",
                                   what, name);
    }
    *out = named;
    return NULL;
}

static kf_err_t *list_value(json_t **out, kfm_ctl_t *ctl, const char *opt)
{
    apr_array_header_t *all = kfm_ctl_list(ctl, opt);

    *out = json_array();
    for (int i = 0; i < all->nelts; i++) {
        const char *text = APR_ARRAY_IDX(all, i, const char *);

        if (*text) {
            json_array_append_new(*out, json_string(text));
        }
    }
    return NULL;
}

static kf_err_t *value_of(json_t **out, kfm_ctl_t *ctl, const kfm_ctl_opt_t *opt)
{
    const char *text = kfm_ctl_text(ctl, opt->name);
    int64_t number = 0;
    bool there;

    switch (opt->kind) {
    case KFM_CTL_FLAG:
        *out = json_true();
        return NULL;
    case KFM_CTL_LIST:
        return list_value(out, ctl, opt->name);
    case KFM_CTL_INT:
        KF_TRY(kfm_ctl_int(&number, &there, ctl, opt->name, -INT32_MAX, INT32_MAX));
        *out = json_integer(number);
        return NULL;
    default:
        *out = *text ? json_string(text) : json_null();
        return *out ? NULL : kfm_ctl_bad(ctl, opt->name, "The text is not valid UTF-8.");
    }
}

kf_err_t *kfm_ctl_document(json_t **out, kfm_ctl_t *ctl)
{
    *out = kfm_ctl_object(ctl);
    for (const kfm_ctl_opt_t *opt = ctl->opts; opt->name; opt++) {
        json_t *value;

        if (opt->member && kfm_ctl_flag(ctl, opt->name)) {
            KF_TRY(value_of(&value, ctl, opt));
            json_object_set_new(*out, opt->member, value);
        }
    }
    return NULL;
}

const char *kfm_ctl_dump(kfm_ctl_t *ctl, const json_t *doc)
{
    char *text = json_dumps(doc, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *out = apr_pstrdup(ctl->p, text ? text : "null");

    free(text);
    return out;
}

static kf_err_t *make_guard(kf_guard_t **out, kfm_ctl_t *ctl)
{
    apr_array_header_t *allowed = kfm_ctl_list(ctl, "allow");

    *out = kf_guard_create(ctl->p);
    kf_guard_allow_http(*out, kfm_ctl_flag(ctl, "allow-http"));
    for (int i = 0; i < allowed->nelts; i++) {
        const char *rule = APR_ARRAY_IDX(allowed, i, const char *);
        kf_err_t *err = kf_guard_allow(
            *out, strchr(rule, ':') ? rule : apr_pstrcat(ctl->p, rule, ":*", NULL), ctl->p);

        if (err) {
            return kfm_ctl_bad(ctl, "allow", "%s", err->detail);
        }
    }
    return NULL;
}

kf_err_t *kfm_ctl_check_urls(kfm_ctl_t *ctl, const char *const *opts, bool paths)
{
    kf_guard_t *guard;

    KF_TRY(make_guard(&guard, ctl));
    for (; *opts; opts++) {
        const char *url = kfm_ctl_text(ctl, *opts);
        kf_err_t *err;

        if (!url || !*url || (paths && url[0] == '/' && url[1] != '/')) {
            continue;
        }
        err = kf_guard_check_url(guard, url, ctl->p);
        if (err) {
            return kfm_ctl_bad(ctl, *opts, "%s", err->detail);
        }
    }
    return NULL;
}

void kfm_ctl_put_amount(kfm_ctl_t *ctl, json_t *doc, const char *member, const char *minor)
{
    const char *currency = json_string_value(json_object_get(doc, "currency"));
    kf_money_t amount;
    kf_buf_t buf;

    if (!currency ||
        kf_money_init(&amount, json_integer_value(json_object_get(doc, minor)), currency, ctl->p)) {
        return;
    }
    kf_buf_init(&buf, ctl->p, 40, 80);
    kf_buf_str(&buf, currency);
    kf_buf_char(&buf, ' ');
    kf_money_write_decimal(&buf, amount);
    kfm_ctl_put(doc, member, kf_buf_text(&buf));
}

kf_err_t *kfm_ctl_limit(int *out, kfm_ctl_t *ctl)
{
    int64_t limit = LIMIT;
    bool there;

    KF_TRY(kfm_ctl_int(&limit, &there, ctl, "limit", 1, LIMIT_MAX));
    *out = (int)limit;
    return NULL;
}
