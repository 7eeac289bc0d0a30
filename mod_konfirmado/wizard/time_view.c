/* Step 2: the whole page. Its parts are in time_days.c and time_zone.c. */
#include "wizard/time_view.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define NEAREST 3 /* times proposed instead of a taken one */

int32_t kfm_time_offset(const kfm_time_view_t *time, kf_instant_t at)
{
    return kf_zone_offset(&time->slots->offsets, at);
}

kf_date_t kfm_time_date(const kfm_time_view_t *time, kf_instant_t at)
{
    return kf_instant_date(at, kfm_time_offset(time, at));
}

static const char *professional_id(const kf_slots_t *slots)
{
    return slots->professional < 0 ? "any"
                                   : slots->offer->professionals[slots->professional].id_text;
}

static const char *service_id(const kf_slots_t *slots)
{
    return slots->offer->services[slots->service].id_text;
}

/* The URL of these times on a page outside the wizard. */
static const char *other_address(const kfm_time_view_t *time, const char *lang)
{
    apr_pool_t *p = time->view.call->pool;
    const char *url = time->page->base, *zone = time->page->choice->zone;

    if (time->slots->professional >= 0) {
        url = kfm_url_add(p, url, "professional", professional_id(time->slots));
    }
    url = zone ? kfm_url_add(p, url, "timezone", zone) : url;
    return lang ? kfm_url_add(p, url, "lang", lang) : url;
}

/* The URL of a step of the link, without days. */
static const char *address(const kfm_time_view_t *time, const char *step, const char *lang)
{
    const kf_slots_t *slots = time->slots;

    if (time->page->base) {
        return other_address(time, lang);
    }
    return kfm_url(time->view.call->pool, slots->offer->public_id, step, "service",
                   service_id(slots), "professional", professional_id(slots), "timezone",
                   time->page->choice->zone, "return_url", time->page->choice->return_url, "frame",
                   time->page->choice->frame, "lang", lang, NULL);
}

const char *kfm_time_strip_url(const kfm_time_view_t *time, kf_date_t from)
{
    apr_pool_t *p = time->view.call->pool;

    return kfm_url_add(p, address(time, "/availability", time->view.forced), "from",
                       kf_date_text(from, p));
}

const char *kfm_time_url(const kfm_time_view_t *time, kf_date_t from, kf_date_t day)
{
    apr_pool_t *p = time->view.call->pool;

    return kfm_url_add(p, kfm_time_strip_url(time, from), "day", kf_date_text(day, p));
}

/* The requested day, else the day of the refused time, else the first day with free times. */
static kf_date_t choose_day(const kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    const char *asked = time->page->choice->day;
    kf_date_t day = slots->from - 1;

    if (asked && kf_date_read(&day, asked, strlen(asked)) && day >= slots->from
        && day <= slots->to) {
        return day;
    }
    if (time->page->wished) {
        day = kfm_time_date(time, time->page->wished);
        if (day >= slots->from && day <= slots->to) {
            return day;
        }
    }
    return slots->n ? kfm_time_date(time, slots->starts[0]) : slots->from;
}

/* -- the box on top -- */

/* The message key of a problem that means "choose another time"; NULL for any other. */
static const char *words_of(kf_code_t code)
{
    switch (code) {
    case KF_E_SLOT_INVALID:
        return "past";
    case KF_E_DAY_FULL:
        return "day_full";
    case KF_E_HOLD_EXPIRED:
        return "expired";
    case KF_E_CALENDAR_UNREADABLE:
        return "calendar";
    default:
        return NULL;
    }
}

static int64_t distance(kf_instant_t a, kf_instant_t b)
{
    return a < b ? b - a : a - b;
}

/* The free times nearest to the wished one. The list is sorted, so they lie around its place. */
static json_t *nearest(const kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    kfm_call_t *call = time->view.call;
    kf_instant_t wished = time->page->wished;
    size_t after = 0, before;
    json_t *list = json_array();

    while (after < slots->n && slots->starts[after] < wished) {
        after++;
    }
    before = after; /* starts[before - 1] is the nearest one before */
    while (json_array_size(list) < NEAREST && (before > 0 || after < slots->n)) {
        bool back = after == slots->n
                    || (before > 0 && distance(slots->starts[before - 1], wished)
                                          < distance(slots->starts[after], wished));
        kf_instant_t start = back ? slots->starts[--before] : slots->starts[after++];
        int32_t offset = kfm_time_offset(time, start);
        kf_format_when_t when = kfm_when_local(start, offset);

        json_array_append_new(list, json_pack("{s:s?, s:s?}", "start", kf_instant_local(start, offset, call->pool),
                                              "label", kf_format_datetime(call->lang, &when, call->pool)));
    }
    return list;
}

static void put_taken(kfm_time_view_t *time)
{
    kfm_call_t *call = time->view.call;
    json_t *slots = nearest(time);

    kfm_view_message(&time->view, kf_catalog_text(KFM_SAY(call), "time.taken_title"),
                     json_array_size(slots) ? kf_catalog_text(KFM_SAY(call), "time.taken_text")
                                            : kf_catalog_text(KFM_SAY(call), "time.taken_none"),
                     slots);
}

