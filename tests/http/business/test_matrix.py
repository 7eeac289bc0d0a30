"""Every changing route of the API, against every caller without permission. The cases come from the description."""
import re
import uuid

import pytest

import kitadmin
import kitapi
from kitadmin import SCOPES, anybody, good, key
from kitdemo import wait_until
from kithttp import private
from kitshop import PAID, Shop

PICTURE = {"files": {"file": ("a.png", b"\x89PNG\r\n\x1a\n", "image/png")}}
# Nobody may set these from outside, in any request.
FORBIDDEN = ["tenant_id", "status", "role", "price", "version", "id"]
# The tables that are compared before and after: everything that belongs to a business.
UNTOUCHED = ("auth_try", "session", "api_key", "funnel_event", "idempotency", "webhook_event", "daily_figure")


# A formerly connected calendar, and its objection to a booking.
CONFLICT = """
INSERT INTO kf.calendar_connection (tenant_id, connection_id, professional_id, provider, state, account_id, connected_at)
SELECT tenant_id, gen_random_uuid(), professional_id, 'google', 'disconnected', 'a', kf.now() FROM kf.booking
WHERE tenant_id = '{tenant}' AND booking_id = '{booking}';
INSERT INTO kf.calendar_conflict (tenant_id, conflict_id, booking_id, connection_id, calendar_id, event_key, kind, seen_at)
SELECT c.tenant_id, gen_random_uuid(), '{booking}', c.connection_id, 'a', 'e', 'overlap', kf.now()
FROM kf.calendar_connection c WHERE c.tenant_id = '{tenant}'"""

# A person who waits for a day.
WAITING = """
SELECT kf.waiting_add('{tenant}', gen_random_uuid(), jsonb_build_object('link', '{link}', 'service', '{service}',
    'professional', NULL, 'day', (kf.now() + interval '20 days')::date, 'name', 'Zulmaqx Espera',
    'email', 'zulmaqx.espera@privado.example', 'language', 'es', 'timezone', 'America/Bogota'))"""


def guarded():
    """(method, path, operation) of every change that requires a session or key."""
    return [(method, path, told) for path, item in kitapi.document()["paths"].items() for method, told in item.items()
            if method != "get" and any("session" in one for one in told["security"])]


def scope(told):
    return next((one["key"][0] for one in told["security"] if "key" in one), None)


def role(told):
    return told["security"][0]["session"][0]


CHANGES = guarded()
NAMES = ["%s %s" % (method.upper(), path) for method, path, _ in CHANGES]
READS = [(path, item["get"]) for path, item in kitapi.document()["paths"].items()
         if "get" in item and any("session" in one for one in item["get"]["security"])]
every = pytest.mark.parametrize("method, path, told", CHANGES, ids=NAMES)


@pytest.fixture(scope="module")
def world(main_demo):
    """Two businesses, each with one row of every kind that has an id."""
    class World:
        demo = main_demo
        mine, theirs = Shop(main_demo), Shop(main_demo)
    World.owner, World.staff = kitadmin.person(World.mine), kitadmin.person(World.mine, "staff")
    World.plain = kitadmin.person(World.mine, csrf=False)
    World.other = kitadmin.person(World.theirs)
    World.keys = {}
    World.ids = {shop: ids_of(shop, client) for shop, client in
                 ((World.mine, World.owner), (World.theirs, World.other))}
    return World


