"""No log of httpd contains tokens from paths or queries, in any spelling."""
import secrets

import pytest

from kitdemo import wait_until
from kithttp import raw

PATHS = ("booking", "waiting", "feed", "connect-calendar", "confirm-email")
# Paths given to a person, or built by a program. TOKEN follows each.
SPELLINGS = ("/{p}/{t}", "//{p}/{t}", "/{p}//{t}", "///{p}///{t}/move", "/{P}/{t}", "/{c}/{t}", "/{e}/{t}", "/{p}%2F{t}", "/{p}%2f{t}",
             "%2F{p}%2F{t}", "/%2e/{p}/{t}", "/x/../{p}/{t}", "/x/%2e%2e/{p}/{t}", "/./{p}/./{t}", "/../{p}/{t}", "/{p}/{t}/%zz",
             "/{p}/{t}%00", "/{ee}/{t}", "/{p}%252F{t}", "/{p}\\{t}", "/{p}%5C{t}", "/{p}/x%2F..%2F{t}", "/{p};a=1/../{p}/{t}",
             "http://otra.example/{p}/{t}", "http://otra.example//{e}//{t}", "/{p}/{t}?a=b", "/{P}/{t}?{t}")
QUERIES = ("token={t}", "a=b&token={t}", "Token={t}", "%74oken={t}", "tok%65n={t}", "a=b;token={t}", "code={t}", "CODE={t}", "%2574oken={t}",
           "a=b%26token={t}", "token%3D{t}")


@pytest.fixture(scope="module")
def logged(demos):
    # the most that an operator's own log format can reveal
    return demos.get("hidden", lambda demo: ['CustomLog "%s/log/access.log" "%%r | %%U | %%q | %%>r | %%>U"' % demo.dir,
                                             "LogLevel info konfirmado:info"])


def read(path):
    with open(path, encoding="utf-8", errors="replace") as handle:
        return handle.read()


def targets(token):
    for path in PATHS:
        words = {"p": path, "P": path.upper(), "c": path.capitalize(), "e": "".join("%%%02x" % ord(c) for c in path),
                 "ee": "".join("%%25%02X" % ord(c) for c in path), "t": token}
        for one in SPELLINGS:
            yield one.format(**words)
    for path in ("/dashboard/verify", "/dashboard/none", "/nowhere", "/Dashboard//reset"):
        for one in QUERIES:
            yield path + "?" + one.format(t=token)


def test_no_spelling_shows_a_token(logged, log):
    demo = logged
    log.expect("AH10244", "AH00126", "AH0156", "AH02811", "AH00026")
    token, end = secrets.token_urlsafe(32), secrets.token_hex(8)
    host = demo.about["base_url"].split("://")[1]
    for target in targets(token):
        raw(demo.port, ("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (target, host)).encode())
    raw(demo.port, ("GET /end-%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (end, host)).encode())
    wait_until(lambda: end in read(demo.access_log))  # the control: other paths are logged
    lines = read(demo.access_log)
    assert lines.count("/booking/-") >= 20 and "GET /nowhere?- HTTP/1.1" in lines, lines[-2000:]
    for path in (demo.access_log, demo.error_log, demo.httpd_out):
        bad = [line for line in read(path).splitlines() if token in line]
        assert not bad, "%s has %d lines with it: %s" % (path, len(bad), "\n".join(bad[:30]))
