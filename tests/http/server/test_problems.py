"""Error responses: stable codes, the reader's language, a type URL that resolves."""
import os
import re
import uuid

import pytest
import requests

from kitadmin import anybody, good, person as signed_in
from kitapi import problem
from kitdemo import TOP
from kitshop import FREE, person

ERRORS = {"customer.name": "too_short", "customer.email": "not_an_email", "customer.phone": "not_a_phone",
          "customer.notes": "too_long", "accepted_terms": "not_accepted"}
BAD = {"name": "A", "email": "x", "phone": "1", "notes": "n" * 1001}


def refused(shop, **headers):
    body = dict(shop.booking_body(shop.hold(), BAD), accepted_terms=False)
    return shop.client(**headers).post("/api/bookings", json=body)


def codes(answer):
    return {one["field"]: one["code"] for one in problem(answer, 422, "invalid")["errors"]}


def test_each_field_has_a_code(shop):
    answer = refused(shop)
    assert codes(answer) == ERRORS
    (notes,) = [one for one in answer.json()["errors"] if one["field"] == "customer.notes"]
    assert (notes["min"], notes["max"]) == (0, 1000)
    owner = signed_in(shop)
    assert codes(owner.post("/api/services", json={"duration_min": "30", "price_cents": -1, "colour": "red"})) == {
        "name": "required", "description": "required", "duration_min": "wrong_type", "price_cents": "out_of_range", "colour": "unknown_field"}


def test_the_database_says_the_same_words(shop, make_shop):
    owner = signed_in(shop)
    assert codes(owner.patch("/api/tenant/branding", json={"subdomain": make_shop().sub})) == {"subdomain": "taken"}
    assert codes(anybody(shop).get("/api/availability", params={
        "link": shop.link, "service": shop.service_id(FREE["name"]), "timezone": "Mars/Olympus"})) == {
            "timezone": "not_a_time_zone"}


@pytest.mark.parametrize("accept, lang, words", [
    (None, "en", "Write an email address like name@example.com."), ("en-GB,en;q=0.9", "en", "Write an email address"),
    ("es-CO,es;q=0.9,en;q=0.5", "es", "Escribe un correo como nombre@ejemplo.com."), ("de", "en", "Write an email")])
def test_in_the_callers_language(shop, accept, lang, words):
    answer = refused(shop, **({"Accept-Language": accept} if accept else {}))
    (email,) = [one for one in answer.json()["errors"] if one["field"] == "customer.email"]
    assert email["code"] == "not_an_email" and email["detail"].startswith(words)
    assert answer.headers["Content-Language"] == lang
    assert answer.json()["title"] == {"en": "Some fields are not valid", "es": "Algunos campos no son válidos"}[lang]


@pytest.mark.parametrize("lang, words", [("en", "duration_min: This must be a whole number."),
                                         ("es", "duration_min: Esto debe ser un número entero.")])
def test_the_detail_names_the_first_field(shop, lang, words):
    """For a person who sees only the detail."""
    told = problem(signed_in(shop).post("/api/services", json={"duration_min": "30", "name": "Corte", "description": "Corte de pelo"},
                                        headers={"Accept-Language": lang}), 422, "invalid")
    assert told["detail"] == words
    assert told["errors"][0]["field"] + ": " + told["errors"][0]["detail"] == words


def test_an_unknown_member_is_told_what_there_is(shop):
    for lang, words in (("en", "There is no such field. Known here: name, "), ("es", "Este campo no existe. Aquí se conocen: name, ")):
        told = problem(signed_in(shop).post("/api/services", json={"nmae": "A"}, headers={"Accept-Language": lang}), 422, "invalid")
        (one,) = [error for error in told["errors"] if error["field"] == "nmae"]
        assert one["code"] == "unknown_field" and one["detail"].startswith(words)


def test_all_that_is_wrong_is_told_at_once(shop):
    query = {"link": shop.link, "service": str(uuid.uuid4()), "professional": str(uuid.uuid4()), "from": "x", "to": "2026-02-30"}
    assert codes(anybody(shop).get("/api/availability", params=query)) == {
        "service": "not_offered", "professional": "not_offered", "from": "not_a_date", "to": "not_a_date"}
    body = dict(shop.booking_body(shop.hold(), BAD), accepted_terms=False, language="fr")
    assert codes(shop.client().post("/api/bookings", json=body)) == dict(ERRORS, language="not_one_of")


def test_a_state_is_a_spanish_word(shop):
    path = "/api/bookings/%s/cancel" % shop.book(service=FREE["name"]).id
    owner = signed_in(shop)
    good(owner.post(path, json={}))
    assert "cancelada" in problem(owner.post(path, json={}, headers={"Accept-Language": "es"}), 409, "conflict")["detail"]


def test_bounds_are_said_in_spanish_too(shop):
    (notes,) = [one for one in refused(shop, **{"Accept-Language": "es"}).json()["errors"]
                if one["field"] == "customer.notes"]
    assert notes["detail"] == "El texto es demasiado largo. Se permite de 0 a 1000."


def test_an_account_has_a_language(shop):
    owner = signed_in(shop)
    for lang, words in (("es", "Este campo es obligatorio."), ("en", "This is required.")):
        shop.demo.run("UPDATE kf.staff SET language = '%s' WHERE tenant_id = '%s'" % (lang, shop.tenant))
        (name,) = [one for one in owner.post("/api/services", json={}).json()["errors"] if one["field"] == "name"]
        assert name["detail"] == words
    answer = owner.post("/api/services", json={}, headers={"Accept-Language": "es"})
    assert answer.json()["errors"][0]["detail"] == "Este campo es obligatorio."


