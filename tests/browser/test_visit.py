"""The customer's pages of a booking: every page and state, on a phone and a desktop, in both languages."""
import datetime
import hashlib
import http.server
import json
import os
import threading

import pytest

from kitafter import book, mint, no_more_mails, service_of
from kitbrowser import PHONE, views
from kitdemo import instant, wait_until
from kithttp import private
from kitmail import b64url
from kitshop import person

EVERY = views("size", "lang")
TIERS = json.dumps([{"hours": 72, "percent": 100}, {"hours": 24, "percent": 50}])
WORDS = {
    "es": {"confirmed": "Tu cita está confirmada", "move": "Elige la nueva hora", "review": "¿Cambiamos la hora de tu cita?",
           "cancel": "Cancelar tu cita", "cancelled": "Esta cita fue cancelada", "receipt": "Comprobante de tu reserva",
           "on": "Tus recordatorios están activos", "off": "Tus recordatorios están apagados", "unpaid": "Te falta pagar",
           "unknown": "Este enlace no es válido", "used": "Este enlace ya se usó", "wrong": "Este enlace no sirve para esto",
           "gone": "Esta cita ya fue cancelada", "join": "Te avisamos si se libera un horario",
           "joined": "Revisa tu correo", "join_free": "Ese día tiene horarios libres",
           "confirm": "Confirma tu lugar en la lista de espera", "waits": "Estás en la lista de espera", "leave": "¿Quieres salir de la lista de espera?",
           "left": "Saliste de la lista de espera", "offer": "Se liberó un horario para ti", "data": "Tus datos",
           "no_offer": "Este horario ya lo tomaste o lo dejaste", "until": "Ya no se puede cambiar la hora en línea"},
    "en": {"confirmed": "Your appointment is confirmed", "move": "Choose the new time",
           "review": "Shall we change the time of your appointment?", "cancel": "Cancel your appointment",
           "cancelled": "This appointment was cancelled", "receipt": "Receipt of your booking",
           "on": "Your reminders are on", "off": "Your reminders are off", "unpaid": "The payment is missing",
           "unknown": "This link is not valid", "used": "This link has been used", "wrong": "This link is not for that",
           "gone": "This appointment has been cancelled already", "join": "We tell you if a time comes free",
           "joined": "Check your email", "join_free": "That day has free times",
           "confirm": "Confirm your place on the waiting list", "waits": "You are on the waiting list", "leave": "Do you want to leave the waiting list?",
           "left": "You have left the waiting list", "offer": "A time came free for you", "data": "Your details",
           "no_offer": "You have taken this time or let it go", "until": "The time can no longer be changed online"}}


@pytest.fixture(scope="module")
def house(demo):
    """A clinic with a place, instructions, and a refund of half in the last days."""
    from conftest import make_clinic
    shop = make_clinic(demo, callback=False)
    service_of(shop, "Limpieza", cancel_tiers=TIERS, place="Consultorio 402, Calle 93 # 14-20",
               map_url="https://maps.example/clinica", instructions="Llega 10 minutos antes.\nNo comas nada dos horas antes.")
    return shop


class Customer:
    def __init__(self, browser, shop, lang, size):
        self.b, self.shop, self.lang, self.size = browser, shop, lang, size
        self.say = WORDS[lang]
        browser.fresh(size=size)

    def url(self, path):
        return self.shop.url + path + ("" if self.lang == "es" else ("&" if "?" in path else "?") + "lang=en")

    def open(self, path, words=None):
        self.b.open(self.url(path))
        if words:
            self.sees(words)
        return self

    def sees(self, words):
        self.b.wait_h1(self.say[words])
        assert "/booking/" not in self.b.js("return document.referrer")
        return self

    def look(self, name):
        self.b.check(self.lang)
        self.b.shot("visit-%s-%s-%s" % (name, self.lang, "js" if self.b.scripts else "plain"))
        return self

    def token(self):
        made = self.b.path().split("/")[2]
        private(made)
        return made


@pytest.fixture()
def customer(chromiums, house):
    return lambda lang, size, scripts=True, shop=None: Customer(chromiums(scripts), shop or house, lang, size)


def booked(shop, hours=40, service="Limpieza", **more):
    """A booking that begins in at least so many hours."""
    least = shop.demo.now() + datetime.timedelta(hours=hours)
    start = next(one["start"] for one in shop.slots(service, "Laura Gómez") if instant(one["start"]) > least)
    return book(shop, start, service, professional="Laura Gómez", **more)


@EVERY
def test_looking(customer, house, lang, size):
    one = booked(house)
    c = customer(lang, size).open("/booking/" + mint(one), "confirmed")
    assert "Consultorio 402" in c.b.text() and "30" in c.b.text() and "90" in c.b.text()
    c.look("view")
    c.b.find("#email").send_keys("otra@persona.example")
    c.b.click("button[name=act][value=cancel]")
    c.b.wait(lambda: c.b.has(".msg.errors"), why="the error")
    assert c.b.js("return document.activeElement.matches('.msg.errors')")
    c.look("view-error")
    c.open("/booking/%s/receipt" % mint(one), "receipt").look("receipt")


