#include "text/hours.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"

#define DAY_CHARS 3
#define CLOCK_CHARS 5
#define MINUTES 1440

/* What is being read, for errors. */
typedef struct {
    const char *field;
    apr_pool_t *p;
} reader_t;

/* A piece of the text. */
typedef struct {
    const char *at;
    size_t len;
} piece_t;

static piece_t trimmed(const char *at, size_t len)
{
    while (len && apr_isspace(*at)) {
        at++;
        len--;
    }
    while (len && apr_isspace(at[len - 1])) {
        len--;
    }
    return (piece_t){at, len};
}

/* Takes the next piece off `rest`; false at its end. "a,,b" has an empty piece, which is then
 * refused. */
static bool next_piece(piece_t *out, const char **rest, const char *end, char separator)
{
    const char *stop;

    if (!*rest) {
        return false;
    }
    stop = memchr(*rest, separator, (size_t)(end - *rest));
    *out = trimmed(*rest, (size_t)((stop ? stop : end) - *rest));
    *rest = stop ? stop + 1 : NULL;
    return true;
}

static kf_err_t *unread(const reader_t *r, piece_t what, const char *wanted)
{
    int len = what.len > 40 ? 40 : (int)what.len;

    return kf_err_field(r->p, KF_E_INVALID, r->field, "\"%.*s\" is not %s.", len, what.at, wanted);
}

/* 1 to 7, or 0. */
static int weekday_of(const char *text)
{
    static const char names[][DAY_CHARS + 1] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    for (int i = 0; i < 7; i++) {
        if (!strncasecmp(names[i], text, DAY_CHARS)) {
            return i + 1;
        }
    }
    return 0;
}

/* "mon" or "fri-mon" into the set of days. */
static kf_err_t *read_days(bool days[8], const reader_t *r, piece_t text)
{
    int first = text.len >= DAY_CHARS ? weekday_of(text.at) : 0;
    int last = first;

    if (text.len == 2 * DAY_CHARS + 1 && text.at[DAY_CHARS] == '-') {
        last = weekday_of(text.at + DAY_CHARS + 1);
    }
    else if (text.len != DAY_CHARS) {
        last = 0;
    }
    if (!first || !last) {
        return unread(r, text, "a day or days like mon or mon-fri");
    }
    for (int day = first;; day = day % 7 + 1) {
        days[day] = true;
        if (day == last) {
            return NULL;
        }
    }
}

/* Minutes of "HH:MM", -1 if it is not that. */
static int clock_of(const char *text)
{
    int hour, minute;

    for (int i = 0; i < CLOCK_CHARS; i++) {
        if (i == 2 ? text[i] != ':' : !apr_isdigit(text[i])) {
            return -1;
        }
    }
    hour = (text[0] - '0') * 10 + (text[1] - '0');
    minute = (text[3] - '0') * 10 + (text[4] - '0');
    return minute > 59 || hour * 60 + minute > MINUTES ? -1 : hour * 60 + minute;
}

static kf_err_t *read_span(kf_hours_t *out, const reader_t *r, piece_t text)
{
    piece_t from = {text.at, 0}, to;
    const char *dash = memchr(text.at, '-', text.len);

    if (dash) {
        from = trimmed(text.at, (size_t)(dash - text.at));
        to = trimmed(dash + 1, text.len - (size_t)(dash + 1 - text.at));
    }
    if (!dash || from.len != CLOCK_CHARS || to.len != CLOCK_CHARS) {
        return unread(r, text, "a span like 09:00-13:00");
    }
    out->weekday = 0;
    out->starts = clock_of(from.at);
    out->ends = clock_of(to.at);
    if (out->starts < 0 || out->ends < 0) {
        return unread(r, text, "a span like 09:00-13:00");
    }
    return out->starts < out->ends ? NULL : unread(r, text, "a span that ends after it starts");
}

