"""Keyboard only, focus, colours, weight, third-party requests, and hostile texts."""
import urllib.parse

import pytest

from kitbrowser import DESKTOP, PHONE, Walk, views

CONFIRMED = "¡Reserva confirmada!"
MAX_WEIGHT = 30 * 1024
MAX_REQUESTS = 4
SCRIPTS = views("scripts")
MARK = """
var e = document.activeElement, marks = [], box;
if (!e || e === document.body) { return null; }
for (var one = e; one && marks.length < 3; one = one.parentElement) {
  var s = getComputedStyle(one);
  marks.push([s.outlineStyle === 'none' ? '' : s.outlineStyle + s.outlineWidth + s.outlineColor, s.boxShadow].join());
}
box = e.getBoundingClientRect();
var label = e.closest('label') || e, at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
return { marks: marks, id: e.id, name: e.name || '', value: e.value || '', tag: e.tagName, text: label.textContent.trim().slice(0, 40),
         hit: !!at && (label.contains(at) || at.contains(e)), main: e.matches('main, [role=alert], h2') };
"""
# The same three elements of everything focusable, while it is not focused.
PLAIN = """
document.activeElement.blur();
return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].map(function (e) {
  var marks = [];
  for (var one = e; one && marks.length < 3; one = one.parentElement) {
    var s = getComputedStyle(one);
    marks.push([s.outlineStyle === 'none' ? '' : s.outlineStyle + s.outlineWidth + s.outlineColor, s.boxShadow].join());
  }
  return marks.join('|');
});
"""


class Keyboard:
    """Moves through a page with Tab; every focused element must be visible."""

    def __init__(self, browser):
        self.b = browser

    def stops(self):
        """Tab until the page ends; returns the focused elements and their faults."""
        unfocused = set(self.b.js(PLAIN))
        seen, wrong = [], []
        for _ in range(120):
            self.b.key("Tab")
            now = self.b.js(MARK)
            if now is None or seen and (now["id"], now["name"], now["value"], now["text"]) == seen[0]:
                break
            seen.append((now["id"], now["name"], now["value"], now["text"]))
            if "|".join(now["marks"]) in unfocused and not now["main"]:
                wrong.append("no visible focus: %s %s" % (now["tag"], now["text"] or now["id"]))
            if not now["hit"]:
                wrong.append("covered by something: %s %s" % (now["tag"], now["text"] or now["id"]))
        return seen, wrong

    def to(self, selector, most=150):
        for _ in range(most):
            if self.b.js("return document.activeElement.matches(arguments[0])", selector):
                return self
            self.b.key("Tab")
        raise AssertionError("Tab never came to %s at %s" % (selector, self.b.url()))

    def press(self, key):
        self.b.key(key)
        return self

    def type(self, text):
        self.b.cdp("Input.insertText", text=text)
        return self


@SCRIPTS
def test_keyboard_alone_from_link_to_confirmed(chromiums, quiet_clinic, someone, scripts):
    b = chromiums(scripts).fresh(DESKTOP if scripts else PHONE)
    shop, keys = quiet_clinic, Keyboard(b)
    walk = Walk(b, shop).open()
    keys.press("Tab")
    assert b.js("return document.activeElement.matches('.skip')")
    keys.to("input[name=service]").press(" ")
    while not b.js("return document.activeElement.value === arguments[0]", shop.service_id("Limpieza")):
        keys.press("ArrowDown")
    keys.to(".act .main").press("Enter")
    b.wait_h1("Elige la hora")
    b.js("document.body.focus()")
    keys.to(".day:not(.none):not([aria-current])").press("Enter")
    b.wait(lambda: b.has(".slot"), why="times")
    keys.to(".slot").press("Enter")
    b.wait_h1("Tus datos")
    for field in ("name", "email", "phone", "notes"):
        keys.to("#" + field).type(someone[field])
    keys.to("#accepted_terms").press(" ")
    assert b.find("#accepted_terms").is_selected()
    keys.to("form.data .main").press("Enter")
    b.wait(lambda: b.has("button[value=APPROVED]"), why="the checkout")
    keys.to("button[value=APPROVED]").press("Enter")
    walk.back()
    b.wait_h1(CONFIRMED)


