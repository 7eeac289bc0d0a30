"""The environment of the benchmark: a build, a private PostgreSQL cluster, its own httpd."""
import base64
import glob
import os
import re
import shutil
import signal
import subprocess
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.getuid() == 0
# Database connections of one httpd process. On two cores shared with PostgreSQL, 6 gave one and a half times the
# throughput of 16: connections beyond the cores only take turns.
CONNECTIONS = 3 * (os.cpu_count() or 2)
PROCESSES = 2
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '%(dir)s/sock'
unix_socket_permissions = 0777
max_connections = 200
shared_buffers = %(buffers)s
jit = off
fsync = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = off
log_min_messages = warning
log_min_error_statement = panic
maintenance_work_mem = 512MB
max_wal_size = 8GB
checkpoint_timeout = 1h
# Vacuumed between the runs instead, so that it falls into none of them.
autovacuum = off
"""
ACCESS = """local all postgres peer map=bench
local all konfirmado_owner,konfirmado_app trust
"""
KEYS = {"public": "pub_test_bench", "private": "prv_test_bench", "integrity": "test_integrity_bench",
        "events": "test_events_bench"}


class Refused(Exception):
    """The run cannot continue; the message gives the reason."""


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        raise Refused("%s failed:\n%s" % (" ".join(command[:4]), done.stdout[-3000:]))
    return done.stdout


def pg_tool(name):
    found = [(int(m.group(1)), path) for path in glob.glob("/usr/lib/postgresql/*/bin/" + name)
             if (m := re.search(r"/postgresql/(\d+)/", path))]
    if not found or max(found)[0] < 15:
        raise Refused("PostgreSQL 15 or newer is missing: install the Debian package postgresql-15")
    return max(found)[1]


def need(*names):
    for name in names:
        if not shutil.which(name) and not os.path.exists("/usr/sbin/" + name):
            raise Refused("%s is missing: conf/install-deps installs what the benchmark needs" % name)


def memory_kb(field):
    with open("/proc/meminfo", encoding="ascii") as handle:
        return int(re.search(field + r":\s+(\d+)", handle.read()).group(1))


class Build:
    """The module, the command, and the two modules to compare with."""

    def __init__(self, scratch):
        self.folder = os.environ.get("KF_BUILD_DIR") or os.path.join(scratch, "build")
        self.scratch = scratch
        self.module = os.path.join(self.folder, "mod_konfirmado/mod_konfirmado.so")
        self.ctl = os.path.join(self.folder, "konfirmadoctl")

    def make(self):
        if not os.environ.get("KF_BUILD_DIR"):
            os.makedirs(self.folder, exist_ok=True)
            if not os.path.exists(os.path.join(TOP, "configure")):
                run(["autoreconf", "-fi"], cwd=TOP)
            run([os.path.join(TOP, "configure"), "CFLAGS=-O2 -g"], cwd=self.folder)
            run(["make", "-j%d" % (os.cpu_count() or 1)], cwd=self.folder)
        for path in (self.module, self.ctl):
            if not os.path.exists(path):
                raise Refused("%s is missing: is %s the folder of a finished build?" % (path, self.folder))
        self._compile()

    def _compile(self):
        flags = ["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra"]
        include = ["-I" + run(["apxs", "-q", "includedir"]).strip()]
        for tool, ask in (("apr-1-config", ["--cppflags", "--includes"]), ("apu-1-config", ["--includes"]),
                          ("pkg-config", ["--cflags", "libpq"])):
            include += run([tool, *ask]).split()
        for name in ("ceiling", "trivial"):
            run(["cc", *flags, "-fPIC", "-shared", *include, "-o", "%s/mod_%s.so" % (self.scratch, name),
                 "%s/ceiling/mod_%s.c" % (HERE, name), "-lpq"])
        run(["cc", *flags, "-pthread", "-o", self.scratch + "/pace", HERE + "/ceiling/pace.c"])


class Cluster:
    """PostgreSQL with one database for each amount of bookings."""

    def __init__(self, scratch):
        self.dir = os.path.join(scratch, "pg")
        self.pid = None

    def _user(self, command):
        return ["runuser", "-u", "postgres", "--", *command] if ROOT else command

    def start(self):
        user = "postgres" if ROOT else run(["id", "-un"]).strip()
        os.makedirs(self.dir)
        buffers = "2GB" if memory_kb("MemAvailable") > 6 << 20 else "%dMB" % (memory_kb("MemTotal") // 4096)
        for folder in ("", "/sock"):
            os.makedirs(self.dir + folder, exist_ok=True)
            os.chmod(self.dir + folder, 0o755)
            if ROOT:
                shutil.chown(self.dir + folder, user, user)
        run(self._user([pg_tool("initdb"), "-D", self.dir + "/data", "-U", "postgres", "--encoding=UTF8",
                        "--locale=C.UTF-8", "--auth=peer"]), cwd="/")
        for name, text in (("pg_hba.conf", ACCESS), ("pg_ident.conf", "bench %s postgres\nbench root postgres\n" % user),
                           ("postgresql.auto.conf", SETTINGS % {"dir": self.dir, "buffers": buffers})):
            with open(self.dir + "/data/" + name, "w", encoding="utf-8") as handle:
                handle.write(text)
        run(self._user([pg_tool("pg_ctl"), "-D", self.dir + "/data", "-l", self.dir + "/log", "-w", "-t", "60",
                        "start"]), cwd="/", stdin=subprocess.DEVNULL)
        with open(self.dir + "/data/postmaster.pid", encoding="ascii") as handle:
            self.pid = int(handle.readline())

    def stop(self):
        if self.pid:
            run(self._user([pg_tool("pg_ctl"), "-D", self.dir + "/data", "-m", "immediate", "-w", "stop"]), cwd="/")
            self.pid = None

    def conninfo(self, database, role="konfirmado_app"):
        return "host=%s/sock dbname=%s user=%s" % (self.dir, database, role)

    def sql(self, database, text, **values):
        command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo(database, "postgres"), "-f", "-"]
        for name, value in values.items():
            command += ["-v", "%s=%s" % (name, value)]
        return run(command, input=text).strip()

    def create(self, database, build):
        with open(TOP + "/sql/roles.sql", encoding="utf-8") as handle:
            self.sql("postgres", handle.read())
        self.sql("postgres", "CREATE DATABASE %s OWNER konfirmado_owner" % database)
        run([build.ctl, "--database", self.conninfo(database, "konfirmado_owner"), "migrate", "--sql-dir", TOP + "/sql"])


class Server:
    """httpd with Konfirmado and the comparison modules, one port for each database."""

    def __init__(self, scratch, build, cluster):
        self.scratch, self.build, self.cluster = scratch, build, cluster
        self.process = None

    def _vhost(self, port, database):
        return """
