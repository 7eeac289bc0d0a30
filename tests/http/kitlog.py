"""Watches the logs of a demo: every unannounced line is a failure."""
import os
import re

LINE = re.compile(r"^\[[^\]]*\] \[([\w-]*):(\w+)\] ?(.*)")
BAD_LEVELS = {"warn", "error", "crit", "alert", "emerg"}
ALWAYS_BAD = re.compile(r"AH00052|AddressSanitizer|LeakSanitizer|runtime error:|Segmentation fault")
# The log reports an unavailable provider after ten seconds of failures: whether a test lasts that long is chance.
BY_CHANCE = re.compile(r"KF00406")
PG_BAD = re.compile(r"deadlock detected|40P01|\bPANIC:|terminated by signal|could not serialize")
# Log messages of the module, mod_dbd and httpd while the database is down, and when processes are killed.
DOWN = (r"\[konfirmado:(warn|error)\]", r"\[dbd:\w+\]", r"AH006\d\d", r"\[dbd_pgsql")


class Tail:
    """The lines added to a file since the last call."""

    def __init__(self, path):
        self.path = path
        self.at = 0

    def new(self):
        try:
            with open(self.path, "rb") as handle:
                handle.seek(self.at)
                data = handle.read()
        except FileNotFoundError:
            return []
        # An incomplete line waits for the next call.
        end = data.rfind(b"\n") + 1
        self.at += end
        return data[:end].decode("utf-8", "replace").splitlines()


class Watch:
    reports = set()  # of all installations: they share a folder

    def __init__(self, demo):
        self.demo = demo
        self.tails = {"error": Tail(demo.error_log), "out": Tail(demo.httpd_out), "pg": Tail(demo.pg_log)}
        self.sanitizer = demo.env.get("KF_SANITIZER_DIR")
        self.expected = []
        self.leaks = []  # found at the end

    def expect(self, *patterns):
        """Lines that match one of these regular expressions are announced until the test ends."""
        self.expected += [re.compile(one) for one in patterns]

    def forget(self):
        self.expected = []

    def _announced(self, line):
        return BY_CHANCE.search(line) or any(one.search(line) for one in self.expected)

    def bad(self):
        """New lines that no test announced."""
        found = []
        for line in self.tails["error"].new() + self.tails["out"].new():
            match = LINE.match(line)
            if (match and match.group(2) in BAD_LEVELS or ALWAYS_BAD.search(line)) and not self._announced(line):
                found.append("httpd: " + line)
        for line in self.tails["pg"].new():
            if PG_BAD.search(line) and not self._announced(line):
                found.append("PostgreSQL: " + line)
        return found + self.leaks + self.sanitizers()

    def sanitizers(self):
        """New report files of AddressSanitizer and the other sanitizers."""
        found = []
        if not self.sanitizer or not os.path.isdir(self.sanitizer):
            return found
        for name in sorted(set(os.listdir(self.sanitizer)) - self.reports):
            with open(os.path.join(self.sanitizer, name), encoding="utf-8", errors="replace") as handle:
                text = handle.read()
            if "ERROR:" in text or "runtime error" in text:
                self.reports.add(name)
                found.append("sanitizer report %s:\n%s" % (name, text[:6000]))
        return found