int kfm_time_professionals(const kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;

    return slots->offer->locked ? 1 : slots->offer->services[slots->service].n_professionals;
}

bool kfm_time_nobody_read(const kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    int asked = slots->professional >= 0 ? 1 : kfm_time_professionals(time);

    return slots->n_unread > 0 && slots->n_unread == (size_t)asked;
}

/* Names the professionals whose times may be missing. */
static void put_unread(kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    kfm_call_t *call = time->view.call;
    const char *names = "", *key = !kfm_time_nobody_read(time) ? "time.unread_others"
                                   : slots->professional >= 0 && kfm_time_professionals(time) > 1
                                       ? "time.unread_text"
                                       : "time.unread_alone";

    if (!slots->n_unread) {
        return;
    }
    for (size_t i = 0; i < slots->n_unread; i++) {
        names = apr_pstrcat(call->pool, names, i ? ", " : "",
                            slots->offer->professionals[slots->unread[i]].name, NULL);
    }
    kfm_view_message(&time->view,
                     kf_catalog_text(KFM_SAY(call), slots->n ? "time.unread_title" : "time.calendar_title"),
                     kf_catalog_format(KFM_SAY(call), key, call->pool, "names", names, NULL), NULL);
}

void kfm_time_put_problem(kfm_time_view_t *time)
{
    const kf_err_t *problem = time->page->problem;
    kfm_call_t *call = time->view.call;
    const char *words;

    if (!problem) {
        put_unread(time);
        return;
    }
    if (problem->code == KF_E_SLOT_UNAVAILABLE) {
        put_taken(time);
        return;
    }
    words = words_of(problem->code);
    if (!words) {
        kfm_view_problem(&time->view, problem);
        return;
    }
    kfm_view_message(&time->view,
                     kfm_words(call, apr_pstrcat(call->pool, "time.", words, "_title", NULL), ""),
                     kfm_words(call, apr_pstrcat(call->pool, "time.", words, "_text", NULL), ""),
                     NULL);
}

/* -- the rest -- */

static void put_urls(kfm_time_view_t *time)
{
    const char *link = time->slots->offer->public_id;
    apr_pool_t *p = time->view.call->pool;

    json_object_set_new(time->view.root, "urls", json_pack("{s:s?, s:s?, s:s?}",
                                                           "select", address(time, "", time->view.forced),
                                                           "hold", kfm_url(p, link, "/hold", NULL),
                                                           "availability", kfm_url(p, link, "/availability", NULL)));
}

static void put_query(kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    apr_pool_t *p = time->view.call->pool;

    json_object_set_new(time->view.root, "query", json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}",
                                                            "link", slots->offer->public_id,
                                                            "service", service_id(slots),
                                                            "professional", professional_id(slots),
                                                            "timezone", slots->zone,
                                                            "from", kf_date_text(slots->from, p),
                                                            "day", kf_date_text(time->day, p),
                                                            "return_url", time->page->choice->return_url,
                                                            "frame", time->page->choice->frame));
}

static kf_err_t *put_summary(kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    const kf_service_t *service = &slots->offer->services[slots->service];
    apr_pool_t *p = time->view.call->pool;
    kfm_summary_t sum = {.service = service->name, .minutes = service->duration_min};

    if (slots->professional >= 0) {
        sum.professional = slots->offer->professionals[slots->professional].name;
    }
    KF_TRY(kf_money_init(&sum.price, service->price_cents, service->currency, p));
    KF_TRY(kf_money_init(&sum.charge, service->charge_cents, service->currency, p));
    return kfm_view_summary(&time->view, &sum, NULL);
}

void kfm_time_begin(kfm_time_view_t *time, const kfm_time_page_t *page)
{
    const kf_slots_t *slots = page->slots;

    time->page = page;
    time->slots = slots;
    time->business = slots->professional < 0
                         ? slots->offer->tenant->time_zone
                         : slots->offer->professionals[slots->professional].time_zone;
    time->today = kfm_time_date(time, slots->now);
    time->day = choose_day(time);
}

kf_err_t *kfm_page_time(kfm_call_t *call, int status, const kfm_time_page_t *page)
{
    kfm_time_view_t time;

    kfm_view_begin(&time.view, call, page->slots->offer->tenant, page->choice->lang_forced);
    kfm_time_begin(&time, page);
    kfm_view_title(&time.view, kf_catalog_text(KFM_SAY(call), "time.title"));
    kfm_view_step(&time.view, KFM_STEP_TIME);
    kfm_view_languages(&time.view, address(&time, "/availability", NULL));
    kfm_time_put_problem(&time);
    put_urls(&time);
    put_query(&time);
    kfm_put(time.view.root, "hold_text",
            kf_catalog_format(KFM_SAY(call), "time.hint", call->pool, "minutes",
                              apr_itoa(call->pool, call->cfg->set.hold_ttl_ms / 60000), NULL));
    kfm_time_put_strip(&time);
    KF_TRY(kfm_time_put_day(&time));
    KF_TRY(kfm_time_put_empty(&time));
    KF_TRY(kfm_time_put_zone(&time));
    KF_TRY(put_summary(&time));
    return kfm_view_send(&time.view, status, "wizard/time");
}
