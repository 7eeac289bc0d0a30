/* Mails about bookings in detail: clocks, money, actors, links, colours, events. */
#include "test.h"

#include "mail_samples.h"
#include "text/color.h"

static kf_catalog_t *catalog;
static kf_mustache_set_t *templates;
static json_t *facts;
static kf_mail_t mail;
static kf_mail_out_t out;

static void set_up(void)
{
    kf_test_setup();
    facts = NULL;
    ck_ok(kf_catalog_load(&catalog, KF_SRCDIR "/htdocs/i18n", kf_test_pool));
    ck_ok(kf_mustache_set_load(&templates, KF_SRCDIR "/htdocs/templates", kf_test_pool));
}

static void tear_down(void)
{
    json_decref(facts);
    kf_test_teardown();
}

static void begin(const char *kind, const char *lang)
{
    json_decref(facts);
    facts = kf_sample(kind);
    mail = kf_sample_mail(kind, lang, facts);
}

static void set(const char *name, const char *value)
{
    json_object_set_new(facts, name, value ? json_string(value) : json_null());
}

static void set_n(const char *name, json_int_t value)
{
    json_object_set_new(facts, name, json_integer(value));
}

static const char *text(void)
{
    ck_ok(kf_mail_compose(&out, &mail, catalog, templates, kf_test_pool));
    return out.text;
}

#define has(part) ck_assert_msg(strstr(text(), part) != NULL, "no \"%s\" in:\n%s", part, text())
#define lacks(part) ck_assert_msg(!strstr(text(), part), "\"%s\" in:\n%s", part, text())

#define NB "\xc2\xa0"

/* -- clocks -- */

START_TEST(zones)
{
    begin("booking_confirmed", "es");
    has("Martes 8 de diciembre\n3:00" NB "p." NB "m. \xe2\x80\x93 3:45" NB "p." NB "m.\nHora de Madrid (UTC+1)\n"
        "(9:00" NB "a." NB "m., hora de Bogot\xc3\xa1)\n");
    mail.lang = "en";
    has("Tuesday, 8 December\n3:00" NB "pm \xe2\x80\x93 3:45" NB "pm\nMadrid time (UTC+1)\n(9:00" NB "am, Bogot\xc3\xa1 time)");
    begin("new_booking", "es"); /* staff read their own clock first */
    has("9:00" NB "a." NB "m. \xe2\x80\x93 9:45" NB "a." NB "m.\nHora de Bogot\xc3\xa1 (UTC-5)\n(3:00" NB "p." NB
        "m., hora de Madrid)");
    begin("booking_confirmed", "es"); /* the same offset under another name: one clock */
    set("start", "2026-12-08T09:00:00-05:00");
    set("customer_zone", "America/Lima");
    has("Hora de Lima (UTC-5)\n");
    lacks("hora de Bogot\xc3\xa1");
    begin("booking_confirmed", "es"); /* another day there */
    set("start", "2026-12-09T01:00:00+11:00");
    set("customer_zone", "Australia/Sydney");
    has("Mi\xc3\xa9rcoles 9 de diciembre");
    has("(martes 8 de diciembre, 9:00" NB "a." NB "m., hora de Bogot\xc3\xa1)");
    set("start", "2027-01-09T01:00:00+11:00"); /* the year is given if it is not the current one */
    has("S\xc3\xa1" "bado 9 de enero de 2027");
}
END_TEST

START_TEST(until)
{
    begin("waiting_offer", "es");
    has("hasta las 3:30" NB "p." NB "m.; despu\xc3\xa9s");
    set("offered_until", "2026-12-01T13:05:00+01:00");
    has("hasta la 1:05" NB "p." NB "m.; despu\xc3\xa9s");
    mail.lang = "en";
    has("until 1:05" NB "pm. After");
}
END_TEST

/* -- money -- */

