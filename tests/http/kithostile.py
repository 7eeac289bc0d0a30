"""A business in which every text that a user may enter is a payload, and all pages that show one."""
import datetime
import html.parser
import re
import urllib.parse

import kitadmin
import kitapi
import kitroutes
from kitadmin import good, pages
from kitdemo import wait_until
from kithttp import private
from kitpayloads import TAKEN, check, plain
from kitshop import FREE, PAID, Shop, person

TEXTS = list(TAKEN.values())
N = len(TEXTS)
# Characters allowed in the local part of an address (RFC 5321, atext): quotes, braces and so on.
EMAIL = "zqx%d'onload='`{{csrf}}`&lt/*#$%%!?^~|@zqx.example"
EMAIL_PLAIN = "citas@zqx.example"
NO_NAME = re.compile(r'[<>"]')  # not allowed in a sender's display name
NOTED = ("booking_confirmed", "reminder_24h", "booking_moved", "booking_cancelled")
AGENT_MAX, REASON_MAX, NOTE_MAX, ADDRESS_MAX = 300, 500, 1000, 60
KEYS = 40  # simultaneously valid; a business has 50 at most
ADDRESSES = 3  # besides the first one; a business has 5 at most
# The API's names of a page's rows, where they differ.
FAMILIES = {"links": "booking-links", "callback-addresses": "callback-endpoints"}


def turn(n, field):
    """The payload of the n-th row in a field: on one page each field has a different one."""
    return TEXTS[(n + 7 * field) % N]


def packed(most):
    """All payloads, spread over several texts."""
    found = [""]
    for one in TEXTS:
        joined = (found[-1] + " | " + one).lstrip(" |") if found[-1] else one
        if len(joined) > most:
            found.append(one)
        else:
            found[-1] = joined
    return found


def family_of(path):
    """The API's name of a page's rows."""
    name = path.split("/")[2]
    return FAMILIES.get(name, name)


def pages_of_the_table():
    """Every page of the dashboard and the wizard that is fetched by GET."""
    return {path for method, path, _ in kitroutes.pages() if method == "GET" and re.match("/(dashboard|book)\\b", path)}


class Recorder(kitadmin.Admin):
    """A client that records in which fields of the API a payload was accepted."""
    taken = set()

    def request(self, method, url, **options):
        answer = super().request(method, url, **options)
        if answer.status_code < 300 and isinstance(options.get("json"), dict):
            found = kitapi.find(method.lower(), urllib.parse.urlsplit(answer.url).path)
            self._told(method.lower(), found[0], options["json"], "")
        return answer

    def _told(self, method, path, document, before):
        for name, value in document.items():
            if isinstance(value, dict):
                self._told(method, path, value, before + name + ".")
            elif isinstance(value, str) and "zqx" in value:
                self.taken.add((method, path, before + name))


def recording(client):
    client.__class__ = Recorder
    client.taken = set()
    return client


