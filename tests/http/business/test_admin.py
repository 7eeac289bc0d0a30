"""The admin API: the merchant creates, reads, changes and archives each resource."""
import datetime
import uuid

import pytest

import kitadmin
from kitadmin import fields, good, owner, pages  # noqa: F401 (fixtures)
from kitshop import Shop

SERVICE = {"name": "Blanqueamiento", "description": "Blanqueamiento con lámpara.", "duration_min": 45,
           "price_cents": 9000000, "charge_type": "partial_percent", "deposit_percent": 30}
NOBODY = str(uuid.UUID(int=7))


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


# --- what is offered ---

def test_service_from_first_to_last(owner):
    made = owner.post("/api/services", json=SERVICE)
    doc = good(made, 201)
    url = made.headers["Location"]
    assert url == "/api/services/" + doc["id"] and made.headers["ETag"] == '"1"'
    assert doc["charge_cents"] == 2700000 and doc["active"] and doc["archived_at"] is None
    assert {name: doc[name] for name in SERVICE} == SERVICE
    assert good(owner.get(url)) == doc
    changed = owner.patch(url, json={"price_cents": 8000000, "max_per_day": 3})
    assert changed.headers["ETag"] == '"2"'
    assert good(changed) == dict(doc, price_cents=8000000, charge_cents=2400000, max_per_day=3, version=2)
    assert good(owner.patch(url, json={"max_per_day": None}))["max_per_day"] is None
    assert owner.delete(url).status_code == 204
    assert doc["id"] not in [one["id"] for one in pages(owner, "/api/services", 200)]
    assert doc["id"] in [one["id"] for one in pages(owner, "/api/services", 200, state="archived")]
    assert good(owner.patch(url, json={"name": "Otro nombre"}), 409)["code"] == "conflict"
    back = good(owner.post(url + "/restore"))
    assert back["active"] and back["archived_at"] is None


def test_professional_with_hours(owner, shop):
    service = good(owner.get("/api/services"))["items"][0]["id"]
    week = [{"weekday": day, "kind": "work", "starts": "09:00", "ends": "17:00"} for day in range(1, 6)]
    week += [{"weekday": 1, "kind": "break", "starts": "12:00", "ends": "13:00"}]
    made = owner.post("/api/professionals", json={"name": "Ana Pérez", "services": [service], "hours": week,
                                                  "email": "ana@clinica.example"})
    doc = good(made, 201)
    url = made.headers["Location"]
    assert doc["services"] == [service] and len(doc["hours"]) == 6 and doc["time_zone"] == "America/Bogota"
    assert good(owner.get(url)) == doc
    hours = owner.get(url + "/hours")
    assert good(hours)["hours"] == doc["hours"] and hours.headers["ETag"] == '"1"'
    year = [{"day": (datetime.date(2027, 1, 1) + datetime.timedelta(days=n)).isoformat(), "closed": True}
            for n in range(365)]
    put = good(owner.put(url + "/hours", json={"hours": week[:1], "overrides": year}, headers={"If-Match": '"1"'}))
    assert put["version"] == 2 and put["hours"] == week[:1] and put["overrides"] == year
    assert good(owner.put(url + "/hours", json={"hours": [], "overrides": []}, headers={"If-Match": '"1"'}), 412)
    bad = fields(owner.put(url + "/hours", json={"hours": [
        {"weekday": 8, "kind": "work", "starts": "09:00", "ends": "10:00"},
        {"weekday": 1, "kind": "nap", "starts": "09:00", "ends": "10:00"},
        {"weekday": 1, "kind": "work", "starts": "25:00", "ends": "10:00"},
        {"weekday": 1, "kind": "work", "starts": "10:00", "ends": "10:00"}],
        "overrides": [{"day": "2027-02-30"}, {"day": "2027-02-01", "starts": "08:00"}, {"day": "2027-02-01", "x": 1}]}))
    assert set(bad) == {"hours.0.weekday", "hours.1.kind", "hours.2.starts", "hours.3.ends", "overrides.0.day",
                        "overrides.1.ends", "overrides.2.x"}
    assert good(owner.patch(url, json={"active": False}))["active"] is False
    assert owner.delete(url).status_code == 204
    assert good(owner.get(url))["archived_at"]
    assert good(owner.post(url + "/restore"))["archived_at"] is None


def test_closed_days(owner):
    made = owner.post("/api/closed-days", json={"day": "2027-12-25", "reason": "Navidad"})
    assert good(made, 201) == {"day": "2027-12-25", "reason": "Navidad"}
    assert made.headers["Location"] == "/api/closed-days/2027-12-25"
    good(owner.post("/api/closed-days", json={"day": "2027-12-24"}), 201)
    assert [one["day"] for one in pages(owner, "/api/closed-days", 1, **{"from": "2027-12-01", "to": "2027-12-31"})] == \
        ["2027-12-24", "2027-12-25"]
    assert owner.delete("/api/closed-days/2027-12-25").status_code == 204
    assert owner.delete("/api/closed-days/2027-12-25").status_code == 404
    assert owner.delete("/api/closed-days/2027-02-30").status_code == 404
    assert set(fields(owner.post("/api/closed-days", json={"day": "2027-13-01", "reason": "x" * 201}))) == {"day", "reason"}


