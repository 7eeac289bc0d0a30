"""Accounts: from the registration to the sign-in, sessions, limits, forged requests, second factor."""
import base64
import re
import urllib.parse
import uuid

import pytest

from kitaccount import OTHER, PASSWORD, UNLIMITED, Account, Node, act, cookie_of, new_email, page_of
from kitadmin import key as key_of
from kitadmin import person as person_of
from kitapi import problem
from kithttp import Client, private
from kitshop import Shop


@pytest.fixture(scope="module")
def demo(demos):
    """Its clock is moved, so no other test uses it."""
    return demos.get("accounts", UNLIMITED)


@pytest.fixture()
def account(demo):
    return Account(demo)


@pytest.fixture(scope="module")
def node(demo, tmp_path_factory):
    second = Node(demo, str(tmp_path_factory.mktemp("node"))).start()
    yield second
    second.stop()


# --- the whole way, as a person without scripts ---

def test_register_verify_login_logout_in_the_pages(account):
    browser = account.client(**{"Accept-Language": "es"})
    page = browser.page("/dashboard/register")
    assert page.lang == "es" and page.h1 == "Crea tu cuenta"
    sent = browser.submit(page.form("register"), business=account.business, email=account.email, password=PASSWORD)
    assert sent.status_code == 303 and sent.headers["Location"] == "/dashboard/check-mail"
    page = browser.page("/dashboard/check-mail")
    assert account.email in page.text and "Revisa tu correo" == page.h1
    token = account.mail_token("verify")
    page = browser.page("/dashboard/verify?token=" + token)
    assert account.business in page.text
    assert account.demo.one("SELECT state FROM kf.staff WHERE email = '%s'" % account.email) == "unverified"
    done = browser.submit(page.form("verify"), password=PASSWORD)
    assert done.headers["Location"] == "/dashboard/login?done=verified&lang=es"
    page = browser.page(done.headers["Location"])
    inside = browser.submit(page.form("login"), email=account.email.upper(), password=PASSWORD)
    assert inside.status_code == 303 and inside.headers["Location"] == "/dashboard"
    page = browser.page("/dashboard/account")
    assert account.email in page.text
    out = browser.submit(page.form("logout"))
    assert out.headers["Location"] == "/dashboard/login?done=signed_out&lang=es"
    assert browser.get("/dashboard/account").headers["Location"] == "/dashboard/login?next=%2Fdashboard%2Faccount"


def test_what_was_typed_stays_and_the_password_does_not(account):
    browser = account.client(**{"Accept-Language": "es"})
    page = browser.page("/dashboard/register")
    again = browser.submit(page.form("register"), business="<b>", email="no es correo", password="corta1")
    page = page_of(again)
    fields = dict(page.form("register").fields)
    assert again.status_code == 422 and fields["business"] == "<b>" and fields["email"] == "no es correo"
    assert fields["password"] == "" and "corta1" not in again.text
    assert {"#email", "#password"} <= set(page.links) and page.title.startswith("Error")
    common = browser.submit(page.form("register"), business="Negocio", email=account.email, password="contraseña")
    assert common.status_code == 422 and "muy común" in common.text


def test_unverified_cannot_come_in_and_gets_another_mail(account):
    assert account.register().status_code == 202
    first = account.mail_token("verify")
    problem(account.login(status=403).answer, 403, "email_not_verified")
    browser = account.client()
    page = browser.page("/dashboard/login")
    sent = browser.submit(page.form("login"), email=account.email, password=PASSWORD)
    assert sent.headers["Location"] == "/dashboard/check-mail?for=unverified"
    page = browser.page(sent.headers["Location"])
    assert browser.submit(page.form("check-mail")).status_code == 303
    second = account.mail_token("verify", before=1)
    assert first != second
    assert account.client().post("/api/auth/verify-email", json={"token": second, "password": PASSWORD}).status_code == 200
    account.login()


# --- what an answer tells ---

