"""From "confirmed" to the appointment: the customer's actions by mail links, and their results."""
import contextlib
import datetime
import hashlib
import json
import os
import re
import time
import zoneinfo

import pytest

from kitafter import Diary, Ics, Visitor, book, email_of, letters, local, mail_of, mails, mint, no_more_mails, service_of
from kitclaims import OVERLAPS, without_guard
from kitdemo import SLOW, UTC, instant, wait_until
from kithttp import private, volley, wire
from kitmail import HOSTILE, ODD, b64url
from kitshop import FREE, PAID, Booking, Shop, person
from kitzones import BEGIN, changes

TIERS = [{"hours": 48, "percent": 100}, {"hours": 24, "percent": 50}, {"hours": 0, "percent": 25}]
MADRID = "Europe/Madrid"
DECK = dict(PAID, price=99999.33, charge="percent:25")  # 24,999.83: odd parts


@pytest.fixture(scope="module")
def office(demos):
    """An installation with a clock of its own."""
    return demos.get("after")


@pytest.fixture()
def shop(office):
    shop = Shop(office, services=(PAID, FREE), professionals=("Laura",))
    service_of(shop, PAID["name"], cancel_tiers=json.dumps(TIERS), move_until_hours=0, move_most=3,
               place="Calle 93 # 14-20, Bogotá; piso 2", instructions="Trae tu cédula, por favor.\nLlega 10 minutos antes.")
    return shop


def at_home(letter, moment, zone):
    """The mail states the time of that zone's clock."""
    there = local(moment, zone)
    word = "%d:%02d" % ((there.hour - 1) % 12 + 1, there.minute)
    for text in (letter.text, letter.html, letter.subject):
        assert word in text, (word, text[:600])


# --- the whole story ---

