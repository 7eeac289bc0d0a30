"""The mail server's directives: refusals at start, TLS, passwords, and no server at all."""
import os
import time

import pytest

from kitconf import Running, reconfigure
from kitdemo import wait_until
from kithttp import private
from kitmail import TROUBLE, TlsServer, office, post  # noqa: F401 (fixtures)

MAIL = ("KonfirmadoSMTP", "KonfirmadoSMTPSecurity", "KonfirmadoMailFrom")
# The demo's values with plain http.
PLAIN_HTTP = ("KonfirmadoAllowInsecureHTTP", "KonfirmadoBaseURL", "KonfirmadoWompiAPI", "KonfirmadoWompiSandboxAPI",
              "KonfirmadoWompiCheckout", "KonfirmadoStripeAPI", "KonfirmadoStripeCheckout",
              "KonfirmadoGoogleAuthorizeURL", "KonfirmadoGoogleTokenURL",
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
    (["KonfirmadoSMTP smtp://mail.example.test:587", "KonfirmadoResendKeyFile /etc/hostname", FROM], "exclude each other"),
    (["KonfirmadoResendKeyFile /etc/hostname", FROM], "chmod 600"), (["KonfirmadoResendKeyFile /none", FROM], "cannot be read"),
    (["KonfirmadoResendURL http://api.example.test", "KonfirmadoAllowInsecureHTTP Off", "KonfirmadoBaseURL https://book.example.test"],
     "is not https"),
    (["KonfirmadoResendURL nowhere"], "KonfirmadoResendURL"),
    (["KonfirmadoMerchantMailCAFile /none"], "cannot be read"), (["KonfirmadoMerchantMailCAFile /etc/hostname"], "no certificate"),
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
     "KonfirmadoBaseURL https://book.example.test", "ServerAlias book.example.test"]], ids=lambda value: " ".join(value)[:40])
def test_start_accepts(post, lines):
    drop = MAIL
    if any("AllowInsecureHTTP" in line for line in lines):
        drop += PLAIN_HTTP
    _, _, status, said = reconfigure(post.demo, *lines, drop=drop)
    assert status == 0, said


def test_without_a_server_mails_wait_and_it_is_said(post, log):
    def waiting_list():
        return post.demo.one("SELECT tenant->>'waiting' FROM kf.tenant_find('id', '%s')" % post.tenant)
    with open(post.demo.error_log, encoding="utf-8", errors="replace") as handle:
        handle.seek(0, os.SEEK_END)
        assert waiting_list() == "true"
        with Running(post.demo):
            assert "KF00202" in handle.read()
            wait_until(lambda: waiting_list() == "false", 20)
            mail = post.put("verify")
            time.sleep(1.5)
            row = mail.row()
            assert row["state"] == "due" and row["attempts"] == 0 and row["secret_sealed"]
            post.demo.advance(900)
            checks = {one["check"]: one for one in post.demo.ctl("check", role="owner")["checks"]}
            assert checks["mails"]["result"] == "warn" and "KonfirmadoSMTP" in checks["mails"]["detail"]
    mail.until("sent", 1)
    wait_until(lambda: waiting_list() == "true", 20)
    checks = {one["check"]: one for one in post.demo.ctl("check", role="owner")["checks"]}
    assert "0 are queued" in checks["mails"]["detail"]


# Each server looks for leaks when it ends: that takes a minute of CPU time and covers no additional code of ours.
@pytest.mark.plain
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
                (["KonfirmadoSMTP smtp://localhost:%s" % good.smtp, *account], "tls: "),                # an unknown CA
                (["KonfirmadoSMTP smtp://127.0.0.1:%s" % good.smtp, ca, *account], "tls: "),            # another host
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