@views("size")
def test_focus_is_seen_everywhere(chromiums, quiet_clinic, someone, size):
    b = chromiums(True).fresh(size)
    walk, keys, wrong = Walk(b, quiet_clinic), Keyboard(b), []

    def look(least):
        seen, bad = keys.stops()
        assert len(seen) >= least, seen
        wrong.extend("%s: %s" % (b.h1(), one) for one in bad)
    walk.open()
    look(6)
    walk.select("Asesoría").day(4)
    look(25)
    walk.slot()
    look(9)
    walk.fill(terms=False, name="A").submit()
    b.wait(lambda: b.has(".errors"), why="the errors")
    look(12)
    walk.fill(**someone).submit()
    b.wait_h1(CONFIRMED)
    look(2)
    assert not wrong, "\n".join(wrong)


def test_colours_of_the_tenant(chromiums, make_shop):
    b = chromiums(True).fresh()
    for primary, secondary, text in (("#0F5C5C", "#F2B66D", "rgb(255, 255, 255)"), ("#FFD54F", "#7E57C2", None)):
        shop = make_shop(primary_color=primary, secondary_color=secondary, callback=False)
        Walk(b, shop).open()
        rgb = "rgb(%d, %d, %d)" % tuple(int(primary[i:i + 2], 16) for i in (1, 3, 5))
        style = "return getComputedStyle(document.querySelector('.main')).%s"
        assert b.js(style % "backgroundColor") == rgb
        if text:
            assert b.js(style % "color") == text
        else:
            assert b.js(style % "color") != "rgb(255, 255, 255)"
        b.check()


def loaded(b, url):
    """Opens a page for the first time; returns requests by URL with the bytes transferred."""
    b.cdp("Network.clearBrowserCache")
    b.drain()
    b.open(url)
    b.wait(lambda: b.js("return document.readyState") == "complete")
    sizes, names = {}, {}
    for event in b.network():
        p = event["params"]
        if event["method"] == "Network.requestWillBeSent" and p["request"]["url"].startswith("http"):
            names[p["requestId"]] = p["request"]["url"]
        elif event["method"] == "Network.loadingFinished" and p["requestId"] in names:
            sizes[names[p["requestId"]]] = p["encodedDataLength"]
    return sizes, sorted(names.values())


@SCRIPTS
def test_weight_of_the_first_page(chromiums, clinic, demo, scripts):
    """The clinic of the demo has a logo, the other has none; both have their own colours."""
    b = chromiums(scripts).fresh()
    for url in ("%s/book/%s" % (clinic.url, clinic.link), demo.about["booking_url"]):
        sizes, names = loaded(b, url)
        origin = "{0.scheme}://{0.netloc}/".format(urllib.parse.urlsplit(url))
        assert len(names) <= MAX_REQUESTS, names
        assert any(".css" in one for one in names) and any(".js" in one for one in names) == scripts, names
        assert sum(sizes.values()) <= MAX_WEIGHT, sizes
        assert all(one.startswith(origin) for one in names), names
        assert all(one.startswith(origin) for one in b.js(
            "return performance.getEntriesByType('resource').map(e => e.name).filter(n => n.startsWith('http'))"))
        print(len(names), sum(sizes.values()), url)


def test_nothing_from_third_parties_on_the_whole_way(browser, clinic, someone, demo):
    b = browser
    b.drain()
    walk = Walk(b, clinic).to_details("Limpieza", nth_day=9).fill(**someone).submit()
    walk.pay().back()
    b.wait(lambda: "/merchant/return/" in b.url(), 20, "the merchant's page")
    hosts = {urllib.parse.urlsplit(one).netloc for one in b.requests()}
    assert hosts == {urllib.parse.urlsplit(clinic.url).netloc, urllib.parse.urlsplit(demo.sandbox_url).netloc}, hosts
    assert b.console() == []


