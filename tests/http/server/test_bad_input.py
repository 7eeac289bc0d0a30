"""Every client error: the right status, the field by name, and no changes."""
import datetime
import json
import socket
import urllib.parse

import pytest

from kitapi import problem
from kitdemo import ASAN, SLOW, instant
from kithttp import address, private, raw, wire
from kitshop import FREE, PAID, Shop, person

TABLES = ("claim", "booking", "booking_history", "payment_attempt", "payment", "refund", "webhook_event", "outbox",
          "idempotency", "tenant", "service", "professional", "booking_link")


def counts(demo):
    """The number of rows of each table. No background work may add any in these tests."""
    query = "SELECT " + ", ".join("(SELECT count(*) FROM kf.%s) AS %s" % (one, one) for one in TABLES)
    return demo.sql(query)[0]


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


@pytest.fixture()
def unchanged(demo, shop):
    shop.options()
    before = counts(demo)
    yield
    assert counts(demo) == before


def send(shop, body, path="/api/holds", **headers):
    headers.setdefault("Content-Type", "application/json")
    return shop.client().post(path, data=body, headers=headers)


def good(shop, **change):
    body = dict(shop.hold_body("2999-01-01T00:00:00Z"), **change)
    return {name: value for name, value in body.items() if value is not None}


# --- documents ---

@pytest.mark.parametrize("body, status, code", [
    ("", 400, "malformed_request"), ("{", 400, "malformed_request"), ("{}}", 400, "malformed_request"),
    ("[]", 400, "malformed_request"), ("null", 400, "malformed_request"), ('"text"', 400, "malformed_request"),
    ('{"link":"a","link":"b"}', 400, "malformed_request"), ("{'link':'a'}", 400, "malformed_request"),
    ('{"link":"\x00"}', 400, "malformed_request"), ('{"link":"\x01"}', 400, "malformed_request"),
    (b'{"link":"\xff\xfe"}', 400, "malformed_request"), ('{"link":"\\ud800"}', 400, "malformed_request"),
    ("{" * 200, 413, "payload_too_large"), ("[" * 60000, 413, "payload_too_large"),
    ('{"a":' * 33 + "1" + "}" * 33, 413, "payload_too_large"),
    ("{" + ",".join('"k%d":1' % n for n in range(201)) + "}", 413, "payload_too_large"),
    ('{"link":1e3}', 422, "invalid"), ('{"link":"x","extra":1e999999}', 400, "malformed_request"),
], ids=lambda one: repr(one)[:24])
def test_broken_documents(shop, unchanged, body, status, code):
    problem(send(shop, body), status, code)


@pytest.mark.parametrize("size", [64 * 1024 + 1, 2 * 1024 * 1024])
def test_large_bodies(shop, unchanged, size):
    data = json.dumps(dict(good(shop), timezone="x" * size)).encode()
    answer = raw(shop.demo.port, wire("POST", "/api/holds", shop.host, data))
    assert answer.status == 413 and answer.seconds < 3 * SLOW
    told = answer.json()
    assert told["code"] == "payload_too_large"
    # The same without Content-Length.
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(data[n:n + 60000]), data[n:n + 60000]) for n in range(0, len(data), 60000))
    head = ("POST /api/holds HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
            "X-Forwarded-For: %s\r\nConnection: close\r\n\r\n" % (shop.host, address())).encode()
    answer = raw(shop.demo.port, head + chunks + b"0\r\n\r\n")
    assert answer.status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
                                  "application/jsonp", "application/json2"])
def test_other_content_types(shop, unchanged, kind):
    problem(send(shop, json.dumps(good(shop)), **{"Content-Type": kind}), 415, "unsupported_media_type")


# --- fields ---

