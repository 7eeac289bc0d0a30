"""Mails by a merchant's own server or by Resend: routing, content and refusals."""
import base64
import json
import time
import uuid

import pytest

from kitchannel import (RESEND_KEY, SECRET, Channel, channel, demo, read_both, server,  # noqa: F401 (fixtures)
                        to_own)
from kitconf import Running
from kitdemo import instant, wait_until
from kithttp import private
from kitmail import GIVEN_UP, NOT_MADE, TROUBLE, quoted


# --- the merchant's own server ---

def test_own_server(channel, server):
    """Booking mails use the merchant's server, with an invitation; account mails use the platform's."""
    channel.own(server)
    channel.demo.run("UPDATE kf.tenant SET mail_reply_to = 'hola@clinica.example' WHERE tenant_id = '%s'" % channel.tenant)
    booking, mail = channel.booked()
    row = channel.until(booking, "sent", 1)
    (got,) = to_own(server, booking)
    assert channel.sunk(booking) == [] and got["tls"] is True and got["auth"] == "citas" and got["defects"] == []
    assert got["mail_from"] == "citas@clinica.example" and got["from"] == "Clínica Ñandú <citas@clinica.example>"
    headers = dict(got["headers"])
    assert headers["Reply-To"] == "hola@clinica.example" and headers["Auto-Submitted"] == "auto-generated"
    assert got["message_id"] == row["message_id"] == "<b-%s@clinica.example>" % booking.id and "References" not in headers
    account = channel.put("verify")
    account.until("sent", 1)
    assert len(account.got()) == 1 and account.got()[0]["from"].startswith("Konfirmado ")
    assert not [one for one in server.mails() if account.to in one["rcpt"]]
    assert SECRET not in json.dumps(channel.demo.sql("SELECT * FROM kf.mail_channel"))
    assert mail == row["mail_id"]


def test_wrong_server_is_told_and_waits(channel, server, log):
    """A wrong password, another host name, no STARTTLS: nothing is sent there, all mails wait."""
    log.expect(TROUBLE)
    bare = int(channel.demo.about["smtp"].rsplit(":", 1)[1])
    for doc, reason in (({"secret": "otra"}, "535 "), ({"port": bare, "username": "", "secret": None}, "tls: the server does not offer STARTTLS"),
                        ({"security": "tls"}, "tls: ")):
        channel.own(server, **doc)
        booking, _ = channel.booked()
        row = channel.until(booking, "due", 1, seconds=40)
        assert row["last_error"].startswith(reason), row["last_error"]
        assert channel.shown(booking)[0]["last_error"] == row["last_error"] and booking.status() == "confirmed"
        assert channel.sunk(booking) == [] and to_own(server, booking) == []
        channel.demo.run("UPDATE kf.mail SET state = 'dead' WHERE booking_id = '%s'" % booking.id)
    account = channel.put("verify")
    account.until("sent", 1)


# --- where it may not lead ---

@pytest.mark.parametrize("host,port", [("127.0.0.1", 587), ("10.1.2.3", 587), ("169.254.169.254", 465), ("2130706433", 587), ("mail.rebind.test", 587),
                                       ("mapped.rebind.test", 465), ("mail.rebind.test", 25), ("mail.example.test", 5432)])
def test_private_servers_are_refused(channel, server, log, host, port):
    log.expect(TROUBLE)
    before = channel.demo.sandbox("smtp")["connections"], len(server.mails())
    channel.own(server)
    channel.demo.run("UPDATE kf.mail_channel SET host = '%s', port = %d WHERE tenant_id = '%s'" % (host, port, channel.tenant))
    booking, _ = channel.booked()
    row = channel.until(booking, "due", 1)
    assert row["last_error"].startswith("denied: "), row["last_error"]
    assert booking.status() == "confirmed" and (channel.demo.sandbox("smtp")["connections"], len(server.mails())) == before


def test_a_name_of_this_machine_only_where_it_is_allowed(channel, server, log):
    """localhost is allowed because the operator allowed the name; the address behind it is not."""
    log.expect(TROUBLE)
    channel.own(server, host="127.0.0.1")
    booking, _ = channel.booked()
    assert channel.until(booking, "due", 1)["last_error"].startswith("denied: ")
    channel.own(server)
    channel.next_try(booking)
    channel.until(booking, "sent", 2)
    assert len(to_own(server, booking)) == 1


