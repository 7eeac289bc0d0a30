"""A checkout that the provider makes by a call: paid, silent, clicked twice, refunded. Stripe is the example."""
import concurrent.futures
import json
import re
import time
import uuid

import pytest

import kitadmin
from kitafter import Visitor, mint, service_of
from kitdemo import ASAN, instant, wait_until
from kithttp import FRAME, Client, Page, private
from kitmoney import AMOUNT, balanced, money  # noqa: F401 (a fixture)
from kitshop import FREE, PAID, Booking, key, person
from kitstripe import StripeShop
from kitwizard import confirmed, fill, hold

UNANSWERED = {"es": ("No pudimos abrir la página de pago", "Intentar nuevamente"),
              "en": ("We could not open the payment page", "Try again")}
# A provider that fails at once. Those that carry the request out first lose their answer only.
BROKEN = [("500", False), ("500_kept", False), ("html", False), ("refuse", True), ("truncated", True),
          ("truncated_json", True), ("large", True), ("redirect", True), ("500", True)]


@pytest.fixture()
def stripe(demo):
    return StripeShop(demo)


def id_of(url):
    return re.search(r"/book/([0-9a-f-]{36})/confirm", url).group(1)


def event_types(shop):
    return {one["status"] for one in shop.demo.sql("SELECT status FROM kf.webhook_event WHERE tenant_id = '%s'" % shop.tenant)}


# --- the account ---

def test_the_dashboard_takes_its_keys(stripe):
    """The form has the keys that the provider declares; it is tested at the provider."""
    owner = kitadmin.person(stripe)
    page = owner.page("/dashboard/payments?provider=stripe")
    (form,) = [one for one in page.forms if one.action == "/dashboard/payments?provider=stripe"]
    assert {name for name, _ in form.fields} == {"csrf", "private_key", "events_secret"}
    answer = owner.submit(form, private_key="pk_test_" + "abc", events_secret=stripe.keys["events_secret"])
    assert answer.status_code == 422 and "No parece una clave secreta de Stripe" in answer.text
    assert owner.submit(form, **stripe.keys).status_code == 303
    page = owner.page("/dashboard/payments")
    (test,) = [one for one in page.forms if one.action == "/dashboard/payments/test"]
    assert "La conexión con Stripe funciona" in owner.page(owner.submit(test).headers["Location"]).text
    wrong = dict(stripe.keys, private_key=key("sk_test_"))
    private(wrong["private_key"])
    assert owner.submit(form, **wrong).status_code == 303
    assert "Revisa la clave secreta" in owner.page(owner.submit(test).headers["Location"]).text


# --- paid ---

def test_paid_in_the_browser(stripe, demo):
    client = stripe.client()
    _, details = hold(client, stripe.link, stripe.service_id(PAID["name"]))
    answer, typed = fill(client, details)
    assert answer.status_code == 303 and "/stripe/c/pay/cs_test_" in answer.headers["Location"]
    checkout = client.page(answer.headers["Location"])
    assert "Limpieza" in checkout.text
    declined = client.submit(checkout.forms[0], card="4000000000000002")
    assert "rechazada" in declined.text
    back = client.submit(checkout.forms[0], card="4242424242424242")
    assert back.status_code == 303 and "/confirm" in back.headers["Location"]
    assert typed["name"].split()[0] in confirmed(client, back.headers["Location"]).text
    booking = id_of(back.headers["Location"])
    (session,), (attempt,), (call,) = stripe.sessions(booking), stripe.attempts(booking), stripe.calls(booking)
    assert (attempt["checkout_id"], call["status"]) == (session["id"], 200)
    assert (session["amount_total"], session["currency"], session["locale"]) == (AMOUNT, "cop", "es")
    assert session["customer_email"] == typed["email"] and session["client_reference_id"] == attempt["reference"]
    assert session["expires_at"] >= instant(attempt["expires_at"]).timestamp() + 30 * 60
    stripe.settled()
    assert {"checkout.session.completed", "payment_intent.payment_failed"} <= event_types(stripe)
    assert stripe.ledger() == money(applied=AMOUNT)


