"""The customer comes back to the merchant's site: from a booking by API, a mail's link, another browser, a frame."""
import base64
import hashlib
import hmac
import re
import urllib.parse

import pytest

from kitafter import Visitor, mint
from kitdemo import instant, wait_until
from kithttp import FRAME, Page, private, raw, volley, wire
from kitshop import PAID, Booking, person

SITE = "https://tienda.example"


@pytest.fixture()
def shop(make_shop):
    return make_shop(allowed_origin=[SITE], frame_origin=[SITE])


def came_back(shop, url, begin, booking, fragment=""):
    """The URL is the requested one, signed, without data of the customer."""
    at = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(at.query))
    assert url.startswith(begin) and at.fragment == fragment, url
    assert (query["status"], query["ref"]) == ("ok", booking.id)
    signed = "%s.%s.%s" % (query["ref"], query["status"], query["ts"])
    key = base64.b64decode(shop.secret[len("whsec_"):])
    good = base64.urlsafe_b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    assert query["sig"] == good
    for value in booking.customer.values():
        assert urllib.parse.quote_plus(value) not in url and value not in urllib.parse.unquote_plus(url)


def booked(shop, hold_more=None, book_more=None):
    start = shop.take_slot()
    answer = shop.client().post("/api/holds", json=dict(shop.hold_body(start), **(hold_more or {})))
    assert answer.status_code == 201, answer.text
    hold, customer = answer.json(), person()
    private(hold["token"])
    answer = shop.client().post("/api/bookings", json=dict(shop.booking_body(hold, customer), **(book_more or {})))
    assert answer.status_code == 201, answer.text
    return Booking(shop, answer.json(), hold, customer)


def told(shop, booking):
    answer = shop.client().get("/api/bookings/%s/status" % booking.id, headers={"Authorization": "Bearer " + booking.token})
    assert answer.status_code == 200, answer.text
    return answer.json()["return_url"]


@pytest.mark.parametrize("hold_more, book_more, begin, fragment", [
    ({}, {}, None, ""),
    ({"return_url": SITE + "/gracias?orden=7#fin"}, {}, SITE + "/gracias?orden=7&status=ok&", "fin"),
    ({}, {"return_url": SITE}, SITE + "?status=ok&", ""),
    ({"return_url": SITE + "/a"}, {"return_url": SITE + "/b"}, SITE + "/b?status=ok&", ""),
    ({"return_url": None}, {"return_url": None}, None, "")], ids=["none", "hold", "booking", "both", "null"])
def test_by_the_api(shop, hold_more, book_more, begin, fragment):
    booking = booked(shop, hold_more, book_more)
    assert told(shop, booking) is None
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    begin = begin or "%s/merchant/return/%s?status=ok&" % (shop.demo.sandbox_url, shop.sub)
    came_back(shop, told(shop, booking), begin, booking, fragment)


@pytest.mark.parametrize("url", [
    "https://evil.example/", "http://tienda.example/", "https://tienda.example:8443/", "https://tienda.example.evil.example/",
    "https://tienda.example@evil.example/", "https://tienda.example\\@evil.example/", "https://evil.example/https://tienda.example",
    "//tienda.example/", "/gracias", "javascript:alert(1)//https://tienda.example", "https://tienda.example/a b",
    "https://tienda.example/\u00f1", "https://tienda.example/" + "a" * 1990, "tienda.example", " https://tienda.example/"], ids=lambda url: url[:60])
def test_addresses_of_others(shop, url):
    for path, body in (("/api/holds", shop.hold_body(shop.take_slot())),
                       ("/api/bookings", shop.booking_body(shop.hold(), person()))):
        answer = shop.client().post(path, json=dict(body, return_url=url))
        assert answer.status_code == 422, answer.text
        assert [one["field"] for one in answer.json()["errors"]] == ["return_url"], answer.text
    assert shop.demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s' AND return_url IS NOT NULL" % shop.tenant) == 0


def test_what_is_listed_no_more(shop):
    """A booking's own return URL is valid as long as the business lists it."""
    booking = booked(shop, {"return_url": SITE + "/gracias"})
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    shop.demo.run("UPDATE kf.tenant SET allowed_origins = '{}' WHERE tenant_id = '%s'" % shop.tenant)
    came_back(shop, told(shop, booking), "%s/merchant/return/%s?" % (shop.demo.sandbox_url, shop.sub), booking)


def test_forgotten_with_the_customer(shop):
    booking = booked(shop, {"return_url": SITE + "/gracias?quien=zulmaqx"})
    shop.pay(booking)
    booking.wait("confirmed")
    shop.demo.run("SELECT kf.booking_cancel('%s', '%s', 'merchant', '')" % (shop.tenant, booking.id))
    shop.demo.run("SELECT kf.booking_scrub('%s', '%s')" % (shop.tenant, booking.id))
    for table in ("claim", "booking"):
        assert shop.demo.one("SELECT count(*) FROM kf.%s WHERE tenant_id = '%s' AND return_url IS NOT NULL"
                             % (table, shop.tenant)) == 0, table


