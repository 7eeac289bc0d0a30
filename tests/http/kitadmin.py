"""Accounts and API keys of a merchant, without the sign-in: for tests of their permissions."""
import base64
import hashlib
import hmac
import secrets
import uuid

import pytest

from kithttp import Client, address, private

SCOPES = ["bookings:read", "bookings:write", "catalogue:read", "catalogue:write", "settings:read", "settings:write",
          "reports:read"]


def text_of(data):
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def token():
    made = text_of(secrets.token_bytes(32))
    private(made)
    return made


def kept(audience, value):
    """The hash of a token in the database."""
    return hashlib.sha256(("kf:%s:%s" % (audience, value)).encode()).hexdigest()


class Admin(Client):
    """A client of the admin API. Each request has its own address, so that no limit is reached."""

    def request(self, method, url, **options):
        options["headers"] = {"X-Forwarded-For": address(), **(options.get("headers") or {})}
        return super().request(method, url, **options)


def person(shop, role="owner", csrf=True, base=None):
    """A client with a session of a merchant's account."""
    staff, session = uuid.uuid4(), token()
    email = "%s.%s@%s.example" % (role, secrets.token_hex(4), shop.sub)
    # No password has this hash: only the test creates this account's sessions.
    shop.demo.run(
        "INSERT INTO kf.staff (tenant_id, staff_id, email, name, role, state, password_hash, created_at) VALUES"
        " ('%(tenant)s', '%(staff)s', '%(email)s', 'Zulmaqx Persona', '%(role)s', 'active', '!', kf.now());"
        "INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, created_at, seen_at, expires_at) VALUES"
        " ('%(tenant)s', gen_random_uuid(), '%(staff)s', '\\x%(hash)s', kf.now(), kf.now(),"
        " kf.now() + interval '12 hours')"
        % {"tenant": shop.tenant, "staff": staff, "email": email, "role": role, "hash": kept("session", session)})
    private(email)
    client = Admin(base or shop.demo.about["base_url"])
    client.session.headers["Cookie"] = "kf_session=" + session
    client.csrf = text_of(hmac.new(session.encode(), b"csrf", hashlib.sha256).digest())
    if csrf:
        client.session.headers["X-CSRF-Token"] = client.csrf
    client.staff, client.email, client.token = str(staff), email, session
    return client


@pytest.fixture(scope="module")
def owner(shop):
    return person(shop)


@pytest.fixture(scope="module")
def staff(shop):
    return person(shop, "staff")


def key(shop, scopes=tuple(SCOPES)):
    """A client with an API key of the merchant."""
    secret = token()
    shop.demo.run(
        "INSERT INTO kf.api_key (tenant_id, key_id, name, hint, token_hash, scopes, created_at) VALUES"
        " ('%s', gen_random_uuid(), 'prueba', 'kfk_%s', '\\x%s', '{%s}', kf.now())"
        % (shop.tenant, secret[:4], kept("api-key", secret), ",".join(scopes)))
    client = Admin(shop.demo.about["base_url"])
    client.session.headers["Authorization"] = "Bearer kfk_" + secret
    return client


def anybody(shop):
    return Admin(shop.demo.about["base_url"])


# --- reading answers ---

def good(answer, status=200):
    """The document of an answer with this status."""
    assert answer.status_code == status, "%d %s" % (answer.status_code, answer.text[:600])
    return answer.json() if answer.content else None


def fields(answer, status=422):
    """The invalid fields, by name."""
    return {one["field"]: one["detail"] for one in good(answer, status)["errors"]}


def pages(client, url, size, **filters):
    """Every item of a list, page by page."""
    found, after = [], None
    for _ in range(200):
        page = good(client.get(url, params=dict(filters, limit=size, **({"after": after} if after else {}))))
        assert len(page["items"]) <= size
        found += page["items"]
        after = page["next"]
        if after is None:
            return found
    raise AssertionError("the list has no end")
