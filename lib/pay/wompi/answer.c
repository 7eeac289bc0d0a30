/* Classifies answers of the API. */
#include "json/decode.h"
#include "pay/wompi/int.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#define MAX_MESSAGE 200
#define TIMEOUT_MS 10000

void kf_wompi_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *method,
                      const char *path, apr_pool_t *p)
{
    apr_table_t *headers = apr_table_make(p, 4);

    memset(out, 0, sizeof(*out));
    apr_table_setn(headers, "Accept", "application/json");
    apr_table_setn(headers, "Authorization",
                   apr_pstrcat(p, "Bearer ", account->private_key ? account->private_key : "",
                               NULL));
    out->method = method;
    out->url = apr_pstrcat(p, kf_wompi_api(account), path, NULL);
    out->headers = headers;
    out->timeout_ms = TIMEOUT_MS;
}

/* Printable and short, for the log and the dashboard. */
static const char *clean(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrndup(p, text, MAX_MESSAGE);
    size_t len = strlen(copy);

    for (char *c = copy; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            *c = ' ';
        }
    }
    /* do not cut a character in two */
    while (strlen(text) > len && len > 0 && ((unsigned char)copy[len - 1] & 0x80)) {
        copy[--len] = '\0';
    }
    return copy;
}

/* {"error":{"type":..,"reason":..}} or {"error":{"type":..,"messages":{"field":["text"]}}} */
static const char *message_of(json_t *root, int status, apr_pool_t *p)
{
    json_t *error = json_object_get(root, "error");
    const char *type = json_string_value(json_object_get(error, "type"));
    const char *reason = json_string_value(json_object_get(error, "reason"));
    json_t *messages = json_object_get(error, "messages");
    void *first = json_object_iter(messages);

    if (!type) {
        return apr_psprintf(p, "HTTP %d", status);
    }
    if (first) {
        json_t *list = json_object_iter_value(first);

        reason = json_string_value(json_is_array(list) ? json_array_get(list, 0) : list);
        reason = apr_pstrcat(p, json_object_iter_key(first), ": ", reason ? reason : "", NULL);
    }
    return clean(apr_psprintf(p, "HTTP %d %s %s", status, type, reason ? reason : ""), p);
}

static kf_pay_verdict_t verdict_of(int status)
{
    if (status >= 200 && status < 300) {
        return KF_PAY_GOT;
    }
    switch (status) {
    case 401:
    case 403:
        return KF_PAY_KEYS;
    case 404:
        return KF_PAY_NONE;
    case 408:
    case 429:
        return KF_PAY_RETRY;
    default:
        return status >= 400 && status < 500 ? KF_PAY_REFUSED : KF_PAY_RETRY;
    }
}

kf_pay_verdict_t kf_wompi_answer(json_t **root, const char **message, const kf_http_res_t *res,
                                 apr_pool_t *p)
{
    kf_pay_verdict_t verdict;

    *root = NULL;
    *message = NULL;
    if (res->outcome != KF_HTTP_OK) {
        *message = apr_psprintf(p, "no answer: %s", kf_http_outcome_text(res->outcome));
        return KF_PAY_RETRY;
    }
    if (kf_json_decode_within(root, res->body, res->body_len, &kf_json_answer, p)
        || !json_is_object(*root)) {
        *root = NULL;
        *message = apr_psprintf(p, "HTTP %d without a JSON object", res->status);
        return KF_PAY_RETRY;
    }
    verdict = verdict_of(res->status);
    if (verdict != KF_PAY_GOT) {
        *message = message_of(*root, res->status, p);
    }
    return verdict;
}
