"""konfirmadoctl against a running server."""
import socket
import time

import pytest

from kitdemo import Refused, wait_until
from kithttp import Client
from kitshop import FREE, person


def sealed(demo, kid):
    """The number of merchants' secrets sealed with that key, and with others."""
    (row,) = demo.sql("""SELECT count(*) FILTER (WHERE k = '%s') AS here, count(*) FILTER (WHERE k <> '%s') AS other FROM (
        SELECT split_part(unnest(ARRAY[private_key_sealed, integrity_secret_sealed, events_secret_sealed]), '.', 2) AS k
        FROM kf.payment_account UNION ALL SELECT split_part(sealed, '.', 2) FROM kf.callback_secret) x""" % (kid, kid))
    return row["here"], row["other"]


def pays(shop, booking=None):
    booking = booking or shop.book()
    shop.pay(booking)
    booking.wait("confirmed")


def signs(demo):
    return demo.one("SELECT count(*) FROM kf.meta WHERE key LIKE 'server/%'")


def test_keys_are_rotated_under_load(demo, shop):
    """A new key, first in the file. Rotation is refused while a server does not know it. After a graceful restart
    all secrets are resealed, without interruption."""
    keys = demo.home + "/keys/konfirmado.keys"
    with open(keys, encoding="ascii") as handle:
        old = handle.read().split()[0]
    before = shop.book()
    demo.new_key("k-new")
    with open(keys, encoding="ascii") as handle:
        lines = handle.read().split("\n")
    assert lines[0].startswith("k-new ") and any(line.startswith(old + " ") for line in lines)
    wait_until(lambda: signs(demo), 20)
    assert signs(demo) == 1  # for all its processes together
    with pytest.raises(Refused) as refused:
        demo.ctl("keys", "rotate")
    said = refused.value.said
    assert refused.value.status == 1 and '"conflict"' in said and "know the key k-new" in said and "Restart" in said
    assert "%s (process %d, seen " % (socket.gethostname(), demo.httpd_pid()) in said
    plan = demo.ctl("keys", "rotate", "--dry-run")
    assert [(one["node"], one["process"]) for one in plan["servers_without"]] == [(socket.gethostname(), demo.httpd_pid())]
    assert plan["resealed"] and "Restart them" in demo.ctl("keys", "rotate", "--dry-run", plain=True)
    (warned,) = [one for one in demo.ctl("check")["checks"] if one["check"] == "servers"]
    assert warned["result"] == "warn" and "k-new" in warned["detail"]
    assert sealed(demo, "k-new")[0] == 0
    pays(shop)
    demo.graceful()
    wait_until(lambda: demo.knows_key("k-new"), 20)
    assert demo.ctl("keys", "rotate", "--dry-run")["servers_without"] == []
    demo.ctl("keys", "rotate")
    assert sealed(demo, "k-new")[1] == 0
    pays(shop, before)
    pays(shop)
    assert all(one["standard_webhooks"] and one["firma_hmac"] for one in shop.inbox())


def test_without_the_guard_a_rotation_breaks_bookings(demo, shop, log):
    """Like --force, which is for servers that are gone. The log names the missing key and the remedy."""
    log.expect(r"sealed with the key k-forced: .*needs a restart")
    demo.new_key("k-forced")
    wait_until(lambda: signs(demo), 20)
    demo.ctl("keys", "rotate", "--force")
    answer = shop.client().post("/api/bookings", json=shop.booking_body(shop.hold(), person()))
    assert answer.status_code == 500, answer.text
    demo.graceful()
    wait_until(lambda: demo.knows_key("k-forced"), 20)
    pays(shop)


def test_check(demo):
    told = demo.ctl("check", "--sql-dir", __file__.rsplit("/tests/", 1)[0] + "/sql")
    assert "fail" not in str(told), told
    said = demo.ctl("check", plain=True)
    assert "ok" in said


def health(demo):
    return Client("http://127.0.0.1:%d" % demo.port).get("/health").json()


def test_jobs_off(demo, shop):
    """As in a freshly restored copy: bookings are taken, but nothing is sent before the operator switches it on."""
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
            assert "jobs_off" in [one["code"] for one in demo.ctl("status")["findings"]]
            wait_until(lambda: "switched off" in health(demo)["work"], 15, 0.5)  # read every few seconds
            assert health(demo)["status"] == "warning"
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
    """The money is refunded, the slot is free, the merchant's system is told of both."""
    booking = shop.book()
    shop.pay(booking)
    booking.wait("confirmed")
    demo.ctl("booking", "cancel", shop.sub, booking.id, "--reason", "prueba")
    assert booking.status() == "cancelled"
    wait_until(lambda: booking.payments()[0]["state"] == "refunded", 20)
    assert shop.ledger()["refunded"] == 3000000
    shop.hold(booking.hold["start"], professional="Uno")
    wait_until(lambda: {"booking.paid", "booking.cancelled", "refund.succeeded"} <= {one["event"] for one in shop.inbox()}, 15)
