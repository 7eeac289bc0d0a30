"""Free bookings for another person's address: the first needs no confirmation, further ones a click in the mail."""
import re

import pytest

import kitadmin
from kitafter import letters
from kitdemo import wait_until
from kithttp import Client, Page, private, volley, wire
from kitshop import FREE, Shop, person
from kitwizard import CONFIRMED, choose, fill, open_day

ASKED = "Te enviamos un correo a "
BUTTON = "Ya confirmé: reservar"


def held(shop):
    return shop.hold(service=FREE["name"])


def ask(shop, who, hold=None, **headers):
    return shop.client().post("/api/bookings", json=shop.booking_body(hold or held(shop), who), headers=headers)


def link_of(demo, email):
    """The link in the mail to that address."""
    def arrived():
        texts = [one.message.get_body(("plain",)).get_content() for one in letters(demo, email)]
        return [found.group(0) for found in (re.search(r"/confirm-email/[0-9a-f]{96}", one) for one in texts) if found]
    (path,) = wait_until(arrived, 20)
    private(path.split("/")[-1])
    return path


def click(demo, email):
    path, reader = link_of(demo, email), Client(demo.about["base_url"])
    page = reader.page(path)
    assert email in page.text
    answer = reader.submit(page.form("/confirm-email/"))
    assert answer.status_code == 200 and "tu correo está confirmado" in answer.text
    return path


def test_bookings_for_a_stranger(shop):
    """The attack by API: one address in several spellings, at two businesses. Result: one booking, and one mail that
    asks."""
    victim, other = person(), Shop(shop.demo, payments=False, services=(FREE,))
    name, host = victim["email"].split("@")
    spellings = ["%s+%d@%s" % (name, n, host.upper()) for n in range(3)]
    private(*spellings)
    assert ask(shop, victim).status_code == 201
    answers = [ask(one, dict(victim, email=email)) for one in (shop, other) for email in spellings]
    assert [one.status_code for one in answers] == [409] * 6
    problem = answers[0].json()
    assert problem["code"] == "email_unconfirmed" and problem["errors"][0]["field"] == "customer.email"
    assert problem["errors"][0]["code"] == "email_unconfirmed" and "confirm" in problem["detail"].lower()
    english = ask(shop, victim, **{"Accept-Language": "en"}).json()
    assert english["title"] == "This email address must be confirmed first"
    assert shop.demo.one("SELECT count(*) FROM kf.mail WHERE kind = 'confirm_address' AND lower(to_address) LIKE '%s%%'" % name) == 1


def test_by_the_api(shop):
    """409, then the click, then the same request books: this refusal is not stored for its idempotency key."""
    who, hold = person(), None
    assert ask(shop, who).status_code == 201
    hold = held(shop)
    assert ask(shop, who, hold, **{"Idempotency-Key": "uno-" + hold["id"]}).status_code == 409
    path = link_of(shop.demo, who["email"])
    assert Client(shop.demo.about["base_url"]).get(path).status_code == 200
    assert ask(shop, who, hold).status_code == 409, "looking at the page confirms nothing"
    click(shop.demo, who["email"])
    answers = [ask(shop, who, hold, **{"Idempotency-Key": "uno-" + hold["id"]}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201] and answers[0].text == answers[1].text
    assert answers[0].json()["checkout_url"] is None
    assert ask(shop, who).status_code == 201, "no more clicks"
    assert Client(shop.demo.about["base_url"]).get("/confirm-email/" + "0" * 96).status_code == 404


def test_by_the_pages(shop):
    """The form comes back with the typed details and with instructions. After the click the same form books."""
    who, client = person(), shop.client()
    assert ask(shop, who).status_code == 201
    _, form = open_day(client, choose(client, shop.link, shop.service_id(FREE["name"])))
    answer = client.submit(form, form.buttons[len(form.buttons) // 2])
    answer, _ = fill(client, client.page(answer.headers["Location"]), **who)
    page = Page(answer.text)
    assert answer.status_code == 409 and ASKED + who["email"] in page.text and BUTTON in page.text
    kept = dict(page.form("/details").fields)
    assert {name: kept[name] for name in who} == who and kept["token"]
    click(shop.demo, who["email"])
    answer = client.submit(page.form("/details"))
    assert answer.status_code == 303
    assert CONFIRMED in client.page(answer.headers["Location"]).text


def test_honest_ones_are_not_asked(shop):
    """Not affected: a receptionist who books for customers behind one network, a paying customer, bookings by the
    business."""
    client, owner, customers = shop.client(), kitadmin.person(shop), [person() for _ in range(8)]
    for who in customers:
        assert client.post("/api/bookings", json=shop.booking_body(held(shop), who)).status_code == 201
    who = customers[0]
    assert ask(shop, who, shop.hold()).status_code == 201, "what is paid"
    wish = {"service": shop.service_id(FREE["name"]), "professional": shop.professional_id(),
            "start": shop.take_slot(FREE["name"]), "customer": {"name": who["name"], "email": who["email"]}}
    assert owner.post("/api/bookings/manual", json=wish).status_code == 201
    assert shop.demo.one("SELECT count(*) FROM kf.mail WHERE tenant_id = '%s' AND kind = 'confirm_address'" % shop.tenant) == 0


def made(shop, who, holds):
    """The answers to concurrent requests."""
    messages = [wire("POST", "/api/bookings", shop.host, shop.booking_body(one, who)) for one in holds]
    return sorted(one.status for one in volley(shop.demo.port, messages))


@pytest.mark.both
def test_at_the_same_moment(shop):
    """Eight concurrent free bookings for one address: one is made."""
    who, holds = person(), [held(shop) for _ in range(8)]
    assert made(shop, who, holds) == [201] + [409] * 7


def test_without_the_guard_at_the_same_moment(shop):
    """The control: for a confirmed address all of them are made."""
    who, holds = person(), [held(shop) for _ in range(8)]
    shop.confirm(who["email"])
    assert made(shop, who, holds) == [201] * 8
