/* Errors of Google: the consequence of each, for every kind of request. */
#include "calendar_google.h"
#include "test.h"

Suite *kf_suite_calendar_answer(void);

#define FROM INT64_C(1796083200) /* 2026-12-01T00:00:00Z */

static const char *const ids[] = {"primary"};
static const kf_calendar_ids_t calendars = {ids, 1};
static const kf_interval_t range = {FROM * KF_SECOND, (FROM + 86400) * KF_SECOND};

enum { LIST, BUSY, SYNC, EVENT, WATCH, DROP, STOP, KINDS };

/* The answer as each kind of request parses it. */
static kf_calendar_answer_t read_as(int kind, const kf_http_res_t *res)
{
    const kf_calendar_provider_t *g = &kf_calendar_google;
    kf_calendar_list_t list = {0};
    kf_calendar_busy_t busy = {0};
    kf_calendar_changes_t changes = {0};
    kf_calendar_one_t one = {0};
    kf_calendar_watch_t watch = {0};
    kf_calendar_answer_t plain = {0};

    switch (kind) {
    case LIST:
        g->list_parse(&list, res, kf_test_pool);
        return list.answer;
    case BUSY:
        g->busy_parse(&busy, res, &calendars, range, kf_test_pool);
        ck_assert(busy.answer.verdict == KF_CALENDAR_GOT || busy.n == 0);
        return busy.answer;
    case SYNC:
        g->sync_parse(&changes, res, kf_test_pool);
        return changes.answer;
    case EVENT:
        g->event_parse(&one, res, kf_test_pool);
        return one.answer;
    case WATCH:
        g->watch_parse(&watch, res, kf_test_pool);
        return watch.answer;
    case DROP:
        g->event_drop_parse(&plain, res, kf_test_pool);
        return plain;
    default:
        g->stop_parse(&plain, res, kf_test_pool);
        return plain;
    }
}

#define GOT KF_CALENDAR_GOT
#define RETRY KF_CALENDAR_RETRY
#define LIMIT KF_CALENDAR_LIMIT
#define AUTH KF_CALENDAR_AUTH
#define APP KF_CALENDAR_APP
#define DENIED KF_CALENDAR_DENIED
#define GONE KF_CALENDAR_GONE
#define EXISTS KF_CALENDAR_EXISTS
#define RESYNC KF_CALENDAR_RESYNC
#define ALL(v) {v, v, v, v, v, v, v}

