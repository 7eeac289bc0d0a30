"""Professionals with a calendar at the sandbox's Google."""
import base64
import datetime
import hashlib
import json
import os
import secrets
import sys
import urllib.parse
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kitdemo import TOP, instant, wait_until
from kithttp import private, unstored
from kitshop import Shop

sys.path.insert(0, os.path.join(TOP, "tests", "sandbox"))
from google_client import Google  # noqa: E402

CLIENT = "kf-tests"
SECRET = "GOCSPX-tests-" + secrets.token_hex(8)
P = "https://www.googleapis.com/auth/"
SCOPES = " ".join(["openid", "email", P + "calendar.calendarlist.readonly", P + "calendar.events.freebusy",
                   P + "calendar.events.owned"])


def directives(folder, push=True, ttl="60s", poll="15m"):
    """Directives for an installation with its own sandbox as Google, on the port after its own."""
    path = os.path.join(folder, "google-secret")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as handle:
        handle.write(SECRET + "\n")

    def lines(demo):
        base = "http://localhost:%d/google" % (demo.port + 1)
        return ["KonfirmadoGoogleClient " + CLIENT, 'KonfirmadoGoogleSecretFile "%s"' % path,
                "KonfirmadoGoogleAuthorizeURL %s/o/oauth2/v2/auth" % base, "KonfirmadoGoogleTokenURL %s/token" % base,
                "KonfirmadoGoogleRevokeURL %s/revoke" % base, "KonfirmadoGoogleAPI %s/calendar/v3" % base,
                "KonfirmadoCalendarPush " + ("On" if push else "Off"), "KonfirmadoCalendarTTL " + ttl,
                "KonfirmadoCalendarPoll " + poll]
    return lines


def token_hash(audience, token):
    return hashlib.sha256(("kf:%s:%s" % (audience, token)).encode()).hexdigest()