@pytest.mark.parametrize("stored", [True, False], ids=["known", "lost"])
def test_no_event(stripe, demo, stored):
    """The poller reads the checkout, or finds the payment by its reference if nothing of the checkout was stored."""
    stripe.mode(events="drop")
    booking = stripe.book()
    if not stored:
        demo.run("UPDATE kf.payment_attempt SET checkout_id = NULL, checkout_url = NULL WHERE booking_id = '%s'" % booking.id)
    stripe.pay_card(booking)
    demo.advance(70)
    booking.wait("paid", "confirmed")
    stripe.settled()
    assert stripe.ledger() == money(applied=AMOUNT)


def test_declined_then_another_attempt(stripe):
    """A further attempt is made only after somebody tried to pay; the second payment goes back."""
    booking = stripe.book()
    body = stripe.booking_body(booking.hold, booking.customer)
    again = stripe.client().post("/api/bookings/%s/payments" % booking.id, headers={"Authorization": "Bearer " + booking.token})
    assert again.status_code == 201 and again.json()["checkout_url"] == booking.checkout_url
    stripe.pay_card(booking, "4000000000000002")
    wait_until(lambda: [one["status"] for one in booking.payments()] == ["DECLINED"])
    again = stripe.client().post("/api/bookings/%s/payments" % booking.id, headers={"Authorization": "Bearer " + booking.token})
    second = again.json()["checkout_url"]
    assert second != booking.checkout_url and len(stripe.sessions(booking.id)) == 2
    assert stripe.client().post("/api/bookings", json=body).json()["checkout_url"] == second
    stripe.stripe("pay", session=second)
    booking.wait("confirmed")
    assert stripe.client().post("/api/bookings", json=body).json()["checkout_url"] is None
    stripe.pay_card(booking)
    wait_until(lambda: stripe.ledger() == money(applied=AMOUNT, refunded=AMOUNT), 20)


def test_delayed_payment(stripe):
    """Completed is not paid: the money comes later, or does not."""
    for good in (True, False):
        booking = stripe.book()
        stripe.pay_card(booking, "delayed")
        wait_until(lambda: [one["status"] for one in booking.payments()] == ["PENDING"])
        assert booking.status() == "pending"
        stripe.stripe("finish", session=booking.checkout_url, good=good)
        wait_until(lambda: [one["status"] for one in booking.payments()] == ["APPROVED" if good else "DECLINED"])
    assert stripe.ledger() == money(applied=AMOUNT)


# --- no answer ---

def start(shop, link):
    """The details are sent; returns (client, answer, seconds)."""
    client = shop.client()
    _, details = hold(client, link, shop.service_id(PAID["name"]))
    begun = time.monotonic()
    answer, _ = fill(client, details)
    return client, answer, time.monotonic() - begun


def see_it_stand(shop, client, answer, lang):
    """The page of a booking whose provider gave no checkout; returns its id and the form that tries again."""
    assert answer.status_code == 303, answer.text[:800]
    page = client.page(answer.headers["Location"])
    for text in UNANSWERED[lang]:
        assert text in page.text
    assert page.refresh() is None and "data-poll" not in page.html
    booking = id_of(answer.headers["Location"])
    (row,) = shop.demo.sql("SELECT b.status, c.state, c.expires_at > kf.now() AS live FROM kf.booking b"
                           " JOIN kf.claim c USING (tenant_id, claim_id) WHERE b.booking_id = '%s'" % booking)
    assert row == {"status": "pending", "state": "pending", "live": True}
    return booking, page.form("/retry")


def retry(shop, client, booking, form):
    """Tries again until the provider's page opens; there is one checkout, which is paid."""
    answer = client.submit(form)
    assert answer.status_code == 303 and "/stripe/c/pay/" in answer.headers["Location"], answer.headers
    (session,), attempt = shop.sessions(booking), shop.attempts(booking)[-1]  # one that was never asked for is not kept
    assert session["id"] in answer.headers["Location"] and session["id"] == attempt["checkout_id"]
    again = client.submit(form)  # the back button
    assert again.headers["Location"] == answer.headers["Location"] and len(shop.sessions(booking)) == 1
    return session


