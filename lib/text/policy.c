#include "text/policy.h"

#include <apr_strings.h>
#include <stdbool.h>
#include <string.h>

#define DAY_HOURS 24
#define DAYS_FROM 72 /* from that many hours on, days are used: "3 días antes", but "48 horas antes" */

static const char *key_of(const kf_policy_words_t *w, const char *name, apr_pool_t *p)
{
    return apr_pstrcat(p, w->reader == KF_POLICY_MERCHANT ? "policy.merchant." : "policy.customer.", name, NULL);
}

static const char *say(const kf_policy_words_t *w, const char *name, apr_pool_t *p)
{
    return kf_catalog_text(w->catalog, w->lang, key_of(w, name, p));
}

const char *kf_policy_before(const kf_policy_words_t *w, json_int_t hours, apr_pool_t *p)
{
    bool days = hours >= DAYS_FROM && hours % DAY_HOURS == 0;

    if (hours <= 0) {
        return kf_catalog_text(w->catalog, w->lang, "policy.before.start");
    }
    return days ? kf_catalog_plural(w->catalog, w->lang, "policy.before.days", (long)(hours / DAY_HOURS), p)
                : kf_catalog_plural(w->catalog, w->lang, "policy.before.hours", (long)hours, p);
}

/* -- cancelling -- */

static const json_t *tiers_of(const json_t *policy)
{
    const json_t *tiers = json_object_get(policy, "tiers");

    tiers = tiers ? tiers : json_object_get(policy, "cancel_tiers");
    return json_is_array(tiers) ? tiers : NULL;
}

static json_int_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

/* What one tier refunds: the start of the sentence, or its continuation. */
static const char *clause(const kf_policy_words_t *w, const json_t *tier, bool first, apr_pool_t *p)
{
    json_int_t percent = number(tier, "percent");
    const char *key = !first ? "policy.further" : key_of(w, percent >= 100 ? "all" : "part", p);

    return kf_catalog_format(w->catalog, w->lang, key, p, "before", kf_policy_before(w, number(tier, "hours"), p),
                             "percent", apr_ltoa(p, (long)percent), NULL);
}

static const char *tiers_text(const kf_policy_words_t *w, const json_t *tiers, apr_pool_t *p)
{
    const char *text = NULL;
    json_int_t last = 0;
    size_t i;
    json_t *tier;

    json_array_foreach(tiers, i, tier) {
        if (number(tier, "percent") > 0) {
            text = apr_pstrcat(p, text ? text : "", text ? "; " : "", clause(w, tier, !text, p), NULL);
            last = number(tier, "hours");
        }
    }
    if (!text) {
        return say(w, "none", p);
    }
    return last > 0 ? apr_pstrcat(p, text, ". ", say(w, "after", p), NULL) : apr_pstrcat(p, text, ".", NULL);
}

static bool kept(const kf_policy_words_t *w)
{
    const char *rule = json_string_value(json_object_get(w->policy, "deposit_rule"));

    return rule && !strcmp(rule, "kept") && w->charge_cents < w->price_cents;
}

const char *kf_policy_cancel(const kf_policy_words_t *w, apr_pool_t *p)
{
    const json_t *tiers = tiers_of(w->policy);

    if (!tiers) {
        return NULL;
    }
    if (w->charge_cents <= 0) {
        return say(w, "free", p);
    }
    return kept(w) ? say(w, "kept", p) : tiers_text(w, tiers, p);
}

/* -- moving, not coming -- */

const char *kf_policy_move(const kf_policy_words_t *w, apr_pool_t *p)
{
    const json_t *hours = json_object_get(w->policy, "move_until_hours");
    const json_t *most = json_object_get(w->policy, "move_most");
    json_int_t n = json_integer_value(most);

    if (!json_is_integer(hours) || !json_is_integer(most)) {
        return NULL;
    }
    if (n <= 0) {
        return say(w, "move_never", p);
    }
    return kf_catalog_format(w->catalog, w->lang, key_of(w, n == 1 ? "move.one" : "move.other", p), p, "before",
                             kf_policy_before(w, json_integer_value(hours), p), "n",
                             apr_ltoa(p, (long)n), NULL);
}

const char *kf_policy_no_show(const kf_policy_words_t *w, apr_pool_t *p)
{
    const char *rule = json_string_value(json_object_get(w->policy, "no_show_rule"));

    if (!rule || w->charge_cents <= 0) {
        return NULL;
    }
    return say(w, !strcmp(rule, "refund") ? "no_show_refund" : "no_show_keep", p);
}
