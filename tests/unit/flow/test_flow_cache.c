#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdlib.h>
#include <string.h>

#include "flow/cache.h"
#include "test.h"

static void put(kf_cache_t *cache, const char *key, int64_t version, kf_instant_t expires, const char *value,
                apr_pool_t *p)
{
    apr_pool_t *keep = kf_cache_pool();

    kf_cache_put(cache, &(kf_cache_item_t){key, version, expires, apr_pstrdup(keep, value), keep}, p);
}

START_TEST(remembers)
{
    kf_cache_t *cache = kf_cache_create(64, 1 << 20, kf_test_pool);
    int64_t version = 0;

    ck_assert_ptr_null(kf_cache_get(cache, "a", 0, NULL, kf_test_pool));
    put(cache, "a", 7, 100, "first", kf_test_pool);
    ck_assert_str_eq(kf_cache_get(cache, "a", 99, &version, kf_test_pool), "first");
    ck_assert_int_eq(version, 7);
    put(cache, "a", 8, 100, "second", kf_test_pool);
    ck_assert_str_eq(kf_cache_get(cache, "a", 99, &version, kf_test_pool), "second");
    ck_assert_int_eq(version, 8);
}
END_TEST

START_TEST(forgets_in_time)
{
    kf_cache_t *cache = kf_cache_create(64, 1 << 20, kf_test_pool);

    put(cache, "a", 1, 100, "x", kf_test_pool);
    ck_assert_ptr_null(kf_cache_get(cache, "a", 100, NULL, kf_test_pool));
}
END_TEST

START_TEST(a_reader_keeps_what_was_replaced)
{
    kf_cache_t *cache = kf_cache_create(64, 1 << 20, kf_test_pool);
    apr_pool_t *reader, *writer;
    const char *value;

    apr_pool_create(&reader, NULL);
    apr_pool_create(&writer, NULL);
    put(cache, "a", 1, 100, "old", writer);
    value = kf_cache_get(cache, "a", 0, NULL, reader);
    put(cache, "a", 2, 100, "new", writer);
    apr_pool_destroy(writer);
    ck_assert_str_eq(value, "old");
    apr_pool_destroy(reader);
    ck_assert_str_eq(kf_cache_get(cache, "a", 0, NULL, kf_test_pool), "new");
}
END_TEST

START_TEST(stays_bounded)
{
    kf_cache_t *cache = kf_cache_create(16, 1 << 20, kf_test_pool);
    apr_pool_t *p;
    int found = 0;

    for (int i = 0; i < 1000; i++) {
        apr_pool_create(&p, NULL);
        put(cache, apr_itoa(p, i), 1, 100, "x", p);
        apr_pool_destroy(p);
    }
    for (int i = 0; i < 1000; i++) {
        found += kf_cache_get(cache, apr_itoa(kf_test_pool, i), 0, NULL, kf_test_pool) != NULL;
    }
    ck_assert_int_ge(found, 1);
    ck_assert_int_le(found, 16);
}
END_TEST

static void put_block(kf_cache_t *cache, const char *key, size_t size, apr_pool_t *p)
{
    char *block = malloc(size);

    ck_assert_ptr_nonnull(block);
    memset(block, *key, size);
    kf_cache_put_block(cache, &(kf_cache_item_t){key, 1, 100, block, NULL}, size, p);
}

START_TEST(keeps_blocks)
{
    kf_cache_t *cache = kf_cache_create(16, 1 << 20, kf_test_pool);
    apr_pool_t *reader;
    const char *value;

    apr_pool_create(&reader, NULL);
    put_block(cache, "a", 100, kf_test_pool);
    value = kf_cache_get(cache, "a", 0, NULL, reader);
    ck_assert_ptr_nonnull(value);
    put_block(cache, "a", 200, kf_test_pool);
    ck_assert(value[0] == 'a' && value[99] == 'a');
    apr_pool_destroy(reader);
    put(cache, "a", 2, 100, "in a pool", kf_test_pool);
    ck_assert_str_eq(kf_cache_get(cache, "a", 0, NULL, kf_test_pool), "in a pool");
}
END_TEST

/* The number of entries is not the limit: the bytes are, and the newest entry always stays. */
START_TEST(stays_bounded_in_bytes)
{
    kf_cache_t *cache = kf_cache_create(4096, 10 * 1024, kf_test_pool);
    apr_pool_t *p;
    int found = 0;

    for (int i = 0; i < 500; i++) {
        apr_pool_create(&p, NULL);
        put_block(cache, apr_itoa(p, i), 1000, p);
        ck_assert_ptr_nonnull(kf_cache_get(cache, apr_itoa(p, i), 0, NULL, p));
        apr_pool_destroy(p);
    }
    for (int i = 0; i < 500; i++) {
        found += kf_cache_get(cache, apr_itoa(kf_test_pool, i), 0, NULL, kf_test_pool) != NULL;
    }
    ck_assert_int_ge(found, 7);
    ck_assert_int_le(found, 10);
    apr_pool_create(&p, NULL);
    put_block(cache, "huge", 100 * 1024, p);
    ck_assert_ptr_nonnull(kf_cache_get(cache, "huge", 0, NULL, p));
    apr_pool_destroy(p);
    put_block(cache, "small", 10, kf_test_pool);
    ck_assert_ptr_null(kf_cache_get(cache, "huge", 0, NULL, kf_test_pool));
}
END_TEST

/* Readers and writers of few keys: a read value is always complete. */
static void *APR_THREAD_FUNC hammer(apr_thread_t *thread, void *baton)
{
    kf_cache_t *cache = baton;
    unsigned seed = (unsigned)(uintptr_t)&thread;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    for (int i = 0; i < 3000; i++) {
        const char *key = apr_itoa(p, rand_r(&seed) % 8);
        const char *value = kf_cache_get(cache, key, 0, NULL, p);

        if (!value || i % 3 == 0) {
            put(cache, key, i, 100, apr_pstrcat(p, "value of ", key, NULL), p);
        }
        else if (strcmp(value + 9, key)) {
            abort();
        }
        if (i % 10 == 0) {
            apr_pool_clear(p);
        }
    }
    apr_pool_destroy(p);
    return NULL;
}

START_TEST(many_threads)
{
    kf_cache_t *cache = kf_cache_create(4, 1 << 20, kf_test_pool);
    apr_thread_t *threads[6];
    apr_status_t rv;

    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(apr_thread_create(&threads[i], NULL, hammer, cache, kf_test_pool), APR_SUCCESS);
    }
    for (int i = 0; i < 6; i++) {
        apr_thread_join(&rv, threads[i]);
    }
}
END_TEST

Suite *kf_suite_flow_cache(void);
Suite *kf_suite_flow_cache(void)
{
    Suite *suite = suite_create("flow_cache");
    TCase *tc = kf_test_case(suite, "cache");

    tcase_add_test(tc, remembers);
    tcase_add_test(tc, forgets_in_time);
    tcase_add_test(tc, a_reader_keeps_what_was_replaced);
    tcase_add_test(tc, stays_bounded);
    tcase_add_test(tc, keeps_blocks);
    tcase_add_test(tc, stays_bounded_in_bytes);
    tcase_add_test(tc, many_threads);
    return suite;
}
