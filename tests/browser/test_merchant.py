"""A merchant who is new to the product, from registration to the first paid booking in the export."""
import csv
import io
import re

from kitaccount import new_email
from kitbrowser import Walk, views
from kitdash import Panel
from kitdemo import wait_until
from kithttp import private
from kitshop import wompi_keys

PASSWORD = "una frase larga que nadie adivina"
LOGO = (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><circle cx="32" cy="32" r="30" fill="#0f5c5c"/>'
        b'<path d="M20 33l9 9 16-18" stroke="#fff" stroke-width="6" fill="none"/></svg>')


class Newcomer(Panel):
    """The dashboard of a person who signs in by the form."""

    def __init__(self, browser, demo):  # no initial session: Panel's own constructor would create one
        self.b, self.demo, self.lang, self.tenant = browser, demo, "es", None
        self.base = demo.about["base_url"]
        self.email = new_email()
        private(PASSWORD)

    def look(self, name):
        self.b.check(self.lang)
        self.b.shot("merchant-" + name)

    def register(self):
        b = self.b
        self.open("/register?lang=es")
        self.type(business="Clínica Dental Sonrisa", email=self.email, password=PASSWORD)
        self.look("01-register")
        self.submit("main .main")
        b.wait(lambda: self.email in b.text(), why="check your mail")
        self.look("02-check-mail")
        return self

    def follow_the_mail(self):
        """Opens the mail in the sink as a person would, and follows its link."""
        b = self.b

        def came():
            b.open(self.demo.about["mail_inbox_url"])
            return b.driver.execute_script("return Array.from(document.links).filter(one => one.text.includes(arguments[0]))"
                                           ".map(one => one.href)", self.email)
        came.__name__ = "the mail in the sink"
        b.open(wait_until(came, 20)[0])  # (the sink's page reloads itself: elements do not stay valid)
        b.wait(lambda: b.has("iframe"), why="the mail")
        b.driver.switch_to.frame(b.find("iframe"))
        link = b.find("a[href*='/dashboard/verify?token=']").get_attribute("href")
        b.driver.switch_to.default_content()
        assert link.startswith(self.base + "/dashboard/verify?token=")
        b.open(link)
        self.look("03-verify")
        self.type(password=PASSWORD)
        self.submit("main .main")
        return self

    def sign_in(self):
        if self.b.path() != "/dashboard/login":
            self.open("/login")
        self.type(email=self.email, password=PASSWORD)
        self.look("04-login")
        self.submit("main .main")
        self.b.wait_h1("Empieza a recibir reservas")
        (row,) = self.demo.sql("SELECT tenant_id FROM kf.staff WHERE email = '%s'" % self.email)
        self.tenant = row["tenant_id"]
        return self

    def brand(self, tmp_path):
        b = self.b
        file = tmp_path / "logo.svg"
        file.write_bytes(LOGO)
        self.open("/branding")
        b.find("#file").send_keys(str(file))
        self.submit("form[enctype] button")
        b.wait(lambda: self.said(), why="the notice")
        sub = b.find("#subdomain").get_attribute("value")
        sandbox = self.demo.sandbox_url
        for fold in b.all("details:not([open]) > summary"):
            b.click(fold)
        self.type(primary_color="#0F5C5C", callback_url="%s/merchant/callback/%s" % (sandbox, sub),
                  return_url="%s/merchant/return/%s" % (sandbox, sub)).submit()
        b.wait(lambda: "Guardado." in self.said(), why="the notice")
        self.look("05-branding")
        for _ in range(6):  # whichever process answers
            self.open("/services")
            assert b.has(".top .brand img"), "the logo of a moment ago"
        # The merchant's system gets the callback secret.
        self.open("/callbacks")
        b.click("a[href='/dashboard/callbacks/secret']")
        self.submit("form.o-form .main")
        secret = b.find("#secret-value").get_attribute("value")
        private(secret)
        self.demo.sandbox("merchants", {"name": sub, "secrets": [secret]})
        return sub

    def offer(self):
        b = self.b
        self.open("/services/new").type(name="Limpieza dental", description="Limpieza con ultrasonido y pulido.",
                                        price_cents="120.000").choose("charge_type", "partial_percent")
        self.type(deposit_percent="25").submit()
        b.wait_h1("Servicios")
        self.open("/professionals/new").type(name="Dra. Laura Gómez").submit()
        b.wait_h1("Profesionales")
        return self

    def payments(self):
        b, keys = self.b, wompi_keys()
        self.open("/payments").type(**keys).submit()
        b.wait(lambda: "Claves guardadas" in self.said(), why="the notice")
        assert not b.has(".next"), "first the test"
        self.demo.sandbox("accounts", dict(keys, name="Sonrisa", events_url=b.find("#events").get_attribute("value")))
        self.submit("section .main")
        b.wait(lambda: "La conexión con Wompi funciona." in self.said(), why="the test")
        assert b.find(".next .main").text == "Crear enlace"
        self.look("06-payments")
        return self

    def link(self):
        b = self.b
        self.open("/links/new").type(name="Instagram").submit()
        b.wait_h1("Enlaces de reserva")
        self.look("07-links")
        return b.find(".copy input").get_attribute("value")


