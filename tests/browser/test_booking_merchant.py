"""The time after a booking, for its business: moves, cancellations, mails, rules, mail server, waiting list, feed,
data."""
import re

import pytest

from kitbrowser import DESKTOP, PHONE, views
from kitops import Desk, fill

BOTH = views("scripts")
WAITING = """
SELECT kf.waiting_add(tenant_id, gen_random_uuid(), jsonb_build_object('link', public_id, 'service', '{service}', 'professional', {who},
    'day', (kf.now() + interval '{days} days')::date, 'name', '{name}', 'email', '{email}', 'language', 'es',
    'timezone', 'America/Bogota')) FROM kf.booking_link WHERE tenant_id = '{tenant}' LIMIT 1"""
MAIL = """
INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, state, attempts, last_error, next_attempt_at,
    created_at, booking_id) VALUES ('{tenant}', gen_random_uuid(), 'booking_confirmed', 'ana.maria@ejemplo.example', 'Ana', 'es', '{{}}',
    'dead', 5, '550 5.1.1 The email account that you tried to reach does not exist', kf.now(), kf.now(), '{booking}')"""
CHANNEL = {"kind": "smtp", "host": "smtp.correo.example", "port": 587, "security": "starttls", "username": "citas@clinicanorte.example",
           "secret": "una-clave-de-prueba", "from_name": "Clínica Norte", "from_address": "citas@clinicanorte.example"}


@pytest.fixture()
def desk(chromiums):
    def make(shop, scripts=True, size=PHONE, role="owner", lang="es"):
        return Desk(chromiums(scripts).fresh(size), shop, role, lang)
    return make


@pytest.fixture(scope="module")
def shop(demo):
    """A business with bookings, one of them paid, a waiting list, and a mail that was not delivered."""
    from conftest import make_clinic
    shop = make_clinic(demo, professionals=("Laura Gómez", "Andrés Felipe Restrepo Jaramillo"))
    fill(shop, 6)
    paid = shop.book(service="Limpieza")
    shop.pay(paid)
    shop.paid = paid.wait("confirmed")["booking_id"]
    for n, (name, who) in enumerate((("Ana María Rodríguez", "NULL"), ("<img src=x onerror=alert(1)>", "NULL"),
                                     ("Juan Pérez", "'%s'" % shop.professional_id("Laura Gómez")))):
        demo.run(WAITING.format(tenant=shop.tenant, service=shop.service_id("Limpieza"), who=who, days=12 + n // 2, name=name,
                                email="espera%d@ejemplo.example" % n))
    demo.run(MAIL.format(tenant=shop.tenant, booking=shop.paid))
    return shop


def look(d, name):
    """The checks and a screenshot of the open page, with all details unfolded."""
    b = d.b
    assert b.alert() is None
    if b.scripts:
        b.js("document.querySelectorAll('main details').forEach(function (d) { d.open = true; })")
    b.check(d.lang)
    b.shot("after-%s-%s-%s" % (name, d.lang, "js" if b.scripts else "plain"))


def value(shop, query):
    return shop.demo.one(query % shop.tenant)


def sent(d, selector):
    """Clicks (a selector or an element) and waits for the resulting page."""
    d.b.js("window.before = true") if d.b.scripts else None
    before = d.b.find("html")
    d.b.click(selector)
    d.b.wait(lambda: d.b.find("html") != before and d.b.has("h1"), why="the answer")


@views("scripts", "size", "lang")
def test_pages(desk, shop, scripts, size, lang):
    d = desk(shop, scripts, size, lang=lang)
    who = shop.professional_id("Laura Gómez")
    pages = {"booking": "/dashboard/bookings/" + shop.paid, "move": "/dashboard/bookings/%s/move" % shop.paid,
             "cancel": "/dashboard/bookings/%s/cancel" % shop.paid, "mails": "/dashboard/mails", "server": "/dashboard/mails/server",
             "privacy": "/dashboard/privacy", "waiting": "/dashboard/waiting", "feed": "/dashboard/professionals/%s/feed" % who,
             "professional": "/dashboard/professionals/" + who, "home": "/dashboard",
             "service": "/dashboard/services/" + shop.service_id("Limpieza"), "service-new": "/dashboard/services/new"}
    for name, path in pages.items():
        d.open(path)
        assert d.b.h1(), "%s: %s" % (path, d.b.text()[:300])
        look(d, name)
    d.open("/dashboard/waiting")
    assert "<img src=x onerror=alert(1)>" in d.b.text() and d.b.alert() is None


