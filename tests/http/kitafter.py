"""The time after a booking: mails to a customer, the links in them, and calendars as other programs read them."""
import datetime
import email
import email.policy
import hashlib
import os
import re
import signal
import subprocess
import urllib.parse
import zoneinfo

import icalendar
import vobject

from kitaccount import Node
from kitdemo import UTC, instant, wait_until
from kithttp import Client, Page, private
from kitmail import b64url
from kitshop import PAID, Booking, person

TOKEN = r"([A-Za-z0-9_-]{43})"
# The pages of a customer's links: the end of the path after the token.
ENDS = {"view": "", "move": "/move", "cancel": "/cancel", "reminders": "/reminders"}


# --- mails ---

class Letter:
    """One mail as the mail server received it."""

    def __init__(self, got):
        self.got = got
        self.to, self.subject, self.text, self.html = got["rcpt"][0], got["subject"], got["text"], got["html"]
        self.message = email.message_from_string(got["raw"], policy=email.policy.default)
        self.id = got["message_id"]
        private(*re.findall("/(?:booking|waiting)/" + TOKEN, self.text + self.html))

    def header(self, name):
        return str(self.message[name] or "")

    def token(self, act="view"):
        """The token of a link to a customer's page; None where there is none."""
        found = {one for text in (self.text, self.html)
                 for one in re.findall("/booking/" + TOKEN + re.escape(ENDS[act]) + r"(?![\w/-])", text)}
        assert len(found) <= 1, "two links to " + act
        return found.pop() if found else None

    def waiting(self, end=""):
        found = re.search("/waiting/" + TOKEN + re.escape(end) + r"(?![\w/-])", self.text)
        return found and found.group(1)

    def calendars(self):
        """(Content-Type, its method, bytes) of the calendar parts."""
        found = []
        for part in self.message.walk():
            if part.get_content_type() in ("text/calendar", "application/ics"):
                found.append((part.get_content_type(), part.get_param("method"), part.get_payload(decode=True)))
        return found

    def invitation(self):
        """The iCalendar object of an invitation: the same bytes as a part and as an attachment."""
        parts = self.calendars()
        assert [one[0] for one in parts] == ["text/calendar", "application/ics"], [one[:2] for one in parts]
        assert parts[0][2] == parts[1][2]
        read = Ics(parts[0][2])
        assert parts[0][1] == read.method
        return read


def letters(demo, to):
    """All mails to an address, oldest first."""
    return [Letter(one) for one in demo.fetch("/mail/inbox.json?to=" + urllib.parse.quote(to))[::-1]]


def mails(demo, booking, kind=None, columns="kind, to_address, state, attempts, message_id, last_error, sent_at"):
    """Rows of a booking's mails."""
    return demo.sql("SELECT %s FROM kf.mail WHERE booking_id = '%s'%s ORDER BY created_at, mail_id"
                    % (columns, booking, " AND kind = '%s'" % kind if kind else ""))


def mail_of(booking, kind, count=1, to=None, seconds=20):
    """The last of `count` mails of a kind to the booking's customer (or to another address), after they have
    arrived."""
    demo, to = booking.shop.demo, to or booking.customer["email"]
    query = ("SELECT message_id FROM kf.mail WHERE booking_id = '%s' AND kind = '%s' AND to_address = '%s' AND state = 'sent'"
             " ORDER BY created_at" % (booking.id, kind, to))

    def arrived():
        ids = [one["message_id"] for one in demo.sql(query)]
        found = [one for one in letters(demo, to) if one.id in ids]
        return len(ids) >= count and len(found) >= count and found
    arrived.__name__ = "%d %s" % (count, kind)
    found = wait_until(arrived, seconds)
    assert len(found) == count, [one.subject for one in found]
    return found[-1]


def no_more_mails(demo, tenant, seconds=20):
    """Waits until a business has nothing more to send."""
    def quiet():
        return demo.one("SELECT count(*) FROM kf.mail WHERE tenant_id = '%s' AND state IN ('due', 'sending')" % tenant) == 0
    wait_until(quiet, seconds)


