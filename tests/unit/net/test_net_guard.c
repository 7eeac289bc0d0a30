#include "net/guard.h"
#include "test.h"

#include <apr_strings.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

Suite *kf_suite_net_guard(void);

/* one URL, with the verdicts of a default guard and of a development guard (http, rules below) */
static const struct {
    const char *url;
    int bare, dev;
} urls[] = {
    {"https://shop.example.com/hook", 1, 1},
    {"HTTPS://Shop.Example.COM/hook?a=1&b=@x:y", 1, 1},
    {"https://shop.example.com:443/", 1, 1},
    {"https://shop.example.com", 1, 1},
    {"https://shop.example.com?x=1", 1, 1},
    {"https://shop.example.com./", 1, 1},
    {"https://xn--caf-dma.example/", 1, 1},
    {"https://1.example/", 1, 1},
    {"https://shop.example.com:8443/", 0, 1},
    {"https://other.example.com:8443/", 0, 0},
    {"http://shop.example.com/", 0, 1},
    {"http://shop.example.com:80/", 0, 1},
    {"https://shop.example.com:80/", 0, 1},
    {"https://banned.example.com/", 1, 0},
    /* no host, bad ports */
    {"", 0, 0},
    {"https:///x", 0, 0},
    {"https://", 0, 0},
    {"https:shop.example.com", 0, 0},
    {"shop.example.com", 0, 0},
    {"//shop.example.com/", 0, 0},
    {"https://shop.example.com:/", 0, 0},
    {"https://shop.example.com:0/", 0, 0},
    {"https://shop.example.com:65536/", 0, 0},
    {"https://shop.example.com:0443/", 0, 0},
    {"https://shop.example.com:+443/", 0, 0},
    {"https://shop.example.com:443:443/", 0, 0},
    {"https://shop.example.com:x/", 0, 0},
    /* other schemes */
    {"file:///etc/passwd", 0, 0},
    {"gopher://127.0.0.1:1/", 0, 0},
    {"ftp://shop.example.com/", 0, 0},
    {"javascript:alert(1)", 0, 0},
    /* users, fragments, odd bytes */
    {"https://user@shop.example.com/", 0, 0},
    {"https://user:pw@shop.example.com/", 0, 0},
    {"https://@shop.example.com/", 0, 0},
    {"http://user@127.0.0.1:1/", 0, 0},
    {"https://shop.example.com@127.0.0.1/", 0, 0},
    {"https://shop.example.com#@127.0.0.1/", 0, 0},
    {"https://shop.example.com/#x", 0, 0},
    {"https://shop.example.com\\@127.0.0.1/", 0, 0},
    {"https://shop.example.com\\.evil.test/", 0, 0},
    {"https://shop.example.com/a b", 0, 0},
    {" https://shop.example.com/", 0, 0},
    {"https://shop.example.com/\r\nX: y", 0, 0},
    {"https://shop.example.com/\t", 0, 0},
    {"https://shop.example.com/\x7f", 0, 0},
    {"https://shop.example.com/\xc3\xa9", 0, 0},
    {"https://caf\xc3\xa9.example/", 0, 0},
    {"https://%6c%6fcalhost/", 0, 0},
    {"https://127.0.0.1%2f.example.com/", 0, 0},
    {"https://shop..example.com/", 0, 0},
    {"https://.example.com/", 0, 0},
    {"https://-shop.example.com/", 0, 0},
    {"https://shop-.example.com/", 0, 0},
    {"https://shop_x.example.com/", 0, 0},
    /* names that are never public */
    {"http://localhost:1/", 0, 0},
    {"https://localhost/", 0, 0},
    {"https://localhost./", 0, 0},
    {"https://x.localhost/", 0, 0},
    {"https://intranet/", 0, 0},
    {"http://peer:9000/", 0, 1},
    {"http://peer:9001/", 0, 0},
    {"https://peer/", 0, 0},
    /* addresses: the proper notation only, and only by rule */
    {"https://8.8.8.8/", 0, 0},
    {"http://127.0.0.1:1/", 0, 1},
    {"http://127.0.0.1:80/", 0, 1},
    {"http://127.0.0.2:80/", 0, 0},
    {"http://10.0.0.1/", 0, 1},
    {"http://10.0.0.1:8080/", 0, 0},
    {"http://10.9.9.9/", 0, 0},
    {"http://11.0.0.1/", 0, 0},
    {"http://169.254.169.254/", 0, 0},
    {"http://[::1]:1/", 0, 0},
    {"http://[::1]:7000/", 0, 1},
    {"http://[0:0:0:0:0:0:0:1]:7000/", 0, 1},
    {"http://[::ffff:127.0.0.1]:1/", 0, 1},
    {"http://[::ffff:7f00:1]:1/", 0, 1},
    {"http://[::ffff:127.0.0.2]:1/", 0, 0},
    {"http://[::127.0.0.1]:1/", 0, 0},
    {"http://[64:ff9b::7f00:1]:1/", 0, 0},
    {"http://[2002:7f00:1::]/", 0, 0},
    {"http://[fd00:ec2::254]/", 0, 0},
    {"http://[fe80::1%25eth0]/", 0, 0},
    {"http://[fe80::1%eth0]/", 0, 0},
    {"http://[2606:4700::1111]/", 0, 0},
    {"http://[127.0.0.1]:1/", 0, 0},
    {"http://[::1/", 0, 0},
    {"http://[]/", 0, 0},
    {"http://[::1]x/", 0, 0},
    {"http://::1/", 0, 0},
    /* other notations: never, though 127.0.0.1 itself has a rule */
    {"http://127.1:1/", 0, 0},
    {"http://127.0.1:1/", 0, 0},
    {"http://2130706433:1/", 0, 0},
    {"http://0x7f.1:1/", 0, 0},
    {"http://0x7f000001:1/", 0, 0},
    {"http://0X7F000001:1/", 0, 0},
    {"http://0x7f.0x0.0x0.0x1:1/", 0, 0},
    {"http://0177.0.0.1:1/", 0, 0},
    {"http://017700000001:1/", 0, 0},
    {"http://127.0.0.01:1/", 0, 0},
    {"http://127.0.0.0x1:1/", 0, 0},
    {"http://127.0.0.1.:1/", 0, 1},
    {"http://0:1/", 0, 0},
    {"http://0x:1/", 0, 0},
    {"http://256.0.0.1/", 0, 0},
    {"http://1.2.3.4.5/", 0, 0},
    {"http://shop.example.1/", 0, 0},
    {"http://shop.example.0x1/", 0, 0},
};

