"""The operator's work on a running system: callbacks, money, bookings, keys, checks; and the command itself."""
import json
import os
import re
import stat
import subprocess
import uuid

import pytest

from conftest import ACCOUNT, PROGRAM, SQL, TENANT, TOP, WOMPI, book, options


def test_bookings(aurora):
    first, second = book(aurora, 3), book(aurora, 4)
    listed = aurora("bookings", "list", "aurora")
    assert {b["id"] for b in listed} == {first, second}
    assert listed[0]["service_name"] == "Consulta" and listed[0]["professional_name"] == "Laura"
    assert len(aurora("bookings", "list", "aurora", "--limit", "1")) == 1
    assert aurora("booking", "cancel", "aurora", first, "--reason", "por error")["status"] == "cancelled"
    assert aurora.sql("SELECT to_status, actor, reason FROM kf.booking_history WHERE booking_id = '%s'"
                      " ORDER BY version DESC LIMIT 1" % first) == [["cancelled", "operator", "por error"]]
    assert [b["id"] for b in aurora("bookings", "list", "aurora", "--status", "cancelled")] == [first]
    aurora.refused("booking", "cancel", "aurora", first)
    assert aurora.refused("booking", "cancel", "aurora", "x")[0][0] == "booking"
    assert aurora.refused("bookings", "list", "aurora", "--status", "gone")[0][0] == "--status"
    assert aurora.refused("bookings", "list", "aurora", "--limit", "0")[0][0] == "--limit"
    aurora("tenant", "create", "--name", "Otra", "--subdomain", "otra")
    assert aurora("bookings", "list", "otra") == []
    aurora.refused("booking", "cancel", "otra", second)


def test_a_booking_is_moved(aurora):
    first, second = book(aurora, 3), book(aurora, 4)
    where = {b["id"]: b["slot_start"] for b in aurora("bookings", "list", "aurora")}
    start = aurora.sql("SELECT to_char(slot_start + interval '2 days', 'YYYY-MM-DD\"T\"HH24:MI:SSOF') || ':00' FROM kf.booking"
                       " WHERE booking_id = '%s'" % second)[0][0]
    told = aurora("booking", "move", "aurora", first, "--start", start, "--professional", "Laura", "--outside-hours", "--quiet")
    assert told["booking_id"] == first and told["professional"] == "Laura"
    assert aurora.sql("SELECT h.actor_name, h.reason, b.sequence, b.slot_start = '%s' FROM kf.booking_history h JOIN kf.booking b"
                      " USING (tenant_id, booking_id) WHERE h.booking_id = '%s' ORDER BY h.version DESC LIMIT 1"
                      % (start, first)) == [["konfirmadoctl", "moved", "1", "t"]]
    assert aurora.refused("booking", "move", "aurora", first, "--start", "mañana")[0][0] == "--start"
    assert aurora.refused("booking", "move", "aurora", "x", "--start", start)[0][0] == "booking"
    assert aurora.refused("booking", "move", "aurora", first, "--start", start, "--professional", "Nadie")[0][0] == "--professional"
    aurora.refused("booking", "move", "aurora", second, "--start", start, "--outside-hours")  # the first slot
    assert {b["id"]: b["slot_start"] for b in aurora("bookings", "list", "aurora")}[second] == where[second]
    aurora("tenant", "create", "--name", "Otra", "--subdomain", "otra")
    aurora.refused("booking", "move", "otra", second, "--start", start)


def test_callbacks(aurora):
    for day in (3, 4, 5):
        book(aurora, day)
    messages = aurora("callbacks", "list", "aurora", "--state", "due")
    assert [m["event"] for m in messages] == ["booking.paid"] * 3
    page = aurora("callbacks", "list", "aurora", "--limit", "2")
    assert aurora("callbacks", "list", "aurora", "--after", page[1]["id"])[0]["id"] == messages[2]["id"]
    aurora.sql("UPDATE kf.outbox SET state = 'dead', attempts = 10, url = 'https://old.example/'")
    one = messages[0]["id"]
    assert aurora("callbacks", "resend", "aurora", one)["messages"] == [one]
    assert aurora.sql("SELECT message_id, attempts, url FROM kf.outbox WHERE state = 'due'") == [
        [one, "0", "https://hooks.example.com/in"]]
    assert sorted(aurora("callbacks", "resend", "aurora", "--dead")["messages"]) == sorted(
        m["id"] for m in messages[1:])
    assert aurora.one("SELECT count(*) FROM kf.outbox WHERE state = 'due'") == "3"
    assert aurora("callbacks", "resend", "aurora", "--dead")["messages"] == []
    aurora.refused("callbacks", "resend", "aurora", "msg_0000000000000000000")
    aurora.run("callbacks", "resend", "aurora", status=2)
    aurora.run("callbacks", "resend", "aurora", one, "--dead", status=2)
    assert aurora.refused("callbacks", "list", "aurora", "--state", "lost")[0][0] == "--state"


