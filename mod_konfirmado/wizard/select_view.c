/*
 * Step 1. The page without a choice is by far the most frequent one, so its bytes
 * are cached with the version of the catalogue.
 */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "http/reply.h"
#include "page/form.h"
#include "wizard/view.h"

static const char *filled(const kf_form_t *form, const char *name)
{
    const char *value = kf_form_get(form, name);

    return value && *value ? value : NULL;
}

const char *kfm_choice_lang(const kf_form_t *form)
{
    const char *lang = kf_form_get(form, "lang");

    if (!lang) {
        return NULL;
    }
    return !strcmp(lang, "es") ? "es" : !strcmp(lang, "en") ? "en" : NULL;
}

void kfm_choice_read(kfm_choice_t *out, const kf_form_t *form)
{
    out->service = filled(form, "service");
    out->professional = filled(form, "professional");
    out->zone = filled(form, "timezone");
    out->from = filled(form, "from");
    out->day = filled(form, "day");
    out->lang_forced = kfm_choice_lang(form);
    out->return_url = filled(form, "return_url");
    out->frame = filled(form, "frame");
    if (out->frame && !kf_token_shaped(out->frame)) {
        out->frame = NULL;
    }
}

const char *kfm_choice_url(kfm_call_t *call, const char *link, const char *step, const kfm_choice_t *choice)
{
    return kfm_url(call->pool, link, step, "service", choice->service, "professional", choice->professional,
                   "timezone", choice->zone, "from", choice->from, "day", choice->day, "return_url",
                   choice->return_url, "frame", choice->frame, "lang", choice->lang_forced, NULL);
}

/* An offer and the choice so far. */
typedef struct {
    const kf_offer_t *offer;
    int service, professional;           /* chosen: indexes, or -1 */
    int only_service, only_professional; /* no choice: indexes, or -1 */
} state_t;

static bool can_book(const state_t *state, int service)
{
    return state->only_professional < 0
               ? state->offer->services[service].n_professionals > 0
               : kf_offer_gives(state->offer, state->only_professional, service);
}

/* The only service that can be booked; -1 if there are several or none. */
static int sole_service(const state_t *state)
{
    int found = -1;

    for (int i = 0; i < state->offer->n_services; i++) {
        if (!can_book(state, i)) {
            continue;
        }
        if (found >= 0) {
            return -1;
        }
        found = i;
    }
    return found;
}

static state_t look(const kf_offer_t *offer, const kfm_choice_t *choice)
{
    state_t state = {offer, -1, -1, -1, -1};

    if (offer->locked && offer->professional >= 0) {
        state.only_professional = offer->professional;
    } else if (offer->n_professionals == 1) {
        state.only_professional = 0;
    }
    state.only_service = offer->locked && offer->service >= 0 ? offer->service
                                                              : sole_service(&state);
    state.service = choice->service ? kf_offer_service(offer, choice->service) : offer->service;
    state.professional = choice->professional
                             ? kf_offer_professional(offer, choice->professional)
                             : offer->professional;
    return state;
}

static const char *charge_text(kfm_call_t *call, const kf_service_t *service, kf_money_t charge)
{
    if (service->price_cents == 0) {
        return kf_catalog_text(KFM_SAY(call), "money.card_free");
    }
    if (service->charge_cents == 0) {
        return kf_catalog_text(KFM_SAY(call), "money.card_later");
    }
    if (service->charge_cents >= service->price_cents) {
        return kf_catalog_text(KFM_SAY(call), "money.card_total");
    }
    return kf_catalog_format(KFM_SAY(call), "money.card_partial", call->pool, "now",
                             kfm_words_money(call, charge), NULL);
}

kf_err_t *kfm_service_card(json_t **out, kfm_call_t *call, const kf_service_t *service)
{
    static const char *const placed[] = {"name", "description", "image_url", NULL};
    kfm_form_t form = {call, "service", kfm_service_fields, KFM_N(service), service->currency, .doc = service->doc};
    kf_money_t price, charge;
    json_t *item;

    KF_TRY(kf_money_init(&price, service->price_cents, service->currency, call->pool));
    KF_TRY(kf_money_init(&charge, service->charge_cents, service->currency, call->pool));
    *out = item = json_object();
    kfm_put(item, "id", service->id_text);
    kfm_put(item, "name", service->name);
    json_object_set(item, "description", json_object_get(service->doc, "description"));
    kfm_put(item, "image_url", kfm_url_safe(json_string_value(json_object_get(service->doc, "image_url"))));
    json_object_set_new(item, "facts", kfm_form_facts(&form, placed));
    kfm_put(item, "initial", kfm_words_initial(service->name, call->pool));
    kfm_put(item, "duration_text", kfm_words_duration(call, service->duration_min));
    kfm_put(item, "price_text", price.minor ? kfm_words_money(call, price)
                                            : kf_catalog_text(KFM_SAY(call), "money.free"));
    kfm_put(item, "charge_text", charge_text(call, service, charge));
    return NULL;
}

