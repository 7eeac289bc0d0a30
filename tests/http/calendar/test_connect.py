"""A professional connects a calendar at the sandbox's Google: the flow, every mismatch, and no trace of a secret."""
import base64
import concurrent.futures
import json
import re
import secrets
import subprocess
import urllib.parse

import pytest

import kitadmin
import kitgoogle
from kitadmin import good, kept
from kitdemo import wait_until
from kitgoogle import ANDRES, LAURA, Visitor, calendar, invite, stored
from kithttp import Client, private

BACK = "/api/auth/google/callback"
EXCHANGE = {"method": "oauth.token", "grant": "authorization_code"}  # not the refresh of another connection
REQUEST_LINE = 'LogFormat "%a \\"%r\\" %U %q %>s \\"%{Referer}i\\"" konfirmado'


@pytest.fixture()
def google(demo):
    box = kitgoogle.google(demo)
    yield box
    box.clear_faults()


@pytest.fixture()
def owner(shop):
    return kitadmin.person(shop)


def uno(shop):
    return shop.professional_id("Uno")


def title(page):
    return page.h1.strip()


def ended(answer, status, words):
    """A page of ours that ends the flow and says what to do."""
    assert answer.status_code == status, "%d %s" % (answer.status_code, answer.text[:300])
    assert re.search(r"<h1>%s</h1>" % re.escape(words), answer.text), answer.text[:2000]
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"


def attempt_over(answer):
    ended(answer, 400, "Este intento ya no sirve")


def query_of(url):
    return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).items()}


def back_url(**query):
    return BACK + "?" + urllib.parse.urlencode(query)


def exchanges(google):
    """The number of codes that Google was asked to exchange."""
    asked = google.requests(method="oauth.token", limit=20000)["requests"]
    return sum(one["grant_type"] == EXCHANGE["grant"] for one in asked)


# --- the whole way ---

def test_the_whole_way(shop, owner, google):
    """Invited by the merchant with a mail, connected. Everybody concerned is told."""
    url = "/api/professionals/%s" % uno(shop)
    made = good(owner.post(url + "/invite", json={"email": "uno@%s.example" % shop.sub, "language": "en"}), 201)
    private(made["url"].rpartition("/")[2])
    assert made["mailed"] and made["url"].startswith(shop.demo.about["base_url"] + "/connect-calendar/")
    mail = shop.demo.sql("SELECT kind, to_address, language, secret_sealed FROM kf.mail WHERE tenant_id = '%s'" % shop.tenant)
    assert [(one["kind"], one["to_address"], one["language"]) for one in mail] == \
        [("calendar_invite", "uno@%s.example" % shop.sub, "en")]
    assert good(owner.get(url))["calendar"] == "pending" and good(owner.get(url))["email"] == "uno@%s.example" % shop.sub
    visitor = Visitor(shop, urllib.parse.urlsplit(made["url"]).path)
    page = visitor.connect()
    assert title(page) == "Tu calendario está conectado"
    doc = good(owner.get(url + "/calendar"))
    assert doc["state"] == "connected" and doc["account_email"] == LAURA and doc["write"] == LAURA
    assert [one["id"] for one in doc["read"]] == [LAURA] and doc["invitation"] is None
    assert good(owner.get(url))["calendar"] == "connected"
    assert calendar(shop)["state"] == "connected" and visitor.cookie() is None
    audit = [one["action"] for one in good(owner.get("/api/audit-log"))["items"]]
    assert {"calendar_invited", "calendar_connected"} <= set(audit)
    wait_until(lambda: good(owner.get(url + "/calendar"))["readable"], 20)
    google.add_event(LAURA, "2031-01-01T10:00:00-05:00", "2031-01-01T11:00:00-05:00")  # beyond the horizon
    tried = good(owner.post(url + "/calendar/test"))
    assert tried["readable"] and tried["error"] is None


