"""Checkout, events and API of the stand-in, rule by rule."""

import http.client
import json
import re
import socket
import time

import pytest

from sandbox_client import PRV, PUB, Client, account, link, pay

HOUR = 3600
MERCHANT = {"x-merchant-public-key": PUB}


def statuses(hook):
    return [event["data"]["transaction"]["status"] for _, event in hook.got]


def post_form(box, url, body):
    return box.call("POST", url, body, {"Content-Type": "application/x-www-form-urlencoded"})


# Checkout


@pytest.mark.parametrize("change,status,code", [
    ({"reference": ""}, 422, "missing_parameter"),
    ({"signature__integrity": None}, 422, "missing_parameter"),
    ({"public_key": "pub_test_other"}, 401, "unknown_public_key"),
    ({"amount": "149999"}, 422, "below_minimum"), ({"amount": "95000.5"}, 422, "bad_amount"),
    ({"amount": "-9500000"}, 422, "bad_amount"), ({"amount": "09500000"}, 422, "bad_amount"),
    ({"reference": "kf A"}, 422, "bad_reference"), ({"reference": "k" * 256}, 422, "bad_reference"),
    ({"expiration": "2026-01-01"}, 422, "bad_expiration"),
    ({"expiration": "2020-01-01T00:00:00.000Z"}, 410, "expired"),
    ({"redirect_url": "javascript:alert(1)"}, 422, "bad_redirect_url"),
    ({"customer_data__phone_number": "3001234567"}, 422, "incomplete_pair"),
    ({"shipping_address__city": "Bogotá"}, 422, "incomplete_shipping"),
    ({"secret": "test_integrity_" + "other"}, 403, "bad_signature"),
    ({"currency": "USD"}, 403, "bad_signature")])
def test_links_refused(box, change, status, code):
    answer = box.call("GET", link(**change))
    assert (answer[0], answer[1]["X-Sandbox-Refusal"]) == (status, code)
    assert "No se puede pagar" in answer[2].decode()
    assert box.control("pay", {"checkout_url": link(**change)})[1]["code"] == code
    assert box.ok("transactions") == []


def test_repeated_parameter(box):
    answer = box.call("GET", link() + "&currency=COP")
    assert (answer[0], answer[1]["X-Sandbox-Refusal"]) == (400, "repeated_parameter")


@pytest.mark.parametrize("form,status", [
    ("outcome=APPROVED&method=CARD", "APPROVED"),
    ("method=CARD&number=4242+4242+4242+4242&expiry=12/39&cvc=123", "APPROVED"),
    ("method=NEQUI&phone=3991111111", "APPROVED"),
    ("method=PSE&bank=1&legal_id=1099888777", "APPROVED"),
    ("outcome=PENDING&method=PSE", "PENDING"),
    ("method=CARD&number=4111111111111111&expiry=12/39&cvc=123", "DECLINED"),
    ("method=CARD&number=4000000000000002&expiry=12/39&cvc=123", "ERROR"),
    ("method=NEQUI&phone=3992222222", "DECLINED"), ("method=NEQUI&phone=3000000000", "ERROR"),
    ("method=PSE&bank=2&legal_id=1099888777", "DECLINED"), ("outcome=ERROR", "ERROR")])
def test_paying_by_form(box, hook, form, status):
    code, headers, _ = post_form(box, link(), form)
    row = box.ok("transactions")[0]
    back = "http://clinica.localhost:8080/r/wompi/abc?id=%s&env=test" % row["id"]
    page = "http://localhost:%d/wompi/t/%s" % (box.port, row["id"])
    assert code == 303 and row["status"] == status
    assert headers["Location"] == (back if status in ("APPROVED", "PENDING") else page)
    assert re.fullmatch(r"[0-9]+-[0-9]{10}-[0-9]+", row["id"])
    if status == "PENDING":
        assert hook.wait(1, 0.3) == 0 and row["finalized_at"] is None
    else:
        assert hook.wait(1) == 1 and statuses(hook) == [status]


