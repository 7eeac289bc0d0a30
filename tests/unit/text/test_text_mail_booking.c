/* Mails about bookings as a whole: golden texts, and hostile user input. */
#include "test.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "mail_samples.h"

static kf_catalog_t *catalog;
static kf_mustache_set_t *templates;

static void set_up(void)
{
    kf_test_setup();
    ck_ok(kf_catalog_load(&catalog, KF_SRCDIR "/htdocs/i18n", kf_test_pool));
    ck_ok(kf_mustache_set_load(&templates, KF_SRCDIR "/htdocs/templates", kf_test_pool));
}

static kf_mail_out_t render(const char *kind, const char *lang, const json_t *facts)
{
    kf_mail_t mail = kf_sample_mail(kind, lang, facts);
    kf_mail_out_t out;

    ck_ok(kf_mail_compose(&out, &mail, catalog, templates, kf_test_pool));
    return out;
}

static const char *slurp(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = apr_palloc(kf_test_pool, 64 * 1024);
    size_t len;

    ck_assert_msg(file != NULL, "%s is missing: mail_samples tests/unit/mail writes it", path);
    len = fread(text, 1, 64 * 1024 - 1, file);
    fclose(file);
    text[len] = '\0';
    return text;
}

static int count(const char *text, const char *part)
{
    int n = 0;

    for (const char *at = text; (at = strstr(at, part)); at++) {
        n++;
    }
    return n;
}

/* -- golden -- */

/* The first line that differs: nobody reads a whole mail in a message. */
static void same_lines(const char *name, const char *got, const char *wanted)
{
    for (int line = 1; *got || *wanted; line++) {
        int a = (int)strcspn(got, "\n"), b = (int)strcspn(wanted, "\n");

        ck_assert_msg(a == b && !strncmp(got, wanted, (size_t)a), "%s:%d: \"%.*s\", not \"%.*s\"", name, line, a, got, b,
                      wanted);
        got += a + (got[a] != '\0');
        wanted += b + (wanted[b] != '\0');
    }
}

START_TEST(golden)
{
    const char *kind = kf_mail_kind_at(_i)->name, *whole;

    ck_ok(kf_sample_whole(&whole, kind, catalog, templates, kf_test_pool));
    same_lines(kind, whole, slurp(apr_pstrcat(kf_test_pool, KF_SRCDIR "/tests/unit/mail/", kind, ".txt", NULL)));
}
END_TEST

/* -- properties of every mail -- */

/* Every URL of the HTML is also in the text, and only the allowed ones occur. */
static void check_links(const char *html, const char *text)
{
    static const char *const allowed[] = {
        "https://book.example.test/", "https://maps.example.test/", "https://meet.example.test/",
        "https://calendar.google.com/calendar/render?", "https://outlook.live.com/calendar/0/deeplink/compose?"};

    for (const char *at = html; (at = strstr(at, "href=\"")); ) {
        size_t len = strcspn(at += strlen("href=\""), "\""), ok = 0;
        const char *url = apr_pstrmemdup(kf_test_pool, at, len);
        char *plain = apr_pstrdup(kf_test_pool, url);

        for (char *amp; (amp = strstr(plain, "&amp;")); ) {
            memmove(amp + 1, amp + 5, strlen(amp + 5) + 1);
        }
        for (size_t i = 0; i < KF_COUNT(allowed); i++) {
            ok += !strncmp(url, allowed[i], strlen(allowed[i]));
        }
        ck_assert_msg(ok == 1, "%s", url);
        ck_assert_msg(strstr(text, plain) != NULL, "%s is not in the text", plain);
    }
}

static void check_tags(const char *html)
{
    static const char *const tags[] = {"table", "tr", "td", "p", "a", "h1", "style", "title", "body", "s"};

    for (size_t i = 0; i < KF_COUNT(tags); i++) {
        int open = count(html, apr_pstrcat(kf_test_pool, "<", tags[i], " ", NULL))
                   + count(html, apr_pstrcat(kf_test_pool, "<", tags[i], ">", NULL));

        ck_assert_msg(open == count(html, apr_pstrcat(kf_test_pool, "</", tags[i], ">", NULL)), "%s: %d", tags[i], open);
    }
    ck_assert_int_eq(count(html, "<h1"), 1);
    ck_assert(!strstr(html, "<script") && !strstr(html, "javascript:") && !strstr(html, "url("));
}

