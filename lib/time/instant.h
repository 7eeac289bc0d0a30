#ifndef KF_TIME_INSTANT_H
#define KF_TIME_INSTANT_H
/*
 * Instants, dates and intervals. UTC and the proleptic Gregorian calendar only:
 * which offset a place has at an instant is told by PostgreSQL (time/zone.h).
 *
 * kf_instant_t is int64 microseconds since 1970-01-01T00:00:00Z, kf_date_t is
 * int32 days since 1970-01-01. Text is RFC 3339 and years 0001 to 9999.
 */
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef int64_t kf_instant_t;
typedef int32_t kf_date_t;

#define KF_SECOND INT64_C(1000000)
#define KF_MINUTE (60 * KF_SECOND)
#define KF_HOUR (60 * KF_MINUTE)
#define KF_DAY (24 * KF_HOUR)

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z: what text can say */
#define KF_INSTANT_MIN INT64_C(-62135596800000000)
#define KF_INSTANT_MAX INT64_C(253402300799999999)
#define KF_DATE_MIN (-719162)
#define KF_DATE_MAX 2932896

/* PostgreSQL counts microseconds and days from 2000-01-01 */
#define KF_PG_EPOCH INT64_C(946684800000000)
#define KF_PG_EPOCH_DAYS 10957

#define KF_DATE_CHARS 10    /* "2026-12-01" */
#define KF_LOCAL_CHARS 25   /* "2026-12-01T09:00:00-05:00" */
#define KF_UTC_CHARS 20     /* "2026-12-01T14:00:00Z" */
#define KF_UTC_MS_CHARS 24  /* "2026-12-01T14:00:00.000Z" */

typedef struct {
    int32_t year;     /* 1 to 9999 */
    int8_t month;     /* 1 to 12 */
    int8_t day;       /* 1 to 31 */
    int8_t hour;      /* 0 to 23 */
    int8_t minute;
    int8_t second;
    int32_t micro;    /* 0 to 999999 */
} kf_civil_t;

/* [start, end): the end is not in it. Empty if end <= start. */
typedef struct {
    kf_instant_t start;
    kf_instant_t end;
} kf_interval_t;

/* -- now -- */

/** The wall clock. Flows get `now` from the database or their caller; this is for the edges. */
kf_instant_t kf_instant_now(void);

/* -- civil -- */

/** Days since 1970-01-01 of a date that is known to exist. */
kf_date_t kf_date_from_ymd(int year, int month, int day);
/** Year, month and day of a date; the time members become 0. */
void kf_date_to_civil(kf_civil_t *out, kf_date_t date);
/** True if the date exists (years 1 to 9999). */
bool kf_date_exists(int year, int month, int day);
/** ISO weekday: 1 Monday to 7 Sunday. */
int kf_date_weekday(kf_date_t date);
/** The clock on the wall of a place that is `offset` seconds east of UTC. */
void kf_instant_to_civil(kf_civil_t *out, kf_instant_t at, int32_t offset);
/** The instant at which that clock shows `civil`. */
kf_instant_t kf_instant_from_civil(const kf_civil_t *civil, int32_t offset);
/** The date on the wall of a place that is `offset` seconds east of UTC. */
kf_date_t kf_instant_date(kf_instant_t at, int32_t offset);
/** 00:00 of the date, of a clock `offset` seconds east of UTC. */
kf_instant_t kf_date_start(kf_date_t date, int32_t offset);

/* -- reading: KF_E_INVALID without a field; the caller may set it -- */

/**
 * Reads RFC 3339: "2026-12-01T14:40:00.123456789-05:00". Letters T and Z in
 * either case; fraction of 1 to 9 digits, cut to microseconds; offset Z or
 * +-hh:mm up to 23:59 is mandatory; second 60 counts as 59.
 * `offset` (seconds east) may be NULL.
 */
