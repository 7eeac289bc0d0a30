/*
 * Events: signed with SHA-256 over the values that the event itself lists, its
 * timestamp and the account's events secret. Values not listed are not signed.
 */
#include "base/limits.h"
#include "crypto/hash.h"
#include "json/decode.h"
#include "pay/wompi/int.h"

#include <apr_strings.h>
#include <string.h>

#define MAX_PROPERTIES 20
#define MAX_PATH 200
#define MAX_AHEAD 300                      /* seconds an event may be in the future */
/*
 * Values are joined without separators, so a digit could move from the
 * timestamp to the amount before it. A timestamp always has ten digits: fewer
 * (before 2001) cannot be genuine, more lie in the future.
 */
#define MIN_TIMESTAMP INT64_C(1000000000)
#define HEADER "X-Event-Checksum"

typedef struct {
    json_t *data;
    json_t *properties;
    json_t *tx;
    const char *type;
    const char *checksum;
    const char *environment;
    int64_t timestamp;
} raw_t;

static kf_err_t *refused(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_UNAUTHORIZED, "The event could not be verified."), "%s",
                          cause);
}

static kf_err_t *malformed(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_MALFORMED, "The body is not an event."), "%s", cause);
}

static kf_err_t *read_timestamp(raw_t *raw, json_t *root, json_t *signature, apr_pool_t *p)
{
    json_t *at = json_object_get(root, "timestamp");

    at = at ? at : json_object_get(signature, "timestamp");
    if (!json_is_integer(at)) {
        return refused(p, "no integer timestamp");
    }
    raw->timestamp = json_integer_value(at);
    return NULL;
}

static kf_err_t *read_raw(raw_t *raw, json_t *root, apr_pool_t *p)
{
    json_t *signature = json_object_get(root, "signature");

    memset(raw, 0, sizeof(*raw));
    raw->type = json_string_value(json_object_get(root, "event"));
    raw->data = json_object_get(root, "data");
    raw->tx = json_object_get(raw->data, "transaction");
    raw->environment = json_string_value(json_object_get(root, "environment"));
    raw->checksum = json_string_value(json_object_get(signature, "checksum"));
    raw->properties = json_object_get(signature, "properties");
    if (!raw->type || !json_is_object(raw->data)) {
        return malformed(p, "no event or data");
    }
    if (!raw->checksum || !json_is_array(raw->properties)) {
        return refused(p, "no signature");
    }
    return read_timestamp(raw, root, signature, p);
}

/* -- the checksum -- */

static json_t *walk(json_t *from, char *path)
{
    char *rest;

    for (char *name = path; name; name = rest) {
        rest = strchr(name, '.');
        if (rest) {
            *rest++ = '\0';
        }
        from = json_object_get(from, name);
    }
    return from;
}

static kf_err_t *signed_value(kf_bytes_t *out, const raw_t *raw, size_t i, apr_pool_t *p)
{
    const char *path = json_string_value(json_array_get(raw->properties, i));
    json_t *value;

    if (!path || strlen(path) > MAX_PATH) {
        return refused(p, "a property is not a path");
    }
    value = walk(raw->data, apr_pstrdup(p, path));
    if (json_is_string(value)) {
        *out = (kf_bytes_t){json_string_value(value), json_string_length(value)};
        return NULL;
    }
    if (json_is_integer(value)) {
        const char *text = apr_psprintf(p, "%" APR_INT64_T_FMT,
                                        (apr_int64_t)json_integer_value(value));

        *out = KF_BYTES_STR(text);
        return NULL;
    }
    return refused(p, "a signed value is missing or neither text nor integer");
}

static kf_err_t *checksum_of(uint8_t out[KF_SHA256_BYTES], const raw_t *raw, const char *secret,
                             apr_pool_t *p)
{
    kf_bytes_t parts[MAX_PROPERTIES + 2];
    size_t n = json_array_size(raw->properties);
    const char *timestamp = apr_psprintf(p, "%" APR_INT64_T_FMT, raw->timestamp);

    if (n == 0 || n > MAX_PROPERTIES) {
        return refused(p, "no properties, or too many");
    }
    for (size_t i = 0; i < n; i++) {
        KF_TRY(signed_value(&parts[i], raw, i, p));
    }
    parts[n] = KF_BYTES_STR(timestamp);
    parts[n + 1] = KF_BYTES_STR(secret);
    return kf_sha256(out, parts, n + 2, p);
}

