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

/* A list of spans: its fields, and where they have their times. */
typedef struct {
    const char *name;
    const kf_field_t *fields;
    int n, starts, ends, closed; /* closed: a day without times; -1: no such field */
} spans_t;

static const spans_t hours = {"hours", kfm_hour_fields, KFM_N(hour), KFM_AT(hour, starts), KFM_AT(hour, ends), -1};
static const spans_t overrides = {"overrides", kfm_override_fields, KFM_N(override), KFM_AT(override, starts),
                                  KFM_AT(override, ends), KFM_AT(override, closed)};

static kf_err_t *check_spans(kfm_call_t *call, const spans_t *spans, const kf_json_value_t *list)
{
    kf_json_value_t *v = apr_palloc(call->pool, (apr_size_t)spans->n * sizeof(*v));
    kf_err_t *bad = NULL, *one;
    json_t *item;
    size_t i;

    if (!list->present) {
        return NULL;
    }
    json_array_foreach (list->json, i, item) {
        const char *prefix = apr_psprintf(call->pool, "%s.%d", spans->name, (int)i);

        one = kf_json_map(v, item, spans->fields, spans->n, prefix, call->pool);
        if (!one && !(spans->closed >= 0 && v[spans->closed].present && v[spans->closed].b)) {
            one = check_span(call, &v[spans->starts], &v[spans->ends], prefix);
        }
        kf_err_add(&bad, one);
    }
    return bad;
}

static kf_err_t *check_week(kfm_call_t *call, const kf_json_value_t *week, const kf_json_value_t *days)
{
    kf_err_t *bad = check_spans(call, &hours, week);

    kf_err_add(&bad, check_spans(call, &overrides, days));
    return bad;
}

kf_err_t *kfm_check_plan(kfm_call_t *call, const kf_json_value_t *v)
{
    return check_week(call, &v[KFM_AT(plan, hours)], &v[KFM_AT(plan, overrides)]);
}

/* -- the professional -- */

kf_err_t *kfm_check_professional(kfm_call_t *call, const kf_json_value_t *v)
{
    return check_week(call, &v[KFM_AT(professional, hours)], &v[KFM_AT(professional, overrides)]);
}
