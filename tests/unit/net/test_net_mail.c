#include "test.h"

#include <apr_strings.h>
#include <jansson.h>
#include <string.h>

#include "net/guard.h"
#include "net/mail_channel.h"

Suite *kf_suite_net_mail(void);

/* Injected headers and commands, and other characters that are not allowed in a line. */
static const char *const hostile[] = {
    "x\r\nBcc: eva@evil.test", "x\nBcc: eva@evil.test", "x\rBcc: eva@evil.test", "\r\nBcc: x", "x\r\n", "x\n", "\r",
    "x\r\n\r\n<h1>evil</h1>", "x\r\n.\r\nMAIL FROM:<eva@evil.test>", "x>\r\nRCPT TO:<eva@evil.test>", "x\r\nDATA",
    "x\x0b" "Bcc: x", "x\x0c" "Bcc: x", "x\x01", "x\x1f", "x\x7f", "x\tBcc: x", "x\x1b[31m", "x\x08",
    "x\xc2\x85" "Bcc: x", "x\xe2\x80\xa8" "Bcc: x", "x\xe2\x80\xa9" "Bcc: x", "\xe2\x80\xae" "x", "\xe2\x81\xa6" "x",
    "\xff" "x", "x\xc3", "\xc0\x8d\xc0\x8a", "\xed\xa0\x80", "\xf4\x90\x80\x80", "x\n\tBcc: x", "x\r\n Bcc: x",
};

static kf_smtp_mail_t sample(void)
{
    return (kf_smtp_mail_t){.from_name = "Clínica Norte", .from_address = "citas@mail.example", .id = "a-1",
                            .thread = "b-1", .to_name = "Ana Pérez", .to_address = "ana@example.test",
                            .reply_to = "hola@clinica.example", .subject = "Cita confirmada", .lang = "es",
                            .text = "Hola \"ñ\"\n", .html = "<p>Hola</p>", .ics = "BEGIN:VCALENDAR\r\n",
                            .ics_len = 17, .ics_method = "REQUEST"};
}

static const kf_resend_t resend = {KF_RESEND_API, "re_secret", NULL};

/* Both ways: the mail is checked before anything is sent. */
static void refused(const kf_smtp_mail_t *mail)
{
    kf_http_req_t req = {0};

    ck_fails(kf_smtp_check(mail, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_resend_request(&req, &resend, mail, "a-1", kf_test_pool), KF_E_INVALID);
    ck_assert_ptr_null(req.body);
}

START_TEST(refuses_lines)
{
    const char *bad = hostile[_i], **places[8];
    kf_smtp_mail_t mail;

    ck_assert_int_ge(KF_COUNT(hostile), 30);
    for (int n = 0; n < KF_COUNT(places); n++) {
        mail = sample();
        places[0] = &mail.from_name;
        places[1] = &mail.from_address;
        places[2] = &mail.to_name;
        places[3] = &mail.to_address;
        places[4] = &mail.reply_to;
        places[5] = &mail.subject;
        places[6] = &mail.id;
        places[7] = &mail.thread;
        *places[n] = bad;
        refused(&mail);
    }
    mail = sample();
    mail.ics_method = apr_pstrcat(kf_test_pool, "REQUEST", bad, NULL);
    refused(&mail);
    mail = sample();
    mail.to_address = apr_pstrcat(kf_test_pool, bad, "@example.test", NULL);
    refused(&mail);
    mail = sample();
    mail.reply_to = apr_pstrcat(kf_test_pool, "a@example.test", bad, NULL);
    refused(&mail);
}
END_TEST

START_TEST(names_of_messages)
{
    kf_smtp_mail_t mail = sample();

    ck_ok(kf_smtp_check(&mail, kf_test_pool));
    ck_assert_str_eq(kf_smtp_message_id(&mail, kf_test_pool), "<a-1@mail.example>");
    ck_assert_str_eq(kf_smtp_thread_id(&mail, kf_test_pool), "<b-1@mail.example>");
    mail.id = mail.thread;
    ck_assert_ptr_null(kf_smtp_thread_id(&mail, kf_test_pool));
    mail.thread = NULL;
    ck_assert_ptr_null(kf_smtp_thread_id(&mail, kf_test_pool));
    mail.ics_method = "REPLY";
    ck_fails(kf_smtp_check(&mail, kf_test_pool), KF_E_INVALID);
    mail.ics = NULL;
    ck_ok(kf_smtp_check(&mail, kf_test_pool));
}
END_TEST

/* -- Resend -- */

static const char *text_of(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

START_TEST(resend_requests)
{
    kf_smtp_mail_t mail = sample();
    kf_http_req_t req = {0}, again = {0};
    json_t *json, *part;

    mail.from_name = " Clínica <Norte>, \"la; buena\" ";
    ck_ok(kf_resend_request(&req, &resend, &mail, "key-1", kf_test_pool));
    ck_assert_str_eq(req.method, "POST");
    ck_assert_str_eq(req.url, "https://api.resend.com/emails");
    ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer re_secret");
    ck_assert_str_eq(apr_table_get(req.headers, "Idempotency-Key"), "key-1");
    json = json_loadb(req.body, req.body_len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(text_of(json, "from"), "Clínica Norte la buena <citas@mail.example>");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(json, "to"), 0)), "ana@example.test");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "to")), 1);
    ck_assert_str_eq(text_of(json, "reply_to"), "hola@clinica.example");
    ck_assert_str_eq(text_of(json, "text"), "Hola \"ñ\"\n");
    ck_assert_str_eq(text_of(json_object_get(json, "headers"), "Message-ID"), "<a-1@mail.example>");
    ck_assert_str_eq(text_of(json_object_get(json, "headers"), "References"), "<b-1@mail.example>");
    part = json_array_get(json_object_get(json, "attachments"), 0);
    ck_assert_str_eq(text_of(part, "content"), "QkVHSU46VkNBTEVOREFSDQo=");
    ck_assert_str_eq(text_of(part, "content_type"), "text/calendar; charset=utf-8; method=REQUEST");
    json_decref(json);
    mail.date = KF_DAY; /* a later attempt is the same request */
    ck_ok(kf_resend_request(&again, &resend, &mail, "key-1", kf_test_pool));
    ck_assert_uint_eq(again.body_len, req.body_len);
    ck_assert_str_eq(again.body, req.body);
    mail = (kf_smtp_mail_t){.from_address = "a@b.test", .id = "x", .to_address = "c@d.test", .subject = "s", .lang = "en",
                            .text = "t", .html = "h"};
    mail.unsubscribe = "https://k.example/booking/x/reminders";
    ck_ok(kf_resend_request(&req, &resend, &mail, "k", kf_test_pool));
    ck_assert_ptr_nonnull(strstr(req.body, "\"List-Unsubscribe\":\"\\u003chttps://k.example/booking/x/reminders>\","
                                           "\"List-Unsubscribe-Post\":\"List-Unsubscribe=One-Click\""));
    mail.unsubscribe = NULL;
    ck_ok(kf_resend_request(&req, &resend, &mail, "k", kf_test_pool));
    ck_assert_str_eq(req.body, "{\"from\":\"a@b.test\",\"to\":[\"c@d.test\"],\"subject\":\"s\",\"html\":\"h\",\"text\":\"t\","
                               "\"headers\":{\"Message-ID\":\"\\u003cx@b.test>\",\"Auto-Submitted\":\"auto-generated\","
                               "\"Content-Language\":\"en\"}}");
}
END_TEST

