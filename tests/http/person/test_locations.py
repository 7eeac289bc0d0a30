"""Locations that an operator protects with Konfirmado's accounts: AuthType, Require, AuthBasicProvider."""
import os
import subprocess
import tempfile

import pytest

from kitaccount import PASSWORD, UNLIMITED, Account, Node, act, totp
from kitadmin import key as key_of
from kitadmin import person as person_of
from kithttp import Client
from kitshop import Shop

LINES = """
    Alias "/ops" "%(files)s"
    <Directory "%(files)s">
        Require all granted
    </Directory>
    <Location "/ops/people">
        AuthzSendForbiddenOnFailure On
        AuthType Konfirmado
        AuthName "Operations"
        Require konfirmado-role owner staff
    </Location>
    <Location "/ops/owners">
        AuthzSendForbiddenOnFailure On
        AuthType Konfirmado
        AuthName "Operations"
        Require konfirmado-role owner
    </Location>
    <Location "/ops/tenant">
        AuthzSendForbiddenOnFailure On
        AuthType Konfirmado
        AuthName "Operations"
        Require konfirmado-tenant %(sub)s
    </Location>
    <Location "/ops/script">
        AuthzSendForbiddenOnFailure On
        AuthType Basic
        AuthName "Operations"
        AuthBasicProvider konfirmado
        Require konfirmado-role owner
    </Location>
"""
MODULES = ("authn_core", "auth_basic", "authz_user")


@pytest.fixture(scope="module")
def demo(demos):
    return demos.get("accounts", UNLIMITED)


@pytest.fixture(scope="module")
def shop(demo):
    return Shop(demo, payments=False)


@pytest.fixture(scope="module")
def node(demos, demo, shop):
    folder = tempfile.mkdtemp(prefix="node-", dir=demos.top)
    files = os.path.join(folder, "files")
    for name in ("people", "owners", "tenant", "script"):
        os.makedirs(os.path.join(files, name))
        with open(os.path.join(files, name, "page.html"), "w", encoding="ascii") as handle:
            handle.write("inside\n")
    second = Node(demo, folder, LINES % {"files": files, "sub": shop.sub}, MODULES).start()
    yield second
    second.stop()


def status(client, place, **options):
    answer = client.get("/ops/%s/page.html" % place, **options)
    assert (answer.text == "inside\n") is (answer.status_code == 200)
    return answer.status_code


def test_nobody(node, log):
    log.expect("AH01617", "AH01618")
    for place in ("people", "owners", "tenant", "script"):
        answer = Client(node.base).get("/ops/%s/page.html" % place)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == ('Basic realm="Operations"' if place == "script" else "Bearer")
    forged = Client(node.base, Cookie="kf_session=" + "A" * 43)
    assert status(forged, "people") == 401
    assert status(Client(node.base, Authorization="Bearer kfk_" + "A" * 43), "tenant") == 401


def test_roles_and_tenants(demo, node, shop, log):
    log.expect("AH01630", "AH01631")
    other = Shop(demo, payments=False)
    people = [(person_of(shop, base=node.base), {"people": 200, "owners": 200, "tenant": 200}),
              (person_of(shop, "staff", base=node.base), {"people": 200, "owners": 403, "tenant": 200}),
              (person_of(other, base=node.base), {"people": 200, "owners": 200, "tenant": 403})]
    for client, wanted in people:
        assert {place: status(client, place) for place in wanted} == wanted
    robot = key_of(shop)
    robot.base_url = node.base
    assert [status(robot, place) for place in ("people", "owners", "tenant")] == [403, 403, 200]


def test_a_session_that_ended(node, shop):
    client = person_of(shop, base=node.base)
    assert status(client, "owners") == 200
    assert client.post("/api/auth/logout").status_code == 204
    assert status(client, "owners") == 401


def test_other_sites_cannot_send(node, shop):
    client = person_of(shop, base=node.base)
    answer = client.post("/ops/people/page.html", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_basic_for_scripts(demo, node, log):
    # mod_auth_basic logs the user name: an address that is not private
    log.expect("AH01617", "AH01618", "AH01630", "AH01631")
    account = Account(demo, email="guion@operaciones.example").verified()
    client = Client(node.base)
    assert status(client, "script", auth=(account.email, PASSWORD)) == 200
    assert status(client, "script", auth=("nadie@operaciones.example", PASSWORD)) == 401
    for _ in range(5):
        assert status(Client(node.base), "script", auth=(account.email, "no es esta")) == 401
    answer = Client(node.base).get("/ops/script/page.html", auth=(account.email, PASSWORD))
    assert answer.status_code == 401 and int(answer.headers["Retry-After"]) > 0
    account.login(status=429)  # the counter is shared


def test_basic_is_not_for_a_second_factor(demo, node, log):
    log.expect("AH01617", "AH01618")
    account = Account(demo, email="doble@operaciones.example")
    client = account.signed_in()
    secret = act(client, "POST", "/api/auth/totp", {"password": PASSWORD}).json()["secret"]
    assert act(client, "POST", "/api/auth/totp/confirm", {"code": totp(secret)}).status_code == 200
    assert status(Client(node.base), "script", auth=(account.email, PASSWORD)) == 401


@pytest.mark.parametrize("line, sentence", [
    ("Require konfirmado-role", "needs owner, staff or both"), ("Require konfirmado-role boss", "neither owner nor staff"),
    ("Require konfirmado-tenant", "needs the subdomain")])
def test_bad_lines_are_refused_with_a_sentence(demo, tmp_path, line, sentence):
    node = Node(demo, str(tmp_path), '<Location "/x">\nAuthType Konfirmado\n%s\n</Location>' % line, ("authn_core",))
    done = subprocess.run(**node.command("-t"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode != 0 and sentence in done.stdout
