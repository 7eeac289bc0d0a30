"""conf/demo itself: its clock, two side by side, stopped and started again."""
import datetime
import json
import os
import sys
import urllib.parse

import pytest

from kitdemo import TOP, Demo, Refused, instant, wait_until
from kithttp import Client
from kitshop import FREE, Shop

sys.path.insert(0, os.path.join(TOP, "tests/sandbox"))
from google_client import Google  # noqa: E402

pytestmark = pytest.mark.plain  # the demo itself is tested; the server behaves as elsewhere


def test_clock_moves_everything(demos, demo):
    shop = Shop(demo)
    shop.merchant(script=[500, 200])
    booking = shop.book(service=FREE["name"])
    wait_until(lambda: booking.messages()[0]["attempts"] == 1)
    before = instant(demo.one("SELECT to_json(kf.now())"))
    told = json.loads(demo.demo("clock", "--json", "+26h"))
    demo.shift = told["offset_seconds"]
    after = instant(demo.one("SELECT to_json(kf.now())"))
    assert 26 * 3600 <= (after - before).total_seconds() < 26 * 3600 + 60
    booking.wait("confirmed")
    (first, second) = shop.inbox()
    assert second["standard_webhooks"] and second["firma_hmac"], second["reasons"]
    sandbox = demo.sandbox("clock")
    assert sandbox["offset"] == demo.shift
    for bad in ("26h", "+26x", "+999999999d"):
        with pytest.raises(Refused):
            demo.demo("clock", bad)


@pytest.mark.slow
def test_two_demos_side_by_side_and_one_again(demos, demo, tmp_path_factory):
    other = demos.get("second")
    assert other.port != demo.port and other.about["tenant_id"] != demo.about["tenant_id"]
    shop = Shop(other)
    booking = shop.book(service=FREE["name"])
    booking.wait("confirmed")
    assert demo.healthy() and other.healthy()
    with pytest.raises(Refused) as refused:
        other.demo("--detach", "--json", "--port", str(other.port))
    assert "runs in" in refused.value.said
    links = other.about["booking_url"]
    demos.stop("second")
    assert demo.healthy() and not other.healthy()
    # The same folder continues with its data; then it is stopped for good.
    again = Demo(other.dir, other.directives, preload=other.env.get("KF_HTTPD_PRELOAD"), env=demos.env)
    again.port = other.port
    again.start()
    try:
        assert again.about["booking_url"] == links and again.healthy()
        assert again.one("SELECT status FROM kf.booking WHERE booking_id = '%s'" % booking.id) == "confirmed"
    finally:
        again.stop()


@pytest.mark.slow
def test_a_connected_calendar(demos, tmp_path_factory):
    """The suggestion that the demo prints: an event removes the slot from the booking page, its deletion restores
    it."""
    folder = os.path.join(demos.top, "connected")
    os.makedirs(folder)
    one = Demo(folder, calendar=True, env=demos.env, preload=demos.preload).start()
    try:
        about = one.about
        assert about["calendar_professional"] == "Dra. Laura Restrepo" and about["calendar_account"] in \
            urllib.parse.unquote(about["google_calendar_url"])
        google = Google(one.sandbox_url)
        (told,) = [row for row in one.ctl("calendar", "list", "aurora") if row["name"] == about["calendar_professional"]]
        assert told["state"] == "connected"
        wait_until(lambda: len(google.channels()) == 2, 20)
        day = (one.now() + datetime.timedelta(days=7)).date()
        day += datetime.timedelta(days=(1 - day.weekday()) % 7)  # a Tuesday
        link, shop = about["link"], Client(about["tenant_url"])

        def free():
            options = shop.get("/api/booking/%s/options" % link).json()
            service = next(row["id"] for row in options["services"] if row["name"] == "Consulta general")
            query = urllib.parse.urlencode({"link": link, "service": service, "from": day, "to": day,
                                            "professional": told["professional_id"]})
            return {slot["start"] for slot in shop.get("/api/availability?" + query).json()["slots"]}

        wait_until(free, 10)
        before = free()
        event = google.add_event(about["calendar_account"], "%sT09:00:00-05:00" % day, "%sT10:00:00-05:00" % day)
        wait_until(lambda: "%sT09:00:00-05:00" % day not in free(), 5)
        assert free() < before
        google.delete_event(about["calendar_account"], event["id"])
        wait_until(lambda: free() == before, 5)
        # after a restart nobody must consent again
        asked = google.count("oauth.authorize")
        one.demo("stop")
        one.start()
        assert one.about["calendar_professional"] == about["calendar_professional"] and asked
        assert google.count("oauth.authorize") == 0
    finally:
        one.stop()
