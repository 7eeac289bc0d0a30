#include "text/ical.h"

#include <apr_strings.h>
#include <apr_uri.h>
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "text/mime.h"

#define LINE_OCTETS 75 /* without its end; of a continuation the blank before it counts */

typedef struct {
    const char *lang;
    kf_ical_method_t method;
    apr_pool_t *p;
} object_t;

void kf_ical_global_init(void)
{
    /* libical builds its zone table at the first use of UTC. It needs no file for that. */
    icaltimezone_get_utc_timezone();
}

const char *kf_ical_method_text(kf_ical_method_t method)
{
    static const char *const texts[] = {
        [KF_ICAL_REQUEST] = "REQUEST", [KF_ICAL_CANCEL] = "CANCEL", [KF_ICAL_PUBLISH] = "PUBLISH"};

    return (unsigned)method < sizeof(texts) / sizeof(*texts) ? texts[method] : "PUBLISH";
}

const char *kf_ical_uid(const char *id, const char *base_url, apr_pool_t *p)
{
    apr_uri_t uri;

    if (apr_uri_parse(p, base_url, &uri) != APR_SUCCESS || !uri.hostname) {
        return id;
    }
    return apr_pstrcat(p, id, "@", uri.hostname, NULL);
}

/* -- what people wrote -- */

static bool is_said(const char *text)
{
    return text && *text;
}

/* Text without control characters and direction marks; "\n" alone ends a line. */
static kf_err_t *clean(const char **out, const char *text, apr_pool_t *p)
{
    size_t left = strlen(text);
    kf_buf_t b;

    if (!kf_utf8_valid(text, left)) {
        return kf_err(p, KF_E_INVALID, "A text of an appointment is not UTF-8.");
    }
    kf_buf_init(&b, p, left, KF_MAX_ICAL);
    while (left) {
        uint32_t c;
        size_t n = kf_utf8_next(&c, text, left);

        if (c == '\n' || !kf_utf8_has_control(text, n, NULL)) {
            kf_buf_bytes(&b, text, n);
        } else if (c != '\r') {
            kf_buf_char(&b, ' ');
        }
        text += n;
        left -= n;
    }
    *out = kf_buf_text(&b);
    return kf_buf_check(&b, "appointment", p);
}

/* For values that are written unescaped. */
static kf_err_t *check_plain(const char *what, const char *text, bool blanks, apr_pool_t *p)
{
    size_t len = strlen(text);

    if (len > KF_MAX_URL || !kf_utf8_valid(text, len) || kf_utf8_has_control(text, len, NULL)
        || (!blanks && strpbrk(text, " \""))) {
        return kf_err(p, KF_E_INVALID, "The %s of an appointment may not stand in it.", what);
    }
    return NULL;
}

/* -- lines -- */

void kf_ical_fold(kf_buf_t *b, const char *line, size_t len)
{
    size_t room = LINE_OCTETS;

    while (len > room) {
        size_t cut = room;

        while (cut > 1 && ((unsigned char)line[cut] & 0xc0) == 0x80) {
            cut--;
        }
        kf_buf_bytes(b, line, cut);
        kf_buf_str(b, "\r\n ");
        line += cut;
        len -= cut;
        room = LINE_OCTETS - 1;
    }
    kf_buf_bytes(b, line, len);
    kf_buf_str(b, "\r\n");
}

/* For ORGANIZER and ATTENDEE: libical quotes a name only where it must, but some readers need
 * quotes around blanks too. */
static void quote_name(kf_buf_t *line)
{
    const char *text = kf_buf_text(line);
    char *name = strstr(text, ";CN=");
    size_t before, len;

    if ((strncmp(text, "ORGANIZER", 9) && strncmp(text, "ATTENDEE", 8)) || !name || name[4] == '"') {
        return;
    }
    before = (size_t)(name - text) + 4;
    len = strcspn(name + 4, ":;");
    kf_buf_str(line, "\"\"");
    if (!line->overflow) {
        char *at = line->data + before;

        memmove(at + len + 2, at + len, line->len - 2 - before - len);
        memmove(at + 1, at, len);
        at[0] = at[len + 1] = '"';
    }
}

static void write_line(kf_buf_t *out, kf_buf_t *line)
{
    static const char older[] = "X-WR-CAL"; /* for NAME, whose value libical would not escape in it */

    quote_name(line);
    kf_ical_fold(out, kf_buf_text(line), line->len);
    if (!strncmp(kf_buf_text(line), "NAME:", 5) && kf_buf_room(line, sizeof(older))) {
        memmove(line->data + strlen(older), line->data, line->len + 1);
        memcpy(line->data, older, strlen(older));
        line->len += strlen(older);
        kf_ical_fold(out, kf_buf_text(line), line->len);
    }
    out->overflow |= line->overflow;
}

/* The text without its folds. libical folds anywhere: after colons and blanks, and even between
 * CR and LF. */
