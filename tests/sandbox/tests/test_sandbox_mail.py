"""The mail server of the sandbox, spoken to by Python's own client."""

import email.message
import email.policy
import json
import smtplib
import socket
import ssl
import subprocess
import time

import pytest

from sandbox_client import Client


@pytest.fixture(scope="module")
def mails(tmp_path_factory):
    client = Client(tmp_path_factory.mktemp("mails"), "--smtp-port", "0")
    yield client
    client.stop()


@pytest.fixture()
def box(mails):
    mails.ok("reset", {"all": True})
    return mails


def message(subject="Hola, ¿qué tal?", html="<p>Hola <b>ñ</b></p>", text="Hola ñ\n.punto\n..dos\n"):
    one = email.message.EmailMessage(policy=email.policy.SMTP)
    one["From"], one["To"], one["Subject"] = "Citas <citas@example.test>", "Ana <ana@example.test>", subject
    one.set_content(text)
    one.add_alternative(html, subtype="html")
    return one


def send(box, one=None, to="ana@example.test", timeout=5):
    with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=timeout) as client:
        return client.sendmail("citas@example.test", [to] if isinstance(to, str) else to,
                               (one or message()).as_bytes())


def inbox(box, query=""):
    status, _, body = box.call("GET", "/mail/inbox.json" + query)
    assert status == 200
    return json.loads(body)


def test_keeps_what_it_gets(box):
    send(box)
    send(box, message("Otra"), ["eva@example.test", "ana@example.test"])
    other, first = inbox(box)
    assert first["mail_from"] == "citas@example.test" and first["rcpt"] == ["ana@example.test"]
    assert first["subject"] == "Hola, ¿qué tal?" and first["from"] == "Citas <citas@example.test>"
    assert first["text"] == "Hola ñ\n.punto\n..dos\n" and first["html"] == "<p>Hola <b>ñ</b></p>\n"
    assert "=?utf-8?" in first["raw"] and first["tls"] is False and first["defects"] == []
    assert other["rcpt"] == ["eva@example.test", "ana@example.test"]
    assert [one["number"] for one in inbox(box, "?to=eva@example.test")] == [2]
    assert [one["number"] for one in inbox(box, "?subject=Hola")] == [1]


def test_page_shows_a_mail_without_running_it(box):
    send(box, message("<script>alert(1)</script>", '<p onclick="x()">uno</p><script>alert(2)</script>', "<b>texto"))
    status, headers, page = box.call("GET", "/mail/")
    assert status == 200 and b"&lt;script&gt;alert(1)" in page and b"<script>alert" not in page
    _, _, page = box.call("GET", "/mail/1")
    assert b"&lt;b&gt;texto" in page and b'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert b"alert(2)" not in page
    _, headers, body = box.call("GET", "/mail/1/html")
    policy = headers["Content-Security-Policy"]
    assert b"<script>alert(2)" in body, "the mail's own bytes"
    assert policy.startswith("sandbox ") and "allow-scripts" not in policy and "default-src 'none'" in policy
    for path in ("/mail/2", "/mail/0", "/mail/x", "/mail/1/rew", "/mail/1/html/x", "/mail/1/part/1", "/mail/1/part", "/mail/1/part/0"):
        assert box.call("GET", path)[0] == 404, path


def invitation():
    one = message()
    one.add_alternative("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", subtype="calendar", params={"method": "REQUEST"})
    one.add_attachment(b"BEGIN:VCALENDAR\r\nX-A:<script>alert(3)</script>\r\nEND:VCALENDAR\r\n", maintype="application",
                       subtype="ics", filename="in\"vi/te.ics")
    one.add_attachment(b"<script>alert(4)</script>", maintype="text", subtype="html", filename="x.html")
    return one


