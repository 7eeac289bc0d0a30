#include "time/instant.h"

#include <apr_time.h>

/* Floor division: instants before 1970 belong to the day they are in. */
static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;

    return a % b < 0 ? q - 1 : q;
}

kf_instant_t kf_instant_now(void)
{
    return (kf_instant_t)apr_time_now();
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool kf_date_exists(int year, int month, int day)
{
    static const int8_t days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) {
        return false;
    }
    return day <= days[month] + (month == 2 && leap(year));
}

/*
 * Both ways count in eras of 400 years (146097 days) with the year starting in
 * March, so that the leap day is the last of its year.
 */
kf_date_t kf_date_from_ymd(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

void kf_date_to_civil(kf_civil_t *out, kf_date_t date)
{
    int z = date + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153;   /* 0 is March */

    *out = (kf_civil_t){0};
    out->day = (int8_t)(day_of_year - (153 * month + 2) / 5 + 1);
    out->month = (int8_t)(month < 10 ? month + 3 : month - 9);
    out->year = year_of_era + era * 400 + (out->month <= 2);
}

int kf_date_weekday(kf_date_t date)
{
    /* 1970-01-01 was a Thursday */
    int day = (date + 3) % 7;

    return (day < 0 ? day + 7 : day) + 1;
}

kf_date_t kf_instant_date(kf_instant_t at, int32_t offset)
{
    return (kf_date_t)floor_div(at + offset * KF_SECOND, KF_DAY);
}

kf_instant_t kf_date_start(kf_date_t date, int32_t offset)
{
    return date * KF_DAY - offset * KF_SECOND;
}

void kf_instant_to_civil(kf_civil_t *out, kf_instant_t at, int32_t offset)
{
    kf_instant_t local = at + offset * KF_SECOND;
    kf_date_t date = (kf_date_t)floor_div(local, KF_DAY);
    int64_t of_day = local - date * KF_DAY;
    int seconds = (int)(of_day / KF_SECOND);

    kf_date_to_civil(out, date);
    out->hour = (int8_t)(seconds / 3600);
    out->minute = (int8_t)(seconds / 60 % 60);
    out->second = (int8_t)(seconds % 60);
    out->micro = (int32_t)(of_day % KF_SECOND);
}

kf_instant_t kf_instant_from_civil(const kf_civil_t *civil, int32_t offset)
{
    kf_date_t date = kf_date_from_ymd(civil->year, civil->month, civil->day);

    return kf_date_start(date, offset) + civil->hour * KF_HOUR + civil->minute * KF_MINUTE
           + civil->second * KF_SECOND + civil->micro;
}
