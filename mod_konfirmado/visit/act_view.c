/* The customer's own pages: cancelling, the receipt, and the iCalendar file. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "flow/mail/channel.h"
#include "flow_ctx.h"
#include "page/when.h"
#include "text/ical.h"
#include "visit/view.h"

#define ALARM_MIN 60

static int64_t refund_number(const kfm_visit_page_t *page, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(page->doc, "refund"), name));
}

static bool read_instant(kf_instant_t *out, const char *text)
{
    return text && kf_instant_read(out, NULL, text, strlen(text));
}

/* -- cancelling -- */

/* "Si cancelas después del lunes 7 de diciembre, 9:00 a. m., no hay devolución." */
static kf_err_t *until_text(const char **out, kfm_call_t *call, const kfm_visit_page_t *page)
{
    int64_t next = refund_number(page, "next_percent");
    kf_instant_t at;
    json_t *when;
    kf_err_t *err;

    *out = NULL;
    if (!read_instant(&at, kfm_visit_text(page, "refund", "until")) || at >= page->start) {
        return NULL;
    }
    when = json_object();
    err = kfm_when_put(when, call, at, kfm_visit_text(page, NULL, "customer_zone"),
                       kfm_visit_text(page, NULL, "professional_zone"));
    if (!err) {
        const char *day = json_string_value(json_object_get(when, "date_text"));
        const char *time = json_string_value(json_object_get(when, "time_text"));
        const char *percent = apr_itoa(call->pool, (int)next);

        *out = next ? kf_catalog_format(KFM_SAY(call), "visit.until_part", call->pool, "day", day, "time", time,
                                        "percent", percent, NULL)
                    : kf_catalog_format(KFM_SAY(call), "visit.until_none", call->pool, "day", day, "time", time, NULL);
        *out = apr_pstrdup(call->pool, *out);
    }
    json_decref(when);
    return err;
}

/* The refund in figures, shown before the cancellation. */
static kf_err_t *put_back(kfm_view_t *view, const kfm_visit_page_t *page)
{
    kfm_call_t *call = view->call;
    int64_t refund = refund_number(page, "refund_cents"), kept = refund_number(page, "kept_cents");
    int64_t paid = refund_number(page, "paid_cents");
    const char *until = NULL;
    json_t *back = json_object();

    json_object_set_new(view->root, "back", back);
    if (paid > 0) {
        KF_TRY(until_text(&until, call, page));
    }
    kfm_put_flag(back, "paid", paid > 0);
    kfm_put_flag(back, "some", refund > 0);
    kfm_put(back, "amount", kfm_visit_money(call, page, refund));
    kfm_put(back, "paid_text",
            kept ? kf_catalog_format(KFM_SAY(call), "visit.back_part", call->pool, "paid",
                                     kfm_visit_money(call, page, paid), "kept", kfm_visit_money(call, page, kept), NULL)
                 : kf_catalog_format(KFM_SAY(call), "visit.back_all", call->pool, "paid",
                                     kfm_visit_money(call, page, paid), NULL));
    kfm_put(back, "until", until);
    kfm_put(back, "how", refund > 0 ? kf_catalog_text(KFM_SAY(call), "visit.back_by_provider") : NULL);
    kfm_put(back, "cents", apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)refund));
    return NULL;
}

static bool is_about(const kf_err_t *problem, const char *field)
{
    return problem && problem->code == KF_E_INVALID && problem->field && !strcmp(problem->field, field);
}

static void put_cancel_problem(kfm_view_t *view, const kf_err_t *problem)
{
    kfm_call_t *call = view->call;

    if (problem && problem->code == KF_E_PRECONDITION) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "visit.changed_title"),
                         kf_catalog_text(KFM_SAY(call), "visit.changed_text"), NULL);
    } else if (problem && !is_about(problem, "reason")) {
        kfm_view_problem(view, problem);
    }
}

kf_err_t *kfm_page_visit_cancel(kfm_call_t *call, const kfm_visit_page_t *page, const char *typed,
                                const kf_err_t *problem)
{
    const char *title = kf_catalog_text(KFM_SAY(call), "visit.cancel_title");
    kfm_view_t view;

    kfm_visit_begin(&view, call, title);
    if (problem) {
        kfm_view_title(&view, kf_catalog_format(KFM_SAY(call), "details.doc_error", call->pool, "title", title, NULL));
    }
    kfm_view_languages(&view, kfm_visit_url(call, page->visit.token, "/cancel", NULL));
    put_cancel_problem(&view, problem);
    KF_TRY(put_back(&view, page));
    kfm_put(view.root, "url", kfm_visit_url(call, page->visit.token, "/cancel", page->lang_forced));
    kfm_put(view.root, "reason", typed ? typed : "");
    kfm_put(view.root, "reason_error",
            is_about(problem, "reason") ? kf_catalog_text(KFM_SAY(call), "visit.reason_long") : NULL);
    KF_TRY(kfm_visit_put(&view, page));
    return kfm_view_send(&view, problem ? kf_code_http(problem->code) : 200, "visit/cancel");
}

