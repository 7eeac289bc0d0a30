"""The admin API: settings, and a merchant's daily work."""
import datetime
import json
import types

import pytest

import kitadmin
import kitapi
from kitadmin import anybody, fields, good, key, owner, pages, staff  # noqa: F401 (fixtures)
from kitdemo import instant, wait_until
from kitshop import PAID, Shop, person as customer, wompi_keys


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


# --- settings ---

def test_branding(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    doc = good(owner.get("/api/tenant/branding"))
    assert doc["subdomain"] == shop.sub and "tenant_id" not in doc
    changed = owner.patch("/api/tenant/branding", json={"primary_color": "#0b6e4f", "language": "en"},
                          headers={"If-Match": '"%d"' % doc["version"]})
    assert good(changed) == dict(doc, primary_color="#0b6e4f", language="en", version=doc["version"] + 1)
    assert good(owner.patch("/api/tenant/branding", json={"primary_color": None},
                            headers={"If-Match": '"%d"' % doc["version"]}), 412)
    for url, where in (("http://127.0.0.2/x", "callback_url"), ("https://10.0.0.1/", "return_url"),
                       ("https://user:pass@example.com/", "callback_url"), ("https://[::1]/", "callback_url")):
        got = good(owner.patch("/api/tenant/branding", json={where: url}), 422)
        assert got["code"] == "address_not_allowed" and got["errors"][0]["field"] == where, url
    assert good(owner.get("/api/tenant/branding"))["callback_url"] == doc["callback_url"]
    free = good(owner.get("/api/tenant/subdomain", params={"name": shop.sub}))
    assert free == {"name": shop.sub, "available": True, "reason": None}
    assert good(owner.get("/api/tenant/subdomain", params={"name": make_shop().sub}))["reason"] == "taken"
    assert good(owner.get("/api/tenant/subdomain", params={"name": "www"}))["reason"] == "reserved"
    assert good(owner.get("/api/tenant/subdomain", params={"name": "-x"}))["reason"] == "invalid"
    assert set(fields(owner.get("/api/tenant/subdomain"))) == {"name"}


def test_payment_account(make_shop):
    shop = make_shop(payments=False, services=())
    demo, owner = shop.demo, kitadmin.person(shop)
    assert good(owner.get("/api/tenant/payments")) == {"accounts": []}
    assert good(owner.post("/api/tenant/payments/test"), 409)["code"] == "conflict"
    test, production = wompi_keys(), wompi_keys("prod")
    mixed = dict(test, private_key=production["private_key"])
    assert set(fields(owner.patch("/api/tenant/payments", json=mixed))) == {"private_key"}
    assert set(fields(owner.patch("/api/tenant/payments", json=dict(test, events_secret="nada")))) == {"events_secret"}
    assert good(owner.get("/api/tenant/payments")) == {"accounts": []}
    # verified before they are saved: the provider does not know them yet
    before = good(owner.post("/api/tenant/payments/test", json=test))
    assert not before["ok"] and before["answered"] and before["mode"] == "test" and before["field"] == "public_key"
    demo.sandbox("accounts", dict(test, name=shop.sub))
    assert good(owner.post("/api/tenant/payments/test", json=test))["ok"]
    saved = owner.patch("/api/tenant/payments", json=dict(test, min_cents=200000))
    (account,) = good(saved)["accounts"]
    assert account["mode"] == "test" and account["active"] and account["min_cents"] == 200000
    assert account["events_url"] == demo.about["base_url"] + account["hook_path"]
    for name in ("private_key", "integrity_secret", "events_secret"):
        assert test[name] not in saved.text + owner.get("/api/tenant/payments").text
        assert demo.one("SELECT count(*) FROM kf.payment_account WHERE to_jsonb(payment_account)::text LIKE '%%%s%%'"
                        % test[name]) == 0
    tried = good(owner.post("/api/tenant/payments/test"))
    assert tried["ok"] and tried["mode"] == "test" and tried["merchant_name"]
    (account,) = good(owner.get("/api/tenant/payments"))["accounts"]
    assert account["test_result"] == "ok" and account["tested_at"]
    lines = pages(owner, "/api/audit-log", 50, object_type="payment_account")
    assert lines and all(value not in json.dumps(lines) for value in test.values() if value != test["public_key"])


def test_a_provider_that_does_not_answer_is_told_so(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    shop.demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "api": "500"})
    got = good(owner.post("/api/tenant/payments/test"))
    assert not got["ok"] and not got["answered"] and got["field"] is None
    shop.demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "api": "ok"})
    assert good(owner.post("/api/tenant/payments/test"))["ok"]