def test_a_token_is_used_until_its_end(shop, google):
    """The database's clock decides its expiry: a host whose clock is hours behind requests no new one."""
    account = "reloj-%s@gmail.test" % shop.sub
    private(account)
    google.control("accounts", {"email": account, "name": "Reloj", "zone": shop.zone})
    shop.demo.advance(2 * 3600)
    Visitor(shop).connect(account)
    left = "SELECT extract(epoch FROM access_expires_at - kf.now())::int FROM kf.calendar_connection WHERE tenant_id = '%s'"
    assert 3500 < shop.demo.one(left % shop.tenant) <= 3599
    wait_until(lambda: calendar(shop)["readable"], 20)
    tokens = google.requests(method="oauth.token", account=account)["requests"]
    assert [one["grant_type"] for one in tokens] == ["authorization_code"]


def test_what_google_is_asked(shop, google):
    """PKCE, offline access, minimal scopes, an opaque state."""
    visitor = Visitor(shop)
    asked = query_of(visitor.begin())
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == 43 and asked["access_type"] == "offline" and asked["response_type"] == "code"
    scopes = {one.rpartition("/")[2] for one in asked["scope"].split()}
    assert scopes == {"openid", "email", "calendar.calendarlist.readonly", "calendar.events.freebusy",
                      "calendar.events.owned"}
    assert asked["redirect_uri"] == shop.demo.about["base_url"] + BACK
    row, = shop.demo.sql("SELECT encode(state_hash, 'hex') AS state, encode(browser_hash, 'hex') AS browser, verifier_sealed"
                         " FROM kf.calendar_grant WHERE tenant_id = '%s'" % shop.tenant)
    assert row["state"] == kept("oauth_state", asked["state"])
    assert row["browser"] == kept("oauth_browser", visitor.cookie())
    assert row["verifier_sealed"].startswith("v1.")


