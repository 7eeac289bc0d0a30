"""A day that is half held: the script computes a proof of work and continues. Without scripts the details come
first."""
import datetime

import pytest

from kitbrowser import Walk, views
from kitshop import Shop, person

WORDS = {"es": ("Muchas personas están eligiendo este día", "¡Reserva confirmada!"),
         "en": ("Many people are choosing this day", "Booking confirmed!")}


@pytest.fixture()
def half(demo):
    """Six slots a day, three of them held by others."""
    shop = Shop(demo, services=({"name": "Asesoría", "price": 0, "duration": 30, "step": 30},), hours="mon-sun 09:00-12:00")
    day = shop.demo.now() + datetime.timedelta(days=2)
    for slot in shop.slots("Asesoría", start=day, days=1, zone=shop.zone)[:3]:
        shop.hold(slot["start"], "Asesoría")
    shop.day = day.date().isoformat()
    return shop


def choose(walk):
    shop = walk.shop
    walk.b.open(walk.url("/availability", service=shop.service_id("Asesoría"), professional="any", day=shop.day))
    assert len(walk.b.all(".slot")) == 3
    return walk.slot(1)


@views("size", "lang")
def test_the_script_works(chromiums, half, size, lang):
    b = chromiums(True).fresh(size)
    choose(Walk(b, half, lang))
    b.wait(lambda: b.url().split("?")[0].endswith("/details") and b.has("[data-hold]"), why="the time")
    b.check(lang)


@views("size", "lang")
def test_the_details_first(chromiums, half, size, lang):
    b = chromiums(False).fresh(size)
    walk = choose(Walk(b, half, lang))
    assert b.text().count(WORDS[lang][0]) == 1
    b.check(lang)
    b.shot("3-first-%s" % lang)
    one = person()
    walk.fill(**one)
    b.find("#email").clear()
    walk.submit()
    b.wait(lambda: b.has(".error"), why="what is wrong")
    assert WORDS[lang][0] in b.text()
    b.check(lang)
    b.enter("#email", one["email"])
    walk.submit()
    b.wait_h1(WORDS[lang][1])