def test_booking_links(owner, shop):
    service = shop.service_id("Limpieza")
    made = owner.post("/api/booking-links", json={"name": "Instagram", "service": service, "locked": True,
                                                  "language": "en", "expires_at": "2027-12-31T23:59:59-05:00",
                                                  "max_uses": 10})
    doc = good(made, 201)
    assert doc["expires_at"] == "2027-12-31T23:59:59-05:00" and doc["url_path"] == "/book/" + doc["public_id"]
    options = good(shop.client().get("/api/booking/%s/options" % doc["public_id"]))
    assert options["preselected"] == {"service": service, "professional": None, "locked": True}
    url = made.headers["Location"]
    assert good(owner.patch(url, json={"name": "Facebook", "max_uses": None}))["max_uses"] is None
    assert owner.delete(url).status_code == 204
    assert good(owner.get(url))["state"] == "inactive"
    assert good(shop.client().get("/api/booking/%s/options" % doc["public_id"]), 404)["code"] == "link_invalid"
    assert good(owner.patch(url, json={"active": True}))["state"] == "active"
    other = fields(owner.post("/api/booking-links", json={"name": "", "service": NOBODY[:-1], "language": "fr",
                                                          "max_uses": 0, "expires_at": "mañana"}))
    assert set(other) == {"name", "service", "language", "max_uses", "expires_at"}
    assert set(fields(owner.post("/api/booking-links", json={"name": "Nada", "service": NOBODY}))) == {"service"}


@pytest.mark.parametrize("method, url, more", [
    ("post", "/api/services", SERVICE), ("post", "/api/professionals", {}), ("post", "/api/booking-links", {}),
    ("patch", "/api/tenant/branding", {}), ("post", "/api/api-keys", {"scopes": ["bookings:read"]})])
def test_blanks_are_no_name(owner, method, url, more):
    for blanks in ("     ", "\u00a0\u2003\u3000\u200b "):
        assert set(fields(owner.request(method.upper(), url, json=dict(more, name=blanks)))) == {"name"}, url
    doc = good(owner.request(method.upper(), url, json=dict(more, name="  Con espacios  ")), 201 if method == "post" else 200)
    assert doc["name"] == "Con espacios"


def test_lists_come_in_pages(make_shop):
    mine = kitadmin.person(make_shop())
    for n in range(7):
        good(mine.post("/api/services", json=dict(SERVICE, name="Servicio %d" % n, position=n)), 201)
        good(mine.post("/api/booking-links", json={"name": "Enlace %d" % n}), 201)
    for url in ("/api/services", "/api/booking-links"):
        everything = good(mine.get(url))
        assert everything["next"] is None
        for size in (1, 2, 3, 200):
            assert pages(mine, url, size) == everything["items"], (url, size)


def test_filters_are_read_strictly(owner):
    for url, query in (("/api/services", {"state": "some"}), ("/api/services", {"limit": "0"}),
                       ("/api/services", {"limit": "201"}), ("/api/services", {"limit": "1e1"}),
                       ("/api/services", {"after": "x"}), ("/api/services", {"colour": "red"}),
                       ("/api/bookings", {"from": "2027-02-30"}), ("/api/bookings", {"service": "x"}),
                       ("/api/bookings", {"search": "x"}), ("/api/bookings", {"status": "gone"}),
                       ("/api/calendar", {"from": "2027-01-01"}), ("/api/analytics", {"days": "8"}),
                       ("/api/audit-log", {"action": "DROP TABLE"})):
        got = good(owner.get(url, params=query), 422)
        assert got["code"] == "invalid" and got["errors"], (url, query)
    assert good(owner.get("/api/bookings?status=&service=&professional=&from=&to=&search=&after="))["items"] == []


# --- all bad fields at once ---

