"""Money: the provider's events are verified by a query, and every peso is accounted for."""
import concurrent.futures
import itertools

import kitadmin
import pytest

from kitdemo import SLOW, instant, wait_until
from kithttp import raw, wire
from kitmoney import AMOUNT, STATUSES, balanced, events, late_booking, money  # noqa: F401 (a fixture)


# --- the scripted cases of the provider ---

@pytest.mark.parametrize("mode", ["normal", "duplicate", "before_redirect", "declined_then_approved"])
def test_paid(shop, mode):
    booking = shop.book()
    shop.pay(booking, events=mode)
    booking.wait("confirmed")
    shop.settled()
    assert shop.ledger() == money(applied=AMOUNT)
    (message,) = booking.messages()
    assert message["event"] == "booking.paid" and message["state"] == "done"
    history = shop.demo.sql("SELECT from_status, to_status FROM kf.booking_history WHERE booking_id = '%s' ORDER BY version"
                            % booking.id)
    assert [one["to_status"] for one in history] == ["pending", "paid", "confirmed"]


@pytest.mark.parametrize("outcome", ["DECLINED", "ERROR"])
def test_declined(shop, demo, outcome):
    booking = shop.book()
    shop.pay(booking, outcome)
    wait_until(lambda: [one for one in booking.payments() if one["status"] == outcome])
    # A declined payment does not free the slot before the hold has ended.
    assert booking.status() == "pending"
    shop.hold(booking.hold["start"], professional="Uno", status=409)
    demo.clock_at(booking.hold["expires_at"], late=1)
    booking.wait("failed")
    assert shop.ledger() == [] or shop.ledger() == money()
    assert booking.messages() == []


def test_never_paid(shop, demo):
    shop.link = shop.make_link(max_uses=1)
    booking = shop.book()
    shop.hold(booking.hold["start"], professional="Uno", status=404)
    demo.clock_at(booking.hold["expires_at"], late=1)
    booking.wait("expired")
    # Its slot and its use of the link are free again.
    shop.book(booking.hold["start"], professional="Uno")


@pytest.mark.parametrize("mutation", [
    {"uppercase": True}, {"timestamp_in_signature": True}, {"no_header": True},
    {"properties": ["transaction.reference", "transaction.status", "transaction.id", "transaction.amount_in_cents"]},
], ids=lambda one: next(iter(one)))
def test_forms_of_events_that_count(shop, mutation):
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT)
    assert shop.event(made["id"], **mutation) == [200]
    booking.wait("confirmed")


@pytest.mark.parametrize("mutation, status", [
    ({"bad_checksum": True}, 401), ({"secret": "test_events_somebodyElse0001"}, 401), ({"environment": "prod"}, 401),
    ({"header": "0" * 64}, 401), ({"properties": []}, 401), ({"properties": ["transaction.id"]}, 401),
    ({"properties": ["transaction.nothing", "transaction.status"]}, 401),
], ids=lambda one: next(iter(one)) if isinstance(one, dict) else str(one))
def test_forged_events_change_nothing(shop, mutation, status):
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT)
    shop.demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "events": "normal"})
    (answered,) = shop.event(made["id"], **mutation)
    assert answered in (400, status, 404), answered
    assert events(shop) == 0 and booking.status() == "pending" and booking.payments() == []


@pytest.mark.parametrize("hook", ["0" * 22, "x", "../../x", None])
def test_unknown_hook(shop, make_shop, hook):
    """Another address, or another tenant's hook: nothing of this tenant changes."""
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT)
    url = make_shop().hook_url if hook is None else shop.demo.about["base_url"] + "/api/webhooks/wompi/" + hook
    (answered,) = shop.event(made["id"], url=url)
    assert answered in (401, 404)
    assert events(shop) == 0 and booking.status() == "pending"


def test_cut_and_broken_events(shop):
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT)
    told = shop.demo.sandbox("events", {"transaction_id": made["id"], "mutate": {"url": shop.demo.sandbox_url + "/nowhere"}})
    good = told["body"].encode()
    headers = {"X-Event-Checksum": told["headers"]["X-Event-Checksum"]}
    host = "localhost:%d" % shop.demo.port
    for n, body in enumerate([good[:-1], good[:60], b"", b"[]", b"null", b"\x00" + good, good + good,
                              good.replace(b'"status":"APPROVED"', b'"status":"APPROVED","status":"APPROVED"'),
                              good.replace(b'"timestamp":', b'"timestamp":1.'), b"[" * 100000]):
        answer = raw(shop.demo.port, wire("POST", shop.hook_path, host, body, dict(headers)))
        assert answer.status in (400, 401, 413, 422), (n, answer.status, answer.body[:300])
        assert answer.seconds < 3 * SLOW, n
    assert events(shop) == 0 and booking.status() == "pending"
    assert raw(shop.demo.port, wire("POST", shop.hook_path, host, good, headers)).status == 200
    booking.wait("confirmed")


