/* A policy as sentences, with our own catalogues. */
#include "test.h"
#include "text/policy.h"

static kf_catalog_t *catalog;

static void set_up(void)
{
    kf_test_setup();
    ck_ok(kf_catalog_load(&catalog, KF_SRCDIR "/htdocs/i18n", kf_test_pool));
}

#define NBSP "\xc2\xa0"

static const struct {
    const char *policy;
    int price, charge;
    const char *es, *en; /* NULL: no sentence */
} cancels[] = {
    {"{\"tiers\":[{\"hours\":24,\"percent\":100}]}", 100, 100,
     "Si cancelas hasta 24 horas antes, te devolvemos todo. Despu\xc3\xa9s no hay devoluci\xc3\xb3n.",
     "If you cancel up to 24 hours before, you get everything back. After that nothing is refunded."},
    {"{\"tiers\":[{\"hours\":72,\"percent\":100},{\"hours\":48,\"percent\":50},{\"hours\":1,\"percent\":10}]}", 100, 30,
     "Si cancelas hasta 3 d\xc3\xad" "as antes, te devolvemos todo; hasta 48 horas antes, el 50" NBSP "%; hasta 1 hora "
     "antes, el 10" NBSP "%. Despu\xc3\xa9s no hay devoluci\xc3\xb3n.",
     "If you cancel up to 3 days before, you get everything back; up to 48 hours before, 50%; up to 1 hour before, 10%. "
     "After that nothing is refunded."},
    {"{\"tiers\":[{\"hours\":0,\"percent\":100}]}", 100, 100,
     "Si cancelas hasta la hora de la cita, te devolvemos todo.",
     "If you cancel up to the start of the appointment, you get everything back."},
    {"{\"tiers\":[{\"hours\":48,\"percent\":80},{\"hours\":0,\"percent\":0}]}", 100, 100,
     "Si cancelas hasta 48 horas antes, te devolvemos el 80" NBSP "%. Despu\xc3\xa9s no hay devoluci\xc3\xb3n.",
     "If you cancel up to 48 hours before, you get 80% back. After that nothing is refunded."},
    {"{\"tiers\":[]}", 100, 100, "Si cancelas, no hay devoluci\xc3\xb3n.", "If you cancel, nothing is refunded."},
    {"{\"cancel_tiers\":[{\"hours\":24,\"percent\":0}]}", 100, 100, "Si cancelas, no hay devoluci\xc3\xb3n.",
     "If you cancel, nothing is refunded."},
    {"{\"tiers\":[{\"hours\":24,\"percent\":100}],\"deposit_rule\":\"kept\"}", 100, 25,
     "Si cancelas, el anticipo no se devuelve.", "If you cancel, the deposit is not refunded."},
    {"{\"tiers\":[{\"hours\":25,\"percent\":100}],\"deposit_rule\":\"kept\"}", 100, 100,
     "Si cancelas hasta 25 horas antes, te devolvemos todo. Despu\xc3\xa9s no hay devoluci\xc3\xb3n.",
     "If you cancel up to 25 hours before, you get everything back. After that nothing is refunded."},
    {"{\"tiers\":[{\"hours\":24,\"percent\":100}]}", 100, 0, "Puedes cancelar sin costo hasta la hora de la cita.",
     "You can cancel at no cost up to the start of the appointment."},
    {"{}", 100, 100, NULL, NULL},
    {"{\"tiers\":\"all\"}", 100, 100, NULL, NULL},
    {"{\"tiers\":[7,\"x\",null]}", 100, 100, "Si cancelas, no hay devoluci\xc3\xb3n.", "If you cancel, nothing is refunded."},
    {"null", 100, 100, NULL, NULL},
};

static void same(const char *got, const char *wanted)
{
    if (wanted) {
        ck_assert_str_eq(got, wanted);
    } else {
        ck_assert_ptr_null(got);
    }
}

