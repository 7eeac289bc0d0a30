#include "test.h"
#include "text/mime.h"

#include <apr_base64.h>
#include <apr_strings.h>
#include <string.h>

/* Injected headers, and other characters that are not allowed in a line. */
static const char *const hostile[] = {
    "Ana\r\nBcc: eva@evil.test", "Ana\nBcc: eva@evil.test", "Ana\rBcc: eva@evil.test",
    "\nX: y", "Ana\r\n", "Ana\n", "\r", "\x0b" "Ana", "A\x0c" "na", "A\x01na", "A\x1fna", "A\x7fna",
    "A\tna", "A\x1b[31mna",
    "Ana\xc2\x85" "Bcc: x",     /* NEL */
    "Ana\xe2\x80\xa8" "Bcc: x", /* line separator */
    "Ana\xe2\x80\xa9" "Bcc: x", /* paragraph separator */
    "\xe2\x80\xae" "ana",       /* right-to-left override */
    "\xff" "Ana", "Ana\xc3", "\xc0\x8d\xc0\x8a", "\xed\xa0\x80",
};

START_TEST(refuses_text)
{
    const char *out = NULL;

    ck_fails(kf_mime_text(&out, hostile[_i], kf_test_pool), KF_E_INVALID);
    ck_fails(kf_mime_mailbox(&out, hostile[_i], "ana@example.test", kf_test_pool), KF_E_INVALID);
    ck_fails(kf_mime_mailbox(&out, "Ana", hostile[_i], kf_test_pool), KF_E_INVALID);
    ck_fails(kf_mime_mailbox(&out, NULL,
                            apr_pstrcat(kf_test_pool, hostile[_i], "@example.test", NULL),
                            kf_test_pool),
            KF_E_INVALID);
    ck_assert(!out);
}
END_TEST

static const char *const no_address[] = {
    "", "ana", "ana@", "@example.test", "a@b@c", "ana@example.test,eva@evil.test",
    "ana@example.test;eva@evil.test", "Ana <ana@example.test>", "<ana@example.test>",
    "ana @example.test", "ana@exam ple.test", "\"ana\"@example.test", "ana@[192.0.2.1]",
    "ana(x)@example.test", "ana@example.test\r\nRCPT TO:<eva@evil.test>",
    "ana@example.test> SIZE=1", "a\\b@example.test", "ana@ex\xc3\xa1mple.test", "\xc3\xb1@example.test",
};

