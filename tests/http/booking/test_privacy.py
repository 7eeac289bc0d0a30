"""A professional's feed, and the erasure of a customer after everything that can happen to bookings. The customer is
then searched for in a dump of the whole database, in the calendar, in the feed and in the logs."""
import datetime
import re
import secrets
import tempfile
import urllib.parse

import pytest

import kitleaks
from kitcalendar import TROUBLE, Calendar, hour, office, ours, token_hash  # noqa: F401 (fixtures)
from kitdemo import Refused, wait_until
from kithttp import Client, private, unstored
from kitshop import FREE, Shop, person

HEX = re.compile(r"\\\\x([0-9a-f]{8,})")


@pytest.fixture()
def laura(office, log):
    log.expect(TROUBLE)  # days pass at once: her calendar is read a little later
    shop = Shop(office, professionals=("Laura", "Pedro"))
    return Calendar(shop, "Laura").wait_read()


def feed_of(laura):
    """A new URL of her feed."""
    token = secrets.token_urlsafe(32)
    unstored(token)
    laura.demo.run("SELECT kf.feed_create('%s', '%s', gen_random_uuid(), '\\x%s')"
                   % (laura.shop.tenant, laura.professional, token_hash("feed", token)))
    return "/feed/%s/calendar.ics" % token


