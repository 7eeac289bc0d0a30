#include "pay/answer.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "json/decode.h"

#define MAX_MESSAGE 200

int kf_pay_is_id(const char *text, size_t max)
{
    size_t len = text ? strlen(text) : 0;

    for (size_t i = 0; i < len; i++) {
        if (!apr_isalnum(text[i]) && text[i] != '-' && text[i] != '_') {
            return 0;
        }
    }
    return len > 0 && len <= max;
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

kf_pay_verdict_t kf_pay_answer_read(json_t **root, const char **message, const kf_http_res_t *res,
                                    kf_pay_describe_fn *describe, apr_pool_t *p)
{
    kf_pay_verdict_t verdict;
    const char *said;

    *root = NULL;
    *message = NULL;
    if (res->outcome != KF_HTTP_OK) {
        *message = apr_psprintf(p, "no answer: %s", kf_http_outcome_text(res->outcome));
        return KF_PAY_RETRY;
    }
    if (kf_json_decode_within(root, res->body, res->body_len, &kf_json_answer, p) || !json_is_object(*root)) {
        *root = NULL;
        *message = apr_psprintf(p, "HTTP %d without a JSON object", res->status);
        return KF_PAY_RETRY;
    }
    verdict = verdict_of(res->status);
    if (verdict != KF_PAY_GOT) {
        said = describe(*root, p);
        *message = clean(apr_psprintf(p, "HTTP %d%s%s", res->status, said ? " " : "", said ? said : ""), p);
    }
    return verdict;
}

kf_pay_refund_state_t kf_pay_refund_of_silence(kf_http_outcome_t outcome)
{
    switch (outcome) {
    case KF_HTTP_DENIED:
    case KF_HTTP_RESOLVE:
    case KF_HTTP_CONNECT:
    case KF_HTTP_TLS:
        return KF_PAY_REFUND_RETRY;
    default:
        return KF_PAY_REFUND_UNKNOWN;
    }
}
