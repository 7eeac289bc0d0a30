"""Exceptions on the way: declined and slow payments, lost slots, changes of mind, mistakes."""
import re
import urllib.parse

import pytest
from selenium.webdriver.common.action_chains import ActionChains

from kitbrowser import DESKTOP, Walk, views
from kitdemo import instant, wait_until

CONFIRMED = "¡Reserva confirmada!"
PENDING = "Estamos confirmando tu pago..."
REFUSED = "Tu pago no pudo ser procesado"
SCRIPTS = views("scripts")
HOLD_S = 600


@pytest.fixture(scope="module")
def quiet(demo):
    """A business without a return page: the result stays on the screen."""
    from conftest import make_clinic
    return make_clinic(demo, callback=False)


@pytest.fixture()
def start(chromiums, quiet):
    """A new visitor in the middle of a booking with that business."""
    def make(scripts=True, lang="es", **fresh):
        return Walk(chromiums(scripts).fresh(**fresh), quiet, lang)
    return make


def look(walk, name):
    walk.b.check(walk.lang)
    walk.b.shot("%s-%s-%s" % (name, walk.lang, "js" if walk.b.scripts else "plain"))



def bookings(shop):
    return shop.demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)


# --- money ---

@SCRIPTS
def test_declined_then_paid(start, someone, scripts):
    walk = start(scripts).to_details("Limpieza").fill(**someone).submit()
    walk.pay("DECLINED").back()
    b = walk.b
    b.wait_h1(REFUSED)
    assert "Pago rechazado. Por favor intenta nuevamente." in b.text() and "Tu horario sigue guardado" in b.text()
    look(walk, "5-declined")
    booking = walk.booking()
    b.click(".act .main")
    walk.pay().back()
    b.wait_h1(CONFIRMED)
    assert walk.booking() == booking


def test_error_of_the_provider_then_another_time(start, someone):
    walk = start().to_details("Limpieza").fill(**someone).submit()
    walk.pay("ERROR").back()
    walk.b.wait(lambda: walk.b.has(".sign.bad"), why="the failure")
    look(walk, "5-error")
    walk.b.click(".back a")
    walk.b.wait_h1("Elige la hora")
    assert "Limpieza" in walk.b.text() and walk.b.has(".slot")


@SCRIPTS
def test_pending_changes_by_itself(start, someone, scripts):
    walk = start(scripts).to_details("Limpieza", nth_day=4).fill(**someone).submit()
    walk.pay("PENDING")
    b, shop = walk.b, walk.shop
    b.wait_h1(PENDING)
    look(walk, "5-pending")
    wait_until(lambda: shop.demo.sql("SELECT 1 FROM kf.payment WHERE booking_id = '%s'" % walk.booking()))
    b.wait_h1(PENDING)
    transaction = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(b.url()).query))["id"]
    shop.patch(transaction, status="APPROVED")
    b.wait_h1(CONFIRMED, 20)


def test_left_the_checkout_and_came_back(start, someone):
    """Not paid yet: the page of the booking leads to the payment again."""
    walk = start().to_details("Limpieza", nth_day=4).fill(**someone).submit()
    b = walk.b
    b.wait(lambda: b.has("button[value=APPROVED]"), why="the checkout")
    b.open(walk.url("/details"))
    b.wait_h1(PENDING)
    assert "/confirm" in b.path() and b.visible("form[action$='/retry'] .alt")
    look(walk, "5-unpaid")
    b.click("form[action$='/retry'] .alt")
    walk.pay().back()
    b.wait_h1(CONFIRMED)


def test_cancelled_says_what_happens_to_the_money(start, someone, demo):
    walk = start().to_details("Limpieza", nth_day=6).fill(**someone).submit()
    walk.pay().back()
    walk.b.wait_h1(CONFIRMED)
    demo.ctl("booking", "cancel", walk.shop.sub, walk.booking())
    walk.b.driver.refresh()
    walk.b.wait_h1("Esta reserva fue cancelada")
    assert "$ 30.000" in walk.b.text() and re.search("Te devolveremos|Devolvimos", walk.b.text()), walk.b.text()
    look(walk, "5-cancelled")