def test_headers_and_cookie(shop, google):
    """No referrer reveals the URL, nobody frames the page, and only the provider may receive the form."""
    visitor = Visitor(shop)
    page = visitor.page(visitor.path)
    policy = visitor.answer.headers["Content-Security-Policy"]
    # the sandbox is the payment provider too, so its origin is already listed
    assert policy.count(shop.demo.sandbox_url.replace("127.0.0.1", "localhost")) == 2, policy
    assert "frame-ancestors 'none'" in policy and visitor.answer.headers["Referrer-Policy"] == "strict-origin"
    assert visitor.answer.headers["Cache-Control"] == "no-store" and "Uno" in page.text
    foreign = visitor.post(visitor.path, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and foreign.headers["Referrer-Policy"] == "no-referrer"  # on errors too
    answer = visitor.submit(page.form("/connect-calendar/"))
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Domain" not in cookie
    back = visitor.get(visitor.consent(answer.headers["Location"]))
    assert back.status_code == 303 and back.headers["Referrer-Policy"] == "no-referrer"
    assert "code" not in back.headers["Location"] and "state" not in back.headers["Location"] and not back.content
    choice = visitor.page(back.headers["Location"])
    assert visitor.answer.headers["Referrer-Policy"] == "strict-origin" and "v1." not in choice.html


# --- state and browser ---

def test_states_that_do_not_fit(shop, google):
    """Wrong, missing, foreign, expired and used states are refused, and nothing is stored. Then the right one works."""
    visitor = Visitor(shop)
    back = visitor.consent(visitor.begin())
    right = query_of(back)
    before = stored(shop.demo, shop.tenant)
    wrong = secrets.token_urlsafe(32)
    other = Client(shop.demo.about["base_url"], **{"Accept-Language": "es"})
    elsewhere = Visitor(shop, visitor.path)
    elsewhere.begin()  # a browser with the cookie of another consent from the same invitation
    asked = exchanges(google)
    for query in ({"code": right["code"]}, {"code": right["code"], "state": wrong}, {"code": right["code"], "state": "x"},
                  {"code": right["code"], "state": right["state"][:-1]}, {"state": wrong, "error": "access_denied"}, {}):
        attempt_over(visitor.get(back_url(**query)))
    attempt_over(other.get(back_url(**right)))
    attempt_over(elsewhere.get(back_url(**right)))
    assert exchanges(google) == asked, "Google was asked before the state was looked at"
    mine = [one for one in stored(shop.demo, shop.tenant) if one in before]
    assert mine == before and calendar(shop)["state"] == "pending"
    answer = visitor.get(back_url(**right))  # the control: the same address in the right browser
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/calendars"), answer.text[:300]
    after = stored(shop.demo, shop.tenant)
    attempt_over(visitor.get(back_url(**right)))  # works once
    assert stored(shop.demo, shop.tenant) == after


def test_a_state_that_is_late(make_shop, demo, google):
    shop = make_shop()
    visitor = Visitor(shop)
    back = visitor.consent(visitor.begin())
    demo.run("UPDATE kf.calendar_grant SET expires_at = kf.now() - interval '1 second' WHERE tenant_id = '%s'" % shop.tenant)
    before = stored(demo, shop.tenant)
    attempt_over(visitor.get(back))
    assert stored(demo, shop.tenant) == before


def test_two_at_once_with_one_state(shop, google):
    visitor = Visitor(shop)
    back = visitor.consent(visitor.begin())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        cookies = {"Cookie": "kf_connect=" + visitor.cookie()}
        answers = list(pool.map(lambda _: Client(shop.demo.about["base_url"]).get(back, headers=cookies).status_code, range(8)))
    assert sorted(answers) == [303] + [400] * 7
    assert shop.demo.one("SELECT count(*) AS n FROM kf.calendar_grant WHERE tenant_id = '%s' AND granted_at IS NOT NULL"
                         % shop.tenant) == 1


# --- invitations ---

def test_invitations_that_do_not_fit(make_shop, demo, google):
    shop, theirs = make_shop(), make_shop()
    visitor = Visitor(shop)
    booking = theirs.book()
    for token in ("x" * 43, secrets.token_urlsafe(32), "short", booking.token):  # of another purpose: unknown
        for step in ("", "/calendars", "/done"):
            ended(visitor.get("/connect-calendar/%s%s" % (token, step)), 404, "Este enlace no sirve")
        ended(visitor.post("/connect-calendar/" + token), 404, "Este enlace no sirve")
    first = visitor.path
    second = invite(shop)  # ends the first
    ended(visitor.get(first), 410, "Esta invitación ya se usó")
    ended(visitor.post(first), 410, "Esta invitación ya se usó")
    demo.run("UPDATE kf.calendar_invitation SET expires_at = kf.now() WHERE tenant_id = '%s'" % shop.tenant)
    ended(visitor.get(second), 410, "Esta invitación se venció")
    ended(visitor.post(second), 410, "Esta invitación se venció")
    assert stored(demo, shop.tenant) == []
    host = {"Host": "%s.%s" % (shop.sub, urllib.parse.urlsplit(demo.about["base_url"]).netloc)}
    assert visitor.get(invite(shop), headers=host).status_code == 404  # only on the platform's host


def test_a_foreign_invitation(make_shop, google):
    """A consent for one business cannot be used for another, in the same browser."""
    mine, theirs = make_shop(), make_shop()
    visitor = Visitor(mine)
    form = visitor.choose().form("/calendars")
    foreign = invite(theirs) + "/calendars"
    attempt_over(visitor.get(foreign))
    form.action = foreign
    attempt_over(visitor.submit(form))
    assert stored(theirs.demo, theirs.tenant) == [] and calendar(theirs)["state"] == "pending"
    stranger = Client(mine.demo.about["base_url"], **{"Accept-Language": "es"})
    attempt_over(stranger.get(visitor.path + "/calendars"))  # the right invitation in another browser
    elsewhere = Visitor(mine, visitor.path)
    elsewhere.begin()  # the same in a browser with a cookie of its own
    attempt_over(elsewhere.get(visitor.path + "/calendars"))
    assert visitor.page(visitor.path + "/calendars").form("/calendars")  # the control


def test_an_invitation_is_good_for_one_calendar(shop, google):
    visitor, late = Visitor(shop), None
    late = Visitor(shop, visitor.path)
    form = late.choose(ANDRES).form("/calendars")
    visitor.connect()
    ended(late.submit(form), 410, "Esta invitación ya se usó")
    ended(visitor.get(visitor.path), 410, "Esta invitación ya se usó")
    assert calendar(shop)["account_email"] == LAURA
    assert shop.demo.one("SELECT count(*) AS n FROM kf.calendar_grant WHERE tenant_id = '%s' AND tokens_sealed IS NOT NULL"
                         % shop.tenant) == 0


def test_two_choices_at_once(shop, google):
    visitor = Visitor(shop)
    form = visitor.choose().form("/calendars")
    cookies = {"Cookie": "kf_connect=" + visitor.cookie(), "Content-Type": "application/x-www-form-urlencoded"}
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: Client(shop.demo.about["base_url"]).post(
            form.action, data=urllib.parse.urlencode(form.fields), headers=cookies).status_code, range(6)))
    assert answers.count(303) == 1 and set(answers) <= {303, 400, 410}, answers
    assert shop.demo.one("SELECT count(*) AS n FROM kf.calendar_connection WHERE tenant_id = '%s'" % shop.tenant) == 1