def test_another_browser(shop):
    """Without a cookie the page reveals nothing of the customer, and leads back."""
    booking = booked(shop, {"return_url": SITE + "/gracias"})
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    page = shop.client().page("/book/%s/confirm" % booking.id)
    assert page.refresh() is None and "Volver a tienda.example" in page.text
    came_back(shop, page.way_back(), SITE + "/gracias?status=ok&", booking)
    for value in booking.customer.values():
        assert value not in page.html


def test_declined_in_another_browser(shop):
    """The hold is still valid: the page does not say that the slot is gone."""
    booking = booked(shop)
    shop.pay(booking, "declined")
    wait_until(lambda: "Pago rechazado" in shop.client().page("/book/%s/confirm" % booking.id).text)
    page = shop.client().page("/book/%s/confirm" % booking.id)
    assert "Tu horario sigue guardado." in page.text and "quedó libre" not in page.text
    assert not [one for one in page.forms if "/retry" in one.action]


def test_from_a_mail(shop):
    """A customer who pays by the link in a mail returns too. The page of that link leads to the site at any time."""
    booking = booked(shop, {"return_url": SITE + "/gracias"})
    visitor, token = Visitor(shop.demo), mint(booking)
    assert SITE + "/" in visitor.look(token).links
    answer = visitor.submit(visitor.look(token).form("/pay"))
    assert answer.status_code == 303
    booking.checkout_url = answer.headers["Location"]
    way_back = urllib.parse.parse_qs(urllib.parse.urlsplit(booking.checkout_url).query)["redirect-url"][0]
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    came_back(shop, visitor.page(way_back).way_back(), SITE + "/gracias?", booking)
    (link,) = [one for one in visitor.look(token).links if one.startswith(SITE)]
    came_back(shop, link, SITE + "/gracias?", booking)
    shop.demo.run("SELECT kf.booking_cancel('%s', '%s', 'merchant', '')" % (shop.tenant, booking.id))
    assert [one for one in visitor.look(token).links if one.startswith(SITE)] == [SITE + "/"]
    assert SITE + "/" in shop.client().page("/book/%s/confirm" % booking.id).links


# --- the pages ---

def walk(shop, client, url):
    """Through the pages to the details. Returns the page of the slots and the answer to the hold."""
    page = client.page(url)
    answer = client.submit(page.form("/availability"), service=shop.service_id(PAID["name"]), professional="any")
    answer = client.follow(answer)
    times = Page(answer.text)
    return times, client.submit(times.form("/hold"), start=shop.take_slot())


def held(shop):
    return shop.demo.sql("SELECT claim_id, return_url FROM kf.claim WHERE tenant_id = '%s' AND state = 'held'"
                         " ORDER BY created_at" % shop.tenant)


@pytest.mark.parametrize("url, kept", [(SITE + "/gracias?orden=7&x=%2F", True), ("https://evil.example/", False)])
def test_on_the_links_address(shop, url, kept):
    client = shop.client()
    _, answer = walk(shop, client, "/book/%s?%s" % (shop.link, urllib.parse.urlencode({"return_url": url})))
    private(answer.cookies["kf_hold"])
    assert answer.status_code == 303 and [one["return_url"] for one in held(shop)] == [url if kept else None]
    # the details page links to another slot; its links do not contain the return URL
    details = client.page("/book/%s/details" % shop.link)
    (again,) = {one for one in details.links if "/availability" in one}
    answer = client.submit(client.page(again).form("/hold"), start=shop.take_slot())
    private(answer.cookies["kf_hold"])
    assert [one["return_url"] for one in held(shop)] == [url if kept else None]


class Frame:
    """A visitor in a frame on another site. The browser accepts no cookies there."""

    def __init__(self, shop):
        self.shop = shop
        self.client = shop.client(**FRAME)
        self.seen = []
        send = self.client.session.request

        def request(method, url, **options):
            self.client.session.cookies.clear()
            answer = send(method, url, **options)
            self.seen.append((url, answer))
            private(*answer.cookies.values())
            return answer
        self.client.session.request = request

    def choose(self, start, times):
        """The details page, in answer to the choice."""
        answer = self.client.submit(times.form("/hold"), start=start)
        assert answer.status_code == 200, answer.text[:800]
        self.client.here = answer.url
        return Page(answer.text)

    def times(self):
        page = self.client.page("/book/%s?return_url=%s" % (self.shop.link, urllib.parse.quote(SITE + "/gracias")))
        answer = self.client.submit(page.form("/availability"), service=self.shop.service_id(PAID["name"]), professional="any")
        answer = self.client.follow(answer)
        times = Page(answer.text)
        private(*[value for name, value in times.form("/hold").fields if name == "frame"])
        return times

    def fill(self, details, customer):
        answer = self.client.submit(details.form("/details"), **customer, accepted_terms="yes")
        return answer


