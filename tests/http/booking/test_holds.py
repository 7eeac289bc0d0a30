"""Lifetime and ownership of holds. All background work is switched off here."""
import pytest

from kitapi import problem
from kitdemo import instant, wait_until
from kithttp import private
from kitshop import PAID, Shop, person


@pytest.fixture(scope="module")
def quiet(demos):
    return demos.get("nojobs", ["KonfirmadoJobs Off"])


@pytest.fixture()
def shop(quiet):
    return Shop(quiet)


def test_nothing_works_in_the_background(shop):
    """Checks the premise of the tests below."""
    booking = shop.book()
    shop.pay(booking)
    shop.demo.advance(3600)
    assert booking.status() == "pending"
    wait_until(lambda: shop.demo.one("SELECT count(*) FROM kf.webhook_event WHERE tenant_id = '%s'" % shop.tenant) == 1)
    assert shop.demo.one("SELECT count(*) FROM kf.webhook_event WHERE tenant_id = '%s' AND processed_at IS NULL" % shop.tenant) == 1


@pytest.mark.parametrize("turned", [False, True], ids=["held", "pending"])
def test_refused_before_the_end_free_after_it(shop, turned):
    start = shop.take_slot()
    held = shop.hold(start, professional="Uno")
    if turned:
        answer = shop.client().post("/api/bookings", json=shop.booking_body(held, person()))
        assert answer.status_code == 201
    demo, ends = shop.demo, held["expires_at"]
    claim = "SELECT (extract(epoch FROM expires_at - created_at))::int FROM kf.claim WHERE claim_id = '%s'"
    assert demo.one(claim % held["id"]) == 600
    demo.clock_at(ends, late=-2)  # whole seconds: between 2 and 1 before the end
    shop.hold(start, professional="Uno", status=409)
    assert instant(start) not in [instant(one["start"]) for one in shop.slots(start=instant(start), days=1)]
    assert shop.demo.one("SELECT kf.now() < '%s'::timestamptz" % ends) is True
    demo.clock_at(ends, late=1)
    assert instant(start) in [instant(one["start"]) for one in shop.slots(start=instant(start), days=1)]
    assert shop.hold(start, professional="Uno")["professional"] == shop.professional_id()


def test_expired_hold_cannot_be_booked(shop):
    held = shop.hold()
    shop.demo.clock_at(held["expires_at"], late=1)
    problem(shop.client().post("/api/bookings", json=shop.booking_body(held, person())), 409, "hold_expired")
    assert shop.demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 0


def test_expired_payment_cannot_be_tried_again(shop):
    booking = shop.book()
    shop.demo.clock_at(booking.hold["expires_at"], late=1)
    answer = shop.client().post("/api/bookings/%s/payments" % booking.id,
                                headers={"Authorization": "Bearer " + booking.token})
    problem(answer, 409, "hold_expired")


def test_token_of_another_hold(shop):
    mine, other = shop.hold(), shop.hold()
    mixed = dict(shop.booking_body(mine, person()), token=other["token"])
    answer = shop.client().post("/api/bookings", json=mixed)
    assert answer.status_code in (403, 404) and answer.json()["code"] in ("token_invalid", "not_found")
    gone = shop.client().delete("/api/holds/" + mine["id"], headers={"Authorization": "Bearer " + other["token"]})
    assert gone.status_code in (403, 404)
    assert shop.demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s' AND state = 'held'" % shop.tenant) == 2


def test_id_alone_gives_no_right(shop):
    held = shop.hold()
    problem(shop.client().delete("/api/holds/" + held["id"]), 401, "unauthorized")
    for token in ("", "A" * 43, held["token"][:-1], held["token"] + "A", "ñ"):
        answer = shop.client().post("/api/bookings", json=dict(shop.booking_body(held, person()), token=token))
        assert answer.status_code in (403, 404, 422), (token, answer.text)
    assert shop.demo.one("SELECT state FROM kf.claim WHERE claim_id = '%s'" % held["id"]) == "held"


