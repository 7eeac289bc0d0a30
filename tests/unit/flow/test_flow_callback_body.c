#include "flow/callback/body.h"

#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#define SECRET "whsec_a29uZmlybWFkby12ZWN0b3Itc2VjcmV0LTMyYnl0ZXM="

#define HEAD                                                                        \
    "{\"tenant_id\":\"t-1\",\"booking_id\":\"b-1\",\"event\":\"%s\",\"version\":3," \
    "\"at\":\"2026-12-01T14:40:00.123Z\",\"status\":\"paid\",\"language\":\"es\","
#define SERVICE \
    "\"service\":{\"id\":\"s-1\",\"name\":\"%s\",\"duration_min\":30,\"charge_type\":\"%s\"},"
#define MONEY "\"price_cents\":%s,\"charge_cents\":%s,\"currency\":\"%s\","
#define REST \
    "\"professional\":{\"id\":\"p-1\",\"name\":\"Laura G\\u00f3mez\"," \
    "\"zone\":\"America/Bogota\"}," \
    "\"slot_start\":\"2026-12-01T15:00:00Z\",\"slot_end\":\"2026-12-01T15:30:00Z\"," \
    "\"timezone\":\"America/Bogota\",\"customer_zone\":\"Europe/Madrid\"," \
    "\"customer\":{\"name\":\"Ana P\\u00e9rez\",\"email\":\"ana@example.com\"," \
    "\"phone\":\"+573001234567\",\"notes\":\"\",\"accepted_terms\":true},\"payment\":%s}"

static const char paid[] =
    "{\"provider\":\"wompi\",\"tx_id\":\"1-2-3\",\"status\":\"APPROVED\",\"state\":\"%s\","
    "\"reference\":\"kf-b1-1\",\"amount_cents\":%s,\"currency\":\"%s\",\"method\":\"CARD\"}";

typedef struct {
    const char *event, *name, *charge_type, *price, *charge, *currency, *state;
} facts_t;

static const facts_t usual = {
    "booking.paid", "Limpieza dental", "partial_percent", "12000000", "3000000", "COP", "applied"};

static const char *facts_of(const facts_t *f)
{
    char *text = apr_palloc(kf_test_pool, 4096), payment[512];

    if (f->state) {
        snprintf(payment, sizeof(payment), paid, f->state, f->charge, f->currency);
    }
    snprintf(text, 4096, HEAD SERVICE MONEY REST, f->event, f->name, f->charge_type, f->price,
             f->charge, f->currency, f->state ? payment : "null");
    return text;
}

static const char *body_of(const facts_t *f)
{
    kf_webhook_key_t key;
    const char *body;
    size_t len;

    ck_ok(kf_webhook_key_parse(&key, SECRET, kf_test_pool));
    ck_ok(kf_callback_body(&body, &len, facts_of(f), &key, kf_test_pool));
    ck_assert_uint_eq(strlen(body), len);
    ck_assert_msg(kf_webhook_firma_valid(&key, body, len, kf_test_pool), "firma_hmac of %s", body);
    return body;
}

/* The contract with merchants: names, order, types of values. */
START_TEST(test_body)
{
    static const char wanted[] =
        "{\"tenant_id\":\"t-1\",\"booking_id\":\"b-1\",\"evento\":\"booking.paid\",\"version\":3,"
        "\"booking\":{\"estado\":\"paid\",\"idioma\":\"es\",\"origen\":\"enlace\",\"metadata\":{}},"
        "\"servicio\":{\"id\":\"s-1\",\"nombre\":\"Limpieza dental\",\"duracion_min\":30,"
        "\"pago\":\"partial\",\"precio\":120000,\"monto_cobrado\":30000},"
        "\"profesional\":{\"id\":\"p-1\",\"nombre\":\"Laura Gómez\"},"
        "\"cita\":{\"inicio\":\"2026-12-01T15:00:00Z\",\"fin\":\"2026-12-01T15:30:00Z\","
        "\"timezone\":\"America/Bogota\"},"
        "\"usuario\":{\"nombre\":\"Ana Pérez\",\"email\":\"ana@example.com\","
        "\"telefono\":\"+573001234567\",\"acepto_terminos\":true,\"notas\":\"\"},"
        "\"pago\":{\"proveedor\":\"wompi\",\"estado\":\"aprobado\","
        "\"referencia\":\"kf-b1-1\",\"monto\":30000,\"moneda\":\"COP\"},"
        "\"seguridad\":{\"timestamp\":\"2026-12-01T14:40:00.123Z\",\"firma_hmac\":\"";
    const char *body = body_of(&usual);

    ck_assert_uint_eq(strlen(body), strlen(wanted) + 64 + strlen("\"}}"));
    ck_assert_mem_eq(body, wanted, strlen(wanted));
    ck_assert_str_eq(body + strlen(wanted) + 64, "\"}}");
}
END_TEST

