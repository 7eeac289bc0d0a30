"""The mail server's directives: what a start refuses, TLS, passwords, and no server at all."""
import http.client
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from kitdemo import TOP, wait_until
from kithttp import private
from kitmail import TROUBLE, office, post  # noqa: F401 (fixtures)

def reconfigure(demo, *lines, drop=("KonfirmadoSMTP", "KonfirmadoSMTPSecurity")):
    """Writes the directives of the mail server anew; what `apachectl -t` says to it."""
    with open(demo.conf, encoding="utf-8") as handle:
        text = handle.read()
    kept = [line for line in text.splitlines() if line.split(" ")[0:1] and line.strip().split(" ")[0] not in drop]
    kept.insert(kept.index("</VirtualHost>"), "\n".join(lines))
    changed = demo.conf + ".test"
    with open(changed, "w", encoding="utf-8") as handle:
        handle.write("\n".join(kept) + "\n")
    os.chmod(changed, 0o600)
    done = subprocess.run(["/usr/sbin/apache2", "-t", "-f", changed], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, env=demo.httpd_env())
    return text, changed, done.returncode, done.stdout


MAIL = ("KonfirmadoSMTP", "KonfirmadoSMTPSecurity", "KonfirmadoMailFrom")
# What the demo has with plain http.
PLAIN_HTTP = ("KonfirmadoAllowInsecureHTTP", "KonfirmadoBaseURL", "KonfirmadoWompiAPI", "KonfirmadoWompiSandboxAPI",
              "KonfirmadoWompiCheckout", "KonfirmadoGoogleAuthorizeURL", "KonfirmadoGoogleTokenURL",
              "KonfirmadoGoogleRevokeURL", "KonfirmadoGoogleAPI", "KonfirmadoCalendarPush", "KonfirmadoResendURL")
FROM = 'KonfirmadoMailFrom "Konfirmado <a@example.test>"'


@pytest.mark.parametrize("lines,sentence", [
    (["KonfirmadoSMTP mail.example.test:25", FROM], "is not a mail server"),
    (["KonfirmadoSMTP http://mail.example.test", FROM], "is not a mail server"),
    (["KonfirmadoSMTP smtp://a:b@mail.example.test", FROM], "is not a mail server"),
    (["KonfirmadoSMTP smtp://mail.example.test/x", FROM], "is not a mail server"),
    (["KonfirmadoSMTP smtp://mail.example.test:587"], "KonfirmadoMailFrom is missing"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", "KonfirmadoMailFrom ana"], "is not an address"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", 'KonfirmadoMailFrom "A <a@b.test>, <c@d.test>"'], "is not an address"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPSecurity tls"], "does not go with"),
    (["KonfirmadoSMTP smtps://mail.example.test:465", FROM, "KonfirmadoSMTPSecurity starttls"], "does not go with"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPSecurity maybe"], "write starttls, tls or plain"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPUser ana"], "go together"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPUser ana", "KonfirmadoSMTPPasswordFile /none"], "cannot be read"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPUser ana", "KonfirmadoSMTPPasswordFile /etc/hostname"], "chmod 600"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPCAFile /none"], "cannot be read"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPCAFile /etc/hostname"], "no certificate"),
    (["KonfirmadoSMTP smtp://mail.example.test:587", FROM, "KonfirmadoSMTPSecurity plain", "KonfirmadoAllowInsecureHTTP Off",
      "KonfirmadoBaseURL https://book.example.test"], "plain is for a server on this machine"),
    (["KonfirmadoSMTP smtp://127.example.test:587", FROM, "KonfirmadoSMTPSecurity plain", "KonfirmadoAllowInsecureHTTP Off",
      "KonfirmadoBaseURL https://book.example.test"], "plain is for a server on this machine"),
], ids=lambda value: value if isinstance(value, str) else " ".join(value)[:40])
def test_start_refuses(post, lines, sentence):
    drop = MAIL
    if any("AllowInsecureHTTP" in line for line in lines):
        drop += PLAIN_HTTP
    _, _, status, said = reconfigure(post.demo, *lines, drop=drop)
    assert status != 0 and sentence in said, said


@pytest.mark.parametrize("lines", [
    ["KonfirmadoSMTP smtp://mail.example.test:587", 'KonfirmadoMailFrom "Citas Ñandú <a@example.test>"'],
    ["KonfirmadoSMTP smtps://[::1]:465", "KonfirmadoMailFrom a@example.test", "KonfirmadoSMTPSecurity tls"],
    ["KonfirmadoSMTP smtp://[::1]:25", FROM, "KonfirmadoSMTPSecurity plain", "KonfirmadoAllowInsecureHTTP Off",
     "KonfirmadoBaseURL https://book.example.test"]], ids=lambda value: " ".join(value)[:40])
def test_start_accepts(post, lines):
    drop = MAIL
    if any("AllowInsecureHTTP" in line for line in lines):
        drop += PLAIN_HTTP
    _, _, status, said = reconfigure(post.demo, *lines, drop=drop)
    assert status == 0, said


