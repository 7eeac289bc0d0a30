#include "crypto/webhook.h"
#include "test.h"

#include <apr_strings.h>
#include <string.h>

/* Example secrets are concatenated here, so that no scanner takes them for real ones. */
#define SPEC_SECRET "whsec_" "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define NEW_SECRET "whsec_" "a29uZmlybWFkby12ZWN0b3Itc2VjcmV0LTMyYnl0ZXM="
#define OLD_SECRET "whsec_" "a29uZmlybWFkby12ZWN0b3ItT0xES0VZLTMyYnl0ZXM="
#define SPEC_SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define NEW_SIGNATURE "v1,c1Uxdrm+K6ikSRaMR4BmGK/wCNcPFJ2BTKRfdiN1RVk="
#define OLD_SIGNATURE "v1,vkEaTMNBEfqieIljVkKjKWjqRzHjAdc35FlR5SyG+JQ="
#define BODY "{\"type\":\"booking.confirmed\",\"timestamp\":\"2025-11-21T04:40:12.000Z\"," \
             "\"data\":{\"booking_id\":\"7Q2M9\",\"tenant_id\":\"t_1\"," \
             "\"amount\":{\"value\":9500000,\"currency\":\"COP\"}}}"
#define SENT 1763700013

static const kf_webhook_msg_t message = {"msg_2KonfirmadoVector01", SENT, BODY, sizeof(BODY) - 1};

static kf_webhook_key_t key_of(const char *secret)
{
    kf_webhook_key_t key;

    ck_ok(kf_webhook_key_parse(&key, secret, kf_test_pool));
    return key;
}

START_TEST(signs_the_vectors)
{
    static const char spec_body[] = "{\"test\": 2432232314}";
    kf_webhook_msg_t spec = {"msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, spec_body,
                             sizeof(spec_body) - 1};
    kf_webhook_key_t key = key_of(SPEC_SECRET);
    kf_webhook_key_t two[2] = {key_of(NEW_SECRET), key_of(OLD_SECRET)};
    const char *header;

    ck_assert_uint_eq(sizeof(BODY) - 1, 159);
    ck_ok(kf_webhook_sign(&header, &key, 1, &spec, kf_test_pool));
    ck_assert_str_eq(header, SPEC_SIGNATURE);
    ck_ok(kf_webhook_sign(&header, two, 1, &message, kf_test_pool));
    ck_assert_str_eq(header, NEW_SIGNATURE);
    ck_ok(kf_webhook_sign(&header, two, 2, &message, kf_test_pool));
    ck_assert_str_eq(header, NEW_SIGNATURE " " OLD_SIGNATURE);
}
END_TEST

START_TEST(sign_refuses)
{
    static const char *const ids[] = {"", "a.b", "a b", "ñ", "a\n"};
    kf_webhook_key_t key = key_of(NEW_SECRET);
    kf_webhook_msg_t msg = message;
    const char *header;

    for (int i = 0; i < KF_COUNT(ids); i++) {
        msg.id = ids[i];
        ck_fails(kf_webhook_sign(&header, &key, 1, &msg, kf_test_pool), KF_E_INVALID);
    }
    ck_fails(kf_webhook_sign(&header, &key, 0, &message, kf_test_pool), KF_E_INTERNAL);
    ck_fails(kf_webhook_sign(&header, &key, KF_WEBHOOK_KEYS_MAX + 1, &message, kf_test_pool),
             KF_E_INTERNAL);
}
END_TEST

