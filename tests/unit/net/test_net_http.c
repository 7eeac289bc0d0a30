#include "http_peer.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *kf_suite_net_http(void);

static const char *peer_url(const char *path)
{
    return apr_psprintf(kf_test_pool, "http://127.0.0.1:%d%s", peer_port, path);
}

static kf_http_res_t *perform(const kf_http_req_t *req)
{
    kf_http_res_t *res = NULL;

    ck_ok(kf_http_perform(&res, req, kf_test_pool));
    ck_assert_ptr_nonnull(res);
    ck_assert_ptr_nonnull(res->body);
    ck_assert((res->error == NULL) == (res->outcome == KF_HTTP_OK));
    return res;
}

#define ck_outcome(res, wanted)                                                         \
    ck_assert_msg((res)->outcome == (wanted), "%s (%s), not %s",                        \
                  kf_http_outcome_text((res)->outcome), (res)->error ? (res)->error : "", \
                  kf_http_outcome_text(wanted))

/* -- one at a time -- */

START_TEST(get_and_headers)
{
    apr_table_t *headers = apr_table_make(kf_test_pool, 2);
    kf_http_req_t req = {.url = peer_url("/echo?a=1"), .headers = headers};
    kf_http_res_t *res;

    apr_table_setn(headers, "Authorization", "Bearer abc");
    apr_table_setn(headers, "X-Empty", "");
    res = perform(&req);
    ck_outcome(res, KF_HTTP_OK);
    ck_assert_int_eq(res->status, 200);
    ck_assert_ptr_nonnull(strstr(res->body, "GET /echo?a=1 HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(strstr(res->body, "Authorization: Bearer abc\r\n"));
    ck_assert_ptr_nonnull(strstr(res->body, "X-Empty:\r\n"));
    ck_assert_ptr_nonnull(strstr(res->body, "User-Agent: Konfirmado/1\r\n"));
    ck_assert_ptr_null(strstr(res->body, "Accept-Encoding"));
    ck_assert_ptr_null(strstr(res->body, "Content-Type"));
    ck_assert_str_eq(res->content_type, "text/plain");
    ck_assert_str_eq(res->remote_ip, "127.0.0.1");
    ck_assert_uint_eq(res->body_len, strlen(res->body));
    ck_assert_int_eq(res->truncated, 0);
}
END_TEST

START_TEST(post_and_put)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
    apr_table_t *headers = apr_table_make(kf_test_pool, 2);
    kf_http_req_t req = {.headers = headers, .body = "{\"a\":1}trailing", .body_len = 7};
    kf_http_res_t *res;

    apr_table_setn(headers, "Content-Type", "application/json");
    apr_table_setn(headers, "User-Agent", "Konfirmado-Webhooks/1");
    for (int i = 0; i < KF_COUNT(methods); i++) {
        req.method = methods[i];
        req.url = peer_url("/echo");
        res = perform(&req);
        ck_assert_int_eq(strncmp(res->body, methods[i], strlen(methods[i])), 0);
        ck_assert_ptr_nonnull(strstr(res->body, "Content-Length: 7\r\n"));
        ck_assert_ptr_nonnull(strstr(res->body, "Content-Type: application/json\r\n"));
        ck_assert_ptr_nonnull(strstr(res->body, "User-Agent: Konfirmado-Webhooks/1\r\n"));
        ck_assert_ptr_null(strstr(res->body, "Expect"));
        ck_assert_str_eq(strstr(res->body, "\r\n\r\n") + 4, "{\"a\":1}");
    }
}
END_TEST

START_TEST(bodies_that_are_empty)
{
    kf_http_req_t req = {.method = "POST", .url = peer_url("/echo")};
    kf_http_res_t *res = perform(&req);

    ck_assert_ptr_nonnull(strstr(res->body, "Content-Length: 0\r\n"));
    ck_assert_ptr_null(strstr(res->body, "Content-Type"));
    req.url = peer_url("/created");
    res = perform(&req);
    ck_assert_int_eq(res->status, 201);
    ck_assert_str_eq(res->body, "");
    ck_assert_ptr_null(res->content_type);
}
END_TEST

static const struct {
    const char *name, *value, *method;
} bad_requests[] = {
    {"A\r\nB", "x", "GET"}, {"A", "x\r\nB: y", "GET"}, {"A", "x\ny", "GET"}, {"", "x", "GET"},
    {"A B", "x", "GET"},    {"A:", "x", "GET"},        {"A", "x", "GE T"},   {"A", "x", "GET\r\n"},
    {"A", "x", ""},
};

START_TEST(refuses_injection)
{
    apr_table_t *headers = apr_table_make(kf_test_pool, 2);
    kf_http_req_t req = {.url = peer_url("/echo"), .headers = headers};
    kf_http_res_t *res;

    apr_table_setn(headers, bad_requests[_i].name, bad_requests[_i].value);
    req.method = bad_requests[_i].method;
    ck_fails(kf_http_perform(&res, &req, kf_test_pool), KF_E_INVALID);
    ck_assert_int_eq(peer_connections, 0);
}
END_TEST

START_TEST(status_and_retry_after)
{
    kf_http_req_t req = {.url = peer_url("/busy")};
    kf_http_res_t *res = perform(&req);

    ck_outcome(res, KF_HTTP_OK);
    ck_assert_int_eq(res->status, 429);
    ck_assert_int_eq(res->retry_after_s, 17);
    ck_assert_str_eq(res->body, "no");
}
END_TEST

START_TEST(redirects_are_not_followed)
{
    kf_http_req_t req = {.url = peer_url("/redirect")};
    kf_http_res_t *res = perform(&req);

    ck_assert_int_eq(res->status, 302);
    ck_assert_uint_eq(res->body_len, 0);
    ck_assert_int_eq(peer_connections, 1);
}
END_TEST

static const struct {
    const char *path;
    int timeout_ms;
    kf_http_outcome_t outcome;
} broken[] = {
    {"/hang", 200, KF_HTTP_TIMEOUT},
    {"/drip", 200, KF_HTTP_TIMEOUT},
    {"/cut", 2000, KF_HTTP_OTHER},
    {"/garbage", 2000, KF_HTTP_OTHER},
    {"/big", 5000, KF_HTTP_TOO_LARGE},
};

START_TEST(bad_answers)
{
    kf_http_req_t req = {.url = peer_url(broken[_i].path), .timeout_ms = broken[_i].timeout_ms};
    apr_time_t start = apr_time_now();
    kf_http_res_t *res = perform(&req);

    ck_outcome(res, broken[_i].outcome);
    ck_assert_int_lt(apr_time_now() - start, 1500000);
    ck_assert_uint_le(res->body_len, 256 * 1024);
}
END_TEST

START_TEST(caps_of_answers)
{
    kf_http_req_t req = {.url = peer_url("/big"), .answer_cap = 65536, .answer_keep = 4096};
    kf_http_res_t *res = perform(&req);

    ck_outcome(res, KF_HTTP_TOO_LARGE);
    ck_assert_uint_eq(res->body_len, 4096);
    req.answer_cut = 1;
    res = perform(&req);
    ck_outcome(res, KF_HTTP_OK);
    ck_assert_int_eq(res->status, 200);
    ck_assert_uint_eq(res->body_len, 4096);
    ck_assert_int_eq(res->truncated, 1);
    ck_assert_int_eq(res->body[4095], 'b');
    req.answer_cap = BIG;
    req.answer_keep = 0;
    res = perform(&req);
    ck_assert_uint_eq(res->body_len, BIG);
    ck_assert_int_eq(res->truncated, 0);
}
END_TEST

START_TEST(nobody_listens)
{
    int port;
    int fd = listen_loopback(&port);
    kf_http_req_t req = {.url = apr_psprintf(kf_test_pool, "http://127.0.0.1:%d/", port)};

    close(fd);
    ck_outcome(perform(&req), KF_HTTP_CONNECT);
    req.url = "http://nowhere.invalid/";
    req.timeout_ms = 3000;
    ck_outcome(perform(&req), KF_HTTP_RESOLVE);
    req.url = apr_psprintf(kf_test_pool, "https://127.0.0.1:%d/", peer_port);
    ck_outcome(perform(&req), KF_HTTP_TLS);
    req.url = "file:///etc/hostname";
    ck_outcome(perform(&req), KF_HTTP_OTHER);
}
END_TEST

START_TEST(environment_proxies_are_ignored)
{
    kf_http_req_t req = {.url = peer_url("/echo")};

    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("all_proxy", "http://127.0.0.1:1/", 1);
    ck_outcome(perform(&req), KF_HTTP_OK);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
}
END_TEST

/* -- the guard at work -- */

START_TEST(guard_refuses_the_text)
{
    kf_http_req_t req = {.url = peer_url("/echo"), .guard = kf_guard_create(kf_test_pool)};
    kf_http_res_t *res = perform(&req);

    ck_outcome(res, KF_HTTP_DENIED);
    ck_assert_int_eq(res->status, 0);
    ck_assert_int_eq(peer_connections, 0);
}
END_TEST

/* The name is allowed, its address is not. */
START_TEST(guard_refuses_a_rebound_name)
{
    kf_guard_t *guard = kf_guard_create(kf_test_pool);
    kf_http_req_t req = {.guard = guard};
    kf_http_res_t *res;

    kf_guard_allow_http(guard, 1);
    ck_ok(kf_guard_allow_port(guard, peer_port, kf_test_pool));
    req.url = apr_psprintf(kf_test_pool, "http://shop.example.com:%d/echo", peer_port);
    req.connect_to = apr_psprintf(kf_test_pool, "shop.example.com:%d:127.0.0.1:%d", peer_port,
                                  peer_port);
    ck_ok(kf_guard_check_url(guard, req.url, kf_test_pool));
    res = perform(&req);
    ck_outcome(res, KF_HTTP_DENIED);
    ck_assert_str_eq(res->remote_ip, "127.0.0.1");
    ck_assert_int_eq(peer_connections, 0);
    ck_ok(kf_guard_allow(guard, apr_psprintf(kf_test_pool, "127.0.0.0/8:%d", peer_port),
                         kf_test_pool));
    ck_outcome(perform(&req), KF_HTTP_OK);
    ck_assert_int_eq(peer_connections, 1);
}
END_TEST

/* -- many at once -- */

static kf_http_res_t *results[16];
static int ended;

static void note(const kf_http_req_t *req, kf_http_res_t *res, void *baton)
{
    ck_assert_ptr_nonnull(req->url);
    results[(intptr_t)baton] = res;
    ended++;
}

static kf_http_multi_t *multi_of(int cap)
{
    kf_http_multi_t *multi = NULL;

    ended = 0;
    memset(results, 0, sizeof(results));
    ck_ok(kf_http_multi_create(&multi, cap, kf_test_pool));
    return multi;
}

static void run_until(kf_http_multi_t *multi, int left, int ms)
{
    apr_time_t end = apr_time_now() + ms * 1000;

    while (kf_http_multi_step(multi, 50) > left) {
        ck_assert_msg(apr_time_now() < end, "%d still running", kf_http_multi_in_flight(multi));
    }
}

START_TEST(multi_runs_side_by_side)
{
    static const struct {
        const char *path;
        kf_http_outcome_t outcome;
    } rows[] = {
        {"/echo", KF_HTTP_OK}, {"/hang", KF_HTTP_TIMEOUT}, {"/hang", KF_HTTP_TIMEOUT},
        {"/busy", KF_HTTP_OK}, {"/cut", KF_HTTP_OTHER},    {"/drip", KF_HTTP_TIMEOUT},
    };
    kf_http_multi_t *multi = multi_of(KF_COUNT(rows));
    kf_http_req_t reqs[KF_COUNT(rows)] = {{0}};
    apr_time_t start = apr_time_now();

    for (int i = 0; i < KF_COUNT(rows); i++) {
        reqs[i].url = peer_url(rows[i].path);
        reqs[i].timeout_ms = 400;
        ck_ok(kf_http_multi_add(multi, &reqs[i], note, (void *)(intptr_t)i, kf_test_pool));
    }
    ck_assert_int_eq(kf_http_multi_room(multi), 0);
    ck_fails(kf_http_multi_add(multi, &reqs[0], note, NULL, kf_test_pool), KF_E_UNAVAILABLE);
    run_until(multi, 0, 3000);
    ck_assert_int_lt(apr_time_now() - start, 1000000);
    ck_assert_int_eq(ended, KF_COUNT(rows));
    for (int i = 0; i < KF_COUNT(rows); i++) {
        ck_outcome(results[i], rows[i].outcome);
    }
}
END_TEST

START_TEST(multi_step_never_waits_longer)
{
    kf_http_multi_t *multi = multi_of(2);
    kf_http_req_t req = {.url = peer_url("/hang"), .timeout_ms = 10000};
    apr_time_t start = apr_time_now();

    ck_assert_int_eq(kf_http_multi_step(multi, 0), 0);
    ck_assert_int_lt(apr_time_now() - start, 50000);
    ck_ok(kf_http_multi_add(multi, &req, note, NULL, kf_test_pool));
    run_until(multi, 1, 1000);
    for (int i = 0; i < 5; i++) {
        start = apr_time_now();
        ck_assert_int_eq(kf_http_multi_step(multi, 30), 1);
        ck_assert_int_lt(apr_time_now() - start, 150000);
    }
    kf_http_multi_wake(multi);
    start = apr_time_now();
    kf_http_multi_step(multi, 5000);
    ck_assert_int_lt(apr_time_now() - start, 1000000);
    kf_http_multi_destroy(multi);
    ck_assert_int_eq(ended, 0);
}
END_TEST

START_TEST(multi_reports_denied_urls)
{
    kf_http_multi_t *multi = multi_of(2);
    kf_http_req_t req = {.url = peer_url("/echo"), .guard = kf_guard_create(kf_test_pool)};

    ck_ok(kf_http_multi_add(multi, &req, note, NULL, kf_test_pool));
    ck_assert_int_eq(ended, 0);
    ck_assert_int_eq(kf_http_multi_step(multi, 5000), 0);
    ck_assert_int_eq(ended, 1);
    ck_outcome(results[0], KF_HTTP_DENIED);
}
END_TEST

START_TEST(multi_keeps_trusted_connections_only)
{
    kf_http_multi_t *multi = multi_of(2);
    kf_guard_t *guard = kf_guard_create(kf_test_pool);
    kf_http_req_t req = {.url = peer_url("/echo")};

    kf_guard_allow_http(guard, 1);
    ck_ok(kf_guard_allow(guard, "127.0.0.1:*", kf_test_pool));
    for (int i = 0; i < 3; i++) {
        ck_ok(kf_http_multi_add(multi, &req, note, (void *)(intptr_t)i, kf_test_pool));
        run_until(multi, 0, 2000);
    }
    ck_assert_int_eq(peer_connections, 1);
    req.guard = guard;
    for (int i = 0; i < 3; i++) {
        ck_ok(kf_http_multi_add(multi, &req, note, (void *)(intptr_t)i, kf_test_pool));
        run_until(multi, 0, 2000);
        ck_outcome(results[i], KF_HTTP_OK);
    }
    ck_assert_int_eq(peer_connections, 4);
}
END_TEST

/* Pools may be destroyed in any order: the sanitizer's leak check decides. */
START_TEST(multi_cancels_with_its_pools)
{
    kf_http_req_t req = {.url = peer_url("/hang")};
    kf_http_multi_t *multi = multi_of(4);
    apr_pool_t *own, *other;

    apr_pool_create(&own, NULL);
    apr_pool_create(&other, NULL);
    ck_ok(kf_http_multi_add(multi, &req, note, NULL, own));
    ck_ok(kf_http_multi_add(multi, &req, note, NULL, other));
    ck_ok(kf_http_multi_add(multi, &req, note, NULL, kf_test_pool));
    run_until(multi, 3, 1000);
    apr_pool_destroy(own);
    ck_assert_int_eq(kf_http_multi_in_flight(multi), 2);
    kf_http_multi_step(multi, 10);
    kf_http_multi_destroy(multi);
    apr_pool_destroy(other);
    ck_assert_int_eq(ended, 0);
}
END_TEST

static void again(const kf_http_req_t *req, kf_http_res_t *res, void *baton)
{
    ck_outcome(res, KF_HTTP_OK);
    if (++ended < 5) {
        ck_ok(kf_http_multi_add(baton, req, again, baton, kf_test_pool));
    }
}

START_TEST(multi_done_may_add)
{
    kf_http_multi_t *multi = multi_of(1);
    kf_http_req_t req = {.url = peer_url("/echo")};

    ck_ok(kf_http_multi_add(multi, &req, again, multi, kf_test_pool));
    run_until(multi, 0, 2000);
    ck_assert_int_eq(ended, 5);
}
END_TEST

Suite *kf_suite_net_http(void)
{
    Suite *suite = suite_create("net_http");
    TCase *tc = tcase_create("http");

    tcase_add_checked_fixture(tc, start_peer, stop_peer);
    tcase_set_timeout(tc, 10);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, get_and_headers);
    tcase_add_test(tc, post_and_put);
    tcase_add_test(tc, bodies_that_are_empty);
    tcase_add_loop_test(tc, refuses_injection, 0, KF_COUNT(bad_requests));
    tcase_add_test(tc, status_and_retry_after);
    tcase_add_test(tc, redirects_are_not_followed);
    tcase_add_loop_test(tc, bad_answers, 0, KF_COUNT(broken));
    tcase_add_test(tc, caps_of_answers);
    tcase_add_test(tc, nobody_listens);
    tcase_add_test(tc, environment_proxies_are_ignored);
    tcase_add_test(tc, guard_refuses_the_text);
    tcase_add_test(tc, guard_refuses_a_rebound_name);
    tcase_add_test(tc, multi_runs_side_by_side);
    tcase_add_test(tc, multi_step_never_waits_longer);
    tcase_add_test(tc, multi_reports_denied_urls);
    tcase_add_test(tc, multi_keeps_trusted_connections_only);
    tcase_add_test(tc, multi_cancels_with_its_pools);
    tcase_add_test(tc, multi_done_may_add);
    return suite;
}