def test_callback_secrets_overlap(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    assert len(good(owner.get("/api/callback-secrets"))["items"]) == 1
    made = good(owner.post("/api/callback-secrets", json={"overlap_hours": 2}), 201)
    kitadmin.private(made["secret"])
    assert made["secret"].startswith("whsec_") and made["overlap_hours"] == 2
    listed = owner.get("/api/callback-secrets")
    now, before = good(listed)["items"]
    assert now["current"] and now["id"] == made["id"] and now["expires_at"] is None
    assert not before["current"] and before["expires_at"] and made["secret"] not in listed.text
    shop.merchant(secrets=[made["secret"]])
    message = good(owner.post("/api/callbacks/test"), 202)
    done = wait_until(lambda: (lambda doc: doc if doc["state"] == "done" else None)(
        good(owner.get("/api/callbacks/" + message["id"]))), 15)
    assert done["event"] == "callback.test" and done["log"][0]["status"] == 200
    assert set(fields(owner.post("/api/callback-secrets", json={"overlap_hours": 169}))) == {"overlap_hours"}


# --- bookings ---

def test_manual_booking_from_first_to_last(shop, owner, staff):
    start = shop.take_slot(PAID["name"])
    wish = {"service": shop.service_id(PAID["name"]), "professional": shop.professional_id(), "start": start,
            "customer": {key: value for key, value in customer().items() if key != "notes"}, "notes": "Por teléfono."}
    wish["customer"]["phone"] = wish["customer"]["phone"].replace("+57", "+57 ")
    made = staff.post("/api/bookings/manual", json=wish)
    doc = good(made, 201)
    url = made.headers["Location"]
    assert doc["status"] == "confirmed" and doc["source"] == "manual" and doc["charge_cents"] == 0
    assert doc["customer"]["phone"] == wish["customer"]["phone"].replace(" ", "")
    assert doc["history"][0]["actor_name"] == staff.email and instant(doc["start"]) == instant(start)
    assert doc["start"].endswith("-05:00")
    assert good(owner.post("/api/bookings/manual", json=wish), 409)["code"] == "slot_unavailable"
    for more in ({"price_cents": 1}, {"charge_cents": 0}, {"status": "paid"}, {"tenant_id": shop.tenant}):
        assert set(fields(staff.post("/api/bookings/manual", json=dict(wish, **more)))) == set(more)
    assert good(staff.post(url + "/complete"), 409)["code"] == "conflict"  # it has not begun
    assert good(staff.post(url + "/cancel", json={"reason": "x"}, headers={"If-Match": '"99"'}), 412)
    gone = good(staff.post(url + "/cancel", json={"reason": "Se enfermó."}, headers={"If-Match": made.headers["ETag"]}))
    assert gone["status"] == "cancelled" and gone["history"][-1]["reason"] == "Se enfermó."
    assert good(staff.post(url + "/cancel"), 409)["code"] == "conflict"
    again = dict(wish, customer=dict(wish["customer"], name="Zulmaqx Otra Vez"))
    assert good(staff.post("/api/bookings/manual", json=again), 201)["status"] == "confirmed"


def test_came_or_not(make_shop):
    shop = make_shop(services=({"name": "Control", "price": 0, "duration": 15},))
    owner = kitadmin.person(shop)
    start = (shop.demo.now() - datetime.timedelta(hours=2)).replace(microsecond=0, second=0, minute=0)
    wish = {"service": shop.service_id("Control"), "professional": shop.professional_id(), "outside_hours": True,
            "start": start.isoformat().replace("+00:00", "Z"),
            "customer": {"name": "Zulmaqx Ayer", "email": "zulmaqx.ayer@privado.example"}}
    doc = good(owner.post("/api/bookings/manual", json=wish), 201)
    url = "/api/bookings/" + doc["id"]
    assert doc["can"] == {"cancel": True, "move": False, "complete": True, "no_show": True}
    assert good(owner.post(url + "/no-show"))["status"] == "no_show"
    assert good(owner.post(url + "/complete"))["status"] == "completed"
    figures = good(owner.get("/api/analytics", params={"days": 7}))
    assert figures["current"]["completed"] == 1 and len(figures["daily"]) == 7


def test_list_filters_and_search(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    booked = [shop.book(service="Asesoría") for _ in range(5)]
    for one in booked:
        one.wait("confirmed")
    rows = pages(owner, "/api/bookings", 2)
    assert {one["id"] for one in rows} == {one.id for one in booked}
    assert [one["start"] for one in rows] == sorted((one["start"] for one in rows), reverse=True)
    assert pages(owner, "/api/bookings", 2, order="oldest") == rows[::-1]
    one = booked[2]
    for found in (one.customer["name"].split()[-1], one.customer["email"].upper(), one.customer["phone"][3:]):
        assert [row["id"] for row in pages(owner, "/api/bookings", 50, search=found)] == [one.id], found
    assert pages(owner, "/api/bookings", 50, service=shop.service_id(PAID["name"])) == []
    assert len(pages(owner, "/api/bookings", 50, professional=shop.professional_id(), status="confirmed")) == 5
    day = rows[0]["start"][:10]
    on_day = [row["id"] for row in rows if row["start"][:10] == day]
    assert [row["id"] for row in pages(owner, "/api/bookings", 50, **{"from": day, "to": day})] == on_day
    week = good(owner.get("/api/calendar", params={"from": day, "to": day}))
    assert [row["id"] for row in week["bookings"]] == on_day[::-1]
    assert week["professionals"][0]["windows"]
    csv = owner.get("/api/export/bookings.csv")
    assert csv.status_code == 200 and csv.content.startswith(b"\xef\xbb\xbf") and one.customer["email"] in csv.text


def test_detail_shows_money_and_messages(shop, owner):
    booking = shop.book()
    shop.pay(booking)
    booking.wait("confirmed", "paid")
    wait_until(lambda: any(one["state"] == "done" for one in booking.messages()), 15)
    answer = owner.get("/api/bookings/" + booking.id)
    doc = good(answer)
    assert doc["paid"] and doc["payments"][0]["state"] == "applied" and doc["attempts"][0]["reference"] == booking.reference
    assert doc["callbacks"] and doc["callbacks"][0]["log"][0]["status"] == 200
    sent = doc["callbacks"][0]["id"]
    again = good(owner.post("/api/callbacks/%s/resend" % sent), 202)
    assert again["id"] == sent and again["state"] in ("due", "sending", "done")
    wait_until(lambda: len(good(owner.get("/api/callbacks/" + sent))["log"]) == 2, 15)
    assert [one["id"] for one in pages(owner, "/api/callbacks", 1, booking=booking.id)].count(sent) == 1
    cancelled = good(owner.post("/api/bookings/%s/cancel" % booking.id, json={"reason": "Cierre."}))
    assert cancelled["refunds"] and cancelled["status"] == "cancelled"
    assert booking.id in [one["booking"]["id"] for one in pages(owner, "/api/refunds", 1)]


def test_refund_by_hand(make_shop):
    shop = make_shop()
    shop.demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "refunds": "off"})
    owner = kitadmin.person(shop)
    booking = shop.book()
    shop.event(shop.transaction(booking.reference, booking.answer["amount"], method="PSE")["id"])
    booking.wait("confirmed", "paid")
    good(owner.post("/api/bookings/%s/cancel" % booking.id))
    (refund,) = wait_until(lambda: pages(owner, "/api/refunds", 10, state="manual"), 30)
    url = "/api/refunds/%s" % refund["id"]
    assert refund["todo"] == "refund_by_hand" and refund["booking"]["id"] == booking.id
    assert good(owner.post(url + "/retry"))["state"] == "due"
    wait_until(lambda: pages(owner, "/api/refunds", 10, state="manual"), 30)
    done = good(owner.post(url + "/done", json={"note": "Transferido."}))
    assert done["state"] == "done" and done["note"] == "Transferido." and done["todo"] == "none"
    assert good(owner.post(url + "/done"), 409)["code"] == "conflict"
    assert good(owner.post(url + "/retry"), 409)["code"] == "conflict"
    assert pages(owner, "/api/refunds", 10, state="open") == []


