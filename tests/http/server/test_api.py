"""The same steps as JSON."""
import concurrent.futures
import datetime
import uuid

import pytest

from kitapi import problem
from kitdemo import instant, wait_until
from kitshop import FREE, PAID, person


def test_options(shop):
    told = shop.options()
    assert set(told) == {"services", "professionals", "preselected"}
    (paid,) = [one for one in told["services"] if one["name"] == PAID["name"]]
    assert set(paid) == {"id", "name", "description", "image_url", "duration_minutes", "price_cents", "charge_cents",
                         "currency", "professionals"}
    assert paid["price_cents"] == 12000000 and paid["charge_cents"] == 3000000 and paid["currency"] == "COP"
    assert paid["professionals"] == [told["professionals"][0]["id"]]
    assert set(told["professionals"][0]) == {"id", "name", "description", "photo_url", "timezone"}
    assert told["preselected"] == {"service": None, "professional": None, "locked": False}


@pytest.mark.parametrize("kind, price, more, charge", [
    ("total", 95000, {}, 9500000), ("percent:25", 99999, {}, 2499975), ("percent:33", 10001, {}, 330033),
    ("fixed:20000", 80000, {}, 2000000), ("percent:100", 5000, {}, 500000)])
def test_charge(make_shop, kind, price, more, charge):
    shop = make_shop(services=[dict({"name": "Cosa", "price": price, "charge": kind, "duration": 30}, **more)])
    (service,) = shop.options()["services"]
    assert service["charge_cents"] == charge and service["price_cents"] == price * 100


def test_availability(shop):
    found = shop.slots(days=3, zone="America/Bogota")
    assert found and all(set(one) == {"start", "end"} for one in found)
    starts = [instant(one["start"]) for one in found]
    assert starts == sorted(set(starts))
    assert all(one["start"].endswith("-05:00") for one in found)
    assert all((instant(one["end"]) - instant(one["start"])).total_seconds() == 1800 for one in found)
    # A day and night in steps of a quarter of an hour. The last start is half an hour before midnight.
    assert {s.minute for s in starts} == {0, 15, 30, 45}
    elsewhere = shop.slots(days=3, zone="Asia/Kathmandu")
    assert elsewhere[0]["start"].endswith("+05:45")


def test_held_time_disappears_and_comes_back(shop):
    start = shop.take_slot()
    held = shop.hold(start, professional="Uno")
    when = instant(start)

    def offered():
        return when in [instant(one["start"]) for one in shop.slots(start=when, days=2)]
    assert not offered()
    gone = shop.client().delete("/api/holds/" + held["id"], headers={"Authorization": "Bearer " + held["token"]})
    assert gone.status_code == 204 and gone.content == b""
    assert offered()


def test_booking_with_curl_alone(shop):
    hold = shop.hold()
    assert set(hold) >= {"id", "expires_at", "token"}
    # Ten minutes by the database's clock.
    left = (instant(hold["expires_at"]) - shop.demo.now()).total_seconds()
    assert 590 < left <= 601
    customer = person()
    client = shop.client()
    answer = client.post("/api/bookings", json=shop.booking_body(hold, customer))
    assert answer.status_code == 201
    booked = answer.json()
    assert set(booked) == {"id", "status", "amount", "currency", "checkout_url"}
    assert booked["status"] == "pending" and booked["amount"] == 3000000 and booked["currency"] == "COP"
    path = "/api/bookings/%s/status" % booked["id"]
    bearer = {"Authorization": "Bearer " + hold["token"]}
    told = client.get(path, headers=bearer).json()
    assert set(told) == {"status", "payment", "start", "end", "return_url"}
    assert told["status"] == "pending" and told["payment"] == "open" and told["return_url"] is None
    shop.demo.sandbox("pay", {"checkout_url": booked["checkout_url"], "outcome": "approved", "delay_s": 0})
    told = wait_until(lambda: (s := client.get(path, headers=bearer).json())["status"] == "confirmed" and s)
    assert told["payment"] == "approved" and told["return_url"].startswith(shop.demo.sandbox_url)
    problem(shop.client().get(path), 401, "unauthorized")
    problem(shop.client().get(path, headers={"Authorization": "Bearer " + "A" * 43}), 403, "token_invalid")


