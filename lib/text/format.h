#ifndef KF_TEXT_FORMAT_H
#define KF_TEXT_FORMAT_H
/*
 * Dates, amounts and addresses for people, in Colombian Spanish
 * ("es", also for any other language) and English ("en"). Pure: no clock, no
 * zone, no locale of the process. Results live in the pool.
 */
#include <apr_pools.h>
#include <stdint.h>

typedef struct {
    int year;
    int month;   /* 1 to 12 */
    int day;     /* 1 to 31 */
    int weekday; /* 0 = Sunday to 6 = Saturday */
    int hour;    /* 0 to 23 */
    int minute;
} kf_format_when_t;

/** "martes 8 de diciembre", "Tuesday, 8 December". */
const char *kf_format_day(const char *lang, const kf_format_when_t *when, apr_pool_t *p);
/** The same with the year: "martes 8 de diciembre de 2026", "Tuesday, 8 December 2026". */
const char *kf_format_date(const char *lang, const kf_format_when_t *when, apr_pool_t *p);
/** "martes", "Tuesday"; 0 = Sunday to 6 = Saturday. */
const char *kf_format_weekday(const char *lang, int weekday);
/** "mar 8", "Tue 8". */
const char *kf_format_day_short(const char *lang, const kf_format_when_t *when, apr_pool_t *p);
/** "9:00 a. m.", "9:00 am"; its spaces are no-break spaces (U+00A0). */
const char *kf_format_time(const char *lang, const kf_format_when_t *when, apr_pool_t *p);
/** Day and time: "martes 8 de diciembre, 9:00 a. m.". */
const char *kf_format_datetime(const char *lang, const kf_format_when_t *when, apr_pool_t *p);
/** A heading: "Diciembre de 2026", "December 2026". */
const char *kf_format_month(const char *lang, const kf_format_when_t *when, apr_pool_t *p);
/** "UTC", "UTC-5", "UTC+5:45" from the minutes east of Greenwich. */
const char *kf_format_offset(int minutes, apr_pool_t *p);

/**
 * An amount in minor units: es "$ 120.000" (COP), "US$ 12,50"; en "COP 120,000",
 * "USD 12.50"; the space is a no-break space. Decimals are left out for COP when they are zero.
 */
const char *kf_format_money(const char *lang, int64_t minor, const char *currency, apr_pool_t *p);
/** "a***@example.com"; "***" if it is not an address. */
const char *kf_format_mask_email(const char *email, apr_pool_t *p);

#endif