class Running:
    """The same httpd with other directives, by a graceful restart, and then as it was."""

    def __init__(self, demo, *lines):
        self.demo, self.lines = demo, lines

    def restart(self, text):
        before = set(self.demo.children())
        with open(self.demo.conf, "w", encoding="utf-8") as handle:
            handle.write(text)
        self.demo.graceful()
        wait_until(lambda: not before & set(self.demo.children()), 20)
        wait_until(self.demo.healthy, 20)

    def __enter__(self):
        self.before, changed, status, said = reconfigure(self.demo, *self.lines)
        assert status == 0, said
        with open(changed, encoding="utf-8") as handle:
            self.restart(handle.read())
        return self

    def __exit__(self, *_):
        self.restart(self.before)


def test_without_a_server_mails_wait_and_it_is_said(post, log):
    with open(post.demo.error_log, encoding="utf-8", errors="replace") as handle:
        handle.seek(0, os.SEEK_END)
        with Running(post.demo):
            assert "KF00202" in handle.read()
            mail = post.put("verify")
            time.sleep(1.5)
            row = mail.row()
            assert row["state"] == "due" and row["attempts"] == 0 and row["secret_sealed"]
            post.demo.advance(900)
            checks = {one["check"]: one for one in post.demo.ctl("check", role="owner")["checks"]}
            assert checks["mails"]["result"] == "warn" and "KonfirmadoSMTP" in checks["mails"]["detail"]
    mail.until("sent", 1)
    checks = {one["check"]: one for one in post.demo.ctl("check", role="owner")["checks"]}
    assert "0 wait" in checks["mails"]["detail"]


class TlsServer:
    """The sandbox once more, as a mail server with STARTTLS and a password."""

    def __init__(self, folder, *options):
        folder.mkdir()
        self.cert = folder / "crt.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem",
                        "-out", self.cert], check=True, stderr=subprocess.DEVNULL)
        both = folder / "both.pem"
        both.write_text(self.cert.read_text() + (folder / "key.pem").read_text())
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(TOP, "tests/sandbox/sandbox.py"), "--port", "0", "--smtp-port", "0", "--dir", folder,
             "--clock-file", folder / "clock", *[str(both) if one == "CERT" else one for one in options]],
            stdout=subprocess.PIPE, text=True)
        _, self.port, self.smtp = self.process.stdout.readline().split()

    def mails(self):
        connection = http.client.HTTPConnection("127.0.0.1", int(self.port), timeout=10)
        connection.request("GET", "/mail/inbox.json")
        return json.loads(connection.getresponse().read())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@pytest.mark.slow
def test_tls_and_password(post, log, tmp_path):
    log.expect(TROUBLE)
    os.chmod(tmp_path, 0o755)
    secret = "una contraseña ñ \\ \" larga"
    private(secret)
    password = tmp_path / "password"
    password.write_text(secret + "\n")
    password.chmod(0o600)
    good = TlsServer(tmp_path / "good", "--smtp-cert", "CERT", "--smtp-user", "citas:" + secret)
    bare = TlsServer(tmp_path / "bare")
    account = ['KonfirmadoSMTPUser citas', 'KonfirmadoSMTPPasswordFile "%s"' % password]
    ca = 'KonfirmadoSMTPCAFile "%s"' % good.cert
    try:
        with Running(post.demo, "KonfirmadoSMTP smtp://localhost:%s" % good.smtp, ca, *account):
            mail = post.put("verify")
            mail.until("sent", 1)
            (got,) = good.mails()
            assert got["tls"] is True and got["auth"] == "citas" and got["rcpt"] == [mail.to] and mail.token in got["text"]
            assert got["commands"][0].startswith("EHLO") and "STARTTLS" not in got["commands"], "begun anew after TLS"
        for lines, reason in (
                (["KonfirmadoSMTP smtp://localhost:%s" % good.smtp, *account], "tls: "),                # an unknown authority
                (["KonfirmadoSMTP smtp://127.0.0.1:%s" % good.smtp, ca, *account], "tls: "),            # another name
                (["KonfirmadoSMTP smtp://localhost:%s" % bare.smtp, ca, *account], "tls: the server does not offer STARTTLS"),
                (["KonfirmadoSMTP smtp://localhost:%s" % good.smtp, ca], "530 "),                       # no account
                (["KonfirmadoSMTP smtps://localhost:%s" % bare.smtp, ca], "tls: ")):                    # no TLS at all
            with Running(post.demo, *lines):
                mail = post.put("verify")
                row = mail.until("due", 1, seconds=30)
                assert row["last_error"].startswith(reason), row["last_error"]
                assert row["secret_sealed"], "it is tried again"
                post.demo.run("UPDATE kf.mail SET state = 'dead' WHERE mail_id = '%s'" % mail.id)
        assert len(good.mails()) == 1 and bare.mails() == []
        password.write_text("otra\n")
        with Running(post.demo, "KonfirmadoSMTP smtp://localhost:%s" % good.smtp, ca, *account):
            row = post.put("verify").until("due", 1)
            assert row["last_error"].startswith("535 wrong name or password")
    finally:
        good.stop()
        bare.stop()
