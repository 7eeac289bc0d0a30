/* The texts of mails, with our own templates and catalogues. */
#include "test.h"

#include <apr_strings.h>
#include <string.h>

#include "mail_samples.h"

static kf_catalog_t *catalog;
static kf_mustache_set_t *templates;
static json_t *facts;

static void set_up(void)
{
    kf_test_setup();
    ck_ok(kf_catalog_load(&catalog, KF_SRCDIR "/htdocs/i18n", kf_test_pool));
    ck_ok(kf_mustache_set_load(&templates, KF_SRCDIR "/htdocs/templates", kf_test_pool));
    facts = json_object();
}

static void tear_down(void)
{
    json_decref(facts);
    kf_test_teardown();
}

static kf_mail_t of_kind(const char *kind, const char *lang)
{
    return (kf_mail_t){.kind = kind, .lang = lang, .to_name = "Ana P\xc3\xa9rez",
                             .business = "Cl\xc3\xadnica Norte S.A.S.",
                             .base_url = "https://book.example.test", .facts = facts, .calendar = "google",
                             .at = KF_SECOND * 1796738400, .offset = -18000};
}

/* The page of the button, with the token if it has one. */
static const char *link_of(const kf_mail_kind_t *kind, const kf_mail_t *mail)
{
    const char *url = apr_pstrcat(kf_test_pool, mail->base_url, kind->button, NULL);

    if (!mail->token) {
        return url;
    }
    return apr_pstrcat(kf_test_pool, url, url[strlen(url) - 1] == '/' ? "" : "?token=", mail->token, NULL);
}

static int count(const char *text, const char *part)
{
    int n = 0;

    for (const char *at = text; (at = strstr(at, part)); at++) {
        n++;
    }
    return n;
}

/* Every kind in both languages: complete, with its link, and without foreign links. */
START_TEST(every_kind)
{
    const char *lang = _i % 2 ? "en" : "es";
    const kf_mail_kind_t *kind = kf_mail_kind_at(_i / 2);
    kf_mail_t mail = of_kind(kind->name, lang);
    kf_mail_out_t words;
    const char *link;

    mail.token = kind->tokens ? "a-Token_1" : NULL;
    link = link_of(kind, &mail);
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert(*words.subject && !strchr(words.subject, '{') && strncmp(words.subject, "mail.", 5));
    ck_assert_int_eq(count(words.html, link), 3); /* the button, the plain link and its text */
    ck_assert_int_eq(count(words.text, link), 1);
    ck_assert_int_eq(count(words.html, "http"), 4); /* and the address of the platform */
    ck_assert_int_eq(count(words.html, "http"), count(words.html, mail.base_url));
    ck_assert_int_eq(count(words.text, "http"), 2);
    ck_assert_int_eq(count(words.text, "http"), count(words.text, mail.base_url));
    ck_assert(strstr(words.html, _i % 2 ? "<html lang=\"en\">" : "<html lang=\"es\">"));
    ck_assert(strstr(words.html, _i % 2 ? "Hello Ana" : "Hola, Ana"));
    ck_assert(strstr(words.text, _i % 2 ? "Hello Ana" : "Hola, Ana"));
    ck_assert(strstr(words.text, "Konfirmado"));
    ck_assert(!strstr(words.html, ">mail.") && !strstr(words.text, "\nmail.")); /* no untranslated message key */
    ck_assert(!strstr(words.html, "{") && !strstr(words.text, "{") && !strstr(words.text, "&"));
    ck_assert(!strstr(words.html, "<img") && !strstr(words.html, "<script"));
    ck_assert(!strstr(words.html, "src=") && !strstr(words.html, "url("));
}
END_TEST

/* What pages show of a kind. */
START_TEST(named)
{
    const char *lang = _i % 2 ? "en" : "es";
    const kf_mail_kind_t *kind;

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        const char *key = apr_pstrcat(kf_test_pool, "mail.", kind->name, ".name", NULL);

        if (kind->choice != KF_MAIL_ALWAYS || kind->to == KF_MAIL_TO_WAITING) {
            ck_assert_msg(strcmp(kf_catalog_text(catalog, lang, key), key) != 0, "there is no %s", key);
        }
    }
}
END_TEST

