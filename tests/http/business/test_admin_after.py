"""The merchant's side after a booking: moves, partial cancellation, mails, waiting list, feed, data."""
import datetime
import html
import re
import uuid

import pytest

import kitadmin
from kitadmin import fields, good, owner, staff  # noqa: F401 (fixtures)
from kitdemo import instant, wait_until
from kitforms import form_of, hidden, page_of, send, text_of
from kithttp import FORM, private
from kitshop import FREE, PAID, Shop, person

TIERS = [{"hours": 72, "percent": 100}, {"hours": 24, "percent": 50}]
NOBODY = str(uuid.UUID(int=11))


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo, services=(PAID, FREE), professionals=("Uno", "Dos"))


def paid(shop):
    booking = shop.book()
    shop.pay(booking)
    booking.wait("confirmed")
    return booking


def free(shop, **customer):
    booking = shop.book(service=FREE["name"], customer=person(**customer))
    booking.wait("confirmed")
    return booking


def url_of(booking, verb=""):
    return "/api/bookings/%s%s" % (booking.id, verb)


def another_time(shop, booking, service=None):
    """A free start on the hour that no other test uses."""
    return shop.take_slot(service or PAID["name"])


# --- services ---

def test_rules_of_a_service(shop, owner):
    url = "/api/services/" + shop.service_id(FREE["name"])
    doc = good(owner.get(url))
    assert doc["cancel_tiers"] == [{"hours": 24, "percent": 100}] and doc["move_most"] == 2 and doc["place"] == ""
    change = {"cancel_tiers": TIERS[::-1], "deposit_rule": "kept", "no_show_rule": "refund", "move_until_hours": 6, "move_most": 1,
              "place": "Calle 10 # 43-12", "map_url": "https://maps.example/abc", "instructions": "Llega antes.\nTrae exámenes."}
    doc = good(owner.patch(url, json=change))
    assert doc["cancel_tiers"] == TIERS and {n: doc[n] for n in change if n != "cancel_tiers"} == {
        n: v for n, v in change.items() if n != "cancel_tiers"}
    assert good(owner.patch(url, json={"place": None, "map_url": None, "instructions": None}))["place"] == ""
    assert good(owner.patch(url, json={"cancel_tiers": []}))["cancel_tiers"] == []
    bad = {"cancel_tiers": [{"hours": 1, "percent": 101}, {"hours": -1}, {"hours": 2, "percent": 3, "x": 1}], "deposit_rule": "x",
           "no_show_rule": None, "move_until_hours": 721, "move_most": -1, "place": "x" * 301, "map_url": "http://maps.example/abc",
           "instructions": "\x07"}
    assert set(fields(owner.patch(url, json=bad))) == {
        "cancel_tiers.0.percent", "cancel_tiers.1.hours", "cancel_tiers.1.percent", "cancel_tiers.2.x", "deposit_rule",
        "no_show_rule", "move_until_hours", "move_most", "place", "map_url", "instructions"}
    for tiers in ([TIERS[0], TIERS[0]], [{"hours": 5, "percent": 10}, {"hours": 4, "percent": 20}], [TIERS[0]] * 6):
        assert set(fields(owner.patch(url, json={"cancel_tiers": tiers}))) == {"cancel_tiers"}
    good(owner.patch(url, json={"cancel_tiers": TIERS, "deposit_rule": "tiers", "no_show_rule": "keep"}))