def test_another_tenants_hold(shop):
    other = Shop(shop.demo)
    held = other.hold()
    answer = shop.client().post("/api/bookings", json=shop.booking_body(held, person()))
    assert answer.status_code == 404, answer.text
    gone = shop.client().delete("/api/holds/" + held["id"], headers={"Authorization": "Bearer " + held["token"]})
    assert gone.status_code == 404
    assert shop.demo.one("SELECT state FROM kf.claim WHERE claim_id = '%s'" % held["id"]) == "held"


def test_release(shop):
    held = shop.hold()
    bearer = {"Authorization": "Bearer " + held["token"]}
    assert shop.client().delete("/api/holds/" + held["id"], headers=bearer).status_code == 204
    answer = shop.client().post("/api/bookings", json=shop.booking_body(held, person()))
    problem(answer, 409, "hold_expired")
    # A booking is not cancelled when its hold is released.
    booking = shop.book()
    answer = shop.client().delete("/api/holds/" + booking.hold["id"], headers={"Authorization": "Bearer " + booking.token})
    problem(answer, 409, "conflict")
    assert booking.status() == "pending"


def test_replaced_hold_in_the_browser(shop):
    client = shop.client()
    starts = [shop.take_slot(), shop.take_slot()]
    tokens = []
    for start in starts:
        answer = client.post("/book/%s/hold" % shop.link, data={
            "service": shop.service_id(PAID["name"]), "professional": shop.professional_id(), "start": start})
        assert answer.status_code == 303, answer.text[:500]
        tokens.append(answer.cookies["kf_hold"])
        private(tokens[-1])
    assert tokens[0] != tokens[1]
    rows = shop.demo.sql("SELECT slot_start, state FROM kf.claim WHERE tenant_id = '%s' ORDER BY created_at" % shop.tenant)
    assert [one["state"] for one in rows] == ["ended", "held"]
    # A slot that overlaps the browser's own hold is allowed.
    later = shop.demo.one("SELECT to_json(slot_start + interval '15 minutes') FROM kf.claim WHERE tenant_id = '%s'"
                          " AND state = 'held'" % shop.tenant)
    answer = client.post("/book/%s/hold" % shop.link, data={
        "service": shop.service_id(PAID["name"]), "professional": shop.professional_id(), "start": later})
    assert answer.status_code == 303, answer.text[:500]
    private(answer.cookies["kf_hold"])


def test_refused_choice_keeps_the_hold(shop):
    """The former hold ends only when the new one is made."""
    client = shop.client()
    mine, taken = shop.take_slot(), shop.take_slot()
    shop.hold(taken, professional="Uno")
    form = {"service": shop.service_id(PAID["name"]), "professional": shop.professional_id()}
    first = client.post("/book/%s/hold" % shop.link, data=dict(form, start=mine))
    assert first.status_code == 303
    private(first.cookies["kf_hold"])
    assert client.post("/book/%s/hold" % shop.link, data=dict(form, start=taken)).status_code == 409
    held = shop.demo.sql("SELECT 1 FROM kf.claim WHERE tenant_id = '%s' AND state = 'held'" % shop.tenant)
    assert len(held) == 2
    assert client.get("/book/%s/details" % shop.link).status_code == 200


def test_tokens_are_stored_as_hashes(shop):
    held = shop.hold()
    stored = shop.demo.one("SELECT encode(token_hash, 'hex') FROM kf.claim WHERE claim_id = '%s'" % held["id"])
    assert len(stored) == 64 and held["token"].encode().hex() not in stored
    everything = shop.demo.run("SELECT row_to_json(x) FROM kf.claim x WHERE tenant_id = '%s'" % shop.tenant)
    assert held["token"] not in everything


def test_cookie_is_for_the_pages_of_its_link(shop):
    answer = shop.client().post("/book/%s/hold" % shop.link, data={
        "service": shop.service_id(PAID["name"]), "professional": "any", "start": shop.take_slot()})
    private(answer.cookies["kf_hold"])
    (cookie,) = [one for one in answer.headers["Set-Cookie"].split("\n") if one.startswith("kf_hold=")]
    assert "Path=/book/" + shop.link in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Domain" not in cookie
