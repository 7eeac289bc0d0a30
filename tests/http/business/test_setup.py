"""The setup pages as a browser without scripts sends them: permissions and input."""
import re
import uuid

import pytest

import kitadmin
import kitfiles
import kitroutes
from kitadmin import owner  # noqa: F401 (fixtures)
from kithttp import FORM
from kitshop import Shop, wompi_keys

ROWS = [(method, path) for method, path, role in kitroutes.pages("business", "service", "professional", "link", "payment")
        if role == "OWNER" and not re.match("/dashboard/(privacy|refunds|quarantine)", path)]
POSTS = [path for method, path in ROWS if method == "POST"]
GETS = [path for method, path in ROWS if method == "GET"]
WITH_ID = [one for one in ROWS if "{id}" in one[1]]


def test_the_table_was_read():
    assert len(POSTS) > 15 and len(GETS) > 10 and len(WITH_ID) > 15


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


@pytest.fixture(scope="module")
def other(main_demo):
    return Shop(main_demo)


def state(shop):
    """Everything that a page could have changed."""
    return shop.demo.sql("""
        SELECT (SELECT sum(version) FROM kf.tenant) t, (SELECT sum(version) FROM kf.service) s,
               (SELECT sum(version) FROM kf.professional) f, (SELECT sum(version) FROM kf.booking_link) l,
               (SELECT count(*) FROM kf.closed_day) d, (SELECT max(updated_at) FROM kf.payment_account) p,
               (SELECT count(*) FROM kf.upload) u""")


def ids(shop, path):
    table = {"services": "service", "professionals": "professional", "links": "booking_link"}[path.split("/")[2]]
    column = table.replace("booking_", "") + "_id"
    return shop.demo.sql("SELECT %s AS id FROM kf.%s WHERE tenant_id = '%s' LIMIT 1" % (column, table, shop.tenant))[0]["id"]


def filled(shop, path):
    path = path.replace("{day}", "2027-12-25")
    return path.replace("{id}", ids(shop, path)) if "{id}" in path else path


def send(client, method, path):
    if method == "GET":
        return client.get(path)
    if path.endswith(("/logo", "/photo", "/image")):
        return client.post(path, files={"file": ("a.png", kitfiles.png(), "image/png")})
    return client.post(path, data="name=Cambiado&reason=x", headers=FORM)


@pytest.mark.parametrize("method,path", ROWS)
def test_nobody_else_comes_in(shop, other, method, path):
    before, path = state(shop), filled(shop, path)
    answer = send(kitadmin.anybody(shop), method, path)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/dashboard/login"), path
    assert send(kitadmin.person(shop, "staff"), method, path).status_code == 403, path
    assert send(kitadmin.key(shop), method, path).status_code in (303, 403), path
    if method == "POST":
        assert send(kitadmin.person(shop, csrf=False), method, path).status_code == 403, path
        answer = kitadmin.person(shop).post(path, data="name=x", headers=dict(FORM, **{"Sec-Fetch-Site": "cross-site"}))
        assert answer.status_code == 403, path
    assert state(shop) == before


@pytest.mark.parametrize("method,path", WITH_ID)
def test_other_peoples_things_are_not_there(shop, other, owner, method, path):
    before = state(shop)
    for one in (ids(other, path), str(uuid.uuid4()), "1"):
        assert send(owner, method, path.replace("{id}", one)).status_code == 404, path
    assert state(shop) == before


@pytest.mark.parametrize("typed,cents", [
    ("120000", 12000000), ("120.000", 12000000), ("120,000", 12000000), ("$ 120.000", 12000000), ("1.200.000", 120000000),
    ("80,5", 8050), ("80.50", 8050), ("1.234,56", 123456), ("1,234.56", 123456), ("0", 0), (" 15000 ", 1500000),
    ("", None), ("mucho", None), ("-5", None), ("1e5", None), ("12.345.6x", None), ("9" * 30, None), ("80.555,555.1", None),
    ("12.50.00", None), ("1200.000", None), ("12,345.678", None), ("120 000", 12000000), (".5", None)])
def test_money_as_people_type_it(owner, shop, typed, cents):
    page = owner.page("/dashboard/services/new")
    form = page.form("/dashboard/services")
    assert ("duration_min", "30") in form.fields and ("csrf", owner.csrf) in form.fields
    name = "Precio " + uuid.uuid4().hex[:8]
    answer = owner.submit(form, name=name, description="Para probar el precio.", price_cents=typed)
    rows = shop.demo.sql("SELECT price_cents FROM kf.service WHERE name = '%s'" % name)
    if cents is None:
        assert answer.status_code == 422 and not rows and name in answer.text
        return
    assert answer.status_code == 303 and rows == [{"price_cents": cents}], answer.text[:500]
    assert answer.headers["Location"] == "/dashboard/services?done=service_created"