@pytest.mark.parametrize("path", ["login", "forgot-password", "register", "resend-verification"])
def test_known_and_unknown_are_answered_alike(demo, path):
    known, unknown = Account(demo).verified(), Account(demo)

    def ask(one):
        body = {"email": one.email}
        if path == "login":
            body["password"] = "no es la contraseña"
        if path == "register":
            body.update(business=one.business, password=PASSWORD)
        return one.client().post("/api/auth/" + path, json=body)
    answers = [ask(known), ask(unknown)]
    heads = [{n: v for n, v in one.headers.items() if n not in ("Date", "X-Request-Id")} for one in answers]
    texts = [re.sub(r'"request_id":"[^"]*"', "", one.text) for one in answers]
    assert answers[0].status_code == answers[1].status_code and texts[0] == texts[1] and heads[0] == heads[1]
    assert answers[0].status_code == (401 if path == "login" else 202)


def test_pages_tell_no_more(demo):
    known, unknown = Account(demo).verified(), Account(demo)
    for path, field in (("forgot", {}), ("login", {"password": "no es la contraseña"})):
        said = []
        for one in (known, unknown):
            browser = one.client(**{"Accept-Language": "es"})
            answer = browser.submit(browser.page("/dashboard/" + path).form(path), email=one.email, **field)
            page = browser.follow(answer)
            said.append((answer.status_code, page.text.replace(one.email, "@")))
        assert said[0] == said[1], path


def test_an_unknown_address_takes_as_long(demo):
    """A password is hashed for unknown accounts too: otherwise the answer would come a hundred times faster."""
    known, unknown = Account(demo).verified(), Account(demo)
    took = {known: [], unknown: []}
    for _ in range(4):
        for one, times in took.items():
            times.append(one.login(status=401, password="no es la contraseña").answer.elapsed.total_seconds())
    assert 0.5 < min(took[known]) / min(took[unknown]) < 2, took


# --- limits ---

def test_sixth_try_waits_on_every_server(demo, node, account):
    inside = account.signed_in()
    for _ in range(5):
        account.login(status=401, password="no es la contraseña")
    for base in (None, node.base):
        for password in ("no es la contraseña", PASSWORD):
            answer = account.login(Client(base or account.base), status=429, password=password).answer
            problem(answer, 429, "rate_limited")
            assert 1 <= int(answer.headers["Retry-After"]) <= 900
    browser = account.client(**{"Accept-Language": "es"})
    page = browser.submit(browser.page("/dashboard/login").form("login"), email=account.email, password=PASSWORD)
    assert page.status_code == 429 and "espera" in page.text and "Retry-After" in page.headers
    assert inside.get("/api/auth/session").status_code == 200
    assert Client(node.base).get("/api/auth/session", headers={"Cookie": "kf_session=" + inside.session.cookies["kf_session"]}
                                 ).status_code == 200
    demo.advance(901)
    account.login()


def test_one_address_that_tries_many_accounts(demo):
    client = Account(demo).client()
    for _ in range(20):
        Account(demo).login(client, status=401)
    Account(demo).login(client, status=429)


# --- sessions ---

def test_cookie_and_its_life(demo, account):
    client = account.signed_in()
    cookie = cookie_of(client.answer)
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Domain" not in cookie and "Max-Age" not in cookie and "Expires" not in cookie
    first = client.session.cookies["kf_session"]
    assert len(base64.urlsafe_b64decode(first + "=")) == 32
    assert demo.one("SELECT count(*) FROM kf.session WHERE encode(token_hash, 'escape') LIKE '%%%s%%'" % first) == 0
    account.login(client)
    second = client.session.cookies["kf_session"]
    assert first != second
    said = client.get("/api/auth/session").json()
    assert said["user"]["email"] == account.email and said["user"]["role"] == "owner"
    assert said["tenant"]["name"] == account.business and said["csrf_token"] == client.csrf
    out = act(client, "POST", "/api/auth/logout")
    assert out.status_code == 204 and "Max-Age=0" in cookie_of(out)
    back = account.client()
    problem(back.get("/api/auth/session", headers={"Cookie": "kf_session=" + second}), 401, "unauthorized")