def test_the_story(shop, office):
    """The whole story of a customer in Madrid and a professional in Bogotá."""
    told = "laura.%s@privado.example" % shop.sub
    email_of(shop, "Laura", told)
    visitor, mine, hers = Visitor(office), Diary(), Diary()
    starts = [one for one in (shop.take_slot() for _ in range(300))
              if instant(one) > office.now() + datetime.timedelta(days=8)][:40]
    booking = book(shop, starts[0], zone=MADRID)

    # booked: an invitation, the page, the file
    confirmed = mail_of(booking, "booking_confirmed")
    at_home(confirmed, starts[0], MADRID)
    first = confirmed.invitation()
    assert (first.method, first.sequence, first.start) == ("REQUEST", 0, instant(starts[0]))
    assert first.location == "Calle 93 # 14-20, Bogotá; piso 2"
    mine.take(first)
    new = mail_of(booking, "new_booking", to=told)
    hers.take(new.invitation())
    assert "Bogot" in confirmed.text and booking.customer["name"] in new.text
    view = confirmed.token("view")
    page = visitor.look(view)
    assert PAID["name"] in page.text and "Laura" in page.text and "Trae tu cédula, por favor." in page.text
    for name in "calendar.google.com", "outlook.live.com":
        (link,) = [one for one in page.links if one.startswith("https://" + name)]
        assert view not in link and instant(starts[0]).strftime("%Y%m%d") in link.replace("-", "")
    assert "Trae tu cédula, por favor." in first.description and str(first.event["URL"]).endswith("/booking/" + view)
    assert not confirmed.header("List-Unsubscribe"), "what was booked is told, wanted or not"
    file = visitor.ics(view)
    assert (file.event["ORGANIZER"], file.event["URL"]) == (first.event["ORGANIZER"], first.event["URL"])
    assert (file.uid, file.start, file.end, file.method) == (first.uid, first.start, first.end, "PUBLISH")

    # moved: both are told, and each has one event
    other = starts[27]
    offered = visitor.times(confirmed.token("move"), local(other, MADRID).date())
    assert instant(other) in [instant(one) for one in offered], offered[:3]
    view = visitor.move(confirmed.token("move"), other)
    moved, tell = mail_of(booking, "booking_moved"), mail_of(booking, "moved_booking", to=told)
    for moment in starts[0], other:
        at_home_text = local(moment, MADRID)
        assert "%d:%02d" % ((at_home_text.hour - 1) % 12 + 1, at_home_text.minute) in moved.text
    second = moved.invitation()
    assert (second.method, second.uid, second.sequence, second.start) == ("REQUEST", first.uid, 1, instant(other))
    mine.take(second)
    hers.take(tell.invitation())
    for diary in mine, hers:
        (event,) = diary.events.values()
        assert event.start == instant(other) and event.sequence == 1
    assert visitor.ics(view).start == instant(other)
    assert instant(booking.row()["slot_start"]) == instant(other)

    # reminders a day and an hour before: once each
    no_more_mails(office, shop.tenant)
    for kind, before in ("reminder_24h", 24), ("reminder_1h", 1):
        due = instant(other) - datetime.timedelta(hours=before)
        office.clock_at(due, late=-30)
        quiet(office)
        assert mails(office, booking.id, kind) == []
        office.clock_at(due, late=1)
        letter = mail_of(booking, kind)
        at_home(letter, other, MADRID)
        assert letter.token("view") and letter.token("reminders")
        assert letter.header("List-Unsubscribe") == "<%s/booking/%s/reminders>" % (office.about["base_url"],
                                                                                  letter.token("reminders"))
        assert letter.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    quiet(office)
    rows = office.sql("SELECT kind, state, starts_at FROM kf.reminder WHERE booking_id = '%s' AND state <> 'dropped'" % booking.id)
    assert sorted((one["kind"], one["state"], instant(one["starts_at"])) for one in rows) == [
        (kind, "sent", instant(other)) for kind in ("reminder_1h", "reminder_24h")]

    # cancelled inside a tier: the refund is the displayed one
    shown, page = visitor.shown_back(moved.token("cancel"))
    assert shown == 30000 * 100 * 25 // 100 and "7.500" in page.text
    visitor.cancel(moved.token("cancel"), "Me enfermé.")
    made = wait_until(lambda: refunded(shop), 30)
    assert sum(made) == shown
    over = mail_of(booking, "booking_cancelled")
    assert "7.500" in over.text
    mine.take(over.invitation())
    hers.take(mail_of(booking, "cancelled_booking", to=told).invitation())
    assert mine.events == {} and hers.events == {}
    back = mail_of(booking, "refund_done")
    assert "7.500" in back.text
    assert [one.id for one in letters(office, booking.customer["email"])] == [
        one.id for one in (confirmed, moved, *[mail_of(booking, kind) for kind in ("reminder_24h", "reminder_1h")], over, back)]

    # the merchant's system: one message per action, in order
    heard = wait_until(lambda: len(shop.inbox()) >= 5 and shop.inbox(), 30)
    body = [one["body"] for one in heard]
    assert [one["evento"] for one in body] == ["booking.paid", "booking.rescheduled", "booking.cancelled", "payment.refund_due",
                                               "refund.succeeded"]
    assert [one["version"] for one in body] == sorted({one["version"] for one in body})
    assert instant(body[1]["cita_anterior"]["inicio"]) == instant(starts[0]) and instant(body[1]["cita"]["inicio"]) == instant(other)
    assert all(one["standard_webhooks"] and one["firma_hmac"] for one in heard)
    (money,) = [shop.ledger()]
    assert (money["approved"], money["refunded"], money["applied"], money["refund_due"]) == (3000000, 750000, 2250000, 0)


def quiet(demo, seconds=2.5):
    """Long enough for each kind of background work to have run twice."""
    time.sleep(seconds)
    no_more = "SELECT count(*) FROM kf.mail WHERE state IN ('due', 'sending') AND next_attempt_at <= kf.now()"
    wait_until(lambda: demo.one(no_more) == 0, 20)


def refunded(shop):
    """Amounts that the provider refunded, over all transactions of a business."""
    rows = shop.demo.sandbox("transactions?public_key=" + shop.wompi["public_key"])
    rows = rows["transactions"] if isinstance(rows, dict) else rows
    return [one["sandbox"]["refunded"] + one["sandbox"]["voided"] for one in rows
            if one["sandbox"]["refunded"] + one["sandbox"]["voided"]]


# --- links ---

STATE = """SELECT md5(string_agg(x, '' ORDER BY x)) FROM (
    SELECT b::text AS x FROM kf.booking b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.visit_token b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.claim b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.booking_history b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.reminder b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.mail b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.outbox b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.payment b WHERE b.tenant_id = '%(t)s'
    UNION ALL SELECT b::text FROM kf.waiting b WHERE b.tenant_id = '%(t)s') q"""


