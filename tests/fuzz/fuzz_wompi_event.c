/* Events of Wompi. The first line is the header's checksum (empty: none), the rest the body. If the body is an
 * object with a signature, its checksum is computed here independently, by the protocol's definition. An event is
 * accepted only with the right checksum, and then contains the signed values. A first byte '+' inserts the right
 * checksum, so that inputs get past it that no fuzzer could sign by chance. */
#include "fuzz.h"

#include <jansson.h>
#include <openssl/sha.h>

#include "pay/wompi/wompi.h"

#define SECRET "test_events_2PDUmhMywUkvb1LvxYnayFbmofT7w39N"
#define NOW (INT64_C(1796000000) * KF_SECOND)

static const char *header_of(void *baton, const char *name)
{
    return strcasecmp(name, "X-Event-Checksum") == 0 ? baton : NULL;
}

/* The text of data.<path>; NULL if the protocol defines none for it. */
static const char *value_of(json_t *data, const char *path, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, path);

    while (data && copy) {
        char *rest = strchr(copy, '.');

        if (rest) {
            *rest++ = '\0';
        }
        data = json_object_get(data, copy);
        copy = rest;
    }
    if (json_is_integer(data)) {
        return apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(data));
    }
    return json_string_value(data);
}

/* sha256(values, timestamp, secret) in hex; NULL if it cannot be computed. */
static const char *checksum_of(json_t *root, apr_pool_t *p)
{
    json_t *signature = json_object_get(root, "signature"), *path;
    json_t *at = json_object_get(root, "timestamp");
    const char *text = "";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char *hex = apr_pcalloc(p, 2 * sizeof(digest) + 1);
    size_t i;

    json_array_foreach(json_object_get(signature, "properties"), i, path) {
        const char *value = json_is_string(path)
                                ? value_of(json_object_get(root, "data"), json_string_value(path), p)
                                : NULL;

        if (!value) {
            return NULL;
        }
        text = apr_pstrcat(p, text, value, NULL);
    }
    at = at ? at : json_object_get(signature, "timestamp");
    if (!json_is_integer(at)) {
        return NULL;
    }
    text = apr_psprintf(p, "%s%" APR_INT64_T_FMT "%s", text, (apr_int64_t)json_integer_value(at),
                        SECRET);
    SHA256((const unsigned char *)text, strlen(text), digest);
    for (i = 0; i < sizeof(digest); i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    return hex;
}

/* The body with its right checksum, or unchanged. */
static char *sign(char *body, size_t *len, apr_pool_t *p)
{
    json_t *root = json_loadb(body, *len, JSON_REJECT_DUPLICATES, NULL);
    json_t *signature = json_object_get(root, "signature");
    const char *checksum = json_is_object(signature) ? checksum_of(root, p) : NULL;

    if (checksum) {
        char *text;

        json_object_set_new(signature, "checksum", json_string(checksum));
        text = json_dumps(root, JSON_COMPACT);
        *len = strlen(text);
        body = apr_pstrmemdup(p, text, *len);
        free(text);
    }
    json_decref(root);
    return body;
}

static void believe(const kf_pay_event_t *event, const char *body, size_t len, apr_pool_t *p)
{
    json_t *root = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
    const char *said = json_string_value(
        json_object_get(json_object_get(root, "signature"), "checksum"));
    const char *wanted = checksum_of(root, p);

    FUZZ_CHECK(said && wanted && strcasecmp(said, wanted) == 0, "believed without its checksum");
    FUZZ_CHECK(event->type && event->environment == KF_PAY_TEST, "type and environment");
    FUZZ_CHECK(event->occurred_at <= NOW + 300 * KF_SECOND, "an event of the future");
    if (event->about_tx) {
        FUZZ_CHECK(event->tx_id && event->reference && event->status_raw && event->dedupe_key,
                   "a part is missing");
        FUZZ_CHECK(event->amount.minor >= 0 && strlen(event->amount.currency) == 3, "the amount");
    }
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    int put = size > 0 && data[0] == '+' && fuzz_byte(&in) != 0;
    char *header = fuzz_line(&in, p);
    kf_pay_account_t account = {.provider = "wompi", .mode = KF_PAY_TEST, .events_secret = SECRET};
    kf_pay_delivery_t delivery = {.header = header_of, .header_baton = *header ? header : NULL,
                                  .now = NOW};
    kf_pay_event_t event;
    char *body = fuzz_rest(&in, &delivery.body_len, p);

    delivery.body = put ? sign(body, &delivery.body_len, p) : body;
    if (!kf_pay_wompi.event_verify(&event, &account, &delivery, p)) {
        believe(&event, delivery.body, delivery.body_len, p);
    }
    apr_pool_destroy(p);
    return 0;
}
