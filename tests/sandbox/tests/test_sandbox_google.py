"""Google's stand-in: sign-in, tokens, scopes, the list of calendars."""

import base64
import json
import time

import pytest

from google_cases import (ANDRES, BACK, FULL, HOLIDAYS, LAURA, P, ROOM, SECOND, access,
                          answer_of, authorize, cal, connect, event, exchange, reason, refresh)


@pytest.mark.parametrize("change,status,code", [
    ({"client_id": "other"}, 401, "invalid_client"),
    ({"redirect_uri": BACK + "/"}, 400, "redirect_uri_mismatch"),
    ({"redirect_uri": BACK + "?a=1"}, 400, "redirect_uri_mismatch"),
    ({"response_type": "token"}, 400, "invalid_request"),
    ({"scope": FULL + " " + P + "calendar.nothing"}, 400, "invalid_scope"),
    ({"scope": None}, 400, "invalid_request"), ({"state": None}, 400, "invalid_request"),
    ({"code_challenge": None}, 400, "invalid_request"),
    ({"code_challenge": "short"}, 400, "invalid_request"),
    ({"code_challenge_method": "plain"}, 400, "invalid_request"),
    ({"access_type": "off"}, 400, "invalid_request"), ({"prompt": "ask"}, 400, "invalid_request"),
    ({"sesion": "1"}, 400, "invalid_request")])
def test_requests_refused_here(google, change, status, code):
    target = authorize(google, **change)[len(google.base):]
    answer = google.call("GET", target)
    assert (answer[0], answer[1]["X-Sandbox-Refusal"]) == (status, code)
    assert "Location" not in answer[1] and "Acceso bloqueado" in answer[2].decode()
    again = google.post(target, [("account", LAURA), ("decision", "allow")])
    assert (again[0], again[1]["Location"]) == (status, None)


def test_repeated_parameter(google):
    target = authorize(google)[len(google.base):] + "&state=x"
    assert google.call("GET", target)[0] == 400


@pytest.mark.parametrize("uri", ["http://shop.example/cb", "https://1.2.3.4/cb", "https://*.x.test/",
                                 "https://x.test/#f", "ftp://localhost/"])
def test_redirect_uris_that_cannot_be_registered(running, google, uri):
    assert running.control("google/clients", {"redirect_uris": [uri]})[0] == 422


def test_pages_then_the_callback(google):
    target = authorize(google)[len(google.base):]
    page = google.call("GET", target)[2].decode()
    assert "Elige una cuenta" in page and LAURA in page and ANDRES in page
    page = google.post(target, [("account", LAURA)])[2].decode()
    assert page.count('type="checkbox"') == 3 and "Permitir" in page
    location = google.consent(authorize(google), LAURA)
    answer = answer_of(location)
    assert location.startswith(BACK + "?") and answer["state"] == "s" * 43
    assert P + "userinfo.email" in answer["scope"].split() and "email" not in answer["scope"].split()


def test_cancel_and_granular_consent(google):
    answer = answer_of(google.consent(authorize(google), LAURA, allow=False))
    assert answer == {"error": "access_denied", "state": "s" * 43}
    tokens = connect(google, scopes=["calendar.freebusy"])
    assert set(tokens["scope"].split()) == {"openid", P + "userinfo.email", P + "calendar.freebusy"}


def test_login_hint_skips_the_chooser(google):
    target = authorize(google, login_hint=ANDRES)[len(google.base):]
    page = google.call("GET", target)[2].decode()
    assert "quiere acceder" in page and ANDRES in page


# Tokens