static kf_err_t *read_spans(apr_array_header_t *out, const reader_t *r, piece_t text)
{
    const char *rest = text.at;
    piece_t one;

    while (next_piece(&one, &rest, text.at + text.len, ',')) {
        if (out->nelts >= KF_MAX_HOURS) {
            return kf_err_field(r->p, KF_E_INVALID, r->field, "There are more than %d spans.",
                                KF_MAX_HOURS);
        }
        KF_TRY(read_span(apr_array_push(out), r, one));
    }
    return NULL;
}

/* "mon-fri, sun 09:00-13:00,14:00-18:00": the days end where the first digit begins. */
static kf_err_t *read_group(apr_array_header_t *out, const reader_t *r, piece_t text)
{
    apr_array_header_t *spans = apr_array_make(r->p, 4, sizeof(kf_hours_t));
    bool days[8] = {false};
    const char *rest = text.at;
    size_t len = 0;
    piece_t one;

    while (len < text.len && !apr_isdigit(text.at[len])) {
        len++;
    }
    if (!len || len == text.len || !apr_isspace(text.at[len - 1])) {
        return unread(r, text, "days and hours like mon-fri 09:00-13:00");
    }
    one = trimmed(text.at, len);
    for (const char *end = one.at + one.len; next_piece(&one, &rest, end, ',');) {
        KF_TRY(read_days(days, r, one));
    }
    KF_TRY(read_spans(spans, r, (piece_t){text.at + len, text.len - len}));
    if (out->nelts + 7 * spans->nelts > KF_MAX_HOURS) {
        return kf_err_field(r->p, KF_E_INVALID, r->field, "There are more than %d spans.",
                            KF_MAX_HOURS);
    }
    for (int day = 1; day <= 7; day++) {
        for (int i = 0; days[day] && i < spans->nelts; i++) {
            kf_hours_t *row = apr_array_push(out);

            *row = APR_ARRAY_IDX(spans, i, kf_hours_t);
            row->weekday = day;
        }
    }
    return NULL;
}

static int by_start(const void *a, const void *b)
{
    const kf_hours_t *x = a, *y = b;

    return x->weekday != y->weekday ? x->weekday - y->weekday : x->starts - y->starts;
}

static kf_err_t *sort_apart(apr_array_header_t *rows, const reader_t *r)
{
    qsort(rows->elts, (size_t)rows->nelts, sizeof(kf_hours_t), by_start);
    for (int i = 1; i < rows->nelts; i++) {
        const kf_hours_t *before = &APR_ARRAY_IDX(rows, i - 1, kf_hours_t);
        const kf_hours_t *row = before + 1;

        if (row->weekday == before->weekday && row->starts < before->ends) {
            return kf_err_field(
                r->p, KF_E_INVALID, r->field, "The spans %s-%s and %s-%s of one day overlap.",
                kf_hours_clock(before->starts, r->p), kf_hours_clock(before->ends, r->p),
                kf_hours_clock(row->starts, r->p), kf_hours_clock(row->ends, r->p));
        }
    }
    return NULL;
}

kf_err_t *kf_hours_parse(apr_array_header_t **out, const char *field, const char *text,
                         apr_pool_t *p)
{
    reader_t r = {field, p};
    const char *rest = text;
    piece_t group;

    *out = apr_array_make(p, 16, sizeof(kf_hours_t));
    while (next_piece(&group, &rest, text + strlen(text), ';')) {
        if (!group.len && !rest && (*out)->nelts) {
            break; /* a semicolon at the end */
        }
        KF_TRY(read_group(*out, &r, group));
    }
    return sort_apart(*out, &r);
}

kf_err_t *kf_hours_spans(apr_array_header_t **out, const char *field, const char *text,
                         apr_pool_t *p)
{
    reader_t r = {field, p};

    *out = apr_array_make(p, 4, sizeof(kf_hours_t));
    KF_TRY(read_spans(*out, &r, trimmed(text, strlen(text))));
    return sort_apart(*out, &r);
}

const char *kf_hours_clock(int minutes, apr_pool_t *p)
{
    return apr_psprintf(p, "%02d:%02d", minutes / 60, minutes % 60);
}
