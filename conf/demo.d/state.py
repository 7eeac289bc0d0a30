"""The folder of a demo: its files, its running processes, its lock.

DIR/demo.json      the demo's ports, secrets and links and, while it runs, its processes
DIR/lock           held by the command that starts or stops the demo
HOME/              everything else. HOME is DIR, or a folder in /tmp if the users of PostgreSQL
                   and httpd cannot reach DIR (a folder under /root, for example).
"""
import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import stat
import tempfile
import time

from say import Refused, progress

VERSION = 1


def process_fields(pid):
    """The fields of /proc/PID/stat after the name: state, parent, group, session, ...; None without a process."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as handle:
            return handle.read().rpartition(")")[2].split()
    except OSError:
        return None


def process_started(pid):
    """When the process began, in clock ticks since boot; None if there is none (or a zombie)."""
    fields = process_fields(pid)
    return None if fields is None or fields[0] in ("Z", "X") else int(fields[19])


def session_of(leader):
    """The processes of a session, without its leader."""
    members = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != leader]
    return [pid for pid in members if (fields := process_fields(pid)) and int(fields[3]) == leader]


def reachable(path):
    """Whether any user can reach the folder: all its parents allow others to traverse them."""
    while path != "/":
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & stat.S_IXOTH:
            return False
    return True


class State:
    def __init__(self, folder):
        self.dir = os.path.realpath(folder)
        self.file = os.path.join(self.dir, "demo.json")
        self.data = {}

    # --- the file ---

    def load(self):
        """True if the folder is one of a demo."""
        try:
            with open(self.file, encoding="utf-8") as handle:
                self.data = json.load(handle)
        except FileNotFoundError:
            return False
        except ValueError as error:
            raise Refused("%s cannot be read: %s" % (self.file, error)) from error
        if self.data.get("version") != VERSION:
            raise Refused("%s belongs to another version of conf/demo: remove the folder" % self.file)
        if not os.path.isdir(self.data["home"]):
            raise Refused("the data of this demo (%s) is gone: remove %s" % (self.data["home"], self.dir))
        return True

    def save(self):
        # It contains secrets of the demo.
        handle = os.open(self.file + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(self.data, out, indent=1)
        os.replace(self.file + ".new", self.file)

    def create(self):
        """Creates the folder, or takes an empty one; never another user's."""
        if set(os.listdir(self.dir)) - {"lock"}:
            raise Refused("%s is not empty: give --dir a new or an empty folder" % self.dir)
        if os.stat(self.dir).st_uid != os.getuid():
            raise Refused("%s belongs to another user: give --dir a folder of your own" % self.dir)
        home = self.dir
        if os.getuid() == 0:
            os.chmod(self.dir, stat.S_IMODE(os.stat(self.dir).st_mode) | 0o111)
            if not reachable(self.dir):
                home = tempfile.mkdtemp(prefix="konfirmado-demo-", dir="/tmp")
                os.chmod(home, 0o711)
                progress("only root can reach %s: the data is in %s" % (self.dir, home))
        self.data = {"version": VERSION, "home": home, "processes": {}}
        self.save()

    @contextlib.contextmanager
    def locked(self):
        if os.path.exists(self.dir) and not os.path.isdir(self.dir):
            raise Refused("%s is not a folder" % self.dir)
        os.makedirs(self.dir, mode=0o755, exist_ok=True)
        with open(os.path.join(self.dir, "lock"), "w", encoding="ascii") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Refused("another conf/demo is using %s" % self.dir) from error
            yield

    # --- places ---

    def path(self, *parts):
        return os.path.join(self.data["home"], *parts)

    def folder(self, *parts, owner=None, mode=0o755):
        """A folder of the demo, made if needed; `owner` is the name of a user."""
        path = self.path(*parts)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        if owner and os.getuid() == 0:
            entry = pwd.getpwnam(owner)
            os.chown(path, entry.pw_uid, entry.pw_gid)
        return path

    def write(self, path, text, mode=0o644):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, mode)

    def forget_data(self):
        """Removes what a start that never finished left in HOME."""
        for name in ("pg", "run", "keys", "sandbox", "htdocs", "lib"):
            shutil.rmtree(self.path(name), ignore_errors=True)

    # --- processes ---

    def remember(self, name, pid):
        self.data["processes"][name] = {"pid": pid, "started": process_started(pid)}
        self.save()

    def alive(self, name):
        """The pid of our process if it still runs, None otherwise (pids are reused)."""
        entry = self.data.get("processes", {}).get(name)
        if entry and entry["started"] is not None and process_started(entry["pid"]) == entry["started"]:
            return entry["pid"]
        return None

    def running(self):
        return [name for name in self.data.get("processes", {}) if self.alive(name)]

    def end(self, name, patience=15):
        """Ends a process of ours, with KILL if it does not react, and its remaining children."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            pid = self.alive(name)
            if pid is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            until = time.monotonic() + patience
            while self.alive(name) and time.monotonic() < until:
                time.sleep(0.05)
        self._end_orphans(name)
        self.data["processes"].pop(name, None)
        self.save()

    def _end_orphans(self, name):
        """Children that outlived a killed leader: each leader of ours has a session of its own."""
        entry = self.data["processes"].get(name)
        # While a session has members, the system does not reuse its id.
        if entry and name != "postgres" and process_started(entry["pid"]) is None:
            for pid in session_of(entry["pid"]):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
