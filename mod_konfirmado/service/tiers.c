#include "service/tiers.h"

#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "page/field.h"
#include "page/policy.h"

#define TIERS 5
#define MAX_HOURS 8760
#define MAX_PERCENT 100
#define MAX_CENTS 1000000000000

typedef struct {
    const char *hours_name, *percent_name; /* of the inputs */
    const char *hours, *percent;           /* as typed; "" if empty */
    int64_t h, c;                          /* hours and percent; -1: invalid */
} tier_t;

static const char *typed(const kfm_form_t *form, const char *name)
{
    const char *text = form->posted ? kf_form_get(form->posted, name) : NULL;
    size_t len;

    text = text ? text + strspn(text, " ") : "";
    for (len = strlen(text); len && strchr(" %", text[len - 1]); len--) {
    }
    return apr_pstrmemdup(form->call->pool, text, len);
}

static int64_t number(const char *text, int64_t max)
{
    int64_t n;

    return kf_num_read(&n, text, strlen(text), 0, max) ? n : -1;
}

static tier_t posted_tier(const kfm_form_t *form, int n)
{
    apr_pool_t *p = form->call->pool;
    tier_t t = {apr_psprintf(p, "t%d.hours", n), apr_psprintf(p, "t%d.percent", n), "", "", -1, -1};

    t.hours = typed(form, t.hours_name);
    t.percent = typed(form, t.percent_name);
    t.h = number(t.hours, MAX_HOURS);
    t.c = number(t.percent, MAX_PERCENT);
    return t;
}

static bool is_empty(const tier_t *t)
{
    return !*t->hours && !*t->percent;
}

/* -- as posted -- */

static void wrong(kfm_form_t *form, const char *field, const char *key)
{
    apr_pool_t *p = form->call->pool;
    const char *text = kfm_form_word(form, key, "");

    kf_err_add(&form->errors, kf_err_because(p, kf_err_field(p, KF_E_INVALID, field, "%s", text), "%s", KFM_FORM_OWN));
}

/* Compares a row with those before it: no hours twice, and no higher refund for a later cancellation. */
static void compare(kfm_form_t *form, const tier_t *tiers, int n)
{
    for (int i = 0; i < n; i++) {
        const tier_t *a = &tiers[i], *b = &tiers[n];

        if (a->h < 0 || a->c < 0) {
            continue;
        }
        if (a->h == b->h) {
            wrong(form, b->hours_name, "tier_twice");
            return;
        }
        if ((a->h > b->h && a->c < b->c) || (a->h < b->h && a->c > b->c)) {
            wrong(form, b->percent_name, "tier_more_later");
            return;
        }
    }
}

static void check(kfm_form_t *form, const tier_t *tiers, int n)
{
    if (tiers[n].h < 0) {
        wrong(form, tiers[n].hours_name, "tier_hours_wrong");
    } else if (tiers[n].c < 0) {
        wrong(form, tiers[n].percent_name, "tier_percent_wrong");
    } else {
        compare(form, tiers, n);
    }
}

void kfm_tiers_read(json_t *doc, kfm_form_t *form)
{
    json_t *list = json_array();
    tier_t tiers[TIERS];

    for (int i = 0; i < TIERS; i++) {
        tiers[i] = posted_tier(form, i + 1);
        if (is_empty(&tiers[i])) {
            continue;
        }
        check(form, tiers, i);
        json_array_append_new(list, json_pack("{s:I, s:I}", "hours", (json_int_t)tiers[i].h, "percent",
                                              (json_int_t)tiers[i].c));
    }
    json_object_set_new(doc, "cancel_tiers", list);
}

/* -- as shown -- */

/* The error of one input, or NULL. */
static const char *fault_of(const kfm_form_t *form, const char *field)
{
    for (const kf_err_t *err = form->errors; err; err = err->next) {
        if (err->field && !strcmp(err->field, field)) {
            return err->detail;
        }
    }
    return NULL;
}

static const char *digits(const json_t *number, apr_pool_t *p)
{
    return json_is_integer(number) ? apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(number)) : "";
}

