"""At the end of a run: the logs contain nothing private, and all servers have ended cleanly."""
import os
import re

import kitleaks
from kithttp import PRIVATE

PERSON = re.compile(r"zulmaqx|privado\.example|(?<!\d)(?:(?:\+|%2B)?57)?3007\d{6}(?!\d)", re.I)
# An equals sign ends a name, or is base64 padding.
TOKENISH = re.compile(r"[A-Za-z0-9_+/-]{20,}")


def logs(demo):
    return demo.error_log, demo.access_log, demo.pg_log, demo.httpd_out


def secrets_of(demo):
    """Secrets of an installation: its passwords, keys and accounts."""
    found = {demo.about["callback_secret"], *demo.about["wompi"].values()} - {demo.about["wompi"]["public_key"]}
    found |= {re.search(r"password=(\S+)", demo.about[role]).group(1) for role in ("database_owner", "database_app")}
    with open(os.path.join(demo.home, "keys", "konfirmado.keys"), encoding="ascii") as handle:
        found |= set(TOKENISH.findall(handle.read()))
    return {one.rstrip("=") for one in found}


def private_lines(path, secrets):
    """Lines with personal data or a secret, and the number of lines."""
    found, lines = [], 0
    with open(path, encoding="utf-8", errors="replace") as handle:
        for lines, line in enumerate(handle, 1):
            if PERSON.search(line) or secrets.intersection(TOKENISH.findall(line)):
                found.append("%s: %s" % (path, line[:400]))
    return found, lines


def check_logs(demos):
    words = {one.rstrip("=") for one in PRIVATE if TOKENISH.fullmatch(one.rstrip("="))}
    found, lines = [], 0
    for demo in demos:
        secrets = words | secrets_of(demo)
        for path in logs(demo):
            bad, n = private_lines(path, secrets)
            found += bad
            lines += n
    if demos and not lines:
        found.append("no log of %d installations has a line" % len(demos))
    return found


def check(everything):
    """All problems at the end of all installations of this process. Stops them: a process reports leaks when it
    ends."""
    found = everything.stop_all()
    found += ["too little was searched in %s: %r" % (name, seen) for name, seen in everything.searched.items()
              if seen["dump"] < 100000 or seen["logs"] < 1000]
    return found + check_logs(everything.logs)
