#ifndef KF_TESTS_UNIT_MAIL_SAMPLES_H
#define KF_TESTS_UNIT_MAIL_SAMPLES_H
/* Sample mails about bookings: every kind, with facts as kf.mail_facts makes them. */
#include <apr_strings.h>
#include <string.h>

#include "text/mail/booking.h"

static const char *const kf_sample_kinds[] = {
    "booking_received", "booking_confirmed", "payment_failed", "reminder_24h", "reminder_1h", "booking_moved",
    "booking_cancelled", "refund_done", "waiting_confirm", "waiting_joined", "waiting_offer", "waiting_free",
    "new_booking", "moved_booking", "cancelled_booking", "refund_task", "callback_failing", "channel_test"};

/* A customer in Madrid books in Bogotá. */
static const char kf_sample_facts[] =
    "{\"booking\":\"01a1ff8c-b797-7024-9787-921bf878b15c\",\"status\":\"confirmed\",\"version\":3,\"sequence\":2,"
    "\"start\":\"2026-12-08T15:00:00+01:00\",\"end\":\"2026-12-08T15:45:00+01:00\","
    "\"start_there\":\"2026-12-08T09:00:00-05:00\",\"end_there\":\"2026-12-08T09:45:00-05:00\","
    "\"customer_zone\":\"Europe/Madrid\",\"professional_zone\":\"America/Bogota\",\"zones_differ\":true,"
    "\"utc_start\":\"2026-12-08T14:00:00Z\",\"utc_end\":\"2026-12-08T14:45:00Z\","
    "\"service\":\"Limpieza dental\",\"place\":\"Calle 10 # 5-20, consultorio 301, Bogot\xc3\xa1\","
    "\"map_url\":\"https://maps.example.test/?q=4.6,-74.1\","
    "\"instructions\":\"Llega 10 minutos antes.\\nTrae tu documento.\",\"professional\":\"Laura G\xc3\xb3mez\","
    "\"customer\":\"Ana P\xc3\xa9rez\",\"customer_email\":\"ana@example.test\",\"customer_phone\":\"+573001234567\","
    "\"notes\":\"Tengo sensibilidad en una muela.\\nGracias.\",\"price_cents\":12000000,\"charge_cents\":3000000,"
    "\"currency\":\"COP\",\"paid_cents\":3000000,\"link\":\"clinica-norte\","
    "\"policy\":{\"tiers\":[{\"hours\":48,\"percent\":100},{\"hours\":24,\"percent\":50}],\"deposit_rule\":\"tiers\","
    "\"no_show_rule\":\"keep\",\"move_until_hours\":12,\"move_most\":2}}";

typedef struct {
    const char *kind;
    const char *more; /* JSON of further facts */
} kf_sample_more_t;