static kf_guard_t *dev_guard(void)
{
    kf_guard_t *guard = kf_guard_create(kf_test_pool);

    kf_guard_allow_http(guard, 1);
    ck_ok(kf_guard_allow(guard, "Shop.example.com:*", kf_test_pool));
    ck_ok(kf_guard_allow(guard, "peer:9000", kf_test_pool));
    ck_ok(kf_guard_allow(guard, "127.0.0.1:1", kf_test_pool));
    ck_ok(kf_guard_allow(guard, "127.0.0.1", kf_test_pool));
    ck_ok(kf_guard_allow(guard, "10.0.0.0/13", kf_test_pool));
    ck_ok(kf_guard_allow(guard, "[::1]:7000", kf_test_pool));
    ck_ok(kf_guard_deny(guard, "10.9.0.0/16", kf_test_pool));
    ck_ok(kf_guard_deny(guard, "banned.example.com", kf_test_pool));
    return guard;
}

START_TEST(checks_url)
{
    kf_guard_t *bare = kf_guard_create(kf_test_pool);
    kf_err_t *a = kf_guard_check_url(bare, urls[_i].url, kf_test_pool);
    kf_err_t *b = kf_guard_check_url(dev_guard(), urls[_i].url, kf_test_pool);

    ck_assert_msg((a == NULL) == urls[_i].bare, "bare: %s: %s", urls[_i].url,
                  a ? a->detail : "passed");
    ck_assert_msg((b == NULL) == urls[_i].dev, "dev: %s: %s", urls[_i].url,
                  b ? b->detail : "passed");
    ck_assert(!a || a->code == KF_E_EGRESS_DENIED);
    ck_assert(!b || b->code == KF_E_EGRESS_DENIED);
}
END_TEST

