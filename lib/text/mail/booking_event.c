/* The appointment for the reader's calendar: RFC 5545, RFC 5546. */
#include <apr_strings.h>
#include <string.h>

#include "text/mail/letter.h"

#define ALARM_MIN 60

/* The professional has the customer's name in their calendar, the customer the business's. */
static const char *summary(const kf_letter_t *m)
{
    return apr_pstrcat(m->p, m->service, ", ", m->merchant ? m->customer : m->business, NULL);
}

static const char *line(const kf_letter_t *m, const char *text, const char *more)
{
    return more ? apr_pstrcat(m->p, text, *text ? "\n" : "", more, NULL) : text;
}

static const char *with_label(const kf_letter_t *m, const char *label, const char *text)
{
    return text ? apr_pstrcat(m->p, kf_letter_common(m, label), ": ", text, NULL) : NULL;
}

/* The instructions, with their line breaks. */
static const char *instructions(const kf_letter_t *m, const char *text)
{
    json_t *lines = kf_letter_lines(m, "instructions"), *one;
    size_t i;

    json_array_foreach(lines, i, one) {
        text = line(m, text, json_string_value(one));
    }
    json_decref(lines);
    return text;
}

static const char *description(const kf_letter_t *m)
{
    const char *text = "";

    if (m->merchant) {
        text = line(m, text, with_label(m, "label.phone", kf_letter_fact(m, "customer_phone")));
        return line(m, text, with_label(m, "label.email", kf_letter_fact(m, "customer_email")));
    }
    text = line(m, text, with_label(m, "label.professional", kf_letter_fact(m, "professional")));
    text = line(m, text, kf_letter_url(m, "meeting_url"));
    text = instructions(m, text);
    text = line(m, text, with_label(m, "button.view", kf_letter_view(m)));
    return line(m, text, m->contact);
}

/* An owner gets a mail about every booking, but only the professional needs it in their calendar, and not if
 * we write into that calendar ourselves. */
static bool wanted(const kf_letter_t *m, bool over)
{
    if (!(m->kind->has & (KF_LETTER_INVITE | KF_LETTER_END))) {
        return false;
    }
    return m->kind->to == KF_MAIL_TO_CUSTOMER || over || json_is_true(json_object_get(m->in->facts, "for_calendar"));
}

/* Cancelled, or moved to another professional. */
static bool is_over(const kf_letter_t *m)
{
    const char *word = kf_letter_fact(m, "for_calendar");

    if (m->merchant && word && !strcmp(word, "end")) {
        return true;
    }
    return m->kind->has & KF_LETTER_END
           && (m->kind->to == KF_MAIL_TO_CUSTOMER || json_is_true(json_object_get(m->in->facts, "for_calendar")));
}

bool kf_letter_event(kf_ical_event_t *event, const kf_letter_t *m)
{
    const char *booking = kf_letter_id(m, "booking"), *place = kf_letter_fact(m, "place");
    bool over = is_over(m);

    if (!wanted(m, over) || !booking || !m->start.known || !m->end.known || m->end.at <= m->start.at
        || !m->in->from_address || !m->in->to_address) {
        return false;
    }
    *event = (kf_ical_event_t){.uid = kf_ical_uid(booking, m->in->base_url, m->p),
                               .sequence = (int)kf_letter_number(m, "sequence"),
                               .method = over ? KF_ICAL_CANCEL : KF_ICAL_REQUEST,
                               .status = over ? KF_ICAL_CANCELLED : KF_ICAL_CONFIRMED,
                               .start = m->start.at, .end = m->end.at, .stamp = m->in->now,
                               .summary = summary(m), .description = over ? NULL : description(m),
                               .location = place ? place : kf_letter_url(m, "meeting_url"),
                               .url = m->kind->to == KF_MAIL_TO_CUSTOMER ? kf_letter_view(m) : NULL,
                               .organizer_name = m->business,
                               .organizer_address = m->in->from_address,
                               .attendee_name = m->name, .attendee_address = m->in->to_address,
                               .alarm_min = over ? 0 : ALARM_MIN, .lang = m->lang};
    return true;
}