def test_free_booking(shop):
    booking = shop.book(service=FREE["name"])
    assert booking.answer["checkout_url"] is None and booking.answer["amount"] == 0
    assert booking.answer["status"] in ("paid", "confirmed")


def test_same_booking_sent_twice(shop, demo):
    hold, customer = shop.hold(), person()
    first = shop.client().post("/api/bookings", json=shop.booking_body(hold, customer))
    second = shop.client().post("/api/bookings", json=shop.booking_body(hold, customer))
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    assert demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 1


def test_another_attempt_to_pay(shop):
    booking = shop.book()
    shop.pay(booking, "declined")
    wait_until(lambda: [one for one in booking.payments() if one["status"] == "DECLINED"])
    bearer = {"Authorization": "Bearer " + booking.token}
    path = "/api/bookings/%s/payments" % booking.id
    again = shop.client().post(path, headers=bearer)
    assert again.status_code == 201, again.text
    assert again.json()["checkout_url"] != booking.checkout_url and again.json()["id"] == booking.id
    shop.demo.sandbox("pay", {"checkout_url": again.json()["checkout_url"], "outcome": "approved", "delay_s": 0})
    booking.wait("paid", "confirmed")
    problem(shop.client().post(path, headers=bearer), 409, "not_payable")


def test_price_is_the_servers(shop):
    hold = shop.hold()
    body = dict(shop.booking_body(hold, person()), amount=1, price_cents=1, status="paid")
    problem(shop.client().post("/api/bookings", json=body), 422, "invalid", "amount")
    assert shop.demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 0


def test_terms_must_be_accepted(shop):
    body = dict(shop.booking_body(shop.hold(), person()), accepted_terms=False)
    problem(shop.client().post("/api/bookings", json=body), 422, "invalid", "accepted_terms")


def test_customer_fields_are_named(shop):
    body = shop.booking_body(shop.hold(), {"name": "A", "email": "x", "phone": "1", "notes": "n" * 1001})
    told = problem(shop.client().post("/api/bookings", json=body), 422, "invalid")
    assert {one["field"] for one in told["errors"]} == {"customer.name", "customer.email", "customer.phone",
                                                        "customer.notes"}


# --- Idempotency-Key ---

def test_same_key_same_answer(shop, demo):
    start, key = shop.take_slot(), str(uuid.uuid4())
    body = shop.hold_body(start)
    answers = [shop.client().post("/api/holds", json=body, headers={"Idempotency-Key": key}) for _ in range(3)]
    assert [one.status_code for one in answers] == [201] * 3
    assert answers[0].content == answers[1].content == answers[2].content
    assert demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s'" % shop.tenant) == 1
    other = dict(body, professional=shop.professional_id())
    problem(shop.client().post("/api/holds", json=other, headers={"Idempotency-Key": key}), 422, "idempotency_key_reused")
    refused = {"Idempotency-Key": str(uuid.uuid4())}
    two = [shop.client().post("/api/holds", json=body, headers=refused) for _ in range(2)]
    assert [one.status_code for one in two] == [409, 409] and two[0].json()["code"] == "slot_unavailable"


def test_key_is_new_again_after_a_day(shop, demo):
    body, key = shop.hold_body(shop.take_slot()), {"Idempotency-Key": str(uuid.uuid4())}
    assert shop.client().post("/api/holds", json=body, headers=key).status_code == 201
    later = dict(body, start=shop.slots(start=demo.now() + datetime.timedelta(days=5), days=1)[0]["start"])
    demo.advance(23 * 3600)
    problem(shop.client().post("/api/holds", json=later, headers=key), 422, "idempotency_key_reused")
    demo.advance(2 * 3600)
    assert shop.client().post("/api/holds", json=later, headers=key).status_code == 201


