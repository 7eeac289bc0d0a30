"""Callbacks to the merchant's system: when, how often, with which signatures, and to which addresses never."""
import base64
import errno
import hashlib
import hmac
import re
import socket
import threading
import time

import pytest

from kitdemo import Refused, SLOW, instant, wait_until
from kithttp import private
from kitshop import FREE, Shop

# Seconds after a failed attempt until the next one.
SCHEDULE = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)


def attempts(shop, message):
    return shop.demo.sql("SELECT n, at, status, error, remote_ip, latency_ms, encode(answer, 'escape') AS answer"
                         " FROM kf.callback_attempt WHERE tenant_id = '%s' AND message_id = '%s' ORDER BY n"
                         % (shop.tenant, message))


def tried(shop, message, count, seconds=10):
    def enough():
        return len(attempts(shop, message)) >= count
    enough.__name__ = "attempt %d" % count
    wait_until(enough, seconds)
    return attempts(shop, message)


def next_turn(shop, message):
    (row,) = shop.demo.sql("SELECT state, next_attempt_at, attempts FROM kf.outbox WHERE message_id = '%s'" % message)
    return row


def go_to_next(shop, message, count):
    """Just before the scheduled time nothing is sent; at that time it is."""
    due = next_turn(shop, message)["next_attempt_at"]
    shop.demo.clock_at(due, late=-2)
    time.sleep(0.4)
    assert len(attempts(shop, message)) == count
    shop.demo.clock_at(due, late=1)
    return tried(shop, message, count + 1)


def on_schedule(rows):
    for n, (before, after) in enumerate(zip(rows, rows[1:])):
        gap = (instant(after["at"]) - instant(before["at"])).total_seconds()
        assert 0.8 * SCHEDULE[n] - 1 <= gap <= 1.2 * SCHEDULE[n] + 5, (n, gap)


def test_three_failures_then_yes(shop):
    shop.merchant(script=[500, 500, 500, 200])
    booking = shop.book(service=FREE["name"])
    (message,) = [one["message_id"] for one in booking.messages()]
    tried(shop, message, 1)
    for count in (1, 2, 3):
        assert booking.status() == "paid"
        go_to_next(shop, message, count)
    rows = attempts(shop, message)
    assert [one["status"] for one in rows] == [500, 500, 500, 200]
    on_schedule(rows)
    booking.wait("confirmed")
    got = shop.inbox()
    assert len(got) == 4 and {one["id"] for one in got} == {message}
    assert all(one["standard_webhooks"] and one["firma_hmac"] for one in got), [one["reasons"] for one in got]
    # The body is identical to the byte. Each attempt has its own signing time.
    assert len({one["raw"] for one in got}) == 1
    stamps = [int(one["headers"]["webhook-timestamp"]) for one in got]
    assert stamps == sorted(stamps) and stamps[-1] - stamps[0] > 1700
    shop.demo.advance(86400)
    time.sleep(0.5)
    assert len(attempts(shop, message)) == 4


@pytest.mark.slow
def test_dead_letter_and_resend(shop, demo):
    demo.run("UPDATE kf.tenant SET complete_after_hours = NULL WHERE tenant_id = '%s'" % shop.tenant)
    shop.merchant(script=[503] * 10)
    booking = shop.book(service=FREE["name"])
    (message,) = [one["message_id"] for one in booking.messages()]
    tried(shop, message, 1)
    for count in range(1, 10):
        demo.clock_at(next_turn(shop, message)["next_attempt_at"], late=1)
        tried(shop, message, count + 1)
    on_schedule(attempts(shop, message))
    wait_until(lambda: next_turn(shop, message)["state"] == "dead")
    demo.advance(10 * 86400)
    time.sleep(0.5)
    assert len(attempts(shop, message)) == 10 and booking.status() == "paid"
    listed = demo.ctl("callbacks", "list", shop.sub, "--state", "dead")
    assert message in str(listed)
    demo.ctl("callbacks", "resend", shop.sub, message)
    rows = tried(shop, message, 11)
    assert rows[-1]["status"] == 200
    booking.wait("confirmed")
    assert {one["id"] for one in shop.inbox()} == {message}


def test_body_signatures_by_hand(shop):
    """Computed here from the documentation alone, not by the sandbox."""
    shop.book(service=FREE["name"])
    (got,) = wait_until(shop.inbox)
    secret = base64.b64decode(shop.secret[len("whsec_"):])
    body, headers = got["raw"].encode(), got["headers"]
    text = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    mac = base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == "v1," + mac
    firma = re.search(rb'"firma_hmac":"([0-9a-f]{64})"', body).group(1)
    emptied = body.replace(firma, b"")
    assert hmac.new(secret, emptied, hashlib.sha256).hexdigest().encode() == firma
    assert headers["content-type"].startswith("application/json") and headers["webhook-id"].startswith("msg_")


