#include <apr_strings.h>
#include <string.h>

#include "test.h"
#include "text/local.h"

static const char *const good[] = {
    "/dashboard", "/dashboard/services", "/dashboard/services/new", "/dashboard?done=saved",
    "/dashboard/bookings?status=paid&from=2026-12-01&search=Ana%20Mar%C3%ADa&after=a.b~c-d_e",
    "/dashboard/services/0190f0aa-0000-7000-8000-000000000001", "/dashboard/calendar?day=2026-12-01",
    "/dashboard/a..b",
};

START_TEST(test_good)
{
    ck_assert_msg(kf_local_path(good[_i], "/dashboard"), "%s", good[_i]);
}
END_TEST

static const char *const bad[] = {
    "", "/", "dashboard", "/dashboards", "/dashboard/", "/dashboard//x", "/dashboard/../x", "/dashboard/./x",
    "/dashboard/x/..", "/dashboard/...", "/dashboard;x", "/dashboard#x", "/dashboard\\x", "/dashboard/x\\y",
    "/dashboard/%2f", "/dashboard?x=%0d%0aSet-Cookie:a", "/dashboard?x=%0a", "/dashboard?x=%7f", "/dashboard?x=%",
    "/dashboard?x=%2", "/dashboard?x=%zz", "/dashboard?x=a b", "/dashboard?x=\r\n", "/dashboard\r\nX: y",
    "/dashboard\n", "/dashboard\t", " /dashboard", "\t/dashboard", "/Dashboard", "/book/x", "/api/auth/logout",
    "/dashboard?x=<script>", "/dashboard?x=\"", "/dashboard?x='", "/dashboard?x=\xc3\xa1", "/dashboard?x=\x7f",
};

START_TEST(test_bad)
{
    ck_assert_msg(!kf_local_path(bad[_i], "/dashboard"), "%s", bad[_i]);
}
END_TEST

/* Strings that browsers take for the start of another host, before and after every kind of slash. */
static const char *const heads[] = {
    "//", "///", "////", "/\\", "\\/", "\\\\", "/\t/", "/\n/", "/\r/", "\t//", " //", "\n//", "\r\n//", "\v//", "\f//",
    "https:", "https:/", "https://", "https:\\", "https:\\\\", "http:", "http://", "HTTPS://", "hTtPs:", "ftp://",
    "javascript:", "JaVaScRiPt:", "java\tscript:", "data:text/html,", "vbscript:", "mailto:", "blob:", "file:///",
    "%2f%2f", "%2F%2F", "/%2f", "/%5c", "%5c%5c", "/%09/", "/%0a/", "/%0d%0a/", "%20//", "//%0d%0a", "/.//", "/..//",
    "/./", "/../", "./", "../", "//.", "@", "//@", "/@", "//x@", "///x@", ";//", "?//", "#//", "?next=//",
    "\xe3\x80\x82//", "/\xe3\x80\x82", "//\xef\xbc\x8f", "\xef\xbc\x8f\xef\xbc\x8f", "\xe2\x80\x8b//", "\xef\xbb\xbf//",
    "\xc2\xa0//", "/\xc2\xa0/", "//\xe2\x80\xae", "\x01//", "/\x01/", "\x1f//", "\x7f//", "//[", "//0x", "//\\", "\\t//",
};
static const char *const hosts[] = {
    "evil.example", "evil.example/dashboard", "/dashboard", "dashboard", "localhost@evil.example",
    "evil.example%23/dashboard", "evil.example?/dashboard", "2130706433", "[::1]", "evil\xe3\x80\x82" "example",
    "user:pass@evil.example", "evil.example:80/dashboard", "evil.example\\@localhost",
};

START_TEST(test_other_hosts)
{
    const char *head = heads[_i];
    char text[256];

    for (int i = 0; i < KF_COUNT(hosts); i++) {
        apr_snprintf(text, sizeof(text), "%s%s", head, hosts[i]);
        ck_assert_msg(!kf_local_path(text, "/dashboard"), "%s", text);
        apr_snprintf(text, sizeof(text), "/dashboard%s%s", head, hosts[i]);
        /* a query below our own path may contain a host; it does not lead there */
        ck_assert_msg(!kf_local_path(text, "/dashboard") || text[strlen("/dashboard")] == '?', "%s", text);
    }
}
END_TEST

START_TEST(test_length)
{
    char text[KF_MAX_LOCAL + 2];

    memset(text, 'a', sizeof(text));
    memcpy(text, "/dashboard/", 11);
    text[KF_MAX_LOCAL] = '\0';
    ck_assert(kf_local_path(text, "/dashboard"));
    text[KF_MAX_LOCAL] = 'a';
    text[KF_MAX_LOCAL + 1] = '\0';
    ck_assert(!kf_local_path(text, "/dashboard"));
    ck_assert(!kf_local_path(NULL, "/dashboard"));
}
END_TEST

Suite *kf_suite_text_local(void)
{
    Suite *suite = suite_create("text_local");
    TCase *tc = kf_test_case(suite, "local");

    tcase_add_loop_test(tc, test_good, 0, KF_COUNT(good));
    tcase_add_loop_test(tc, test_bad, 0, KF_COUNT(bad));
    tcase_add_loop_test(tc, test_other_hosts, 0, KF_COUNT(heads));
    tcase_add_test(tc, test_length);
    return suite;
}
