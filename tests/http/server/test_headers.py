"""Headers of every response, including errors; limits; trust in client addresses."""
import re

import pytest

from kithttp import address, private, raw, wire
from kitshop import FREE, Shop


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo, frame_origin=["https://clinica.example"], allowed_origin=["https://clinica.example"])


@pytest.fixture(scope="module")
def booking(shop):
    return shop.book()


def routes(shop, booking):
    """Every route of the module and every kind of error, as (name, method, path, body)."""
    link, nobody = shop.link, "0193b7a2-0000-7000-8000-000000000000"
    query = "?link=%s&service=%s" % (link, shop.service_id(FREE["name"]))
    return [
        ("select", "GET", "/book/" + link, None), ("select en", "GET", "/book/%s?lang=en" % link, None),
        ("time", "GET", "/book/%s/availability?service=%s" % (link, shop.service_id(FREE["name"])), None),
        ("details without hold", "GET", "/book/%s/details" % link, None), ("choose", "POST", "/book/%s/hold" % link, b""),
        ("details", "POST", "/book/%s/details" % link, b""), ("confirm", "GET", "/book/%s/confirm" % booking.id, None),
        ("retry", "POST", "/book/%s/retry" % booking.id, b""),
        ("options", "GET", "/api/booking/%s/options" % link, None), ("availability", "GET", "/api/availability" + query, None),
        ("holds", "POST", "/api/holds", {}), ("release", "DELETE", "/api/holds/" + nobody, None),
        ("bookings", "POST", "/api/bookings", {}), ("status", "GET", "/api/bookings/%s/status" % booking.id, None),
        ("payments", "POST", "/api/bookings/%s/payments" % booking.id, {}), ("hook", "POST", "/api/webhooks/wompi/x", {}),
        ("health", "GET", "/health", None), ("no page", "GET", "/book/none/none/none", None), ("no api", "GET", "/api/none", None),
        ("no link", "GET", "/book/nosuchlink99", None), ("method", "DELETE", "/book/" + link, None),
        ("not ours", "GET", "/index.html", None), ("asset", "GET", "/assets/css/wizard.css", None),
        ("no asset", "GET", "/assets/none.css", None), ("bad path", "GET", "/book/%", None), ("too large", "POST", "/api/holds", b"x" * 70000),
        ("status with token", "GET", "/api/bookings/%s/status" % booking.id, "bearer"),
    ]


def ask(shop, booking, method, path, body):
    headers = {}
    if body == "bearer":
        headers["Authorization"], body = "Bearer " + booking.token, None
    if body == b"":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return raw(shop.demo.port, wire(method, path, shop.host, body, headers))


def test_every_route_carries_them(shop, booking, log):
    log.expect("AH10244")
    for name, method, path, body in routes(shop, booking):
        answer = ask(shop, booking, method, path, body)
        told, where = answer.headers, "%s: %d %s" % (name, answer.status, answer.headers)
        assert answer.status and answer.status != 500, where
        assert told.get("x-content-type-options") == "nosniff", where
        if name == "asset":
            continue
        policy = told["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "*" not in policy, where
        assert "object-src 'none'" in policy and "base-uri 'none'" in policy and "form-action 'self'" in policy, where
        assert "frame-ancestors" in policy, where
        assert told["referrer-policy"] == "same-origin", where
        if name not in ("not ours", "no asset", "bad path"):
            assert told["cache-control"] == "no-store", where
        assert "x-powered-by" not in told and told.get("server", "Apache") == "Apache", where
        if answer.status != 204 and answer.body:
            assert told["content-type"], where


def test_frames(shop, booking):
    """The tenant's origins may frame the wizard's pages. Nobody may frame the others."""
    page = shop.client().get("/book/" + shop.link)
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors https://clinica.example")
    for path in ("/api/booking/%s/options" % shop.link, "/health"):
        assert shop.client().get(path).headers["Content-Security-Policy"].endswith("frame-ancestors 'none'"), path


def test_pages_need_no_inline_code(shop):
    for path in ("/book/" + shop.link, "/book/%s/availability?service=%s" % (shop.link, shop.service_id(FREE["name"]))):
        page = shop.client().page(path)
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.html) and "<style" not in page.html
        assert not re.search(r"\son\w+=|\sstyle=|javascript:", page.html)


