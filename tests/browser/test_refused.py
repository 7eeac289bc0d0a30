"""The merchant's statistics of holds refused by a limit."""
import pytest

from kitbrowser import PHONE, TAP, views
from kitops import Desk


@pytest.fixture()
def desk(chromiums):
    def make(shop, scripts=True, size=PHONE, role="owner", lang="es"):
        return Desk(chromiums(scripts).fresh(size), shop, role, lang)
    return make


def look(desk, name, tap=TAP):
    """The checks and a screenshot of the open page, with all details unfolded."""
    b = desk.b
    assert b.alert() is None
    if b.scripts:
        b.js("document.querySelectorAll('main details').forEach(function (d) { d.open = true; })")
    b.check(desk.lang, tap)
    b.shot("ops-%s-%s-%s" % (name, desk.lang, "js" if b.scripts else "plain"))


@views("size", "lang")
def test_holds_refused_by_day(desk, make_shop, size, lang):
    shop = make_shop()
    shop.demo.run("INSERT INTO kf.funnel_event (tenant_id, at, step, n) SELECT '%s', kf.now() - d * interval '1 day', s, d + 2"
                  " FROM generate_series(0, 1) d, unnest(ARRAY['refused_address', 'refused_share']) s" % shop.tenant)
    d = desk(shop, size=size, lang=lang)
    d.open("/dashboard/analytics", days=7)
    d.b.js("document.querySelectorAll('main details').forEach(function (d) { d.open = true; })")
    assert [one.text for one in d.b.all("section[aria-labelledby=refused] dd")] == ["5", "0", "5"]
    rows = d.b.all("section[aria-labelledby=refused] tbody tr")
    assert [[c.text for c in row.find_elements("css selector", "td")] for row in rows] == [["3", "0", "3"], ["2", "0", "2"]]
    look(d, "figures-refused")
