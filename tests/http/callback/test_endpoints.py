"""Several endpoints of a merchant's systems, and the content of messages."""
import pytest

import kitadmin
from kitadmin import fields, good, owner  # noqa: F401 (fixtures)
from kitdemo import Refused, wait_until
from kithttp import Page, private
from kitshop import FREE, PAID, Booking, Shop, person

EVENTS = ["booking.paid", "booking.confirmed", "booking.rescheduled", "booking.cancelled", "booking.completed",
          "booking.no_show", "booking.failed", "booking.expired", "payment.refund_due", "refund.succeeded"]


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


class Second:
    """Another system of the same merchant, with its own secret."""

    def __init__(self, shop, owner, name, **wish):
        self.shop, self.name = shop, "%s-%s" % (shop.sub, name)
        url = "%s/merchant/callback/%s" % (shop.demo.sandbox_url, self.name)
        self.doc = good(owner.post("/api/callback-endpoints", json=dict(wish, url=url, name=name)), 201)
        private(self.doc["secret"])
        self.path = "/api/callback-endpoints/" + self.doc["id"]
        self.set(secrets=[self.doc["secret"]])

    def set(self, **settings):
        self.shop.demo.sandbox("merchants", dict(settings, name=self.name))

    def inbox(self, count=0):
        wait_until(lambda: len(self.shop.demo.inbox(self.name)) >= count, 15)
        return self.shop.demo.inbox(self.name)


def heard(inbox, event):
    return [one["body"] for one in inbox if one["event"] == event]