static const struct {
    kf_http_outcome_t outcome;
    int status;
    const char *body;
    kf_smtp_verdict_t verdict;
    const char *reason;
} answers[] = {
    {KF_HTTP_OK, 200, "{\"id\":\"56761188\"}", KF_SMTP_SENT, NULL},
    {KF_HTTP_OK, 409, "{\"name\":\"invalid_idempotent_request\",\"message\":\"x\"}", KF_SMTP_SENT, NULL},
    {KF_HTTP_OK, 409, "{\"name\":\"concurrent_idempotent_requests\",\"message\":\"x\"}", KF_SMTP_FAILED,
     "409 concurrent_idempotent_requests: x"},
    {KF_HTTP_OK, 409, "", KF_SMTP_FAILED, "409 : "},
    {KF_HTTP_OK, 400, "{\"name\":\"validation_error\",\"message\":\"x\"}", KF_SMTP_REFUSED, "400 validation_error: x"},
    {KF_HTTP_OK, 422, "{\"name\":\"missing_required_field\",\"message\":\"a\\r\\nñ\"}", KF_SMTP_REFUSED,
     "422 missing_required_field: a????"},
    {KF_HTTP_OK, 422, "{\"name\":\"invalid_from_address\",\"message\":\"x\"}", KF_SMTP_FAILED, "422 invalid_from_address: x"},
    {KF_HTTP_OK, 413, "<html>", KF_SMTP_REFUSED, "413 : "},
    {KF_HTTP_OK, 401, "{\"name\":\"missing_api_key\",\"message\":\"x\"}", KF_SMTP_FAILED, "401 missing_api_key: x"},
    {KF_HTTP_OK, 403, "{\"name\":\"validation_error\",\"message\":\"x\"}", KF_SMTP_FAILED, "403 validation_error: x"},
    {KF_HTTP_OK, 404, "{}", KF_SMTP_FAILED, "404 : "},
    {KF_HTTP_OK, 429, "{\"name\":\"daily_quota_exceeded\"}", KF_SMTP_FAILED, "429 daily_quota_exceeded: "},
    {KF_HTTP_OK, 500, "{\"name\":1}", KF_SMTP_FAILED, "500 : "},
    {KF_HTTP_OK, 503, "[]", KF_SMTP_FAILED, "503 : "},
    {KF_HTTP_OK, 201, "{\"id\":\"x\"}", KF_SMTP_FAILED, "201 : "},
    {KF_HTTP_OK, 302, "", KF_SMTP_FAILED, "302 : "},
    {KF_HTTP_TIMEOUT, 0, "", KF_SMTP_FAILED, "timeout: late"},
    {KF_HTTP_CONNECT, 0, "", KF_SMTP_FAILED, "connect: late"},
};