# --- times ---

@SCRIPTS
def test_taken_meanwhile(start, scripts):
    walk = start(scripts)
    b, shop = walk.b, walk.shop
    walk.open().select("Limpieza", shop.professional_id("Laura Gómez")).day(5)
    slot = b.all(".slot")[4]
    lost = slot.get_attribute("value")
    shop.hold(start=lost, service="Limpieza", professional="Laura Gómez")
    b.click(slot)
    b.wait(lambda: b.has(".msg[role=alert]"), why="the message")
    assert b.find(".msg h2").text == "Este horario ya no está disponible"
    assert lost not in [one.get_attribute("value") for one in b.all(".slot")] and len(b.all(".slot")) > 3
    nearest = b.all(".msg button")
    assert len(nearest) == 3
    away = [abs((instant(one.get_attribute("value")) - instant(lost)).total_seconds()) for one in nearest]
    assert away == sorted(away) and max(away) <= 4 * 3600
    assert b.js("return document.activeElement.matches('.msg')")
    look(walk, "6-taken")
    b.click(nearest[0])
    b.wait(lambda: b.has("form.data"), why="the details")


def test_times_are_refreshed_while_the_page_is_open(start):
    walk = start()
    b, shop = walk.b, walk.shop
    walk.open().select("Limpieza", shop.professional_id("Laura Gómez")).day(6)
    lost = b.all(".slot")[2].get_attribute("value")
    shop.hold(start=lost, service="Limpieza", professional="Laura Gómez")
    b.js("window.here = true; window.dispatchEvent(new Event('focus'))")
    b.wait(lambda: lost not in [one.get_attribute("value") for one in b.all(".slot")], why="the fresh list")
    assert b.js("return window.here") is True
    b.wait(lambda: "Actualizamos los horarios." in b.announced(), why="the announcement")
    assert "/availability" in b.path()
    b.check()


def test_hold_expired_on_the_server(start, someone, demo):
    """Without JavaScript the form submission shows it; nothing is booked and slots are offered."""
    walk = start(False).to_details("Limpieza", nth_day=7).fill(**someone)
    before = bookings(walk.shop)
    demo.advance(HOLD_S + 1)
    walk.submit()
    b = walk.b
    b.wait(lambda: "Se acabó el tiempo para ese horario" in b.text(), why="the message")
    assert bookings(walk.shop) == before
    # On the day of the held slot, which can be chosen again.
    assert walk.start in [one.get_attribute("value") for one in b.all(".slot")]
    look(walk, "6-expired")


def test_countdown_and_its_announcements(start, demo):
    walk = start().to_details("Limpieza", nth_day=7)
    b = walk.b

    def shown():
        return [int(n) for n in re.search(r"Guardamos tu horario por (\d+):(\d\d)", b.find("[data-hold]").text).groups()]

    def left_is(seconds):
        """The same page when this many seconds of the hold are left."""
        minutes, rest = shown()
        demo.advance(minutes * 60 + rest - seconds)
        b.driver.refresh()

    def announced(text):
        b.wait(lambda: text in b.announced(), 12, "the announcement " + text)
    first = shown()
    b.wait(lambda: shown() < first, 3, "the countdown")
    left_is(303)
    announced("Te quedan 5 minutos para terminar.")
    assert not b.has(".hold.late")
    left_is(123)
    announced("Te quedan 2 minutos para terminar.")
    left_is(63)
    announced("Te queda un minuto para terminar.")
    b.wait(lambda: b.has(".hold.late"), 3, "the last minute")
    look(walk, "6-last-minute")
    left_is(3)
    b.wait(lambda: b.visible("[data-over]"), 8, "the end")
    announced("Se acabó el tiempo para este horario")
    assert not b.find("form.data .main").is_enabled()
    assert b.js("return document.activeElement.matches('[data-over]')")
    look(walk, "6-over")
    b.click("[data-over] a")
    b.wait_h1("Elige la hora")