# --- what Google says ---

def why(visitor, answer):
    """The error code of a failed attempt. The page is the invitation's, with a button to try again."""
    assert answer.status_code == 303, answer.text[:300]
    where = urllib.parse.urlsplit(answer.headers["Location"])
    assert where.path == visitor.path, answer.headers["Location"]
    page = visitor.page(answer.headers["Location"])
    assert "Intentar de nuevo con Google" in page.text and page.form("/connect-calendar/")
    return query_of(answer.headers["Location"])["why"], page.text


@pytest.mark.parametrize("ticked, word, said", [
    (("email", "openid", "calendar.events.owned", "calendar.events.freebusy"), "no_list", "lista de calendarios"),
    (("email", "openid", "calendar.calendarlist.readonly"), "no_busy", "disponibilidad"),
    (("email", "openid", "calendar.calendarlist.readonly", "calendar.events.freebusy"), "no_events", "crear, cambiar"),
])
def test_boxes_that_were_not_ticked(shop, google, ticked, word, said):
    visitor = Visitor(shop)
    code, text = why(visitor, visitor.get(visitor.consent(visitor.begin(), scopes=ticked)))
    assert code == word and said in text
    assert shop.demo.one("SELECT count(*) AS n FROM kf.calendar_grant WHERE tenant_id = '%s' AND"
                         " (granted_at IS NOT NULL OR tokens_sealed IS NOT NULL)" % shop.tenant) == 0
    visitor.connect()  # the same invitation still works


def test_no(shop, google):
    visitor = Visitor(shop)
    code, text = why(visitor, visitor.get(visitor.consent(visitor.begin(), allow=False)))
    assert code == "denied" and "No diste el permiso" in text
    assert calendar(shop)["state"] == "pending"


def token_answer(url, **changes):
    """Answers of Google's token endpoint, made here with secrets that the test knows."""
    asked = query_of(url)

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    identity = {"iss": "https://accounts.google.com", "aud": asked["client_id"], "sub": "117", "email": LAURA,
                "exp": 4102444800, "iat": 1, "nonce": asked["nonce"]}
    identity.update(changes.pop("identity", {}))
    body = {"access_token": "ya29.prueba-" + secrets.token_urlsafe(40), "refresh_token": "1//prueba" + secrets.token_urlsafe(40),
            "expires_in": 3599, "token_type": "Bearer", "scope": asked["scope"],
            "id_token": "%s.%s.%s" % (part({"alg": "RS256"}), part(identity), "c2ln")}
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def listed(*calendars):
    return {"kind": "calendar#calendarList", "items": list(calendars)}


OWN = {"id": LAURA, "summary": "Laura", "timeZone": "America/Bogota", "primary": True, "accessRole": "owner"}


def test_no_refresh_token(shop, google):
    visitor = Visitor(shop)
    url = visitor.begin()
    google.fault("json", **EXCHANGE, status=200, body=token_answer(url, refresh_token=None), times=1)
    code, text = why(visitor, visitor.get(visitor.consent(url)))
    assert code == "no_refresh" and "Seguridad" in text
    assert calendar(shop)["state"] == "pending"


@pytest.mark.parametrize("identity", [{"nonce": "x" * 43}, {"aud": "somebody-else"}, {"iss": "https://evil.example"}, {"exp": 1}],
                         ids=["nonce", "aud", "iss", "exp"])
def test_an_identity_that_is_not_ours(shop, google, log, identity):
    log.expect("KF00491")
    visitor = Visitor(shop)
    url = visitor.begin()
    google.fault("json", **EXCHANGE, status=200, body=token_answer(url, identity=identity), times=1)
    code, _ = why(visitor, visitor.get(visitor.consent(url)))
    assert code == "no_answer"
    assert shop.demo.one("SELECT count(*) AS n FROM kf.calendar_grant WHERE tenant_id = '%s' AND granted_at IS NOT NULL"
                         % shop.tenant) == 0


