"""The waiting list for customers, and what the wizard says about the time after the booking."""
import datetime
import hashlib
import json
import os
import re

import pytest
import requests

from kitafter import Visitor, book, letters, mint, no_more_mails, service_of
from kitdemo import wait_until
from kithttp import Page, private
from kitmail import b64url
from kitshop import person

HALF = json.dumps([{"hours": 48, "percent": 100}, {"hours": 2, "percent": 50}])


# --- the waiting list ---

@pytest.fixture()
def small(make_shop):
    """One slot per day."""
    return make_shop(hours="mon-sun 09:00-09:30", callback=False)


def ask(shop, day, who, client=None, **change):
    """Submits the form of a waiting-list place."""
    return (client or shop.client()).post("/book/%s/waiting" % shop.link, data=dict({
        "service": shop.service_id("Limpieza"), "professional": "any", "day": day, "name": who["name"], "email": who["email"]}, **change))


def confirm(shop, who):
    """By the link in the mail."""
    def came():
        return [one.waiting("/confirm") for one in letters(shop.demo, who["email"]) if one.waiting("/confirm")]
    token = wait_until(came, 20)[-1]
    answer = shop.client().post("/waiting/%s/confirm" % token, data={})
    assert answer.status_code == 200 and "Estás en la lista" in Page(answer.text).h1
    assert waiting(shop, who)[-1]["state"] == "waiting"
    return token


def waiting(shop, who):
    return shop.demo.sql("SELECT * FROM kf.waiting WHERE tenant_id = '%s' AND email = '%s' ORDER BY created_at" % (
        shop.tenant, who["email"]))


def place_token(shop, who, kind):
    """A link like in a mail; a mail that is still queued would contain another one."""
    no_more_mails(shop.demo, shop.tenant)
    made = b64url(os.urandom(32))
    private(made)
    shop.demo.run("SELECT kf.waiting_mint('%s', '%s', '%s', '\\x%s')" % (
        shop.tenant, waiting(shop, who)[-1]["waiting_id"], kind, hashlib.sha256(("kf:waiting:" + made).encode()).hexdigest()))
    return made


def test_the_waiting_list(small, make_shop):
    shop = small
    one = book(shop, shop.slots()[2]["start"])
    day = one.row()["slot_start"][:10]
    client = shop.client()
    page = client.page("/book/%s/availability?service=%s&day=%s" % (shop.link, shop.service_id("Limpieza"), day))
    (door,) = [link for link in page.links if "/waiting" in link]
    form = client.page(door).form("/waiting")
    answer = client.submit(form, name="A", email="no")
    page = Page(answer.text)
    assert answer.status_code == 422 and "El nombre necesita al menos 2 letras." in page.text and "correo completo" in page.text
    who = person()
    for _ in range(2):
        answer = client.submit(form, name=who["name"], email=who["email"])
        assert answer.status_code == 303 and "done=joined" in answer.headers["Location"] and "@" not in answer.headers["Location"]
    assert "Revisa tu correo" in client.page(answer.headers["Location"]).h1
    assert [x["state"] for x in waiting(shop, who)] == ["unverified"]
    confirm(shop, who)
    leave = place_token(shop, who, "leave")
    assert make_shop(callback=False).client().get("/waiting/" + leave).status_code == 404
    assert client.get("/waiting/%s/offer" % leave).status_code == 404
    assert client.page("/waiting/" + leave).h1.strip() == "¿Quieres salir de la lista de espera?"
    assert [x["state"] for x in waiting(shop, who)] == ["waiting"]
    answer = client.post("/waiting/" + leave, data={})
    assert answer.status_code == 200 and "Saliste de la lista" in Page(answer.text).h1
    for again in (client.get("/waiting/" + leave), client.post("/waiting/" + leave, data={})):
        assert again.status_code == 410 and "Ya no estás en la lista" in Page(again.text).h1
    assert [x["state"] for x in waiting(shop, who)] == ["left"]


@pytest.mark.parametrize("how", [{"data": {"List-Unsubscribe": "One-Click"}},
                                 {"files": {"List-Unsubscribe": (None, "One-Click")}}], ids=["form", "multipart"])
