"""Many customers, one slot: the database decides, and it decides quickly."""
import datetime
import os
import random

import pytest

from kitclaims import OVERLAPS, without_guard
from kitdemo import ASAN, FULL, SLOW
from kithttp import child_of, private, volley, wire
from kitshop import PAID, Shop

ROUNDS = int(os.environ.get("KF_ROUNDS") or (200 if FULL else 6 if ASAN else 60))
CLIENTS = 64
pytestmark = pytest.mark.both  # the optimized server is faster and has other races


@pytest.fixture(autouse=True)
def full_house(log):
    """The small server of a demo has 64 workers; its log reports when all are busy."""
    log.expect("AH10159", "AH00484")
    if ASAN:
        log.expect("AH00629", "AH02655", "503 unavailable", "KF00401")


def holds(shop, bodies):
    """All requests concurrently."""
    return volley(shop.demo.port, [wire("POST", "/api/holds", shop.host, body) for body in bodies])


def judge(answers, winners=1):
    """Exactly the allowed number of 201, all others 409. No request hangs."""
    # With sanitizers some requests get no connection in time: they are told so, and win nothing.
    late = [one for one in answers if ASAN and one.status == 503]
    answers = [one for one in answers if one not in late]
    statuses = sorted(one.status for one in answers)
    assert statuses == [201] * winners + [409] * (len(answers) - winners), statuses
    for one in answers:
        assert one.complete()
        if one.status == 409:
            assert one.json()["code"] == "slot_unavailable"
            assert one.seconds < 5 * SLOW, one.seconds
        else:
            private(one.json()["token"])


@pytest.mark.slow
def test_one_slot(make_shop, demo):
    shop = make_shop(services=[dict(PAID, horizon=120)])
    first = demo.now() + datetime.timedelta(days=2)
    starts = [one["start"] for block in range(0, 90, 30)
              for one in shop.slots(start=first + datetime.timedelta(days=block), days=30)][::3]
    children = set()
    for start in starts[:ROUNDS]:
        answers = holds(shop, [shop.hold_body(start, professional="Uno")] * CLIENTS)
        judge(answers)
        children |= {child_of(one) for one in answers}
    assert len(starts) >= ROUNDS and len(children) >= 2, children
    assert demo.one(OVERLAPS % shop.tenant) == 0
    assert demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s'" % shop.tenant) == ROUNDS