def test_a_provider_that_fails(stripe, demo):
    links = {"es": stripe.link, "en": stripe.make_link(language="en")}
    for n, (api, after) in enumerate(BROKEN):
        lang = "en" if n % 2 else "es"
        stripe.mode(api=api, api_after=after)
        client, answer, _ = start(stripe, links[lang])
        booking, form = see_it_stand(stripe, client, answer, lang)
        made = stripe.sessions(booking)
        assert len(made) == (1 if after or api.startswith("truncated") else 0), api
        answer = client.submit(form)
        assert "unanswered" in answer.headers["Location"]
        stripe.mode(api="ok", api_after=False)
        session = retry(stripe, client, booking, form)
        assert not made or made[0]["id"] == session["id"]
    stripe.stripe("pay", session=session["id"])
    Booking(stripe, {"id": booking, "checkout_url": session["url"]}, {"token": None}, None).wait("confirmed")


@pytest.mark.slow
def test_a_provider_that_hangs(stripe, demo, log):
    """The page answers within ten seconds, however many wait, and others are not slowed; a retry finds the checkout that
    was made meanwhile."""
    log.expect("KF00212.*502")
    stripe.mode(api="hang", api_after=True)
    holds = [(stripe.hold(), person()) for _ in range(12)]

    def post(one):
        begun = time.monotonic()
        return stripe.client().post("/api/bookings", json=stripe.booking_body(*one)).status_code, time.monotonic() - begun
    with concurrent.futures.ThreadPoolExecutor(len(holds)) as pool:
        others = [pool.submit(post, one) for one in holds]
        wait_until(lambda: len(stripe.waiting()) > 4)
        begun = time.monotonic()
        assert stripe.book(service=FREE["name"]).answer["status"] == "paid"
        assert time.monotonic() - begun < 2 or ASAN
        client, answer, took = start(stripe, stripe.link)
        assert took < 10
        assert {status for status, _ in map(lambda one: one.result(), others)} == {502}
        assert 5 < max(seconds for _, seconds in map(lambda one: one.result(), others)) < 10
    booking, form = see_it_stand(stripe, client, answer, "es")
    stripe.mode(api="ok", api_after=False)
    made = stripe.sessions(booking)
    session = retry(stripe, client, booking, form)
    assert not made or made[0]["id"] == session["id"]


def test_too_many_requests(stripe):
    """Told to wait a second, the same request is repeated within the page's own time."""
    stripe.mode(api="429")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(stripe.book)
        wait_until(lambda: [one for one in stripe.demo.sandbox("stripe/requests?path=/checkout/sessions") if one["status"] == 429])
        stripe.mode(api="ok")
        booking = answer.result(20)
    assert len(stripe.sessions(booking.id)) == 1 and {one["status"] for one in stripe.calls(booking.id)} == {200, 429}


def test_the_api_without_an_answer(stripe, log):
    """502; the same request again has the same checkout, with a key of idempotency and without."""
    log.expect("KF00212.*502")
    held, customer = stripe.hold(), person()
    body, once = stripe.booking_body(held, customer), {"Idempotency-Key": str(uuid.uuid4())}
    stripe.mode(api="500", api_after=True)
    for headers in (once, {}, once):
        answer = stripe.client().post("/api/bookings", json=body, headers=headers)
        assert answer.status_code == 502 and answer.json()["code"] == "payment_provider_error", answer.text
    stripe.mode(api="ok", api_after=False)
    answers = [stripe.client().post("/api/bookings", json=body, headers=headers) for headers in (once, {}, once)]
    assert {one.status_code for one in answers} == {201} and len({one.text for one in answers}) == 1
    booking = answers[0].json()
    assert set(booking) == {"id", "status", "amount", "currency", "checkout_url"} and booking["status"] == "pending"
    right = {"Authorization": "Bearer " + held["token"], **once}
    again = [stripe.client().post("/api/bookings/%s/payments" % booking["id"], headers=right).json() for _ in range(2)]
    assert again == [booking] * 2 and len(stripe.sessions(booking["id"])) == 1


