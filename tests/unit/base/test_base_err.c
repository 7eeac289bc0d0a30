#include "test.h"

START_TEST(members)
{
    kf_err_t *err = kf_err_field(kf_test_pool, KF_E_INVALID, "customer.email", "Bad %s.", "thing");

    ck_assert_int_eq(err->code, KF_E_INVALID);
    ck_assert_str_eq(err->field, "customer.email");
    ck_assert_str_eq(err->detail, "Bad thing.");
    ck_assert_ptr_null(err->cause);
    ck_assert_ptr_null(err->next);
    ck_assert_ptr_eq(kf_err_because(kf_test_pool, err, "errno %d", 5), err);
    ck_assert_str_eq(err->cause, "errno 5");
    ck_assert_ptr_null(kf_err(kf_test_pool, KF_E_INTERNAL, "x")->field);
}
END_TEST

START_TEST(lists)
{
    kf_err_t *list = NULL;
    kf_err_t *a = kf_err(kf_test_pool, KF_E_INVALID, "a");
    kf_err_t *b = kf_err(kf_test_pool, KF_E_INVALID, "b");

    kf_err_add(&list, NULL);
    ck_assert_ptr_null(list);
    kf_err_add(&list, a);
    kf_err_add(&list, b);
    ck_assert_ptr_eq(list, a);
    ck_assert_ptr_eq(list->next, b);
    ck_assert_ptr_null(b->next);
}
END_TEST

START_TEST(codes_are_complete_and_distinct)
{
    for (int i = 0; i < KF_E__COUNT; i++) {
        ck_assert_int_ge(kf_code_http((kf_code_t)i), 400);
        ck_assert_int_le(kf_code_http((kf_code_t)i), 599);
        ck_assert(kf_code_title((kf_code_t)i)[0]);
        for (int j = 0; j < i; j++) {
            ck_assert_str_ne(kf_code_text((kf_code_t)i), kf_code_text((kf_code_t)j));
        }
    }
}
END_TEST

START_TEST(sqlstates)
{
    ck_assert_int_eq(kf_code_from_sqlstate("KF412"), KF_E_SLOT_UNAVAILABLE);
    ck_assert_int_eq(kf_code_from_sqlstate("KF422"), KF_E_INVALID);
    ck_assert_int_eq(kf_code_from_sqlstate("40001"), KF_E_INTERNAL);
    ck_assert_int_eq(kf_code_from_sqlstate(""), KF_E_INTERNAL);
}
END_TEST

static kf_err_t *passes_on(kf_err_t *err, int *reached)
{
    KF_TRY(err);
    *reached = 1;
    return NULL;
}

START_TEST(try_returns_the_error)
{
    kf_err_t *err = kf_err(kf_test_pool, KF_E_CONFLICT, "x");
    int reached = 0;

    ck_assert_ptr_eq(passes_on(err, &reached), err);
    ck_assert_int_eq(reached, 0);
    ck_assert_ptr_null(passes_on(NULL, &reached));
    ck_assert_int_eq(reached, 1);
}
END_TEST

START_TEST(sentences_with_values)
{
    kf_err_t *err = kf_err_at(kf_err_said(kf_test_pool, KF_E_INVALID, "From {1} to {2}, {1}: {{x}} {3}.", "a{2}", "b", NULL), "f");

    ck_assert_str_eq(err->field, "f");
    ck_assert_str_eq(err->detail, "From a{2} to b, a{2}: {{x}} {3}.");
    ck_assert_str_eq(err->sentence, "From {1} to {2}, {1}: {{x}} {3}.");
    ck_assert_str_eq(kf_err_fill(kf_test_pool, "{2}, {1}", err->values), "b, a{2}");
    ck_assert_str_eq(kf_err_fill(kf_test_pool, "none {", err->values), "none {");
    ck_assert_ptr_null(kf_err(kf_test_pool, KF_E_INVALID, "x")->sentence);
}
END_TEST

Suite *kf_suite_base_err(void)
{
    Suite *s = suite_create("base_err");
    TCase *tc = kf_test_case(s, "err");

    tcase_add_test(tc, members);
    tcase_add_test(tc, lists);
    tcase_add_test(tc, sentences_with_values);
    tcase_add_test(tc, codes_are_complete_and_distinct);
    tcase_add_test(tc, sqlstates);
    tcase_add_test(tc, try_returns_the_error);
    return s;
}
