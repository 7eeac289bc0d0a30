"""Attacks on accounts: registration before the owner, lockout from outside, enumeration by invitations."""
import re

import pytest

from kitaccount import OTHER, PASSWORD, UNLIMITED, Account, act, new_email, page_of, turn_on
from kitapi import problem
from kitdemo import wait_until
from kithttp import private

SECOND = "unas terceras palabras muy sueltas"
private(SECOND)


@pytest.fixture(scope="module")
def demo(demos):
    """Its clock is moved, so no other test uses it."""
    return demos.get("takeover", UNLIMITED)


@pytest.fixture()
def account(demo):
    return Account(demo)


def register_as(account, business, password):
    answer = account.client().post("/api/auth/register", json={
        "business": business, "email": account.email, "password": password, "language": "es"})
    assert answer.status_code == 202


def links(account, kind):
    """The tokens in the mails with links to that page, newest first."""
    found = [re.search(r"/dashboard/%s\?token=([\w-]{43})" % kind, one["text"]).group(1) for one in account.mails(kind)]
    private(*found)
    return found


def follow(account, token, password=PASSWORD):
    """A person follows a verification link, and types their own password if asked."""
    browser = account.client(**{"Accept-Language": "es"})
    page = browser.get("/dashboard/verify?token=" + token)
    if page.status_code == 404:
        return page
    page = browser.page("/dashboard/verify?token=" + token)
    form = page.form("verify")
    return browser.submit(form, **({"password": password} if "password" in dict(form.fields) else {}))


def forgot(account, client=None, status=202):
    before = len(account.mails("reset"))
    answer = (client or account.client()).post("/api/auth/forgot-password", json={"email": account.email})
    assert answer.status_code == status, answer.text
    return account.mail_token("reset", before) if status == 202 else None


# --- registered before their owner ---

def test_registering_over_somebody_gives_no_account(account):
    """The victim registers. A stranger registers the same address before the mail is read."""
    account.register()
    account.mail_token("verify")
    register_as(account, "Negocio Ajeno", OTHER)
    account.mail_token("verify", before=1)
    said = [follow(account, token) for token in links(account, "verify")]
    account.login(status=401, password=OTHER)
    assert [one.status_code for one in said] == [422, 303]
    assert "Esa no es la contraseña de este registro" in said[0].text
    inside = account.login()
    assert inside.get("/api/auth/session").json()["tenant"]["name"] == account.business


def test_registering_for_somebody_gives_no_account(account):
    """The victim never registered, and follows a link from an unrequested mail."""
    register_as(account, "Negocio Ajeno", OTHER)
    token = account.mail_token("verify")
    assert follow(account, token).status_code != 303
    account.login(status=403, password=OTHER)
    problem(account.client().post("/api/auth/verify-email", json={"token": token, "password": PASSWORD}), 401,
            "credentials_invalid")
    account.register()
    assert follow(account, account.mail_token("verify", before=1)).status_code == 303
    account.login(status=401, password=OTHER)
    assert account.login().get("/api/auth/session").json()["tenant"]["name"] == account.business
    assert follow(account, token, OTHER).status_code == 404


def test_the_password_of_a_registration_is_not_guessed(account):
    register_as(account, "Negocio Ajeno", OTHER)
    token = account.mail_token("verify")
    said = [account.client().post("/api/auth/verify-email", json={"token": token, "password": "palabra %d" % n}).status_code
            for n in range(6)]
    assert said == [401] * 5 + [429]


