"""The sandbox against the published vectors and rules, with a small client of its own."""

import base64
import calendar
import hashlib
import hmac
import json
import time
import urllib.parse

import pytest

from sandbox_client import EVENTS, PUB, account, link

KEY = b"konfirmado-vector-" + b"secret-32bytes"
OLD_KEY = b"konfirmado-vector-" + b"OLDKEY-32bytes"
SW_BODY = (b'{"type":"booking.confirmed","timestamp":"2025-11-21T04:40:12.000Z",'
           b'"data":{"booking_id":"7Q2M9","tenant_id":"t_1",'
           b'"amount":{"value":9500000,"currency":"COP"}}}')
W4_URL = ("/wompi/p/?public-key=" + PUB + "&currency=COP&amount-in-cents=9500000"
          "&reference=kf-7Q2M9-1&signature%3Aintegrity="
          "ddffff5bcf27af3b185f000476f02a8f311aec06863eaf8bcb20b11d3d612c41"
          "&redirect-url=https%3A%2F%2Fpay.example.test%2Fr%2Fwompi%3Fb%3D7Q2M9"
          "&expiration-time=2026-12-01T15%3A30%3A00.000Z&customer-data%3Aemail=ana%40example.test"
          "&customer-data%3Afull-name=Ana+P%C3%A9rez&customer-data%3Aphone-number=3001234567"
          "&customer-data%3Aphone-number-prefix=%2B57")


def whsec(key):
    return "whsec_" + base64.b64encode(key).decode()


# Signatures


def test_w4_link_is_accepted_and_any_change_refused(box):
    box.set_now(calendar.timegm((2026, 12, 1, 15, 0, 0)))
    status, _, page = box.call("GET", W4_URL)
    text = page.decode()
    assert status == 200 and "95.000" in text and "Clínica Sonrisa" in text
    for old, new in (("9500000", "9500001"), ("kf-7Q2M9-1", "kf-7Q2M9-2"),
                     ("15%3A30%3A00", "15%3A31%3A00"), ("ddffff", "ddfffe")):
        status, headers, _ = box.call("GET", W4_URL.replace(old, new))
        assert (status, headers["X-Sandbox-Refusal"]) == (403, "bad_signature")


def test_w3_without_expiration(box):
    good = "94458a35d7260215705b140d339ae42e53273070ded6b6b19b529736e47f893c"
    assert box.call("GET", link("kf-7Q2M9-1", signature__integrity=good))[0] == 200
    assert box.call("GET", link("kf-7Q2M9-1", signature__integrity=good[:-1] + "d"))[0] == 403


@pytest.mark.parametrize("expiration,signature", [
    (None, "37c8407747e595535433ef8f6a811d853cd943046624a0ec04662b17bbf33bf5"),
    ("2023-06-09T20:28:50.000Z",
     "e972f58e7de36b283fbb93d9318d39a54ffdff4e8e917b534f30d63c9d7bb89c")])
def test_w1_w2_production_keys(box, expiration, signature):
    box.ok("accounts", account(None, "prod", integrity_secret="prod_integrity_"
                               + "Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6"))
    url = link("sk8-438k4-xmxm392-sn2m", "2490000", expiration, signature__integrity=signature,
               public_key="pub_prod_KonfirmadoVector0001")
    box.set_now(calendar.timegm((2023, 6, 9, 20, 0, 0)))
    assert box.call("GET", url)[0] == 200
    box.set_now(calendar.timegm((2023, 6, 9, 20, 29, 0)))
    assert box.call("GET", url)[0] == (410 if expiration else 200)


PROPERTIES = ["reference", "status", "id", "amount_in_cents"]