def test_a_form_knows_no_more_than_its_fields(owner, shop):
    form = owner.page("/dashboard/branding").form("/dashboard/branding")
    before = shop.demo.sql("SELECT status, tenant_id, currency FROM kf.tenant WHERE tenant_id = '%s'" % shop.tenant)
    owner.here = owner.base_url + "/dashboard/branding"
    form = [one for one in owner.page("/dashboard/branding").forms if one.action.endswith("/branding")][0]
    answer = owner.submit(form, status="suspended", tenant_id=str(uuid.uuid4()), currency="USD", name="Otro nombre")
    assert answer.status_code == 303
    assert shop.demo.sql("SELECT status, tenant_id, currency FROM kf.tenant WHERE tenant_id = '%s'" % shop.tenant) == before
    assert shop.demo.one("SELECT name FROM kf.tenant WHERE tenant_id = '%s'" % shop.tenant) == "Otro nombre"


def test_an_old_version_is_refused(owner, shop):
    link = ids(shop, "/dashboard/links")
    form = owner.page("/dashboard/links/" + link).form("/dashboard/links/" + link)
    assert owner.submit(form, name="Primero").status_code == 303
    answer = owner.submit(form, name="Segundo")
    assert answer.status_code == 412 and "Segundo" in answer.text and "Primero" in answer.text
    assert shop.demo.one("SELECT name FROM kf.booking_link WHERE link_id = '%s'" % link) == "Primero"


def test_many_days_that_differ_are_kept(owner, shop):
    """The page shows thirty entries. Saving must not lose the others."""
    one = ids(shop, "/dashboard/professionals")
    shop.demo.run("INSERT INTO kf.date_override (tenant_id, professional_id, day, n) SELECT '%s', '%s', date '2027-01-01' + n, 1"
                  " FROM generate_series(1, 60) n" % (shop.tenant, one))
    page = owner.page("/dashboard/professionals/" + one)
    form = [each for each in page.forms if each.action.endswith(one)][0]
    assert owner.submit(form, name="Con otro nombre").status_code == 303
    assert shop.demo.one("SELECT count(*) FROM kf.date_override WHERE professional_id = '%s'" % one) == 60
    assert shop.demo.one("SELECT count(*) FROM kf.professional_service WHERE professional_id = '%s'" % one) > 0


def test_hours_with_breaks_read_the_same(owner, shop):
    """A break is displayed as the gap between two spans. Saving does not change it."""
    shop.professional("Con pausa", "mon 08:00-12:00,14:00-24:00", ["Limpieza"], **{"break": "mon 10:00-10:15"})
    one = shop.demo.one("SELECT professional_id FROM kf.professional WHERE name = 'Con pausa' AND tenant_id = '%s'" % shop.tenant)
    page = owner.page("/dashboard/professionals/" + one)
    form = [each for each in page.forms if each.action.endswith(one)][0]
    values = dict(form.fields)
    assert [values["h1.%d%s" % (n, end)] for n in (1, 2, 3) for end in "ab"] == [
        "08:00", "10:00", "10:15", "12:00", "14:00", "23:59"]
    assert owner.submit(form).status_code == 303
    rows = shop.demo.sql("SELECT starts, ends, kind FROM kf.working_hours WHERE professional_id = '%s' ORDER BY 1" % one)
    assert [(each["starts"][:5], each["ends"][:5]) for each in rows] == [("08:00", "10:00"), ("10:15", "12:00"), ("14:00", "24:00")]


def test_keys_never_come_back(owner, shop):
    keys = wompi_keys()
    page = owner.page("/dashboard/payments")
    form = [one for one in page.forms if one.action == "/dashboard/payments?provider=wompi"][0]
    answer = owner.submit(form, **dict(keys, events_secret="x"))
    assert answer.status_code == 422
    for name, value in keys.items():
        assert (value in answer.text) == (name == "public_key"), name
    assert owner.submit(form, **keys).status_code == 303
    page = owner.page("/dashboard/payments").html
    assert not any(value in page for value in keys.values())
    assert keys["private_key"] not in str(shop.demo.sql("SELECT * FROM kf.audit WHERE tenant_id = '%s'" % shop.tenant))


def test_the_qr_code_is_a_picture(owner, shop):
    answer = owner.get("/dashboard/links/%s/qr.svg" % ids(shop, "/dashboard/links"))
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.text.startswith(("<svg", "<?xml")) and "<script" not in answer.text