def ids_of(shop, client):
    """An id of each kind that a path can contain."""
    booking = shop.book()
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    second = shop.book()
    shop.event(shop.transaction(second.reference, 100)["id"])
    shop.settled()
    key(shop)
    address = {"url": "%s/merchant/callback/%s-crm" % (shop.demo.sandbox_url, shop.sub), "events": ["booking.no_show"]}
    endpoint = good(client.post("/api/callback-endpoints", json=address), 201)
    private(endpoint["secret"])
    good(client.post("/api/closed-days", json={"day": "2027-05-01"}), 201)
    good(client.post("/api/bookings/%s/cancel" % booking.id))
    shop.demo.run(CONFLICT.format(tenant=shop.tenant, booking=booking.id))
    shop.demo.run(WAITING.format(tenant=shop.tenant, link=shop.link, service=shop.service_id(PAID["name"])))
    # the background work must be finished: from here on nothing may change by itself
    wait_until(lambda: shop.demo.one(
        "SELECT (SELECT count(*) FROM kf.outbox WHERE state IN ('due', 'sending') AND tenant_id = '%s')"
        " + (SELECT count(*) FROM kf.refund WHERE state NOT IN ('manual', 'done') AND tenant_id = '%s')"
        " + (SELECT count(*) FROM kf.mail WHERE state IN ('due', 'sending') AND tenant_id = '%s')"
        " + (SELECT count(*) FROM kf.freed WHERE tenant_id = '%s') AS n" % ((shop.tenant,) * 4)) == 0, 60)
    # an open attempt is polled from time to time
    shop.demo.run("UPDATE kf.payment_attempt SET next_poll_at = kf.now() + interval '1 day' WHERE tenant_id = '%s'" % shop.tenant)

    def first(table, column):
        return shop.demo.one("SELECT min(%s::text) AS id FROM kf.%s WHERE tenant_id = '%s'" % (column, table, shop.tenant))
    return {"/api/services": first("service", "service_id"), "/api/professionals": first("professional", "professional_id"),
            "/api/booking-links": first("booking_link", "link_id"), "/api/bookings": booking.id,
            "/api/callbacks": first("outbox", "message_id"), "/api/callback-endpoints": endpoint["id"],
            "/api/refunds": first("refund", "refund_id"),
            "/api/quarantine": shop.demo.one("SELECT payment_id AS id FROM kf.payment WHERE tenant_id = '%s'"
                                             " AND quarantine_reason IS NOT NULL" % shop.tenant),
            "/api/staff": first("staff", "staff_id"), "/api/api-keys": first("api_key", "key_id"),
            "/api/auth/sessions": first("session", "session_id"), "/api/closed-days": "2027-05-01",
            "/api/calendar-conflicts": first("calendar_conflict", "conflict_id"),
            "/api/waiting-list": first("waiting", "waiting_id")}


def filled(path, ids):
    """The path with the id of its kind in it; ids: a dict by kind, or one id for all."""
    family = path.split("/{")[0]
    return re.sub(r"\{\w+\}", lambda _: ids[family] if isinstance(ids, dict) else ids, path)


def body_of(told):
    """A body that the route accepts, as far as its fields go."""
    content = told.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return PICTURE
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return {}
    fields = schema["properties"]
    wanted = schema.get("required", ["name"] if "name" in fields else list(fields)[:1])
    return {"json": {name: sample(fields[name]) for name in wanted}}


def sample(schema):
    schema = kitapi.resolve(schema)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    text = {"uuid": str(uuid.UUID(int=9)), "date": "2027-03-04", "date-time": "2027-03-04T15:00:00-05:00"}
    if "enum" in schema:
        return schema["enum"][0]
    return {"string": text.get(schema.get("format"), "x" * max(schema.get("minLength", 12), 12)),
            "integer": schema.get("minimum", 1), "boolean": True, "array": [],
            "object": {"name": "Zulmaqx Matriz", "email": "zulmaqx.matriz@privado.example"}}[kind]


def fingerprint(demo, tenant):
    """A digest of every row of a business, by table."""
    tables = demo.sql("SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                      " WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r' AND a.attname = 'tenant_id'"
                      " AND NOT a.attisdropped ORDER BY 1")
    names = [one["name"] for one in tables if one["name"] not in UNTOUCHED]
    assert len(names) > 15
    query = " UNION ALL ".join("SELECT '%s' AS t, count(*) AS n, md5(coalesce(string_agg(x::text, '|' ORDER BY x::text), ''))"
                               " AS h FROM kf.%s x WHERE tenant_id = '%s'" % (one, one, tenant) for one in names)
    return demo.sql(query)


def send(client, method, url, body, **options):
    return client.request(method.upper(), url, **dict(body, **options))


def same(one, two):
    """Two refusals that do not reveal whether the object exists."""
    a, b = good(one, one.status_code), good(two, two.status_code)
    a.pop("request_id"), b.pop("request_id")
    assert one.status_code == two.status_code and a == b


def test_there_is_something_to_try():
    assert len(CHANGES) >= 40 and {role(told) for _, _, told in CHANGES} == {"owner", "staff", "member"}
    assert {scope(told) for _, _, told in CHANGES} - {None} == {s for s in SCOPES if s.endswith(":write")}


@every
def test_without_a_sign_in(world, method, path, told):
    url = filled(path, world.ids[world.mine])
    nobody, wrong = anybody(world.mine), anybody(world.mine)
    wrong.session.headers["Authorization"] = "Bearer kfk_" + kitadmin.token()
    cookie = anybody(world.mine)
    cookie.session.headers.update({"Cookie": "kf_session=" + kitadmin.token(), "X-CSRF-Token": kitadmin.token()})
    for client in (nobody, wrong, cookie):
        answer = send(client, method, url, body_of(told))
        assert good(answer, 401)["code"] == "unauthorized" and answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("path, told", READS, ids=[one[0] for one in READS])