@EVERY
def test_moving(customer, house, lang, size):
    one = booked(house, 60)
    c = customer(lang, size).open("/booking/" + mint(one), "confirmed")
    c.b.find("#email").send_keys(one.customer["email"].upper())
    c.b.click("button[name=act][value=move]")
    c.sees("move")
    c.token()
    c.look("move")
    day = c.b.all(".day:not(.none)")[4].get_attribute("href").split("day=")[1][:10]
    c.b.click(c.b.all(".day:not(.none)")[4])
    c.b.wait(lambda: "day=" + day in c.b.find(".day[aria-current]").get_attribute("href") and c.b.all(".slot")[3], why="the times")
    wanted = c.b.all(".slot")[3].get_attribute("value")
    c.b.click(c.b.all(".slot")[3])
    c.sees("review").look("review")
    c.b.click(".act .main")
    c.sees("confirmed")
    c.token()
    c.look("moved")
    assert instant(one.row()["slot_start"]) == instant(wanted)


@EVERY
def test_cancelling(customer, house, lang, size):
    one = booked(house, 40)
    act = mint(one, "cancel")
    c = customer(lang, size).open("/booking/%s/cancel" % act, "cancel")
    assert "15.000" in c.b.find(".figure").text.replace(",", ".")
    c.look("cancel")
    c.b.find("#reason").send_keys("Me enfermé")
    c.b.click(".act .main")
    c.sees("cancelled")
    c.token()
    c.look("cancelled")
    assert one.row()["status"] == "cancelled"
    c.open("/booking/%s/cancel" % act, "gone").look("end-cancelled")


@EVERY
def test_reminders(customer, house, lang, size):
    one = booked(house, 50)
    c = customer(lang, size).open("/booking/%s/reminders" % mint(one, "reminders"), "on").look("reminders-on")
    c.b.click(".act .main")
    c.sees("off").look("reminders-off")
    assert one.row()["reminders"] is False
    c.b.click(".act .main")
    c.sees("on")
    assert one.row()["reminders"] is True


@EVERY
def test_unpaid(customer, house, lang, size):
    one = booked(house, 70, pay=False)
    c = customer(lang, size).open("/booking/" + mint(one), "unpaid").look("unpaid")
    c.b.click(".act .main")
    c.b.wait(lambda: c.b.has("button[value=APPROVED]"), why="the checkout")
    c.b.console()


@EVERY
def test_links_that_lead_nowhere(customer, house, lang, size):
    one = booked(house, 80)
    view, move = mint(one), mint(one, "move")
    c = customer(lang, size)
    c.open("/booking/" + b64url(os.urandom(32)), "unknown").look("end-unknown")
    c.open("/booking/%s/cancel" % move, "wrong").look("end-wrong")
    one.shop.demo.run("UPDATE kf.visit_token SET used_at = kf.now() WHERE token_hash = '\\x%s'"
                      % hashlib.sha256(("kf:visit:" + move).encode()).hexdigest())
    c.open("/booking/%s/move" % move, "used").look("end-used")
    one.shop.demo.run("UPDATE kf.booking SET terms = jsonb_set(terms, '{policy,move_until_hours}', '700')"
                      " WHERE booking_id = '%s'" % one.id)
    c.open("/booking/%s/move" % mint(one, "move"), "until").look("end-until")
    c.open("/booking/" + view, "confirmed").look("view-no-move")


@EVERY
def test_waiting(customer, make_shop, lang, size):
    """A day whose only slot is taken: joins the list, leaves it, joins again; then the slot is released."""
    shop = make_shop(hours="mon-sun 09:00-09:45", professionals=("Laura Gómez",), callback=False)
    one = booked(shop, 40)
    day = one.row()["slot_start"][:10]
    c = customer(lang, size, shop=shop)
    c.open("/book/%s/availability?service=%s&professional=any&day=%s" % (shop.link, shop.service_id("Limpieza"), day))
    c.b.wait(lambda: c.b.has("a[href*='/waiting']"), why="the door")
    c.look("door")
    c.b.click("a[href*='/waiting']")
    c.sees("join").look("join")
    c.b.find("#name").send_keys("A")
    c.b.click(".act .main")
    c.b.wait(lambda: c.b.has(".errors"), why="the errors")
    c.look("join-errors")
    who = person()
    c.b.find("#name").clear()
    c.b.find("#name").send_keys(who["name"])
    c.b.find("#email").send_keys(who["email"])
    c.b.click(".act .main")
    c.sees("joined").look("joined")
    leave = waiting_token(shop, who, "leave")
    c.open("/waiting/%s/confirm" % leave, "confirm").look("confirm")
    c.b.click(".act .main")
    c.sees("waits").look("waits")
    c.open("/waiting/" + leave, "leave").look("leave")
    c.b.click(".act .main")
    c.sees("left").look("left")
    c.open("/book/%s/waiting?service=%s&professional=any&day=%s" % (shop.link, shop.service_id("Limpieza"), day), "join")
    c.b.find("#name").send_keys(who["name"])
    c.b.find("#email").send_keys(who["email"])
    c.b.click(".act .main")
    c.sees("joined")
    c.open("/waiting/%s/confirm" % waiting_token(shop, who, "leave"), "confirm")
    c.b.click(".act .main")
    c.sees("waits")
    c.open("/book/%s/waiting?service=%s&professional=any&day=%s" % (shop.link, shop.service_id("Limpieza"), shop.slots()[0]["start"][:10]), "join")
    c.b.find("#name").send_keys(who["name"])
    c.b.find("#email").send_keys(who["email"])
    c.b.click(".act .main")
    c.sees("join_free").look("join-free")
    shop.demo.ctl("booking", "cancel", shop.sub, one.id)
    wait_until(lambda: shop.demo.sql("SELECT 1 FROM kf.waiting WHERE tenant_id = '%s' AND state = 'offered'" % shop.tenant), 20)
    offer = waiting_token(shop, who, "offer")
    c.open("/waiting/%s/offer" % offer, "offer").look("offer")
    c.b.click(".act .main")
    c.sees("data").look("offer-details")
    c.open("/waiting/%s/offer" % offer, "no_offer").look("end-offer")


