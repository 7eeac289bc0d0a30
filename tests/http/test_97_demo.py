"""conf/demo itself: its clock, two side by side, stopped and started again."""
import json

import pytest

from kitdemo import Demo, Refused, instant, wait_until
from kitshop import FREE, Shop


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
    # The same folder goes on with its data; then it is stopped for good.
    again = Demo(other.dir, other.directives, preload=other.env.get("KF_HTTPD_PRELOAD"), env=demos.env)
    again.port = other.port
    again.start()
    try:
        assert again.about["booking_url"] == links and again.healthy()
        assert again.one("SELECT status FROM kf.booking WHERE booking_id = '%s'" % booking.id) == "confirmed"
    finally:
        again.stop()
