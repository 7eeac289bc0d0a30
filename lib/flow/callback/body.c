#include "flow/callback/body.h"

#include <jansson.h>
#include <string.h>

#include "base/limits.h"
#include "json/decode.h"
#include "json/encode.h"

/* Reads facts; `missing` keeps the first member that is missing or of the wrong type. */
typedef struct {
    json_t *facts;
    const char *missing;
} reader_t;

static json_t *member(reader_t *r, json_t *of, const char *name)
{
    json_t *value = json_object_get(of, name);

    if (!value && !r->missing) {
        r->missing = name;
    }
    return value;
}

static const char *text(reader_t *r, json_t *of, const char *name)
{
    const char *value = json_string_value(member(r, of, name));

    if (!value && !r->missing) {
        r->missing = name;
    }
    return value ? value : "";
}

static int64_t integer(reader_t *r, json_t *of, const char *name)
{
    json_t *value = member(r, of, name);

    if (!json_is_integer(value) && !r->missing) {
        r->missing = name;
    }
    return json_integer_value(value);
}

static kf_money_t money(reader_t *r, json_t *of, const char *name)
{
    kf_money_t amount = {integer(r, of, name), ""};
    const char *currency = text(r, of, "currency");

    if (kf_currency_valid(currency)) {
        memcpy(amount.currency, currency, 4);
    } else if (!r->missing) {
        r->missing = "currency";
    }
    return amount;
}

static kf_instant_t instant(reader_t *r, json_t *of, const char *name)
{
    const char *value = text(r, of, name);
    kf_instant_t at = 0;

    if (!kf_instant_read(&at, NULL, value, strlen(value)) && !r->missing) {
        r->missing = name;
    }
    return at;
}

/* An optional text; "" if it is missing. */
static const char *perhaps(json_t *of, const char *name)
{
    const char *value = json_string_value(json_object_get(of, name));

    return value ? value : "";
}

/* The contract's word for one of ours; the last pair is the default. */
static const char *word(const char *const pairs[][2], const char *of)
{
    size_t i = 0;

    while (pairs[i][0] && strcmp(pairs[i][0], of)) {
        i++;
    }
    return pairs[i][1];
}

static void write_metadata(kf_buf_t *b, json_t *metadata)
{
    const char *name;
    json_t *value;

    kf_json_open_key(b, "metadata", '{');
    json_object_foreach(metadata, name, value) {
        kf_json_str(b, name, json_string_value(value));
    }
    kf_json_close(b, '}');
}

/* The state of the booking, in every message. */
static void write_booking(kf_buf_t *b, reader_t *r, bool thin)
{
    static const char *const origins[][2] = {{"manual", "negocio"}, {NULL, "enlace"}};

    kf_json_open_key(b, "booking", '{');
    kf_json_str(b, "estado", text(r, r->facts, "status"));
    if (!thin) {
        kf_json_str(b, "idioma", text(r, r->facts, "language"));
        kf_json_str(b, "origen", word(origins, perhaps(r->facts, "source")));
        write_metadata(b, json_object_get(r->facts, "metadata"));
    }
    kf_json_close(b, '}');
}

static void write_service(kf_buf_t *b, reader_t *r)
{
    json_t *service = member(r, r->facts, "service");
    const char *charge = text(r, service, "charge_type");

    kf_json_open_key(b, "servicio", '{');
    kf_json_str(b, "id", text(r, service, "id"));
    kf_json_str(b, "nombre", text(r, service, "name"));
    kf_json_int(b, "duracion_min", integer(r, service, "duration_min"));
    kf_json_str(b, "pago", strcmp(charge, "total") ? "partial" : "total");
    kf_json_major(b, "precio", money(r, r->facts, "price_cents"));
    kf_json_major(b, "monto_cobrado", money(r, r->facts, "charge_cents"));
    kf_json_close(b, '}');
}

static void write_meeting(kf_buf_t *b, reader_t *r)
{
    json_t *professional = member(r, r->facts, "professional");

    kf_json_open_key(b, "profesional", '{');
    kf_json_str(b, "id", text(r, professional, "id"));
    kf_json_str(b, "nombre", text(r, professional, "name"));
    kf_json_close(b, '}');
    kf_json_open_key(b, "cita", '{');
    kf_json_utc(b, "inicio", instant(r, r->facts, "slot_start"));
    kf_json_utc(b, "fin", instant(r, r->facts, "slot_end"));
    kf_json_str(b, "timezone", text(r, r->facts, "timezone"));
    if (json_object_get(r->facts, "meeting_url")) {
        kf_json_str(b, "enlace", text(r, r->facts, "meeting_url"));
    }
    kf_json_close(b, '}');
}

/* The former time of a moved booking: only in messages about a move. */
static void write_previous(kf_buf_t *b, reader_t *r)
{
    json_t *previous = json_object_get(r->facts, "previous");

    if (previous) {
        kf_json_open_key(b, "cita_anterior", '{');
        kf_json_utc(b, "inicio", instant(r, previous, "slot_start"));
        kf_json_utc(b, "fin", instant(r, previous, "slot_end"));
        kf_json_close(b, '}');
    }
}

static void write_customer(kf_buf_t *b, reader_t *r)
{
    json_t *customer = member(r, r->facts, "customer");

    kf_json_open_key(b, "usuario", '{');
    kf_json_str(b, "nombre", text(r, customer, "name"));
    kf_json_str(b, "email", text(r, customer, "email"));
    kf_json_str(b, "telefono", text(r, customer, "phone"));
    kf_json_bool(b, "acepto_terminos", json_is_true(member(r, customer, "accepted_terms")));
    kf_json_str(b, "notas", perhaps(customer, "notes"));
    kf_json_close(b, '}');
}

