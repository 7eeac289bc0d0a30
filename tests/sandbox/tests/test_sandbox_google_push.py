"""Google's stand-in: channels with their notifications, scripted faults, the page, control."""

import http.client
import json
import time
import urllib.parse

import pytest

from google_cases import (ANDRES, DAY, EVENTS, HOLIDAYS, LAURA, SECOND, access, add, answer_of,
                          authorize, busy, cal, connect, event, exchange, pages, reason, refresh)
from google_client import Google
from sandbox_client import Client

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def watch(google, bearer, address, **more):
    body = dict({"id": "chan-1", "type": "web_hook", "address": address, "token": "secret",
                 "expiration": str(int((time.time() + 3600) * 1000))}, **more)
    return google.api("POST", EVENTS + "/watch", bearer,
                      {name: value for name, value in body.items() if value is not None})


def headers_of(hook):
    return [{name.lower(): value for name, value in headers.items()} for headers, _ in hook.got]


def test_notifications(google, hook):
    token = access(google)
    status, channel = watch(google, token, hook.url)
    assert status == 200 and channel["kind"] == "api#channel" and channel["token"] == "secret"
    assert channel["expiration"].isdigit() and hook.wait(1) == 1
    hello = headers_of(hook)[0]
    assert hello["x-goog-resource-state"] == "sync" and hello["x-goog-message-number"] == "1"
    assert hello["x-goog-channel-id"] == "chan-1" and hello["x-goog-channel-token"] == "secret"
    assert hello["x-goog-resource-id"] == channel["resourceId"]
    assert hello["x-goog-channel-expiration"].endswith("GMT")
    for number in range(3):
        name = add(google)
        assert hook.wait(2 + number) == 2 + number
    google.delete_event(LAURA, name)
    google.add_event(LAURA, DAY, "2026-12-02", SECOND)  # another calendar: no notification
    assert hook.wait(6, 0.3) == 5
    numbers = [int(one["x-goog-message-number"]) for one in headers_of(hook)]
    assert numbers == sorted(set(numbers)) and numbers[-1] > 5
    assert {one["x-goog-resource-state"] for one in headers_of(hook)[1:]} == {"exists"}
    stop = {"id": "chan-1", "resourceId": channel["resourceId"]}
    assert google.api("POST", "channels/stop", token, dict(stop, resourceId="x"))[0] == 404
    other = access(google, account=ANDRES)
    assert google.api("POST", "channels/stop", other, stop)[0] == 404
    assert google.api("POST", "channels/stop", token, stop) == (204, None)
    assert google.api("POST", "channels/stop", token, stop)[0] == 404
    add(google)
    assert hook.wait(6, 0.3) == 5 and google.channels() == []


@pytest.mark.parametrize("change,why", [
    ({"id": "chan 1"}, "invalid"), ({"id": "c" * 65}, "invalid"), ({"id": None}, "required"),
    ({"type": "mail"}, "invalid"), ({"address": None}, "required"),
    ({"address": "ftp://x/"}, "push.webhookUrlInvalid"), ({"token": "t" * 257}, "invalid"),
    ({"expiration": "soon"}, "invalid"), ({"expiration": "1000"}, "invalid"),
    ({"ttl": 5}, "invalid")])
def test_channels_refused(google, change, why):
    assert reason(watch(google, access(google), **dict({"address": "https://x.test/"}, **change))) \
        == (400, why)
    assert google.channels() == []


def test_ids_of_channels_and_public_calendars(google, hook):
    token = access(google)
    assert watch(google, token, hook.url)[0] == 200
    assert reason(watch(google, token, hook.url)) == (400, "channelIdNotUnique")
    body = {"id": "chan-2", "type": "web_hook", "address": hook.url}
    reader = access(google, "calendar.readonly")
    assert reason(google.api("POST", cal(HOLIDAYS) + "/events/watch", reader, body)) \
        == (400, "pushNotSupportedForRequestedResource")