START_TEST(url_lengths)
{
    kf_guard_t *guard = kf_guard_create(kf_test_pool);
    char label[65];
    char host[300] = "";
    char url[3000] = "https://shop.example.com/";

    memset(label, 'a', 64);
    label[64] = '\0';
    ck_fails(kf_guard_check_url(guard, apr_pstrcat(kf_test_pool, "https://", label, ".com/", NULL),
                                kf_test_pool), KF_E_EGRESS_DENIED);
    label[63] = '\0';
    ck_ok(kf_guard_check_url(guard, apr_pstrcat(kf_test_pool, "https://", label, ".com/", NULL),
                             kf_test_pool));
    for (int i = 0; i < 126; i++) {
        memcpy(host + 2 * i, "a.", 3);
    }
    host[252] = 'b';
    ck_assert_uint_eq(strlen(host), 253);
    ck_ok(kf_guard_check_url(guard, apr_pstrcat(kf_test_pool, "https://", host, NULL),
                             kf_test_pool));
    ck_fails(kf_guard_check_url(guard, apr_pstrcat(kf_test_pool, "https://", host, "b", NULL),
                                kf_test_pool), KF_E_EGRESS_DENIED);
    memset(url + strlen(url), 'x', 2048 - strlen(url));
    ck_ok(kf_guard_check_url(guard, url, kf_test_pool));
    url[2048] = 'x';
    ck_fails(kf_guard_check_url(guard, url, kf_test_pool), KF_E_EGRESS_DENIED);
    ck_fails(kf_guard_check_url(guard, NULL, kf_test_pool), KF_E_EGRESS_DENIED);
}
END_TEST

