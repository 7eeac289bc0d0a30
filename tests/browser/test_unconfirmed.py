"""A second free booking for an address: the request to confirm, the mail's page, and back to the form."""
import re

from kitafter import letters
from kitbrowser import Walk, views
from kitdemo import wait_until
from kithttp import private

WORDS = {"es": ("Confirma tu correo y listo", "Ya confirmé: reservar", "Confirma tu correo", "Gracias, tu correo está confirmado",
                "¡Reserva confirmada!"),
         "en": ("Confirm your email and you are done", "I have confirmed: book", "Confirm your email",
                "Thank you, your email is confirmed", "Booking confirmed!")}


def look(b, name, lang):
    b.check(lang)
    b.shot("%s-%s" % (name, lang))


def click_in_the_mail(b, demo, email, lang):
    """In another tab, as mail programs open links."""
    _, _, title, thanks, _ = WORDS[lang]
    (path,) = wait_until(lambda: [one.group(0) for one in (
        re.search(r"/confirm-email/[0-9a-f]{96}", letter.message.get_body(("plain",)).get_content())
        for letter in letters(demo, email)) if one], 20)
    private(path.split("/")[-1])
    form = b.driver.current_window_handle
    b.driver.switch_to.new_window("tab")
    b.resize(b.width, b.height)
    b.open(demo.about["base_url"] + path)
    b.wait_h1(title)
    assert email in b.text()
    look(b, "confirm-email", lang)
    b.click("main .main")
    b.wait_h1(thanks)
    look(b, "confirm-email-done", lang)
    b.driver.close()
    b.driver.switch_to.window(form)


@views("scripts", "size", "lang")
def test_one_click(chromiums, clinic, someone, scripts, size, lang):
    asked, again, _, _, done = WORDS[lang]
    clinic.book(service="Asesoría", customer=someone)
    b = chromiums(scripts).fresh(size)
    walk = Walk(b, clinic, lang).to_details("Asesoría", nth_day=6).fill(**someone)
    walk.submit()
    b.wait(lambda: b.has(".msg[role=alert] h2"), why="the message")
    assert b.find(".msg[role=alert] h2").text == asked and someone["email"] in b.text()
    assert b.find("form.data .main").text == again and b.find("#notes").get_attribute("value") == someone["notes"]
    look(b, "details-unconfirmed", lang)
    click_in_the_mail(b, clinic.demo, someone["email"], lang)
    walk.submit()
    b.wait_h1(done)
