"""Queued mails: delivered once and complete, whatever the mail server does."""
import concurrent.futures
import http.client
import json
import re
import time
import uuid

import pytest

from kitdemo import Refused, instant, wait_until
from kithttp import private
from kitmail import GIVEN_UP, HOSTILE, LINKED, NOT_MADE, ODD, TROUBLE, office, post, quoted, smtp  # noqa: F401 (fixtures)
from kitshop import FREE

KINDS = ("verify", "already_registered", "reset", "password_changed", "invite", "new_sign_in", "totp_changed")
# Seconds from a failure to the next attempt, which may come up to a fifth earlier.
SCHEDULE = (30, 120, 480, 1200, 3600, 7200, 14400, 21600, 36000)


# --- delivery ---

@pytest.mark.parametrize("lang", ("es", "en"))
def test_every_kind_is_delivered_once(post, lang):
    mails = {kind: post.put(kind, lang=lang, facts={"minutes": 60, "by": "Camila", "role": "staff", "ip": "192.0.2.7"})
             for kind in KINDS}
    subjects = set()
    for kind, mail in mails.items():
        row = mail.until("sent")
        assert row["secret_sealed"] is None and row["attempts"] == 1 and row["last_error"] is None and row["sent_at"]
        (got,) = mail.got()
        assert got["rcpt"] == [mail.to] and got["mail_from"] == "no-responder@konfirmado.test"
        assert got["to"] == "Zulmaqx Pérez <%s>" % mail.to and got["from"] == "Konfirmado <no-responder@konfirmado.test>"
        assert got["message_id"] == "<%s@konfirmado.test>" % mail.id
        assert [name for name, _ in got["headers"]].count("To") == 1 and got["defects"] == []
        headers = dict(got["headers"])
        assert headers["Auto-Submitted"] == "auto-generated" and headers["Content-Language"] == lang
        assert headers["MIME-Version" if "MIME-Version" in headers else "Mime-Version"] == "1.0"
        assert headers["Content-Type"].startswith("multipart/alternative;") and headers["Date"].endswith("+0000")
        assert all(len(line) <= 998 for line in got["raw"].splitlines())
        assert "Pérez" in got["text"] and "Pérez" in got["html"]
        links = set(re.findall(r"https?://[^\s\"'<>]+", got["text"] + got["html"]))
        base = post.demo.about["base_url"]
        assert all(link == base or link.startswith((base + "/dashboard/", base + "/report/")) for link in links), links
        if kind in LINKED:
            link = "%s/dashboard/%s?token=%s" % (base, LINKED[kind], mail.token)
            assert link in links and got["html"].count('href="%s"' % link) == 2
        subjects.add(got["subject"])
    assert len(subjects) == len(KINDS)
    time.sleep(1)
    assert all(len(mail.got()) == 1 for mail in mails.values()), "nothing twice"


def test_two_servers_share_the_work(post):
    """Four processes look for mails. Sixty mails are sent once each."""
    mails = [post.put() for _ in range(60)]
    for mail in mails:
        mail.until("sent", 1, seconds=60)
    counts = {mail.to: len(mail.got()) for mail in mails}
    assert set(counts.values()) == {1}, counts


# --- what a person writes ---


def headers_of(got):
    return [name.lower() for name, _ in got["headers"]]


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_a_line_in_a_name_is_refused(post, log, name):
    if re.search(r"[\x00-\x1f\x7f-\x9f]", name):
        with pytest.raises(Refused, match="A name may have at most 100 characters"):
            post.put("invite", name=name)
    # if it gets into the table all the same, the encoder rejects it
    log.expect(NOT_MADE, GIVEN_UP)
    mail = post.put("invite", name=name, past=True)
    row = mail.until("dead")
    assert row["secret_sealed"] is None and mail.got() == []


@pytest.mark.parametrize("name", ODD, ids=repr)
def test_an_odd_name_is_a_name(post, name):
    """In the recipient's name and in the subject: encoded, and decoded to the typed text."""
    mail = post.put("invite", name=name, facts={"by": name, "role": "owner"})
    mail.until("sent")
    (got,) = mail.got()
    assert got["rcpt"] == [mail.to] and len([one for one in got["commands"] if one.startswith("RCPT")]) == 1
    assert "bcc" not in headers_of(got) and headers_of(got).count("to") == 1 and headers_of(got).count("subject") == 1
    assert got["defects"] == [] and got["raw"].count("\nTo:") == 1
    # a mail program finds one address, that of the recipient
    raw = got["raw"].replace("\r\n", "\n").split("\n\n")[0]
    assert "<%s>" % mail.to in raw and "<eva@evil>" not in re.sub(r'"(\\.|[^"\\])*"', "", raw)
    assert "<script" not in got["html"] and "evil" not in got["text"]