/* first and last address of every block, and their neighbours outside */
static const struct {
    const char *addr;
    int denied;
} addresses[] = {
    {"0.0.0.0", 1}, {"0.255.255.255", 1}, {"1.0.0.0", 0},
    {"9.255.255.255", 0}, {"10.0.0.0", 1}, {"10.255.255.255", 1}, {"11.0.0.0", 0},
    {"100.63.255.255", 0}, {"100.64.0.0", 1}, {"100.127.255.255", 1}, {"100.128.0.0", 0},
    {"126.255.255.255", 0}, {"127.0.0.0", 1}, {"127.255.255.255", 1}, {"128.0.0.0", 0},
    {"169.253.255.255", 0}, {"169.254.0.0", 1}, {"169.254.169.254", 1}, {"169.255.0.0", 0},
    {"172.15.255.255", 0}, {"172.16.0.0", 1}, {"172.31.255.255", 1}, {"172.32.0.0", 0},
    {"191.255.255.255", 0}, {"192.0.0.0", 1}, {"192.0.0.255", 1}, {"192.0.1.0", 0},
    {"192.0.1.255", 0}, {"192.0.2.0", 1}, {"192.0.2.255", 1}, {"192.0.3.0", 0},
    {"192.88.98.255", 0}, {"192.88.99.0", 1}, {"192.88.99.255", 1}, {"192.88.100.0", 0},
    {"192.167.255.255", 0}, {"192.168.0.0", 1}, {"192.168.255.255", 1}, {"192.169.0.0", 0},
    {"198.17.255.255", 0}, {"198.18.0.0", 1}, {"198.19.255.255", 1}, {"198.20.0.0", 0},
    {"198.51.99.255", 0}, {"198.51.100.0", 1}, {"198.51.100.255", 1}, {"198.51.101.0", 0},
    {"203.0.112.255", 0}, {"203.0.113.0", 1}, {"203.0.113.255", 1}, {"203.0.114.0", 0},
    {"223.255.255.255", 0}, {"224.0.0.0", 1}, {"239.255.255.255", 1}, {"240.0.0.0", 1},
    {"255.255.255.255", 1}, {"8.8.8.8", 0},
    {"::", 1}, {"::1", 1}, {"::2", 1}, {"::127.0.0.1", 1}, {"::8.8.8.8", 1},
    {"::ffff:127.0.0.1", 1}, {"::ffff:10.1.2.3", 1}, {"::ffff:169.254.169.254", 1},
    {"::ffff:8.8.8.8", 0}, {"::fffe:8.8.8.8", 1}, {"::ffff:0:8.8.8.8", 1},
    {"64:ff9b::127.0.0.1", 1}, {"64:ff9b::192.168.1.1", 1}, {"64:ff9b::8.8.8.8", 0},
    {"64:ff9b:1::8.8.8.8", 1}, {"64:ff9b:0:1::808:808", 1},
    {"100::", 1}, {"100::ffff:ffff:ffff:ffff", 1}, {"1fff:ffff::1", 1},
    {"2000::1", 0}, {"2001::", 1}, {"2001:0:4136:e378:8000:63bf:3fff:fdd2", 1},
    {"2001:1ff:ffff::1", 1}, {"2001:200::1", 0},
    {"2001:db7:ffff::1", 0}, {"2001:db8::", 1}, {"2001:db8:ffff:ffff::1", 1}, {"2001:db9::1", 0},
    {"2001:ffff::1", 0}, {"2002::1", 1}, {"2002:7f00:1::", 1}, {"2002:808:808::1", 1},
    {"2003::1", 0}, {"2606:4700::1111", 0}, {"2a00:1450::1", 0}, {"3ffe:ffff::1", 0},
    {"3fff::1", 1}, {"3fff:fff:ffff::1", 1}, {"3fff:1000::1", 0}, {"4000::1", 1},
    {"5f00::1", 1}, {"5f00:ffff::1", 1}, {"8000::1", 1}, {"fc00::1", 1}, {"fd00:ec2::254", 1},
    {"fdff:ffff::1", 1}, {"fe80::1", 1}, {"febf:ffff::1", 1}, {"fec0::1", 1}, {"feff::1", 1},
    {"ff00::1", 1}, {"ff02::1", 1}, {"ffff:ffff::1", 1},
};

static const struct sockaddr *address(const char *text, int port)
{
    static struct sockaddr_in in;
    static struct sockaddr_in6 in6;

    memset(&in, 0, sizeof(in));
    memset(&in6, 0, sizeof(in6));
    in.sin_family = AF_INET;
    in.sin_port = htons((uint16_t)port);
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        return (const struct sockaddr *)&in;
    }
    ck_assert_msg(inet_pton(AF_INET6, text, &in6.sin6_addr) == 1, "%s", text);
    return (const struct sockaddr *)&in6;
}

START_TEST(table)
{
    const struct sockaddr *sa = address(addresses[_i].addr, 443);

    ck_assert_msg(kf_guard_address_denied(sa) == addresses[_i].denied, "%s", addresses[_i].addr);
    ck_assert_int_eq(kf_guard_connect_denied(kf_guard_create(kf_test_pool), "a.example", sa),
                     addresses[_i].denied);
}
END_TEST

START_TEST(other_families)
{
    struct sockaddr sa = {.sa_family = AF_UNIX};

    ck_assert_int_eq(kf_guard_address_denied(&sa), 1);
    ck_assert_int_eq(kf_guard_connect_denied(dev_guard(), "shop.example.com", &sa), 1);
}
END_TEST