def test_the_form_of_a_service(shop, owner):
    path = "/dashboard/services/" + shop.service_id(FREE["name"])
    page = page_of(owner, path)
    typed = form_of(page.split('id="form"')[1].split("</form>")[0])
    assert typed["t1.hours"] == "72" and typed["t1.percent"] == "100" and typed["t3.hours"] == ""
    other = "/dashboard/services/" + shop.service_id(PAID["name"])
    told = form_of(page_of(owner, other).split('id="form"')[1].split("</form>")[0])
    seen = send(owner, other, dict(told, **{"t1.hours": "30", "t1.percent": "70", "preview": "1"}), 200)
    assert "70 %" in text_of(seen.text).replace("\xa0", " ") and "30 horas" in text_of(seen.text)
    for change, said in (({"price_cents": "0"}, "cancelar sin costo"),
                         ({"price_cents": "90000", "charge_type": "partial_percent", "deposit_percent": "50", "deposit_rule": "kept"},
                          "anticipo no se devuelve")):
        assert said in text_of(send(owner, other, dict(told, preview="1", **change), 200).text), change
    assert good(owner.get("/api/services/" + shop.service_id(PAID["name"])))["cancel_tiers"] == [{"hours": 24, "percent": 100}]
    send(owner, path, dict(typed, **{"t1.hours": "48", "t1.percent": "80 %", "t2.hours": "", "t2.percent": "", "place": "Sala 2"}))
    doc = good(owner.get("/api/services/" + shop.service_id(FREE["name"])))
    assert doc["cancel_tiers"] == [{"hours": 48, "percent": 80}] and doc["place"] == "Sala 2"
    typed = form_of(page_of(owner, path).split('id="form"')[1].split("</form>")[0])
    for wrong, words in (({"t2.hours": "x"}, "Escribe las horas"), ({"t2.hours": "12"}, "Escribe el porcentaje"),
                         ({"t2.hours": "48", "t2.percent": "10"}, "ya está en otra fila"),
                         ({"t2.hours": "12", "t2.percent": "90"}, "no puede recibir más"),
                         ({"map_url": "javascript:alert(1)"}, "https")):
        answer = send(owner, path, dict(typed, **wrong), 422)
        assert words in text_of(answer.text)
        kept = form_of(answer.text.split('id="form"')[1].split("</form>")[0])
        assert {n: kept[n] for n in wrong} == wrong
        field = next(iter(wrong)) if "t2" not in next(iter(wrong)) else "t2."
        assert re.search(r'<a href="#%s' % re.escape(field), answer.text)
    assert good(owner.get("/api/services/" + shop.service_id(FREE["name"])))["cancel_tiers"] == [{"hours": 48, "percent": 80}]


# --- one booking ---

def test_moved(shop, owner, staff):
    booking = free(shop)
    before = good(owner.get(url_of(booking)))
    assert before["can"]["move"] and before["moves"] == 0
    start = another_time(shop, booking, FREE["name"])
    answer = staff.post(url_of(booking, "/move"), json={"start": start, "tell": False},
                        headers={"If-Match": '"%d"' % before["version"]})
    doc = good(answer)
    assert instant(doc["start"]) == instant(start) and doc["version"] == before["version"] + 1 and doc["sequence"] == 1
    assert answer.headers["ETag"] == '"%d"' % doc["version"]
    last = doc["history"][-1]
    assert instant(last["facts"]["from_start"]) == instant(before["start"]) and doc["moves"] == 0
    assert last["facts"]["from_professional"]["id"] == before["professional"]["id"]
    assert not [one for one in doc.get("mails", []) if one["kind"] == "booking_moved"]
    good(owner.post(url_of(booking, "/move"), json={"start": start}, headers={"If-Match": '"1"'}), 412)
    assert set(fields(owner.post(url_of(booking, "/move"), json={"start": "mañana", "outside_hours": 1}))) == {"start", "outside_hours"}
    assert good(owner.post(url_of(booking, "/move"), json={"start": doc["start"]}), 422)["code"] == "slot_invalid"
    other = shop.professional_id("Dos" if doc["professional"]["name"] == "Uno" else "Uno")
    key = {"Idempotency-Key": "mover-" + booking.id}
    moved = good(owner.post(url_of(booking, "/move"), json={"start": doc["start"], "professional": other}, headers=key))
    assert moved["professional"]["id"] == other
    again = good(owner.post(url_of(booking, "/move"), json={"start": doc["start"], "professional": other}, headers=key))
    assert again["version"] == moved["version"]
    good(owner.post(url_of(booking, "/cancel")))
    assert good(owner.post(url_of(booking, "/move"), json={"start": start}), 409)["code"] == "conflict"