static tier_t shown_tier(const kfm_form_t *form, const json_t *saved, int n)
{
    const json_t *row = json_array_get(saved, n - 1);
    tier_t t = posted_tier(form, n);

    if (!form->posted) {
        t.hours = digits(json_object_get(row, "hours"), form->call->pool);
        t.percent = digits(json_object_get(row, "percent"), form->call->pool);
    }
    return t;
}

static json_t *tier_item(const kfm_form_t *form, const json_t *saved, int n)
{
    tier_t t = shown_tier(form, saved, n);
    const char *hours_bad = fault_of(form, t.hours_name), *percent_bad = fault_of(form, t.percent_name);

    return json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:b, s:b}", "number", apr_itoa(form->call->pool, n),
                     "hours_name", t.hours_name, "hours", t.hours, "percent_name", t.percent_name,
                     "percent", t.percent, "error", hours_bad ? hours_bad : percent_bad, "hours_bad", hours_bad,
                     "percent_bad", percent_bad);
}

/* The policy of a new service. */
static json_t *defaults(void)
{
    return json_pack("{s:[{s:i, s:i}], s:s, s:s, s:i, s:i, s:i, s:i}", "cancel_tiers", "hours", 24, "percent", 100,
                     "deposit_rule", "tiers", "no_show_rule", "keep", "move_until_hours", 12, "move_most", 2,
                     "price_cents", 1, "charge_cents", 1);
}

/* Sets the price and the prepayment from the typed values. An invalid amount keeps the saved values. */
static void put_price(json_t *policy, const kfm_form_t *form)
{
    const char *type = typed(form, "charge_type"), *currency = kfm_form_currency(form);
    int64_t price, charge;

    if (!kfm_form_money(&price, typed(form, "price_cents"), currency, form->call->pool) || price < 0
        || price > MAX_CENTS) {
        return;
    }
    charge = price;
    if (!strcmp(type, "partial_percent")) {
        int64_t percent = number(typed(form, "deposit_percent"), MAX_PERCENT);

        charge = percent > 0 ? price * percent / 100 : 0;
    } else if (!strcmp(type, "partial_fixed")
               && !kfm_form_money(&charge, typed(form, "deposit_cents"), currency, form->call->pool)) {
        return;
    }
    json_object_set_new(policy, "price_cents", json_integer(price));
    json_object_set_new(policy, "charge_cents", json_integer(charge));
}

/* Replaces saved values by typed ones. An invalid number keeps the saved one. */
static void put_typed(json_t *policy, const kfm_form_t *form)
{
    static const char *const words[] = {"deposit_rule", "no_show_rule", NULL};
    static const char *const numbers[] = {"move_until_hours", "move_most", NULL};
    kfm_form_t copy = *form;

    for (const char *const *name = words; *name; name++) {
        kfm_put(policy, *name, typed(form, *name));
    }
    for (const char *const *name = numbers; *name; name++) {
        int64_t n = number(typed(form, *name), MAX_HOURS);

        if (n >= 0) {
            json_object_set_new(policy, *name, json_integer(n));
        }
    }
    put_price(policy, form);
    copy.errors = NULL;
    kfm_tiers_read(policy, &copy);
    if (copy.errors) {
        json_object_del(policy, "cancel_tiers");
    }
}

static int64_t cents(const json_t *doc, const char *name)
{
    return json_integer_value(json_object_get(doc, name));
}

void kfm_tiers_show(kfm_view_t *view, const kfm_form_t *form)
{
    json_t *list = json_array(), *policy = form->doc ? json_deep_copy(form->doc) : defaults();
    kf_policy_words_t words;

    for (int n = 1; n <= TIERS; n++) {
        json_array_append_new(list, tier_item(form, json_object_get(policy, "cancel_tiers"), n));
    }
    json_object_set_new(view->root, "tiers", list);
    if (form->posted) {
        put_typed(policy, form);
    }
    words = kfm_policy_words(view->call, KF_POLICY_CUSTOMER, policy, cents(policy, "price_cents"),
                             cents(policy, "charge_cents"));
    kfm_policy_put(view->root, "policy", view->call, &words);
    json_decref(policy);
}