# --- a line too many ---

LINES = ["x\r\nBcc: eva@evil.test", "x\nBcc: eva@evil.test", "x\rBcc: eva@evil.test", "x\x0bBcc: x", "x\x7f", "x\u2028Bcc: x", "\u202ex"]


@pytest.mark.parametrize("way", ("smtp", "resend"))
def test_no_line_is_added(channel, server, log, way):
    """Past every check of the database: the header of a mail is checked once more before it is sent."""
    log.expect(NOT_MADE, GIVEN_UP)
    channel.own(server) if way == "smtp" else channel.resend()
    for n, text in enumerate(LINES):
        if n % 2:
            channel.demo.run("UPDATE kf.mail_channel SET from_name = %s WHERE tenant_id = '%s'" % (quoted(text), channel.tenant))
        else:
            channel.demo.run("UPDATE kf.tenant SET mail_reply_to = %s WHERE tenant_id = '%s'" % (quoted("a@b.test" + text), channel.tenant))
        booking, _ = channel.booked()
        channel.until(booking, "dead", 1)
        assert to_own(server, booking) == channel.sunk(booking) == []
        channel.demo.run("UPDATE kf.mail_channel SET from_name = 'x' WHERE tenant_id = '%s'" % channel.tenant)
        channel.demo.run("UPDATE kf.tenant SET mail_reply_to = NULL WHERE tenant_id = '%s'" % channel.tenant)


# --- a test on demand ---

def tried(channel):
    address = "zulmaqx-test-%s@privado.example" % uuid.uuid4().hex[:8]
    private(address)
    channel.demo.run("SELECT kf.mail_channel_test('%s', '%s', '%s', 'Zulmaqx', 'es')" % (channel.tenant, uuid.uuid4(), address))

    def told():
        (row,) = channel.demo.sql("SELECT * FROM kf.mail_channel WHERE tenant_id = '%s'" % channel.tenant)
        return row["tested_at"] and row["test_result"]
    return wait_until(told, 40), address


def test_a_test_tells_its_result(channel, server, log):
    log.expect(TROUBLE, GIVEN_UP)
    channel.own(server, active=False)
    result, address = tried(channel)
    assert result == "ok" and [one for one in server.mails() if address in one["rcpt"]]
    booking, _ = channel.booked()
    channel.until(booking, "sent", 1)
    assert len(channel.sunk(booking)) == 1, "it is only tried, not used"
    channel.own(server, secret="otra")
    result, _ = tried(channel)
    assert result.startswith("535 ")
    channel.own(server)
    channel.demo.run("UPDATE kf.mail_channel SET host = '10.0.0.1' WHERE tenant_id = '%s'" % channel.tenant)
    result, _ = tried(channel)
    assert result.startswith("denied: ")
    channel.resend()
    result, _ = tried(channel)
    assert result == "ok"
    channel.demo.run("UPDATE kf.mail_channel SET secret_sealed = 'v1.x.x.x.x' WHERE tenant_id = '%s'" % channel.tenant)
    log.expect(NOT_MADE)
    result, _ = tried(channel)
    assert "cannot be opened" in result
    channel.demo.run("DELETE FROM kf.mail_channel WHERE tenant_id = '%s'" % channel.tenant)


def test_operators_commands(channel, server, log):
    log.expect(TROUBLE)
    state = channel.demo.ctl("mails", "state", channel.shop.sub)
    assert state["channel"] is None and state["way"] == "the platform's"
    channel.own(server)
    state = channel.demo.ctl("mails", "state", channel.shop.sub)
    assert state["way"] == "smtp" and state["channel"]["from_address"] == "citas@clinica.example" and state["channel"]["has_secret"] is True
    assert "secret_sealed" not in json.dumps(state)
    channel.demo.run("UPDATE kf.mail_channel SET port = 1 WHERE tenant_id = '%s'" % channel.tenant)
    booking, _ = channel.booked()
    channel.until(booking, "due", 1)
    state = channel.demo.ctl("mails", "state", channel.shop.sub)
    assert state["trouble"]["waiting"] == 1 and state["trouble"]["last_error"]


