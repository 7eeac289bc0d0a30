/* /api/bookings and /api/calendar, as the merchant sees them. */
#include "handle/acts.h"
#include "handle/fields.h"
#include "tenant.h"
#include "text/validate.h"

/* -- made by the merchant: its price is the service's, nobody pays online -- */

enum { F_SERVICE, F_PROFESSIONAL, F_START, F_CUSTOMER, F_NOTES, F_LANGUAGE, F_OUTSIDE, F_METADATA, F__N };

static const kf_field_t fields[F__N] = {
    [F_SERVICE] = {.name = "service", .type = KF_F_UUID, .required = true},
    [F_PROFESSIONAL] = {.name = "professional", .type = KF_F_UUID, .required = true},
    [F_START] = {.name = "start", .type = KF_F_INSTANT, .required = true},
    [F_CUSTOMER] = {.name = "customer", .type = KF_F_OBJECT, .required = true},
    [F_NOTES] = {.name = "notes", .type = KF_F_AREA, .nullable = true, .max = 1000},
    [F_LANGUAGE] = {.name = "language", .type = KF_F_WORD, .nullable = true, .words = kfm_words_language},
    [F_OUTSIDE] = {.name = "outside_hours", .type = KF_F_BOOL},
    [F_METADATA] = {.name = "metadata", .type = KF_F_OBJECT, .nullable = true},
};

enum { C_NAME, C_EMAIL, C_PHONE, C__N };

static const kf_field_t customer_fields[C__N] = {
    [C_NAME] = {.name = "name", .type = KF_F_TEXT, .required = true, .min = 2, .max = 100},
    [C_EMAIL] = {.name = "email", .type = KF_F_TEXT, .required = true, .max = 254},
    [C_PHONE] = {.name = "phone", .type = KF_F_TEXT, .nullable = true, .max = 40},
};

static kf_err_t *put(json_t *object, const char *member, const char *value)
{
    json_object_set_new(object, member, json_string(value));
    return NULL;
}

/* What is right is made uniform, as customers' own words are. */
static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_phone_rule_t rule = call->tenant->colombian_phone ? KF_PHONE_CO : KF_PHONE_ANY;
    kf_json_value_t c[C__N] = {{0}};
    kf_err_t *bad, *wrong;
    const char *clean;

    if (!v[F_CUSTOMER].present) {
        return NULL;
    }
    bad = kf_json_map(c, v[F_CUSTOMER].json, customer_fields, C__N, "customer", call->pool);
    if (c[C_EMAIL].present) {
        wrong = kf_validate_email(&clean, "customer.email", c[C_EMAIL].s, call->pool);
        kf_err_add(&bad, wrong ? wrong : put(v[F_CUSTOMER].json, "email", clean));
    }
    if (c[C_PHONE].present && c[C_PHONE].len) {
        wrong = kf_validate_phone(&clean, "customer.phone", c[C_PHONE].s, rule, call->pool);
        kf_err_add(&bad, wrong ? wrong : put(v[F_CUSTOMER].json, "phone", clean));
    }
    return bad;
}

const kfm_fields_t kfm_fields_booking = {fields, F__N, check};

/* -- cancelled and moved by the merchant -- */

static const char *const refunds[] = {"all", "policy", "none", NULL};

static const kf_field_t cancel_fields[] = {
    {.name = "reason", .type = KF_F_TEXT, .max = 500},
    {.name = "refund", .type = KF_F_WORD, .words = refunds},
    {.name = "expected_cents", .type = KF_F_INT, .min = 0, .max = 1000000000000},
    {.name = "tell", .type = KF_F_BOOL},
};
const kfm_fields_t kfm_fields_cancel = KFM_FIELDS(cancel_fields, NULL);

static const kf_field_t move_fields[] = {
    {.name = "start", .type = KF_F_INSTANT, .required = true},
    {.name = "professional", .type = KF_F_UUID, .nullable = true},
    {.name = "outside_hours", .type = KF_F_BOOL},
    {.name = "tell", .type = KF_F_BOOL},
};
const kfm_fields_t kfm_fields_move = KFM_FIELDS(move_fields, NULL);

/* -- the list -- */

static const char *const statuses[] = {"pending",   "paid",    "confirmed", "completed", "no_show",
                                       "cancelled", "expired", "failed",    NULL};
static const char *const orders[] = {"newest", "oldest", NULL};

static const kf_field_t filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "status", .type = KF_F_WORD, .words = statuses},
    {.name = "service", .type = KF_F_UUID},
    {.name = "professional", .type = KF_F_UUID},
    {.name = "link", .type = KF_F_UUID},
    {.name = "from", .type = KF_F_DATE},
    {.name = "to", .type = KF_F_DATE},
    {.name = "search", .type = KF_F_TEXT, .min = 2, .max = 100},
    {.name = "order", .type = KF_F_WORD, .words = orders},
};
static const kfm_fields_t filters = KFM_FIELDS(filter_fields, NULL);

static const kf_field_t range_fields[] = {
    {.name = "from", .type = KF_F_DATE, .required = true},
    {.name = "to", .type = KF_F_DATE, .required = true},
    {.name = "professional", .type = KF_F_UUID},
};
static const kfm_fields_t range = KFM_FIELDS(range_fields, NULL);

const kfm_edit_t kfm_booking_add = {.shape = KFM_TAKE, .stmt = &kf_doc_booking_add, .fields = &kfm_fields_booking,
                                    .status = 201, .location = "/api/bookings/", .secret_id = true};
const kfm_edit_t kfm_booking_cancel = {.shape = KFM_CHANGE, .stmt = &kf_doc_booking_cancel_by,
                                       .fields = &kfm_fields_cancel};
const kfm_edit_t kfm_booking_move = {.shape = KFM_RETAKE, .stmt = &kf_doc_booking_move_by, .fields = &kfm_fields_move};
const kfm_edit_t kfm_booking_complete = {.shape = KFM_CHANGE, .stmt = &kf_doc_booking_mark,
                                         .says = "{\"status\":\"completed\"}"};
const kfm_edit_t kfm_booking_no_show = {.shape = KFM_CHANGE, .stmt = &kf_doc_booking_mark,
                                        .says = "{\"status\":\"no_show\"}"};

/* -- its mails -- */

const char *const kfm_words_booking_mails[] = {"booking_received", "payment_failed", "booking_confirmed", "reminder_24h",
                                               "reminder_1h", "booking_moved", "booking_cancelled", "refund_done", NULL};

static const kf_field_t mail_list[] = {
    {.name = "kind", .type = KF_F_WORD, .required = true, .words = kfm_words_booking_mails},
};
static const kfm_fields_t mail_fields = KFM_FIELDS(mail_list, NULL);

const kfm_edit_t kfm_booking_mail = {.shape = KFM_DO, .stmt = &kf_doc_booking_mail_again, .fields = &mail_fields,
                                     .status = 202};

const kfm_list_t kfm_bookings = {&filters, &kf_doc_booking_page};
const kfm_list_t kfm_calendar = {&range, &kf_doc_calendar_read};