def test_errors_tell_nothing_of_the_inside(shop, booking):
    for name, method, path, body in routes(shop, booking):
        answer = ask(shop, booking, method, path, body)
        for word in (b"SQLSTATE", b"PostgreSQL", b"pg_", b"kf.", b"/tmp/", b"mod_", b".c:", b"libpq", b"Traceback"):
            assert word not in answer.body or name == "asset", (name, word)


@pytest.fixture()
def log(log):
    log.expect("AH10244")
    return log


def test_cookies(shop):
    form = {"service": shop.service_id(FREE["name"]), "professional": "any", "start": shop.take_slot()}
    answer = shop.client().post("/book/%s/hold" % shop.link, data=form)
    cookie = answer.headers["Set-Cookie"]
    private(answer.cookies["kf_hold"])
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    # 256 random bits, independent of the hold.
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", answer.cookies["kf_hold"])


# --- limits ---

def hold_bytes(shop, sender):
    return wire("POST", "/api/holds", shop.host, {}, {"X-Forwarded-For": sender})


def test_too_many_from_one_address(shop):
    sender = address()
    statuses = []
    for _ in range(16):
        answer = raw(shop.demo.port, hold_bytes(shop, sender))
        statuses.append(answer.status)
        if answer.status == 429:
            assert 1 <= int(answer.headers["retry-after"]) <= 10
            assert answer.json()["code"] == "rate_limited"
    assert statuses[:10] == [422] * 10 and 429 in statuses[10:], statuses
    assert raw(shop.demo.port, hold_bytes(shop, address())).status == 422
    # The pages are still served to the same address: the classes are counted separately.
    page = raw(shop.demo.port, wire("GET", "/book/" + shop.link, shop.host, headers={"X-Forwarded-For": sender}))
    assert page.status == 200


def test_page_for_who_was_too_quick(shop):
    sender = address()
    for _ in range(14):
        answer = raw(shop.demo.port, wire("POST", "/book/%s/hold" % shop.link, shop.host, b"", {
            "X-Forwarded-For": sender, "Content-Type": "application/x-www-form-urlencoded"}))
    assert answer.status == 429 and "Demasiados intentos" in answer.body.decode()


def test_forwarded_address_counts_only_from_the_trusted_proxy(shop):
    """The last hop was written by the proxy. Entries that the client wrote before it do not count."""
    sender = address()
    statuses = [raw(shop.demo.port, hold_bytes(shop, "%s, %s" % (address(), sender))).status for _ in range(30)]
    assert statuses.count(422) <= 11 and 429 in statuses
    other = [raw(shop.demo.port, wire("POST", "/api/holds", shop.host, {}, {
        "X-Forwarded-For": sender, "X-Real-IP": address(), "Forwarded": "for=" + address(),
        "True-Client-IP": address()})).status for _ in range(4)]
    assert set(other) == {429}


def test_ipv6_counts_by_network(shop):
    net = "2001:db8:%x:%x" % tuple(int(one) for one in address().split(".")[2:])
    statuses = [raw(shop.demo.port, hold_bytes(shop, "%s::%x" % (net, n + 1))).status for n in range(16)]
    assert 429 in statuses
    elsewhere = "2001:db8:ffff:%x::1" % int(address().split(".")[3])
    assert raw(shop.demo.port, hold_bytes(shop, elsewhere)).status == 422


def test_children_count_together(shop):
    """New connections reach several processes. The limit covers all of them."""
    sender = address()
    children = set()
    statuses = []
    for _ in range(40):
        answer = raw(shop.demo.port, hold_bytes(shop, sender))
        statuses.append(answer.status)
        children.add(answer.headers["x-request-id"][:16])
    assert statuses.count(422) <= 14, statuses.count(422)
