"""The links in a customer's mails. Opening them changes nothing, they work once, and they show a page in any state of
the booking."""
import datetime
import hashlib
import json
import os
import time
import zoneinfo

import pytest

import kitgoogle
from kitafter import Visitor, booked, mail_of, mint, no_more_mails, service_of
from kitdemo import MANY, instant, wait_until
from kithttp import Client, Page, address, private
from kitmail import b64url
from kitshop import person

HALF = json.dumps([{"hours": 48, "percent": 100}, {"hours": 2, "percent": 50}])
TITLES = {"unknown": "Este enlace no es válido", "wrong": "Este enlace no sirve para esto", "used": "Este enlace ya se usó",
          "over": "Este enlace venció", "cancelled": "Esta cita ya fue cancelada", "begun": "Esta cita ya empezó o ya pasó",
          "until": "Ya no se puede cambiar la hora en línea", "moves": "Ya cambiaste la hora todas las veces que se puede"}


def ended(answer, status, why):
    """A page that explains the error and how to continue, and reveals nothing of the booking."""
    page = Page(answer.text)
    assert answer.status_code == status, "%d %s" % (answer.status_code, page.text[:600])
    assert page.h1.strip() == TITLES[why], page.h1
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Zulmaqx" not in answer.text and "Limpieza" not in answer.text
    return page


def visitor(booking):
    return Visitor(booking.shop.demo)


def rows(shop):
    """All rows of a business, table by table."""
    names = shop.demo.sql("SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t"
                          " USING (table_schema, table_name) WHERE c.table_schema = 'kf' AND c.column_name = 'tenant_id'"
                          " AND t.table_type = 'BASE TABLE' ORDER BY 1")
    return {one["name"]: shop.demo.one("SELECT coalesce(md5(string_agg(x::text, ',' ORDER BY x::text)), '') FROM kf.%s x"
                                       " WHERE x.tenant_id = '%s'" % (one["name"], shop.tenant)) for one in names}


def still(shop):
    """The same when no background work runs any more."""
    def quiet():
        before = rows(shop)
        time.sleep(1.5)
        return before == rows(shop) and before
    no_more_mails(shop.demo, shop.tenant)
    return wait_until(quiet, 20)


def use_up(demo, token):
    demo.run("UPDATE kf.visit_token SET used_at = kf.now() WHERE token_hash = '\\x%s'"
             % hashlib.sha256(("kf:visit:" + token).encode()).hexdigest())


# --- looking ---

@pytest.mark.both
def test_a_hundred_looks_change_nothing(make_shop):
    """Mail programs and scanners open every link: that changes nothing."""
    shop = make_shop(callback=False)
    one = booked(shop)
    letter = mail_of(one, "booking_confirmed")
    paths = ["/booking/%s%s" % (letter.token(act), end) for act, end in (
        ("view", ""), ("view", "/receipt"), ("view", "/calendar.ics"), ("view", "/reminders"), ("move", "/move"),
        ("cancel", "/cancel"))] + ["/booking/%s/reminders" % mint(one, "reminders")]
    start = shop.slots()[30]["start"]
    paths.append(paths[4] + "?start=" + start.replace("+", "%2B"))
    who = person()
    shop.demo.run("SELECT kf.waiting_add('%s', gen_random_uuid(), '%s')" % (shop.tenant, json.dumps({
        "link": shop.link, "service": shop.service_id("Limpieza"), "day": start[:10], "name": who["name"], "email": who["email"]})))
    no_more_mails(shop.demo, shop.tenant)
    shop.demo.run("UPDATE kf.waiting SET state = 'unverified' WHERE tenant_id = '%s'" % shop.tenant)
    mine = b64url(os.urandom(32))
    private(mine)
    shop.demo.run("SELECT kf.waiting_mint('%s', waiting_id, 'leave', '\\x%s') FROM kf.waiting WHERE tenant_id = '%s'" % (
        shop.tenant, hashlib.sha256(("kf:waiting:" + mine).encode()).hexdigest(), shop.tenant))
    paths += ["/waiting/" + mine, "/waiting/%s/confirm" % mine]
    # The provider is asked once more after a minute, independent of views.
    shop.demo.run("UPDATE kf.payment_attempt SET next_poll_at = kf.now() + interval '1 hour' WHERE tenant_id = '%s'" % shop.tenant)
    before = still(shop)
    client = Client(shop.demo.about["base_url"])
    for path in paths:
        for _ in range(100 if MANY else 5):
            for method in ("GET", "HEAD"):
                answer = client.request(method, path, headers={"X-Forwarded-For": address()})
                assert answer.status_code == 200, (path[:10], path[53:], answer.status_code)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert rows(shop) == before
    # each link still works
    Visitor(shop.demo).cancel(letter.token("cancel"))
    assert rows(shop) != before


