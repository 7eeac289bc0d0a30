"""The mails of a business: which are sent, added text, and its own server."""
import re

import pytest

from kitadmin import fields, good, owner, staff  # noqa: F401 (fixtures)
from kitdemo import wait_until
from kitforms import form_of, page_of, send, text_of
from kithttp import private
from kitshop import Shop


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


def test_rules(shop, owner, staff):
    doc = good(owner.get("/api/tenant/rules"))
    assert doc["mails"]["reminder_1h"] and not doc["mails"]["booking_received"] and doc["retention_days"] is None
    tag = {"If-Match": '"%d"' % doc["version"]}
    change = {"mails": {"reminder_1h": False}, "mail_notes": {"booking_confirmed": {"es": "Trae tu <b>documento</b>."}},
              "mail_reply_to": "citas@negocio.example", "complete_after_hours": 24, "retention_days": 365}
    told = good(owner.patch("/api/tenant/rules", json=change, headers=tag))
    assert not told["mails"]["reminder_1h"] and told["mails"]["reminder_24h"] and told["retention_days"] == 365
    assert told["mail_notes"]["booking_confirmed"]["es"] == "Trae tu <b>documento</b>."
    good(owner.patch("/api/tenant/rules", json={"retention_days": None}, headers=tag), 412)
    assert good(owner.patch("/api/tenant/rules", json={"retention_days": None}))["retention_days"] is None
    assert set(fields(owner.patch("/api/tenant/rules", json={"retention_days": 29, "complete_after_hours": 0, "mail_reply_to": 1,
                                                             "mails": [], "x": 1}))) == {
        "retention_days", "complete_after_hours", "mail_reply_to", "mails", "x"}
    for bad, field in (({"mails": {"reset": True}}, "mails.reset"), ({"mails": {"reminder_1h": "no"}}, "mails.reminder_1h"),
                       ({"mail_notes": {"reminder_24h": {"es": "x" * 1001}}}, "mail_notes.reminder_24h.es"),
                       ({"mail_reply_to": "a@b\r\nBcc: c@d"}, "mail_reply_to")):
        assert set(fields(owner.patch("/api/tenant/rules", json=bad))) == {field}
    good(staff.get("/api/tenant/rules"), 403)


def test_the_page_of_mails(shop, owner):
    page = page_of(owner, "/dashboard/mails")
    typed = form_of(page.split('id="form"')[1].split("</form>")[0])
    assert typed["mails.reminder_24h"] == "on" and typed["mail_notes.booking_confirmed.es"] == "Trae tu <b>documento</b>."
    assert "<b>documento" not in page
    typed.pop("mails.reminder_24h")
    send(owner, "/dashboard/mails", dict(typed, **{"mails.booking_received": "on", "mail_notes.reminder_24h.en": "Bring water."}))
    doc = good(owner.get("/api/tenant/rules"))
    assert not doc["mails"]["reminder_24h"] and doc["mails"]["booking_received"] and doc["mails"]["new_booking"]
    assert doc["mail_notes"] == {"booking_confirmed": {"es": "Trae tu <b>documento</b>."}, "reminder_24h": {"en": "Bring water."}}
    wrong = send(owner, "/dashboard/mails", dict(typed, mail_reply_to="nadie"), 422)
    assert 'href="#mail_reply_to"' in wrong.text and form_of(wrong.text)["mail_reply_to"] == "nadie"
    stale = send(owner, "/dashboard/mails", dict(typed, mail_reply_to="otro@negocio.example"), 412)
    assert "Alguien más guardó" in text_of(stale.text)
    assert form_of(stale.text.split('id="form"')[1])["mail_reply_to"] == "otro@negocio.example"


CHANNEL = {"kind": "smtp", "host": "smtp.correo.example", "port": 587, "security": "starttls", "username": "citas",
           "secret": "zulmaqx-clave-del-correo", "from_name": "Clínica", "from_address": "citas@negocio.example"}


