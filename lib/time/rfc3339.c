/* Reading and writing RFC 3339: the contract is time/instant.h. */
#include "time/instant.h"

#include <string.h>

#define INSTANT_CHARS_MAX 35   /* "2026-12-01T14:40:00.123456789-05:00" */

/* -- reading -- */

/* What is still to be read; every reader moves it only on success. */
typedef struct {
    const char *at;
    const char *end;
} cursor_t;

/* Exactly `n` digits, as a number in [min, max]. */
static bool digits(int *out, cursor_t *c, int n, int min, int max)
{
    int value = 0;

    if (c->end - c->at < n) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (c->at[i] < '0' || c->at[i] > '9') {
            return false;
        }
        value = value * 10 + (c->at[i] - '0');
    }
    if (value < min || value > max) {
        return false;
    }
    c->at += n;
    *out = value;
    return true;
}

static bool letter(cursor_t *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) {
        return false;
    }
    c->at++;
    return true;
}

static bool read_date(kf_date_t *out, cursor_t *c)
{
    int year, month, day;

    if (!digits(&year, c, 4, 1, 9999) || !letter(c, '-') || !digits(&month, c, 2, 1, 12)
        || !letter(c, '-') || !digits(&day, c, 2, 1, 31) || !kf_date_exists(year, month, day)) {
        return false;
    }
    *out = kf_date_from_ymd(year, month, day);
    return true;
}

/* hh:mm:ss as microseconds of the day. */
static bool read_time(int64_t *out, cursor_t *c)
{
    int hour, minute, second;

    if (!digits(&hour, c, 2, 0, 23) || !letter(c, ':') || !digits(&minute, c, 2, 0, 59)
        || !letter(c, ':') || !digits(&second, c, 2, 0, 60)) {
        return false;
    }
    second = second == 60 ? 59 : second;   /* POSIX time has no leap seconds */
    *out = hour * KF_HOUR + minute * KF_MINUTE + second * KF_SECOND;
    return true;
}

/* Nothing, or a point and 1 to 9 digits, as microseconds (cut). */
static bool read_fraction(int64_t *out, cursor_t *c)
{
    int n = 0;

    *out = 0;
    if (!letter(c, '.')) {
        return true;
    }
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++, n++) {
        if (n < 6) {
            *out = *out * 10 + (*c->at - '0');
        }
    }
    for (int i = n; i < 6; i++) {
        *out *= 10;
    }
    return n >= 1 && n <= 9;
}

