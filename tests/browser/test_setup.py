"""From the first sign-in to a booking link, and every setup page."""
import struct
import zlib

import pytest

from kitbrowser import DESKTOP, PHONE, views
from kitdash import Panel, empty_business
from kitshop import wompi_keys

BOTH = views("scripts")


def look(panel, name):
    """The checks and a screenshot of the open page."""
    panel.b.check(panel.lang)
    panel.b.shot("setup-%s-%s-%s" % (name, panel.lang, "js" if panel.b.scripts else "plain"))


@pytest.fixture()
def panel(demo, chromiums):
    def make(scripts=True, size=PHONE, lang="es", role="owner", tenant=None):
        return Panel(chromiums(scripts).fresh(size), demo, tenant or empty_business(demo), lang, role)
    return make


def make_service(p, **values):
    p.open("/services/new").type(**{"name": "Consulta general", "description": "Revisión y diagnóstico.",
                                    "price_cents": "120.000", **values}).submit()


def make_professional(p, name="Laura Gómez"):
    p.open("/professionals/new").type(name=name).submit()


def make_link(p, name="Instagram"):
    p.open("/links/new").type(name=name).submit()


@views("scripts", "size")
def test_from_the_checklist_to_a_link(panel, scripts, size):
    """The path of a new user: they always press the one prominent button."""
    p = panel(scripts, size)
    b = p.b
    p.open()
    assert b.h1() == "Empieza a recibir reservas" and "0 de 5 pasos listos" in b.text()
    look(p, "1-checklist")
    b.click(".step a[href='/dashboard/services/new']")
    b.wait_h1("Nuevo servicio")
    assert b.find("#duration_min").get_attribute("value") == "30"
    look(p, "2-service")
    p.type(name="Consulta general", description="Revisión y diagnóstico.", price_cents="120.000").submit()
    b.wait_h1("Servicios")
    assert "Servicio creado." in p.said() and "$ 120.000" in b.text()
    look(p, "3-services")
    b.click(".next a")
    b.wait_h1("Nuevo profesional")
    assert b.find("[name='h1.1a']").get_attribute("value") == "08:00"
    assert b.find("[name='h5.2b']").get_attribute("value") == "18:00"
    look(p, "4-professional")
    p.type(name="Dra. Laura Gómez").submit()
    b.wait_h1("Profesionales")
    assert "1 servicio" in b.text()
    look(p, "5-professionals")
    p.open("/links")
    b.click(".first a")
    b.wait_h1("Nuevo enlace")
    look(p, "6-link")
    p.type(name="Instagram").submit()
    b.wait_h1("Enlaces de reserva")
    look(p, "7-links")
    address = b.find(".copy input").get_attribute("value")
    p.open()
    assert "3 de 5 pasos listos" in b.text()
    look(p, "8-checklist")
    hours = p.demo.sql("SELECT weekday, starts, ends FROM kf.working_hours WHERE tenant_id = '%s'" % p.tenant)
    assert len(hours) == 10 and {one["weekday"] for one in hours} == {1, 2, 3, 4, 5}
    # A customer reaches the service; a paid one waits for a payment account.
    p.demo.run("UPDATE kf.service SET price_cents = 0 WHERE tenant_id = '%s'" % p.tenant)
    b.open(address)
    b.wait_h1("Reserva tu cita")
    assert "Consulta general" in b.text() and "Laura Gómez" in b.text()


@BOTH
def test_the_first_page_of_a_running_business(demo, panel, make_shop, someone, scripts):
    shop = make_shop(callback=False)
    p = panel(scripts, tenant=shop.tenant)
    p.open()
    assert p.b.h1() == "Todo listo" and "Esperando tu primera reserva" in p.b.text()
    look(p, "ready")
    shop.book(service="Asesoría", customer={key: someone[key] for key in ("name", "email", "phone")})
    p.open()
    assert someone["name"] in p.b.text() and "Confirmada" in p.b.text() and "Asesoría" in p.b.text()
    look(p, "running")


