#include "json/decode.h"

#include <apr_strings.h>

const kf_json_limits_t kf_json_request = {KF_MAX_BODY, KF_MAX_JSON_DEPTH, KF_MAX_JSON_KEYS};
const kf_json_limits_t kf_json_answer = {KF_MAX_ANSWER, KF_MAX_JSON_DEPTH, KF_MAX_ANSWER_KEYS};

/* The end of the string whose opening quote is at `at`. */
static size_t skip_string(const char *body, size_t len, size_t at)
{
    for (at++; at < len && body[at] != '"'; at++) {
        at += body[at] == '\\';
    }
    return at;
}

/*
 * Scans the bytes before anything is built: outside of strings every bracket
 * nests and every colon is a member. The parser finds what is not JSON.
 */
static kf_err_t *scan(const char *body, size_t len, const kf_json_limits_t *limits, apr_pool_t *p)
{
    size_t depth = 0, keys = 0;

    for (size_t at = 0; at < len; at++) {
        switch (body[at]) {
        case '"':
            at = skip_string(body, len, at);
            break;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth -= depth > 0;
            break;
        case ':':
            keys++;
            break;
        default:
            break;
        }
        if (depth > limits->depth) {
            return kf_err_said(p, KF_E_TOO_LARGE, "The JSON is nested more than {1} levels deep.",
                               apr_itoa(p, (int)limits->depth), NULL);
        }
        if (keys > limits->keys) {
            return kf_err_said(p, KF_E_TOO_LARGE, "The JSON has more than {1} members.",
                               apr_itoa(p, (int)limits->keys), NULL);
        }
    }
    return NULL;
}

static apr_status_t release(void *object)
{
    json_decref(object);
    return APR_SUCCESS;
}

kf_err_t *kf_json_decode_within(json_t **out, const char *body, size_t len,
                                const kf_json_limits_t *limits, apr_pool_t *p)
{
    json_error_t why;
    json_t *json;

    if (len > limits->bytes) {
        return kf_err_said(p, KF_E_TOO_LARGE, "The JSON is larger than {1} bytes.", apr_itoa(p, (int)limits->bytes), NULL);
    }
    KF_TRY(scan(body, len, limits, p));
    json = json_loadb(body, len, JSON_REJECT_DUPLICATES, &why);
    if (!json && json_error_code(&why) == json_error_duplicate_key) {
        return kf_err_said(p, KF_E_MALFORMED, "The JSON has a duplicate member (line {1}, column {2}).",
                           apr_itoa(p, why.line), apr_itoa(p, why.column), NULL);
    }
    if (!json) {
        return kf_err_said(p, KF_E_MALFORMED, "This is not valid JSON (line {1}, column {2}).", apr_itoa(p, why.line),
                           apr_itoa(p, why.column), NULL);
    }
    apr_pool_cleanup_register(p, json, release, apr_pool_cleanup_null);
    *out = json;
    return NULL;
}

kf_err_t *kf_json_decode(json_t **out, const char *body, size_t len, apr_pool_t *p)
{
    json_t *json;

    KF_TRY(kf_json_decode_within(&json, body, len, &kf_json_request, p));
    if (!json_is_object(json)) {
        return kf_err(p, KF_E_MALFORMED, "The body must be a JSON object.");
    }
    *out = json;
    return NULL;
}
