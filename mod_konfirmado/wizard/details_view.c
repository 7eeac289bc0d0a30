/* Step 3. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "flow_ctx.h"
#include "json/decode.h"
#include "page/when.h"
#include "text/policy.h"
#include "wizard/view.h"

#define MIN_PHONE 8 /* digits, ITU-T E.164 */
#define MAX_PHONE 15

/* -- the error of a field, as a key of the messages -- */

static bool is_blank(const char *text)
{
    return !text || !text[strspn(text, " \t\r\n")];
}

static size_t characters(const char *text)
{
    size_t len;

    text += strspn(text, " \t\r\n");
    len = strlen(text);
    while (len && strchr(" \t\r\n", text[len - 1])) {
        len--;
    }
    return kf_utf8_count(text, len);
}

static const char *by_length(const char *text, size_t min, size_t max)
{
    size_t count = characters(text);

    return count < min ? "too_short" : count > max ? "too_long" : "invalid";
}

static const char *phone_fault(const char *text, bool colombian)
{
    size_t digits = 0;

    if (colombian) {
        return "invalid_co";
    }
    text += strspn(text, " ");
    if (*text != '+' || strspn(text, "+0123456789 -.()") != strlen(text)) {
        return "invalid";
    }
    for (; *text; text++) {
        digits += apr_isdigit(*text) != 0;
    }
    return digits < MIN_PHONE ? "too_short" : digits > MAX_PHONE ? "too_long" : "invalid";
}

/* Derives the error from the value: the check says only that it is invalid. */
static const char *fault_of(const char *field, const char *typed, bool colombian)
{
    if (is_blank(typed)) {
        return "required";
    }
    if (!strcmp(field, "name")) {
        return by_length(typed, KF_MIN_NAME, KF_MAX_NAME);
    }
    if (!strcmp(field, "email")) {
        return by_length(typed, 0, KF_MAX_EMAIL);
    }
    return !strcmp(field, "phone") ? phone_fault(typed, colombian)
                                   : by_length(typed, 0, KF_MAX_NOTES);
}

static bool has_error(const kf_err_t *errors, const char *field)
{
    for (; errors; errors = errors->next) {
        if (errors->field && !strcmp(errors->field, field)) {
            return true;
        }
    }
    return false;
}

/* The error text of a field; NULL if it is valid. Adds it to the list on top too. */
static const char *error_text(kfm_view_t *view, const kfm_details_page_t *page, const char *field,
                              const char *typed)
{
    kfm_call_t *call = view->call;
    const char *text;

    if (!has_error(page->errors, field)) {
        return NULL;
    }
    text = kfm_words(call,
                     apr_pstrcat(call->pool, "field.", field, ".",
                                 fault_of(field, typed, page->tenant->colombian_phone), NULL),
                     kf_catalog_text(KFM_SAY(call), "problem.invalid.title"));
    json_array_append_new(json_object_get(view->root, "errors"),
                    json_pack("{s:s?, s:s?}", "field", field, "text", text));
    return text;
}

static void put_field(json_t *fields, kfm_view_t *view, const kfm_details_page_t *page,
                      const char *field, const char *typed)
{
    json_object_set_new(fields, field, json_pack("{s:s?, s:s?}", "value", typed ? typed : "",
                                                 "error", error_text(view, page, field, typed)));
}

static void put_fields(kfm_view_t *view, const kfm_details_page_t *page)
{
    const kf_customer_t *typed = page->typed;
    json_t *fields = json_object(), *accepted = json_object();

    json_object_set_new(view->root, "errors", json_array());
    json_object_set_new(view->root, "fields", fields);
    put_field(fields, view, page, "name", typed->name);
    put_field(fields, view, page, "email", typed->email);
    put_field(fields, view, page, "phone", typed->phone);
    put_field(fields, view, page, "notes", typed->notes);
    kfm_put_flag(accepted, "checked", typed->accepted_terms);
    kfm_put(accepted, "error", error_text(view, page, "accepted_terms", NULL));
    json_object_set_new(fields, "accepted_terms", accepted);
    kfm_put_flag(view->root, "has_errors",
                 json_array_size(json_object_get(view->root, "errors")) > 0);
    kfm_put_flag(view->root, "phone_co", page->tenant->colombian_phone);
}

/* -- the rest -- */

static kf_err_t *put_hold(kfm_view_t *view, const kfm_details_page_t *page)
{
    const kf_hold_view_t *hold = page->hold;
    kfm_call_t *call = view->call;
    int64_t left = (hold->expires_at - hold->now) / KF_SECOND;
    const char *until;

    KF_TRY(kfm_when_time(&until, call, hold->expires_at, hold->customer_zone,
                         hold->professional_zone));
    json_object_set_new(
        view->root, "hold",
        json_pack("{s:s?, s:s?, s:o, s:s?}", "id", kf_uuid_text(&hold->claim, call->pool), "token", page->token,
                  "left", json_integer(left < 1 ? 1 : left), "until_text",
                  kf_catalog_format(KFM_SAY(call), "details.hold_until", call->pool, "time", until, NULL)));
    return NULL;
}

/* The hidden fields that request the time, with the details or with the proof alone. */
static void put_wish(kfm_view_t *view, const kfm_details_page_t *page)
{
    const kf_hold_wish_t *wish = page->wish;

    json_object_set_new(view->root, "first", json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}",
                                                       "start", kf_instant_utc(wish->start, view->call->pool),
                                                       "service", wish->service, "professional", wish->professional,
                                                       "timezone", wish->zone, "return_url", wish->return_url,
                                                       "challenge", page->challenge));
}

