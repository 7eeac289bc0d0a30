/*
 * Times in the reader's zone: a customer's own, or the professional's for the
 * merchant. The other's local time is added if it differs.
 */
#include <apr_strings.h>
#include <string.h>

#include "text/mail/letter.h"
#include "text/place.h"

static kf_letter_clock_t clock_of(const kf_letter_t *m, const char *name)
{
    const char *text = json_string_value(json_object_get(m->in->facts, name));
    kf_letter_clock_t c = {0};
    kf_civil_t civil;

    if (!text || !kf_instant_read(&c.at, &c.offset, text, strlen(text))) {
        return (kf_letter_clock_t){0};
    }
    kf_instant_to_civil(&civil, c.at, c.offset);
    c.when = (kf_format_when_t){civil.year, civil.month, civil.day,
                                kf_date_weekday(kf_instant_date(c.at, c.offset)) % 7, civil.hour, civil.minute};
    c.known = true;
    return c;
}

/* The fact in the reader's zone; if only the other's is known, in that. */
static kf_letter_clock_t own_clock(const kf_letter_t *m, const char *name)
{
    const char *there = apr_pstrcat(m->p, name, "_there", NULL);
    kf_letter_clock_t c = clock_of(m, m->merchant ? there : name);

    return c.known ? c : clock_of(m, m->merchant ? name : there);
}

static const char *day_text(const kf_letter_t *m, const kf_letter_clock_t *c)
{
    kf_civil_t now;

    kf_instant_to_civil(&now, m->in->now, c->offset);
    return c->when.year == now.year ? kf_format_day(m->lang, &c->when, m->p)
                                    : kf_format_date(m->lang, &c->when, m->p);
}

static const char *when_text(const kf_letter_t *m, const kf_letter_clock_t *c)
{
    return apr_pstrcat(m->p, day_text(m, c), ", ", kf_format_time(m->lang, &c->when, m->p), NULL);
}

/* A day of the waiting list is a date without a time. */
static const char *waiting_day(const kf_letter_t *m)
{
    const char *text = kf_letter_fact(m, "day");
    kf_letter_clock_t c = {.known = true};
    kf_civil_t civil;
    kf_date_t date;

    if (!text || !kf_date_read(&date, text, strlen(text))) {
        return NULL;
    }
    kf_date_to_civil(&civil, date);
    c.when = (kf_format_when_t){civil.year, civil.month, civil.day, kf_date_weekday(date) % 7, 0, 0};
    return day_text(m, &c);
}

/* "la 1:00 p. m.", "las 3:00 p. m." */
static const char *until_text(const kf_letter_t *m)
{
    kf_letter_clock_t c = own_clock(m, m->kind->to == KF_MAIL_TO_WAITING ? "offered_until" : "hold_expires_at");

    return c.known ? kf_catalog_format(m->catalog, m->lang,
                                       c.when.hour % 12 == 1 ? "mail.at.one" : "mail.at.other", m->p,
                                       "time", kf_format_time(m->lang, &c.when, m->p), NULL)
                   : NULL;
}

static void read_zones(kf_letter_t *m)
{
    const char *customer = kf_letter_fact(m, "customer_zone");
    const char *professional = kf_letter_fact(m, "professional_zone");

    m->zone = m->merchant ? professional : customer;
    m->other_zone = m->merchant ? customer : professional;
}

void kf_letter_read_when(kf_letter_t *m)
{
    const char *day = waiting_day(m), *until;

    m->start = own_clock(m, "start");
    m->end = own_clock(m, "end");
    m->other = clock_of(m, m->merchant ? "start" : "start_there");
    read_zones(m);
    until = until_text(m);
    m->until = until ? until : "";
    m->day = day ? day : "";
    m->time = "";
    m->when = *m->day ? m->day : m->service;
    if (m->start.known) {
        m->day = day_text(m, &m->start);
        m->time = kf_format_time(m->lang, &m->start.when, m->p);
        m->when = when_text(m, &m->start);
    }
}

/* -- on the page -- */

static const char *upper(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, text);

    if (*copy >= 'a' && *copy <= 'z') {
        *copy = (char)(*copy - 'a' + 'A');
    }
    return copy;
}

static const char *zone_text(const kf_letter_t *m)
{
    const char *offset = kf_format_offset(m->start.offset / 60, m->p);

    return m->zone ? kf_catalog_format(m->catalog, m->lang, "time.zone", m->p, "place",
                                       kf_place_text(m->lang, m->zone, m->p), "offset", offset + strlen("UTC"), NULL)
                   : offset;
}

/* "11:00 a. m., hora de Bogotá"; with the day where that differs too. */
static const char *other_text(const kf_letter_t *m)
{
    const kf_letter_clock_t *a = &m->start, *b = &m->other;
    bool same_day = a->when.year == b->when.year && a->when.month == b->when.month && a->when.day == b->when.day;

    if (!b->known || a->offset == b->offset || a->at != b->at || !m->other_zone) {
        return NULL;
    }
    return kf_catalog_format(m->catalog, m->lang, same_day ? "summary.other_zone" : "summary.other_zone_day", m->p,
                             "time", kf_format_time(m->lang, &b->when, m->p), "date", day_text(m, b), "place",
                             kf_place_text(m->lang, m->other_zone, m->p), NULL);
}

static const char *span_text(const kf_letter_t *m)
{
    const char *from = kf_format_time(m->lang, &m->start.when, m->p);

    return m->end.known ? apr_pstrcat(m->p, from, " \u2013 ", kf_format_time(m->lang, &m->end.when, m->p), NULL) : from;
}

static void put_old(const kf_letter_t *m, json_t *when)
{
    kf_letter_clock_t old = own_clock(m, "old_start");
    const char *who = kf_letter_fact(m, "old_professional");

    if (!(m->kind->has & KF_LETTER_OLD) || !old.known) {
        return;
    }
    kf_letter_put(when, "old", when_text(m, &old));
    if (who && strcmp(who, m->professional) != 0) {
        kf_letter_put(when, "old_with", kf_catalog_format(m->catalog, m->lang, "mail.with", m->p,
                                                          "professional", who, NULL));
    }
}

const char *kf_letter_day(const kf_letter_t *m, const char *name)
{
    kf_letter_clock_t c = clock_of(m, name);

    return c.known ? day_text(m, &c) : NULL;
}

void kf_letter_put_when(const kf_letter_t *m)
{
    json_t *when;

    if (m->kind->to == KF_MAIL_TO_SYSTEM || (!m->start.known && !*m->day)) {
        return;
    }
    when = json_object();
    kf_letter_put(when, "day", upper(m->day, m->p));
    if (m->start.known) {
        kf_letter_put(when, "time", span_text(m));
        kf_letter_put(when, "zone", zone_text(m));
        kf_letter_put(when, "other", other_text(m));
    }
    json_object_set_new(when, "over", json_boolean(m->kind->has & KF_LETTER_OVER));
    put_old(m, when);
    json_object_set_new(m->root, "when", when);
}