def test_keys_are_rotated(channel, server):
    """A channel's secret is resealed like all others, and can still be opened."""
    channel.own(server)
    demo = channel.demo
    demo.new_key("k-mail")
    demo.graceful()
    wait_until(lambda: demo.knows_key("k-mail"), 20)
    demo.ctl("keys", "rotate")
    assert demo.one("SELECT split_part(secret_sealed, '.', 2) FROM kf.mail_channel WHERE tenant_id = '%s'" % channel.tenant) == "k-mail"
    booking, _ = channel.booked()
    channel.until(booking, "sent", 1)
    assert to_own(server, booking)[0]["auth"] == "citas"


# --- Resend ---

def test_resend(channel):
    channel.resend()
    booking, mail = channel.booked()
    row = channel.until(booking, "sent", 1)
    (got,) = channel.sunk(booking)
    assert got["via"] == "resend" and got["from"] == "Clínica Ñandú <citas@clinica.example>" and row["message_id"] == got["resend_id"]
    assert channel.requests()[-1] == {"once": mail, "status": 200, "name": ""}
    headers = dict(got["headers"])
    assert headers["Auto-Submitted"] == "auto-generated" and got["message_id"] == "<b-%s@clinica.example>" % booking.id
    (part,) = got["attachments"]
    assert part["type"] == "text/calendar; charset=utf-8; method=REQUEST" and part["name"] == "invite.ics"
    _, event = read_both(base64.b64decode(part["base64"]))
    assert event["DTSTART"].dt == instant(booking.row()["slot_start"])


@pytest.mark.parametrize("mode,reason", [("concurrent", "409 concurrent_idempotent_requests"), ("rate", "429 rate_limit_exceeded"),
                                         ("quota", "429 daily_quota_exceeded"), ("500", "500 application_error"),
                                         ("503", "503 internal_server_error")])
def test_resend_has_a_bad_day(channel, log, mode, reason):
    log.expect(TROUBLE)
    channel.resend()
    channel.demo.sandbox("resend", {"mode": mode, "count": 1})
    booking, mail = channel.booked()
    row = channel.until(booking, "due", 1)
    assert row["last_error"].startswith(reason) and booking.status() == "confirmed" and channel.sunk(booking) == []
    channel.next_try(booking)
    channel.until(booking, "sent", 2)
    assert len(channel.sunk(booking)) == 1 and [one["once"] for one in channel.requests()[-2:]] == [mail, mail]


def test_resend_refuses_for_good(channel, log):
    log.expect(GIVEN_UP)
    channel.resend()
    channel.demo.sandbox("resend", {"mode": "422", "count": 1})
    booking, _ = channel.booked()
    row = channel.until(booking, "dead", 1)
    assert row["last_error"] == "422 validation_error: The recipient cannot be written to"
    (shown,) = channel.shown(booking)
    assert shown["state"] == "dead" and shown["last_error"] == row["last_error"]


def test_resend_lost_answer_brings_no_second_mail(channel, log):
    """The same idempotency key: the content of the previous attempt counts, though its links were different."""
    log.expect(TROUBLE)
    channel.resend()
    channel.demo.sandbox("resend", {"mode": "lose"})
    booking, mail = channel.booked()
    row = channel.until(booking, "due", 1)
    assert row["last_error"].startswith("other: ")
    channel.demo.sandbox("resend", {"mode": "ok"})
    channel.next_try(booking)
    channel.until(booking, "sent", 2)
    assert len(channel.sunk(booking)) == 1
    asked = [(one["once"], one["status"]) for one in channel.requests() if one["once"] == mail]
    # libcurl itself retries once on a stale kept-alive connection, with the same bytes
    assert set(asked[:-1]) == {(mail, 200)} and asked[-1] == (mail, 409)