class Hostile:
    """The business. `texts` records the texts of each kind of row."""

    def __init__(self, demo, log=lambda *patterns: None):
        self.demo = demo
        self.shop = Shop(demo, services=(FREE, PAID))
        self.owner = recording(kitadmin.person(self.shop))
        self.anybody = recording(kitadmin.Admin(self.shop.url))
        self.platform = recording(kitadmin.anybody(self.shop))
        self.texts, self.ids, self.mails = {}, {}, []
        log(r"was not simply applied")
        self._catalogue()
        self._people()
        self._accounts()
        self._bookings()
        self._money()
        self._callbacks()
        self._addresses()
        self._sign_ins()
        self._mails()

    def keep(self, family, row_id, doc, **sent):
        """Records a new row, with its texts as they were sent."""
        for name, text in sent.items():
            got = doc
            for part in name.split("__"):
                got = got[part]
            assert got == text, "%s.%s is %r, sent as %r" % (family, name, got, text)
        self.ids.setdefault(family, []).append(row_id)
        self.texts.setdefault(family, []).append([one for one in sent.values()])

    def _catalogue(self):
        owner = self.owner
        day = datetime.date(2027, 1, 1)
        for n in range(N):
            self._service(n)
            self._professional(n)
            self._link(n)
            reason = {"day": (day + datetime.timedelta(days=n)).isoformat(), "reason": turn(n, 3)}
            self.keep("closed-days", reason["day"], good(owner.post("/api/closed-days", json=reason), 201), reason=reason["reason"])
            made = good(owner.post("/api/api-keys", json={"name": turn(n, 4), "scopes": ["bookings:read"]}), 201)
            self.keep("api-keys", made["id"], made, name=turn(n, 4))
            if n < N - KEYS:
                good(owner.delete("/api/api-keys/" + made["id"]), 204)

    def taken(self):
        """Every field of the API in which this business has texts."""
        return self.owner.taken | self.anybody.taken | self.platform.taken

    def _edited(self, family, body, **texts):
        """A row created with one set of texts and changed to another: the audit log shows both."""
        first = {name: other for name, (other, _) in texts.items()}
        then = {name: text for name, (_, text) in texts.items()}
        made = good(self.owner.post("/api/" + family, json=dict(body, **first)), 201)
        assert {name: made[name] for name in first} == first
        doc = good(self.owner.patch("/api/%s/%s" % (family, made["id"]), json=then))
        self.keep(family, made["id"], doc, **then)

    def _service(self, n):
        self._edited("services", {"duration_min": 30, "price_cents": 0, "position": n}, name=(turn(n, 8), turn(n, 0)),
                     description=(turn(n, 9), turn(n, 1)), place=(turn(n, 10), turn(n, 11)),
                     instructions=(turn(n, 12), turn(n, 13)))

    def _professional(self, n):
        week = [{"weekday": day, "kind": "work", "starts": "00:00", "ends": "24:00"} for day in range(1, 8)]
        self._edited("professionals", {"hours": week, "services": [self.ids["services"][n]], "email": EMAIL % n, "position": n},
                     name=(turn(n, 8), turn(n, 2)), description=(turn(n, 9), turn(n, 5)))

    def _link(self, n):
        self._edited("booking-links", {}, name=(turn(n, 8), turn(n, 6)))

    def _people(self):
        """Each is invited by a person with such a name, to a business with such a name."""
        for n in range(N):
            branding = {"name": turn(n, 0), "contact": turn(n, 1), "about": turn(n, 2), "street_address": turn(n, 3)}
            doc = good(self.owner.patch("/api/tenant/branding", json=branding))
            assert {name: doc[name] for name in branding} == branding
            good(self.owner.patch("/api/auth/profile", json={"name": turn(n, 2)}), 204)
            email = "zulmaqx.h%d.%s@privado.example" % (n, self.shop.sub)
            made = good(self.owner.post("/api/staff", json={"email": email, "name": turn(n, 8), "role": "staff"}), 201)
            doc = good(self.owner.patch("/api/staff/" + made["id"], json={"name": turn(n, 3)}))
            self.keep("staff", made["id"], doc, name=turn(n, 3))
            self.mails.append((email, (turn(n, 0), turn(n, 2))))

    def _accounts(self):
        """A business and an account by registration: only a few, because each password must be hashed."""
        self.registered = []
        for n, name in enumerate(packed(100)[:4]):
            email = "zulmaqx.r%d.%s@privado.example" % (n, self.shop.sub)
            body = {"business": name, "email": email, "password": "cuatro palabras que nadie une", "language": "es"}
            assert self.platform.post("/api/auth/register", json=body).status_code == 202
            self.registered.append((email, name))
        for n, name in enumerate(packed(100)[4:6]):
            token = re.search(r"token=([\w-]{43})", self.mail(n)[0]["text"]).group(1)
            body = {"token": token, "name": name, "password": "cuatro palabras que nadie une"}
            good(self.platform.post("/api/auth/accept-invitation", json=body))
            self.texts["staff"][n] = [name]

    def _customer(self, n):
        return dict(person(), name=turn(n, 3), email=EMAIL % n)

    def _bookings(self):
        start = self.demo.now().replace(hour=15, minute=0, second=0, microsecond=0) + datetime.timedelta(days=2)
        reasons = packed(REASON_MAX)
        for n in range(N):
            customer = self._customer(n)
            customer.pop("notes")
            wish = {"service": self.ids["services"][n], "professional": self.ids["professionals"][n], "notes": turn(n, 4),
                    "start": start.isoformat(), "customer": customer}
            doc = good(self.owner.post("/api/bookings/manual", json=wish), 201)
            self.keep("bookings", doc["id"], doc, customer__name=customer["name"], customer__email=customer["email"],
                      notes=turn(n, 4))
        for n in range(0, N, 4):  # the same fields, as customers fill them in
            held = self.shop.hold(service=FREE["name"], professional="Uno")
            body = self.shop.booking_body(held, dict(person(), name=turn(n, 3), email=EMAIL % n, notes=turn(n, 4)))
            assert self.anybody.post("/api/bookings", json=body).status_code == 201
        for n, reason in enumerate(reasons):
            good(self.owner.post("/api/bookings/%s/cancel" % self.ids["bookings"][n], json={"reason": reason}))
            self.texts["bookings"][n].append(reason)

    def _money(self):
        """Payments that wait for a decision; the merchant writes a note."""
        notes, self.notes = packed(NOTE_MAX), []
        self.shop.demo.sandbox("mode", {"public_key": self.shop.wompi["public_key"], "refunds": "off"})
        for note in notes:
            booking, other = self.shop.book(), self.shop.book()
            self.shop.event(self.shop.transaction(booking.reference, booking.answer["amount"], method="PSE")["id"])
            booking.wait("confirmed", "paid")
            good(self.owner.post("/api/bookings/%s/cancel" % booking.id))
            self.shop.event(self.shop.transaction(other.reference, 100)["id"])
            self.notes.append(note)
        tasks = wait_until(lambda: self._waiting("/api/refunds?state=manual", len(notes)), 30)
        credits = wait_until(lambda: self._waiting("/api/quarantine", len(notes)), 30)
        for note, task, credit in zip(notes, tasks, credits):
            assert good(self.owner.post("/api/refunds/%s/done" % task["id"], json={"note": note}))["note"] == note
            doc = good(self.owner.post("/api/quarantine/%s/resolve" % credit["id"], json={"action": "keep", "note": note}))
            assert doc["note"] == note

    def _waiting(self, url, least):
        rows = good(self.owner.get(url))["items"]
        return len(rows) >= least and rows

    def _callbacks(self):
        """A receiver of callbacks may answer anything. Here the answer is written directly."""
        rows = wait_until(lambda: self.demo.sql("SELECT DISTINCT message_id FROM kf.callback_attempt WHERE tenant_id = '%s'"
                                                % self.shop.tenant), 20)
        self.ids["callbacks"] = [one["message_id"] for one in rows][:4]
        self.answers = packed(NOTE_MAX)
        for message, answer in zip(self.ids["callbacks"], self.answers):
            quoted = answer.replace("'", "''")
            self.demo.run("UPDATE kf.callback_attempt SET answer = convert_to('%s', 'UTF8'), error = '%s', status = 500 WHERE"
                          " tenant_id = '%s' AND message_id = '%s'" % (quoted, quoted[:60].rstrip("'"), self.shop.tenant, message))

    def _addresses(self):
        """The endpoints of their systems: only a few, which get one name after another."""
        url, made = "%s/merchant/callback/%s-zqx" % (self.demo.sandbox_url, self.shop.sub), []
        names = [text for text in TEXTS if len(text) <= ADDRESS_MAX]
        for n, name in enumerate(names):
            if n < ADDRESSES:
                body = {"url": url, "name": name, "events": ["booking.no_show"]}
                made.append(good(self.owner.post("/api/callback-endpoints", json=body), 201))
                private(made[n]["secret"])
                assert made[n]["name"] == name
            name, row = names[n - ADDRESSES], made[n % ADDRESSES]["id"]
            doc = good(self.owner.patch("/api/callback-endpoints/" + row, json={"name": name}))
            assert not missing(self.browse("/dashboard/callback-addresses/" + row), [name])
            if n >= len(names) - ADDRESSES:
                self.keep("callback-endpoints", row, doc, name=name)

    def _sign_ins(self):
        """A browser's User-Agent is untrusted text."""
        self.agents = packed(AGENT_MAX)
        for agent in self.agents:
            self.demo.run("INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, user_agent, created_at, seen_at,"
                          " expires_at) VALUES ('%s', gen_random_uuid(), '%s', sha256(gen_random_uuid()::text::bytea), '%s',"
                          " kf.now(), kf.now(), kf.now() + interval '12 hours')"
                          % (self.shop.tenant, self.owner.staff, agent.replace("'", "''")))

    def _mails(self):
        """Their own mail server, which is not used, and their own texts in mails."""
        for n in range(N):
            secret = "zqx%d'\"<b>" % n
            private(secret)
            channel = {"kind": "smtp", "host": "smtp.zqx.example", "port": 587, "security": "starttls", "secret": secret,
                       "username": turn(n, 2), "from_name": NO_NAME.sub("", turn(n, 3)), "from_address": EMAIL_PLAIN, "active": False}
            assert good(self.owner.put("/api/tenant/mail-channel", json=channel))["username"] == turn(n, 2)
            notes = {kind: {"es": turn(n, 5 + k), "en": turn(n, 9 + k)} for k, kind in enumerate(NOTED)}
            assert good(self.owner.patch("/api/tenant/rules", json={"mail_notes": notes}))["mail_notes"] == notes
            assert not missing(self.browse("/dashboard/mails"), [turn(n, 5 + k) for k in range(8)])
            assert not missing(self.browse("/dashboard/mails/server"), [turn(n, 2), channel["from_name"]])

    # --- where it is shown ---

    def wanted(self, family):
        return [text for row in self.texts[family] for text in row]

    def opened(self, path):
        """The URLs for a page of the table: with every possible id."""
        if "{id}" not in path:
            return [path]
        found = [path.replace("{id}", one) for one in self.ids[family_of(path)]]
        return found[len(packed(REASON_MAX)):] if path.endswith("/cancel") else found

    def browse(self, url, client=None):
        """Checks a page and its following pages; returns all their text."""
        client = client or self.owner
        words, seen = "", 0
        while url:
            answer = client.get(url)
            assert answer.status_code == 200, "%s: %d %s" % (url, answer.status_code, answer.text[:400])
            assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Content-Security-Policy" in answer.headers
            words += " \x00 " + check(url, answer.text).words
            further = re.search(r'<a[^>]* rel="next"[^>]*>|<a[^>]*href="[^"]*after=[^"]*"[^>]*>', answer.text)
            href = further and re.search(r'href="([^"]*)"', further.group()).group(1).replace("&amp;", "&")
            seen += 1
            url = urllib.parse.urljoin(url, href) if href and seen < 20 and "back=" not in (href.split("after=")[0]) else None
        return words

    def mail(self, n):
        """The invitation page of the n-th person, with the expected texts."""
        return self.inbox(self.mails[n][0]), self.mails[n][1]

    def inbox(self, email):
        rows = wait_until(lambda: self.demo.fetch("/mail/inbox.json?to=" + urllib.parse.quote(email)), 30)
        return rows[0]