@pytest.mark.parametrize("field, value", [
    ("link", None), ("link", 5), ("link", ""), ("link", "x" * 300), ("link", ["a"]), ("link", {"a": 1}), ("link", True),
    ("service", None), ("service", "abc"), ("service", 1), ("service", "00000000-0000-0000-0000-00000000000g"),
    ("service", "0" * 36), ("start", None), ("start", "mañana"), ("start", "2026-12-01"), ("start", "2026-12-01T10:00:00"),
    ("start", "2026-02-30T10:00:00Z"), ("start", "2026-12-01T25:00:00Z"), ("start", "2026-12-01T10:00:00+99:00"),
    ("start", 1764583200), ("start", ""), ("start", "99999-01-01T00:00:00Z"), ("professional", 7), ("professional", "x"),
    ("professional", "y" * 40), ("timezone", 5), ("timezone", "Mars/Olympus"), ("timezone", "america/bogota"),
    ("timezone", "../../etc/passwd"), ("timezone", "UTC\n"), ("extra", "x"), ("tenant_id", "x"), ("status", "paid"),
], ids=lambda one: repr(one)[:24])
def test_wrong_fields_are_named(shop, unchanged, field, value):
    start = shop.slots()[-1]["start"]
    body = dict(shop.hold_body(start), **{field: value})
    if value is None:
        del body[field]
    answer = send(shop, json.dumps(body))
    status = 404 if field == "link" and isinstance(value, str) and value.isalnum() and len(value) < 200 else 422
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert field in [one["field"] for one in told["errors"]], told


def test_unknown_ids(shop, unchanged):
    start = shop.slots()[-1]["start"]
    nobody = "0193b7a2-0000-7000-8000-000000000000"
    problem(send(shop, json.dumps(dict(shop.hold_body(start), service=nobody))), 422, "invalid", "service")
    problem(send(shop, json.dumps(dict(shop.hold_body(start), professional=nobody))), 422, "invalid", "professional")
    body = {"hold": nobody, "token": "A" * 43, "customer": person(), "accepted_terms": True}
    problem(send(shop, json.dumps(body), "/api/bookings"), 404, "not_found")
    bearer = {"Authorization": "Bearer " + "A" * 43}
    for path in ("/api/bookings/%s/status" % nobody, "/api/bookings/xyz/status", "/api/bookings/%s/status" % ("9" * 300)):
        problem(shop.client().get(path, headers=bearer), 404, "not_found")


def test_another_tenants_ids(shop, demo):
    other = Shop(demo)
    other.options()
    before = counts(demo)
    start = shop.slots()[-1]["start"]
    mixed = [dict(shop.hold_body(start), service=other.service_id(PAID["name"])),
             dict(shop.hold_body(start), professional=other.professional_id())]
    for body, field in zip(mixed, ("service", "professional")):
        problem(send(shop, json.dumps(body)), 422, "invalid", field)
    problem(send(shop, json.dumps(dict(shop.hold_body(start), link=other.link))), 404, "link_invalid", "link")
    answer = shop.client().get("/api/availability", params={"link": shop.link, "service": other.service_id(PAID["name"])})
    problem(answer, 422, "invalid", "service")
    assert counts(demo) == before


@pytest.mark.parametrize("away, minute", [(-24, 0), (-1, 0), (24, 7), (24 * 400, 0), (-24 * 3650, 0)])
def test_past_off_the_grid_too_far(shop, unchanged, away, minute):
    start = (shop.demo.now() + datetime.timedelta(hours=away)).replace(minute=minute, second=0, microsecond=0)
    problem(send(shop, json.dumps(shop.hold_body(start.isoformat()))), 422, "slot_invalid", "start")


def test_seconds_and_fractions_are_off_the_grid(shop, unchanged):
    start = instant(shop.slots()[-1]["start"])
    for off in (datetime.timedelta(seconds=1), datetime.timedelta(milliseconds=1), datetime.timedelta(microseconds=1)):
        problem(send(shop, json.dumps(shop.hold_body((start + off).isoformat()))), 422, "slot_invalid", "start")


@pytest.mark.parametrize("query, field", [
    ("", "link"), ("link=", "link"), ("link={link}", "service"), ("link={link}&service=x", "service"),
    ("link={link}&service={service}&from=2026-12-01&to=2126-12-01", "to"),
    ("link={link}&service={service}&from=2026-12-01&to=2027-02-01", "to"),
    ("link={link}&service={service}&from=2026-12-10&to=2026-12-01", "to"),
    ("link={link}&service={service}&from=0001-01-01&to=0001-01-02", "from"),
    ("link={link}&service={service}&from=9999-12-31", "from"), ("link={link}&service={service}&from=hoy", "from"),
    ("link={link}&service={service}&from=2026-02-30", "from"), ("link={link}&service={service}&from=%00", "from"),
    ("link={link}&service={service}&timezone=Nowhere/Place", "timezone"),
    ("link={link}&service={service}&timezone=%27%3B--", "timezone"),
    ("link={link}&service={service}&professional=nobody", "professional")])
