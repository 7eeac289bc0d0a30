"""After everything: the logs hold nothing private, and all servers end well."""
import os
import re

import kitleaks
from kithttp import PRIVATE

PERSON = re.compile(r"zulmaqx|privado\.example|(?<!\d)(?:(?:\+|%2B)?57)?3007\d{6}(?!\d)", re.I)
TOKENISH = re.compile(r"[A-Za-z0-9_+/=-]{20,}")


def logs(demo):
    yield demo.error_log
    yield demo.access_log
    yield demo.pg_log
    yield demo.httpd_out


def test_logs_hold_no_person_and_no_secret(demos):
    assert len(PRIVATE) > 50
    words = {one for one in PRIVATE if TOKENISH.fullmatch(one)}
    lines = 0
    for demo in demos.logs:
        secrets = words | {demo.about["callback_secret"], *demo.about["wompi"].values()} - {demo.about["wompi"]["public_key"]}
        secrets |= {re.search(r"password=(\S+)", demo.about[role]).group(1) for role in ("database_owner", "database_app")}
        with open(os.path.join(demo.home, "keys", "konfirmado.keys"), encoding="ascii") as handle:
            secrets |= set(TOKENISH.findall(handle.read()))
        for path in logs(demo):
            with open(path, encoding="utf-8", errors="replace") as handle:
                for line in handle:
                    lines += 1
                    assert not PERSON.search(line), "%s: %s" % (path, line[:400])
                    found = secrets.intersection(TOKENISH.findall(line))
                    assert not found, "%s: %s" % (path, line[:400])
    assert lines > 100


def test_no_token_of_a_calendar_anywhere(demos, main_demo, tmp_path):
    """Whatever was connected to Google is searched as it ends: logs, addresses asked for, a dump."""
    for name in [one for one in demos.running if one != "main"]:
        assert demos.stop(name).bad() == []
    found, demos.searched["main"] = kitleaks.search(main_demo)
    assert found == []
    for name, seen in demos.searched.items():
        print(name, seen)
        assert seen["dump"] > 100000 and seen["logs"] > 1000
    # what stands there is found: in an address, in a dump
    token = "1//0" + "Ab_-" * 20
    file = tmp_path / "log"
    for line in ("GET /google/token?t=1%2F%2F0" + "Ab_-" * 20, "\t%s\n" % token):
        file.write_text(line)
        assert kitleaks.holds(str(file), {token, "x" * 30}) == {token}
    file.write_text("\t1//0\n")
    assert kitleaks.holds(str(file), {token}) == set()


def test_everything_ends_well(demos):
    """Stopped in order: leaks are told at the end of a process, and the log watch looks once more."""
    assert demos.stop_all() == []