static int agrees(const uint8_t wanted[KF_SHA256_BYTES], const char *text)
{
    uint8_t got[KF_SHA256_BYTES];

    return kf_hex_read(got, sizeof(got), text, strlen(text))
           && kf_equal_secret(got, sizeof(got), wanted, KF_SHA256_BYTES);
}

static kf_err_t *verify(const raw_t *raw, const kf_pay_account_t *account,
                        const kf_pay_delivery_t *delivery, apr_pool_t *p)
{
    const char *header = delivery->header ? delivery->header(delivery->header_baton, HEADER) : NULL;
    int64_t now = delivery->now / KF_SECOND;
    uint8_t wanted[KF_SHA256_BYTES];

    if (!account->events_secret || !*account->events_secret) {
        return refused(p, "the account has no events secret");
    }
    KF_TRY(checksum_of(wanted, raw, account->events_secret, p));
    if (!agrees(wanted, raw->checksum)) {
        return refused(p, "the checksum is wrong");
    }
    if (header && !agrees(wanted, header)) {
        return refused(p, "the checksum of the header is wrong");
    }
    if (raw->timestamp < MIN_TIMESTAMP || raw->timestamp > now + MAX_AHEAD) {
        return refused(p, "the timestamp is too old or too new");
    }
    if (!raw->environment || strcmp(raw->environment, kf_pay_mode_text(account->mode)) != 0) {
        return refused(p, "the environment is not the account's");
    }
    return NULL;
}

/* -- the transaction -- */

static int is_signed(const raw_t *raw, const char *path)
{
    size_t i;
    json_t *item;

    json_array_foreach(raw->properties, i, item) {
        if (strcmp(json_string_value(item), path) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Copied: the JSON is freed by its pool's cleanup. */
static const char *text_of(const raw_t *raw, const char *name, size_t max, apr_pool_t *p)
{
    const char *text = json_string_value(json_object_get(raw->tx, name));

    return text && strlen(text) <= max ? apr_pstrdup(p, text) : NULL;
}

static kf_err_t *read_tx(kf_pay_event_t *out, const raw_t *raw, apr_pool_t *p)
{
    json_t *cents = json_object_get(raw->tx, "amount_in_cents");
    const char *currency = text_of(raw, "currency", 3, p);

    if (!is_signed(raw, "transaction.id") || !is_signed(raw, "transaction.status")
        || !is_signed(raw, "transaction.amount_in_cents")) {
        return refused(p, "id, status and amount are not all signed");
    }
    out->tx_id = text_of(raw, "id", KF_WOMPI_MAX_ID, p);
    out->reference = text_of(raw, "reference", KF_WOMPI_MAX_REFERENCE, p);
    out->status_raw = text_of(raw, "status", KF_WOMPI_MAX_ID, p);
    if (!kf_pay_is_id(out->tx_id, KF_WOMPI_MAX_ID) || !out->reference || !out->status_raw) {
        return malformed(p, "id, reference or status is missing");
    }
    if (!json_is_integer(cents) || json_integer_value(cents) < 0 || !currency
        || kf_money_init(&out->amount, json_integer_value(cents), currency, p)) {
        return malformed(p, "amount or currency is not valid");
    }
    out->status = kf_wompi_status(out->status_raw);
    out->dedupe_key = apr_pstrcat(p, out->tx_id, ":", out->status_raw, NULL);
    out->about_tx = 1;
    return NULL;
}

kf_err_t *kf_wompi_event_verify(kf_pay_event_t *out, const kf_pay_account_t *account,
                                const kf_pay_delivery_t *delivery, apr_pool_t *p)
{
    json_t *root;
    raw_t raw;

    memset(out, 0, sizeof(*out));
    KF_TRY(kf_json_decode(&root, delivery->body, delivery->body_len, p));
    KF_TRY(read_raw(&raw, root, p));
    KF_TRY(verify(&raw, account, delivery, p));
    out->type = apr_pstrdup(p, raw.type);
    out->environment = account->mode;
    out->occurred_at = raw.timestamp * KF_SECOND;
    if (strcmp(raw.type, "transaction.updated") != 0) {
        return NULL;
    }
    return read_tx(out, &raw, p);
}
