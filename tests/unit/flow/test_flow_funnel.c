#include "flow/figures/funnel.h"
#include "test.h"

#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <string.h>

static kf_uuid_t tenant(int n)
{
    kf_uuid_t id = {{0}};

    memcpy(id.bytes + 12, &n, sizeof(n));
    return id;
}

START_TEST(counts)
{
    kf_funnel_t *funnel = kf_funnel_create(kf_test_pool);
    kf_uuid_t a = tenant(7), b = tenant(7 + 8192); /* with the same slot in the table */
    const char *text;

    kf_funnel_count(NULL, &a, KF_FUNNEL_SERVICE);
    ck_assert_ptr_null(kf_funnel_text(funnel, kf_test_pool));
    kf_funnel_count(funnel, &a, KF_FUNNEL_SERVICE);
    kf_funnel_count(funnel, &b, KF_FUNNEL_SLOT);
    kf_funnel_count(funnel, &a, KF_FUNNEL_SERVICE);
    text = kf_funnel_text(funnel, kf_test_pool);
    ck_assert_str_eq(text, apr_pstrcat(kf_test_pool, "[{\"tenant\":\"", kf_uuid_text(&a, kf_test_pool),
                                       "\",\"step\":\"service_selected\",\"n\":2},{\"tenant\":\"",
                                       kf_uuid_text(&b, kf_test_pool),
                                       "\",\"step\":\"slot_selected\",\"n\":1}]", NULL));
}
END_TEST

static kf_err_t *none(kf_db_t **out, void *baton, apr_pool_t *p)
{
    *out = baton;
    return kf_err(p, KF_E_UNAVAILABLE, "no");
}

START_TEST(keeps_what_could_not_be_written)
{
    static const kf_db_source_t source = {none, NULL, NULL};
    const kf_flow_t flow = {.db = &source};
    kf_funnel_t *funnel = kf_funnel_create(kf_test_pool);
    kf_uuid_t a = tenant(1);
    const char *before;

    ck_ok(kf_funnel_flush(funnel, &flow, kf_test_pool));
    kf_funnel_count(funnel, &a, KF_FUNNEL_SERVICE);
    kf_funnel_count(funnel, &a, KF_FUNNEL_SLOT);
    before = kf_funnel_text(funnel, kf_test_pool);
    ck_fails(kf_funnel_flush(funnel, &flow, kf_test_pool), KF_E_UNAVAILABLE);
    ck_assert_str_eq(kf_funnel_text(funnel, kf_test_pool), before);
}
END_TEST

START_TEST(full)
{
    kf_funnel_t *funnel = kf_funnel_create(kf_test_pool);
    const char *text;
    int n = 0;

    for (int i = 0; i < KF_FUNNEL_TENANTS + 100; i++) {
        kf_uuid_t a = tenant(i * 3);

        kf_funnel_count(funnel, &a, KF_FUNNEL_SERVICE);
        kf_funnel_count(funnel, &a, KF_FUNNEL_SLOT);
    }
    text = kf_funnel_text(funnel, kf_test_pool);
    ck_assert_int_eq(text[strlen(text) - 1], ']');
    while ((text = strstr(text, "slot_selected"))) {
        text++;
        n++;
    }
    ck_assert_int_eq(n, KF_FUNNEL_TENANTS);
}
END_TEST

static void *APR_THREAD_FUNC count_many(apr_thread_t *thread, void *funnel)
{
    kf_uuid_t a = tenant(5);

    for (int i = 0; i < 20000; i++) {
        kf_funnel_count(funnel, &a, KF_FUNNEL_SLOT);
    }
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

START_TEST(threads)
{
    kf_funnel_t *funnel = kf_funnel_create(kf_test_pool);
    apr_thread_t *all[4];
    apr_status_t rv;

    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(apr_thread_create(&all[i], NULL, count_many, funnel, kf_test_pool), APR_SUCCESS);
    }
    for (int i = 0; i < 4; i++) {
        apr_thread_join(&rv, all[i]);
    }
    ck_assert_ptr_nonnull(strstr(kf_funnel_text(funnel, kf_test_pool), "\"n\":80000}"));
}
END_TEST

Suite *kf_suite_flow_funnel(void)
{
    Suite *suite = suite_create("flow_funnel");
    TCase *tc = kf_test_case(suite, "funnel");

    tcase_add_test(tc, counts);
    tcase_add_test(tc, keeps_what_could_not_be_written);
    tcase_add_test(tc, full);
    tcase_add_test(tc, threads);
    return suite;
}
