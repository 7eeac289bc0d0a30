"""The pages of daily work as a browser without scripts sends them: missing permissions and missing objects."""
import uuid

import pytest

import kitadmin
import kitroutes
from kitdemo import wait_until
from kithttp import FORM
from kitshop import Shop, person

# tested with the provider and with mails
OTHER = ("/dashboard/payments", "/dashboard/payments/test", "/dashboard/bookings/{id}/move", "/dashboard/bookings/{id}/mails")
ROWS = [row for row in kitroutes.pages("booking", "callback", "payment", "figures", "audit") if row[1] not in OTHER]
TABLES = {"bookings": ("booking", "booking_id"), "callbacks": ("outbox", "message_id"),
          "refunds": ("refund", "refund_id"), "quarantine": ("payment", "payment_id"),
          "callback-addresses": ("callback_endpoint", "endpoint_id")}
WITH_ID = [(method, path) for method, path, _ in ROWS if "{id}" in path]
every = pytest.mark.parametrize("method,path,role", ROWS)


def test_the_table_was_read():
    """The permissions of staff are listed here independently: the other tests use the table."""
    staff = {"GET /dashboard/bookings", "GET /dashboard/bookings/new", "POST /dashboard/bookings/new", "GET /dashboard/bookings/{id}",
             "GET /dashboard/bookings/{id}/cancel", "POST /dashboard/bookings/{id}/cancel", "POST /dashboard/bookings/{id}/complete",
             "POST /dashboard/bookings/{id}/no-show", "GET /dashboard/calendar"}
    assert len(ROWS) > 18 and len(WITH_ID) > 8
    assert {"%s %s" % (method, path) for method, path, role in ROWS if role == "STAFF"} == staff


def busy(demo):
    """A business with one object for each page, and no background work left to change it."""
    shop = Shop(demo)
    booking = shop.book(customer=person())
    shop.pay(booking)
    booking.wait("paid", "confirmed")
    kitadmin.good(kitadmin.person(shop).post("/api/bookings/%s/cancel" % booking.id))
    wait_until(lambda: demo.one("SELECT count(*) FROM kf.refund WHERE tenant_id = '%s' AND state = 'done'" % shop.tenant) == 1, 60)
    wait_until(lambda: demo.one("SELECT count(*) FROM kf.outbox WHERE tenant_id = '%s' AND state IN ('due', 'sending')"
                                % shop.tenant) == 0, 60)
    return shop


@pytest.fixture(scope="module")
def shop(main_demo):
    return busy(main_demo)


@pytest.fixture(scope="module")
def other(main_demo):
    return Shop(main_demo)


def state(shop):
    """Everything that a page could have changed."""
    return shop.demo.sql(
        "SELECT (SELECT sum(version) FROM kf.booking WHERE tenant_id = '%(t)s') b,"
        " (SELECT count(*) FROM kf.outbox WHERE tenant_id = '%(t)s') o, (SELECT sum(attempts) FROM kf.outbox WHERE tenant_id = '%(t)s') a,"
        " (SELECT string_agg(state || note, '') FROM kf.refund WHERE tenant_id = '%(t)s') r,"
        " (SELECT string_agg(state, '') FROM kf.payment WHERE tenant_id = '%(t)s') p,"
        " (SELECT string_agg(e::text, '') FROM kf.callback_endpoint e WHERE tenant_id = '%(t)s') e,"
        " (SELECT count(*) FROM kf.callback_secret WHERE tenant_id = '%(t)s') s" % {"t": shop.tenant})


def filled(shop, path):
    if "{id}" not in path:
        return path
    table, column = TABLES[path.split("/")[2]]
    return path.replace("{id}", shop.demo.one("SELECT min(%s::text) AS id FROM kf.%s WHERE tenant_id = '%s'"
                                              % (column, table, shop.tenant)))


def send(client, method, path, csrf=None):
    if method == "GET":
        return client.get(path)
    data = {"version": "1", "reason": "x", "note": "x", "action": "keep", "step": "create"}
    return client.post(path, data=dict(data, csrf=csrf) if csrf else data, headers=FORM)


@every
def test_nobody_else_comes_in(shop, method, path, role):
    before, path = state(shop), filled(shop, path)
    answer = send(kitadmin.anybody(shop), method, path)
    if method == "GET":
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/dashboard/login?next=")
    else:
        assert answer.status_code in (303, 401, 403)
    staff = kitadmin.person(shop, "staff", csrf=False)
    answer = send(staff, method, path, staff.csrf)
    assert answer.status_code == 403 if role == "OWNER" else answer.status_code != 403, answer.status_code
    key = kitadmin.key(shop)
    assert send(key, method, path).status_code in (401, 403)
    if role == "OWNER":
        assert state(shop) == before


@every
def test_a_form_needs_its_token(shop, method, path, role):
    if method == "GET":
        return
    before, path = state(shop), filled(shop, path)
    owner = kitadmin.person(shop, csrf=False)
    for wrong in (None, "A" * 43):
        answer = send(owner, method, path, wrong)
        assert answer.status_code == 403, (path, answer.status_code)
    assert state(shop) == before


@pytest.mark.parametrize("method,path", WITH_ID)
def test_what_is_another_business_s_is_not_there(shop, other, method, path):
    before = state(shop)
    stranger = kitadmin.person(other, csrf=False)
    for one in (filled(shop, path), path.replace("{id}", str(uuid.uuid4())), path.replace("{id}", "no-es-nada")):
        assert send(stranger, method, one, stranger.csrf).status_code == 404, one
    assert state(shop) == before


def test_a_suspended_business_changes_nothing(main_demo):
    shop = Shop(main_demo)
    booking = shop.book(service="Asesoría", customer=person())
    owner = kitadmin.person(shop, csrf=False)
    main_demo.run("UPDATE kf.tenant SET status = 'suspended' WHERE tenant_id = '%s'" % shop.tenant)
    assert owner.get("/dashboard/bookings").status_code == 200
    answer = send(owner, "POST", "/dashboard/bookings/%s/cancel" % booking.id, owner.csrf)
    assert answer.status_code == 403 and booking.status() != "cancelled"


def test_pages_are_not_kept_by_anybody(shop):
    owner = kitadmin.person(shop)
    for method, path, _ in ROWS:
        if method == "GET":
            answer = owner.get(filled(shop, path))
            assert answer.status_code == 200, path
            assert "no-store" in answer.headers["Cache-Control"] and "unsafe" not in answer.headers["Content-Security-Policy"]
            assert " style=" not in answer.text and "<script>" not in answer.text