def test_a_mail_program_leaves_by_one_click(small, how):
    shop, who = small, person()
    day = book(shop, shop.slots()[2]["start"]).row()["slot_start"][:10]
    client = shop.client()
    form = client.page("/book/%s/waiting?service=%s&day=%s" % (shop.link, shop.service_id("Limpieza"), day)).form("/waiting")
    assert client.submit(form, name=who["name"], email=who["email"]).status_code == 303
    path = shop.demo.about["base_url"] + "/waiting/" + place_token(shop, who, "leave")
    for _ in range(2):  # the second time changes nothing
        answer = requests.post(path, allow_redirects=False, timeout=20, **how)
        assert answer.status_code == 200 and not answer.content and "Set-Cookie" not in answer.headers
        assert [x["state"] for x in waiting(shop, who)] == ["left"]
    assert requests.post(path[:-43] + "A" * 43, timeout=20, **how).status_code == 404


def test_no_waiting_list_without_its_mail(small):
    shop = small
    day = book(shop, shop.slots()[2]["start"]).row()["slot_start"][:10]
    client = shop.client()
    times = "/book/%s/availability?service=%s&day=%s" % (shop.link, shop.service_id("Limpieza"), day)

    def doors():
        return [link for link in client.page(times).links if "/waiting" in link]
    (door,) = doors()
    form = client.page(door).form("/waiting")
    shop.demo.run("UPDATE kf.tenant SET mails = '{\"waiting_offer\": false}' WHERE tenant_id = '%s'" % shop.tenant)
    wait_until(lambda: not doors())
    who = person()
    # each process caches a business for a while
    wait_until(lambda: all(client.get(door).status_code == 303 for _ in range(8)))
    for answer in (client.get(door), client.submit(form, name=who["name"], email=who["email"])):
        assert answer.status_code == 303 and "waiting" not in answer.headers["Location"]
    assert waiting(shop, who) == []


def test_what_the_waiting_list_offers(small):
    shop = small
    one = book(shop, shop.slots()[2]["start"])
    day = one.row()["slot_start"][:10]
    client, who = shop.client(), person()
    assert ask(shop, day, who, client).status_code == 303
    confirm(shop, who)
    Visitor(shop.demo).cancel(mint(one, "cancel"))
    wait_until(lambda: waiting(shop, who)[-1]["state"] == "offered", 20)
    offer = place_token(shop, who, "offer")
    page = client.page("/waiting/%s/offer" % offer)
    assert page.h1.strip() == "Se liberó un horario para ti" and waiting(shop, who)[-1]["state"] == "offered"
    answer = client.submit(page.form("/offer"))
    assert answer.status_code == 303 and answer.headers["Location"] == "/book/%s/details" % shop.link
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    private(client.session.cookies.get("kf_hold"))
    details = client.page("/book/%s/details" % shop.link)
    assert details.h1.strip() == "Tus datos"
    for again in (shop.client().get("/waiting/%s/offer" % offer), shop.client().post("/waiting/%s/offer" % offer, data={})):
        assert again.status_code == 410 and "ya lo tomaste" in Page(again.text).h1


def test_the_day_is_the_one_that_the_customer_reads(small):
    """In the morning of the business it is already tomorrow in Auckland."""
    shop = small
    one = book(shop, shop.slots()[2]["start"])
    there = (datetime.date.fromisoformat(one.row()["slot_start"][:10]) + datetime.timedelta(days=1)).isoformat()
    client, who = shop.client(), person()
    page = client.page("/book/%s/availability?service=%s&day=%s&timezone=Pacific/Auckland" % (shop.link, shop.service_id("Limpieza"), there))
    (door,) = [link for link in page.links if "/waiting" in link]
    assert "day=" + there in door and "Auckland" in door
    assert client.submit(client.page(door).form("/waiting"), name=who["name"], email=who["email"]).status_code == 303
    confirm(shop, who)
    first, newer = place_token(shop, who, "leave"), place_token(shop, who, "leave")
    Visitor(shop.demo).cancel(mint(one, "cancel"))
    wait_until(lambda: waiting(shop, who)[-1]["state"] == "offered", 20)
    for token in (newer, first):  # including the token of the earlier mail
        assert client.page("/waiting/" + token).h1.strip() == "¿Quieres salir de la lista de espera?"
    assert "Saliste de la lista" in Page(client.post("/waiting/" + first, data={}).text).h1
    assert client.get("/waiting/" + newer).status_code == 410