def test_a_reset_shows_what_else_opens_the_account(account):
    """A stranger's factor and key survive a new password: the page shows them, and the reset can end the key."""
    stranger = account.signed_in()
    made = act(stranger, "POST", "/api/api-keys", {"name": "Clave ajena", "scopes": ["bookings:read"]}).json()
    private(made["key"])
    turn_on(stranger)
    robot = account.client(Authorization="Bearer " + made["key"])
    browser = account.client(**{"Accept-Language": "es"})
    page = browser.page("/dashboard/reset?token=" + forgot(account))
    assert "Clave ajena" in page.text and "Anular todas las claves de API" in page.text
    assert "código de tu aplicación" in page.text and made["key"] not in page.text
    assert browser.submit(page.form("reset"), password="corta", end_keys="1").status_code == 422
    done = browser.submit(page.form("reset"), password=SECOND, end_keys="1")
    assert done.headers["Location"] == "/dashboard/login?done=reset_keys&lang=es"
    problem(robot.get("/api/bookings"), 401, "unauthorized")
    problem(stranger.get("/api/auth/session"), 401, "unauthorized")
    problem(account.login(status=401, password=SECOND).answer, 401, "second_factor_required")
    # a mail alone does not remove a factor: the operator does, after identifying the owner
    slug = account.demo.one("SELECT t.subdomain FROM kf.tenant t JOIN kf.staff s USING (tenant_id) WHERE s.email = '%s'"
                            % account.email)
    link = account.demo.ctl("staff", "reset", slug, account.email, "--second-factor-off")
    private(link["token"])
    answer = account.client().post("/api/auth/reset-password", json={"token": link["token"], "password": OTHER})
    assert answer.json() == {"changed": True, "second_factor": False, "second_factor_since": None, "api_keys": [],
                             "api_keys_ended": 0}
    account.login(password=OTHER)


def test_a_reset_by_the_api_shows_the_same(account):
    owner = account.signed_in()
    for name in ("Una", "Otra"):
        private(act(owner, "POST", "/api/api-keys", {"name": name, "scopes": ["bookings:read"]}).json()["key"])
    turn_on(owner)

    def reset(**more):
        return account.client().post("/api/auth/reset-password",
                                     json=dict({"token": forgot(account), "password": SECOND}, **more)).json()
    said = reset()
    assert [one["name"] for one in said["api_keys"]] == ["Otra", "Una"] and said["api_keys_ended"] == 0
    assert said["second_factor"] and said["second_factor_since"]
    said = reset(end_api_keys=True)
    assert said["api_keys"] == [] and said["api_keys_ended"] == 2


# --- locked from outside ---

def strangers_try(account, client=None):
    """Uses up the attempts until unknown browsers are refused."""
    for n in range(6):
        answer = (client or account.client()).post("/api/auth/login", json={"email": account.email, "password": "no %d" % n})
    assert answer.status_code == 429


def test_strangers_lock_nobody_out_of_their_browser(demo, account):
    mine = account.signed_in()
    strangers_try(account)
    account.login(status=429)
    assert act(mine, "POST", "/api/auth/logout").status_code == 204
    account.login(mine)
    # other people behind the same address use up its attempts: that does not lock out the known browser either
    behind = {"X-Forwarded-For": mine.session.headers["X-Forwarded-For"]}
    for _ in range(20):
        Account(demo).login(account.client(**behind), status=401)
    Account(demo).login(account.client(**behind), status=429)
    account.login(mine)
    # a known browser has five attempts of its own, only for its own account
    for _ in range(5):
        account.login(mine, status=401, password="no es la contraseña")
    account.login(mine, status=429)
    demo.advance(901)
    other = Account(demo).signed_in()
    strangers_try(account)
    account.login(other, status=429)
    other.session.cookies.set("kf_device", other.session.cookies["kf_device"][:-4] + "AAAA")
    account.login(other, status=429)


def test_two_people_at_one_browser_are_both_known(demo, account):
    other = Account(demo)
    browser = account.signed_in()
    other.verified().login(browser)
    for one in (account, other):
        strangers_try(one)
        one.login(browser)


def test_the_newest_link_opens_the_door(demo, account):
    """Strangers use up the attempts to sign in and to have mails sent, and request links themselves."""
    account.verified()
    strangers_try(account)
    for _ in range(4):
        register_as(account, "Negocio Ajeno", OTHER)
    problem(account.register(), 429, "rate_limited")
    for _ in range(4):
        forgot(account)
    newest = forgot(account)
    forgot(account, status=429)
    for token in links(account, "reset")[1:]:
        assert account.client().get("/dashboard/reset?token=" + token).status_code == 404
    browser = account.client()
    page = browser.page("/dashboard/reset?token=" + newest)
    assert browser.submit(page.form("reset"), password=SECOND).status_code == 303
    account.login(status=429, password=SECOND)  # unknown browsers still wait
    account.login(browser, password=SECOND)