def test_parts_can_be_saved_and_none_runs(box):
    send(box, invitation())
    (one,) = inbox(box)
    assert [part["type"].split(";")[0] for part in one["attachments"]] == ["text/calendar", "application/ics", "text/html"]
    assert [part["inside"] for part in one["attachments"]] == ["multipart/alternative", "multipart/mixed", "multipart/mixed"]
    status, headers, body = box.call("GET", "/mail/1/part/1")
    assert status == 200 and body.startswith(b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n")
    assert "method=" in headers["Content-Type"] and headers["Content-Disposition"] == 'attachment; filename="parte-1.ics"'
    _, headers, body = box.call("GET", "/mail/1/part/2")
    assert headers["Content-Type"].startswith("application/ics") and headers["Content-Disposition"] == 'attachment; filename="in_vi_te.ics"'
    _, headers, body = box.call("GET", "/mail/1/part/3")
    assert headers["Content-Type"] == "application/octet-stream" and b"alert(4)" in body
    _, headers, body = box.call("GET", "/mail/1/raw")
    assert headers["Content-Type"].startswith("text/plain") and b"multipart/alternative" in body and headers["X-Content-Type-Options"] == "nosniff"
    _, _, page = box.call("GET", "/mail/1")
    assert b"/mail/1/part/2" in page and b"&lt;script&gt;alert(3)" in page and b"<script>alert" not in page


@pytest.mark.parametrize("mode,error", [("451", 451), ("550", 550)])
def test_recipient_refused(box, mode, error):
    box.ok("smtp", {"mode": mode, "count": 1})
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(box)
    assert refused.value.recipients["ana@example.test"][0] == error and inbox(box) == []
    send(box)
    assert len(inbox(box)) == 1, "and the next one is taken"


def test_mail_refused_door_closed_and_nobody_there(box):
    box.ok("smtp", {"mode": "554"})
    with pytest.raises(smtplib.SMTPDataError):
        send(box)
    box.ok("smtp", {"mode": "door"})
    with pytest.raises(smtplib.SMTPConnectError):
        send(box)
    box.ok("smtp", {"mode": "refuse"})
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            send(box)
    assert inbox(box) == []
    box.ok("smtp", {"mode": "ok"})
    send(box)
    assert len(inbox(box)) == 1


def test_hang_and_drip(box):
    box.ok("smtp", {"mode": "hang"})
    with pytest.raises((socket.timeout, smtplib.SMTPServerDisconnected)):
        send(box, timeout=0.3)
    box.ok("smtp", {"mode": "drip"})
    began = time.monotonic()
    send(box)
    assert time.monotonic() - began > 3 and len(inbox(box)) == 1


def test_answer_lost(box):
    box.ok("smtp", {"mode": "lose", "count": 1})
    with pytest.raises((OSError, smtplib.SMTPException)):
        send(box)
    assert len(inbox(box)) == 1, "kept, though nobody was told"


def test_bad_modes_are_refused(box):
    for body in ({"mode": "spam"}, {"mode": "ok", "count": 0}, {"mode": "451", "counts": 1}):
        assert box.control("smtp", body)[0] == 422
    assert box.ok("smtp")["mode"] == "ok"


def test_mails_outlive_a_restart(tmp_path):
    first = Client(tmp_path, "--smtp-port", "0")
    send(first)
    first.stop()
    again = Client(tmp_path, "--smtp-port", "0")
    assert [one["subject"] for one in inbox(again)] == ["Hola, ¿qué tal?"]
    again.stop()


def test_starttls_and_auth(tmp_path):
    cert = tmp_path / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", tmp_path / "key.pem", "-out", tmp_path / "crt.pem"], check=True, stderr=subprocess.DEVNULL)
    cert.write_text((tmp_path / "crt.pem").read_text() + (tmp_path / "key.pem").read_text())
    client = Client(tmp_path, "--smtp-port", "0", "--smtp-cert", str(cert), "--smtp-user", "citas:secreto")
    try:
        with pytest.raises(smtplib.SMTPSenderRefused):
            send(client)
        with smtplib.SMTP("localhost", client.smtp_port, timeout=5) as one:
            one.starttls(context=ssl.create_default_context(cafile=str(tmp_path / "crt.pem")))
            with pytest.raises(smtplib.SMTPAuthenticationError):
                one.login("citas", "otro")
            one.login("citas", "secreto")
            one.sendmail("citas@example.test", ["ana@example.test"], message().as_bytes())
        (got,) = inbox(client)
        assert got["tls"] is True and got["auth"] == "citas" and "secreto" not in json.dumps(got)
    finally:
        client.stop()
