"""The pages of daily work: bookings, calendar, callbacks, refunds, reports, audit log."""
import datetime
import re

import pytest
from selenium.webdriver.support.ui import Select

from kitbrowser import DESKTOP, PHONE, TAP, views
from kitdemo import wait_until
from kitops import NAMES, Desk, fill, mixed
from kitshop import person

BOTH = views("scripts")
BOOKINGS = 120
POINTER = 24  # minimum target size for pointers: WCAG 2.2, success criterion 2.5.8
OWNERS = ("/dashboard/callbacks", "/dashboard/refunds", "/dashboard/analytics", "/dashboard/audit")


@pytest.fixture(scope="module")
def busy(demo):
    """A business with a hundred bookings before and after now."""
    from conftest import make_clinic
    shop = make_clinic(demo, professionals=("Laura Gómez", "Andrés Felipe Restrepo Jaramillo", "Dra. Catalina Ospina"))
    fill(shop, BOOKINGS, 4)
    mixed(shop)
    return shop


@pytest.fixture()
def desk(chromiums):
    def make(shop, scripts=True, size=PHONE, role="owner", lang="es"):
        return Desk(chromiums(scripts).fresh(size), shop, role, lang)
    return make


def value(shop, query):
    return shop.demo.one(query % shop.tenant)


def look(desk, name, tap=TAP):
    """The checks and a screenshot of the open page, with all details unfolded."""
    b = desk.b
    assert b.alert() is None
    if b.scripts:
        b.js("document.querySelectorAll('main details').forEach(function (d) { d.open = true; })")
    b.check(desk.lang, tap)
    b.shot("ops-%s-%s-%s" % (name, desk.lang, "js" if b.scripts else "plain"))