def test_moved_onto_another(shop, owner):
    one, two = free(shop), free(shop)
    row, other = good(owner.get(url_of(one))), good(owner.get(url_of(two)))
    wish = {"start": row["start"], "professional": row["professional"]["id"]}
    assert good(owner.post(url_of(two, "/move"), json=wish), 409)["code"] == "slot_unavailable"
    assert good(owner.get(url_of(two)))["start"] == other["start"]


def test_the_pages_of_a_move(shop, staff):
    booking = free(shop)
    path = "/dashboard/bookings/%s/move" % booking.id
    page = page_of(staff, path)
    assert "/move" in page_of(staff, "/dashboard/bookings/" + booking.id)
    assert re.findall(r'name="start" value="(2[^"]+)"', page), "no times"
    start = another_time(shop, booking, FREE["name"])
    typed = {"version": hidden(page, "version"), "professional": booking.row()["professional_id"], "start": start}
    send(staff, path, dict(typed, start="other", date="2027-13-01", time="x", step="check"), 422)
    review = send(staff, path, dict(typed, step="check"), 200).text
    assert hidden(review, "start") == start and "Antes" in text_of(review) and booking.row()["status"] == "confirmed"
    assert instant(booking.row()["slot_start"]) != instant(start)
    done = send(staff, path, dict(typed, step="move", tell="1"))
    assert done.headers["Location"] == "/dashboard/bookings/%s?done=ops.moved" % booking.id
    assert instant(booking.row()["slot_start"]) == instant(start)
    page = page_of(staff, done.headers["Location"])
    assert "Movida" in text_of(page) and "quedó en el nuevo horario" in text_of(page)
    stale = send(staff, path, dict(typed, start=another_time(shop, booking, FREE["name"]), step="move"), 412)
    assert "cambió mientras la mirabas" in text_of(stale.text)
    good(kitadmin.person(shop).post(url_of(booking, "/cancel")))
    assert "ya no se puede mover" in text_of(page_of(staff, path))


def test_cancelled_in_part(shop, owner):
    url = "/api/services/" + shop.service_id(PAID["name"])
    good(owner.patch(url, json={"cancel_tiers": [{"hours": 0, "percent": 40}]}))
    try:
        booking, other, third = paid(shop), paid(shop), paid(shop)
    finally:
        good(owner.patch(url, json={"cancel_tiers": [{"hours": 24, "percent": 100}]}))
    terms = good(owner.get(url_of(booking)))["refund"]
    assert terms["paid_cents"] == 3000000 and terms["refund_cents"] == 1200000 and terms["kept_cents"] == 1800000
    wish = {"refund": "policy", "expected_cents": 1200001}
    bad = good(owner.post(url_of(booking, "/cancel"), json=wish), 412)
    assert bad["errors"][0]["field"] == "expected_cents" and booking.row()["status"] != "cancelled"
    assert set(fields(owner.post(url_of(booking, "/cancel"), json={"refund": "half", "tell": "no", "expected_cents": -1}))) == {
        "refund", "tell", "expected_cents"}
    doc = good(owner.post(url_of(booking, "/cancel"), json=dict(wish, expected_cents=1200000, tell=False)))
    assert [one["amount_cents"] for one in doc["refunds"]] == [1200000]
    assert not [one for one in doc.get("mails", []) if one["kind"] == "booking_cancelled"]
    # the same by the page
    path = "/dashboard/bookings/%s/cancel" % other.id
    page = page_of(owner, path)
    words = text_of(page)
    assert "Lo que dicen tus reglas: $ 12.000" in words.replace("\xa0", " ") and hidden(page, "shown_policy") == "1200000"
    typed = {"version": hidden(page, "version"), "refund": "policy", "shown_policy": "1199999", "tell": "1", "reason": "Zulmaqx motivo"}
    stale = send(owner, path, typed, 412)
    assert "cambió mientras decidías" in text_of(stale.text) and hidden(stale.text, "reason") == "Zulmaqx motivo"
    assert re.search(r'value="policy" checked', stale.text) and re.search(r'id="tell"[^>]* checked', stale.text)
    send(owner, path, dict(typed, shown_policy="1200000"))
    doc = good(owner.get(url_of(other)))
    assert doc["status"] == "cancelled" and [one["amount_cents"] for one in doc["refunds"]] == [1200000]
    page = page_of(owner, "/dashboard/bookings/%s/cancel" % third.id)
    send(owner, "/dashboard/bookings/%s/cancel" % third.id, {"version": hidden(page, "version"), "refund": "none", "shown_none": "0"})
    doc = good(owner.get(url_of(third)))
    assert doc["status"] == "cancelled" and not doc["refunds"]


