"""A pytest plugin for tests/run: writes each test as a line "passed|failed|skipped SECONDS NAME" to the file
$KF_REPORT. A test of the build with sanitizers has " (asan)" after its name. In a run with several processes only
the first one writes, so that lines are not mixed."""
import os


class Report:
    def __init__(self, path):
        self.out = open(path, "a", encoding="utf-8", buffering=1)
        self.seconds = {}
        self.bad, self.skipped = set(), set()
        self.build = " (asan)" if os.environ.get("KF_ASAN") == "1" else ""

    def pytest_runtest_logreport(self, report):
        name = report.nodeid
        self.seconds[name] = self.seconds.get(name, 0) + report.duration
        if report.failed:
            self.bad.add(name)
        self.skipped |= {name} if report.skipped else set()
        # a crashed worker reports it once, outside the phases of a test
        if report.when not in ("setup", "call"):
            self.write(name)

    def write(self, name):
        word = "failed" if name in self.bad else "skipped" if name in self.skipped else "passed"
        self.out.write("%s %.2f %s%s\n" % (word, self.seconds.pop(name, 0), name, self.build))

    def pytest_collectreport(self, report):
        if report.failed:
            self.out.write("failed 0 %s%s\n" % (report.nodeid, self.build))


def pytest_configure(config):
    path = os.environ.get("KF_REPORT")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(path), "kitreport-writer")
