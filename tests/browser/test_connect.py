"""A professional connects a calendar: invitation, the stand-in for Google's consent, choice, done; and the dashboard's side."""
import os
import sys
import uuid

import pytest

from kitbrowser import views
from kitdash import Panel
from kitdemo import TOP, wait_until
from kithttp import private

sys.path.insert(0, os.path.join(TOP, "tests/sandbox"))
from google_client import Google  # noqa: E402

ACCOUNT = "andres.gomez@gmail.test"
SIZES = views("size")


@pytest.fixture()
def google(demo):
    return Google(demo.sandbox_url)


@pytest.fixture()
def invited(clinic):
    """A new invitation for one of the clinic's professionals: its path."""
    def make(name="Laura Gómez"):
        path = clinic.demo.ctl("calendar", "invite", clinic.tenant, name)["path"]
        private(path.rpartition("/")[2])
        return clinic.demo.about["base_url"] + path
    return make


def look(browser, name, lang="es"):
    browser.check(lang)
    browser.shot("connect-%s-%s-%s" % (name, lang, "js" if browser.scripts else "plain"))


def consent(browser, allow=True, account=ACCOUNT, untick=()):
    """The stand-in's pages, as a person uses them."""
    browser.wait(lambda: "/google/" in browser.url() and browser.has(".who, [name=decision]"), why="Google's page")
    browser.console()  # faults of the stand-in's own pages do not matter
    if browser.has(".who"):
        browser.click(".who[value='%s']" % account)
        browser.wait(lambda: browser.has("[name=decision]"), why="the consent")
    for scope in untick:
        browser.click("[name=scope][value$='%s']" % scope)
    browser.console()
    browser.click("[name=decision][value=%s]" % ("allow" if allow else "cancel"))


def state(clinic, name="Laura Gómez"):
    return next(one for one in clinic.demo.ctl("calendar", "list", clinic.tenant) if one["name"] == name)


def disconnect(clinic, name="Laura Gómez"):
    if state(clinic, name)["state"] in ("connected", "error"):
        clinic.demo.ctl("calendar", "disconnect", clinic.tenant, name)


@views("scripts", "size")
def test_from_the_link_to_connected(chromiums, clinic, invited, scripts, size):
    b = chromiums(scripts).fresh(size)
    disconnect(clinic)
    link = invited()
    b.open(link)
    assert b.h1() == "Conecta tu calendario" and "Clínica Norte" in b.text() and "Laura Gómez" in b.text()
    look(b, "1-invitation")
    b.click("button.main")
    consent(b)
    b.wait_h1("Elige tus calendarios")
    assert b.path() == "/connect-calendar/%s/calendars" % link.rpartition("/")[2] and "code=" not in b.url()
    assert ACCOUNT in b.text()
    assert [one.get_attribute("value") for one in b.all("input[type=checkbox]:checked")] == [ACCOUNT]
    assert b.find("input[type=radio]:checked").get_attribute("value") == ACCOUNT
    look(b, "2-choice")
    b.click("input[type=checkbox]:checked")
    b.click("button.main")
    b.wait(lambda: b.has(".msg"), why="the error")
    assert b.h1() == "Elige tus calendarios" and "Elige al menos un calendario" in b.text()
    look(b, "3-none")
    b.click("input[name='read.0']")
    b.click("button.main")
    b.wait_h1("Tu calendario está conectado")
    look(b, "4-done")
    assert state(clinic)["state"] == "connected" and state(clinic)["account_email"] == ACCOUNT
    b.open(link)
    b.wait_h1("Esta invitación ya se usó")
    look(b, "5-used")
    disconnect(clinic)


@SIZES
def test_no_and_a_box_that_is_not_ticked(chromiums, clinic, invited, size):
    b = chromiums(True).fresh(size)
    disconnect(clinic)
    b.open(invited())
    b.click("button.main")
    consent(b, allow=False)
    b.wait(lambda: "why=denied" in b.url(), why="the way back")
    assert "No diste el permiso" in b.text() and b.announced() is not None
    look(b, "6-denied")
    b.click("button.main")
    consent(b, untick=("calendar.events.owned",))
    b.wait(lambda: "why=no_events" in b.url(), why="the way back")
    assert "Faltó una casilla" in b.text()
    look(b, "7-box")
    b.click("button.main")
    consent(b)
    b.wait_h1("Elige tus calendarios")


@SIZES
def test_ends(chromiums, clinic, demo, invited, size):
    """An unknown link, an expired one, an attempt in another browser: each says what to do."""
    b = chromiums(True).fresh(size)
    b.open(demo.about["base_url"] + "/connect-calendar/" + "x" * 43)
    b.wait_h1("This link does not work")  # its business is unknown, so the browser's language applies
    b.console()  # the 404
    look(b, "8-unknown", "en")
    old = invited()
    demo.run("UPDATE kf.calendar_invitation SET expires_at = kf.now() - interval '1 second' WHERE tenant_id = '%s'"
             " AND used_at IS NULL" % clinic.tenant)
    b.open(old)
    b.wait_h1("Esta invitación se venció")
    b.console()
    look(b, "9-expired")
    b.open(demo.about["base_url"] + "/api/auth/google/callback?lang=es&code=x&state=" + "y" * 43)
    b.wait_h1("Este intento ya no sirve")
    b.console()
    look(b, "10-attempt")
    b.open(invited() + "?lang=en")
    b.wait_h1("Connect your calendar")
    look(b, "11-english", "en")