def test_mails_of_a_booking(shop, owner, staff):
    booking = free(shop)
    doc = wait_until(lambda: next((d for d in [good(owner.get(url_of(booking)))] if any(
        m["kind"] == "booking_confirmed" and m["state"] == "sent" for m in d["mails"])), None), 30)
    count = len([m for m in doc["mails"] if m["kind"] == "booking_confirmed"])
    again = good(staff.post(url_of(booking, "/mails"), json={"kind": "booking_confirmed"}), 202)
    assert len([m for m in again["mails"] if m["kind"] == "booking_confirmed"]) == count + 1
    assert good(owner.post(url_of(booking, "/mails"), json={"kind": "booking_cancelled"}), 409)["code"] == "conflict"
    assert set(fields(owner.post(url_of(booking, "/mails"), json={"kind": "reset"}))) == {"kind"}
    assert set(fields(owner.post(url_of(booking, "/mails"), json={}))) == {"kind"}
    page = page_of(staff, "/dashboard/bookings/" + booking.id)
    assert "Reserva confirmada" in text_of(page) and booking.customer["email"] in text_of(page)
    done = send(staff, "/dashboard/bookings/%s/mails" % booking.id, {"kind": "booking_confirmed"})
    assert done.headers["Location"].endswith("?done=ops.mail_again")
    stopped = send(staff, "/dashboard/bookings/%s/mails" % booking.id, {"kind": "booking_cancelled"}, 409)
    assert "ya no se puede" in text_of(stopped.text)


# --- the waiting list ---

def waiting(shop, name, email):
    day = (shop.demo.now() + datetime.timedelta(days=9)).date().isoformat()
    link = shop.demo.one("SELECT public_id FROM kf.booking_link WHERE tenant_id = '%s' LIMIT 1" % shop.tenant)
    private(email)
    return shop.demo.one(
        "SELECT kf.waiting_add('%s', gen_random_uuid(), jsonb_build_object('link', '%s', 'service', '%s', 'professional', NULL, 'day',"
        " '%s', 'name', '%s', 'email', '%s', 'language', 'es', 'timezone', 'America/Bogota'))->>'id'"
        % (shop.tenant, link, shop.service_id(FREE["name"]), day, name, email))


def test_who_waits(shop, owner, staff):
    assert "Nadie está esperando" in text_of(page_of(staff, "/dashboard/waiting"))
    for n in range(3):
        waiting(shop, "Zulmaqx Espera %d" % n, "zulmaqx-espera%d@privado.example" % n)
    rows = kitadmin.pages(staff, "/api/waiting-list", 2)
    assert [one["name"] for one in rows] == ["Zulmaqx Espera %d" % n for n in range(3)]
    assert rows[0]["professional"] is None and rows[0]["service"]["name"] == FREE["name"]
    assert set(fields(owner.get("/api/waiting-list", params={"state": "x"}))) == {"state"}
    page = page_of(staff, "/dashboard/waiting")
    assert "Zulmaqx Espera 2" in page and page.count("/remove") == 3
    good(staff.delete("/api/waiting-list/" + rows[0]["id"]), 204)
    good(staff.delete("/api/waiting-list/" + rows[0]["id"]), 404)
    send(staff, "/dashboard/waiting/%s/remove" % rows[1]["id"], {"x": "1"})
    assert [one["id"] for one in good(owner.get("/api/waiting-list"))["items"]] == [rows[2]["id"]]
    good(kitadmin.key(shop, ["bookings:read"]).get("/api/waiting-list"))
    good(owner.patch("/api/tenant/rules", json={"mails": {"waiting_offer": False}}))

    def words():  # each process caches a business for a while
        page = text_of(page_of(staff, "/dashboard/waiting"))
        return [one for one in ("La lista de espera está desactivada", "se lo ofrecemos") if one in page]
    wait_until(lambda: words() == ["La lista de espera está desactivada"])
    good(owner.patch("/api/tenant/rules", json={"mails": {"waiting_offer": True}}))
    wait_until(lambda: words() == ["se lo ofrecemos"])