def test_identity(google):
    tokens = connect(google)
    head, claims, _ = tokens["id_token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert claims["iss"] == "https://accounts.google.com" and claims["aud"] == "kf"
    assert claims["nonce"] == "n1" and claims["email"] == LAURA and claims["sub"].isdigit()
    assert claims["exp"] > time.time() and tokens["expires_in"] == 3599
    status, _, body = google.call("GET", "/google/oauth2/v3/userinfo", None,
                                  {"Authorization": "Bearer " + tokens["access_token"]})
    assert status == 200 and json.loads(body)["sub"] == claims["sub"]
    assert google.call("GET", "/google/oauth2/v3/userinfo")[0] == 401


@pytest.mark.parametrize("change,status,error", [
    ({"code": "4/0Axx"}, 400, "invalid_grant"), ({"code": None}, 400, "invalid_request"),
    ({"redirect_uri": BACK + "x"}, 400, "redirect_uri_mismatch"),
    ({"code_verifier": None}, 400, "invalid_grant"),
    ({"code_verifier": "x" * 43}, 400, "invalid_grant"),
    ({"client_id": "other"}, 401, "invalid_client"),
    ({"client_secret": "wrong"}, 401, "invalid_client"),
    ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ({"grant_type": None}, 400, "invalid_request")])
def test_exchanges_refused(google, change, status, error):
    code = answer_of(google.consent(authorize(google), LAURA))["code"]
    answer = exchange(google, **dict({"code": code}, **change))
    assert (answer[0], answer[1]["error"]) == (status, error)


def test_a_code_works_once_and_for_ten_minutes(running, google):
    code = answer_of(google.consent(authorize(google), LAURA))["code"]
    assert exchange(google, code)[0] == 200
    assert exchange(google, code)[1]["error"] == "invalid_grant"
    code = answer_of(google.consent(authorize(google), LAURA))["code"]
    running.shift(601)
    assert exchange(google, code)[1]["error"] == "invalid_grant"


def test_refresh_tokens_come_with_offline_and_consent(google):
    assert "refresh_token" not in connect(google, access_type="online")
    assert "refresh_token" in connect(google)
    # already granted: without prompt=consent there is no consent page and no refresh token
    assert "refresh_token" not in connect(google, prompt=None)


def test_json_is_no_form(google):
    status, _, body = google.call("POST", "/google/token", "{}", {"Content-Type": "application/json"})
    assert status == 400 and json.loads(body)["error"] == "invalid_request"


def test_refreshing(running, google):
    tokens = connect(google)
    running.shift(3600)
    assert reason(google.api("GET", "users/me/calendarList", tokens["access_token"])) \
        == (401, "authError")
    status, fresh = refresh(google, tokens["refresh_token"])
    assert status == 200 and "refresh_token" not in fresh and fresh["scope"] == tokens["scope"]
    assert google.api("GET", "users/me/calendarList", fresh["access_token"])[0] == 200
    assert refresh(google, "1//0no")[1]["error"] == "invalid_grant"
    assert refresh(google, tokens["refresh_token"], client_secret="x")[0] == 401
    google.settings(rotate_refresh=True, expires_in=5)
    status, turned = refresh(google, tokens["refresh_token"])
    assert turned["expires_in"] == 5 and turned["refresh_token"] != tokens["refresh_token"]
    assert refresh(google, tokens["refresh_token"])[1]["error"] == "invalid_grant"


def test_revoking_ends_the_whole_grant(google):
    tokens = connect(google)
    other = connect(google, ANDRES)
    assert google.form("/google/revoke", token=tokens["access_token"])[0] == 200
    assert google.form("/google/revoke", token=tokens["refresh_token"])[0] == 400
    assert refresh(google, tokens["refresh_token"])[1]["error"] == "invalid_grant"
    assert google.api("GET", "users/me/calendarList", tokens["access_token"])[0] == 401
    assert refresh(google, other["refresh_token"])[0] == 200
    assert google.revoke(ANDRES) == 1
    assert refresh(google, other["refresh_token"])[1]["error"] == "invalid_grant"
    assert google.grants() == []


def test_expire_now(google):
    tokens = connect(google)
    assert google.expire(LAURA) == 1
    assert google.api("GET", "users/me/calendarList", tokens["access_token"])[0] == 401
    assert refresh(google, tokens["refresh_token"])[0] == 200


def test_only_a_hundred_refresh_tokens_live(google):
    google.settings(rotate_refresh=False)
    first = connect(google)["refresh_token"]
    second = connect(google)["refresh_token"]
    for _ in range(99):
        code = answer_of(google.consent(authorize(google), LAURA))["code"]
        exchange(google, code)
    assert refresh(google, first)[1]["error"] == "invalid_grant"
    assert refresh(google, second)[0] == 200


# Scopes


@pytest.mark.parametrize("scope,allowed", [
    ("calendar.freebusy", {"freebusy"}),
    ("calendar.events.freebusy", {"freebusy", "list", "watch", "stop"}),
    ("calendar.readonly", {"freebusy", "calendars", "get", "list", "watch", "stop"}),
    ("calendar.calendarlist.readonly", {"calendars", "stop"}),
    ("calendar.events.owned", {"list", "watch", "insert", "stop"}),
    ("calendar.events.owned.readonly", {"list", "watch", "stop"}),
    ("calendar.calendars.readonly", {"get"}), ("calendar.settings.readonly", {"stop"}),
    ("calendar", {"freebusy", "calendars", "get", "list", "watch", "insert", "stop"})])
def test_scopes_of_each_method(google, scope, allowed):
    token = access(google, scope)
    calls = {"freebusy": ("POST", "freeBusy", {"timeMin": "2026-12-01T00:00:00Z", "items": [],
                                               "timeMax": "2026-12-02T00:00:00Z"}),
             "calendars": ("GET", "users/me/calendarList", None),
             "get": ("GET", "calendars/primary", None),
             "list": ("GET", "calendars/primary/events", None),
             "insert": ("POST", "calendars/primary/events", event()),
             "watch": ("POST", "calendars/primary/events/watch",
                       {"id": "c1", "type": "web_hook", "address": "http://localhost:1/"}),
             "stop": ("POST", "channels/stop", {"id": "none", "resourceId": "none"})}
    for name, (verb, path, body) in calls.items():
        status, answer = google.api(verb, path, token, body)
        denied = status == 403 and answer["error"]["errors"][0]["reason"] == "insufficientPermissions"
        assert denied == (name not in allowed), (name, status, answer)
        assert denied or status == (404 if name == "stop" else 200)


def test_owned_events_are_those_of_own_calendars(google):
    google.put_calendar(LAURA, "team@group.calendar.google.com", accessRole="writer")
    token = access(google, "calendar.events.owned")
    for name in ("team@group.calendar.google.com", HOLIDAYS):
        assert reason(google.api("GET", cal(name) + "/events", token)) == (403, "forbidden")
    token = access(google, "calendar.events")
    assert google.api("POST", cal("team@group.calendar.google.com") + "/events", token,
                      event())[0] == 200
    assert reason(google.api("POST", cal(HOLIDAYS) + "/events", token, event())) == (403, "forbidden")


@pytest.mark.parametrize("token", [None, "", "ya29.other"])
def test_who_has_no_token(google, token):
    assert reason(google.api("GET", "users/me/calendarList", token)) == (401, "authError")


# The list of calendars


def test_calendar_list(google):
    token = access(google)
    status, page = google.api("GET", "users/me/calendarList?maxResults=3", token)
    assert status == 200 and "nextSyncToken" not in page
    rest = google.api("GET", "users/me/calendarList?maxResults=3&pageToken="
                      + page["nextPageToken"], token)[1]
    rows = page["items"] + rest["items"]
    assert [(one["id"], one["accessRole"], one.get("primary", False)) for one in rows] == [
        (LAURA, "owner", True), (SECOND, "owner", False), (ROOM, "freeBusyReader", False),
        (HOLIDAYS, "reader", False)]
    assert "nextPageToken" not in rest and rest["nextSyncToken"]
    owned = google.api("GET", "users/me/calendarList?minAccessRole=writer", token)[1]["items"]
    assert [one["id"] for one in owned] == [LAURA, SECOND]
    assert google.api("GET", "users/me/calendarList?minAccessRole=boss", token)[0] == 400
    google.put_calendar(LAURA, "h@x", hidden=True)
    assert len(google.calendars(LAURA)) == 5
    assert len(google.api("GET", "users/me/calendarList", token)[1]["items"]) == 4
    assert len(google.api("GET", "users/me/calendarList?showHidden=true", token)[1]["items"]) == 5
