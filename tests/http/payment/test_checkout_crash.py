"""kill -9 before and after every step of a checkout that the provider makes by a call: nothing lost, nothing twice."""
import pytest

from kitcrash import each, injector, persistent  # noqa: F401 (a fixture)
from kitdemo import wait_until
from kitlog import DOWN
from kitmoney import AMOUNT, money
from kitshop import Booking, person
from kitstripe import StripeShop

pytestmark = pytest.mark.plain  # a killed process reports nothing


@pytest.fixture(scope="module")
def office(demos, injector):
    def lines(demo):
        demo.env.update(KF_CRASH_COUNT=injector.path, KF_CRASH_SKIP="work_")
        return []
    injector.off()
    return demos.get("checkout-crash", lines, preload="crash")


@pytest.fixture()
def stripe(office, injector, log):
    log.expect(*DOWN, "AH00052", "KF00212.*502")
    injector.off()
    return StripeShop(office)


def book(shop):
    hold, customer = shop.hold(), person()
    return Booking(shop, persistent(shop, "/api/bookings", shop.booking_body(hold, customer)), hold, customer)


@pytest.mark.slow
def test_each_step(stripe, office, injector):
    """The customer's program tries again: one attempt, one checkout, and what is paid there is applied once."""
    bookings = []

    def act():
        booking = book(stripe)
        (session,), (attempt,) = stripe.sessions(booking.id), stripe.attempts(booking.id)
        assert attempt["checkout_id"] == session["id"] and attempt["checkout_url"] == booking.checkout_url == session["url"]
        bookings.append(booking)
    hits = each(office, injector, act, only="checkout", least=6)
    assert {"checkout_begin", "checkout_stored"} <= {name for _, _, name in hits}
    assert any("sessions" in name for _, _, name in hits), hits
    for booking in bookings:
        stripe.pay_card(booking)
    wait_until(lambda: stripe.ledger() == money(applied=len(bookings) * AMOUNT), 20)