@pytest.mark.parametrize("change", [{"service": "x"}, {"day": "2026-02-30"}, {"day": None}, {"professional": "x"}, {"timezone": "No/Where"},
                                    {"day": "2090-01-01"}, {"service": None}])
def test_a_wish_that_cannot_be(shop, change):
    fields = {"service": shop.service_id("Limpieza"), "professional": "any", "day": shop.slots()[40]["start"][:10],
              "name": "Ana Ruiz", "email": "ana@privado.example"}
    fields = {name: value for name, value in dict(fields, **change).items() if value is not None}
    answer = shop.client().post("/book/%s/waiting" % shop.link, data=fields)
    assert answer.status_code == 303 and answer.headers["Location"] == "/book/" + shop.link, (answer.status_code, answer.text[:300])
    assert shop.demo.one("SELECT count(*) FROM kf.waiting WHERE tenant_id = '%s'" % shop.tenant) == 0


def test_nobody_waits_who_has_not_confirmed(small):
    """A place for another person's address takes no turn from anybody. Opening the link changes nothing."""
    shop, victim, who = small, person(), person()
    one = book(shop, shop.slots()[2]["start"])
    day = one.row()["slot_start"][:10]
    for somebody in (victim, who):
        for _ in range(2):
            assert ask(shop, day, somebody).status_code == 303
    confirm(shop, who)
    no_more_mails(shop.demo, shop.tenant)
    (letter,) = letters(shop.demo, victim["email"])
    token = letter.waiting("/confirm")
    assert letter.waiting() == token and "Confirma" in letter.subject and "/confirm" not in letter.header("List-Unsubscribe")
    page = shop.client().page("/waiting/%s/confirm" % token)
    assert "Confirma tu lugar" in page.h1 and waiting(shop, victim)[-1]["state"] == "unverified"
    Visitor(shop.demo).cancel(mint(one, "cancel"))
    wait_until(lambda: waiting(shop, who)[-1]["state"] == "offered", 20)
    assert waiting(shop, victim)[-1]["state"] == "unverified" and waiting(shop, victim)[-1]["offers"] == 0
    shop.demo.run("UPDATE kf.waiting SET created_at = created_at - interval '1 day' WHERE tenant_id = '%s'" % shop.tenant)
    for answer in (shop.client().get("/waiting/%s/confirm" % token), shop.client().post("/waiting/%s/confirm" % token, data={})):
        assert answer.status_code == 410 and "ya no sirve para confirmar" in Page(answer.text).h1
    wait_until(lambda: waiting(shop, victim)[-1]["state"] == "over", 20)


def test_only_a_full_day_can_be_waited_for(make_shop):
    """The page has no link to another one, and a hand-made POST changes nothing."""
    shop = make_shop(hours="mon-fri 09:00-09:30", callback=False)
    client, who = shop.client(), person()
    free = shop.slots()[2]["start"][:10]
    closed = datetime.date.fromisoformat(free)
    while closed.weekday() < 5:
        closed += datetime.timedelta(days=1)
    times = "/book/%s/availability?service=%s&day=" % (shop.link, shop.service_id("Limpieza"))
    for day in (free, closed.isoformat()):
        assert not [link for link in client.page(times + day).links if "/waiting" in link]
    answer = ask(shop, free, who, client)
    page = Page(answer.text)
    assert answer.status_code == 409 and "tiene horarios libres" in page.h1 and not page.forms, answer.text[:500]
    assert [link for link in page.links if "/availability" in link and "day=" + free in link]
    answer = ask(shop, closed.isoformat(), who, client)
    assert answer.status_code == 303 and answer.headers["Location"] == "/book/" + shop.link
    assert waiting(shop, who) == []
    book(shop, shop.slots()[2]["start"])
    assert [link for link in client.page(times + free).links if "/waiting" in link]
    assert ask(shop, free, who, client).status_code == 303 and len(waiting(shop, who)) == 1