def test_the_page_tells_what_was_booked(shop):
    service_of(shop, "Limpieza", place="Consultorio 402", map_url="https://maps.example/x", instructions="Llega temprano.\n<b>Sola</b>")
    one = booked(shop, zone="Europe/Madrid")
    page = visitor(one).look(mint(one))
    assert page.h1.strip() == "Tu cita está confirmada"
    for words in ("Consultorio 402", "Llega temprano.", "<b>Sola</b>", "Hora de Madrid", "hora de Bogotá", "30.000", "90.000"):
        assert words in page.text, words
    assert one.customer["email"] not in page.text and "***@" in page.text and "https://maps.example/x" in page.links
    receipt = visitor(one).page("/booking/%s/receipt" % mint(one))
    assert one.id in receipt.text and one.customer["name"] in receipt.text and "30.000" in receipt.text


def test_a_file_for_calendars(shop):
    one = booked(shop)
    ics = visitor(one).ics(mint(one))
    assert ics.method == "PUBLISH" and ics.uid.startswith(one.id + "@") and ics.sequence == 0 and ics.status == "CONFIRMED"
    assert ics.start == instant(one.row()["slot_start"]) and "Limpieza" in ics.summary
    moved = visitor(one).move(mint(one, "move"), shop.take_slot())
    after = visitor(one).ics(moved)
    assert after.uid == ics.uid and after.sequence == 1 and after.start == instant(one.row()["slot_start"])
    gone = visitor(one).cancel(mint(one, "cancel"))
    answer = visitor(one).get("/booking/%s/calendar.ics" % gone)
    assert answer.status_code == 303 and answer.headers["Location"] == "/booking/" + gone


# --- links that are not good ---

def test_links_of_another_kind(shop):
    one = booked(shop)
    tokens = {purpose: mint(one, purpose) for purpose in ("view", "move", "cancel", "reminders")}
    good = {"view": {"", "/receipt", "/calendar.ics", "/reminders"}, "move": {"/move"}, "cancel": {"/cancel"},
            "reminders": {"/reminders"}}
    before = one.row()
    for purpose, token in tokens.items():
        for end in ("", "/receipt", "/calendar.ics", "/reminders", "/move", "/cancel"):
            if end in good[purpose]:
                continue
            who = Visitor(shop.demo)
            ended(who.get("/booking/%s%s" % (token, end)), 403, "wrong")
            if end in ("/reminders", "/move", "/cancel"):
                ended(who.post("/booking/%s%s" % (token, end), data={"on": "0", "start": before["slot_start"],
                                                                     "expected_cents": "3000000"}), 403, "wrong")
    ended(Visitor(shop.demo).post("/booking/%s/act" % tokens["move"], data={"act": "cancel", "email": "x@y.example"}), 403, "wrong")
    ended(Visitor(shop.demo).post("/booking/%s/pay" % tokens["move"], data={}), 403, "wrong")
    assert one.row() == before


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 42, "A" * 128, "..x", "%00", "A" * 43 + "."])
def test_links_that_never_were(shop, token):
    for host in (shop.url, shop.demo.about["base_url"]):
        answer = Client(host).get("/booking/" + token)
        assert answer.status_code in (400, 404) and "Traceback" not in answer.text
        if answer.status_code == 404 and len(token) == 43:
            ended(answer, 404, "unknown")
        assert Client(host).get("/waiting/" + token).status_code in (400, 404)


def test_at_another_business(shop, make_shop):
    other = make_shop(callback=False)
    one = booked(shop)
    for purpose, end in (("view", ""), ("move", "/move"), ("cancel", "/cancel"), ("reminders", "/reminders")):
        token = mint(one, purpose)
        page = ended(other.client().get("/booking/%s%s" % (token, end)), 404, "unknown")
        assert shop.sub not in page.text
        if end:
            ended(other.client().post("/booking/%s%s" % (token, end), data={"expected_cents": "3000000"}), 404, "unknown")
        assert shop.client().get("/booking/%s%s" % (token, end)).status_code == 200
    assert one.row()["status"] in ("paid", "confirmed")


