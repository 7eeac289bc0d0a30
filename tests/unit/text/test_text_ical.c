#include "test.h"
#include "text/ical.h"

#include <apr_strings.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

#define AT(day, hour, minute) \
    (kf_date_start(kf_date_from_ymd(2026, day > 20 ? 11 : 12, day), 0) + (hour) * KF_HOUR + (minute) * KF_MINUTE)

static kf_ical_event_t sample(void)
{
    return (kf_ical_event_t){
        .uid = "b-7f3c2a9e@konfirmado.example", .method = KF_ICAL_REQUEST,
        .stamp = AT(21, 2, 0), .start = AT(1, 15, 0), .end = AT(1, 15, 30),
        .summary = "Consulta general, Dra. Núñez",
        .description = "Tu cita quedó confirmada.\nReagendar: https://k.example/r/abc",
        .location = "Calle 10 # 5-20, Bogotá", .organizer_name = "Clínica Norte",
        .organizer_address = "citas@clinica.example", .attendee_name = "Ana Pérez",
        .attendee_address = "ana@example.test", .rsvp = true, .alarm_min = 60,
        .alarm_text = "Recordatorio"};
}

static const char *written(const kf_ical_event_t *event)
{
    const char *out;
    size_t len;

    ck_ok(kf_ical_write(&out, &len, event, kf_test_pool));
    ck_assert_uint_eq(len, strlen(out));
    return out;
}

static const char *sha256(const char *text)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char *hex = apr_pcalloc(kf_test_pool, 65);

    SHA256((const unsigned char *)text, strlen(text), digest);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        apr_snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    return hex;
}

/* The bytes that several calendars are known to accept. */
START_TEST(sample_bytes)
{
    kf_ical_event_t event = sample();
    const char *text = written(&event);

    ck_assert_uint_eq(strlen(text), 736);
    ck_assert_str_eq(sha256(text), "754ad0705f7cfa458585281cdc94fab5beb25440006165c82a3a2372330919fb");
    event.method = KF_ICAL_CANCEL;
    event.sequence = 1;
    text = written(&event);
    ck_assert_uint_eq(strlen(text), 652);
    ck_assert_str_eq(sha256(text), "69f17d4beb159619937ac351c130b8aab4208d1e7a227143e22ebeaa029c8cbe");
}
END_TEST

static const struct {
    const char *name;
    int letters;
    const char *end, *first_end, *second;
} folds[] = {
    {"X-A:", 71, "", NULL, NULL},           {"X-A:", 72, "", "a", "a"},
    {"X-E:", 70, "ñ", "a", "ñ"},            {"X-E:", 69, "ñ", NULL, NULL},
    {"X-F:", 68, "\xf0\x9f\x98\x80z", "a", "\xf0\x9f\x98\x80z"},
};

START_TEST(folding)
{
    char *line = apr_pcalloc(kf_test_pool, 200);
    const char *wanted;
    kf_buf_t b;

    kf_buf_init(&b, kf_test_pool, 16, 4096);
    memcpy(line, folds[_i].name, 4);
    memset(line + 4, 'a', (size_t)folds[_i].letters);
    memcpy(line + 4 + folds[_i].letters, folds[_i].end, strlen(folds[_i].end));
    kf_ical_fold(&b, line, strlen(line));
    wanted = apr_pstrcat(kf_test_pool, line, "\r\n", NULL);
    if (folds[_i].second) {
        char *first = apr_pstrmemdup(kf_test_pool, line, strlen(line) - strlen(folds[_i].second));

        wanted = apr_pstrcat(kf_test_pool, first, "\r\n ", folds[_i].second, "\r\n", NULL);
    }
    ck_assert_str_eq(kf_buf_text(&b), wanted);
}
END_TEST

/* Checks every line: its length, its end, complete characters. */
static void check_lines(const char *text)
{
    const char *end;

    for (; *text; text = end + 2) {
        end = strstr(text, "\r\n");
        ck_assert_msg(end, "a line does not end");
        ck_assert_msg(end - text <= 75, "a line is too long: %.*s", (int)(end - text), text);
        ck_assert_msg(kf_utf8_valid(text, (size_t)(end - text)), "a character is cut");
        ck_assert(!memchr(text, '\r', (size_t)(end - text)) && !memchr(text, '\n', (size_t)(end - text)));
    }
}

START_TEST(long_texts)
{
    kf_ical_event_t event = sample();
    kf_buf_t b;

    for (int shift = 0; shift < 80; shift++) {
        kf_buf_init(&b, kf_test_pool, 64, 65536);
        for (int i = 0; i < shift; i++) {
            kf_buf_char(&b, 'x');
        }
        for (int i = 0; i < 40; i++) {
            kf_buf_str(&b, "ñ 😀: a; €, é\\");
        }
        event.summary = event.description = event.location = kf_buf_text(&b);
        event.attendee_name = event.organizer_name = event.summary;
        check_lines(written(&event));
    }
}
END_TEST

