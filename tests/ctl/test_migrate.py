"""konfirmadoctl migrate."""
import subprocess

from conftest import NEWEST, SQL, add

TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'kf')"


def test_new_database(empty):
    done = empty.migrate()
    assert (done["from"], done["to"], done["functions"], done["test_clock"]) == (0, NEWEST, True, False)
    assert done["migrations"] == sorted(p.name for p in (SQL / "migrations").glob("*.sql"))
    rows = empty.sql("SELECT version, name, checksum, applied_at <= now() FROM kf.migration ORDER BY version")
    for number, path in enumerate(sorted((SQL / "migrations").glob("*.sql")), 1):
        digest = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]
        assert rows[number - 1] == [str(number), path.name, digest, "t"]
    # Servers of version 7 check their own number, and get it as long as they are supported.
    assert empty.sql("SELECT schema_version, test_clock FROM kf.health()", "konfirmado_app") == [["7", "f"]]
    assert int(empty.one("SELECT value FROM kf.meta WHERE key = 'serves'")) <= 7
    # The superuser owns nothing, and the directory role owns only its functions.
    assert empty.one("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                     " WHERE nspname = 'kf' AND pg_get_userbyid(relowner) <> 'konfirmado_owner'") == "0"
    assert int(empty.one("SELECT count(*) FROM pg_proc WHERE pg_get_userbyid(proowner) = 'konfirmado_directory'")) > 3


def test_again_does_nothing(empty):
    empty.migrate()
    before = empty.one("SELECT string_agg(xmin::text, ',' ORDER BY oid) FROM pg_proc"
                       " WHERE pronamespace = 'kf'::regnamespace")
    done = empty.migrate()
    assert (done["from"], done["migrations"], done["functions"]) == (NEWEST, [], False)
    assert before == empty.one("SELECT string_agg(xmin::text, ',' ORDER BY oid) FROM pg_proc"
                               " WHERE pronamespace = 'kf'::regnamespace")
    said = empty.run("migrate", "--sql-dir", SQL, role="owner").stdout
    assert said == "Nothing to do: the database is at version %d.\n" % NEWEST


def test_several_at_once(empty):
    running = [subprocess.Popen(**empty.command("migrate", "--sql-dir", SQL, role="owner"), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert sorted("Nothing to do" in out for out, _ in said) == [False, True, True, True]
    assert empty.one("SELECT count(*) FROM kf.migration") == str(NEWEST)


def test_dry_run_changes_nothing(empty):
    done = empty.migrate("--dry-run")
    assert (len(done["migrations"]), done["functions"], done["dry_run"]) == (NEWEST, True, True)
    assert empty.one(TABLES) == "0"


def test_changed_migration_is_named(empty, folder):
    empty.migrate(sql=folder)
    path = folder / "migrations" / "0001_schema.sql"
    path.write_text(path.read_text(encoding="utf-8") + "-- more\n", encoding="utf-8")
    (_, detail), = empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert detail == ("migrations/0001_schema.sql is not the migration that was applied as 0001_schema.sql: an applied "
                      "migration never changes.")


def test_gap_and_name(empty, folder):
    name = add(folder, NEWEST + 2, "SELECT 1;")
    (_, detail), = empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert "%s is in the place of number %04d" % (name, NEWEST + 1) in detail
    (folder / "migrations" / name).rename(folder / "migrations" / "next.sql")
    (_, detail), = empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert "next.sql is not named like a migration" in detail
    assert empty.one(TABLES) == "0"


def test_newer_database(empty, folder):
    name = add(folder, NEWEST + 1, "CREATE TABLE kf.later (n int);")
    empty.migrate(sql=folder)
    (_, detail), = empty.refused("migrate", "--sql-dir", SQL, role="owner")
    assert "The database is newer" in detail and name in detail


def test_failed_migration_leaves_nothing(empty, folder):
    empty.migrate()
    add(folder, NEWEST + 1, "CREATE TABLE kf.whole (tenant_id uuid PRIMARY KEY);")
    name = add(folder, NEWEST + 2, "CREATE TABLE kf.half (n int); SELECT 1/0;")
    (_, detail), = empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert detail.startswith("migrations/%s could not be applied" % name) and "division by zero" in detail
    assert empty.one("SELECT count(*) FROM kf.migration") == str(NEWEST)
    assert empty.one("SELECT to_regclass('kf.half') IS NULL AND to_regclass('kf.whole') IS NULL") == "t"
    add(folder, NEWEST + 2, "CREATE TABLE kf.half (tenant_id uuid PRIMARY KEY);")
    done = empty.migrate(sql=folder)
    assert (done["from"], len(done["migrations"])) == (NEWEST, 2)
    # A new table of tenants gets row security at once, though no policy file has changed.
    assert empty.one("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'kf.half'::regclass") == "t"


def test_functions_and_migrations_are_one(empty, folder):
    """An object that a migration drops is recreated in the same transaction, or was never missing."""
    empty.migrate(sql=folder)
    add(folder, NEWEST + 1, "DROP FUNCTION kf.subdomain_free(uuid, text);")
    broken = folder / "functions" / "zzz_mine.sql"
    broken.write_text("SELECT 1/0;", encoding="utf-8")
    assert empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert empty.one("SELECT count(*) FROM pg_proc WHERE proname = 'subdomain_free'") == "1"
    broken.unlink()
    done = empty.migrate(sql=folder)
    # Its file has not changed, but the object it created is gone.
    assert "functions/business/subdomain_free.sql" not in done["files"] and done["functions"]
    assert empty.one("SELECT count(*) FROM pg_proc WHERE proname = 'subdomain_free'") == "1"
    assert empty.one("SELECT has_function_privilege('konfirmado_app', 'kf.subdomain_free(uuid, text)', 'EXECUTE')") == "t"


def test_functions_follow_their_files(empty, folder):
    empty.migrate(sql=folder)
    path = folder / "functions" / "zzz_mine.sql"
    path.write_text("CREATE OR REPLACE FUNCTION kf.mine() RETURNS int LANGUAGE sql AS 'SELECT 1';", encoding="utf-8")
    done = empty.migrate(sql=folder)
    assert (done["migrations"], done["functions"]) == ([], True)
    assert empty.one("SELECT kf.mine()") == "1" and len(done["files"]) < 12 and "functions/zzz_mine.sql" in done["files"]
    empty.sql("CREATE OR REPLACE FUNCTION kf.mine() RETURNS int LANGUAGE sql AS 'SELECT 3'", "konfirmado_owner")
    (folder / "functions" / "zzz_more.sql").write_text("SELECT 1;", encoding="utf-8")
    assert "functions/zzz_mine.sql" in empty.migrate(sql=folder)["files"]
    assert empty.one("SELECT kf.mine()") == "1"
    path.write_text("CREATE OR REPLACE FUNCTION kf.mine() RETURNS int LANGUAGE sql AS 'SELECT 2'; SELECT 1/0;",
                    encoding="utf-8")
    (_, detail), = empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert detail.startswith("functions/zzz_mine.sql could not be applied")
    assert empty.one("SELECT kf.mine()") == "1"


def test_functions_that_no_file_makes_are_dropped(empty, folder):
    mine = folder / "functions" / "zzz_mine.sql"
    gone = folder / "functions" / "zzz_gone.sql"
    mine.write_text("CREATE FUNCTION kf.mine(int) RETURNS int LANGUAGE sql AS 'SELECT 1';", encoding="utf-8")
    gone.write_text("SET ROLE konfirmado_directory; CREATE FUNCTION kf.gone() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                    " RESET ROLE;", encoding="utf-8")
    empty.migrate(sql=folder)
    extension = empty.one("SELECT count(*) FROM pg_depend WHERE deptype = 'e' AND classid = 'pg_proc'::regclass")
    mine.write_text("CREATE FUNCTION kf.mine(int, int) RETURNS int LANGUAGE sql AS 'SELECT 2';", encoding="utf-8")
    gone.unlink()
    empty.migrate(sql=folder)
    assert empty.one("SELECT string_agg(oid::regprocedure::text, ' ') FROM pg_proc WHERE proname IN ('mine', 'gone')"
                     ) == "kf.mine(integer,integer)"
    assert extension == empty.one("SELECT count(*) FROM pg_depend WHERE deptype = 'e'"
                                  " AND classid = 'pg_proc'::regclass") != "0"
    mine.unlink()
    (folder / "functions" / "zzz_user.sql").write_text("CREATE VIEW kf.uses AS SELECT kf.mine(1, 2);", encoding="utf-8")
    (_, detail), = empty.refused("migrate", "--sql-dir", folder, role="owner")
    assert detail.startswith("The database refused a statement.") and empty.one("SELECT kf.mine(1, 2)") == "2"


def test_test_clock(empty, folder):
    assert empty.migrate("--test-clock", sql=folder)["test_clock"]
    assert empty.migrate("--test-clock", sql=folder)["migrations"] == []
    (folder / "functions" / "zzz_mine.sql").write_text("SELECT 1;", encoding="utf-8")
    assert empty.migrate(sql=folder)["functions"]
    empty.sql("SELECT kf.clock_set(3600)")
    assert empty.one("SELECT kf.now() > now() + interval '59 minutes' AND (SELECT test_clock FROM kf.health())") == "t"


def test_test_clock_is_for_new_databases(empty):
    empty.migrate()
    (field, detail), = empty.refused("migrate", "--sql-dir", SQL, "--test-clock", role="owner")
    assert field == "--test-clock" and "only for a new database" in detail
    assert empty.one("SELECT to_regclass('kf.test_clock') IS NULL AND NOT test_clock FROM kf.health()") == "t"


def test_the_application_may_not(empty):
    (_, detail), = empty.refused("migrate", "--sql-dir", SQL)
    assert "konfirmado_app may not change the schema" in detail
    assert empty.one(TABLES) == "0"


def test_no_folder(empty, tmp_path):
    (_, detail), = empty.refused("migrate", "--sql-dir", tmp_path / "none", role="owner")
    assert str(tmp_path / "none") in detail and "cannot be read" in detail