/* Who cancelled, and the reason they gave: only in messages about a cancellation. */
static void write_cancelled(kf_buf_t *b, reader_t *r)
{
    static const char *const who[][2] = {
        {"customer", "cliente"}, {"payment", "pago"}, {"system", "sistema"}, {NULL, "negocio"}};
    json_t *cancelled = json_object_get(r->facts, "cancelled");

    if (cancelled) {
        kf_json_open_key(b, "cancelacion", '{');
        kf_json_str(b, "por", word(who, text(r, cancelled, "by")));
        kf_json_str(b, "motivo", text(r, cancelled, "reason"));
        kf_json_close(b, '}');
    }
}

/* The state of the money takes precedence over the provider's last status. */
static const char *payment_word(const char *state, const char *status)
{
    static const struct {
        const char *of, *word;
    } words[] = {{"applied", "aprobado"},  {"refund_due", "por_devolver"},
                 {"refunded", "devuelto"}, {"credit", "en_revision"},
                 {"PENDING", "pendiente"}, {"DECLINED", "rechazado"},
                 {"VOIDED", "devuelto"},   {"ERROR", "error"}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!strcmp(words[i].of, state)
            || (!strcmp(state, "seen") && !strcmp(words[i].of, status))) {
            return words[i].word;
        }
    }
    return "pendiente";
}

static void write_payment(kf_buf_t *b, reader_t *r)
{
    json_t *payment = member(r, r->facts, "payment");
    const char *state, *status;

    kf_json_open_key(b, "pago", '{');
    if (json_is_null(payment)) { /* nothing was to be paid */
        kf_json_null(b, "proveedor");
        kf_json_str(b, "estado", "no_requerido");
        kf_json_null(b, "referencia");
        kf_json_int(b, "monto", 0);
        kf_json_str(b, "moneda", text(r, r->facts, "currency"));
        kf_json_close(b, '}');
        return;
    }
    state = text(r, payment, "state");
    status = text(r, payment, "status");
    kf_json_str(b, "proveedor", text(r, payment, "provider"));
    kf_json_str(b, "estado", payment_word(state, status));
    kf_json_str(b, "referencia", text(r, payment, "reference"));
    kf_json_major(b, "monto", money(r, payment, "amount_cents"));
    kf_json_str(b, "moneda", text(r, payment, "currency"));
    kf_json_close(b, '}');
}

/* A refund, possibly partial: only in messages about one. The reason tells whether it refunds the booking's
 * payment or an additional one. */
static void write_refund(kf_buf_t *b, reader_t *r)
{
    static const char *const reasons[][2] = {{"second", "segundo_pago"},
                                             {"slot_taken", "horario_ocupado"},
                                             {"no_show", "no_asistio"},
                                             {NULL, "cancelacion"}};
    json_t *refund = json_object_get(r->facts, "refund");

    if (refund) {
        kf_json_open_key(b, "devolucion", '{');
        kf_json_major(b, "monto", money(r, refund, "amount_cents"));
        kf_json_str(b, "moneda", text(r, refund, "currency"));
        kf_json_str(b, "estado", strcmp(text(r, refund, "state"), "done") ? "por_devolver" : "devuelto");
        kf_json_str(b, "motivo", word(reasons, perhaps(refund, "reason")));
        kf_json_close(b, '}');
    }
}

static void write_security(kf_buf_t *b, reader_t *r)
{
    char at[KF_UTC_MS_CHARS];

    kf_instant_write_utc_ms(at, instant(r, r->facts, "at"));
    kf_json_open_key(b, "seguridad", '{');
    kf_json_strn(b, "timestamp", at, sizeof(at));
    kf_json_str(b, "firma_hmac", ""); /* filled when the rest is there */
    kf_json_close(b, '}');
}

/* All of the contract between the first members and the signature. */
static void write_whole(kf_buf_t *b, reader_t *r)
{
    write_service(b, r);
    write_meeting(b, r);
    write_previous(b, r);
    write_customer(b, r);
    write_cancelled(b, r);
    write_payment(b, r);
    write_refund(b, r);
}

kf_err_t *kf_callback_body(const char **out, size_t *len, const char *facts,
                           const kf_webhook_key_t *key, apr_pool_t *p)
{
    reader_t r = {0};
    kf_buf_t b;
    bool thin;

    KF_TRY(kf_json_decode_within(&r.facts, facts, strlen(facts), &kf_json_answer, p));
    thin = !strcmp(perhaps(r.facts, "form"), "thin");
    kf_buf_init(&b, p, 2048, KF_MAX_CALLBACK_BODY);
    kf_json_open(&b, '{');
    kf_json_str(&b, "tenant_id", text(&r, r.facts, "tenant_id"));
    kf_json_str(&b, "booking_id", text(&r, r.facts, "booking_id"));
    kf_json_str(&b, "evento", text(&r, r.facts, "event"));
    kf_json_int(&b, "version", integer(&r, r.facts, "version"));
    write_booking(&b, &r, thin);
    if (!thin) {
        write_whole(&b, &r);
    }
    write_security(&b, &r);
    kf_json_close(&b, '}');
    if (r.missing) {
        return kf_err(p, KF_E_INTERNAL, "The facts of a message have no %s.", r.missing);
    }
    KF_TRY(kf_buf_check(&b, "callback", p));
    return kf_webhook_firma(out, len, key, b.data, b.len, p);
}