def test_money_set_aside(make_shop, log):
    log.expect(r"was not simply applied")
    shop = make_shop()
    owner = kitadmin.person(shop)
    booking = shop.book()
    shop.event(shop.transaction(booking.reference, 100)["id"])
    (credit,) = wait_until(lambda: pages(owner, "/api/quarantine", 10), 30)
    assert credit["amount_cents"] == 100 and credit["choices"] == ["refund", "keep"]
    assert set(fields(owner.post("/api/quarantine/%s/resolve" % credit["id"], json={}))) == {"action"}
    kept = good(owner.post("/api/quarantine/%s/resolve" % credit["id"], json={"action": "keep", "note": "Abono."}))
    assert kept["resolved_at"] and kept["choices"] == [] and kept["note"] == "Abono."
    assert good(owner.post("/api/quarantine/%s/resolve" % credit["id"], json={"action": "keep"}), 409)
    assert pages(owner, "/api/quarantine", 10) == [] and len(pages(owner, "/api/quarantine", 10, state="resolved")) == 1


# --- reports ---

def test_audit_page_speaks_as_people_do(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    shop.demo.run(
        "INSERT INTO kf.audit (tenant_id, at, actor_kind, action, object_type, object_id, object_name, before, after) VALUES"
        " ('%s', kf.now(), 'operator', 'staff_updated', 'staff', gen_random_uuid()::text, 'ana@clinica.example',"
        "  '{\"role\": \"owner\", \"password_hash\": \"***\", \"revoked_at\": null, \"created_by\": \"0190-raw\"}',"
        "  '{\"role\": \"staff\", \"password_hash\": \"***\", \"revoked_at\": \"2026-12-08T14:00:00.123456+00:00\","
        "    \"created_by\": \"0191-raw\"}')" % shop.tenant)
    text = owner.get("/dashboard/audit?type=staff").text
    for wanted in ("Dueño", "Equipo", "Contraseña", "(oculto)", "8 de diciembre de 2026, 9:00"):
        assert wanted in text, wanted
    for raw in ("password_hash", ">owner<", "14:00:00", "0190-raw", "created_by"):
        assert raw not in text, raw


def test_audit_log_tells_who_from_where(make_shop):
    shop = make_shop()
    owner, robot = kitadmin.person(shop), key(shop, ["catalogue:write", "reports:read"])
    service = {"name": "Limpieza profunda", "description": "Con ultrasonido.", "duration_min": 30, "price_cents": 100}
    made = owner.post("/api/services", json=service)
    robot.patch(made.headers["Location"], json={"price_cents": 200})
    lines = pages(owner, "/api/audit-log", 1, object_type="service", object_id=made.json()["id"])
    assert [one["action"] for one in lines] == ["service_updated", "service_created"]
    assert lines[0]["actor"]["kind"] == "api_key" and lines[0]["before"] == {"price_cents": 100}
    assert lines[0]["after"] == {"price_cents": 200}
    assert lines[1]["actor"] == {"kind": "staff", "id": owner.staff, "name": owner.email}
    assert lines[1]["ip"].startswith("198.1") and lines[1]["request_id"] == made.headers["X-Request-Id"]
    assert pages(robot, "/api/audit-log", 50, actor=owner.email, object_type="service") == lines[1:]


def test_checklist(make_shop):
    shop = make_shop(services=(), professionals=(), payments=False)
    owner = kitadmin.person(shop)
    steps = {one["key"]: one["done"] for one in good(owner.get("/api/checklist"))["steps"]}
    assert set(steps) == {"branding", "service", "professional", "payments", "link"}
    assert not steps["service"] and not steps["payments"] and steps["link"]
    good(owner.post("/api/services", json={"name": "Uno más", "description": "Lo primero.", "duration_min": 30,
                                           "price_cents": 0}), 201)
    assert {one["key"]: one["done"] for one in good(owner.get("/api/checklist"))["steps"]}["service"]


def test_a_suspended_business_is_read_only(make_shop):
    shop = make_shop()
    owner, robot = kitadmin.person(shop), key(shop)
    shop.demo.ctl("tenant", "suspend", shop.sub)
    for client in (owner, robot):
        assert good(client.patch("/api/tenant/branding", json={"name": "Otro"}), 403)["code"] == "read_only"
        assert good(client.get("/api/tenant/branding"))["name"] != "Otro"


# --- the description ---

def test_openapi_is_served(shop):
    answer = anybody(shop).get("/api/openapi.json")
    assert good(answer) == kitapi.document() and answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("change", [
    {"body": {"items": []}}, {"body": {"items": [], "next": 3}}, {"body": {"items": [{}], "next": None}},
    {"body": {"items": [], "next": None, "more": 1}}, {"status": 201}, {"type": "text/html"},
    {"status": 404, "type": "application/problem+json", "body": {"code": "not_found"}},
    {"path": "/api/nothing-of-the-kind"}])
def test_a_wrong_answer_is_found(change):
    """The check of answers against the description must itself be able to fail."""
    def answer(**change):
        body = change.get("body", {"items": [], "next": None})
        return types.SimpleNamespace(
            url="http://x" + change.get("path", "/api/services"), status_code=change.get("status", 200),
            headers={"Content-Type": change.get("type", "application/json")}, json=lambda: body,
            content=json.dumps(body).encode(), text=json.dumps(body))
    kitapi.check("GET", answer())
    with pytest.raises(AssertionError):
        kitapi.check("GET", answer(**change))