def test_each_address_hears_what_it_chose_signed_with_its_own_secret(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    crm = Second(shop, owner, "crm", events=["booking.paid", "booking.confirmed"], form="thin")
    assert crm.doc["first"] is False and crm.doc["secret"].startswith("whsec_")
    booking = shop.book(service=FREE["name"])
    booking.wait("confirmed")
    got = crm.inbox(2)
    assert [one["event"] for one in got] == ["booking.paid", "booking.confirmed"]
    assert all(one["standard_webhooks"] and one["firma_hmac"] for one in got), [one["reasons"] for one in got]
    assert [one["body"]["booking"] for one in got] == [{"estado": "paid"}, {"estado": "confirmed"}]
    # thin: no customer data
    assert set(got[0]["body"]) == {"tenant_id", "booking_id", "evento", "version", "booking", "seguridad"}
    assert booking.customer["email"] not in got[0]["raw"] and booking.customer["name"] not in got[0]["raw"]
    (first,) = shop.inbox()
    assert first["event"] == "booking.paid" and first["standard_webhooks"] and first["firma_hmac"]
    assert first["body"]["usuario"]["email"] == booking.customer["email"]
    assert first["id"] not in {one["id"] for one in got}
    listed = good(owner.get("/api/callback-endpoints"))["items"]
    assert [one["first"] for one in listed] == [True, False]
    assert crm.doc["secret"] not in owner.get(crm.path).text


def test_one_that_is_gone_or_hangs_takes_nothing_from_the_other(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    other = Second(shop, owner, "other")
    other.set(script=[410])
    shop.book(service=FREE["name"]).wait("confirmed")
    other.inbox(1)
    wait_until(lambda: good(owner.get(other.path))["disabled_at"], 15)
    shop.book(service=FREE["name"]).wait("confirmed")
    assert len(other.inbox()) == 1 and len(shop.inbox()) == 2
    assert good(owner.get(other.path))["waiting"] == 1
    assert good(owner.post(other.path + "/test"), 409)["code"] == "conflict"
    # saving switches it on again, and the waiting messages are sent
    assert good(owner.patch(other.path, json={"url": other.doc["url"]}))["disabled_at"] is None
    other.inbox(2)
    other.set(hang=True)
    for _ in range(3):
        shop.book(service=FREE["name"]).wait("confirmed")
    other.set(hang=False)


def test_addresses_by_api(make_shop):
    shop = make_shop()
    owner = kitadmin.person(shop)
    other = Second(shop, owner, "erp", events=EVENTS)
    assert other.doc["events"] == EVENTS and other.doc["form"] == "full"
    for wish, wrong in (({"url": "http://10.0.0.1/"}, "url"), ({"events": ["nothing"]}, "events"), ({"events": []}, "events"),
                        ({"form": "fat"}, "form"), ({"secret": "x"}, "secret"), ({"events": [1]}, "events")):
        assert set(fields(owner.post("/api/callback-endpoints", json=dict({"url": other.doc["url"]}, **wish)))) == {wrong}
    got = owner.get(other.path)
    assert got.headers["ETag"] == '"%d"' % good(got)["version"]
    assert owner.patch(other.path, json={"name": "x"}, headers={"If-Match": '"99"'}).status_code == 412
    first = "/api/callback-endpoints/" + shop.tenant
    assert set(fields(owner.patch(first, json={"events": ["booking.cancelled"]}))) == {"events"}
    assert good(owner.get("/api/tenant/branding"))["callback_url"] == good(owner.get(first))["url"]
    # a test and a new secret affect only this endpoint
    message = good(owner.post(other.path + "/test"), 202)
    assert message["endpoint"] == other.doc["id"] and message["event"] == "callback.test"
    made = good(owner.post("/api/callback-secrets", json={"endpoint": other.doc["id"], "overlap_hours": 1}), 201)
    private(made["secret"])
    assert len(good(owner.get("/api/callback-secrets", params={"endpoint": other.doc["id"]}))["items"]) == 2
    assert len(good(owner.get("/api/callback-secrets"))["items"]) == 1
    assert other.inbox(1)[0]["standard_webhooks"]
    page = good(owner.get("/api/callbacks", params={"endpoint": other.doc["id"]}))
    assert [one["id"] for one in page["items"]] == [message["id"]]
    assert owner.delete(other.path).status_code == 204 and owner.get(other.path).status_code == 404
    # another business cannot see it
    stranger = kitadmin.person(make_shop())
    assert stranger.get(first).status_code == 404 and stranger.delete(first).status_code == 404
    assert stranger.post("/api/callback-secrets", json={"endpoint": shop.tenant}).status_code == 404


def test_addresses_by_command(make_shop):
    shop = make_shop()
    url = "%s/merchant/callback/%s-ctl" % (shop.demo.sandbox_url, shop.sub)
    made = shop.demo.make("callbacks", "endpoint", "add", shop.sub, "--url", url, "--event", "booking.paid", "--event",
                          "booking.completed", "--form", "thin", "--allow-http", "--allow", "localhost")
    private(made["callback_secret"])
    assert made["events"] == ["booking.paid", "booking.completed"] and "secret_made" not in made
    listed = shop.demo.make("callbacks", "endpoint", "list", shop.sub)
    assert [one["id"] for one in listed] == [shop.tenant, made["id"]]
    assert shop.demo.make("callbacks", "endpoint", "update", shop.sub, made["id"], "--form", "full")["form"] == "full"
    rotated = shop.demo.make("callbacks", "secret", "rotate", shop.sub, "--endpoint", made["id"])
    private(rotated["callback_secret"])
    with pytest.raises(Refused):
        shop.demo.ctl("callbacks", "endpoint", "update", shop.sub, made["id"], "--event", "booking.eaten")
    with pytest.raises(Refused):
        shop.demo.ctl("callbacks", "endpoint", "update", shop.sub, made["id"], "--url", "http://127.0.0.1/")
    shop.demo.make("callbacks", "endpoint", "remove", shop.sub, made["id"])
    assert len(shop.demo.make("callbacks", "endpoint", "list", shop.sub)) == 1


def test_a_message_tells_how_the_booking_stands(make_shop):
    """The refund of a second payment does not look like the end of the booking."""
    shop = make_shop()
    owner = kitadmin.person(shop)
    hold = shop.hold()
    customer = dict(person(), notes="Llego tarde.")
    body = shop.booking_body(hold, customer)
    body.update(metadata={"pedido": "A-1", "canal": "web ñ"}, language="en")
    made = good(shop.client().post("/api/bookings", json=body), 201)
    booking = Booking(shop, made, hold, customer)
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    shop.event(shop.transaction(booking.reference, booking.answer["amount"], method="PSE")["id"])
    (told,) = wait_until(lambda: heard(shop.inbox(), "payment.refund_due"), 20)
    assert told["booking"] == {"estado": told["booking"]["estado"], "idioma": "en", "origen": "enlace",
                               "metadata": {"pedido": "A-1", "canal": "web ñ"}}
    assert told["booking"]["estado"] in ("paid", "confirmed") and told["usuario"]["notas"] == "Llego tarde."
    assert told["devolucion"]["motivo"] == "segundo_pago"
    shown = good(owner.get("/api/bookings/" + made["id"]))
    assert shown["metadata"] == {"pedido": "A-1", "canal": "web ñ"}
    words = Page(owner.get("/dashboard/bookings/" + made["id"]).text).text
    assert "De tu sistema" in words and "Por un enlace" in words and "Dinero por devolver" in words
    assert [word in words for word in ("pedido", "A-1", "canal", "web ñ", shop.demo.sandbox_url.split("://")[1])] == [True] * 5
    # none: the member is absent
    assert "De tu sistema" not in Page(owner.get("/dashboard/bookings/" + shop.book(service=FREE["name"]).id).text).text
    good(owner.post("/api/bookings/%s/cancel" % made["id"], json={"reason": "Se enfermó."}))
    (gone,) = wait_until(lambda: heard(shop.inbox(), "booking.cancelled"), 20)
    assert gone["booking"]["estado"] == "cancelled"
    assert gone["cancelacion"] == {"por": "negocio", "motivo": "Se enfermó."}
    assert gone["devolucion"]["motivo"] == "cancelacion"


@pytest.mark.parametrize("metadata, wrong", [
    ({"k%d" % n: "x" for n in range(21)}, "metadata"), ({"a b": "x"}, "metadata"), ({"firma_hmac": "x"}, "metadata"),
    ({"a": 1}, "metadata.a"), ({"a": "x" * 201}, "metadata.a"), ({"a": ["x"]}, "metadata.a"), ("x", "metadata"),
], ids=["many", "name", "signature", "number", "long", "list", "text"])
def test_metadata_is_bounded(shop, owner, metadata, wrong):
    body = dict(shop.booking_body(shop.hold(service=FREE["name"]), person()), metadata=metadata)
    assert set(fields(shop.client().post("/api/bookings", json=body))) == {wrong}
    start = shop.take_slot(FREE["name"])
    wish = {"service": shop.service_id(FREE["name"]), "professional": shop.professional_id(), "start": start,
            "customer": {key: value for key, value in person().items() if key != "notes"}, "metadata": metadata}
    assert set(fields(owner.post("/api/bookings/manual", json=wish))) == {wrong}


def test_what_time_makes_of_a_booking_is_told(make_shop):
    shop = make_shop()
    owner = kitadmin.key(shop)  # no session lasts long enough for the following
    every = Second(shop, owner, "all", events=EVENTS)
    lapsed = shop.book(service=PAID["name"])
    start = shop.take_slot(FREE["name"])
    wish = {"service": shop.service_id(FREE["name"]), "professional": shop.professional_id(), "start": start,
            "customer": {key: value for key, value in person().items() if key != "notes"}, "metadata": {"a": "b"}}
    by_hand = good(owner.post("/api/bookings/manual", json=wish), 201)
    got = every.inbox(2)
    assert {one["event"] for one in got} == {"booking.paid", "booking.confirmed"}
    assert {one["body"]["booking"]["origen"] for one in got} == {"negocio"}
    assert got[0]["body"]["booking"]["metadata"] == {"a": "b"}
    shop.demo.advance(1200)
    wait_until(lambda: heard(every.inbox(), "booking.expired"), 20)
    assert heard(every.inbox(), "booking.expired")[0]["booking_id"] == lapsed.id
    shop.demo.clock_at(start, late=60)
    for act, event in (("no-show", "booking.no_show"), ("complete", "booking.completed")):
        good(owner.post("/api/bookings/%s/%s" % (by_hand["id"], act)))
        wait_until(lambda: heard(every.inbox(), event), 20)
    assert not [one for one in shop.inbox() if one["event"] not in ("booking.paid",)]
