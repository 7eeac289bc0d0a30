#include <string.h>

#include "base/uuid.h"
#include "ctl/ctl.h"
#include "repo/operator/inspect.h"

static const kfm_ctl_opt_t payment_opts[] = {
    {"stuck", KFM_CTL_FLAG, NULL, "only payments that need a decision", NULL},
    {"limit", KFM_CTL_TEXT, "N", "1 to 1000; 50 by default", NULL},
    KFM_CTL_END};
static const kfm_ctl_opt_t booking_opts[] = {
    {"status", KFM_CTL_TEXT, "STATUS",
     "only this status: pending, paid, confirmed, failed, expired, cancelled, completed or no_show", NULL},
    {"limit", KFM_CTL_TEXT, "N", "1 to 1000; 50 by default", NULL},
    KFM_CTL_END};
static const kfm_ctl_opt_t cancel_opts[] = {
    {"reason", KFM_CTL_TEXT, "TEXT", "the reason, for the history of the booking", "reason"}, KFM_CTL_END};

static const kfm_ctl_opt_t move_opts[] = {
    {"start", KFM_CTL_TEXT, "TIME", "the new start, with its offset: 2026-12-08T15:00:00-05:00", "start"},
    {"professional", KFM_CTL_TEXT, "ID|NAME", "the new professional; the same by default", "professional"},
    {"outside-hours", KFM_CTL_FLAG, NULL, "allow a time outside working hours", "outside_hours"},
    {"quiet", KFM_CTL_FLAG, NULL, "send no mail to the customer", NULL},
    KFM_CTL_END};

static const kfm_ctl_col_t payment_cols[] = {
    {"TRANSACTION", "tx_id"}, {"STATUS", "status"},      {"STATE", "state"},
    {"AMOUNT", "amount"},     {"BOOKING", "booking.id"}, {"REFUND", "refund.state"},
    {"WHY", "why"},           {"CREATED", "created_at"}, {NULL, NULL}};
static const kfm_ctl_col_t booking_cols[] = {{"BOOKING", "id"},
                                             {"STATUS", "status"},
                                             {"START", "slot_start"},
                                             {"SERVICE", "service_name"},
                                             {"WITH", "professional_name"},
                                             {"CHARGE", "charge"},
                                             {"CUSTOMER", "customer_name"},
                                             {NULL, NULL}};

static kf_err_t *print_docs(kfm_ctl_t *ctl, const apr_array_header_t *rows,
                            const kfm_ctl_col_t *cols)
{
    json_t *docs, *doc;
    size_t i;

    KF_TRY(kfm_ctl_docs(&docs, ctl, rows));
    if (!ctl->json) {
        json_array_foreach (docs, i, doc) {
            const char *why = json_string_value(json_object_get(doc, "quarantine"));
            const char *reason =
                json_string_value(json_object_get(json_object_get(doc, "refund"), "reason"));

            kfm_ctl_put(doc, "why", why ? why : reason);
            kfm_ctl_put_amount(ctl, doc, "amount", "amount_cents");
            kfm_ctl_put_amount(ctl, doc, "charge", "charge_cents");
        }
    }
    kfm_ctl_table(ctl, docs, cols);
    return NULL;
}

static kf_err_t *list_payments(kfm_ctl_t *ctl)
{
    apr_array_header_t *rows;
    kf_uuid_t tenant;
    int limit;

    KF_TRY(kfm_ctl_limit(&limit, ctl));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(
        kf_repo_payments_list(&rows, ctl->db, &tenant, kfm_ctl_flag(ctl, "stuck"), limit, ctl->p));
    return print_docs(ctl, rows, payment_cols);
}

static kf_err_t *check_status(kfm_ctl_t *ctl, const char *status)
{
    static const char *const all[] = {"pending", "paid",      "confirmed", "failed",
                                      "expired", "cancelled", "completed", "no_show"};

    for (size_t i = 0; status && i < sizeof(all) / sizeof(all[0]); i++) {
        if (!strcmp(status, all[i])) {
            return NULL;
        }
    }
    return status ? kfm_ctl_bad(ctl, "status", "\"%s\" is not a status of a booking.", status)
                  : NULL;
}

static kf_err_t *list_bookings(kfm_ctl_t *ctl)
{
    const char *status = kfm_ctl_text(ctl, "status");
    apr_array_header_t *rows;
    kf_uuid_t tenant;
    int limit;

    KF_TRY(check_status(ctl, status));
    KF_TRY(kfm_ctl_limit(&limit, ctl));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_bookings_list(&rows, ctl->db, &tenant, status, limit, ctl->p));
    return print_docs(ctl, rows, booking_cols);
}