START_TEST(test_words)
{
    static const struct {
        facts_t facts;
        const char *part;
    } cases[] = {
        {{"booking.paid", "Corte", "total", "12000000", "12000000", "COP", "applied"},
         "\"pago\":\"total\""},
        {{"booking.paid", "Corte", "partial_fixed", "8059", "1005", "USD", "applied"},
         "\"pago\":\"partial\",\"precio\":80.59,\"monto_cobrado\":10.05}"},
        {{"booking.paid", "Corte", "total", "1", "1", "JPY", "applied"},
         "\"monto\":1,\"moneda\":\"JPY\"}"},
        {{"booking.paid", "Corte", "total", "900000000000", "900000000000", "COP", "applied"},
         "\"precio\":9000000000,"},
        {{"booking.paid", "Corte", "total", "0", "0", "COP", NULL},
         "\"pago\":{\"proveedor\":null,\"estado\":\"no_requerido\",\"referencia\":null,\"monto\":0,"
         "\"moneda\":\"COP\"}"},
        {{"payment.refund_due", "Corte", "total", "100", "100", "COP", "refund_due"},
         "\"estado\":\"por_devolver\""},
        {{"refund.succeeded", "Corte", "total", "100", "100", "COP", "refunded"},
         "\"estado\":\"devuelto\""},
        {{"booking.cancelled", "Corte", "total", "100", "100", "COP", "credit"},
         "\"estado\":\"en_revision\""},
        /* a name that looks like the signature's placeholder is not replaced */
        {{"booking.paid", "\\\"firma_hmac\\\":\\\"\\\"", "total", "100", "100", "COP", "applied"},
         "\"nombre\":\"\\\"firma_hmac\\\":\\\"\\\"\""},
    };
    const char *body = body_of(&cases[_i].facts);

    ck_assert_int_lt(_i, KF_COUNT(cases));
    ck_assert_msg(strstr(body, cases[_i].part) != NULL, "%s is not in %s", cases[_i].part, body);
}
END_TEST