# --- a feed ---

def test_a_feed(shop, owner):
    who = shop.professional_id()
    url = "/api/professionals/%s/feed" % who
    good(owner.get(url), 404)
    made = good(owner.post(url), 201)
    assert re.search(r"/feed/[\w-]{43}/calendar\.ics$", made["url"])
    private(made["url"].split("/feed/")[1].split("/")[0])
    assert "url" not in good(owner.get(url)) and good(owner.get(url))["id"] == made["id"]
    answer = kitadmin.anybody(shop).session.get(made["url"])
    assert answer.status_code == 200 and answer.text.startswith("BEGIN:VCALENDAR")
    assert set(fields(owner.post(url, json={"x": 1}))) == {"x"}
    path = "/dashboard/professionals/%s/feed" % who
    assert path in page_of(owner, "/dashboard/professionals/" + who)
    page = send(owner, path, {"x": "1"}, 200)
    second = html.unescape(re.search(r'id="address" value="([^"]+)"', page.text).group(1))
    private(second.split("/feed/")[1].split("/")[0])
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cache-Control"] == "no-store"
    assert second not in page_of(owner, path)
    assert kitadmin.anybody(shop).session.get(made["url"]).status_code == 404
    assert kitadmin.anybody(shop).session.get(second).status_code == 200
    assert "¿Quitar la dirección?" in text_of(page_of(owner, path + "/revoke"))
    send(owner, path + "/revoke", {"x": "1"})
    good(owner.delete(url), 409)
    assert kitadmin.anybody(shop).session.get(second).status_code == 404


# --- data ---

def test_what_is_kept_of_a_customer(shop, owner, staff):
    booking = free(shop)
    email = booking.customer["email"]
    told = good(owner.post("/api/customers/export", json={"email": email.upper()}))
    assert [one["id"] for one in told["bookings"]] == [booking.id]
    assert good(owner.post("/api/customers/erase", json={"email": email}), 409)["errors"][0]["field"] == "booking"
    assert set(fields(owner.post("/api/customers/export", json={"email": "nadie"}))) == {"email"}
    good(staff.post("/api/customers/export", json={"email": email}), 403)
    download = send(owner, "/dashboard/privacy/export", {"email": email}, 200)
    assert "attachment" in download.headers["Content-Disposition"] and booking.id in download.text
    ask = send(owner, "/dashboard/privacy/erase", {"email": email}, 200)
    assert email in text_of(ask.text) and hidden(ask.text, "sure") == "1" and booking.row()["customer_email"] == email
    stopped = send(owner, "/dashboard/privacy/erase", {"email": email, "sure": "1"}, 409)
    assert "tiene una cita por delante" in text_of(stopped.text) and form_of(stopped.text)["email"] == email
    wrong = send(owner, "/dashboard/privacy/erase", {"email": "nadie"}, 422)
    assert 'href="#email"' in wrong.text and 'value="nadie"' in wrong.text
    good(owner.post(url_of(booking, "/cancel")))
    done = send(owner, "/dashboard/privacy/erase", {"email": email, "sure": "1"}, 200)
    assert "se borraron los datos de 1 reserva" in text_of(done.text) and email not in done.text
    assert booking.row()["customer_email"] != email and good(owner.get(url_of(booking)))["erased_at"]
    assert not good(owner.post("/api/customers/export", json={"email": email}))["bookings"]
    page_of(owner, "/dashboard/bookings/" + booking.id)