/* Facts of some kinds only. */
static const kf_sample_more_t kf_sample_more[] = {
    {"booking_received", "{\"status\":\"pending\",\"paid_cents\":0,\"hold_expires_at\":\"2026-12-01T10:10:00+01:00\"}"},
    {"booking_confirmed", "{\"note\":\"Hola, gracias por elegirnos.\\nSi vienes en carro, hay parqueadero en la 11.\","
                          "\"meeting_url\":\"https://meet.example.test/abc-defg-hij\"}"},
    {"payment_failed", "{\"status\":\"failed\",\"paid_cents\":0}"},
    {"booking_moved", "{\"by\":\"merchant\",\"old_start\":\"2026-12-05T16:00:00+01:00\","
                      "\"old_start_there\":\"2026-12-05T10:00:00-05:00\",\"old_professional\":\"Juan Mora\"}"},
    {"booking_cancelled", "{\"by\":\"merchant\",\"status\":\"cancelled\",\"refund_cents\":1500000,\"refund_state\":\"due\","
                          "\"reason\":\"La doctora est\xc3\xa1 enferma.\"}"},
    {"refund_done", "{\"status\":\"cancelled\",\"refund_cents\":1500000,\"refund_state\":\"done\"}"},
    {"waiting_confirm", "{\"booking\":null,\"start\":null,\"end\":null,\"start_there\":null,\"end_there\":null,"
                        "\"instructions\":null,\"day\":\"2026-12-08\"}"},
    {"waiting_joined", "{\"booking\":null,\"start\":null,\"end\":null,\"start_there\":null,\"end_there\":null,"
                       "\"day\":\"2026-12-08\"}"},
    {"waiting_offer", "{\"booking\":null,\"instructions\":null,\"day\":\"2026-12-08\",\"offered_until\":\"2026-12-01T15:30:00+01:00\"}"},
    {"waiting_free", "{\"booking\":null,\"instructions\":null,\"day\":\"2026-12-08\","
                     "\"service_id\":\"01a1ff8c-b797-7024-9787-921bf878b15c\",\"professional_id\":\"01a1ff8c-b797-7024-9787-921bf878b15d\"}"},
    {"new_booking", "{\"for_calendar\":true}"},
    {"moved_booking", "{\"by\":\"customer\",\"for_calendar\":true,\"old_start\":\"2026-12-05T16:00:00+01:00\","
                      "\"old_start_there\":\"2026-12-05T10:00:00-05:00\"}"},
    {"cancelled_booking", "{\"by\":\"customer\",\"for_calendar\":true,\"status\":\"cancelled\",\"refund_cents\":1500000,"
                          "\"refund_state\":\"manual\",\"reason\":\"Me sali\xc3\xb3 un viaje.\"}"},
    {"refund_task", "{\"status\":\"cancelled\",\"due_at\":\"2026-12-04T09:00:00-05:00\",\"refund_cents\":1500000,\"refund_state\":\"manual\"}"},
    {"callback_failing", "{\"booking\":null,\"url\":\"https://clinica.example.test/konfirmado\",\"disabled\":true}"},
};

/* The caller owns it. */
static json_t *kf_sample(const char *kind)
{
    json_t *facts = json_loads(kf_sample_facts, 0, NULL);

    for (size_t i = 0; i < sizeof(kf_sample_more) / sizeof(*kf_sample_more); i++) {
        if (!strcmp(kf_sample_more[i].kind, kind)) {
            json_t *more = json_loads(kf_sample_more[i].more, 0, NULL);

            json_object_update(facts, more);
            json_decref(more);
        }
    }
    return facts;
}

static kf_mail_booking_t kf_sample_mail(const char *kind, const char *lang, const json_t *facts)
{
    return (kf_mail_booking_t){
        .kind = kind, .lang = lang, .facts = facts, .business = "Cl\xc3\xadnica Norte S.A.S.",
        .primary_color = "#0b7285", .contact = "601 555 0101, citas@clinica.example.test",
        .base_url = "https://book.example.test",
        .tokens = {"kfv_view", "kfv_move", "kfv_cancel", "kfv_reminders", "kfw_offer", "kfw_leave"},
        .to_name = "Ana P\xc3\xa9rez", .to_address = "ana@example.test",
        .from_address = "citas@book.example.test", .now = KF_SECOND * INT64_C(1796100000)};
}

static void kf_sample_no_returns(char *text)
{
    char *to = text;

    for (; *text; text++) {
        if (*text != '\r') {
            *to++ = *text;
        }
    }
    *to = '\0';
}

/* The view of a reader without images: subject, text, and the event's lines. */
__attribute__((unused)) static kf_err_t *kf_sample_text(const char **text, const kf_mail_booking_out_t *out, apr_pool_t *p)
{
    const char *event = "";
    size_t len;

    if (out->has_event) {
        KF_TRY(kf_ical_write(&event, &len, &out->event, p));
        event = apr_pstrcat(p, "=== event\n", event, NULL);
        kf_sample_no_returns((char *)event);
    }
    *text = apr_pstrcat(p, out->words.subject, "\n\n", out->words.text, "\n", event, NULL);
    return NULL;
}

#endif
