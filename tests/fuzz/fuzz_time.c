/* Times, dates, durations, rates, numbers, ids: parsed values survive writing and parsing. */
#include "fuzz.h"

#include <errno.h>

#include "base/duration.h"
#include "base/num.h"
#include "base/uuid.h"
#include "time/instant.h"

static void instants(const char *text, size_t len, apr_pool_t *p)
{
    kf_instant_t at, back;
    int32_t offset = 0, zone;
    const char *utc;

    if (!kf_instant_read(&at, &offset, text, len)) {
        return;
    }
    FUZZ_CHECK(offset > -86400 && offset < 86400, "the offset");
    if (at < KF_INSTANT_MIN || at > KF_INSTANT_MAX) {
        FUZZ_CHECK(0, "an instant that cannot be written");
    }
    utc = kf_instant_utc(at, p);
    FUZZ_CHECK(kf_instant_read(&back, &zone, utc, strlen(utc)) && zone == 0, "what was written");
    FUZZ_CHECK(back <= at && at - back < KF_SECOND, "another instant");
    utc = kf_instant_utc_ms(at, p);
    FUZZ_CHECK(kf_instant_read(&back, NULL, utc, strlen(utc)) && at - back >= 0 && at - back < 1000,
               "another millisecond");
    /* only if the local year can be written */
    if (at > KF_INSTANT_MIN + KF_DAY && at < KF_INSTANT_MAX - KF_DAY) {
        const char *local = kf_instant_local(at, offset, p);
        kf_local_writer_t w = {0};
        char buf[KF_LOCAL_CHARS];

        FUZZ_CHECK(kf_instant_read(&back, &zone, local, strlen(local)), "a local time");
        FUZZ_CHECK(back <= at && at - back < KF_SECOND && zone == offset, "another local time");
        kf_local_writer_write(&w, buf, at, offset);
        FUZZ_CHECK(memcmp(buf, local, KF_LOCAL_CHARS) == 0, "the writer of lists");
    }
}

static void dates(const char *text, size_t len, apr_pool_t *p)
{
    kf_date_t date, next;
    kf_civil_t civil;

    if (!kf_date_read(&date, text, len)) {
        return;
    }
    FUZZ_CHECK(date >= KF_DATE_MIN && date <= KF_DATE_MAX, "the range of dates");
    FUZZ_CHECK(len == KF_DATE_CHARS && memcmp(kf_date_text(date, p), text, len) == 0, "a date");
    kf_date_to_civil(&civil, date);
    FUZZ_CHECK(kf_date_exists(civil.year, civil.month, civil.day), "it does not exist");
    FUZZ_CHECK(kf_date_from_ymd(civil.year, civil.month, civil.day) == date, "another date");
    next = date + 1;
    FUZZ_CHECK(kf_date_weekday(next) == kf_date_weekday(date) % 7 + 1, "the day of the week");
}

static void numbers(const char *text, apr_pool_t *p)
{
    int64_t value;
    long long theirs;
    char *end;
    int events, period;

    if (kf_num_read(&value, text, strlen(text), INT64_MIN, INT64_MAX)) {
        errno = 0;
        theirs = strtoll(text, &end, 10);
        FUZZ_CHECK(errno == 0 && *end == '\0' && theirs == value, "another number");
        FUZZ_CHECK(strcmp(apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)theirs), text) == 0, "not its one notation");
    }
    if (kf_duration_read(&value, text)) {
        FUZZ_CHECK(value >= 0 && value <= KF_DURATION_MAX_MS, "the range of durations");
    }
    if (kf_rate_read(&events, &period, text)) {
        FUZZ_CHECK(events >= 1 && period >= 1, "the range of rates");
    }
}

static void ids(const char *text, size_t len, apr_pool_t *p)
{
    kf_uuid_t id;

    if (kf_uuid_read(&id, text, len)) {
        FUZZ_CHECK(len == KF_UUID_CHARS, "the length of an id");
        FUZZ_CHECK(strncasecmp(kf_uuid_text(&id, p), text, len) == 0, "another id");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size}, again = in;
    size_t len;
    char *text = fuzz_text(&again, p), *bytes = fuzz_rest(&in, &len, p);

    instants(bytes, len, p);
    dates(bytes, len, p);
    numbers(text, p);
    ids(bytes, len, p);
    apr_pool_destroy(p);
    return 0;
}
