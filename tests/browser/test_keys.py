"""The dashboard by keyboard only: everything is reached in order, is visible when focused, and can be left again."""
import time

import pytest

from kitbrowser import views
from kitdash import Panel, empty_business
from kitops import Desk, fill

MOST = 300
# The focused element: whether its outline is drawn and whether something covers it; numbered in order of focus.
FOCUSED = """
var e = document.activeElement;
if (!e || e === document.body) { return null; }
var box = e.getBoundingClientRect(), shown = e.closest('.o-slot') || e, style = getComputedStyle(shown);
var top = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + box.height / 2);
var again = e.kfNumber !== undefined;
e.kfNumber = window.kfNumber = (window.kfNumber || 0) + 1;
return {what: e.tagName + '#' + e.id + ' ' + (e.innerText || e.value || '').slice(0, 30), again: again,
        outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        seen: !!top && (shown.contains(top) || top.contains(e))};
"""
MISSED = """
return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.disabled && e.checkVisibility({visibilityProperty: true}) && e.kfNumber === undefined)
  .filter(e => !(e.type === 'radio' && [...document.getElementsByName(e.name)].some(o => o.kfNumber !== undefined)))
  .map(e => e.tagName + '#' + e.id + ' ' + (e.innerText || e.value || '').slice(0, 30));
"""


@pytest.fixture(scope="module")
def shop(demo):
    from conftest import make_clinic
    made = make_clinic(demo, professionals=("Laura Gómez", "Andrés Felipe Restrepo"))
    fill(made, 12, 1)
    return made


def pages(shop):
    def one(query):
        return shop.demo.one(query % shop.tenant)
    booking = one("SELECT booking_id FROM kf.booking WHERE tenant_id = '%s' AND slot_start > kf.now() LIMIT 1")
    return ["", "/bookings", "/bookings/" + booking, "/bookings/%s/cancel" % booking, "/bookings/new", "/calendar",
            "/callbacks", "/callbacks/secret", "/refunds", "/analytics", "/audit", "/services",
            "/services/" + one("SELECT service_id FROM kf.service WHERE tenant_id = '%s' LIMIT 1"), "/professionals",
            "/professionals/" + one("SELECT professional_id FROM kf.professional WHERE tenant_id = '%s' LIMIT 1"),
            "/closed-days", "/payments", "/branding", "/links", "/links/new", "/staff", "/account", "/api-keys",
            "/account/second-factor"]


def settled(b):
    """The position of the focus, after the page has scrolled to it."""
    focus, until = b.js(FOCUSED), time.monotonic() + 3
    while focus and not (focus["outline"] and focus["seen"]) and time.monotonic() < until:
        time.sleep(0.1)
        focus = b.js(FOCUSED)
    return focus


@views("size")
def test_tab_goes_everywhere_and_is_seen(chromiums, shop, size):
    desk = Desk(chromiums(True).fresh(size), shop)
    b, wrong = desk.b, []
    for path in pages(shop):
        desk.open("/dashboard" + path)
        for _ in range(MOST):
            b.key("Tab")
            focus = settled(b)
            # a date field is several stops; after the page's end the browser gets the focus
            if focus is None:
                break
            wrong += ["%s: %s %s" % (path, why, focus["what"]) for why, good in
                      (("no outline on", focus["outline"]), ("something lies above", focus["seen"])) if not good]
        else:
            wrong.append("%s: no end" % path)
        wrong += ["%s: not reached: %s" % (path, one) for one in b.js(MISSED)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_the_menu_keeps_the_focus_and_escape_closes_it(chromiums, shop):
    desk = Desk(chromiums(True).fresh(), shop)
    b = desk.b
    desk.open("/dashboard")
    b.click(".bar a:last-child")
    b.wait(lambda: b.visible("#menu"), why="the menu")
    inside = []
    for _ in range(40):
        b.key("Tab")
        inside.append(b.js("var e = document.activeElement; return e === document.body || !!e.closest('#menu')"))
    assert all(inside) and len(inside) == 40
    b.key("Escape")
    b.wait(lambda: not b.visible("#menu"), why="the page")
    b.key("Tab")
    assert b.js("return !!document.activeElement.closest('main')")


def test_copying_is_announced(chromiums, shop):
    desk = Desk(chromiums(True).fresh(), shop)
    desk.open("/dashboard/links")
    button = desk.b.find("[data-copy]")
    desk.b.js("arguments[0].focus()", button)
    desk.b.key("Enter")
    desk.b.wait(lambda: "Copiado" in desk.b.announced(), why="the words")


def test_an_address_leads_to_a_field_that_is_folded_away(chromiums, shop):
    shop.demo.run("UPDATE kf.tenant SET callback_url = NULL WHERE tenant_id = '%s'" % shop.tenant)
    desk = Desk(chromiums(True).fresh(), shop)
    desk.open("/dashboard/callbacks")
    desk.b.click("a[href$='#callback_url']")
    desk.b.wait_h1("Tu negocio")
    desk.b.wait(lambda: desk.b.js("return document.activeElement.id") == "callback_url", why="the field")
    assert desk.b.visible("#callback_url")


def test_a_chosen_picture_is_not_lost_unasked(demo, chromiums, tmp_path):
    panel = Panel(chromiums(True).fresh(), demo, empty_business(demo))
    b = panel.b
    panel.open("/branding")
    asks = "var e = new Event('beforeunload', {cancelable: true}); dispatchEvent(e); return e.defaultPrevented"
    assert not b.js(asks) and not b.has("form[enctype] .main")
    file = tmp_path / "logo.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>')
    b.find("#file").send_keys(str(file))
    assert b.js(asks) and b.has("form[enctype] .main")
    panel.submit("form[enctype] button")
    assert "Imagen guardada." in panel.said() and b.has(".preview .brand img")
