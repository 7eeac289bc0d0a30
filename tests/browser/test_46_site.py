"""The own domain with its record, the files of bookings, and the page for developers."""
from kitbrowser import views
from kitops import Desk


@views("size", "lang")
def test_own_domain(chromiums, clinic, size, lang):
    desk = Desk(chromiums(True).fresh(size), clinic, lang=lang)
    clinic.demo.ctl("tenant", "update", clinic.sub, "--custom-domain", "citas-de-la-clinica.example")
    record = clinic.demo.ctl("tenant", "domain", clinic.sub)
    desk.open("/dashboard/branding")
    assert desk.b.find("#record").get_attribute("value") == record["record"] == "_konfirmado.citas-de-la-clinica.example"
    assert desk.b.find("#value").get_attribute("value") == record["value"]
    desk.b.check(lang)
    desk.b.shot("site-domain-" + lang)
    desk.b.click("#domain form button")
    desk.b.wait(lambda: "done=domain_asked" in desk.b.url(), why="it was asked for")
    desk.b.check(lang)


@views("size", "lang")
def test_developers(chromiums, clinic, size, lang):
    desk = Desk(chromiums(True).fresh(size), clinic, lang=lang)
    desk.open("/dashboard/callbacks")
    assert desk.b.find("nav a[href='/docs']")
    desk.open("/docs", lang=lang)
    desk.b.check(lang)
    desk.b.shot("site-docs-" + lang)
    desk.b.js("document.querySelectorAll('details').forEach(function (d, i) { d.open = i % 9 == 0; })")
    desk.b.check(lang)
    desk.b.shot("site-docs-open-" + lang)
    desk.open("/docs")
    desk.b.click("a[href='/docs/callbacks']")
    desk.b.wait(lambda: desk.b.url().endswith("/docs/callbacks"))
    desk.b.check(lang)
    desk.b.js("document.querySelectorAll('details').forEach(function (d) { d.open = true; })")
    desk.b.check(lang)
    desk.b.shot("site-docs-callbacks-" + lang)
    desk.open("/dashboard/bookings")
    first, second = [one.get_attribute("href").rpartition("sep=")[2] for one in desk.b.all("a[href^='/api/export/']")]
    assert (first, second) == {"es": ("semicolon", "comma"), "en": ("comma", "semicolon")}[lang]
    desk.b.check(lang)
    desk.b.shot("site-bookings-" + lang)
