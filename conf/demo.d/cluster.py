"""A private PostgreSQL cluster: its own data, a unix socket in the demo's folder, no TCP port."""
import glob
import os
import pwd
import re
import secrets
import shutil
import tempfile

from builder import TOP
from say import Refused, progress, run, tail

DATABASE = "konfirmado"
SOCKET_PATH_MAX = 107  # maximum bytes in a unix socket's path
SETTINGS = """
# Written by conf/demo.
listen_addresses = ''
unix_socket_directories = '%(socket)s'
unix_socket_permissions = 0777
max_connections = 120
shared_buffers = 128MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = off
log_line_prefix = '%%m [%%p] %%q%%u@%%d '
log_lock_waits = on
"""
ACCESS = """# Written by conf/demo: the roles of Konfirmado by password, the superuser only as the system's user.
local all postgres peer map=demo
local all all scram-sha-256
"""


def tool(name):
    """A program of the newest PostgreSQL (15 or newer) of this machine."""
    found = [(int(m.group(1)), path) for path in glob.glob("/usr/lib/postgresql/*/bin/" + name)
             if (m := re.search(r"/postgresql/(\d+)/", path))]
    if not found or max(found)[0] < 15:
        raise Refused("PostgreSQL 15 or newer is missing: install the Debian package postgresql-15")
    return max(found)[1]


class Cluster:
    def __init__(self, state):
        self.state = state
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.data = state.path("pg", "data")
        self.log = state.path("pg", "postgresql.log")
        # The data folder of a stopped cluster with this tree's schema; the new cluster starts as a copy of it.
        self.prepared = os.environ.get("KF_DEMO_PREPARED")

    def _as_user(self, command):
        if os.getuid() == 0:
            return ["runuser", "-u", self.user, "--", *command]
        return command

    def run(self, command, what, **options):
        # The current folder may be one that this user cannot enter.
        return run(self._as_user(command), what, cwd="/", **options)

    def socket(self):
        return self.state.data["socket"]

    def make(self, settings=()):
        """A data folder, access rules, the socket's folder; `settings` are added to PostgreSQL's own."""
        self.state.folder("pg", owner=self.user)
        socket = self.state.path("run", "pg")
        # A connection string would need quotes around anything else.
        if len(socket) + len("/.s.PGSQL.5432") > SOCKET_PATH_MAX or not re.fullmatch(r"[\w./-]+", socket, re.A):
            socket = tempfile.mkdtemp(prefix="kf-", dir="/tmp")
        self.state.data["socket"] = socket
        progress("creating a PostgreSQL cluster in %s" % self.data)
        if self.prepared:
            self.run(["cp", "-a", self.prepared, self.data], "copying the prepared data folder")
        else:
            self.run([tool("initdb"), "-D", self.data, "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8",
                      "--auth=peer"], "initdb")
        for name, text in (("pg_hba.conf", ACCESS),
                           ("pg_ident.conf", "demo %s postgres\n" % self.user),
                           ("postgresql.auto.conf", SETTINGS % {"socket": socket} + "".join("%s\n" % one for one in settings))):
            path = os.path.join(self.data, name)
            self.state.write(path, text, 0o600)
            if os.getuid() == 0:
                shutil.chown(path, self.user, self.user)
        self.state.data["passwords"] = {"owner": secrets.token_hex(16), "app": secrets.token_hex(16)}
        self.state.save()

    def start(self):
        os.makedirs(self.socket(), exist_ok=True)
        os.chmod(self.socket(), 0o755)
        if os.getuid() == 0:
            shutil.chown(self.socket(), self.user)
        try:
            self.run([tool("pg_ctl"), "-D", self.data, "-l", self.log, "-w", "-t", "120", "start"], "starting PostgreSQL",
                     stdin=-3)
        except Refused as error:
            raise Refused("%s\n%s" % (error, tail(self.log))) from error
        with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as handle:
            self.state.remember("postgres", int(handle.readline()))

    def stop(self):
        if self.state.alive("postgres"):
            self.run([tool("pg_ctl"), "-D", self.data, "-m", "fast", "-w", "-t", "30", "stop"], "stopping PostgreSQL")
        self.state.end("postgres")

    def sql(self, text, database=DATABASE):
        """Runs statements as the superuser; returns the rows as text, columns separated by tabs."""
        return self.run([tool("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.socket(), "-U", "postgres",
                         "-d", database, "-At", "-F", "\t", "-f", "-"], "psql", input=text).strip()

    def create_database(self):
        """Roles, their passwords, the database; safe to run again."""
        with open(os.path.join(TOP, "sql/roles.sql"), encoding="utf-8") as handle:
            self.sql(handle.read(), "postgres")
        for role, password in self.state.data["passwords"].items():
            # Hex digits only, so the quoting cannot go wrong.
            self.sql("ALTER ROLE konfirmado_%s PASSWORD '%s'" % (role, password), "postgres")
        if not self.sql("SELECT 1 FROM pg_database WHERE datname = '%s'" % DATABASE, "postgres"):
            self.sql("CREATE DATABASE %s OWNER konfirmado_owner TEMPLATE template0 ENCODING 'UTF8'" % DATABASE,
                     "postgres")

    def conninfo(self, role):
        return "host=%s port=5432 dbname=%s user=konfirmado_%s password=%s" % (
            self.socket(), DATABASE, role, self.state.data["passwords"][role])