def test_lifetime_of_a_channel(running, google, hook):
    token, now = access(google), int(time.time() * 1000)
    long = str(now + 30 * 86400 * 1000)
    assert int(watch(google, token, hook.url, expiration=long)[1]["expiration"]) \
        <= now + 7 * 86400 * 1000 + 5000
    default = int(watch(google, token, hook.url, id="chan-2", expiration=None)[1]["expiration"])
    assert 0 <= default - now - 3600 * 1000 < 5000
    google.settings(channel_max_s=60)
    short = int(watch(google, token, hook.url, id="chan-3", expiration=long)[1]["expiration"])
    assert 0 <= short - now - 60 * 1000 < 5000
    running.shift(61)
    assert {one["id"] for one in google.channels()} == {"chan-1", "chan-2"}
    running.shift(8 * 86400)
    assert google.channels() == []


def test_a_notification_is_tried_again(google, hook):
    watch(google, access(google), hook.url)
    assert hook.wait(1) == 1
    hook.script = [500, 503, 204]
    add(google)
    assert hook.wait(4) == 4
    numbers = [one["x-goog-message-number"] for one in headers_of(hook)[1:]]
    assert len(set(numbers)) == 1
    hook.script = [404]
    add(google)
    assert hook.wait(6, 0.5) == 5
    time.sleep(0.05)
    assert [row["answers"] for row in google.notifications()] == [[200], [500, 503, 204], [404]]


def test_lost_and_forged_notifications(google, hook):
    watch(google, access(google), hook.url)
    assert hook.wait(1) == 1
    google.fault("drop", method="push.notify", times=1)
    add(google)
    assert hook.wait(2, 0.3) == 1 and google.notifications()[-1]["dropped"]
    add(google)
    assert hook.wait(2) == 2
    answers = google.notify("chan-1", token="other", number=1, resource_id="r", count=2)
    assert [one["status"] for one in answers] == [200, 200]
    forged = headers_of(hook)[-1]
    assert (forged["x-goog-channel-token"], forged["x-goog-message-number"],
            forged["x-goog-resource-id"]) == ("other", "1", "r")
    google.notify("chan-1", token=None, as_channel="nobody")
    forged = headers_of(hook)[-1]
    assert "x-goog-channel-token" not in forged and forged["x-goog-channel-id"] == "nobody"


def test_push_over_https_alone(tmp_path):
    client = Client(tmp_path)
    try:
        google = client.google
        google.client("http://localhost:8080/api/auth/google/callback", client_id="kf",
                      client_secret="GOCSPX-sandbox")
        assert reason(watch(google, access(google), "http://localhost:1/")) \
            == (400, "push.webhookUrlNotHttps")
        assert watch(google, access(google), "https://localhost:1/")[0] == 200
    finally:
        client.stop()


# Faults


@pytest.mark.parametrize("kind,status,why", [
    ("401", 401, "authError"), ("rateLimitExceeded", 403, "rateLimitExceeded"),
    ("userRateLimitExceeded", 403, "userRateLimitExceeded"),
    ("quotaExceeded", 403, "quotaExceeded"), ("forbidden", 403, "forbidden"),
    ("insufficientPermissions", 403, "insufficientPermissions"),
    ("accessNotConfigured", 403, "accessNotConfigured"), ("404", 404, "notFound"),
    ("429", 429, "rateLimitExceeded"), ("500", 500, "backendError"), ("503", 503, "backendError")])
def test_answers_by_script(google, kind, status, why):
    token, other = access(google), access(google, account=ANDRES)
    google.fault(kind, method="calendarList.*", account=LAURA, times=2)
    path = "users/me/calendarList"
    assert reason(google.api("GET", path, token)) == (status, why)
    assert google.api("GET", path, other)[0] == 200
    assert google.api("GET", EVENTS, token)[0] == 200
    assert reason(google.api("GET", path, token)) == (status, why)
    assert google.api("GET", path, token)[0] == 200


def test_retry_after_and_other_bodies(google):
    token = {"Authorization": "Bearer " + access(google)}
    google.fault("429", retry_after=7, times=1)
    assert google.call("GET", "/google/calendar/v3/users/me/calendarList", None,
                       token)[1]["Retry-After"] == "7"
    google.fault("json", status=418, body={"a": 1}, times=1)
    assert google.api("GET", EVENTS, None) == (418, {"a": 1})
    google.fault("html", times=1)
    status, headers, body = google.call("GET", "/google/calendar/v3/x", None, token)
    assert status == 200 and "html" in headers["Content-Type"] and b"Sorry" in body


