"""60 payloads in every text field: refused by name, or displayed as plain text, everywhere."""
import csv
import html
import io
import os
import re
import urllib.parse

import pytest

import kitadmin
from kitadmin import good
from kitdemo import TOP, wait_until
from kithostile import (EMAIL, KEYS, N, TEXTS, Forms, Hostile, body_of, documents, family_of, missing, pages_of_the_table,
                        text_fields, turn)
from kithttp import FORM
from kitpayloads import PAYLOADS, REFUSED, TABLE, WILD, Look, check, plain
from kitshop import FREE, person, wompi_keys
from kitwizard import hold as hold_a_time

UNSEEN = {name: text for name, (kind, text) in TABLE.items() if kind == REFUSED}
# Never displayed, and any text is allowed.
SECRETS = {"password", "current_password", "code", "token"}
# Objects that the description leaves open, and their members.
OPEN_OBJECTS = [("post", "/api/bookings/manual", "customer." + one) for one in ("name", "email", "phone")]
LONG = {"description", "notes", "contact", "about", "instructions"}  # multi-line: a tab is allowed in them
# Pages where everything of one kind is listed.
LISTS = {"/dashboard/services": "services", "/dashboard/professionals": "professionals", "/dashboard/links": "booking-links",
         "/dashboard/closed-days": "closed-days", "/dashboard/bookings": "bookings", "/dashboard/staff": "staff",
         "/dashboard/api-keys": "api-keys", "/dashboard/callback-addresses": "callback-endpoints"}
# A mail omits such a name, because it could be read as an address.
NOT_IN_MAILS = re.compile(r"[/\\@:]|\.\w\w")
# Pages without a session, or with a token in the URL.
OUTSIDE = ("/dashboard/login", "/dashboard/register", "/dashboard/forgot", "/dashboard/check-mail", "/dashboard/reset",
           "/dashboard/invitation", "/dashboard/verify")
QUERY = ("lang", "next", "done", "for", "token", "after", "back", "show", "search", "from", "to", "day", "date", "view", "service",
         "professional", "actor", "type", "state", "undo", "tested", "picture", "timezone", "link", "id")


@pytest.fixture(scope="module")
def hostile(main_demo):
    return Hostile(main_demo)


@pytest.fixture(autouse=True)
def money(log):
    log.expect(r"was not simply applied")


# --- the eye itself ---

@pytest.mark.plain
def test_the_look_sees_what_is_echoed():
    """Each payload on a page that prints it unescaped is detected. Escaped, only its text appears."""
    with open(os.path.join(TOP, "tests/browser/samples/echo.html"), encoding="utf-8") as handle:
        sample = handle.read()
    assert len(TABLE) >= 60 and len(set(PAYLOADS.values())) == len(TABLE)
    quiet = sample.replace('href="{{payload}}"', 'href="/x?{{payload}}"')
    for name, (kind, text) in TABLE.items():
        assert 10 <= len(text) <= 100 and "zqx" in text or kind == REFUSED, name
        if kind == WILD:
            assert Look(sample.replace("{{payload}}", text)).faults, name
        page = Look(quiet.replace("{{payload}}", html.escape(text)))
        assert not page.faults and page.shows(text), name


# --- every field of the API ---

def bases(hostile):
    """A valid document for operations that need more than one field."""
    shop = hostile.shop
    held = shop.hold(service=FREE["name"])
    booking = shop.booking_body(held, dict(person()))
    sign_up = {"business": "Negocio", "email": "zulmaqx.nadie@privado.example", "password": "corta"}
    payments = wompi_keys()
    return {"/api/auth/register": sign_up, "/api/auth/login": {"email": sign_up["email"], "password": "corta"},
            "/api/bookings": booking, "/api/holds": shop.hold_body(shop.take_slot(FREE["name"]), FREE["name"]),
            "/api/staff": {"email": "zulmaqx.nadie@privado.example", "role": "staff"},
            "/api/tenant/mail-channel": {"kind": "smtp", "host": "smtp.zqx.example", "port": 587, "username": "zqx", "secret": "zqx",
                                         "from_address": "citas@zqx.example", "active": False},
            "/api/callback-endpoints": {"url": shop.demo.sandbox_url + "/merchant/callback/zqx"},
            "/api/tenant/payments": payments, "/api/tenant/payments/test": payments,
            "/api/auth/accept-invitation": {"token": "A" * 43, "name": "Zulmaqx", "password": "corta"}}


