"""Setting a business up: tenants, accounts, services, professionals, links, days."""
import json

import pytest

from conftest import ACCOUNT, TENANT, WOMPI, options


def test_tenant(ctl):
    made = ctl(*TENANT, "--time-zone", "Europe/Madrid", "--language", "en", "--currency", "USD", "--primary-color",
               "#0F5C5C", "--logo-url", "/assets/logo.svg", "--contact", "a@b.example", "--colombian-phone",
               "--allowed-origin", "https://a.example", "--allowed-origin", "https://b.example:8443")
    assert set(made) == {"tenant_id", "subdomain", "name"}
    assert ctl.sql("SELECT tenant_id, subdomain, name, time_zone, language, currency, primary_color, logo_url, contact,"
                   " colombian_phone, allowed_origins, status FROM kf.tenant") == [[
                       made["tenant_id"], "aurora", "Clínica Aurora", "Europe/Madrid", "en", "USD", "#0F5C5C",
                       "/assets/logo.svg", "a@b.example", "t", "{https://a.example,https://b.example:8443}", "active"]]
    assert ctl.one("SELECT count(*) FROM kf.callback_secret") == "0"


def test_callback_secret_is_made_once(ctl):
    made = ctl(*TENANT, "--callback-url", "https://hooks.example.com/in")
    assert made["callback_secret"].startswith("whsec_") and len(made["callback_secret"]) == 50
    sealed = ctl.one("SELECT sealed FROM kf.callback_secret")
    assert sealed.startswith("v1.") and made["callback_secret"][6:] not in sealed
    assert "callback_secret" not in ctl("tenant", "update", "aurora", "--callback-url", "https://other.example.com/")
    assert ctl.one("SELECT count(*) FROM kf.callback_secret") == "1"


def test_own_callback_secret(ctl):
    secret = "whsec_" + "QUJD" * 10 + "QUI="
    made = ctl(*TENANT, "--callback-secret", secret)
    assert "callback_secret" not in made
    (field, _), = ctl.refused("tenant", "update", "aurora", "--callback-secret", "whsec_short")
    assert field == "--callback-secret"


def test_no_tenant_without_its_secret(ctl):
    ctl.keys.chmod(0o644)
    ctl.refused(*TENANT, "--callback-url", "https://hooks.example.com/in")
    assert ctl.one("SELECT count(*) FROM kf.tenant") == "0"


def test_tenant_list(ctl):
    for name in ("aurora", "boreal", "cumbre", "delta"):
        ctl("tenant", "create", "--name", "Clínica " + name.title(), "--subdomain", name)
    ctl("tenant", "suspend", "delta")

    def names(*words):
        return [one["subdomain"] for one in ctl("tenant", "list", *words)]
    assert names() == ["aurora", "boreal", "cumbre", "delta"]
    assert names("--limit", "2") == ["aurora", "boreal"] and names("--limit", "2", "--after", "boreal") == ["cumbre", "delta"]
    assert names("--status", "suspended") == ["delta"] and names("--search", "CLÍNICA C") == ["cumbre"] and names("--trouble") == []
    ctl.sql("UPDATE kf.tenant SET callback_disabled_at = kf.now() WHERE subdomain = 'boreal';"
            " INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, state, next_attempt_at, created_at)"
            " SELECT tenant_id, gen_random_uuid(), 'reset', 'a@b', 'es', 'dead', kf.now(), kf.now() FROM kf.tenant, generate_series(1, 2)"
            " WHERE subdomain IN ('boreal', 'cumbre')")
    boreal, cumbre = ctl("tenant", "list", "--trouble")
    assert boreal["health"] == "callbacks_off 1, mails_dead 2" and cumbre["troubles"] == {"mails_dead": 2}
    # ids and times in the usual form
    assert boreal["id"] == boreal["tenant_id"] and len(boreal["created_at"]) == 20 and boreal["created_at"].endswith("Z")
    assert ctl("tenant", "show", "boreal")["callback_disabled_at"].endswith("Z")
    assert "HEALTH" in ctl.run("tenant", "list").stdout
    (field, _), = ctl.refused("tenant", "list", "--status", "gone")
    assert field == "--status"
    (field, _), = ctl.refused("tenant", "list", "--limit", "1001")
    assert field == "--limit"


