"""Accounts in Chromium: every page without a fault, the sign-in with and without scripts."""
import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "http"))

from kitaccount import PASSWORD, Account, act, totp, turn_on  # noqa: E402
from kitbrowser import views  # noqa: E402
from kithttp import private  # noqa: E402

SIZES = views("size")


class Visitor:
    def __init__(self, browser, account, lang="es"):
        self.b = browser
        self.account = account
        self.lang = lang

    def open(self, path):
        mark = "&" if "?" in path else "?"
        self.b.open(self.account.base + path + mark + "lang=" + self.lang)
        return self

    def type(self, **fields):
        for name, value in fields.items():
            field = self.b.find("#" + name)
            field.clear()
            field.send_keys(value)
        return self

    def send(self, selector="form button.main"):
        before = self.b.find("html")

        def gone():
            return self.b.find("html") != before and self.b.has("h1")
        self.b.click(selector)
        self.b.wait(gone, why="the next page")
        return self

    def seen(self, name, h1=None):
        """The page is correct: checked, with screenshots in light and dark."""
        if h1:
            self.b.wait_h1(h1)
        self.b.check(self.lang)
        for scheme in ("dark", "light"):
            self.b.scheme(scheme)
            self.b.shot("auth-%s-%s" % (name, scheme))


@pytest.fixture()
def account(demo):
    return Account(demo)


@SIZES
def test_the_way_in(chromiums, account, size):
    v = Visitor(chromiums(True).fresh(size), account)
    v.open("/dashboard/register").seen("register", "Crea tu cuenta")
    v.type(business="", email="nadie", password="corta").send().seen("register-wrong", "Crea tu cuenta")
    assert v.b.find("#email").get_attribute("value") == "nadie" and v.b.find("#password").get_attribute("value") == ""
    assert v.b.js("return document.activeElement.matches('.msg[role=alert]')"), "the focus is on the errors"
    v.type(business="Clínica del Parque", email=account.email, password=PASSWORD)
    v.b.click(".reveal")
    assert v.b.find("#password").get_attribute("type") == "text"
    v.send().seen("mail", "Revisa tu correo")
    v.open("/dashboard/verify?token=" + account.mail_token("verify")).seen("verify", "Confirma tu correo")
    v.type(password="no es esta").send().seen("verify-wrong", "Confirma tu correo")
    assert "Esa no es la contraseña de este registro" in v.b.text()
    v.type(password=PASSWORD).send().seen("login", "Inicia sesión")
    assert v.b.find("#email").get_attribute("value") == account.email, "typed a minute ago, on the first page"
    v.type(email=account.email, password="no es esta").send().seen("login-wrong", "Inicia sesión")
    v.type(email=account.email, password=PASSWORD).send()
    v.open("/dashboard/account").seen("account", "Tu cuenta")
    v.open("/dashboard/staff").seen("staff", "Equipo")
    v.type(email="equipo.%s" % account.email).send("#invite button.main").seen("staff-invited", "Equipo")
    v.open("/dashboard/api-keys").seen("keys", "Claves de API")
    v.type(name="Página web")
    v.b.click(".ids input")
    v.send("#new button.main").seen("keys-made", "Claves de API")
    assert v.b.find("#made-key").get_attribute("value").startswith("kfk_")


@SIZES
def test_second_factor(chromiums, account, size):
    account.verified()
    v = Visitor(chromiums(True).fresh(size), account)
    v.open("/dashboard/login?next=/dashboard/account/second-factor").type(email=account.email, password=PASSWORD).send()
    v.seen("factor-off", "Segundo paso")
    v.type(password=PASSWORD).send("main form button.main").seen("factor-scan", "Segundo paso")
    secret = v.b.find("main code").text.replace(" ", "")
    v.type(code="12345").send("main form button.main").seen("factor-wrong", "Segundo paso")
    v.type(code=totp(secret)).send("main form button.main").seen("factor-codes", "Segundo paso")
    code = v.b.all(".codes code")[0].text
    v.open("/dashboard/account/second-factor").seen("factor-on", "Segundo paso")
    v.b.fresh(size)
    v.open("/dashboard/login").type(email=account.email, password=PASSWORD).send().seen("code", "Confirma que eres tú")
    v.send("button.alt").seen("recovery", "Usa un código de recuperación")
    v.type(code=code).send()
    assert v.b.path() == "/dashboard/account" and "código de recuperación" in v.b.text()


