"""The operator's command against a living server."""
import time

import pytest

from kitdemo import Refused, wait_until
from kitshop import FREE


def test_keys_are_rotated_under_load(demo, shop):
    """A new key first in the file, a graceful restart, all secrets sealed anew: nobody notices."""
    keys = demo.home + "/keys/konfirmado.keys"
    with open(keys, encoding="ascii") as handle:
        old = handle.read().split()[0]
    before = shop.book()
    demo.ctl("keys", "generate", "--kid", "k-new", "--file", keys)
    with open(keys, encoding="ascii") as handle:
        lines = handle.read().split("\n")
    assert lines[0].startswith("k-new ") and any(line.startswith(old + " ") for line in lines)
    processes = set(demo.children())
    demo.graceful()
    wait_until(lambda: demo.children() and not processes & set(demo.children()), 20)
    demo.ctl("keys", "rotate")
    sealed = """SELECT count(*) FROM (
        SELECT private_key_sealed AS s FROM kf.payment_account UNION ALL SELECT integrity_secret_sealed FROM kf.payment_account
        UNION ALL SELECT events_secret_sealed FROM kf.payment_account UNION ALL SELECT sealed FROM kf.callback_secret) x
        WHERE split_part(s, '.', 2) <> 'k-new'"""
    assert demo.one(sealed) == 0
    shop.pay(before)
    before.wait("confirmed")
    after = shop.book()
    shop.pay(after)
    after.wait("confirmed")
    assert all(one["standard_webhooks"] and one["firma_hmac"] for one in shop.inbox())


def test_check(demo):
    told = demo.ctl("check", "--sql-dir", __file__.rsplit("/tests/", 1)[0] + "/sql")
    assert "fail" not in str(told), told
    said = demo.ctl("check", plain=True)
    assert "ok" in said


def test_jobs_off(demo, shop):
    """As in a copy that was just restored: bookings are taken, and nobody is told before the operator says so."""
    with open(demo.error_log, encoding="utf-8", errors="replace") as log:
        log.seek(0, 2)
        said = []
        demo.ctl("jobs", "off", role="owner")
        try:
            wait_until(lambda: said.append(log.read()) or "KF00404" in "".join(said), 10)
            booking = shop.book(service=FREE["name"])
            before = demo.ctl("jobs", "state")
            time.sleep(1)  # ten ticks of the worker
            assert before["jobs"] == "off" and "callbacks" in [one["queue"] for one in before["waiting"]]
            assert booking.messages()[0]["state"] == "due" and not shop.inbox()
        finally:
            demo.ctl("jobs", "on", role="owner")
    wait_until(shop.inbox, 20)


def test_exit_statuses(demo):
    for words, status in ((("tenant", "show", "nobody"), 1), (("tenant", "nothing"), 2), (("tenant", "create", "--nope"), 2), ((), 2)):
        with pytest.raises(Refused) as refused:
            demo.ctl(*words)
        assert refused.value.status == status, words
    with pytest.raises(Refused) as refused:
        demo.ctl("tenant", "list", env={"KONFIRMADO_DATABASE": "host=/nowhere dbname=x connect_timeout=2"})
    assert refused.value.status == 3


def test_lists_and_masks(demo, shop):
    booking = shop.book(service=FREE["name"])
    booking.wait("confirmed")
    assert shop.sub in str(demo.ctl("tenant", "list", "--search", shop.sub))
    assert booking.id in str(demo.ctl("bookings", "list", shop.sub))
    assert booking.messages()[0]["message_id"] in str(demo.ctl("callbacks", "list", shop.sub, "--state", "done"))
    shown = str(demo.ctl("payment-account", "show", shop.sub)) + str(demo.ctl("tenant", "show", shop.sub))
    for secret in (shop.wompi["private_key"], shop.wompi["integrity_secret"], shop.wompi["events_secret"], shop.secret):
        assert secret not in shown


def test_cancelled_by_the_merchant(demo, shop):
    """The money goes back, the time is free, the merchant's system hears of both."""
    booking = shop.book()
    shop.pay(booking)
    booking.wait("confirmed")
    demo.ctl("booking", "cancel", shop.sub, booking.id, "--reason", "prueba")
    assert booking.status() == "cancelled"
    wait_until(lambda: booking.payments()[0]["state"] == "refunded", 20)
    assert shop.ledger()["refunded"] == 3000000
    shop.hold(booking.hold["start"], professional="Uno")
    wait_until(lambda: {"booking.paid", "booking.cancelled", "refund.succeeded"} <= {one["event"] for one in shop.inbox()}, 15)