@pytest.mark.parametrize("words, field", [
    (["--subdomain", "Aurora"], "--subdomain"), (["--subdomain", "www"], "--subdomain"),
    (["--time-zone", "america/bogota"], "--time-zone"), (["--primary-color", "blue"], "--primary-color"),
    (["--callback-url", "http://hooks.example.com/"], "--callback-url"),
    (["--callback-url", "https://10.1.2.3/"], "--callback-url"),
    (["--callback-url", "https://localhost/"], "--callback-url"),
    (["--return-url", "ftp://a.example/"], "--return-url"), (["--logo-url", "//a.example/x"], "--logo-url"),
    (["--allowed-origin", "https://a.example/path"], "--allowed-origin"),
    (["--custom-domain", "Not A Domain"], "--custom-domain"), (["--name", "x"], "--name"),
])
def test_tenant_refusals(ctl, words, field):
    base = {"--name": "Clínica", "--subdomain": "aurora"}
    base.update({words[0]: words[1]})
    assert [f for f, _ in ctl.refused("tenant", "create", *[w for pair in base.items() for w in pair])] == [field]
    assert ctl.one("SELECT count(*) FROM kf.tenant") == "0"


def test_development_urls(ctl):
    url = ["--callback-url", "http://localhost:8090/in"]
    assert ctl.refused(*TENANT, *url, "--allow-http")[0][0] == "--callback-url"
    assert ctl.refused(*TENANT, *url, "--allow", "localhost")[0][0] == "--callback-url"
    assert ctl.refused(*TENANT, *url, "--allow-http", "--allow", "not a rule")[0][0] == "--allow"
    ctl(*TENANT, *url, "--allow-http", "--allow", "localhost")


def test_update_suspend_list(aurora):
    aurora("tenant", "update", "aurora", "--contact", "a@b.example", "--colombian-phone")
    aurora("tenant", "update", aurora.tenant["tenant_id"], "--contact", "", "--no-colombian-phone")
    assert aurora.sql("SELECT contact IS NULL, colombian_phone, name FROM kf.tenant") == [["t", "f", "Clínica Aurora"]]
    aurora.run("tenant", "update", "aurora", status=2)
    assert aurora("tenant", "suspend", "aurora")["status"] == "suspended"
    assert [t["status"] for t in aurora("tenant", "list")] == ["suspended"]
    aurora("tenant", "resume", "aurora")
    assert aurora("tenant", "show", "aurora")["status"] == "active"
    assert aurora.refused("tenant", "show", "nobody") == [(None, 'There is no tenant with the subdomain "nobody".')]
    aurora("tenant", "create", "--name", "Otra", "--subdomain", "otra")
    assert aurora.refused("tenant", "update", "otra", "--subdomain", "aurora")[0][0] == "--subdomain"


def test_account(aurora, tmp_path):
    first = aurora(*ACCOUNT, *options(WOMPI))
    assert first["mode"] == "test" and first["path"] == "/api/webhooks/wompi/" + first["hook_id"]
    row = aurora.sql("SELECT public_key, private_key_sealed, integrity_secret_sealed, events_secret_sealed, hook_id,"
                     " active FROM kf.payment_account")[0]
    assert row[0] == WOMPI["public_key"] and row[4:] == [first["hook_id"], "t"] and len(first["hook_id"]) == 32
    for sealed, plain in zip(row[1:4], list(WOMPI.values())[1:]):
        assert sealed.startswith("v1.") and plain[-20:] not in sealed
    (tmp_path / "keys.json").write_text(json.dumps(WOMPI), encoding="utf-8")
    assert aurora(*ACCOUNT, "--keys-file", tmp_path / "keys.json", "--min", "1500")["hook_id"] == first["hook_id"]
    assert aurora.one("SELECT min_cents FROM kf.payment_account") == "150000"
    live = aurora(*ACCOUNT, *options({name: value.replace("test", "prod") for name, value in WOMPI.items()}))
    assert live["mode"] == "production" and live["hook_id"] != first["hook_id"]
    assert aurora.sql("SELECT mode, active FROM kf.payment_account ORDER BY mode") == [["production", "t"],
                                                                                       ["test", "f"]]
    said = aurora.run("payment-account", "show", "aurora", "--json").stdout
    assert WOMPI["public_key"] not in said and "sealed" not in said and "pub_test_...6789" in said