@SIZES
def test_a_reset_with_what_else_opens_the_account(chromiums, account, size):
    owner = account.signed_in()
    for name in ("Página web", "Sistema de la clínica con un nombre bastante largo"):
        private(act(owner, "POST", "/api/api-keys", {"name": name, "scopes": ["bookings:read"]}).json()["key"])
    turn_on(owner)
    assert account.client().post("/api/auth/forgot-password", json={"email": account.email}).status_code == 202
    v = Visitor(chromiums(True).fresh(size), account)
    v.open("/dashboard/reset?token=" + account.mail_token("reset")).seen("reset-access", "Elige una contraseña nueva")
    assert "Sistema de la clínica" in v.b.text() and "Anular todas las claves" in v.b.text()
    v.b.click("input[name=end_keys]")
    v.type(password=PASSWORD + " y otra").send().seen("reset-keys", "Inicia sesión")
    assert "las claves de API quedaron anuladas" in v.b.text()


def test_without_scripts(chromiums, account):
    account.verified()
    v = Visitor(chromiums(False).fresh(), account)
    v.open("/dashboard/forgot").seen("forgot", "Elige una contraseña nueva")
    v.type(email=account.email).send().seen("forgot-mail", "Revisa tu correo")
    v.open("/dashboard/reset?token=" + account.mail_token("reset")).seen("reset", "Elige una contraseña nueva")
    v.type(password=PASSWORD + " y otra").send().type(email=account.email, password=PASSWORD + " y otra").send()
    v.open("/dashboard/account")
    v.b.click(".bar a[href='#menu']")
    v.send(".leave button").seen("signed-out", "Inicia sesión")


def test_invitation(chromiums, account, demo):
    owner, guest = account.signed_in(), Account(demo)
    answer = owner.post("/api/staff", json={"email": guest.email, "role": "staff"}, headers={"X-CSRF-Token": owner.csrf})
    assert answer.status_code == 201
    v = Visitor(chromiums(True).fresh(), guest)
    v.open("/dashboard/invitation?token=" + guest.mail_token("invitation")).seen("invitation", "Únete a tu equipo")
    v.type(name="Zulmaqx Nueva", password=PASSWORD).send().seen("invited", "Inicia sesión")
    v.type(email=guest.email, password=PASSWORD).send()
    v.open("/dashboard/account").seen("account-staff", "Tu cuenta")
    taken = Account(demo).verified()
    answer = owner.post("/api/staff", json={"email": taken.email, "role": "staff"}, headers={"X-CSRF-Token": owner.csrf})
    assert answer.status_code == 201
    v.b.fresh()
    v.open("/dashboard/invitation?token=" + taken.mail_token("invitation"))
    v.type(name="Zulmaqx Nueva", password=PASSWORD).send().seen("invitation-taken", "Únete a tu equipo")
    assert "Este correo ya tiene una cuenta" in v.b.text()
    v.send("button.alt").seen("invitation-refused", "Inicia sesión")


@pytest.mark.parametrize("path, es, en", [
    ("/dashboard/register", "Crea tu cuenta", "Create your account"), ("/dashboard/login", "Inicia sesión", "Sign in"),
    ("/dashboard/check-mail", "Confirma tu correo", "Confirm your email"),
    ("/dashboard/verify?token=x", "Este enlace ya no sirve", "This link no longer works"),
    ("/dashboard/reset?token=x", "Este enlace ya no sirve", "This link no longer works"),
    ("/dashboard/invitation?token=x", "Esta invitación ya no sirve", "This invitation no longer works")])
def test_both_languages(chromiums, account, path, es, en):
    b = chromiums(True).fresh()
    for lang, h1 in (("es", es), ("en", en)):
        Visitor(b, account, lang).open(path).seen(path.split("?")[0].split("/")[-1] + "-" + lang, h1)


def test_in_the_colours_of_the_business(chromiums, clinic, demo):
    b = chromiums(True).fresh()
    Visitor(b, Account(demo, base=clinic.url)).open("/dashboard/login").seen("tenant", "Inicia sesión")
    assert "Clínica Norte" in b.find(".brand").text