static char *unfold(char *text)
{
    char *to = text;

    for (const char *from = text; *from;) {
        if (!strncmp(from, "\r\n ", 3)) {
            from += 3;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return text;
}

/* Writes each line in its final form. */
static void lay_out(kf_buf_t *out, char *text, apr_pool_t *p)
{
    kf_buf_t line;
    char *end;

    kf_buf_init(&line, p, 256, out->max);
    for (text = unfold(text); (end = strstr(text, "\r\n")); text = end + 2) {
        kf_buf_reset(&line);
        kf_buf_bytes(&line, text, (size_t)(end - text));
        write_line(out, &line);
    }
}

/* -- parts of an object -- */

static void put(icalcomponent *to, icalproperty *property)
{
    icalcomponent_add_property(to, property);
}

static struct icaltimetype time_of(kf_instant_t at)
{
    struct icaltimetype t = icaltime_null_time();
    kf_civil_t c;

    kf_instant_to_civil(&c, at, 0);
    t.year = c.year;
    t.month = c.month;
    t.day = c.day;
    t.hour = c.hour;
    t.minute = c.minute;
    t.second = c.second;
    t.zone = icaltimezone_get_utc_timezone();
    return t;
}

static kf_err_t *put_text(icalcomponent *to, icalproperty *make(const char *), const char *text,
                          apr_pool_t *p)
{
    if (is_said(text)) {
        KF_TRY(clean(&text, text, p));
    }
    if (is_said(text) && text[strspn(text, " \n")]) {
        put(to, make(text));
    }
    return NULL;
}

static kf_err_t *add_name(icalproperty *to, const char *name, apr_pool_t *p)
{
    char *safe;

    if (!is_said(name)) {
        return NULL;
    }
    KF_TRY(check_plain("name", name, true, p));
    safe = apr_pstrdup(p, name);
    for (char *c = safe; *c; c++) {
        *c = *c == '"' ? '\'' : *c; /* few readers can decode one here */
    }
    icalproperty_add_parameter(to, icalparameter_new_cn(safe));
    return NULL;
}

static kf_err_t *mailto(const char **out, const char *address, apr_pool_t *p)
{
    if (!kf_mime_is_address(address)) {
        return kf_err(p, KF_E_INVALID, "An address of an appointment is not a valid mail address.");
    }
    *out = apr_pstrcat(p, "mailto:", address, NULL);
    return NULL;
}

static kf_err_t *put_organizer(icalcomponent *to, const kf_ical_event_t *event, apr_pool_t *p)
{
    icalproperty *property;
    const char *uri = NULL;

    KF_TRY(mailto(&uri, event->organizer_address, p));
    property = icalproperty_new_organizer(uri);
    put(to, property);
    return add_name(property, event->organizer_name, p);
}

static kf_err_t *put_attendee(icalcomponent *to, const kf_ical_event_t *event, apr_pool_t *p)
{
    icalproperty *property;
    const char *uri = NULL;

    KF_TRY(mailto(&uri, event->attendee_address, p));
    property = icalproperty_new_attendee(uri);
    icalproperty_add_parameter(property, icalparameter_new_cutype(ICAL_CUTYPE_INDIVIDUAL));
    icalproperty_add_parameter(property, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
    icalproperty_add_parameter(property, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
    icalproperty_add_parameter(property, icalparameter_new_rsvp(event->rsvp ? ICAL_RSVP_TRUE
                                                                            : ICAL_RSVP_FALSE));
    put(to, property);
    return add_name(property, event->attendee_name, p);
}

static kf_err_t *put_people(icalcomponent *to, const kf_ical_event_t *event, const object_t *object)
{
    bool invites = object->method != KF_ICAL_PUBLISH;

    if (!is_said(event->organizer_address) || (invites && !is_said(event->attendee_address))) {
        return kf_err(object->p, KF_E_INVALID, "An appointment must have an organizer, an invitation also an "
                                               "attendee.");
    }
    KF_TRY(put_organizer(to, event, object->p));
    return invites ? put_attendee(to, event, object->p) : NULL;
}

static kf_err_t *put_url(icalcomponent *to, const char *url, apr_pool_t *p)
{
    if (!is_said(url)) {
        return NULL;
    }
    KF_TRY(check_plain("URL", url, false, p));
    if (strncmp(url, "https://", 8) && strncmp(url, "http://", 7)) {
        return kf_err(p, KF_E_INVALID, "The URL of an appointment is not valid.");
    }
    put(to, icalproperty_new_url(url));
    return NULL;
}

static kf_err_t *put_alarm(icalcomponent *to, const kf_ical_event_t *event, const object_t *object)
{
    struct icaltriggertype trigger = {.time = icaltime_null_time()};
    icalcomponent *alarm;

    if (event->alarm_min <= 0 || object->method == KF_ICAL_CANCEL) {
        return NULL;
    }
    trigger.duration = icaldurationtype_from_int(-60 * event->alarm_min);
    alarm = icalcomponent_new(ICAL_VALARM_COMPONENT);
    icalcomponent_add_component(to, alarm);
    put(alarm, icalproperty_new_action(ICAL_ACTION_DISPLAY));
    KF_TRY(put_text(alarm, icalproperty_new_description,
                    event->alarm_text ? event->alarm_text : event->summary, object->p));
    put(alarm, icalproperty_new_trigger(trigger));
    return NULL;
}

static enum icalproperty_status status_of(const kf_ical_event_t *event, const object_t *object)
{
    if (object->method == KF_ICAL_CANCEL || event->status == KF_ICAL_CANCELLED) {
        return ICAL_STATUS_CANCELLED;
    }
    return event->status == KF_ICAL_TENTATIVE ? ICAL_STATUS_TENTATIVE : ICAL_STATUS_CONFIRMED;
}

static kf_err_t *put_event(icalcomponent *calendar, const kf_ical_event_t *event,
                           const object_t *object)
{
    icalcomponent *to = icalcomponent_new(ICAL_VEVENT_COMPONENT);

    icalcomponent_add_component(calendar, to);
    if (!is_said(event->uid) || event->end < event->start) {
        return kf_err(object->p, KF_E_INVALID, "An appointment must have a uid and end after it starts.");
    }
    KF_TRY(check_plain("uid", event->uid, false, object->p));
    put(to, icalproperty_new_uid(event->uid));
    put(to, icalproperty_new_sequence(event->sequence));
    put(to, icalproperty_new_dtstamp(time_of(event->stamp)));
    put(to, icalproperty_new_dtstart(time_of(event->start)));
    put(to, icalproperty_new_dtend(time_of(event->end)));
    KF_TRY(put_text(to, icalproperty_new_summary, event->summary, object->p));
    KF_TRY(put_text(to, icalproperty_new_description, event->description, object->p));
    KF_TRY(put_text(to, icalproperty_new_location, event->location, object->p));
    KF_TRY(put_url(to, event->url, object->p));
    KF_TRY(put_people(to, event, object));
    put(to, icalproperty_new_status(status_of(event, object)));
    put(to, icalproperty_new_transp(ICAL_TRANSP_OPAQUE));
    put(to, icalproperty_new_class(ICAL_CLASS_PUBLIC));
    return put_alarm(to, event, object);
}

/* -- the whole -- */

static icalcomponent *begin(const object_t *object)
{
    static const enum icalproperty_method methods[] = {[KF_ICAL_REQUEST] = ICAL_METHOD_REQUEST,
                                                       [KF_ICAL_CANCEL] = ICAL_METHOD_CANCEL,
                                                       [KF_ICAL_PUBLISH] = ICAL_METHOD_PUBLISH};
    icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);

    put(calendar, icalproperty_new_prodid(object->lang && !strcmp(object->lang, "en")
                                              ? "-//Konfirmado//Booking 1.0//EN"
                                              : "-//Konfirmado//Booking 1.0//ES"));
    put(calendar, icalproperty_new_version("2.0"));
    put(calendar, icalproperty_new_calscale("GREGORIAN"));
    put(calendar, icalproperty_new_method(methods[object->method]));
    return calendar;
}

/* The text of `calendar`, which is freed here. */
static kf_err_t *finish(const char **out, size_t *len, icalcomponent *calendar, size_t most,
                        apr_pool_t *p)
{
    char *text = icalcomponent_as_ical_string_r(calendar);
    kf_buf_t b;

    icalcomponent_free(calendar);
    if (!text) {
        return kf_err(p, KF_E_INTERNAL, "An appointment could not be written.");
    }
    kf_buf_init(&b, p, strlen(text) + 256, most);
    lay_out(&b, text, p);
    free(text);
    *out = kf_buf_text(&b);
    *len = b.len;
    return kf_buf_check(&b, "calendar", p);
}

kf_err_t *kf_ical_write(const char **out, size_t *len, const kf_ical_event_t *event, apr_pool_t *p)
{
    object_t object = {event->lang, event->method, p};
    icalcomponent *calendar = begin(&object);
    kf_err_t *err = put_event(calendar, event, &object);

    if (err) {
        icalcomponent_free(calendar);
        return err;
    }
    return finish(out, len, calendar, KF_MAX_ICAL, p);
}

/* RFC 7986, and the older properties for clients that know only RFC 5545. */
static kf_err_t *put_feed(icalcomponent *to, const kf_ical_feed_t *feed, apr_pool_t *p)
{
    if (feed->refresh_min > 0) {
        const char *wait = apr_psprintf(p, "PT%dM", feed->refresh_min);
        icalproperty *property = icalproperty_new_x(wait);

        put(to, icalproperty_new_refreshinterval(icaldurationtype_from_string(wait)));
        icalproperty_set_x_name(property, "X-PUBLISHED-TTL");
        put(to, property);
    }
    return put_text(to, icalproperty_new_name, feed->name, p);
}

kf_err_t *kf_ical_feed(const char **out, size_t *len, const kf_ical_feed_t *feed, apr_pool_t *p)
{
    object_t object = {feed->lang, KF_ICAL_PUBLISH, p};
    icalcomponent *calendar = begin(&object);
    kf_err_t *err = put_feed(calendar, feed, p);

    for (int i = 0; i < feed->n && !err; i++) {
        err = put_event(calendar, &feed->events[i], &object);
    }
    if (err) {
        icalcomponent_free(calendar);
        return err;
    }
    return finish(out, len, calendar, KF_MAX_FEED, p);
}
