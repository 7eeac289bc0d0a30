"""Backups of a database: complete or absent, restored row for row, and a restored one sends nothing by itself."""
import json
import pathlib
import shutil
import subprocess

import pytest

from conftest import ACCOUNT, WOMPI, Ctl, options, tool


@pytest.fixture
def full(aurora, monkeypatch):
    """A business with secrets, a booking and a queued message."""
    monkeypatch.setenv("PATH", str(pathlib.Path(tool("pg_dump")).parent), prepend=":")
    aurora(*ACCOUNT, *options(WOMPI))
    aurora.sql("INSERT INTO kf.mail (tenant_id, mail_id, kind, to_address, language, facts, state, next_attempt_at, created_at)"
               " SELECT tenant_id, gen_random_uuid(), 'verify', 'a@b.example', 'es', '{}', 'due', now(), now() FROM kf.tenant")
    return aurora


def restored(full, keys=None):
    """An empty database of its own, with the same keys or others."""
    return Ctl(full.cluster, full.cluster.database(), keys or full.keys)


def test_there_and_back(full, tmp_path):
    made = full("backup", tmp_path / "copy", role="backup")
    assert made["tables"]["tenant"] == 1 and made["tables"]["service"] == 1 and made["schema"] == int(
        full.one("SELECT max(version) FROM kf.migration"))
    assert full("verify", tmp_path / "copy", role="owner")["differences"] == []
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "copy" / "manifest.json").stat().st_mode & 0o777 == 0o600

    copy = restored(full)
    told = copy("restore", tmp_path / "copy", role="owner")
    assert told["differences"] == [] and told["unreadable"] == 0 and told["secrets"] == 4
    assert {one["queue"]: one["due"] for one in told["waiting"]} == {"mails": 1}
    everything = ("SELECT 'f', p.oid::regprocedure::text, p.proowner::regrole::text, "
                  " (SELECT array_agg(a ORDER BY a::text)::text FROM unnest(p.proacl) a), p.proconfig::text, p.prosecdef::text"
                  " FROM pg_proc p WHERE p.pronamespace = 'kf'::regnamespace"
                  " UNION ALL SELECT 'r', c.oid::regclass::text, c.relowner::regrole::text,"
                  " (SELECT array_agg(a ORDER BY a::text)::text FROM unnest(c.relacl) a), c.relforcerowsecurity::text, c.relrowsecurity::text"
                  " FROM pg_class c WHERE c.relnamespace = 'kf'::regnamespace"
                  " UNION ALL SELECT 'y', polrelid::regclass || '.' || polname, pg_get_expr(polqual, polrelid), polroles::regrole[]::text,"
                  " polcmd::text, polpermissive::text FROM pg_policy"
                  " UNION ALL SELECT 'd', defaclrole::regrole::text, defaclnamespace::regnamespace::text, defaclobjtype::text,"
                  " (SELECT array_agg(a ORDER BY a::text)::text FROM unnest(defaclacl) a), '' FROM pg_default_acl"
                  " UNION ALL SELECT 's', n.nspname, n.nspowner::regrole::text, (SELECT array_agg(a ORDER BY a::text)::text"
                  " FROM unnest(n.nspacl) a), '', '' FROM pg_namespace n WHERE n.nspname = 'kf' ORDER BY 1, 2, 3, 4, 5")
    assert copy.sql(everything) == full.sql(everything)
    # the servers' role has its usual rights, and no more
    assert copy("tenant", "show", "aurora")["name"] == "Clínica Aurora"
    assert copy.sql("SELECT count(*) FROM kf.service", role="konfirmado_app") == [["0"]]
    assert copy("service", "list", "aurora")[0]["name"] == "Consulta"
    assert copy("migrate", "--dry-run", "--sql-dir", pathlib.Path(__file__).parents[2] / "sql", role="owner")["migrations"] == []


def test_jobs_are_off_until_somebody_says(full, tmp_path):
    full("backup", tmp_path / "copy", role="backup")
    copy = restored(full)
    said = copy.run("restore", tmp_path / "copy", role="owner").stdout
    assert "mails" in said and "Background work is off" in said and "4 secrets open" in said
    assert copy("jobs", "state")["jobs"] == "off" and full("jobs", "state")["jobs"] == "on"
    assert copy.refused("jobs", "on")[0][1].startswith("Connect as konfirmado_owner")
    assert {one["check"]: one["result"] for one in copy("check")["checks"]}["jobs"] == "warn"
    assert copy("jobs", "on", role="owner")["jobs"] == "on" and copy("jobs", "state")["waiting"][0]["queue"] == "mails"
    assert copy("verify", tmp_path / "copy", role="owner")["differences"] == [], "it is no part of the copy"


