#include "site/view.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "page/dash.h"
#include "page/share.h"
#include "text/format.h"
#include "text/hours.h"
#include "wizard/view.h"

#define DAYS 7
#define DESCRIPTION_BYTES 300 /* search engines and previews show about half of it */

/* -- opening hours -- */

static int number_of(const json_t *span, const char *name)
{
    return (int)json_integer_value(json_object_get(span, name));
}

static const char *clock_text(kfm_call_t *call, int minutes)
{
    kf_format_when_t when = {.hour = minutes / 60 % 24, .minute = minutes % 60};

    return kf_format_time(call->lang, &when, call->pool);
}

/* The spans of each weekday in words, 1 Monday to 7 Sunday; NULL: closed. */
static void spans_of(const char **texts, kfm_call_t *call, const json_t *hours)
{
    const json_t *span;
    size_t i;

    json_array_foreach (hours, i, span) {
        int day = number_of(span, "weekday");
        const char *text = kf_catalog_format(KFM_SAY(call), "site.span", call->pool, "from",
                                             clock_text(call, number_of(span, "starts")), "to",
                                             clock_text(call, number_of(span, "ends")), NULL);

        texts[day] = texts[day] ? apr_pstrcat(call->pool, texts[day], ", ", text, NULL) : text;
    }
}

static const char *days_text(kfm_call_t *call, int from, int to)
{
    const char *first = kf_format_weekday(call->lang, from % DAYS), *last = kf_format_weekday(call->lang, to % DAYS);

    return from == to ? first
                      : kf_catalog_format(KFM_SAY(call), "site.days", call->pool, "from", first, "to", last, NULL);
}

/* Consecutive days with the same hours form one line. */
static void put_hours(kfm_view_t *view, const json_t *hours)
{
    const char *texts[DAYS + 2] = {0};
    json_t *list = json_array();

    spans_of(texts, view->call, hours);
    for (int day = 1, last; day <= DAYS; day = last + 1) {
        json_t *item;

        for (last = day; last < DAYS && texts[day] && texts[last + 1] && !strcmp(texts[day], texts[last + 1]); last++) {
        }
        if (texts[day]) {
            item = json_object();
            kfm_put(item, "days", days_text(view->call, day, last));
            kfm_put(item, "times", texts[day]);
            json_array_append_new(list, item);
        }
    }
    kfm_put_flag(view->root, "has_hours", json_array_size(list) > 0);
    json_object_set_new(view->root, "hours", list);
}

/* -- services -- */

static kf_err_t *put_services(kfm_view_t *view, const kf_offer_t *offer)
{
    json_t *list = json_array(), *item;

    json_object_set_new(view->root, "services", list);
    kfm_put_flag(view->root, "has_services", offer && offer->n_services > 0);
    for (int i = 0; offer && i < offer->n_services; i++) {
        KF_TRY(kfm_service_card(&item, view->call, &offer->services[i]));
        kfm_put(item, "url", kfm_url(view->call->pool, offer->public_id, "", "service", offer->services[i].id_text,
                                     "lang", view->forced, NULL));
        json_array_append_new(list, item);
    }
    return NULL;
}

static void put_people(kfm_view_t *view, const kf_offer_t *offer)
{
    json_t *list = json_array();

    for (int i = 0; offer && i < offer->n_professionals; i++) {
        json_array_append_new(list, kfm_professional_card(view->call, &offer->professionals[i]));
    }
    kfm_put_flag(view->root, "has_people", json_array_size(list) > 0);
    json_object_set_new(view->root, "people", list);
}

/* -- contact -- */

/* The digits of a phone number. `plus`: with a leading plus of an international number. */
static const char *digits(const char *number, bool plus, apr_pool_t *p)
{
    char *out = apr_pcalloc(p, strlen(number) + 1), *at = out;

    for (; *number; number++) {
        if (apr_isdigit(*number) || (plus && *number == '+' && at == out)) {
            *at++ = *number;
        }
    }
    return out;
}

static void put_reach(kfm_view_t *view, const json_t *site)
{
    apr_pool_t *p = view->call->pool;
    const char *phone = kfm_dash_text(site, "phone"), *whatsapp = kfm_dash_text(site, "whatsapp");
    const char *address = kfm_dash_text(site, "street_address");

    kfm_put(view->root, "phone", phone);
    kfm_put(view->root, "phone_url", phone ? apr_pstrcat(p, "tel:", digits(phone, true, p), NULL) : NULL);
    kfm_put(view->root, "whatsapp", whatsapp);
    kfm_put(view->root, "whatsapp_url", whatsapp ? apr_pstrcat(p, "https://wa.me/", digits(whatsapp, false, p), NULL) : NULL);
    kfm_put(view->root, "address", address);
    kfm_put(view->root, "map_url", kfm_url_safe(kfm_dash_text(site, "address_map_url")));
    kfm_put_flag(view->root, "has_reach", phone || whatsapp || address || (view->tenant->contact && *view->tenant->contact));
}