@pytest.mark.parametrize("change, field", [
    ({"private_key": WOMPI["public_key"]}, "--private-key"), ({"public_key": "pub_x"}, "--public-key"),
    ({"events_secret": "prod_events_" + "a" * 32}, "--events-secret"),
])
def test_account_refusals(aurora, change, field):
    assert field in [f for f, _ in aurora.refused(*ACCOUNT, *options(dict(WOMPI, **change)))]
    aurora.refused("payment-account", "set", "aurora", "--provider", "paypal", *options(WOMPI))
    assert aurora.one("SELECT count(*) FROM kf.payment_account") == "0"


SERVICE = ["service", "create", "aurora", "--name", "Terapia", "--description", "Sesión individual."]


@pytest.mark.parametrize("words, row", [
    (["--price", "120000"], "COP 12000000 total 25 -"),
    (["--price", "120000.50", "--charge", "percent:30"], "COP 12000050 partial_percent 30 -"),
    (["--price", "80.59", "--currency", "USD", "--charge", "fixed:0.01"], "USD 8059 partial_fixed 25 1"),
    (["--price", "0", "--charge", "total"], "COP 0 total 25 -"),
])
def test_service_money(aurora, words, row):
    made = aurora(*SERVICE, "--duration", "60", *words)
    assert aurora.one("SELECT concat_ws(' ', currency, price_cents, charge_type, deposit_percent,"
                      " coalesce(deposit_cents::text, '-')) FROM kf.service WHERE service_id = '%s'"
                      % made["service_id"]) == row


@pytest.mark.parametrize("words, field", [
    (["--price", "12.345"], "--price"), (["--price", "-1"], "--price"), (["--price", "1e3"], "--price"),
    (["--price", "10", "--charge", "fixed:11"], "--charge"), (["--price", "10", "--charge", "half"], "--charge"),
    (["--price", "10", "--charge", "percent:0"], "--charge"), (["--price", "10", "--currency", "EUX"], "--currency"),
    (["--price", "10", "--duration", "14"], "--duration"), (["--price", "10", "--duration", "1h"], "--duration"),
    (["--price", "10", "--buffer-after", "241"], "--buffer-after"), (["--price", "10", "--step", "1"], "--step"),
    (["--price", "10", "--max-per-day", "0"], "--max-per-day"),
    (["--price", "10", "--image-url", "http://a.example/x"], "--image-url"),
])
def test_service_refusals(aurora, words, field):
    words = words if "--duration" in words else words + ["--duration", "60"]
    assert [f for f, _ in aurora.refused(*SERVICE, *words)] == [field]
    assert aurora.one("SELECT count(*) FROM kf.service") == "1"