@pytest.mark.plain
def test_looking_changes_nothing(shop, office, log):
    """Mail programs follow every link, again and again."""
    log.expect("AH10159", "AH00484")
    booking = book(shop)
    letter = mail_of(booking, "booking_confirmed")
    tokens = {act: letter.token(act) for act in ("view", "move", "cancel")}
    tokens["reminders"] = mint(booking, "reminders")
    wait_until(lambda: booking.messages()[0]["state"] == "done")
    booking.wait("confirmed")
    no_more_mails(office, shop.tenant)
    paths = [Visitor(office).path(token, act) for act, token in tokens.items()]
    paths += [paths[0] + "/calendar.ics", paths[0] + "/receipt", paths[1] + "?start=" + shop.take_slot().replace("+", "%2B")]
    before = office.one(STATE % {"t": shop.tenant})
    host = office.about["base_url"].split("//")[1]
    for path in paths:
        answers = volley(office.port, [wire(method, path, host) for method in ("GET", "HEAD") for _ in range(100)])
        assert {one.status for one in answers} == {200}, (path, {one.status for one in answers})
        assert {one.headers["referrer-policy"] for one in answers} == {"no-referrer"}
        assert all("set-cookie" not in one.headers for one in answers)
    assert office.one(STATE % {"t": shop.tenant}) == before


def refused(answer):
    """A page for people: its purpose, how to reach the business, where to book."""
    assert answer.status_code in (403, 404, 409, 410), "%d %s" % (answer.status_code, answer.text[:500])
    assert "<h1" in answer.text and "KF4" not in answer.text and "SQLSTATE" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_is_good_for_its_act_alone(shop, office):
    booking = book(shop)
    visitor = Visitor(office)
    letter = mail_of(booking, "booking_confirmed")
    tokens = {act: letter.token(act) for act in ("view", "move", "cancel")}
    new = shop.take_slot()
    for act, path in (("view", "move"), ("view", "cancel"), ("cancel", "move"), ("move", "cancel"), ("move", "view"), ("cancel", "view")):
        refused(visitor.get(visitor.path(tokens[act], path)))
        if path != "view":
            refused(visitor.post(visitor.path(tokens[act], path), data={"start": new, "expected_cents": "3000000"}))
    refused(visitor.get(visitor.path(tokens["move"][:-1] + ("A" if tokens["move"][-1] != "A" else "B"), "move")))
    assert booking.status() in ("paid", "confirmed") and booking.row()["sequence"] == 0
    # once
    visitor.move(tokens["move"], new)
    sequence, moved = booking.row()["sequence"], mail_of(booking, "booking_moved")
    refused(visitor.get(visitor.path(tokens["move"], "move")))
    refused(visitor.post_move(tokens["move"], shop.take_slot()))
    assert booking.row()["sequence"] == sequence == 1
    visitor.cancel(tokens["cancel"])
    refused(visitor.get(visitor.path(tokens["cancel"], "cancel")))
    refused(visitor.post(visitor.path(tokens["cancel"], "cancel"), data={"expected_cents": "0"}))
    refused(visitor.get(visitor.path(moved.token("move"), "move")))
    # and the page displays the state
    page = visitor.look(tokens["view"])
    assert "cancel" in page.text.lower() and not [one for one in page.forms if one.action.endswith("/act")]


def test_a_link_ends_with_its_booking(shop, office):
    booking = book(shop)
    visitor = Visitor(office)
    letter = mail_of(booking, "booking_confirmed")
    row = booking.row()
    office.clock_at(row["slot_start"], late=1)
    for act in "move", "cancel":
        refused(visitor.get(visitor.path(letter.token(act), act)))
    visitor.look(letter.token("view"))
    office.clock_at(instant(row["slot_end"]) + datetime.timedelta(days=30), late=1)
    refused(visitor.get(visitor.path(letter.token("view"))))


# --- the edge of a tier ---

@contextlib.contextmanager
def frozen(demo, moment):
    """Freezes all clocks at a moment."""
    running = demo.run("SELECT pg_get_functiondef('kf.now'::regproc)")
    demo.run("CREATE OR REPLACE FUNCTION kf.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$SELECT '%s'::timestamptz$$"
             % moment.isoformat())
    try:
        yield
    finally:
        demo.run(running)
        demo.clock_at(moment, late=0)