def test_the_page_of_privacy(shop, owner):
    typed = form_of(page_of(owner, "/dashboard/privacy").split('id="form"')[1].split("</form>")[0])
    send(owner, "/dashboard/privacy", dict(typed, retention_days="400", complete_after_hours=""))
    doc = good(owner.get("/api/tenant/rules"))
    assert doc["retention_days"] == 400 and doc["complete_after_hours"] is None
    wrong = send(owner, "/dashboard/privacy", dict(typed, retention_days="12"), 422)
    assert 'href="#retention_days"' in wrong.text and form_of(wrong.text)["retention_days"] == "12"


def test_the_log_of_changes_says_it_in_words(shop, owner):
    words = text_of("".join(page_of(owner, "/dashboard/audit?type=" + one) for one in ("booking", "tenant", "waiting", "professional",
                                                                                        "customer", "service")))
    for said in ("Cita movida", "Cambio de correos y privacidad", "Correo reenviado", "Quitado de la lista de espera",
                 "Devolución si cancela", "Lo que dicen las reglas"):
        assert said in words, said
    assert not re.search(r"\b(booking_moved|rules_changed|mail_sent_again|waiting_removed|cancel_tiers|retention_days)\b", words)


def test_trouble_is_told_at_home(shop, owner):
    shop.demo.run("INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, to_name, language, facts, state, attempts, last_error,"
                  " next_attempt_at, created_at) VALUES ('%s', gen_random_uuid(), 'password_changed', 'a@b.example', 'A', 'es', '{}',"
                  " 'dead', 5, '550 no such user', kf.now(), kf.now())" % shop.tenant)
    assert "no se pudo entregar" in text_of(page_of(owner, "/dashboard"))
    page = page_of(owner, "/dashboard/mails")
    assert "550 no such user" in page and 'id="trouble"' in page


# --- who may not ---

PAGES = [("GET", "/dashboard/mails"), ("POST", "/dashboard/mails"), ("GET", "/dashboard/mails/server"),
         ("POST", "/dashboard/mails/server"), ("POST", "/dashboard/mails/server/test"), ("POST", "/dashboard/mails/server/remove"),
         ("GET", "/dashboard/privacy"), ("POST", "/dashboard/privacy"), ("POST", "/dashboard/privacy/export"),
         ("POST", "/dashboard/privacy/erase"), ("GET", "/dashboard/professionals/{who}/feed"),
         ("POST", "/dashboard/professionals/{who}/feed"), ("POST", "/dashboard/professionals/{who}/feed/revoke")]
STAFF_PAGES = [("GET", "/dashboard/bookings/{booking}/move"), ("POST", "/dashboard/bookings/{booking}/move"),
               ("POST", "/dashboard/bookings/{booking}/mails"), ("POST", "/dashboard/waiting/{waiting}/remove")]


@pytest.fixture(scope="module")
def theirs(main_demo):
    other = Shop(main_demo, services=(FREE,))
    return {"who": other.professional_id(), "booking": free(other).id,
            "waiting": waiting(other, "Zulmaqx Ajena", "zulmaqx-ajena@privado.example"), "shop": other}


def ask(client, method, path):
    return client.get(path) if method == "GET" else client.post(path, data={"email": "a@b.example", "sure": "1"}, headers=FORM)


@pytest.mark.parametrize("method, path", PAGES + STAFF_PAGES)
def test_who_comes_in(shop, owner, staff, theirs, method, path):
    mine = path.format(who=shop.professional_id(), booking=NOBODY, waiting=NOBODY)
    away = ask(kitadmin.anybody(shop), method, mine)
    assert away.status_code == 303 and away.headers["Location"].startswith("/dashboard/login")
    if (method, path) in PAGES:
        assert ask(staff, method, mine).status_code == 403
    if method == "POST":
        assert ask(kitadmin.person(shop, csrf=False), method, mine).status_code == 403
    if "{" in path:
        assert ask(owner, method, path.format(**{n: v for n, v in theirs.items() if n != "shop"})).status_code == 404
    assert theirs["shop"].demo.one("SELECT count(*) FROM kf.waiting WHERE tenant_id = '%s' AND state = 'waiting'"
                                   % theirs["shop"].tenant) == 1