def test_a_day_without_times_leads_to_the_next(make_shop, browser):
    shop = make_shop(hours="mon 09:00-11:00", professionals=("Laura Gómez",), callback=False)
    walk = Walk(browser, shop).open().select("Limpieza")
    b = walk.b
    b.click(".day.none")
    b.wait(lambda: b.visible(".empty"), why="the empty day")
    assert "No hay horarios" in b.text() and "El próximo es el lunes" in b.text()
    look(walk, "6-empty")
    b.click(".empty .alt")
    b.wait(lambda: b.has(".slot"), why="times")
    # The back button returns through the days.
    b.driver.back()
    b.wait(lambda: b.visible(".empty"), why="the day before")


# --- zones ---

@SCRIPTS
def test_zone_change(start, someone, scripts):
    walk = start(scripts).open().select("Limpieza").day(2)
    b = walk.b
    home = {instant(one.get_attribute("value")) for one in b.all(".slot")}
    assert "Hora de Bogotá (UTC-5)" in b.text()
    b.click(".zone summary")
    b.click("#timezone option[value='Europe/Madrid']")
    look(walk, "7-zone-form")
    b.click(".zone button")
    b.wait(lambda: "Hora de Madrid (UTC+1)" in b.text(), why="the zone")
    assert "La hora pequeña es la del negocio: Bogotá (UTC-5)." in b.text()
    for one in b.all(".slot"):
        at = one.get_attribute("value")
        assert at.endswith("+01:00")
        big = instant(at)
        words = " ".join(one.text.split())
        hour = "%d:%02d %s. m." % (big.hour % 12 or 12, big.minute, "ap"[big.hour >= 12])
        assert words.startswith(hour) and len(words) > len(hour), (at, words)
    assert home & {instant(one.get_attribute("value")) for one in b.all(".slot")}
    look(walk, "7-zone")
    walk.slot()
    assert "Hora de Madrid" in b.js("return document.querySelector('.sum').textContent")
    walk.fill(**someone).submit().pay().back()
    b.wait_h1(CONFIRMED)
    assert "Hora de Madrid (UTC+1)" in b.text() and "hora de Bogotá" in b.text()
    look(walk, "7-zone-confirmed")


def test_the_devices_own_zone_is_offered(start):
    walk = start(zone="Europe/Madrid").open().select("Limpieza")
    b = walk.b
    assert "Tu teléfono o computador está en otra zona: Madrid." in b.text()
    look(walk, "7-offer")
    b.click(".hop")
    b.wait(lambda: "Hora de Madrid (UTC+1)" in b.text(), why="the zone")
    assert not b.has(".hop")
    # Its name is the one in the list, with its accent.
    b.cdp("Emulation.setTimezoneOverride", timezoneId="America/Bogota")
    b.driver.refresh()
    b.wait(lambda: "está en otra zona: Bogotá." in b.text(), why="the other offer")


# --- second thoughts ---

@SCRIPTS
def test_back_and_reload_at_each_step(start, someone, scripts):
    walk = start(scripts).open()
    b = walk.b
    b.driver.refresh()
    walk.select("Asesoría").day(1)
    times = b.url()
    b.driver.refresh()
    assert b.url() == times and b.has(".slot")
    walk.slot()
    hold = b.find("input[name=hold]").get_attribute("value")
    b.driver.refresh()
    assert b.find("input[name=hold]").get_attribute("value") == hold
    b.driver.back()
    b.wait_h1("Elige la hora")
    b.driver.back()
    b.wait(lambda: b.h1() in ("Elige la hora", "Reserva tu cita"), why="an earlier step")
    b.open(walk.url("/details"))
    assert b.find("input[name=hold]").get_attribute("value") == hold
    before = bookings(walk.shop)
    walk.fill(**someone).submit()
    b.wait_h1(CONFIRMED)
    place = b.path()
    b.driver.refresh()
    b.wait_h1(CONFIRMED)
    b.driver.back()
    b.wait(lambda: b.h1() in (CONFIRMED, "Tus datos"), why="the page before")
    b.open(walk.url("/details"))
    b.wait_h1(CONFIRMED)
    assert b.path() == place and bookings(walk.shop) == before + 1


