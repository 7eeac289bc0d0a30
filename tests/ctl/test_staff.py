"""The staff of a business, managed by the operator."""
import subprocess

import pytest

from conftest import TOP

LIST = ["--common-passwords", str(TOP / "conf" / "common-passwords.txt")]
PASSWORD = "tres tigres tristes"


def with_password(ctl, *words, password=PASSWORD, status=0):
    done = subprocess.run(**ctl.command("--json", *words, "--password-stdin", *LIST), input=password + "\nmore\n",
                          text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == status, (done.stdout, done.stderr)
    assert PASSWORD not in done.stdout + done.stderr
    return done.stdout


def state(ctl):
    return ctl.sql("SELECT email, role, state, password_hash IS NOT NULL FROM kf.staff ORDER BY email")


def test_invited_by_hand(aurora):
    made = aurora("staff", "create", "aurora", "--email", "Ana@Aurora.example", "--role", "owner", "--name", "Ana Paz")
    assert made["state"] == "invited" and len(made["token"]) == 43
    assert made["path"] == "/dashboard/invitation?token=" + made["token"]
    assert state(aurora) == [["ana@aurora.example", "owner", "invited", "f"]]
    assert aurora.one("SELECT count(*) FROM kf.mail") == "0"
    found = "SELECT email FROM kf.token_find('invite', sha256('kf:invite:%s'))"
    assert aurora.one(found % made["token"]) == "ana@aurora.example"
    again = aurora("staff", "create", "aurora", "--email", "ana@aurora.example", "--role", "staff")
    assert aurora.sql(found % made["token"]) == [] and aurora.one(found % again["token"]) == "ana@aurora.example"
    said = aurora.run("staff", "create", "aurora", "--email", "bea@aurora.example").stdout
    assert "/dashboard/invitation?token=" in said and "7 days" in said
    assert [p["role"] for p in aurora("staff", "list", "aurora")] == ["staff", "owner"]
    assert aurora.one("SELECT count(*) FROM kf.audit WHERE action = 'staff_created' AND actor_kind = 'operator'") == "2"


def test_password_of_the_standard_input(aurora):
    with_password(aurora, "staff", "create", "aurora", "--email", "ana@aurora.example")
    assert state(aurora) == [["ana@aurora.example", "owner", "active", "t"]]
    first = aurora.one("SELECT password_hash FROM kf.staff")
    assert first.startswith("$2y$12$") and len(first) == 60
    aurora.refused("staff", "create", "aurora", "--email", "ana@aurora.example")
    with_password(aurora, "staff", "reset", "aurora", "ana@aurora.example")
    assert aurora.one("SELECT password_hash FROM kf.staff") != first
    assert aurora.one("SELECT count(*) FROM kf.mail WHERE kind = 'password_changed'") != "0"


@pytest.mark.parametrize("password", ["", "corta", "contraseña123", "ana@aurora.example", "x" * 129])
def test_bad_passwords(aurora, password):
    said = with_password(aurora, "staff", "create", "aurora", "--email", "ana@aurora.example", password=password, status=1)
    assert '"--password-stdin"' in said
    assert state(aurora) == []


def test_reset_by_hand(aurora):
    with_password(aurora, "staff", "create", "aurora", "--email", "ana@aurora.example")
    aurora.sql("UPDATE kf.staff SET totp_sealed = 'x', totp_enabled_at = now()")
    made = aurora("staff", "reset", "aurora", "ana@aurora.example", "--second-factor-off")
    assert made["path"] == "/dashboard/reset?token=" + made["token"]
    assert aurora.one("SELECT email FROM kf.token_find('reset', sha256('kf:reset:%s'))" % made["token"]) == "ana@aurora.example"
    assert aurora.one("SELECT count(*) FROM kf.staff WHERE totp_enabled_at IS NULL AND totp_sealed IS NULL") == "1"
    invited = aurora("staff", "create", "aurora", "--email", "bea@aurora.example")
    made = aurora("staff", "reset", "aurora", "BEA@aurora.example")
    assert made["path"].startswith("/dashboard/invitation?") and made["token"] != invited["token"]
    assert aurora.one("SELECT email FROM kf.token_find('invite', sha256('kf:invite:%s'))" % made["token"]) == "bea@aurora.example"
    assert aurora.refused("staff", "reset", "aurora", "nobody@aurora.example")


@pytest.mark.parametrize("words, field", [
    (["--email", "nobody"], "--email"), (["--email", "a@b.example", "--role", "admin"], "--role"),
    (["--email", "a@b.example", "--language", "fr"], "--language"), (["--email", "a@b.example", "--name", "x" * 101], "--name"),
    (["--email", "a@b.example", "--password-stdin", "--common-passwords", "/nowhere"], "--common-passwords"),
])
def test_refusals(aurora, words, field):
    (said, _), = aurora.refused("staff", "create", "aurora", *words)
    assert said == field
    assert state(aurora) == []