static const struct {
    const char *host, *addr;
    int port, denied;
} connects[] = {
    {"a.example", "8.8.8.8", 443, 0},
    {"a.example", "8.8.8.8", 80, 0},        /* http is allowed there */
    {"a.example", "8.8.8.8", 8443, 1},
    {"a.example", "127.0.0.1", 443, 0},     /* the block has a rule */
    {"a.example", "127.0.0.1", 1, 0},
    {"a.example", "127.0.0.1", 2, 1},
    {"a.example", "127.0.0.2", 443, 1},
    {"a.example", "::ffff:127.0.0.1", 1, 0},
    {"a.example", "::ffff:127.0.0.2", 1, 1},
    {"a.example", "64:ff9b::127.0.0.1", 1, 1},
    {"a.example", "10.7.0.1", 443, 0},
    {"a.example", "10.8.0.1", 443, 1},
    {"a.example", "10.9.0.1", 443, 1},
    {"shop.example.com", "192.168.0.1", 99, 0},
    {"shop.example.com", "10.9.0.1", 99, 1}, /* a deny rule wins */
    {"banned.example.com", "8.8.8.8", 443, 1},
    {"peer", "127.9.9.9", 9000, 0},
    {"peer", "127.9.9.9", 443, 1},
    {NULL, "8.8.8.8", 443, 0},
};

START_TEST(checks_connect)
{
    const struct sockaddr *sa = address(connects[_i].addr, connects[_i].port);

    ck_assert_int_eq(kf_guard_connect_denied(dev_guard(), connects[_i].host, sa),
                     connects[_i].denied);
}
END_TEST

static const char *const bad_rules[] = {
    "", "*", ":443", "host:", "host:0", "host:65536", "host:x", "a b", "10.0.0.0/33", "10.0.0.0/",
    "10.0.0.0/-1", "10.0/8", "0x7f.1", "host/8", "[::1", "[::1]x", "[::1]:", "[::1/129]",
    "[10.0.0.0/8]", "::ffff:10.0.0.0/104", "http://host/", "[]",
};

START_TEST(refuses_rules)
{
    ck_fails(kf_guard_allow(kf_guard_create(kf_test_pool), bad_rules[_i], kf_test_pool),
             KF_E_CONFIG);
}
END_TEST

START_TEST(rules_of_ipv6_and_ports)
{
    kf_guard_t *guard = kf_guard_create(kf_test_pool);

    ck_ok(kf_guard_allow(guard, "fd00::/9", kf_test_pool));
    ck_ok(kf_guard_allow(guard, "[fe80::/10]:*", kf_test_pool));
    ck_ok(kf_guard_allow_port(guard, 8443, kf_test_pool));
    ck_fails(kf_guard_allow_port(guard, 0, kf_test_pool), KF_E_CONFIG);
    ck_fails(kf_guard_allow_port(guard, 65536, kf_test_pool), KF_E_CONFIG);
    ck_assert_int_eq(kf_guard_connect_denied(guard, "a.example", address("fd7f::1", 8443)), 0);
    ck_assert_int_eq(kf_guard_connect_denied(guard, "a.example", address("fd80::1", 8443)), 1);
    ck_assert_int_eq(kf_guard_connect_denied(guard, "a.example", address("fd7f::1", 80)), 1);
    ck_assert_int_eq(kf_guard_connect_denied(guard, "a.example", address("fe80::1", 22)), 0);
    ck_assert_int_eq(kf_guard_connect_denied(guard, "a.example", address("8.8.8.8", 8443)), 0);
    ck_ok(kf_guard_check_url(guard, "https://a.example:8443/", kf_test_pool));
}
END_TEST

Suite *kf_suite_net_guard(void)
{
    Suite *suite = suite_create("net_guard");
    TCase *tc = kf_test_case(suite, "guard");

    tcase_add_loop_test(tc, checks_url, 0, KF_COUNT(urls));
    tcase_add_test(tc, url_lengths);
    tcase_add_loop_test(tc, table, 0, KF_COUNT(addresses));
    tcase_add_test(tc, other_families);
    tcase_add_loop_test(tc, checks_connect, 0, KF_COUNT(connects));
    tcase_add_loop_test(tc, refuses_rules, 0, KF_COUNT(bad_rules));
    tcase_add_test(tc, rules_of_ipv6_and_ports);
    return suite;
}
