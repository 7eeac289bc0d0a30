/* /api/professionals, with their hours. */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "handle/acts.h"

/* -- hours -- */

/* "HH:MM" in minutes of the day, 24:00 at most; -1 if it is malformed. */
static int minutes(const kf_json_value_t *v)
{
    const char *s = v->s;

    if (!v->present || v->len != 5 || s[2] != ':' || strspn(s, "0123456789") != 2
        || strspn(s + 3, "0123456789") != 2) {
        return -1;
    }
    int h = (s[0] - '0') * 10 + s[1] - '0', m = (s[3] - '0') * 10 + s[4] - '0';

    return m < 60 && (h < 24 || (h == 24 && m == 0)) ? h * 60 + m : -1;
}

static kf_err_t *check_span(kfm_call_t *call, const kf_json_value_t *starts, const kf_json_value_t *ends,
                            const char *prefix)
{
    int from = minutes(starts), to = minutes(ends);
    kf_err_t *bad = NULL;

    if (from < 0 || from == 24 * 60) {
        kf_err_add(&bad, kf_err_wrong(call->pool, apr_pstrcat(call->pool, prefix, ".starts", NULL), KF_WRONG_NOT_A_TIME,
                                      "This must be a time of day: HH:MM."));
    }
    if (to < 0 || (from >= 0 && to <= from)) {
        kf_err_add(&bad, kf_err_wrong(call->pool, apr_pstrcat(call->pool, prefix, ".ends", NULL), KF_WRONG_WRONG_ORDER,
                                      "This must be a time of day after the start, 24:00 at most."));
    }
    return bad;
}

static kf_err_t *check_hours(kfm_call_t *call, const kf_json_value_t *list)
{
    kf_json_value_t v[KFM_N(hour)];
    kf_err_t *bad = NULL, *one;
    json_t *item;
    size_t i;

    if (!list->present) {
        return NULL;
    }
    json_array_foreach (list->json, i, item) {
        const char *prefix = apr_psprintf(call->pool, "hours.%d", (int)i);

        one = kf_json_map(v, item, kfm_hour_fields, KFM_N(hour), prefix, call->pool);
        kf_err_add(&bad, one ? one : check_span(call, &v[KFM_AT(hour, starts)], &v[KFM_AT(hour, ends)], prefix));
    }
    return bad;
}

static kf_err_t *check_overrides(kfm_call_t *call, const kf_json_value_t *list)
{
    kf_json_value_t v[KFM_N(override)];
    kf_err_t *bad = NULL, *one;
    json_t *item;
    size_t i;

    if (!list->present) {
        return NULL;
    }
    json_array_foreach (list->json, i, item) {
        const char *prefix = apr_psprintf(call->pool, "overrides.%d", (int)i);

        one = kf_json_map(v, item, kfm_override_fields, KFM_N(override), prefix, call->pool);
        if (!one && !(v[KFM_AT(override, closed)].present && v[KFM_AT(override, closed)].b)) {
            one = check_span(call, &v[KFM_AT(override, starts)], &v[KFM_AT(override, ends)], prefix);
        }
        kf_err_add(&bad, one);
    }
    return bad;
}

kf_err_t *kfm_check_plan(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = check_hours(call, &v[KFM_AT(plan, hours)]);

    kf_err_add(&bad, check_overrides(call, &v[KFM_AT(plan, overrides)]));
    return bad;
}

/* -- the professional -- */

kf_err_t *kfm_check_professional(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = check_hours(call, &v[KFM_AT(professional, hours)]);

    kf_err_add(&bad, check_overrides(call, &v[KFM_AT(professional, overrides)]));
    return bad;
}