def test_after_the_end(shop):
    one, two = booked(shop), booked(shop)
    tokens = {purpose: mint(one, purpose) for purpose in ("move", "cancel", "view", "reminders")}
    used = mint(two, "move")
    use_up(shop.demo, used)
    page = ended(Visitor(shop.demo).get("/booking/%s/move" % used), 410, "used")
    assert "hola@%s.example" % shop.sub in page.text and any(shop.link in one for one in page.links)
    ended(Visitor(shop.demo).post("/booking/%s/move" % used, data={"start": shop.take_slot()}), 410, "used")
    short = mint(two, "cancel", 1)
    shop.demo.run("UPDATE kf.visit_token SET expires_at = created_at WHERE token_hash = '\\x%s'"
                  % hashlib.sha256(("kf:visit:" + short).encode()).hexdigest())
    ended(Visitor(shop.demo).get("/booking/%s/cancel" % short), 410, "over")
    shop.demo.run("UPDATE kf.booking SET slot_start = kf.now() - interval '10 min', slot_end = kf.now() + interval '20 min'"
                  " WHERE booking_id = '%s'" % one.id)
    for act in ("move", "cancel"):
        ended(Visitor(shop.demo).get("/booking/%s/%s" % (tokens[act], act)), 410, "begun")
        ended(Visitor(shop.demo).post("/booking/%s/%s" % (tokens[act], act), data={"expected_cents": "0"}), 410, "begun")
    page = Visitor(shop.demo).look(tokens["view"])
    assert page.h1.strip() == "Tu cita ya empezó" and not page.forms
    assert one.row()["status"] in ("paid", "confirmed")


# --- from the page to an act ---

def test_who_does_not_know_the_address_changes_nothing(shop):
    one = booked(shop)
    view = mint(one)
    who = Visitor(shop.demo)
    answer = who.post("/booking/%s/act" % view, data={"act": "cancel", "email": "otra@persona.example"})
    page = Page(answer.text)
    assert answer.status_code == 422 and "Ese no es el correo de la reserva" in page.text
    assert dict(page.form("/act").fields)["email"] == "otra@persona.example"
    answer = who.post("/booking/%s/act" % view, data={"act": "cancel", "email": one.customer["email"].upper()})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/cancel")
    act = answer.headers["Location"].split("/")[2]
    private(act)
    who.cancel(act)
    ended(who.get("/booking/%s/cancel" % act), 410, "cancelled")
    assert one.row()["status"] == "cancelled"
    # the page remains; nothing can be changed any more
    page = who.look(view)
    assert page.h1.strip() == "Esta cita fue cancelada" and not page.forms
    answer = who.post("/booking/%s/act" % view, data={"act": "move", "email": one.customer["email"]})
    assert answer.status_code == 303 and answer.headers["Location"] == "/booking/" + view


def test_a_suspended_business_says_so(make_shop):
    shop = make_shop()
    one = booked(shop)
    tokens = {act: mint(one, act) for act in ("view", "move", "cancel")}
    shop.demo.ctl("tenant", "suspend", shop.sub)
    try:
        for path in ("view", "move/move", "cancel/cancel"):
            act, _, step = path.partition("/")
            url = "/booking/%s%s" % (tokens[act], "/" + step if step else "")
            answer = Visitor(shop.demo).get(url)
            assert answer.status_code == 503 and 'role="alert"' not in answer.text
        assert Visitor(shop.demo).post("/booking/%s/cancel" % tokens["cancel"], data={"expected_cents": "0"}).status_code == 503
    finally:
        shop.demo.ctl("tenant", "resume", shop.sub)
    assert one.row()["status"] in ("paid", "confirmed")


def test_guessing_the_address_is_limited(shop):
    one, other = booked(shop), booked(shop)
    who = Visitor(shop.demo)

    def guess(booking, email):
        return who.post("/booking/%s/act" % mint(booking), data={"act": "cancel", "email": email})
    assert [guess(one, "a%d@b.example" % n).status_code for n in range(5)] == [422] * 5
    for email in ("a5@b.example", one.customer["email"]):
        answer = guess(one, email)
        assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 900
    assert [guess(other, email).status_code for email in ("a@b.example", other.customer["email"])] == [422, 303]
    shop.demo.advance(15 * 60 + 1)
    assert guess(one, one.customer["email"]).status_code == 303
    looks = [who.get("/booking/" + "A" * 43).status_code]
    while looks[-1] == 404 and len(looks) < 600:  # a slow machine gets some of its allowance back meanwhile
        looks.append(who.get("/booking/" + "A" * 43).status_code)
    assert looks[-1] == 429 and looks[0] == 404 and len(looks) > 50