static const struct {
    const char *header;
    int64_t now;
    bool good;
} headers[] = {
    {NEW_SIGNATURE, SENT, true},
    {OLD_SIGNATURE, SENT, true},
    {NEW_SIGNATURE " " OLD_SIGNATURE, SENT, true},
    {"v1a,xyz " OLD_SIGNATURE, SENT, true},
    {SPEC_SIGNATURE " " NEW_SIGNATURE, SENT, true},
    {NEW_SIGNATURE, SENT + 300, true},
    {NEW_SIGNATURE, SENT - 300, true},
    {NEW_SIGNATURE, SENT + 301, false},
    {NEW_SIGNATURE, SENT - 301, false},
    {NEW_SIGNATURE, INT64_MIN, false},
    {SPEC_SIGNATURE, SENT, false},
    {"", SENT, false},
    {"v1,", SENT, false},
    {"v1", SENT, false},
    {"v2,c1Uxdrm+K6ikSRaMR4BmGK/wCNcPFJ2BTKRfdiN1RVk=", SENT, false},
    {"v1,c1Uxdrm+K6ikSRaMR4BmGK/wCNcPFJ2BTKRfdiN1RVk", SENT, false},
    {"v1,c1Uxdrm+K6ikSRaMR4BmGK/wCNcPFJ2BTKRfdiN1RVk=x", SENT, false},
    {"v1,C1Uxdrm+K6ikSRaMR4BmGK/wCNcPFJ2BTKRfdiN1RVk=", SENT, false},
};

START_TEST(verifies)
{
    kf_webhook_key_t keys[2] = {key_of(NEW_SECRET), key_of(OLD_SECRET)};
    kf_err_t *err = kf_webhook_verify(headers[_i].header, keys, 2, &message, headers[_i].now,
                                      kf_test_pool);

    ck_assert_int_eq(!err, headers[_i].good);
    if (err) {
        ck_assert_int_eq(err->code, KF_E_UNAUTHORIZED);
    }
}
END_TEST

START_TEST(verify_covers_every_part)
{
    kf_webhook_key_t key = key_of(NEW_SECRET);

    for (int i = 0; i < 3; i++) {
        kf_webhook_msg_t msg = message;

        switch (i) {
        case 0: msg.id = "msg_2KonfirmadoVector02"; break;
        case 1: msg.timestamp++; break;
        default: msg.body_len--; break;
        }
        ck_fails(kf_webhook_verify(NEW_SIGNATURE, &key, 1, &msg, SENT, kf_test_pool),
                 KF_E_UNAUTHORIZED);
    }
}
END_TEST

START_TEST(secrets)
{
    static const char *const bad[] = {
        "", "whsec_", "a29uZmlybWFkby12ZWN0b3Itc2VjcmV0LTMyYnl0ZXM=", "whsec_Zm9v",
        "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_a29uZmlybWFkby12ZWN0b3Itc2VjcmV0LTMyYnl0ZXM",
        "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAA",
    };
    char a[KF_WEBHOOK_SECRET_CHARS + 1], b[KF_WEBHOOK_SECRET_CHARS + 1];
    kf_webhook_key_t key;

    ck_ok(kf_webhook_secret_make(a, kf_test_pool));
    ck_ok(kf_webhook_secret_make(b, kf_test_pool));
    ck_assert_str_ne(a, b);
    ck_assert_uint_eq(strlen(a), KF_WEBHOOK_SECRET_CHARS);
    ck_ok(kf_webhook_key_parse(&key, a, kf_test_pool));
    ck_assert_uint_eq(key.len, 32);
    ck_assert_uint_eq(key_of(SPEC_SECRET).len, 24);
    ck_assert_mem_eq(key_of(NEW_SECRET).bytes, "konfirmado-vector-secret-32bytes", 32);
    for (int i = 0; i < KF_COUNT(bad); i++) {
        ck_fails(kf_webhook_key_parse(&key, bad[i], kf_test_pool), KF_E_INVALID);
    }
}
END_TEST

#define FIRMA_BODY "{\"evento\":\"booking.paid\",\"seguridad\":{\"firma_hmac\":\"\"}}"