def test_professional(aurora):
    made = aurora("professional", "create", "aurora", "--name", "Andrés Gómez", "--service", "Consulta",
                  "--time-zone", "Europe/Madrid", "--hours", "mon-tue 09:00-13:00; sat 14:00-24:00", "--break",
                  "mon 10:00-10:15", "--closed", "2027-01-04", "--open", "2027-01-05 10:00-11:00,12:00-13:00")
    where = "WHERE professional_id = '%s'" % made["professional_id"]
    assert aurora.sql("SELECT weekday, kind, starts, ends FROM kf.working_hours %s ORDER BY 1, 3" % where) == [
        ["1", "work", "09:00:00", "13:00:00"], ["1", "break", "10:00:00", "10:15:00"],
        ["2", "work", "09:00:00", "13:00:00"], ["6", "work", "14:00:00", "24:00:00"]]
    assert aurora.sql("SELECT day, starts, ends FROM kf.date_override %s ORDER BY 1, 2" % where) == [
        ["2027-01-04", "", ""], ["2027-01-05", "10:00:00", "11:00:00"], ["2027-01-05", "12:00:00", "13:00:00"]]
    assert aurora.one("SELECT service_id FROM kf.professional_service " + where) == aurora.service["service_id"]
    aurora("professional", "hours", "aurora", "Andrés Gómez", "--hours", "sun 08:00-09:00")
    assert aurora.one("SELECT concat_ws(' ', weekday, kind) FROM kf.working_hours " + where) == "7 work"
    assert aurora.one("SELECT count(*) FROM kf.date_override " + where) == "3"
    listed = aurora("professional", "list", "aurora")
    assert [p["hours"] for p in listed if p["name"] == "Andrés Gómez"] == [
        [{"weekday": 7, "kind": "work", "starts": "08:00", "ends": "09:00"}]]


@pytest.mark.parametrize("words, field", [
    (["--hours", "lun 09:00-10:00"], "--hours"), (["--break", "mon 9-10"], "--break"),
    (["--closed", "2027-02-30"], "--closed"), (["--open", "2027-01-05"], "--open"),
    (["--open", "2027-01-05 13:00-12:00"], "--open"), (["--service", "Nada"], "--service"),
    (["--time-zone", "Mars/Base"], "--time-zone"),
])
def test_professional_refusals(aurora, words, field):
    assert [f for f, _ in aurora.refused("professional", "create", "aurora", "--name", "Otro", *words)] == [field]
    assert aurora.one("SELECT count(*) FROM kf.professional") == "1"


def test_same_name_wants_the_id(aurora):
    other = aurora("service", "create", "aurora", "--name", "Consulta", "--description", "La otra consulta.",
                   "--duration", "30", "--price", "0")
    (field, detail), = aurora.refused("link", "create", "aurora", "--service", "Consulta")
    assert field == "--service" and "2 have the name" in detail
    aurora("link", "create", "aurora", "--service", other["service_id"].upper(), "--locked")
    assert aurora.one("SELECT service_id FROM kf.booking_link WHERE locked") == other["service_id"]


def test_link(aurora):
    aurora.sql("SELECT kf.clock_set(86400 * 365)")
    made = aurora("link", "create", "aurora", "--name", "Campaña", "--service", "Consulta", "--professional", "Laura",
                  "--locked", "--expires", "+30d", "--max-uses", "3", "--language", "en", "--public-id", "campana-2027")
    assert made["path"] == "/book/campana-2027"
    assert aurora.sql("SELECT name, locked, max_uses, language, service_id, professional_id, round(extract(epoch FROM"
                      " expires_at - kf.now()) / 86400) FROM kf.booking_link WHERE public_id = 'campana-2027'") == [[
                          "Campaña", "t", "3", "en", aurora.service["service_id"], aurora.person["professional_id"],
                          "30"]]
    assert aurora.refused("link", "create", "aurora", "--public-id", "campana-2027")[0][0] == "--public-id"
    assert aurora.refused("link", "create", "aurora", "--locked")[0][0] == "--locked"
    for wrong in ("30d", "+30", "+0d", "+9999d", "2027-01-01", "+d"):
        assert aurora.refused("link", "create", "aurora", "--expires", wrong)[0][0] == "--expires", wrong
    assert len(aurora("link", "list", "aurora")) == 2


def test_closed_day(aurora):
    aurora("closed-day", "add", "aurora", "2026-12-25", "--reason", "Navidad")
    aurora("closed-day", "add", "aurora", "2026-12-25", "--reason", "Día de Navidad")
    aurora("closed-day", "add", "aurora", "2027-01-01")
    assert aurora("closed-day", "list", "aurora") == [{"day": "2026-12-25", "reason": "Día de Navidad"},
                                                      {"day": "2027-01-01", "reason": ""}]
    assert aurora.refused("closed-day", "add", "aurora", "2026-02-29")[0][0] == "day"