def test_unused_for_half_an_hour(demo, account):
    client = account.signed_in()
    for _ in range(3):
        demo.advance(29 * 60)
        assert client.get("/api/auth/session").status_code == 200
    demo.advance(30 * 60 + 1)
    problem(client.get("/api/auth/session"), 401, "unauthorized")


def test_twelve_hours_and_no_more(demo, account):
    client = account.signed_in()
    for _ in range(29):
        demo.advance(24 * 60 + 45)
        assert client.get("/api/auth/session").status_code == 200
    demo.advance(10 * 60)
    problem(client.get("/api/auth/session"), 401, "unauthorized")


def test_a_new_password_ends_the_other_sessions(account):
    mine, other = account.signed_in(), account.login()
    wrong = act(mine, "POST", "/api/auth/password", {"current_password": OTHER, "password": OTHER})
    assert wrong.status_code == 401 and wrong.json()["errors"][0]["field"] == "current_password"
    assert act(mine, "POST", "/api/auth/password", {"current_password": PASSWORD, "password": OTHER}).status_code == 204
    assert mine.get("/api/auth/session").status_code == 200
    problem(other.get("/api/auth/session"), 401, "unauthorized")
    account.login(status=401)
    account.login(password=OTHER)


def test_forgotten(account):
    inside = account.signed_in()
    browser = account.client()
    browser.submit(browser.page("/dashboard/forgot").form("forgot"), email=account.email)
    token = account.mail_token("reset")
    # a link for one purpose is invalid for another
    assert browser.get("/dashboard/verify?token=" + token).status_code == 404
    page = browser.page("/dashboard/reset?token=" + token)
    assert browser.submit(page.form("reset"), password="corta").status_code == 422
    assert browser.submit(page.form("reset"), password=OTHER).headers["Location"] == "/dashboard/login?done=reset&lang=es"
    assert browser.get("/dashboard/reset?token=" + token).status_code == 404
    problem(inside.get("/api/auth/session"), 401, "unauthorized")
    account.login(password=OTHER)


def test_reset_link_is_good_for_half_an_hour(demo, account):
    account.verified()
    assert account.client().post("/api/auth/forgot-password", json={"email": account.email}).status_code == 202
    token = account.mail_token("reset")
    demo.advance(30 * 60 + 1)
    assert account.client().get("/dashboard/reset?token=" + token).status_code == 404


def test_sessions_are_listed_and_ended(account):
    mine, other = account.signed_in(), account.login(account.client(**{"User-Agent": "Mozilla Android Chrome/1"}))
    items = mine.get("/api/auth/sessions").json()["items"]
    assert len(items) == 2 and [one["current"] for one in items].count(True) == 1
    page = mine.page("/dashboard/account")
    assert "Chrome · Android" in page.text and "Esta sesión" in page.text
    assert mine.submit(page.form("/sessions/")).headers["Location"] == "/dashboard/account?done=auth.session"
    problem(other.get("/api/auth/session"), 401, "unauthorized")
    stranger = Account(account.demo).signed_in()
    problem(act(stranger, "DELETE", "/api/auth/sessions/" + items[0]["id"]), 404, "not_found")
    assert mine.get("/api/auth/session").status_code == 200


# --- forged requests ---