def test_by_a_link_in_a_mail(stripe, demo):
    booking = stripe.book()
    demo.run("UPDATE kf.payment_attempt SET checkout_id = NULL, checkout_url = NULL WHERE booking_id = '%s'" % booking.id)
    visitor, token = Visitor(demo), mint(booking)
    form = visitor.look(token).form("/pay")
    stripe.mode(api="html")
    answer = visitor.submit(form)
    assert answer.status_code == 303 and UNANSWERED["es"][0] in visitor.page(answer.headers["Location"]).text
    stripe.mode(api="ok")
    assert visitor.submit(form).headers["Location"] == booking.checkout_url
    assert len(stripe.sessions(booking.id)) == len(stripe.attempts(booking.id)) == 1


def test_in_a_frame(demo):
    """No cookie there: the form itself is sent again, and a link leads out of the frame."""
    shop = StripeShop(demo, frame_origin=["https://tienda.example"])
    client = shop.client(**FRAME)
    held, customer = shop.hold(), person()
    shop.mode(api="500")
    answer = client.post("/book/%s/details" % shop.link, data=dict(customer, token=held["token"], accepted_terms="yes"))
    assert answer.status_code == 502 and UNANSWERED["es"][0] in answer.text
    client.here = answer.url
    shop.mode(api="ok")
    leave = client.submit(Page(answer.text).form("/details"), **customer, accepted_terms="yes")
    assert leave.status_code == 200 and "/stripe/c/pay/" in leave.text
    (row,) = demo.sql("SELECT booking_id FROM kf.booking WHERE tenant_id = '%s'" % shop.tenant)
    assert len(shop.sessions(row["booking_id"])) == 1


# --- at once ---

def volley_of_bookings(shop, clients=6):
    held, customer = shop.hold(), person()
    body = shop.booking_body(held, customer)
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        answers = list(pool.map(lambda _: shop.client().post("/api/bookings", json=body), range(clients)))
    assert {one.status_code for one in answers} == {201}, [one.text for one in answers]
    return answers[0].json()["id"], {one.json()["checkout_url"] for one in answers}


def test_clicked_twice(stripe):
    """All get the same checkout, and the provider has one."""
    stripe.mode(work_s=0.5)
    booking, urls = volley_of_bookings(stripe)
    assert len(urls) == len(stripe.sessions(booking)) == 1 and None not in urls
    assert len(stripe.calls(booking)) > 1  # they were at it at once


def test_clicked_twice_at_a_provider_that_forgets(stripe):
    """The control: without the key there would be several. The first one that is stored is still the only one shown."""
    stripe.mode(work_s=0.5, forget=True)
    booking, urls = volley_of_bookings(stripe)
    assert len(urls) == 1 < len(stripe.sessions(booking))


def test_one_customer_by_two_hosts(stripe, demo, log):
    """The address that the payer comes back to is the first one: otherwise the key would have another request."""
    log.expect("KF00212.*502")
    held, customer = stripe.hold(), person()
    body = stripe.booking_body(held, customer)
    stripe.mode(api="500", api_after=True)
    assert stripe.client().post("/api/bookings", json=body).status_code == 502
    stripe.mode(api="ok", api_after=False)
    answer = Client(demo.about["base_url"]).post("/api/bookings", json=body)
    assert answer.status_code == 201, answer.text
    (session,) = stripe.sessions(answer.json()["id"])
    assert session["success_url"].startswith(stripe.url + "/book/")


# --- events ---

@pytest.mark.parametrize("mutate, status", [
    ({}, 200), ({"two": True}, 200), ({"copies": 3}, 200), ({"ago_s": 290}, 200), ({"ago_s": 310}, 401), ({"ago_s": -310}, 401),
    ({"secret": "whsec_" + "other"}, 401), ({"append": " "}, 401), ({"no_header": True}, 401), ({"header": "t=1"}, 401),
    ({"header": "v1=00"}, 401), ({"livemode": True}, 401), ({"type": "customer.created"}, 200)],
    ids=lambda value: "-".join("%s=%s" % one for one in value.items()) if isinstance(value, dict) else str(value))
