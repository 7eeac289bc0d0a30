"""One private installation for tests: httpd, PostgreSQL and the sandbox, with control of each."""
import datetime
import glob
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

from kitports import free_ports
from kitprepared import prepared

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
ASAN = os.environ.get("KF_ASAN") == "1"
# All rounds, schedules and payloads, as before a release.
FULL = os.environ.get("KF_FULL") == "1"
# The factor by which everything takes longer than on an idle machine: the suites run in parallel, and sanitizers slow
# everything down several times.
SLOW = 8 if ASAN else 4
# Many repetitions where they are useful: not for memory tests.
MANY = FULL or not ASAN
MARK = "<<end of answer>>"
UTC = datetime.timezone.utc
# The system keeps the writes of a killed process; only a power failure would lose them.
POSTGRES = ("--postgres", "fsync = off", "--postgres", "full_page_writes = off")


def build_dir():
    folder = os.environ.get("KF_BUILD_DIR")
    assert folder, "KF_BUILD_DIR must name a finished build"
    return os.path.abspath(folder)


def make_dir():
    """The build for test setup: without sanitizers, if there is one."""
    return os.path.abspath(os.environ.get("KF_MAKE_DIR") or build_dir())


def wait_until(what, seconds=10.0, step=0.05):
    """What `what()` returns as soon as it is true. Fails after `seconds`."""
    until = time.monotonic() + seconds * SLOW
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < until, "waited %.0f s for %s, last: %r" % (seconds * SLOW, what, got)
        time.sleep(step)


class Refused(Exception):
    """A command that ended with a status other than 0."""

    def __init__(self, status, said):
        super().__init__("status %d: %s" % (status, said.strip()[-2000:]))
        self.status = status
        self.said = said