/* A message that is missing appears as its key. */
static bool has_key(const char *text)
{
    for (const char *at = text; (at = strstr(at, "mail.")); at++) {
        if (islower((unsigned char)at[5]) && (at == text || !isalnum((unsigned char)at[-1]))) {
            return true;
        }
    }
    return false;
}

static void check_words(const kf_mail_out_t *words)
{
    ck_assert(*words->subject && !strpbrk(words->subject, "\r\n{"));
    ck_assert_msg(!has_key(words->subject) && !has_key(words->html) && !has_key(words->text), "%s", words->text);
    ck_assert_msg(!strstr(words->text, "{{") && !strstr(words->html, "{{"), "%s", words->text);
    ck_assert(!strchr(words->text, '\r') && !strstr(words->text, "\n\n\n"));
    check_tags(words->html);
}

START_TEST(sound)
{
    const char *kind = kf_mail_kind_at(_i / 2)->name, *lang = _i % 2 ? "en" : "es";
    json_t *facts = kf_sample(kind);
    kf_mail_out_t out = render(kind, lang, facts);

    check_words(&out);
    check_links(out.html, out.text);
    ck_assert(strstr(out.html, _i % 2 ? "<html lang=\"en\">" : "<html lang=\"es\">"));
    ck_assert(!strstr(out.text, "&amp;") && !strstr(out.text, "..") && !strstr(out.subject, ".."));
    json_decref(facts);
}
END_TEST

/* Missing or invalid facts still yield a mail. */
START_TEST(bare)
{
    static const char *const nonsense[] = {"{}", "{\"start\":7,\"end\":[],\"service\":{},\"policy\":\"x\",\"price_cents\":\"1\","
                                           "\"currency\":\"COPS\",\"booking\":\"../../x\",\"notes\":5,\"day\":\"2026-13-40\","
                                           "\"start_there\":\"yesterday\",\"by\":3,\"map_url\":\"javascript:alert(1)\","
                                           "\"meeting_url\":\"https://a b\",\"link\":null,\"customer_zone\":\"\"}"};
    const char *kind = kf_mail_kind_at(_i / 2)->name;
    json_t *facts = json_loads(nonsense[_i % 2], 0, NULL);
    kf_mail_t mail = {.kind = kind, .lang = "xx", .facts = facts, .base_url = "https://book.example.test"};
    kf_mail_out_t out;

    for (int i = 0; i < 2; i++) {
        mail.facts = i ? facts : NULL;
        ck_ok(kf_mail_compose(&out, &mail, catalog, templates, kf_test_pool));
        check_words(&out);
        ck_assert(!out.has_event);
        ck_assert(!strstr(out.html, "/booking/") && !strstr(out.html, "/waiting/"));
        ck_assert(strstr(out.html, "<html lang=\"es\">"));
    }
    json_decref(facts);
}
END_TEST

/* -- user input -- */

static const char *const texts[] = {"service", "professional", "place", "instructions", "note", "customer", "notes",
                                    "reason", "customer_email", "customer_phone", "customer_zone", "professional_zone",
                                    "link", "url", "old_professional", "booking", "currency", "status"};

static const char *const payloads[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "a\r\nBcc: eve@evil.example\r\n\r\n<b>x",
    "{{base_url}}{{{why}}}{business}{when}",
    ("a\xe2\x80\xaexe.fdp\xe2\x80\xa8" "b\x1b[31m\x7f\xc2\x85"),
    "</td></tr></table></body>",
};