/* At every length: libical's own folds may fall anywhere, even between CR and LF. */
START_TEST(every_length)
{
    kf_ical_event_t event = sample();
    char *text = apr_pcalloc(kf_test_pool, 400);

    for (int n = 1; n < 400; n++) {
        const char *out;

        text[n - 1] = 'a';
        event.summary = event.location = text;
        out = written(&event);
        check_lines(out);
        ck_assert_msg(!strstr(out, "\r\n\r\n"), "an empty line at %d", n);
    }
}
END_TEST

START_TEST(escapes)
{
    kf_ical_event_t event = sample();
    const char *text;

    event.summary = "Cita: revisión; traer cédula, carné\\RUT";
    text = written(&event);
    ck_assert_ptr_nonnull(strstr(text, "\r\nSUMMARY:Cita: revisión\\; traer cédula\\, carné\\\\RUT\r\n"));
    event.summary = "a\r\nATTENDEE:mailto:eva@evil.test\rb\tc\x01z\xe2\x80\xa8z\xe2\x80\xaez\x7f";
    text = written(&event);
    ck_assert_ptr_nonnull(strstr(text, "\r\nSUMMARY:a\\nATTENDEE:mailto:eva@evil.testb c z z z \r\n"));
    event.summary = "\xff";
    ck_fails(kf_ical_write(&text, &(size_t){0}, &event, kf_test_pool), KF_E_INVALID);
}
END_TEST

/* With any name, its value ends where it should. */
START_TEST(names)
{
    kf_ical_event_t event = sample();

    event.attendee_name = "Ana \"Nana\" Pérez";
    ck_assert_ptr_nonnull(strstr(written(&event), "CN=\"Ana 'Nana' Pér"));
    event.attendee_name = "x;ROLE=CHAIR:mailto:eva@evil.test";
    ck_assert_ptr_nonnull(strstr(written(&event), "CN=\"x;ROLE="));
    event.attendee_name = "Ana,Eva";
    ck_assert_ptr_nonnull(strstr(written(&event), "CN=\"Ana,Eva\":"));
    event.organizer_name = "S";
    ck_assert_ptr_nonnull(strstr(written(&event), "\r\nORGANIZER;CN=\"S\":mailto:citas@clinica.example\r\n"));
    event.organizer_name = "";
    ck_assert_ptr_nonnull(strstr(written(&event), "\r\nORGANIZER:mailto:citas@clinica.example\r\n"));
}
END_TEST

static const char *const hostile[] = {
    "Ana\r\nATTENDEE:mailto:eva@evil.test", "Ana\nX: y", "Ana\rX: y", "\r\nX:y", "Ana\r\n\r\nX", "Ana\n", "\r",
    "Ana\x0bX", "Ana\x0cX", "Ana\x01", "Ana\x1f", "Ana\x7f", "Ana\tX", "Ana\x1b[31m", "Ana\xc2\x85X",
    "Ana\xe2\x80\xa8X", "Ana\xe2\x80\xa9X", "\xe2\x80\xaeZoe", "\xe2\x80\x8fZoe", "\xffZoe", "Ana\xc3",
    "\xc0\x8d\xc0\x8a", "\xed\xa0\x80", "Ana\r\n ATTENDEE:x", "Ana\nEND:VEVENT", "Ana\r\nEND:VCALENDAR\r\n",
    "Ana\r\nBEGIN:VALARM", "\n", "Ana\r\n\tX", "Ana\xf4\x90\x80\x80",
};

START_TEST(refuses)
{
    const char *out = NULL, *bad = hostile[_i];
    size_t len;
    kf_ical_event_t event = sample();

    event.attendee_name = bad;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.organizer_name = bad;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.attendee_address = apr_pstrcat(kf_test_pool, bad, "@example.test", NULL);
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.organizer_address = apr_pstrcat(kf_test_pool, "ana@example.test", bad, NULL);
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.uid = bad;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.url = apr_pstrcat(kf_test_pool, "https://k.example/", bad, NULL);
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    ck_assert(!out);
}
END_TEST

