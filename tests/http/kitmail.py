"""A tenant that writes mails, and what becomes of them."""
import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kitdemo import TOP, wait_until
from kithttp import private
from kitshop import Shop

LINKED = {"verify": "verify", "reset": "reset", "invite": "invitation"}
TROUBLE = r"KF00471"
GIVEN_UP = r"KF00470"
NOT_MADE = r"KF00472"
# Names that would add a line to a mail.
HOSTILE = [
    "Ana\r\nBcc: eva@evil.test", "Ana\nBcc: eva@evil.test", "Ana\rBcc: eva@evil.test", "\r\nBcc: eva@evil.test",
    "Ana\r\n\r\n<h1>evil</h1>", "Ana\n.\r\nMAIL FROM:<eva@evil.test>", "Ana\x0bBcc: eva@evil.test", "Ana\x0cBcc: x",
    "Ana\x85Bcc: eva@evil.test", "Ana\u2028Bcc: eva@evil.test", "Ana\u2029Bcc: eva@evil.test", "Ana\x7f", "Ana\x1b[31m",
    "\u202eana", "Ana\tBcc: eva@evil.test",
]
# Names that look like a part of a header.
ODD = [
    'Ana" <eva@evil>, "', "Ana <eva@evil>", "eva@evil, Ana", "=?UTF-8?Q?Ana=0D=0ABcc:_eva=40evil?=",
    "=?utf-8?B?QW5hDQpCY2M6IGV2YUBldmls?=", "Ana\\", 'Ana \\" x', "Bcc: eva", "%0d%0aBcc: eva", "\\r\\nBcc: eva",
    "&#13;&#10;Bcc: eva", "ñ" * 100, "Ana;eva", "(Ana)", "<script>alert(1)</script>",
]


def quoted(text):
    return "NULL" if text is None else "'%s'" % str(text).replace("'", "''")


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Post:
    """A tenant that writes mails, and what becomes of them."""

    def __init__(self, demo):
        self.demo = demo
        self.shop = Shop(demo)
        self.tenant = self.shop.tenant

    def seal(self, mail, token):
        return self.sealed("mail/secret/%s" % mail, token)

    def sealed(self, place, secret):
        """Sealed as konfirmado does it: bound to one place of one tenant."""
        with open(os.path.join(self.demo.home, "keys", "konfirmado.keys"), encoding="ascii") as handle:
            kid, key = next(line.split() for line in handle if line.strip() and not line.startswith("#"))
        iv = os.urandom(12)
        place = "%s/%s/%s" % (self.tenant, place, kid)
        sealed = AESGCM(base64.b64decode(key)).encrypt(iv, secret.encode(), place.encode())
        return "v1.%s.%s.%s.%s" % (kid, b64url(iv), b64url(sealed[-16:]), b64url(sealed[:-16]))

    def put(self, kind="password_changed", to=None, name="Zulmaqx Pérez", lang="es", facts=None, **row):
        """Queues a mail by the public function; or, with members of the row, writes the row directly."""
        mail = str(uuid.uuid4())
        to = to or "zulmaqx-%s@privado.example" % mail[:13]
        private(to)
        token = b64url(os.urandom(32)) if kind in LINKED else None
        sealed = self.seal(mail, token) if token else None
        words = [quoted(one) for one in (self.tenant, mail, kind, to, name, lang, json.dumps(facts or {}), sealed)]
        if row:
            self.demo.run("INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts,"
                          " secret_sealed, next_attempt_at, created_at) VALUES (%s, kf.now(), kf.now())" % ", ".join(words))
        else:
            # the database may refuse this statement, which contains personal data: keep it out of the server's log
            self.demo.run("SET log_min_error_statement = panic; SELECT kf.mail_put(%s)" % ", ".join(words))
        if token:
            private(token)
        return Mail(self, mail, to, token)


class Mail:
    def __init__(self, post, mail, to, token):
        self.post, self.id, self.to, self.token = post, mail, to, token

    def row(self):
        (row,) = self.post.demo.sql("SELECT * FROM kf.mail WHERE mail_id = '%s'" % self.id)
        return row

    def got(self):
        """All versions that the mail server received, oldest first."""
        return self.post.demo.fetch("/mail/inbox.json?to=" + urllib.parse.quote(self.to))[::-1]

    def until(self, state, attempts=None, seconds=15):
        def reached():
            row = self.row()
            return row["state"] == state and attempts in (None, row["attempts"]) and row
        reached.__name__ = "%s %s" % (state, attempts)
        return wait_until(reached, seconds)

    def next_try(self):
        """Checks that it is not sent before its time, but then."""
        row = self.row()
        self.post.demo.clock_at(row["next_attempt_at"], late=-3)
        time.sleep(0.8)
        assert self.row()["attempts"] == row["attempts"], "too early"
        self.post.demo.clock_at(row["next_attempt_at"], late=1)
        return row["attempts"] + 1


@pytest.fixture(scope="module")
def office(demos):
    return demos.get("mail")


@pytest.fixture()
def post(office):
    office.sandbox("smtp", {"mode": "ok"})
    yield Post(office)
    office.sandbox("smtp", {"mode": "ok"})
    # later tests must not see mails that this test left waiting
    office.run("UPDATE kf.mail SET state = 'dead', secret_sealed = NULL WHERE state IN ('due', 'sending')")


def smtp(post, mode, **more):
    return post.demo.sandbox("smtp", dict(more, mode=mode))


class TlsServer:
    """A second sandbox, as a mail server with STARTTLS and a password."""

    def __init__(self, folder, *options):
        folder.mkdir()
        self.cert = folder / "crt.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem",
                        "-out", self.cert], check=True, stderr=subprocess.DEVNULL)
        both = folder / "both.pem"
        both.write_text(self.cert.read_text() + (folder / "key.pem").read_text())
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(TOP, "tests/sandbox/sandbox.py"), "--port", "0", "--smtp-port", "0", "--dir", folder,
             "--clock-file", folder / "clock", *[str(both) if one == "CERT" else one for one in options]],
            stdout=subprocess.PIPE, text=True)
        _, self.port, self.smtp = self.process.stdout.readline().split()

    def mails(self):
        connection = http.client.HTTPConnection("127.0.0.1", int(self.port), timeout=10)
        connection.request("GET", "/mail/inbox.json")
        return json.loads(connection.getresponse().read())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
