/* iCalendar objects: with any input texts, a written object has our content lines and no others, and libical parses
 * the original texts. */
#include "fuzz.h"

#include <libical/ical.h>

#include "text/ical.h"
#include "base/utf8.h"

static const char *const names[] = {
    "BEGIN:",       "END:",      "PRODID:", "VERSION:", "CALSCALE:",   "METHOD:",  "UID:",        "SEQUENCE:",
    "DTSTAMP:",     "DTSTART:",  "DTEND:",  "SUMMARY:", "DESCRIPTION:", "LOCATION:", "URL:",       "ORGANIZER",
    "ATTENDEE",     "STATUS:",   "TRANSP:", "CLASS:",   "ACTION:",     "TRIGGER:", "NAME:",       "X-WR-CALNAME:",
    "REFRESH-INTERVAL", "X-PUBLISHED-TTL:"};

static bool is_known(const char *line)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!strncmp(line, names[i], strlen(names[i]))) {
            return true;
        }
    }
    return false;
}

/* Checks physical lines, then unfolded ones. Returns how many of these begin with `word`. */
static int check_lines(const char *text, size_t len, const char *word)
{
    const char *end;
    int n = 0;

    FUZZ_CHECK(strlen(text) == len, "a NUL inside");
    for (; *text; text = end + 2) {
        end = strstr(text, "\r\n");
        FUZZ_CHECK(end && end - text <= 75, "the length of a line");
        FUZZ_CHECK(kf_utf8_valid(text, (size_t)(end - text)), "a character is cut");
        FUZZ_CHECK(!memchr(text, '\r', (size_t)(end - text)) && !memchr(text, '\n', (size_t)(end - text)), "an end inside");
        FUZZ_CHECK(*text == ' ' || is_known(text), "a line of somebody else's");
        n += !strncmp(text, word, strlen(word));
    }
    return n;
}

/* The visible text: controls and bidi marks become blanks, a carriage return is removed. */
static const char *shown(const char *text, apr_pool_t *p)
{
    char *out = apr_palloc(p, strlen(text) + 1), *at = out;
    size_t left = strlen(text);

    while (left) {
        uint32_t c;
        size_t n = kf_utf8_next(&c, text, left);
        bool control = kf_utf8_has_control(text, n, "\n");

        if (!control) {
            memcpy(at, text, n);
            at += n;
        } else if (c != '\r') {
            *at++ = ' ';
        }
        text += n;
        left -= n;
    }
    *at = '\0';
    return out;
}

/* libical's parser strips the blanks at both ends. */
static bool same_inside(const char *a, const char *b)
{
    size_t a_len, b_len;

    a += strspn(a, " ");
    b += strspn(b, " ");
    for (a_len = strlen(a); a_len && a[a_len - 1] == ' '; a_len--) {
    }
    for (b_len = strlen(b); b_len && b[b_len - 1] == ' '; b_len--) {
    }
    return a_len == b_len && !memcmp(a, b, a_len);
}

static void read_back(const char *text, const kf_ical_event_t *event, apr_pool_t *p)
{
    icalcomponent *all = icalparser_parse_string(text), *one;
    const char *summary, *wanted;

    FUZZ_CHECK(all && icalcomponent_isa(all) == ICAL_VCALENDAR_COMPONENT, "libical reads it");
    one = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT);
    FUZZ_CHECK(one && icalcomponent_count_errors(all) == 0, "an appointment without errors");
    summary = icalcomponent_get_summary(one);
    wanted = shown(event->summary, p);
    wanted = wanted[strspn(wanted, " \n")] ? wanted : ""; /* invisible text is not written */
    FUZZ_CHECK(same_inside(summary ? summary : "", wanted), "the summary");
    FUZZ_CHECK(icaltime_as_timet(icalcomponent_get_dtstart(one)) == (time_t)(event->start / KF_SECOND), "the start");
    FUZZ_CHECK(icalcomponent_count_properties(one, ICAL_ATTENDEE_PROPERTY) == (event->method != KF_ICAL_PUBLISH), "attendees");
    icalcomponent_free(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    kf_ical_event_t event = {.organizer_address = "citas@clinica.example", .attendee_address = "ana@example.test", .uid = "a@b.test"};
    kf_ical_feed_t feed = {.events = &event, .n = 1, .refresh_min = 15};
    const char *out = NULL;
    size_t len = 0;

    event.method = (kf_ical_method_t)(fuzz_byte(&in) % 3);
    event.alarm_min = (int)(fuzz_byte(&in) % 200);
    event.start = (kf_instant_t)fuzz_short(&in) * KF_DAY / 2 + (kf_instant_t)fuzz_short(&in) * KF_SECOND;
    event.end = event.start + KF_MINUTE * fuzz_byte(&in);
    event.stamp = event.start;
    event.sequence = fuzz_byte(&in);
    event.attendee_name = fuzz_line(&in, p);
    event.organizer_name = fuzz_line(&in, p);
    event.location = fuzz_line(&in, p);
    event.url = fuzz_line(&in, p);
    event.summary = event.description = event.alarm_text = feed.name = fuzz_text(&in, p);
    kf_ical_global_init();
    if (!kf_ical_write(&out, &len, &event, p)) {
        FUZZ_CHECK(check_lines(out, len, "BEGIN:VEVENT\r\n") == 1, "one appointment");
        FUZZ_CHECK(check_lines(out, len, "ATTENDEE") == (event.method != KF_ICAL_PUBLISH), "one reader");
        read_back(out, &event, p);
    }
    if (!kf_ical_feed(&out, &len, &feed, p)) {
        FUZZ_CHECK(check_lines(out, len, "BEGIN:VEVENT\r\n") == 1, "one appointment");
        FUZZ_CHECK(check_lines(out, len, "ATTENDEE") == 0, "no reader");
    }
    apr_pool_destroy(p);
    return 0;
}