@pytest.mark.parametrize("hours,late,percent", [
    (48, -1, 100), (48, 0, 100), (48, 1, 50), (24, -1, 50), (24, 0, 50), (24, 1, 25), (0, -1, 25)])
def test_the_edge_of_a_tier(office, hours, late, percent):
    """The displayed, the posted and the refunded amount are the same, a second before, at and after the hour."""
    shop = Shop(office, services=(DECK,), professionals=("Laura",))
    service_of(shop, DECK["name"], cancel_tiers=json.dumps(TIERS))
    starts = [one["start"] for one in shop.slots(days=20) if instant(one["start"]) > office.now() + datetime.timedelta(days=3)]
    booking = book(shop, starts[0])
    token, visitor = mint(booking, "cancel"), Visitor(office)
    booking.wait("confirmed")
    paid = booking.payments()[0]["approved_cents"]
    moment = instant(starts[0]) - datetime.timedelta(hours=hours) + datetime.timedelta(seconds=late)
    with frozen(office, moment):
        shown, page = visitor.shown_back(token)
        assert shown == (paid * percent + 50) // 100, (shown, paid)
        visitor.cancel(token)
        (row,) = office.sql("SELECT r.amount_cents, r.reason, p.approved_cents, p.returning_cents, p.state FROM kf.refund r"
                           " JOIN kf.payment p USING (tenant_id, payment_id) WHERE r.tenant_id = '%s'" % shop.tenant)
    assert row["amount_cents"] == shown
    assert wait_until(lambda: refunded(shop), 30) == [shown]
    wait_until(lambda: shop.ledger()["refunded"] == shown, 20)
    money = shop.ledger()
    assert money["approved"] == paid and money["applied"] == paid - shown and money["refund_due"] == 0


def test_over_the_edge_between_looking_and_posting(office):
    """The displayed amount is outdated: nothing happens, and the page shows the current one."""
    shop = Shop(office, services=(DECK,), professionals=("Laura",))
    service_of(shop, DECK["name"], cancel_tiers=json.dumps(TIERS))
    booking = book(shop, [one["start"] for one in shop.slots(days=20)
                          if instant(one["start"]) > office.now() + datetime.timedelta(days=3)][0])
    token, visitor = mint(booking, "cancel"), Visitor(office)
    booking.wait("confirmed")
    edge = instant(booking.row()["slot_start"]) - datetime.timedelta(hours=48)
    with frozen(office, edge):
        shown, page = visitor.shown_back(token)
    with frozen(office, edge + datetime.timedelta(seconds=1)):
        answer = visitor.submit(page.form("/cancel"))
        assert answer.status_code in (409, 412, 422), answer.status_code
        assert booking.status() == "confirmed" and refunded(shop) == []
        now, page = visitor.shown_back(token)
        assert now == (booking.payments()[0]["approved_cents"] * 50 + 50) // 100 < shown
        # every other amount is refused too
        for cents in (shown, now + 1, now - 1, -1, "", "x", "1e6"):
            assert visitor.post(visitor.path(token, "cancel"), data={"expected_cents": cents}).status_code in (409, 412, 422), cents
        assert booking.status() == "confirmed"
        visitor.cancel(token)
    assert wait_until(lambda: refunded(shop), 30) == [now]


def test_a_changed_policy_changes_no_booking(shop, office):
    booking = book(shop)
    token, visitor = mint(booking, "cancel"), Visitor(office)
    before, _ = visitor.shown_back(token)
    service_of(shop, PAID["name"], cancel_tiers="[]", deposit_rule="kept", move_most=0)
    assert visitor.shown_back(token)[0] == before > 0
    assert visitor.times(mint(booking, "move"))
    later = book(shop)
    assert visitor.shown_back(mint(later, "cancel"))[0] == 0


# --- names that want to be headers ---