START_TEST(refuses_what_is_missing)
{
    const char *out = NULL;
    size_t len;
    kf_ical_event_t event = sample();

    event.attendee_address = NULL;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.organizer_address = "";
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event.method = KF_ICAL_PUBLISH;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.uid = NULL;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.end = event.start - 1;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.url = "javascript:alert(1)";
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
    event = sample();
    event.url = "https://k.example/\"x";
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(publish)
{
    kf_ical_event_t event = sample();
    const char *text;

    event.method = KF_ICAL_PUBLISH;
    event.url = "https://k.example/booking/abc?a=1,2;b";
    event.status = KF_ICAL_TENTATIVE;
    event.alarm_min = 1440;
    event.lang = "en";
    text = written(&event);
    ck_assert_ptr_nonnull(strstr(text, "METHOD:PUBLISH\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "PRODID:-//Konfirmado//Booking 1.0//EN\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "URL:https://k.example/booking/abc?a=1,2;b\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "STATUS:TENTATIVE\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "TRIGGER:-P1D\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "ORGANIZER;CN=\"Clínica Norte\":mailto:citas@clinica.example\r\n"));
    ck_assert_ptr_null(strstr(text, "ATTENDEE"));
    ck_assert_ptr_null(strstr(text, "RSVP"));
}
END_TEST

START_TEST(feed)
{
    kf_ical_event_t events[2] = {sample(), sample()};
    kf_ical_feed_t many = {"Agenda, Dra. Núñez; \"norte\"\r\nX: y", "es", 15, events, 2};
    const char *out;
    size_t len;

    events[1].uid = "other@konfirmado.example";
    ck_ok(kf_ical_feed(&out, &len, &many, kf_test_pool));
    check_lines(out);
    ck_assert_ptr_nonnull(strstr(out, "X-WR-CALNAME:Agenda\\, Dra. Núñez\\; \"norte\"\\nX: y\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "X-PUBLISHED-TTL:PT15M\r\n"));
    ck_assert_ptr_nonnull(strstr(out, "UID:other@konfirmado.example\r\n"));
    ck_assert_ptr_null(strstr(out, "ATTENDEE"));
    many = (kf_ical_feed_t){.n = 0};
    ck_ok(kf_ical_feed(&out, &len, &many, kf_test_pool));
    ck_assert_str_eq(out, "BEGIN:VCALENDAR\r\nPRODID:-//Konfirmado//Booking 1.0//ES\r\nVERSION:2.0\r\n"
                          "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n");
    events[1].uid = "a b";
    many = (kf_ical_feed_t){.events = events, .n = 2};
    ck_fails(kf_ical_feed(&out, &len, &many, kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(too_long)
{
    kf_ical_event_t event = sample();
    char *text = apr_palloc(kf_test_pool, KF_MAX_ICAL + 1);
    const char *out;
    size_t len;

    memset(text, 'a', KF_MAX_ICAL);
    text[KF_MAX_ICAL] = '\0';
    event.description = text;
    ck_fails(kf_ical_write(&out, &len, &event, kf_test_pool), KF_E_TOO_LARGE);
}
END_TEST

START_TEST(uids)
{
    ck_assert_str_eq(kf_ical_uid("a-b", "https://book.example.com:8443", kf_test_pool), "a-b@book.example.com");
    ck_assert_str_eq(kf_ical_uid("a-b", "https://book.example.com", kf_test_pool), "a-b@book.example.com");
}
END_TEST

/* Errors and scratch memory of libical are per thread. */
static void *write_many(void *baton)
{
    apr_pool_t *p;

    for (int i = 0; i < 400; i++) {
        kf_ical_event_t event = sample();
        const char *out;
        size_t len;

        apr_pool_create(&p, NULL);
        if (kf_ical_write(&out, &len, &event, p) || strcmp(out, baton) != 0) {
            return baton;
        }
        apr_pool_destroy(p);
    }
    return NULL;
}

START_TEST(threads)
{
    kf_ical_event_t event = sample();
    const char *one = written(&event);
    pthread_t all[8];
    void *bad;

    for (int i = 0; i < 8; i++) {
        ck_assert(!pthread_create(&all[i], NULL, write_many, (void *)one));
    }
    for (int i = 0; i < 8; i++) {
        ck_assert(!pthread_join(all[i], &bad));
        ck_assert_ptr_null(bad);
    }
}
END_TEST

Suite *kf_suite_text_ical(void);

Suite *kf_suite_text_ical(void)
{
    Suite *suite = suite_create("text_ical");
    TCase *tc = kf_test_case(suite, "ical");

    tcase_add_test(tc, sample_bytes);
    tcase_add_loop_test(tc, folding, 0, KF_COUNT(folds));
    tcase_add_test(tc, long_texts);
    tcase_add_test(tc, every_length);
    tcase_add_test(tc, escapes);
    tcase_add_test(tc, names);
    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(hostile));
    tcase_add_test(tc, refuses_what_is_missing);
    tcase_add_test(tc, publish);
    tcase_add_test(tc, feed);
    tcase_add_test(tc, too_long);
    tcase_add_test(tc, uids);
    tcase_add_test(tc, threads);
    return suite;
}