def test_bad_queries(shop, unchanged, query, field):
    path = "/api/availability?" + query.format(link=shop.link, service=shop.service_id(PAID["name"]))
    answer = shop.client().get(path)
    assert answer.status_code in (400, 422), answer.text
    assert field in [one["field"] for one in answer.json().get("errors", [])], answer.text


@pytest.mark.parametrize("query", ["link=a&link=b", "link=%", "link=%zz", "link=%ff%fe", "&".join("a%d=1" % n for n in range(401))])
def test_queries_that_cannot_be_read(shop, unchanged, query):
    answer = shop.client().get("/api/availability?" + query)
    assert answer.status_code in (400, 404, 413, 422), answer.text


@pytest.mark.parametrize("field, value", [
    ("name", ""), ("name", "A"), ("name", "n" * 101), ("name", "uno\ndos"), ("name", "\x1b[31mrojo"), ("name", "a\x7fb"),
    ("name", 5), ("name", None), ("email", ""), ("email", "sin-arroba"), ("email", "a@b"), ("email", "a@@b.co"),
    ("email", "a b@c.co"), ("email", "a@b.co\r\nBcc: x@y.co"), ("email", "x" * 250 + "@b.co"), ("email", "a@b.co,c@d.co"),
    ("phone", ""), ("phone", "123"), ("phone", "+12"), ("phone", "+1234567890123456"), ("phone", "telefono"),
    ("phone", "+57 300 123 4567 ext 5"), ("notes", "n" * 1001), ("notes", "a\x1bb"), ("notes", 7),
], ids=lambda one: repr(one)[:20])
def test_bad_customers(shop, demo, field, value):
    hold = shop.hold()
    before = counts(demo)
    customer = dict(person(), **{field: value})
    answer = shop.client().post("/api/bookings", json=shop.booking_body(hold, customer))
    problem(answer, 422, "invalid", "customer." + field)
    assert counts(demo) == before
    gone = shop.client().delete("/api/holds/" + hold["id"], headers={"Authorization": "Bearer " + hold["token"]})
    assert gone.status_code == 204


def test_nul_in_a_document(shop, unchanged):
    body = '{"link":"%s\\u0000","service":"x"}' % shop.link
    problem(send(shop, body), 400, "malformed_request")


@pytest.mark.parametrize("name", ["José Ñúñez-O'Connor", "李小龙", "د. سارة", "<script>alert(1)</script>", "{{name}} {{{name}}}",
                                  "Robert'); DROP TABLE kf.booking;--", "A&B \"comillas\"", "🙂 Emo", "=1+1", "a" * 100])
def test_names_that_are_good_and_shown_as_typed(shop, name):
    customer = person(name=name)
    booking = shop.book(service=FREE["name"], customer=customer)
    assert booking.row()["customer_name"] == name
    client = shop.client()
    client.session.cookies.set("kf_booking", booking.token, path="/")
    page = client.page("/book/%s/confirm" % booking.id)
    assert "<script>alert" not in page.html
    message = next(one for one in shop.demo.inbox(shop.sub) if one["booking_id"] == booking.id) \
        if booking.wait("confirmed") else None
    assert message["body"]["usuario"]["nombre"] == name and message["firma_hmac"] and message["standard_webhooks"]


# --- forms ---

@pytest.mark.parametrize("body, status", [
    ("start=x", 422), ("", 422), ("start=2026-12-01T10:00:00Z&start=2026-12-01T11:00:00Z", 400),
    ("&".join("a%d=1" % n for n in range(401)), 400), ("start=%zz", 400), ("start=%00", 400), ("start=%01", 422), ("a=" + "x" * 70000, 413)],
    ids=lambda one: repr(one)[:20])