@pytest.mark.parametrize("form,words", [
    ("method=CARD&number=12&expiry=12/39&cvc=123", "número de la tarjeta"),
    ("method=CARD&number=4242424242424242&expiry=01/20&cvc=123", "vencida"),
    ("method=CARD&number=4242424242424242&expiry=12/39&cvc=12", "3 números"),
    ("method=NEQUI&phone=12", "celular"), ("method=PSE&bank=9", "banco"),
    ("outcome=NONSENSE", "resultado")])
def test_form_mistakes_keep_the_page(box, form, words):
    status, _, page = post_form(box, link(), form)
    assert status == 422 and words in page.decode() and box.ok("transactions") == []


def test_retry_window_and_used_reference(box, hook):
    post_form(box, link(), "outcome=DECLINED")
    first = box.ok("transactions")[0]
    page = box.call("GET", "/wompi/t/" + first["id"])[2].decode()
    assert "Intentar de nuevo" in page and "Volver al comercio" in page
    box.shift(170)
    assert "Prueba otra vez" in box.call("GET", link())[2].decode()
    assert pay(box, link(), outcome="error")["status"] == "ERROR"
    box.shift(179)
    second = pay(box, link(), outcome="approved", delay_s=0.01)
    assert second["transaction_id"] != first["id"]
    assert box.call("GET", link())[0] == 409
    assert post_form(box, link(), "outcome=APPROVED")[0] == 409
    assert hook.wait(3) == 3 and statuses(hook) == ["DECLINED", "ERROR", "APPROVED"]
    assert {event["data"]["transaction"]["reference"] for _, event in hook.got} == {"kf-A1-1"}


def test_retry_ends_three_minutes_after_the_first_failure(box):
    first = pay(box, link(), outcome="declined")
    box.shift(181)
    assert box.call("GET", link())[0] == 409
    page = box.call("GET", "/wompi/t/" + first["transaction_id"])[2].decode()
    assert "Intentar de nuevo" not in page and "Volver al comercio" in page


def test_pending_reference_cannot_be_paid_twice(box):
    pay(box, link(), outcome="pending")
    assert box.call("GET", link())[0] == 409


def test_redirect_joins_a_query_and_prod_has_no_env(box, hook):
    box.ok("accounts", account(hook.url, "prod"))
    url = link(redirect_url="https://x.test/r?b=1", public_key="pub_prod_KonfirmadoVector0001",
               secret="prod_integrity_" + "KonfirmadoVector0001")
    paid = pay(box, url)
    assert paid["redirect"] == "https://x.test/r?b=1&id=" + paid["transaction_id"]


# Events


def test_pay_event_variants(box, hook):
    assert pay(box, link("a"), events="before_redirect") and len(hook.got) == 1
    assert pay(box, link("b"), events="never")["status"] == "APPROVED"
    assert hook.wait(2, 0.3) == 1
    pay(box, link("c"), events="duplicate")
    assert hook.wait(3) == 3 and hook.got[1][1] == hook.got[2][1]
    both = pay(box, link("d"), events="declined_then_approved")
    assert len(both["transaction_ids"]) == 2 and hook.wait(5) == 5
    assert sorted(statuses(hook)[3:]) == ["APPROVED", "DECLINED"]


def test_retries_follow_the_clock(box, hook):
    hook.script = [500, 404, 302, 201]
    paid = pay(box, link())
    assert hook.wait(1) == 1
    seen = 1
    for offset in (1800, 3 * HOUR, 24 * HOUR):
        box.shift(offset - 15)
        assert hook.wait(seen + 1, 0.4) == seen
        box.shift(offset + 1)
        seen += 1
        assert hook.wait(seen) == seen
    box.shift(200 * HOUR)
    assert hook.wait(5, 0.5) == 4
    tries = box.ok("deliveries?transaction_id=" + paid["transaction_id"])
    assert [(one["try"], one["status"]) for one in tries] == [(1, 500), (2, 404), (3, 302),
                                                              (4, 201)]
    assert all(event == hook.got[0][1] for _, event in hook.got)