class Calendar:
    """A professional's account, connected without a browser: tokens from the sandbox, sealed as the server does it."""

    def __init__(self, shop, name="Uno", read=("primary",), write="primary", account=None, **options):
        self.shop, self.demo, self.name = shop, shop.demo, name
        self.google = Google(self.demo.sandbox_url)
        self.account = account or "%s-%s@gmail.test" % (shop.sub, secrets.token_hex(3))
        private(self.account)
        self.google.control("accounts", {"email": self.account, "name": name, "zone": shop.zone})
        for one in read:
            if one != "primary":
                self.google.put_calendar(self.account, one, summary=one)
        self.back = self.demo.about["base_url"] + "/api/auth/google/callback"
        self.google.client(self.back, client_id=CLIENT, client_secret=SECRET)
        self.professional = self.demo.one("SELECT professional_id FROM kf.professional WHERE tenant_id = '%s' AND name = '%s'"
                                          % (shop.tenant, name))
        self.connect(read, write, options)

    def real(self, calendar):
        return self.account if calendar == "primary" else calendar

    def _tokens(self):
        verifier = secrets.token_urlsafe(40)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        url = self.google.authorize_url(client_id=CLIENT, redirect_uri=self.back, response_type="code", scope=SCOPES,
                                        state=secrets.token_urlsafe(32), access_type="offline", prompt="consent",
                                        nonce="n", code_challenge=challenge, code_challenge_method="S256")
        answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.google.consent(url, self.account)).query))
        status, tokens = self.google.form("/google/token", grant_type="authorization_code", code=answer["code"],
                                          client_id=CLIENT, client_secret=SECRET, redirect_uri=self.back,
                                          code_verifier=verifier)
        assert status == 200, tokens
        unstored(tokens["access_token"], tokens["refresh_token"])
        return tokens

    def _sealed(self, place, text):
        with open(os.path.join(self.demo.home, "keys", "konfirmado.keys"), encoding="ascii") as handle:
            kid, key = next(line.split() for line in handle if line.strip() and not line.startswith("#"))
        iv = secrets.token_bytes(12)
        both = AESGCM(base64.b64decode(key)).encrypt(iv, text.encode(), ("%s/%s" % (place, kid)).encode())
        return "v1.%s.%s" % (kid, ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode()
                                           for one in (iv, both[-16:], both[:-16])))

    def connect(self, read, write, options):
        tokens, tenant = self._tokens(), self.shop.tenant
        self.connection, grant, invitation = str(uuid.uuid4()), str(uuid.uuid4()), str(uuid.uuid4())
        state, browser, token = (secrets.token_urlsafe(32) for _ in range(3))
        place = "%s/calendar_connection/%%s/%s" % (tenant, self.connection)
        calendars = [{"id": self.real(one), "name": one, "time_zone": self.shop.zone, "primary": one == "primary",
                      "may_write": True} for one in read]
        wanted = dict({"read": [self.real(one) for one in read], "write": write and self.real(write)}, **options)
        self.demo.run("""DO $do$ BEGIN
            PERFORM kf.calendar_invite('%(tenant)s', '%(who)s', '%(invitation)s', '\\x%(token)s', '{}', NULL, NULL);
            PERFORM kf.calendar_grant_begin('%(tenant)s', '%(grant)s', '%(invitation)s', 'google', '\\x%(state)s', '\\x%(browser)s', 'v');
            PERFORM kf.calendar_grant_take('\\x%(state)s', '\\x%(browser)s');
            PERFORM kf.calendar_grant_put('%(tenant)s', '%(grant)s', '%(account)s', '%(account)s', '%(scopes)s', 't', kf.now() + interval '1 hour', $j$%(calendars)s$j$);
            PERFORM kf.calendar_connect('%(tenant)s', '%(grant)s', '\\x%(browser)s', '%(connection)s', '%(refresh)s', '%(access)s',
                                        kf.now() + interval '59 minutes', $j$%(wanted)s$j$);
            END $do$""" % {
                "tenant": tenant, "who": self.professional, "invitation": invitation, "grant": grant,
                "token": token_hash("connect", token), "state": token_hash("oauth_state", state),
                "browser": token_hash("oauth_browser", browser), "account": self.account, "scopes": SCOPES,
                "calendars": json.dumps(calendars), "wanted": json.dumps(wanted), "connection": self.connection,
                "refresh": self._sealed(place % "refresh", tokens["refresh_token"]),
                "access": self._sealed(place % "access", tokens["access_token"])})

    # --- what we know of it ---

    def busy(self, n=0):
        (row,) = self.demo.sql("SELECT * FROM kf.calendar_busy WHERE professional_id = '%s' AND n = %d" % (self.professional, n))
        return row

    def row(self):
        (row,) = self.demo.sql("SELECT * FROM kf.calendar_connection WHERE connection_id = '%s'" % self.connection)
        return row

    def wait_read(self, seconds=10):
        wait_until(lambda: self.busy()["read_at"] and not self.busy()["changed_at"], seconds)
        return self

    def wait_push(self, count=1, seconds=10):
        wait_until(lambda: self.demo.one("SELECT count(*) FROM kf.calendar_channel WHERE connection_id = '%s' AND state = 'live'"
                                         % self.connection) >= count, seconds)
        return self

    # --- what a person does in it ---

    def add(self, start, minutes=30, calendar="primary", **more):
        """An event from a start as the API gives it."""
        begin = datetime.datetime.fromisoformat(start.replace("Z", "+00:00"))
        end = begin + datetime.timedelta(minutes=minutes)
        return self.google.add_event(self.account, begin.isoformat(), end.isoformat(), calendar, **more)["id"]

    def drop(self, event, calendar="primary"):
        self.google.delete_event(self.account, event, calendar)

    def events(self, calendar="primary", deleted=False):
        return self.google.events(self.account, calendar, deleted)

    def asked(self, method="freebusy.query", **more):
        return self.google.count(method, account=self.account, **more)

    def fault(self, kind, method="freebusy.query", **more):
        self.google.fault(kind, method=method, account=self.account, **more)

    def well(self):
        self.google.clear_faults()


# --- fixtures ---

TROUBLE = r"KF00483"  # a calendar cannot be read; logged once


@pytest.fixture(scope="module")
def office(demos, tmp_path_factory):
    """With push."""
    return demos.get("calendar", directives(str(tmp_path_factory.mktemp("google"))))


@pytest.fixture(scope="module")
def quiet(demos, tmp_path_factory):
    """Without push: there are no notifications."""
    return demos.get("calendar-quiet", directives(str(tmp_path_factory.mktemp("google")), push=False, ttl="5s", poll="5s"))


@pytest.fixture()
def laura(office):
    """A professional with a connected calendar, and one without."""
    shop = Shop(office, professionals=("Laura", "Pedro"))
    return Calendar(shop, "Laura").wait_read()


def starts(shop, name="Laura", service=None):
    return [one["start"] for one in shop.slots(service, name, days=7)]


def hour(shop, number=3, name="Laura"):
    """A free whole hour."""
    return [one for one in starts(shop, name) if instant(one).minute == 0][number]


def ours(laura, **more):
    return [one for one in laura.events(**more) if one.get("extendedProperties")]