def test_csrf_token_missing_or_of_another(demo, account):
    mine, other = account.signed_in(), Account(demo).signed_in()
    body = {"name": "Nombre Nuevo"}
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": other.csrf}, {"X-CSRF-Token": mine.csrf[:-1]},
                    {"X-CSRF-Token": mine.session.cookies["kf_session"]}):
        problem(mine.request("PATCH", "/api/auth/profile", json=body, headers=headers), 403, "csrf_token_invalid")
    form = {"name": "Nombre Nuevo", "language": "es"}
    for csrf in (None, "", other.csrf):
        assert mine.post("/dashboard/account/profile", data=dict(form, **({"csrf": csrf} if csrf is not None else {}))
                         ).status_code == 403
    parts = {"name": (None, "Nombre Nuevo"), "language": (None, "es")}
    assert mine.post("/dashboard/account/profile", files=parts).status_code == 403
    # with the token it passes the CSRF check; this form wants another content type
    assert mine.post("/dashboard/account/profile", files=dict(parts, csrf=(None, mine.csrf))).status_code == 415
    assert mine.get("/api/auth/session").json()["user"]["name"] == ""
    assert act(mine, "PATCH", "/api/auth/profile", body).status_code == 204
    assert mine.get("/api/auth/session").json()["user"]["name"] == "Nombre Nuevo"


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Origin": "null"}, {"Origin": "http://evil.localhost"}], ids=str)
def test_other_sites_cannot_send(account, headers):
    client = account.signed_in()
    problem(act(client, "PATCH", "/api/auth/profile", {"name": "Nombre Nuevo"}, **headers), 403, "forbidden")
    form = {"csrf": client.csrf, "name": "Nombre Nuevo", "language": "es"}
    assert client.post("/dashboard/account/profile", data=form, headers=headers).status_code == 403
    login = {"email": account.email, "password": PASSWORD}
    assert account.client().post("/api/auth/login", json=login, headers=headers).status_code == 403
    assert account.client().post("/dashboard/login", data=login, headers=headers).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
def test_documents_are_json(account, kind):
    client = account.signed_in()
    answer = client.request("PATCH", "/api/auth/profile", data=b'{"name":"Nombre Nuevo"}',
                            headers={"X-CSRF-Token": client.csrf, "Content-Type": kind})
    problem(answer, 415, "unsupported_media_type")


# --- where a sign-in leads ---

@pytest.mark.parametrize("wanted, leads", [
    ("/dashboard/services", "/dashboard/services"), ("/dashboard/bookings?status=paid", "/dashboard/bookings?status=paid"),
    ("//evil.example", "/dashboard"), ("/\\evil.example", "/dashboard"), ("https:evil.example", "/dashboard"),
    ("https://evil.example/dashboard", "/dashboard"), ("\t//evil.example", "/dashboard"), ("/dashboard\r\nX: y", "/dashboard"),
    ("/dashboard%2f%2fevil.example", "/dashboard"), ("/dashboard/../../evil", "/dashboard"), ("/book/x", "/dashboard"),
    ("javascript:alert(1)", "/dashboard"), ("/dashboard@evil.example", "/dashboard"), ("", "/dashboard")])
def test_next_is_a_path_of_ours(signed, wanted, leads):
    inside = signed.get("/dashboard/login", params={"next": wanted})
    assert inside.status_code == 303 and inside.headers["Location"] == leads
    page = signed.who.client().page("/dashboard/login?" + urllib.parse.urlencode({"next": wanted}))
    assert dict(page.form("login").fields)["next"] == leads


@pytest.fixture(scope="module")
def signed(demo):
    who = Account(demo)
    client = who.signed_in()
    client.who = who
    return client


# --- other people, keys ---

def test_staff_may_not_what_owners_may(demo):
    shop = Shop(demo, payments=False)
    clerk = person_of(shop, "staff")
    for url in ("/api/staff", "/api/api-keys"):
        problem(clerk.get(url), 403, "forbidden")
    problem(clerk.post("/api/staff", json={"email": new_email(), "role": "owner"}), 403, "forbidden")
    assert clerk.get("/dashboard/staff").status_code == 403
    assert clerk.get("/api/auth/session").json()["user"]["role"] == "staff"


def test_invited_person_comes_in(demo, account):
    owner, guest = account.signed_in(), Account(demo)
    page = owner.page("/dashboard/staff")
    sent = owner.submit(page.form("/dashboard/staff"), email=guest.email, name="Zulmaqx Invitada", role="staff")
    assert sent.headers["Location"] == "/dashboard/staff?done=auth.invite_sent", sent.text[:500]
    browser = guest.client()
    page = browser.page("/dashboard/invitation?token=" + guest.mail_token("invitation"))
    assert account.business in page.text
    done = browser.submit(page.form("invitation"), name="Zulmaqx Invitada", password=PASSWORD)
    assert done.headers["Location"] == "/dashboard/login?done=invited&lang=es"
    inside = guest.login()
    assert inside.get("/api/auth/session").json()["user"]["role"] == "staff"
    people = owner.get("/api/staff").json()["items"]
    staff = next(one for one in people if one["email"] == guest.email)
    change = "/api/staff/" + staff["id"]
    problem(act(owner, "PATCH", change, {"role": "owner"}, **{"If-Match": '"999"'}), 412, "precondition_failed")
    assert act(owner, "PATCH", change, {"role": "owner"}, **{"If-Match": '"%d"' % staff["version"]}).status_code == 200
    assert act(owner, "DELETE", change).status_code == 204
    problem(inside.get("/api/auth/session"), 401, "unauthorized")
    guest.login(status=401)
    problem(act(Account(demo).signed_in(), "PATCH", change, {"role": "staff"}), 404, "not_found")
    me = next(one for one in people if one["email"] == account.email)
    problem(act(owner, "DELETE", "/api/staff/" + me["id"]), 409, "conflict")