EVERYTHING_WRONG = [
    ("post", "/api/services",
     {"name": "ab", "description": "short", "image_url": "javascript:alert(1)", "duration_min": 14, "price_cents": -1,
      "currency": "cop", "charge_type": "half", "deposit_percent": 0, "deposit_cents": 1.5, "buffer_before_min": 241,
      "buffer_after_min": "5", "notice_min": -1, "horizon_days": 0, "step_min": 4, "max_per_day": 0, "active": "yes",
      "position": -1, "professionals": ["x"]}),
    ("post", "/api/professionals",
     {"name": "a", "description": 7, "photo_url": "http://x.example/a.png", "email": "ana", "time_zone": "Mars Base",
      "services": "x", "hours": {}, "overrides": 3, "active": None, "position": 1000001}),
    ("patch", "/api/tenant/branding",
     {"name": "x", "subdomain": "-bad-", "custom_domain": "x", "time_zone": "a b", "language": "fr", "currency": "cop",
      "primary_color": "red", "secondary_color": "#12345", "logo_url": "ftp://x", "terms_url": "javascript:1",
      "contact": "", "callback_url": "http://169.254.169.254/", "return_url": "file:///etc/passwd",
      "colombian_phone": 1, "allowed_origins": ["https://a.example/x"], "frame_origins": ["*"]}),
    ("post", "/api/bookings/manual",
     {"service": "x", "professional": 1, "start": "2027-01-01", "customer": {"name": "x", "email": "y", "phone": "z"},
      "notes": "x" * 1001, "language": "fr", "outside_hours": "no"}),
    ("patch", "/api/tenant/payments",
     {"provider": "", "public_key": 1, "private_key": None, "integrity_secret": "x" * 221, "min_cents": -1}),
]


@pytest.mark.parametrize("method, url, body", EVERYTHING_WRONG, ids=[one[1] for one in EVERYTHING_WRONG])
def test_all_bad_fields_are_told_at_once(owner, method, url, body):
    got = fields(owner.request(method.upper(), url, json=body))
    wanted = set(body) | {"customer." + name for name in body.get("customer", ())} - {"customer"}
    wanted -= {"customer"} if "customer" in body else set()
    wanted |= {"events_secret"} if url == "/api/tenant/payments" else set()
    assert {name.split(".")[0] if name.split(".")[0] in ("professionals", "allowed_origins", "frame_origins") else name
            for name in got} == wanted
    assert all(detail for detail in got.values())


# --- two who edit the same ---

def test_a_lost_update_is_refused(owner, shop):
    other = kitadmin.person(shop)
    made = owner.post("/api/services", json=SERVICE)
    url, tag = made.headers["Location"], made.headers["ETag"]
    mine = good(owner.patch(url, json={"name": "El mío"}, headers={"If-Match": tag}))
    theirs = other.patch(url, json={"name": "El suyo"}, headers={"If-Match": tag})
    assert good(theirs, 412)["code"] == "precondition_failed"
    assert good(owner.get(url)) == mine
    assert good(other.patch(url, json={"name": "El suyo"}, headers={"If-Match": '"2"'}))["version"] == 3
    for bad in ('"2"', "3", "W/\"3\"", '"3", "4"', "x", '""', '"3x', '3"', '"-1"', '"99999999999"'):
        assert other.patch(url, json={"name": "Nunca"}, headers={"If-Match": bad}).status_code == 412, bad
    assert other.delete(url, headers={"If-Match": '"2"'}).status_code == 412
    assert good(other.patch(url, json={"name": "Sin condición"}))["version"] == 4
    assert good(other.patch(url, json={"name": "Cualquiera"}, headers={"If-Match": "*"}))["version"] == 5
    assert good(other.patch(url, json={"name": "Comprimido"}, headers={"If-Match": '"5-gzip"'}))["version"] == 6


def test_not_modified(owner):
    for url in ("/api/tenant/branding", "/api/openapi.json", good(owner.get("/api/services"))["items"][0]["id"]):
        url = url if url.startswith("/") else "/api/services/" + url
        tag = owner.get(url).headers["ETag"]
        again = owner.get(url, headers={"If-None-Match": tag})
        assert again.status_code == 304 and not again.content, url
        assert owner.get(url, headers={"If-None-Match": '"0"'}).status_code == 200


# --- once ---

def test_idempotency_key(owner, shop):
    once = {"Idempotency-Key": "servicio-%s" % uuid.uuid4()}
    first = owner.post("/api/services", json=SERVICE, headers=once)
    again = owner.post("/api/services", json=SERVICE, headers=once)
    assert good(first, 201) == good(again, 201) and first.headers["Location"] == again.headers["Location"]
    assert first.headers["ETag"] == again.headers["ETag"]
    changed = owner.post("/api/services", json=dict(SERVICE, name="Otra cosa"), headers=once)
    assert good(changed, 422)["code"] == "idempotency_key_reused"
    foreign = kitadmin.person(shop).post("/api/services", json=SERVICE, headers=once)
    assert good(foreign, 422)["code"] == "idempotency_key_reused"
    refused = {"Idempotency-Key": "enlace-%s" % uuid.uuid4()}
    one = owner.post("/api/booking-links", json={"name": "Nada", "service": NOBODY}, headers=refused)
    two = owner.post("/api/booking-links", json={"name": "Nada", "service": NOBODY}, headers=refused)
    assert one.status_code == two.status_code == 422 and one.json()["errors"] == two.json()["errors"]
    rotate = {"Idempotency-Key": "secreto-%s" % uuid.uuid4()}
    secret = good(owner.post("/api/callback-secrets", headers=rotate), 201)["secret"]
    kitadmin.private(secret)
    assert good(owner.post("/api/callback-secrets", headers=rotate), 201)["secret"] == secret
