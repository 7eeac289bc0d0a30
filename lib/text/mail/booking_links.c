/* The links of a mail. A link whose token was not made is left out. */
#include <apr_strings.h>
#include <string.h>

#include "base/uri.h"
#include "text/calendar_link.h"
#include "text/mail/letter.h"

static const char *visit(const kf_letter_t *m, const char *token, const char *end)
{
    return token && *token ? apr_pstrcat(m->p, m->in->base_url, "/booking/", kf_uri_encode(token, m->p), end, NULL)
                           : NULL;
}

static const char *waiting(const kf_letter_t *m, const char *token, const char *end)
{
    return token && *token ? apr_pstrcat(m->p, m->in->base_url, "/waiting/", kf_uri_encode(token, m->p), end, NULL)
                           : NULL;
}

const char *kf_letter_view(const kf_letter_t *m)
{
    return visit(m, m->in->tokens.view, "");
}

static const char *no_reminders(const kf_letter_t *m)
{
    return m->kind->tokens & KF_MAIL_TOKEN_REMINDERS ? visit(m, m->in->tokens.reminders, "/reminders") : NULL;
}

static const char *leave(const kf_letter_t *m)
{
    return m->kind->tokens & KF_MAIL_TOKEN_LEAVE ? waiting(m, m->in->tokens.leave, "") : NULL;
}

const char *kf_letter_unsubscribe(const kf_letter_t *m)
{
    const char *url = no_reminders(m);

    return url ? url : leave(m);
}

const char *kf_letter_report(const kf_letter_t *m)
{
    const char *token = json_string_value(json_object_get(m->in->facts, "report"));

    return token ? apr_pstrcat(m->p, m->in->base_url, "/report/", token, NULL) : NULL;
}

static const char *inside(const kf_letter_t *m, const char *path)
{
    return apr_pstrcat(m->p, m->in->base_url, "/dashboard/", path, NULL);
}

/* The page for booking again. */
static const char *again(const kf_letter_t *m)
{
    const char *link = kf_letter_fact(m, "link");

    return link ? apr_pstrcat(m->p, m->in->base_url, "/book/", kf_uri_encode(link, m->p), NULL) : NULL;
}

static const char *pay(const kf_letter_t *m, const char **word)
{
    const char *status = kf_letter_fact(m, "status"), *view = kf_letter_view(m);

    if (view && status && !strcmp(status, "pending")) {
        return view;
    }
    *word = "again";
    return again(m);
}

static const char *booking_page(const kf_letter_t *m)
{
    const char *id = kf_letter_id(m, "booking");

    return inside(m, id ? apr_pstrcat(m->p, "bookings/", id, NULL) : "bookings");
}

/* The page of times, with the day of the waiting list selected. */
static const char *times(const kf_letter_t *m)
{
    static const char *const names[][2] = {
        {"service_id", "?service="}, {"professional_id", "&professional="}, {"day", "&day="}, {"customer_zone", "&timezone="}};
    const char *url = again(m);

    if (!url || !kf_letter_fact(m, "service_id")) {
        return url;
    }
    url = apr_pstrcat(m->p, url, "/availability", NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *value = kf_letter_fact(m, names[i][0]);

        url = value ? apr_pstrcat(m->p, url, names[i][1], kf_uri_encode(value, m->p), NULL) : url;
    }
    return url;
}

/* The address of the button that `*word` names; may change `*word`. */
static const char *target(const kf_letter_t *m, const char **word)
{
    if (!strcmp(*word, "view")) {
        return kf_letter_view(m);
    }
    if (!strcmp(*word, "pay")) {
        return pay(m, word);
    }
    if (!strcmp(*word, "again")) {
        return again(m);
    }
    if (!strcmp(*word, "take")) {
        return waiting(m, m->in->tokens.offer, "/offer");
    }
    if (!strcmp(*word, "confirm")) {
        return waiting(m, m->in->tokens.leave, "/confirm");
    }
    if (!strcmp(*word, "times")) {
        return times(m);
    }
    if (!strcmp(*word, "booking")) {
        return booking_page(m);
    }
    return inside(m, *word); /* refunds, callbacks */
}

static void add(const kf_letter_t *m, json_t *list, const char *word, const char *url)
{
    json_t *link;

    if (url) {
        link = json_object();
        kf_letter_put(link, "text", kf_letter_common(m, apr_pstrcat(m->p, "button.", word, NULL)));
        kf_letter_put(link, "url", url);
        json_array_append_new(list, link);
    }
}

static void put_list(const kf_letter_t *m, const char *member, json_t *list)
{
    json_object_set_new(m->root, apr_pstrcat(m->p, "has_", member, NULL), json_boolean(json_array_size(list)));
    json_object_set_new(m->root, member, list);
}

static void put_main(const kf_letter_t *m)
{
    const char *word = m->kind->button;
    const char *url = word ? target(m, &word) : NULL;
    json_t *list = json_array();

    add(m, list, word ? word : "", url);
    put_list(m, "main", list);
}

/* Decided from the known facts; if there are none, the page decides. */
static bool may_move(const kf_letter_t *m)
{
    const json_t *policy = json_object_get(m->in->facts, "policy");
    const json_t *most = json_object_get(policy, "move_most");
    json_int_t hours = json_integer_value(json_object_get(policy, "move_until_hours"));

    if (json_is_integer(most) && json_integer_value(most) <= kf_letter_number(m, "moves")) {
        return false;
    }
    return !m->start.known || hours > KF_INSTANT_MAX / KF_HOUR || m->start.at - m->in->now >= hours * KF_HOUR;
}

static void put_others(const kf_letter_t *m)
{
    json_t *list = json_array();

    if (m->kind->has & KF_LETTER_COMING) {
        add(m, list, "meeting", kf_letter_url(m, "meeting_url"));
    }
    if (m->kind->tokens & KF_MAIL_TOKEN_MOVE && may_move(m)) {
        add(m, list, "move", visit(m, m->in->tokens.move, "/move"));
    }
    if (m->kind->tokens & KF_MAIL_TOKEN_CANCEL) {
        add(m, list, "cancel", visit(m, m->in->tokens.cancel, "/cancel"));
    }
    put_list(m, "others", list);
}

/* -- calendars of third parties: they get no token of ours -- */

static void put_calendars(const kf_letter_t *m)
{
    const char *place = kf_letter_fact(m, "place");
    json_t *list = json_array();

    if (m->kind->has & KF_LETTER_ADD && m->start.known && m->end.known) {
        kf_calendar_link_t event = {.start = m->start.at, .end = m->end.at,
                                    .title = apr_pstrcat(m->p, m->service, ", ", m->business, NULL),
                                    .location = place, .details = m->contact ? m->contact : ""};

        add(m, list, "google", kf_calendar_link_google(&event, m->p));
        add(m, list, "outlook", kf_calendar_link_outlook(&event, m->p));
    }
    put_list(m, "calendars", list);
}

/* -- at the foot -- */

static void put_foot(const kf_letter_t *m)
{
    json_t *list = json_array();

    add(m, list, "reminders", no_reminders(m));
    add(m, list, "leave", leave(m));
    if (m->kind->to >= KF_MAIL_TO_TEAM) {
        add(m, list, "mails", inside(m, "mails"));
    }
    add(m, list, "report", kf_letter_report(m));
    put_list(m, "foot", list);
}

void kf_letter_put_links(const kf_letter_t *m)
{
    put_main(m);
    put_others(m);
    put_calendars(m);
    put_foot(m);
}
