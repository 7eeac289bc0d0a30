"""kill -9 at every point where a booking and its event touch the database or Google: finally one event, none after a
cancel."""
import json

import pytest

from kitcalendar import Calendar
from kitcrash import begin_anew, each, injector, persistent  # noqa: F401 (a fixture)
from kitdemo import instant, wait_until
from kitlog import DOWN
from kitshop import FREE, Booking, Shop, person

pytestmark = pytest.mark.plain  # a killed process reports nothing

LEASE_S = 65  # longer than the lease of a killed worker
STATE = "SELECT state FROM kf.calendar_event WHERE booking_id = '%s'"


@pytest.fixture(scope="module")
def office(demos, injector, tmp_path_factory):
    # polling only: channels and their notices would add calls
    return demos.get("calendar-crash", injector.lines(str(tmp_path_factory.mktemp("google")), push=False, ttl="1h", poll="1h"),
                     preload="crash")


@pytest.fixture()
def laura(office, injector, log):
    log.expect(*DOWN, "AH00052", "KF00483")
    injector.off()
    shop = Shop(office, professionals=("Laura",), callback=False, payments=False, services=(FREE,))
    laura = Calendar(shop, "Laura").wait_read()
    shop.starts = [one["start"] for one in shop.slots(FREE["name"], "Laura", days=30) if instant(one["start"]).minute == 0]
    return laura


def book(shop):
    customer = person()
    hold = persistent(shop, "/api/holds", shop.hold_body(shop.starts.pop(0), FREE["name"], "Laura"))
    return Booking(shop, persistent(shop, "/api/bookings", shop.booking_body(hold, customer)), hold, customer)


def live(laura, booking):
    return [one for one in laura.events() if booking.id in json.dumps(one.get("extendedProperties", {}))]


def check(laura, booking, number):
    found = live(laura, booking)
    assert len(found) == number, [(one["id"], one["status"]) for one in found]


def settle(laura, booking, injector):
    """Waits until the worker has nothing more to do for it. Leases of killed workers end early."""
    query = STATE % booking.id
    def done():
        return {one["state"] for one in laura.demo.sql(query)} == {"done"} or injector.hit()
    wait_until(done, 15)
    if injector.hit():
        begin_anew(laura.demo)
        laura.demo.advance(LEASE_S)
        injector.off()
    wait_until(lambda: {one["state"] for one in laura.demo.sql(query)} == {"done"}, 15)


def cancel(laura, booking):
    laura.demo.ctl("booking", "cancel", laura.shop.sub, booking.id)


@pytest.mark.slow
def test_booking(laura, injector):
    """After every call of a hold and of a booking, including the calls to Google."""
    def act():
        booking = book(laura.shop)
        settle(laura, booking, injector)
        check(laura, booking, 1)
    hits = each(laura.demo, injector, act, "a", least=20)
    assert {"hold_take", "booking_start", "calendar_read_done", "COMMIT"} <= {name for _, _, name in hits}


def test_writing(laura, injector):
    """Before and after every call of the worker for the event."""
    def act():
        booking = book(laura.shop)
        settle(laura, booking, injector)
        check(laura, booking, 1)
    each(laura.demo, injector, act, only="event", least=4)


def test_writing_once_more(laura, injector):
    """The same after the answer to the insert was lost, so that the next attempt looks for the event first."""
    def act():
        laura.fault("500", method="events.insert", after=True, times=1)
        booking = book(laura.shop)
        settle(laura, booking, injector)
        check(laura, booking, 1)
        assert len(laura.demo.sql("SELECT FROM kf.calendar_event WHERE booking_id = '%s'" % booking.id)) == 1
    each(laura.demo, injector, act, only="event", least=8)


def test_taking_away(laura, injector):
    def act():
        injector.off()
        booking = book(laura.shop)
        settle(laura, booking, injector)
        check(laura, booking, 1)
        injector.arm(injector.shared.wanted, injector.shared.how.decode(), "event")
        cancel(laura, booking)
        settle(laura, booking, injector)
        check(laura, booking, 0)
    each(laura.demo, injector, act, only="event", least=4)


def test_taking_away_what_is_being_written(laura, injector):
    """Cancelled immediately after the booking, at every point of the worker."""
    def act():
        booking = book(laura.shop)
        cancel(laura, booking)
        settle(laura, booking, injector)
        check(laura, booking, 0)
    each(laura.demo, injector, act, only="event")


def test_killed_while_google_writes(laura, injector):
    """The event exists, but the answer was lost."""
    demo = laura.demo
    for ends in ("settle", "cancel"):
        laura.fault("hang", method="events.insert", after=True, times=1)
        asked = laura.asked("events.insert")
        booking = book(laura.shop)
        wait_until(lambda: laura.asked("events.insert") > asked and live(laura, booking), 5)
        begin_anew(demo)
        if ends == "cancel":
            cancel(laura, booking)
        demo.advance(LEASE_S)
        settle(laura, booking, injector)
        check(laura, booking, ends == "settle")


def test_what_the_check_would_see(laura, injector):
    """The negative control: another event id at each attempt, as if Google chose it, yields two events."""
    injector.arm(1, "a", "/events?sendUpdates")  # not the reading of another calendar
    booking = book(laura.shop)
    wait_until(injector.hit, 10)
    wait_until(lambda: len(live(laura, booking)) == 1)
    laura.demo.run("UPDATE kf.calendar_event SET event_id = gen_random_uuid() WHERE booking_id = '%s'" % booking.id)
    settle(laura, booking, injector)
    with pytest.raises(AssertionError):
        check(laura, booking, 1)
    cancel(laura, booking)
    settle(laura, booking, injector)
    with pytest.raises(AssertionError):
        check(laura, booking, 0)
