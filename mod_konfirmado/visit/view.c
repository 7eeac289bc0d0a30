/* The customer's own pages: the shared parts, and the page of the booking. */
#include "visit/view.h"

#include <apr_strings.h>
#include <string.h>

#include "base/version.h"
#include "page/show.h"
#include "page/when.h"
#include "text/calendar_link.h"
#include "text/policy.h"

/* -- shared parts -- */

const char *kfm_visit_url(kfm_call_t *call, const char *token, const char *step, const char *lang_forced)
{
    const char *url = apr_pstrcat(call->pool, "/booking/", token, step, NULL);

    return lang_forced ? kfm_url_add(call->pool, url, "lang", lang_forced) : url;
}

void kfm_visit_begin(kfm_view_t *out, kfm_call_t *call, const char *title)
{
    call->frame_origins = NULL; /* against clickjacking */
    call->referrer = "no-referrer";
    kfm_view_begin(out, call, call->tenant, NULL);
    kfm_view_title(out, title);
    kfm_put(out->root, "heading", title);
    kfm_put(json_object_get(out->root, "asset"), "more",
            apr_pstrcat(call->pool, call->cfg->set.assets_url, "/css/visit.css?v=" KF_VERSION, NULL));
}

static json_t *member(const kfm_visit_page_t *page, const char *object, const char *name)
{
    return json_object_get(object ? json_object_get(page->doc, object) : page->doc, name);
}

const char *kfm_visit_text(const kfm_visit_page_t *page, const char *object, const char *name)
{
    const char *text = json_string_value(member(page, object, name));

    return text && *text ? text : NULL;
}

static int64_t number(const kfm_visit_page_t *page, const char *object, const char *name)
{
    return json_integer_value(member(page, object, name));
}

static bool can(const kfm_visit_page_t *page, const char *what)
{
    return json_is_true(member(page, "can", what));
}

bool kfm_visit_is(const kfm_visit_page_t *page, const char *status)
{
    const char *text = kfm_visit_text(page, NULL, "status");

    return text && !strcmp(text, status);
}

const char *kfm_visit_money(kfm_call_t *call, const kfm_visit_page_t *page, int64_t cents)
{
    const char *currency = kfm_visit_text(page, NULL, "currency");

    return kf_format_money(call->lang, cents, currency ? currency : "", call->pool);
}

/* -- money -- */

static bool was_paid(const kfm_visit_page_t *page)
{
    return kfm_visit_is(page, "paid") || kfm_visit_is(page, "confirmed") || kfm_visit_is(page, "completed")
           || kfm_visit_is(page, "no_show");
}

static const char *refund_state(const char *state)
{
    return !state ? "visit.refund_running" : !strcmp(state, "done") ? "visit.refund_done"
           : !strcmp(state, "manual")                               ? "visit.refund_manual"
                                                                    : "visit.refund_running";
}

static const kfm_show_t refund[] = {KFM_SHOW("amount_cents", MONEY, .as = "amount"), KFM_SHOW_END};
static const kfm_show_t booking[] = {KFM_SHOW("price_cents", MONEY, .as = "price_text"),
                                     KFM_SHOW("refund.paid_cents", SUM, .as = "paid_text"),
                                     KFM_SHOW("now_cents", SUM, .as = "now_text"),
                                     KFM_SHOW("left_cents", SUM, .as = "left_text"),
                                     KFM_SHOW("service.map_url", SAFE),
                                     KFM_SHOW("meeting_url", SAFE),
                                     KFM_SHOW("payment.refunds", EACH, .as = "refunds", .rows = refund),
                                     KFM_SHOW_END};

/* The amount to pay now, the amount due at the appointment, and the states of the refunds. */
static void add_money(kfm_call_t *call, const kfm_visit_page_t *page)
{
    int64_t price = number(page, NULL, "price_cents"), charge = number(page, NULL, "charge_cents");
    bool pending = kfm_visit_is(page, "pending"), live = was_paid(page) || pending;
    json_t *one;
    size_t i;

    kfm_say_put_int(page->doc, "now_cents", pending ? charge : 0);
    kfm_say_put_int(page->doc, "left_cents", live && price > charge ? price - charge : 0);
    kfm_put_flag(page->doc, "free", price == 0);
    json_array_foreach(member(page, "payment", "refunds"), i, one) {
        kfm_put(one, "state", kf_catalog_text(KFM_SAY(call), refund_state(kfm_say_text(one, "state"))));
    }
}