def test_200_ends_the_retries(box, hook):
    hook.script = [500]
    pay(box, link())
    box.shift(1801)
    assert hook.wait(2) == 2
    box.shift(200 * HOUR)
    assert hook.wait(3, 0.4) == 2


def test_dropped_events_never_come(box, hook):
    box.ok("mode", {"events": "drop"})
    said = "deliveries?transaction_id=" + pay(box, link())["transaction_id"]
    limit = time.monotonic() + 5
    while not box.ok(said) and time.monotonic() < limit:
        time.sleep(0.01)
    box.ok("mode", {"events": "normal"})
    box.shift(200 * HOUR)
    assert hook.wait(1, 0.4) == 0
    assert [one["error"] for one in box.ok(said)] == ["dropped"]


def test_scripted_mistakes(box, hook):
    paid = pay(box, link(), events="never")["transaction_id"]

    def send(**mutate):
        hook.got.clear()
        sent = box.ok("events", {"transaction_id": paid, "mutate": mutate})
        assert all(one["status"] == 200 and one["latency_ms"] > 0 for one in sent["answers"])
        return hook.got[0]
    plain = send(timestamp=7)[1]
    assert len(plain["signature"]["checksum"]) == 64
    event = send(timestamp=7, alter_reference="kf-B2-1")[1]
    assert event["data"]["transaction"]["reference"] == "kf-B2-1"
    assert event["signature"]["checksum"] == plain["signature"]["checksum"]
    headers, event = send(timestamp=7, uppercase=True)
    assert event["signature"]["checksum"] == plain["signature"]["checksum"].upper()
    headers, event = send(timestamp=7, bad_checksum=True)
    assert event["signature"]["checksum"] != plain["signature"]["checksum"]
    assert headers["X-Event-Checksum"] == event["signature"]["checksum"]
    assert "X-Event-Checksum" not in send(no_header=True)[0]
    event = send(timestamp=7, status="VOIDED", environment="prod")[1]
    assert event["data"]["transaction"]["status"] == "VOIDED" and event["environment"] == "prod"
    assert event["signature"]["checksum"] != plain["signature"]["checksum"]
    assert send(timestamp=7, secret="x")[1]["signature"] != plain["signature"]
    send(duplicate=50, parallel=True)
    assert len(hook.got) == 50 and all(one[1] == hook.got[0][1] for one in hook.got)
    assert box.control("events", {"transaction_id": paid, "mutate": {"typo": 1}})[0] == 422


def test_control_transactions(box, hook):
    made = box.ok("transactions", {"public_key": PUB, "reference": "kf-Z-1", "currency": "USD",
                                   "amount_in_cents": 9499900, "status": "PENDING"})
    assert hook.wait(1, 0.2) == 0
    box.ok("transactions/" + made["id"], {"status": "APPROVED", "emit": True}, "PATCH")
    assert hook.wait(1) == 1
    shown = hook.got[0][1]["data"]["transaction"]
    assert (shown["status"], shown["currency"], shown["amount_in_cents"]) == \
        ("APPROVED", "USD", 9499900)
    assert box.control("transactions", {"public_key": PUB, "refrence": "x"})[0] == 422


# API


def test_who_may_read(box):
    paid = pay(box, link())["transaction_id"]
    box.ok("accounts", account(None, "prod"))
    box.ok("accounts", account(None, "test", "Other"))
    one, many = "/transactions/" + paid, "/transactions?reference=kf-A1-1"
    assert box.api(one, PRV)[1]["data"]["status"] == "APPROVED"
    assert [row["id"] for row in box.api(many, PRV)[1]["data"]] == [paid]
    for key, status in ((None, 404), (PUB, 404), ("prv_test_unknown", 401), ("junk", 401),
                        ("prv_prod_KonfirmadoVector0001", 401), ("prv_test_Other", 404)):
        assert box.api(one, key)[0] == status, key
    for key in (None, PUB, "prv_test_unknown"):
        status, body = box.api(many, key)
        assert (status, body["error"]["type"]) == (401, "INVALID_ACCESS_TOKEN")
    assert box.api(many, "prv_test_Other") == (200, {"data": [], "meta": {
        "page": 1, "page_size": 50, "total_results": 0}})
    assert box.api("/transactions/none", PRV)[1]["error"]["type"] == "NOT_FOUND_ERROR"
    assert box.api("/transactions?page_size=201", PRV)[0] == 422


