/* /api/professionals, with their hours. */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "handle/acts.h"
#include "handle/fields.h"

/* -- hours -- */

enum { H_WEEKDAY, H_KIND, H_STARTS, H_ENDS, H__N };
enum { O_DAY, O_CLOSED, O_STARTS, O_ENDS, O__N };

static const char *const kinds[] = {"work", "break", NULL};

static const kf_field_t hour_fields[H__N] = {
    [H_WEEKDAY] = {.name = "weekday", .type = KF_F_INT, .required = true, .min = 1, .max = 7},
    [H_KIND] = {.name = "kind", .type = KF_F_WORD, .words = kinds},
    [H_STARTS] = {.name = "starts", .type = KF_F_TEXT, .required = true, .min = 5, .max = 5},
    [H_ENDS] = {.name = "ends", .type = KF_F_TEXT, .required = true, .min = 5, .max = 5},
};

static const kf_field_t override_fields[O__N] = {
    [O_DAY] = {.name = "day", .type = KF_F_DATE, .required = true},
    [O_CLOSED] = {.name = "closed", .type = KF_F_BOOL},
    [O_STARTS] = {.name = "starts", .type = KF_F_TEXT, .min = 5, .max = 5},
    [O_ENDS] = {.name = "ends", .type = KF_F_TEXT, .min = 5, .max = 5},
};

/* "HH:MM" in minutes of the day, 24:00 at most; -1 if it is none. */
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
    kf_json_value_t v[H__N];
    kf_err_t *bad = NULL, *one;
    json_t *item;
    size_t i;

    if (!list->present) {
        return NULL;
    }
    json_array_foreach (list->json, i, item) {
        const char *prefix = apr_psprintf(call->pool, "hours.%d", (int)i);

        one = kf_json_map(v, item, hour_fields, H__N, prefix, call->pool);
        kf_err_add(&bad, one ? one : check_span(call, &v[H_STARTS], &v[H_ENDS], prefix));
    }
    return bad;
}

static kf_err_t *check_overrides(kfm_call_t *call, const kf_json_value_t *list)
{
    kf_json_value_t v[O__N];
    kf_err_t *bad = NULL, *one;
    json_t *item;
    size_t i;

    if (!list->present) {
        return NULL;
    }
    json_array_foreach (list->json, i, item) {
        const char *prefix = apr_psprintf(call->pool, "overrides.%d", (int)i);

        one = kf_json_map(v, item, override_fields, O__N, prefix, call->pool);
        if (!one && !(v[O_CLOSED].present && v[O_CLOSED].b)) {
            one = check_span(call, &v[O_STARTS], &v[O_ENDS], prefix);
        }
        kf_err_add(&bad, one);
    }
    return bad;
}

enum { P_HOURS, P_OVERRIDES, P__N };

static const kf_field_t plan_fields[P__N] = {
    [P_HOURS] = {.name = "hours", .type = KF_F_ARRAY, .required = true, .max = 200},
    [P_OVERRIDES] = {.name = "overrides", .type = KF_F_ARRAY, .required = true, .max = 1000},
};

static kf_err_t *check_plan(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = check_hours(call, &v[P_HOURS]);

    kf_err_add(&bad, check_overrides(call, &v[P_OVERRIDES]));
    return bad;
}

const kfm_fields_t kfm_fields_hours = {plan_fields, P__N, check_plan};

/* -- the professional -- */

static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = check_hours(call, &v[KFM_PROFESSIONAL_hours]);

    kf_err_add(&bad, check_overrides(call, &v[KFM_PROFESSIONAL_overrides]));
    return bad;
}

const kfm_fields_t kfm_fields_professional = {kfm_professional_fields, KFM_PROFESSIONAL_N, check};

static const kf_field_t filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_F_WORD, .words = kfm_words_archive},
};
static const kfm_fields_t filters = KFM_FIELDS(filter_fields, NULL);

const kfm_edit_t kfm_professional_add = {.shape = KFM_ADD, .stmt = &kf_doc_professional_add,
                                         .fields = &kfm_fields_professional, .status = 201, .location = "/api/professionals/"};
const kfm_edit_t kfm_professional_change = {.shape = KFM_CHANGE, .stmt = &kf_doc_professional_change,
                                            .fields = &kfm_fields_professional, .partial = true};
const kfm_edit_t kfm_professional_archive = {.shape = KFM_ACT, .stmt = &kf_doc_professional_archive, .status = 204};
const kfm_edit_t kfm_professional_restore = {.shape = KFM_ACT, .stmt = &kf_doc_professional_restore};
const kfm_edit_t kfm_hours_set = {.shape = KFM_CHANGE, .stmt = &kf_doc_professional_hours_put,
                                  .fields = &kfm_fields_hours};

const kfm_list_t kfm_professionals = {&filters, &kf_doc_professional_page};
