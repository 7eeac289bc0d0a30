/* Identification of holders by address and network only; and proofs of work, valid for one request and a limited
 * time. */
#include "flow/hold/holder.h"

#include <apr_strings.h>
#include <string.h>

#include "test.h"

#define NOW (INT64_C(1796000000) * KF_SECOND)
#define MAC "AAAAAAAAAAAAAAAAAAAAAA"

static kf_keyring_t keys = {.keys = {{.kid = "k1", .key = "0123456789abcdef0123456789abcde"}}, .n = 1};
static const kf_hold_wish_t wish = {.link = "abc", .service = "s", .professional = "p", .start = NOW};

/* -- identification -- */

static const struct {
    const char *one, *other;
    bool address, network; /* the same for both */
} pairs[] = {
    {"203.0.113.7", "203.0.113.7", true, true},
    {"203.0.113.7", "203.0.113.8", false, true},
    {"203.0.113.7", "203.0.114.7", false, false},
    {"203.0.113.7", "::ffff:203.0.113.7", true, true},
    {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, true},
    {"2001:db8:1:2::1", "2001:db8:1:3::1", false, true},
    {"2001:db8:1:2::1", "2001:db8:2:2::1", false, false},
    /* the same bytes, of another family */
    {"32.1.13.184", "2001:db8::", false, false},
};

START_TEST(test_who)
{
    kf_holder_t one, other;

    ck_ok(kf_holder_of(&one, &keys, pairs[_i].one, kf_test_pool));
    ck_ok(kf_holder_of(&other, &keys, pairs[_i].other, kf_test_pool));
    ck_assert_int_eq(one.address == other.address, pairs[_i].address);
    ck_assert_int_eq(one.network == other.network, pairs[_i].network);
    ck_assert(one.address && one.network && one.address != one.network);
}
END_TEST

static const char *const nobody[] = {NULL, "", "unix", "203.0.113", "203.0.113.7 ", "fe80::1%eth0", "1.2.3.4.5"};

START_TEST(test_nobody)
{
    kf_holder_t holder = {1, 1};

    ck_ok(kf_holder_of(&holder, &keys, nobody[_i], kf_test_pool));
    ck_assert(!holder.address && !holder.network);
}
END_TEST

START_TEST(test_another_key)
{
    kf_keyring_t others = keys;
    kf_holder_t one, other;

    others.keys[0].key[0] ^= 1;
    ck_ok(kf_holder_of(&one, &keys, "203.0.113.7", kf_test_pool));
    ck_ok(kf_holder_of(&other, &others, "203.0.113.7", kf_test_pool));
    ck_assert(one.address != other.address && one.network != other.network);
}
END_TEST

/* -- the proof of work -- */

static int bits_of(const char *work, const kf_hold_wish_t *asked, kf_instant_t now)
{
    kf_hold_wish_t told = *asked;
    int bits = -1;

    told.work = work;
    ck_ok(kf_work_bits(&bits, &keys, &told, now, kf_test_pool));
    return bits;
}

static const char *challenge(int bits)
{
    const char *text;

    ck_ok(kf_work_challenge(&text, &keys, &wish, bits, NOW, kf_test_pool));
    return text;
}

/* The first nonce that solves it, or the first that does not. */
static const char *answer(const char *text, bool right)
{
    for (int nonce = 0;; nonce++) {
        const char *work = apr_psprintf(kf_test_pool, "%s.%d", text, nonce);

        if ((bits_of(work, &wish, NOW) > 0) == right) {
            return work;
        }
    }
}

START_TEST(test_proof)
{
    const char *text = challenge(6), *work = answer(text, true);

    ck_assert(kf_work_shaped(work) && !kf_work_shaped(text));
    ck_assert_int_eq(bits_of(work, &wish, NOW), 6);
    ck_assert_int_eq(bits_of(work, &wish, NOW + KF_WORK_SECONDS * KF_SECOND), 6);
    ck_assert_int_eq(bits_of(work, &wish, NOW + (KF_WORK_SECONDS + 1) * KF_SECOND), 0);
    ck_assert_int_eq(bits_of(answer(text, false), &wish, NOW), 0);
    ck_assert_int_eq(bits_of(NULL, &wish, NOW), 0);
}
END_TEST

