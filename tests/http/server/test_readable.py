"""Which error responses a merchant's page on another site can read, and its rate limit headers."""
import re

import pytest

from kithttp import address, raw, wire
from kitshop import Shop

PAGE = "https://clinica.example"
OTHER = "https://nobody.example"
ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,idempotency-key"}


@pytest.fixture(scope="module")
def mine(main_demo):
    return Shop(main_demo, allowed_origin=[PAGE])


def fetch(shop, method, path, host=None, **headers):
    body = {} if method == "POST" else None
    host = host or shop.demo.about["base_url"].split("://")[1]
    return raw(shop.demo.port, wire(method, path, host, body, headers))


def test_a_429_is_readable(mine):
    sender = address()
    answers = [fetch(mine, "POST", "/api/holds", Origin=PAGE, **{"X-Forwarded-For": sender}) for _ in range(14)]
    refused = [one for one in answers if one.status == 429]
    assert refused, [one.status for one in answers]
    for one in refused:
        assert one.headers["access-control-allow-origin"] == "*" and "access-control-allow-credentials" not in one.headers
        shown = {name.strip().lower() for name in one.headers["access-control-expose-headers"].split(",")}
        assert {"retry-after", "ratelimit", "ratelimit-policy", "x-request-id"} <= shown
        assert int(one.headers["retry-after"]) >= 1
    # responses about an unknown host or link can be read too
    assert fetch(mine, "GET", "/api/booking/nosuchlink/options", Origin=PAGE).headers["access-control-allow-origin"] == "*"
    # only a business's own pages may read data about it
    told = fetch(mine, "GET", "/api/booking/%s/options" % mine.link, Origin=OTHER)
    assert told.status == 200 and "access-control-allow-origin" not in told.headers
    bad = fetch(mine, "GET", "/api/availability?link=%s&service=x" % mine.link, Origin=OTHER)
    assert bad.status == 422 and "access-control-allow-origin" not in bad.headers


def test_preflights_on_the_platforms_host(mine):
    for path, method in (("/api/holds", "POST"), ("/api/bookings", "POST"), ("/api/availability", "GET"),
                         ("/api/booking/%s/options" % mine.link, "GET")):
        told = fetch(mine, "OPTIONS", path, Origin=PAGE, **dict(ASK, **{"Access-Control-Request-Method": method}))
        assert told.status == 204, (path, told.status)
        assert told.headers["access-control-allow-origin"] == "*" and method in told.headers["access-control-allow-methods"]
        assert "idempotency-key" in told.headers["access-control-allow-headers"].lower()
    # no other site may read responses that require a session
    for path, method in (("/api/services", "POST"), ("/api/bookings", "GET"), ("/api/services", "GET")):
        told = fetch(mine, "OPTIONS", path, Origin=PAGE, **dict(ASK, **{"Access-Control-Request-Method": method}))
        assert "access-control-allow-origin" not in told.headers, path
    # on a business's own host its list applies
    for origin, allowed in ((PAGE, True), (OTHER, False)):
        told = fetch(mine, "OPTIONS", "/api/holds", host=mine.host, Origin=origin, **ASK)
        assert ("access-control-allow-origin" in told.headers) == allowed


def test_the_allowance_is_told(mine):
    """RateLimit-Policy and RateLimit, as in draft-ietf-httpapi-ratelimit-headers."""
    sender, left = address(), []
    for _ in range(14):
        told = fetch(mine, "POST", "/api/holds", **{"X-Forwarded-For": sender})
        assert told.headers["ratelimit-policy"] == '"hold";q=10;w=10'
        name, r, t = re.fullmatch(r'"(\w+)";r=(\d+);t=(\d+)', told.headers["ratelimit"]).groups()
        assert name == "hold" and int(t) <= 10 and (told.status == 429) == ("retry-after" in told.headers)
        left.append((told.status, int(r)))
    assert left[0] == (422, 9) and (429, 0) in left
    assert all(r <= before for (_, before), (_, r) in zip(left, left[1:]) if r != before + 1)
    read = fetch(mine, "GET", "/api/booking/%s/options" % mine.link, **{"X-Forwarded-For": sender})
    assert read.headers["ratelimit-policy"] == '"read";q=100;w=10' and read.headers["ratelimit"].startswith('"read";r=99;')
    page = fetch(mine, "GET", "/book/" + mine.link, **{"X-Forwarded-For": sender})
    assert "ratelimit" not in page.headers