def test_bad_forms(shop, unchanged, body, status):
    answer = send(shop, body, "/book/%s/hold" % shop.link, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code in (status, 413 if status == 400 else status), answer.text[:300]
    assert answer.headers["Content-Type"].startswith("text/html")


def test_details_without_the_forms_token(shop, demo):
    """The cookie alone does not authenticate the form: another site's page cannot know the token in it."""
    client = shop.client()
    form = {"service": shop.service_id(FREE["name"]), "professional": "any", "start": shop.take_slot()}
    held = client.post("/book/%s/hold" % shop.link, data=form)
    private(held.cookies["kf_hold"])
    before = counts(demo)
    answer = client.post("/book/%s/details" % shop.link, data=dict(person(), accepted_terms="yes"))
    assert answer.status_code in (303, 403, 404) and "confirm" not in answer.headers.get("Location", "")
    assert counts(demo) == before


# --- HTTP itself ---

def test_unknown_methods(shop, unchanged):
    for method in ("PUT", "PATCH", "DELETE", "get", "PROPFIND", "FOO"):
        answer = raw(shop.demo.port, wire(method, "/api/holds", shop.host, {}))
        assert answer.status in (400, 405, 501), (method, answer.status)
        if answer.status == 405:
            assert set(answer.headers["allow"].replace(" ", "").split(",")) == {"OPTIONS", "POST"}
            assert answer.json()["code"] == "method_not_allowed"
    assert raw(shop.demo.port, wire("TRACE", "/book/" + shop.link, shop.host)).status in (405, 501)
    head = raw(shop.demo.port, wire("HEAD", "/book/" + shop.link, shop.host))
    assert head.status == 200 and head.body == b""
    assert raw(shop.demo.port, wire("POST", "/book/" + shop.link, shop.host, {})).status == 405


@pytest.mark.parametrize("request_bytes", [
    b"GET /book/{link}\r\n\r\n", b"GET /book/{link} HTTP/0.9\r\n\r\n", b"GET  /book/{link}  HTTP/1.1\r\nHost: {host}\r\n\r\n",
    b"GET /book/{link} HTTP/1.1\r\n\r\n", b"GET /book/{link} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET /book/{link} HTTP/1.1\r\nHost: {host}\r\nX\x00Y: z\r\n\r\n", b"GET /book/{link} HTTP/1.1\r\nHost : {host}\r\n\r\n",
    b"GET /book/{link} HTTP/1.1\r\nHost: {host}\r\n folded: x\r\n\r\n", b"GET /book/\x01 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    b"GET /book/{link} HTTP/1.1\r\nHost: {host}\r\nX: " + b"y" * 9000 + b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
], ids=lambda one: repr(one[:30]))
def test_broken_requests(shop, unchanged, request_bytes):
    data = request_bytes.replace(b"{link}", shop.link.encode()).replace(b"{host}", shop.host.encode())
    answer = raw(shop.demo.port, data, timeout=5, half_close=True)
    assert answer.status == 400 or not answer.raw, answer.raw[:200]


@pytest.mark.parametrize("framing", [
    "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Content-Length: +5",
    "Content-Length: -1", "Content-Length: 0x5", "Content-Length: 5 5", "Content-Length: 99999999999999999999"])
def test_smuggling(shop, unchanged, framing):
    """One response and the end of the connection: the following bytes are never a second request."""
    hidden = "GET /health HTTP/1.1\r\nHost: %s\r\n\r\n" % shop.host
    data = ("POST /api/holds HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s\r\n\r\n0\r\n\r\n%s"
            % (shop.host, framing, hidden)).encode()
    answer = raw(shop.demo.port, data, timeout=5)
    assert 400 <= answer.status < 600, answer.raw[:300]
    assert answer.raw.count(b"HTTP/1.1 ") == 1 or b'"status":"ok"' not in answer.raw, answer.raw[-600:]


@pytest.mark.parametrize("path", [
    "/book/%2f", "/book/%2e%2e/%2e%2e/etc/passwd", "/book/%2e%2e/run/httpd.conf", "/book/..%2f..%2fetc%2fpasswd", "/book/%00", "/book/a%00b", "/book/{link}%2fdetails",
    "/book/%", "/book/%zz", "/book//", "/book/" + "a" * 500, "/book", "/api", "/api/", "/api/holds/", "/health/", "/healthx",
    "/book/{link}/", "/book/{link}/nothing", "/book/%F0%9F%98%80", "/book/{link};x=1", "/book/theme.css/x",
    "/assets/../run/httpd.conf", "/assets/%2e%2e/%2e%2e/run/httpd.conf", "/assets/", "/.git/config", "/nothing"])
def test_odd_paths(shop, unchanged, log, path):
    log.expect("AH10244")  # httpd: invalid URI path
    answer = raw(shop.demo.port, wire("GET", path.replace("{link}", shop.link), shop.host))
    assert answer.status in (400, 403, 404), (path, answer.status)
    assert b"Server error" not in answer.body and b"kf_" not in answer.body


@pytest.mark.parametrize("extra", [{}, {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}])
def test_strange_hosts_leave_no_trace(shop, demo, extra):
    for host in ("evil.example", "evil.example:%d" % demo.port, "localhost.evil.example", "a.b.localhost", "127.0.0.1",
                 "nosuch.localhost:%d" % demo.port):
        for path in ("/book/" + shop.link, "/book/%s/availability" % shop.link, "/api/booking/%s/options" % shop.link):
            answer = raw(demo.port, wire("GET", path, host, headers=extra))
            assert answer.status in (404, 421), (host, path, answer.status)
            assert b"evil" not in answer.raw
    # A valid host together with others: links come from the configuration.
    answer = raw(demo.port, wire("GET", "/book/" + shop.link, shop.host, headers=extra))
    assert answer.status == 200 and b"evil" not in answer.raw
    absolute = wire("GET", "http://evil.example/book/" + shop.link, shop.host, headers=extra)
    answer = raw(demo.port, absolute)
    assert answer.status in (400, 404, 421) and b"evil" not in answer.raw
    hold = shop.hold()
    body = shop.booking_body(hold, person())
    answer = raw(demo.port, wire("POST", "/api/bookings", shop.host, body, dict(extra, Origin="https://evil.example")))
    assert answer.status == 201 and b"evil" not in answer.raw
    # A port invented by the client does not reach the return URL either.
    body = shop.booking_body(shop.hold(), person())
    answer = raw(demo.port, wire("POST", "/api/bookings", shop.host.split(":")[0] + ":6", body, extra))
    back = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.json()["checkout_url"]).query)["redirect-url"][0]
    assert urllib.parse.urlsplit(back).netloc == shop.host


