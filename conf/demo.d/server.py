"""The web server and the sandbox: their files, start and health."""
import http.client
import os
import shutil
import socket
import subprocess
import time

import connect
from builder import TOP
from say import Refused, run, tail

APACHE = "/usr/sbin/apache2"
MODULES = "/usr/lib/apache2/modules"
HERE = os.path.dirname(os.path.abspath(__file__))
# Directives that may occur several times: --directive adds one instead of replacing them.
ADDED = {"loadmodule", "include", "includeoptional", "define", "setenv", "passenv", "header"}
FIRST = {"loadmodule", "define"}  # must precede everything else
WEB_USER = "www-data"


def taken(port):
    """Whether something listens on the port, on either loopback address."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.settimeout(1)
                if probe.connect_ex((address, port)) == 0:
                    return True
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        except OSError:
            continue  # this machine lacks the address family
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError:
        return True
    return False


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def replace_directive(text, directive):
    """The configuration with one directive replaced, or added to the virtual host."""
    name, _, value = directive.strip().partition(" ")
    if not name.replace("_", "").isalnum() or not value.strip() or "\n" in directive:
        raise Refused("--directive takes 'Name value', not %r" % directive)
    lines = text.splitlines()
    at = [n for n, line in enumerate(lines) if line.split(maxsplit=1)[:1] and
          line.split(maxsplit=1)[0].lower() == name.lower()]
    if at and name.lower() not in ADDED:
        indent = lines[at[0]][:len(lines[at[0]]) - len(lines[at[0]].lstrip())]
        lines[at[0]] = indent + directive.strip()
        lines = [line for n, line in enumerate(lines) if n not in at[1:]]
    elif name.lower() in FIRST:
        lines.insert(next(n for n, line in enumerate(lines) if line.startswith("LoadModule konfirmado")), directive)
    else:
        lines.insert(lines.index("</VirtualHost>"), "    " + directive.strip())
    return "\n".join(lines) + "\n"


def replace_directives(text, directives):
    """The same for all given directives; a name given twice occurs twice."""
    seen = set()
    for directive in directives:
        name = directive.strip().split(" ", 1)[0].lower()
        if name in seen:
            text = text.replace("</VirtualHost>\n", "    %s\n</VirtualHost>\n" % directive.strip())
        else:
            text = replace_directive(text, directive)
        seen.add(name)
    return text


def sanitizers(folder):
    """The environment for a module that was built with --enable-asan; its reports go to the folder."""
    said = run([os.path.join(TOP, "tests/asan/env.sh"), folder], "the sanitizers")
    return dict(line.split("=", 1) for line in said.splitlines())


class Server:
    """httpd of one demo."""

    def __init__(self, state):
        self.state = state
        self.conf = state.path("run", "httpd.conf")
        self.error_log = state.path("log", "error.log")
        self.access_log = state.path("log", "access.log")
        self.sanitizer_reports = state.path("log", "sanitizer")

    def install(self, module, built):
        """Copies what httpd reads, so that a build beside a running demo does not disturb it."""
        self.state.folder("lib")
        target = self.state.path("lib", "mod_konfirmado.so")
        shutil.copyfile(module, target + ".new")
        os.chmod(target + ".new", 0o644)
        os.replace(target + ".new", target)
        common = self.state.path("lib", "common-passwords.txt")
        shutil.copyfile(os.path.join(TOP, "conf/common-passwords.txt"), common)
        os.chmod(common, 0o644)
        shutil.rmtree(self.state.path("htdocs"), ignore_errors=True)
        shutil.copytree(os.path.join(TOP, "htdocs"), self.state.path("htdocs"))
        for path in built:
            shutil.copy(path, self.state.path("htdocs", path.rpartition("/htdocs/")[2]))
        shutil.copytree(os.path.join(HERE, "img"), self.state.path("htdocs", "assets", "demo"))
        os.makedirs(self.state.path("htdocs", "none"))
        for folder, _, files in os.walk(self.state.path("htdocs")):
            os.chmod(folder, 0o755)
            for name in files:
                os.chmod(os.path.join(folder, name), 0o644)
        self.state.folder("log")
        shutil.rmtree(self.sanitizer_reports, ignore_errors=True)

    def configure(self, cluster, mpm, directives):
        data = self.state.data
        listen = ["Listen 127.0.0.1:%d" % data["port"]]
        if has_ipv6():
            listen.append("Listen [::1]:%d" % data["port"])
        user = "User %s\nGroup %s" % (WEB_USER, WEB_USER) if os.getuid() == 0 else ""
        values = {
            "HOME": data["home"], "RUN": self.state.path("run"), "MODULES": MODULES, "MPM": mpm,
            "MODULE": self.state.path("lib", "mod_konfirmado.so"), "PORT": str(data["port"]),
            "LISTEN": "\n".join(listen), "USER": user,
            "ERROR_LOG": self.error_log, "ACCESS_LOG": self.access_log,
            "DBD_PARAMS": "%s connect_timeout=%s tcp_user_timeout=5000 keepalives_idle=30 application_name=konfirmado"
                          % (cluster.conninfo("app"), os.environ.get("KF_DEMO_CONNECT_TIMEOUT", "2")),
            "BASE_URL": data["base_url"], "KEY_FILE": self.state.path("keys", "konfirmado.keys"),
            "SANDBOX_PORT": str(data["sandbox_port"]), "SANDBOX": "http://localhost:%d" % data["sandbox_port"],
            "SMTP_PORT": str(data["smtp_port"]),
            "GOOGLE_CLIENT": data["google"]["client_id"], "GOOGLE_SECRET_FILE": connect.secret_file(self.state),
        }
        with open(os.path.join(HERE, "httpd.conf.in"), encoding="utf-8") as handle:
            text = handle.read()
        for name, value in values.items():
            text = text.replace("@%s@" % name, value)
        self.state.folder("run")
        # It contains the application role's password.
        self.state.write(self.conf, replace_directives(text, directives), 0o600)

    def _environment(self):
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        if environment.get("KF_ASAN") == "1" and not environment.get("KF_HTTPD_PRELOAD"):
            environment.update(sanitizers(self.sanitizer_reports))
        preload = environment.get("KF_HTTPD_PRELOAD")
        if preload:
            environment["LD_PRELOAD"] = preload
        if environment.get("KF_HTTPD_LSAN_OPTIONS"):
            environment["LSAN_OPTIONS"] = environment["KF_HTTPD_LSAN_OPTIONS"]
        return environment

    def check(self):
        """`apachectl -t`: a bad directive is refused with httpd's own message."""
        done = subprocess.run([APACHE, "-t", "-f", self.conf], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=self._environment(), check=False)
        if done.returncode != 0:
            raise Refused("httpd refused its configuration (%s):\n%s" % (self.conf, done.stdout.strip()))

    def start(self, patience=120):
        out = self.state.path("log", "httpd.out")
        with open(out, "w", encoding="ascii") as handle:
            process = subprocess.Popen([APACHE, "-f", self.conf, "-DFOREGROUND"], stdout=handle,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd="/",
                                       env=self._environment(), start_new_session=True)
        self.state.remember("httpd", process.pid)
        until = time.monotonic() + patience
        status, said = None, "nobody listens"
        while time.monotonic() < until:
            if process.poll() is not None:
                raise Refused("httpd ended with status %d:\n%s%s" % (process.returncode, tail(out),
                                                                    tail(self.error_log)))
            status, said = self.health()
            if status == 200:
                return
            time.sleep(0.1)
        raise Refused("httpd is not healthy: /health says %s %s; see %s:\n%s" % (
            status, said, self.error_log, tail(self.error_log)))

    def health(self):
        """(status, body) of GET /health; no status while nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.state.data["port"], timeout=5)
        try:
            connection.request("GET", "/health", headers={"Host": "localhost:%d" % self.state.data["port"]})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            return None, str(error)
        finally:
            connection.close()

    def reported(self):
        """The sanitizers' reports since the start; "" if there are none."""
        if not os.path.isdir(self.sanitizer_reports):
            return ""
        return subprocess.run([os.path.join(TOP, "tests/asan/gate"), self.sanitizer_reports, self.error_log],
                              stdout=subprocess.PIPE, text=True, check=False).stdout


class Sandbox:
    """Stand-in for the payment provider, for Google, for the merchant's system and for the mail server."""

    def __init__(self, state):
        self.state = state
        self.url = "http://localhost:%d" % state.data.get("sandbox_port", 0)

    def start(self):
        state = self.state
        folder = state.folder("sandbox", mode=0o700)
        out = os.path.join(folder, "sandbox.out")
        command = ["/usr/bin/python3", "-B", os.path.join(TOP, "tests/sandbox/sandbox.py"), "--dir", folder,
                   "--port", str(state.data["sandbox_port"]), "--clock-file", state.path("clock"),
                   "--smtp-port", str(state.data["smtp_port"]), "--insecure-push"]
        with open(out, "w", encoding="ascii") as handle:
            process = subprocess.Popen(command, stdout=handle, stderr=subprocess.STDOUT, cwd="/",
                                       stdin=subprocess.DEVNULL, start_new_session=True)
        state.remember("sandbox", process.pid)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if tail(out).startswith("ready "):
                return
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise Refused("the sandbox did not start:\n%s" % tail(out))


def free_port(near, but=None):
    """A free port, preferably the one after `near`; never `but`."""
    for port in (near + 1, near + 1001):
        if port == but:
            continue
        if port < 65536 and not taken(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