@pytest.mark.parametrize("headers, fine", [
    ({}, True), ({"Origin": "null"}, True), ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
    ({"Origin": "https://evil.example"}, False), ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False)])
def test_forms_of_other_sites(shop, headers, fine):
    one = booked(shop)
    answer = Visitor(shop.demo).post("/booking/%s/reminders" % mint(one), data={"on": "0"}, headers=headers)
    assert answer.status_code == (303 if fine else 403), answer.text[:500]
    assert one.row()["reminders"] is not fine
    # where a cookie authenticates the form, an unknown origin is a foreign one
    answer = shop.client().post("/book/%s/hold" % shop.link, data={}, headers={"Origin": "null"})
    assert answer.status_code == 403


# --- moving ---

def test_moving(shop):
    one = booked(shop)
    token, former = mint(one, "move"), one.row()
    who = Visitor(shop.demo)
    new = shop.take_slot()
    page = who.page("/booking/%s/move?start=%s" % (token, new.replace("+", "%2B")))
    assert page.h1.strip() == "¿Cambiamos la hora de tu cita?"
    assert one.row() == former, "looking at it has moved it"
    view = who.move(token, new)
    now = one.row()
    assert instant(now["slot_start"]) == instant(new) and now["sequence"] == 1 and now["moves"] == 1
    assert instant(now["slot_end"]) - instant(now["slot_start"]) == instant(former["slot_end"]) - instant(former["slot_start"])
    assert "cambiamos la hora" in who.page("/booking/%s?done=moved" % view).text
    assert shop.demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s' AND state = 'booked'" % shop.tenant) == 1
    ended(who.get("/booking/%s/move" % token), 410, "used")
    ended(who.post("/booking/%s/move" % token, data={"start": shop.take_slot()}), 410, "used")
    assert one.row() == now
    old = instant(former["slot_start"]).astimezone(datetime.timezone.utc)
    assert old in [instant(x["start"]) for x in shop.slots(days=30)], "the former time is free again"


def test_a_time_that_overlaps_its_own(shop):
    """A quarter of an hour later: the booking's own slot does not block it."""
    one = booked(shop)
    start = instant(one.row()["slot_start"])
    later = (start + datetime.timedelta(minutes=15)).isoformat()
    who = Visitor(shop.demo)
    day = start.astimezone(zoneinfo.ZoneInfo(shop.zone)).date().isoformat()
    assert instant(later) in [instant(x) for x in who.times(mint(one, "move"), day)]
    who.done(who.post_move(mint(one, "move"), later), "moved")
    assert instant(one.row()["slot_start"]) == instant(later)


def test_a_time_that_is_taken_or_none(shop):
    one, two = booked(shop), booked(shop)
    token, before = mint(one, "move"), one.row()
    who = Visitor(shop.demo)
    answer = who.post_move(token, two.row()["slot_start"])
    page = Page(answer.text)
    assert answer.status_code == 409 and "Este horario ya no está disponible" in page.text
    assert len([1 for form in page.forms for name, _ in form.buttons if name == "start"]) > 0
    for start, status in (("2020-01-01T10:00:00Z", 422), ("2090-01-01T10:00:00Z", 422), ("mañana", 422), ("", 422)):
        answer = who.post_move(token, start)
        assert answer.status_code == status, (start, answer.status_code)
        assert Page(answer.text).h1.strip() == "Elige la nueva hora"
    for query in ("?day=x&from=x", "?timezone=No/Where", "?professional=" + "0" * 8 + "-0000-4000-8000-" + "0" * 12, "?from=1900-01-01",
                  "?start=nada", "?day=9999-12-31", "?from=9998-12-31"):
        answer = who.get("/booking/%s/move%s" % (token, query))
        assert answer.status_code in (200, 422), (query, answer.status_code, answer.text[:300])
    assert one.row() == before
    who.move(token, shop.take_slot())