START_TEST(test_of_another_wish)
{
    const char *work = answer(challenge(1), true);
    kf_hold_wish_t link = wish, service = wish, who = wish, start = wish;

    link.link = "abd";
    service.service = "t";
    who.professional = NULL;
    start.start += KF_MINUTE;
    ck_assert_int_eq(bits_of(work, &link, NOW) + bits_of(work, &service, NOW) + bits_of(work, &who, NOW)
                         + bits_of(work, &start, NOW), 0);
    ck_assert_int_eq(bits_of(work, &wish, NOW), 1);
}
END_TEST

START_TEST(test_any)
{
    kf_hold_wish_t none = wish, empty = wish, any = wish;
    const char *a, *b, *c;

    none.professional = NULL;
    empty.professional = "";
    any.professional = "any";
    ck_ok(kf_work_challenge(&a, &keys, &none, 8, NOW, kf_test_pool));
    ck_ok(kf_work_challenge(&b, &keys, &empty, 8, NOW, kf_test_pool));
    ck_ok(kf_work_challenge(&c, &keys, &any, 8, NOW, kf_test_pool));
    ck_assert_str_eq(a, b);
    ck_assert_str_eq(a, c);
}
END_TEST

START_TEST(test_another_byte)
{
    char *work = apr_pstrdup(kf_test_pool, answer(challenge(1), true));
    size_t end = strlen(challenge(1));

    for (size_t i = 0; i < end; i++) {
        char kept = work[i];

        work[i] = kept == '1' ? '2' : '1';
        ck_assert_msg(bits_of(work, &wish, NOW) == 0, "%s", work);
        work[i] = kept;
    }
}
END_TEST

static const char *const odd[] = {
    "", ".", "...", "8", "8.", "8.1796000000", "8.1796000000.", "8.1796000000." MAC, "8.1796000000." MAC ".", "8.1796000000." MAC ".x",
    "8.1796000000." MAC ".1 ", " 8.1796000000." MAC ".1", "8.1796000000." MAC ".1.1", "8.1796000000.A" MAC ".1", "8.1796000000.AAA.1",
    "8.1796000000." MAC ".111111111111111111111", "8.1111111111111." MAC ".1", "0.1796000000." MAC ".1", "28.1796000000." MAC ".1",
    "-8.1796000000." MAC ".1", "8..1796000000." MAC ".1", "8.1796000000.AAAAAAAAAAA.AAAAAAAAAA.1",
};

START_TEST(test_shapes)
{
    ck_assert(!kf_work_shaped(odd[_i]));
    ck_assert_int_eq(bits_of(odd[_i], &wish, NOW), 0);
}
END_TEST

START_TEST(test_shape)
{
    ck_assert(kf_work_shaped("8.1796000000." MAC ".1"));
    ck_assert(kf_work_shaped("27.1796000000." MAC ".11111111111111111111"));
    ck_assert_int_eq(bits_of("8.1796000000." MAC ".1", &wish, NOW), 0);
}
END_TEST

Suite *kf_suite_flow_holder(void)
{
    Suite *suite = suite_create("flow_holder");
    TCase *who = kf_test_case(suite, "who"), *work = kf_test_case(suite, "work");

    tcase_add_loop_test(who, test_who, 0, KF_COUNT(pairs));
    tcase_add_loop_test(who, test_nobody, 0, KF_COUNT(nobody));
    tcase_add_test(who, test_another_key);
    tcase_add_test(work, test_proof);
    tcase_add_test(work, test_of_another_wish);
    tcase_add_test(work, test_any);
    tcase_add_test(work, test_another_byte);
    tcase_add_loop_test(work, test_shapes, 0, KF_COUNT(odd));
    tcase_add_test(work, test_shape);
    return suite;
}