def waiting_token(shop, who, kind):
    """A link like in a mail, without the mail: a mail that is sent later would contain another one."""
    no_more_mails(shop.demo, shop.tenant)
    made = b64url(os.urandom(32))
    private(made)
    shop.demo.run("SELECT kf.waiting_mint('%s', (SELECT waiting_id FROM kf.waiting WHERE tenant_id = '%s' AND email = '%s'"
                  " ORDER BY created_at DESC LIMIT 1), '%s', '\\x%s')" % (
                      shop.tenant, shop.tenant, who["email"], kind,
                      hashlib.sha256(("kf:waiting:" + made).encode()).hexdigest()))
    return made


def test_without_scripts(customer, house):
    """The whole flow with plain forms."""
    one = booked(house, 90)
    c = customer("es", PHONE, scripts=False).open("/booking/" + mint(one), "confirmed")
    c.b.find("#email").send_keys(one.customer["email"])
    c.b.click("button[name=act][value=move]")
    c.sees("move").look("move")
    c.b.click(c.b.all(".slot")[0])
    c.sees("review")
    c.b.click(".act .main")
    c.sees("confirmed")
    c.token()
    c.b.find("#email").send_keys(one.customer["email"])
    c.b.click("button[name=act][value=cancel]")
    c.sees("cancel")
    c.token()
    c.b.click(".act .main")
    c.sees("cancelled")
    c.token()
    assert one.row()["status"] == "cancelled"


def test_by_keyboard(customer, house):
    """From the page to a slot and on to the move button, without a pointer."""
    one = booked(house, 100)
    c = customer("es", PHONE).open("/booking/%s/move" % mint(one, "move"), "move")
    for _ in range(80):
        if c.b.js("return document.activeElement.matches('.slot')"):
            break
        c.b.key("Tab")
    else:
        raise AssertionError("no time is reached")
    c.b.key("Enter")
    c.sees("review")
    for _ in range(20):
        if c.b.js("return document.activeElement.matches('.act .main')"):
            break
        c.b.key("Tab")
    c.b.key("Enter")
    c.sees("confirmed")
    c.token()


# --- what a link out of the page tells ---

class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Another site, which records the Referer of its visitors."""
    told = []

    def do_GET(self):
        if self.path.startswith("/from"):
            Elsewhere.told.append(self.headers.get("Referer"))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>x</title><h1>Otro sitio</h1>")

    def log_message(self, *args):
        pass


def test_no_token_in_a_referer(customer, house):
    """A link does not even send the origin to its target. (The first page, without a referrer policy, does.)"""
    one = book(house, service="Limpieza")
    tokens = {purpose: mint(one, purpose) for purpose in ("view", "move", "cancel", "reminders")}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    who = customer("es", PHONE)
    site = "http://127.0.0.1:%d/" % server.server_port
    leave = ("var a = document.createElement('a'); a.href = arguments[0]; a.textContent = 'fuera';"
             " document.body.prepend(a); a.click()")
    try:
        paths = ["/booking/" + tokens["view"], "/booking/%s/receipt" % tokens["view"]]
        paths += ["/booking/%s/%s" % (tokens[purpose], purpose) for purpose in ("move", "cancel", "reminders")]
        for n, url in enumerate([site.replace("127.0.0.1", "localhost")] + [house.url + path for path in paths]):
            who.b.open(url)
            who.b.js(leave, site + "from%d" % n)
            wait_until(lambda: len(Elsewhere.told) > n, 10)
        assert Elsewhere.told == [site.replace("127.0.0.1", "localhost")] + [None] * len(paths)
    finally:
        server.shutdown()