@views("scripts", "size")
def test_the_merchants_side(chromiums, clinic, demo, google, scripts, size):
    """Invite with a link to copy, see it connected, test it, configure it, disconnect."""
    b = chromiums(scripts).fresh(size)
    p = Panel(b, demo, clinic.tenant)
    name = "Andrés Felipe Restrepo"
    disconnect(clinic, name)
    p.open("/professionals")
    b.wait_h1("Profesionales")
    look(b, "20-list")
    b.click("a.quiet[href$='%s/calendar']" % clinic.professional_id(name))
    b.wait_h1("Calendario de " + name)
    look(b, "21-calendar")
    p.type(email="no es un correo").submit("#invite button")
    assert b.has("#email[aria-invalid]")
    look(b, "22-bad-email")
    p.type(email="andres@%s.example" % clinic.sub).submit("#invite button")
    link = b.find("#link").get_attribute("value")
    private(link.rpartition("/")[2])
    assert "correo" in b.text()
    look(b, "23-invited")
    other = chromiums(not scripts).fresh(size)
    other.open(link)
    other.click("button.main")
    consent(other)
    other.wait_h1("Elige tus calendarios")
    other.click("button.main")
    other.wait_h1("Tu calendario está conectado")
    wait_until(lambda: state(clinic, name)["readable"], 20)
    p.open("/professionals/%s/calendar" % clinic.professional_id(name))
    assert "Google Calendar conectado" in b.text() and ACCOUNT in b.text()
    look(b, "24-connected")
    p.submit("form[action$='/test'] button")
    assert "Leímos el calendario" in p.said()
    look(b, "25-tested")
    p.type(summary="Cita de {{customer").submit("#form button")
    assert b.has("#summary[aria-invalid]")
    look(b, "26-bad-title")
    p.type(summary="Cita de {{customer}}").submit("#form button")
    assert "Guardado" in p.said()
    assert demo.one("SELECT summary FROM kf.calendar_connection WHERE tenant_id = '%s' AND state = 'connected'"
                    % clinic.tenant) == "Cita de {{customer}}"
    b.click("a.danger")
    b.wait_h1("¿Desconectar el calendario de %s?" % name)
    look(b, "27-ask")
    p.submit("button.danger")
    assert "Calendario desconectado" in p.said() and state(clinic, name)["state"] == "builtin"
    look(b, "28-disconnected")


# A calendar that conflicts with a booking, and a booking that could not be written.
AGAINST = """
INSERT INTO kf.calendar_connection (tenant_id, connection_id, professional_id, provider, state, account_id, account_email,
                                    error, connected_at)
SELECT tenant_id, '{connection}', professional_id, 'google', 'error', 'a', 'uno@gmail.test', 'revoked', kf.now()
FROM kf.booking WHERE booking_id = '{booking}';
INSERT INTO kf.calendar_source (tenant_id, connection_id, calendar_id, name, position, reads)
VALUES ('{tenant}', '{connection}', 'a', 'Consultorio', 1, true);
INSERT INTO kf.calendar_conflict (tenant_id, conflict_id, booking_id, connection_id, calendar_id, event_key, kind,
                                  starts_at, ends_at, seen_at)
SELECT tenant_id, gen_random_uuid(), booking_id, '{connection}', 'a', 'e', 'overlap', slot_start, slot_end, kf.now()
FROM kf.booking WHERE booking_id = '{booking}';
INSERT INTO kf.calendar_event (tenant_id, booking_id, n, connection_id, calendar_id, event_id, wanted, wanted_version, state,
                               error, next_attempt_at, created_at)
SELECT tenant_id, booking_id, 1, '{connection}', 'a', gen_random_uuid(), 'present', version, 'failed', 'denied', kf.now(), kf.now()
FROM kf.booking WHERE booking_id = '{booking}'"""


@SIZES
def test_what_stands_against_a_booking(chromiums, make_shop, demo, size):
    """On the overview, in the list, in the calendar, on the booking; and the conflict can be dismissed."""
    shop = make_shop()
    booking = shop.book(service="Asesoría")
    demo.run(AGAINST.format(tenant=shop.tenant, booking=booking.id, connection=uuid.uuid4()))
    p = Panel(chromiums(True).fresh(size), demo, shop.tenant)
    b = p.b
    p.open()
    assert "Necesita tu atenci\u00f3n" in b.text() and "1 reserva choca con un calendario" in b.text()
    look(b, "30-home")
    p.open("/bookings")
    assert "Choca con su calendario" in b.text()
    look(b, "31-bookings")
    p.open("/bookings/" + booking.id)
    assert "Tiene otro evento a esa hora" in b.text() and "No se pudo escribir en el calendario" in b.text()
    look(b, "32-booking")
    p.submit("form[action$='/calendar-retry'] button")  # it must be reconnected first
    assert "Eso no se pudo hacer" in b.text() and b.h1() == "Choques con calendarios"
    b.console()
    start = demo.one("SELECT (slot_start AT TIME ZONE 'America/Bogota')::date::text AS d FROM kf.booking WHERE booking_id = '%s'"
                     % booking.id)
    p.open("/calendar?view=day&date=" + start)
    look(b, "33-calendar")
    p.open("/analytics")
    assert "Calendarios conectados" in b.text()
    look(b, "34-analytics")
    p.open("/professionals/%s/calendar" % shop.professional_id(booking_professional(demo, booking)))
    assert "Reconectar" in b.text() and "Google ya no nos da permiso" in b.text()
    look(b, "35-error")
    p.open("/conflicts")
    b.wait_h1("Choques con calendarios")
    look(b, "36-conflicts")
    p.submit("form[action$='/dismiss'] button")
    assert "Ese choque ya no se muestra" in p.said() and "No hay choques" in b.text()
    look(b, "37-none")


def booking_professional(demo, booking):
    return demo.one("SELECT f.name FROM kf.booking b JOIN kf.professional f USING (tenant_id, professional_id)"
                    " WHERE booking_id = '%s'" % booking.id)
