"""A signed-in merchant without the sign-in: the session is written into the database."""
import hashlib
import secrets
import uuid

from kithttp import private


def session(demo, tenant, role="owner", language="es"):
    """Creates an account of that business with a session; returns the value of its cookie."""
    token, staff = secrets.token_urlsafe(32), uuid.uuid4()
    digest = hashlib.sha256(b"kf:session:" + token.encode("ascii")).hexdigest()
    private(token)
    demo.run("""INSERT INTO kf.staff (tenant_id, staff_id, email, name, role, state, language, password_hash, created_at)
                VALUES ('%(tenant)s', '%(staff)s', '%(staff)s@negocio.example', 'Marta Dueñas', '%(role)s', 'active',
                        '%(language)s', 'none', kf.now());
                INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, created_at, seen_at, expires_at)
                VALUES ('%(tenant)s', gen_random_uuid(), '%(staff)s', '\\x%(digest)s', kf.now(), kf.now(),
                        kf.now() + interval '12 hours')"""
             % {"tenant": tenant, "staff": staff, "role": role, "language": language, "digest": digest})
    return token


def empty_business(demo, name="Clínica Aurora"):
    """A business as it is right after registration: only a name. Returns its id."""
    sub = "d" + secrets.token_hex(5)
    return demo.ctl("tenant", "create", "--name", name, "--subdomain", sub, "--time-zone", "America/Bogota",
                    "--language", "es", "--currency", "COP", "--allow", "localhost", "--allow-http")["tenant_id"]


class Panel:
    """The dashboard in a browser."""

    def __init__(self, browser, demo, tenant, lang="es", role="owner"):
        self.b = browser
        self.demo = demo
        self.tenant = tenant
        self.lang = lang
        self.base = demo.about["base_url"]
        browser.cdp("Network.setCookie", name="kf_session", value=session(demo, tenant, role, lang), url=self.base,
                    httpOnly=True, sameSite="Lax")

    def open(self, path=""):
        self.b.open(self.base + "/dashboard" + path)
        return self

    def type(self, **values):
        for name, value in values.items():
            self.b.enter("#" + name, value)
        return self

    def choose(self, name, value):
        self.b.click("#%s option[value='%s']" % (name, value))
        return self

    def submit(self, selector="#form .main"):
        """Submits the form and waits for the resulting page."""
        self.b.js("window.before = true")
        self.b.click(selector)
        self.b.wait(lambda: self.b.js("return !window.before && document.readyState === 'complete'"), why="the answer")
        return self

    def said(self):
        """The text of the notice at the top."""
        return " ".join(" ".join(one.text.split()) for one in self.b.all(".notice"))