def test_callback_secret_rotation(aurora):
    made = aurora("callbacks", "secret", "rotate", "aurora", "--overlap", "2h")
    assert made["callback_secret"] != aurora.tenant["callback_secret"] and made["overlap_s"] == 7200
    assert aurora.sql("SELECT round(extract(epoch FROM expires_at - kf.now()) / 60) FROM kf.callback_secret"
                      " ORDER BY created_at") == [["120"], [""]]
    for wrong in ("2", "2d", "-1h", "500ms", "721h"):
        assert aurora.refused("callbacks", "secret", "rotate", "aurora", "--overlap", wrong)[0][0] == "--overlap"


def test_payments(aurora):
    aurora(*ACCOUNT, *options(WOMPI))
    aurora.sql("SELECT kf.payment_apply('%s', '%s', 'wompi', 'tx-1', 'kf-x-1', 'APPROVED', 500000, 'COP', 'CARD', true,"
               " 'event')" % (aurora.tenant["tenant_id"], uuid.uuid4()), role="konfirmado_app")
    aurora.sql("SELECT kf.payment_apply('%s', '%s', 'wompi', 'tx-2', 'kf-x-2', 'DECLINED', 500000, 'COP', 'CARD', true,"
               " 'event')" % (aurora.tenant["tenant_id"], uuid.uuid4()), role="konfirmado_app")
    assert {p["tx_id"] for p in aurora("payments", "list", "aurora")} == {"tx-1", "tx-2"}
    stuck = aurora("payments", "list", "aurora", "--stuck")
    assert [(p["tx_id"], p["state"], p["amount_cents"]) for p in stuck] == [("tx-1", "credit", 500000)]
    assert "COP 5000.00" in aurora.run("payments", "list", "aurora", "--stuck").stdout


def test_key_file(ctl, tmp_path):
    path = tmp_path / "new.keys"
    old = os.umask(0)
    try:
        assert ctl("keys", "generate", "--file", path, "--kid", "first") == {"kid": "first", "file": str(path)}
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text(encoding="ascii")
    ctl("keys", "generate", "--file", path)
    lines = path.read_text(encoding="ascii").splitlines(True)
    assert len(lines) == 2 and lines[1] == before and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ctl.refused("keys", "generate", "--file", path, "--kid", "first")[0][0] == "--kid"
    assert ctl.refused("keys", "generate", "--file", path, "--kid", "Not!")[0][0] == "--kid"
    path.chmod(0o640)
    ctl.refused("keys", "generate", "--file", path)
    assert path.read_text(encoding="ascii").splitlines(True) == lines
    assert sorted(p.name for p in tmp_path.iterdir()) == ["konfirmado.keys", "new.keys"]
    ctl.refused("keys", "generate", "--file", tmp_path / "none" / "x.keys")


def sealed(ctl):
    return {text for row in ctl.sql("SELECT private_key_sealed, integrity_secret_sealed, events_secret_sealed FROM"
                                    " kf.payment_account") for text in row} | {
                                        row[0] for row in ctl.sql("SELECT sealed FROM kf.callback_secret")}


def test_rotation(aurora):
    aurora(*ACCOUNT, *options(WOMPI))
    aurora("tenant", "create", "--name", "Otra", "--subdomain", "otra", "--callback-url", "https://o.example.com/")
    aurora("keys", "generate", "--kid", "new")
    before = sealed(aurora)
    assert aurora("keys", "rotate", "--dry-run")["resealed"] == 5
    assert sealed(aurora) == before
    done = aurora("keys", "rotate")
    assert (done["kid"], done["tenants"], done["resealed"], done["unreadable"]) == ("new", 2, 5, 0)
    assert all(text.startswith("v1.new.") for text in sealed(aurora))
    again = aurora("keys", "rotate")
    assert (again["resealed"], again["current"]) == (0, 5)
    # The old key is not needed any more: the new one alone opens everything.
    line = aurora.keys.read_text(encoding="ascii").splitlines(True)[0]
    aurora.keys.write_text(line, encoding="ascii")
    aurora("keys", "generate", "--kid", "newer")
    assert aurora("keys", "rotate")["resealed"] == 5


def test_rotation_without_the_old_key(aurora):
    aurora.keys.unlink()
    aurora("keys", "generate", "--kid", "other")
    before = sealed(aurora)
    done = aurora.run("keys", "rotate", status=1).stdout
    assert "1 cannot be opened" in done and sealed(aurora) == before


def results(ctl, *words, status=0, role="app"):
    done = ctl.run("check", "--sql-dir", SQL, "--json", *words, status=status, role=role).stdout
    return {line["check"]: line["result"] for line in json.loads(done)["checks"]}


def test_check(aurora):
    assert results(aurora)["workers"] == "warn"  # no background work runs here
    aurora.sql("SELECT kf.worker_seen('here', '{\"mails\": 1}')")
    said = results(aurora)
    assert said.pop("test clock") == "warn"
    assert set(said.values()) == {"ok"} and set(said) == {
        "businesses", "keys", "database", "server", "role", "clock", "room", "schema", "rows", "time zones", "migrations", "secrets", "mails",
        "calendars", "workers", "providers", "callbacks", "events", "polls", "refunds", "money", "jobs", "servers"}