def test_key_on_booking_and_payment(shop, demo):
    hold, customer, key = shop.hold(), person(), {"Idempotency-Key": str(uuid.uuid4())}
    one, two = (shop.client().post("/api/bookings", json=shop.booking_body(hold, customer), headers=key) for _ in "ab")
    assert one.status_code == 201 and one.content == two.content
    bearer = {"Authorization": "Bearer " + hold["token"], "Idempotency-Key": str(uuid.uuid4())}
    path = "/api/bookings/%s/payments" % one.json()["id"]
    one, two = (shop.client().post(path, headers=bearer) for _ in "ab")
    assert one.status_code == 201 and one.content == two.content
    assert demo.one("SELECT count(*) FROM kf.payment_attempt WHERE tenant_id = '%s'" % shop.tenant) == 2


def test_key_of_somebody_else(shop):
    """The stored response contains the payer's name: another token, or another booking, never gets it."""
    mine, theirs = shop.book(), shop.book()
    key = {"Idempotency-Key": "retry-1"}

    def pay(booking, token):
        return shop.client().post("/api/bookings/%s/payments" % booking.id,
                                  headers=dict(key, Authorization="Bearer " + token))

    assert pay(mine, mine.token).status_code == 201
    for booking, token in ((mine, theirs.token), (theirs, theirs.token), (theirs, mine.token), (mine, "x" * 43)):
        answer = pay(booking, token)
        problem(answer, 422, "idempotency_key_reused")
        assert mine.customer["email"].split("@")[0] not in answer.text
    assert pay(mine, mine.token).status_code == 201


def test_stored_answers_do_not_change_places(shop, demo, log):
    """A stored response that was moved to another key's row is not returned."""
    log.expect("forged")
    body, keys = shop.hold_body(shop.take_slot()), [str(uuid.uuid4()), str(uuid.uuid4())]
    one, two = (shop.client().post("/api/holds", json=body, headers={"Idempotency-Key": key}) for key in keys)
    assert (one.status_code, two.status_code) == (201, 409)
    demo.run("UPDATE kf.idempotency SET status = 201, body = (SELECT body FROM kf.idempotency WHERE key = %s)"
             " WHERE key = %s" % tuple("kf.idempotency_digest('%s', 'hold.create', '%s')" % (shop.tenant, key) for key in keys))
    moved = shop.client().post("/api/holds", json=body, headers={"Idempotency-Key": keys[1]})
    assert moved.status_code == 500 and one.json()["token"] not in moved.text


def test_keys_are_kept_as_digests(shop, demo):
    """A reader of the database learns no key, and so cannot request the response stored for it."""
    key = str(uuid.uuid4())
    assert shop.client().post("/api/holds", json=shop.hold_body(shop.take_slot()), headers={"Idempotency-Key": key}).ok
    (row,) = demo.sql("SELECT i::text AS row, key = kf.idempotency_digest(tenant_id, route, '%s') AS same FROM kf.idempotency i"
                      " WHERE tenant_id = '%s'" % (key, shop.tenant))
    assert key not in row["row"] and row["same"]


def test_same_key_in_parallel(shop, demo):
    """One execution. Concurrent repeats get 409, later ones the stored response."""
    start = shop.take_slot()
    body, key = shop.hold_body(start), {"Idempotency-Key": str(uuid.uuid4())}
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: shop.client().post("/api/holds", json=body, headers=key), range(24)))
    good = [one for one in answers if one.status_code == 201]
    rest = [one for one in answers if one.status_code != 201]
    assert good and len({one.content for one in good}) == 1
    for one in rest:
        problem(one, 409, "idempotency_key_running")
    assert demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s'" % shop.tenant) == 1


