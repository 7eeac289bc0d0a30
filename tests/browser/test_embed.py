"""A merchant's own site, in a browser that blocks third-party cookies: its own front end by the API, and the pages
in a frame. From the choice to the payment and back."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import urllib.parse

import pytest

from kitbrowser import DESKTOP, PHONE, Chromium, Walk

# The same, by a user setting and by a setting for origins without a prompt.
REFUSED = {"profile.cookie_controls_mode": 1, "profile.block_third_party_cookies": True}
NONE = {"profile.default_content_setting_values.cookies": 2}
OWN = """<!doctype html><html lang="es"><title>Tienda</title><h1>Tienda</h1><button>Reservar</button><p></p><script>
const api = %(api)s, link = %(link)s, back = location.origin + "/gracias?orden=7";
async function ask(path, body) {
  const answer = await fetch(api + path, body && {method: "POST", body: JSON.stringify(body),
    headers: {"Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID()}});
  if (!answer.ok) throw new Error(path + " " + answer.status + " " + await answer.text());
  return answer.json();
}
async function book() {
  const options = await ask("/api/booking/" + link + "/options");
  const service = options.services.find(one => one.name === "Limpieza").id;
  const day = n => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);
  const times = await ask("/api/availability?" + new URLSearchParams({link, service, from: day(2), to: day(9)}));
  const start = times.slots[times.slots.length >> 1].start;
  const hold = await ask("/api/holds", {link, service, start, return_url: back});
  const booked = await ask("/api/bookings", {hold: hold.id, token: hold.token, customer: %(customer)s, accepted_terms: true});
  document.querySelector("p").textContent = booked.id;
  location = booked.checkout_url;
}
document.querySelector("button").onclick = () => book().catch(e => { document.querySelector("p").textContent = e; });
</script></html>"""
AROUND = """<!doctype html><html lang="es"><title>Tienda</title><meta name="viewport" content="width=device-width">
<style>body{margin:0}iframe{border:0;width:100%%;height:1600px}</style><iframe src="%s" title="Reservas"></iframe></html>"""
# As on the page for integrators (/docs/callbacks).
SANDBOX = ('<iframe sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox '
           'allow-top-navigation-by-user-activation"')


class Site(http.server.ThreadingHTTPServer):
    """The merchant's pages by path. /cookie sets one, and shows the received ones."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.pages = {"/gracias": "<!doctype html><title>Tienda</title><h1>Gracias</h1>"}
        self.url = "http://127.0.0.1:%d" % self.server_port
        self.other_url = "http://localhost:%d" % self.server_port
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        came = self.headers.get("Cookie") or "none"
        text = "<h1>%s</h1>" % came if path == "/cookie" else self.server.pages.get(path)
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if path == "/cookie":
            self.send_header("Set-Cookie", "there=1; SameSite=None; Secure")
        self.end_headers()
        self.wfile.write((text or "").encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    one = Site()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture(scope="module")
def embedding(site, demo):
    from conftest import make_clinic
    return make_clinic(demo, allowed_origin=[site.url], frame_origin=[site.url])


@pytest.fixture(scope="module")
def chromium():
    """Variants: third-party cookies blocked; or all cookies, so that even the partitioned ones are not sent."""
    running = {}

    def get(prefs):
        name = json.dumps(prefs)
        running[name] = running.get(name) or Chromium(prefs=prefs)
        return running[name]
    yield get
    for one in running.values():
        one.close()


@pytest.fixture()
def refusing(chromium):
    return chromium(REFUSED)


def came_back(b, site, shop, booking, path):
    """The return URL says that the booking is paid, signed, so that the shop can detect a forged one."""
    b.wait(lambda: b.url().startswith(site.url + path), 20, "the way back to the shop")
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(b.url()).query))
    key = base64.b64decode(shop.secret[len("whsec_"):])
    signed = "%s.ok.%s" % (booking, query["ts"])
    good = base64.urlsafe_b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    assert (query["ref"], query["status"], query["sig"]) == (booking, "ok", good)
    assert shop.demo.one("SELECT status FROM kf.booking WHERE booking_id = '%s'" % booking) in ("paid", "confirmed")


def test_the_browser_refuses_cookies_of_other_sites(refusing, site):
    """The control: a third-party cookie set in a frame does not come back."""
    b = refusing.fresh()
    site.pages["/around"] = AROUND % (site.other_url + "/cookie")
    for _ in range(2):
        b.open(site.url + "/around")
        b.driver.switch_to.frame(b.find("iframe"))
        assert b.h1() == "none"
        b.driver.switch_to.default_content()


def test_own_front_end(refusing, site, embedding, someone):
    b, shop = refusing.fresh(), embedding
    site.pages["/own"] = OWN % {"api": json.dumps(shop.url), "link": json.dumps(shop.link),
                                "customer": json.dumps({key: someone[key] for key in ("name", "email", "phone")})}
    b.cdp("Network.setExtraHTTPHeaders", headers={})  # the header of these tests is not allowed cross-origin
    b.open(site.url + "/own")
    b.click("button")
    Walk(b, shop).pay()
    booking = b.wait(lambda: shop.demo.one("SELECT booking_id FROM kf.booking WHERE tenant_id = '%s' AND customer_email = '%s'"
                                           % (shop.tenant, someone["email"])), why="the booking")
    Walk(b, shop).back()
    came_back(b, site, shop, booking, "/gracias?orden=7&")


@pytest.mark.parametrize("prefs, size, tag", [(REFUSED, PHONE, "<iframe"), (NONE, DESKTOP, SANDBOX)], ids=["third party", "all"])
def test_plain_frame(chromium, site, embedding, someone, prefs, size, tag):
    b, shop = chromium(prefs).fresh(size), embedding
    site.pages["/frame"] = AROUND % ("%s/book/%s?return_url=%s" % (shop.url, shop.link,
                                                                   urllib.parse.quote(site.url + "/gracias")))
    site.pages["/frame"] = site.pages["/frame"].replace("<iframe", tag)
    b.open(site.url + "/frame")
    b.driver.switch_to.frame(b.find("iframe"))
    walk = Walk(b, shop).select("Limpieza").day().slot()
    b.js("history.back()")  # and another slot: the first one is released
    b.wait(lambda: b.has(".slot"), why="the times again")
    walk.slot(0)
    held = shop.demo.sql("SELECT slot_start FROM kf.claim WHERE tenant_id = '%s' AND state = 'held'" % shop.tenant)
    assert len(held) == 1, held
    walk.fill(**someone).submit()
    b.wait_h1("Falta el pago")
    assert "Abrir el pago en otra ventana" in b.text()
    found = b.problems(narrow=False)
    assert not found, found
    b.driver.switch_to.default_content()
    b.shot("leave")
    b.driver.switch_to.frame(b.find("iframe"))
    booking = urllib.parse.urlsplit(b.find(".back a").get_attribute("href")).path.split("/")[2]
    b.click(".act .main")
    b.driver.switch_to.default_content()
    walk.pay().back()
    came_back(b, site, shop, booking, "/gracias?status=ok&")
    names = [url for url in b.requests() if "frame=" in url and not url.startswith(shop.url + "/")]
    assert not names, names


def test_payment_in_a_window_of_its_own(refusing, site, embedding, someone):
    """The frame stays in place, shows the result, and leads back in the top window."""
    b, shop = refusing.fresh(), embedding
    site.pages["/frame"] = AROUND % ("%s/book/%s?return_url=%s" % (shop.url, shop.link,
                                                                   urllib.parse.quote(site.url + "/gracias")))
    b.open(site.url + "/frame")
    first = b.driver.current_window_handle
    b.driver.switch_to.frame(b.find("iframe"))
    walk = Walk(b, shop).select("Limpieza").day().slot().fill(**someone).submit()
    b.wait_h1("Falta el pago")
    booking = urllib.parse.urlsplit(b.find(".back a").get_attribute("href")).path.split("/")[2]
    b.click("a[target=_blank]")
    b.wait(lambda: len(b.driver.window_handles) == 2, why="the window")
    b.driver.switch_to.window([one for one in b.driver.window_handles if one != first][0])
    walk.pay().back()
    came_back(b, site, shop, booking, "/gracias?status=ok&")
    b.driver.close()
    b.driver.switch_to.window(first)
    b.driver.switch_to.frame(b.find("iframe"))
    b.click(".back a")
    b.wait_h1("¡Reserva confirmada!")
    b.click("a[target=_top]")
    b.driver.switch_to.default_content()
    came_back(b, site, shop, booking, "/gracias?status=ok&")