@pytest.mark.parametrize("fault, method, word", [
    ({"fault": "500"}, "oauth.token", "no_answer"), ({"fault": "html"}, "oauth.token", "no_answer"),
    ({"fault": "refuse"}, "oauth.token", "no_answer"), ({"fault": "truncated_json"}, "oauth.token", "no_answer"),
    ({"fault": "invalid_grant"}, "oauth.token", "no_answer"), ({"fault": "invalid_client"}, "oauth.token", "app"),
    ({"fault": "503"}, "calendarList.list", "no_answer"), ({"fault": "accessNotConfigured"}, "calendarList.list", "app"),
    ({"fault": "json", "status": 200, "body": {"kind": "calendar#calendarList", "items": []}}, "calendarList.list",
     "no_calendar"),
], ids=lambda one: one.get("fault") if isinstance(one, dict) else one)
def test_google_in_trouble(shop, google, log, fault, method, word):
    log.expect("KF00491", "KF00490")
    visitor = Visitor(shop)
    back = visitor.consent(visitor.begin())
    which = EXCHANGE if method == "oauth.token" else {"method": method}
    google.fault(fault["fault"], times=1, **which, **{k: v for k, v in fault.items() if k != "fault"})
    code, _ = why(visitor, visitor.get(back))
    assert code == word
    assert shop.demo.one("SELECT count(*) AS n FROM kf.calendar_grant WHERE tenant_id = '%s' AND granted_at IS NOT NULL"
                         % shop.tenant) == 0


@pytest.mark.slow
def test_google_never_ends(shop, google, log):
    """At most fifteen seconds, whatever arrives. Others are served meanwhile."""
    log.expect("KF00491")
    visitor = Visitor(shop)
    back = visitor.consent(visitor.begin())
    google.fault("drip", **EXCHANGE, times=1)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(visitor.get, back)
        connections = shop.demo.one("SELECT count(*) AS n FROM pg_stat_activity WHERE usename = 'konfirmado_app'"
                                    " AND state LIKE 'idle in transaction%'")
        assert connections == 0 and Client(shop.demo.about["base_url"]).get("/health").status_code == 200
        code, _ = why(visitor, answer.result(30))
    assert code == "no_answer" and answer.result().elapsed.total_seconds() < 17


# --- the choice ---

def refused(visitor, page, words, **changes):
    """A rejected choice: the page again, with the ticked calendars."""
    form = page.form("/calendars")
    answer = visitor.submit(form, **changes)
    assert answer.status_code == 422, "%d %s" % (answer.status_code, answer.text[:400])
    assert words in answer.text and 'role="alert"' in answer.text
    assert shop_state(visitor) == "pending"
    return answer


def shop_state(visitor):
    return calendar(visitor.shop)["state"]


def test_calendars_of_somebody_else(shop, google):
    visitor = Visitor(shop)
    page = visitor.choose()
    boxes, write = visitor.offered(page)
    own = boxes[LAURA]
    assert ANDRES not in boxes and LAURA in write and set(write) < set(boxes)
    refused(visitor, page, "Elige al menos un calendario", **{own: ANDRES})
    refused(visitor, page, "Elige al menos un calendario", **{"read.999": ANDRES})
    refused(visitor, page, "Elige uno de estos calendarios", write=ANDRES)
    only_read = sorted(set(boxes) - set(write))
    refused(visitor, page, "Elige uno de estos calendarios", write=only_read[0])
    refused(visitor, page, "Elige al menos un calendario", **{own: None})
    visitor.here = urllib.parse.urljoin(visitor.base_url, visitor.path + "/calendars")
    answer = visitor.submit(page.form("/calendars"), write="", **{boxes[one]: one for one in only_read})
    assert answer.status_code == 303
    doc = calendar(shop)
    assert doc["write"] is None and {one["id"] for one in doc["read"]} == {LAURA, *only_read}