def test_what_differs_is_named(full, tmp_path):
    full("backup", tmp_path / "copy", role="backup")
    full.sql("UPDATE kf.service SET name = 'Otra cosa'; DELETE FROM kf.mail")
    done = full.run("--json", "verify", tmp_path / "copy", role="owner", status=1)
    told = json.loads(done.stdout)["differences"]
    assert "kf.service has as many rows as the copy, but other ones." in told and "kf.mail has 0 rows, the copy 1." in told
    assert not any("kf.professional " in one for one in told)


def test_secrets_need_their_keys(full, tmp_path):
    full("backup", tmp_path / "copy", role="backup")
    keys = tmp_path / "others"
    other = restored(full, keys)
    other("keys", "generate")
    done = other.run("--json", "restore", tmp_path / "copy", role="owner", status=1)
    told = json.loads(done.stdout)
    assert told["unreadable"] == 4 and told["differences"] == []


@pytest.mark.parametrize("damage", [
    "DROP POLICY backup ON kf.booking", "REVOKE SELECT ON kf.booking FROM konfirmado_backup",
    "CREATE POLICY less ON kf.booking AS RESTRICTIVE FOR SELECT TO konfirmado_backup USING (false)",
    "CREATE TABLE kf.newer (tenant_id uuid); GRANT SELECT ON kf.newer TO konfirmado_backup;"
    " ALTER TABLE kf.newer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"])
def test_never_silently_short(full, tmp_path, damage):
    """A table with rows that the role cannot see: no backup at all."""
    full.sql(damage)
    (_, said), = full.refused("backup", tmp_path / "copy", role="backup")
    assert "does not read every row of kf.%s" % ("newer" if "newer" in damage else "booking") in said
    assert not (tmp_path / "copy").exists()


def test_refusals(full, tmp_path):
    assert "konfirmado_backup" in full.refused("backup", tmp_path / "copy")[0][1]
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").write_text("mine")
    assert "must be a new folder" in full.refused("backup", tmp_path / "used", role="backup")[0][1]
    assert (tmp_path / "used" / "file").read_text() == "mine"
    assert "is not a copy" in full.refused("verify", tmp_path / "used", role="owner")[0][1]
    full("backup", tmp_path / "copy", role="backup")
    assert "There is a schema kf" in full.refused("restore", tmp_path / "copy", role="owner")[0][1]
    assert "may not restore here" in restored(full).refused("restore", tmp_path / "copy")[0][1]
    manifest = tmp_path / "copy" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"schema": ', '"schema": 9'), encoding="utf-8")
    assert "install that release" in restored(full).refused("restore", tmp_path / "copy", role="owner")[0][1]
    manifest.write_text(text, encoding="utf-8")
    with open(tmp_path / "copy" / "database.dump", "r+b") as dump:
        dump.seek(-1, 2)
        dump.write(b"?")
    assert "its SHA-256 differs" in full.refused("verify", tmp_path / "copy", role="owner")[0][1]
    manifest.unlink()
    assert "not finished" in restored(full).refused("restore", tmp_path / "copy", role="owner")[0][1]


def test_no_program_of_postgresql(full, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "postgresql-client" in full.refused("backup", tmp_path / "copy", role="backup")[0][1]
    assert not (tmp_path / "copy").exists()


def test_a_password_is_in_no_arguments(full, tmp_path):
    """All users can see a running program's arguments."""
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho \"$@\" >%s/words\necho \"$PGPASSWORD $PGUSER $PGDATABASE\" >%s/env\n"
                                      "exit 1\n" % (tmp_path, tmp_path))
    (tmp_path / "pg_dump").chmod(0o755)
    words = full.command("backup", tmp_path / "copy", role="backup")
    words["env"].update(PATH="%s:%s" % (tmp_path, words["env"]["PATH"]), PGUSER="nobody",
                        KONFIRMADO_DATABASE=full.conninfo("backup") + " password='ge heim'")
    done = subprocess.run(**words, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 1 and "pg_dump failed" in done.stderr
    assert (tmp_path / "env").read_text() == "ge heim konfirmado_backup %s\n" % full.database
    assert "heim" not in (tmp_path / "words").read_text() and not (tmp_path / "copy").exists()


def test_a_failed_restore_lets_nobody_in(full, tmp_path):
    """An interrupted restore is harmless: no server can connect."""
    full("backup", tmp_path / "copy", role="backup")
    copy = restored(full)
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    # the third call sets a role's rights
    (bin_dir / "pg_restore").write_text("#!/bin/sh\necho x >>%s/calls\n[ $(wc -l <%s/calls) -ne 3 ] || exit 1\nexec %s \"$@\"\n"
                                        % (bin_dir, bin_dir, tool("pg_restore")))
    (bin_dir / "pg_restore").chmod(0o755)
    words = copy.command("restore", tmp_path / "copy", role="owner")
    words["env"]["PATH"] = "%s:%s" % (bin_dir, words["env"]["PATH"])
    done = subprocess.run(**words, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 1 and "pg_restore failed" in done.stderr
    copy.refused("tenant", "show", "aurora")
    shutil.rmtree(bin_dir)