@pytest.mark.parametrize("address", [
    "ana@example.test\r\nRCPT TO:<eva@evil.test>", "ana@example.test\nDATA", "ana@example.test>\r\nRSET", "ana@example.test,eva@evil.test",
    "ana@example.test eva@evil.test", "Ana <ana@example.test>", "ana", "a@@b", "ana@", "<a@b>", "ana@example.test> SIZE=1 <",
    '"ana eva"@example.test', "ana@exämple.test"], ids=repr)
def test_no_second_recipient(post, log, address):
    if address != "ana@exämple.test":
        with pytest.raises(Refused, match="This is not an email address"):
            post.put(to=address)
    log.expect(NOT_MADE, GIVEN_UP)
    before = post.demo.sandbox("smtp")["mails"]
    row = post.put(to=address, past=True).until("dead")
    assert "address" in row["last_error"] and row["attempts"] == 1
    assert post.demo.sandbox("smtp")["mails"] == before


def test_the_business_name_is_text(post):
    name = '<img src=x onerror=alert(1)>&"\''
    post.demo.run("UPDATE kf.tenant SET name = %s WHERE tenant_id = '%s'" % (quoted(name), post.tenant))
    mail = post.put("invite", facts={"by": "<b>Ana</b>"})
    mail.until("sent")
    (got,) = mail.got()
    assert "<img" not in got["html"] and "&lt;img src=x onerror=alert(1)&gt;" in got["html"] and "<b>" not in got["html"]
    assert got["subject"] == "Invitación al equipo de " + name


def test_a_name_cannot_bring_a_link(post):
    post.demo.run("UPDATE kf.tenant SET name = 'Gana en evil.example' WHERE tenant_id = '%s'" % post.tenant)
    mail = post.put("verify", name="https://evil.example/x", facts={"by": "www.evil.example"})
    mail.until("sent")
    (got,) = mail.got()
    assert "evil" not in got["text"] + got["html"] + got["subject"]


def test_host_of_a_request_leaves_no_trace(post):
    """Links come from the configuration, whatever Host a client sends while the mail is written."""
    known = "zulmaqx-host@privado.example"
    private(known)
    for headers in ({"Host": "foreign.example"}, {"Host": "localhost:%d" % post.demo.port, "X-Forwarded-Host": "foreign.example"},
                    {"Host": "localhost:%d" % post.demo.port, "Forwarded": "host=foreign.example"}):
        for path, body in (("/api/auth/register", {"business": "Clínica", "email": known, "password": "Zulmaqx-una-larga-7"}),
                           ("/api/auth/forgot-password", {"email": known})):
            connection = http.client.HTTPConnection("127.0.0.1", post.demo.port, timeout=10)
            connection.request("POST", path, json.dumps(body), dict(headers, **{"Content-Type": "application/json"}))
            answer = connection.getresponse()
            assert b"foreign.example" not in answer.read() and "foreign.example" not in str(answer.getheaders())
            connection.close()
    mail = post.put("verify")
    mail.until("sent")
    wait_until(lambda: not post.demo.sql("SELECT 1 FROM kf.mail WHERE state IN ('due', 'sending')"))
    assert "foreign.example" not in json.dumps(post.demo.fetch("/mail/inbox.json"))


# --- a mail server with a bad day ---

def test_451_is_tried_again_on_schedule(post, log):
    log.expect(TROUBLE)
    smtp(post, "451")
    mail = post.put("reset")
    began = instant(mail.row()["created_at"])
    for n in range(4):
        row = mail.until("due", n + 1)
        assert row["last_error"].startswith("451 come back later") and row["secret_sealed"]
        gap = (instant(row["next_attempt_at"]) - post.demo.now()).total_seconds()
        assert 0.8 * SCHEDULE[n] - 4 <= gap <= SCHEDULE[n] + 1, (n, gap)
        mail.next_try()
    mail.until("due", 5)
    smtp(post, "ok")
    mail.next_try()
    row = mail.until("sent", 6)
    (got,) = mail.got()
    assert mail.token in got["text"] and row["secret_sealed"] is None and row["last_error"] is None
    assert instant(row["sent_at"]) > began


@pytest.mark.slow
def test_given_up_within_a_day(post, log):
    log.expect(TROUBLE, GIVEN_UP)
    smtp(post, "refuse")
    mail = post.put("verify")
    began = instant(mail.row()["created_at"])
    for n in range(9):
        row = mail.until("due", n + 1)
        assert row["last_error"].startswith("connect: ")
        post.demo.clock_at(row["next_attempt_at"], late=1)
    row = mail.until("dead", 10)
    assert row["secret_sealed"] is None
    assert 19 * 3600 < (post.demo.now() - began).total_seconds() < 24 * 3600
    smtp(post, "ok")
    post.demo.advance(86400)
    time.sleep(1)
    assert mail.got() == []
    with pytest.raises(Refused, match="link of this mail is gone"):
        post.demo.ctl("mails", "resend", post.tenant, mail.id)


