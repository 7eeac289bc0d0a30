#include "text/validate.h"

#include <apr_strings.h>
#include <idn2.h>
#include <stdbool.h>
#include <string.h>

#include "base/limits.h"
#include "base/num.h"
#include "base/utf8.h"

#define MAX_LOCAL_PART 64 /* RFC 5321, section 4.5.3.1.1 */
#define MAX_LABEL 63
#define MAX_ZONE 64
#define MIN_PHONE 8
#define MAX_PHONE 15 /* ITU-T E.164 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static kf_err_t *missing(const char *field, apr_pool_t *p)
{
    return kf_err_wrong(p, field, KF_WRONG_REQUIRED, "This field is required.");
}

/* Takes the white space around off; the error is a missing or unreadable text. */
static kf_err_t *trim(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    apr_size_t len;

    while (text && is_space(*text)) {
        text++;
    }
    if (!text || !*text) {
        return missing(field, p);
    }
    len = strlen(text);
    if (!kf_utf8_valid(text, len)) {
        return kf_err_wrong(p, field, KF_WRONG_BAD_CHARACTERS, "The text must be UTF-8.");
    }
    while (is_space(text[len - 1])) {
        len--;
    }
    *out = apr_pstrmemdup(p, text, len);
    return NULL;
}

kf_err_t *kf_validate_name(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    const char *name;
    size_t count;

    KF_TRY(trim(&name, field, text, p));
    count = kf_utf8_count(name, strlen(name));
    if (count < KF_MIN_NAME || count > KF_MAX_NAME) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field, "Write from %d to %d characters.",
                                          KF_MIN_NAME, KF_MAX_NAME),
                             count > KF_MAX_NAME ? KF_WRONG_TOO_LONG : KF_WRONG_TOO_SHORT, KF_MIN_NAME, KF_MAX_NAME);
    }
    if (kf_utf8_has_control(name, strlen(name), NULL)) {
        return kf_err_wrong(p, field, KF_WRONG_BAD_CHARACTERS, "Control characters are not allowed.");
    }
    *out = name;
    return NULL;
}

/* ---- email ---- */

/* RFC 5322 dot-atom: atoms of these characters with single dots between. */
static bool is_local_part(const char *s, size_t len)
{
    if (!len || len > MAX_LOCAL_PART || s[0] == '.' || s[len - 1] == '.') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '.' && s[i + 1] == '.') {
            return false;
        }
        if (!is_alnum(s[i]) && !(s[i] && strchr(".!#$%&'*+-/=?^_`{|}~", s[i]))) {
            return false;
        }
    }
    return true;
}

static bool is_label(const char *s, size_t len)
{
    if (!len || len > MAX_LABEL || s[0] == '-' || s[len - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!is_alnum(s[i]) && s[i] != '-') {
            return false;
        }
    }
    return true;
}

static bool is_domain(const char *s)
{
    int labels = 0;
    size_t len;

    for (;; s += len + 1) {
        len = strcspn(s, ".");
        if (!is_label(s, len)) {
            return false;
        }
        labels++;
        if (!s[len]) {
            break;
        }
    }
    /* a last label of digits would be an address, not a name */
    return labels >= 2 && len >= 2 && strspn(s, "0123456789") != len;
}