START_TEST(refuses_address)
{
    const char *out = NULL;

    ck_assert(!kf_mime_is_address(no_address[_i]));
    ck_fails(kf_mime_mailbox(&out, "Ana", no_address[_i], kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(lengths)
{
    char *local = apr_pcalloc(kf_test_pool, 300), *text = apr_pcalloc(kf_test_pool, 5000);
    const char *out;

    memset(local, 'a', 241);
    memcpy(local + 241, "@example.test", 14);
    ck_assert(kf_mime_is_address(local)); /* 254 */
    memset(local, 'a', 242);
    memcpy(local + 242, "@example.test", 14);
    ck_assert(!kf_mime_is_address(local));
    ck_assert(!kf_mime_is_address(NULL));
    memset(text, 'x', 4999);
    ck_fails(kf_mime_text(&out, text, kf_test_pool), KF_E_INVALID);
}
END_TEST

static const struct {
    const char *name, *out;
} mailboxes[] = {
    {NULL, "ana@example.test"},
    {"", "ana@example.test"},
    {"Ana", "\"Ana\" <ana@example.test>"},
    {"Ana, Eva", "\"Ana, Eva\" <ana@example.test>"},
    {"<eva@evil.test>", "\"<eva@evil.test>\" <ana@example.test>"},
    {"A \"x\" \\", "\"A \\\"x\\\" \\\\\" <ana@example.test>"},
    {"Ana P\xc3\xa9rez", "=?UTF-8?B?QW5hIFDDqXJleg==?= <ana@example.test>"},
    /* the address moves to its own line if a line with an encoded word would exceed 76 characters */
    {"Cl\xc3\xadnica Est\xc3\xa9tica del Norte",
     "=?UTF-8?B?Q2zDrW5pY2EgRXN0w6l0aWNhIGRlbCBOb3J0ZQ==?=\r\n <ana@example.test>"},
    {"=?UTF-8?Q?Eva?=", "=?UTF-8?B?PT9VVEYtOD9RP0V2YT89?= <ana@example.test>"},
};

START_TEST(writes_mailboxes)
{
    const char *out;

    ck_ok(kf_mime_mailbox(&out, mailboxes[_i].name, "ana@example.test", kf_test_pool));
    ck_assert_str_eq(out, mailboxes[_i].out);
}
END_TEST

/* At every length of a name, with ASCII and other letters, and with escaped signs. */
START_TEST(no_line_is_too_long)
{
    static const char *const letters[] = {"a", "\xc3\xb1", "\"", "\xe6\x9d\x8e"};
    const char *name = "", *out;

    for (int i = 0; i < 120; i++) {
        name = apr_pstrcat(kf_test_pool, name, letters[_i], NULL);
        ck_ok(kf_mime_mailbox(&out, name, "citas@clinica-norte.example.test", kf_test_pool));
        out = apr_pstrcat(kf_test_pool, "From: ", out, NULL);
        for (const char *line = out; line; line = strchr(line, '\n')) {
            line += *line == '\n';
            ck_assert_msg(strcspn(line, "\r") <= 76, "%.100s", line);
        }
    }
}
END_TEST

/* Decodes as RFC 2047 requires; fails on a word that is too long or splits a character. */
static const char *read_words(const char *text)
{
    char *all = apr_pcalloc(kf_test_pool, 5000), *at = all;

    while (*text) {
        size_t len = strcspn(text, "\r");
        char *word = apr_pstrmemdup(kf_test_pool, text, len);

        ck_assert_msg(len <= 67, "a word of %d characters", (int)len);
        ck_assert(!strncmp(word, "=?UTF-8?B?", 10) && !strcmp(word + len - 2, "?="));
        word[len - 2] = '\0';
        at += apr_base64_decode(at, word + 10);
        *at = '\0';
        ck_assert_msg(!text[len] || ((unsigned char)at[-1] & 0xc0) != 0xc0, "a split character");
        text += len;
        if (*text) {
            ck_assert(!strncmp(text, "\r\n =?", 5));
            text += 3;
        }
    }
    return all;
}

static const char *const texts[] = {
    "Verifica tu correo, \xc2\xbfs\xc3\xad?",
    "a text that is plain but longer than what stands well in a line of its own",
    "=?UTF-8?Q?Eva?=",
    "\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82"
    "\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82\xf0\x9f\x99\x82",
    "x\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1"
    "\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1\xc3\xb1",
};

START_TEST(writes_words)
{
    const char *out;

    ck_ok(kf_mime_text(&out, texts[_i], kf_test_pool));
    ck_assert_str_eq(read_words(out), texts[_i]);
}
END_TEST

START_TEST(writes_plain)
{
    const char *out;

    ck_ok(kf_mime_text(&out, "Confirm your email <now> \"x\"", kf_test_pool));
    ck_assert_str_eq(out, "Confirm your email <now> \"x\"");
    ck_ok(kf_mime_text(&out, "", kf_test_pool));
    ck_assert_str_eq(out, "");
    ck_assert_str_eq(kf_mime_date(KF_SECOND * 1796738400, kf_test_pool),
                     "Tue, 08 Dec 2026 14:00:00 +0000");
    ck_assert_str_eq(kf_mime_date(0, kf_test_pool), "Thu, 01 Jan 1970 00:00:00 +0000");
}
END_TEST

Suite *kf_suite_text_mime(void)
{
    Suite *s = suite_create("text_mime");
    TCase *t = kf_test_case(s, "mime");

    tcase_add_loop_test(t, refuses_text, 0, KF_COUNT(hostile));
    tcase_add_loop_test(t, refuses_address, 0, KF_COUNT(no_address));
    tcase_add_test(t, lengths);
    tcase_add_loop_test(t, writes_mailboxes, 0, KF_COUNT(mailboxes));
    tcase_add_loop_test(t, no_line_is_too_long, 0, 4);
    tcase_add_loop_test(t, writes_words, 0, KF_COUNT(texts));
    tcase_add_test(t, writes_plain);
    return s;
}