def document(base, field, text):
    told, (name, value) = dict(base), next(iter(body_of(field, text).items()))
    told[name] = dict(told.get(name, {}), **value) if isinstance(value, dict) else value
    return told


def refused(client, method, url, told, field, where):
    """The answer to one invalid field: it names the field, and the text is returned only as JSON."""
    answer = client.request(method.upper(), url, json=told)
    assert 400 <= answer.status_code < 500, "%s: %d %s" % (where, answer.status_code, answer.text[:300])
    assert answer.headers["Content-Type"] == "application/problem+json" and answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.status_code == 422 and field.split(".")[-1] not in SECRETS:
        assert field in [one["field"] for one in answer.json()["errors"]], "%s: %s" % (where, answer.text[:600])
    return answer.status_code


def test_every_field_refuses_by_name_or_is_looked_for(hostile):
    """A field without stored texts must refuse all of them. A field that takes texts refuses invisible characters."""
    taken, right = hostile.taken(), bases(hostile)
    fields = text_fields() + OPEN_OBJECTS
    assert len(fields) > 80 and len(taken) > 25 and taken <= set(fields), taken - set(fields)
    for method, path, field in fields:
        url = re.sub(r"\{\w+\}", lambda _, p=path: hostile.ids.get(p.split("/")[2], [hostile.shop.tenant])[-1], path)
        client = hostile.anybody if path in ("/api/bookings", "/api/holds", "/api/holds/{id}") else hostile.owner
        all_of_them = UNSEEN if (method, path, field) in taken else PAYLOADS
        for name, text in all_of_them.items():
            if name == "tab" and (field.rpartition(".")[2] in LONG | {"note", "reason"} or field.startswith("mail_notes.")):
                continue
            if (method, path, field) == ("patch", "/api/professionals/{id}", "email") and name not in UNSEEN and "@" in text:
                continue
            secret = field in SECRETS and path.startswith("/api/auth")
            told = document({} if secret else right.get(path, {}), field, text)
            status = refused(client, method, url, told, field, "%s %s %s=%r" % (method, path, field, text))
            if status == 429:
                break  # the limit for password attempts


def test_documents_are_documents(hostile):
    for family, items in documents(hostile):
        texts = {text for row in hostile.texts[family] for text in row}

        def strings(node):
            if isinstance(node, dict):
                return {text for one in node.values() for text in strings(one)}
            if isinstance(node, list):
                return {text for one in node for text in strings(one)}
            return {node}
        said = set().union(*(strings(one) for one in items))
        names = {row[0] for row in hostile.texts[family]}
        assert names <= said if family != "api-keys" else names & said, family
        assert texts & said
    for url in ("/api/services", "/api/bookings", "/api/tenant/branding", "/api/audit-log"):
        answer = hostile.owner.get(url)
        assert answer.headers["Content-Type"] == "application/json" and answer.headers["X-Content-Type-Options"] == "nosniff"


# --- every page ---

def test_every_page_shows_texts(hostile):
    opened, said = 0, {}
    for path in sorted(pages_of_the_table()):
        if path.startswith("/book") or path in OUTSIDE or path.endswith(".svg"):
            continue
        for url in hostile.opened(path):
            words = hostile.browse(url)
            opened += 1
            if "{id}" in path and path.split("/")[2] != "callbacks":
                family = family_of(path)
                texts = hostile.texts[family][hostile.ids[family].index(url.split("/")[3])]
                absent = missing(words, texts if path.endswith("{id}") else texts[:1])
                assert not absent, "%s does not show %s" % (url, absent)
            said[path] = said.get(path, "") + words
    assert opened > 7 * N
    for path, family in LISTS.items():
        rows = hostile.texts[family][-KEYS:] if family == "api-keys" else hostile.texts[family]
        absent = missing(said[path], [row[0] for row in rows])
        assert not absent, "%s does not show %s" % (path, absent)
    assert not missing(said["/dashboard/audit"], TEXTS)
    sessions = good(hostile.owner.get("/api/auth/sessions"))["items"]
    assert set(hostile.agents) <= {one["user_agent"] for one in sessions}
    assert not missing(hostile.browse("/dashboard/refunds?show=all"), hostile.notes)