/* The kinds in their order: list, busy, sync, event, watch, drop, stop. */
static const struct {
    int status;
    const char *body;
    kf_calendar_verdict_t verdict[KINDS];
    const char *message;
} errors[] = {
    {400, CALENDAR_ERROR(400, "invalid"), ALL(DENIED), "HTTP 400 invalid"},
    {400, CALENDAR_ERROR(400, "required"), ALL(DENIED), "HTTP 400 required"},
    {400, CALENDAR_ERROR(400, "timeRangeEmpty"), ALL(DENIED), "HTTP 400 timeRangeEmpty"},
    {400, CALENDAR_ERROR(400, "timeRangeTooLong"), ALL(DENIED), "HTTP 400 timeRangeTooLong"},
    {400, CALENDAR_ERROR(400, "badRequest"), ALL(DENIED), "HTTP 400 badRequest"},
    {401, CALENDAR_ERROR(401, "authError"), ALL(AUTH), "HTTP 401 authError"},
    {403, CALENDAR_ERROR(403, "rateLimitExceeded"), ALL(LIMIT), "HTTP 403 rateLimitExceeded"},
    {403, CALENDAR_ERROR(403, "userRateLimitExceeded"), ALL(LIMIT),
     "HTTP 403 userRateLimitExceeded"},
    {403, CALENDAR_ERROR(403, "quotaExceeded"), ALL(LIMIT), "HTTP 403 quotaExceeded"},
    {403, CALENDAR_ERROR(403, "dailyLimitExceeded"), ALL(LIMIT), "HTTP 403 dailyLimitExceeded"},
    {403, "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\"}}", ALL(LIMIT),
     "HTTP 403 RESOURCE_EXHAUSTED"},
    {403, CALENDAR_ERROR(403, "insufficientPermissions"), ALL(DENIED),
     "HTTP 403 insufficientPermissions"},
    {403, CALENDAR_ERROR(403, "forbidden"), ALL(DENIED), "HTTP 403 forbidden"},
    {403, CALENDAR_ERROR(403, "forbiddenForNonOrganizer"), ALL(DENIED),
     "HTTP 403 forbiddenForNonOrganizer"},
    {403, CALENDAR_ERROR(403, "accessNotConfigured"), ALL(APP), "HTTP 403 accessNotConfigured"},
    {403, "{}", ALL(DENIED), "HTTP 403"},
    {403, "{\"error\":\"forbidden\"}", ALL(DENIED), "HTTP 403"},
    {403, "{\"error\":{\"errors\":{\"reason\":\"rateLimitExceeded\"}}}", ALL(DENIED), "HTTP 403"},
    {404, CALENDAR_ERROR(404, "notFound"), {RETRY, RETRY, GONE, GONE, GONE, GOT, GOT},
     "HTTP 404 notFound"},
    {408, "{}", ALL(RETRY), "HTTP 408"},
    {409, CALENDAR_ERROR(409, "duplicate"),
     {RETRY, RETRY, EXISTS, EXISTS, EXISTS, EXISTS, EXISTS}, "HTTP 409 duplicate"},
    {410, CALENDAR_ERROR(410, "deleted"), {RETRY, RETRY, GONE, GONE, GONE, GOT, GOT},
     "HTTP 410 deleted"},
    {410, CALENDAR_ERROR(410, "fullSyncRequired"), {RETRY, RETRY, RESYNC, GONE, GONE, GOT, GOT},
     "HTTP 410 fullSyncRequired"},
    {410, CALENDAR_ERROR(410, "updatedMinTooLongAgo"),
     {RETRY, RETRY, RESYNC, GONE, GONE, GOT, GOT}, "HTTP 410 updatedMinTooLongAgo"},
    {410, "{}", {RETRY, RETRY, RESYNC, GONE, GONE, GOT, GOT}, "HTTP 410"},
    {412, CALENDAR_ERROR(412, "conditionNotMet"), ALL(RETRY), "HTTP 412 conditionNotMet"},
    {422, "{}", ALL(DENIED), "HTTP 422"},
    {429, CALENDAR_ERROR(429, "rateLimitExceeded"), ALL(LIMIT), "HTTP 429 rateLimitExceeded"},
    {500, CALENDAR_ERROR(500, "backendError"), ALL(RETRY), "HTTP 500 backendError"},
    {502, "{}", ALL(RETRY), "HTTP 502"},
    {503, CALENDAR_ERROR(503, "backendError"), ALL(RETRY), "HTTP 503 backendError"},
    {504, "{}", ALL(RETRY), "HTTP 504"},
    /* of the sync token to continue with */
    {400, "{\"error\":{\"errors\":[{\"reason\":\"invalid\",\"location\":\"syncToken\"}]}}",
     {DENIED, DENIED, RESYNC, DENIED, DENIED, DENIED, DENIED}, "HTTP 400 invalid"},
    {400, CALENDAR_ERROR(400, "fullSyncRequired"),
     {DENIED, DENIED, RESYNC, DENIED, DENIED, DENIED, DENIED}, "HTTP 400 fullSyncRequired"},
    {400, "{\"error\":{\"message\":\"Invalid Sync Token value.\"}}",
     {DENIED, DENIED, RESYNC, DENIED, DENIED, DENIED, DENIED}, "HTTP 400"},
    {400, "{\"error\":{\"errors\":[{\"reason\":\"invalid\",\"location\":\"pageToken\"}]}}",
     ALL(DENIED), "HTTP 400 invalid"},
    /* not an answer of Google */
    {0, "", ALL(RETRY), "no answer: timeout"},
    {200, "<html>Sign in to the network</html>", ALL(RETRY),
     "HTTP 200 without a whole JSON object"},
    {200, "{\"calendars\":{\"prim", ALL(RETRY), "HTTP 200 without a whole JSON object"},
    {200, "[]", ALL(RETRY), "HTTP 200 without a whole JSON object"},
    {200, "{\"a\":1,\"a\":2}", ALL(RETRY), "HTTP 200 without a whole JSON object"},
    {302, "", ALL(RETRY), "HTTP 302 without a whole JSON object"},
    {302, "{}", ALL(RETRY), "HTTP 302"},
    {401, "<html>", ALL(RETRY), "HTTP 401 without a whole JSON object"},
    {403, "<html>", ALL(RETRY), "HTTP 403 without a whole JSON object"},
    {404, "<html>", ALL(RETRY), "HTTP 404 without a whole JSON object"},
    {410, "", ALL(RETRY), "HTTP 410 without a whole JSON object"},
    /* a reason is shown only if it is a plain word */
    {400, CALENDAR_ERROR(400, "for ana@example.test"), ALL(DENIED), "HTTP 400"},
};

