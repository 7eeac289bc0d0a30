"""Reminders by the thousand, and failing mail servers: each mail once, none lost, bookings never delayed."""
import collections
import datetime
import time

import pytest

from kitadmin import person as staff
from kitafter import Visitor, Worker, book, letters, mail_of, mails, mint, service_of
from kitcrash import begin_anew, injector  # noqa: F401 (a fixture)
from kitdemo import SLOW, instant, wait_until
from kithttp import private
from kitlog import DOWN
from kitmail import GIVEN_UP, TROUBLE
from kitshop import FREE, PAID, Shop

pytestmark = pytest.mark.plain  # many processes, and tests of timing
LEASE_S = 90  # longer than the lease of a mail


# --- a thousand at once ---

MANY = 1000
QUIET = '{"booking_confirmed": false, "new_booking": false, "booking_cancelled": false}'


@pytest.fixture(scope="module")
def idle(demos):
    """No background work except what a test starts."""
    return demos.get("after-many", ["KonfirmadoJobs Off"])


def fill(demo, number, start):
    """Many bookings at one time, each with its own professional. Returns the business, and the bookings' addresses."""
    shop = Shop(demo, services=(FREE,), professionals=("Uno",), callback=False, payments=False)
    demo.run("UPDATE kf.tenant SET mails = '%s' WHERE tenant_id = '%s'" % (QUIET, shop.tenant))
    service, uno = shop.service_id(FREE["name"]), shop.professional_id()
    demo.run("""INSERT INTO kf.professional SELECT (jsonb_populate_record(p, jsonb_build_object('professional_id', gen_random_uuid(),
            'name', 'P' || n, 'position', n))).* FROM kf.professional p, generate_series(2, %(n)d) n WHERE p.professional_id = '%(u)s';
        INSERT INTO kf.professional_service SELECT (jsonb_populate_record(x, jsonb_build_object('professional_id', p.professional_id))).*
            FROM kf.professional_service x, kf.professional p WHERE x.professional_id = '%(u)s' AND p.tenant_id = x.tenant_id
            AND p.professional_id <> '%(u)s'""" % {"n": number, "u": uno})
    demo.run("""SELECT kf.booking_add('%(t)s', gen_random_uuid(), jsonb_build_object('service', '%(s)s', 'professional', p.professional_id,
        'start', '%(at)s', 'outside_hours', true, 'customer', jsonb_build_object('name', 'Zulmaqx Mucha Gente', 'email',
        'zulmaqx.' || '%(sub)s' || p.position || '@privado.example'))) FROM kf.professional p WHERE p.tenant_id = '%(t)s'"""
             % {"t": shop.tenant, "s": service, "at": start.isoformat(), "sub": shop.sub})
    rows = demo.sql("SELECT booking_id, customer_email FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)
    assert len(rows) == number
    private(*[one["customer_email"] for one in rows])
    return shop, rows


def in_hours(demo, hours):
    return (demo.now() + datetime.timedelta(hours=hours)).replace(second=0, microsecond=0)


def sent(shop):
    """The number of settled reminders, by kind and state."""
    rows = shop.demo.sql("SELECT kind, state, count(*) AS n FROM kf.reminder WHERE tenant_id = '%s' GROUP BY 1, 2" % shop.tenant)
    return {(one["kind"], one["state"]): one["n"] for one in rows}


def unsettled(shop):
    return shop.demo.one("SELECT (SELECT count(*) FROM kf.reminder WHERE tenant_id = '%(t)s' AND state = 'due' AND due_at <= kf.now())"
                         " + (SELECT count(*) FROM kf.mail WHERE tenant_id = '%(t)s' AND state IN ('due', 'sending'))" % {"t": shop.tenant})


@pytest.fixture()
def two_servers(idle, tmp_path_factory):
    """Four processes each; none works before `start`."""
    servers = [Worker(idle, str(tmp_path_factory.mktemp("worker")), children=4) for _ in range(2)]
    yield servers
    for one in servers:
        if one.process and one.process.poll() is None:
            one.stop()


@pytest.mark.slow
def test_a_thousand_reminders_once_each(idle, two_servers, log):
    """Eight workers on two servers. One customer cancels a second before, one moves, one unsubscribes."""
    before = idle.sandbox("smtp")["mails"]
    shop, rows = fill(idle, MANY + 3, in_hours(idle, 30))
    cancelled, moved, unwanted = rows[:3]
    due = instant(idle.one("SELECT to_json(min(due_at)) FROM kf.reminder WHERE tenant_id = '%s'" % shop.tenant))
    idle.clock_at(due, late=-1)
    idle.run("SELECT kf.booking_cancel('%s', '%s', 'customer', 'x', 'policy')" % (shop.tenant, cancelled["booking_id"]))
    idle.run("SELECT kf.booking_move_by('%s', '%s', NULL, '{\"start\": \"%s\", \"outside_hours\": true, \"tell\": false}')"
             % (shop.tenant, moved["booking_id"], in_hours(idle, 72).isoformat()))
    idle.run("UPDATE kf.booking SET reminders = false WHERE booking_id = '%s'" % unwanted["booking_id"])
    idle.clock_at(due, late=1)
    began = time.monotonic()
    for one in two_servers:
        one.start()
    wait_until(lambda: unsettled(shop) == 0, 90, 0.5)
    print("%d reminders in %.1f s" % (MANY, time.monotonic() - began))
    time.sleep(1.5)
    others = idle.one("SELECT count(*) FROM kf.mail WHERE tenant_id <> '%s' AND state = 'sent'" % shop.tenant)
    assert idle.sandbox("smtp")["mails"] - before == MANY + others
    assert sent(shop)[("reminder_24h", "sent")] == MANY and sent(shop).get(("reminder_24h", "due"), 0) == 1  # the one that moved
    counts = collections.Counter()
    ids = set()
    for row in rows:
        got = idle.fetch("/mail/inbox.json?to=" + row["customer_email"])
        counts[len(got)] += 1
        ids |= {one["message_id"] for one in got}
        assert bool(got) == (row not in (cancelled, moved, unwanted))
    assert counts == {1: MANY, 0: 3} and len(ids) == MANY


@pytest.mark.slow
def test_workers_away_for_three_hours(idle, two_servers):
    """A useful reminder is sent late. A reminder of an appointment that has begun, or is about to, is not sent."""
    shops = {hours: fill(idle, 5, in_hours(idle, hours)) for hours in (24.5, 3.9, 2.9)}
    # 24.5 h: its day-before reminder was due 2.5 h ago. 3.9 h: its hour-before reminder is due later. 2.9 h: it has
    # begun.
    idle.advance(3 * 3600)
    for one in two_servers:
        one.start()
    # one sign of life each, though they share the machine
    wait_until(lambda: {"%d" % one.process.pid for one in two_servers} <= {row["key"].split("/")[-1] for row in idle.sql(
        "SELECT key FROM kf.meta WHERE key LIKE 'worker/%'")}, 20)
    for shop, _ in shops.values():
        wait_until(lambda one=shop: unsettled(one) == 0, 30)
    time.sleep(1.5)
    assert sent(shops[24.5][0]) == {("reminder_24h", "sent"): 5, ("reminder_1h", "due"): 5}
    assert sent(shops[3.9][0]) == {("reminder_1h", "sent"): 5}
    assert sent(shops[2.9][0]) == {("reminder_1h", "skipped"): 5}
    for hours, (_, rows) in shops.items():
        assert [len(letters(idle, row["customer_email"])) for row in rows] == [0 if hours == 2.9 else 1] * 5


# --- kill -9 ---


@pytest.fixture(scope="module")
def fragile(demos, injector):
    def lines(demo):
        demo.env.update(KF_CRASH_COUNT=injector.path)
        return []
    injector.off()
    return demos.get("after-crash", lines, preload="crash")


@pytest.mark.parametrize("only,how,most", [
    ("work_reminders", "b", 1), ("work_reminders", "a", 1), ("work_mails", "b", 1), ("work_mails", "a", 1),
    ("visit_mint", "a", 1), ("smtp", "b", 1), ("smtp", "a", 2), ("mail_result", "b", 2), ("mail_result", "a", 2)])
def test_killed_on_the_way(fragile, injector, log, only, how, most):
    """kill -9 before and after each step of a reminder: it arrives, and twice at most if it was sent but not yet
    recorded."""
    log.expect(*DOWN, "AH00052", TROUBLE)
    shop = Shop(fragile, services=(FREE,), callback=False, payments=False)
    fragile.run("UPDATE kf.tenant SET mails = '%s' WHERE tenant_id = '%s'" % (QUIET, shop.tenant))
    booking = book(shop, [one["start"] for one in shop.slots(FREE["name"], days=5)][-1], FREE["name"])
    injector.off()
    row = booking.row()
    begin_anew(fragile)
    fragile.clock_at(fragile.one("SELECT to_json(due_at) FROM kf.reminder WHERE booking_id = '%s' AND kind = 'reminder_24h'"
                                 % booking.id), late=-1)
    injector.arm(1, how, only)
    fragile.clock_at(instant(row["slot_start"]), late=-24 * 3600 + 1)
    wait_until(injector.hit, 15)
    begin_anew(fragile)
    fragile.advance(LEASE_S)
    query = "SELECT count(*) FROM kf.mail WHERE booking_id = '%s' AND kind = 'reminder_24h' AND state = 'sent'" % booking.id
    wait_until(lambda: fragile.one(query) == 1, 20)
    time.sleep(1.2)
    got = letters(fragile, booking.customer["email"])
    assert 1 <= len(got) <= most and len({one.id for one in got}) == 1, [one.subject for one in got]
    assert all(one.token("view") for one in got)
    assert Visitor(fragile).look(got[-1].token("view"))


# --- a mail server with a bad day ---

@pytest.fixture()
def office(demos):
    one = demos.get("after-mail")
    one.sandbox("smtp", {"mode": "ok"})
    yield one
    one.sandbox("smtp", {"mode": "ok"})


TOLD = "Hay correos que no han podido salir"


def told(owner):
    """The text of a business's mail page."""
    return owner.page(owner.base_url + "/dashboard/mails").text


@pytest.mark.parametrize("mode", ["refuse", "451", "hang", "drip"])
def test_bookings_do_not_wait_for_mails(office, log, mode):
    """No connection, temporary refusals, silence, one byte at a time: bookings continue, mails leave later, the
    dashboard reports it."""
    log.expect(TROUBLE)
    shop = Shop(office, services=(PAID, FREE))
    service_of(shop, FREE["name"], move_until_hours=0)
    owner = staff(shop)
    office.sandbox("smtp", {"mode": mode})
    began = time.monotonic()
    bookings = [book(shop, service=FREE["name"]) for _ in range(3)] + [book(shop)]
    token = mint(bookings[0], "move")
    Visitor(office).move(token, shop.take_slot(FREE["name"]))
    Visitor(office).cancel(mint(bookings[1], "cancel"))
    assert time.monotonic() - began < 12 * SLOW
    if mode in ("refuse", "451"):
        wait_until(lambda: all(one["attempts"] and one["last_error"] for one in mails(office, bookings[3].id, "booking_confirmed")), 20)
    office.advance(400)
    if mode != "drip":
        home = owner.page(office.about["base_url"] + "/dashboard")
        assert TOLD in told(owner) and "correo" in home.text and "/dashboard/mails" in home.links, home.text[:1500]
        assert mode != "451" or "451 come back later" in told(owner)
    office.sandbox("smtp", {"mode": "ok"})

    def all_sent():
        rows = [one for booking in bookings for one in mails(office, booking.id)]
        left = [one for one in rows if one["state"] in ("due", "sending")]
        if left:
            office.advance(60)
        return not left and rows
    rows = wait_until(all_sent, 60, 1.0)
    assert {one["state"] for one in rows} <= {"sent", "skipped"}
    for booking in bookings:
        kinds = [one["kind"] for one in mails(office, booking.id) if one["to_address"] == booking.customer["email"] and one["state"] == "sent"]
        wanted = "booking_cancelled" if booking is bookings[1] else "booking_confirmed"
        got = letters(office, booking.customer["email"])
        assert wanted in kinds and len(got) >= len(kinds) and len({one.id for one in got}) == len(kinds)
    assert TOLD not in told(owner)


def test_refused_for_good_is_shown_on_the_booking(office, log):
    """An invalid address: the booking says so, and the mail can be resent."""
    log.expect(TROUBLE, GIVEN_UP)
    shop = Shop(office, services=(FREE,))
    owner = staff(shop)
    office.sandbox("smtp", {"mode": "550"})
    booking = book(shop, service=FREE["name"])
    wait_until(lambda: [one for one in mails(office, booking.id, "booking_confirmed") if one["state"] == "dead"], 20)
    page = owner.page(office.about["base_url"] + "/dashboard/bookings/" + booking.id)
    assert "550 nobody of that name" in page.text
    office.sandbox("smtp", {"mode": "ok"})
    answer = owner.post("/api/bookings/%s/mails" % booking.id, json={"kind": "booking_confirmed"})
    assert answer.status_code == 202, answer.text
    letter = mail_of(booking, "booking_confirmed")
    assert letter.invitation().sequence == 0 and Visitor(office).look(letter.token("view"))
