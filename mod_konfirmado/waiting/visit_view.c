#include "waiting/visit_view.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "page/form.h"
#include "page/when.h"

/* "Martes 8 de diciembre", for the beginning of a line. */
static const char *day_text(kfm_call_t *call, kf_date_t day)
{
    kf_format_when_t when = kfm_when_date(day);
    char *text = apr_pstrdup(call->pool, kf_format_day(call->lang, &when, call->pool));

    text[0] = (char)apr_toupper(text[0]);
    return text;
}

/* -- joining -- */

static bool has_error(const kf_err_t *errors, const char *field)
{
    for (; errors; errors = errors->next) {
        if (errors->field && !strcmp(errors->field, field)) {
            return true;
        }
    }
    return false;
}

/* Derives the error from the value: the check says only that it is invalid. */
static const char *fault_of(const char *typed, bool is_name)
{
    size_t n = typed ? kf_utf8_count(typed, strlen(typed)) : 0;

    if (!n) {
        return "required";
    }
    return is_name && n < KF_MIN_NAME ? "too_short" : n > (is_name ? KF_MAX_NAME : KF_MAX_EMAIL) ? "too_long" : "invalid";
}

static void put_field(kfm_view_t *view, const kfm_join_page_t *page, const char *field, const char *typed)
{
    kfm_call_t *call = view->call;
    bool bad = has_error(page->errors, field);
    const char *fault = fault_of(typed, !strcmp(field, "name"));
    const char *text = bad ? kfm_words(call, apr_pstrcat(call->pool, "field.", field, ".", fault, NULL), fault) : NULL;

    json_object_set_new(json_object_get(view->root, "fields"), field,
                        json_pack("{s:s, s:s?}", "value", typed ? typed : "", "error", text));
    if (bad) {
        kfm_form_error(view, field, text);
    }
}

static const char *professional_of(const kfm_join_page_t *page)
{
    int i = kf_offer_professional(page->offer, page->choice->professional);

    return i >= 0 ? page->offer->professionals[i].name : NULL;
}

static void put_wish(kfm_view_t *view, const kfm_join_page_t *page)
{
    kfm_call_t *call = view->call;
    const char *who = professional_of(page);

    json_object_set_new(
        view->root, "wish",
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "service", page->offer->services[page->service].name, "service_id",
                  page->offer->services[page->service].id_text, "professional",
                  who ? who : kf_catalog_text(KFM_SAY(call), "select.any"), "professional_id",
                  who ? page->choice->professional : "any", "day", kf_date_text(page->day, call->pool), "day_text",
                  day_text(call, page->day), "timezone", page->choice->zone));
}

static const char *own_url(kfm_call_t *call, const kfm_join_page_t *page, const char *step, const char *lang)
{
    return kfm_url(call->pool, page->link, step, "service", page->offer->services[page->service].id_text, "professional",
                   professional_of(page) ? page->choice->professional : "any", "timezone", page->choice->zone, "day",
                   kf_date_text(page->day, call->pool), "lang", lang, NULL);
}

kf_err_t *kfm_page_waiting(kfm_call_t *call, const kfm_join_page_t *page)
{
    const char *title = kf_catalog_text(KFM_SAY(call), page->done        ? "visit.joined_title"
                                                       : page->has_times ? "visit.join_free_title"
                                                                         : "visit.join_title");
    kfm_view_t view;

    kfm_visit_begin(&view, call, title);
    call->referrer = NULL; /* the URL contains no secret */
    if (page->errors) {
        kfm_view_title(&view, kf_catalog_format(KFM_SAY(call), "details.doc_error", call->pool, "title", title, NULL));
    }
    kfm_view_languages(&view, own_url(call, page, "/waiting", NULL));
    kfm_put(view.root, "lang_forced", page->choice->lang_forced);
    put_wish(&view, page);
    json_object_set_new(view.root, "errors", json_array());
    json_object_set_new(view.root, "fields", json_object());
    put_field(&view, page, "name", page->name);
    put_field(&view, page, "email", page->email);
    kfm_put_flag(view.root, "has_errors", page->errors != NULL);
    kfm_put_flag(view.root, "joined", page->done);
    kfm_put_flag(view.root, "has_times", page->has_times);
    kfm_put_flag(view.root, "asks", !page->done && !page->has_times);
    kfm_put(view.root, "url", kfm_url(call->pool, page->link, "/waiting", NULL));
    kfm_put(view.root, "back_url", own_url(call, page, "/availability", page->choice->lang_forced));
    return kfm_view_send(&view, page->errors ? kf_code_http(page->errors->code) : page->has_times ? 409 : 200,
                         "waiting/join");
}

/* -- the links -- */

const char *kfm_waiting_url(kfm_call_t *call, const char *token, const char *step, const char *lang_forced)
{
    const char *url = apr_pstrcat(call->pool, "/waiting/", token, step, NULL);

    return lang_forced ? kfm_url_add(call->pool, url, "lang", lang_forced) : url;
}

