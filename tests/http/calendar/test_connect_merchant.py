"""A connected calendar for the merchant: settings, reconnection, disconnection, and objections to a booking."""
import secrets
import uuid

import pytest

import kitadmin
import kitgoogle
from kitadmin import fields, good
from kitdemo import Refused, wait_until
from kitgoogle import ANDRES, LAURA, Visitor
from kithttp import private


@pytest.fixture()
def google(demo):
    box = kitgoogle.google(demo)
    yield box
    box.clear_faults()


@pytest.fixture()
def owner(shop):
    return kitadmin.person(shop)


def uno(shop):
    return shop.professional_id("Uno")


def test_the_merchants_acts(shop, owner, google):
    """Each action with its refusals. An edit of an outdated version is rejected."""
    url = "/api/professionals/%s/calendar" % uno(shop)
    assert good(owner.get(url))["state"] == "builtin"
    assert good(owner.patch(url, json={"meeting": True}), 409)["code"] == "conflict"
    assert good(owner.post(url + "/disconnect"), 409)["code"] == "conflict"
    assert good(owner.post(url + "/test"), 404)["code"] == "not_found"
    assert set(fields(owner.post(url.replace("/calendar", "/invite"), json={"email": "no"}))) == {"email"}
    Visitor(shop).connect()
    doc = owner.get(url)
    tag, before = doc.headers["ETag"], good(doc)
    changed = good(owner.patch(url, json={"meeting": True, "summary": "Cita de {{customer}}"}, headers={"If-Match": tag}))
    assert changed["meeting"] and changed["summary"] == "Cita de {{customer}}" and changed["version"] > before["version"]
    assert good(owner.patch(url, json={"guest": True}, headers={"If-Match": tag}), 412)["code"] == "precondition_failed"
    assert set(fields(owner.patch(url, json={"summary": "Cita de {{customer"}))) == {"summary"}
    assert set(fields(owner.patch(url, json={"write": ANDRES}))) == {"write"}
    assert set(fields(owner.patch(url, json={"color": "red"}))) == {"color"}
    assert good(owner.patch(url, json={"write": None}))["write"] is None
    assert good(owner.get("/api/calendar-conflicts")) == {"items": [], "next": None}


def test_connected_again(shop, owner, google):
    """The same account again: the settings stay, and the grant stays valid."""
    url = "/api/professionals/%s/calendar" % uno(shop)
    Visitor(shop).connect()
    good(owner.patch(url, json={"meeting": True, "guest": True, "summary": "{{service}}"}))
    visitor = Visitor(shop)
    page = visitor.page(visitor.path)
    assert "Ya tienes un calendario conectado" in page.text
    visitor.connect()
    doc = good(owner.get(url))
    assert (doc["meeting"], doc["guest"], doc["summary"]) == (True, True, "{{service}}")
    assert good(owner.post(url + "/test"))["readable"]
    assert shop.demo.one("SELECT count(*) AS n FROM kf.calendar_connection WHERE tenant_id = '%s' AND state = 'connected'"
                         % shop.tenant) == 1


def test_disconnected(shop, owner, google):
    """On disconnection the grant is revoked at Google, and its tokens are deleted here."""
    url = "/api/professionals/%s/calendar" % uno(shop)
    email = "d%s@gmail.test" % secrets.token_hex(4)
    google.control("accounts", {"email": email, "name": "Diana"})
    Visitor(shop).connect(email)
    assert any(one["account"] == email and one["refresh"] for one in google.grants()), google.grants()
    assert good(owner.post(url + "/disconnect"))["state"] == "builtin"
    wait_until(lambda: not any(one["account"] == email and one["refresh"] for one in google.grants()), 20)
    wait_until(lambda: shop.demo.one(
        "SELECT count(*) AS n FROM kf.calendar_connection WHERE tenant_id = '%s' AND"
        " coalesce(refresh_token_sealed, access_token_sealed) IS NOT NULL" % shop.tenant) == 0, 10)