def test_altered_reference_with_a_valid_checksum(shop):
    """A genuine event rewritten to another booking of the same amount: the query to the provider reveals it."""
    paid, other = shop.book(), shop.book()
    made = shop.transaction(paid.reference, AMOUNT)
    assert shop.event(made["id"], alter_reference=other.reference) == [200]
    paid.wait("confirmed")
    shop.settled()
    assert other.status() == "pending" and shop.ledger() == money(applied=AMOUNT)


def test_event_that_says_more_than_the_provider(shop):
    """APPROVED in a validly signed event, DECLINED in the query: nothing is paid."""
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT, "DECLINED")
    assert shop.event(made["id"], status="APPROVED") == [200]
    shop.settled()
    assert booking.status() == "pending" and booking.payments()[0]["status"] == "DECLINED"


def test_event_for_a_stranger(shop):
    """A genuine event of a foreign transaction: accepted with 200, set aside for the merchant."""
    made = shop.transaction("kf-somebody-else-1", 5000000)
    assert shop.event(made["id"]) == [200]
    shop.settled()
    assert shop.ledger() == money(credit=5000000)
    row = shop.demo.sql("SELECT quarantine_reason FROM kf.payment WHERE tenant_id = '%s'" % shop.tenant)
    assert row == [{"quarantine_reason": "reference"}]


@pytest.mark.parametrize("change, reason, amount", [
    ({"amount": AMOUNT - 100}, "amount", AMOUNT - 100), ({"amount": AMOUNT + 100}, "amount", AMOUNT + 100),
    ({"currency": "USD"}, "currency", AMOUNT)], ids=["peso short", "peso more", "dollars"])
def test_wrong_money_is_set_aside(shop, demo, change, reason, amount):
    booking = shop.book()
    made = shop.transaction(booking.reference, amount, **{k: v for k, v in change.items() if k == "currency"})
    assert shop.event(made["id"]) == [200]
    shop.settled()
    (payment,) = booking.payments()
    assert payment["state"] == "credit" and payment["quarantine_reason"] == reason
    assert payment["approved_cents"] == amount and booking.status() == "pending" and booking.messages() == []
    listed = demo.ctl("payments", "list", shop.sub, "--stuck")
    assert made["id"] in str(listed)


def test_account_of_somebody_else(shop, make_shop):
    """The same reference paid into another tenant's account: not our payment, and not that tenant's booking."""
    other = make_shop()
    booking = shop.book()
    made = other.transaction(booking.reference, AMOUNT)
    assert other.event(made["id"]) == [200]
    other.settled()
    assert booking.status() == "pending" and shop.ledger() == [] and other.ledger() == money(credit=AMOUNT)
    # At our hook its signature is invalid.
    assert other.event(made["id"], url=shop.hook_url) == [401]


# --- orders and copies ---

def in_lockstep(shop, bookings, orders, change):
    """Step by step: all bookings get their next event, then all are processed."""
    made = [shop.transaction(one.reference, AMOUNT, "PENDING")["id"] for one in bookings]
    for step in range(len(STATUSES)):
        def one(n):
            return change(made[n], orders[n][step])
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            assert set(pool.map(one, range(len(made)))) == {200}
        shop.settled(30)
    return made


def test_every_order_of_events_about_an_approved_payment(shop):
    """All 24 orders: whatever the events say, the query returns APPROVED, so one payment counts."""
    orders = list(itertools.permutations(STATUSES))
    bookings = [shop.book() for _ in orders]

    def change(transaction, status):
        shop.patch(transaction, status="APPROVED")
        return shop.event(transaction, status=status)[0]
    in_lockstep(shop, bookings, orders, change)
    for booking in bookings:
        booking.wait("confirmed")
        assert [one["state"] for one in booking.payments()] == ["applied"]
        assert [one["event"] for one in booking.messages()] == ["booking.paid"]
    assert shop.ledger() == money(applied=24 * AMOUNT)