# --- calendars ---

class Ics:
    """An iCalendar object of one event, parsed by two independent programs."""

    def __init__(self, data):
        self.data = data
        self.lines = check_lines(data)
        calendar = icalendar.Calendar.from_ical(data)
        (event,) = calendar.walk("VEVENT")
        self.calendar, self.event = calendar, event
        self.method = str(calendar.get("METHOD"))
        self.uid, self.sequence, self.status = str(event["UID"]), int(event["SEQUENCE"]), str(event.get("STATUS", ""))
        self.start, self.end = event["DTSTART"].dt, event["DTEND"].dt
        self.summary = str(event["SUMMARY"])
        self.description = str(event.get("DESCRIPTION", ""))
        self.location = str(event.get("LOCATION", ""))
        other = vobject.readOne(data.decode("utf-8")).vevent
        assert (other.uid.value, other.dtstart.value.astimezone(UTC), other.dtend.value.astimezone(UTC), other.summary.value) == (
            self.uid, self.start.astimezone(UTC), self.end.astimezone(UTC), self.summary)
        assert self.start.tzinfo is not None and event["DTSTAMP"].dt.tzinfo is not None


def check_lines(data):
    """RFC 5545, 3.1: lines end with CRLF only, none is longer than 75 octets, no character is split."""
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    lines = data[:-2].split(b"\r\n")
    for line in lines:
        assert 0 < len(line) <= 75, line
        line.decode("utf-8")
    return lines


class Diary:
    """A calendar program: its state after processing the invitations in order (RFC 5546, 3.2)."""

    def __init__(self):
        self.events = {}

    def take(self, ics):
        known = self.events.get(ics.uid)
        if known and ics.sequence < known.sequence:
            return self
        if ics.method == "CANCEL":
            assert ics.status == "CANCELLED"
            self.events.pop(ics.uid, None)
        else:
            assert ics.method in ("REQUEST", "PUBLISH")
            self.events[ics.uid] = ics
        return self


# --- bookings ---

def book(shop, start=None, service=None, professional="any", zone=None, language=None, pay=True, **changes):
    """A customer in another time zone books, and pays if a payment is due."""
    service = service or PAID["name"]
    start = start or shop.take_slot(service)
    customer = person(**changes)
    words = {"timezone": zone} if zone else {}
    answer = shop.client().post("/api/holds", json=dict(shop.hold_body(start, service, professional), **words))
    assert answer.status_code == 201, answer.text
    hold = answer.json()
    private(hold["token"])
    if language:
        words["language"] = language
    answer = shop.client().post("/api/bookings", json=dict(shop.booking_body(hold, customer), **words))
    assert answer.status_code == 201, answer.text
    booking = Booking(shop, answer.json(), hold, customer)
    if pay and booking.checkout_url:
        shop.pay(booking)
    if pay or not booking.checkout_url:
        booking.wait("paid", "confirmed")
    return booking


def booked(shop, hours=30, service="Limpieza", **more):
    """A booking that begins in at least so many hours, on the hour."""
    least = shop.demo.now() + datetime.timedelta(hours=hours)
    while True:
        start = shop.take_slot(service)
        if instant(start) > least:
            one = book(shop, start, service, **more)
            if shop.secret and one.status() != "pending":
                one.wait("confirmed")  # no background work changes it any more
            return one


def mint(booking, purpose="view", minutes=None):
    """A link like in a mail, without the mail."""
    made = b64url(os.urandom(32))
    private(made)
    booking.shop.demo.run("SELECT kf.visit_mint('%s', '%s', '%s', '\\x%s', %s)" % (
        booking.shop.tenant, booking.id, purpose, hashlib.sha256(("kf:visit:" + made).encode()).hexdigest(),
        "NULL" if minutes is None else minutes))
    return made


def email_of(shop, professional, address):
    """The address for mails to a professional."""
    private(address)
    shop.demo.run("UPDATE kf.professional SET email = '%s' WHERE tenant_id = '%s' AND name = '%s'"
                  % (address, shop.tenant, professional))