kf_err_t *kfm_visit_put(kfm_view_t *view, const kfm_visit_page_t *page)
{
    kfm_call_t *call = view->call;

    add_money(call, page);
    kfm_put(page->doc, "duration_text", kfm_words_duration(call, (int)((page->end - page->start) / KF_MINUTE)));
    kfm_show(page->doc, call, booking);
    json_object_set(view->root, "booking", page->doc);
    return kfm_when_put(page->doc, call, page->start, kfm_visit_text(page, NULL, "customer_zone"),
                        kfm_visit_text(page, NULL, "professional_zone"));
}

/* -- dead links -- */

static void put_again(kfm_view_t *view, const char *link)
{
    kfm_call_t *call = view->call;

    kfm_put(view->root, "again_url", link ? kfm_url(call->pool, link, "", NULL) : NULL);
    kfm_put(view->root, "contact",
            call->tenant && call->tenant->contact && *call->tenant->contact ? call->tenant->contact : NULL);
    kfm_put(view->root, "contact_title",
            call->tenant ? kf_catalog_format(KFM_SAY(call), "contact.title", call->pool, "tenant",
                                             call->tenant->name, NULL)
                         : NULL);
}

kf_err_t *kfm_page_visit_end(kfm_call_t *call, int status, const char *why, const char *link)
{
    const char *key = apr_pstrcat(call->pool, "visit.end.", why, NULL);
    kfm_view_t view;

    kfm_visit_begin(&view, call, kfm_words(call, apr_pstrcat(call->pool, key, "_title", NULL), why));
    kfm_put(view.root, "text", kfm_words(call, apr_pstrcat(call->pool, key, "_text", NULL), NULL));
    put_again(&view, link);
    return kfm_view_send(&view, status, "visit/end");
}

/* -- the page of the booking -- */

/* The word of the booking's state, for visit.state.WORD_title and _text. */
static const char *state_word(const kfm_visit_page_t *page, bool begun)
{
    if (kfm_visit_is(page, "pending")) {
        return can(page, "pay") ? "unpaid" : "pending";
    }
    if (kfm_visit_is(page, "paid") || kfm_visit_is(page, "confirmed")) {
        return begun ? "begun" : "confirmed";
    }
    return kfm_visit_is(page, "cancelled") ? "cancelled" : was_paid(page) ? "past" : "unpaid_over";
}

static void put_state(kfm_view_t *view, const char *word)
{
    kfm_call_t *call = view->call;
    const char *text = kfm_words(call, apr_pstrcat(call->pool, "visit.state.", word, "_text", NULL), NULL);

    json_object_set_new(view->root, "state",
                        json_pack("{s:b, s:b, s:s?}", "good", !strcmp(word, "confirmed"), "off",
                                  !strcmp(word, "cancelled") || !strcmp(word, "unpaid_over"), "text", text));
}

static bool is_word(const char *text)
{
    return text && *text && strlen(text) < 32 && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz_")];
}

static const char *done_text(kfm_call_t *call, const kfm_visit_page_t *page)
{
    return is_word(page->done) ? kfm_words(call, apr_pstrcat(call->pool, "visit.done.", page->done, NULL), NULL) : NULL;
}

/* The policy at the time of the booking. */
static void put_policy(kfm_view_t *view, const kfm_visit_page_t *page)
{
    kfm_call_t *call = view->call;
    kf_policy_words_t words = {call->cfg->messages, call->lang, KF_POLICY_CUSTOMER, json_object_get(page->doc, "policy"),
                               number(page, NULL, "price_cents"), number(page, NULL, "charge_cents")};

    kfm_put(view->root, "policy_cancel", words.charge_cents ? kf_policy_cancel(&words, call->pool) : NULL);
    kfm_put(view->root, "policy_move", kf_policy_move(&words, call->pool));
}

/* The form that leads to an act. It is left out once nothing can be changed. */
static void put_change(kfm_view_t *view, const kfm_visit_page_t *page, const char *email, const kf_err_t *errors)
{
    kfm_call_t *call = view->call;
    const char *why = kfm_visit_text(page, "why_not", "move");
    bool move = can(page, "move");

    if (!can(page, "cancel")) {
        return;
    }
    why = move || !why ? NULL : kfm_words(call, apr_pstrcat(call->pool, "visit.why.", why, NULL), NULL);
    json_object_set_new(view->root, "change",
                        json_pack("{s:s, s:b, s:s?, s:s, s:s, s:s?}", "url",
                                  kfm_visit_url(call, page->visit.token, "/act", page->lang_forced), "move", move, "why", why,
                                  "hint", kf_catalog_format(KFM_SAY(call), "visit.email_hint", call->pool, "email",
                                                            kfm_visit_text(page, "customer", "email_masked"), NULL),
                                  "email", email ? email : "", "error",
                                  errors ? kf_catalog_text(KFM_SAY(call), "visit.email_wrong") : NULL));
}