def test_broken_answers(google):
    token = access(google)
    headers = {"Authorization": "Bearer " + token}
    path = "/google/calendar/v3/users/me/calendarList"
    google.fault("refuse", times=1)
    with pytest.raises(OSError):
        google.call("GET", path, None, headers)
    google.fault("truncated", times=1)
    with pytest.raises(http.client.IncompleteRead):
        google.call("GET", path, None, headers)
    google.fault("truncated_json", times=1)
    with pytest.raises(ValueError):
        google.api("GET", "users/me/calendarList", token)
    google.fault("hang")
    with pytest.raises(TimeoutError):
        google.call("GET", path, None, headers, timeout=0.5)
    google.clear_faults()
    google.fault("drip")
    connection = http.client.HTTPConnection("127.0.0.1", google.port, timeout=5)
    connection.request("GET", path, None, headers)
    answer, started = connection.getresponse(), time.monotonic()
    assert answer.read(3) == b'{"k' and 1.5 < time.monotonic() - started < 3
    google.clear_faults()
    connection.close()
    google.fault("slow", seconds=0.4, times=1)
    started = time.monotonic()
    assert google.api("GET", "users/me/calendarList", token)[0] == 200
    assert time.monotonic() - started >= 0.4


def test_the_act_is_done_and_its_answer_lost(google):
    token = access(google)
    google.fault("500", method="events.insert", after=True, times=1)
    assert google.api("POST", EVENTS, token, event(id="abcde"))[0] == 500
    assert reason(google.api("POST", EVENTS, token, event(id="abcde"))) == (409, "duplicate")
    google.fault("500", method="events.insert", times=1)
    assert google.api("POST", EVENTS, token, event(id="fffff"))[0] == 500
    assert google.api("POST", EVENTS, token, event(id="fffff"))[0] == 200


def test_faults_of_one_calendar_and_of_tokens(google):
    tokens = connect(google)
    google.fault("500", calendar=SECOND)
    assert google.api("GET", cal(SECOND) + "/events", tokens["access_token"])[0] == 500
    assert google.api("GET", EVENTS, tokens["access_token"])[0] == 200
    google.fault("invalid_grant", method="oauth.token", account=LAURA)
    assert refresh(google, tokens["refresh_token"])[1]["error"] == "invalid_grant"
    google.clear_faults()
    assert refresh(google, tokens["refresh_token"])[0] == 200
    google.fault("invalid_client", method="oauth.token", times=1)
    assert refresh(google, tokens["refresh_token"])[0] == 401


def test_a_fault_of_one_grant_is_not_used_up_by_the_other(google):
    tokens = connect(google)
    code = answer_of(google.consent(authorize(google), LAURA))["code"]
    google.fault("500", method="oauth.token", grant="authorization_code", times=1)
    assert refresh(google, tokens["refresh_token"])[0] == 200
    assert exchange(google, code)[0] == 500
    assert exchange(google, code)[0] == 200
    google.fault("500", method="oauth.token", grant="refresh_token", times=1)
    assert "access_token" in connect(google)
    assert refresh(google, tokens["refresh_token"])[0] == 500
    assert refresh(google, tokens["refresh_token"])[0] == 200


@pytest.mark.parametrize("path,body", [
    ("faults", {"fault": "boom"}), ("faults", {"fault": "500", "tims": 1}),
    ("faults", {"fault": "500", "times": 0}), ("settings", {"expires_in": -1}),
    ("faults", {"fault": "500", "method": "oauth.token", "grant": "password"}),
    ("faults", {"fault": "500", "method": "events.*", "grant": "refresh_token"}),
    ("settings", {"meet": "maybe"}), ("settings", {"colour": 1}), ("accounts", {"email": "x"}),
    ("calendars", {"account": LAURA, "id": "x", "accessRole": "boss"}),
    ("calendars", {"account": LAURA, "id": "x", "timeZone": "Mars/Base"}),
    ("events", {"account": "nobody@x", "event": {}}), ("revoke", {}), ("notify", {"channel_id": "x"}),
    ("events/delete", {"account": LAURA, "identity": "x"})])
def test_control_refuses_what_it_does_not_know(running, google, path, body):
    assert running.control("google/" + path, body)[0] == 422