class Found:
    """The data of a business that the wizard helper needs, from its link."""

    def __init__(self, url):
        self.url, _, self.link = url.partition("/book/")

    def service_id(self, _name):
        return ""


@views("size")
def test_from_nothing_to_the_first_paid_booking(demo, chromiums, someone, tmp_path, size):
    b = chromiums(True).fresh(size)
    merchant = Newcomer(b, demo).register().follow_the_mail().sign_in()
    merchant.look("04-checklist")
    sub = merchant.brand(tmp_path)
    address = merchant.offer().payments().link()
    merchant.open()
    assert "/book/" in address and "5 de 5" not in b.text()
    assert "Modo de pruebas" in b.text(), "nobody should share what nobody pays for without knowing"
    merchant.look("08-ready")

    # The customer has another browser, without the dashboard's session.
    other = chromiums(False).fresh(size)
    other.open(address)
    other.wait_h1("Reserva tu cita")
    assert other.js("return document.querySelector('.brand img').naturalWidth") if other.scripts else other.has(".brand img")
    walk = Walk(other, Found(address))
    walk.select().day().slot().fill(**someone).submit()
    walk.pay().back()
    other.wait_h1("¡Reserva confirmada!")
    booking = walk.booking()
    mine = wait_until(lambda: [one for one in demo.inbox(sub) if one["body"]["booking_id"] == booking], 20)
    assert len(mine) == 1 and mine[0]["standard_webhooks"] and mine[0]["firma_hmac"], mine[0]["reasons"]

    # It appears, with its callback.
    wait_until(lambda: demo.one("SELECT status FROM kf.booking WHERE booking_id = '%s'" % booking) == "confirmed", 20)
    merchant.open("/bookings")
    assert someone["name"] in b.text() and "$ 120.000" in b.text()
    merchant.look("09-bookings")
    b.click("a[href*='/dashboard/bookings/%s']" % booking)
    b.wait(lambda: someone["email"] in b.text(), why="the detail")
    assert "Limpieza dental" in b.text() and "Dra. Laura Gómez" in b.text()
    merchant.look("10-booking")
    merchant.open("/callbacks")
    merchant.look("11-callbacks")
    merchant.open()
    assert "Empieza a recibir reservas" not in b.text()
    merchant.look("12-home")

    # And the export contains it.
    merchant.open("/bookings")
    href = b.find("a[href*='/api/export/bookings.csv']").get_attribute("href")
    text = b.js("const r = new XMLHttpRequest(); r.open('GET', arguments[0], false); r.send(); return r.responseText", href)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 1 and any(someone["email"] == value for value in rows[0].values()), rows
    assert re.search(r"12000000|120000", " ".join(rows[0].values())), rows