/* Members of some messages only stand in their place: the former time, the refund. */
START_TEST(test_more)
{
    static const struct {
        const char *more, *part; /* part: NULL if the body cannot be made */
    } cases[] = {
        {"\"previous\":{\"slot_start\":\"2026-11-30T15:00:00Z\",\"slot_end\":\"2026-11-30T15:30:00Z\"}",
         "\"timezone\":\"America/Bogota\"},\"cita_anterior\":{\"inicio\":\"2026-11-30T15:00:00Z\","
         "\"fin\":\"2026-11-30T15:30:00Z\"},\"usuario\":{"},
        {"\"refund\":{\"amount_cents\":1500050,\"currency\":\"COP\",\"state\":\"due\"}",
         "\"moneda\":\"COP\"},\"devolucion\":{\"monto\":15000.50,\"moneda\":\"COP\","
         "\"estado\":\"por_devolver\",\"motivo\":\"cancelacion\"},\"seguridad\":{"},
        {"\"refund\":{\"amount_cents\":100,\"currency\":\"COP\",\"state\":\"done\",\"reason\":\"second\"}",
         "\"devolucion\":{\"monto\":1,\"moneda\":\"COP\",\"estado\":\"devuelto\",\"motivo\":\"segundo_pago\"}"},
        {"\"source\":\"manual\",\"metadata\":{\"pedido\":\"A-1\",\"nota\":\"\\\"x\\\"\"}",
         "\"origen\":\"negocio\",\"metadata\":{\"pedido\":\"A-1\",\"nota\":\"\\\"x\\\"\"}},\"servicio\""},
        {"\"meeting_url\":\"https://meet.example/x\"",
         "\"timezone\":\"America/Bogota\",\"enlace\":\"https://meet.example/x\"},"},
        {"\"cancelled\":{\"by\":\"customer\",\"reason\":\"ya no puedo\"}",
         "\"cancelacion\":{\"por\":\"cliente\",\"motivo\":\"ya no puedo\"},\"pago\":{"},
        {"\"form\":\"thin\"",
         "\"version\":3,\"booking\":{\"estado\":\"paid\"},\"seguridad\":{\"timestamp\""},
        {"\"cancelled\":{\"by\":\"customer\"}", NULL},
        {"\"previous\":{\"slot_start\":\"2026-11-30T15:00:00Z\"}", NULL},
        {"\"refund\":{\"amount_cents\":100,\"currency\":\"COP\"}", NULL},
    };
    const char *facts = apr_pstrcat(kf_test_pool, "{", cases[_i].more, ",", facts_of(&usual) + 1, NULL), *body;
    kf_webhook_key_t key;
    size_t len;

    ck_ok(kf_webhook_key_parse(&key, SECRET, kf_test_pool));
    if (!cases[_i].part) {
        ck_fails(kf_callback_body(&body, &len, facts, &key, kf_test_pool), KF_E_INTERNAL);
        return;
    }
    ck_ok(kf_callback_body(&body, &len, facts, &key, kf_test_pool));
    ck_assert_msg(strstr(body, cases[_i].part) != NULL, "%s is not in %s", cases[_i].part, body);
    ck_assert(kf_webhook_firma_valid(&key, body, len, kf_test_pool));
}
END_TEST

/* A message without a required fact is an error that names it, never an incomplete body. */
START_TEST(test_missing)
{
    static const char *const names[] = {"tenant_id",   "event",        "version",  "service",
                                        "charge_type", "price_cents",  "currency", "slot_start",
                                        "timezone",    "customer",     "phone",    "payment",
                                        "reference",   "amount_cents", "at"};
    kf_webhook_key_t key;
    const char *body;
    size_t len;

    ck_ok(kf_webhook_key_parse(&key, SECRET, kf_test_pool));
    for (int i = 0; i < KF_COUNT(names); i++) {
        char *facts = apr_pstrdup(kf_test_pool, facts_of(&usual));
        char *at = strstr(facts, apr_pstrcat(kf_test_pool, "\"", names[i], "\":", NULL));
        kf_err_t *err;

        ck_assert_ptr_nonnull(at);
        at[1] = '?';
        err = kf_callback_body(&body, &len, facts, &key, kf_test_pool);
        ck_assert_msg(err && err->code == KF_E_INTERNAL, "without %s", names[i]);
        ck_assert_msg(strstr(err->detail, names[i]) != NULL, "%s: %s", names[i], err->detail);
    }
    ck_assert_ptr_nonnull(kf_callback_body(&body, &len, "[]", &key, kf_test_pool));
    ck_assert_ptr_nonnull(kf_callback_body(&body, &len, "not JSON", &key, kf_test_pool));
}
END_TEST

Suite *kf_suite_flow_callback_body(void)
{
    Suite *suite = suite_create("flow/callback_body");
    TCase *tc = kf_test_case(suite, "body");

    tcase_add_test(tc, test_body);
    tcase_add_loop_test(tc, test_words, 0, 9);
    tcase_add_loop_test(tc, test_more, 0, 10);
    tcase_add_test(tc, test_missing);
    return suite;
}
