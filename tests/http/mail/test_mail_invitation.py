"""Invitations as mail programs receive them: MIME parts, calendar content and threads."""
import datetime
import email
import email.policy
import json
import uuid
import zoneinfo

import pytest

from kitchannel import calendars, channel, demo, read_both, server, to_own  # noqa: F401 (fixtures)
from kitdemo import instant, wait_until
from kithttp import private
from kitmail import quoted


def test_invitation(channel, server):
    """multipart/mixed with multipart/alternative, whose last part is the calendar, and the same bytes as an
    attachment."""
    channel.own(server)
    booking, _ = channel.booked()
    channel.until(booking, "sent", 1)
    (got,) = to_own(server, booking)
    message = email.message_from_string(got["raw"], policy=email.policy.default)
    assert message.get_content_type() == "multipart/mixed"
    alternatives, attached = message.iter_parts()
    assert alternatives.get_content_type() == "multipart/alternative" and alternatives["Content-Disposition"] is None
    assert [one.get_content_type() for one in alternatives.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternatives.iter_parts())[-1]
    assert calendar.get_param("method") == "REQUEST" and calendar.get_param("charset") == "utf-8"
    assert calendar["Content-Transfer-Encoding"] == "base64" and calendar["Content-Disposition"] is None
    assert attached.get_content_type() == "application/ics" and attached.get_param("name") == "invite.ics"
    assert attached.get_filename() == "invite.ics" and attached.get_content_disposition() == "attachment"
    data = calendar.get_payload(decode=True)
    assert data == attached.get_payload(decode=True) and all(len(line) <= 998 for line in got["raw"].splitlines())
    assert all(len(line) <= 75 for line in data.split(b"\r\n")) and b"\n" not in data.replace(b"\r\n", b"")
    whole, event = read_both(data)
    assert str(whole["METHOD"]) == "REQUEST" and str(event["STATUS"]) == "CONFIRMED" and int(event["SEQUENCE"]) == 0
    row = booking.row()
    assert event["DTSTART"].dt == instant(row["slot_start"]) and event["DTEND"].dt == instant(row["slot_end"])
    assert str(event["UID"]).startswith(booking.id + "@") and str(event["ORGANIZER"]) == "mailto:citas@clinica.example"
    assert str(event["ATTENDEE"]) == "mailto:" + booking.customer["email"] and event["ATTENDEE"].params["CN"] == booking.customer["name"]
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


def test_cancelled_in_the_same_thread(channel, server):
    channel.own(server)
    booking, _ = channel.booked()
    channel.until(booking, "sent", 1)
    channel.demo.ctl("booking", "cancel", channel.shop.sub, booking.id)
    wait_until(lambda: len(to_own(server, booking)) == 2, 20)
    first, second = to_own(server, booking)
    headers = dict(second["headers"])
    assert headers["In-Reply-To"] == headers["References"] == first["message_id"] != second["message_id"]
    part, data = calendars(second)["text/calendar"]
    assert "method=\"CANCEL\"" in part["type"] or "method=CANCEL" in part["type"]
    whole, event = read_both(data)
    _, before = read_both(calendars(first)["text/calendar"][1])
    assert str(whole["METHOD"]) == "CANCEL" and str(event["STATUS"]) == "CANCELLED" and int(event["SEQUENCE"]) == 1
    for name in ("UID", "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE"):
        assert event[name].to_ical() == before[name].to_ical(), name
    assert not event.walk("VALARM")


def test_sent_again_has_another_name(channel, server):
    channel.own(server)
    booking, _ = channel.booked()
    channel.until(booking, "sent", 1)
    channel.demo.run("SELECT kf.booking_mail_again('%s', '%s', 'booking_confirmed')" % (channel.tenant, booking.id))
    wait_until(lambda: len(to_own(server, booking)) == 2, 20)
    first, second = to_own(server, booking)
    assert first["message_id"] != second["message_id"] and dict(second["headers"])["References"] == first["message_id"]
    assert calendars(first)["text/calendar"][1].split(b"UID:")[1][:36] == calendars(second)["text/calendar"][1].split(b"UID:")[1][:36]


# The last days of DST and of standard time, an hour before, at and after the change (UTC), in 2026 and 2027.
CHANGES = {"America/New_York": ("2026-11-01T06:00", "2027-03-14T07:00"), "Europe/London": ("2026-10-25T01:00", "2027-03-28T01:00"),
           "Australia/Sydney": ("2027-04-03T16:00", "2026-10-03T16:00"), "Asia/Kathmandu": ("2026-11-01T06:15", "2027-03-14T07:15"),
           "Africa/Casablanca": ("2027-02-07T02:00", "2027-03-14T02:00")}


@pytest.mark.parametrize("zone", CHANGES)
def test_instants_over_the_change_of_the_clock(channel, server, zone):
    """An appointment is the same instant in every program, and its wall time is the one in the mail."""
    channel.own(server)
    booking, _ = channel.booked()
    channel.until(booking, "sent", 1)
    there = zoneinfo.ZoneInfo(zone)
    (facts,) = channel.demo.sql("SELECT facts FROM kf.mail WHERE booking_id = '%s' AND kind = 'booking_confirmed'" % booking.id)
    seen = []
    for change in CHANGES[zone]:
        for minutes in (-60, -30, 0, 30, 60):
            start = datetime.datetime.fromisoformat(change + "+00:00") + datetime.timedelta(minutes=minutes)
            end = start + datetime.timedelta(minutes=30)
            to = "zulmaqx-%s@privado.example" % uuid.uuid4().hex[:12]
            private(to)
            told = dict(facts["facts"], utc_start=start.strftime("%Y-%m-%dT%H:%M:%SZ"), utc_end=end.strftime("%Y-%m-%dT%H:%M:%SZ"),
                        start=start.astimezone(there).isoformat(), end=end.astimezone(there).isoformat(), customer_zone=zone)
            channel.demo.run("INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, next_attempt_at,"
                             " created_at, booking_id) VALUES ('%s', '%s', 'booking_confirmed', '%s', 'Zulmaqx', 'es', %s, kf.now(),"
                             " kf.now(), '%s')" % (channel.tenant, uuid.uuid4(), to, quoted(json.dumps(told)), booking.id))
            seen.append((to, start, end))
    for to, start, end in seen:
        (got,) = wait_until(lambda one=to: [mail for mail in server.mails() if one in mail["rcpt"]], 30)
        _, event = read_both(calendars(got)["text/calendar"][1])
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (start, end), (zone, start)
        assert event["DTSTART"].dt.utcoffset() == datetime.timedelta(0)
        wall = event["DTSTART"].dt.astimezone(there)
        hour = "%d:%02d" % (wall.hour % 12 or 12, wall.minute)
        assert hour in got["text"], (zone, start, hour, got["text"][:600])