# --- found out by invitations ---

def invite(owner, email):
    return act(owner, "POST", "/api/staff", {"email": email, "role": "staff", "name": "Zulmaqx Invitada"})


def people(owner):
    return [one["email"] for one in owner.get("/api/staff").json()["items"]]


def test_invitations_do_not_tell_of_accounts(demo, account):
    owner = account.signed_in()
    known, unverified, unknown = Account(demo).verified(), Account(demo), Account(demo)
    unverified.register()
    said, told = [], []
    for one in (known, unverified, unknown):
        answer = invite(owner, one.email)
        said.append((answer.status_code, {k: v for k, v in answer.json().items() if k not in (
            "id", "email", "created_at", "invitation_expires_at")}))
        one.mail_token("invitation")
        told.append([re.sub(r"token=[\w-]{43}|(?<=/report/)[0-9a-f]{96}", "", mail["text"]).replace(one.email, "@")
                     for mail in one.mails("invitation")])
    assert said[0][0] == 201 and said[0] == said[1] == said[2]
    assert told[0] == told[1] == told[2]
    # only the reader of the mail learns that an address belongs to a business
    browser = known.client(**{"Accept-Language": "es"})
    page = browser.page("/dashboard/invitation?token=" + links(known, "invitation")[0])
    taken = browser.submit(page.form("invitation"), name="Zulmaqx Invitada", password=SECOND)
    assert taken.status_code == 409 and "Este correo ya tiene una cuenta" in taken.text
    known.login()
    # an unverified registration blocks nobody
    page = browser.page("/dashboard/invitation?token=" + links(unverified, "invitation")[0])
    assert browser.submit(page.form("invitation"), name="Zulmaqx Invitada", password=SECOND).status_code == 303
    inside = unverified.login(password=SECOND)
    assert inside.get("/api/auth/session").json()["tenant"]["name"] == account.business


def test_an_invitation_is_refused(demo, account):
    owner = account.signed_in()
    page_guest, api_guest = Account(demo), Account(demo)
    for one in (page_guest, api_guest):
        assert invite(owner, one.email).status_code == 201
    browser = page_guest.client(**{"Accept-Language": "es"})
    token = page_guest.mail_token("invitation")
    page = browser.page("/dashboard/invitation?token=" + token)
    said = browser.submit(page.form("invitation"), button=("way", "refuse"))
    assert said.headers["Location"] == "/dashboard/login?done=refused&lang=es"
    assert "Rechazaste la invitación" in browser.follow(said).text
    assert browser.get("/dashboard/invitation?token=" + token).status_code == 404
    body = {"token": api_guest.mail_token("invitation")}
    assert api_guest.client().post("/api/auth/refuse-invitation", json=body).json() == {"refused": True}
    problem(api_guest.client().post("/api/auth/refuse-invitation", json=body), 403, "token_invalid")
    assert people(owner) == [account.email]
    page_guest.signed_in()
    assert invite(owner, api_guest.email).status_code == 201  # the business may invite once more


def test_an_invitation_ends_after_a_week(demo, account):
    owner, guest = account.signed_in(), Account(demo)
    assert invite(owner, guest.email).status_code == 201
    token = guest.mail_token("invitation")
    # meanwhile it occupies nobody's address
    stays = new_email()
    assert invite(owner, stays).status_code == 201
    Account(demo, email=stays).signed_in()
    demo.advance(7 * 86400 + 1)
    assert guest.client().get("/dashboard/invitation?token=" + token).status_code == 404
    owner = account.login()
    wait_until(lambda: people(owner) == [account.email], 20)
    assert page_of(owner.get("/dashboard/staff")).h1 == "Equipo"
    assert guest.signed_in().get("/api/auth/session").json()["tenant"]["name"] == guest.business