def test_an_own_mail_server(shop, owner, staff):
    private(CHANNEL["secret"])
    url = "/api/tenant/mail-channel"
    good(owner.get(url), 404)
    good(owner.delete(url), 404)
    good(owner.post(url + "/test"), 404)
    doc = good(owner.put(url, json=dict(CHANNEL, active=False)))
    assert doc["has_secret"] and not doc["active"] and "secret" not in doc and doc["test_result"] is None
    row = shop.demo.one("SELECT row_to_json(c) AS c FROM kf.mail_channel c WHERE tenant_id = '%s'" % shop.tenant)
    assert CHANNEL["secret"] not in str(row) and str(row).count("v1.") == 1
    rest = {n: v for n, v in CHANNEL.items() if n != "secret"}
    assert good(owner.put(url, json=dict(rest, active=False, from_name="Otra")))["has_secret"]
    assert set(fields(owner.put(url, json=dict(rest, host="smtp.otro.example")))) == {"secret"}
    good(owner.put(url, json=CHANNEL, headers={"If-Match": '"1"'}), 412)
    for change, field in (({"port": 25}, "port"), ({"host": "127.0.0.1"}, "host"), ({"host": "a b"}, "host"), ({"kind": "x"}, "kind"),
                          ({"security": "none"}, "security"), ({"from_address": "x\r\ny@z"}, "from_address"),
                          ({"from_name": "a\nb"}, "from_name"), ({"secret": ""}, "secret"), ({"port": 0}, "port"),
                          ({"from_address": None}, "from_address"), ({"kind": "resend"}, "host")):
        assert set(fields(owner.put(url, json=dict(CHANNEL, **change)))) >= {field}, change
    assert CHANNEL["secret"] not in owner.get("/api/audit-log").text
    page = page_of(owner, "/dashboard/mails/server")
    assert CHANNEL["secret"] not in page and "Sin probar" in text_of(page) and "citas@negocio.example" in page
    typed = form_of(page.split('id="form"')[1].split("</form>")[0])
    send(owner, "/dashboard/mails/server", dict(typed, from_name="Clínica Aurora"))
    assert good(owner.get(url))["from_name"] == "Clínica Aurora" and good(owner.get(url))["has_secret"]
    wrong = send(owner, "/dashboard/mails/server", dict(typed, host="10.0.0.1", port="25", secret="zulmaqx-clave-del-correo"), 422)
    assert CHANNEL["secret"] not in wrong.text and form_of(wrong.text.split('id="form"')[1])["host"] == "10.0.0.1"
    assert "Quitar" in page_of(owner, "/dashboard/mails/server/remove")
    good(staff.get(url), 403)
    send(owner, "/dashboard/mails/server/remove", {"x": "1"})
    good(owner.get(url), 404)


def test_resend_has_a_key_alone(shop, owner):
    page = page_of(owner, "/dashboard/mails/server")
    typed = form_of(page.split('id="form"')[1].split("</form>")[0])
    typed.update(kind="resend", secret="re_zulmaqx_clave", from_address="citas@negocio.example", username="")
    private(typed["secret"])
    typed.pop("active", None)
    send(owner, "/dashboard/mails/server", typed)
    doc = good(owner.get("/api/tenant/mail-channel"))
    assert doc["kind"] == "resend" and doc["host"] is None and doc["port"] is None and doc["has_secret"]
    good(owner.delete("/api/tenant/mail-channel"), 204)


def test_a_server_is_tried(shop, owner, log):
    """The test mail goes to the requester. The result is shown, also if the server cannot be reached."""
    log.expect(r"KF0047\d")
    url = "/api/tenant/mail-channel"
    good(owner.put(url, json=dict(CHANNEL, active=False)))
    told = good(owner.post(url + "/test"), 202)
    assert told["tested_at"] is None and told["test_result"] is None
    assert set(fields(owner.post(url + "/test", json={"to": "nadie@otro.example"}))) == {"to"}
    mails = shop.demo.sql("SELECT to_address FROM kf.mail WHERE tenant_id = '%s' AND kind = 'channel_test'" % shop.tenant)
    assert [one["to_address"] for one in mails] == [owner.email]
    doc = wait_until(lambda: next((d for d in [good(owner.get(url))] if d["test_result"]), None), 40)
    assert doc["test_result"] != "ok" and doc["tested_at"]
    assert "No funciona" in text_of(page_of(owner, "/dashboard/mails/server"))
    send(owner, "/dashboard/mails/server/test", {"x": "1"})
    good(owner.delete(url), 204)


def test_the_log_of_changes_says_it_in_words(shop, owner):
    good(owner.patch("/api/tenant/rules", json={"mail_notes": {"booking_confirmed": None}}))
    words = text_of("".join(page_of(owner, "/dashboard/audit?type=" + one) for one in ("tenant", "mail_channel")))
    for said in ("Cambio del servidor de correo", "Servidor de correo quitado", "Trae tu <b>documento</b>."):
        assert said in words, said
    assert not re.search(r"\bmail_channel\w*\b", words)