kf_err_t *kf_instant_parse(kf_instant_t *out, int32_t *offset, const char *text, apr_pool_t *p);
/** The same of `len` bytes without an error object. */
bool kf_instant_read(kf_instant_t *out, int32_t *offset, const char *text, size_t len);
/** Reads "YYYY-MM-DD" and nothing else. */
kf_err_t *kf_date_parse(kf_date_t *out, const char *text, apr_pool_t *p);
/** The same of `len` bytes without an error object. */
bool kf_date_read(kf_date_t *out, const char *text, size_t len);

/* -- writing: no NUL is written, the end is returned -- */

/** "2026-12-01T09:00:00-05:00"; the fraction is cut. The path of thousands of slots. */
char *kf_instant_write_local(char out[KF_LOCAL_CHARS], kf_instant_t at, int32_t offset);
/** "2026-12-01T14:00:00Z"; the fraction is cut. */
char *kf_instant_write_utc(char out[KF_UTC_CHARS], kf_instant_t at);
/** "2026-12-01T14:00:00.000Z" */
char *kf_instant_write_utc_ms(char out[KF_UTC_MS_CHARS], kf_instant_t at);
/** "2026-12-01" */
char *kf_date_write(char out[KF_DATE_CHARS], kf_date_t date);
/** The same four as strings in the pool. */
const char *kf_instant_local(kf_instant_t at, int32_t offset, apr_pool_t *p);
const char *kf_instant_utc(kf_instant_t at, apr_pool_t *p);
const char *kf_instant_utc_ms(kf_instant_t at, apr_pool_t *p);
const char *kf_date_text(kf_date_t date, apr_pool_t *p);

/*
 * kf_instant_write_local() for a list in time order: the date and the offset are
 * written once a day, only the clock for each. Start with a zeroed writer.
 */
typedef struct {
    kf_instant_t midnight;   /* of the local day in `text` */
    int32_t offset;
    bool ready;
    char text[KF_LOCAL_CHARS];
} kf_local_writer_t;

char *kf_local_writer_write(kf_local_writer_t *w, char out[KF_LOCAL_CHARS], kf_instant_t at,
                            int32_t offset);

/* -- PostgreSQL's binary timestamptz and date -- */

static inline kf_instant_t kf_instant_from_pg(int64_t pg_micros)
{
    return pg_micros + KF_PG_EPOCH;
}

static inline int64_t kf_instant_to_pg(kf_instant_t at)
{
    return at - KF_PG_EPOCH;
}

static inline kf_date_t kf_date_from_pg(int32_t pg_days)
{
    return pg_days + KF_PG_EPOCH_DAYS;
}

static inline int32_t kf_date_to_pg(kf_date_t date)
{
    return date - KF_PG_EPOCH_DAYS;
}

/* -- intervals -- */

static inline bool kf_interval_empty(kf_interval_t a)
{
    return a.end <= a.start;
}

/** True if they share an instant; touching ends do not, an empty one never does. */
static inline bool kf_interval_overlap(kf_interval_t a, kf_interval_t b)
{
    return a.start < b.end && b.start < a.end && a.start < a.end && b.start < b.end;
}

static inline bool kf_interval_holds(kf_interval_t a, kf_instant_t at)
{
    return a.start <= at && at < a.end;
}

/** What is in both; empty if nothing is. */
kf_interval_t kf_interval_intersect(kf_interval_t a, kf_interval_t b);

/** Sorts by start, joins what overlaps or touches, drops the empty. In place; the new count. */
size_t kf_interval_merge(kf_interval_t *list, size_t n);

/**
 * `open` minus `busy`: both sorted by start; each may overlap within itself for
 * busy, not for open. Writes at most n_open + n_busy intervals to `out`, which
 * may be neither of the two; returns how many.
 */
size_t kf_interval_subtract(kf_interval_t *out, const kf_interval_t *open, size_t n_open,
                            const kf_interval_t *busy, size_t n_busy);

#endif
