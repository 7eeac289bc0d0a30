/* /api/services. */
#include <apr_strings.h>
#include <string.h>

#include "handle/acts.h"
#include "handle/fields.h"

enum { F_NAME, F_DESCRIPTION, F_IMAGE, F_DURATION, F_PRICE, F_CURRENCY, F_CHARGE, F_PERCENT, F_DEPOSIT, F_BEFORE,
       F_AFTER, F_NOTICE, F_HORIZON, F_STEP, F_MAX, F_ACTIVE, F_POSITION, F_PROFESSIONALS, F_TIERS,
       F_DEPOSIT_RULE, F_NO_SHOW, F_MOVE_UNTIL, F_MOVE_MOST, F_PLACE, F_MAP, F_INSTRUCTIONS, F__N };

static const char *const charges[] = {"total", "partial_percent", "partial_fixed", NULL};
static const char *const deposits[] = {"tiers", "kept", NULL};
static const char *const no_shows[] = {"keep", "refund", NULL};

static const kf_json_field_t fields[F__N] = {
    [F_NAME] = {.name = "name", .type = KF_JSON_STRING, .required = true, .min = 3, .max = 100},
    [F_DESCRIPTION] = {.name = "description", .type = KF_JSON_STRING, .required = true, .multiline = true,
                       .min = 10, .max = 2000},
    [F_IMAGE] = {.name = "image_url", .type = KF_JSON_STRING, .nullable = true, .max = 2000},
    [F_DURATION] = {.name = "duration_min", .type = KF_JSON_INT, .required = true, .min = 15, .max = 480},
    [F_PRICE] = {.name = "price_cents", .type = KF_JSON_INT, .required = true, .min = 0, .max = 1000000000000},
    [F_CURRENCY] = {.name = "currency", .type = KF_JSON_STRING, .min = 3, .max = 3},
    [F_CHARGE] = {.name = "charge_type", .type = KF_JSON_WORD, .words = charges},
    [F_PERCENT] = {.name = "deposit_percent", .type = KF_JSON_INT, .min = 1, .max = 100},
    [F_DEPOSIT] = {.name = "deposit_cents", .type = KF_JSON_INT, .nullable = true, .min = 0, .max = 1000000000000},
    [F_BEFORE] = {.name = "buffer_before_min", .type = KF_JSON_INT, .min = 0, .max = 240},
    [F_AFTER] = {.name = "buffer_after_min", .type = KF_JSON_INT, .min = 0, .max = 240},
    [F_NOTICE] = {.name = "notice_min", .type = KF_JSON_INT, .min = 0, .max = 525600},
    [F_HORIZON] = {.name = "horizon_days", .type = KF_JSON_INT, .min = 1, .max = 730},
    [F_STEP] = {.name = "step_min", .type = KF_JSON_INT, .min = 5, .max = 480},
    [F_MAX] = {.name = "max_per_day", .type = KF_JSON_INT, .nullable = true, .min = 1, .max = 10000},
    [F_ACTIVE] = {.name = "active", .type = KF_JSON_BOOL},
    [F_POSITION] = {.name = "position", .type = KF_JSON_INT, .min = 0, .max = 1000000},
    [F_PROFESSIONALS] = {.name = "professionals", .type = KF_JSON_ARRAY, .max = 200},
    [F_TIERS] = {.name = "cancel_tiers", .type = KF_JSON_ARRAY, .max = 5},
    [F_DEPOSIT_RULE] = {.name = "deposit_rule", .type = KF_JSON_WORD, .words = deposits},
    [F_NO_SHOW] = {.name = "no_show_rule", .type = KF_JSON_WORD, .words = no_shows},
    [F_MOVE_UNTIL] = {.name = "move_until_hours", .type = KF_JSON_INT, .min = 0, .max = 720},
    [F_MOVE_MOST] = {.name = "move_most", .type = KF_JSON_INT, .min = 0, .max = 20},
    [F_PLACE] = {.name = "place", .type = KF_JSON_STRING, .nullable = true, .max = 300},
    [F_MAP] = {.name = "map_url", .type = KF_JSON_STRING, .nullable = true, .max = 500},
    [F_INSTRUCTIONS] = {.name = "instructions", .type = KF_JSON_STRING, .nullable = true, .multiline = true,
                        .max = 2000},
};

/* -- what is given back when the customer cancels -- */

enum { T_HOURS, T_PERCENT, T__N };

static const kf_json_field_t tier_fields[T__N] = {
    [T_HOURS] = {.name = "hours", .type = KF_JSON_INT, .required = true, .min = 0, .max = 8760},
    [T_PERCENT] = {.name = "percent", .type = KF_JSON_INT, .required = true, .min = 0, .max = 100},
};

static kf_err_t *check_tiers(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    kf_json_value_t t[T__N];
    kf_err_t *bad = NULL;
    json_t *one;
    size_t i;

    json_array_foreach (v->json, i, one) {
        kf_err_add(&bad, kf_json_map(t, one, tier_fields, T__N, apr_psprintf(call->pool, "%s.%d", field, (int)i),
                                     call->pool));
    }
    return bad;
}

/* Customers are sent there, by mails too. */
static kf_err_t *check_map(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    if (!v->present || (!strncmp(v->s, "https://", 8) && v->len >= 12 && !strpbrk(v->s, " \t\r\n\f\v\"<>"))) {
        return NULL;
    }
    return kf_err_wrong(call->pool, field, KF_WRONG_NOT_AN_ADDRESS, "This must be an https address.");
}

/* A deposit above the price would make the price a wrong one. */
static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = kfm_check_picture(call, &v[F_IMAGE], "image_url");

    kf_err_add(&bad, kfm_check_currency(call, &v[F_CURRENCY], "currency"));
    kf_err_add(&bad, kfm_check_ids(call, &v[F_PROFESSIONALS], "professionals"));
    kf_err_add(&bad, v[F_TIERS].present ? check_tiers(call, &v[F_TIERS], "cancel_tiers") : NULL);
    kf_err_add(&bad, check_map(call, &v[F_MAP], "map_url"));
    if (v[F_DEPOSIT].present && v[F_PRICE].present && v[F_DEPOSIT].i > v[F_PRICE].i) {
        kf_err_add(&bad, kf_err_wrong(call->pool, "deposit_cents", KF_WRONG_OUT_OF_RANGE,
                                      "The deposit cannot be more than the price."));
    }
    return bad;
}

const kfm_fields_t kfm_fields_service = {fields, F__N, check};

static const kf_json_field_t filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_JSON_WORD, .words = kfm_words_archive},
};
static const kfm_fields_t filters = KFM_FIELDS(filter_fields, NULL);

const kfm_edit_t kfm_service_add = {.shape = KFM_ADD, .stmt = &kf_doc_service_add, .fields = &kfm_fields_service,
                                    .status = 201, .location = "/api/services/"};
const kfm_edit_t kfm_service_change = {.shape = KFM_CHANGE, .stmt = &kf_doc_service_change,
                                       .fields = &kfm_fields_service, .partial = true};
const kfm_edit_t kfm_service_archive = {.shape = KFM_ACT, .stmt = &kf_doc_service_archive, .status = 204};
const kfm_edit_t kfm_service_restore = {.shape = KFM_ACT, .stmt = &kf_doc_service_restore};

const kfm_list_t kfm_services = {&filters, &kf_doc_service_page};