def documents(hostile):
    """Every document of the API that contains a text."""
    for family in ("services", "professionals", "booking-links", "closed-days", "bookings"):
        yield family, pages(hostile.owner, "/api/" + family, 50)
    for family in ("staff", "api-keys", "callback-endpoints"):
        yield family, good(hostile.owner.get("/api/" + family))["items"]


def missing(words, texts):
    return sorted({text for text in texts if plain(text) not in words})


def free_text(schema):
    """Whether a field takes arbitrary text: no format or enumeration restricts it."""
    schema = kitapi.resolve(schema)
    if "anyOf" in schema:
        return any(free_text(one) for one in schema["anyOf"])
    kinds = schema.get("type", [])
    return "string" in kinds and not {"enum", "format", "pattern", "contentMediaType"} & schema.keys()


def text_fields():
    """(method, path, field) of every text field that the API takes."""
    found = []

    def walk(method, path, schema, name):
        schema = kitapi.resolve(schema)
        for one, inner in schema.get("properties", {}).items():
            inner = kitapi.resolve(inner)
            full = name + one
            if free_text(inner):
                found.append((method, path, full))
            elif "properties" in inner:
                walk(method, path, inner, full + ".")
            elif inner.get("type") == "array" and free_text(inner.get("items", {})):
                found.append((method, path, full + ".0"))
    for path, item in kitapi.document()["paths"].items():
        for method, told in item.items():
            content = told.get("requestBody", {}).get("content", {}).get("application/json")
            if content and not path.startswith("/api/webhooks"):
                walk(method, path, content["schema"], "")
    return found


