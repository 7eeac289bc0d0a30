"""A tenant made for one test, with the actions that every test needs."""
import base64
import datetime
import itertools
import secrets
import string
import threading
import urllib.parse

from kitdemo import instant, wait_until
from kithttp import Client, private

_numbers = itertools.count(1)
_people = itertools.count(1)
_people_lock = threading.Lock()
ALL_DAY = "mon-sun 00:00-24:00"
PAID = {"name": "Limpieza", "price": 120000, "charge": "percent:25", "duration": 30}
FREE = {"name": "Asesoría", "price": 0, "duration": 30}


def key(prefix):
    return prefix + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24))


def wompi_keys(mode="test"):
    keys = {"public_key": key("pub_%s_" % mode), "private_key": key("prv_%s_" % mode),
            "integrity_secret": key("%s_integrity_" % mode), "events_secret": key("%s_events_" % mode)}
    private(*[value for name, value in keys.items() if name != "public_key"])
    return keys


def webhook_secret():
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    private(secret)
    return secret


def person(**changes):
    """A new customer. Their data is searched for in all logs at the end."""
    with _people_lock:
        n = next(_people)
    one = {"name": "Zulmaqx Privada%05d" % n, "email": "zulmaqx%05d@privado.example" % n,
           "phone": "+57300%07d" % (7000000 + n), "notes": "nota privada zulmaqx%05d" % n}
    one.update(changes)
    private(*one.values(), one["phone"][3:])
    return one


class Booking:
    def __init__(self, shop, answer, hold, customer):
        self.shop = shop
        self.id = answer["id"]
        self.answer = answer
        self.hold = hold
        self.token = hold["token"]
        self.customer = customer
        self.checkout_url = answer["checkout_url"]
        self.reference = None
        if self.checkout_url:
            self.reference = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.checkout_url).query)).get("reference")

    def row(self):
        (row,) = self.shop.demo.sql("SELECT * FROM kf.booking WHERE booking_id = '%s'" % self.id)
        return row

    def status(self):
        return self.row()["status"]

    def payments(self):
        return self.shop.demo.sql("SELECT * FROM kf.payment WHERE booking_id = '%s' OR reference = '%s' ORDER BY created_at"
                                  % (self.id, self.reference))

    def messages(self):
        return self.shop.demo.sql("SELECT message_id, event, version, state, attempts, next_attempt_at, created_at FROM kf.outbox"
                                  " WHERE booking_id = '%s' ORDER BY version" % self.id)

    def wait(self, *statuses, seconds=15):
        """Waits for one of these states of the booking; returns the row."""
        def reached():
            row = self.row()
            return row["status"] in statuses and row
        reached.__name__ = "booking in " + "/".join(statuses)
        return wait_until(reached, seconds)