def dump(demo):
    """Everything in the database as text, including bytes."""
    with tempfile.NamedTemporaryFile() as file:
        kitleaks.dump(demo, file.name)
        with open(file.name, encoding="utf-8", errors="replace") as handle:
            text = handle.read()
    return text + "\n" + "\n".join(bytes.fromhex(one[:len(one) // 2 * 2]).decode("utf-8", "replace") for one in HEX.findall(text))


def words_of(who):
    """All personal data: as typed, and as encoded in URLs and JSON."""
    plain = {who["name"], who["email"].split("@")[0], who["phone"][3:], who["notes"]}
    return {form.lower() for one in plain for form in (one, urllib.parse.quote(one), urllib.parse.quote_plus(one))}


def found_in(text, who):
    text = text.lower()
    return sorted(one for one in words_of(who) if one in text)


def logs(demo):
    for path in (demo.error_log, demo.access_log, demo.pg_log, demo.httpd_out):
        with open(path, encoding="utf-8", errors="replace") as handle:
            yield handle.read()


def lines_of(answer):
    assert answer.status_code == 200 and answer.content.endswith(b"\r\n")
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    return answer.content.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]


def test_a_feed(laura):
    shop, demo = laura.shop, laura.demo
    who = person()
    booking = shop.book(hour(shop), professional="Laura", customer=who)
    path, client = feed_of(laura), shop.client()
    empty = client.get(path)
    assert empty.headers["Content-Type"].startswith("text/calendar") and empty.headers["Cache-Control"] == "private, max-age=300"
    assert empty.headers["Content-Language"] == "es"
    assert "BEGIN:VEVENT" not in lines_of(empty), "nothing is paid"
    shop.pay(booking)
    booking.wait("confirmed")
    wait_until(lambda: ours(laura), 10)
    answer = client.get(path)
    lines = lines_of(answer)
    row = booking.row()
    assert lines.count("BEGIN:VEVENT") == 1
    assert len([one for one in lines if one.startswith("ORGANIZER;CN=") and ":mailto:" in one]) == 1, "RFC 5546, 3.2.1"
    assert "SUMMARY:%s · Limpieza" % who["name"] in lines and "DESCRIPTION:" + who["phone"] in lines
    assert [one for one in lines if one.startswith("UID:" + booking.id + "@")] and "SEQUENCE:0" in lines and "STATUS:CONFIRMED" in lines
    start = datetime.datetime.fromisoformat(row["slot_start"]).astimezone(datetime.timezone.utc)
    assert "DTSTART:" + start.strftime("%Y%m%dT%H%M%SZ") in lines
    assert who["email"] not in answer.text and who["notes"] not in answer.text
    # an unchanged feed is not sent again (304)
    tag = answer.headers["ETag"]
    assert tag != empty.headers["ETag"] and client.get(path).content == answer.content
    same = client.get(path, headers={"If-None-Match": tag})
    assert same.status_code == 304 and same.content == b"" and same.headers["ETag"] == tag
    head = client.request("HEAD", path)
    assert head.status_code == 200 and head.headers["ETag"] == tag and head.content == b""
    # moved: the same event with a higher SEQUENCE
    at = hour(shop, 9)
    demo.run("SELECT kf.booking_move_by('%s', '%s', NULL, '{\"start\":\"%s\"}', '2000-01-01')" % (shop.tenant, booking.id, at))
    moved = lines_of(client.get(path, headers={"If-None-Match": tag}))
    assert "SEQUENCE:1" in moved and moved.count("BEGIN:VEVENT") == 1
    assert [one for one in moved if one.startswith("UID:")] == [one for one in lines if one.startswith("UID:")]
    # on any host of ours except another business's
    assert Client(demo.about["base_url"]).get(path).status_code == 200
    other = Shop(demo, services=(FREE,))
    assert other.client().get(path).status_code == 404
    # it cannot be guessed or written to; a new one replaces it; it ends with the booking
    for wrong in ("/feed/" + "A" * 43 + "/calendar.ics", "/feed/x/calendar.ics", path.replace(".ics", ".txt")):
        assert client.get(wrong).status_code == 404
    assert client.post(path).status_code == 405
    new = feed_of(laura)
    gone = client.get(path)
    assert gone.status_code == 404 and gone.headers["Content-Type"].startswith("text/html") and "<h1" in gone.text
    demo.ctl("booking", "cancel", shop.sub, booking.id)
    assert "BEGIN:VEVENT" not in lines_of(client.get(new))
    demo.ctl("tenant", "suspend", shop.sub)
    wait_until(lambda: client.get(new).status_code == 503, 10)
    demo.ctl("tenant", "resume", shop.sub)
    for text in logs(demo):
        assert path.split("/")[2] not in text and new.split("/")[2] not in text
    with open(demo.access_log, encoding="utf-8") as handle:
        assert "GET /feed/-/calendar.ics" in handle.read()


def everything(laura, who):
    """Everything that can happen to bookings: paid, moved and over; cancelled by mail link and refunded; never paid;
    waiting list."""
    shop, demo = laura.shop, laura.demo
    taken = shop.book(hour(shop), professional="Laura", customer=who)
    shop.pay(taken)
    taken.wait("confirmed")
    demo.run("SELECT kf.booking_move_by('%s', '%s', NULL, '{\"start\":\"%s\"}', '2000-01-01')"
             % (shop.tenant, taken.id, hour(shop, 9)))
    given_up = shop.book(hour(shop, 5), professional="Laura", customer=dict(who, email=who["email"].upper()))
    shop.pay(given_up)
    given_up.wait("confirmed")
    demo.ctl("booking", "cancel", shop.sub, given_up.id, "--reason", who["name"] + " llamó: " + who["notes"])
    unpaid = shop.book(hour(shop, 7), professional="Laura", customer=who)
    demo.run("""SET kf.tenant = '%(tenant)s';
        INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at)
        SELECT '%(tenant)s', gen_random_uuid(), l.link_id, s.service_id, kf.now()::date + 3, '%(name)s', '%(email)s', 'es',
               'America/Bogota', kf.now() FROM kf.booking_link l, kf.service s
        WHERE l.tenant_id = '%(tenant)s' AND s.tenant_id = l.tenant_id LIMIT 1;
        SELECT kf.bookings_export_start('%(tenant)s', '{"search":"%(name)s"}'); RESET kf.tenant"""
             % dict(who, tenant=shop.tenant))
    wait_until(lambda: len(ours(laura)) == 1, 20)
    wait_until(lambda: (shop.ledger()["refund_due"], shop.ledger()["refunded"]) == (0, 3000000), 20)
    wait_until(lambda: demo.one("SELECT count(*) FROM kf.mail WHERE lower(to_address) = lower('%s') AND state = 'sent'"
                                % who["email"]) >= 2, 30)
    return taken, given_up, unpaid


def test_a_customer_is_forgotten(laura):
    shop, demo = laura.shop, laura.demo
    who, other = person(), person()
    bookings = everything(laura, who)
    stays = shop.book(hour(shop, 11), professional="Pedro", customer=other)
    shop.pay(stays)
    stays.wait("confirmed")
    feed = feed_of(laura)
    assert found_in(shop.client().get(feed).text, who)
    with pytest.raises(Refused, match="has a future booking"):
        demo.ctl("customer", "erase", shop.sub, who["email"], "--yes")
    demo.clock_at(bookings[0].row()["slot_end"], 3600)
    bookings[2].wait("expired", seconds=30)
    shop.settled()
    told = demo.ctl("customer", "export", shop.sub, who["email"])
    assert {one["id"] for one in told["bookings"]} == {one.id for one in bookings}
    assert told["waiting"] and told["messages"] and told["provider_events"] and len(told["mails"]) >= 2
    before, sums = dump(demo), (shop.ledger(), demo.one("SELECT kf.figures_read('%s', '{\"days\":90}')::text" % shop.tenant))
    assert found_in(before, who) and len(found_in(before, who)) >= 4

    done = demo.ctl("customer", "erase", shop.sub, who["email"], "--yes")
    assert done["bookings"] == 3 and done["waiting"] == 1 and done["events_left"] == 0
    assert found_in(dump(demo), who) == []
    assert (shop.ledger(), demo.one("SELECT kf.figures_read('%s', '{\"days\":90}')::text" % shop.tenant)) == sums
    assert stays.row()["customer_name"] == other["name"] and found_in(dump(demo), other) == found_in(before, other)
    wait_until(lambda: not ours(laura), 20)
    assert found_in(shop.client().get(feed).text, who) == []
    for booking in bookings:
        assert shop.client().get("/api/bookings/%s/status" % booking.id,
                                 headers={"Authorization": "Bearer " + booking.token}).status_code in (403, 404)
    # the provider repeats its event, and a message is resent
    for one in bookings[0].payments():
        shop.event(one["provider_tx_id"])
    demo.run("UPDATE kf.outbox SET state = 'due', attempts = 0, next_attempt_at = kf.now() WHERE booking_id = '%s'" % bookings[0].id)
    wait_until(lambda: demo.one("SELECT count(*) FROM kf.outbox WHERE booking_id = '%s' AND state <> 'done'" % bookings[0].id) == 0, 30)
    shop.settled()
    assert found_in(dump(demo), who) == []
    assert demo.ctl("customer", "export", shop.sub, who["email"])["bookings"] == []
    for text in logs(demo):
        assert found_in(text, who) == [] and found_in(text, other) == []


def test_answers_kept_for_repeats(laura):
    """They are sealed, so a dump reveals nothing. But they are not given again either."""
    shop, demo = laura.shop, laura.demo
    asked = []
    for customer in (person(), person()):
        hold = shop.hold(professional="Pedro")
        asked.append((customer, shop.booking_body(hold, customer), {"Idempotency-Key": secrets.token_hex(16)}))
        answer = shop.client().post("/api/bookings", json=asked[-1][1], headers=asked[-1][2])
        assert answer.status_code == 201
        asked[-1] += (answer.json(),)
        demo.ctl("booking", "cancel", shop.sub, answer.json()["id"])
    demo.ctl("customer", "erase", shop.sub, asked[0][0]["email"], "--yes")
    refused, given = (shop.client().post("/api/bookings", json=body, headers=key) for _, body, key, _ in asked)
    assert refused.status_code == 409 and refused.json()["code"] == "conflict" and "erased" in refused.json()["detail"]
    assert given.status_code == 201 and given.json() == asked[1][3]
    assert demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 2


def test_customers_of_long_ago(laura):
    """The background work erases the customers of businesses that want it, and all former slots."""
    shop, demo = laura.shop, laura.demo
    keeps = Shop(demo, services=(FREE,))
    who, known = person(), person()
    booking = shop.book(professional="Pedro", customer=who)
    shop.pay(booking)
    booking.wait("confirmed")
    kept = keeps.book(service=FREE["name"], customer=known)
    keeps.hold(service=FREE["name"])
    times = "SELECT string_agg(state, ' ') FROM kf.claim WHERE tenant_id IN ('%s', '%s')" % (shop.tenant, keeps.tenant)
    demo.run("UPDATE kf.tenant SET retention_days = 30 WHERE tenant_id = '%s'" % shop.tenant)
    end = datetime.datetime.fromisoformat(max(booking.row()["slot_end"], kept.row()["slot_end"]))
    demo.clock_at(end + datetime.timedelta(days=29))
    booking.wait("completed", "confirmed")
    wait_until(lambda: demo.one(times) == "ended ended", 30)
    assert found_in(dump(demo), who) and booking.row()["erased_at"] is None
    demo.clock_at(end + datetime.timedelta(days=30), 1)
    wait_until(lambda: booking.row()["erased_at"], 30)
    wait_until(lambda: demo.one(times) is None, 30)
    assert found_in(dump(demo), who) == [] and kept.row()["customer_name"] == known["name"]
    demo.ctl("callbacks", "list", shop.sub)
    private(*who.values())