def test_no_name_becomes_a_header_or_a_line(shop, office):
    """Thirty payloads in the customer's name: refused with the field's name, or plain text in the mail and in the
    event."""
    payloads = HOSTILE + ODD
    assert len(payloads) == 30
    plain = mail_of(book(shop, service=FREE["name"]), "booking_confirmed").invitation()
    known, booked = set(plain.event), []
    for name in payloads:
        hold, customer = shop.hold(service=FREE["name"]), person(notes=name if "\r" not in name else "x")
        customer["name"] = name
        answer = shop.client().post("/api/bookings", json=shop.booking_body(hold, customer))
        if answer.status_code == 422:
            assert any(one["field"].startswith("customer.") for one in answer.json()["errors"]), answer.text
            continue
        assert answer.status_code == 201 and not re.search(r"[\x00-\x1f\x7f-\x9f]", name), (name, answer.text)
        booked.append((name, Booking(shop, answer.json(), hold, customer)))
    assert len(booked) >= 10 and len(payloads) - len(booked) >= 8, len(booked)
    for name, booking in booked:
        letter = mail_of(booking, "booking_confirmed")
        headers = [one.lower() for one, _ in letter.got["headers"]]
        assert letter.got["rcpt"] == [booking.customer["email"]] and letter.got["defects"] == [], name
        assert headers.count("to") == headers.count("subject") == headers.count("from") == 1 and "bcc" not in headers, name
        assert "<script" not in letter.html, name
        event = letter.invitation()
        assert set(event.event) <= known and len(event.calendar.subcomponents) == 1, (name, event.data)
        assert str(event.event["ATTENDEE"]) == "mailto:" + booking.customer["email"]
        assert not [one for one in event.lines if one.upper().startswith((b"BCC", b"X-"))], event.data


# --- many customers, one time ---

CROWD = 64


