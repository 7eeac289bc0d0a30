"""Limits of holds per address and per day, and the requirements for further holds."""
import datetime
import hashlib
import re

import pytest

import kitadmin
from kitdemo import instant, wait_until
from kithttp import Client, Page, private
from kitshop import FREE, PAID, Shop, person


def few(demo):
    """A service of half an hour, six slots per day: three of them are half the day."""
    return Shop(demo, hours="mon-sun 09:00-12:00")


@pytest.fixture(scope="module")
def bounded(demos):
    return demos.get("holders", ["KonfirmadoHoldsPerAddress 4", "KonfirmadoHoldsPerNetwork 9", "KonfirmadoHoldWork 8", "KonfirmadoHoldFirst 5m", "KonfirmadoHoldShare 50"])


@pytest.fixture()
def small(bounded):
    return few(bounded)


def starts(shop, day=2):
    """The six slots of a day."""
    first = shop.demo.now() + datetime.timedelta(days=day)
    whole = [one["start"] for one in shop.slots(start=first, days=1, zone=shop.zone)]
    return [one for one in whole if instant(one).minute in (0, 30)]


def keep_half(shop, day=2):
    """Three unrelated visitors hold the first three slots of a day."""
    free = starts(shop, day)
    assert len(free) == 6
    for start in free[:3]:
        shop.hold(start, professional="Uno")
    return free[3:]


def solve(challenge):
    bits, nonce = int(challenge.split(".")[0]), 0
    while True:
        text = "%s.%d" % (challenge, nonce)
        if int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 32 - bits == 0:
            return text
        nonce += 1