/* Markup in user input is text in HTML, and no URL becomes a link. */
static const struct {
    const char *name;
    const char *in_html; /* NULL: it is omitted */
} names[] = {
    {"<script>alert(1)<", "&lt;script&gt;alert(1)&lt;"},
    {"\"><img src=x onerror=alert(1)>", "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"},
    {"' onmouseover='alert(1)", "&#39; onmouseover=&#39;alert(1)"},
    {"A&B <b>", "A&amp;B &lt;b&gt;"},
    {"{{lang}}", "{{lang}}"},
    {"{business}", "{business}"},
    {"Cl\xc3\xadnica S.A.S.", "Cl\xc3\xadnica S.A.S."},
    {"Dra. G\xc3\xb3mez", "Dra. G\xc3\xb3mez"},
    {"https://evil.test", NULL},
    {"gana dinero en evil.com", NULL},
    {"www.evil.test", NULL},
    {"evil.\xc3\xa9xample", NULL},
    {"eva@evil", NULL},
    {"</p>evil.test", NULL},
    {"//evil", NULL},
};

START_TEST(hostile_names)
{
    kf_mail_t mail = of_kind("invite", _i % 2 ? "en" : "es");
    const char *name = names[_i / 2].name, *in_html = names[_i / 2].in_html;
    kf_mail_out_t words;

    mail.token = "t";
    mail.to_name = mail.business = name;
    json_object_set_new(facts, "by", json_string(name));
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    if (in_html) {
        ck_assert_msg(count(words.html, in_html) >= 4, "%s", words.html);
        ck_assert(count(words.text, name) >= 4);
    } else {
        ck_assert(!strstr(words.html, "evil") && !strstr(words.text, "evil"));
        ck_assert(!strstr(words.subject, "evil"));
    }
    ck_assert(!strstr(words.html, "<script") && !strstr(words.html, "<img"));
    ck_assert(!strstr(words.html, "<b>") && !strstr(words.html, "' on"));
}
END_TEST

static const struct {
    int minutes;
    const char *es, *en;
} lasts[] = {
    {1, "durante 1 minuto.", "for 1 minute."},     {30, "durante 30 minutos.", "for 30 minutes."},
    {60, "durante 1 hora.", "for 1 hour."},        {90, "durante 90 minutos.", "for 90 minutes."},
    {1440, "durante 24 horas.", "for 24 hours."},  {10080, "durante 7 d\xc3\xad" "as.", "for 7 days."},
};

START_TEST(how_long)
{
    kf_mail_t mail = of_kind("reset", "es");
    kf_mail_out_t words;

    mail.token = "t";
    json_object_set_new(facts, "minutes", json_integer(lasts[_i].minutes));
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert_msg(strstr(words.text, lasts[_i].es) && strstr(words.html, lasts[_i].es), "%s", words.text);
    mail.lang = "en";
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert_msg(strstr(words.text, lasts[_i].en) != NULL, "%s", words.text);
}
END_TEST

START_TEST(what_happened)
{
    kf_mail_t mail = of_kind("new_sign_in", "es");
    kf_mail_out_t words;

    json_object_set_new(facts, "ip", json_string("2001:db8::7"));
    json_object_set_new(facts, "device", json_string("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"));
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert_msg(strstr(words.text, "Cu\xc3\xa1ndo: martes 8 de diciembre, 9:00") != NULL, "%s", words.text);
    ck_assert(strstr(words.text, "(UTC-5)"));
    ck_assert(strstr(words.text, "Dispositivo: Firefox, Windows\n"));
    ck_assert(strstr(words.html, ">2001:db8::7<"));
    /* no attacker's text from a User-Agent or a forged address */
    json_object_set_new(facts, "ip", json_string("evil.test"));
    json_object_set_new(facts, "device", json_string("call http://evil.test"));
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert(!strstr(words.html, "evil") && !strstr(words.text, "evil"));
    ck_assert(!strstr(words.text, "Dispositivo") && !strstr(words.text, "IP"));
}
END_TEST