def test_limits_of_moving(shop):
    one = booked(shop)
    who = Visitor(shop.demo)
    for _ in range(2):
        who.move(mint(one, "move"), shop.take_slot())
    page = ended(who.get("/booking/%s/move" % mint(one, "move")), 410, "moves")
    assert "hola@%s.example" % shop.sub in page.text
    ended(who.post_move(mint(one, "move"), shop.take_slot()), 410, "moves")
    two = booked(shop)
    shop.demo.run("UPDATE kf.booking SET terms = jsonb_set(terms, '{policy,move_until_hours}', '720') WHERE booking_id = '%s'"
                  % two.id)
    ended(who.get("/booking/%s/move" % mint(two, "move")), 410, "until")
    ended(who.post_move(mint(two, "move"), shop.take_slot()), 410, "until")
    page = who.look(mint(two))
    assert "ya no se puede cambiar en línea" in page.text and ("act", "move") not in page.form("/act").buttons
    answer = who.post("/booking/%s/act" % mint(two), data={"act": "move", "email": two.customer["email"]})
    assert answer.status_code == 303 and not answer.headers["Location"].endswith("/move")
    assert two.row()["moves"] == 0 and one.row()["moves"] == 2


def test_to_another_professional(make_shop):
    shop = make_shop(professionals=("Uno", "Dos"), callback=False)
    one = booked(shop, professional="Uno")
    token = mint(one, "move")
    who = Visitor(shop.demo)
    page = who.page("/booking/%s/move?professional=%s" % (token, shop.professional_id("Dos")))
    assert "Con Dos" in page.text
    start = shop.take_slot()
    answer = who.get("/booking/%s/move" % token, params={"start": start, "professional": shop.professional_id("Dos")})
    form = Page(answer.text).form("/move")
    who.here = answer.url
    who.done(who.submit(form), "moved")
    assert one.row()["professional_id"] == shop.professional_id("Dos")


def test_moved_at_the_same_moment(shop):
    """Two requests with the same link at once: one of them moves the booking."""
    import concurrent.futures
    one = booked(shop)
    token = mint(one, "move")
    starts = [shop.take_slot() for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda start: Visitor(shop.demo).post_move(token, start).status_code, starts))
    assert sorted(answers) == [303, 410, 410, 410], answers
    assert one.row()["moves"] == 1
    assert shop.demo.one("SELECT count(*) FROM kf.claim WHERE tenant_id = '%s' AND state = 'booked'" % shop.tenant) == 1


def test_the_calendar_is_asked_before_a_move(shop):
    """A recent calendar entry counts; the event of the booking itself does not."""
    box, account = kitgoogle.google(shop.demo), "mueve-%s@gmail.test" % shop.sub
    private(account)
    box.control("accounts", {"email": account, "name": "Mueve", "zone": shop.zone})
    kitgoogle.Visitor(shop).connect(account)
    wait_until(lambda: kitgoogle.calendar(shop)["readable"], 20)
    one = booked(shop)
    wait_until(lambda: shop.demo.sql("SELECT 1 FROM kf.calendar_event WHERE booking_id = '%s' AND written_version IS NOT NULL"
                                     % one.id), 20)
    start = instant(one.row()["slot_start"])
    busy = start + datetime.timedelta(days=1)
    who, before = Visitor(shop.demo), one.row()["slot_start"]
    asked = len(box.requests(method="freebusy.query", limit=20000)["requests"])
    box.add_event(account, busy.isoformat(), (busy + datetime.timedelta(hours=1)).isoformat())
    answer = who.post_move(mint(one, "move"), busy.isoformat())
    assert answer.status_code == 409 and "ya no está disponible" in Page(answer.text).text, answer.status_code
    assert one.row()["slot_start"] == before
    assert len(box.requests(method="freebusy.query", limit=20000)["requests"]) > asked, "nobody asked the calendar"
    later = (start + datetime.timedelta(minutes=15)).isoformat()
    who.done(who.post_move(mint(one, "move"), later), "moved")
    assert instant(one.row()["slot_start"]) == instant(later)


# --- cancelling ---