START_TEST(resend_answers)
{
    kf_http_res_t res = {.outcome = answers[_i].outcome, .status = answers[_i].status, .body = answers[_i].body,
                         .body_len = strlen(answers[_i].body), .error = "late"};
    const char *reason = kf_resend_reason(&res, kf_test_pool);

    ck_assert_int_eq(kf_resend_verdict(&res, kf_test_pool), answers[_i].verdict);
    ck_assert_int_eq(!reason, !answers[_i].reason);
    if (reason) {
        ck_assert_str_eq(reason, answers[_i].reason);
    }
    if (answers[_i].status == 200) {
        ck_assert_str_eq(kf_resend_id(&res, kf_test_pool), "56761188");
    } else {
        ck_assert_ptr_null(kf_resend_id(&res, kf_test_pool));
    }
}
END_TEST

/* -- servers that merchants name -- */

static const struct {
    const char *host;
    int port;
    const char *name; /* NULL: refused */
} servers[] = {
    {"Mail.Example.COM", 587, "mail.example.com"}, {"mail.example.com.", 465, "mail.example.com"},
    {"mail.example.com", 2525, "mail.example.com"}, {"mail.example.com", 25, NULL}, {"mail.example.com", 443, NULL},
    {"mail.example.com", 0, NULL}, {"mail.example.com", 65536, NULL}, {"", 587, NULL}, {"localhost", 587, NULL},
    {"mail", 587, NULL}, {"127.0.0.1", 587, NULL}, {"2130706433", 587, NULL}, {"0x7f.1", 587, NULL}, {"[::1]", 587, NULL},
    {"192.0.2.7", 587, NULL}, {"mail.example.com/x", 587, NULL}, {"a@mail.example.com", 587, NULL}, {"mail example.com", 587, NULL},
    {"mail.example.com\r\nX", 587, NULL}, {"mail.example.com:25", 587, NULL}, {"10.1.2.3", 26, "10.1.2.3"}, {"10.1.2.3", 587, NULL},
    {"intern.example", 587, "intern.example"}, {"intern.example", 25, NULL}, {"[fd00::7]", 26, "fd00::7"}, {"denied.example", 587, NULL},
};

START_TEST(servers_of_merchants)
{
    static const int ports[] = KF_MAIL_PORTS;
    kf_guard_t *web = kf_guard_create(kf_test_pool), *guard;
    const char *name = NULL;

    ck_ok(kf_guard_allow(web, "10.1.2.3:26", kf_test_pool));
    ck_ok(kf_guard_allow(web, "intern.example", kf_test_pool));
    ck_ok(kf_guard_allow(web, "[fd00::/8]:26", kf_test_pool));
    ck_ok(kf_guard_deny(web, "denied.example", kf_test_pool));
    kf_guard_allow_http(web, 1);
    guard = kf_guard_with_ports(web, ports, KF_COUNT(ports), kf_test_pool);
    if (servers[_i].name) {
        ck_ok(kf_guard_check_host(&name, guard, servers[_i].host, servers[_i].port, kf_test_pool));
        ck_assert_str_eq(name, servers[_i].name);
    } else {
        ck_fails(kf_guard_check_host(&name, guard, servers[_i].host, servers[_i].port, kf_test_pool), KF_E_EGRESS_DENIED);
    }
    ck_fails(kf_guard_check_url(guard, "https://mail.example.com/", kf_test_pool), KF_E_EGRESS_DENIED);
    ck_ok(kf_guard_check_url(web, "https://mail.example.com/", kf_test_pool));
}
END_TEST

/* Refused before a byte is sent; the error says so. */
START_TEST(a_denied_server)
{
    static const int ports[] = KF_MAIL_PORTS;
    kf_guard_t *guard = kf_guard_with_ports(kf_guard_create(kf_test_pool), ports, KF_COUNT(ports), kf_test_pool);
    kf_smtp_t smtp = {.url = "smtp://127.0.0.1:587", .guard = guard, .host = "127.0.0.1", .port = 587};
    kf_smtp_mail_t mail = sample();
    kf_http_req_t req = {.mail = &mail};
    kf_http_res_t *res = NULL;

    mail.smtp = &smtp;
    ck_ok(kf_http_perform(&res, &req, kf_test_pool));
    ck_assert_int_eq(res->outcome, KF_HTTP_DENIED);
    ck_assert_int_eq(kf_smtp_verdict(res), KF_SMTP_FAILED);
    ck_assert_ptr_nonnull(strstr(kf_smtp_reason(res, kf_test_pool), "denied: "));
}
END_TEST

Suite *kf_suite_net_mail(void)
{
    Suite *suite = suite_create("net_mail");
    TCase *tc = kf_test_case(suite, "mail");

    tcase_add_loop_test(tc, refuses_lines, 0, KF_COUNT(hostile));
    tcase_add_test(tc, names_of_messages);
    tcase_add_test(tc, resend_requests);
    tcase_add_loop_test(tc, resend_answers, 0, KF_COUNT(answers));
    tcase_add_loop_test(tc, servers_of_merchants, 0, KF_COUNT(servers));
    tcase_add_test(tc, a_denied_server);
    return suite;
}
