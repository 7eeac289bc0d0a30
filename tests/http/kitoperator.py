"""What the operator sees of an installation: metrics, the status page, the command's findings."""
import json
import time

import requests

from kitdemo import Refused, wait_until


def scrape(demo):
    """{(name, labels as text): value}"""
    answer = requests.get("http://127.0.0.1:%d/metrics" % demo.port, timeout=60)
    assert answer.status_code == 200, answer.text
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in answer.text.splitlines() if not line.startswith("#")}


def value(demo, name, **labels):
    text = ",".join('%s="%s"' % one for one in labels.items())
    return scrape(demo).get("%s{%s}" % (name, text) if text else name)


def fresh(demo, what):
    """Waits for a scrape after this moment that gives something true: the database is read every few seconds."""
    return wait_until(lambda: what(scrape(demo)), 15, 0.5)


def raised(demo, fault, what):
    """The scrape that shows a fault: within a minute, by the database's clock."""
    begin = time.monotonic() + demo.shift
    after = fresh(demo, lambda now: what(now) and now)
    took = time.monotonic() + demo.shift - begin
    print("%s: after %.1f s" % (fault, took))
    assert took < 60, (fault, took)
    return after


def status_page(demo, lang="en"):
    answer = requests.get("http://127.0.0.1:%d/status?lang=%s" % (demo.port, lang), timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def findings(demo):
    return {(one["code"], one["label"]) for one in demo.ctl("status")["findings"]}


def warned(demo, what):
    """Details of the command's failed checks."""
    try:
        said = demo.ctl("check")
    except Refused as error:
        said = json.loads(error.said)
    return [one["detail"] for one in said["checks"] if one["check"] == what and one["result"] != "ok"]
