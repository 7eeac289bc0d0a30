"""Money: what the provider says is believed only after asking it, and every peso has one place."""
import concurrent.futures
import itertools
import random

import pytest

from kitdemo import SLOW, instant, wait_until
from kithttp import raw, wire
from kitshop import PAID, person, wompi_keys

AMOUNT = 3000000  # a quarter of 120.000
STATUSES = ("PENDING", "DECLINED", "APPROVED", "VOIDED")
UNBALANCED = ("SELECT count(*) FROM kf.ledger WHERE approved <> applied + credit + refund_due + refunded")


@pytest.fixture(autouse=True)
def balanced(demo):
    """After every case: the sums fit for every tenant, no booking is paid without money."""
    yield
    assert demo.one(UNBALANCED) == 0
    assert demo.one("""
        SELECT count(*) FROM kf.booking b WHERE b.status IN ('paid', 'confirmed') AND b.charge_cents > 0
           AND NOT EXISTS (SELECT FROM kf.payment p WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id
                           AND p.state = 'applied' AND p.amount_cents = b.charge_cents)""") == 0
    assert demo.one("""
        SELECT count(*) FROM kf.payment p JOIN kf.booking b USING (tenant_id, booking_id)
        WHERE p.state = 'applied' AND b.status IN ('pending', 'expired', 'failed', 'cancelled')""") == 0


def money(applied=0, credit=0, refund_due=0, refunded=0):
    return {"currency": "COP", "approved": applied + credit + refund_due + refunded, "applied": applied, "credit": credit,
            "refund_due": refund_due, "refunded": refunded}


def events(shop, status=None):
    query = "SELECT count(*) FROM kf.webhook_event WHERE tenant_id = '%s'" % shop.tenant
    return shop.demo.one(query + (" AND status = '%s'" % status if status else ""))


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
    # A refusal does not free the time before the hold has ended.
    assert booking.status() == "pending"
    shop.hold(booking.hold["start"], professional="Uno", status=409)
    demo.clock_at(booking.hold["expires_at"], late=1)
    booking.wait("failed")
    assert shop.ledger() == [] or shop.ledger() == money()
    assert booking.messages() == []


def test_never_paid(shop, demo):
    booking = shop.book()
    demo.clock_at(booking.hold["expires_at"], late=1)
    booking.wait("expired")
    shop.hold(booking.hold["start"], professional="Uno")


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
    """Another address, or the hook of another tenant: nothing of this one is touched."""
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
        assert answer.seconds < SLOW, n
    assert events(shop) == 0 and booking.status() == "pending"
    assert raw(shop.demo.port, wire("POST", shop.hook_path, host, good, headers)).status == 200
    booking.wait("confirmed")


def test_altered_reference_with_a_valid_checksum(shop):
    """A genuine event rewritten to another booking of the same amount: the provider is asked."""
    paid, other = shop.book(), shop.book()
    made = shop.transaction(paid.reference, AMOUNT)
    assert shop.event(made["id"], alter_reference=other.reference) == [200]
    paid.wait("confirmed")
    shop.settled()
    assert other.status() == "pending" and shop.ledger() == money(applied=AMOUNT)


def test_event_that_says_more_than_the_provider(shop):
    """APPROVED in a validly signed event, DECLINED when asked: nothing is paid."""
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT, "DECLINED")
    assert shop.event(made["id"], status="APPROVED") == [200]
    shop.settled()
    assert booking.status() == "pending" and booking.payments()[0]["status"] == "DECLINED"


def test_event_for_a_stranger(shop):
    """A genuine event of a transaction that is none of ours: taken with 200, set aside for a person."""
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
    """The same reference paid into another tenant's account: not ours, and not that tenant's booking."""
    other = make_shop()
    booking = shop.book()
    made = other.transaction(booking.reference, AMOUNT)
    assert other.event(made["id"]) == [200]
    other.settled()
    assert booking.status() == "pending" and shop.ledger() == [] and other.ledger() == money(credit=AMOUNT)
    # And sent to our hook it does not verify.
    assert other.event(made["id"], url=shop.hook_url) == [401]


# --- orders and copies ---

def in_lockstep(shop, bookings, orders, change):
    """Step by step: all bookings get their next event, then all are worked off."""
    made = [shop.transaction(one.reference, AMOUNT, "PENDING")["id"] for one in bookings]
    for step in range(len(STATUSES)):
        def one(n):
            return change(made[n], orders[n][step])
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            assert set(pool.map(one, range(len(made)))) == {200}
        shop.settled(30)
    return made


def test_every_order_of_events_about_an_approved_payment(shop):
    """All 24 orders: whatever the events say, the provider says APPROVED, so one payment counts."""
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
    """All 24 orders with the provider agreeing each time: approved stays, unless voided; voided stays."""
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


def test_what_cannot_be_voided_is_a_task(shop, demo):
    """Cash, transfers: nobody can take them back but the merchant, so it is a task with owner and date."""
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

def late_booking(shop):
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT, "PENDING")
    shop.demo.clock_at(booking.hold["expires_at"], late=1)
    booking.wait("expired")
    return booking, made["id"]


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
    # The payer is told, in words.
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