Listen 127.0.0.1:%(port)d
<VirtualHost 127.0.0.1:%(port)d>
    ServerName localhost
    ServerAlias *.localhost
    DocumentRoot "%(scratch)s/static"
    DBDriver pgsql
    DBDParams "%(conninfo)s connect_timeout=2"
    DBDMin 1
    DBDKeep %(max)d
    DBDMax %(max)d
    DBDExptime 3600
    Konfirmado On
    KonfirmadoBaseURL http://localhost:%(port)d
    KonfirmadoAllowInsecureHTTP On
    KonfirmadoKeyFile "%(scratch)s/keys"
    KonfirmadoTemplates "%(top)s/htdocs/templates"
    KonfirmadoMessages "%(top)s/htdocs/i18n"
    KonfirmadoCommonPasswords "%(top)s/conf/common-passwords.txt"
    KonfirmadoOpenAPI "%(build)s/htdocs/openapi.json"
    KonfirmadoJobs Off
    KonfirmadoRateLimit read off
    KonfirmadoRateLimit hold off
    KonfirmadoRateLimit book off
    KonfirmadoRateLimit webhook off
    KonfirmadoHoldsPerAddress 0
    KonfirmadoHoldsPerNetwork 0
    KonfirmadoHoldShare 0
</VirtualHost>
""" % {"port": port, "scratch": self.scratch, "top": TOP, "build": self.build.folder, "conninfo": self.cluster.conninfo(database),
            "max": CONNECTIONS + 1}

    def _configuration(self, databases):
        modules = run(["apxs", "-q", "LIBEXECDIR"]).strip()
        load = "".join("LoadModule %s_module %s/mod_%s.so\n" % (name, modules, name)
                       for name in ("mpm_event", "authz_core", "mime", "dbd"))
        return """ServerRoot "%(s)s"
DefaultRuntimeDir "%(s)s"
PidFile "%(s)s/httpd.pid"
ServerName localhost
%(load)sLoadModule ceiling_module "%(s)s/mod_ceiling.so"
LoadModule trivial_module "%(s)s/mod_trivial.so"
LoadModule konfirmado_module "%(module)s"
%(user)s
ServerLimit %(n)d
StartServers %(n)d
ThreadsPerChild 32
MaxRequestWorkers %(workers)d
MinSpareThreads 1
MaxSpareThreads %(workers)d
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
ErrorLog "%(s)s/error.log"
LogLevel warn
TypesConfig /dev/null
KonfirmadoDBConnections %(connections)d
<Directory />
    AllowOverride None
    Options FollowSymLinks
    Require all granted
</Directory>
""" % {"s": self.scratch, "load": load, "module": self.build.module, "n": PROCESSES,
            "user": "User www-data\nGroup www-data" if ROOT else "", "workers": PROCESSES * 32,
            "connections": CONNECTIONS} + "".join(self._vhost(p, d) for d, p in databases.items())

    def prepare(self, databases):
        """databases: name -> port. The folders, the key file, the configuration."""
        os.makedirs(self.scratch + "/static", exist_ok=True)
        os.chmod(self.scratch, 0o755)
        for name, size in (("1k.html", 1024), ("20k.html", 20480)):
            with open("%s/static/%s" % (self.scratch, name), "w", encoding="ascii") as handle:
                handle.write("x" * size)
        # The format that lib/crypto/keyring.h describes: an id and 32 bytes.
        with open(os.open(self.scratch + "/keys", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as handle:
            handle.write(b"bench " + base64.b64encode(os.urandom(32)) + b"\n")
        with open(self.scratch + "/httpd.conf", "w", encoding="utf-8") as handle:
            handle.write(self._configuration(databases))

    def start(self):
        self.process = subprocess.Popen(["/usr/sbin/apache2", "-f", self.scratch + "/httpd.conf", "-DFOREGROUND"],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                                        stdout=open(self.scratch + "/httpd.out", "w", encoding="utf-8"))
        time.sleep(1.5)
        if self.process.poll() is not None:
            raise Refused("httpd did not start:\n" + self.tail())

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def tail(self):
        text = ""
        for name in ("httpd.out", "error.log"):
            path = os.path.join(self.scratch, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as handle:
                    text += handle.read()[-2000:]
        return text
