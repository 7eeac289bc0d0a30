"""Resend's API of the sandbox, rule by rule."""

import base64
import http.client
import json

import pytest

KEY = "re_test_" + "KonfirmadoVector1"
DAY = 24 * 3600


def mail(**changes):
    body = {"from": "Clínica Norte <citas@mail.example>", "to": ["ana@example.test"], "reply_to": "citas@clinica.example",
            "subject": "Cita confirmada, ñ", "html": "<p>Hola</p>", "text": "Hola",
            "headers": {"Message-ID": "<b1.0@mail.example>", "Auto-Submitted": "auto-generated"},
            "attachments": [{"filename": "invite.ics", "content": base64.b64encode(b"BEGIN:VCALENDAR\r\n").decode(),
                             "content_type": "text/calendar; charset=utf-8; method=REQUEST"}]}
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


@pytest.fixture()
def resend(box):
    box.ok("resend_keys", {"key": KEY, "domains": ["mail.example"]})
    return box


def send(box, body=None, once="a-1", **headers):
    names = {"Authorization": "Bearer " + KEY, "Content-Type": "application/json", "User-Agent": "Konfirmado/1"}
    if once is not None:
        names["Idempotency-Key"] = once
    names.update({name.replace("_", "-"): value for name, value in headers.items()})
    names = {name: value for name, value in names.items() if value is not None}
    status, headers, answer = box.call("POST", "/resend/emails", json.dumps(mail() if body is None else body), names)
    return status, json.loads(answer), headers


def inbox(box):
    return json.loads(box.call("GET", "/mail/inbox.json")[2])


def test_takes_a_mail(resend):
    status, answer, _ = send(resend)
    assert status == 200 and len(answer["id"]) == 36 and set(answer) == {"id"}
    (one,) = inbox(resend)
    assert one["via"] == "resend" and one["rcpt"] == ["ana@example.test"] and one["subject"] == "Cita confirmada, ñ"
    assert one["message_id"] == "<b1.0@mail.example>" and one["attachments"][0]["name"] == "invite.ics"
    status, headers, body = resend.call("GET", "/mail/1/part/1")
    assert status == 200 and body == b"BEGIN:VCALENDAR\r\n" and headers["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert b"invite.ics" in resend.call("GET", "/mail/1")[2]


@pytest.mark.parametrize("changes,status,name", [
    ({"from": None}, 422, "missing_required_field"), ({"to": None}, 422, "missing_required_field"),
    ({"subject": ""}, 422, "missing_required_field"), ({"html": None, "text": None}, 422, "missing_required_field"),
    ({"from": "Clínica"}, 422, "invalid_from_address"), ({"from": "<a@mail.example> x"}, 422, "invalid_from_address"),
    ({"from": "citas@other.example"}, 403, "validation_error"), ({"to": []}, 422, "validation_error"),
    ({"to": ["a@b.example"] * 51}, 422, "validation_error"), ({"to": ["ana@example.test\r\nBcc: x@y.test"]}, 422, "validation_error"),
    ({"reply_to": "nobody"}, 422, "validation_error"), ({"subject": "a\r\nBcc: x"}, 422, "validation_error"),
    ({"headers": {"X-A": "b\nc"}}, 422, "validation_error"), ({"headers": {"X A": "b"}}, 422, "validation_error"),
    ({"headers": {"X-A": 1}}, 422, "validation_error"), ({"tags": [{"name": "a", "value": "ñ"}]}, 422, "validation_error"),
    ({"attachments": [{"filename": "a", "content": "?"}]}, 422, "invalid_attachment"),
    ({"attachments": [{"content": "YQ=="}]}, 422, "invalid_attachment"),
    ({"attachments": [{"filename": "a"}]}, 422, "invalid_attachment"), ({"nothing": 1}, 422, "validation_error")], ids=str)
def test_refuses_a_mail(resend, changes, status, name):
    got, answer, _ = send(resend, mail(**changes))
    assert (got, answer["name"], answer["statusCode"]) == (status, name, status) and answer["message"] and inbox(resend) == []


@pytest.mark.parametrize("headers,status,name", [
    ({"Authorization": None}, 401, "missing_api_key"), ({"Authorization": "Bearer re_other_12345"}, 403, "invalid_api_key"),
    ({"Authorization": "Basic " + KEY}, 403, "invalid_api_key"), ({"once": ""}, 400, "invalid_idempotency_key"),
    ({"once": "x" * 257}, 400, "invalid_idempotency_key"), ({"Content_Type": "text/plain"}, 422, "validation_error"),
    ({"User_Agent": None}, 403, "validation_error")], ids=str)
def test_refuses_a_request(resend, headers, status, name):
    got, answer, _ = send(resend, **headers)
    assert (got, answer["name"]) == (status, name) and inbox(resend) == []


def test_restricted_key_and_other_paths(resend):
    resend.ok("resend_keys", {"key": KEY, "domains": ["mail.example"], "restricted": True})
    assert send(resend)[1]["name"] == "restricted_api_key"
    for method, path, status, name in (("GET", "/resend/emails", 405, "method_not_allowed"), ("POST", "/resend/emails/batch", 404, "not_found")):
        got, _, answer = resend.call(method, path, "{}" if method == "POST" else None)
        assert got == status and json.loads(answer)["name"] == name


def test_same_key_same_mail(resend):
    first = send(resend)[1]["id"]
    assert send(resend)[1]["id"] == first and len(inbox(resend)) == 1
    status, answer, _ = send(resend, mail(subject="Otra"))
    assert (status, answer["name"]) == (409, "invalid_idempotent_request") and len(inbox(resend)) == 1
    assert send(resend, once="a-2")[1]["id"] != first and len(inbox(resend)) == 2
    assert send(resend, once=None)[0] == 200 and send(resend, once=None)[0] == 200 and len(inbox(resend)) == 4
    resend.shift(DAY - 60)
    assert send(resend)[1]["id"] == first
    resend.shift(DAY + 60)
    assert send(resend)[1]["id"] != first, "a key is known for a day"


def test_refused_mail_keeps_no_key(resend):
    assert send(resend, mail(subject=""))[0] == 422
    assert send(resend)[0] == 200


@pytest.mark.parametrize("mode,status,name", [
    ("concurrent", 409, "concurrent_idempotent_requests"), ("rate", 429, "rate_limit_exceeded"), ("quota", 429, "daily_quota_exceeded"),
    ("422", 422, "validation_error"), ("500", 500, "application_error"), ("503", 503, "internal_server_error")])
def test_modes(resend, mode, status, name):
    resend.ok("resend", {"mode": mode, "count": 1})
    got, answer, headers = send(resend)
    assert (got, answer["name"]) == (status, name) and ("retry-after" in headers) == (mode == "rate")
    assert send(resend)[0] == 200 and len(inbox(resend)) == 1
    assert [(one["once"], one["status"]) for one in resend.ok("resend")["requests"]] == [("a-1", status), ("a-1", 200)]


def test_lost_answer(resend):
    resend.ok("resend", {"mode": "lose", "count": 1})
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        send(resend)
    assert len(inbox(resend)) == 1
    assert send(resend)[0] == 200 and len(inbox(resend)) == 1


def test_control_is_strict(resend):
    for path, body in (("resend", {"mode": "maybe"}), ("resend", {"mode": "ok", "count": 0}), ("resend", {"x": 1}),
                       ("resend_keys", {"key": "x", "domains": []}), ("resend_keys", {"key": KEY})):
        assert resend.control(path, body)[0] == 422, body