START_TEST(faces)
{
    kf_mail_t mail = of_kind("totp_changed", "en");
    kf_mail_out_t words;

    json_object_set_new(facts, "enabled", json_true());
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert_str_eq(words.subject, "Two-step verification is on");
    json_object_set_new(facts, "enabled", json_false());
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert_str_eq(words.subject, "Two-step verification is off");
    mail = of_kind("invite", "en");
    mail.token = "t";
    json_object_set_new(facts, "role", json_string("staff"));
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert(strstr(words.text, "run the appointments and the calendar"));
    ck_assert_str_eq(words.subject, "Invitation to the team of Cl\xc3\xadnica Norte S.A.S.");
    mail.to_name = NULL;
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert(strstr(words.text, "Hello,\n"));
}
END_TEST

/* A calendar mail links to the professional's page, gives the reason if it is known, and makes no link of a name. */
START_TEST(calendars)
{
    static const char id[] = "01a1ff8c-b797-7024-9787-921bf878b15c";
    static const struct {
        const char *reason, *said;
    } reasons[] = {{"revoked", "contrase\xc3\xb1""a."}, {"scopes", "falta un permiso"},
                   {"calendar_gone", "ya no existe"}, {"<b>evil.test", NULL}};
    kf_mail_t mail = of_kind("calendar_error", "es");
    kf_mail_out_t words;

    json_object_set_new(facts, "professional", json_string("Dra. G\xc3\xb3mez"));
    json_object_set_new(facts, "professional_id", json_string(id));
    for (size_t i = 0; i < KF_COUNT(reasons); i++) {
        json_object_set_new(facts, "reason", json_string(reasons[i].reason));
        ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
        ck_assert(strstr(words.text, "el calendario de Dra. G\xc3\xb3mez"));
        ck_assert(strstr(words.text, apr_pstrcat(kf_test_pool, "/dashboard/professionals/", id, "/calendar\n", NULL)));
        ck_assert_msg(reasons[i].said ? !!strstr(words.text, reasons[i].said) : !strstr(words.text, "evil"), "%s",
                      words.text);
    }
    json_object_set_new(facts, "professional", json_string("evil.test"));
    json_object_set_new(facts, "professional_id", json_string("../../evil.test/aaaaaaaaaaaaaaaaaaaa"));
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert(!strstr(words.html, "evil") && !strstr(words.text, "evil") && !strstr(words.subject, "evil"));
    ck_assert(strstr(words.text, "el calendario de tu profesional"));
}
END_TEST

START_TEST(refused)
{
    kf_mail_t mail = of_kind("spam", "es");
    kf_mail_out_t words;

    ck_fails(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool), KF_E_INVALID);
    mail = of_kind("verify", "es");
    ck_fails(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool), KF_E_INVALID);
    mail.token = "";
    ck_fails(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool), KF_E_INVALID);
    /* a token is only data of the link, whatever it contains */
    mail.token = "a\"><b>&x=/";
    ck_ok(kf_mail_compose(&words, &mail, catalog, templates, kf_test_pool));
    ck_assert(strstr(words.html, "token=a%22%3E%3Cb%3E%26x%3D%2F\""));
}
END_TEST

Suite *kf_suite_text_mail(void)
{
    Suite *suite = suite_create("text_mail");
    TCase *tc = tcase_create("mail");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    suite_add_tcase(suite, tc);
    tcase_add_loop_test(tc, every_kind, 0, 2 * kf_sample_count(true));
    tcase_add_loop_test(tc, named, 0, 2);
    tcase_add_loop_test(tc, hostile_names, 0, 2 * KF_COUNT(names));
    tcase_add_loop_test(tc, how_long, 0, KF_COUNT(lasts));
    tcase_add_test(tc, what_happened);
    tcase_add_test(tc, faces);
    tcase_add_test(tc, calendars);
    tcase_add_test(tc, refused);
    return suite;
}
