"""The four steps as plain forms, as a browser without JavaScript sends them."""
import re
import urllib.parse

import pytest

from kitdemo import instant, wait_until
from kithttp import Client, Page
from kitshop import FREE, PAID
from kitwizard import CONFIRMED, choose, confirmed, fill, hold, open_day


def pay_in_browser(client, answer, outcome="APPROVED"):
    """From the details to the sandbox's checkout and back; the confirmation page."""
    assert answer.status_code == 303 and "/wompi/p/" in answer.headers["Location"], answer.text[:1000]
    checkout = client.page(answer.headers["Location"])
    form = next(one for one in checkout.forms if one.method == "post")
    back = client.submit(form, outcome=outcome, method="CARD")
    assert back.status_code in (302, 303), back.text[:500]
    return back


@pytest.mark.parametrize("start", ["tenant", "platform"])
def test_whole_way_with_payment(shop, demo, start):
    base = shop.url if start == "tenant" else demo.about["base_url"]
    client = Client(base)
    slot, details = hold(client, shop.link, shop.service_id(PAID["name"]))
    assert "Limpieza" in details.text and "30.000" in details.text
    answer, typed = fill(client, details)
    back = pay_in_browser(client, answer)
    target = back.headers["Location"]
    assert target.startswith(base + "/book/") and "id=" in target and "env=test" in target
    page = confirmed(client, target)
    assert typed["name"].split()[0] in page.text
    booking = re.search(r"/book/([0-9a-f-]{36})/confirm", target).group(1)
    check_return(client, page, shop, booking)
    (message,) = wait_until(shop.inbox)
    check_callback(message, shop, booking, slot, typed)
    # Delivered once: nothing more comes, and the merchant's acknowledgement confirmed it.
    wait_until(lambda: demo.one("SELECT status FROM kf.booking WHERE booking_id = '%s'" % booking) == "confirmed")
    assert len(shop.inbox()) == 1


def check_return(client, page, shop, booking):
    """The page's button leads to the merchant's site; its URL is signed so that the merchant can verify it."""
    url = page.way_back()
    assert page.refresh() is None and url.startswith("%s/merchant/return/%s?" % (shop.demo.sandbox_url, shop.sub))
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    assert query["ref"] == booking and query["status"] == "ok"
    verdict = client.get(url, headers={"Accept": "application/json"})
    assert verdict.json()["valid"] is True, verdict.text
    forged = url.replace("status=ok", "status=no")
    assert client.get(forged, headers={"Accept": "application/json"}).status_code == 400


def check_callback(message, shop, booking, slot, typed):
    assert message["standard_webhooks"] and message["firma_hmac"], message["reasons"]
    assert message["attempt"] == 1 and message["status_answered"] == 200
    body = message["body"]
    assert body["tenant_id"] == shop.tenant and body["booking_id"] == booking
    assert body["evento"] == "booking.paid" and isinstance(body["version"], int)
    assert list(body) == ["tenant_id", "booking_id", "evento", "version", "booking", "servicio", "profesional", "cita",
                          "usuario", "pago", "seguridad"]
    assert body["servicio"] == {"id": shop.service_id(PAID["name"]), "nombre": "Limpieza", "duracion_min": 30,
                                "pago": "partial", "precio": 120000, "monto_cobrado": 30000}
    assert body["profesional"] == {"id": shop.professional_id(), "nombre": "Uno"}
    assert instant(body["cita"]["inicio"]) == instant(slot) and body["cita"]["timezone"] == shop.zone
    assert (instant(body["cita"]["fin"]) - instant(body["cita"]["inicio"])).total_seconds() == 1800
    assert body["usuario"] == {"nombre": typed["name"], "email": typed["email"], "telefono": typed["phone"],
                               "notas": typed["notes"], "acepto_terminos": True}
    assert body["pago"]["proveedor"] == "wompi" and body["pago"]["estado"] == "aprobado"
    assert body["pago"]["monto"] == 30000 and body["pago"]["moneda"] == "COP"
    assert '"monto":30000,' in message["raw"] or '"monto":30000}' in message["raw"]
    assert set(body["seguridad"]) == {"timestamp", "firma_hmac"}


def test_free_service_needs_no_payment(shop):
    client = shop.client()
    _, details = hold(client, shop.link, shop.service_id(FREE["name"]))
    assert "Confirmar reserva" in details.html and "Gratis" in details.text
    answer, _ = fill(client, details)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/confirm")
    page = client.page(answer.headers["Location"])
    assert page.h1 == CONFIRMED
    (message,) = wait_until(shop.inbox)
    assert message["standard_webhooks"] and message["firma_hmac"]
    assert message["body"]["pago"]["monto"] == 0