static void put_reminders(kfm_view_t *view, const kfm_visit_page_t *page)
{
    kfm_call_t *call = view->call;
    if (can(page, "reminders")) {
        json_object_set_new(view->root, "reminders",
                            json_pack("{s:s, s:O}", "url",
                                      kfm_visit_url(call, page->visit.token, "/reminders", page->lang_forced), "on",
                                      json_object_get(page->doc, "reminders")));
    }
}

/* The calendar links do not contain the link to this page: it gives access, and the servers are third parties'. */
static void put_calendars(kfm_view_t *view, const kfm_visit_page_t *page)
{
    apr_pool_t *p = view->call->pool;
    const char *place = kfm_visit_text(page, "service", "place");
    const char *contact = kfm_visit_text(page, "business", "contact");
    kf_calendar_link_t event = {.start = page->start, .end = page->end,
                                .title = apr_pstrcat(p, kfm_visit_text(page, "service", "name"), ", ",
                                                     kfm_visit_text(page, "business", "name"), NULL),
                                .location = place && *place ? place : NULL, .details = contact ? contact : ""};

    kfm_put(view->root, "google_url", kf_calendar_link_google(&event, p));
    kfm_put(view->root, "outlook_url", kf_calendar_link_outlook(&event, p));
}

static void put_urls(kfm_view_t *view, const kfm_visit_page_t *page)
{
    kfm_call_t *call = view->call;
    const char *token = page->visit.token;
    bool live = kfm_visit_is(page, "paid") || kfm_visit_is(page, "confirmed");

    kfm_put(view->root, "ics_url",
            live ? kfm_visit_url(call, token, "/calendar.ics", page->lang_forced) : NULL);
    if (live) {
        put_calendars(view, page);
    }
    kfm_put(view->root, "receipt_url",
            was_paid(page) || kfm_visit_is(page, "cancelled") ? kfm_visit_url(call, token, "/receipt", page->lang_forced)
                                                              : NULL);
    kfm_put(view->root, "pay_url", can(page, "pay") ? kfm_visit_url(call, token, "/pay", page->lang_forced) : NULL);
    kfm_put(view->root, "pay_text",
            kf_catalog_format(KFM_SAY(call), "details.submit_pay", call->pool, "amount",
                              kfm_visit_money(call, page, number(page, NULL, "charge_cents")), NULL));
}

kf_err_t *kfm_page_visit(kfm_call_t *call, const kfm_visit_page_t *page, const char *email, const kf_err_t *errors)
{
    kf_instant_t now = 0;
    const char *text = kfm_visit_text(page, NULL, "now"), *word, *title;
    kfm_view_t view;

    if (text && !kf_instant_read(&now, NULL, text, strlen(text))) {
        now = 0;
    }
    word = state_word(page, page->start <= now);
    title = kfm_words(call, apr_pstrcat(call->pool, "visit.state.", word, "_title", NULL), word);
    kfm_visit_begin(&view, call, title);
    if (errors) {
        kfm_view_title(&view, kf_catalog_format(KFM_SAY(call), "details.doc_error", call->pool, "title", title, NULL));
    }
    kfm_view_languages(&view, kfm_visit_url(call, page->visit.token, "", NULL));
    put_state(&view, word);
    kfm_put(view.root, "done", done_text(call, page));
    put_policy(&view, page);
    put_change(&view, page, email, errors);
    if (can(page, "cancel")) {
        put_reminders(&view, page);
    }
    put_urls(&view, page);
    put_again(&view, can(page, "cancel") || kfm_visit_is(page, "pending") ? NULL : kfm_visit_text(page, NULL, "link"));
    kfm_view_back(&view, "back", page->back);
    KF_TRY(kfm_visit_put(&view, page));
    return kfm_view_send(&view, errors ? kf_code_http(errors->code) : 200, "visit/view");
}

kf_err_t *kfm_page_visit_reminders(kfm_call_t *call, const kfm_visit_page_t *page)
{
    bool on = json_is_true(json_object_get(page->doc, "reminders"));
    const char *title = kf_catalog_text(KFM_SAY(call), on ? "visit.reminders_on_title" : "visit.reminders_off_title");
    kfm_view_t view;

    kfm_visit_begin(&view, call, title);
    kfm_view_languages(&view, kfm_visit_url(call, page->visit.token, "/reminders", NULL));
    kfm_put(view.root, "done", done_text(call, page));
    put_reminders(&view, page);
    put_again(&view, NULL);
    KF_TRY(kfm_visit_put(&view, page));
    return kfm_view_send(&view, 200, "visit/reminders");
}
