#include "crypto/password.h"
#include "test.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIST KF_SRCDIR "/conf/common-passwords.txt"
#define COST 4 /* fast */

static const kf_passwords_t *load(int cost)
{
    const kf_passwords_t *rules;

    ck_ok(kf_password_list_load(&rules, LIST, cost, kf_test_pool));
    return rules;
}

static bool matches(const kf_passwords_t *rules, const char *password, const char *hash)
{
    bool match;

    ck_ok(kf_password_verify(&match, rules, password, hash, kf_test_pool));
    return match;
}

START_TEST(a_password_fits_its_own_hash)
{
    const kf_passwords_t *rules = load(COST);
    char hash[KF_PASSWORD_HASH_CHARS + 1], again[KF_PASSWORD_HASH_CHARS + 1];

    ck_ok(kf_password_hash(hash, rules, "mañana será otro día", kf_test_pool));
    ck_ok(kf_password_hash(again, rules, "mañana será otro día", kf_test_pool));
    ck_assert_uint_eq(strlen(hash), KF_PASSWORD_HASH_CHARS);
    ck_assert_str_ne(hash, again);
    ck_assert(matches(rules, "mañana será otro día", hash));
    ck_assert(matches(rules, "mañana será otro día", again));
    ck_assert(!matches(rules, "mañana será otro dia", hash));
    ck_assert(!matches(rules, "", hash));
}
END_TEST

/* bcrypt itself reads only 72 bytes. */
START_TEST(nothing_is_cut_off)
{
    const kf_passwords_t *rules = load(COST);
    char a[81], b[81], hash[KF_PASSWORD_HASH_CHARS + 1];

    memset(a, 'x', 80);
    a[80] = '\0';
    memcpy(b, a, sizeof(b));
    b[76] = 'y';
    ck_ok(kf_password_hash(hash, rules, a, kf_test_pool));
    ck_assert(matches(rules, a, hash));
    ck_assert(!matches(rules, b, hash));
}
END_TEST

START_TEST(nobody_has_no_password)
{
    const kf_passwords_t *rules = load(COST);

    ck_assert(!matches(rules, "nobody's password", NULL));
    ck_assert(!matches(rules, "anything else", NULL));
    ck_assert(!matches(rules, "not a hash", "*"));
}
END_TEST

START_TEST(a_hash_tells_its_cost)
{
    const kf_passwords_t *rules = load(COST), *dearer = load(COST + 1);
    char hash[KF_PASSWORD_HASH_CHARS + 1];

    ck_ok(kf_password_hash(hash, rules, "un caballo correcto", kf_test_pool));
    ck_assert(!kf_password_needs_rehash(rules, hash));
    ck_assert(kf_password_needs_rehash(dearer, hash));
    ck_assert(matches(dearer, "un caballo correcto", hash));
    ck_assert(kf_password_needs_rehash(rules, ""));
    ck_assert(kf_password_needs_rehash(rules, "$1$abc"));
    memcpy(hash + 4, "12", 2);
    ck_assert(kf_password_needs_rehash(rules, hash));
}
END_TEST

static const char *repeated(const char *text, int n)
{
    char *out = apr_pcalloc(kf_test_pool, strlen(text) * (size_t)n + 1);

    for (int i = 0; i < n; i++) {
        memcpy(out + strlen(text) * (size_t)i, text, strlen(text));
    }
    return out;
}

START_TEST(length_is_counted_in_characters)
{
    const kf_passwords_t *rules = load(COST);
    const struct {
        const char *piece;
        int n;
        bool good;
    } t[] = {{"kzjw7", 1, false},  {"ñe", 3, false},  {"ñé", 4, true},   {"qxj", 42, true},
             {"qxjw", 32, true},   {"qxj", 43, false}, {"\360\237\220\216", 127, true},
             {"ñ", 128, true},     {"ñ", 129, false}, {"kzjw7\377pq9", 1, false}};

    for (size_t i = 0; i < KF_COUNT(t); i++) {
        kf_err_t *err = kf_password_check(rules, "password", repeated(t[i].piece, t[i].n), NULL, kf_test_pool);

        ck_assert_msg(!err == t[i].good, "row %zu", i);
        if (err) {
            ck_assert_int_eq(err->code, KF_E_INVALID);
            ck_assert_str_eq(err->field, "password");
        }
    }
    ck_fails(kf_password_check(rules, "password", NULL, NULL, kf_test_pool), KF_E_INVALID);
}
END_TEST

static const char *const common[] = {"password", "Password1", "12345678", "qwertyuiop", "Contraseña123", "bogota2026",
                                     "diciembre2025", "colombia123", "1qaz2wsx", "aaaaaaaa", "sunshine"};

START_TEST(common_ones_are_refused)
{
    const kf_passwords_t *rules = load(COST);

    ck_assert(kf_password_is_common(rules, common[_i]));
    ck_fails(kf_password_check(rules, "password", common[_i], NULL, kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(what_others_know_is_refused)
{
    const kf_passwords_t *rules = load(COST);
    const char *const own[] = {"ana@example.com", "Clínica Sol", NULL};

    ck_fails(kf_password_check(rules, "password", "Ana@Example.com", own, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_password_check(rules, "password", "Clínica Sol", own, kf_test_pool), KF_E_INVALID);
    ck_ok(kf_password_check(rules, "password", "Clínica Sol y Mar", own, kf_test_pool));
}
END_TEST

START_TEST(a_short_list_is_refused)
{
    const kf_passwords_t *rules;
    char path[] = "/tmp/kf-passwords-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");

    ck_assert(file != NULL);
    for (int i = 0; i < KF_PASSWORD_LIST_MIN; i++) {
        fprintf(file, "password%04d\n", i % (KF_PASSWORD_LIST_MIN - 1)); /* one of them twice */
    }
    fclose(file);
    ck_fails(kf_password_list_load(&rules, path, COST, kf_test_pool), KF_E_CONFIG);
    unlink(path);
    ck_fails(kf_password_list_load(&rules, "/nowhere/list", COST, kf_test_pool), KF_E_CONFIG);
    ck_fails(kf_password_list_load(&rules, LIST, 3, kf_test_pool), KF_E_CONFIG);
}
END_TEST

Suite *kf_suite_crypto_password(void)
{
    Suite *s = suite_create("crypto_password");
    TCase *tc = kf_test_case(s, "password");

    tcase_add_test(tc, a_password_fits_its_own_hash);
    tcase_add_test(tc, nothing_is_cut_off);
    tcase_add_test(tc, nobody_has_no_password);
    tcase_add_test(tc, a_hash_tells_its_cost);
    tcase_add_test(tc, length_is_counted_in_characters);
    tcase_add_loop_test(tc, common_ones_are_refused, 0, KF_COUNT(common));
    tcase_add_test(tc, what_others_know_is_refused);
    tcase_add_test(tc, a_short_list_is_refused);
    return s;
}
