"""An attacker's input in a real browser: no page runs it, requests it or is changed by it."""
import html
import os

import pytest

import kitadmin
from kitbrowser import Walk
from kitdemo import TOP, wait_until
from kithostile import EMAIL, N, Hostile, pages_of_the_table, turn
from kitops import Desk
from kitpayloads import PAYLOADS, plain
from kitshop import FREE, person

SEVERAL = 12  # of pages that show one row each: enough for every kind of payload in every place
REST = "main a[href*='after=']:not([rel=prev])"  # of a list
# Foreign elements on a page; `zqx` is what every payload calls.
FOUND = """
var found = [];
document.querySelectorAll('*').forEach(function (e) {
    if (/zqx/i.test(e.localName) || /^(base|embed|object|iframe|math|foreignObject|marquee|template)$/.test(e.localName)) {
        found.push('<' + e.localName + '>');
    }
    if (e.localName === 'script' && !e.src) { found.push('a script of the page\\'s own: ' + e.textContent); }
    [].forEach.call(e.attributes, function (a) {
        if (/^on|^srcdoc$/i.test(a.name)) { found.push(a.name + '=' + a.value); }
        if (/^(href|src|action|formaction|data)$/i.test(a.name) && /^\\s*(javascript|vbscript|data:text)/i.test(a.value)) {
            found.push(a.name + '=' + a.value);
        }
        if (a.name === 'style' && /zqx/.test(a.value)) { found.push('style=' + a.value); }
    });
});
if (window.zqxed) { found.push('it ran: ' + window.zqxed); }
return found;
"""
# Runs first in every page: records calls of a payload, and policy violations.
BEFORE = """
window.zqx = function (n) { window.zqxed = (window.zqxed || '') + ' ' + n; };
window.stopped = [];
document.addEventListener('securitypolicyviolation', function (e) { window.stopped.push(e.violatedDirective + ' ' + e.blockedURI); });
"""


@pytest.fixture(scope="module")
def hostile(demo, watch):
    return Hostile(demo, watch.expect)


@pytest.fixture()
def eye(browser):
    added = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=BEFORE)["identifier"]
    yield browser
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=added)


def faults(b):
    """The faults of the open page."""
    said = b.alert()
    if said is not None:
        b.driver.switch_to.alert.dismiss()
        return ["dialog %r" % said]
    found = b.js(FOUND) + ["stopped by the policy: " + one for one in b.js("return window.stopped || []")]
    return found + ["console: " + one for one in b.console()]


def shown(b):
    """All text of the open page, including field values."""
    return plain(b.js("return document.body.textContent + ' ' + [].map.call(document.querySelectorAll('input, textarea'),"
                      " function (e) { return e.value; }).join(' ')"))


def clean(b, where, texts=()):
    found = faults(b)
    assert not found, "%s\n%s" % (where, "\n".join(found[:10]))
    words = shown(b) if texts else ""
    absent = [text for text in texts if plain(text) not in words]
    assert not absent, "%s does not show %s" % (where, absent[:3])


def opened(hostile, path):
    """Lists at once. Of single-row pages several, spread over all payloads."""
    urls = hostile.opened(path)
    return urls[::max(1, len(urls) // SEVERAL)]


def test_the_eye_sees_what_runs(eye, tmp_path):
    """The control: a page that prints the texts unescaped is detected."""
    with open(os.path.join(TOP, "tests/browser/samples/echo.html"), encoding="utf-8") as handle:
        sample = handle.read()
    for name in ("script", "img", "svg", "attr-focus", "textarea", "title", "url", "details", "iframe", "form"):
        page = tmp_path / (name + ".html")
        page.write_text(sample.replace("{{payload}}", PAYLOADS[name]), encoding="utf-8")
        eye.open("file://%s" % page)
        if name in ("script", "img", "svg", "attr-focus", "textarea", "title", "details"):
            wait_until(lambda: "it ran" in " ".join(eye.js(FOUND)), 5)
        elif name != "form":
            assert faults(eye), name
    page.write_text(sample.replace('href="{{payload}}"', "").replace("{{payload}}", html.escape(PAYLOADS["attr-focus"])), encoding="utf-8")
    eye.open("file://%s" % page)
    assert not faults(eye)


def test_the_dashboard(eye, hostile):
    desk = Desk(eye, hostile.shop)
    n = 0
    for path in sorted(pages_of_the_table()):
        if path.startswith("/book") or path.endswith(".svg") or path in ("/dashboard/reset", "/dashboard/verify", "/dashboard/invitation"):
            continue
        for url in opened(hostile, path):
            desk.open(url)
            clean(eye, url)
            n += 1
    assert n > 90
    for path, family in (("/dashboard/services", "services"), ("/dashboard/professionals", "professionals"),
                         ("/dashboard/links", "booking-links"), ("/dashboard/closed-days", "closed-days"), ("/dashboard/staff", "staff")):
        desk.open(path)
        clean(eye, path)
        words = shown(eye)
        while eye.has(REST):
            eye.open(eye.find(REST).get_attribute("href"))
            clean(eye, eye.url())
            words += shown(eye)
        absent = [row[0] for row in hostile.texts[family] if plain(row[0]) not in words]
        assert not absent, "%s does not show %s" % (path, absent[:3])
    for url, texts in (("/dashboard/refunds?show=all", hostile.notes), ("/dashboard/bookings?search=zqx", ())):
        desk.open(url)
        clean(eye, url, texts)


def test_the_link_and_a_booking(eye, hostile):
    """Steps and confirmation for a customer with such a name, at a service and a professional with such names."""
    kitadmin.good(hostile.owner.patch("/api/tenant/branding", json={"name": PAYLOADS["attr-focus"], "contact": PAYLOADS["img"]}))
    walk = Walk(eye, hostile.shop).open()
    wait_until(lambda: PAYLOADS["img"] in eye.open(walk.url()).text(), 10)
    clean(eye, "select", [turn(n, 0) for n in range(N)] + [PAYLOADS["attr-focus"], PAYLOADS["img"]])
    walk.select(FREE["name"])
    clean(eye, "times")
    walk.day(1).slot()
    clean(eye, "details", [PAYLOADS["attr-focus"]])
    typed = dict(person(), name=PAYLOADS["textarea"], email="no es correo", notes=PAYLOADS["svg"])
    walk.fill(**typed).submit()
    eye.wait(lambda: eye.has("[aria-invalid]"), why="the errors")
    clean(eye, "details with errors", [typed["name"], typed["notes"]])
    eye.find("#email").clear()
    eye.find("#email").send_keys(EMAIL % 1)
    walk.submit()
    eye.wait(lambda: "/confirm" in eye.path(), why="the confirmation")
    clean(eye, "confirm")


def test_mails(eye, hostile, tmp_path):
    """Each mail's HTML as a page without any policy: the effect in a reader that runs scripts."""
    page = tmp_path / "mail.html"
    for n in range(0, N, 2):
        mail, _ = hostile.mail(n)
        page.write_text(mail["html"], encoding="utf-8")
        eye.open("file://%s" % page)
        clean(eye, "mail %d" % n)
        assert eye.all("h1")


def test_documents_are_no_pages(eye, hostile):
    """A document of the API that is opened as a page is shown as text."""
    desk = Desk(eye, hostile.shop)
    for url in ("/api/services?limit=200", "/api/bookings?limit=200", "/api/audit-log?limit=200", "/api/tenant/branding"):
        desk.open(url)
        assert eye.js("return document.contentType") == "application/json"
        clean(eye, url)
