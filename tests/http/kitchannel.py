"""A tenant with a mail server of its own; for the files of tests/http/mail."""
import atexit
import base64
import functools
import json
import os
import pathlib

import icalendar
import pytest
import vobject

from kitdemo import wait_until
from kithttp import private
from kitmail import Post, TlsServer, quoted
from kitshop import FREE

SECRET = "una clave zulmaqx ñ \\ larga"
RESEND_KEY = "re_" + "zulmaqx0123456789"


@functools.lru_cache(None)
def _server(top):
    """One certificate for all files: the installation trusts it."""
    folder = os.path.join(top, "own")
    one = TlsServer(pathlib.Path(folder), "--smtp-cert", "CERT", "--smtp-user", "citas:" + SECRET)
    atexit.register(one.stop)
    return one


@pytest.fixture(scope="module")
def server(demos):
    """A merchant's own mail server, with STARTTLS and a password."""
    private(SECRET, RESEND_KEY)
    return _server(demos.top)


@pytest.fixture(scope="module")
def demo(demos, server):
    """Merchants may name servers on this machine only by the name localhost."""
    return demos.get("channel", ['KonfirmadoMerchantMailCAFile "%s"' % server.cert], preload="resolver")


class Channel(Post):
    """A tenant with a server of its own."""

    def set(self, secret, **doc):
        sealed = quoted(secret and self.sealed("mail_channel/secret", secret))
        self.demo.run("SET log_min_error_statement = panic; SELECT kf.mail_channel_put('%s', NULL, %s, %s)"
                      % (self.tenant, quoted(json.dumps(doc)), sealed))

    def own(self, server, **doc):
        self.set(doc.pop("secret", SECRET), **dict({"kind": "smtp", "host": "localhost", "port": int(server.smtp), "username": "citas",
                                                    "from_name": "Clínica Ñandú", "from_address": "citas@clinica.example"}, **doc))

    def resend(self, secret=RESEND_KEY, **doc):
        self.demo.sandbox("resend_keys", {"key": RESEND_KEY, "domains": ["clinica.example"]})
        self.set(secret, **dict({"kind": "resend", "from_name": "Clínica Ñandú", "from_address": "citas@clinica.example"}, **doc))

    def requests(self):
        return self.demo.sandbox("resend")["requests"]

    def booked(self):
        """A confirmed booking, and the row of its confirmation mail."""
        self.shop.merchant(script=[])
        booking = self.shop.book(service=FREE["name"])
        booking.wait("confirmed")
        return booking, self.rows(booking)[0]["mail_id"]

    def rows(self, booking, kind="booking_confirmed"):
        return self.demo.sql("SELECT * FROM kf.mail WHERE booking_id = '%s' AND kind = '%s' ORDER BY created_at" % (booking.id, kind))

    def until(self, booking, state, attempts=None, seconds=20):
        def reached():
            row = self.rows(booking)[-1]
            return row["state"] == state and attempts in (None, row["attempts"]) and row
        reached.__name__ = "%s %s" % (state, attempts)
        return wait_until(reached, seconds)

    def sunk(self, booking):
        """All mails of the platform's own sink to this customer, by SMTP and Resend."""
        return [one for one in self.demo.fetch("/mail/inbox.json") if booking.customer["email"] in one["rcpt"]][::-1]

    def next_try(self, booking):
        self.demo.clock_at(self.rows(booking)[-1]["next_attempt_at"], late=1)

    def shown(self, booking):
        """What the merchant sees of this booking's mails."""
        doc = self.demo.one("SELECT kf.booking_doc('%s', '%s')" % (self.tenant, booking.id))
        return [one for one in doc["mails"] if one["kind"] == "booking_confirmed"]


@pytest.fixture()
def channel(demo):
    demo.sandbox("smtp", {"mode": "ok"})
    demo.sandbox("resend", {"mode": "ok"})
    yield Channel(demo)
    demo.sandbox("smtp", {"mode": "ok"})
    demo.sandbox("resend", {"mode": "ok"})
    demo.run("UPDATE kf.mail SET state = 'dead', secret_sealed = NULL WHERE state IN ('due', 'sending')")


def to_own(server, booking):
    return [one for one in server.mails() if booking.customer["email"] in one["rcpt"]][::-1]


def calendars(got):
    """The parts of an invitation, by their type."""
    return {one["type"].split(";")[0]: (one, base64.b64decode(one["base64"])) for one in got["attachments"]}


def read_both(data):
    """The one appointment, as two independent programs parse it: they agree."""
    one = icalendar.Calendar.from_ical(data)
    (event,) = one.walk("VEVENT")
    other = vobject.readOne(data.decode("utf-8")).vevent
    assert event["DTSTART"].dt == other.dtstart.value and event["DTEND"].dt == other.dtend.value
    assert str(event["UID"]) == other.uid.value and str(event["SUMMARY"]) == other.summary.value
    return one, event