@views("size")
def test_pages_of_a_new_business(desk, make_shop, size):
    shop = make_shop(callback=False, payments=False)
    d = desk(shop, size=size)
    d.open("/dashboard/waiting")
    assert "Nadie está esperando" in d.b.text()
    look(d, "waiting-empty")


@BOTH
def test_a_booking_is_moved(desk, shop, scripts):
    """From its page to another slot with another professional: chosen, reviewed, done."""
    d = desk(shop, scripts, role="staff")
    b = d.b
    one = value(shop, "SELECT booking_id FROM kf.booking WHERE tenant_id = '%s' AND status = 'confirmed' AND moves = 0 AND sequence = 0"
                      " AND charge_cents = 0 ORDER BY slot_start LIMIT 1")
    before = value(shop, "SELECT slot_start FROM kf.booking WHERE tenant_id = '%s' AND booking_id = '" + one + "'")
    d.open("/dashboard/bookings/" + one)
    b.click("a[href$='/move']")
    b.wait_h1("Mover la cita")
    if b.has("#professional"):
        other = b.js("return [].map.call(document.querySelectorAll('#professional option:not([selected])'), o => o.value)[0]") \
            if scripts else re.search(r'<option value="([^"]+)">', b.find("#professional").get_attribute("innerHTML")).group(1)
        b.click("#professional option[value='%s']" % other)
        sent(d, "button[value=show]")
    sent(d, b.all(".o-days button:not(.o-none)")[2])
    b.wait(lambda: b.has(".o-slot input[value^='20']"), why="times")
    sent(d, "button[value=check]")
    assert "Elige una hora" in b.text()  # nothing was chosen
    b.click(b.all(".o-slot:not(.o-other)")[1])
    sent(d, "button[value=check]")
    b.wait_h1("Revisa el cambio")
    look(d, "move-review")
    sent(d, "button[value=move]")
    b.wait(lambda: b.h1().startswith("Reserva de"), why="the booking")
    assert "quedó en el nuevo horario" in b.text() and "Movida" in b.text()
    look(d, "moved")
    assert value(shop, "SELECT slot_start FROM kf.booking WHERE tenant_id = '%s' AND booking_id = '" + one + "'") != before


@BOTH
def test_rules_of_a_service(desk, shop, scripts):
    """Deadlines are typed. A wrong one is reported beside its field, and the sentence explains them."""
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/services/" + shop.service_id("Blanqueamiento"))
    b.click("main details:first-of-type summary")

    def put(name, text):
        b.js("arguments[0].scrollIntoView({block: 'center'})", b.find("[id='%s']" % name))
        b.find("[id='%s']" % name).clear()
        b.find("[id='%s']" % name).send_keys(text)
    put("t1.hours", "48")
    if scripts:
        b.wait(lambda: "48 horas" in b.find(".said").text or "2 días" in b.find(".said").text, why="the sentence")
    if scripts and not b.find("[id='t2.hours']").is_displayed():
        b.click("[data-rows] > button")
    put("t2.hours", "12")
    put("t2.percent", "120")
    sent(d, "#form .main")
    assert "Escribe el porcentaje" in b.text() and b.find("[id='t2.percent']").get_attribute("value") == "120"
    look(d, "service-error")
    put("t2.percent", "50")
    sent(d, "#form .main")
    b.wait_h1("Servicios")
    d.open("/dashboard/services/" + shop.service_id("Blanqueamiento"))
    words = b.find(".said").text
    assert "48 horas" in words or "2 días" in words
    assert "50 %" in words.replace("\xa0", " ")
    look(d, "service-rules")