def told_of_servers(ctl, *words):
    return [line["detail"] for line in ctl("check", "--sql-dir", SQL, *words)["checks"] if line["check"] == "servers"]


def test_check_tells_of_a_server_once(aurora):
    """Servers' keys: compared with the key file if it is given, otherwise with other servers'."""
    kid = aurora.keys.read_text(encoding="ascii").split()[0]
    aurora.sql("SELECT kf.server_seen('web1', 41, '{\"kids\": [\"%s\"]}'), "
               "kf.server_seen('web2', 42, '{\"kids\": [\"other\"]}')" % kid)
    (told,) = told_of_servers(aurora)
    assert re.match(r"web2 \(process 42, seen \d+ s ago\) does not know the key " + kid, told)
    aurora.sql("SELECT kf.server_seen('web2', 42, '{\"kids\": [\"%s\", \"newer\"]}')" % kid)
    (told,) = told_of_servers(aurora)
    assert "different key files: web1/41 (machine/process)" in told


def test_check_finds(aurora, empty):
    assert results(aurora, role="owner")["role"] == "warn"
    aurora("keys", "generate", "--kid", "new")
    assert results(aurora)["secrets"] == "warn"
    aurora.sql("ALTER TABLE kf.booking NO FORCE ROW LEVEL SECURITY")
    assert results(aurora, status=1)["rows"] == "fail"
    aurora.sql("ALTER TABLE kf.booking FORCE ROW LEVEL SECURITY; DROP POLICY tenant ON kf.booking")
    assert results(aurora, status=1)["rows"] == "fail"
    aurora.sql("UPDATE kf.meta SET value = 'x' WHERE key = 'functions'")
    assert results(aurora, status=1)["migrations"] == "fail"
    aurora.sql("INSERT INTO kf.migration VALUES (99, '0099_x.sql', 'x'); UPDATE kf.meta SET value = '99' WHERE key = 'serves'")
    assert results(aurora, status=1)["schema"] == "fail"
    aurora.keys.chmod(0o644)
    assert results(aurora, status=1)["keys"] == "fail"
    superuser = aurora.conninfo().replace("user=konfirmado_app", "user=postgres")
    assert results(aurora, "--database", superuser, status=1)["role"] == "fail"
    assert results(empty, status=1)["schema"] == "fail"
    assert results(empty, "--database", "host=/nowhere", status=3)["database"] == "fail"


def commands():
    said = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    part = said.split("Commands:\n")[1].split("\n\n")[0]
    return [re.match(r"  ((?:\S+ )*\S+)  ", line).group(1) for line in part.splitlines()]


def test_help_and_manual():
    """The manual has each command and option, with the words of its help."""
    names = commands()
    assert len(names) > 25
    manual = (TOP / "conf" / "konfirmadoctl.1").read_text(encoding="utf-8").replace("\\-", "-").replace('"', "")
    manual = manual.replace("\\(aq", "'")
    for name in names:
        said = subprocess.run([PROGRAM, *name.split(), "--help"], capture_output=True, text=True, check=True).stdout
        assert said.startswith("usage: konfirmadoctl " + name)
        assert re.search(r"^\.SS %s\b" % re.escape(name), manual, re.M), name
        section = re.split(r"^\.SS %s\b" % re.escape(name), manual, flags=re.M)[1].split("\n.S")[0]
        for line in re.findall(r"^  --.*", said.split("Options of every command")[0], re.M):
            option, text = line.split()[0], line[31:].replace('"', "")  # 31: the column of the texts
            common = option in {"--allow", "--allow-http"}
            assert option in (manual if common else section), (name, option)
            assert common or text[0].upper() + text[1:] + "." in section, (name, option, text)


def test_exit_statuses(ctl):
    ctl(*TENANT)
    for words in (["nothing"], ["tenant"], ["tenant", "show"], ["tenant", "show", "a", "b"], ["tenant", "list", "--x"],
                  ["--x"], ["tenant", "create", "--name"], ["tenant", "create", "--name", "a"], [],
                  ["tenant", "create", "--name", "a", "--name", "b"], ["tenant", "list", "-v"]):
        done = ctl.run(*words, status=2)
        assert done.stderr.startswith("konfirmadoctl: ") and done.stdout == "", words
    assert ctl.refused("tenant", "list", "--database", "host=/nowhere", status=3)
    assert ctl.refused("tenant", "show", "--", "--json")[0][1].endswith('"--json".')
    assert ctl("tenant", "show", "aurora", "--database=" + ctl.conninfo())["name"] == "Clínica Aurora"
    assert ctl.run("--version").stdout.startswith("konfirmadoctl ")
    (_, detail), = ctl.refused("keys", "rotate", "--key-file", "/nowhere/keys")
    assert "/nowhere/keys" in detail


def test_full_disk_is_told(ctl):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(**ctl.command("tenant", "list", "--json"), stdout=full, stderr=subprocess.PIPE,
                              check=False, text=True)
    assert done.returncode == 1 and "could not be written" in done.stderr
