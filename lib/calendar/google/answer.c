/* Answers of Google, sorted: what came, and what follows from it. */
#include "base/utf8.h"
#include "calendar/google/int.h"
#include "json/decode.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#define MAX_REASON 64
#define MAX_RETRY_AFTER_S 86400

/* The first matching row counts; a reason of NULL matches every reason. */
typedef struct {
    int status;
    kf_calendar_verdict_t verdict;
    const char *reason;
} rule_t;

static const rule_t api_rules[] = {
    {401, KF_CALENDAR_AUTH, NULL},
    {403, KF_CALENDAR_LIMIT, "rateLimitExceeded"},
    {403, KF_CALENDAR_LIMIT, "userRateLimitExceeded"},
    {403, KF_CALENDAR_LIMIT, "quotaExceeded"},
    {403, KF_CALENDAR_LIMIT, "dailyLimitExceeded"},
    {403, KF_CALENDAR_LIMIT, "RESOURCE_EXHAUSTED"},
    {403, KF_CALENDAR_APP, "accessNotConfigured"}, /* the operator has not enabled the API */
    {403, KF_CALENDAR_DENIED, NULL},
    {404, KF_CALENDAR_GONE, NULL},
    {408, KF_CALENDAR_RETRY, NULL},
    {409, KF_CALENDAR_EXISTS, NULL},
    {410, KF_CALENDAR_GONE, NULL},
    {412, KF_CALENDAR_RETRY, NULL},
    {429, KF_CALENDAR_LIMIT, NULL},
};

static const rule_t oauth_rules[] = {
    {400, KF_CALENDAR_REVOKED, "invalid_grant"},
    {401, KF_CALENDAR_REVOKED, "invalid_grant"},
    {400, KF_CALENDAR_APP, "invalid_client"},
    {400, KF_CALENDAR_APP, "unauthorized_client"},
    {400, KF_CALENDAR_APP, "redirect_uri_mismatch"},
    {401, KF_CALENDAR_APP, NULL},
    {403, KF_CALENDAR_LIMIT, "rate_limit_exceeded"},
    {403, KF_CALENDAR_LIMIT, "rateLimitExceeded"},
    {403, KF_CALENDAR_LIMIT, "userRateLimitExceeded"},
    {400, KF_CALENDAR_RETRY, "temporarily_unavailable"},
    {400, KF_CALENDAR_RETRY, "internal_failure"},
    {400, KF_CALENDAR_RETRY, "server_error"},
    {404, KF_CALENDAR_RETRY, NULL}, /* these endpoints always exist */
    {408, KF_CALENDAR_RETRY, NULL},
    {410, KF_CALENDAR_RETRY, NULL},
    {429, KF_CALENDAR_LIMIT, NULL},
};

static kf_calendar_verdict_t by_rules(const rule_t *rules, size_t n, int status,
                                      const char *reason)
{
    if (status >= 200 && status < 300) {
        return KF_CALENDAR_GOT;
    }
    for (size_t i = 0; i < n; i++) {
        if (rules[i].status == status
            && (!rules[i].reason || strcmp(rules[i].reason, reason) == 0)) {
            return rules[i].verdict;
        }
    }
    return status >= 400 && status < 500 ? KF_CALENDAR_DENIED : KF_CALENDAR_RETRY;
}

kf_calendar_verdict_t kf_google_verdict(int status, const char *reason)
{
    return by_rules(api_rules, sizeof(api_rules) / sizeof(*api_rules), status, reason);
}

void kf_google_broken(kf_calendar_answer_t *out, const char *message)
{
    out->verdict = KF_CALENDAR_RETRY;
    out->message = message;
}

/* -- members -- */

const char *kf_google_reason(json_t *word, apr_pool_t *p)
{
    const char *text = json_string_value(word);
    size_t len = text ? strlen(text) : 0;

    for (size_t i = 0; i < len; i++) {
        if (!apr_isalnum(text[i]) && !strchr("_-.", text[i])) {
            return "";
        }
    }
    return len > 0 && len <= MAX_REASON ? apr_pstrdup(p, text) : "";
}