def test_pages_with_the_names_of_the_business(hostile):
    """Its name, contact and people: on each of its pages, and on the link's page."""
    visitor = kitadmin.Admin(hostile.shop.url)
    for n in range(N):
        good(hostile.owner.patch("/api/tenant/branding", json={"name": turn(n, 0), "contact": turn(n, 1)}))
        good(hostile.owner.patch("/api/auth/profile", json={"name": turn(n, 2)}), 204)
        assert not missing(hostile.browse("/dashboard/branding"), [turn(n, 0), turn(n, 1)])
        assert not missing(hostile.browse("/dashboard/account"), [turn(n, 2)])

        def there():
            return not missing(hostile.browse("/book/" + hostile.shop.link, visitor), [turn(n, 0), turn(n, 1)])
        there.__name__ = "the link with the name %r" % turn(n, 0)
        wait_until(there, 10, 0.02)
    words = hostile.browse("/book/" + hostile.shop.link, visitor)
    assert not missing(words, [turn(n, 0) for n in range(N)]) and not missing(words, [turn(n, 2) for n in range(N)])


def test_queries(hostile):
    """Text in the URL of a page appears in the page only as text."""
    outside = kitadmin.anybody(hostile.shop)
    texts, n = list(PAYLOADS.values()), 0
    for path in sorted(pages_of_the_table()):
        if path.endswith(".svg"):
            continue
        for turn_of in range(4):
            query = urllib.parse.urlencode({name: texts[(n + 5 * k) % len(texts)] for k, name in enumerate(QUERY)})
            n += 17
            if path.startswith("/book"):
                url, client = path.replace("{link}", hostile.shop.link).replace("{booking}", hostile.ids["bookings"][turn_of]), None
            else:
                url, client = hostile.opened(path)[0], outside if path in OUTSIDE else hostile.owner
            answer = (client or kitadmin.Admin(hostile.shop.url)).get(url + "?" + query)
            assert answer.status_code < 500, (url, query)
            assert "zqx" not in urllib.parse.urlsplit(answer.headers.get("Location", "")).netloc
            check("%s?%s" % (url, query), answer.text)
    for path in ("/dashboard/login", "/dashboard/bookings", "/book/" + hostile.shop.link):
        for text in texts:
            client = outside if "login" in path else hostile.owner
            answer = client.get(path, params={"next": text, "search": text, "lang": text})
            assert answer.status_code < 500
            check(path, answer.text)


# --- every form ---

def filled(form, n):
    """The form with a payload in each text field, all other fields unchanged."""
    texts = list(PAYLOADS.values())
    typed = {name: texts[(n + 7 * k) % len(texts)] for k, name in enumerate(form["typed"])}
    return typed, dict(form["kept"], **typed)


def sent(client, page_url, form, data):
    url = urllib.parse.urljoin(page_url, form["action"]) if form["action"] else page_url
    if form["method"] == "post":
        return client.post(url, data=urllib.parse.urlencode(data), headers=FORM)
    return client.get(url.split("?")[0], params=data)


def sent_back(where, form, typed, answer):
    """A form that is shown again has every text as typed, no secret, and names the wrong fields."""
    check(where, answer.text)
    page = Forms(answer.text)
    words = {name: text for name, text in typed.items() if form["kinds"][name] not in ("date", "time")}
    same = [one for one in page.forms if one["action"] == form["action"] and one["typed"].keys() >= words.keys()]
    if answer.status_code != 422 or not same:
        return False
    for name, text in words.items():
        got = same[0]["typed"][name]
        assert got == "" if form["kinds"][name] == "password" else plain(got) == plain(text), (where, name, got, text)
    # A sign-in does not reveal which field was wrong. A search text is not saved.
    told = form["method"] == "get" or form["action"] == "/dashboard/login" or page.wrong & typed.keys()
    assert told, "%s: no field is marked: %s" % (where, typed)
    return True