/* -- structured data -- */

static json_t *data_hours(const json_t *hours, apr_pool_t *p)
{
    static const char *const names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    json_t *list = json_array(), *span;
    size_t i;

    json_array_foreach ((json_t *)hours, i, span) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "@type", "OpeningHoursSpecification", "dayOfWeek",
                                              names[number_of(span, "weekday") % DAYS], "opens",
                                              kf_hours_clock(number_of(span, "starts"), p), "closes",
                                              kf_hours_clock(number_of(span, "ends"), p)));
    }
    return list;
}

/* Leaves out a member without a value. */
static void data_put(json_t *data, const char *name, const char *text)
{
    if (text) {
        json_object_set_new(data, name, json_string(text));
    }
}

static json_t *data_of(const kfm_view_t *view, const json_t *site, const char *book_url)
{
    kfm_call_t *call = view->call;
    const kf_tenant_t *tenant = view->tenant;
    const char *origin = kfm_share_origin(call, tenant);
    json_t *data = json_pack("{s:s, s:s, s:s}", "@context", "https://schema.org", "@type", "LocalBusiness", "name",
                             tenant->name);

    data_put(data, "url", apr_pstrcat(call->pool, origin, "/", NULL));
    data_put(data, "description", kfm_dash_text(site, "about"));
    data_put(data, "image", kfm_share_picture(call, tenant, tenant->logo_url));
    data_put(data, "telephone", kfm_dash_text(site, "phone"));
    data_put(data, "address", kfm_dash_text(site, "street_address"));
    data_put(data, "hasMap", kfm_url_safe(kfm_dash_text(site, "address_map_url")));
    json_object_set_new(data, "openingHoursSpecification", data_hours(json_object_get(site, "hours"), call->pool));
    if (book_url) {
        json_object_set_new(data, "potentialAction",
                            json_pack("{s:s, s:s}", "@type", "ReserveAction", "target",
                                      apr_pstrcat(call->pool, origin, book_url, NULL)));
    }
    return data;
}

/* The beginning of the business's description, cut between words. */
static const char *description_of(kfm_call_t *call, const kf_tenant_t *tenant, const char *about)
{
    size_t len;

    if (!about) {
        return kf_catalog_format(KFM_SAY(call), "site.description", call->pool, "tenant", tenant->name, NULL);
    }
    len = strlen(about);
    if (len <= DESCRIPTION_BYTES) {
        return about;
    }
    for (len = DESCRIPTION_BYTES; len > 0 && about[len] != ' '; len--) {
    }
    return apr_pstrcat(call->pool, apr_pstrmemdup(call->pool, about, len), "\xe2\x80\xa6", NULL);
}

kf_err_t *kfm_page_site(const char **html, apr_size_t *len, kfm_call_t *call, const kfm_site_page_t *page)
{
    const kf_tenant_t *tenant = call->tenant;
    const char *about = kfm_dash_text(page->site, "about"), *book_url = NULL;
    kfm_view_t view;

    kfm_view_begin(&view, call, tenant, page->forced);
    kfm_put(view.root, "title", tenant->name);
    kfm_view_languages(&view, "/");
    if (page->offer) {
        book_url = kfm_url(call->pool, page->offer->public_id, "", "lang", view.forced, NULL);
    }
    kfm_put(view.root, "book_url", book_url);
    kfm_put(view.root, "about", about);
    KF_TRY(put_services(&view, page->offer));
    put_people(&view, page->offer);
    put_hours(&view, json_object_get(page->site, "hours"));
    put_reach(&view, page->site);
    kfm_share_put(&view, &(kfm_share_t){.title = tenant->name,
                                        .description = description_of(call, tenant, about),
                                        .path = "/",
                                        .indexed = true,
                                        .data = data_of(&view, page->site, book_url)});
    return kfm_view_render(html, len, &view, "site/business", call->pool);
}

kf_err_t *kfm_page_platform(const char **html, apr_size_t *len, kfm_call_t *call, const char *forced)
{
    kfm_view_t view;

    kfm_view_begin(&view, call, NULL, forced);
    kfm_view_title(&view, kf_catalog_text(KFM_SAY(call), "site.platform_title"));
    kfm_view_languages(&view, "/");
    kfm_put_flag(view.root, "can_register", strcmp(call->cfg->set.registration, "closed") != 0);
    kfm_share_put(&view, &(kfm_share_t){.title = "Konfirmado",
                                        .description = kf_catalog_text(KFM_SAY(call), "site.platform_text"),
                                        .path = "/",
                                        .indexed = true});
    return kfm_view_render(html, len, &view, "site/platform", call->pool);
}