static const struct {
    const char *kind, *lang, *currency;
    json_int_t price, charge, paid;
    const char *has, *lacks;
} money[] = {
    {"booking_confirmed", "es", "COP", 12000000, 3000000, 3000000,
     "Pagaste: $" NB "30.000\nTe queda por pagar en la cita: $" NB "90.000\n", "Gratis"},
    {"booking_confirmed", "en", "USD", 1250, 1250, 1250, "You paid: USD" NB "12.50\n", "Left to pay"},
    {"booking_confirmed", "es", "USD", 1250, 1000, 1000, "en la cita: US$" NB "2,50\n", "Gratis"},
    {"booking_confirmed", "es", "CLP", 15000, 0, 0, "Te queda por pagar en la cita: CLP" NB "15.000\n", "Pagaste"},
    {"booking_confirmed", "es", "COP", 0, 0, 0, "Precio: Gratis\n", "Pagaste"},
    {"booking_confirmed", "es", "COP", 0, 0, 0, "Puedes cancelar sin costo", "te devolvemos"},
    {"booking_confirmed", "es", "XYZW", 100, 100, 100, "Limpieza dental", "Pagaste"},
    {"booking_received", "es", "COP", 12000000, 3000000, 0, "Pagas ahora: $" NB "30.000\n", "Pagaste"},
    {"waiting_offer", "es", "COP", 0, 0, 0, "Precio: Gratis\n", "Pagas ahora"},
    {"new_booking", "en", "COP", 12000000, 3000000, 3000000, "Paid: COP" NB "30,000\nPays at the appointment: COP" NB
     "90,000\n", "You paid"},
};

START_TEST(amounts)
{
    begin(money[_i].kind, money[_i].lang);
    set("currency", money[_i].currency);
    set_n("price_cents", money[_i].price);
    set_n("charge_cents", money[_i].charge);
    set_n("paid_cents", money[_i].paid);
    has(money[_i].has);
    lacks(money[_i].lacks);
}
END_TEST

static const struct {
    const char *kind, *state;
    json_int_t refund;
    const char *has;
} backs[] = {
    {"booking_cancelled", "due", 1500000, "Te devolveremos $" NB "15.000 de los $" NB "30.000 que pagaste."},
    {"booking_cancelled", "manual", 3000000, "Te devolveremos $" NB "30.000, todo lo que pagaste."},
    {"booking_cancelled", "done", 1500000, "Te devolvimos $" NB "15.000 de los"},
    {"booking_cancelled", NULL, 0, "los $" NB "30.000 que pagaste no se devuelven."},
    {"cancelled_booking", "running", 1500000, "Se le devuelven $" NB "15.000"},
    {"cancelled_booking", "manual", 1500000, "Te falta devolverle $" NB "15.000"},
    {"cancelled_booking", "done", 1500000, "Se le devolvieron $" NB "15.000"},
    {"cancelled_booking", "manual", 3000000, "Te falta devolverle $" NB "30.000, todo lo que pag\xc3\xb3:"},
    {"booking_cancelled", "done", 3000000, "Te devolvimos $" NB "30.000, todo lo que pagaste."},
    {"cancelled_booking", "due", 3000000, "Se le devuelven $" NB "30.000, todo lo que pag\xc3\xb3."},
    {"cancelled_booking", "done", 3000000, "Se le devolvieron $" NB "30.000, todo"},
    {"cancelled_booking", NULL, 0, "no se le devuelve nada."},
    {"refund_done", "done", 1500000, "te devolvi\xc3\xb3 $" NB "15.000."},
    {"refund_task", "twice", 1500000, "el cliente recibi\xc3\xb3 el dinero dos veces"},
    {"refund_task", "manual", 1500000, "Fecha l\xc3\xadmite: viernes 4 de diciembre\n"},
};

START_TEST(back)
{
    begin(backs[_i].kind, "es");
    set("refund_state", backs[_i].state);
    set_n("refund_cents", backs[_i].refund);
    has(backs[_i].has);
    begin(backs[_i].kind, "es"); /* a customer who paid nothing reads nothing about money */
    set_n("paid_cents", 0);
    lacks("pagaste");
    lacks("que pag\xc3\xb3");
}
END_TEST

/* -- actor and reason -- */