def test_merchant_info(box):
    assert box.api("/merchants/info", headers=MERCHANT)[1]["data"]["name"] == "Clínica Sonrisa"
    status, body = box.api("/merchants/info", headers={"x-merchant-public-key": "pub_test_no"})
    assert (status, body["error"]["type"]) == (401, "INVALID_ACCESS_TOKEN")
    assert box.api("/merchants/" + PUB)[0] == 404
    assert len(box.api("/pse/financial_institutions", PUB)[1]["data"]) == 2


@pytest.mark.parametrize("body", [{}, {"amount_in_cents": 500000}])
def test_void(box, hook, body):
    paid = pay(box, link(), events="never")["transaction_id"]
    path = "/transactions/%s/void" % paid
    assert box.api(path, PUB, "POST", body)[0] == 401
    status, answer = box.api(path, PRV, "POST", body)
    assert status == 201 and answer["data"]["transaction"]["status"] == "VOIDED"
    assert hook.wait(1) == 1 and statuses(hook) == ["VOIDED"]
    assert box.api("/transactions/" + paid, PRV)[1]["data"]["status"] == "VOIDED"
    status, answer = box.api(path, PRV, "POST", body)
    assert status == 422 and answer["error"]["type"] == "INPUT_VALIDATION_ERROR"


@pytest.mark.parametrize("method,outcome,body", [
    ("NEQUI", "approved", {}), ("CARD", "declined", {}), ("CARD", "pending", {}),
    ("CARD", "approved", {"amount_in_cents": 9500001}), ("CARD", "approved",
                                                         {"amount_in_cents": 0})])
def test_void_refused(box, method, outcome, body):
    paid = pay(box, link(), method=method, outcome=outcome)["transaction_id"]
    assert box.api("/transactions/%s/void" % paid, PRV, "POST", body)[0] == 422


def test_refunds(box):
    paid = pay(box, link(), method="NEQUI")["transaction_id"]

    def refund(amount, **more):
        body = dict({"transaction_id": paid, "amount_in_cents": amount}, **more)
        return box.api("/refunds", PRV, "POST", body)
    for scenario in ("declined", "error", "cancelled"):
        status, answer = refund(9500000, test_scenario=scenario)
        assert (status, answer["data"]["status"]) == (201, scenario.upper())
    assert refund(9000000, reference="r1")[1]["data"]["status"] == "APPROVED"
    assert refund(500001)[0] == 422
    assert refund(500000, test_scenario="approved")[0] == 201
    assert refund(1)[0] == 422 and refund(1, test_scenario="x")[0] == 422 and refund("1")[0] == 422
    assert len(box.ok("refunds")) == 5


def test_refunds_that_go_wrong(box):
    paid = pay(box, link(), method="NEQUI")["transaction_id"]

    def refund(mode):
        box.ok("mode", {"refunds": mode})
        return box.call("POST", "/wompi/v1/refunds", json.dumps({"transaction_id": paid, "amount_in_cents": 100}),
                        {"Authorization": "Bearer " + PRV})
    assert refund("off")[0] == 404 and not box.ok("refunds")
    assert json.loads(refund("declined")[2])["data"]["status"] == "DECLINED"
    assert json.loads(refund("pending")[2])["data"]["status"] == "PENDING"
    assert refund("lost")[0] == 502
    assert [one["status"] for one in box.ok("refunds")] == ["DECLINED", "PENDING", "APPROVED"]
    box.ok("mode", {"refunds": "on"})


