"""The own domain with its DNS record, the exports of bookings, the developer pages, and API-created data."""
from kitbrowser import views
from kitops import Desk
from kitshop import Booking, person


@views("size", "lang")
def test_own_domain(chromiums, clinic, size, lang):
    desk = Desk(chromiums(True).fresh(size), clinic, lang=lang)
    clinic.demo.ctl("tenant", "update", clinic.sub, "--custom-domain", "citas-de-la-clinica.example")
    record = clinic.demo.ctl("tenant", "domain", clinic.sub)
    desk.open("/dashboard/branding")
    assert desk.b.find("#record").get_attribute("value") == record["record"] == "_konfirmado.citas-de-la-clinica.example"
    assert desk.b.find("#value").get_attribute("value") == record["value"]
    desk.b.check(lang)
    desk.b.shot("site-domain-" + lang)
    desk.b.click("#domain form button")
    desk.b.wait(lambda: "done=domain_asked" in desk.b.url(), why="it was asked for")
    desk.b.check(lang)


@views("size", "lang")
def test_developers(chromiums, clinic, size, lang):
    desk = Desk(chromiums(True).fresh(size), clinic, lang=lang)
    desk.open("/dashboard/callbacks")
    assert desk.b.find("nav a[href='/docs']")
    desk.open("/docs", lang=lang)
    desk.b.check(lang)
    desk.b.shot("site-docs-" + lang)
    desk.b.js("document.querySelectorAll('details').forEach(function (d, i) { d.open = i % 9 == 0; })")
    desk.b.check(lang)
    desk.b.shot("site-docs-open-" + lang)
    assert desk.b.has("a[href='/docs/callbacks']")
    desk.open("/docs/callbacks", lang=lang)
    desk.b.check(lang)
    desk.b.js("document.querySelectorAll('details').forEach(function (d) { d.open = true; })")
    desk.b.check(lang)
    desk.b.shot("site-docs-callbacks-" + lang)
    desk.open("/dashboard/bookings")
    first, second = [one.get_attribute("href").rpartition("sep=")[2] for one in desk.b.all("a[href^='/api/export/']")]
    assert (first, second) == {"es": ("semicolon", "comma"), "en": ("comma", "semicolon")}[lang]
    desk.b.check(lang)
    desk.b.shot("site-bookings-" + lang)


@views("size", "lang")
def test_what_the_system_of_the_business_added(chromiums, make_shop, size, lang):
    """The longest possible names and texts stay inside their card, and each callback shows its URL."""
    shop = make_shop()
    hold, customer = shop.hold(service="Limpieza"), person()
    added = {"pedido": "A-1", "n" * 40: "sin-espacios-" * 15, "nota": "<b>ñandú</b> & más"}
    answer = shop.client().post("/api/bookings", json=dict(shop.booking_body(hold, customer), metadata=added))
    assert answer.status_code == 201, answer.text
    booking = Booking(shop, answer.json(), hold, customer)
    shop.pay(booking)
    booking.wait("confirmed")
    desk = Desk(chromiums(True).fresh(size), shop, lang=lang)
    desk.open("/dashboard/bookings/" + booking.id)
    words = desk.b.text()
    assert all(name in words and text in words for name, text in added.items())
    assert shop.demo.sandbox_url.split("://")[1] in words
    desk.b.js("document.querySelectorAll('main details').forEach(function (d) { d.open = true; })")
    desk.b.check(lang)
    desk.b.shot("site-booking-metadata-" + lang)
