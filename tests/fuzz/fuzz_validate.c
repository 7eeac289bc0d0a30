/* User input: an accepted and normalized text is accepted again unchanged, and harmless. */
#include "fuzz.h"

#include "base/limits.h"
#include "text/format.h"
#include "base/utf8.h"
#include "text/validate.h"

typedef kf_err_t *check_fn(const char **out, const char *field, const char *text, apr_pool_t *p);

static kf_err_t *phone_any(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    return kf_validate_phone(out, field, text, KF_PHONE_ANY, p);
}

static kf_err_t *phone_co(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    return kf_validate_phone(out, field, text, KF_PHONE_CO, p);
}

static const struct {
    const char *name;
    check_fn *check;
    const char *controls;   /* allowed controls */
    size_t max;             /* code points */
} checks[] = {
    {"name", kf_validate_name, NULL, KF_MAX_NAME},
    {"email", kf_validate_email, NULL, KF_MAX_EMAIL},
    {"phone", phone_any, NULL, 16},
    {"phone", phone_co, NULL, 16},
    {"notes", kf_validate_notes, "\n\t", KF_MAX_NOTES},
    {"lang", kf_validate_lang, NULL, 2},
    {"zone", kf_validate_zone, NULL, 64},
};

static void uniform(size_t i, const char *text, apr_pool_t *p)
{
    const char *once, *twice;
    size_t len;

    if (checks[i].check(&once, checks[i].name, text, p)) {
        return;
    }
    len = strlen(once);
    FUZZ_CHECK(kf_utf8_valid(once, len), "not UTF-8");
    FUZZ_CHECK(kf_utf8_count(once, len) <= checks[i].max, "too long");
    FUZZ_CHECK(!kf_utf8_has_control(once, len, checks[i].controls), "a control character");
    FUZZ_CHECK(!checks[i].check(&twice, checks[i].name, once, p), "accepted once only");
    FUZZ_CHECK(strcmp(once, twice) == 0, "not uniform");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *text = fuzz_text(&in, p), *email;
    kf_valid_date_t date;
    int64_t n;

    for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
        uniform(i, text, p);
    }
    if (!kf_validate_email(&email, "email", text, p)) {
        const char *masked = kf_format_mask_email(email, p);

        FUZZ_CHECK(strchr(email, '@') == strrchr(email, '@'), "more than one @");
        FUZZ_CHECK(!strpbrk(email, " \r\n<>,;:\"()[]\\"), "more than one recipient");
        FUZZ_CHECK(strcmp(strchr(masked, '@'), strchr(email, '@')) == 0, "the domain");
    }
    if (!kf_validate_date(&date, "date", text, p)) {
        FUZZ_CHECK(date.year >= 1900 && date.month >= 1 && date.month <= 12 && date.day <= 31,
                   "a date");
    }
    if (!kf_validate_int(&n, "n", text, 0, 1000, p)) {
        FUZZ_CHECK(n >= 0 && n <= 1000, "a number");
    }
    apr_pool_destroy(p);
    return 0;
}