@pytest.mark.slow
def test_mixed_durations_and_buffers(make_shop, demo):
    """Overlapping requests of all kinds at once: no two winners overlap."""
    shop = make_shop(services=[
        dict(PAID, name="Corta", duration=15), dict(PAID, name="Media", duration=30, buffer_before=10),
        dict(PAID, name="Larga", duration=60, buffer_after=20), dict(PAID, name="Ambas", duration=45, buffer_before=5,
                                                                     buffer_after=15)],
        professionals=("Uno", "Dos"))
    dice = random.Random(20261121)
    names = ["Corta", "Media", "Larga", "Ambas"]
    won = 0
    for round_ in range(max(ROUNDS // 10, 3)):
        day = demo.now() + datetime.timedelta(days=3 + round_)
        base = day.replace(hour=15, minute=0, second=0, microsecond=0)
        bodies = []
        for _ in range(CLIENTS):
            start = base + datetime.timedelta(minutes=15 * dice.randrange(8))
            who = dice.choice(["any", "Uno", "Dos"])
            bodies.append(shop.hold_body(start.isoformat(), dice.choice(names), who))
        answers = holds(shop, bodies)
        assert {201, 409} <= {one.status for one in answers} <= {201, 409, *([503] if ASAN else [])}, sorted(one.status for one in answers)
        won += sum(one.status == 201 for one in answers)
        assert max(one.seconds for one in answers) < 3 * SLOW
    assert demo.one(OVERLAPS % shop.tenant) == 0
    assert demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s'" % shop.tenant) == won


def test_expired_hold_on_the_slot(shop, demo):
    """Expired holds block nothing, whether or not they were cleaned up."""
    starts = [shop.take_slot() for _ in range(8)]
    for start in starts:
        shop.hold(start, professional="Uno")
    demo.run("UPDATE kf.claim SET expires_at = kf.now() - interval '1 second' WHERE tenant_id = '%s'" % shop.tenant)
    for start in starts:
        judge(holds(shop, [shop.hold_body(start, professional="Uno")] * CLIENTS))
    assert demo.one(OVERLAPS % shop.tenant) == 0


def test_any_professional_under_a_race(make_shop, demo):
    shop = make_shop(professionals=("Uno", "Dos", "Tres", "Cuatro"))
    for _ in range(5):
        start = shop.take_slot()
        answers = holds(shop, [shop.hold_body(start)] * CLIENTS)
        judge(answers, winners=4)
        assert len({one.json()["professional"] for one in answers if one.status == 201}) == 4
    assert demo.one(OVERLAPS % shop.tenant) == 0


def test_browsers_that_change_places(shop, demo):
    """Two visitors repeatedly move to each other's slot: no deadlock, no overlap."""
    a, b = shop.take_slot(), shop.take_slot()
    cookies = {}
    for round_ in range(30):
        wishes = {"x": (a, b)[round_ % 2], "y": (b, a)[round_ % 2]}
        messages = []
        for who, start in wishes.items():
            body = "service=%s&professional=%s&start=%s" % (shop.service_id(PAID["name"]), shop.professional_id(),
                                                             start.replace("+", "%2B").replace(":", "%3A"))
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            if who in cookies:
                headers["Cookie"] = cookies[who]
            messages.append(wire("POST", "/book/%s/hold" % shop.link, shop.host, body.encode(), headers))
        for who, answer in zip(wishes, volley(demo.port, messages)):
            assert answer.status in (303, 409), answer.raw[:500]
            if answer.status == 303:
                cookies[who] = answer.headers["set-cookie"].split(";")[0]
                private(cookies[who].split("=")[1])
    assert demo.one(OVERLAPS % shop.tenant) == 0
    live = "SELECT count(*) FROM kf.claim WHERE tenant_id = '%s' AND state = 'held'" % shop.tenant
    assert 1 <= demo.one(live) <= 2


def test_last_use_of_a_link(shop, demo):
    """A link for one booking and 16 holds through it: one of them becomes a booking."""
    link = shop.make_link(max_uses=1)
    held = []
    for _ in range(16):
        body = dict(shop.hold_body(shop.take_slot()), link=link)
        answer = shop.client().post("/api/holds", json=body)
        assert answer.status_code == 201
        held.append(answer.json())
        private(held[-1]["token"])
    customer = {"name": "Zulmaqx Carrera", "email": "zulmaqx@privado.example", "phone": "+573001112233"}
    answers = volley(demo.port, [wire("POST", "/api/bookings", shop.host, shop.booking_body(one, customer)) for one in held])
    statuses = sorted(one.status for one in answers)
    assert statuses == [201] + [404] * 15, statuses
    assert demo.one("SELECT uses FROM kf.booking_link WHERE public_id = '%s'" % link) == 1


def test_one_hold_becomes_one_booking(shop, demo):
    """An impatient client sends the same hold eight times at once: one booking, one payment attempt."""
    hold = shop.hold()
    customer = {"name": "Zulmaqx Impaciente", "email": "zulmaqx@privado.example", "phone": "+573001112233"}
    message = wire("POST", "/api/bookings", shop.host, shop.booking_body(hold, customer))
    answers = volley(demo.port, [message] * 8)
    good = {one.body for one in answers if one.status == 201}
    assert len(good) == 1 and {one.status for one in answers} <= {201, 409}, [one.status for one in answers]
    assert demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 1
    assert demo.one("SELECT count(*) FROM kf.payment_attempt WHERE tenant_id = '%s'" % shop.tenant) == 1


@pytest.mark.plain
def test_without_the_guard_the_race_is_lost(demos):
    """The negative control: with the constraint dropped, this same race must find overlaps."""
    naked = demos.get("naked")
    shop = Shop(naked)
    without_guard(naked)
    lost = 0
    for _ in range(40):
        start = shop.take_slot()
        answers = holds(shop, [shop.hold_body(start, professional="Uno")] * CLIENTS)
        lost += sum(one.status == 201 for one in answers) > 1
        if lost >= 3:
            break
    assert naked.one(OVERLAPS % shop.tenant) >= lost
    demos.stop("naked")
    assert lost >= 1, "40 rounds without the guard and nobody was booked twice: this race proves nothing"