def test_key_of_a_request_that_runs(shop, demo):
    """Prolonged: another transaction holds the tenant's day lock, the request waits with its key."""
    body, key = shop.hold_body(shop.take_slot()), {"Idempotency-Key": str(uuid.uuid4())}
    demo.run("BEGIN; LOCK TABLE kf.claim IN ACCESS EXCLUSIVE MODE")
    try:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            first = pool.submit(lambda: shop.client().post("/api/holds", json=body, headers=key))
            wait_until(lambda: demo.one("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'kf.claim'::regclass"))
            answer = shop.client().post("/api/holds", json=body, headers=key)
            problem(answer, 409, "idempotency_key_running")
            assert int(answer.headers["Retry-After"]) >= 1
            demo.run("COMMIT")
            assert first.result().status_code == 201
    finally:
        demo.run("ROLLBACK")


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "ñ".encode().decode("latin-1")])
def test_odd_keys(shop, key):
    answer = shop.client().post("/api/holds", json=shop.hold_body(shop.take_slot()), headers={"Idempotency-Key": key})
    problem(answer, 400, "malformed_request", "Idempotency-Key")


# --- CORS ---

def test_cors(make_shop):
    shop = make_shop(allowed_origin=["https://clinica.example", "https://otra.example"])
    path = "/api/booking/%s/options" % shop.link
    listed = shop.client(Origin="https://clinica.example").get(path)
    assert listed.headers["Access-Control-Allow-Origin"] == "https://clinica.example"
    assert "Origin" in listed.headers["Vary"] and "Access-Control-Allow-Credentials" not in listed.headers
    stranger = shop.client(Origin="https://evil.example").get(path)
    assert stranger.status_code == 200 and "Access-Control-Allow-Origin" not in stranger.headers
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,idempotency-key"}
    preflight = shop.client(Origin="https://clinica.example", **ask).request("OPTIONS", "/api/holds")
    assert preflight.status_code == 204 and "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in preflight.headers["Access-Control-Allow-Headers"]
    refused = shop.client(Origin="https://evil.example", **ask).request("OPTIONS", "/api/holds")
    assert "Access-Control-Allow-Origin" not in refused.headers
    # An error carries it too, or the merchant's page could not read the error.
    bad = shop.client(Origin="https://clinica.example").post("/api/holds", json={"link": shop.link})
    assert bad.status_code == 422


def test_forms_from_another_site(shop):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = shop.client(**headers).post("/book/%s/hold" % shop.link, data={"start": "x"})
        assert answer.status_code == 403, headers


def test_any_professional_takes_the_freest(make_shop, demo):
    shop = make_shop(professionals=("Uno", "Dos", "Tres"))
    start = shop.take_slot()
    given = [shop.hold(start)["professional"] for _ in range(3)]
    assert len(set(given)) == 3
    shop.hold(start, status=409)
    # The next slot of that day: each professional has one booking by now, so each gets one more in turn.
    later = (instant(start) + datetime.timedelta(minutes=30)).isoformat()
    given = [shop.hold(later)["professional"] for _ in range(3)]
    assert len(set(given)) == 3


def test_daily_maximum(make_shop):
    shop = make_shop(services=[dict(PAID, max_per_day=2)])
    day = shop.demo.now() + datetime.timedelta(days=3)
    starts = [one["start"] for one in shop.slots(start=day, days=1, zone=shop.zone)][::8]
    for start in starts[:2]:
        shop.hold(start)
    told = problem(shop.client().post("/api/holds", json=shop.hold_body(starts[2])), 409, "day_full")
    assert told["detail"]
    assert shop.slots(start=day, days=1, zone=shop.zone) == []


def test_health(shop):
    for path in ("/health", "/health/ready"):
        answer = shop.client().get(path)
        # the effects of the test clock on the queues are reported, and fail nothing
        assert answer.status_code == 200 and answer.json()["status"] in ("ok", "warning")
        assert [answer.json()[one] for one in ("database", "schema", "functions", "keys")] == ["ok"] * 4
        assert "Retry-After" not in answer.headers
    answer = shop.client().get("/health/live")
    assert answer.status_code == 200 and answer.json() == {"status": "ok"}
