"""The Stripe stand-in alone: what its sheet says, asked without our client."""
import concurrent.futures
import http.client
import json
import time
import urllib.parse

import pytest

import stripe_events

KEY, SECRET = "sk_test_" + "KonfirmadoVector0001", "whsec_" + "KonfirmadoVector0001"
BODY = (b'{"id":"evt_test_1","object":"event","type":"checkout.session.completed","created":1763700012,"livemode":false,'
        b'"data":{"object":{"id":"cs_test_1","object":"checkout.session","payment_status":"paid","amount_total":9500000,'
        b'"currency":"cop","client_reference_id":"kf-7Q2M9-1"}}}')


def form(box, **changes):
    fields = {"mode": "payment", "submit_type": "book", "client_reference_id": "kf-1-1", "line_items[0][quantity]": "1",
              "line_items[0][price_data][currency]": "cop", "line_items[0][price_data][unit_amount]": "9500000",
              "line_items[0][price_data][product_data][name]": "Consulta", "success_url": "https://pay.example.test/r",
              "expires_at": str(int(time.time()) + 2000), "metadata[reference]": "kf-1-1",
              "payment_intent_data[metadata][reference]": "kf-1-1"}
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not None}


def call(box, method, path, fields=None, key=KEY, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=10)
    headers = {"Authorization": "Bearer " + key, "Stripe-Version": "2026-10-28.endive",
               "Content-Type": "application/x-www-form-urlencoded", **{n.replace("_", "-"): v for n, v in headers.items()}}
    connection.request(method, "/stripe/v1" + path, urllib.parse.urlencode(fields) if fields else None, headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body, dict(answer.getheaders())


@pytest.fixture()
def stripe(box, hook):
    box.ok("stripe/accounts", {"private_key": KEY, "events_secret": SECRET, "events_url": hook.url, "name": "Aurora"})
    return box


def test_signature_vector():
    assert stripe_events.sign(SECRET, 1763700012, BODY) == "2a8dbb78c71668bf2a3f3e91b178b394f48518c72e7ab204b3829a88f1041a78"


@pytest.mark.parametrize("changes, param", [
    ({"mode": "setup"}, "mode"), ({"success_url": None}, "success_url"), ({"colour": "red"}, "colour"),
    ({"expires_at": "1"}, "expires_at"), ({"expires_at": str(int(time.time()) + 60)}, "expires_at"),
    ({"line_items[0][price_data][unit_amount]": "0"}, "line_items[0][price_data][unit_amount]"),
    ({"line_items[0][price_data][currency]": "COP"}, "line_items[0][price_data][currency]")])
def test_what_a_session_must_say(stripe, changes, param):
    status, body, _ = call(stripe, "POST", "/checkout/sessions", form(stripe, **changes))
    assert status == 400 and body["error"]["param"] == param


def test_who_may_ask(stripe):
    assert call(stripe, "GET", "/account")[1]["settings"]["dashboard"]["display_name"] == "Aurora"
    assert call(stripe, "GET", "/account", key="sk_test_other")[0] == 401
    assert call(stripe, "GET", "/account", Stripe_Version="2020-01-01")[0] == 400
    assert call(stripe, "GET", "/payment_intents/pi_none")[0] == 404


def test_idempotency(stripe):
    fields, key = form(stripe), {"Idempotency_Key": "a"}
    status, first, _ = call(stripe, "POST", "/checkout/sessions", fields, **key)
    assert status == 200 and first["id"].startswith("cs_test_") and first["payment_intent"] is None
    status, again, headers = call(stripe, "POST", "/checkout/sessions", fields, **key)
    assert again == first and headers["Idempotent-Replayed"] == "true"
    status, other, _ = call(stripe, "POST", "/checkout/sessions", form(stripe, locale="en"), **key)
    assert status == 400 and other["error"]["type"] == "idempotency_error"
    assert call(stripe, "POST", "/checkout/sessions", fields)[1]["id"] != first["id"]
    stripe.ok("stripe/mode", {"work_s": 0.5})
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: call(stripe, "POST", "/checkout/sessions", fields, Idempotency_Key="b")[0], range(2)))
    assert sorted(both) == [200, 409]


def test_paid_and_given_back(stripe, hook):
    session = call(stripe, "POST", "/checkout/sessions", form(stripe))[1]
    stripe.ok("stripe/pay", {"session": session["url"], "card": "4000000000000002"})
    path = "/checkout/sessions/%s?expand[]=payment_intent.latest_charge.refunds" % session["id"]
    intent = call(stripe, "GET", path)[1]["payment_intent"]
    assert intent["status"] == "requires_payment_method" and intent["last_payment_error"] and session["status"] == "open"
    stripe.ok("stripe/pay", {"session": session["id"]})
    read = call(stripe, "GET", path)[1]
    assert (read["status"], read["payment_status"], read["payment_intent"]["status"]) == ("complete", "paid", "succeeded")
    assert isinstance(call(stripe, "GET", "/payment_intents/" + intent["id"])[1]["latest_charge"], str)
    query = urllib.parse.quote("metadata['reference']:'kf-1-1'")
    assert [one["id"] for one in call(stripe, "GET", "/payment_intents/search?query=" + query)[1]["data"]] == [intent["id"]]
    stripe.ok("stripe/mode", {"search_lag_s": 60})
    assert call(stripe, "GET", "/payment_intents/search?query=" + query)[1]["data"] == []
    part = {"payment_intent": intent["id"], "amount": "1000000", "metadata[reference]": "kfr-1"}
    assert call(stripe, "POST", "/refunds", part)[1]["status"] == "succeeded"
    assert call(stripe, "POST", "/refunds", {"payment_intent": intent["id"], "amount": "9000000"})[0] == 400
    assert call(stripe, "POST", "/refunds", {"payment_intent": intent["id"]})[1]["amount"] == 8500000
    status, body, _ = call(stripe, "POST", "/refunds", {"payment_intent": intent["id"]})
    assert status == 400 and body["error"]["code"] == "charge_already_refunded"
    charge = call(stripe, "GET", path)[1]["payment_intent"]["latest_charge"]
    assert charge["refunded"] and len(charge["refunds"]["data"]) == 2


def test_expired(stripe):
    session = call(stripe, "POST", "/checkout/sessions", form(stripe))[1]
    stripe.shift(2100)
    assert call(stripe, "POST", "/checkout/sessions/%s/expire" % session["id"])[0] == 400
    assert call(stripe, "GET", "/checkout/sessions/" + session["id"])[1]["status"] == "expired"