def test_reload_back_and_double_submit(shop, demo):
    client = shop.client()
    _, details = hold(client, shop.link, shop.service_id(PAID["name"]))
    again = client.page("/book/%s/details" % shop.link)
    assert dict(again.form("/details").fields)["hold"] == dict(details.form("/details").fields)["hold"]
    answer, typed = fill(client, details)
    assert answer.status_code == 303 and "/wompi/p/" in answer.headers["Location"]
    second, _ = fill(client, details, **{name: typed[name] for name in ("name", "email", "phone", "notes")})
    assert second.status_code == 303 and second.headers["Location"].endswith("/confirm")
    assert demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 1
    # Back to the details of a completed booking: the page redirects to the booking's own page.
    late = client.get("/book/%s/details" % shop.link)
    assert late.status_code == 303 and late.headers["Location"].endswith("/confirm")
    # Pending, not paid: the page says so, polls, and offers the payment again.
    page = client.page(late.headers["Location"])
    assert "Estamos confirmando tu pago..." in page.text and page.refresh()
    retry = client.submit(page.form("/retry"))
    assert retry.status_code == 303 and "/wompi/p/" in retry.headers["Location"]


def test_another_time_replaces_the_hold(shop, demo):
    client = shop.client()
    service = shop.service_id(PAID["name"])
    first, _ = hold(client, shop.link, service)
    page, form = open_day(client, choose(client, shop.link, service))
    assert first not in [value for _, value in form.buttons]
    answer = client.submit(form, form.buttons[0])
    assert answer.status_code == 303
    states = demo.sql("SELECT state FROM kf.claim WHERE tenant_id = '%s' ORDER BY created_at" % shop.tenant)
    assert [one["state"] for one in states] == ["ended", "held"]


