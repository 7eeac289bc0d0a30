"""A tenant that writes mails, and what came of them; for the files of test_16."""
import base64
import json
import os
import time
import urllib.parse
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kitdemo import wait_until
from kithttp import private
from kitshop import Shop

LINKED = {"verify": "verify", "reset": "reset", "invite": "invitation"}
TROUBLE = r"KF00471"
GIVEN_UP = r"KF00470"
NOT_MADE = r"KF00472"


def quoted(text):
    return "NULL" if text is None else "'%s'" % str(text).replace("'", "''")


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Post:
    """A tenant that writes mails, and what came of them."""

    def __init__(self, demo):
        self.demo = demo
        self.shop = Shop(demo)
        self.tenant = self.shop.tenant

    def seal(self, mail, token):
        with open(os.path.join(self.demo.home, "keys", "konfirmado.keys"), encoding="ascii") as handle:
            kid, key = next(line.split() for line in handle if line.strip() and not line.startswith("#"))
        iv = os.urandom(12)
        place = "%s/mail/secret/%s/%s" % (self.tenant, mail, kid)
        sealed = AESGCM(base64.b64decode(key)).encrypt(iv, token.encode(), place.encode())
        return "v1.%s.%s.%s.%s" % (kid, b64url(iv), b64url(sealed[-16:]), b64url(sealed[:-16]))

    def put(self, kind="password_changed", to=None, name="Zulmaqx Pérez", lang="es", facts=None, **row):
        """Through the function that everybody uses; or, with members of the row, past it."""
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
            # what it refuses is this test's statement, with a person in it: not for the server's log
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
        """What the mail server kept of it, oldest first."""
        return self.post.demo.fetch("/mail/inbox.json?to=" + urllib.parse.quote(self.to))[::-1]

    def until(self, state, attempts=None, seconds=15):
        def reached():
            row = self.row()
            return row["state"] == state and attempts in (None, row["attempts"]) and row
        reached.__name__ = "%s %s" % (state, attempts)
        return wait_until(reached, seconds)

    def next_try(self):
        """Not before its turn, and then."""
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
    # what a test left waiting is nobody's trouble later
    office.run("UPDATE kf.mail SET state = 'dead', secret_sealed = NULL WHERE state IN ('due', 'sending')")


def smtp(post, mode, **more):
    return post.demo.sandbox("smtp", dict(more, mode=mode))