def refused(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code
    return answer.json()


def refused_today(owner):
    return kitadmin.good(owner.get("/api/analytics", params={"days": 7}))["daily"][-1]["holds_refused"]


def test_one_address(small):
    """The attack from one address at its own business: one client holds slots on many days."""
    client = small.client()
    wishes = [small.hold_body(start, professional="Uno") for day in range(2, 6) for start in starts(small, day)[:2]]
    answers = [client.post("/api/holds", json=wish) for wish in wishes]
    assert [one.status_code for one in answers] == [201] * 4 + [429] * 4
    problem = refused(answers[-1], 429, "too_many_holds")
    assert int(answers[-1].headers["Retry-After"]) >= 1 and "challenge" not in problem
    # Other visitors are not refused. Releasing a hold or replacing one is not refused either.
    assert small.client().post("/api/holds", json=wishes[4]).status_code == 201
    held = answers[0].json()
    private(*[one.json()["token"] for one in answers[:4]])
    answer = client.post("/api/holds", json=dict(wishes[5], replaces=held["token"]))
    assert answer.status_code == 201
    rows = small.demo.sql("SELECT state FROM kf.claim WHERE claim_id = '%s'" % held["id"])
    assert rows[0]["state"] == "ended"
    assert "errors" not in problem  # only the merchant learns which limit was reached
    owner = kitadmin.person(small)
    wait_until(lambda: refused_today(owner) == {"address": 4, "network": 0, "share": 0})
    page = Page(owner.get("/dashboard/analytics?days=7").text).text
    assert "Horarios que no se guardaron" in page and "Holds refused" in owner.get("/dashboard/analytics?days=7&lang=en").text


def test_the_page_says_so(small):
    client, body = small.client(), None
    for day in range(2, 6):
        body = small.hold_body(starts(small, day)[0], professional="Uno")
        assert client.post("/api/holds", json=body).status_code == 201
    answer = client.post("/book/%s/hold" % small.link, data=dict(small.hold_body(starts(small, 7)[0], professional="Uno")))
    assert answer.status_code == 429
    assert "Hay demasiados horarios guardados desde tu conexión" in Page(answer.text).text


def test_a_network(small):
    """Nine holds from one /24, whatever the addresses."""
    wishes = [small.hold_body(one, professional="Uno") for day in range(2, 7) for one in starts(small, day)[:2]]
    codes = [Client(small.url, **{"X-Forwarded-For": "203.0.113.%d" % (n + 1)}).post("/api/holds", json=one).status_code
             for n, one in enumerate(wishes)]
    assert codes == [201] * 9 + [429]
    wait_until(lambda: refused_today(kitadmin.key(small)) == {"address": 0, "network": 1, "share": 0})
    assert Client(small.url, **{"X-Forwarded-For": "203.0.114.1"}).post("/api/holds", json=wishes[-1]).status_code == 201


def test_no_address_is_kept(small):
    """The stored form of an address cannot be found by trying all addresses: the key is not in the database."""
    Client(small.url, **{"X-Forwarded-For": "203.0.113.77"}).post("/api/holds", json=small.hold_body(starts(small)[0]))
    row = small.demo.sql("SELECT to_jsonb(c) AS row FROM kf.claim c WHERE tenant_id = '%s'" % small.tenant)[0]["row"]
    assert row["holder_address"] and row["holder_network"] and "203.0.113" not in str(row)


def test_half_a_day_and_the_work(small):
    left = keep_half(small)
    body = small.hold_body(left[0], professional="Uno")
    problem = refused(small.client().post("/api/holds", json=body), 428, "work_required")
    assert [one["field"] for one in problem["errors"]] == ["work"]
    challenge = problem["challenge"]
    assert re.fullmatch(r"\d+\.\d{10}\.[\w-]{22}", challenge)
    work = solve(challenge)
    for wrong in ["", "0" + work, "7." + work.split(".", 1)[1], re.sub(r"\.\d{10}\.", ".9999999999.", work),
                  re.sub(r"\.[\w-]{22}\.", ".%s." % ("A" * 22), work)]:
        refused(small.client().post("/api/holds", json=dict(body, work=wrong)), 428, "work_required")
    other = small.hold_body(left[1], professional="Uno")
    refused(small.client().post("/api/holds", json=dict(other, work=work)), 428, "work_required")
    answer = small.client().post("/api/holds", json=dict(body, work=work))
    assert answer.status_code == 201, answer.text
    private(answer.json()["token"])
    # A refusal is stored too: the same key gets the same challenge, a new key gets the slot.
    key = {"Idempotency-Key": "one-%s" % small.sub}
    first = small.client().post("/api/holds", json=other, headers=key)
    again = small.client().post("/api/holds", json=other, headers=key)
    assert first.status_code == 428 and first.json()["challenge"] == again.json()["challenge"]


def test_what_is_no_token_and_no_answer_is_refused_by_name(small):
    """Unknown or expired challenges do not block a slot. A malformed one is a client error."""
    body = small.hold_body(starts(small)[0], professional="Uno")
    mac, token = "A" * 22, "A" * 43
    shapes = [("replaces", "not_a_token", one) for one in ("x", token[1:], token + "A", token[1:] + "=", token[1:] + "ñ", " " + token[1:])]
    shapes += [("work", "not_a_proof", one) for one in (
        "x", "8", "8.1796136000." + mac, "8.1796136000.%s." % mac, "8.1796136000.%s.x" % mac, "8.1796136000.%s.1 " % mac,
        "8.1796136000.%s.%s" % (mac, "1" * 21), "8.1796136000.%s.1" % mac[1:], "8.1796136000.%sA.1" % mac, "-8.1796136000.%s.1" % mac,
        "28.1796136000.%s.1" % mac, "0.1796136000.%s.1" % mac, "8..%s.1" % mac, "8.1796136000.%s.1.1" % mac)]
    for field, code, text in shapes:
        answer = small.client().post("/api/holds", json=dict(body, **{field: text}))
        wrong = refused(answer, 422, "invalid")["errors"]
        assert [(one["field"], one["code"]) for one in wrong] == [(field, code)], (field, text, answer.text)
    both = refused(small.client().post("/api/holds", json=dict(body, replaces="x", work="x")), 422, "invalid")["errors"]
    assert [one["field"] for one in both] == ["replaces", "work"]
    answer = small.client().post("/api/holds", json=dict(body, replaces=token, work="8.1796136000.%s.1" % mac))
    assert answer.status_code == 201, answer.text
    private(answer.json()["token"])


def test_other_days_take_none(small):
    left = keep_half(small)
    refused(small.client().post("/api/holds", json=small.hold_body(left[0], professional="Uno")), 428, "work_required")
    wait_until(lambda: refused_today(kitadmin.key(small)) == {"address": 0, "network": 0, "share": 1})
    small.hold(starts(small, 3)[0], professional="Uno")


def test_without_script_the_details_first(small):
    left = keep_half(small)
    client = small.client()
    client.here = small.url + "/book/%s/hold" % small.link
    answer = client.post("/book/%s/hold" % small.link, data=small.hold_body(left[0], professional="Uno"))
    assert answer.status_code == 428
    page = Page(answer.text)
    assert "Muchas personas están eligiendo este día" in page.text and "Uno" in page.text
    assert small.demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s'" % small.tenant) == 3
    form = [one for one in page.forms if dict(one.fields).get("first")][0]
    bad = client.submit(form, **dict(person(email="x"), accepted_terms="yes"))
    assert bad.status_code == 422 and "Muchas personas" in Page(bad.text).text
    assert small.demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s'" % small.tenant) == 3
    form = [one for one in Page(bad.text).forms if dict(one.fields).get("first")][0]
    good = client.submit(form, **dict(person(), accepted_terms="yes"))
    assert good.status_code == 303 and "/wompi/p/" in good.headers["Location"], good.text[:500]
    rows = small.demo.sql("SELECT state FROM kf.claim WHERE tenant_id = '%s' ORDER BY created_at DESC LIMIT 1" % small.tenant)
    assert rows[0]["state"] == "pending"
    # If it is sent twice, the second request finds the slot taken.
    assert client.submit(form, **dict(person(), accepted_terms="yes")).status_code == 409


def test_the_details_first_and_a_click(small):
    """A second free booking for an address: the form comes back with the typed data, and books after the click."""
    left, who, client = keep_half(small), person(), small.client()
    small.book(starts(small, 4)[0], FREE["name"], "Uno", who)
    wish = small.hold_body(left[0], FREE["name"], "Uno")
    client.here = small.url + "/book/%s/hold" % small.link
    page = Page(client.post(client.here, data=wish).text)
    for status in (409, 303):
        form = [one for one in page.forms if dict(one.fields).get("first")][0]
        answer = client.submit(form, **dict(who, accepted_terms="yes"))
        assert answer.status_code == status, answer.text[:500]
        page = Page(answer.text)
        if status == 409:
            assert "Te enviamos un correo a " + who["email"] in page.text
            small.confirm(who["email"])


def test_in_a_frame_the_details_first(bounded):
    """Both forms carry the state that a frame without cookies passes from page to page, and it counts."""
    site = "https://tienda.example"
    shop = Shop(bounded, hours="mon-sun 09:00-12:00", allowed_origin=[site], frame_origin=[site])
    left = keep_half(shop)
    carried = {"frame": "f" * 42 + "A", "return_url": site + "/gracias"}
    private(carried["frame"])
    client = shop.client(**{"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"})
    client.here = shop.url + "/book/%s/hold" % shop.link
    answer = client.post("/book/%s/hold" % shop.link, data=dict(shop.hold_body(left[0], professional="Uno"), **carried))
    assert answer.status_code == 428
    forms = [one for one in Page(answer.text).forms if one.action.endswith("/hold")]
    assert len(forms) == 2 and all(carried.items() <= dict(one.fields).items() for one in forms)
    form = [one for one in forms if dict(one.fields).get("first")][0]
    leave = client.submit(form, **dict(person(), accepted_terms="yes"))
    private(*leave.cookies.values())
    assert leave.status_code == 200 and "Falta el pago" in leave.text
    (row,) = shop.demo.sql("SELECT return_url FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)
    assert row["return_url"] == carried["return_url"]


def test_form_with_the_work(small):
    """The request that the script sends."""
    left = keep_half(small)
    client = small.client()
    wish = small.hold_body(left[0], professional="Uno")
    page = client.post("/book/%s/hold" % small.link, data=wish).text
    challenge = re.search(r'data-challenge="([^"]+)"', page).group(1)
    answer = client.post("/book/%s/hold" % small.link, data=dict(wish, work=solve(challenge)))
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/details")
    private(answer.cookies["kf_hold"])
    assert client.get(answer.headers["Location"]).status_code == 200


def test_short_until_the_details(small):
    """A hold without details ends after half the time. A hold whose details page was opened does not."""
    left = "SELECT (extract(epoch FROM expires_at - created_at))::int FROM kf.claim WHERE tenant_id = '%s' AND state <> 'ended'"
    held = small.hold(starts(small)[0], professional="Uno")
    assert small.demo.one(left % small.tenant) == 300
    assert small.client().post("/api/bookings", json=small.booking_body(held, person())).status_code == 201
    assert small.demo.one(left % small.tenant) == 600
    client = small.client()
    answer = client.post("/book/%s/hold" % small.link, data=small.hold_body(starts(small, 3)[0], professional="Uno"))
    private(answer.cookies["kf_hold"])
    assert small.demo.one(left % small.tenant + " ORDER BY created_at DESC LIMIT 1") == 300
    client.page(answer.headers["Location"])
    assert small.demo.one(left % small.tenant + " ORDER BY created_at DESC LIMIT 1") == 600


def test_the_merchant_is_told(small):
    shop = kitadmin.person(small)
    keep_half(small)
    words = "Horarios guardados sin pagar en este momento"
    assert words not in shop.page("/dashboard").text
    body = small.hold_body(starts(small)[0], professional="Uno")
    challenge = small.client().post("/api/holds", json=body).json()["challenge"]
    assert small.client().post("/api/holds", json=dict(body, work=solve(challenge))).status_code == 201
    assert words + ": 4. Días en que ocupan más de la mitad de tus horas: 1." in shop.page("/dashboard").text


def test_honest_crowd(demo):
    """With the defaults forty people behind one address are not refused, each on their own page."""
    shop = Shop(demo, services=(PAID,))
    address = {"X-Forwarded-For": "203.0.113.5"}
    for n in range(40):
        answer = shop.client().post("/api/holds", json=shop.hold_body(shop.take_slot()), headers=address)
        if answer.status_code == 429 and answer.json()["code"] == "rate_limited":
            demo.advance(10)
            continue
        assert answer.status_code == 201, answer.text
        private(answer.json()["token"])
