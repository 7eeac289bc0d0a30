"""Endpoints of a merchant's systems in the dashboard: added, changed and removed, with and without scripts."""
from kitbrowser import views
from kitdash import Panel, empty_business

LIST = {"es": "Direcciones de tus sistemas", "en": "Addresses of your systems"}
SAVE = "#address .main"
SECRET = {"es": "El secreto se muestra una sola vez", "en": "The secret is shown once"}


@views("scripts", "size", "lang")
def test_an_address_from_first_to_last(demo, chromiums, private, scripts, size, lang):
    tenant = empty_business(demo)
    panel = Panel(chromiums(scripts).fresh(size), demo, tenant, lang)
    b = panel.b
    panel.open("/callbacks")
    b.click("a[href='/dashboard/callback-addresses']")
    b.wait_h1(LIST[lang])
    b.click("a[href='/dashboard/callback-addresses/new']")
    b.wait(lambda: b.has("#url"), why="the form")
    # errors are shown beside their field, and the input is kept
    panel.type(url="http://10.0.0.1/", name="CRM")
    panel.submit(SAVE)
    assert b.has("#url[aria-invalid]") and b.find("#name").get_attribute("value") == "CRM"
    b.check(lang)
    panel.type(url="%s/merchant/callback/%s-first" % (demo.sandbox_url, tenant[:8]))
    b.click("[name='events.booking.paid']")
    b.click("[name='events.booking.completed']")
    panel.submit(SAVE)
    made = b.find("#secret-value").get_attribute("value")
    private.add(made)
    assert made.startswith("whsec_")
    assert SECRET[lang] in b.find("main").text
    b.check(lang)
    b.shot("endpoint-" + lang)
    row = "SELECT %%s FROM kf.callback_endpoint WHERE tenant_id = '%s'" % tenant
    assert demo.one(row % "events || form") == ["booking.paid", "booking.completed", "full"]
    # the first one confirms bookings, so it must receive them
    b.click("[name='events.booking.paid']")
    panel.submit(SAVE)
    assert b.has("[aria-invalid], .err, .error") and demo.one(row % "version") == 1
    panel.open("/callback-addresses/" + demo.one(row % "endpoint_id"))
    assert not b.has("#secret-value")
    b.click("#form option[value='thin'], input[name='form'][value='thin']")
    panel.submit(SAVE)
    b.wait_h1(LIST[lang])
    assert demo.one(row % "form") == "thin" and "CRM" in b.find("main").text
    b.check(lang)
    b.shot("endpoints-" + lang)
    panel.open("/callback-addresses/" + demo.one(row % "endpoint_id"))
    panel.submit("form[action$='/secret'] button")
    made = b.find("#secret-value").get_attribute("value")
    private.add(made)
    assert made.startswith("whsec_")
    b.click("details summary")
    panel.submit("form[action$='/remove'] button")
    b.wait_h1(LIST[lang])
    assert demo.one("SELECT count(*) FROM kf.callback_endpoint WHERE tenant_id = '%s'" % tenant) == 0