START_TEST(verdicts)
{
    for (int kind = 0; kind < KINDS; kind++) {
        kf_http_res_t res = calendar_answer(errors[_i].status, errors[_i].body);
        kf_calendar_answer_t answer = read_as(kind, &res);

        ck_assert_msg(answer.verdict == errors[_i].verdict[kind], "%d %s, kind %d: %s",
                      errors[_i].status, errors[_i].body, kind,
                      kf_calendar_verdict_text(answer.verdict));
        if (answer.verdict == GOT) {
            ck_assert_ptr_null(answer.message);
        } else {
            ck_assert_str_eq(answer.message, errors[_i].message);
        }
    }
}
END_TEST

static const struct {
    int status, told, wanted;
} waits[] = {
    {429, 30, 30}, {403, 7, 7}, {503, 120, 120}, {503, 0, 0}, {503, 999999999, 86400},
    {503, -5, 0},
};

START_TEST(retry_after)
{
    kf_http_res_t res = calendar_answer(waits[_i].status,
                                        CALENDAR_ERROR(403, "rateLimitExceeded"));
    kf_calendar_answer_t answer;

    res.retry_after_s = waits[_i].told;
    answer = read_as(BUSY, &res);
    ck_assert_int_eq(answer.retry_after_s, waits[_i].wanted);
}
END_TEST

/* Failures of the transfer: none is an answer. */
START_TEST(transport)
{
    static const kf_http_outcome_t outcomes[] = {
        KF_HTTP_DENIED, KF_HTTP_RESOLVE, KF_HTTP_CONNECT, KF_HTTP_TLS, KF_HTTP_TIMEOUT,
        KF_HTTP_TOO_LARGE, KF_HTTP_OTHER,
    };

    for (int i = 0; i < KF_COUNT(outcomes); i++) {
        for (int kind = 0; kind < KINDS; kind++) {
            kf_http_res_t res = calendar_answer(200, "{\"calendars\":{\"primary\":{\"busy\":[]}}}");

            res.outcome = outcomes[i];
            ck_assert_int_eq((int)read_as(kind, &res).verdict, RETRY);
        }
    }
}
END_TEST

/* Truncated by the limit, it may still look complete. */
START_TEST(truncated)
{
    kf_http_res_t res = calendar_answer(200, "{\"calendars\":{\"primary\":{\"busy\":[]}}}");

    ck_assert_int_eq((int)read_as(BUSY, &res).verdict, GOT);
    res.truncated = 1;
    ck_assert_int_eq((int)read_as(BUSY, &res).verdict, RETRY);
    res = calendar_answer(204, "");
    ck_assert_int_eq((int)read_as(DROP, &res).verdict, GOT);
    res.truncated = 1;
    ck_assert_int_eq((int)read_as(DROP, &res).verdict, RETRY);
}
END_TEST