class Shop:
    """A tenant with services, professionals (all offer all services) and one link."""

    def __init__(self, demo, **options):
        self.demo = demo
        self.sub = "t%04d%s" % (next(_numbers), secrets.token_hex(2))
        self.zone = options.pop("zone", "America/Bogota")
        services = options.pop("services", (PAID, FREE))
        professionals = options.pop("professionals", ("Uno",))
        hours = options.pop("hours", ALL_DAY)
        link = options.pop("link", {})
        callback = options.pop("callback", True)
        payments = options.pop("payments", True)
        self.url = "http://%s.localhost:%d" % (self.sub, demo.port)
        self.host = "%s.localhost:%d" % (self.sub, demo.port)
        self._tenant(callback, options)
        if payments:
            self._payments()
        for one in services:
            self.service(**one)
        for name in professionals:
            self.professional(name, hours, [one["name"] for one in services])
        self.link = self.make_link(**link)
        self._options = None
        self._free = {}

    # --- made by the operator's command ---

    @staticmethod
    def _words(values):
        words = []
        for name, value in values.items():
            name = "--" + name.replace("_", "-")
            for one in value if isinstance(value, (list, tuple)) else [value]:
                words += [name] if one is True else [name, str(one)]
        return words

    def _tenant(self, callback, options):
        demo = self.demo
        values = {"name": "Negocio " + self.sub, "subdomain": self.sub, "time_zone": self.zone, "language": "es",
                  "currency": "COP", "contact": "hola@%s.example" % self.sub, "allow": "localhost", "allow_http": True}
        self.secret = None
        if callback:
            self.secret = webhook_secret()
            values.update(callback_url="%s/merchant/callback/%s" % (demo.sandbox_url, self.sub),
                          return_url="%s/merchant/return/%s" % (demo.sandbox_url, self.sub), callback_secret=self.secret)
            demo.sandbox("merchants", {"name": self.sub, "secrets": [self.secret]})
        values.update(options)
        self.tenant = demo.make("tenant", "create", *self._words(values))["tenant_id"]

    def _payments(self):
        self.wompi = wompi_keys()
        made = self.demo.make("payment-account", "set", self.sub, "--provider", "wompi",
                             *self._words(self.wompi))
        self.hook_path = made["path"]
        self.hook_url = self.demo.about["base_url"] + made["path"]
        self.demo.sandbox("accounts", dict(self.wompi, name=self.sub, events_url=self.hook_url))

    def service(self, **values):
        values.setdefault("description", "Un servicio para las pruebas.")
        values.setdefault("horizon", 60)
        return self.demo.make("service", "create", self.sub, *self._words(values))

    def professional(self, name, hours, services, **values):
        values.setdefault("time_zone", self.zone)
        return self.demo.make("professional", "create", self.sub, *self._words(dict(
            name=name, description="Atiende en las pruebas.", hours=hours, service=list(services), **values)))

    def make_link(self, **values):
        values.setdefault("name", "Enlace")
        return self.demo.make("link", "create", self.sub, *self._words(values))["public_id"]

    def callback_url(self, url):
        """Writes a URL directly into the row, as if it had been valid when it was saved."""
        self.demo.run("UPDATE kf.tenant SET callback_url = '%s' WHERE tenant_id = '%s'" % (url, self.tenant))

    def confirm(self, email):
        """As if the address had been confirmed: further free bookings need no confirmation."""
        self.demo.run("INSERT INTO kf.free_address (subject, confirmed_at, until) VALUES"
                      " (kf.mail_subject('%s'), kf.now(), kf.now() + interval '1 day')"
                      " ON CONFLICT (subject) DO UPDATE SET confirmed_at = EXCLUDED.confirmed_at" % email)

    def merchant(self, **settings):
        """Sets the receiver's behaviour."""
        self.demo.sandbox("merchants", dict(settings, name=self.sub))

    def inbox(self):
        return self.demo.inbox(self.sub)

    # --- used as a customer ---

    def client(self, **headers):
        return Client(self.url, **headers)

    def options(self):
        if self._options is None:
            answer = self.client().get("/api/booking/%s/options" % self.link)
            assert answer.status_code == 200, answer.text
            self._options = answer.json()
        return self._options

    def service_id(self, name):
        return next(one["id"] for one in self.options()["services"] if one["name"] == name)

    def professional_id(self, name="Uno"):
        return next(one["id"] for one in self.options()["professionals"] if one["name"] == name)

    def slots(self, service=None, professional=None, start=None, days=14, zone="UTC"):
        """Free starts as the API gives them."""
        first = (start or self.demo.now() + datetime.timedelta(days=1)).date()
        query = {"link": self.link, "service": self.service_id(service or PAID["name"]), "from": first.isoformat(),
                 "to": (first + datetime.timedelta(days=days - 1)).isoformat(), "timezone": zone}
        if professional:
            query["professional"] = self.professional_id(professional)
        answer = self.client().get("/api/availability", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["slots"]

    def take_slot(self, service=None):
        """A free start that no other call has returned. The starts are far enough apart not to overlap."""
        name = service or PAID["name"]
        while True:
            if not self._free.get(name):
                found = self.slots(name, days=30)
                # only whole hours: a booking there leaves its neighbours free
                self._free[name] = [one["start"] for one in found if instant(one["start"]).minute == 0]
                assert self._free[name], "no free times"
            start = self._free[name].pop(0)
            if instant(start) > self.demo.now() + datetime.timedelta(hours=1):
                break
        for other in self._free.values():
            if start in other:
                other.remove(start)
        return start

    def hold_body(self, start, service=None, professional="any"):
        return {"link": self.link, "service": self.service_id(service or PAID["name"]), "start": start,
                "professional": professional if professional == "any" else self.professional_id(professional)}

    def hold(self, start=None, service=None, professional="any", status=201, **headers):
        start = start or self.take_slot(service)
        answer = self.client().post("/api/holds", json=self.hold_body(start, service, professional), headers=headers)
        assert answer.status_code == status, "%d %s" % (answer.status_code, answer.text)
        held = answer.json()
        private(held.get("token"))
        return held

    def booking_body(self, hold, customer):
        return {"hold": hold["id"], "token": hold["token"], "customer": customer, "accepted_terms": True}

    def book(self, start=None, service=None, professional="any", customer=None):
        hold = self.hold(start, service, professional)
        customer = customer or person()
        answer = self.client().post("/api/bookings", json=self.booking_body(hold, customer))
        assert answer.status_code == 201, answer.text
        return Booking(self, answer.json(), hold, customer)

    # --- used as the payer and as the provider ---

    def pay(self, booking, outcome="approved", ok=True, **more):
        return self.demo.sandbox("pay", dict({"checkout_url": booking.checkout_url, "outcome": outcome, "delay_s": 0},
                                             **more), ok=ok)

    def transaction(self, reference, amount, status="APPROVED", **more):
        return self.demo.sandbox("transactions", dict({"public_key": self.wompi["public_key"], "reference": reference,
                                                       "amount_in_cents": amount, "status": status}, **more))

    def patch(self, transaction, **change):
        return self.demo.sandbox("transactions/" + transaction, change, "PATCH")

    def event(self, transaction, **mutate):
        """Sends one scripted event; returns the answers' statuses."""
        # Longer than a provider waits, and less than the 60 s of fetch(): a busy machine is not a failure.
        told = self.demo.sandbox("events", {"transaction_id": transaction, "mutate": {"timeout_s": 50, **mutate}})
        return [one["status"] for one in told["answers"]]

    def settled(self, seconds=20):
        """Waits until every event of this tenant has been processed."""
        def done():
            return self.demo.one("SELECT count(*) FROM kf.webhook_event WHERE tenant_id = '%s' AND processed_at IS NULL"
                                 % self.tenant) == 0
        wait_until(done, seconds)

    def ledger(self):
        rows = self.demo.sql("SELECT currency, approved, applied, credit, refund_due, refunded FROM kf.ledger"
                             " WHERE tenant_id = '%s'" % self.tenant)
        return rows[0] if len(rows) == 1 else rows


def seed(shop, first, n, name="'Persona ' || i", notes="''"):
    """Inserts bookings without the rules: only their number matters."""
    shop.demo.run("""
        SET session_replication_role = replica;
        INSERT INTO kf.claim (tenant_id, claim_id, professional_id, service_id, starts_at, ends_at, slot_start, slot_end, state,
            token_hash, price_cents, charge_cents, currency, customer_zone, created_at)
        SELECT '%(t)s', md5('c' || '%(t)s' || i)::uuid, '%(p)s', '%(s)s', at, at + interval '1 hour', at, at + interval '1 hour',
            'ended', sha256(('c' || '%(t)s' || i)::bytea), 8000050, 2000000, 'COP', 'UTC', now()
        FROM (SELECT i, timestamptz '2027-01-01T05:00:00Z' + i * interval '1 minute' AS at
              FROM generate_series(%(a)d, %(b)d) i) x;
        INSERT INTO kf.booking (tenant_id, booking_id, claim_id, service_id, professional_id, status, customer_name, customer_email,
            customer_phone, notes, accepted_terms_at, language, customer_zone, slot_start, slot_end, hold_expires_at, price_cents,
            charge_cents, currency, terms, token_hash, created_at, updated_at)
        SELECT '%(t)s', md5('b' || '%(t)s' || i)::uuid, md5('c' || '%(t)s' || i)::uuid, '%(s)s', '%(p)s',
            CASE WHEN i %% 2 = 0 THEN 'cancelled' ELSE 'expired' END, %(name)s, 'p' || i || '@correo.example', '+573001112233',
            %(notes)s, now(), 'es', 'UTC', at, at + interval '1 hour', now(), 8000050, 2000000, 'COP',
            '{"service_name": "Limpieza", "professional_name": "Uno"}', sha256(('c' || '%(t)s' || i)::bytea), now(), now()
        FROM (SELECT i, timestamptz '2027-01-01T05:00:00Z' + i * interval '1 minute' AS at
              FROM generate_series(%(a)d, %(b)d) i) x;
        SET session_replication_role = DEFAULT;
        ANALYZE kf.booking""" % {"t": shop.tenant, "p": shop.professional_id(), "s": shop.service_id("Limpieza"), "a": first,
                                 "b": first + n - 1, "name": name, "notes": notes})
