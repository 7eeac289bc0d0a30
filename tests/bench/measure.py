"""Loads, and the resources that the processes used."""
import json
import os
import re
import subprocess

from house import HERE, Refused, pg_tool, run

TICK = os.sysconf("SC_CLK_TCK")
PAYMENTS = 4000  # per second: more than can be processed
WARM = 2  # seconds in which pgbench's connections prepare their statements


def tree(root):
    """The pid and all its descendants."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, encoding="utf-8", errors="replace") as handle:
                    parents[int(name)] = int(handle.read().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                pass
    found = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def cpu_seconds(root):
    """utime + stime of a process group, including ended processes."""
    ticks = 0
    for pid in tree(root):
        try:
            with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as handle:
                fields = handle.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += int(fields[11]) + int(fields[12])
        if pid == root:
            ticks += int(fields[13]) + int(fields[14])
    return ticks / TICK


def pss_mb(root):
    """Memory of a process group; shared memory counts once."""
    total = 0
    for pid in tree(root):
        with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as handle:
            total += int(re.search(r"^Pss:\s+(\d+)", handle.read(), re.M).group(1))
    return total / 1024


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0


class Loads:
    """Runs one load at a time and returns its results."""

    def __init__(self, scratch, cluster, server, shape):
        self.scratch, self.cluster, self.server = scratch, cluster, server
        self.shape = shape  # database -> {port, pros, per}; plus monday, dates, hook
        self.base = 0

    def _spent(self, act):
        before = cpu_seconds(self.server.process.pid), cpu_seconds(self.cluster.pid)
        result = act()
        after = cpu_seconds(self.server.process.pid), cpu_seconds(self.cluster.pid)
        for name, a, b in zip(("httpd_us", "db_us"), before, after):
            result[name] = (b - a) * 1e6 / max(result["requests"], 1)
        return result

    def _values(self, database):
        place = self.shape[database]
        self.base += 400000
        return {"base": self.base, "pros": place["pros"], "per": place["per"], "monday": self.shape["monday"],
                "host": "localhost:%d" % place["port"], "from": self.shape["from"], "to": self.shape["to"],
                "lo": self.shape["monday"], "hi": self.shape["monday"] + 14 * 86400 + 1800,
                "hook": self.shape.get("hook", ""), "file": self.scratch + "/events"}

    def wrk(self, database, kind, connections, seconds, path="/"):
        values = dict(self._values(database), threads=min(2, connections))
        command = ["wrk", "-t%d" % min(2, connections), "-c%d" % connections, "-d%gs" % seconds, "-s",
                   HERE + "/lua/load.lua", "http://127.0.0.1:%d%s" % (self.shape[database]["port"], path), "--", kind]
        command += ["%s=%s" % item for item in values.items() if item[1] != ""]

        return self._spent(lambda: self._told(command, kind))

    def _told(self, command, kind):
        out = run(command)
        found = re.search(r"^\{.*\}$", out, re.M)
        if not found:
            raise Refused("wrk said nothing about %s:\n%s" % (kind, out))
        result = json.loads(found.group(0))
        result["rate"] = result["requests"] / result["seconds"]
        if result["broken"] >= max(result["requests"] * 0.001, 1):
            raise Refused("%s: %d answers, %d broken\n%s" % (kind, result["requests"], result["broken"],
                                                              self.server.tail()))
        return result

    def bookings(self, database, links, connections, seconds):
        """Whole bookings of the first business, each from hold to booking, over this many links. After the cleanup
        the statements are planned anew, so the first second does not count."""
        self._bookings(database, links, connections, 1)
        return self._spent(lambda: self._bookings(database, links, connections, seconds))

    def _bookings(self, database, links, connections, seconds):
        values = dict(self._values(database), pros=self.shape[database]["per"], threads=connections, links=links)
        command = ["wrk", "-t%d" % connections, "-c%d" % connections, "-d%gs" % seconds, "-s", HERE + "/lua/load.lua",
                   "http://127.0.0.1:%d" % self.shape[database]["port"], "--", "booking"]
        command += ["%s=%s" % item for item in values.items() if item[1] != ""]
        result = self._told(command, "booking")
        result["requests"] /= 2
        result["rate"] /= 2
        return result

    def payments(self, database, script, connections, seconds):
        """Approved payments of bookings made beforehand, more than can be processed."""
        values = self._values(database)
        count = PAYMENTS * (seconds + WARM)
        with open(HERE + "/sql/pending.sql", encoding="utf-8") as handle:
            self.cluster.sql(database, handle.read(), base=values["base"], count=count, per=values["per"],
                             monday=values["monday"])
        result = self.pgbench(database, script, connections, seconds, values)
        if result["all"] > count * 0.9:
            raise Refused("%s: %d payments are too few" % (script, count))
        return result

    def pgbench(self, database, script, connections, seconds, values=None):
        """The rate of the last whole seconds and their cost. In the seconds before, connections warm up."""
        values = values or self._values(database)
        given = {"base": values["base"], "pros": values["pros"], "per": values["per"], "monday": values["monday"],
                 "from": "@%d" % values["lo"], "to": "@%d" % values["hi"], "n": 0, "body": "x" * 900,
                 "clients": connections}
        for name in ("from", "to"):
            given[name] = self.shape["text_" + name]
        command = [pg_tool("pgbench"), "-n", "-M", "prepared", "-c%d" % connections, "-j%d" % min(2, connections),
                   "-T3600", "-P1", "-f", "%s/sql/%s.sql" % (HERE, script)]
        for item in given.items():
            command += ["-D", "%s=%s" % item]
        command.append(self.cluster.conninfo(database))
        marks = self._watched(command, WARM + seconds)
        (begin, before, _), (end, after, _) = marks[WARM - 1], marks[-1]
        done = [count for _, _, count in marks]
        counted = sum(done[WARM:])
        return {"requests": counted, "rate": counted / (end - begin), "refused": 0, "all": sum(done), "httpd_us": 0,
                "db_us": (after - before) * 1e6 / max(counted, 1)}

    def _watched(self, command, seconds):
        """[(second, CPU of the database, transactions in it)] of this many seconds; then it ends pgbench."""
        marks, said = [], []
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            for line in process.stdout:
                said.append(line)
                found = re.match(r"progress: ([\d.]+) s, ([\d.]+) tps", line)
                if found and len(marks) < seconds:
                    at, rate = float(found.group(1)), float(found.group(2))
                    marks.append((at, cpu_seconds(self.cluster.pid), rate * (at - (marks[-1][0] if marks else 0))))
                    if len(marks) == seconds:
                        process.terminate()
        if len(marks) < seconds or any("aborted" in line for line in said):
            raise Refused("%s:\n%s" % (" ".join(command[-1:]), "".join(said)[-2000:]))
        return marks

    def h2load(self, database, uris, rate, seconds):
        """Requests from a list at a fixed rate; {p50_us, p99_us, bad}."""
        log, listing = self.scratch + "/h2load.log", self.scratch + "/uris"
        port = self.shape[database]["port"]
        with open(listing, "w", encoding="ascii") as handle:
            handle.write("".join("http://localhost:%d%s\n" % (port, uri) for uri in uris))
        if os.path.exists(log):
            os.remove(log)
        command = ["h2load", "--h1", "-c32", "-t1", "-i", listing, "--connect-to=127.0.0.1:%d" % port,
                   "--log-file", log, "--rps=%g" % (rate / 32), "-D%d" % seconds]
        run(command)
        return self._latency(log)

    def pace(self, database, path, lines, rate):
        """Each line once at a fixed rate, a body for the path or its own path; {p50_us, p99_us, bad}."""
        log, listing = self.scratch + "/pace.log", self.scratch + "/lines"
        port = self.shape[database]["port"]
        with open(listing, "w", encoding="ascii") as handle:
            handle.write("".join(line + "\n" for line in lines))
        run([self.scratch + "/pace", "127.0.0.1", str(port), "localhost:%d" % port, path, "%g" % rate, "32", listing,
             log])
        return self._latency(log)

    @staticmethod
    def _latency(log):
        with open(log, encoding="ascii") as handle:
            rows = [line.split("\t") for line in handle]
        rows = rows[len(rows) // 10:]  # the first tenth warms up
        took = [int(r[2]) for r in rows if r[1].startswith("2")]
        return {"p50_us": percentile(took, 0.5), "p99_us": percentile(took, 0.99),
                "bad": sum(1 for r in rows if not r[1].startswith("2")), "requests": len(rows)}


def version(command, pattern):
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    found = re.search(pattern, out)
    return found.group(1) if found else "?"


def machine():
    """The names of the measured hardware and software."""
    with open("/proc/cpuinfo", encoding="utf-8") as handle:
        cpu = re.search(r"^model name\s*: (.*)$", handle.read(), re.M)
    with open("/proc/meminfo", encoding="ascii") as handle:
        memory = int(re.search(r"MemTotal:\s+(\d+)", handle.read()).group(1)) / 1048576
    with open("/etc/os-release", encoding="utf-8") as handle:
        system = re.search(r'^PRETTY_NAME="?(.*?)"?$', handle.read(), re.M).group(1)
    return "%s, %d cores, %.0f GB, %s, Linux %s, httpd %s (event, 2 processes), PostgreSQL %s, %s" % (
        cpu.group(1) if cpu else "unnamed CPU", os.cpu_count(), memory, system, os.uname().release,
        version(["/usr/sbin/apache2", "-v"], r"Apache/(\S+)"), version([pg_tool("postgres"), "--version"], r"(\d+\.\d+)"),
        "load generators on the same cores")
