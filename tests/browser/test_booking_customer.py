"""From the confirmation mail to the cancellation, in one browser: the mail, its links, the calendar file, both kinds
of change."""
import json
import os
import urllib.parse

import pytest

from kitafter import Diary, Ics, Visitor, letters, mails, service_of
from kitbrowser import Walk, views
from kitdemo import instant, wait_until


@pytest.fixture()
def clinic(make_shop):
    shop = make_shop(callback=False, professionals=("Laura Gómez",))
    service_of(shop, "Limpieza", cancel_tiers=json.dumps([{"hours": 24, "percent": 50}]), move_until_hours=1,
               place="Calle 93 # 14-20, Bogotá", instructions="Trae tu cédula.")
    return shop


def letter_of(demo, address, word):
    def came():
        return next((one for one in letters(demo, address) if word in one.subject), None)
    came.__name__ = "a mail: " + word
    return wait_until(came, 30)


def in_mail(b, demo, letter, text):
    """Opens the mail in the inbox and follows one of its links, as a reader does."""
    b.open("%s/mail/%d" % (demo.sandbox_url, letter.got["number"]))
    frame = b.find("iframe")
    b.driver.switch_to.frame(frame)
    link = next(one.get_attribute("href") for one in b.all("a") if text in one.text)
    b.driver.switch_to.default_content()
    b.open(link)


@views("scripts")
def test_after_the_booking(chromiums, clinic, demo, someone, scripts):
    b = chromiums(scripts).fresh()
    walk = Walk(b, clinic).to_details("Limpieza", nth_day=6).fill(**someone).submit()
    walk.pay().back()
    b.wait_h1("¡Reserva confirmada!")
    booking = walk.booking()
    confirmed = letter_of(demo, someone["email"], "Cita confirmada")
    diary = Diary().take(confirmed.invitation())

    # its page, and the calendar file
    in_mail(b, demo, confirmed, "Ver mi cita")
    b.wait_h1("Tu cita está confirmada")
    assert "Trae tu cédula." in b.text() and "Limpieza" in b.text()
    b.check()
    b.shot("55-visit")
    file = b.find("a[download]").get_attribute("href")
    answer = Visitor(demo).get(file)
    assert Ics(answer.content).uid == confirmed.invitation().uid

    # moved
    in_mail(b, demo, confirmed, "Mover")
    b.wait(lambda: b.has(".slot"), why="times")
    Walk(b, clinic).day(8)
    slot = b.all(".slot")[-1]
    new = slot.get_attribute("value")
    b.click(slot)
    b.wait(lambda: b.has(".swap"), why="both times")
    b.check()
    b.shot("55-swap")
    b.click("main form .main")
    b.wait(lambda: "done=moved" in b.url(), why="it is moved")
    b.check()
    moved = letter_of(demo, someone["email"], "Tu cita cambió")
    (event,) = diary.take(moved.invitation()).events.values()
    assert event.start == instant(new) and event.sequence == 1

    # cancelled
    in_mail(b, demo, moved, "Cancelar")
    b.wait(lambda: b.has("input[name=expected_cents]"), why="what goes back")
    assert "$ 15.000" in b.text() and b.find("input[name=expected_cents]").get_attribute("value") == "1500000"
    b.check()
    b.shot("55-cancel")
    b.click("main form .main")
    b.wait(lambda: "done=cancelled" in b.url(), why="it is cancelled")
    b.check()
    over = letter_of(demo, someone["email"], "Cita cancelada")
    assert diary.take(over.invitation()).events == {}
    back = wait_until(lambda: demo.sql("SELECT amount_cents FROM kf.refund WHERE tenant_id = '%s' AND state = 'done'" % clinic.tenant), 30)
    assert [one["amount_cents"] for one in back] == [1500000]

    # the used links say so
    in_mail(b, demo, confirmed, "Mover")
    b.wait(lambda: b.h1(), why="a page")
    assert not b.has(".slot")
    b.check()
    assert [one["state"] for one in mails(demo, booking, "booking_moved")] == ["sent"]
    assert urllib.parse.urlsplit(b.url()).path.startswith("/booking/") and os.path.isdir(demo.dir)