static kf_err_t *put_services(kfm_view_t *view, const state_t *state)
{
    const kf_offer_t *offer = state->offer;
    json_t *list = json_array(), *item;
    bool any = false;

    json_object_set_new(view->root, "services", list);
    kfm_put_null(view->root, "locked_service");
    for (int i = 0; i < offer->n_services; i++) {
        if (!can_book(state, i)) {
            continue;
        }
        any = true;
        if (state->only_service >= 0 && i != state->only_service) {
            continue;
        }
        KF_TRY(kfm_service_card(&item, view->call, &offer->services[i]));
        kfm_put_flag(item, "selected", i == state->service);
        if (i == state->only_service) {
            json_object_set_new(view->root, "locked_service", item);
        } else {
            json_array_append_new(list, item);
        }
    }
    kfm_put_flag(view->root, "has_services", any);
    return NULL;
}

/* The ids of a professional's services, for the filter of the page. */
static const char *services_of(const state_t *state, int professional, apr_pool_t *p)
{
    const char *ids = "";

    for (int i = 0; i < state->offer->n_services; i++) {
        if (kf_offer_gives(state->offer, professional, i)) {
            ids = apr_pstrcat(p, ids, *ids ? " " : "", state->offer->services[i].id_text, NULL);
        }
    }
    return ids;
}

json_t *kfm_professional_card(kfm_call_t *call, const kf_professional_t *who)
{
    json_t *item = json_object();

    kfm_put(item, "id", who->id_text);
    kfm_put(item, "name", who->name);
    kfm_put(item, "description", who->description);
    kfm_put(item, "photo_url", kfm_url_safe(who->photo_url));
    kfm_put(item, "initial", kfm_words_initial(who->name, call->pool));
    return item;
}

static json_t *professional_item(kfm_call_t *call, const state_t *state, int i)
{
    json_t *item = kfm_professional_card(call, &state->offer->professionals[i]);

    kfm_put(item, "services", services_of(state, i, call->pool));
    kfm_put_flag(item, "selected", i == state->professional);
    return item;
}

static void put_professionals(kfm_view_t *view, const state_t *state)
{
    json_t *list = json_array(), *locked = NULL;

    for (int i = 0; i < state->offer->n_professionals; i++) {
        if (state->only_professional >= 0 && i != state->only_professional) {
            continue;
        }
        if (i == state->only_professional) {
            locked = professional_item(view->call, state, i);
        } else if (*services_of(state, i, view->call->pool)) {
            json_array_append_new(list, professional_item(view->call, state, i));
        }
    }
    kfm_put_flag(view->root, "has_professionals", json_array_size(list) > 0);
    kfm_put_flag(view->root, "any_selected", state->professional < 0);
    json_object_set_new(view->root, "professionals", list);
    json_object_set_new(view->root, "locked_professional", locked ? locked : json_null());
}

static void put_problem(kfm_view_t *view, const kf_err_t *problem)
{
    kfm_call_t *call = view->call;

    if (problem->field && !strcmp(problem->field, "professional")) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "select.not_offered_title"),
                         kf_catalog_text(KFM_SAY(call), "select.not_offered_text"), NULL);
    } else if (problem->field && !strcmp(problem->field, "service")) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "select.choose_title"),
                         kf_catalog_text(KFM_SAY(call), "select.choose_text"), NULL);
    } else {
        kfm_view_problem(view, problem);
    }
}

static kf_err_t *fill(kfm_view_t *view, const kf_offer_t *offer, const kfm_choice_t *choice,
                      const kf_err_t *problem)
{
    apr_pool_t *p = view->call->pool;
    state_t state = look(offer, choice);

    kfm_view_title(view, kf_catalog_text(KFM_SAY(view->call), "select.title"));
    kfm_view_step(view, KFM_STEP_SELECT);
    kfm_view_languages(view, kfm_url(p, offer->public_id, "", "service", choice->service,
                                     "professional", choice->professional, "timezone",
                                     choice->zone, "return_url", choice->return_url, "frame", choice->frame, NULL));
    if (problem) {
        put_problem(view, problem);
    }
    json_object_set_new(view->root, "urls", json_pack("{s:s?}",
                                                      "availability", kfm_url(p, offer->public_id, "/availability", NULL)));
    kfm_put(view->root, "timezone", choice->zone);
    kfm_put(view->root, "return_url", choice->return_url);
    kfm_put(view->root, "frame", choice->frame);
    put_professionals(view, &state);
    return put_services(view, &state);
}

/* NULL for a page with a choice: such pages are unlimited in number and are not cached. */
static const char *cache_key(kfm_call_t *call, const kf_offer_t *offer,
                             const kfm_choice_t *choice)
{
    if (choice->service || choice->professional || choice->zone || choice->return_url || choice->frame) {
        return NULL;
    }
    return apr_pstrcat(call->pool, "p:", offer->tenant->id_text, ":", offer->public_id, ":",
                       call->lang, ":", choice->lang_forced, NULL);
}

kf_err_t *kfm_page_select(kfm_call_t *call, const kf_offer_t *offer, const kfm_choice_t *choice,
                          const kf_err_t *problem)
{
    const char *key = problem ? NULL : cache_key(call, offer, choice), *html;
    kfm_view_t view;
    apr_size_t len;

    if (key && kfm_kept_get(&html, &len, call, key, offer->version)) {
        return kfm_reply_page(call, 200, html, len);
    }
    kfm_view_begin(&view, call, offer->tenant, choice->lang_forced);
    KF_TRY(fill(&view, offer, choice, problem));
    KF_TRY(kfm_view_render(&html, &len, &view, "wizard/select", call->pool));
    if (key) {
        kfm_kept_put(call, key, offer->version, html, len);
    }
    return kfm_reply_page(call, problem ? kf_code_http(problem->code) : 200, html, len);
}