START_TEST(who)
{
    static const char *const words[][4] = {
        {"booking_moved", "customer", "como pediste", "Ana"}, {"booking_moved", "merchant", "cambi\xc3\xb3 tu cita", "Ana"},
        {"booking_moved", NULL, "cambi\xc3\xb3.", ""}, {"booking_cancelled", "customer", "como pediste", ""},
        {"booking_cancelled", "merchant", "S.A.S. cancel\xc3\xb3 tu cita.", ""}, {"booking_cancelled", "??", "se cancel\xc3\xb3.", ""},
        {"cancelled_booking", "merchant", "Tu equipo cancel\xc3\xb3 la cita de Ana", ""},
        {"moved_booking", "customer", "Ana P\xc3\xa9rez cambi\xc3\xb3 su cita.", ""}};

    for (size_t i = 0; i < KF_COUNT(words); i++) {
        begin(words[i][0], "es");
        set("by", words[i][1]);
        has(words[i][2]);
    }
    begin("booking_cancelled", "es"); /* customers do not get their own text back, nor that of a program */
    has("Motivo: La doctora est\xc3\xa1 enferma.");
    set("by", "customer");
    lacks("Motivo");
    set("by", "merchant");
    set("reason", "not_paid_in_time");
    lacks("Motivo");
    begin("moved_booking", "es");
    set("old_professional", "Juan Mora");
    has("Antes: s\xc3\xa1" "bado 5 de diciembre, 10:00" NB "a." NB "m. con Juan Mora\n");
    set("old_professional", "Laura G\xc3\xb3mez");
    lacks("con Laura");
    begin("payment_failed", "es");
    has("el horario qued\xc3\xb3 libre");
    has("Reservar otra hora:\nhttps://book.example.test/book/clinica-norte\n");
    set("status", "pending");
    has("Pagar ahora:\nhttps://book.example.test/booking/kfv_view\n");
}
END_TEST

START_TEST(written)
{
    begin("new_booking", "es");
    has("Nota del cliente: Tengo sensibilidad en una muela. Gracias.");
    set("notes", "mi web es evil.example");
    has("Nota del cliente: Trae una direcci\xc3\xb3n web");
    set("notes", "tomo 2.50 mg, 24/7: siempre. Gracias");
    has("Nota del cliente: tomo 2.50 mg, 24/7: siempre. Gracias\n");
    begin("booking_confirmed", "es");
    has("Mensaje de Cl\xc3\xadnica Norte S.A.S.:\n> Hola, gracias por elegirnos.\n> Si vienes en carro");
    set("note", "<b>uno</b>\n\ndos");
    has("> <b>uno</b>\n> \n> dos");
    ck_assert(strstr(out.html, "&lt;b&gt;uno&lt;/b&gt;<br><br>dos<br>"));
    set("note", " \n ");
    lacks("Mensaje de");
}
END_TEST

/* -- links -- */

START_TEST(links)
{
    begin("reminder_24h", "es");
    has("Ver mi cita:\nhttps://book.example.test/booking/kfv_view\n");
    has("Mover:\nhttps://book.example.test/booking/kfv_move/move\n");
    has("Cancelar:\nhttps://book.example.test/booking/kfv_cancel/cancel\n");
    has("recordatorios de esta cita: https://book.example.test/booking/kfv_reminders/reminders\n");
    mail.tokens = (kf_mail_tokens_t){.view = "a/b\"?"};
    has("https://book.example.test/booking/a%2Fb%22%3F\n");
    lacks("/move");
    lacks("/cancel");
    lacks("/reminders");
    begin("booking_moved", "es"); /* no button if it may not be moved any more */
    has("/move\n");
    set_n("moves", 1);
    has("/move\n");
    set_n("moves", 2);
    lacks("/move\n");
    begin("booking_confirmed", "es");
    mail.now = KF_SECOND * (INT64_C(1796738400) - 12 * 3600);
    has("/move\n");
    mail.now++;
    lacks("/move\n");
    has("/cancel\n");
    begin("waiting_offer", "es");
    has("https://book.example.test/waiting/kfw_offer/offer\n");
    has("https://book.example.test/waiting/kfw_leave\n");
    begin("waiting_confirm", "es");
    has("Confirmar que quiero esperar:\nhttps://book.example.test/waiting/kfw_leave/confirm\n");
    begin("waiting_free", "es");
    has("https://book.example.test/book/clinica-norte/availability?service=01a1ff8c-b797-7024-9787-921bf878b15c&professional=");
    has("&day=2026-12-08&timezone=Europe%2FMadrid\n");
    lacks("kfw_offer");
    set("service_id", "");
    has("https://book.example.test/book/clinica-norte\n");
    begin("booking_confirmed", "es");
    set("map_url", "http://maps.example.test/");
    set("meeting_url", "javascript:alert(1)");
    lacks("maps.example");
    lacks("javascript");
    set("place", NULL);
    set("map_url", "https://maps.example.test/a");
    has("Lugar: En el mapa\nC\xc3\xb3mo llegar: https://maps.example.test/a\n");
    lacks("kfv_view&"); /* no secret of ours is sent to a calendar's page */
    ck_assert(!strstr(strstr(text(), "calendar.google.com"), "kfv_view"));
}
END_TEST