# Faults


def test_api_faults(box):
    path = "/transactions/" + pay(box, link())["transaction_id"]
    good = box.api(path, PRV)[1]
    box.ok("mode", {"api": "wrong_amount"})
    assert box.api(path, PRV)[1]["data"]["amount_in_cents"] == 9499900
    for mode, status in (("500", 500), (429, 429)):
        box.ok("mode", {"api": mode})
        answer = box.call("GET", "/wompi/v1" + path, None, {"Authorization": "Bearer " + PRV})
        assert answer[0] == status and ("Retry-After" in answer[1]) == (status == 429)
    box.ok("mode", {"api": "html"})
    answer = box.call("GET", "/wompi/v1" + path)
    assert answer[0] == 200 and answer[1]["Content-Type"].startswith("text/html")
    for mode, error in (("refuse", (http.client.RemoteDisconnected, ConnectionResetError)),
                        ("hang", TimeoutError), ("drip", TimeoutError),
                        ("truncated", http.client.IncompleteRead),
                        ("truncated_json", json.JSONDecodeError)):
        box.ok("mode", {"api": mode})
        with pytest.raises(error):
            headers = {"Authorization": "Bearer " + PRV}
            json.loads(box.call("GET", "/wompi/v1" + path, None, headers, timeout=0.5)[2])
    box.ok("mode", {"api": "500", "public_key": PUB})
    box.ok("mode", {"api": "ok", "api_delay_s": 0})
    assert box.api(path, PRV)[0] == 500 and box.api(path, "prv_test_no")[0] == 401
    box.ok("mode", {"api": "ok", "public_key": PUB, "api_delay_s": 0.3})
    begun = time.monotonic()
    assert box.api(path, PRV)[1] == good and time.monotonic() - begun >= 0.3
    assert box.control("mode", {"api": "nonsense"})[0] == 422


def test_lost_answer_after_the_act(box, hook):
    paid = pay(box, link(), events="never")["transaction_id"]
    box.ok("mode", {"api": "500"})
    assert box.api("/transactions/%s/void" % paid, PRV, "POST", {})[0] == 500
    assert box.ok("transactions/" + paid)["status"] == "APPROVED"
    box.ok("mode", {"api_after": True})
    assert box.api("/transactions/%s/void" % paid, PRV, "POST", {})[0] == 500
    assert box.ok("transactions/" + paid)["status"] == "VOIDED" and hook.wait(1) == 1


# Process


def test_keep_alive(box):
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=5)
    for _ in range(3):
        connection.request("GET", "/wompi/v1/merchants/info", headers=MERCHANT)
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read()
        assert connection.sock is not None
    connection.close()


def test_chunked_body_and_bad_length(box):
    chunks = (b for b in (b'{"all"', b": true}"))
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=5)
    connection.request("POST", "/_control/reset", chunks)
    assert connection.getresponse().status == 200 and box.ok("accounts") == []
    connection.close()
    raw = socket.create_connection(("127.0.0.1", box.port), 5)
    raw.sendall(b"POST /_control/reset HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")
    assert raw.recv(100).startswith(b"HTTP/1.1 413")
    raw.close()


def test_restart_keeps_payments_and_owed_retries(tmp_path, hook):
    hook.script = [500]
    first = Client(tmp_path)
    first.ok("accounts", account(hook.url))
    paid = pay(first, link())
    assert hook.wait(1) == 1
    limit = time.monotonic() + 5
    while not first.ok("deliveries") and time.monotonic() < limit:
        time.sleep(0.01)
    first.stop()
    second = Client(tmp_path, "--time-scale", "3600")
    assert second.api("/transactions/" + paid["transaction_id"], PRV)[0] == 200
    assert second.call("GET", link())[0] == 409
    assert hook.wait(2) == 2 and hook.got[0][1] == hook.got[1][1]
    second.ok("reset", {})
    assert second.ok("transactions") == [] and len(second.ok("accounts")) == 1
    second.stop()