# What is told about it


def test_requests_are_counted_without_tokens(google):
    tokens = connect(google)
    busy(google, tokens["access_token"])
    before = google.requests()["last"]
    for _ in range(3):
        busy(google, tokens["access_token"])
    google.fault("500", method="freebusy.query", times=1)
    google.api("POST", "freeBusy", tokens["access_token"], {})
    told = google.requests(method="freebusy.query", account=LAURA, after=before)
    assert told["total"] == 4 and told["most_in_a_minute"] == 4
    assert [row["status"] for row in told["requests"]] == [200, 200, 200, 500]
    assert told["requests"][-1]["fault"] == "500" and google.count("freebusy.query") == 5
    text = json.dumps([google.requests(), google.grants(), google.channels(),
                       google.notifications()])
    for secret in ("access_token", "refresh_token"):
        assert tokens[secret] not in text and tokens[secret][:12] not in text


def test_a_restart_forgets_nothing(tmp_path):
    client = Client(tmp_path, "--insecure-push")
    google = client.google
    google.client("http://localhost:8080/api/auth/google/callback", client_id="kf",
                  client_secret="GOCSPX-sandbox")
    tokens = connect(google)
    add(google, id="abcde")
    watch(google, tokens["access_token"], "https://localhost:1/")
    sync = pages(google, tokens["access_token"], "")[1]["nextSyncToken"]
    google.settings(meet="failure")
    client.stop()
    client = Client(tmp_path, "--insecure-push")
    try:
        google = Google("http://127.0.0.1:%d" % client.port)
        assert [one["id"] for one in google.events(LAURA)] == ["abcde"]
        assert pages(google, tokens["access_token"], "syncToken=" + sync)[0] == []
        assert refresh(google, tokens["refresh_token"])[0] == 200
        assert [one["id"] for one in google.channels()] == ["chan-1"]
        assert google.settings()["meet"] == "failure"
        google.reset()
        assert google.settings()["meet"] == "success" and google.events(LAURA)
        client.ok("reset", {"all": True})
        assert google.events(LAURA) == [] and google.grants() == []
    finally:
        client.stop()


# The page


def fill(google, path="", **values):
    return google.call("POST", "/google/calendar/" + path, urllib.parse.urlencode(values), FORM)


def test_the_page(google):
    status, headers, _ = fill(google, cuenta=LAURA, calendario=LAURA, titulo="Junta <b>", dia=DAY,
                              desde="10:00", hasta="11:30")
    assert status == 303 and "semana=" + DAY in headers["Location"]
    page = google.call("GET", headers["Location"])[2].decode()
    assert "Junta &lt;b&gt;" in page and "10:00 a 11:30" in page and "Martes 1 de diciembre" in page
    assert busy(google, access(google)) == [(DAY + "T15:00:00Z", DAY + "T16:30:00Z")]
    fill(google, cuenta=LAURA, calendario=SECOND, titulo="Libre", dia=DAY, todo="1", libre="1")
    page = google.call("GET", headers["Location"])[2].decode()
    assert "Todo el día" in page and page.count("Eliminar</button>") == 2
    assert google.events(LAURA, SECOND)[0]["transparency"] == "transparent"
    name = google.events(LAURA)[0]["id"]
    assert fill(google, "borrar", cuenta=LAURA, calendario=LAURA, id=name, semana=DAY)[0] == 303
    assert google.events(LAURA) == [] and busy(google, access(google)) == []


@pytest.mark.parametrize("values,words", [
    ({"hasta": "10:00"}, "después de la inicial"), ({"hasta": "09:00"}, "después de la inicial"),
    ({"dia": "mañana"}, "Revisa"), ({"desde": ""}, "Revisa"), ({"calendario": HOLIDAYS}, "Revisa")])
def test_the_page_says_what_to_correct(google, values, words):
    form = dict({"cuenta": LAURA, "calendario": LAURA, "titulo": "Junta", "dia": DAY,
                 "desde": "10:00", "hasta": "11:00"}, **values)
    status, _, page = fill(google, **form)
    assert status == 422 and words in page.decode() and 'value="Junta"' in page.decode()
    assert google.events(LAURA) == []
