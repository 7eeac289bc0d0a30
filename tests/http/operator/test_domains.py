"""Businesses' own domains: only the TXT record proves one, and a mere claim blocks nobody."""
import secrets

import pytest

import kitadmin
from kitdemo import wait_until
from kitdns import NameServer
from kithttp import Client
from kitshop import Shop


@pytest.fixture(scope="module")
def dns():
    server = NameServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def domain_demo(demos, dns):
    return demos.get("domains", ["KonfirmadoNameServer 127.0.0.1:%d" % dns.port, "KonfirmadoCacheTTL 0s"])


class Claim:
    """A business that claims a domain."""

    def __init__(self, demo, domain):
        self.shop = Shop(demo)
        self.demo, self.domain = demo, domain
        self.client = kitadmin.key(self.shop)  # months pass, and sign-ins end
        self.doc = kitadmin.good(self.client.patch("/api/tenant/branding", json={"custom_domain": domain}))["domain"]

    def now(self):
        return kitadmin.good(self.client.get("/api/tenant/branding"))["domain"]

    def looked(self, state):
        """Waits for a check that began after this call."""
        before = self.now()["checked_at"]
        # there are ten seconds between two checks
        self.demo.advance(60)
        assert kitadmin.good(self.client.post("/api/tenant/domain/check"))["domain"] == self.domain
        wait_until(lambda: self.now()["checked_at"] != before)
        got = self.now()
        assert got["state"] == state, got
        return got


def name():
    return "citas-%s.example" % secrets.token_hex(4)


def served(shop, host):
    """The status of a page of the business on a host."""
    return Client(shop.demo.about["base_url"]).get("/book/%s" % shop.link, headers={"Host": host}).status_code


def test_only_a_proof_makes_a_domain_work(domain_demo, dns):
    domain = name()
    mine = Claim(domain_demo, domain)
    assert mine.doc["state"] == "pending" and mine.doc["record"] == "_konfirmado." + domain
    assert served(mine.shop, domain) == 421
    assert mine.looked("pending")["answer"] == "none" and served(mine.shop, domain) == 421
    dns.texts[mine.doc["record"]] = ["v=spf1 -all", "x" * 600, mine.doc["value"] + "x"]
    assert mine.looked("pending")["answer"] == "other"
    dns.texts[mine.doc["record"]] = ["v=spf1 -all", "x" * 600, mine.doc["value"]]
    assert mine.looked("proven")["answer"] == "found" and served(mine.shop, domain) == 200
    # and it is checked every day
    seen = mine.now()["checked_at"]
    domain_demo.advance(86400 + 60)
    wait_until(lambda: mine.now()["checked_at"] != seen)
    # if the record is gone, the domain works for seven days
    dns.texts[mine.doc["record"]] = []
    assert mine.looked("missing")["answer"] == "none" and served(mine.shop, domain) == 200
    domain_demo.advance(7 * 86400)
    mine.looked("pending")
    assert served(mine.shop, domain) == 421


def test_squatting_blocks_nobody(domain_demo, dns):
    domain = name()
    squatter, mine = Claim(domain_demo, domain), Claim(domain_demo, domain)
    assert squatter.doc["value"] != mine.doc["value"]
    dns.texts[mine.doc["record"]] = [mine.doc["value"]]
    mine.looked("proven")
    assert served(mine.shop, domain) == 200 and squatter.now()["state"] == "pending"
    assert served(squatter.shop, domain) == 404  # of another business
    # both records: the present owner keeps it
    dns.texts[mine.doc["record"]] = [squatter.doc["value"], mine.doc["value"]]
    assert squatter.looked("taken")["answer"] == "found" and served(mine.shop, domain) == 200
    # only the other's record: the zone's owner has transferred it
    dns.texts[mine.doc["record"]] = [squatter.doc["value"]]
    squatter.looked("proven")
    assert mine.now()["state"] == "pending" and served(squatter.shop, domain) == 200


def test_name_servers_that_fail_take_nothing(domain_demo, dns):
    domain = name()
    mine = Claim(domain_demo, domain)
    dns.texts[mine.doc["record"]] = [mine.doc["value"]]
    mine.looked("proven")
    dns.texts[mine.doc["record"]] = "servfail"
    assert mine.looked("proven")["answer"] == "failed"
    domain_demo.advance(30 * 86400)
    assert mine.looked("proven")["answer"] == "failed" and served(mine.shop, domain) == 200
    # a silent domain delays no other
    quiet, other = Claim(domain_demo, name()), Claim(domain_demo, name())
    dns.texts[quiet.doc["record"]] = "silent"
    dns.texts[other.doc["record"]] = [other.doc["value"]]
    kitadmin.good(quiet.client.post("/api/tenant/domain/check"))
    other.looked("proven")


def test_the_page_and_the_command_say_what_to_do(domain_demo, dns):
    mine = Claim(domain_demo, name())
    owner = kitadmin.person(mine.shop)
    page = owner.get("/dashboard/branding").text
    assert mine.doc["record"] in page and mine.doc["value"] in page and "Sin comprobar" in page
    assert "Not proven yet" in owner.get("/dashboard/branding?lang=en").text
    told = domain_demo.ctl("tenant", "domain", mine.shop.sub)
    assert told["value"] == mine.doc["value"] and told["to_do"].startswith("create the record")
    dns.texts[mine.doc["record"]] = [mine.doc["value"]]
    domain_demo.advance(60)
    answer = owner.post("/dashboard/branding/domain", data={"csrf": owner.csrf})
    assert answer.status_code == 303 and "done=domain_asked" in answer.headers["Location"]
    wait_until(lambda: mine.now()["state"] == "proven")
    assert "Funciona" in owner.get("/dashboard/branding").text
    kitadmin.good(mine.client.patch("/api/tenant/branding", json={"custom_domain": None}))
    assert mine.now() is None and mine.client.post("/api/tenant/domain/check").status_code == 404
    assert served(mine.shop, mine.domain) == 421