def test_every_form_gives_back_what_was_typed(hostile, make_shop):
    """All forms of all pages, found on the pages themselves, so that a new one is included."""
    shop = make_shop()
    owner = kitadmin.person(shop, csrf=False)
    booking = shop.book(service=FREE["name"])
    money_that_waits(shop, owner)
    outside = kitadmin.anybody(shop)
    link = re.search(r"token=[\w-]{43}", hostile.mail(N - 1)[0]["text"]).group()
    found = set()
    for path in sorted(pages_of_the_table()):
        if path.startswith("/book") or path.endswith(".svg"):
            continue
        client = outside if path in OUTSIDE else owner
        url = path + ("?" + link if path == "/dashboard/invitation" else "")
        if "{id}" in path:
            url = one_of(shop, booking, path)
        if path == "/dashboard/bookings/new":
            url += "?" + urllib.parse.urlencode({"service": shop.service_id(FREE["name"]), "professional": shop.professional_id()})
        for at, form in enumerate(Forms(client.get(url).text).forms):
            if form["typed"] and (path, form["action"]) not in found:
                came_back = try_form(client, url, at, form)
                found.add((path, form["action"]))
                assert came_back or form["method"] == "get" or free_of_refusal(form), (path, form)
    assert len(found) > 22 and {"/done", "/resolve"} <= {action[action.rfind("/"):] for _, action in found}, found


def money_that_waits(shop, owner):
    """A refund to make manually, and a payment that was set aside."""
    back, other = shop.book(), shop.book()
    shop.demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "refunds": "off"})
    shop.event(shop.transaction(back.reference, back.answer["amount"], method="PSE")["id"])
    back.wait("confirmed", "paid")
    good(owner.post("/api/bookings/%s/cancel" % back.id, headers={"X-CSRF-Token": owner.csrf}))
    shop.event(shop.transaction(other.reference, 100)["id"])
    wait_until(lambda: good(owner.get("/api/refunds?state=manual"))["items"] and good(owner.get("/api/quarantine"))["items"], 30)


def one_of(shop, booking, path):
    family = path.split("/")[2]
    if family == "bookings":
        return path.replace("{id}", booking.id)
    if family == "callbacks":
        return path.replace("{id}", wait_until(booking.messages, 10)[0]["message_id"])
    table = {"services": "service", "professionals": "professional", "links": "booking_link",
             "callback-addresses": "callback_endpoint"}[family]
    return path.replace("{id}", shop.demo.one("SELECT %s_id AS id FROM kf.%s WHERE tenant_id = '%s' LIMIT 1"
                                              % (table.rpartition("_")[2], table, shop.tenant)))


def free_of_refusal(form):
    """A form that accepts all texts, or whose answer is always the same (a sign-in)."""
    return set(form["kinds"].values()) <= {"text", "textarea", "password", "email"} and len(form["typed"]) <= 3


def try_form(client, url, at, form):
    """Every payload in each of its fields; whether it was shown again. Few rounds if it takes a password."""
    rounds = 4 if "password" in form["kinds"].values() and "business" not in form["typed"] else len(PAYLOADS)
    came_back = False
    for n in range(rounds):
        typed, data = filled(form, n)
        answer = sent(client, url, form, data)
        where = "%s %s %s" % (form["method"], form["action"], typed)
        assert answer.status_code < 500, "%s: %d" % (where, answer.status_code)
        if answer.status_code in (302, 303):
            fresh = Forms(client.get(url).text).forms  # it was accepted: the row has another version
            if at >= len(fresh):
                break
            form = fresh[at]
        else:
            came_back |= sent_back(where, form, typed, answer)
    return came_back