def test_keys_are_shown_once_and_end(account):
    owner = account.signed_in()
    made = act(owner, "POST", "/api/api-keys", {"name": "Página", "scopes": ["bookings:read"]})
    key = made.json()["key"]
    private(key)
    assert made.status_code == 201 and re.fullmatch(r"kfk_[\w-]{43}", key)
    listed = owner.get("/api/api-keys")
    assert key not in listed.text and listed.json()["items"][0]["hint"] == key[:len(listed.json()["items"][0]["hint"])]
    robot = account.client(Authorization="Bearer " + key)
    assert robot.get("/api/bookings").status_code == 200
    problem(robot.get("/api/services"), 403, "forbidden")
    problem(robot.get("/api/staff"), 403, "forbidden")
    problem(robot.get("/api/auth/session"), 403, "forbidden")
    problem(account.client(Authorization="Bearer kfk_" + "A" * 43).get("/api/bookings"), 401, "unauthorized")
    assert act(owner, "DELETE", "/api/api-keys/" + made.json()["id"]).status_code == 204
    problem(robot.get("/api/bookings"), 401, "unauthorized")


def test_a_businesss_own_host_is_for_its_people(demo):
    shop, other = Shop(demo, payments=False), Shop(demo, payments=False)
    mine = person_of(shop, base=shop.url)
    assert mine.get("/api/auth/session").status_code == 200
    there = Client(other.url, Cookie="kf_session=" + mine.token)
    problem(there.get("/api/auth/session"), 401, "unauthorized")
    assert there.get("/dashboard/account").status_code == 303
    account = Account(demo).verified()
    refused = account.login(Client(other.url), status=401).answer
    problem(refused, 401, "credentials_invalid")
    assert cookie_of(refused) is None


def test_a_suspended_business_may_read(demo):
    shop = Shop(demo, payments=False)
    owner, robot = person_of(shop), key_of(shop)
    demo.run("UPDATE kf.tenant SET status = 'suspended' WHERE tenant_id = '%s'" % shop.tenant)
    assert owner.get("/api/staff").status_code == 200
    problem(owner.post("/api/api-keys", json={"name": "x", "scopes": ["bookings:read"]}), 403, "read_only")
    problem(robot.post("/api/closed-days", json={"day": "2027-01-01"}), 403, "read_only")
    assert owner.get("/api/auth/session").json()["read_only"] is True
    assert owner.post("/api/auth/logout").status_code == 204


def test_nobody_is_sent_to_the_sign_in(demo):
    client = Client(demo.about["base_url"])
    for method, url in (("GET", "/api/auth/session"), ("POST", "/api/auth/logout"), ("GET", "/api/staff"),
                        ("DELETE", "/api/staff/" + str(uuid.uuid4()))):
        problem(client.request(method, url), 401, "unauthorized")
    gone = client.get("/dashboard/staff?page=2")
    assert gone.status_code == 303 and gone.headers["Location"] == "/dashboard/login?next=%2Fdashboard%2Fstaff%3Fpage%3D2"
    sent = client.post("/dashboard/staff", data={"email": "x"})
    assert sent.status_code == 303 and sent.headers["Location"] == "/dashboard/login?next=%2Fdashboard%2Fstaff"
    assert gone.headers["Cache-Control"] == "no-store"