# --- without events ---

def silent(shop, on=True):
    shop.demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "events": "drop" if on else "normal"})


def test_poller_finds_what_no_event_told(shop, demo):
    silent(shop)
    booking = shop.book()
    shop.pay(booking)
    approved = demo.now()
    for _ in range(5):
        demo.advance(24)
        try:
            booking.wait("paid", "confirmed", seconds=1.5)
            break
        except AssertionError:
            continue
    paid = demo.one("SELECT at FROM kf.booking_history WHERE booking_id = '%s' AND to_status = 'paid'" % booking.id)
    assert (instant(paid) - approved).total_seconds() <= 120
    assert events(shop) == 0 and shop.ledger() == money(applied=AMOUNT)


def test_payer_who_comes_back_is_asked_for_at_once(shop, demo):
    silent(shop)
    booking = shop.book()
    paid = shop.pay(booking)
    # Somebody else's id is a hint and no more: what is asked about is our own reference.
    stranger = shop.transaction("kf-nobody-1", AMOUNT)
    other = shop.book()
    shop.client().get("/book/%s/confirm?id=%s&env=test" % (other.id, stranger["id"]))
    shop.client().get("/book/%s/confirm?id=%s&env=test" % (other.id, paid["transaction_id"]))
    wait_until(lambda: demo.one("SELECT polls FROM kf.payment_attempt WHERE booking_id = '%s'" % other.id))
    shop.client().get("/book/%s/confirm?id=%s&env=test" % (booking.id, paid["transaction_id"]))
    booking.wait("paid", "confirmed", seconds=8)
    assert other.status() == "pending" and shop.ledger() == money(applied=AMOUNT)


def test_second_payment_that_no_event_told(shop, demo):
    """The first one's event came, the second was still on its way and stayed silent: found all the same."""
    booking = shop.book()
    first = shop.transaction(booking.reference, AMOUNT)
    second = shop.transaction(booking.reference, AMOUNT, "PENDING", method="PSE")
    assert shop.event(first["id"]) == [200]
    booking.wait("confirmed")
    again = shop.client().post("/api/bookings", json=shop.booking_body(booking.hold, booking.customer))
    assert again.status_code == 201 and again.json()["checkout_url"] is None
    shop.patch(second["id"], status="APPROVED")
    demo.advance(70)
    wait_until(lambda: shop.ledger() == money(applied=AMOUNT, refund_due=AMOUNT), 15)
    demo.advance(70)
    closed = "SELECT state FROM kf.payment_attempt WHERE booking_id = '%s'"
    wait_until(lambda: demo.one(closed % booking.id) == "closed", 15)


def test_late_money_without_event(shop, demo):
    """Cash paid an hour after the hold: the poller still looks."""
    silent(shop)
    booking, made = late_booking(shop)
    shop.patch(made, status="APPROVED")
    demo.advance(3600)
    booking.wait("confirmed", seconds=20)


@pytest.mark.parametrize("mode", ["refuse", "500", "429", "html", "truncated", "truncated_json"])
def test_provider_in_trouble(shop, demo, log, mode):
    """Whatever the provider's API answers: the event waits, nothing is believed, then all is well."""
    log.expect(r"\[konfirmado:(warn|error)\]")
    booking = shop.book()
    demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "api": mode})
    shop.pay(booking)
    wait_until(lambda: demo.one("SELECT max(attempts) FROM kf.webhook_event WHERE tenant_id = '%s'" % shop.tenant))
    assert booking.status() == "pending" and booking.payments() == []
    page = shop.client().page("/book/%s/confirm" % booking.id)
    assert "Estamos confirmando tu pago..." in page.text
    demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "api": "ok"})
    for _ in range(4):
        demo.advance(60)
        try:
            booking.wait("confirmed", seconds=3)
            break
        except AssertionError:
            continue
    assert booking.status() == "confirmed" and shop.ledger() == money(applied=AMOUNT)


def test_wrong_amount_from_the_api(shop, demo):
    booking = shop.book()
    demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "api": "wrong_amount"})
    shop.pay(booking)
    wait_until(booking.payments)
    assert booking.payments()[0]["quarantine_reason"] == "amount" and booking.status() == "pending"


# --- without an account, with other accounts ---

def test_no_payment_account(make_shop):
    shop = make_shop(payments=False)
    answer = shop.client().post("/api/bookings", json=shop.booking_body(shop.hold(), person()))
    assert answer.status_code == 409 and answer.json()["code"] == "not_payable"


def test_keys_of_two_environments_are_refused(demo, make_shop):
    from kitdemo import Refused
    shop = make_shop(payments=False)
    mixed = dict(wompi_keys("test"), private_key=wompi_keys("prod")["private_key"])
    with pytest.raises(Refused) as refused:
        demo.ctl("payment-account", "set", shop.sub, "--provider", "wompi", *shop._words(mixed))
    assert refused.value.status == 1
    assert mixed["private_key"] not in refused.value.said