@pytest.mark.slow
def test_resend_says_nothing_or_something_else(channel, log):
    log.expect(TROUBLE, r"KF00404")
    channel.resend()
    channel.demo.sandbox("resend", {"mode": "hang"})
    booking, mail = channel.booked()
    row = channel.until(booking, "due", 1, seconds=60)
    assert row["last_error"].startswith("timeout: ") and booking.status() == "confirmed"
    channel.demo.sandbox("resend", {"mode": "ok"})
    channel.next_try(booking)
    channel.until(booking, "sent", 2)
    assert len(channel.sunk(booking)) == 1 and channel.requests()[-1]["once"] == mail


def test_resend_with_a_wrong_key_or_domain(channel, log):
    log.expect(TROUBLE)
    channel.resend(secret="re_" + "zulmaqx" + "other00000")
    booking, _ = channel.booked()
    assert channel.until(booking, "due", 1)["last_error"].startswith("403 invalid_api_key")
    channel.resend(from_address="citas@unknown.example")
    booking, _ = channel.booked()
    assert channel.until(booking, "due", 1)["last_error"].startswith("403 validation_error: The domain is not verified")


@pytest.mark.slow
def test_operator_with_resend(channel, tmp_path):
    """The same for the platform's own mails. A merchant without a server uses it."""
    tmp_path.chmod(0o755)
    key = tmp_path / "key"
    key.write_text(RESEND_KEY + "\n")
    key.chmod(0o600)
    channel.demo.sandbox("resend_keys", {"key": RESEND_KEY, "domains": ["konfirmado.test"]})
    with Running(channel.demo, 'KonfirmadoResendKeyFile "%s"' % key):
        mail = channel.put("verify")
        mail.until("sent", 1)
        (got,) = mail.got()
        assert got["via"] == "resend" and got["from"] == "Konfirmado <no-responder@konfirmado.test>" and mail.token in got["text"]
        booking, _ = channel.booked()
        channel.until(booking, "sent", 1)
        assert [one["via"] for one in channel.sunk(booking)] == ["resend"]


@pytest.mark.slow
def test_own_server_without_the_operators(channel, server):
    """If the platform has no mail channel, mails of merchants with a channel are sent; the others wait."""
    channel.own(server)
    other = Channel(channel.demo)
    with Running(channel.demo):
        mine, _ = channel.booked()
        theirs, _ = other.booked()
        channel.until(mine, "sent", 1)
        account = channel.put("verify")
        account.until("sent", 1)
        assert [one for one in server.mails() if account.to in one["rcpt"]], "better by theirs than not at all"
        time.sleep(1)
        assert other.rows(theirs)[0]["state"] == "due" and other.rows(theirs)[0]["attempts"] == 0
    other.until(theirs, "sent", 1)


# --- the platform's server has a bad day, and there are bookings ---

def test_down_refusing_slow(channel, log):
    log.expect(TROUBLE, GIVEN_UP)
    channel.demo.sandbox("smtp", {"mode": "refuse"})
    down, _ = channel.booked()
    assert channel.until(down, "due", 1)["last_error"].startswith("connect: ")
    channel.demo.sandbox("smtp", {"mode": "451", "count": 1})
    later, _ = channel.booked()
    assert channel.until(later, "due", 1)["last_error"].startswith("451 ")
    channel.demo.sandbox("smtp", {"mode": "550", "count": 1})
    never, _ = channel.booked()
    row = channel.until(never, "dead", 1)
    (shown,) = channel.shown(never)
    assert (shown["state"], shown["last_error"]) == ("dead", row["last_error"]) == ("dead", "550 nobody of that name")
    channel.demo.sandbox("smtp", {"mode": "drip"})
    slow, _ = channel.booked()
    assert {one.status() for one in (down, later, never, slow)} == {"confirmed"}
    channel.until(slow, "sent", 1, seconds=60)
    channel.demo.sandbox("smtp", {"mode": "ok"})
    for one in (down, later):
        channel.next_try(one)
        channel.until(one, "sent", 2)
    assert [len(channel.sunk(one)) for one in (down, later, never, slow)] == [1, 1, 0, 1]
    assert not channel.demo.sql("SELECT 1 FROM kf.mail WHERE tenant_id = '%s' AND state = 'due'" % channel.tenant)
