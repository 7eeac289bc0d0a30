"""A private PostgreSQL cluster, stopped and removed at the end, and konfirmadoctl of the build."""
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import uuid

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SQL = TOP / "sql"
NEWEST = len(list((SQL / "migrations").glob("*.sql")))
PROGRAM = pathlib.Path(os.environ.get("KF_BUILD_DIR", TOP)) / "konfirmadoctl"


def tool(name):
    found = shutil.which(name)
    if found:
        return found
    newest = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/" + name))
    assert newest, name + " is missing: install PostgreSQL"
    return str(newest[-1])


class Cluster:
    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="kf-ctl-"))
        self.user = "postgres" if os.getuid() == 0 else None
        if self.user:
            os.chmod(self.home, 0o755)
            shutil.chown(self.home, self.user, self.user)
        self.run("initdb", "-D", self.home / "data", "-U", "postgres", "--auth=trust", "-E", "UTF8",
                 "--locale=C.UTF-8")
        self.run("pg_ctl", "-D", self.home / "data", "-l", self.home / "log", "-w", "start", "-o",
                 "-c listen_addresses='' -c fsync=off -c unix_socket_directories=%s" % self.home)
        self.sql("postgres", (SQL / "roles.sql").read_text(encoding="utf-8"))
        self.count = 0

    def run(self, name, *words):
        # Another user's home as working directory would be refused.
        environment = dict(os.environ, HOME=str(self.home))
        user = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        subprocess.run([tool(name), *map(str, words)], check=True, cwd="/", env=environment,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)

    def sql(self, database, text, role="postgres"):
        """Runs statements; returns the last result's rows as lists of text."""
        done = subprocess.run([tool("psql"), "-X", "-q", "-At", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h",
                               str(self.home), "-U", role, "-d", database, "-f", "-"], input=text, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def database(self, template="template0"):
        self.count += 1
        name = "ctl%d" % self.count
        self.sql("postgres", "CREATE DATABASE %s OWNER konfirmado_owner TEMPLATE %s" % (name, template))
        return name

    def stop(self):
        self.run("pg_ctl", "-D", self.home / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.home)


class Ctl:
    """konfirmadoctl against one database."""

    def __init__(self, cluster, database, keys):
        self.cluster = cluster
        self.database = database
        self.keys = keys

    def conninfo(self, role="app"):
        return "host=%s dbname=%s user=konfirmado_%s" % (self.cluster.home, self.database, role)

    def command(self, *words, role="app"):
        environment = {"KONFIRMADO_DATABASE": self.conninfo(role), "KONFIRMADO_KEY_FILE": str(self.keys),
                       "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
        environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
        if "KF_CTL_PRELOAD" in os.environ:  # only the pool guard detects an overrun of a pool allocation
            environment["LD_PRELOAD"] = os.environ["KF_CTL_PRELOAD"]
        return {"args": [str(PROGRAM), *map(str, words)], "env": environment, "cwd": "/"}

    def run(self, *words, role="app", status=0):
        """Checks that its exit status is `status` (None: any); returns its output."""
        done = subprocess.run(**self.command(*words, role=role), text=True, capture_output=True, check=False,
                              timeout=60)
        assert status in (None, done.returncode), (words, done.returncode, done.stdout, done.stderr)
        return done

    def __call__(self, *words, role="app"):
        """The document of a successful command."""
        done = self.run("--json", *words, role=role)
        assert done.stderr == ""
        return json.loads(done.stdout)

    def refused(self, *words, role="app", status=1):
        """[(field, detail)] of a refused command; checks that stderr has the same."""
        done = self.run("--json", *words, role=role, status=status)
        errors = [(e["field"], e["detail"]) for e in json.loads(done.stdout)["errors"]]
        for field, detail in errors:
            assert "konfirmadoctl: %s%s" % (field + ": " if field else "", detail) in done.stderr
        return errors

    def migrate(self, *words, sql=SQL):
        return self("migrate", "--sql-dir", sql, *words, role="owner")

    def sql(self, text, role="postgres"):
        return self.cluster.sql(self.database, text, role)

    def one(self, text):
        rows = self.sql(text)
        assert len(rows) == 1 and len(rows[0]) == 1, rows
        return rows[0][0]


@pytest.fixture(scope="session")
def cluster():
    made = Cluster()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def migrated(cluster, tmp_path_factory):
    """A template database with the schema."""
    keys = tmp_path_factory.mktemp("keys") / "konfirmado.keys"
    ctl = Ctl(cluster, cluster.database(), keys)
    ctl("keys", "generate")
    ctl.migrate("--test-clock")
    return ctl


@pytest.fixture
def empty(cluster, tmp_path):
    """An empty database."""
    return Ctl(cluster, cluster.database(), tmp_path / "konfirmado.keys")


@pytest.fixture
def folder(tmp_path):
    """A copy of sql/ to change."""
    return shutil.copytree(SQL, tmp_path / "sql")


def add(folder, number, text):
    name = "%04d_more.sql" % number
    (folder / "migrations" / name).write_text(text, encoding="utf-8")
    return name


@pytest.fixture
def ctl(cluster, migrated, tmp_path):
    """An empty database with the schema, and its own key file."""
    keys = tmp_path / "konfirmado.keys"
    shutil.copy2(migrated.keys, keys)
    return Ctl(cluster, cluster.database(migrated.database), keys)


TENANT = ["tenant", "create", "--name", "Clínica Aurora", "--subdomain", "aurora"]
LETTERS = "0123456789abcdefABCDEF0123456789"
WOMPI = {"public_key": "pub_test_" + LETTERS, "private_key": "prv_test_" + LETTERS,
         "integrity_secret": "test_integrity_" + LETTERS, "events_secret": "test_events_" + LETTERS}
ACCOUNT = ["payment-account", "set", "aurora", "--provider", "wompi"]


def options(keys):
    return [word for name, value in keys.items() for word in ("--" + name.replace("_", "-"), value)]


@pytest.fixture
def aurora(ctl):
    """The same with a tenant, a service and a professional."""
    ctl.tenant = ctl(*TENANT, "--callback-url", "https://hooks.example.com/in")
    ctl.service = ctl("service", "create", "aurora", "--name", "Consulta", "--description", "Consulta general.",
                      "--duration", "30", "--price", "0")
    ctl.person = ctl("professional", "create", "aurora", "--name", "Laura", "--service", "Consulta",
                     "--hours", "mon-sun 00:00-24:00")
    ctl.link = ctl("link", "create", "aurora")
    return ctl


def book(ctl, day=3):
    """A free booking, made by the functions that the server calls."""
    claim, booking = uuid.uuid4(), uuid.uuid4()
    token = "sha256('%s')" % claim
    tenant = ctl.tenant["tenant_id"]
    ctl.sql("BEGIN; SELECT kf.hold_create('%s', '%s', '%s', '%s', '%s', date_trunc('hour', kf.now())"
            " + interval '%d days', %s, 600, 'America/Bogota', NULL);"
            " SELECT kf.booking_start('%s', '%s', '%s', '%s', %s, 'Ana Ruiz', 'ana@example.com', '+573001234567', '',"
            " 'es', 'America/Bogota'); COMMIT" % (
                tenant, claim, ctl.link["public_id"], ctl.service["service_id"], ctl.person["professional_id"], day,
                token, tenant, booking, uuid.uuid4(), claim, token), role="konfirmado_app")
    return str(booking)