def test_secrets_are_sealed(shop, demo):
    rows = demo.run("SELECT row_to_json(x) FROM kf.payment_account x; SELECT row_to_json(x) FROM kf.callback_secret x")
    for name in ("private_key", "integrity_secret", "events_secret"):
        assert shop.wompi[name] not in rows
    assert shop.secret not in rows
    swapped = demo.sql("SELECT private_key_sealed FROM kf.payment_account WHERE tenant_id = '%s'" % shop.tenant)
    assert swapped[0]["private_key_sealed"].startswith("v1.")


# --- all of it at random ---

SCHEDULES = 500 if SLOW == 1 else 60


class Chance:
    """One booking's fate: a handful of transactions, each with its own story."""

    def __init__(self, shop, booking, dice):
        self.shop, self.booking, self.dice = shop, booking, dice
        self.ids = []
        self.approved = {}

    def begin(self):
        dice, shop = self.dice, self.shop
        for _ in range(dice.choice([0, 1, 1, 1, 2, 3])):
            amount = dice.choice([AMOUNT] * 6 + [AMOUNT - 100, AMOUNT * 2])
            status = dice.choice(["PENDING", "PENDING", "APPROVED", "DECLINED", "ERROR"])
            made = shop.transaction(self.booking.reference, amount, status, emit=dice.random() < 0.6,
                                    currency=dice.choice(["COP"] * 12 + ["USD"]),
                                    method=dice.choice(["CARD", "CARD", "NEQUI", "PSE"]))
            self.ids.append(made["id"])

    def go_on(self):
        for one in self.ids:
            now = self.shop.demo.sandbox("transactions/" + one)["status"]
            onward = {"PENDING": ["PENDING", "APPROVED", "APPROVED", "DECLINED", "ERROR"], "APPROVED": ["APPROVED", "APPROVED", "VOIDED"]}
            status = self.dice.choice(onward.get(now, [now]))
            if status != now or self.dice.random() < 0.3:
                self.shop.patch(one, status=status, emit=self.dice.random() < 0.6)
            if self.dice.random() < 0.2:
                self.shop.event(one, status=self.dice.choice(STATUSES), duplicate=self.dice.randrange(1, 4))


@pytest.mark.slow
def test_random_schedules(make_shop, demo):
    """Payments, copies, voids, silence and lateness at random: at the end every peso is accounted for."""
    shops = [make_shop(services=[dict(PAID, duration=15)], professionals=("Uno", "Dos")) for _ in range(2)]
    dice = random.Random(17)
    chances = []
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for shop in shops:
            starts = [one["start"] for one in shop.slots(days=30)]
            dice.shuffle(starts)
            made = pool.map(shop.book, starts[:SCHEDULES // 2])
            chances += [Chance(shop, one, random.Random(dice.random())) for one in made]
        list(pool.map(Chance.begin, chances))
        list(pool.map(Chance.go_on, chances[::2]))
        demo.advance(620)  # all holds are over; half of the stories go on
        taken = [one for one in chances if one.dice.random() < 0.2]
        list(pool.map(Chance.go_on, chances))
        for one in taken:
            shop = one.shop
            answer = shop.client().post("/api/holds", json=shop.hold_body(one.booking.hold["start"]))
            assert answer.status_code in (201, 409)
        list(pool.map(Chance.go_on, chances))
    for hours in (1, 2, 3, 18, 24, 24, 4):
        for shop in shops:
            shop.settled(60)
        open_due = "SELECT count(*) FROM kf.payment_attempt WHERE state = 'open' AND next_poll_at <= kf.now()"
        wait_until(lambda: demo.one(open_due) == 0, 90)
        demo.advance(hours * 3600)
    for shop in shops:
        check_against_provider(shop)


def check_against_provider(shop):
    """The provider's own books against ours, transaction by transaction."""
    wait_until(lambda: shop.demo.one("SELECT count(*) FROM kf.refund WHERE tenant_id = '%s' AND state IN ('due', 'running')"
                                     % shop.tenant) == 0, 60)
    shop.settled(60)
    theirs = {one["id"]: one for one in shop.demo.sandbox("transactions?public_key=" + shop.wompi["public_key"])}
    ours = {one["provider_tx_id"]: one for one in shop.demo.sql("SELECT * FROM kf.payment WHERE tenant_id = '%s'" % shop.tenant)}
    for number, one in theirs.items():
        row = ours.get(number)
        if one["status"] == "APPROVED":
            assert row and row["state"] in ("applied", "credit", "refund_due"), (one, row)
            assert row["approved_cents"] == one["amount_in_cents"]
        elif one["status"] == "VOIDED" and row:
            assert row["state"] == "refunded" or row["status"] != "VOIDED", (one, row)
        elif row:
            assert row["state"] == "seen", (one, row)
    rows = shop.ledger() if isinstance(shop.ledger(), list) else [shop.ledger()]
    for row in rows:
        assert row["approved"] == row["applied"] + row["credit"] + row["refund_due"] + row["refunded"]
    approved = sum(one["amount_in_cents"] for one in theirs.values() if one["status"] == "APPROVED")
    assert sum(row["approved"] - row["refunded"] for row in rows) >= approved
