"""A business that registered a minute ago tries to send mails to strangers through the operator's mail server."""
import datetime
import re

import pytest

from kitaccount import Account, act
from kitadmin import good
from kitafter import book, letters, mail_of
from kitdemo import wait_until
from kithttp import Client, private
from kitshop import FREE

pytestmark = pytest.mark.slow
BAIT = "Gana un premio en premio.example"
WEEK = [{"weekday": day, "kind": "work", "starts": "00:00", "ends": "24:00"} for day in range(1, 8)]


class Relay:
    """The business, with its spam text in every field that takes it."""

    def __init__(self, demo):
        self.demo = demo
        self.client = Account(demo).signed_in()
        words = {"instructions": BAIT, "map_url": "https://premio.example/mapa", "place": "Entra a premio.example"}
        self.service = self.make("services", dict(words, name="Asesoría", description="Una asesoría sin costo.",
                                                  duration_min=30, price_cents=0))
        self.who = self.make("professionals", {"name": "Ana", "time_zone": "America/Bogota", "hours": WEEK,
                                               "services": [self.service]})
        notes = {"mail_notes": {"booking_confirmed": {"es": BAIT, "en": BAIT}}}
        good(act(self.client, "PATCH", "/api/tenant/rules", notes))
        (row,) = demo.sql("SELECT tenant_id, subdomain FROM kf.tenant JOIN kf.professional USING (tenant_id)"
                          " WHERE professional_id = '%s'" % self.who)
        self.tenant, self.sub = row["tenant_id"], row["subdomain"]
        self.start = demo.now().replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=2)
        self.written = []

    def make(self, family, body):
        return good(act(self.client, "POST", "/api/" + family, body), 201)["id"]

    def book(self, lang="en"):
        """A booking by the business for an invented address."""
        email = "zulmaqx.victima%d@%s.example" % (len(self.written), self.sub)
        private(email)
        start = self.start + datetime.timedelta(minutes=30 * len(self.written))
        self.written.append(email)
        return act(self.client, "POST", "/api/bookings/manual", {
            "service": self.service, "professional": self.who, "start": start.isoformat(), "notes": BAIT,
            "customer": {"name": "Victima", "email": email}}, **{"Accept-Language": lang})

    def got(self):
        return sum(len(letters(self.demo, one)) for one in self.written)

    def waits(self):
        """The number of its mails that are neither sent nor held back."""
        return self.demo.one("SELECT count(*) FROM kf.mail WHERE tenant_id = '%s' AND state IN ('due', 'sending')"
                             " AND last_error IS NULL" % self.tenant)


@pytest.fixture(scope="module")
def relay(main_demo):
    return Relay(main_demo)


def test_no_relay(relay, log):
    """Sixty bookings by the business for strangers: a new business gets twenty, with the reason; its mails contain
    only facts."""
    answers = [relay.book() for _ in range(60)]
    assert [one.status_code for one in answers] == [201] * 20 + [429] * 40
    told = answers[-1].json()
    assert told["code"] == "quota_reached" and "20 bookings by hand" in told["detail"] and "operator" in told["detail"]
    told = relay.book("es").json()
    assert told["code"] == "quota_reached" and "pide más a quien administra la plataforma" in told["detail"]
    wait_until(lambda: relay.waits() == 0, 20)
    assert relay.got() == 20
    (letter,) = letters(relay.demo, relay.written[0])
    text = str(letter.message)
    assert "premio" not in text and BAIT not in text


def test_an_honest_one_beside_it(relay, shop):
    """A business that the operator set up books and mails with its own texts, while the other one is held back."""
    shop.demo.run("UPDATE kf.tenant SET mail_notes = '{\"booking_confirmed\": {\"es\": \"Trae tu documento.\"}}'"
                  " WHERE tenant_id = '%s'" % shop.tenant)
    letter = mail_of(book(shop, service=FREE["name"]), "booking_confirmed")
    assert "Trae tu documento." in letter.message.get_body(("plain",)).get_content()


def test_the_operators_word(relay):
    ctl = relay.demo.ctl
    (row,) = [one for one in ctl("tenant", "list") if one["subdomain"] == relay.sub]
    assert row["standing"] == "new" and row["today"]["mails"] >= 20
    assert ctl("tenant", "quota", relay.sub, "--bookings", "22", "--recipients", "40")["quota"]["bookings"] == 22
    answers = [relay.book().status_code for _ in range(3)]
    assert answers == [201, 201, 429]
    assert ctl("tenant", "trust", relay.sub)["standing"] == "trusted"
    assert ctl("tenant", "quota", relay.sub, "--reset")["quota"]["bookings"] == 5000
    assert relay.book().status_code == 201
    wait_until(lambda: letters(relay.demo, relay.written[-1]), 20)
    assert BAIT in letters(relay.demo, relay.written[-1])[0].message.get_body(("plain",)).get_content()
    assert ctl("tenant", "trust", relay.sub, "--off")["standing"] == "new"


def test_who_got_one_reports_it(relay):
    """By the link in the mail: opening it does nothing. Three reports stop the business's mails, and the owner reads
    why."""
    demo = relay.demo
    for n in range(3):
        text = letters(demo, relay.written[n])[0].message.get_body(("plain",)).get_content()
        path = re.search(r"/report/[0-9a-f]{96}", text).group(0)
        private(path.split("/")[-1])
        stranger = Client(demo.about["base_url"], **{"X-Forwarded-For": "198.51.%d.9" % (100 + n)})  # one network counts once
        page = stranger.get(path)
        assert page.status_code == 200 and "No pedí este correo" in page.text
        assert "I did not ask" in stranger.get(path + "?lang=en").text
        assert demo.one("SELECT count(*) FROM kf.mail_report WHERE tenant_id = '%s'" % relay.tenant) == n
        for _ in range(2):
            assert "tomamos nota" in stranger.post(path, data={}).text
    assert demo.one("SELECT mail_stopped_why FROM kf.tenant WHERE tenant_id = '%s'" % relay.tenant) == "reports"
    assert stranger.get("/report/" + "0" * 96).status_code == 404
    assert "fueron reportados" in relay.client.get("/dashboard/mails").text
    assert relay.demo.ctl("tenant", "release", relay.sub)["week"]["reports"] == 3
    assert "fueron reportados" not in relay.client.get("/dashboard/mails").text


def test_one_address(relay, shop):
    """Free bookings for one address in all its spellings: ten mails in an hour, the rest later."""
    name = "zulmaqx.bomba" + shop.sub
    private(name)
    sent = ("SELECT count(*) FROM kf.mail WHERE tenant_id = '%s' AND to_address LIKE '%s%%' AND state = 'sent'"
            % (shop.tenant, name))
    kept = sent.replace("state = 'sent'", "last_error = 'it waits: address'")
    shop.confirm(name + "@privado.example")
    for n in range(14):
        email = "%s+%d@privado.example" % (name, n)
        book(shop, service=FREE["name"], email=email if n % 2 else email.upper().replace("PRIVADO", "Privado"))
    wait_until(lambda: shop.demo.one(sent.replace("to_address LIKE", "lower(to_address) LIKE"))
               + shop.demo.one(kept.replace("to_address LIKE", "lower(to_address) LIKE")) == 14, 20)
    assert shop.demo.one(sent.replace("to_address LIKE", "lower(to_address) LIKE")) == 10