def body_of(field, text):
    """The document with this one field."""
    name, _, rest = field.partition(".")
    return {name: [text] if rest == "0" else body_of(rest, text) if rest else text}


# --- forms as a browser without scripts sends them ---

class Forms(html.parser.HTMLParser):
    """Every form of a page: its action and its text fields."""
    TYPED = ("text", "email", "tel", "url", "search", "password", "date", "time", "number")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.forms, self.wrong, self._form, self._area, self._select = [], set(), None, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = {name: value or "" for name, value in attrs}
        name, kind = a.get("name"), a.get("type", "text")
        if "aria-invalid" in a:
            self.wrong.add(name)
        if tag == "option" and self._form and self._select and ("selected" in a or self._select not in self._form["kept"]):
            self._form["kept"][self._select] = a.get("value", "")
        elif tag == "form":
            self._form = {"action": a.get("action", ""), "method": a.get("method", "get").lower(), "typed": {}, "kept": {}, "kinds": {}}
            self.forms.append(self._form)
        elif self._form is None or not name:
            return
        elif tag == "textarea":
            self._area = name
            self._form["typed"][name], self._form["kinds"][name] = "", tag
        elif tag == "input" and kind in self.TYPED and "readonly" not in a and "hidden" not in a:
            self._form["typed"][name], self._form["kinds"][name] = a.get("value", ""), kind
        elif tag == "input" and (kind == "hidden" or "checked" in a or kind == "radio"):
            if kind != "radio" or "checked" in a or name not in self._form["kept"]:
                self._form["kept"][name] = a.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "button":
            self._form["kept"][name] = a.get("value", "")  # the last button is the form's main action

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if self._area:
            self._form["typed"][self._area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