def test_server_down_does_not_touch_bookings(post, log):
    log.expect(TROUBLE)
    smtp(post, "refuse")
    mail = post.put()
    mail.until("due", 1)
    post.shop.merchant(script=[])
    booking = post.shop.book(service=FREE["name"])
    booking.wait("confirmed")
    smtp(post, "ok")
    mail.next_try()
    mail.until("sent", 2)
    assert len(mail.got()) == 1


def test_refused_for_good(post, log):
    """550 for the recipient and 554 for the mail are final. 554 in the greeting concerns us, so the mail waits."""
    log.expect(TROUBLE, GIVEN_UP)
    for mode, words in (("550", "550 nobody of that name"), ("554", "554 not this one")):
        smtp(post, mode)
        mail = post.put("invite")
        row = mail.until("dead", 1)
        assert row["last_error"] == words and row["secret_sealed"] is None
    smtp(post, "door")
    mail = post.put("invite")
    row = mail.until("due", 1)
    assert row["last_error"].startswith("554 nobody at home") and row["secret_sealed"]
    smtp(post, "ok")
    mail.next_try()
    mail.until("sent", 2)


def test_a_lost_answer_may_bring_it_twice_with_one_id(post, log):
    log.expect(TROUBLE)
    smtp(post, "lose", count=1)
    mail = post.put("reset")
    mail.until("due", 1)
    mail.next_try()
    mail.until("sent", 2)
    first, second = mail.got()
    assert first["message_id"] == second["message_id"] and first["text"] == second["text"]


def test_hanging_and_dripping(post, log):
    """Hanging mails delay no callback. A slow server receives its mail."""
    log.expect(TROUBLE)
    smtp(post, "hang")
    mails = [post.put() for _ in range(8)]
    wait_until(lambda: sum(mail.row()["state"] == "sending" for mail in mails) >= 4)
    post.shop.merchant(script=[])
    post.shop.book(service=FREE["name"]).wait("confirmed")
    assert all(mail.got() == [] for mail in mails)
    smtp(post, "ok")
    for mail in mails:
        wait_until(lambda one=mail: one.row()["state"] != "sending", 30)
    post.demo.advance(60)
    for mail in mails:
        mail.until("sent", seconds=30)
        assert len(mail.got()) == 1
    smtp(post, "drip")
    mail = post.put()
    mail.until("sent", 1, seconds=60)
    assert len(mail.got()) == 1


@pytest.mark.slow
def test_kill_9_loses_nothing(post, log):
    smtp(post, "hang")
    mails = [post.put("verify") for _ in range(12)]
    wait_until(lambda: any(mail.row()["state"] == "sending" for mail in mails))
    post.demo.httpd_kill9()
    smtp(post, "ok")
    post.demo.httpd_start()
    log.expect(TROUBLE)
    post.demo.advance(120)  # past the leases of the killed workers
    for mail in mails:
        row = mail.until("sent", seconds=30)
        got = mail.got()
        assert row["secret_sealed"] is None and len(got) >= 1 and {one["message_id"] for one in got} == {"<%s@konfirmado.test>" % mail.id}


# --- the operator ---

def test_list_and_resend(post, log):
    log.expect(TROUBLE, GIVEN_UP)
    smtp(post, "550", count=1)
    dead = post.put("new_sign_in")
    dead.until("dead")
    sent = post.put("reset")
    sent.until("sent")
    rows = post.demo.ctl("mails", "list", post.tenant)
    assert [one["id"] for one in rows] == [sent.id, dead.id] and rows[1]["last_error"] == "550 nobody of that name"
    assert [one["id"] for one in post.demo.ctl("mails", "list", post.tenant, "--state", "dead")] == [dead.id]
    assert [one["id"] for one in post.demo.ctl("mails", "list", post.tenant, "--after", sent.id)] == [dead.id]
    assert "550 nobody" in post.demo.ctl("mails", "list", post.tenant, plain=True)
    post.demo.ctl("mails", "resend", post.tenant, dead.id)
    dead.until("sent", 1)
    assert len(dead.got()) == 1
    for words in (("list", post.tenant, "--state", "gone"), ("resend", post.tenant, "x"), ("resend", post.tenant, str(uuid.uuid4())),
                  ("resend", post.tenant, sent.id)):
        with pytest.raises(Refused):
            post.demo.ctl("mails", *words)


def test_many_at_once(post):
    """A mail does not wait long for another one."""
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        mails = list(pool.map(lambda _: post.put(), range(40)))
    for mail in mails:
        mail.until("sent", 1, seconds=40)
    assert time.monotonic() - began < 40
