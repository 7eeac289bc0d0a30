"""Searches for secrets in the logs of an installation, in the URLs that it requests, and in a dump."""
import json
import os
import re
import subprocess
import tempfile
import urllib.parse

from kithttp import PRIVATE, UNSTORED

TOKENISH = re.compile(r"[A-Za-z0-9_.~+/=-]{20,}")


def journal(demo):
    """Every token that the sandbox's Google ever issued to this installation, and our client secret."""
    found = set()
    with open(os.path.join(demo.home, "sandbox", "journal.jsonl"), encoding="utf-8") as handle:
        for line in handle:
            value = json.loads(line)["value"]
            if isinstance(value, dict) and value.get("table") in ("access", "refresh"):
                found.add(value["key"])
            elif isinstance(value, dict) and value.get("table") == "clients" and value["value"]:
                found.add(value["value"]["client_secret"])
    return found


def dump(demo, path):
    """The database as text, including tables of other extensions."""
    command = [demo.pg_tool("pg_dump"), "-h", demo.socket, "-U", "postgres", "konfirmado"]
    with open(path, "wb") as handle:
        subprocess.run(demo.as_postgres(command), cwd="/", stdout=handle, check=True)


def words_of(path):
    """Every word of the file that is at least as long as a token."""
    with open(path, encoding="utf-8", errors="replace") as handle:
        return {word for line in handle for word in TOKENISH.findall(line)}


def holds(path, secrets):
    """The secrets that occur in the file, plain or URL-encoded."""
    forms = {form: one for one in secrets for form in (one, urllib.parse.quote(one, safe=""))}
    if not forms:
        return set()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as wanted:
        wanted.write("\n".join(forms) + "\n")
        wanted.flush()
        # grep handles thousands of patterns at once, and hundreds of megabytes
        done = subprocess.run(["grep", "-a", "-o", "-F", "-f", wanted.name, path], env={"LC_ALL": "C"},
                              stdout=subprocess.PIPE, check=False)
    assert done.returncode in (0, 1)
    return {forms[form] for form in set(done.stdout.decode("utf-8").split("\n")) & set(forms)}


def search(demo):
    """The secrets found, and how much was searched."""
    google = journal(demo)
    words = {one for one in PRIVATE if TOKENISH.fullmatch(one)}
    found, seen = [], {"google": len(google), "others": len(words), "logs": 0}
    for path in (demo.error_log, demo.access_log, demo.pg_log, demo.httpd_out, os.path.join(demo.home, "sandbox", "sandbox.log")):
        seen["logs"] += os.path.getsize(path)
        found += ["%s: %s..." % (path, one[:12]) for one in holds(path, google) | words & words_of(path)]
    with tempfile.NamedTemporaryFile() as file:
        dump(demo, file.name)
        seen["dump"] = os.path.getsize(file.name)
        found += ["dump: %s..." % one[:12] for one in holds(file.name, google | UNSTORED)]
    return found, seen
