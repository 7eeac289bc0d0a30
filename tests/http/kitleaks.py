"""Looks for what nobody may read in the logs of an installation, in the addresses it asks for, and in a dump."""
import json
import os
import re
import subprocess
import urllib.parse

from kithttp import PRIVATE, UNSTORED

TOKENISH = re.compile(r"[A-Za-z0-9_.~+/=-]{20,}")


def journal(demo):
    """Every token that the sandbox's Google ever gave to this installation, and our secret there."""
    found = set()
    with open(os.path.join(demo.home, "sandbox", "journal.jsonl"), encoding="utf-8") as handle:
        for line in handle:
            value = json.loads(line)["value"]
            if isinstance(value, dict) and value.get("table") in ("access", "refresh"):
                found.add(value["key"])
            elif isinstance(value, dict) and value.get("table") == "clients" and value["value"]:
                found.add(value["value"]["client_secret"])
    return found


def text_of(path):
    with open(path, encoding="utf-8", errors="replace") as handle:
        return handle.read()


def dump(demo):
    """The database as text, tables of other extensions and all."""
    command = [demo.pg_tool("pg_dump"), "-h", demo.socket, "-U", "postgres", "konfirmado"]
    return subprocess.run(demo.as_postgres(command), cwd="/", stdout=subprocess.PIPE, check=True).stdout.decode("utf-8", "replace")


def holds(text, secrets):
    """Those that are anywhere in the text, as they are or as an address writes them."""
    return {one for one in secrets if one in text or urllib.parse.quote(one, safe="") in text}


def search(demo):
    """What was found, and how much was looked through."""
    google = journal(demo)
    words = {one for one in PRIVATE if TOKENISH.fullmatch(one)}
    found, seen = [], {"google": len(google), "others": len(words), "logs": 0}
    for path in (demo.error_log, demo.access_log, demo.pg_log, demo.httpd_out, os.path.join(demo.home, "sandbox", "sandbox.log")):
        text = text_of(path)
        seen["logs"] += len(text)
        found += ["%s: %s..." % (path, one[:12]) for one in holds(text, google) | words.intersection(TOKENISH.findall(text))]
    text = dump(demo)
    seen["dump"] = len(text)
    found += ["dump: %s..." % one[:12] for one in holds(text, google | UNSTORED)]
    return found, seen