@pytest.mark.parametrize("mode,secret,fields,mutate,checksum", [
    ("prod", "prod_events_" + "OcHnIzeBl5socpwByQ4hA52Em3USQ93Z",
     ("1234-1610641025-49201", 4490000, "APPROVED"), {"timestamp": 1530291411},
     "5a18ec5e8fdb7df463e9f94774cba8f583ba21bd04a09ceff2ea68a4bc0aefbe"),
    ("test", "test_events_" + "EqCPDEn5x4lRatGPxLhyZd6YTgd6QSrr",
     ("1234-1610641025-49201", 4490000, "APPROVED"), {"timestamp": 1530291411},
     "c7c03147429efbbcfab3cdf585041c871d577ca183b1387581535add1a061780"),
    ("test", EVENTS, ("15113-1763700000-10001", 9500000, "APPROVED"), {"timestamp": 1763700012},
     "a66e77ef058f4ead14d8ab76078c56eb9c2edb23aed0b15ad16de2fea5ad0e96"),
    ("test", EVENTS, ("15113-1763700000-10002", 9500000, "DECLINED"), {"timestamp": 1763700012},
     "e3151d0e5b1efcfed9b0e82904b00486186ea8f249ca22552e27f863ea2f9049"),
    ("test", EVENTS, ("15113-1763700000-10001", 9500000, "APPROVED"),
     {"timestamp": 1763700012, "properties": ["transaction." + one for one in PROPERTIES]},
     "bd8344ef2133a6cb49de226ff3b6c8a9a65cd49a0253482e1352dd6bf277a225"),
], ids=["E1", "E2", "E3", "E4", "E5"])
def test_event_vectors(box, hook, mode, secret, fields, mutate, checksum):
    box.ok("accounts", account(hook.url, mode, events_secret=secret))
    box.ok("transactions", {"public_key": "pub_%s_KonfirmadoVector0001" % mode, "id": fields[0],
                            "reference": "kf-7Q2M9-1", "amount_in_cents": fields[1],
                            "status": fields[2]})
    box.ok("events", {"transaction_id": fields[0], "mutate": mutate})
    headers, event = hook.got[0]
    assert event["signature"]["checksum"] == checksum == headers["X-Event-Checksum"]
    assert event["environment"] == mode and event["timestamp"] == mutate["timestamp"]


def callback(box, body, identity, stamp, signature, name="sw"):
    headers = {"webhook-id": identity, "webhook-timestamp": str(stamp), "Content-Type":
               "application/json", "webhook-signature": signature}
    status, _, _ = box.call("POST", "/merchant/callback/" + name, body, headers)
    rows = json.loads(box.call("GET", "/merchant/inbox.json?name=" + name)[2])
    return status, rows[0]


SW1 = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SW2_SIG = "v1,c1Uxdrm+K6ikSRaMR4BmGK/wCNcPFJ2BTKRfdiN1RVk="
SW3_SIG = "v1,vkEaTMNBEfqieIljVkKjKWjqRzHjAdc35FlR5SyG+JQ="


@pytest.mark.parametrize("secret,identity,stamp,body,signature,good", [
    (SW1, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}',
     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", True),
    (whsec(KEY), "msg_2KonfirmadoVector01", 1763700013, SW_BODY, SW2_SIG, True),
    (whsec(OLD_KEY), "msg_2KonfirmadoVector01", 1763700013, SW_BODY, SW3_SIG, True),
    (whsec(OLD_KEY), "msg_2KonfirmadoVector01", 1763700013, SW_BODY, SW2_SIG + " " + SW3_SIG, True),
    (whsec(OLD_KEY), "msg_2KonfirmadoVector01", 1763700013, SW_BODY, SW2_SIG, False),
    (whsec(KEY), "msg_2KonfirmadoVector01", 1763700013, SW_BODY + b" ", SW2_SIG, False),
    (whsec(KEY), "msg_2KonfirmadoVector02", 1763700013, SW_BODY, SW2_SIG, False),
], ids=["SW1", "SW2", "SW3", "both", "other-key", "body", "id"])
def test_standard_webhooks(box, secret, identity, stamp, body, signature, good):
    box.ok("merchants", {"name": "sw", "secrets": [secret]})
    box.set_now(stamp)
    status, row = callback(box, body, identity, stamp, signature)
    assert (row["standard_webhooks"], row["firma_hmac"], status) == (good, False, 401)
    for offset, fits in ((298, good), (303, False), (-303, False)):
        box.set_now(stamp + offset)
        assert callback(box, body, identity, stamp, signature)[1]["standard_webhooks"] == fits