def test_a_conflict_is_told_and_dismissed(shop, owner):
    booking = shop.book()
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    shop.demo.run("INSERT INTO kf.calendar_connection (tenant_id, connection_id, professional_id, provider, state, account_id,"
                  " connected_at) SELECT tenant_id, gen_random_uuid(), professional_id, 'google', 'disconnected', 'a', kf.now()"
                  " FROM kf.booking WHERE tenant_id = '%(t)s' AND booking_id = '%(b)s';"
                  "INSERT INTO kf.calendar_conflict (tenant_id, conflict_id, booking_id, connection_id, calendar_id, event_key,"
                  " kind, starts_at, ends_at, seen_at) SELECT c.tenant_id, gen_random_uuid(), '%(b)s', c.connection_id, 'a', 'e',"
                  " 'overlap', kf.now(), kf.now() + interval '1 hour', kf.now() FROM kf.calendar_connection c"
                  " WHERE c.tenant_id = '%(t)s'" % {"t": shop.tenant, "b": booking.id})
    item, = good(owner.get("/api/calendar-conflicts"))["items"]
    assert item["kind"] == "overlap" and item["booking"]["id"] == booking.id
    assert [one["id"] for one in good(owner.get("/api/bookings/" + booking.id))["conflicts"]] == [item["id"]]
    for path, words in (("/dashboard", "choca con un calendario"), ("/dashboard/bookings", "Choca con su calendario"),
                        ("/dashboard/calendar?date=" + item["booking"]["start"][:10], "Choca con su calendario"),
                        ("/dashboard/bookings/" + booking.id, "Tiene otro evento a esa hora"),
                        ("/dashboard/conflicts", "Tiene otro evento a esa hora")):
        assert words in owner.page(path).text, path
    assert good(owner.post("/api/bookings/%s/calendar/retry" % booking.id), 409)["code"] == "conflict"
    good(owner.post("/api/calendar-conflicts/%s/dismiss" % item["id"]))
    assert good(owner.post("/api/calendar-conflicts/%s/dismiss" % item["id"]), 409)["code"] == "conflict"
    assert good(owner.get("/api/calendar-conflicts"))["items"] == []
    assert "Choca con su calendario" not in owner.page("/dashboard/bookings").text


def test_the_operators_commands(shop):
    """List, invite, disconnect, retry. An unknown object is refused by name."""
    ctl = shop.demo.ctl
    assert [(one["name"], one["state"]) for one in ctl("calendar", "list", shop.tenant)] == [("Uno", "builtin")]
    made = ctl("calendar", "invite", shop.tenant, "Uno")
    assert made["path"] == "/connect-calendar/" + made["token"] and made["mailed"] is False
    private(made["token"])
    assert "7 days" in ctl("calendar", "invite", shop.tenant, "Uno", plain=True)
    Visitor(shop).connect()
    assert "google" in ctl("calendar", "list", shop.tenant)[0]["provider"]
    table = ctl("calendar", "list", shop.tenant, plain=True)
    assert "connected" in table and LAURA in table
    wait_until(lambda: ctl("calendar", "list", shop.tenant)[0]["readable"], 20)  # until then no slot is offered
    booking = shop.book()
    for words, why in ((("retry", shop.tenant, booking.id), "nothing to be tried again"),
                       (("retry", shop.tenant, str(uuid.uuid4())), "nothing with this id"),
                       (("disconnect", shop.tenant, "Nadie"), "Nadie"), (("invite", shop.tenant, "Nadie"), "Nadie")):
        with pytest.raises(Refused) as refused:
            ctl("calendar", *words)
        assert refused.value.status == 1 and why in str(refused.value), (words, str(refused.value))
    assert ctl("calendar", "disconnect", shop.tenant, "Uno")["state"] == "builtin"
    with pytest.raises(Refused) as refused:
        ctl("calendar", "disconnect", shop.tenant, "Uno")
    assert "no calendar connected" in str(refused.value)
    audit = shop.demo.sql("SELECT actor_kind, action FROM kf.audit WHERE tenant_id = '%s' AND action LIKE 'calendar%%'" % shop.tenant)
    assert {"actor_kind": "operator", "action": "calendar_disconnected"} in audit