@BOTH
def test_weekly_hours(panel, scripts):
    p = panel(scripts, DESKTOP)
    b = p.b
    make_service(p)
    p.open("/professionals/new").type(name="Andrés Gómez")
    b.js("document.querySelector(\"[name='h1.1a']\").value = '07:00'")
    if scripts:
        b.click("[data-day] .acts .quiet:last-child")
        assert "Copiado a los demás días marcados." in b.announced()
    b.click("#h6")
    b.js("document.querySelector(\"[name='h6.1a']\").value = '09:00';"
         "document.querySelector(\"[name='h6.1b']\").value = '23:59'")
    b.js("document.getElementById('o1.day').value = '2027-12-24'; document.getElementById('o1.closed').checked = true")
    p.submit()
    b.wait_h1("Profesionales")
    rows = p.demo.sql("SELECT weekday, starts, ends FROM kf.working_hours WHERE tenant_id = '%s' ORDER BY 1, 2" % p.tenant)
    assert [one["starts"] for one in rows if one["weekday"] == 1] == ["07:00:00", "14:00:00"]
    assert [one["starts"] for one in rows if one["weekday"] == 5][0] == ("07:00:00" if scripts else "08:00:00")
    assert [(one["starts"], one["ends"]) for one in rows if one["weekday"] == 6] == [("09:00:00", "24:00:00")]
    b.click(".row h2 a")
    b.wait_h1("Andrés Gómez")
    assert b.find("[name='h6.1b']").get_attribute("value") == "23:59"
    assert b.find("[id='o1.day']").get_attribute("value") == "2027-12-24"
    look(p, "hours")
    # Errors are reported, and the input is kept.
    b.js("document.querySelector(\"[name='h2.1b']\").value = '06:00'")
    p.submit()
    b.wait(lambda: b.has(".msg"), why="the error")
    assert [one.text for one in b.all(".msg a")] == ["Martes: cada franja termina después de empezar, y van en orden sin cruzarse."]
    assert b.find("#h2-error").is_displayed() and b.find(".msg a").get_attribute("href").endswith("#h2")
    assert b.find("[name='h2.1b']").get_attribute("value") == "06:00"
    look(p, "hours-wrong")
    assert len(p.demo.sql("SELECT 1 FROM kf.working_hours WHERE tenant_id = '%s'" % p.tenant)) == 11


@BOTH
def test_errors_keep_what_was_typed(panel, scripts):
    p = panel(scripts)
    b = p.b
    p.open("/services/new").type(name="A", description="corta", price_cents="mucho")
    p.choose("charge_type", "partial_percent").type(deposit_percent="200").submit()
    b.wait(lambda: b.has(".msg"), why="the errors")
    assert len(b.all(".msg li")) == 4 and b.find("#price_cents").get_attribute("value") == "mucho"
    look(p, "errors")
    p.type(name="Terapia", description="Sesión individual.", price_cents="180000,50", deposit_percent="40").submit()
    b.wait_h1("Servicios")
    (row,) = p.demo.sql("SELECT price_cents, deposit_percent, charge_type FROM kf.service WHERE tenant_id = '%s'" % p.tenant)
    assert row == {"price_cents": 18000050, "deposit_percent": 40, "charge_type": "partial_percent"}


@BOTH
def test_two_save_the_same_service(panel, scripts):
    p = panel(scripts)
    b = p.b
    make_service(p)
    b.click(".row h2 a")
    b.wait_h1("Consulta general")
    p.type(name="Consulta de control")
    p.demo.run("UPDATE kf.service SET name = 'Consulta larga', version = version + 1 WHERE tenant_id = '%s'" % p.tenant)
    p.submit()
    b.wait(lambda: b.has(".msg"), why="the conflict")
    assert "Alguien más guardó cambios" in b.text() and "Consulta larga" in b.find(".other").text
    assert b.find("#name").get_attribute("value") == "Consulta de control"
    look(p, "conflict")
    p.submit()
    b.wait_h1("Servicios")
    assert "Consulta de control" in b.text()


@BOTH
def test_archive_and_restore(panel, scripts):
    p = panel(scripts)
    b = p.b
    make_service(p)
    b.click(".row h2 a")
    b.click(".away a")
    b.wait_h1("¿Archivar “Consulta general”?")
    look(p, "archive")
    p.submit("main .danger")
    b.wait_h1("Servicios")
    assert "Todavía no tienes servicios" in b.text()
    b.click(".acts a[href*='state=']")
    b.wait_h1("Servicios archivados")
    look(p, "archived")
    p.submit(".row form button")
    b.wait_h1("Servicios")
    assert "Restaurado." in p.said() and "Consulta general" in b.text()


