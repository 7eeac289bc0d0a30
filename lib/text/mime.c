#include "text/mime.h"

#include <apr_base64.h>
#include <apr_strings.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"

#define PLAIN_MAX 60 /* longer text must be folded, and encoded words are */
/* A line with encoded words has 76 characters at most: "Subject: =?UTF-8?B?" and "?=" around the
 * base64 of so many bytes. */
#define WORD_BYTES 39
#define LINE_MAX_CHARS 76 /* of a line with encoded words (RFC 2047, section 2) */
#define NAME_CHARS 6      /* "From: " and, shorter, "To: ": of the others only the address is written */

static kf_err_t *check(const char *text, apr_pool_t *p)
{
    size_t len = strlen(text);

    if (len > KF_MAX_MAIL_HEADER || !kf_utf8_valid(text, len)
        || kf_utf8_has_control(text, len, NULL)) {
        return kf_err(p, KF_E_INVALID, "A header line of a mail is too long or has a character that is not allowed.");
    }
    return NULL;
}

/* Short, printable ASCII that cannot be mistaken for an encoded word. */
static bool is_plain(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return false;
        }
    }
    return len <= PLAIN_MAX && !strstr(text, "=?");
}

/* The number of bytes of whole characters that fit into one encoded word. */
static size_t word_len(const char *text)
{
    size_t len = 0, left = strlen(text);

    while (left > len) {
        uint32_t c;
        size_t n = kf_utf8_next(&c, text + len, left - len);

        if (!n || len + n > WORD_BYTES) {
            break;
        }
        len += n;
    }
    return len;
}

static void write_words(kf_buf_t *b, const char *text)
{
    char word[(WORD_BYTES + 2) / 3 * 4 + 1];
    size_t len;

    for (const char *at = text; *at; at += len) {
        len = word_len(at);
        if (!len) {
            b->overflow = true; /* cannot be: the text is valid */
            return;
        }
        apr_base64_encode_binary(word, (const unsigned char *)at, (int)len);
        kf_buf_printf(b, "%s=?UTF-8?B?%s?=", at == text ? "" : "\r\n ", word);
    }
}

kf_err_t *kf_mime_text(const char **out, const char *text, apr_pool_t *p)
{
    kf_buf_t b;

    KF_TRY(check(text, p));
    if (is_plain(text)) {
        *out = apr_pstrdup(p, text);
        return NULL;
    }
    kf_buf_init(&b, p, 256, KF_MAX_MAIL_HEADER * 4);
    write_words(&b, text);
    *out = kf_buf_text(&b);
    return kf_buf_check(&b, "mail", p);
}

/* Whether the name may be written as a quoted string in one line. */
static bool fits_quoted(const char *name)
{
    size_t signs = 0;

    for (const char *c = name; *c; c++) {
        signs += *c == '"' || *c == '\\';
    }
    return is_plain(name) && strlen(name) + signs <= PLAIN_MAX;
}

/* The length of the last line so far; the first line includes the header's name. */
static size_t line_chars(kf_buf_t *b)
{
    const char *text = kf_buf_text(b), *end = strrchr(text, '\n');

    return end ? strlen(end + 1) : strlen(text) + NAME_CHARS;
}

static void write_quoted(kf_buf_t *b, const char *name)
{
    kf_buf_char(b, '"');
    for (const char *c = name; *c; c++) {
        if (*c == '"' || *c == '\\') {
            kf_buf_char(b, '\\');
        }
        kf_buf_char(b, *c);
    }
    kf_buf_char(b, '"');
}

kf_err_t *kf_mime_mailbox(const char **out, const char *name, const char *address, apr_pool_t *p)
{
    kf_buf_t b;

    if (!kf_mime_is_address(address)) {
        return kf_err(p, KF_E_INVALID, "An address of a mail is not valid.");
    }
    kf_buf_init(&b, p, 256, KF_MAX_MAIL_HEADER * 4);
    if (name && *name) {
        KF_TRY(check(name, p));
        if (fits_quoted(name)) {
            write_quoted(&b, name);
        } else {
            write_words(&b, name);
        }
        kf_buf_str(&b, line_chars(&b) + strlen(" <>") + strlen(address) > LINE_MAX_CHARS ? "\r\n <" : " <");
    }
    kf_buf_str(&b, address);
    kf_buf_str(&b, name && *name ? ">" : "");
    *out = kf_buf_text(&b);
    return kf_buf_check(&b, "mail", p);
}

bool kf_mime_is_address(const char *text)
{
    const char *at = text ? strchr(text, '@') : NULL;
    size_t len = text ? strlen(text) : 0;

    if (!at || at == text || !at[1] || len > KF_MAX_EMAIL || strchr(at + 1, '@')) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~' || strchr("<>()[],;:\"\\", text[i])) {
            return false;
        }
    }
    return true;
}

const char *kf_mime_date(kf_instant_t at, apr_pool_t *p)
{
    static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    kf_civil_t c;

    kf_instant_to_civil(&c, at, 0);
    return apr_psprintf(p, "%s, %02d %s %04d %02d:%02d:%02d +0000",
                        days[kf_date_weekday(kf_instant_date(at, 0)) - 1], c.day,
                        months[c.month - 1], (int)c.year, c.hour, c.minute, c.second);
}