class Psql:
    """A persistent psql session; rows as dicts."""

    def __init__(self, command, env=None):
        self.lock = threading.RLock()
        self.command = command
        self.env = env
        self.process = None

    def _start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, cwd="/", env=self.env)

    def run(self, text):
        """Runs statements; returns their unaligned output. A failed statement raises."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                self._start()
            try:
                self.process.stdin.write("%s\n;\n\\echo %s\n" % (text.rstrip().rstrip(";"), MARK))
                self.process.stdin.flush()
            except BrokenPipeError:
                self.close()
                raise Refused(2, "psql is gone") from None
            lines = []
            for line in self.process.stdout:
                if line.strip() == MARK:
                    break
                lines.append(line)
            else:
                self.close()
                raise Refused(2, "".join(lines))
        said = "".join(lines)
        if re.search(r"^(psql:.*)?(ERROR|FATAL|PANIC):", said, re.M):
            raise Refused(1, said)
        return said

    def rows(self, query):
        text = "SELECT coalesce(json_agg(q), '[]') FROM (%s) q" % query.rstrip().rstrip(";")
        try:
            return json.loads(self.run(text))
        except Refused as error:
            if error.status != 2:
                raise
        # The server was restarted: reading again does no harm.
        return json.loads(self.run(text))

    def close(self):
        with self.lock:
            if self.process is not None:
                self.process.kill()
                self.process.wait()
                self.process.stdin.close()
                self.process.stdout.close()
                self.process = None


class Demo:
    def __init__(self, folder, directives=(), mpm="event", preload=None, env=None, calendar=False):
        self.dir = str(folder)
        self.calendar = calendar  # with the professional who has connected a calendar
        self.directives = list(directives)
        self.mpm = mpm
        # A busy machine is not the database's fault: the example's 2 s are for a dedicated server.
        self.env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", KF_DEMO_PREPARED=prepared(make_dir()),
                        KF_DEMO_CONNECT_TIMEOUT="5", **(env or {}))
        if preload:
            self.env["KF_HTTPD_PRELOAD"] = preload
        self.port = free_ports()
        self.httpd = None  # a server that this object started itself
        self.batch = None  # konfirmadoctl, waiting for commands
        self.making = threading.Lock()
        self.db = None

    # --- life ---

    def start(self):
        said = self.demo("--detach", "--json", "--port", str(self.port), "--mpm", self.mpm,
                         *([] if self.calendar else ["--no-calendar"]), *POSTGRES,
                         *[word for one in self.directives for word in ("--directive", one)])
        self.about = json.loads(said)
        with open(os.path.join(self.dir, "demo.json"), encoding="utf-8") as handle:
            state = json.load(handle)
        self.home = state["home"]
        self.socket = state["socket"]
        self.sandbox_url = self.about["sandbox_url"]
        self.sandbox_port = int(self.sandbox_url.rsplit(":", 1)[1])
        self.conf = os.path.join(self.home, "run", "httpd.conf")
        self.pg_log = os.path.join(self.home, "pg", "postgresql.log")
        self.pg_data = os.path.join(self.home, "pg", "data")
        self.error_log = self.about["error_log"]
        self.access_log = self.about["access_log"]
        self.httpd_out = os.path.join(self.home, "log", "httpd.out")
        self.db = Psql(self.as_postgres([self.pg_tool("psql"), "-X", "-q", "-At", "-h", self.socket, "-U", "postgres",
                                         "-d", "konfirmado"]))
        self.shift = 0
        return self

    def demo(self, *words):
        """conf/demo with these arguments; returns its stdout."""
        done = subprocess.run([os.path.join(TOP, "conf/demo"), *words, "--dir", self.dir], env=self.env, cwd="/",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120 * SLOW, check=False)
        if done.returncode != 0:
            raise Refused(done.returncode, done.stdout + done.stderr)
        return done.stdout

    def stop(self):
        if self.db:
            self.db.close()
        if self.batch:
            self.batch.communicate()
        if ASAN:
            self.end_slowly()
        if self.httpd and self.httpd.poll() is None:
            self.httpd.terminate()
            try:
                self.httpd.wait(20 * SLOW)
            except subprocess.TimeoutExpired:
                os.killpg(self.httpd.pid, signal.SIGKILL)
        try:
            self.demo("stop")
        finally:
            # The demo does not know a server that a test restarted.
            if os.path.exists(os.path.join(self.pg_data, "postmaster.pid")):
                self.pg_ctl("stop", "-m", "immediate")

    def end_slowly(self):
        """Ends httpd gracefully: a process looks for leaks when it ends, and a hard stop would hurry it."""
        try:
            pid = self.httpd_pid()
            os.kill(pid, signal.SIGWINCH)
        except (OSError, ValueError):
            return  # it has already ended
        until = time.monotonic() + 60
        while alive(pid) and time.monotonic() < until:
            time.sleep(0.05)

    # --- database ---

    @staticmethod
    def pg_tool(name):
        found = glob.glob("/usr/lib/postgresql/*/bin/" + name)
        return max(found, key=lambda path: int(path.split("/")[4]))

    @staticmethod
    def as_postgres(command):
        return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command

    def pg_ctl(self, action, *options):
        command = [self.pg_tool("pg_ctl"), "-D", self.pg_data, "-w", "-t", "60", "-l", self.pg_log, action, *options]
        return subprocess.run(self.as_postgres(command), cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def pg_kill9(self):
        """kill -9 of the postmaster. Returns when its processes are gone."""
        with open(os.path.join(self.pg_data, "postmaster.pid"), encoding="ascii") as handle:
            pid = int(handle.readline())
        children = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, text=True, check=False).stdout.split()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(os.path.exists("/proc/" + one) for one in children), 20)

    def sql(self, query):
        """Rows of a query as the superuser (row security does not apply)."""
        return self.db.rows(query)

    def one(self, query):
        """The only value of the only row."""
        (row,) = self.sql(query)
        (value,) = row.values()
        return value

    def run(self, text):
        return self.db.run(text)

    # --- clock ---

    def clock_to(self, seconds):
        """Sets the test clock's shift. The sandbox first: a callback is signed with the database's time."""
        with open(self.about["clock_file"], "w", encoding="ascii") as handle:
            handle.write("%d\n" % seconds)
        self.run("SELECT kf.clock_set(%d)" % seconds)
        self.shift = seconds

    def advance(self, seconds):
        self.clock_to(self.shift + int(seconds))

    def now(self):
        return datetime.datetime.now(UTC) + datetime.timedelta(seconds=self.shift)

    def clock_at(self, moment, late=0):
        """Sets the clock to a moment (aware datetime or ISO text), `late` seconds after it; whole seconds."""
        if isinstance(moment, str):
            moment = instant(moment)
        away = (moment - datetime.datetime.now(UTC)).total_seconds() + late
        self.clock_to(int(away // 1) + (1 if late >= 0 else 0))

    # --- command and sandbox ---

    def ctl(self, *words, role="app", env=None, plain=False):
        """konfirmadoctl; its JSON document."""
        flags = [] if plain else ["--json"]
        done = subprocess.run([os.path.join(build_dir(), "konfirmadoctl"), *flags, *map(str, words)],
                              env={**self.ctl_env(role), **(env or {})}, cwd="/", stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60 * SLOW, check=False)
        if done.returncode != 0:
            raise Refused(done.returncode, done.stdout + done.stderr)
        return done.stdout if plain else (json.loads(done.stdout) if done.stdout.strip() else None)

    def ctl_env(self, role="app"):
        return {**self.env, "KONFIRMADO_DATABASE": self.about["database_" + role],
                "KONFIRMADO_KEY_FILE": os.path.join(self.home, "keys", "konfirmado.keys")}

    def make(self, *words):
        """The same for test setup, which runs the same six commands thousands of times: in one process, without
        sanitizers."""
        program = os.path.join(make_dir(), "konfirmadoctl")
        with self.making:
            for again in (False, True):
                if self.batch is None or self.batch.poll() is not None:
                    self.batch = subprocess.Popen([program, "--json", "batch"], env=self.ctl_env(), cwd="/", text=True,
                                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                try:
                    self.batch.stdin.write(json.dumps([str(word) for word in words]) + "\n")
                    self.batch.stdin.flush()
                except BrokenPipeError:
                    pass
                said = self.batch.stdout.readline()
                if said and '"errors"' not in said:
                    return json.loads(said)
                said += self.batch.communicate()[1]
                status = self.batch.returncode
                # The server was restarted since.
                if again or status != 3:
                    raise Refused(status, said)

    def sandbox(self, path, body=None, method=None, ok=True):
        """POST (or GET without a body) /_control/PATH of the sandbox."""
        return self.fetch("/_control/" + path, body, method, ok)

    def fetch(self, path, body=None, method=None, ok=True):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.sandbox_port, path), data,
                                         {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace")
            assert not ok, "%s: %d %s" % (path, error.code, said)
            return json.loads(said)

    def inbox(self, name):
        """Callbacks that the receiver of that name received, oldest first."""
        return self.fetch("/merchant/inbox.json?name=" + name)[::-1]

    # --- httpd ---

    def httpd_pid(self):
        with open(os.path.join(self.home, "run", "httpd.pid"), encoding="ascii") as handle:
            return int(handle.read())

    def children(self):
        done = subprocess.run(["pgrep", "-P", str(self.httpd_pid())], stdout=subprocess.PIPE, text=True, check=False)
        return [int(one) for one in done.stdout.split()]

    def graceful(self):
        os.kill(self.httpd_pid(), signal.SIGUSR1)

    def knows_key(self, kid):
        """Whether a server has reported it."""
        return self.one("SELECT count(*) FROM kf.meta WHERE key = 'server/%s/%d' AND value::jsonb->'kids' ? '%s'"
                        % (socket.gethostname(), self.httpd_pid(), kid)) == 1

    def new_key(self, kid):
        """Adds a key, first in the file. Servers that other tests ended are recorded as ended long ago."""
        self.ctl("keys", "generate", "--kid", kid, "--file", os.path.join(self.home, "keys", "konfirmado.keys"))
        self.run("DELETE FROM kf.meta WHERE key LIKE 'server/%'")

    def httpd_kill9(self):
        """Kills the parent and all children at once: no cleanup runs."""
        pid = self.httpd_pid()
        group = [pid, *self.children()]
        for one in group:
            os.kill(one, signal.SIGKILL)
        wait_until(lambda: not any(alive(one) for one in group), 10)
        os.unlink(os.path.join(self.home, "run", "httpd.pid"))

    def httpd_env(self):
        """httpd's environment: no proxies, and the preloaded libraries."""
        environment = {k: v for k, v in self.env.items() if not k.lower().endswith("_proxy")}
        if environment.get("KF_HTTPD_PRELOAD"):
            environment["LD_PRELOAD"] = environment["KF_HTTPD_PRELOAD"]
        if environment.get("KF_HTTPD_LSAN_OPTIONS"):
            environment["LSAN_OPTIONS"] = environment["KF_HTTPD_LSAN_OPTIONS"]
        return environment

    def check_env(self):
        """The same for `httpd -t`, which ends at once: it skips leak detection."""
        environment = self.httpd_env()
        environment.pop("LSAN_OPTIONS", None)
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "").replace("detect_leaks=1", "detect_leaks=0")
        return environment

    def httpd_start(self):
        with open(self.httpd_out, "a", encoding="ascii") as out:
            self.httpd = subprocess.Popen(["/usr/sbin/apache2", "-f", self.conf, "-DFOREGROUND"], stdout=out, stderr=out,
                                          stdin=subprocess.DEVNULL, cwd="/", env=self.httpd_env(), start_new_session=True)
        wait_until(self.healthy, 20)

    def healthy(self):
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                    "http://127.0.0.1:%d/health" % self.port, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as handle:
            return handle.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def instant(text):
    """An RFC 3339 time (or PostgreSQL's JSON form of one) as an aware datetime."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "T"))