def test_reading_without_a_sign_in_or_scope(world, path, told):
    url = filled(path, {**world.ids[world.mine], "/api/uploads": "x"})
    assert good(anybody(world.mine).get(url), 401)["code"] == "unauthorized"
    if scope(told):
        assert good(other_key(world, scope(told)).get(url), 403)["code"] == "forbidden"
    if role(told) == "owner":
        assert good(world.staff.get(url), 403)["code"] == "forbidden"


@every
def test_without_the_token_of_the_session(world, method, path, told):
    url = filled(path, world.ids[world.mine])
    before = fingerprint(world.demo, world.mine.tenant)
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": world.owner.csrf}):
        answer = send(world.plain, method, url, body_of(told), headers=headers)
        assert good(answer, 403)["code"] == "csrf_token_invalid", headers
    for header, value in (("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "null")):
        answer = send(world.owner, method, url, body_of(told), headers={header: value})
        assert answer.status_code == 403, (header, value)
    assert fingerprint(world.demo, world.mine.tenant) == before


@pytest.mark.parametrize("method, path, told", [one for one in CHANGES if role(one[2]) == "owner"],
                         ids=[n for n, one in zip(NAMES, CHANGES) if role(one[2]) == "owner"])
def test_staff_where_owners_go(world, method, path, told):
    before = fingerprint(world.demo, world.mine.tenant)
    answer = send(world.staff, method, filled(path, world.ids[world.mine]), body_of(told))
    assert good(answer, 403)["code"] == "forbidden"
    assert fingerprint(world.demo, world.mine.tenant) == before


def other_key(world, wanted):
    """A key with all scopes except one (None: with all)."""
    if wanted not in world.keys:
        world.keys[wanted] = key(world.mine, [one for one in SCOPES if one != wanted])
    return world.keys[wanted]


@every
def test_a_key_without_the_scope(world, method, path, told):
    client = other_key(world, scope(told))
    before = fingerprint(world.demo, world.mine.tenant)
    answer = send(client, method, filled(path, world.ids[world.mine]), body_of(told))
    assert good(answer, 403)["code"] == "forbidden"
    assert fingerprint(world.demo, world.mine.tenant) == before


@pytest.mark.parametrize("method, path, told", [one for one in CHANGES if "{" in one[1]],
                         ids=[n for n, one in zip(NAMES, CHANGES) if "{" in one[1]])
def test_ids_of_another_business(world, method, path, told):
    """404, the same as for an unknown id; nothing changes in either business."""
    if path == "/api/closed-days/{day}":
        return  # a day belongs to nobody
    family = path.split("/{")[0]
    random_id = "msg_" + uuid.uuid4().hex if family == "/api/callbacks" else str(uuid.uuid4())
    before = [fingerprint(world.demo, shop.tenant) for shop in (world.mine, world.theirs)]
    body = body_of(told)
    theirs = send(world.owner, method, filled(path, world.ids[world.theirs]), body)
    nobodys = send(world.owner, method, filled(path, random_id), body)
    if told.get("requestBody", {}).get("content", {}).keys() == {"multipart/form-data"}:
        same(theirs, nobodys)  # the image is checked first
        assert theirs.status_code in (404, 422)
    else:
        assert theirs.status_code == 404, theirs.text
        same(theirs, nobodys)
    assert [fingerprint(world.demo, shop.tenant) for shop in (world.mine, world.theirs)] == before


@every
def test_fields_that_are_not_for_them(world, method, path, told):
    content = told.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content or (method == "delete" and not content):
        return
    schema = content.get("application/json", {}).get("schema", {"properties": {}})
    url = filled(path, world.ids[world.mine])
    before = fingerprint(world.demo, world.mine.tenant)
    wanted = [name for name in FORBIDDEN if name not in schema["properties"]]
    body = dict(body_of(told).get("json", {}), **{name: world.theirs.tenant for name in wanted})
    if path in ("/api/auth/logout",):
        return  # takes no body at all: ending one's own session is the intended effect
    got = good(world.owner.request(method.upper(), url, json=body), 422)
    assert set(wanted) <= {one["field"] for one in got["errors"]}, got
    assert fingerprint(world.demo, world.mine.tenant) == before