def service_of(shop, name, **columns):
    """Changes columns of a service as the merchant would. Existing bookings keep their values."""
    words = ", ".join("%s = '%s'" % (column, str(value).replace("'", "''")) for column, value in columns.items())
    shop.demo.run("UPDATE kf.service SET %s, version = version + 1 WHERE tenant_id = '%s' AND name = '%s';"
                  " UPDATE kf.tenant SET catalog_version = catalog_version + 1 WHERE tenant_id = '%s'"
                  % (words, shop.tenant, name, shop.tenant))


# --- a customer's pages ---

class Visitor(Client):
    """The holder of a booking's links."""

    def __init__(self, demo):
        super().__init__(demo.about["base_url"])
        self.demo = demo

    def path(self, token, act="view"):
        return "/booking/" + token + ENDS[act]

    def look(self, token):
        return self.page(self.path(token))

    def ics(self, token):
        answer = self.get(self.path(token) + "/calendar.ics")
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="cita.ics"'
        return Ics(answer.content)

    def times(self, token, day=None):
        """The starts that the move page offers."""
        page = self.page(self.path(token, "move") + ("?day=%s" % day if day else ""))
        found = [urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["start"][0] for link in page.links
                 if "start=" in link]
        for form in page.forms:
            found += [value for name, value in form.buttons + form.fields if name == "start"]
            found += form.choices.get("start", [])
        return found

    def post_move(self, token, start, **more):
        return self.post(self.path(token, "move"), data=dict({"start": start}, **more))

    def move(self, token, start):
        """Moves via the page that shows both times. Returns the token of the page that confirms it."""
        page = self.page(self.path(token, "move") + "?" + urllib.parse.urlencode({"start": start}))
        return self.done(self.submit(page.form("/move")), "moved")

    def shown_back(self, token):
        """(the refund in cents as posted, the text of the page)."""
        page = self.page(self.path(token, "cancel"))
        form = page.form("/cancel")
        return int(dict(form.fields)["expected_cents"]), page

    def cancel(self, token, reason=""):
        _, page = self.shown_back(token)
        return self.done(self.submit(page.form("/cancel"), reason=reason), "cancelled")

    @staticmethod
    def done(answer, word):
        assert answer.status_code == 303, "%d %s" % (answer.status_code, Page(answer.text).text[:1500])
        found = re.search("/booking/" + TOKEN + r"\?(.*)", answer.headers["Location"])
        assert found and "done=" + word in found.group(2), answer.headers["Location"]
        private(found.group(1))
        return found.group(1)


# --- servers ---

class Worker(Node):
    """One more httpd over the same database with background work, in a given number of processes."""

    def __init__(self, demo, folder, children=2, lines=""):
        super().__init__(demo, folder, lines)
        with open(self.conf, encoding="utf-8") as handle:
            text = handle.read()
        text = re.sub(r"^\s*KonfirmadoJobs Off$", "", text, flags=re.M)
        text = re.sub(r"^(\s*)StartServers 2$", r"\1StartServers %d" % children, text, flags=re.M)
        text = re.sub(r"^(\s*)ThreadsPerChild 32$", r"\1ThreadsPerChild %d" % max(64 // children, 4), text, flags=re.M)
        with open(self.conf, "w", encoding="utf-8") as handle:
            handle.write(text)

    def kill9(self):
        """Kills the parent and its processes at once."""
        done = subprocess.run(["pgrep", "-P", str(self.process.pid)], stdout=subprocess.PIPE, text=True, check=False)
        for one in [self.process.pid, *map(int, done.stdout.split())]:
            os.kill(one, signal.SIGKILL)
        self.process.wait(10)


def local(moment, zone):
    """A moment (aware, or RFC 3339) as the wall time of a zone."""
    moment = instant(moment) if isinstance(moment, str) else moment
    return moment.astimezone(zoneinfo.ZoneInfo(zone))


def day_after(moment, days):
    return (instant(moment) + datetime.timedelta(days=days)).date().isoformat()