/* Back to the times of that day, with the same choice. */
static kf_err_t *put_urls(kfm_view_t *view, const kfm_details_page_t *page)
{
    apr_pool_t *p = view->call->pool;
    const kf_hold_view_t *hold = page->hold;
    const char *zone = hold->customer_zone && *hold->customer_zone ? hold->customer_zone : NULL;
    int32_t offset;
    kf_err_t *err = kf_flow_offset(&offset, kfm_flow(view->call),
                                   zone ? zone : hold->professional_zone, hold->start, p);

    if (err && err->code != KF_E_INVALID) {
        return err;
    }
    json_object_set_new(view->root, "urls",
                        json_pack("{s:s?, s:s?}", "details",
                                  kfm_url(p, hold->link, page->wish ? "/hold" : "/details", NULL), "time",
                                  kfm_url(p, hold->link, "/availability", "service", hold->service_id, "professional",
                                          hold->professional_id, "timezone", err ? NULL : zone, "day",
                                          err ? NULL : kf_date_text(kf_instant_date(hold->start, offset), p), "frame",
                                          page->frame, "lang", view->forced, NULL)));
    return NULL;
}

static kf_err_t *put_summary(kfm_view_t *view, const kf_hold_view_t *hold)
{
    kfm_summary_t sum = {hold->service_name, hold->professional_name,
                         (int)((hold->end - hold->start) / KF_MINUTE), hold->price, hold->charge};
    json_t *when = json_object();
    kf_err_t *err = kfm_view_summary(view, &sum, when);

    return err ? err
               : kfm_when_put(when, view->call, hold->start, hold->customer_zone,
                              hold->professional_zone);
}

/* The policy for cancelling and moving, shown before the payment. */
static kf_err_t *put_policy(kfm_view_t *view, const kf_hold_view_t *hold)
{
    kfm_call_t *call = view->call;
    kf_policy_words_t words = {.catalog = call->cfg->messages,
                               .lang = call->lang,
                               .reader = KF_POLICY_CUSTOMER,
                               .price_cents = hold->price.minor,
                               .charge_cents = hold->charge.minor};
    json_t *policy;

    KF_TRY(kf_json_decode(&policy, hold->policy, strlen(hold->policy), call->pool));
    words.policy = policy;
    kfm_put(view->root, "policy_cancel", words.charge_cents ? kf_policy_cancel(&words, call->pool) : NULL);
    kfm_put(view->root, "policy_move", kf_policy_move(&words, call->pool));
    return NULL;
}

static void put_title(kfm_view_t *view, bool wrong)
{
    kfm_call_t *call = view->call;
    const char *title = kf_catalog_text(KFM_SAY(call), "details.title");

    kfm_view_title(view, wrong ? kf_catalog_format(KFM_SAY(call), "details.doc_error", call->pool,
                                                   "title", title, NULL)
                               : title);
}

static bool is_unconfirmed(const kfm_details_page_t *page)
{
    return page->problem && page->problem->code == KF_E_EMAIL_UNCONFIRMED;
}

static const char *submit_text(kfm_call_t *call, const kfm_details_page_t *page)
{
    if (page->hold->charge.minor == 0) {
        return kf_catalog_text(KFM_SAY(call), is_unconfirmed(page) ? "details.submit_confirmed" : "details.submit_free");
    }
    return kf_catalog_format(KFM_SAY(call), "details.submit_pay", call->pool, "amount",
                             kfm_words_money(call, page->hold->charge), NULL);
}

static void put_problem(kfm_view_t *view, const kfm_details_page_t *page)
{
    const kf_err_t *problem = page->problem;
    kfm_call_t *call = view->call;

    if (is_unconfirmed(page)) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "details.unconfirmed_title"),
                         kf_catalog_format(KFM_SAY(call), "details.unconfirmed_text", call->pool, "email",
                                           page->typed->email, NULL), NULL);
        kfm_put_flag(json_object_get(view->root, "message"), "info", true);
    } else if (problem && problem->code == KF_E_PROVIDER) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "details.provider_title"),
                         kf_catalog_text(KFM_SAY(call), "details.provider_text"), NULL);
    } else if (problem) {
        kfm_view_problem(view, problem);
    }
}

kf_err_t *kfm_page_details(kfm_call_t *call, int status, const kfm_details_page_t *page)
{
    const kf_hold_view_t *hold = page->hold;
    kfm_view_t view;

    kfm_view_begin(&view, call, page->tenant, page->lang_forced);
    put_title(&view, page->errors != NULL);
    kfm_view_step(&view, KFM_STEP_DETAILS);
    if (!page->frame) { /* in a frame only this page has the token; the page at another URL would lack it */
        kfm_view_languages(&view, kfm_url(call->pool, hold->link, "/details", NULL));
    }
    kfm_put(view.root, "frame", page->frame);
    put_problem(&view, page);
    put_fields(&view, page);
    kfm_put_flag(view.root, "free", hold->charge.minor == 0);
    kfm_put(view.root, "submit_text", submit_text(call, page));
    KF_TRY(put_policy(&view, hold));
    KF_TRY(put_urls(&view, page));
    kfm_put_null(view.root, "first");
    kfm_put_null(view.root, "hold");
    if (page->wish) {
        put_wish(&view, page);
    } else {
        KF_TRY(put_hold(&view, page));
    }
    KF_TRY(put_summary(&view, hold));
    return kfm_view_send(&view, status, "wizard/details");
}