const char *kf_google_text(json_t *object, const char *name, size_t max, apr_pool_t *p)
{
    json_t *member = json_object_get(object, name);
    const char *text = json_string_value(member);
    size_t len = text ? json_string_length(member) : 0;

    if (len == 0 || len > max || kf_utf8_has_control(text, len, NULL)) {
        return NULL;
    }
    return apr_pstrmemdup(p, text, len);
}

bool kf_google_maybe(const char **out, json_t *object, const char *name, size_t max, apr_pool_t *p)
{
    json_t *member = json_object_get(object, name);

    *out = NULL;
    if (!member || json_is_null(member)
        || (json_is_string(member) && json_string_length(member) == 0)) {
        return true;
    }
    *out = kf_google_text(object, name, max, p);
    return *out != NULL;
}

/* -- the whole -- */

/*
 * False: not usable. A body is a JSON object, or (for a success) empty: anything else comes from an
 * intermediary, regardless of its status.
 */
static bool open_answer(kf_google_answer_t *out, const kf_http_res_t *res, size_t max,
                        apr_pool_t *p)
{
    const kf_json_limits_t limits = {max, KF_MAX_JSON_DEPTH, KF_MAX_CALENDAR_KEYS};

    memset(out, 0, sizeof(*out));
    out->reason = "";
    out->status = res->status;
    out->answer.retry_after_s = res->retry_after_s < 0 ? 0 : res->retry_after_s;
    if (out->answer.retry_after_s > MAX_RETRY_AFTER_S) {
        out->answer.retry_after_s = MAX_RETRY_AFTER_S;
    }
    if (res->outcome != KF_HTTP_OK) {
        kf_google_broken(&out->answer, apr_psprintf(p, "no answer: %s",
                                                    kf_http_outcome_text(res->outcome)));
        return false;
    }
    if (res->body_len == 0 && !res->truncated && res->status >= 200 && res->status < 300) {
        return true;
    }
    if (res->truncated || kf_json_decode_within(&out->root, res->body, res->body_len, &limits, p)
        || !json_is_object(out->root)) {
        out->root = NULL;
        kf_google_broken(&out->answer, apr_psprintf(p, "HTTP %d without a whole JSON object",
                                                    res->status));
        return false;
    }
    return true;
}

static void settle(kf_google_answer_t *out, kf_calendar_verdict_t verdict, apr_pool_t *p)
{
    out->answer.verdict = verdict;
    if (verdict == KF_CALENDAR_GOT) {
        out->answer.retry_after_s = 0;
        return;
    }
    out->answer.message = apr_psprintf(p, "HTTP %d%s%s", out->status, *out->reason ? " " : "",
                                       out->reason);
}

/* {"error":{"code":..,"status":..,"errors":[{"reason":..,"location":..,"message":..}]}} */
static void read_error(kf_google_answer_t *out, apr_pool_t *p)
{
    json_t *error = json_object_get(out->root, "error");
    json_t *first = json_array_get(json_object_get(error, "errors"), 0);
    const char *location = json_string_value(json_object_get(first, "location"));
    const char *message = json_string_value(json_object_get(error, "message"));

    out->reason = kf_google_reason(json_object_get(first, "reason"), p);
    if (!*out->reason) {
        out->reason = kf_google_reason(json_object_get(error, "status"), p);
    }
    out->sync_token = strcmp(out->reason, "fullSyncRequired") == 0
                      || strcmp(out->reason, "updatedMinTooLongAgo") == 0
                      || (location && strcmp(location, "syncToken") == 0)
                      || (message && strcasestr(message, "sync token"));
}

void kf_google_read(kf_google_answer_t *out, const kf_http_res_t *res, size_t max, apr_pool_t *p)
{
    if (open_answer(out, res, max, p)) {
        read_error(out, p);
        settle(out, kf_google_verdict(out->status, out->reason), p);
    }
}

void kf_google_read_oauth(kf_google_answer_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    if (open_answer(out, res, KF_MAX_ANSWER, p)) {
        out->reason = kf_google_reason(json_object_get(out->root, "error"), p);
        settle(out, by_rules(oauth_rules, sizeof(oauth_rules) / sizeof(*oauth_rules), out->status,
                             out->reason), p);
    }
}