def test_events(stripe, mutate, status):
    """Only a genuine one of this account and time is a reason to look; what it says does not count."""
    booking = stripe.book()
    stripe.mode(events="drop")
    stripe.pay_card(booking)
    statuses = stripe.stripe("event", session=booking.checkout_url, mutate=mutate)["statuses"]
    assert set(statuses) == {status}
    stripe.settled()
    count = stripe.demo.one("SELECT count(*) FROM kf.webhook_event WHERE tenant_id = '%s'" % stripe.tenant)
    if status == 200 and "type" not in mutate:
        booking.wait("paid", "confirmed")
        assert count == 1
    else:
        assert count == 0 and booking.status() == "pending"


def test_an_event_that_lies(stripe):
    """Signed, but nobody paid: the payment is read, and nothing moves."""
    booking = stripe.book()
    stripe.mode(events="drop")
    stripe.pay_card(booking, "4000000000000002")
    assert stripe.stripe("event", session=booking.checkout_url, mutate={"object": {
        "payment_status": "paid", "status": "complete"}})["statuses"] == [200]
    stripe.settled()
    assert booking.status() == "pending" and [one["status"] for one in booking.payments()] == ["DECLINED"]


# --- refunds ---

def paid(shop):
    booking = shop.book()
    shop.pay_card(booking)
    booking.wait("confirmed")
    (payment,) = booking.payments()
    return booking, payment["provider_tx_id"]


def refund_row(shop):
    rows = shop.demo.sql("SELECT state, owner, provider_ref, last_error, amount_cents FROM kf.refund WHERE tenant_id = '%s'"
                         % shop.tenant)
    return rows[0] if len(rows) == 1 else None


def cancelled(shop, percent):
    """A paid booking that the customer cancels; the policy gives back so much. Returns the PaymentIntent's id."""
    service_of(shop, PAID["name"], cancel_tiers=json.dumps([{"hours": 0, "percent": percent}]))
    booking, intent = paid(shop)
    Visitor(shop.demo).cancel(mint(booking, "cancel"))
    booking.wait("cancelled")
    return intent


@pytest.mark.parametrize("percent", [100, 50])
@pytest.mark.parametrize("how", ["made", "lost", "pending"])
def test_refunds(stripe, demo, percent, how):
    """Whole and part; an answer that was lost is looked up, so the refund is made once and no person must check."""
    if how == "lost":
        stripe.mode(api="500", api_after=True, path="/refunds")
    elif how == "pending":
        stripe.mode(refunds="pending")
    intent = cancelled(stripe, percent)
    if how != "made":
        (one,) = wait_until(lambda: stripe.refunds(intent), 20)
        wait_until(lambda: refund_row(stripe)["state"] == "running", 20)
        stripe.mode(api="ok", refunds="succeeded")
        if how == "pending":
            stripe.stripe("refund", refund=one["id"], status="succeeded")
        demo.run("UPDATE kf.refund SET next_attempt_at = kf.now() WHERE tenant_id = '%s'" % stripe.tenant)
    wait_until(lambda: refund_row(stripe)["state"] == "done", 20)
    (one,) = stripe.refunds(intent)
    assert one["amount"] == refund_row(stripe)["amount_cents"] == AMOUNT * percent // 100
    assert one["metadata"]["reference"].startswith("kfr-") and refund_row(stripe)["owner"] == "provider"
    stripe.settled()
    back = AMOUNT * percent // 100
    assert stripe.ledger()["approved"] == AMOUNT
    assert demo.one("SELECT sum(CASE state WHEN 'refunded' THEN approved_cents ELSE returned_cents END) FROM kf.payment"
                    " WHERE tenant_id = '%s'" % stripe.tenant) == back


def test_a_refund_that_fails(stripe, demo):
    """A task for the merchant."""
    stripe.mode(refunds="failed")
    intent = cancelled(stripe, 50)
    wait_until(lambda: refund_row(stripe)["state"] == "manual", 20)
    assert len(stripe.refunds(intent)) == 1 and refund_row(stripe)["owner"] == "merchant"


def test_refund_by_the_merchant_at_stripe(stripe):
    """All of it: the booking is cancelled."""
    booking, intent = paid(stripe)
    stripe.stripe("refund", intent=intent)
    booking.wait("cancelled")
    assert stripe.ledger() == money(refunded=AMOUNT)