@BOTH
def test_links(panel, scripts):
    p = panel(scripts)
    b = p.b
    make_service(p)
    make_professional(p)
    make_link(p)
    b.click(".row h2 a")
    b.wait_h1("Instagram")
    b.click(".fold summary")
    b.js("document.getElementById('expires_at').value = '2027-12-31'")
    p.type(max_uses="20").choose("service", p.demo.one("SELECT service_id FROM kf.service WHERE tenant_id = '%s'" % p.tenant))
    look(p, "link-edit")
    assert b.js("return document.querySelector('.qr').naturalWidth > 0")
    p.submit()
    b.wait_h1("Enlaces de reserva")
    (row,) = p.demo.sql("SELECT expires_at, max_uses FROM kf.booking_link WHERE tenant_id = '%s'" % p.tenant)
    assert row["expires_at"].startswith("2028-01-01T04:59:00") and row["max_uses"] == 20
    assert "0 de 20 reservas" in b.text() and "31 de diciembre" in b.text()
    b.click(".row h2 a")
    b.click(".away a")
    p.submit("main .danger")
    b.wait_h1("Enlaces de reserva")
    b.click(".acts a[href*='state=']")
    p.submit(".row form button")
    b.wait_h1("Enlaces de reserva")
    assert "Instagram" in b.text()


@BOTH
def test_closed_days(panel, scripts):
    p = panel(scripts)
    b = p.b
    p.open("/closed-days")
    look(p, "closed-empty")
    b.js("document.getElementById('day').value = '2027-12-25'")
    p.type(reason="Navidad").submit()
    b.wait(lambda: b.has(".line"), why="the day")
    assert "sábado 25 de diciembre" in b.text().lower()
    look(p, "closed")
    p.submit(".line button")
    b.wait(lambda: not b.has(".line"), why="the day open again")
    p.submit(".undo button")
    b.wait(lambda: b.has(".line"), why="the day")
    assert "Navidad" in b.text()
    p.submit()
    b.wait(lambda: b.has(".msg"), why="the error")


@BOTH
def test_branding(panel, scripts):
    p = panel(scripts)
    b = p.b
    other = empty_business(p.demo, "Otra")
    taken = p.demo.one("SELECT subdomain FROM kf.tenant WHERE tenant_id = '%s'" % other)
    p.open("/branding").type(primary_color="#F2B66D", contact="Calle 93 # 14-20")
    if scripts:
        assert "11" in b.find("[data-contrast]").text
        p.type(subdomain=taken)
        b.wait(lambda: "No está disponible" in b.announced(), why="the answer")
    p.type(subdomain=taken).submit()
    b.wait(lambda: b.has(".msg"), why="the error")
    assert "No está disponible" in b.text() and b.find("#contact").get_attribute("value") == "Calle 93 # 14-20"
    p.type(subdomain=taken + "x").submit()
    b.wait(lambda: "Guardado." in p.said(), why="the notice")
    assert "http://%sx.localhost" % taken in b.text()
    # The page has the new colour at once, and its text is legible.
    assert b.js("return getComputedStyle(document.querySelector('#form .main')).backgroundColor") == "rgb(242, 182, 109)"
    look(p, "branding")


@BOTH
def test_payments(panel, scripts):
    p = panel(scripts)
    b = p.b
    keys = wompi_keys()
    p.open("/payments")
    look(p, "payments-empty")
    p.type(**dict(keys, private_key=wompi_keys("prod")["private_key"])).submit()
    b.wait(lambda: b.has(".msg"), why="the error")
    # Secrets are never sent back to the page.
    assert keys["events_secret"] not in b.driver.page_source
    p.type(**keys).submit()
    b.wait(lambda: "Claves guardadas" in p.said(), why="the notice")
    assert "Modo de pruebas" in b.text() and "/api/webhooks/wompi/" in b.find("#events").get_attribute("value")
    assert not any(secret in b.driver.page_source for name, secret in keys.items() if name != "public_key")
    look(p, "payments")
    p.demo.sandbox("accounts", dict(keys, name="Aurora", events_url=b.find("#events").get_attribute("value")))
    p.submit("section .main")
    b.wait(lambda: "La conexión con Wompi funciona." in p.said(), why="the test")
    look(p, "payments-tested")