def test_a_stranger_to_the_hooks_is_not_waited_for(demo):
    """A worker would wait for each body that never comes, and the limit for webhooks is high."""
    head = wire("POST", "/api/webhooks/wompi/" + "A" * 32, "localhost:%d" % demo.port, b"{}")
    head = head.replace(b"Content-Length: 2\r\n", b"Content-Length: 1000\r\n")
    answer = raw(demo.port, head)
    assert answer.status == 404 and answer.seconds < 4 * SLOW


@pytest.mark.both
def test_many_bombs_leave_no_memory_behind(shop, demo):
    def resident():
        total = 0
        for pid in demo.children():
            with open("/proc/%d/statm" % pid, encoding="ascii") as handle:
                total += int(handle.read().split()[1]) * 4096
        return total
    bombs = ["[" * 60000, "{" + ",".join('"k%d":1' % n for n in range(199)) + "}", '{"link":"' + "x" * 60000 + '"}']

    def burst(n):
        for i in range(n):
            assert send(shop, bombs[i % 3]).status_code in (400, 413, 422)
    burst(200)
    before = resident()
    burst(600)
    if not ASAN:
        assert resident() - before < 10 * 1024 * 1024


def test_half_requests_do_not_hold_up_others(shop, demo):

    links = []
    try:
        for _ in range(40):
            link = socket.create_connection(("127.0.0.1", demo.port))
            link.sendall(("POST /api/holds HTTP/1.1\r\nHost: %s\r\nContent-Le" % shop.host).encode())
            links.append(link)
        answer = shop.client().get("/health")
        assert answer.status_code == 200 and answer.elapsed.total_seconds() < SLOW
    finally:
        for link in links:
            link.close()