def test_one_address_does_not_fill_the_list(small):
    """An address may request sixty places a day from a business. A clinic's waiting room behind one address requests
    forty."""
    shop, client = small, small.client()
    day = book(shop, shop.slots()[2]["start"]).row()["slot_start"][:10]

    def fill(numbers):
        shop.demo.run("""INSERT INTO kf.waiting (tenant_id, waiting_id, link_id, service_id, day, name, email, language, customer_zone, created_at,
                                                 state, joined_address, joined_network)
            SELECT tenant_id, gen_random_uuid(), link_id, service_id, day, name, i || email, language, customer_zone, created_at, state,
                   joined_address, joined_network
            FROM kf.waiting, generate_series(%d, %d) i WHERE tenant_id = '%s' AND email = '%s'""" % (*numbers, shop.tenant, first["email"]))
    first = person()
    assert ask(shop, day, first, client).status_code == 303
    fill((1, 39))
    assert ask(shop, day, person(), client).status_code == 303
    fill((40, 58))
    last = person()
    answer = ask(shop, day, last, client)
    assert answer.status_code == 429 and waiting(shop, last) == [], answer.text[:300]
    assert ask(shop, day, last).status_code == 303  # from another address
    assert len({x["joined_address"] for x in waiting(shop, first) + waiting(shop, last)}) == 2


def test_a_time_that_is_let_go_by_is_everybodys(small):
    """The slot is kept for the first person for ten minutes. Then the page shows it, and the next ones are notified."""
    shop, first, second = small, person(), person()
    one = book(shop, shop.slots()[2]["start"])
    start = one.row()["slot_start"]
    for who in (first, second):
        assert ask(shop, start[:10], who).status_code == 303
        confirm(shop, who)
    Visitor(shop.demo).cancel(mint(one, "cancel"))
    wait_until(lambda: waiting(shop, first)[-1]["state"] == "offered", 20)
    assert start[:10] not in {slot["start"][:10] for slot in shop.slots()}
    # (the remaining time is checked once more)
    wait_until(lambda: shop.demo.one("SELECT count(*) FROM kf.freed WHERE tenant_id = '%s'" % shop.tenant) == 0, 20)
    shop.demo.advance(601)
    assert start[:10] in {slot["start"][:10] for slot in shop.slots()}

    def told():
        return [x for x in letters(shop.demo, second["email"]) if "Hay un horario libre" in x.subject]
    (letter,) = wait_until(told, 20)
    assert [x["state"] for x in waiting(shop, first) + waiting(shop, second)] == ["waiting"] * 2
    assert waiting(shop, second)[-1]["offers"] == 0
    url = re.search(r"\S+/book/\S+/availability\S+", letter.text).group(0)
    page = shop.client().page(url[url.index("/book/"):])
    assert page.form("/hold"), "whoever comes has it"


# --- what is told before paying ---

def test_the_policy_stands_before_the_payment(shop):
    service_of(shop, "Limpieza", cancel_tiers=HALF, move_until_hours=24, move_most=1)
    client = shop.client()
    answer = client.post("/book/%s/hold" % shop.link, data={"service": shop.service_id("Limpieza"), "professional": "any",
                                                            "start": shop.take_slot()})
    assert answer.status_code == 303
    private(client.session.cookies.get("kf_hold"))
    page = client.page(answer.headers["Location"])
    assert "Si cancelas" in page.text and "50 %" in page.text.replace("\xa0", " ") and "24 horas antes" in page.text


def test_the_confirmation_tells_of_the_mail(shop):
    one = book(shop, service="Asesoría")
    client = shop.client()
    client.session.cookies.set("kf_booking", one.token)
    page = client.page("/book/%s/confirm" % one.id)
    assert "Te enviamos un correo a %s***@privado.example" % one.customer["email"][0] in page.text
    shop.demo.run("UPDATE kf.mail SET state = 'skipped' WHERE booking_id = '%s'" % one.id)
    assert "Te enviamos un correo" not in client.page("/book/%s/confirm" % one.id).text
    assert "***@" not in shop.client().page("/book/%s/confirm" % one.id).text