static kf_err_t *cancel(kfm_ctl_t *ctl)
{
    const char *name = kfm_ctl_arg(ctl, 1), *reason = kfm_ctl_text(ctl, "reason");
    json_t *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant, booking;

    if (!kf_uuid_read(&booking, name, strlen(name))) {
        return kf_err_field(ctl->p, KF_E_INVALID, "booking", "\"%s\" is not the id of a booking.",
                            name);
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_booking_cancel(ctl->db, &tenant, &booking, "operator", reason ? reason : "",
                                  ctl->p));
    kfm_ctl_put(answer, "booking_id", kf_uuid_text(&booking, ctl->p));
    kfm_ctl_put(answer, "status", "cancelled");
    kfm_ctl_say(
        ctl, answer,
        "Booking %s is cancelled. Its payment is refunded: konfirmadoctl payments list %s --stuck lists it until "
        "then.",
        kf_uuid_text(&booking, ctl->p), kfm_ctl_arg(ctl, 0));
    return NULL;
}

/* The operator does not wait for a calendar: a reading of the last 15 minutes is accepted. */
static const kf_stmt_t move_stmt = {
    "ctl_booking_move",
    "SELECT kf.booking_move_by($1::uuid, $2::uuid, NULL, $3::jsonb, kf.now() - interval '15 minutes')", 3, 0};

static kf_err_t *move_wish(json_t *wish, kfm_ctl_t *ctl, const kf_uuid_t *tenant)
{
    const char *start = kfm_ctl_text(ctl, "start"), *who = kfm_ctl_text(ctl, "professional");
    kf_uuid_t professional;
    kf_instant_t at;

    if (!start || !kf_instant_read(&at, NULL, start, strlen(start))) {
        return kfm_ctl_bad(ctl, "start", "This must be a time with its offset: 2026-12-08T15:00:00-05:00.");
    }
    kfm_ctl_put(wish, "start", start);
    if (who) {
        KF_TRY(kfm_ctl_professional(&professional, ctl, tenant, who));
        kfm_ctl_put(wish, "professional", kf_uuid_text(&professional, ctl->p));
    }
    json_object_set_new(wish, "outside_hours", json_boolean(kfm_ctl_flag(ctl, "outside-hours")));
    json_object_set_new(wish, "tell", json_boolean(!kfm_ctl_flag(ctl, "quiet")));
    return NULL;
}

static kf_err_t *move(kfm_ctl_t *ctl)
{
    const char *name = kfm_ctl_arg(ctl, 1);
    json_t *answer = kfm_ctl_object(ctl), *wish = kfm_ctl_object(ctl), *doc;
    kf_uuid_t tenant, booking;
    kf_err_t *err;

    if (!kf_uuid_read(&booking, name, strlen(name))) {
        return kf_err_field(ctl->p, KF_E_INVALID, "booking", "\"%s\" is not the id of a booking.", name);
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(move_wish(wish, ctl, &tenant));
    err = kfm_ctl_change(&doc, ctl, &tenant, &move_stmt,
                         (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&booking), KF_TEXT(kfm_ctl_dump(ctl, wish))});
    if (err && err->code == KF_E_CALENDAR_STALE) {
        return kf_err(ctl->p, KF_E_CALENDAR_UNREADABLE,
                      "The professional's calendar has not been read in the last 15 minutes. Try again once it has: "
                      "konfirmadoctl calendar list shows when.");
    }
    KF_TRY(err);
    kfm_ctl_put(answer, "booking_id", kf_uuid_text(&booking, ctl->p));
    kfm_ctl_put(answer, "start", json_string_value(json_object_get(doc, "start")));
    kfm_ctl_put(answer, "professional",
                json_string_value(json_object_get(json_object_get(doc, "professional"), "name")));
    kfm_ctl_say(ctl, answer, "Booking %s is now on %s, with %s.", kf_uuid_text(&booking, ctl->p),
                json_string_value(json_object_get(answer, "start")),
                json_string_value(json_object_get(answer, "professional")));
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_bookings[] = {
    {"payments list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the payments of a business, newest first. With --json also attempts and refunds.",
     payment_opts, list_payments},
    {"bookings list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the bookings of a business, newest first.", booking_opts, list_bookings},
    {"booking cancel", "TENANT BOOKING", 2, 2, KFM_CTL_DATABASE,
     "Cancels a booking, frees its slot and refunds the payment. The business is notified by a callback.",
     cancel_opts, cancel},
    {"booking move", "TENANT BOOKING", 2, 2, KFM_CTL_DATABASE,
     "Moves a booking to another time, or to another professional. The business is notified by a callback, the "
     "customer by mail.",
     move_opts, move},
    KFM_CTL_CMD_END};
