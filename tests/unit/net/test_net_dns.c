#include "test.h"

#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/dns.h"

/* A name server that answers when the test tells it to. */
static int server;
static struct sockaddr_in client;
static unsigned char asked[512], told[4096];
static size_t asked_len, told_len;

static kf_dns_t *ask(const char *name)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(here);
    kf_dns_t *dns;
    ssize_t got;

    server = socket(AF_INET, SOCK_DGRAM, 0);
    ck_assert_int_eq(bind(server, (struct sockaddr *)&here, len), 0);
    ck_assert_int_eq(getsockname(server, (struct sockaddr *)&here, &len), 0);
    dns = kf_dns_ask(apr_psprintf(kf_test_pool, "127.0.0.1:%d", ntohs(here.sin_port)), name, kf_test_pool);
    len = sizeof(client);
    got = recvfrom(server, asked, sizeof(asked), 0, (struct sockaddr *)&client, &len);
    ck_assert_int_gt(got, 12 + 11);
    asked_len = (size_t)got;
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_WAITS);
    return dns;
}

/* The question section, with a response code and an answer count. */
static void begin(int code, int n)
{
    size_t question = asked_len - 11; /* without EDNS */

    memcpy(told, asked, question);
    told[2] = 0x81;
    told[3] = (unsigned char)(0x80 | code);
    told[7] = (unsigned char)n;
    told[11] = 0;
    told_len = question;
}

static void add(int type, const char *data, size_t len)
{
    unsigned char head[] = {0xc0, 0x0c, 0, (unsigned char)type, 0, 1, 0, 0, 0, 60, (unsigned char)(len >> 8), (unsigned char)len};

    memcpy(told + told_len, head, sizeof(head));
    memcpy(told + told_len + sizeof(head), data, len);
    told_len += sizeof(head) + len;
}

static void tell(void)
{
    ck_assert_int_eq(sendto(server, told, told_len, 0, (struct sockaddr *)&client, sizeof(client)), (ssize_t)told_len);
}

START_TEST(reads_texts)
{
    kf_dns_t *dns = ask("_konfirmado.citas.example");
    const char *const *texts;

    begin(0, 3);
    add(5, "\3abc\0", 5); /* a CNAME */
    add(16, "\3one\4 two", 9);
    add(16, "\0", 1);
    tell();
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_TOLD);
    texts = kf_dns_texts(dns);
    ck_assert_str_eq(texts[0], "one two");
    ck_assert_str_eq(texts[1], "");
    ck_assert_ptr_null(texts[2]);
    close(server);
}
END_TEST

START_TEST(a_name_that_is_not_there_has_none)
{
    kf_dns_t *dns = ask("_konfirmado.citas.example");

    begin(3, 0);
    tell();
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_TOLD);
    ck_assert_ptr_null(kf_dns_texts(dns)[0]);
    close(server);
}
END_TEST

/* None of them answers the query: the right answer, which comes later, counts. */
START_TEST(ignores_what_was_not_asked)
{
    kf_dns_t *dns = ask("_konfirmado.citas.example");

    begin(0, 1);
    add(16, "\5false", 6);
    switch (_i) {
    case 0:
        told[0] ^= 1; /* another query id */
        break;
    case 1:
        told[13] ^= 1; /* another name */
        break;
    case 2:
        told[2] &= 0x7f; /* a query, not a response */
        break;
    case 3:
        told_len = 7;
        break;
    default:
        told[asked_len - 11 - 3] = 1; /* a question for another type */
    }
    tell();
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_WAITS);
    begin(0, 1);
    add(16, "\4true", 5);
    tell();
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_TOLD);
    ck_assert_str_eq(kf_dns_texts(dns)[0], "true");
    close(server);
}
END_TEST

START_TEST(takes_what_is_whole_of_a_broken_answer)
{
    kf_dns_t *dns = ask("_konfirmado.citas.example");

    begin(0, 2);
    add(16, "\5whole", 6);
    add(16, "\11short", 6); /* a string longer than its record */
    tell();
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_TOLD);
    ck_assert_str_eq(kf_dns_texts(dns)[0], "whole");
    ck_assert_ptr_null(kf_dns_texts(dns)[1]);
    close(server);
}
END_TEST

START_TEST(asks_twice_and_gives_up)
{
    kf_dns_t *dns = ask("_konfirmado.citas.example");
    socklen_t len = sizeof(client);

    begin(2, 0); /* SERVFAIL */
    tell();
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_WAITS);
    ck_assert_int_gt(recvfrom(server, asked, sizeof(asked), 0, (struct sockaddr *)&client, &len), 0);
    begin(5, 0); /* refused */
    tell();
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_FAILED);
    close(server);
}
END_TEST

START_TEST(nobody_there_is_a_failure)
{
    kf_dns_t *dns = ask("_konfirmado.citas.example");

    close(server);
    begin(0, 0);
    for (int i = 0; i < 200 && kf_dns_look(dns) == KF_DNS_WAITS; i++) {
        usleep(50000);
    }
    ck_assert_int_eq(kf_dns_look(dns), KF_DNS_FAILED);
}
END_TEST

START_TEST(a_name_that_cannot_be_asked_for_is_a_failure)
{
    char name[400];

    memset(name, 'a', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    ck_assert_int_eq(kf_dns_look(kf_dns_ask("127.0.0.1", name, kf_test_pool)), KF_DNS_FAILED);
    ck_assert_int_eq(kf_dns_look(kf_dns_ask("nonsense", "a.example", kf_test_pool)), KF_DNS_FAILED);
}
END_TEST

START_TEST(knows_addresses)
{
    static const char *const good[] = {"192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53", "2001:db8::53", "[::1]"};
    static const char *const bad[] = {"", "dns.example", "dns.example:53", "192.0.2", "192.0.2.53:0x1", "[::1", "53"};

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        ck_assert_msg(kf_dns_is_server(good[i], kf_test_pool), "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        ck_assert_msg(!kf_dns_is_server(bad[i], kf_test_pool), "%s", bad[i]);
    }
}
END_TEST

Suite *kf_suite_net_dns(void)
{
    Suite *suite = suite_create("net_dns");
    TCase *tc = kf_test_case(suite, "dns");

    tcase_add_test(tc, reads_texts);
    tcase_add_test(tc, a_name_that_is_not_there_has_none);
    tcase_add_loop_test(tc, ignores_what_was_not_asked, 0, 5);
    tcase_add_test(tc, takes_what_is_whole_of_a_broken_answer);
    tcase_add_test(tc, asks_twice_and_gives_up);
    tcase_add_test(tc, nobody_there_is_a_failure);
    tcase_add_test(tc, a_name_that_cannot_be_asked_for_is_a_failure);
    tcase_add_test(tc, knows_addresses);
    return suite;
}