def test_the_form_of_the_wizard(hostile, make_shop):
    shop = make_shop()
    client = kitadmin.Admin(shop.url)
    hold_a_time(client, shop.link, shop.service_id(FREE["name"]))
    here = client.here
    (form,) = [one for one in Forms(client.answer.text).forms if "notes" in one["typed"]]
    assert set(form["typed"]) == {"name", "email", "phone", "notes"}
    for n in range(len(PAYLOADS)):
        typed, data = filled(form, n)
        assert sent_back("details %s" % typed, form, typed, sent(client, here, form, data)), typed
        for name in form["kept"]:
            answer = sent(client, here, form, dict(form["kept"], **dict(person(), **{name: list(PAYLOADS.values())[n]})))
            assert 300 <= answer.status_code < 500, (name, answer.status_code)
            assert "zqx" not in answer.headers.get("Location", "")
            check("details %s" % name, answer.text)


def test_the_wizard_from_first_to_last(hostile):
    """Customers with such names and notes, at services and professionals with such names: every step shows plain
    text."""
    shop = hostile.shop
    link = hostile.demo.one("SELECT public_id AS id FROM kf.booking_link WHERE tenant_id = '%s' AND link_id = '%s'"
                            % (shop.tenant, hostile.ids["booking-links"][0]))
    for n in range(0, N, 3):
        client = kitadmin.Admin(shop.url)
        hold_a_time(client, link, hostile.ids["services"][n])
        assert not missing(check("details", client.answer.text).words, [turn(n, 0), turn(n, 2)])
        (form,) = [one for one in Forms(client.answer.text).forms if "notes" in one["typed"]]
        typed = dict(person(), name=turn(n, 3), email=EMAIL % (N + n), notes=turn(n, 4), accepted_terms="yes")
        answer = client.follow(sent(client, client.here, form, dict(form["kept"], **typed)))
        assert answer.status_code == 200 and "/confirm" in answer.url, answer.text[:500]
        words = check("confirm", answer.text).words
        assert not missing(words, [turn(n, 0), turn(n, 2)]) and plain(turn(n, 3)).split()[0] in words


# --- mails and files ---

def test_mails(hostile):
    told = ""
    for n in range(N):
        mail, (_, by) = hostile.mail(n)
        told += look_at_mail(mail, by)
    for email, business in hostile.registered:
        told += look_at_mail(hostile.inbox(email), business)
    assert len(TEXTS) - len(missing(told, TEXTS)) == len([one for one in TEXTS if not NOT_IN_MAILS.search(one)]) > 0


def look_at_mail(mail, name):
    """A mail with a person's name, or without it if it could be read as an address."""
    page = check("mail to %s" % mail["to"], mail["html"])
    for words in (page.words, plain(mail["text"])):
        assert (plain(name) in words) == (not NOT_IN_MAILS.search(name)), (name, words)
    names = [header.lower() for header, _ in mail["headers"]]
    assert names.count("to") == names.count("subject") == names.count("from") == 1 and not {"bcc", "cc"} & set(names)
    assert all("\n" not in value and "\r" not in value for _, value in mail["headers"]) and "zqx" not in mail["from"]
    return page.words + plain(mail["subject"])


def test_csv(hostile):
    answer = hostile.owner.get("/api/export/bookings.csv")
    assert answer.headers["Content-Type"].startswith("text/csv") and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    lines = list(csv.reader(io.StringIO(answer.content[3:].decode("utf-8"), newline=""), delimiter=";"))
    rows = [dict(zip(lines[0], line)) for line in lines[1:]]
    assert all(len(line) == len(lines[0]) for line in lines)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")]
    for column in ("customer_name", "notes", "service", "professional"):
        name = next(one for one in lines[0] if one.startswith(column))
        cells = {re.sub(r"((?:^|[,;\t\r\n])[ \"]*)'(?=[=+\-@＝＋－＠])", r"\1", row[name]) for row in rows}
        assert not set(TEXTS) - cells, (name, sorted(set(TEXTS) - cells))