START_TEST(firma_covers_the_body)
{
    kf_webhook_key_t key = key_of(NEW_SECRET), other = key_of(OLD_SECRET);
    kf_bytes_t text = KF_BYTES_STR(FIRMA_BODY);
    uint8_t mac[KF_SHA256_BYTES];
    char hex[KF_SHA256_HEX + 1];
    const char *body;
    char *changed;
    size_t len;

    ck_ok(kf_webhook_firma(&body, &len, &key, FIRMA_BODY, sizeof(FIRMA_BODY) - 1, kf_test_pool));
    ck_ok(kf_hmac_sha256(mac, (kf_bytes_t){key.bytes, key.len}, &text, 1, kf_test_pool));
    kf_hex_write(hex, mac, sizeof(mac));
    ck_assert_str_eq(body, apr_pstrcat(kf_test_pool,
                                       "{\"evento\":\"booking.paid\",\"seguridad\":"
                                       "{\"firma_hmac\":\"",
                                       hex, "\"}}", NULL));
    ck_assert_uint_eq(len, strlen(body));
    ck_assert(kf_webhook_firma_valid(&key, body, len, kf_test_pool));
    ck_assert(!kf_webhook_firma_valid(&other, body, len, kf_test_pool));
    ck_assert(!kf_webhook_firma_valid(&key, FIRMA_BODY, sizeof(FIRMA_BODY) - 1, kf_test_pool));
    for (size_t i = 0; i < len; i++) {
        changed = apr_pstrmemdup(kf_test_pool, body, len);
        changed[i] ^= 1;
        ck_assert_msg(!kf_webhook_firma_valid(&key, changed, len, kf_test_pool), "byte %d", (int)i);
        ck_assert(!kf_webhook_firma_valid(&key, body, i, kf_test_pool));
    }
}
END_TEST

START_TEST(firma_needs_one_place)
{
    static const char *const bad[] = {
        "", "{}", "{\"firma_hmac\": \"\"}", "{\"firma_hmac\":\"a\"}", "{\"firma_hmac\":\"",
        "{\"firma_hmac\":\"\",\"x\":{\"firma_hmac\":\"\"}}",
        "{\"note\":\"\\\"firma_hmac\\\":\\\"\\\"\"}",
    };
    kf_webhook_key_t key = key_of(NEW_SECRET);
    const char *body;
    size_t len;

    for (int i = 0; i < KF_COUNT(bad); i++) {
        ck_fails(kf_webhook_firma(&body, &len, &key, bad[i], strlen(bad[i]), kf_test_pool),
                 KF_E_INTERNAL);
    }
}
END_TEST

START_TEST(return_url)
{
    kf_webhook_key_t key = key_of(NEW_SECRET);
    kf_bytes_t text = KF_BYTES_STR("7Q2M9.ok.1763700013");
    char sig[KF_RETURN_SIG_CHARS + 1], wanted[KF_RETURN_SIG_CHARS + 1];
    uint8_t mac[KF_SHA256_BYTES];

    ck_ok(kf_return_sign(sig, &key, "7Q2M9", "ok", 1763700013, kf_test_pool));
    ck_ok(kf_hmac_sha256(mac, (kf_bytes_t){key.bytes, key.len}, &text, 1, kf_test_pool));
    kf_base64url_write(wanted, mac, sizeof(mac));
    ck_assert_str_eq(sig, wanted);
    ck_fails(kf_return_sign(sig, &key, "7Q2M9.ok", "x", 1, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_return_sign(sig, &key, "7Q2M9", "", 1, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_return_sign(sig, &key, "7Q2M9", "a&b", 1, kf_test_pool), KF_E_INVALID);
}
END_TEST

Suite *kf_suite_crypto_webhook(void)
{
    Suite *s = suite_create("crypto_webhook");
    TCase *tc = kf_test_case(s, "webhook");

    tcase_add_test(tc, signs_the_vectors);
    tcase_add_test(tc, sign_refuses);
    tcase_add_loop_test(tc, verifies, 0, KF_COUNT(headers));
    tcase_add_test(tc, verify_covers_every_part);
    tcase_add_test(tc, secrets);
    tcase_add_test(tc, firma_covers_the_body);
    tcase_add_test(tc, firma_needs_one_place);
    tcase_add_test(tc, return_url);
    return s;
}
