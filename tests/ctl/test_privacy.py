"""The data of a customer or of a business: exported, and erased. The tests search the whole database, as in a dump."""
import json
import os
import stat
import subprocess

import pytest

from conftest import book, tool

EMAIL = "ana@example.com"


def dump(ctl):
    """Everything in the database, with the dump's escapes and bytes decoded."""
    done = subprocess.run([tool("pg_dump"), "-h", str(ctl.cluster.home), "-U", "postgres", "-d", ctl.database,
                           "--data-only", "--inserts"], capture_output=True, text=True, check=True)
    lines = []
    for line in done.stdout.splitlines():
        lines.append(line)
        for part in line.split("'\\x")[1:]:
            lines.append(bytes.fromhex(part.split("'")[0]).decode("utf-8", "replace"))
    return "\n".join(lines)


@pytest.fixture
def known(aurora):
    """Ana attended or cancelled; she has no future booking."""
    first, second = book(aurora, 3), book(aurora, 4)
    aurora("booking", "cancel", "aurora", first, "--reason", "Ana Ruiz llamó")
    aurora.sql("SELECT kf.clock_set(5 * 86400)")
    aurora.bookings = [first, second]
    return aurora


def test_export_and_erase(known):
    doc = known("customer", "export", "aurora", "ANA@example.com")
    assert sorted(b["id"] for b in doc["bookings"]) == sorted(known.bookings)
    assert {b["customer"]["phone"] for b in doc["bookings"]} == {"+573001234567"}
    assert [h["reason"] for b in doc["bookings"] for h in b["history"] if h["to"] == "cancelled"] == ["Ana Ruiz llamó"]
    assert len(doc["messages"]) == 3
    assert "sealed" not in json.dumps(doc) and "whsec" not in json.dumps(doc)
    before = dump(known)
    assert "Ana Ruiz" in before and EMAIL in before and "3001234567" in before
    known.run("customer", "erase", "aurora", EMAIL, status=2)  # no terminal to confirm on
    assert EMAIL in dump(known)
    done = known("customer", "erase", "aurora", EMAIL, "--yes")
    assert done["bookings"] == 2 and done["messages"] == 3 and done["events_left"] == 0
    after = dump(known)
    for word in ("Ana Ruiz", "ana ruiz", EMAIL, "3001234567"):
        assert word not in after
    assert known.sql("SELECT count(*), min(customer_name) FROM kf.booking") == [["2", "***"]]
    assert known("customer", "export", "aurora", EMAIL)["bookings"] == []
    assert known("customer", "erase", "aurora", EMAIL, "--yes")["bookings"] == 0
    assert known.sql("SELECT actor_kind, action, object_name FROM kf.audit WHERE object_type = 'customer' ORDER BY audit_id"
                     ) == [["operator", "customer_exported", ""], ["operator", "customer_erased", ""],
                           ["operator", "customer_exported", ""], ["operator", "customer_erased", ""]]


def test_a_table_that_is_left_out_is_found(known):
    known.sql("CREATE TABLE kf.left_out (tenant_id uuid, booking_id uuid, kept jsonb);"
              " INSERT INTO kf.left_out SELECT tenant_id, booking_id, to_jsonb(customer_name) FROM kf.booking")
    known("customer", "erase", "aurora", EMAIL, "--yes")
    assert "Ana Ruiz" in dump(known)


def test_refusals(aurora):
    book(aurora, 3)
    assert aurora.refused("customer", "erase", "aurora", EMAIL, "--yes")[0][0] == "booking"
    for wrong in ("ana", "@", "a b@c.d"):
        assert aurora.refused("customer", "export", "aurora", wrong)[0][0] == "email"
        assert aurora.refused("customer", "erase", "aurora", wrong, "--yes")[0][0] == "email"
    aurora.refused("customer", "export", "nobody", EMAIL)
    assert "Ana Ruiz" in dump(aurora)


def test_the_address_may_come_from_the_standard_input(known):
    done = subprocess.run(**known.command("customer", "erase", "aurora", "-", "--yes"), input=EMAIL + "\n", text=True,
                          capture_output=True, check=True)
    assert done.stdout.startswith("The customer is erased: 2 bookings,")
    assert subprocess.run(**known.command("customer", "erase", "aurora", "-", "--yes"), input="", text=True,
                          capture_output=True, check=False).returncode == 2


