"""What the operator sees: metrics, the status page, health, the command. Each fault is told of in all of them."""
import json
import os
import re
import subprocess

import pytest
import requests

from kitdemo import TOP, Refused, wait_until
from kitshop import FREE, PAID, Shop


@pytest.fixture(scope="module")
def demo(demos):
    return demos.get("operator")


@pytest.fixture()
def shop(demo):
    return Shop(demo)


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
    """Until a scrape after this moment gives something true: the database is read every few seconds."""
    return wait_until(lambda: what(scrape(demo)), 15, 0.5)


def test_metrics_are_closed_and_well_formed(demo, log):
    log.expect("AH01630")
    url = "http://127.0.0.1:%d/metrics" % demo.port
    answer = requests.get(url, timeout=60)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert requests.get(url, headers={"X-Forwarded-For": "203.0.113.9"}, timeout=60).status_code == 403
    assert requests.post(url, timeout=60).status_code == 405
    done = subprocess.run(["promtool", "check", "metrics"], input=answer.text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_and_dashboard_name_metrics_that_exist(demo):
    text = requests.get("http://127.0.0.1:%d/metrics" % demo.port, timeout=60).text
    there = set(re.findall(r"^# TYPE (\S+)", text, re.M)) | {"konfirmado_upload_dir_writable", "konfirmado_upload_dir_free_bytes"}
    for name in ("alerts.yml", "grafana.json"):
        with open(os.path.join(TOP, "conf", name), encoding="utf-8") as handle:
            used = {re.sub(r"_(bucket|count|sum)$", "", one) for one in re.findall(r"konfirmado_[a-z_]+", handle.read())}
        assert len(used) > 15 and used <= there, used - there
    done = subprocess.run(["promtool", "check", "rules", os.path.join(TOP, "conf/alerts.yml")], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_counters_outlive_processes(demo, shop):
    before = scrape(demo)
    children = demo.children()
    demo.graceful()
    wait_until(lambda: demo.healthy() and not set(children) & set(demo.children()), 20)
    after = scrape(demo)
    assert all(after[name] >= before[name] for name in before if "_total{" in name or "_count{" in name)
    assert sum(after[name] for name in after if name.startswith("konfirmado_http_request_duration_seconds_count")) > 1
    assert shop.client().get("/book/" + shop.link).status_code == 200


def test_a_booking_is_counted(demo, shop):
    before = scrape(demo)
    booking = shop.book(service=FREE["name"])
    booking.wait("confirmed")
    after = scrape(demo)

    def more(name):
        return after.get(name, 0) - before.get(name, 0)
    assert more('konfirmado_claims_total{result="made"}') == 1
    assert more('konfirmado_http_request_duration_seconds_count{route="hold",class="2xx"}') == 1
    assert more('konfirmado_callbacks_total{result="delivered"}') == 1
    assert more('konfirmado_database_wait_seconds_count') > 1
    assert after["konfirmado_database_connections_max"] >= 16
    assert after["konfirmado_status_read_success"] == 1
    # nobody's name, no id, no token
    text = requests.get("http://127.0.0.1:%d/metrics" % demo.port, timeout=60).text
    assert shop.tenant not in text and shop.host.split(".")[0] not in text and not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)


# --- faults ---

def status_page(demo, lang="en"):
    answer = requests.get("http://127.0.0.1:%d/status?lang=%s" % (demo.port, lang), timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def codes(demo):
    return {(one["code"], one["label"]) for one in demo.ctl("status")["findings"]}


def lines(demo, *, failed=False):
    try:
        said = demo.ctl("check")
    except Refused as error:
        assert failed
        said = json.loads(error.said)
    return [(one["check"], one["result"], one["detail"]) for one in said["checks"]]


def test_status_is_closed_and_calm(demo, log):
    log.expect("AH01630")
    url = "http://127.0.0.1:%d/status" % demo.port
    assert requests.get(url, headers={"X-Forwarded-For": "203.0.113.9"}, timeout=60).status_code == 403
    wait_until(lambda: "Everything is working." in status_page(demo), 15, 0.5)
    page = status_page(demo, "es")
    assert "Todo funciona." in page and 'lang="es"' in page and "status." not in re.sub(r'href="[^"]*"', "", page)
    assert demo.ctl("status")["findings"] == []
