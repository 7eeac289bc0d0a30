#ifndef KF_TESTS_UNIT_MAIL_SAMPLES_H
#define KF_TESTS_UNIT_MAIL_SAMPLES_H
/* Sample mails of every kind, with facts as kf.mail_facts and kf.mail_put make them. */
#include <apr_strings.h>
#include <string.h>

#include "text/mail/mail.h"

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
    {"verify", "{\"minutes\":1440}"},
    {"reset", "{\"minutes\":60}"},
    {"password_changed", "{\"ip\":\"2001:db8::7\"}"},
    {"invite", "{\"minutes\":10080,\"by\":\"Olga Ruiz\",\"role\":\"staff\"}"},
    {"new_sign_in", "{\"ip\":\"192.0.2.7\",\"device\":\"Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0\"}"},
    {"totp_changed", "{\"enabled\":true,\"ip\":\"192.0.2.7\"}"},
    {"calendar_invite", "{\"minutes\":10080}"},
    {"calendar_error", "{\"professional_id\":\"01a1ff8c-b797-7024-9787-921bf878b15d\",\"reason\":\"revoked\"}"},
    {"confirm_address", "{\"report\":\"kfr_report\"}"},
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

static kf_mail_t kf_sample_mail(const char *kind, const char *lang, const json_t *facts)
{
    return (kf_mail_t){
        .kind = kind, .lang = lang, .facts = facts, .business = "Cl\xc3\xadnica Norte S.A.S.",
        .primary_color = "#0b7285", .contact = "601 555 0101, citas@clinica.example.test",
        .base_url = "https://book.example.test",
        .token = "kfa_token", .calendar = "google", .at = KF_SECOND * INT64_C(1796100000), .offset = -18000,
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

/* The number of all kinds, and of those about an account, which are the first. */
__attribute__((unused)) static int kf_sample_count(bool accounts)
{
    const kf_mail_kind_t *kind;
    int n = 0;

    while ((kind = kf_mail_kind_at(n)) && (!accounts || kind->to == KF_MAIL_TO_ACCOUNT)) {
        n++;
    }
    return n;
}

/* The view of a reader without images: subject, text, and the event's lines. */
__attribute__((unused)) static kf_err_t *kf_sample_text(const char **text, const kf_mail_out_t *out, apr_pool_t *p)
{
    const char *event = "";
    size_t len;

    if (out->has_event) {
        KF_TRY(kf_ical_write(&event, &len, &out->event, p));
        event = apr_pstrcat(p, "=== event\n", event, NULL);
        kf_sample_no_returns((char *)event);
    }
    *text = apr_pstrcat(p, out->subject, "\n\n", out->text, "\n", event, NULL);
    return NULL;
}

/* A file of tests/unit/mail: both languages, as text and as HTML. */
__attribute__((unused)) static kf_err_t *kf_sample_whole(const char **whole, const char *kind, const kf_catalog_t *catalog,
                                                         const kf_mustache_set_t *templates, apr_pool_t *p)
{
    static const char *const langs[] = {"es", "en"};
    json_t *facts = kf_sample(kind);

    *whole = "";
    for (size_t i = 0; i < sizeof(langs) / sizeof(*langs); i++) {
        kf_mail_t mail = kf_sample_mail(kind, langs[i], facts);
        kf_mail_out_t out;
        const char *text;

        KF_TRY(kf_mail_compose(&out, &mail, catalog, templates, p));
        KF_TRY(kf_sample_text(&text, &out, p));
        *whole = apr_pstrcat(p, *whole, "=== ", langs[i], "\n", text, "\n=== ", langs[i], " html\n", out.html, "\n", NULL);
    }
    json_decref(facts);
    return NULL;
}

#endif
