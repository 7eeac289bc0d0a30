/* Signatures of callbacks. Lines: secret, message id, timestamp, header; the rest is the body. Our signatures
 * verify, and altered ones do not. A header that verifies contains the signature that we would make. */
#include "fuzz.h"

#include "base/num.h"
#include "crypto/webhook.h"

#define NOW INT64_C(1796000000)
#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789A="

static void callbacks(const char *header, const kf_webhook_key_t *key, kf_webhook_msg_t *msg,
                      apr_pool_t *p)
{
    const char *own;
    kf_webhook_msg_t other = *msg;

    if (kf_webhook_sign(&own, key, 1, msg, p)) {
        FUZZ_CHECK(kf_webhook_verify(header, key, 1, msg, msg->timestamp, p), "a bad id verifies");
        return;
    }
    FUZZ_CHECK(!kf_webhook_verify(own, key, 1, msg, msg->timestamp, p), "our own signature");
    other.id = apr_pstrcat(p, msg->id, "x", NULL);
    FUZZ_CHECK(kf_webhook_verify(own, key, 1, &other, msg->timestamp, p), "of another id");
    if (!kf_webhook_verify(header, key, 1, msg, NOW, p)) {
        FUZZ_CHECK(strstr(header, own), "another signature verifies");
        FUZZ_CHECK(msg->timestamp >= NOW - KF_WEBHOOK_TOLERANCE_S
                       && msg->timestamp <= NOW + KF_WEBHOOK_TOLERANCE_S,
                   "outside of the tolerance");
    }
}

/* The HMAC in the body is valid after insertion, and invalid if any byte differs. */
static void firma(const kf_webhook_key_t *key, const char *body, size_t len, size_t where,
                  apr_pool_t *p)
{
    const char *out;
    size_t out_len;
    char *other;

    (void)kf_webhook_firma_valid(key, body, len, p);
    if (kf_webhook_firma(&out, &out_len, key, body, len, p)) {
        return;
    }
    FUZZ_CHECK(out_len == len + KF_SHA256_HEX, "the length of a signed body");
    FUZZ_CHECK(kf_webhook_firma_valid(key, out, out_len, p), "our own firma_hmac");
    other = apr_pmemdup(p, out, out_len);
    other[where % out_len] ^= 1;
    FUZZ_CHECK(!kf_webhook_firma_valid(key, other, out_len, p), "a changed body");
}

static void return_url(const kf_webhook_key_t *key, const char *ref, const char *status, int64_t ts,
                       apr_pool_t *p)
{
    char sig[KF_RETURN_SIG_CHARS + 1];

    if (!kf_return_sign(sig, key, ref, status, ts, p)) {
        FUZZ_CHECK(strlen(sig) == KF_RETURN_SIG_CHARS, "the length of a signature");
        FUZZ_CHECK(!strchr(ref, '.') && !strchr(status, '.'), "a point could be moved");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *secret = fuzz_line(&in, p), *id = fuzz_line(&in, p), *at = fuzz_line(&in, p);
    const char *header = fuzz_line(&in, p);
    kf_webhook_key_t key;
    kf_webhook_msg_t msg = {.id = id, .timestamp = NOW};

    (void)kf_num_read(&msg.timestamp, at, strlen(at), INT64_MIN, INT64_MAX);
    msg.body = fuzz_rest(&in, &msg.body_len, p);
    if (kf_webhook_key_parse(&key, secret, p)) {
        FUZZ_CHECK(!kf_webhook_key_parse(&key, SECRET, p), "a right secret");
    }
    FUZZ_CHECK(key.len >= KF_WEBHOOK_KEY_MIN && key.len <= KF_WEBHOOK_KEY_MAX, "the key's length");
    callbacks(header, &key, &msg, p);
    firma(&key, msg.body, msg.body_len, size, p);
    return_url(&key, id, at, msg.timestamp, p);
    apr_pool_destroy(p);
    return 0;
}