def test_every_order_of_what_the_provider_says(shop):
    """All 24 orders, the query agreeing each time: approved stays, unless voided; voided stays."""
    orders = list(itertools.permutations(STATUSES))
    bookings = [shop.book() for _ in orders]

    def change(transaction, status):
        shop.patch(transaction, status=status)
        return shop.event(transaction)[0]
    in_lockstep(shop, bookings, orders, change)
    for booking, order in zip(bookings, orders):
        (payment,) = booking.payments()
        paid_first = order.index("APPROVED") < order.index("VOIDED")
        assert payment["state"] == "refunded", (order, payment)
        assert payment["status"] == "VOIDED" and payment["approved_cents"] == AMOUNT
        if paid_first:
            booking.wait("cancelled")
            told = ["booking.paid", "booking.cancelled"]
        else:
            assert booking.status() == "pending", order
            told = []
        assert [one["event"] for one in booking.messages()] == told, order
        live = shop.demo.one("SELECT count(*) FROM kf.claim WHERE slot_start = '%s' AND tenant_id = '%s'"
                             " AND state IN ('held', 'pending', 'booked')" % (booking.row()["slot_start"], shop.tenant))
        assert live == (0 if paid_first else 1)
    assert shop.ledger() == money(refunded=24 * AMOUNT)


def test_a_hundred_copies_at_once(shop, log):
    log.expect("AH10159", "AH00484")  # more copies than the demo's 64 workers
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT)
    answers = shop.event(made["id"], duplicate=100, parallel=True)
    assert len(answers) == 100 and set(answers) == {200}, sorted(set(answers))
    booking.wait("confirmed")
    shop.settled()
    assert events(shop) == 1 and shop.ledger() == money(applied=AMOUNT)
    assert len(booking.messages()) == 1 and len(shop.inbox()) == 1


def test_two_approvals_of_one_booking(shop):
    booking = shop.book()
    first = shop.transaction(booking.reference, AMOUNT)
    second = shop.transaction(booking.reference, AMOUNT, method="NEQUI")
    for made in (first, second):
        assert shop.event(made["id"]) == [200]
    booking.wait("paid", "confirmed")
    shop.settled()
    states = {one["provider_tx_id"]: one["state"] for one in booking.payments()}
    assert sorted(states.values()) == ["applied", "refund_due"]
    assert shop.ledger() == money(applied=AMOUNT, refund_due=AMOUNT)
    task = shop.demo.sql("SELECT reason, owner, due_at FROM kf.refund WHERE tenant_id = '%s'" % shop.tenant)
    assert len(task) == 1 and task[0]["reason"] == "second" and task[0]["due_at"]


def test_second_card_payment_is_voided_at_the_provider(shop):
    booking = shop.book()
    ids = [shop.transaction(booking.reference, AMOUNT)["id"] for _ in range(2)]
    for one in ids:
        assert shop.event(one) == [200]

    def given_back():
        return sorted(one["state"] for one in booking.payments()) == ["applied", "refunded"]
    wait_until(given_back, 20)
    told = [shop.demo.sandbox("transactions/" + one)["status"] for one in ids]
    assert sorted(told) == ["APPROVED", "VOIDED"]
    assert booking.status() in ("paid", "confirmed")
    assert shop.ledger() == money(applied=AMOUNT, refunded=AMOUNT)


def refunds(shop, mode):
    shop.demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "refunds": mode})


def refund_row(demo, shop):
    rows = demo.sql("SELECT state, owner, provider_ref, last_error, amount_cents FROM kf.refund WHERE tenant_id = '%s'"
                    % shop.tenant)
    return rows[0] if len(rows) == 1 else None


def asked(shop, tx):
    """Refunds requested from the provider."""
    return [one for one in shop.demo.sandbox("refunds", None, "GET") if one["transaction_id"] == tx]


def second_transfer(shop):
    """A booking paid twice, the second time by bank transfer, which cannot be voided."""
    booking = shop.book()
    ids = [shop.transaction(booking.reference, AMOUNT, method=kind)["id"] for kind in ("CARD", "PSE")]
    for one in ids:
        assert shop.event(one) == [200]
        shop.settled()
    return ids[1]


def test_what_cannot_be_voided_is_refunded(shop, demo):
    tx = second_transfer(shop)
    wait_until(lambda: refund_row(demo, shop)["state"] == "done", 20)
    row = refund_row(demo, shop)
    (one,) = asked(shop, tx)
    assert one["amount_in_cents"] == AMOUNT and one["reference"].startswith("kfr-")
    assert row["provider_ref"] == one["v2_refund_id"] and row["owner"] == "provider"
    assert shop.ledger() == money(applied=AMOUNT, refunded=AMOUNT)