@BOTH
def test_a_server_of_their_own(desk, make_shop, scripts):
    shop = make_shop(callback=False)
    d = desk(shop, scripts, DESKTOP)
    b = d.b
    d.open("/dashboard/mails")
    b.click("a[href='/dashboard/mails/server']")
    b.wait_h1("Tu propio servidor de correo")
    for name in ("host", "username", "secret", "from_name", "from_address"):
        b.find("#" + name).send_keys(CHANNEL[name])
    b.find("#port").clear()
    b.find("#port").send_keys("25")
    sent(d, "#form .main")
    assert "587 o 465" in b.text() and b.find("#host").get_attribute("value") == CHANNEL["host"]
    look(d, "server-error")
    b.find("#port").clear()
    b.find("#port").send_keys("587")
    b.find("#secret").send_keys(CHANNEL["secret"])
    if b.find("#active").is_selected():
        b.click("label[for=active]")  # nobody answers there
    sent(d, "#form .main")
    assert "quedó guardado" in b.text() and "Sin probar" in b.text() and CHANNEL["secret"] not in b.text()
    shop.demo.run("UPDATE kf.mail_channel SET tested_at = kf.now(), test_result = '535 5.7.8 Username and password not accepted'"
                  " WHERE tenant_id = '%s'" % shop.tenant)
    d.open("/dashboard/mails/server")
    assert "535 5.7.8" in b.text()
    look(d, "server-failed")
    b.click("a[href$='/remove']")
    b.wait_h1("¿Quitar tu servidor de correo?")
    look(d, "server-remove")
    sent(d, "main .main")
    assert "vuelven a salir por nuestro servidor" in b.text()


@BOTH
def test_a_feed(desk, shop, scripts):
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/professionals/%s/feed" % shop.professional_id("Laura Gómez"))
    if b.has(".empty .main"):
        sent(d, ".empty .main")
        address = b.find("#address").get_attribute("value")
        assert re.search(r"/feed/[\w-]{43}/calendar\.ics$", address)
        look(d, "feed-made")
        b.open(b.url())
        assert not b.has("#address") and "Activa" in b.text()
    look(d, "feed-there")
    b.click("a[href$='/revoke']")
    b.wait_h1("¿Quitar la dirección?")
    look(d, "feed-remove")
    sent(d, "main .main")
    assert "ya no muestra nada" in b.text()


@BOTH
def test_a_customer_is_forgotten(desk, make_shop, someone, scripts):
    shop = make_shop(callback=False)
    booking = shop.book(service="Asesoría", customer={key: someone[key] for key in ("name", "email", "phone")})
    d = desk(shop, scripts)
    b = d.b

    def erase(email):
        d.open("/dashboard/privacy")
        b.find("#email").send_keys(email)
        sent(d, "button[formaction]")
    erase("nadie")
    assert "Escribe el correo con el que reservó" in b.text()
    look(d, "privacy-error")
    erase(someone["email"])
    b.wait_h1("¿Borrar los datos de este cliente?")
    look(d, "erase")
    sent(d, "main .main")
    assert "tiene una cita por delante" in b.text()
    look(d, "erase-not-yet")
    d.who.post("/api/bookings/%s/cancel" % booking.id)
    erase(someone["email"])
    sent(d, "main .main")
    assert "se borraron los datos de 1 reserva" in b.text()
    look(d, "erased")
    d.open("/dashboard/bookings/" + booking.id)
    assert someone["name"] not in b.text() and someone["email"] not in b.text()
    look(d, "booking-erased")


def test_with_the_keyboard_alone(desk, shop):
    """A booking is cancelled without a pointer: the choice with the arrow keys, the box with the space bar."""
    d = desk(shop)
    b = d.b
    d.open("/dashboard/bookings/%s/cancel" % shop.paid)
    seen = []
    for _ in range(60):
        b.key("Tab")
        at = b.js("var e = document.activeElement; return e.id || e.className || e.tagName")
        seen.append(at)
        if at.startswith("refund."):
            b.key("ArrowDown")
            assert b.js("return document.querySelector('[name=refund]:checked').value") != "all"
        if at == "tell":
            b.key(" ")
            assert not b.js("return document.activeElement.checked")
            b.key(" ")
        if "o-danger" in at:
            break
    assert any(one.startswith("refund.") for one in seen) and "tell" in seen and "reason" in seen and "o-danger" in seen[-1]


def test_a_download_leaves_the_form_as_it_is(desk, shop):
    d = desk(shop)
    b = d.b
    b.cdp("Browser.setDownloadBehavior", behavior="deny")
    d.open("/dashboard/privacy")
    b.find("#email").send_keys("nadie@ejemplo.example")
    b.click("[data-again]")
    sent(d, "button[formaction]")
    b.wait_h1("¿Borrar los datos de este cliente?")