def today():
    """The day by the business's clock."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=-5))).date()


def pages(shop):
    past = value(shop, "SELECT booking_id FROM kf.booking WHERE tenant_id = '%s' AND status = 'completed' LIMIT 1")
    ahead = value(shop, "SELECT booking_id FROM kf.booking WHERE tenant_id = '%s' AND status = 'confirmed'"
                        " AND slot_start > kf.now() AND notes <> '' AND customer_name <>"
                        " (SELECT customer_name FROM kf.booking WHERE booking_id = '" + past + "') LIMIT 1")
    message = value(shop, "SELECT message_id FROM kf.outbox WHERE tenant_id = '%s' LIMIT 1")
    return {"bookings": "/dashboard/bookings", "booking": "/dashboard/bookings/" + past,
            "booking-ahead": "/dashboard/bookings/" + ahead, "cancel": "/dashboard/bookings/%s/cancel" % ahead,
            "new": "/dashboard/bookings/new", "week": "/dashboard/calendar", "day": "/dashboard/calendar?view=day",
            "callbacks": "/dashboard/callbacks", "callback": "/dashboard/callbacks/" + message,
            "secret": "/dashboard/callbacks/secret", "refunds": "/dashboard/refunds",
            "figures": "/dashboard/analytics", "figures-7": "/dashboard/analytics?days=7", "audit": "/dashboard/audit"}


# --- how they look ---

@views("scripts", "size", "lang")
def test_pages_of_a_busy_business(desk, busy, scripts, size, lang):
    d = desk(busy, scripts, size, lang=lang)
    titles = set()
    for name, path in pages(busy).items():
        d.open(path)
        assert d.b.h1(), "%s: %s" % (path, d.b.text()[:300])
        look(d, name, POINTER if size == DESKTOP and name in ("week", "day") else TAP)
        titles.add(d.b.h1())
    assert len(titles) >= 12
    d.open("/dashboard/bookings", search="onerror")
    assert "<img src=x onerror=alert(1)>" in d.b.text() and d.b.alert() is None


@views("size")
def test_pages_of_a_new_business(desk, make_shop, size):
    shop = make_shop(services=(), professionals=(), callback=False, payments=False)
    d = desk(shop, size=size)
    for name, path, words in (("bookings", "/dashboard/bookings", "Todavía no tienes reservas"),
                              ("new", "/dashboard/bookings/new", "Primero crea un servicio"),
                              ("week", "/dashboard/calendar", "Aún no hay a quién mostrar"),
                              ("callbacks", "/dashboard/callbacks", "Aún no has dicho a qué dirección"),
                              ("refunds", "/dashboard/refunds", "No hay nada por devolver"),
                              ("figures", "/dashboard/analytics", "Aún no hay cifras"),
                              ("audit", "/dashboard/audit?actor=nadie@ejemplo.example", "Ningún cambio coincide")):
        d.open(path)
        assert words in d.b.text(), path
        look(d, name + "-empty")


def test_staff_sees_bookings_and_calendar_alone(desk, busy):
    d = desk(busy, role="staff")
    for path in OWNERS:
        d.open(path)
        assert d.b.h1() not in ("Avisos a tu sistema", "Devoluciones", "Cifras", "Historial de cambios"), path
    d.open("/dashboard/bookings")
    assert d.b.h1() == "Reservas" and not d.b.has("a[href^='/api/export']")
    d.b.click(".o-name a")
    d.b.wait(lambda: d.b.h1().startswith("Reserva de"))
    assert not d.b.has("form[action$='/resend']")
    look(d, "booking-staff")
    d.open("/dashboard/calendar")
    assert d.b.h1() == "Agenda" and d.b.has(".o-block")


# --- the list ---

def rows(b):
    return [one.get_attribute("href").rsplit("/", 1)[1] for one in b.all(".o-name a")]


@BOTH
def test_pages_of_the_list_miss_nothing(desk, busy, scripts):
    d = desk(busy, scripts)
    d.open("/dashboard/bookings")
    first = rows(d.b)
    seen = list(first)
    while d.b.has("a[rel=next]"):
        before = rows(d.b)
        d.b.click("a[rel=next]")
        d.b.wait(lambda: rows(d.b) and rows(d.b) != before)
        seen += rows(d.b)
    assert len(seen) == len(set(seen)) == BOOKINGS
    while d.b.has("a[rel=prev]"):
        before = rows(d.b)
        d.b.click("a[rel=prev]")
        d.b.wait(lambda: rows(d.b) and rows(d.b) != before)
    assert rows(d.b) == first


@BOTH
def test_filters_stay_in_the_address(desk, busy, scripts):
    d = desk(busy, scripts, DESKTOP)
    b = d.b
    d.open("/dashboard/bookings")
    b.find("#search").send_keys("nunez")
    b.click(".o-search button")
    b.wait(lambda: "search=nunez" in b.url())
    assert rows(b) and all(one.text == "Zoë Núñez" for one in b.all(".o-name a"))
    b.click(b.all(".o-tabs a")[2])  # today
    b.wait(lambda: "from=" in b.url())
    assert "search=nunez" in b.url()
    day = today().isoformat()
    assert "from=%s&to=%s" % (day, day) in b.url()
    Select(b.find("#status")).select_by_value("cancelled")
    b.click(".o-end button")
    b.wait(lambda: "status=cancelled" in b.url())
    wanted = value(busy, "SELECT count(*) FROM kf.booking WHERE tenant_id = '%%s' AND status = 'cancelled'"
                         " AND customer_name = 'Zoë Núñez'"
                         " AND (slot_start AT TIME ZONE 'America/Bogota')::date = '%s'" % day)
    assert len(rows(b)) == wanted
    assert "status=cancelled" in b.find("a[href^='/api/export/bookings.csv']").get_attribute("href")
    d.open("/dashboard/bookings", search="nadie se llama así")
    assert "Ninguna reserva coincide" in b.text()
    look(d, "no-match")
    b.click(".empty a")
    b.wait(lambda: len(rows(b)) == 50)
    d.open("/dashboard/bookings", **{"from": "2026-02-31"})
    assert "Revisa estos datos" in b.text() and "Revisa las fechas" in b.text()
    look(d, "wrong-filter")


# --- what is done with a booking ---

def paid(shop):
    booking = shop.book(service="Limpieza", professional="Laura Gómez", customer=person())
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    return booking


@BOTH
def test_cancel_names_what_follows(desk, make_shop, scripts):
    shop = make_shop()
    booking = paid(shop)
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/bookings/" + booking.id)
    assert "$ 30.000" in b.text() and "$ 90.000" in b.text() and booking.customer["email"] in b.text()
    assert b.find("a[href^='tel:']").get_attribute("href") == "tel:" + booking.customer["phone"]
    assert b.find("a[href^='mailto:']").get_attribute("href") == "mailto:" + booking.customer["email"]
    look(d, "paid")
    b.click("a[href$='/cancel']")
    b.wait_h1("¿Cancelar esta reserva?")
    assert "Todo: $ 30.000" in b.text() and booking.customer["name"] in b.text()
    look(d, "cancel-paid")
    b.find("#reason").send_keys("La doctora está enferma")
    b.click(".o-form .main")
    b.wait(lambda: "La reserva quedó cancelada" in b.text() or "la reserva quedó cancelada" in b.text())
    assert booking.status() == "cancelled"
    assert "La doctora está enferma" in b.text() and d.who.email in b.text() and "Devoluciones" in b.text()
    assert not b.has("a[href$='/cancel']")
    look(d, "cancelled")


def test_what_changed_meanwhile_is_said(desk, make_shop):
    shop = make_shop()
    booking = paid(shop)
    d = desk(shop)
    d.open("/dashboard/bookings/%s/cancel" % booking.id)
    shop.demo.run("UPDATE kf.booking SET version = version + 1 WHERE booking_id = '%s'" % booking.id)
    d.b.find("#reason").send_keys("Motivo que no se pierde")
    d.b.click(".o-form .main")
    d.b.wait(lambda: "La reserva cambió mientras la mirabas" in d.b.text())
    assert d.b.find("#reason").get_attribute("value") == "Motivo que no se pierde"
    assert booking.status() in ("paid", "confirmed")
    look(d, "cancel-stale")


@BOTH
def test_marks_of_what_has_begun(desk, make_shop, scripts):
    shop = make_shop(professionals=("Laura Gómez",))
    fill(shop, 1, 2)
    booking = value(shop, "SELECT booking_id FROM kf.booking WHERE tenant_id = '%s'")
    d = desk(shop, scripts)
    d.open("/dashboard/bookings/" + booking)
    d.b.click("form[action$='/no-show'] button")
    d.b.wait(lambda: "quedó anotado que no asistió" in d.b.text())
    assert value(shop, "SELECT status FROM kf.booking WHERE tenant_id = '%s'") == "no_show"
    d.b.click("form[action$='/complete'] button")
    d.b.wait(lambda: "la reserva quedó como atendida" in d.b.text())
    assert value(shop, "SELECT status FROM kf.booking WHERE tenant_id = '%s'") == "completed"
    assert [one.text for one in d.b.all("#history ~ ol .badge")] == ["Confirmada", "No asistió", "Atendida"]
    look(d, "marked")


# --- by hand ---

def choose(d, service="Limpieza", professional="Laura Gómez"):
    Select(d.b.find("#service")).select_by_visible_text(service)
    Select(d.b.find("#professional")).select_by_visible_text(professional)
    d.b.click("button[value=show]")
    d.b.wait(lambda: d.b.has("#name"))


def type_in(d, **fields):
    for name, text in fields.items():
        field = d.b.find("#" + name)
        d.b.js("arguments[0].value = arguments[1]", field, text)


@BOTH
def test_a_booking_by_hand(desk, make_shop, scripts):
    shop = make_shop()
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/bookings/new")
    choose(d)
    look(d, "new-times")
    b.find("#name").send_keys("Ana Rojas")
    b.find("#email").send_keys("ana@ejemplo")
    b.click("button[value=check]")
    b.wait(lambda: b.has(".msg"))
    assert "Elige una hora libre" in b.text() and "Escribe un correo como" in b.text()
    assert b.find("#name").get_attribute("value") == "Ana Rojas"
    look(d, "new-errors")
    days = [one for one in b.all(".o-days button[value]") if "o-none" not in one.get_attribute("class")]
    day = days[2].get_attribute("value")
    b.click(days[2])
    b.wait(lambda: b.find(".o-days [aria-pressed]").get_attribute("value") == day and b.has(".o-times input"))
    assert b.find("#email").get_attribute("value") == "ana@ejemplo"
    b.click(".o-times .o-slot input")
    type_in(d, email="ana@ejemplo.example")
    start = b.find(".o-times .o-slot input").get_attribute("value")
    b.click("button[value=check]")
    b.wait_h1("Revisa y confirma")
    assert "Laura Gómez" in b.text() and "$ 120.000, se paga en la cita" in b.text()
    look(d, "new-review")
    # another customer is faster
    shop.hold(start, "Limpieza", "Laura Gómez")
    b.click("button[value=create]")
    b.wait(lambda: "Esa hora ya está ocupada" in b.text())
    assert b.find("#name").get_attribute("value") == "Ana Rojas"
    look(d, "new-taken")
    b.click(".o-times .o-slot input")
    b.click("button[value=check]")
    b.wait_h1("Revisa y confirma")
    b.click("button[value=create]")
    b.wait_h1("Reserva de Ana Rojas")
    assert "la reserva quedó creada" in b.text() and "Creada a mano" in b.text()
    assert value(shop, "SELECT source FROM kf.booking WHERE tenant_id = '%s'") == "manual"


def test_a_typed_time_outside_of_hours_must_be_meant(desk, make_shop):
    shop = make_shop()
    d = desk(shop)
    b = d.b
    d.open("/dashboard/bookings/new")
    choose(d)
    b.click(".o-other input")
    day = (today() + datetime.timedelta(days=9)).isoformat()
    type_in(d, date=day, time="22:15", name="Juan Mora", email="juan@ejemplo.example")
    b.click("button[value=check]")
    b.wait_h1("Revisa y confirma")
    assert "10:15 p. m." in b.text()
    b.click("button[value=create]")
    b.wait(lambda: "La hora no sirve" in b.text())
    assert b.find("#time").get_attribute("value") == "22:15"
    look(d, "new-outside")
    b.click("#outside")
    b.click("button[value=check]")
    b.wait_h1("Revisa y confirma")
    b.click("button[value=create]")
    b.wait_h1("Reserva de Juan Mora")
    assert value(shop, "SELECT (slot_start AT TIME ZONE 'America/Bogota')::text FROM kf.booking WHERE tenant_id = '%s'") \
        == day + " 22:15:00"


# --- the calendar ---

@BOTH
def test_calendar(desk, busy, scripts):
    d = desk(busy, scripts, DESKTOP)
    b = d.b
    d.open("/dashboard/calendar")
    shown = value(busy, "SELECT count(*) FROM kf.booking WHERE tenant_id = '%s' AND status NOT IN ('cancelled', 'expired', 'failed')"
                        " AND date_trunc('week', slot_start AT TIME ZONE 'America/Bogota')"
                        " = date_trunc('week', kf.now() AT TIME ZONE 'America/Bogota')")
    assert len(b.all(".o-block")) == shown > 0
    assert len(b.all(".o-col")) == 7 and len(b.all(".o-col.today")) == 1
    one = b.find(".o-block")
    top, bottom = b.js("var a = arguments[0].getBoundingClientRect(), g = arguments[0].closest('.o-grid').getBoundingClientRect();"
                       "return [a.top - g.top, a.bottom - g.top]", one)
    time = one.find_element("css selector", "time").get_attribute("datetime")
    assert round((int(time[11:13]) - 8) * 96 + int(time[14:16]) * 1.6) == pytest.approx(top, abs=2)
    assert bottom - top >= 47
    Select(b.find("#professional")).select_by_visible_text("Laura Gómez")
    if not scripts:  # with scripts the choice alone is enough
        b.click(".o-pick button")
    b.wait(lambda: "professional=" in b.url())
    assert 0 < len(b.all(".o-block")) < shown
    b.click(b.all(".o-move a")[2])
    b.wait(lambda: "date=" in b.url())
    assert "professional=" in b.url() and not b.has(".o-col.today")
    d.open("/dashboard/calendar", view="day")
    assert len(b.all(".o-col")) == 3
    b.click(".o-block a")
    b.wait(lambda: b.h1().startswith("Reserva de"))


def test_closed_days_are_said_in_the_calendar(desk, make_shop):
    shop = make_shop()
    shop.demo.run("INSERT INTO kf.closed_day (tenant_id, day, reason) VALUES"
                  " ('%s', (kf.now() AT TIME ZONE 'America/Bogota')::date, 'Inventario')" % shop.tenant)
    d = desk(shop, size=DESKTOP)
    d.open("/dashboard/calendar")
    assert "Cerrado: Inventario" in d.b.text()
    look(d, "closed", POINTER)


# --- callbacks ---

@BOTH
def test_callbacks_are_sent_again(desk, make_shop, scripts):
    shop = make_shop()
    booking = paid(shop)
    wait_until(lambda: any(one["state"] == "done" for one in booking.messages()), 20)
    before = len(shop.inbox())
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/callbacks", state="done")
    assert "Reserva pagada" in b.text()
    b.click(".o-name a")
    b.wait_h1("Aviso: Reserva pagada")
    assert "respuesta 200" in b.text() and '"evento":"booking.paid"' in b.text().replace(" ", "")
    look(d, "callback-done")
    b.click("form[action$='/resend'] button")
    b.wait(lambda: "el aviso se enviará" in b.text())
    wait_until(lambda: len(shop.inbox()) > before, 20)
    d.open("/dashboard/bookings/" + booking.id)
    assert b.has("form[action$='/resend']") or "En espera" in b.text() or "Enviando" in b.text()
    before = len(shop.inbox())
    d.open("/dashboard/callbacks")
    b.click("form[action$='/test'] button")
    b.wait(lambda: "la prueba saldrá" in b.text())
    wait_until(lambda: len(shop.inbox()) > before, 20)


@BOTH
def test_a_new_secret_is_shown_once(desk, make_shop, scripts, private):
    shop = make_shop()
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/callbacks")
    assert shop.secret not in b.driver.page_source and "En uso" in b.text()
    b.click("a[href$='/secret']")
    b.wait_h1("¿Crear un secreto nuevo?")
    b.click(".o-form .main")
    b.wait(lambda: b.has("#secret-value"))
    made = b.find("#secret-value").get_attribute("value")
    private.add(made)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]{40,}", made) and made != shop.secret
    assert "Sirve hasta" in b.text()
    look(d, "secret-new")
    d.open("/dashboard/callbacks")
    assert made not in b.driver.page_source


# --- money ---

def unfold(b, inside):
    """Unfolds the details around an element, as a visitor does."""
    fold = b.js("return document.querySelector(arguments[0]).closest('details')", inside)
    if fold.get_attribute("open") is None:
        b.click(fold.find_element("css selector", "summary"))


@BOTH
def test_money_that_waits_for_a_person(desk, make_shop, scripts):
    shop = make_shop()
    booking = paid(shop)
    shop.demo.run("UPDATE kf.payment SET state = 'refund_due' WHERE booking_id = '%(b)s';"
                  " INSERT INTO kf.refund (tenant_id, refund_id, payment_id, amount_cents, currency, state, reason, owner, due_at,"
                  " next_attempt_at, last_error, created_at) SELECT tenant_id, gen_random_uuid(), payment_id, amount_cents, currency,"
                  " 'manual', 'cancelled', 'merchant', kf.now() + interval '3 days', kf.now(), 'void not possible', kf.now()"
                  " FROM kf.payment WHERE booking_id = '%(b)s'" % {"b": booking.id})
    other = shop.book(service="Limpieza", professional="Laura Gómez", customer=person())
    assert shop.event(shop.transaction(other.reference, 5000000)["id"]) == [200]
    shop.settled()
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/refunds")
    assert booking.customer["name"] + " pagó $ 30.000" in b.text() and "Quedan" in b.text()
    assert "Llegó un pago de $ 50.000" in b.text() and "El valor pagado no es el de la reserva" in b.text()
    look(d, "refunds-open")
    form = "form[action*='/refunds/'][action$='/done'] "
    unfold(b, form)
    b.find(form + "input[name=note]").send_keys("Consignado a su cuenta")
    b.click(form + "button")
    b.wait(lambda: "quedó como hecha" in b.text())
    assert value(shop, "SELECT note FROM kf.refund WHERE tenant_id = '%s'") == "Consignado a su cuenta"
    form = "form[action*='/quarantine/'] "
    unfold(b, form)
    b.find(form + "input[name=note]").send_keys("Era un abono de otra cita")
    b.click(form + "button[value=keep]")
    b.wait(lambda: "el pago quedó aclarado" in b.text())
    assert "No hay nada por devolver" in b.text()
    d.open("/dashboard/refunds", show="all")
    assert "Consignado a su cuenta" in b.text() and "Era un abono de otra cita" in b.text()
    look(d, "refunds-all")


# --- reports ---

def test_figures_have_words_and_tables(desk, make_shop):
    shop = make_shop()
    paid(shop)
    d = desk(shop, size=DESKTOP)
    d.open("/dashboard/analytics", days=7)
    b = d.b
    assert "1 reserva en el período" in b.text() and "$ 30.000" in b.text() and "Antes no había" in b.text()
    b.js("document.querySelectorAll('main details').forEach(function (d) { d.open = true; })")
    assert len(b.all("#per-day ~ details tbody tr")) == 7
    assert sum(int(one.text) for one in b.all("#per-day ~ details tbody td:nth-child(2)")) == 1
    assert len(b.all(".o-plot rect")) == 7
    look(d, "figures-one")


@BOTH
def test_changes_are_told_in_words(desk, make_shop, scripts):
    shop = make_shop()
    shop.demo.run("SELECT kf.actor_set('%(t)s', '{\"kind\": \"operator\", \"name\": \"soporte\"}', true);"
                  " UPDATE kf.service SET price_cents = 13000000, description = description || ' Y más.'"
                  " WHERE tenant_id = '%(t)s' AND name = 'Limpieza'" % {"t": shop.tenant})
    d = desk(shop, scripts)
    b = d.b
    d.open("/dashboard/audit", type="service")
    first = b.find(".o-audit li")
    first.find_element("css selector", "summary").click()
    words = " ".join(first.text.split())
    assert "Servicio Limpieza" in words and "Cambio" in words and "Precio" in words
    assert "$ 120.000" in words and "$ 130.000" in words
    look(d, "audit-change")
    assert all(NAME not in b.text() for NAME in NAMES)


def test_a_week_with_more_bookings_than_fit(desk, make_shop):
    shop = make_shop(professionals=["Persona %02d" % n for n in range(30)])
    monday = 8 - today().isoweekday()
    fill(shop, 30 * 5 * 7, ahead=monday)
    d = desk(shop, size=DESKTOP)
    week = (today() + datetime.timedelta(days=monday)).isoformat()
    d.open("/dashboard/calendar", date=week)
    assert "No caben todas las reservas de la semana" in d.b.text()
    assert len(d.b.all(".o-block")) == 1000
    d.open("/dashboard/calendar", date=week, view="day")
    assert "No caben" not in d.b.text() and len(d.b.all(".o-col")) == 30 and len(d.b.all(".o-cal")) == 5
    look(d, "day-thirty", POINTER)