def test_more_calendars_than_can_be_read(shop, owner, google, log):
    log.expect("KF00483")
    visitor = Visitor(shop)
    url = visitor.begin()
    many = [dict(OWN)] + [{"id": "c%d@group.calendar.google.com" % n, "summary": "Calendario %d" % n, "accessRole": "reader",
                           "timeZone": "America/Bogota"} for n in range(60)]
    google.fault("json", **EXCHANGE, status=200, body=token_answer(url), times=1)
    google.fault("json", method="calendarList.list", status=200, body=listed(*many), times=1)
    answer = visitor.get(visitor.consent(url))
    page = visitor.page(answer.headers["Location"])
    boxes, _ = visitor.offered(page)
    assert len(boxes) == 61
    refused(visitor, page, "Elige al menos un calendario y como máximo 50", **{name: one for one, name in boxes.items()})
    fifty = dict(list(boxes.items())[:50])
    assert visitor.submit(page.form("/calendars"), **{name: one for one, name in fifty.items()}).status_code == 303
    assert len(calendar(shop)["read"]) == 50
    # Google does not know the tokens: an error with its reason, a mail, and a way to reconnect
    wait_until(lambda: calendar(shop)["state"] == "error", 20)
    assert calendar(shop)["error"] == "revoked"
    page = owner.page("/dashboard/professionals/%s/calendar" % uno(shop))
    assert "Google ya no nos da permiso" in page.text and "Crear un enlace para reconectar" in page.text
    assert "Hay que reconectar el calendario de Uno" in owner.page("/dashboard").text
    told = shop.demo.sql("SELECT kind, facts->>'reason' AS why FROM kf.mail WHERE tenant_id = '%s'" % shop.tenant)
    assert told == [{"kind": "calendar_error", "why": "revoked"}]
    Visitor(shop).connect()
    assert calendar(shop)["state"] == "connected"


# --- no trace ---

def dump(demo):
    """Everything that a backup of the database would contain."""
    command = demo.as_postgres([demo.pg_tool("pg_dump"), "-h", demo.socket, "-U", "postgres", "konfirmado"])
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd="/").stdout.decode("utf-8", "replace")


def test_no_secret_in_logs_or_dumps(demos, google, log):
    """With a log of whole request lines: no token, code, state or cookie, neither in files nor in the database."""
    from kitshop import Shop
    log.expect("KF00483")
    demo = demos.get("lines", [REQUEST_LINE])
    shop, box = Shop(demo), kitgoogle.google(demo)
    visitor = Visitor(shop)
    visitor.google = box
    url = visitor.begin()
    cookie, body = visitor.cookie(), token_answer(url)
    box.fault("json", **EXCHANGE, status=200, body=body, times=1)
    box.fault("json", method="calendarList.list", status=200, body=listed(OWN), times=1)
    back = visitor.consent(url)
    referer = {"Referer": demo.about["base_url"] + "/"}  # a browser's Referer under strict-origin
    answer = visitor.get(back, headers=referer)
    page = visitor.page(answer.headers["Location"], headers=referer)
    during = dump(demo)
    done = visitor.submit(page.form("/calendars"))
    assert done.status_code == 303
    visitor.page(done.headers["Location"])
    visitor.get(visitor.path + "?lang=en")
    visitor.get(back)  # and once more, without success
    wait_until(lambda: calendar(shop)["state"] == "error", 20)  # Google never issued these tokens
    asked, told = query_of(url), query_of(back)
    found = {"invitation": visitor.path.rpartition("/")[2], "state": asked["state"], "nonce": asked["nonce"],
             "cookie": cookie, "code": told["code"], "access": body["access_token"], "refresh": body["refresh_token"],
             "client secret": open(demo.home + "/keys/google-secret", encoding="ascii").read().strip()}
    assert len(set(found.values())) == 8 and all(len(one) > 20 for one in found.values())
    places = {"the dump during the choice": during, "the dump": dump(demo)}
    for path in (demo.error_log, demo.access_log, demo.pg_log, demo.httpd_out):
        with open(path, encoding="utf-8", errors="replace") as handle:
            places[path] = handle.read()
    lines = places[demo.access_log]
    assert lines.count('"GET /connect-calendar/-/calendars HTTP/1.1"') == 1, lines[-3000:]  # the control: it is logged
    assert lines.count('"GET /api/auth/google/callback?- HTTP/1.1"') == 2, lines[-3000:]
    for where, text in places.items():
        for what, secret in found.items():
            assert secret not in text, "%s stands in %s" % (what, where)