def crowd(demo, name="Laura"):
    """Customers with one booking each, and the slot that they all want."""
    shop = Shop(demo, services=(dict(FREE, horizon=60),), professionals=(name,), callback=False, payments=False)
    service_of(shop, FREE["name"], move_until_hours=0)
    starts = [one["start"] for one in shop.slots(FREE["name"], days=20) if instant(one["start"]).minute == 0][2:]
    wanted, starts = starts[0], starts[1:CROWD + 1]
    values = ",".join("('%s', %d)" % (one, n) for n, one in enumerate(starts))
    demo.run("""SELECT kf.booking_add('%(t)s', gen_random_uuid(), jsonb_build_object('service', '%(s)s', 'professional', '%(p)s',
        'start', x.start, 'customer', jsonb_build_object('name', 'Zulmaqx Gentío', 'email', 'zulmaqx.gentio' || x.n || '@privado.example')))
        FROM (VALUES %(v)s) x(start, n)""" % {"t": shop.tenant, "s": shop.service_id(FREE["name"]), "p": shop.professional_id(name), "v": values})
    tokens = {}
    for row in demo.sql("SELECT booking_id FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant):
        tokens[row["booking_id"]] = b64url(os.urandom(32))
    private(*tokens.values())
    demo.run("SELECT kf.visit_mint('%s', x.b::uuid, 'move', decode(x.h, 'hex'), NULL) FROM (VALUES %s) x(b, h)" % (
        shop.tenant, ",".join("('%s', '%s')" % (booking, hashlib.sha256(("kf:visit:" + token).encode()).hexdigest())
                              for booking, token in tokens.items())))
    return shop, wanted, tokens


def rush(shop, wanted, tokens):
    host = shop.demo.about["base_url"].split("//")[1]
    body = b"start=" + wanted.replace(":", "%3A").replace("+", "%2B").encode()
    return volley(shop.demo.port, [wire("POST", "/booking/%s/move" % token, host, body,
                                        {"Content-Type": "application/x-www-form-urlencoded"}) for token in tokens.values()])


AT = """SELECT count(*) FROM kf.booking b JOIN kf.claim c ON c.tenant_id = b.tenant_id AND c.claim_id = b.claim_id
    WHERE b.tenant_id = '%s' AND b.slot_start = '%s' AND c.state = 'booked' AND c.slot_start = b.slot_start"""


@pytest.mark.plain
def test_one_of_many_gets_the_time(office, log):
    log.expect("AH10159", "AH00484")
    for _ in range(2):
        shop, wanted, tokens = crowd(office)
        before = {one["booking_id"]: one for one in office.sql("SELECT booking_id, slot_start, version, claim_id FROM kf.booking"
                                                               " WHERE tenant_id = '%s'" % shop.tenant)}
        answers = rush(shop, wanted, tokens)
        won = [booking for booking, answer in zip(tokens, answers) if answer.status == 303]
        assert len(won) == 1, sorted(one.status for one in answers)
        private(answers[list(tokens).index(won[0])].headers["location"].split("/booking/")[1][:43])
        for booking, answer in zip(tokens, answers):
            assert booking in won or answer.status == 409, answer.raw[:300]
            assert answer.complete() and answer.seconds < 8 * SLOW
        assert office.one(AT % (shop.tenant, wanted)) == 1 and office.one(OVERLAPS % shop.tenant) == 0
        for row in office.sql("SELECT booking_id, slot_start, version, claim_id FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant):
            assert (row["booking_id"] in won) == (row != before[row["booking_id"]])
        assert office.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s' AND state = 'booked'" % shop.tenant) == CROWD
        # the losers choose again, with the same link
        loser = next(one for one in tokens if one not in won)
        Visitor(office).move(tokens[loser], shop.take_slot(FREE["name"]))


@pytest.mark.plain
def test_without_the_guard_many_get_it(demos, log):
    """The negative control: without the constraint this race must have two winners."""
    log.expect("AH10159", "AH00484")
    naked = demos.get("after-naked")
    without_guard(naked)
    lost = 0
    for _ in range(10):
        shop, wanted, tokens = crowd(naked)
        answers = rush(shop, wanted, tokens)
        for one in answers:
            if one.status == 303:
                private(one.headers["location"].split("/booking/")[1][:43])
        lost += sum(one.status == 303 for one in answers) > 1
        if lost:
            break
    demos.stop("after-naked")
    assert lost, "10 rounds without the guard and nobody was moved onto another: this race proves nothing"


# --- instants, whatever the clocks ---

ZONES = ("America/New_York", "Europe/London", "Australia/Sydney", "Asia/Kathmandu", "Africa/Casablanca")
VISIT = {"name": "Revisión; control, y \\ más", "price": 0, "duration": 45, "step": 15, "horizon": 730}
PLACE = "Avenida de la Ñandú 😀; torre B, piso 3 \\ al fondo, junto a la estación de ferrocarril más antigua de la ciudad"


@pytest.fixture()
def early(office):
    """All changes of 2026 and 2027 lie ahead."""
    office.clock_at(BEGIN)
    return office


@pytest.mark.parametrize("zone", ZONES)
def test_invitations_over_changes_of_the_clock(early, zone):
    """09:00 at the professional's, on both sides of each clock change: the same instant in every program."""
    there = zoneinfo.ZoneInfo(zone)
    other = ZONES[(ZONES.index(zone) + 2) % len(ZONES)]
    shop = Shop(early, zone=zone, services=[VISIT], professionals=("Ana; \"la\" Doctora, PhD",), callback=False, payments=False)
    service_of(shop, VISIT["name"], place=PLACE)
    told = "doctora.%s@privado.example" % shop.sub
    email_of(shop, "Ana; \"la\" Doctora, PhD", told)
    days = set()
    for change in changes(there)[:2] or [datetime.datetime(2026, 3, 29, 1, tzinfo=UTC), datetime.datetime(2026, 10, 25, 1, tzinfo=UTC)]:
        day = change.astimezone(there).date()
        days |= {day - datetime.timedelta(days=1), day, day + datetime.timedelta(days=1)}
    for day in sorted(days):
        start = datetime.datetime.combine(day, datetime.time(9), there)
        booking = book(shop, start.astimezone(UTC).isoformat(), VISIT["name"], zone=other)
        for letter in mail_of(booking, "booking_confirmed"), mail_of(booking, "new_booking", to=told):
            ics = letter.invitation()
            assert ics.start.astimezone(UTC) == start.astimezone(UTC) and (ics.end - ics.start) == datetime.timedelta(minutes=45)
            assert ics.start.astimezone(there).time() == datetime.time(9)
            assert ics.summary.startswith(VISIT["name"]) and ics.location == PLACE
            assert any(line.startswith(b" ") for line in ics.lines), "nothing was folded"
            assert b"\\;" in ics.data and b"\\," in ics.data and b"\\\\" in ics.data
        file = Visitor(early).ics(mail_of(booking, "booking_confirmed").token("view"))
        assert file.start.astimezone(UTC) == start.astimezone(UTC) and isinstance(file, Ics)
