"""Payments without events, with a failing provider, and at random: the poller and the accounts."""
import concurrent.futures
import random

import pytest

from kitdemo import MANY, Refused, instant, wait_until
from kitmoney import AMOUNT, STATUSES, balanced, events, late_booking, money  # noqa: F401 (a fixture)
from kitshop import PAID, person, wompi_keys


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
            booking.wait("paid", "confirmed", seconds=0.5)
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
    # A foreign id is only a hint: the query is for our own reference.
    stranger = shop.transaction("kf-nobody-1", AMOUNT)
    other = shop.book()
    shop.client().get("/book/%s/confirm?id=%s&env=test" % (other.id, stranger["id"]))
    shop.client().get("/book/%s/confirm?id=%s&env=test" % (other.id, paid["transaction_id"]))
    wait_until(lambda: demo.one("SELECT polls FROM kf.payment_attempt WHERE booking_id = '%s'" % other.id))
    shop.client().get("/book/%s/confirm?id=%s&env=test" % (booking.id, paid["transaction_id"]))
    booking.wait("paid", "confirmed", seconds=8)
    assert other.status() == "pending" and shop.ledger() == money(applied=AMOUNT)


def test_second_payment_that_no_event_told(shop, demo):
    """The first attempt's event came; the second was still pending and silent: the poller finds it."""
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


def test_second_payment_after_the_first_was_taken_back(shop, demo):
    """A void does not end the booking while another transaction with the reference is pending."""
    booking = shop.book()
    first = shop.transaction(booking.reference, AMOUNT)
    second = shop.transaction(booking.reference, AMOUNT, "PENDING", method="PSE")
    for made in (first, second):
        assert shop.event(made["id"]) == [200]
    booking.wait("confirmed")
    shop.patch(first["id"], status="VOIDED", emit=True)
    booking.wait("cancelled")
    shop.patch(second["id"], status="APPROVED")
    demo.advance(70)
    wait_until(lambda: shop.ledger() == money(refund_due=AMOUNT, refunded=AMOUNT), 15)


def test_late_money_without_event(shop, demo):
    """Cash paid an hour after the hold: the poller still checks."""
    silent(shop)
    booking, made = late_booking(shop)
    # A poll that began before the money came must not write its answer after the clock has moved.
    asked = "SELECT count(*) FROM kf.payment_attempt WHERE booking_id = '%s' AND polled_at > expires_at AND lease_until IS NULL"
    wait_until(lambda: demo.one(asked % booking.id))
    shop.patch(made, status="APPROVED")
    demo.advance(3600)
    booking.wait("confirmed", seconds=20)


@pytest.mark.parametrize("mode", ["refuse", "500", "429", "html", "truncated", "truncated_json"])
def test_provider_in_trouble(shop, demo, log, mode):
    """Whatever the provider's API answers: the event waits, nothing is accepted, then all recovers."""
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

def test_no_payment_account(shop, demo):
    """An unpayable service is not offered. An earlier holder is told so, and nothing is booked."""
    hold = shop.hold()
    demo.run("UPDATE kf.payment_account SET active = false WHERE tenant_id = '%s'" % shop.tenant)
    offered = shop.client().get("/api/booking/%s/options" % shop.link).json()["services"]
    assert offered and all(one["charge_cents"] == 0 for one in offered)
    answer = shop.client().post("/api/bookings", json=shop.booking_body(hold, person()))
    assert answer.status_code == 409 and answer.json()["code"] == "not_payable"
    assert demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 0


def test_keys_of_two_environments_are_refused(demo, make_shop):
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

SCHEDULES = 500 if MANY else 60


class Chance:
    """One booking: a few transactions, each with its own course."""

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
    """Payments, copies, voids, silence and delays at random: finally every peso is accounted for."""
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
        demo.advance(620)  # all holds are over; half of the transactions continue
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
    """The provider's accounts against ours, transaction by transaction."""
    wait_until(lambda: shop.demo.one("SELECT count(*) FROM kf.refund WHERE tenant_id = '%s' AND state IN ('due', 'running')"
                                     % shop.tenant) == 0, 60)
    shop.settled(60)
    theirs = {one["id"]: one for one in shop.demo.sandbox("transactions?public_key=" + shop.wompi["public_key"])}
    ours = {one["provider_tx_id"]: one for one in shop.demo.sql("SELECT * FROM kf.payment WHERE tenant_id = '%s'" % shop.tenant)}
    for number, one in theirs.items():
        row = ours.get(number)
        if one["status"] == "APPROVED":
            back = one["sandbox"]["refunded"]  # requested once, in full, and made
            assert back in (0, one["amount_in_cents"]), one
            assert row and row["state"] in (("refunded",) if back else ("applied", "credit", "refund_due")), (one, row)
            assert row["approved_cents"] == one["amount_in_cents"]
        elif one["status"] == "VOIDED" and row:
            assert row["state"] == "refunded" or row["status"] != "VOIDED", (one, row)
        elif row:
            assert row["state"] == "seen", (one, row)
    rows = shop.ledger() if isinstance(shop.ledger(), list) else [shop.ledger()]
    for row in rows:
        assert row["approved"] == row["applied"] + row["credit"] + row["refund_due"] + row["refunded"]
    approved = sum(one["amount_in_cents"] - one["sandbox"]["refunded"] for one in theirs.values() if one["status"] == "APPROVED")
    assert sum(row["approved"] - row["refunded"] for row in rows) >= approved