static bool has_high(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)s[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

/* "ana@clínica.co" in the form for mail servers: "ana@xn--clnica-5ya.co" (IDNA 2008, as browsers read it). NULL if
 * the domain is invalid. */
static const char *with_ascii_domain(const char *email, const char *at, apr_pool_t *p)
{
    const char *made = NULL;
    uint8_t *domain = NULL;

    if (idn2_lookup_u8((const uint8_t *)at + 1, &domain, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK) {
        made = apr_pstrcat(p, apr_pstrmemdup(p, email, (apr_size_t)(at + 1 - email)), (const char *)domain, NULL);
    }
    idn2_free(domain);
    return made;
}

const char *kf_email_stored(const char *typed, apr_pool_t *p)
{
    const char *at = strchr(typed, '@');
    const char *made = at && has_high(at, strlen(at)) ? with_ascii_domain(typed, at, p) : NULL;

    return made ? made : typed;
}

kf_err_t *kf_validate_email(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    const char *email, *at;

    KF_TRY(trim(&email, field, text, p));
    at = strchr(email, '@');
    if (at && has_high(email, (size_t)(at - email))) {
        return kf_err_wrong(p, field, KF_WRONG_EMAIL_NOT_ASCII,
                            "Before the @ of an email address only letters without accents, digits and signs can be used.");
    }
    if (at && has_high(at, strlen(at))) {
        email = with_ascii_domain(email, at, p);
        at = email ? strchr(email, '@') : NULL;
    }
    if (!at || strlen(email) > KF_MAX_EMAIL || !is_local_part(email, (size_t)(at - email)) || !is_domain(at + 1)) {
        return kf_err_wrong(p, field, KF_WRONG_NOT_AN_EMAIL, "Write an email address like name@example.com.");
    }
    *out = email;
    return NULL;
}

/* ---- phone ---- */

/* Keeps the digits, and a leading `+`; false for any other character. */
static bool phone_digits(char *out, size_t size, const char *text)
{
    size_t len = 0;

    for (const char *c = text; *c; c++) {
        if (strchr(" -.()", *c)) {
            continue;
        }
        if ((!is_digit(*c) && !(*c == '+' && !len)) || len + 1 >= size) {
            return false;
        }
        out[len++] = *c;
    }
    out[len] = '\0';
    return true;
}

static const char *phone_any(const char *digits, apr_pool_t *p)
{
    size_t len = strlen(digits);

    return digits[0] == '+' && digits[1] != '0' && len > MIN_PHONE && len <= MAX_PHONE + 1
               ? apr_pstrdup(p, digits)
               : NULL;
}

static const char *phone_co(const char *digits, apr_pool_t *p)
{
    size_t len;

    if (!strncmp(digits, "+57", 3)) {
        digits += 3;
    } else if (!strncmp(digits, "57", 2) && strlen(digits) == 12) {
        digits += 2;
    }
    len = strlen(digits);
    return len == 10 && (digits[0] == '3' || !strncmp(digits, "60", 2))
               ? apr_pstrcat(p, "+57", digits, NULL)
               : NULL;
}

kf_err_t *kf_validate_phone(const char **out, const char *field, const char *text,
                            kf_phone_rule_t rule, apr_pool_t *p)
{
    const char *phone, *made = NULL;
    char digits[MAX_PHONE + 2];

    KF_TRY(trim(&phone, field, text, p));
    if (phone_digits(digits, sizeof(digits), phone)) {
        made = rule == KF_PHONE_CO ? phone_co(digits, p) : phone_any(digits, p);
    }
    if (!made) {
        return kf_err_wrong(p, field, KF_WRONG_NOT_A_PHONE,
                            rule == KF_PHONE_CO ? "Write a Colombian number of 10 digits, like 300 123 4567."
                                                : "Write the number with its country, like +57 300 123 4567.");
    }
    *out = made;
    return NULL;
}

/* ---- notes ---- */

static const char *plain_newlines(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, text), *to = copy;

    for (const char *c = copy; *c; c++) {
        if (!(c[0] == '\r' && c[1] == '\n')) {
            *to++ = *c;
        }
    }
    *to = '\0';
    return copy;
}

kf_err_t *kf_validate_notes(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    const char *notes = text ? text : "";

    notes += strspn(notes, " \t\r\n");
    if (!*notes) {
        *out = "";
        return NULL;
    }
    KF_TRY(trim(&notes, field, notes, p));
    notes = plain_newlines(notes, p);
    if (kf_utf8_count(notes, strlen(notes)) > KF_MAX_NOTES) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field, "Write at most %d characters.", KF_MAX_NOTES),
                             KF_WRONG_TOO_LONG, 0, KF_MAX_NOTES);
    }
    if (kf_utf8_has_control(notes, strlen(notes), "\n\t")) {
        return kf_err_wrong(p, field, KF_WRONG_BAD_CHARACTERS, "Control characters are not allowed.");
    }
    *out = notes;
    return NULL;
}

/* ---- small things ---- */

kf_err_t *kf_validate_lang(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    if (!text) {
        return missing(field, p);
    }
    if (strcmp(text, "es") && strcmp(text, "en")) {
        return kf_err_wrong(p, field, KF_WRONG_NOT_ONE_OF, "The language must be es or en.");
    }
    *out = strcmp(text, "es") ? "en" : "es";
    return NULL;
}

/* Parts of letters, digits, `_`, `+` and `-`, each starting with a letter, slashes between. */
static bool is_zone(const char *s)
{
    bool first = true;

    if (strlen(s) > MAX_ZONE) {
        return false;
    }
    for (; *s; s++) {
        if (first ? !is_alnum(*s) || is_digit(*s)
                  : !is_alnum(*s) && !strchr("_+-/", *s)) {
            return false;
        }
        first = *s == '/';
    }
    return !first;
}

kf_err_t *kf_validate_zone(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    if (!text) {
        return missing(field, p);
    }
    if (!is_zone(text)) {
        return kf_err_wrong(p, field, KF_WRONG_NOT_A_TIME_ZONE, "Write the name of a time zone like America/Bogota.");
    }
    *out = apr_pstrdup(p, text);
    return NULL;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* `len` digits as a number; -1 if one of them is not a digit. */
static int digits_of(const char *s, int len)
{
    int value = 0;

    for (int i = 0; i < len; i++) {
        if (!is_digit(s[i])) {
            return -1;
        }
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

kf_err_t *kf_validate_date(kf_valid_date_t *out, const char *field, const char *text,
                           apr_pool_t *p)
{
    kf_valid_date_t date = {0, 0, 0};

    if (!text) {
        return missing(field, p);
    }
    if (strlen(text) == 10 && text[4] == '-' && text[7] == '-') {
        date = (kf_valid_date_t){digits_of(text, 4), digits_of(text + 5, 2),
                                 digits_of(text + 8, 2)};
    }
    if (date.year < 1900 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > month_days(date.year, date.month)) {
        return kf_err_wrong(p, field, KF_WRONG_NOT_A_DATE, "Write a date that exists, as YYYY-MM-DD.");
    }
    *out = date;
    return NULL;
}

kf_err_t *kf_validate_int(int64_t *out, const char *field, const char *text, int64_t min,
                          int64_t max, apr_pool_t *p)
{
    if (!text) {
        return missing(field, p);
    }
    if (!kf_num_read(out, text, strlen(text), min < 0 ? 0 : min, max)) {
        min = min < 0 ? 0 : min;
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field,
                                          "Write a whole number from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT ".",
                                          min, max),
                             KF_WRONG_OUT_OF_RANGE, min, max);
    }
    return NULL;
}