/* -- look -- */

static kf_color_t color_after(const char *html, const char *mark, const char *name)
{
    const char *at = strstr(strstr(html, mark), name);
    kf_color_t color;

    ck_assert_ptr_nonnull(at);
    ck_assert(kf_color_parse(&color, apr_pstrmemdup(kf_test_pool, at + strlen(name), 7)));
    return color;
}

START_TEST(colours)
{
    static const char *const own[] = {"#ffffff", "#000000", "#ffff00", "#0b7285", "#808080", "#ff0000", "red", NULL};
    static const kf_color_t white = {255, 255, 255}, dark = {0x1d, 0x21, 0x26};
    const char *html;

    for (size_t i = 0; i < KF_COUNT(own); i++) {
        begin("booking_confirmed", "es");
        mail.primary_color = own[i];
        text();
        html = out.html;
        ck_assert(kf_color_ratio(color_after(html, "class=\"go\" style=\"display", "background:"),
                                 color_after(html, "class=\"go\" style=\"display", ";color:")) >= KF_COLOR_TEXT_RATIO);
        ck_assert(kf_color_ratio(color_after(html, "class=\"go\" style=\"display", "border:1px solid "), white) >= 3);
        ck_assert(kf_color_ratio(color_after(html, "class=\"link\"", ";color:"), white) >= KF_COLOR_TEXT_RATIO);
        ck_assert(kf_color_ratio(color_after(html, ".link {", "color: "), dark) >= KF_COLOR_TEXT_RATIO);
        ck_assert(kf_color_ratio(color_after(html, ".go {", "background: "), color_after(html, ".go {", "; color: "))
                  >= KF_COLOR_TEXT_RATIO);
    }
}
END_TEST

START_TEST(logos)
{
    static const char *const urls[][2] = {
        {"/uploads/abc.png", "src=\"https://book.example.test/uploads/abc.png\""},
        {"https://cdn.example.test/a.png", "src=\"https://cdn.example.test/a.png\""},
        {"/uploads/abc.svg", NULL}, {"/uploads/abc.SVG", NULL}, {"//evil.test/a.png", NULL},
        {"http://cdn.example.test/a.png", NULL}, {"javascript:alert(1)", NULL}, {"/a.png\" onerror=\"x", NULL}, {"", NULL}};

    for (size_t i = 0; i < KF_COUNT(urls); i++) {
        begin("booking_confirmed", "es");
        mail.logo_url = urls[i][0];
        text();
        if (urls[i][1]) {
            ck_assert(strstr(out.html, urls[i][1]) && strstr(out.html, "alt=\"Cl\xc3\xadnica Norte S.A.S.\""));
        } else {
            ck_assert_msg(!strstr(out.html, "<img"), "%s", urls[i][0]);
        }
    }
}
END_TEST

/* -- reply addresses -- */

START_TEST(answers)
{
    static const struct {
        const char *kind;
        bool to_customer, to_answer;
    } cases[] = {{"booking_confirmed", true, false}, {"reminder_1h", true, false},     {"refund_done", true, false},
                 {"waiting_offer", false, false},    {"new_booking", false, true},     {"moved_booking", false, true},
                 {"cancelled_booking", false, true}, {"callback_failing", false, false}};

    begin(cases[_i].kind, "es");
    json_object_set_new(facts, "customer_email", json_string("ana@example.test"));
    text();
    ck_assert_int_eq(kf_mail_kind(mail.kind)->to == KF_MAIL_TO_CUSTOMER, cases[_i].to_customer);
    ck_assert_pstr_eq(out.reply_to, cases[_i].to_answer ? "ana@example.test" : NULL);
    json_object_set_new(facts, "customer_email", json_string("ana@example.test\r\nBcc: x@y.test"));
    text();
    ck_assert_ptr_null(out.reply_to);
}
END_TEST

/* -- events -- */