def signed(fields, key, identity="msg_1"):
    """A callback body with firma_hmac and its Standard Webhooks headers."""
    empty = json.dumps(dict(fields, seguridad={"timestamp": "x", "firma_hmac": ""})).encode()
    firma = hmac.new(key, empty, hashlib.sha256).hexdigest().encode()
    body = empty.replace(b'"firma_hmac": ""', b'"firma_hmac": "' + firma + b'"')
    stamp = int(time.time())
    mac = hmac.new(key, b"%s.%d." % (identity.encode(), stamp) + body, hashlib.sha256).digest()
    return body, identity, stamp, "v1," + base64.b64encode(mac).decode()


def test_firma_hmac_and_the_inbox(box):
    box.ok("merchants", {"name": "m", "secrets": [whsec(OLD_KEY), whsec(KEY)]})
    fields = {"booking_id": "B<1>", "evento": "booking.paid", "usuario": 'Ñ "firma_hmac":"x"'}
    status, row = callback(box, *signed(fields, KEY), name="m")
    assert status == 200 and row["firma_hmac"] and row["standard_webhooks"]
    assert (row["event"], row["booking_id"], row["id"], row["attempt"], row["status_answered"]) \
        == ("booking.paid", "B<1>", "msg_1", 1, 200)
    assert callback(box, *signed(fields, KEY), name="m")[1]["attempt"] == 2
    body, identity, stamp, signature = signed(fields, KEY)
    bad = body.replace(b"booking.paid", b"booking.Paid")
    status, row = callback(box, bad, identity, stamp, signature, "m")
    assert status == 401 and not row["firma_hmac"] and not row["standard_webhooks"]
    page = box.call("GET", "/merchant/?name=m")[2].decode()
    assert page.count("<article>") == 3 and "B&lt;1&gt;" in page and "B<1>" not in page
    assert page.count("firma_hmac válida") == 2 and page.count("firma_hmac no válida") == 1


def test_merchant_scripts(box):
    message = signed({"booking_id": "B1", "evento": "booking.paid"}, KEY)
    box.ok("merchants", {"name": "s", "secrets": [whsec(KEY)], "script": [500, 503, 200]})
    assert [callback(box, *message, name="s")[0] for _ in range(4)] == [500, 503, 200, 200]
    box.ok("merchants", {"name": "s", "redirect": "http://localhost/elsewhere"})
    assert callback(box, *message, name="s")[0] == 302
    box.ok("merchants", {"name": "s", "redirect": None, "answer_bytes": 100000, "slow_s": 0.3})
    begun = time.monotonic()
    answer = box.call("POST", "/merchant/callback/s", message[0])
    assert len(answer[2]) == 100000 and time.monotonic() - begun >= 0.3
    box.ok("merchants", {"name": "s", "hang": True, "slow_s": 0})
    with pytest.raises(TimeoutError):
        box.call("POST", "/merchant/callback/s", message[0], timeout=0.5)
    rows = json.loads(box.call("GET", "/merchant/inbox.json?name=s")[2])
    assert rows[0]["status_answered"] is None and len(rows) == 7


@pytest.mark.parametrize("change,status,words", [
    ({}, 200, "Gracias, tu reserva quedó confirmada"),
    ({"status": "pending"}, 200, "todavía no está confirmada"),
    ({"ts": -301}, 400, "No pudimos comprobar"), ({"forge": "ref"}, 400, "No pudimos comprobar"),
    ({"forge": "sig"}, 400, "No pudimos comprobar")])
def test_signed_return(box, change, status, words):
    box.ok("merchants", {"name": "m", "secrets": [whsec(KEY)]})
    values = {"ref": "B1", "status": change.get("status", "ok"),
              "ts": str(int(time.time()) + change.get("ts", 0))}
    text = ".".join((values["ref"], values["status"], values["ts"])).encode()
    mac = hmac.new(KEY, text, hashlib.sha256).digest()
    values["sig"] = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    if "forge" in change:
        values[change["forge"]] = "A" + values[change["forge"]][:-1]
    query = "/merchant/return/m?" + urllib.parse.urlencode(values)
    got, _, page = box.call("GET", query)
    assert got == status and words in page.decode()
    verdict = json.loads(box.call("GET", query, headers={"Accept": "application/json"})[2])
    assert verdict["valid"] == (status == 200)