static bool read_offset(int32_t *out, cursor_t *c)
{
    int hours, minutes;
    bool west;

    if (letter(c, 'Z') || letter(c, 'z')) {
        *out = 0;
        return true;
    }
    west = letter(c, '-');
    if ((!west && !letter(c, '+')) || !digits(&hours, c, 2, 0, 23) || !letter(c, ':')
        || !digits(&minutes, c, 2, 0, 59)) {
        return false;
    }
    *out = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool kf_date_read(kf_date_t *out, const char *text, size_t len)
{
    cursor_t c = {text, text + len};
    kf_date_t date;

    if (len != KF_DATE_CHARS || !read_date(&date, &c)) {
        return false;
    }
    *out = date;
    return true;
}

bool kf_instant_read(kf_instant_t *out, int32_t *offset, const char *text, size_t len)
{
    cursor_t c = {text, text + len};
    kf_date_t date;
    int64_t of_day, micros;
    int32_t east;
    kf_instant_t at;

    if (!read_date(&date, &c) || (!letter(&c, 'T') && !letter(&c, 't')) || !read_time(&of_day, &c)
        || !read_fraction(&micros, &c) || !read_offset(&east, &c) || c.at != c.end) {
        return false;
    }
    at = kf_date_start(date, east) + of_day + micros;
    if (at < KF_INSTANT_MIN || at > KF_INSTANT_MAX) {
        return false;
    }
    *out = at;
    if (offset) {
        *offset = east;
    }
    return true;
}

kf_err_t *kf_instant_parse(kf_instant_t *out, int32_t *offset, const char *text, apr_pool_t *p)
{
    if (!text || !kf_instant_read(out, offset, text, strnlen(text, INSTANT_CHARS_MAX + 1))) {
        return kf_err(p, KF_E_INVALID,
                      "This must be an RFC 3339 time with an offset: 2026-12-01T09:00:00-05:00.");
    }
    return NULL;
}

kf_err_t *kf_date_parse(kf_date_t *out, const char *text, apr_pool_t *p)
{
    if (!text || !kf_date_read(out, text, strnlen(text, KF_DATE_CHARS + 1))) {
        return kf_err(p, KF_E_INVALID, "This must be a date: YYYY-MM-DD.");
    }
    return NULL;
}

/* -- writing -- */

static inline char *two(char *out, unsigned value)
{
    out[0] = (char)('0' + value / 10);
    out[1] = (char)('0' + value % 10);
    return out + 2;
}

char *kf_date_write(char out[KF_DATE_CHARS], kf_date_t date)
{
    kf_civil_t civil;

    kf_date_to_civil(&civil, date);
    out = two(out, (unsigned)civil.year / 100 % 100);
    out = two(out, (unsigned)civil.year % 100);
    *out++ = '-';
    out = two(out, (unsigned)civil.month);
    *out++ = '-';
    return two(out, (unsigned)civil.day);
}

/* "2026-12-01T09:00:00" of a clock `offset` seconds east of UTC. */
static inline char *write_clock(char *out, kf_instant_t at, int32_t offset)
{
    kf_date_t date = kf_instant_date(at, offset);
    unsigned seconds = (unsigned)((at + offset * KF_SECOND - date * KF_DAY) / KF_SECOND);

    out = kf_date_write(out, date);
    *out++ = 'T';
    out = two(out, seconds / 3600);
    *out++ = ':';
    out = two(out, seconds / 60 % 60);
    *out++ = ':';
    return two(out, seconds % 60);
}

char *kf_instant_write_local(char out[KF_LOCAL_CHARS], kf_instant_t at, int32_t offset)
{
    unsigned minutes = (unsigned)(offset < 0 ? -offset : offset) / 60;

    out = write_clock(out, at, offset);
    *out++ = offset < 0 ? '-' : '+';
    out = two(out, minutes / 60);
    *out++ = ':';
    return two(out, minutes % 60);
}

char *kf_local_writer_write(kf_local_writer_t *w, char out[KF_LOCAL_CHARS], kf_instant_t at,
                            int32_t offset)
{
    unsigned seconds;

    if (!w->ready || offset != w->offset || at < w->midnight || at - w->midnight >= KF_DAY) {
        w->midnight = kf_date_start(kf_instant_date(at, offset), offset);
        w->offset = offset;
        w->ready = true;
        kf_instant_write_local(w->text, w->midnight, offset);
    }
    memcpy(out, w->text, KF_LOCAL_CHARS);
    seconds = (unsigned)((at - w->midnight) / KF_SECOND);
    two(out + 11, seconds / 3600);
    two(out + 14, seconds / 60 % 60);
    two(out + 17, seconds % 60);
    return out + KF_LOCAL_CHARS;
}

char *kf_instant_write_utc(char out[KF_UTC_CHARS], kf_instant_t at)
{
    out = write_clock(out, at, 0);
    *out++ = 'Z';
    return out;
}

char *kf_instant_write_utc_ms(char out[KF_UTC_MS_CHARS], kf_instant_t at)
{
    kf_civil_t civil;
    unsigned millis;

    kf_instant_to_civil(&civil, at, 0);
    millis = (unsigned)civil.micro / 1000;
    out = write_clock(out, at, 0);
    *out++ = '.';
    *out++ = (char)('0' + millis / 100);
    out = two(out, millis % 100);
    *out++ = 'Z';
    return out;
}

const char *kf_instant_local(kf_instant_t at, int32_t offset, apr_pool_t *p)
{
    char *text = apr_palloc(p, KF_LOCAL_CHARS + 1);

    *kf_instant_write_local(text, at, offset) = '\0';
    return text;
}

const char *kf_instant_utc(kf_instant_t at, apr_pool_t *p)
{
    char *text = apr_palloc(p, KF_UTC_CHARS + 1);

    *kf_instant_write_utc(text, at) = '\0';
    return text;
}

const char *kf_instant_utc_ms(kf_instant_t at, apr_pool_t *p)
{
    char *text = apr_palloc(p, KF_UTC_MS_CHARS + 1);

    *kf_instant_write_utc_ms(text, at) = '\0';
    return text;
}

const char *kf_date_text(kf_date_t date, apr_pool_t *p)
{
    char *text = apr_palloc(p, KF_DATE_CHARS + 1);

    *kf_date_write(text, date) = '\0';
    return text;
}