/* -- the receipt -- */

/* The date with its year, as a receipt is kept. `text`: RFC 3339 with its offset. */
static const char *date_of(kfm_call_t *call, const char *text)
{
    kf_format_when_t when;
    kf_instant_t at;
    int32_t offset;

    if (!text || !kf_instant_read(&at, &offset, text, strlen(text))) {
        return NULL;
    }
    when = kfm_when_local(at, offset);
    return kf_format_date(call->lang, &when, call->pool);
}

/* The provider's payment method in words; NULL if it has none. */
static const char *method_of(kfm_call_t *call, const kfm_visit_page_t *page)
{
    const char *method = kfm_visit_text(page, "payment", "method");
    char *key;

    if (!method) {
        return NULL;
    }
    key = apr_pstrcat(call->pool, "visit.method.", method, NULL);
    for (char *c = key; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
    return kfm_words(call, key, NULL);
}

kf_err_t *kfm_page_visit_receipt(kfm_call_t *call, const kfm_visit_page_t *page)
{
    kfm_view_t view;

    kfm_visit_begin(&view, call, kf_catalog_text(KFM_SAY(call), "visit.receipt_title"));
    kfm_view_languages(&view, kfm_visit_url(call, page->visit.token, "/receipt", NULL));
    kfm_put(view.root, "number", kfm_visit_text(page, NULL, "booking"));
    kfm_put(view.root, "made", date_of(call, kfm_visit_text(page, NULL, "created_at")));
    kfm_put(view.root, "day", date_of(call, kfm_visit_text(page, NULL, "start")));
    kfm_put(view.root, "paid_at", date_of(call, kfm_visit_text(page, "payment", "paid_at")));
    kfm_put(view.root, "tx", kfm_visit_text(page, "payment", "tx"));
    kfm_put(view.root, "method", method_of(call, page));
    kfm_put_flag(view.root, "cancelled", kfm_visit_is(page, "cancelled"));
    kfm_put(view.root, "back_url", kfm_visit_url(call, page->visit.token, "", page->lang_forced));
    kfm_put(view.root, "contact", kfm_visit_text(page, "business", "contact"));
    KF_TRY(kfm_visit_put(&view, page));
    return kfm_view_send(&view, 200, "visit/receipt");
}

/* -- the iCalendar file -- */

/* Joins the texts that are set with newlines. */
static const char *lines(kfm_call_t *call, const char *const *texts, size_t n)
{
    const char *out = NULL;

    for (size_t i = 0; i < n; i++) {
        if (texts[i] && *texts[i]) {
            out = out ? apr_pstrcat(call->pool, out, "\n", texts[i], NULL) : texts[i];
        }
    }
    return out;
}

/* The event has the URL of the booking's page, as the invitation has. */
kf_err_t *kfm_visit_calendar(const char **out, size_t *len, kfm_call_t *call, const kfm_visit_page_t *page)
{
    const char *place = kfm_visit_text(page, "service", "place"), *meeting = kfm_visit_text(page, NULL, "meeting_url");
    const char *about[] = {kfm_visit_text(page, "business", "name"), kfm_visit_text(page, "professional", "name"), meeting,
                           kfm_visit_text(page, "service", "instructions"), kfm_visit_text(page, "business", "contact")};
    kf_ical_event_t event = {.method = KF_ICAL_PUBLISH,
                             .status = KF_ICAL_CONFIRMED,
                             .start = page->start,
                             .end = page->end,
                             .alarm_min = ALARM_MIN,
                             .lang = call->lang};

    if (!read_instant(&event.stamp, kfm_visit_text(page, NULL, "now"))) {
        event.stamp = page->start;
    }
    event.uid = kf_ical_uid(kfm_visit_text(page, NULL, "booking"), call->cfg->base_url, call->pool);
    event.sequence = (int)json_integer_value(json_object_get(page->doc, "sequence"));
    event.summary = apr_pstrcat(call->pool, kfm_visit_text(page, "service", "name"), " · ", about[0], NULL);
    event.description = lines(call, about, sizeof(about) / sizeof(*about));
    event.location = place ? place : meeting;
    event.url = apr_pstrcat(call->pool, call->cfg->base_url, kfm_visit_url(call, page->visit.token, "", NULL), NULL);
    event.organizer_name = about[0];
    event.organizer_address = kf_flow_organizer(kfm_flow(call), kfm_visit_text(page, NULL, "organizer"), call->pool);
    return kf_ical_write(out, len, &event, call->pool);
}
