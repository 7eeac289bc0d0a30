#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "base/uuid.h"
#include "ctl/ctl.h"
#include "money/money.h"
#include "repo/hold/offer.h"
#include "repo/operator/admin.h"

static const kfm_ctl_opt_t create_opts[] = {
    {"service", KFM_CTL_NOUN, NULL, NULL, NULL},
    {"charge", KFM_CTL_TEXT, "RULE", "what is paid at booking: total, percent:25 or fixed:30000", "deposit_cents"},
    KFM_CTL_URL_OPTS,
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {
    {"NAME", "name"},     {"MINUTES", "duration_min"}, {"PRICE", "price"}, {"CHARGE", "charge"},
    {"ACTIVE", "active"}, {"ID", "service_id"},        {NULL, NULL}};

static kf_err_t *parse_amount(int64_t *out, kfm_ctl_t *ctl, const char *opt, const char *text,
                              const char *currency)
{
    kf_money_t amount;
    kf_err_t *err = kf_money_parse_major(&amount, text, currency, ctl->p);

    if (err) {
        return kfm_ctl_bad(ctl, opt, "%s", err->detail);
    }
    *out = amount.minor;
    return NULL;
}

/* Converts "total", "percent:25" or "fixed:30000" to the members of the document. */
static kf_err_t *put_charge(json_t *doc, kfm_ctl_t *ctl, const char *currency)
{
    const char *rule = kfm_ctl_text(ctl, "charge");
    int64_t value;

    if (!rule || !strcmp(rule, "total")) {
        kfm_ctl_put(doc, "charge_type", "total");
        return NULL;
    }
    if (!strncmp(rule, "percent:", 8)) {
        if (!kf_num_read(&value, rule + 8, strlen(rule + 8), 1, 100)) {
            return kfm_ctl_bad(ctl, "charge",
                               "This must be a percentage from 1 to 100, such as percent:25.");
        }
        kfm_ctl_put(doc, "charge_type", "partial_percent");
        json_object_set_new(doc, "deposit_percent", json_integer(value));
        return NULL;
    }
    if (!strncmp(rule, "fixed:", 6)) {
        KF_TRY(parse_amount(&value, ctl, "charge", rule + 6, currency));
        if (value < 1 || value > json_integer_value(json_object_get(doc, "price_cents"))) {
            return kfm_ctl_bad(ctl, "charge",
                               "This must be an amount above zero and up to the price.");
        }
        kfm_ctl_put(doc, "charge_type", "partial_fixed");
        json_object_set_new(doc, "deposit_cents", json_integer(value));
        return NULL;
    }
    return kfm_ctl_bad(ctl, "charge", "\"%s\" is not a rule: total, percent:25 or fixed:30000.",
                       rule);
}

static kf_err_t *currency_of(const char **out, kfm_ctl_t *ctl, const kf_uuid_t *id)
{
    const kf_tenant_t *tenant;

    *out = kfm_ctl_text(ctl, "currency");
    if (!*out) {
        KF_TRY(kf_repo_tenant_find(&tenant, ctl->db, "id", kf_uuid_text(id, ctl->p), ctl->p));
        *out = tenant ? tenant->currency : "COP";
    }
    return kf_currency_valid(*out)
               ? NULL
               : kfm_ctl_bad(ctl, "currency", "\"%s\" is not a currency.", *out);
}

static kf_err_t *create(kfm_ctl_t *ctl)
{
    static const char *const urls[] = {"image-url", NULL};
    json_t *doc, *answer = kfm_ctl_object(ctl);
    const char *must[4], *currency;
    static const char *const names[4] = {"name", "description", "duration", "price"};
    kf_uuid_t tenant, id;
    int64_t price = 0;

    for (int i = 0; i < 4; i++) {
        KF_TRY(kfm_ctl_must(&must[i], ctl, names[i]));
    }
    KF_TRY(kfm_ctl_check_urls(ctl, urls, true));
    KF_TRY(kfm_ctl_document(&doc, ctl));
    json_object_del(doc, "deposit_cents");
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(currency_of(&currency, ctl, &tenant));
    KF_TRY(parse_amount(&price, ctl, "price", must[3], currency));
    if (price < 0) {
        return kfm_ctl_bad(ctl, "price", "The price must not be negative.");
    }
    json_object_set_new(doc, "price_cents", json_integer(price));
    KF_TRY(put_charge(doc, ctl, currency));
    KF_TRY(kfm_ctl_new_id(&id, ctl));
    KF_TRY(kf_repo_service_create(ctl->db, &tenant, &id, kfm_ctl_dump(ctl, doc), ctl->p));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "service_id", kf_uuid_text(&id, ctl->p));
    kfm_ctl_put(answer, "name", must[0]);
    kfm_ctl_say(ctl, answer, "Service %s is created: %s.", must[0], kf_uuid_text(&id, ctl->p));
    return NULL;
}

static kf_err_t *list(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    json_t *docs, *doc;
    size_t i;

    KF_TRY(kfm_ctl_docs_of(&docs, &tenant, ctl, kf_repo_service_list));
    json_array_foreach (docs, i, doc) {
        kfm_ctl_put_amount(ctl, doc, "price", "price_cents");
        kfm_ctl_put_amount(ctl, doc, "charge", "charge_cents");
    }
    kfm_ctl_table(ctl, docs, columns);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_services[] = {
    {"service create", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Adds a service. It is offered as soon as a professional provides it.", create_opts, create},
    {"service list", "TENANT", 1, 1, KFM_CTL_DATABASE, "Lists the services of a business.", NULL,
     list},
    KFM_CTL_CMD_END};