def test_cancelling_gives_back_what_it_shows(shop):
    service_of(shop, "Limpieza", cancel_tiers=HALF)
    one = booked(shop, 4, pay=True)
    soon = instant(one.row()["slot_start"]) - shop.demo.now() < datetime.timedelta(hours=48)
    who = Visitor(shop.demo)
    token = mint(one, "cancel")
    cents, page = who.shown_back(token)
    assert cents == (1500000 if soon else 3000000)
    assert ("15.000" in page.text and "se queda con" in page.text) is soon
    # the posted amount is not the current refund: the page is shown again, nothing is done
    for wrong in ("3000001", "0", "-1", "x", ""):
        answer = who.post("/booking/%s/cancel" % token, data={"expected_cents": wrong, "reason": "viajo"},
                          headers={"X-Forwarded-For": address()})
        page = Page(answer.text)
        assert answer.status_code == 412 and "Cambió lo que te devolvemos" in page.text, answer.status_code
        fields = dict(page.form("/cancel").fields)
        assert int(fields["expected_cents"]) == cents and fields["reason"] == "viajo"
    answer = who.post("/booking/%s/cancel" % token, data={"expected_cents": cents, "reason": "x" * 501})
    assert answer.status_code == 422 and "hasta 500 caracteres" in Page(answer.text).text
    assert one.row()["status"] in ("paid", "confirmed")
    view = who.cancel(token, "viajo")
    assert one.row()["status"] == "cancelled"
    assert shop.demo.one("SELECT sum(amount_cents) FROM kf.refund WHERE tenant_id = '%s'" % shop.tenant) == cents
    assert "Devolución" in who.look(view).text
    ended(who.get("/booking/%s/cancel" % token), 410, "cancelled")
    ended(who.post("/booking/%s/cancel" % token, data={"expected_cents": cents}), 410, "cancelled")


def test_nothing_was_paid(shop):
    one = booked(shop, service="Asesoría")
    token = mint(one, "cancel")
    page = visitor(one).page("/booking/%s/cancel" % token)
    assert "No hay nada que devolver" in page.text
    visitor(one).cancel(token)
    assert one.row()["status"] == "cancelled"


# --- reminders and paying ---

def test_reminders_are_switched_by_both_links(shop):
    one = booked(shop)
    who = Visitor(shop.demo)
    for purpose in ("view", "reminders"):
        token = mint(one, purpose)
        for on in ("0", "0", "1"):
            answer = who.post("/booking/%s/reminders" % token, data={"on": on}, headers={"X-Forwarded-For": address()})
            assert answer.status_code == 303
            assert "done=reminders_" + ("on" if on == "1" else "off") in answer.headers["Location"]
            assert one.row()["reminders"] is (on == "1")
            assert who.get(answer.headers["Location"]).status_code == 200


def test_paying_by_the_link(shop):
    one = booked(shop, pay=False)
    view = mint(one)
    who = Visitor(shop.demo)
    page = who.look(view)
    assert page.h1.strip() == "Te falta pagar"
    answer = who.submit(page.form("/pay"))
    assert answer.status_code == 303 and answer.headers["Location"].startswith(shop.demo.sandbox_url)
    assert view not in answer.headers["Location"], "the provider learns the link"
    shop.demo.run("UPDATE kf.booking SET hold_expires_at = kf.now() - interval '1 s' WHERE booking_id = '%s'" % one.id)
    answer = who.post("/booking/%s/pay" % view, data={})
    assert answer.status_code == 303 and answer.headers["Location"] == "/booking/" + view


# --- nobody else learns of it ---

def test_no_token_in_a_log(shop):
    """The data stays private in every outcome of a request, also with a mangled link."""
    one = booked(shop)
    tokens = [mint(one, purpose) for purpose in ("view", "move", "cancel", "reminders")]
    who = Visitor(shop.demo)
    for token in tokens:
        for end in ("", ".", "/", "/move", "/cancel", "/nothing", "/calendar.ics", "/move?start=x", "/reminders?lang=en"):
            who.get("/booking/" + token + end)
            who.get("/waiting/" + token + end)
        who.post("/booking/%s/act" % token, data={"act": "move", "email": "x"}, headers={"X-Forwarded-For": address()})
        who.delete("/booking/" + token)
    wait_until(lambda: "/booking/-" in read(shop.demo.access_log), 5)
    for path in (shop.demo.access_log, shop.demo.error_log, shop.demo.pg_log):
        text = read(path)
        for token in tokens:
            assert token not in text and token[:20] not in text, path


def read(path):
    with open(path, encoding="utf-8", errors="replace") as handle:
        return handle.read()