/* The requested data is there, but a member beside it is nested deeper than any real answer. */
static kf_calendar_verdict_t with_depth(int depth)
{
    char *open = apr_pcalloc(kf_test_pool, (size_t)depth);
    char *close = apr_pcalloc(kf_test_pool, (size_t)depth);
    kf_http_res_t res;

    memset(open, '[', (size_t)depth - 1); /* the object around it is one more */
    memset(close, ']', (size_t)depth - 1);
    res = calendar_answer(200, apr_pstrcat(kf_test_pool, "{\"calendars\":{\"primary\":{\"busy\":"
                                           "[]}},\"x\":", open, close, "}", NULL));
    return read_as(BUSY, &res).verdict;
}

START_TEST(deep)
{
    ck_assert_int_eq((int)with_depth(KF_MAX_JSON_DEPTH), GOT);
    ck_assert_int_eq((int)with_depth(KF_MAX_JSON_DEPTH + 1), RETRY);
    ck_assert_int_eq((int)with_depth(10000), RETRY);
}
END_TEST

/* Exactly the limit, and a byte longer. */
static kf_calendar_verdict_t with_length(int kind, size_t len)
{
    static const char start[] = "{\"calendars\":{\"primary\":{\"busy\":[]}},\"items\":[],"
                                "\"nextSyncToken\":\"s\"}";
    char *body = apr_palloc(kf_test_pool, len + 1);
    kf_http_res_t res;

    memset(body, ' ', len);
    memcpy(body, start, sizeof(start) - 1);
    body[len] = '\0';
    res = calendar_answer(200, body);
    return read_as(kind, &res).verdict;
}

START_TEST(long_ones)
{
    ck_assert_int_eq((int)with_length(BUSY, KF_MAX_BUSY_ANSWER), GOT);
    ck_assert_int_eq((int)with_length(BUSY, KF_MAX_BUSY_ANSWER + 1), RETRY);
    ck_assert_int_eq((int)with_length(SYNC, KF_MAX_CALENDAR_ANSWER), GOT);
    ck_assert_int_eq((int)with_length(SYNC, KF_MAX_CALENDAR_ANSWER + 1), RETRY);
    ck_assert_int_eq((int)with_length(LIST, KF_MAX_CALENDAR_ANSWER), GOT);
    ck_assert_int_eq((int)with_length(LIST, KF_MAX_CALENDAR_ANSWER + 1), RETRY);
    ck_assert_int_eq((int)with_length(STOP, KF_MAX_ANSWER), GOT);
    ck_assert_int_eq((int)with_length(STOP, KF_MAX_ANSWER + 1), RETRY);
}
END_TEST

/* An empty body is valid where no data is expected. */
START_TEST(empty)
{
    static const kf_calendar_verdict_t wanted[KINDS] = {RETRY, RETRY, RETRY, RETRY,
                                                        RETRY, GOT, GOT};
    kf_http_res_t res = calendar_answer(204, "");

    for (int kind = 0; kind < KINDS; kind++) {
        ck_assert_int_eq((int)read_as(kind, &res).verdict, (int)wanted[kind]);
    }
}
END_TEST

Suite *kf_suite_calendar_answer(void)
{
    Suite *suite = suite_create("calendar_answer");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_loop_test(tc, verdicts, 0, KF_COUNT(errors));
    tcase_add_loop_test(tc, retry_after, 0, KF_COUNT(waits));
    tcase_add_test(tc, transport);
    tcase_add_test(tc, truncated);
    tcase_add_test(tc, deep);
    tcase_add_test(tc, long_ones);
    tcase_add_test(tc, empty);
    return suite;
}