@pytest.mark.parametrize("mode", ["declined", "lost"])
def test_a_refund_that_fails_is_a_task(shop, demo, mode):
    """A declined refund may be requested once more. One without an answer is never repeated: it may have been made."""
    refunds(shop, mode)
    tx = second_transfer(shop)
    wait_until(lambda: refund_row(demo, shop)["state"] == "manual", 20)
    assert len(asked(shop, tx)) == 1 and shop.ledger() == money(applied=AMOUNT, refund_due=AMOUNT)
    refunds(shop, "on")
    owner = kitadmin.person(shop)
    (task,) = owner.get("/api/refunds?state=manual").json()["items"]
    answer = owner.post("/api/refunds/%s/retry" % task["id"], headers={"Accept-Language": "en"})
    if mode == "lost":
        assert answer.status_code == 409 and "look there" in answer.json()["detail"]
        assert owner.post("/api/refunds/%s/done" % task["id"], json={"note": "Wompi lo hizo."}).status_code == 200
        assert len(asked(shop, tx)) == 1
    else:
        assert answer.status_code == 200
        wait_until(lambda: refund_row(demo, shop)["state"] == "done", 20)
        assert [one["status"] for one in asked(shop, tx)] == ["DECLINED", "APPROVED"]
    assert shop.ledger() == money(applied=AMOUNT, refunded=AMOUNT)


def test_a_refund_that_never_ends_is_a_task(shop, demo):
    refunds(shop, "pending")
    tx = second_transfer(shop)
    wait_until(lambda: refund_row(demo, shop)["state"] == "running" and refund_row(demo, shop)["provider_ref"], 20)
    demo.run("UPDATE kf.refund SET asked_at = asked_at - interval '3 days', next_attempt_at = kf.now() WHERE tenant_id = '%s'"
             % shop.tenant)
    wait_until(lambda: refund_row(demo, shop)["state"] == "manual", 20)
    assert len(asked(shop, tx)) == 1 and shop.ledger() == money(applied=AMOUNT, refund_due=AMOUNT)


def test_what_cannot_be_voided_is_a_task(shop, demo):
    """An account without refunds: only the merchant can refund transfers: a task with owner and date."""
    refunds(shop, "off")
    booking = shop.book()
    ids = [shop.transaction(booking.reference, AMOUNT, method=kind)["id"] for kind in ("CARD", "PSE")]
    for one in ids:
        assert shop.event(one) == [200]
        shop.settled()

    def task():
        rows = demo.sql("SELECT state, owner, due_at FROM kf.refund WHERE tenant_id = '%s'" % shop.tenant)
        return rows and rows[0]["state"] == "manual" and rows[0]
    row = wait_until(task, 20)
    assert row["owner"] == "merchant" and instant(row["due_at"]) > demo.now()
    assert shop.ledger() == money(applied=AMOUNT, refund_due=AMOUNT)


def test_voided_after_paid(shop):
    booking = shop.book()
    shop.pay(booking)
    booking.wait("confirmed")
    shop.patch(booking.payments()[0]["provider_tx_id"], status="VOIDED", emit=True)
    booking.wait("cancelled")
    assert shop.ledger() == money(refunded=AMOUNT)
    shop.hold(booking.hold["start"], professional="Uno")
    wait_until(lambda: [one["event"] for one in shop.inbox()] == ["booking.paid", "booking.cancelled"])


# --- late money ---


def test_late_with_the_time_still_free(shop):
    booking, made = late_booking(shop)
    shop.patch(made, status="APPROVED", emit=True)
    booking.wait("confirmed")
    assert shop.ledger() == money(applied=AMOUNT)
    shop.hold(booking.hold["start"], professional="Uno", status=409)


@pytest.mark.parametrize("method", ["CARD", "PSE"])
def test_late_with_the_time_taken(shop, demo, method):
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT, "PENDING", method=method)["id"]
    demo.clock_at(booking.hold["expires_at"], late=1)
    booking.wait("expired")
    other = shop.book(start=booking.hold["start"], professional="Uno")
    shop.patch(made, status="APPROVED", emit=True)

    def decided():
        return [one for one in booking.payments() if one["state"] in ("refund_due", "refunded")]
    wait_until(decided, 20)
    assert booking.status() == "expired" and other.status() == "pending"
    wanted = "refunded" if method == "CARD" else "refund_due"
    wait_until(lambda: shop.ledger() == money(**{wanted: AMOUNT}), 20)
    assert "payment.refund_due" in [one["event"] for one in booking.messages()]
    # The payer reads the reason.
    page = shop.client().page("/book/%s/confirm" % booking.id)
    assert "Te devolv" in page.text
    shop.pay(other)
    other.wait("confirmed")


def test_late_after_the_appointment_has_begun(shop, demo):
    booking, made = late_booking(shop)
    demo.clock_at(booking.hold["start"], late=60)
    shop.patch(made, status="APPROVED", emit=True)
    wait_until(lambda: [one for one in booking.payments() if one["state"] in ("refund_due", "refunded")], 20)
    assert booking.status() == "expired"
