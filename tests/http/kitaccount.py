"""An owner who registers, reads the mail and signs in, as a browser without scripts or as the API."""
import base64
import hashlib
import hmac
import itertools
import os
import re
import signal
import struct
import subprocess
import time

from kitdemo import SLOW, wait_until
from kitports import free_ports
from kithttp import Client, Page, private

PASSWORD = "cuatro palabras que nadie une"
OTHER = "otras palabras que tampoco se unen"
# The request limit would trigger before the limit of attempts, which is tested here.
UNLIMITED = ["KonfirmadoRateLimit book off"]
_numbers = itertools.count(1)
private(PASSWORD, OTHER)


def new_email():
    email = "zulmaqx.cuenta%05d@privado.example" % next(_numbers)
    private(email)
    return email


def totp(secret, at=None):
    """The TOTP code (RFC 6238) of a moment."""
    step = int(time.time() if at is None else at) // 30
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Account:
    """A person with an address, on the way to becoming an owner."""

    def __init__(self, demo, email=None, business=None, base=None):
        self.demo = demo
        self.base = base or demo.about["base_url"]
        self.email = email or new_email()
        self.business = business or "Negocio %s" % self.email.split("@")[0][-5:]
        self.password = PASSWORD

    def client(self, **headers):
        return Client(self.base, **headers)

    # --- mails ---

    def mails(self, kind=None):
        rows = self.demo.fetch("/mail/inbox.json?to=" + self.email)
        return [one for one in rows if kind is None or "/dashboard/%s?" % kind in (one["text"] or "")]

    def mail_token(self, kind, before=0):
        """The token of the newest mail that links to /dashboard/KIND, when there are more than `before`."""
        def came():
            found = self.mails(kind)
            return len(found) > before and found[0]
        came.__name__ = "a mail to /dashboard/" + kind
        found = re.search(r"/dashboard/%s\?token=([\w-]{43})" % kind, wait_until(came, 20)["text"])
        private(found.group(1))
        return found.group(1)

    # --- the API ---

    def register(self, client=None):
        return (client or self.client()).post("/api/auth/register", json={
            "business": self.business, "email": self.email, "password": self.password, "language": "es"})

    def verified(self):
        """Registers and verifies; returns self."""
        assert self.register().status_code == 202
        answer = self.client().post("/api/auth/verify-email", json={"token": self.mail_token("verify"), "password": self.password})
        assert answer.status_code == 200, answer.text
        return self

    def login(self, client=None, status=200, **more):
        """Signs in; returns the answer, and a client with this person's session."""
        client = client or self.client()
        answer = client.post("/api/auth/login", json=dict({"email": self.email, "password": self.password}, **more))
        assert answer.status_code == status, "%d %s" % (answer.status_code, answer.text)
        if status == 200:
            client.csrf = answer.json()["csrf_token"]
            private(client.csrf, client.session.cookies.get("kf_session"))
        client.answer = answer
        return client

    def signed_in(self):
        return self.verified().login()


def act(client, method, url, body=None, **headers):
    """A changing request by the API with the session's CSRF token."""
    return client.request(method, url, json=body, headers=dict({"X-CSRF-Token": client.csrf}, **headers))


def turn_on(client):
    """Turns on the second factor of the signed-in person. Returns its secret and recovery codes."""
    begun = act(client, "POST", "/api/auth/totp", {"password": PASSWORD}).json()
    private(begun["secret"])
    # by the server's own clock; the previous code leaves this one for the sign-in
    done = act(client, "POST", "/api/auth/totp/confirm", {"code": totp(begun["secret"], time.time() - 30)})
    assert done.status_code == 200, done.text
    codes = done.json()["recovery_codes"]
    private(*codes)
    return begun["secret"], codes


def page_of(answer):
    return Page(answer.text)


def cookie_of(answer):
    return next((one for one in answer.raw.headers.getlist("Set-Cookie") if one.startswith("kf_session=")), None)


class Node:
    """A second httpd over the same database, with additional operator's directives."""

    def __init__(self, demo, folder, lines="", modules=(), preload=None):
        self.demo = demo
        self.preload = preload
        self.port = free_ports()
        self.base = "http://localhost:%d" % self.port
        with open(demo.conf, encoding="utf-8") as handle:
            text = handle.read()
        text = re.sub(r"^Listen \[.*\n", "", text, flags=re.M)
        text = re.sub(r"^Listen .*", "Listen 127.0.0.1:%d" % self.port, text, flags=re.M)
        text = re.sub(r"^PidFile .*", 'PidFile "%s/httpd.pid"' % folder, text, flags=re.M)
        text = re.sub(r"^DefaultRuntimeDir .*", 'DefaultRuntimeDir "%s"' % folder, text, flags=re.M)
        text = re.sub(r"<VirtualHost \*:\d+>", "<VirtualHost *:%d>\nKonfirmadoJobs Off" % self.port, text)
        text = text.replace("LoadModule alias_module", "".join(
            "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (one, one) for one in modules)
            + "LoadModule alias_module")
        text = text.replace("</VirtualHost>", lines + "\n</VirtualHost>")
        self.conf = os.path.join(folder, "node.conf")
        os.chmod(folder, 0o755)
        with open(self.conf, "w", encoding="utf-8") as handle:
            handle.write(text)
        self.process = None

    def command(self, *words):
        env = self.demo.httpd_env()
        if self.preload:
            env["LD_PRELOAD"] = " ".join(filter(None, [env.get("LD_PRELOAD"), self.preload]))
        return {"args": ["/usr/sbin/apache2", "-f", self.conf, *words], "env": env, "cwd": "/"}

    def start(self, *well):
        """Waits for one of these statuses of its health, or for 200."""
        with open(self.demo.httpd_out, "a", encoding="ascii") as out:
            self.process = subprocess.Popen(**self.command("-DFOREGROUND"), stdout=out, stderr=out,
                                            stdin=subprocess.DEVNULL, start_new_session=True)

        def healthy():
            assert self.process.poll() is None, "the second server ended"
            try:
                return Client(self.base).get("/health").status_code in (well or (200,))
            except OSError:
                return False
        wait_until(healthy, 20)
        return self

    def stop(self):
        # gracefully: a hard stop logs warnings about slow children
        self.process.send_signal(signal.SIGWINCH)
        self.process.wait(20 * SLOW)