static const char *text_of(const kfm_waiting_page_t *page, const char *name)
{
    const char *text = json_string_value(json_object_get(page->doc, name));

    return text && *text ? text : NULL;
}

const char *kfm_waiting_book_url(kfm_call_t *call, const kfm_waiting_page_t *page)
{
    const char *link = text_of(page, "link"), *professional = text_of(page, "professional_id");

    return link ? kfm_url(call->pool, link, "/availability", "service", text_of(page, "service_id"), "professional",
                          professional ? professional : "any", "timezone", text_of(page, "customer_zone"), "day",
                          text_of(page, "day"), "lang", page->lang_forced, NULL)
                : NULL;
}

static bool read_instant(kf_instant_t *out, const char *text)
{
    return text && kf_instant_read(out, NULL, text, strlen(text));
}

/* Shows the document, with the day in words and, without a professional, the words for any. */
static void put_wish_of(kfm_view_t *view, const kfm_waiting_page_t *page)
{
    kfm_call_t *call = view->call;
    const char *day = text_of(page, "day");
    kf_date_t date;

    kfm_put(page->doc, "day_text", day && kf_date_read(&date, day, strlen(day)) ? day_text(call, date) : NULL);
    if (!text_of(page, "professional")) {
        kfm_put(page->doc, "professional", kf_catalog_text(KFM_SAY(call), "select.any"));
    }
    json_object_set(view->root, "wish", page->doc);
}

kf_err_t *kfm_page_waiting_confirm(kfm_call_t *call, const kfm_waiting_page_t *page, bool confirmed)
{
    kfm_view_t view;

    kfm_visit_begin(&view, call,
                    kf_catalog_text(KFM_SAY(call), confirmed ? "visit.confirmed_title" : "visit.confirm_title"));
    kfm_view_languages(&view, kfm_waiting_url(call, page->waiting.token, "/confirm", NULL));
    put_wish_of(&view, page);
    kfm_put_flag(view.root, "confirmed", confirmed);
    kfm_put(view.root, "url", kfm_waiting_url(call, page->waiting.token, "/confirm", page->lang_forced));
    return kfm_view_send(&view, 200, "waiting/confirm");
}

kf_err_t *kfm_page_waiting_leave(kfm_call_t *call, const kfm_waiting_page_t *page, bool left)
{
    kfm_view_t view;

    kfm_visit_begin(&view, call, kf_catalog_text(KFM_SAY(call), left ? "visit.left_title" : "visit.leave_title"));
    kfm_view_languages(&view, kfm_waiting_url(call, page->waiting.token, "", NULL));
    put_wish_of(&view, page);
    kfm_put_flag(view.root, "left", left);
    kfm_put(view.root, "url", kfm_waiting_url(call, page->waiting.token, "", page->lang_forced));
    kfm_put(view.root, "again_url", kfm_waiting_book_url(call, page));
    return kfm_view_send(&view, 200, "waiting/leave");
}

static const char *zone_of(const kfm_waiting_page_t *page, const char *name)
{
    const char *zone = text_of(page, name);

    return zone ? zone : json_string_value(json_object_get(json_object_get(page->doc, "business"), "zone"));
}

kf_err_t *kfm_page_waiting_offer(kfm_call_t *call, const kfm_waiting_page_t *page)
{
    kf_instant_t start, until;
    const char *clock;
    kfm_view_t view;

    kfm_visit_begin(&view, call, kf_catalog_text(KFM_SAY(call), "visit.offer_title"));
    kfm_view_languages(&view, kfm_waiting_url(call, page->waiting.token, "/offer", NULL));
    put_wish_of(&view, page);
    if (!read_instant(&start, text_of(page, "utc_start")) || !read_instant(&until, text_of(page, "utc_offered_until"))) {
        return kf_err(call->pool, KF_E_INTERNAL, "The offer cannot be read.");
    }
    KF_TRY(kfm_when_put(json_object_get(view.root, "wish"), call, start, text_of(page, "customer_zone"),
                        zone_of(page, "professional_zone")));
    KF_TRY(kfm_when_time(&clock, call, until, text_of(page, "customer_zone"), zone_of(page, "professional_zone")));
    kfm_put(view.root, "until", kf_catalog_format(KFM_SAY(call), "visit.offer_until", call->pool, "time", clock, NULL));
    kfm_put(view.root, "url", kfm_waiting_url(call, page->waiting.token, "/offer", page->lang_forced));
    return kfm_view_send(&view, 200, "waiting/offer");
}

kf_err_t *kfm_page_waiting_end(kfm_call_t *call, const kfm_waiting_page_t *page, int status, const char *why)
{
    return kfm_page_visit_end(call, status, why, page->doc ? text_of(page, "link") : NULL);
}