def test_secret_rotation_signs_with_both(shop, demo):
    told = demo.ctl("callbacks", "secret", "rotate", shop.sub, "--overlap", "24h")
    new = re.search(r"whsec_[A-Za-z0-9+/=]+", str(told)).group(0)
    private(new)
    assert new != shop.secret
    for secrets in ([shop.secret], [new]):
        shop.merchant(secrets=secrets)
        before = len(shop.inbox())
        shop.book(service=FREE["name"])
        wait_until(lambda: len(shop.inbox()) > before)
        got = shop.inbox()[-1]
        assert got["standard_webhooks"], (secrets == [new], got["reasons"])
        assert len(got["headers"]["webhook-signature"].split(" ")) == 2
        assert got["firma_hmac"] is (secrets == [new])
    demo.advance(25 * 3600)
    shop.book(service=FREE["name"])
    wait_until(lambda: len(shop.inbox()) > 2)
    got = shop.inbox()[-1]
    assert got["standard_webhooks"] and len(got["headers"]["webhook-signature"].split(" ")) == 1


def test_merchant_who_hangs_delays_nobody(shop, make_shop):
    shop.merchant(hang=True)
    for _ in range(8):
        shop.book(service=FREE["name"])
    others = [make_shop() for _ in range(3)]
    time.sleep(0.5)
    for other in others:
        booking = other.book(service=FREE["name"])
        start = time.monotonic()
        booking.wait("confirmed", seconds=5)
        assert time.monotonic() - start < 5 * SLOW
    shop.merchant(hang=False)


def test_slow_merchant_is_given_up(shop):
    """A timeout after ten seconds. The attempt is in the log with its reason."""
    shop.merchant(hang=True)
    booking = shop.book(service=FREE["name"])
    (message,) = [one["message_id"] for one in booking.messages()]
    (row,) = tried(shop, message, 1, seconds=15)
    assert row["status"] is None and row["error"] and 9000 <= row["latency_ms"] <= 12500 * SLOW
    shop.merchant(hang=False)
    shop.demo.clock_at(next_turn(shop, message)["next_attempt_at"], late=1)
    booking.wait("confirmed")


def test_answer_is_kept_up_to_a_limit(shop):
    shop.merchant(answer_bytes=200000, script=[500, 200])
    booking = shop.book(service=FREE["name"])
    (message,) = [one["message_id"] for one in booking.messages()]
    (row,) = tried(shop, message, 1)
    assert len(row["answer"]) == 4096 and set(row["answer"]) == {"x"}


def test_gone_switches_the_endpoint_off(shop, demo):
    shop.merchant(script=[410])
    booking = shop.book(service=FREE["name"])
    (message,) = [one["message_id"] for one in booking.messages()]
    tried(shop, message, 1)
    assert next_turn(shop, message)["state"] == "dead"
    assert demo.one("SELECT callback_disabled_at IS NOT NULL FROM kf.tenant WHERE tenant_id = '%s'" % shop.tenant) is True
    shop.book(service=FREE["name"])
    time.sleep(0.6)
    assert len(shop.inbox()) == 1


def test_versions_in_order(shop):
    """The cancellation waits while the first message of its booking is being sent."""
    shop.merchant(slow_s=1)
    booking = shop.book()
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    shop.patch(booking.payments()[0]["provider_tx_id"], status="VOIDED", emit=True)
    wait_until(lambda: len(shop.inbox()) == 2)
    assert [one["event"] for one in shop.inbox()] == ["booking.paid", "booking.cancelled"]
    versions = [one["body"]["version"] for one in shop.inbox()]
    assert versions == sorted(versions) and versions[0] < versions[1]


def test_without_a_callback_it_is_confirmed_at_once(make_shop):
    shop = make_shop(callback=False)
    booking = shop.book(service=FREE["name"])
    assert booking.answer["status"] == "confirmed" and booking.messages() == []


# --- where nothing may be sent to ---

class Trap:
    """A listener that must receive no connection."""

    def __init__(self, port=0, hosts=("0.0.0.0", "::")):
        self.sockets, self.caught, self.port = [], [], port
        for host in hosts:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            one = socket.socket(family, socket.SOCK_STREAM)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                one.bind((host, self.port))
            except OSError:
                one.close()
                if not self.sockets and host == hosts[-1]:
                    raise
                continue
            self.port = one.getsockname()[1]
            one.listen(16)
            self.sockets.append(one)
            threading.Thread(target=self._catch, args=(one,), daemon=True).start()

    def _catch(self, one):
        while True:
            try:
                link, peer = one.accept()
            except OSError:
                return
            self.caught.append(peer)
            link.close()

    def close(self):
        for one in self.sockets:
            one.shutdown(socket.SHUT_RDWR)  # otherwise it listens on while accept() waits
            one.close()