def test_files_are_new_and_private(known, tmp_path):
    one, all_of_it = tmp_path / "ana.json", tmp_path / "aurora.jsonl"
    assert known("customer", "export", "aurora", EMAIL, "--output", one)["file"] == str(one)
    assert json.loads(one.read_text(encoding="utf-8"))["email"] == EMAIL
    done = known("tenant", "export", "aurora", "--output", all_of_it)
    assert done["rows"] == len(all_of_it.read_text(encoding="utf-8").splitlines())
    for path in (one, all_of_it):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert known.refused("tenant", "export", "aurora", "--output", one)[0][0] == "--output"
    assert json.loads(one.read_text(encoding="utf-8"))["email"] == EMAIL
    assert known.refused("customer", "export", "aurora", EMAIL, "--output", tmp_path / "none" / "x")[0][0] == "--output"
    known.refused("customer", "export", "aurora", "ana", "--output", tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_business_as_lines(known):
    known("tenant", "create", "--name", "Otra", "--subdomain", "otra", "--callback-url", "https://other.example/in")
    lines = [json.loads(line) for line in known.run("tenant", "export", "aurora").stdout.splitlines()]
    tables = {}
    for line in lines:
        tables.setdefault(line["table"], []).append(line["row"])
    assert lines[0]["table"] == "tenant"
    for table, rows in tables.items():
        if table != "audit":
            assert len(rows) == int(known.one("SELECT count(*) FROM kf.%s WHERE tenant_id = '%s'" % (
                table, known.tenant["tenant_id"]))), table
        for row in rows:
            assert row["tenant_id"] == known.tenant["tenant_id"]
            assert not [name for name in row if name.endswith(("_hash", "_sealed")) or name in ("sealed", "hook_id")]
    assert {row["customer_name"] for row in tables["booking"]} == {"Ana Ruiz"}
    assert {"tenant", "service", "professional", "booking_link", "booking", "booking_history", "claim", "outbox",
            "callback_secret"} <= set(tables)


def test_a_business_is_deleted(known, tmp_path):
    other = known("tenant", "create", "--name", "Otra", "--subdomain", "otra")
    count = "SELECT sum((xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM kf.' || name ||" \
            " ' WHERE tenant_id = ''%s''', false, true, '')))[1]::text::int) FROM kf.tenant_tables()"
    others = known.one(count % other["tenant_id"])
    name = "a" * 43 + ".png"
    known.sql("INSERT INTO kf.upload (tenant_id, upload_id, name, kind, media_type, size, created_at)"
              " VALUES ('%s', gen_random_uuid(), '%s', 'logo', 'image/png', 1, now())" % (known.tenant["tenant_id"], name))
    mine = int(known.one(count % known.tenant["tenant_id"]))
    assert mine > 20
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "other.png").write_bytes(b"x")
    known.run("tenant", "delete", "aurora", role="owner", status=2)  # no terminal to confirm on
    assert known.refused("tenant", "delete", "aurora", "--yes", "otra", role="owner")[0][0] == "--yes"
    known.run("tenant", "delete", known.tenant["tenant_id"], "--yes", "aurora", role="owner", status=2)
    assert "owner" in known.refused("tenant", "delete", "aurora", "--yes", "aurora")[0][1]
    assert int(known.one(count % known.tenant["tenant_id"])) == mine
    done = known("tenant", "delete", "aurora", "--yes", "aurora", "--upload-dir", tmp_path, role="owner")
    assert sum(done["tables"].values()) >= mine and done["uploads"] == []
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".png"] == ["other.png"]
    assert known.one(count % known.tenant["tenant_id"]) == "0"
    assert known.one(count % other["tenant_id"]) == others
    assert known.tenant["tenant_id"] not in dump(known)
    known.refused("tenant", "show", "aurora")
    assert known("tenant", "show", "otra")["name"] == "Otra"


def test_a_business_is_not_deleted_before_its_time(aurora):
    book(aurora, 3)
    refused = aurora.refused("tenant", "delete", "aurora", "--yes", "aurora", role="owner")
    assert refused[0][0] == "bookings_ahead" and "1 future bookings" in refused[0][1]
    assert aurora.one("SELECT count(*) FROM kf.booking") == "1"
    assert aurora("tenant", "delete", "aurora", "--yes", "aurora", "--force", role="owner")["tables"]["booking"] == 1