def test_complete_without_javascript(chromiums, clinic):
    """The same text with and without scripts, on the pages that have a URL of their own."""
    said = {}
    for scripts in (True, False):
        b = chromiums(scripts).fresh()
        walk = Walk(b, clinic).open()
        said[scripts] = [b.find("main").text]
        walk.select("Blanqueamiento").day(3)
        said[scripts].append(b.find("main").text)
        assert b.js("return !!document.querySelector('script[src]')")
    assert said[True] == said[False]
    assert "Blanqueamiento" in said[False][0] and "Noche" in said[False][1]


def test_the_browser_tells_of_what_the_policy_stops(browser, clinic):
    """The console check works: an inline script is blocked, and the check reports it."""
    Walk(browser, clinic).open()
    assert browser.console() == []
    browser.js("var s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.head.append(s)")
    assert browser.js("return window.hacked") is None
    assert any("Content Security Policy" in one for one in browser.console())


HOSTILE = ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{{lang}}}{{> layout_head}}", "' onfocus='alert(1)' x='",
           "</textarea><svg onload=alert(1)>", "javascript:alert(1)")


def harmless(b, lang="es"):
    assert b.alert() is None
    assert not b.has("main img[src='x'], main svg[onload], main script, [onerror], [onfocus], [onload]")
    b.check(lang)


@SCRIPTS
def test_hostile_words_are_words(chromiums, make_shop, scripts):
    service = {"name": HOSTILE[0], "description": HOSTILE[1], "price": 0, "duration": 30}
    shop = make_shop(name="Uno <b>dos</b> & \"tres\"", services=(service,), professionals=(HOSTILE[1], HOSTILE[2]),
                     contact=HOSTILE[4] + "\n" + HOSTILE[2], callback=False)
    b = chromiums(scripts).fresh()
    walk = Walk(b, shop).open()
    for word in (HOSTILE[0], HOSTILE[1], HOSTILE[2], "Uno <b>dos</b> & \"tres\""):
        assert word in b.text()
    harmless(b)
    b.shot("9-hostile-%s" % ("js" if scripts else "plain"))
    walk.select(HOSTILE[0], shop.professional_id(HOSTILE[1])).day(1)
    assert HOSTILE[1] in b.text()
    harmless(b)
    walk.slot()
    person = {"name": HOSTILE[1], "email": "\"<script>alert(1)</script>\"@example.com", "phone": HOSTILE[3][:20],
              "notes": "\n".join(HOSTILE)}
    walk.fill(**person).submit()
    b.wait(lambda: b.has(".errors"), why="the errors")
    assert b.find("#name").get_attribute("value") == HOSTILE[1]
    assert b.find("#notes").get_attribute("value").split() == "\n".join(HOSTILE).split()
    harmless(b)
    walk.fill(terms=False, name=HOSTILE[0], email="uno%d@example.com" % scripts, phone="+573001234567",
              notes="\n".join(HOSTILE)).submit()
    b.wait_h1(CONFIRMED)
    assert HOSTILE[0].split()[0] in b.text() and HOSTILE[4] in b.text()
    harmless(b)


@SCRIPTS
def test_hostile_addresses(chromiums, clinic, scripts):
    b = chromiums(scripts).fresh()
    service = clinic.service_id("Limpieza")
    for word in HOSTILE:
        query = urllib.parse.urlencode({"service": service, "professional": word, "timezone": word, "day": word, "from": word,
                                        "lang": word, "x": word})
        for path in ("/book/%s?" % clinic.link, "/book/%s/availability?" % clinic.link, "/book/%s/confirm?" % word.replace("/", "%2F")):
            b.open(clinic.url + path + query)
            assert b.alert() is None
            assert not b.has("main img[src='x'], main svg[onload], main script, [onerror], [onfocus], [onload]")
    assert not [one for one in b.console() if "Content Security" in one]


@pytest.fixture(scope="module")
def quiet_clinic(demo):
    from conftest import make_clinic
    return make_clinic(demo, callback=False)


def test_what_was_typed_is_in_no_log(demo, private):
    """After all tests above: no name, address, number, note or secret in httpd's logs."""
    words = sorted(private)
    assert len(words) > 20
    found = []
    for path in (demo.error_log, demo.access_log, demo.httpd_out):
        with open(path, encoding="utf-8", errors="replace") as handle:
            text = handle.read()
        found += [(path, one) for one in words if one in text]
    assert not found, found[:5]
