/* The customer's own pages: moving the booking. The strip of days and the times are the parts of step 2. */
#include <apr_strings.h>
#include <string.h>

#include "visit/view.h"
#include "wizard/time_view.h"

static json_t *link_list(const kf_slots_t *slots)
{
    const kf_offer_t *offer = slots->offer;
    json_t *list = json_array();

    for (int i = 0; i < offer->n_professionals; i++) {
        json_array_append_new(list, json_pack("{s:s?, s:s?, s:b}", "id", offer->professionals[i].id_text,
                                              "name", offer->professionals[i].name,
                                              "selected", i == slots->professional));
    }
    return list;
}

/* The professionals, if there is a choice. */
static void put_people(kfm_view_t *view, const kf_slots_t *slots)
{
    bool choice = slots->offer->n_professionals > 1;

    kfm_put(view->root, "with",
            slots->professional < 0
                ? NULL
                : kf_catalog_format(KFM_SAY(view->call), "visit.with", view->call->pool, "name",
                                    slots->offer->professionals[slots->professional].name, NULL));
    kfm_put_flag(view->root, "choice", choice);
    json_object_set_new(view->root, "people", choice ? link_list(slots) : json_array());
}

static void put_query(kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;

    json_object_set_new(
        time->view.root, "query",
        json_pack("{s:s?, s:s?, s:s?, s:s?}", "professional",
                  slots->professional < 0 ? "" : slots->offer->professionals[slots->professional].id_text, "timezone",
                  slots->zone, "from", kf_date_text(slots->from, time->view.call->pool), "day",
                  kf_date_text(time->day, time->view.call->pool)));
}

kf_err_t *kfm_page_visit_times(kfm_call_t *call, const kfm_visit_page_t *page, const kfm_time_page_t *times)
{
    const char *path = kfm_visit_url(call, page->visit.token, "/move", NULL);
    kfm_time_view_t time;

    kfm_visit_begin(&time.view, call, kf_catalog_text(KFM_SAY(call), "visit.move_title"));
    time.view.forced = page->lang_forced;
    kfm_time_begin(&time, times);
    kfm_view_languages(&time.view, path);
    kfm_time_put_problem(&time);
    kfm_put(time.view.root, "url", path);
    kfm_put(time.view.root, "lang_forced", page->lang_forced);
    put_query(&time);
    put_people(&time.view, times->slots);
    kfm_time_put_strip(&time);
    KF_TRY(kfm_time_put_day(&time));
    KF_TRY(kfm_time_put_empty(&time));
    KF_TRY(kfm_time_put_zone(&time));
    KF_TRY(kfm_visit_put(&time.view, page));
    return kfm_view_send(&time.view, times->problem ? kf_code_http(times->problem->code) : 200, "visit/move");
}

/* How often the booking can be moved after this move. */
static int moves_left(const kfm_visit_page_t *page)
{
    const json_t *policy = json_object_get(page->doc, "policy");

    return (int)(json_integer_value(json_object_get(policy, "move_most"))
                 - json_integer_value(json_object_get(page->doc, "moves")) - 1);
}

kf_err_t *kfm_page_visit_review(kfm_call_t *call, const kfm_visit_page_t *page, kf_instant_t start,
                                const kf_professional_t *who, const kfm_choice_t *choice)
{
    const char *path = kfm_visit_url(call, page->visit.token, "/move", page->lang_forced);
    const char *now = kfm_visit_text(page, "professional", "id"), *back = path;
    bool other = now && strcmp(now, who->id_text) != 0;
    kfm_view_t view;
    json_t *fresh = json_object();

    kfm_visit_begin(&view, call, kf_catalog_text(KFM_SAY(call), "visit.review_title"));
    json_object_set_new(view.root, "new", fresh);
    KF_TRY(kfm_when_put(fresh, call, start, choice->zone ? choice->zone : kfm_visit_text(page, NULL, "customer_zone"),
                        who->time_zone));
    kfm_put(fresh, "professional", other ? who->name : NULL);
    kfm_put(fresh, "id", who->id_text);
    kfm_put(fresh, "start", kf_instant_local(start, 0, call->pool));
    kfm_put_flag(view.root, "last", moves_left(page) <= 0);
    kfm_put(view.root, "url", path);
    back = other ? kfm_url_add(call->pool, back, "professional", who->id_text) : back;
    back = choice->zone ? kfm_url_add(call->pool, back, "timezone", choice->zone) : back;
    kfm_put(view.root, "back_url", back);
    KF_TRY(kfm_visit_put(&view, page));
    return kfm_view_send(&view, 200, "visit/review");
}