START_TEST(cancelling)
{
    json_t *policy = json_loads(cancels[_i].policy, JSON_DECODE_ANY, NULL);
    kf_policy_words_t w = {.catalog = catalog, .lang = "es", .policy = policy, .price_cents = cancels[_i].price,
                           .charge_cents = cancels[_i].charge};

    same(kf_policy_cancel(&w, kf_test_pool), cancels[_i].es);
    w.lang = "en";
    same(kf_policy_cancel(&w, kf_test_pool), cancels[_i].en);
    json_decref(policy);
}
END_TEST

static const struct {
    const char *policy;
    const char *es, *en;
} moves[] = {
    {"{\"move_until_hours\":12,\"move_most\":2}", "Puedes mover la cita 2 veces como m\xc3\xa1ximo, hasta 12 horas antes.",
     "You can move the appointment 2 times at most, up to 12 hours before."},
    {"{\"move_until_hours\":1,\"move_most\":1}", "Puedes mover la cita una vez, hasta 1 hora antes.",
     "You can move the appointment once, up to 1 hour before."},
    {"{\"move_until_hours\":0,\"move_most\":3}",
     "Puedes mover la cita 3 veces como m\xc3\xa1ximo, hasta la hora de la cita.",
     "You can move the appointment 3 times at most, up to the start of the appointment."},
    {"{\"move_until_hours\":12,\"move_most\":0}", "La hora de la cita no se puede cambiar en l\xc3\xadnea.",
     "The time of the appointment cannot be changed online."},
    {"{\"move_until_hours\":12}", NULL, NULL},
    {"{\"move_most\":1,\"move_until_hours\":\"12\"}", NULL, NULL},
};

START_TEST(moving)
{
    json_t *policy = json_loads(moves[_i].policy, 0, NULL);
    kf_policy_words_t w = {.catalog = catalog, .lang = "es", .policy = policy};

    same(kf_policy_move(&w, kf_test_pool), moves[_i].es);
    w.lang = "en";
    same(kf_policy_move(&w, kf_test_pool), moves[_i].en);
    json_decref(policy);
}
END_TEST

/* The merchant reads the same about their customers. A no-show is not mentioned if nothing is paid. */
START_TEST(readers)
{
    json_t *policy = json_loads("{\"tiers\":[{\"hours\":24,\"percent\":100}],\"no_show_rule\":\"keep\",\"move_until_hours\":2,"
                                "\"move_most\":1}", 0, NULL);
    kf_policy_words_t w = {.catalog = catalog, .lang = "es", .policy = policy, .price_cents = 10, .charge_cents = 10,
                           .reader = KF_POLICY_MERCHANT};

    ck_assert_str_eq(kf_policy_cancel(&w, kf_test_pool), "Si el cliente cancela hasta 24 horas antes, se le devuelve todo. "
                     "Despu\xc3\xa9s no hay devoluci\xc3\xb3n.");
    ck_assert_str_eq(kf_policy_move(&w, kf_test_pool), "El cliente puede mover la cita una vez, hasta 2 horas antes.");
    ck_assert_str_eq(kf_policy_no_show(&w, kf_test_pool), "Si el cliente no llega, no hay devoluci\xc3\xb3n.");
    w.reader = KF_POLICY_CUSTOMER;
    json_object_set_new(policy, "no_show_rule", json_string("refund"));
    ck_assert_str_eq(kf_policy_no_show(&w, kf_test_pool), "Si no llegas, te devolvemos lo que pagaste.");
    w.charge_cents = 0;
    ck_assert_ptr_null(kf_policy_no_show(&w, kf_test_pool));
    w.policy = NULL;
    ck_assert_ptr_null(kf_policy_cancel(&w, kf_test_pool));
    ck_assert_ptr_null(kf_policy_move(&w, kf_test_pool));
    json_decref(policy);
}
END_TEST

Suite *kf_suite_text_policy(void)
{
    Suite *suite = suite_create("text_policy");
    TCase *tc = tcase_create("policy");

    tcase_add_checked_fixture(tc, set_up, kf_test_teardown);
    suite_add_tcase(suite, tc);
    tcase_add_loop_test(tc, cancelling, 0, KF_COUNT(cancels));
    tcase_add_loop_test(tc, moving, 0, KF_COUNT(moves));
    tcase_add_test(tc, readers);
    return suite;
}