@pytest.fixture()
def trap():
    one = Trap()
    yield one
    one.close()


@pytest.fixture()
def trap_80():
    """The same on the port that is allowed for a name without a rule."""
    def listening():
        try:
            return Trap(80, ("127.0.0.1",))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:  # another process of the tests uses it for a moment
                return None
            return pytest.skip("port 80 of this machine cannot be listened on: %s" % error)
    one = wait_until(listening, 20)
    yield one
    one.close()


@pytest.fixture(scope="module")
def strict(demos):
    """Callbacks may reach the sandbox's own port and no other non-public address."""
    return demos.get("strict", lambda demo: ["KonfirmadoCallbackAllow localhost:%d" % (demo.port + 1)], preload="resolver")


FORBIDDEN = ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
             "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0x7f.1:{port}/", "http://127.1:{port}/",
             "http://0177.0.0.1:{port}/", "http://0.0.0.0:{port}/", "http://[::]:{port}/", "http://169.254.169.254/latest/",
             "http://[fe80::1]:{port}/", "http://10.0.0.1:{port}/", "http://192.168.1.1/", "http://172.16.0.1/",
             "http://100.64.0.1/", "http://[fd00::1]/", "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/",
             "http://224.0.0.1/", "http://255.255.255.255/", "http://{host}:{port}/", "ftp://127.0.0.1:{port}/",
             "http://user:pass@127.0.0.1:{port}/", "http://127.0.0.1.:{port}/", "file:///etc/passwd",
             "gopher://127.0.0.1:{port}/_x"]


def test_forbidden_addresses_are_never_connected_to(strict, trap):
    """All forms are put into the row as if they had been good when they were saved (a name that changes
    its address afterwards looks just like this): refused when the connection would be made."""
    shop = Shop(strict)
    control = shop.book(service=FREE["name"])
    control.wait("confirmed")
    made = {}
    for form in FORBIDDEN:
        url = form.format(port=trap.port, host=socket.gethostname())
        shop.callback_url(url)
        booking = shop.book(service=FREE["name"])
        made[url] = booking.messages()[0]["message_id"]
    for url, message in made.items():
        row = tried(shop, message, 1, seconds=20)[0]
        assert row["status"] is None and row["error"], (url, row)
        assert row["latency_ms"] < 2000 * SLOW, (url, row)
        assert next_turn(shop, message)["state"] in ("due", "dead"), url
    assert trap.caught == []


def test_name_that_changes_its_address_after_saving(strict, trap_80):
    """The name was public when it was saved. When the message is sent it resolves to this machine."""
    shop = Shop(strict)
    for name in ("moved.rebind.test", "mapped.rebind.test"):
        strict.ctl("tenant", "update", shop.sub, "--callback-url", "http://%s/hook" % name, "--allow-http")
        booking = shop.book(service=FREE["name"])
        row = tried(shop, booking.messages()[0]["message_id"], 1)[0]
        assert row["status"] is None and row["error"], row
    assert trap_80.caught == []
    # The trap does catch: the guard kept all connections away.
    socket.create_connection(("127.0.0.1", 80), 2).close()
    wait_until(lambda: trap_80.caught)


def test_redirects_are_not_followed(strict, trap):
    shop = Shop(strict)
    shop.merchant(redirect="http://127.0.0.1:%d/" % trap.port)
    booking = shop.book(service=FREE["name"])
    (row,) = tried(shop, booking.messages()[0]["message_id"], 1)
    assert row["status"] == 302 and booking.status() == "paid"
    shop.merchant(redirect="%s/merchant/callback/%s" % (strict.sandbox_url, shop.sub))
    strict.advance(10)
    (_, row) = tried(shop, booking.messages()[0]["message_id"], 2)
    assert row["status"] == 302 and booking.status() == "paid"
    assert trap.caught == []


@pytest.mark.parametrize("form", FORBIDDEN)
def test_forbidden_addresses_are_refused_when_saved(demo, shop, form):
    url = form.format(port=8099, host="localhost")
    before = demo.one("SELECT callback_url FROM kf.tenant WHERE tenant_id = '%s'" % shop.tenant)
    with pytest.raises(Refused) as refused:
        demo.ctl("tenant", "update", shop.sub, "--callback-url", url)
    assert refused.value.status == 1 and refused.value.said.strip()
    assert demo.one("SELECT callback_url FROM kf.tenant WHERE tenant_id = '%s'" % shop.tenant) == before