@SCRIPTS
def test_double_clicks_do_it_once(start, someone, scripts):
    walk = start(scripts).open().select("Asesoría").day(2)
    b, shop = walk.b, walk.shop

    def twice(element):
        b.js("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(b.driver).double_click(element).perform()
    held = "SELECT count(*) FROM kf.claim WHERE tenant_id = '%s' AND state = 'held' AND expires_at > kf.now()" % shop.tenant
    before_held, before = shop.demo.one(held), bookings(shop)
    twice(b.all(".slot")[0])
    # Without scripts the second click may be sent before the first response has set its cookie. Then the visitor's own
    # first click has taken the slot, and nothing is held twice.
    b.wait(lambda: b.has("form.data") or not scripts and "ya no está disponible" in b.text(), why="the details")
    assert shop.demo.one(held) == before_held + 1
    if not b.has("form.data"):
        walk.slot()
    walk.fill(**someone)
    twice(b.find("form.data .main"))
    b.wait_h1(CONFIRMED)
    assert bookings(shop) == before + 1


def test_another_service_hides_who_does_not_offer_it(demo, browser):
    from conftest import make_clinic
    shop = make_clinic(demo, callback=False)
    shop.professional("Marta Solo", "mon-sun 08:00-12:00", ["Asesoría"])
    walk = Walk(browser, shop).open()
    b = walk.b
    b.click("input[value='%s']" % shop.professional_id("Marta Solo"))
    assert "Marta Solo" in b.text()
    b.click("input[value='%s']" % shop.service_id("Limpieza"))
    assert "Marta Solo" not in b.text() and "Laura Gómez" in b.text()
    assert b.find("input[name=professional][value=any]").is_selected()
    b.click("input[value='%s']" % shop.service_id("Asesoría"))
    assert "Marta Solo" in b.text()


# --- mistakes ---

@SCRIPTS
def test_errors_beside_the_fields(start, someone, scripts):
    walk = start(scripts, size=DESKTOP if scripts else (390, 844)).to_details("Asesoría", nth_day=8)
    b = walk.b
    walk.fill(terms=False, name="A", email="no-es-correo", phone="12", notes="Una nota & <b>más</b>").submit()
    b.wait(lambda: b.has(".errors"), why="the errors")
    assert b.driver.title.startswith("Error: ")
    assert b.js("return document.activeElement.matches('.errors')")
    assert [one.get_attribute("href").rpartition("#")[2] for one in b.all(".errors a")] == [
        "name", "email", "phone", "accepted_terms"]
    for field in ("name", "email", "phone", "accepted_terms"):
        described = b.find("#" + field).get_attribute("aria-describedby").split()
        assert field + "-error" in described and b.find("#%s-error" % field).text
    assert b.find("#name").get_attribute("value") == "A" and b.find("#notes").get_attribute("value") == "Una nota & <b>más</b>"
    look(walk, "8-errors")
    b.click(".errors a[href='#phone']")
    assert b.js("return document.activeElement.id") == "phone"
    walk.fill(**someone).submit()
    b.wait_h1(CONFIRMED)


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("what", ["expired", "unknown", "stranger"])
def test_dead_ends_have_a_way_on(start, browser, what, lang):
    walk = start(lang=lang)
    b, shop = walk.b, walk.shop
    if what == "expired":
        walk.link = shop.make_link(expires="2026-01-01T00:00:00Z")
    elif what == "unknown":
        walk.link = "nosuchlink12"
    walk.open() if what != "stranger" else b.open("%s/book/%s/nothing?lang=%s" % (shop.url, shop.link, lang))
    if lang == "es":
        assert b.h1() == {"expired": "Este enlace ha expirado", "unknown": "Este enlace no es válido",
                          "stranger": "Esta página no existe"}[what]
    look(walk, "8-" + what)
    # On a nonexistent page the business is unknown: the text says how to continue.
    assert what == "stranger" or "Calle 93 # 14-20" in b.text()