@views("size", "lang")
def test_every_page(panel, size, lang):
    p = panel(True, size, lang)
    make_service(p)
    make_professional(p)
    make_link(p)
    pages = ["", "/branding", "/services", "/services/new", "/professionals", "/professionals/new", "/closed-days",
             "/payments", "/links", "/links/new", "/services?state=archived"]
    for path in pages:
        p.open(path)
        p.b.check(lang)
        p.b.shot("setup-all%s-%s" % (path.replace("/", "-").replace("?", "-"), lang))
    for path in ("/services", "/professionals", "/links"):
        p.open(path)
        p.b.click(".row h2 a")
        look(p, "edit-" + path[1:])


def test_the_menu_of_a_phone(panel):
    for scripts in (True, False):
        p = panel(scripts)
        p.open()
        p.b.click(".bar a:last-child")
        p.b.wait(lambda: p.b.visible("#menu"), why="the menu")
        look(p, "menu")
        p.b.click("#menu .close")
        p.b.wait(lambda: not p.b.visible("#menu"), why="the page")


def pixel(folder):
    """A small image, as a file to upload."""
    chunks = b""
    for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)),
                       (b"IDAT", zlib.compress((b"\0" + b"\x0f\x5c\x5c" * 8) * 8)), (b"IEND", b"")):
        chunks += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path = folder / "logo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    return str(path)


@BOTH
def test_pictures(panel, tmp_path, scripts):
    p = panel(scripts)
    b = p.b
    make_service(p)
    make_professional(p)
    for path, field, table in (("/branding", "logo_url", "tenant"), ("/services", "image_url", "service"),
                               ("/professionals", "photo_url", "professional")):
        p.open(path)
        if path != "/branding":
            b.click(".row h2 a")
            b.wait(lambda: b.has("#file"), why="the form")
        b.find("#file").send_keys(pixel(tmp_path))
        p.submit("form[enctype] button")
        assert "Imagen guardada." in p.said()
        assert b.js("return document.querySelector('.pic.big img').naturalWidth") == 8
        assert p.demo.one("SELECT %s FROM kf.%s WHERE tenant_id = '%s'" % (field, table, p.tenant)).startswith("/uploads/")
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"<script>alert(1)</script>")
    b.find("#file").send_keys(str(bad))
    p.submit("form[enctype] button")
    assert "No pudimos usar esa imagen" in b.text()
    look(p, "picture-refused")


@BOTH
def test_a_page_that_is_not_there(panel, scripts):
    p = panel(scripts)
    p.open("/services/00000000-0000-4000-8000-000000000000")
    assert p.b.h1() == "Esto ya no existe" and p.b.visible(".bar")
    look(p, "not-there")


def test_staff_see_what_they_may(panel):
    tenant = None
    p = panel(role="staff", tenant=tenant)
    p.open()
    p.b.wait(lambda: p.b.path() == "/dashboard/bookings", why="the bookings")
    links = {one.get_attribute("href").rsplit("/", 1)[1] for one in p.b.all("#menu a[href*='/dashboard/']")}
    assert links == {"bookings", "calendar", "waiting", "account"}
    p.open("/payments")
    assert p.b.h1() == "No tienes permiso para esto"


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{csrf}}"


def test_what_is_typed_is_text(panel):
    p = panel()
    b = p.b
    make_service(p, name=HOSTILE, description=HOSTILE)
    make_professional(p, HOSTILE)
    make_link(p, HOSTILE)
    p.open("/closed-days")
    b.js("document.getElementById('day').value = '2027-12-25'")
    p.type(reason=HOSTILE).submit()
    p.open("/branding").type(name=HOSTILE, contact=HOSTILE).submit()
    for path in ("", "/services", "/professionals", "/links", "/closed-days", "/branding"):
        p.open(path)
        assert b.alert() is None and not b.console() and not b.has("img[src='x']"), path
    for path in ("/services", "/professionals", "/links"):
        p.open(path)
        assert HOSTILE in " ".join(b.find(".row h2").text.split())
        b.click(".row h2 a")
        assert b.alert() is None and not b.console(), path


def test_leaving_with_changes_asks(panel):
    asks = """var event = new Event('beforeunload', {cancelable: true});
              dispatchEvent(event);
              return event.defaultPrevented"""
    p = panel()
    p.open("/services/new")
    assert not p.b.js(asks)
    p.type(name="Consulta")
    assert p.b.js(asks)