START_TEST(hostile)
{
    const char *kind = kf_mail_kind_at(_i)->name, *text;
    json_t *facts = kf_sample(kind);
    kf_mail_t mail = kf_sample_mail(kind, "es", facts);
    kf_mail_out_t out;

    for (size_t i = 0; i < KF_COUNT(payloads); i++) {
        for (size_t t = 0; t < KF_COUNT(texts); t++) {
            json_object_set_new(facts, texts[t], json_string(payloads[i]));
        }
        mail.business = mail.contact = mail.to_name = mail.logo_url = mail.primary_color = payloads[i];
        ck_ok(kf_mail_compose(&out, &mail, catalog, templates, kf_test_pool));
        ck_assert_msg(!strpbrk(out.subject, "\r\n\x1b\x7f"), "%s", out.subject);
        check_tags(out.html);
        ck_assert(!strstr(out.html, "<img") && !strstr(out.html, "<b>") && !strstr(out.html, "' on"));
        ck_assert(!strchr(out.text, '\r') && !strchr(out.text, '\x1b'));
        ck_assert_msg(!strstr(out.text, "\xe2\x80\xae") && !strstr(out.html, "\xe2\x80\xa8"), "%s",
                      out.text);
        ck_assert(!strstr(out.text, "https://book.example.testRecibes"));
        if (out.has_event) {
            ck_ok(kf_sample_text(&text, &out, kf_test_pool));
            ck_assert(!strstr(strstr(text, "=== event"), "\nBcc:"));
        }
    }
    json_decref(facts);
}
END_TEST

/* A name that looks like a URL or address occurs nowhere in the mail, including the subject and the event. */
static const char *const addresses[] = {"gana en evil.example", "https://evil", "www.evil.test", "eva@evil", "//evil",
                                        "evil.\xc3\xa9xample"};

START_TEST(no_links_of_names)
{
    const char *kind = kf_mail_kind_at(_i)->name, *text;
    json_t *facts = kf_sample(kind);
    kf_mail_t mail = kf_sample_mail(kind, "en", facts);
    kf_mail_out_t out;

    for (size_t i = 0; i < KF_COUNT(addresses); i++) {
        json_object_set_new(facts, "customer", json_string(addresses[i]));
        json_object_set_new(facts, "by", json_string("customer"));
        json_object_set_new(facts, "notes", json_string(apr_pstrcat(kf_test_pool, "look at ", addresses[i], "?", NULL)));
        json_object_set_new(facts, "reason", json_string(addresses[i]));
        mail.to_name = addresses[i];
        ck_ok(kf_mail_compose(&out, &mail, catalog, templates, kf_test_pool));
        ck_ok(kf_sample_text(&text, &out, kf_test_pool));
        /* "//evil" alone is no URL in a sentence: it is omitted only in a name */
        ck_assert_msg(!strstr(out.subject, "evil"), "%s", out.subject);
        ck_assert_msg(i == 4 || (!strstr(text, "evil") && !strstr(out.html, "evil")), "%s", text);
    }
    json_decref(facts);
}
END_TEST

START_TEST(unknown)
{
    kf_mail_t mail = kf_sample_mail("spam", "es", NULL);
    kf_mail_out_t out;

    ck_fails(kf_mail_compose(&out, &mail, catalog, templates, kf_test_pool), KF_E_INVALID);
    ck_assert_ptr_null(kf_mail_kind("spam"));
    ck_assert_ptr_null(kf_mail_kind(NULL));
    ck_assert_int_eq(kf_mail_kind("verify")->to, KF_MAIL_TO_ACCOUNT);
    ck_assert_int_eq(kf_mail_kind("new_booking")->tokens, 0);
    ck_assert_int_eq(kf_mail_kind("booking_confirmed")->tokens,
                     KF_MAIL_TOKEN_VIEW | KF_MAIL_TOKEN_MOVE | KF_MAIL_TOKEN_CANCEL);
    ck_assert_int_eq(kf_mail_kind("waiting_offer")->tokens, KF_MAIL_TOKEN_OFFER | KF_MAIL_TOKEN_LEAVE);
}
END_TEST

Suite *kf_suite_text_mail_booking(void)
{
    Suite *suite = suite_create("text_mail_booking");
    TCase *tc = tcase_create("mail_booking");

    tcase_add_checked_fixture(tc, set_up, kf_test_teardown);
    suite_add_tcase(suite, tc);
    tcase_add_loop_test(tc, golden, 0, kf_sample_count(false));
    tcase_add_loop_test(tc, sound, 2 * kf_sample_count(true), 2 * kf_sample_count(false));
    tcase_add_loop_test(tc, bare, 2 * kf_sample_count(true), 2 * kf_sample_count(false));
    tcase_add_loop_test(tc, hostile, kf_sample_count(true), kf_sample_count(false));
    tcase_add_loop_test(tc, no_links_of_names, kf_sample_count(true), kf_sample_count(false));
    tcase_add_test(tc, unknown);
    return suite;
}
