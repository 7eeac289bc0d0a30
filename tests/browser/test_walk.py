"""From the link to "¡Reserva confirmada!" and on to the merchant's page; every page is checked."""
import time

import pytest

from kitbrowser import Walk, views
from kitdemo import wait_until

WORDS = {"es": ("Reserva tu cita", "Elige la hora", "Tus datos", "Pagar $ 30.000", "¡Reserva confirmada!"),
         "en": ("Book your appointment", "Choose the time", "Your details", "Pay COP 30,000", "Booking confirmed!")}


def look(walk, name, tidy=True):
    """The checks and a screenshot of the open page."""
    walk.b.check(walk.lang)
    if tidy:
        walk.b.shot("%s-%s-%s" % (name, walk.lang, "js" if walk.b.scripts else "plain"))


def merchant_page(walk, seconds=20):
    """The page leads to the merchant, with scripts automatically; the merchant verifies the signature."""
    b = walk.b
    if not b.scripts:
        b.click(b.find(".act .main"))
    b.wait(lambda: "/merchant/return/" in b.url(), seconds, "the merchant's page")
    assert b.h1() == "Gracias, tu reserva quedó confirmada", b.text()
    assert "status=ok" in b.url() and "ref=" in b.url()


@views("scripts", "size", "lang")
def test_paid(chromiums, clinic, someone, scripts, size, lang):
    b = chromiums(scripts).fresh(size)
    walk, titles = Walk(b, clinic, lang), []
    select, hour, details, pay, paid = WORDS[lang]

    def arrived(h1):
        b.wait_h1(h1)
        titles.append(b.driver.title)
    walk.open()
    arrived(select)
    look(walk, "1-select")
    walk.select("Limpieza")
    arrived(hour)
    walk.day()
    look(walk, "2-time")
    walk.slot()
    arrived(details)
    assert " ".join(b.find("form.data .main").text.split()) == pay
    look(walk, "3-details")
    walk.fill(**someone).submit()
    walk.pay().back()
    arrived(paid)
    assert len(set(titles)) == 4 and all("Clínica Norte" in one for one in titles), titles
    booking = walk.booking()
    merchant_page(walk)
    mine = wait_until(lambda: [one for one in clinic.inbox() if one["body"]["booking_id"] == booking])
    assert len(mine) == 1 and mine[0]["standard_webhooks"] and mine[0]["firma_hmac"], mine[0]["reasons"]


def test_the_customer_may_stay(chromiums, clinic, someone):
    b = chromiums(True).fresh()
    walk = Walk(b, clinic).to_details("Limpieza", nth_day=6).fill(**someone).submit()
    walk.pay().back()
    b.wait_h1("¡Reserva confirmada!")
    b.wait(lambda: "Te llevamos en" in b.text(), 10, "the countdown")
    look(walk, "4-leaving")
    b.click(b.find(".act .alt"))
    assert "Te llevamos en" not in b.text()
    time.sleep(11)  # longer than the countdown
    assert "/confirm" in b.path() and b.has(".act .main")


@views("scripts", "size")
def test_confirmation_that_stays(chromiums, stay, someone, scripts, size):
    """A business without a return page: the confirmation is the last page, and it is checked."""
    b = chromiums(scripts).fresh(size)
    walk = Walk(b, stay).to_details("Limpieza").fill(**someone).submit()
    walk.pay().back()
    b.wait_h1("¡Reserva confirmada!")
    assert someone["name"].split()[0] in b.text()
    assert "$ 30.000" in b.text() and "$ 90.000" in b.text()
    look(walk, "4-paid")
    # A reload changes nothing.
    b.driver.refresh()
    assert b.h1() == "¡Reserva confirmada!"


@views("scripts", "size")
def test_free(chromiums, stay, someone, scripts, size):
    b = chromiums(scripts).fresh(size)
    walk = Walk(b, stay).to_details("Asesoría", nth_day=5).fill(**someone)
    assert "Gratis" in b.text() and b.find("form.data .main").text == "Confirmar reserva"
    look(walk, "3-free")
    walk.submit()
    b.wait_h1("¡Reserva confirmada!")
    assert "/confirm" in b.path()
    look(walk, "4-free")


@pytest.fixture(scope="session")
def stay(demo):
    from conftest import make_clinic
    shop = make_clinic(demo, callback=False, primary_color="#FFD54F", secondary_color="#7E57C2")
    return shop