START_TEST(events)
{
    begin("booking_confirmed", "es");
    text();
    ck_assert(out.has_event && out.event.method == KF_ICAL_REQUEST && out.event.status == KF_ICAL_CONFIRMED);
    ck_assert_str_eq(out.event.uid, "01a1ff8c-b797-7024-9787-921bf878b15c@book.example.test");
    ck_assert_int_eq(out.event.sequence, 2);
    ck_assert_int_eq(out.event.end - out.event.start, 45 * KF_MINUTE);
    ck_assert_str_eq(out.event.organizer_name, "Cl\xc3\xadnica Norte S.A.S.");
    ck_assert_str_eq(out.event.attendee_address, "ana@example.test");
    begin("booking_moved", "es");
    text();
    ck_assert(out.has_event && out.event.method == KF_ICAL_REQUEST);
    begin("booking_cancelled", "es");
    text();
    ck_assert(out.has_event && out.event.method == KF_ICAL_CANCEL && !out.event.alarm_min);
    mail.from_address = NULL; /* an invitation without an organizer is invalid */
    text();
    ck_assert(!out.has_event);
    begin("booking_confirmed", "es");
    set("end", "2026-12-08T15:00:00+01:00");
    text();
    ck_assert(!out.has_event);
    begin("reminder_24h", "es");
    text();
    ck_assert(!out.has_event);
}
END_TEST

START_TEST(senders)
{
    begin("booking_confirmed", "es");
    mail.from_name = "Konfirmado";
    text();
    ck_assert_str_eq(out.sender, "Cl\xc3\xadnica Norte S.A.S. v\xc3\xad" "a Konfirmado");
    mail.from_name = "";
    text();
    ck_assert_str_eq(out.sender, "Cl\xc3\xadnica Norte S.A.S.");
    mail.from_name = "Konfirmado";
    mail.business = "gana.example\r\nBcc: x";
    text();
    ck_assert_str_eq(out.sender, "Konfirmado");
    begin("new_booking", "es");
    mail.from_name = "Konfirmado";
    text();
    ck_assert_str_eq(out.sender, "Konfirmado");
}
END_TEST

/* Owners are notified of every booking; only the professional gets an event, and only if we do not write to the
 * calendar. */
START_TEST(events_of_professionals)
{
    static const struct {
        const char *kind, *word; /* JSON */
        int method;              /* -1: none */
    } cases[] = {
        {"new_booking", "true", KF_ICAL_REQUEST}, {"new_booking", "null", -1}, {"new_booking", "false", -1},
        {"moved_booking", "true", KF_ICAL_REQUEST}, {"moved_booking", "\"end\"", KF_ICAL_CANCEL},
        {"moved_booking", "null", -1}, {"cancelled_booking", "true", KF_ICAL_CANCEL}, {"cancelled_booking", "null", -1},
        {"refund_task", "true", -1},
    };

    for (size_t i = 0; i < KF_COUNT(cases); i++) {
        begin(cases[i].kind, "es");
        json_object_set_new(facts, "for_calendar", json_loads(cases[i].word, JSON_DECODE_ANY, NULL));
        text();
        ck_assert_msg(out.has_event == (cases[i].method >= 0), "%s %s", cases[i].kind, cases[i].word);
        ck_assert(!out.has_event || (int)out.event.method == cases[i].method);
        ck_assert(!out.has_event || strstr(out.event.summary, "Ana P\xc3\xa9rez"));
        ck_assert(!out.has_event || !out.event.url);
    }
}
END_TEST

Suite *kf_suite_text_mail_booking_facts(void)
{
    Suite *suite = suite_create("text_mail_booking_facts");
    TCase *tc = tcase_create("mail_booking_facts");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, zones);
    tcase_add_test(tc, until);
    tcase_add_loop_test(tc, amounts, 0, KF_COUNT(money));
    tcase_add_loop_test(tc, back, 0, KF_COUNT(backs));
    tcase_add_test(tc, who);
    tcase_add_test(tc, written);
    tcase_add_test(tc, links);
    tcase_add_test(tc, colours);
    tcase_add_test(tc, logos);
    tcase_add_loop_test(tc, answers, 0, 8);
    tcase_add_test(tc, events);
    tcase_add_test(tc, senders);
    tcase_add_test(tc, events_of_professionals);
    return suite;
}