def test_errors_beside_the_fields_keep_what_was_typed(shop, demo):
    client = shop.client()
    _, details = hold(client, shop.link, shop.service_id(PAID["name"]))
    answer, _ = fill(client, details, name="A", email="no-es-correo", phone="12", accepted_terms=None,
                     notes="<b>zulmaqx</b> & nota")
    assert answer.status_code == 422
    page = Page(answer.text)
    for field in ("name", "email", "phone", "accepted_terms"):
        assert field + "-error" in page.ids
    typed = dict(page.form("/details").fields)
    assert typed["name"] == "A" and typed["email"] == "no-es-correo" and typed["notes"].strip() == "<b>zulmaqx</b> & nota"
    assert "<b>zulmaqx" not in answer.text
    assert demo.one("SELECT count(*) FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == 0
    good, _ = fill(client, page)
    assert good.status_code == 303


def test_colombian_phone_where_asked(make_shop):
    shop = make_shop(colombian_phone=True)
    client = shop.client()
    _, details = hold(client, shop.link, shop.service_id(FREE["name"]))
    bad, _ = fill(client, details, phone="+4915112345678")
    assert bad.status_code == 422 and "phone-error" in Page(bad.text).ids
    good, _ = fill(client, details, phone="300 765 43 21")
    assert good.status_code == 303
    assert shop.demo.one("SELECT customer_phone FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant) == "+573007654321"


def test_slot_taken_meanwhile(shop):
    client = shop.client()
    page, form = open_day(client, choose(client, shop.link, shop.service_id(PAID["name"]), shop.professional_id()))
    button = form.buttons[3]
    shop.hold(start=button[1], professional="Uno")
    answer = client.submit(form, button)
    assert answer.status_code == 409
    fresh = Page(answer.text)
    assert "Este horario ya no está disponible" in fresh.text
    assert button not in fresh.form("/hold").buttons and fresh.form("/hold").buttons


def test_declined_then_paid_while_the_hold_lives(shop):
    client = shop.client()
    _, details = hold(client, shop.link, shop.service_id(PAID["name"]))
    answer, _ = fill(client, details)
    pay_in_browser(client, answer, "DECLINED")
    late = client.get("/book/%s/details" % shop.link)
    url = late.headers["Location"]

    def declined():
        page = client.page(url)
        return "Tu pago no pudo ser procesado" in page.text and page
    page = wait_until(declined)
    assert "Pago rechazado. Por favor intenta nuevamente." in page.text and "Intentar nuevamente" in page.html
    retry = client.submit(page.form("/retry"))
    back = pay_in_browser(client, retry)
    confirmed(client, back.headers["Location"])


@pytest.mark.parametrize("how", ["query", "tenant", "header", "link"])
def test_languages(make_shop, how):
    shop = make_shop(language="en" if how == "tenant" else "es", link={"language": "en"} if how == "link" else {})
    headers = {"Accept-Language": "en-GB,en;q=0.9"} if how == "header" else {}
    client = shop.client(**headers)
    query = "?lang=en" if how == "query" else ""
    page = client.page("/book/" + shop.link + query)
    if how == "header":
        # The tenant's own language takes precedence over the browser's.
        assert page.lang == "es" and page.h1 == "Reserva tu cita"
        return
    assert page.lang == "en" and client.answer.headers["Content-Language"] == "en"
    assert "Reserva tu cita" not in page.html
    # The language is kept through all steps.
    answer = client.follow(client.submit(page.form("/availability"), service=shop.service_id(FREE["name"]),
                                         professional="any"))
    assert Page(answer.text).lang == "en"
    page, form = open_day(client, Page(answer.text))
    details = client.follow(client.submit(form, form.buttons[0]))
    page = Page(details.text)
    assert page.lang == "en"
    done = client.follow(fill(client, page)[0])
    assert Page(done.text).lang == "en" and CONFIRMED not in done.text
    row = shop.demo.one("SELECT language FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)
    assert row == "en"


def test_preselected_and_locked(shop):
    service, who = shop.service_id(PAID["name"]), shop.professional_id()
    page = shop.client().page("/book/%s?service=%s&professional=%s" % (shop.link, service, who))
    fields = dict(page.form("/availability").fields)
    assert fields["service"] == service and fields["professional"] == who
    assert len(page.form("/availability").choices["service"]) == 2
    locked = shop.make_link(service=PAID["name"], professional="Uno", locked=True)
    page = shop.client().page("/book/" + locked)
    form = page.form("/availability")
    assert dict(form.fields)["service"] == service and "service" not in form.choices
    assert FREE["name"] not in page.text
    answer = shop.client().post("/api/holds", json={"link": locked, "service": shop.service_id(FREE["name"]),
                                                    "start": shop.take_slot()})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "service"


def test_another_tenants_things_do_not_exist_here(shop, make_shop):
    other = make_shop()
    booking = other.book()
    for path in ("/book/" + other.link, "/book/%s/availability" % other.link, "/book/%s/details" % other.link,
                 "/book/%s/confirm" % booking.id, "/api/booking/%s/options" % other.link):
        foreign = shop.client().get(path)
        made_up = shop.client().get(path.replace(other.link, "nosuchlink99").replace(booking.id, booking.id[:-4] + "0000"))
        assert foreign.status_code == made_up.status_code == 404, path
        clean = [re.sub(r"[0-9a-f]{24}|nosuchlink99|" + other.link, "", one.text) for one in (foreign, made_up)]
        assert clean[0] == clean[1], path
    status = shop.client().get("/api/bookings/%s/status" % booking.id, headers={"Authorization": "Bearer " + booking.token})
    assert status.status_code == 404
    # On the platform's own host every tenant's link opens.
    assert Client(shop.demo.about["base_url"]).get("/book/" + other.link).status_code == 200


def test_link_expired_unknown_inactive_used_up(shop, demo):
    expired = shop.make_link(expires="2026-01-01T00:00:00Z")
    page = shop.client().page("/book/" + expired, status=410)
    assert page.h1 == "Este enlace ha expirado"
    page = shop.client().page("/book/nosuchlink12", status=404)
    assert page.h1 == "Este enlace no es válido"
    off = shop.make_link()
    demo.run("UPDATE kf.booking_link SET active = false WHERE public_id = '%s'" % off)
    page = shop.client().page("/book/" + off, status=404)
    assert page.h1 == "Este enlace no es válido"
    once = shop.make_link(max_uses=1)
    demo.run("UPDATE kf.booking_link SET uses = 1 WHERE public_id = '%s'" % once)
    assert shop.client().page("/book/" + once, status=404).h1 == "Este enlace no es válido"
    page = shop.client().page("/book/%s?lang=en" % expired, status=410)
    assert page.lang == "en"


def test_suspended_tenant(shop, demo):
    booking = shop.book()
    demo.ctl("tenant", "suspend", shop.sub)

    def closed():
        return shop.client().get("/book/" + shop.link).status_code == 503
    wait_until(closed, 10)
    answer = shop.client().get("/book/" + shop.link)
    assert "Este negocio no está recibiendo reservas" in answer.text and int(answer.headers["Retry-After"]) > 0
    refused = shop.client().post("/api/holds", json=shop.hold_body("2027-01-04T15:00:00Z"))
    assert refused.status_code == 503 and refused.json()["code"] == "tenant_suspended"
    # Its webhooks are still accepted: the money of the earlier booking is credited.
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    demo.ctl("tenant", "resume", shop.sub)
    wait_until(lambda: shop.client().get("/book/" + shop.link).status_code == 200, 10)


def test_confirm_page_of_another_browser_shows_no_person(shop):
    booking = shop.book()
    shop.pay(booking)
    booking.wait("confirmed")
    stranger = shop.client().get("/book/%s/confirm" % booking.id)
    for private_word in (booking.customer["name"], booking.customer["email"], booking.token):
        assert private_word not in stranger.text