def test_each_refusal_has_its_own_spanish(shop):
    """From SQL and from C, with and without values. Messages that no page words itself are in English for an English
    client."""
    owner = signed_in(shop)
    one, most = "/api/professionals/" + shop.professional_id(), 12
    spans = [{"weekday": 1, "kind": "work", "starts": "08:%02d" % (4 * i), "ends": "08:%02d" % (4 * i + 2)} for i in range(most + 1)]
    for method, path, body, status, english, spanish in (
            ("DELETE", one + "/feed", None, 409, "There is no feed to revoke", "No hay una suscripción que desactivar."),
            ("GET", "/api/calendar?from=2027-01-01&to=2027-03-01", None, 422, "Ask for 1 to 35 days", "Pide de 1 a 35 días."),
            ("PUT", one + "/hours", {"hours": spans, "overrides": []}, 422, "A day may have at most %d spans" % most,
             "Un día puede tener %d franjas como máximo." % most),
            ("GET", "/api/services/" + str(uuid.uuid4()), None, 404, "There is nothing with this id.", "No hay nada con este id.")):
        for lang, said in (("en", english), ("es", spanish)):
            answer = owner.request(method, path, json=body, headers={"Accept-Language": lang})
            told = answer.json()
            errors = told.get("errors", [])
            assert answer.status_code == status and [error["detail"] for error in errors] in ([], [said]), (method, path, answer.text)
            assert told["detail"] == "".join(error["field"] + ": " for error in errors) + said
    for lang, said in (("en", "This is not valid JSON (line 1, column 2)."), ("es", "Esto no es JSON válido (línea 1, columna 2).")):
        assert shop.client(**{"Accept-Language": lang, "Content-Type": "application/json"}).post(
            "/api/holds", data="{x}").json()["detail"] == said


def test_the_type_answers(shop):
    told = problem(shop.client().get("/api/booking/nobody/options"), 404, "link_invalid")
    assert told["type"] == shop.demo.about["base_url"] + "/problems/link_invalid"
    for lang, words in (("en", "booking link is not valid"), ("es", "enlace de reserva no es válido")):
        page = requests.get(told["type"], headers={"Accept-Language": lang}, timeout=20)
        assert page.status_code == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "link_invalid" in page.text and words in page.text and 'lang="%s"' % lang in page.text
    assert shop.client().get("/problems/nothing").status_code == 404


def test_the_page_lists_every_code(shop):
    with open(os.path.join(TOP, "lib/base/errors.def"), encoding="utf-8") as handle:
        source = handle.read()
    known = re.findall(r'^KF_ERROR\(\w+, "[^"]*", "(\w+)"', source, re.M)
    reasons = re.findall(r'^KF_REASON\(\w+, "(\w+)"', source, re.M)
    assert len(known) > 30 and len(reasons) > 20
    for lang in ("es", "en"):
        page = shop.client(**{"Accept-Language": lang}).get("/problems").text
        assert [one for one in known if '<section id="%s">' % one not in page] == []
        assert [one for one in reasons if '<section id="field-%s">' % one not in page] == []
        assert "problems." not in page, "a message is missing"


# --- one key, with or without quotes ---

def test_quoted_and_bare_are_one_key(shop):
    body, key = shop.hold_body(shop.take_slot()), str(uuid.uuid4())
    bare, quoted = (shop.client().post("/api/holds", json=body, headers={"Idempotency-Key": one})
                    for one in (key, '"%s"' % key))
    assert bare.status_code == 201 and quoted.status_code == 201 and quoted.json() == bare.json()


@pytest.mark.parametrize("key", ['"', '""', '"a', 'a"', 'a"b', '"a";v=1'])
def test_half_a_quote_is_no_key(shop, key):
    body = shop.hold_body(shop.take_slot())
    problem(shop.client().post("/api/holds", json=body, headers={"Idempotency-Key": key}), 400, "malformed_request",
            "Idempotency-Key")


# --- addresses ---

def test_a_link_has_its_whole_address(shop):
    owner = signed_in(shop)
    made = good(owner.post("/api/booking-links", json={"name": "Web"}), 201)
    assert made["url"].endswith(made["url_path"]) and made["url"].startswith("http")
    assert good(owner.get("/api/booking-links/" + made["id"]))["url"] == made["url"]
    assert all(one["url"].endswith(one["url_path"]) for one in good(owner.get("/api/booking-links"))["items"])
    assert good(owner.patch("/api/booking-links/" + made["id"], json={"name": "Otro"}))["url"] == made["url"]


def test_a_domain_in_its_own_letters(shop):
    booking = shop.book(customer=person(email="ana@clínica.example"))
    assert shop.demo.one("SELECT customer_email FROM kf.booking WHERE booking_id = '%s'" % booking.id) \
        == "ana@xn--clnica-4va.example"
    body = shop.booking_body(shop.hold(), person(email="peña@clinica.example"))
    assert codes(shop.client().post("/api/bookings", json=body)) == {"customer.email": "email_not_ascii"}
    owner = signed_in(shop)
    found = good(owner.post("/api/customers/export", json={"email": "ana@clínica.example"}))
    assert [one["id"] for one in found["bookings"]] == [booking.id]
    for url, field in (("/api/tenant/rules", "mail_reply_to"),
                       ("/api/professionals/" + shop.professional_id(), "email")):
        assert good(owner.patch(url, json={field: "hola@clínica.example"}))[field] == "hola@xn--clnica-4va.example"
        assert codes(owner.patch(url, json={field: "peña@clinica.example"})) == {field: "email_not_ascii"}