def test_a_frame_needs_no_cookie(shop):
    frame, customer = Frame(shop), person()
    times = frame.times()
    details = frame.choose(shop.take_slot(), times)
    (token,) = [value for name, value in details.form("/details").fields if name == "token"]
    private(token)
    wrong = frame.fill(details, dict(customer, email="nada"))
    assert wrong.status_code == 422
    leave = frame.fill(Page(wrong.text), customer)
    assert leave.status_code == 200 and "Falta el pago" in leave.text
    (checkout,) = {one for one in Page(leave.text).links if "reference=" in one}
    assert leave.text.count('target="_top"') == 1 and leave.text.count('target="_blank"') == 1
    again = frame.fill(details, customer)  # back, and sent once more
    assert again.status_code == 200 and {one for one in Page(again.text).links if "reference=" in one} == {checkout}
    (row,) = shop.demo.sql("SELECT booking_id, return_url FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)
    assert row["return_url"] == SITE + "/gracias"
    shop.demo.sandbox("pay", {"checkout_url": checkout, "outcome": "approved", "delay_s": 0})
    Booking(shop, {"id": row["booking_id"], "checkout_url": checkout}, {"token": token}, customer).wait("paid", "confirmed")
    page = frame.client.page("/book/%s/confirm" % row["booking_id"])
    assert "data-leave" not in page.html and '" target="_top">Volver a tienda.example' in page.html
    for url, answer in frame.seen:
        assert token not in url and token not in answer.headers.get("Location", "")
        if "frame=" in url:
            assert answer.headers["Referrer-Policy"] == "strict-origin", url
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors " + SITE), url
        for cookie in answer.headers.get("Set-Cookie", "").split(", "):
            assert not cookie or cookie.endswith("; HttpOnly; SameSite=None; Secure; Partitioned"), cookie


def test_nothing_is_taken_twice_in_a_frame(shop):
    frame = Frame(shop)
    times, first, second = frame.times(), shop.take_slot(), shop.take_slot()
    frame.choose(first, times)
    frame.choose(first, times)
    assert len(held(shop)) == 1
    details = frame.choose(second, times)
    (one,) = shop.demo.sql("SELECT slot_start, return_url FROM kf.claim WHERE tenant_id = '%s' AND state = 'held'" % shop.tenant)
    assert instant(one["slot_start"]) == instant(second) and one["return_url"] == SITE + "/gracias"
    # another frame is another visitor
    other = Frame(shop)
    other.choose(first, other.times())
    assert len(held(shop)) == 2
    assert frame.fill(details, person()).status_code == 200


def at_once(shop, frame, start):
    fields = {"service": shop.service_id(PAID["name"]), "professional": "any", "start": start}
    if frame:
        fields["frame"] = frame
    body = urllib.parse.urlencode(fields).encode()
    head = dict(FRAME, **{"Content-Type": "application/x-www-form-urlencoded"})
    answers = volley(shop.demo.port, [wire("POST", "/book/%s/hold" % shop.link, shop.host, body, head) for _ in range(8)])
    for one in answers:
        private(*re.findall(rb"kf_hold=([\w-]{43})", one.raw), *re.findall(rb'name="token" value="([\w-]{43})"', one.raw))
    return len(held(shop))


@pytest.mark.both
def test_sent_twice_at_once(make_shop):
    """With a name a frame holds one slot, however often its form is sent. Without one each submission is another
    visitor."""
    shop = make_shop(professionals=("Uno", "Dos", "Tres", "Cuatro"))
    frame = base64.urlsafe_b64encode(b"f" * 32).decode().rstrip("=")
    assert at_once(shop, None, shop.take_slot()) == 4
    shop.demo.run("UPDATE kf.claim SET state = 'ended' WHERE tenant_id = '%s'" % shop.tenant)
    assert at_once(shop, frame, shop.take_slot()) == 1


def test_a_frames_name_is_no_right(shop):
    """The name is in the URL: it permits no reading and no booking, and it counts only in frames."""
    frame = Frame(shop)
    times = frame.times()
    details = frame.choose(shop.take_slot(), times)
    name = dict(times.form("/hold").fields)["frame"]
    answer = frame.client.get("/book/%s/details?frame=%s" % (shop.link, name))
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/book/" + shop.link)
    answer = frame.fill(details, dict(person(), token=name))
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/book/" + shop.link)
    top = shop.client(**{"Sec-Fetch-Dest": "document"})
    page = top.page("/book/%s/availability?service=%s&frame=%s" % (shop.link, shop.service_id(PAID["name"]), name))
    assert name not in page.html and top.answer.headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_send_no_form_into_a_frame(shop, site):
    """The page around the frame sends the partitioned cookie too: its forms are still rejected."""
    frame = Frame(shop)
    details = frame.choose(shop.take_slot(), frame.times())
    token = dict(details.form("/details").fields)["token"]
    private(token)
    for path in ("/book/%s/hold" % shop.link, "/book/%s/details" % shop.link):
        answer = raw(shop.demo.port, wire("POST", path, shop.host, urllib.parse.urlencode(
            dict(person(), token=token, accepted_terms="yes", start=shop.take_slot())).encode(), {
                "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": site, "Origin": SITE, "Cookie": "kf_hold=" + token,
                "Content-Type": "application/x-www-form-urlencoded"}))
        assert answer.status == 403
    assert len(held(shop)) == 1
