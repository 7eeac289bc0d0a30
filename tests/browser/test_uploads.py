"""Merchants' images in a real browser: displayed on their pages, and inert wherever they are opened."""
import secrets
import socket
import threading
import time

import pytest
from selenium.common.exceptions import NoAlertPresentException

from kitfiles import GOOD_SVG, HOSTILE, OUT, Owner, png
from kitdemo import wait_until

# Refused because of their cost: a browser that renders them hangs.
HEAVY = {"use-bomb", "cycle", "deep", "pixel-flood"}


class Ear:
    """Listens where a hostile image would connect to, and counts requests."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                link = self.socket.accept()[0]
            except OSError:
                return
            # A browser opens a connection before its policy stops the request.
            link.settimeout(1)
            try:
                self.heard += bool(link.recv(1))
            except OSError:
                pass
            link.close()


@pytest.fixture(scope="module")
def ear():
    one = Ear()
    yield one
    one.socket.close()


def dialog(browser):
    try:
        alert = browser.driver.switch_to.alert
        said = alert.text
        alert.dismiss()
        return said
    except NoAlertPresentException:
        return None


def went_out(browser):
    """Requests since the last call, without those that the policy blocked before they left."""
    asked, stopped = {}, set()
    for event in browser.network():
        values = event["params"]
        if event["method"] == "Network.requestWillBeSent" and values["request"]["url"].startswith("http"):
            asked[values["requestId"]] = values["request"]["url"]
        elif event["method"] == "Network.loadingFailed" and values.get("blockedReason") == "csp":
            stopped.add(values["requestId"])
    return [url for n, url in asked.items() if n not in stopped]


def look(browser, url, host, ear):
    """Opens an image; returns the faults. Requests that the browser itself blocks are seen only by the listener."""
    found, heard = [], ear.heard
    for address in (url, url + "#x"):
        browser.drain()
        browser.open(address)
        said = dialog(browser)
        if said is not None:
            found.append("dialog %r" % said)
        found += [one for one in went_out(browser)
                  if not one.startswith(("http://" + host, "http://127.0.0.1:%d/" % ear.port))]
    return found + (["the ear heard it"] if ear.heard != heard else [])


def keep(shop, name, data):
    """An image stored past all checks: only its headers protect."""
    kind = "svg" if name.endswith(".svg") or name.endswith(".gif") else "png"
    made = "%s.%s" % (secrets.token_urlsafe(32), kind)
    media = {"svg": "image/svg+xml", "png": "image/png"}[kind]
    shop.demo.run("INSERT INTO kf.upload (tenant_id, upload_id, name, kind, media_type, size, bytes, created_at)"
                  " VALUES ('%s', gen_random_uuid(), '%s', 'logo', '%s', %d, decode('%s', 'hex'), kf.now())"
                  % (shop.tenant, made, media, len(data), data.hex()))
    return "/uploads/" + made


def test_the_ear_hears(ear):
    with socket.create_connection(("127.0.0.1", ear.port), 5) as link:
        link.sendall(b"GET")
        time.sleep(0.1)
    wait_until(lambda: ear.heard == 1, 5)
    ear.heard = 0


def test_the_look_sees(browser, clinic, demo, ear):
    """The control: a page with a foreign script and image is detected."""
    browser.open(clinic.url + "/book/" + clinic.link)
    browser.drain()
    browser.js("document.body.append(Object.assign(new Image, {src: arguments[0]})); setTimeout(() => alert(7), 0)",
               "%s/merchant/x.png" % demo.sandbox_url)
    wait_until(lambda: dialog(browser) == "7", 5)
    assert any(one.startswith(demo.sandbox_url) for one in browser.requests())


@pytest.mark.parametrize("name,data", [("logo.svg", GOOD_SVG), ("logo.png", png(80, 80))], ids=("svg", "png"))
def test_logo_is_shown(browser, make_shop, name, data):
    shop = make_shop()
    answer = Owner(shop).send("/api/tenant/logo", name, data)
    assert answer.status_code == 200, answer.text
    url = answer.json()["logo_url"]
    wait_until(lambda: url in shop.client().get("/book/" + shop.link).text, 10)
    browser.open(shop.url + "/book/" + shop.link)
    browser.open(shop.url + "/book/" + shop.link)
    assert browser.js("const i = document.querySelector('img[src=\"%s\"]'); return i && i.complete && i.naturalWidth > 0" % url)
    assert not browser.console()


def test_what_was_taken_is_inert(browser, make_shop, ear):
    shop = make_shop()
    owner = Owner(shop)
    taken = 0
    for what, (name, data, word) in sorted(HOSTILE.items()):
        answer = owner.send("/api/tenant/logo", name, data.replace(OUT.encode(), b"http://127.0.0.1:%d/out" % ear.port))
        assert (answer.status_code == 200) == (word is None), (what, answer.text)
        if answer.status_code == 200:
            taken += 1
            assert not look(browser, shop.url + answer.json()["logo_url"], shop.host, ear), what
    assert taken >= 3 and len(HOSTILE) - taken >= 40 and not ear.heard


def test_what_would_have_been_taken_is_inert_too(browser, make_shop, ear):
    """Without the checks the response's policy alone makes each of them harmless."""
    shop = make_shop()
    opened, found = 0, {}
    for what, (name, data, _) in sorted(HOSTILE.items()):
        if what in HEAVY or not data:
            continue
        data = data.replace(OUT.encode(), b"http://127.0.0.1:%d/out" % ear.port)
        bad = look(browser, shop.url + keep(shop, name, data), shop.host, ear)
        opened += 1
        if bad:
            found[what] = bad
    time.sleep(1.5)
    assert not found
    assert opened >= 40 and not ear.heard
