"""The operator's view: metrics, the status page, health, the command. All of them report each fault."""
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

import pytest
import requests

from kitdemo import TOP, wait_until
from kitoperator import findings, fresh, raised, scrape, status_page, value, warned
from kitshop import FREE, PAID, Shop


@pytest.fixture(scope="module")
def demo(demos):
    folder = tempfile.mkdtemp(prefix="kf-uploads-", dir="/tmp")
    os.chmod(folder, 0o777)
    one = demos.get("operator", ("KonfirmadoUploadDir " + folder,))
    one.folder = folder
    yield one
    demos.stop("operator")
    shutil.rmtree(folder)


@pytest.fixture()
def shop(demo):
    return Shop(demo)


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
    there = set(re.findall(r"^# TYPE (\S+)", text, re.M))
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

    def more(name):
        return after.get(name, 0) - before.get(name, 0)

    def told():
        nonlocal after
        after = scrape(demo)
        return more('konfirmado_callbacks_total{result="delivered"}') == 1
    after = before
    wait_until(told, 20)
    assert more('konfirmado_claims_total{result="made"}') == 1
    assert more('konfirmado_http_request_duration_seconds_count{route="hold",class="2xx"}') == 1
    assert more('konfirmado_database_wait_seconds_count') > 1
    assert after["konfirmado_database_connections_max"] >= 16 and after["konfirmado_database_connections_waiting"] >= 0
    assert after["konfirmado_status_read_success"] == 1
    # no names, ids or tokens
    text = requests.get("http://127.0.0.1:%d/metrics" % demo.port, timeout=60).text
    assert shop.tenant not in text and shop.host.split(".")[0] not in text and not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)


# --- faults: each raises its metric; the page and the command name it ---


def health(demo):
    return requests.get("http://127.0.0.1:%d/health" % demo.port, timeout=60)


def test_status_is_closed_and_calm(demo, log):
    log.expect("AH01630")
    url = "http://127.0.0.1:%d/status" % demo.port
    assert requests.get(url, headers={"X-Forwarded-For": "203.0.113.9"}, timeout=60).status_code == 403
    wait_until(lambda: "Everything is working." in status_page(demo), 15, 0.5)
    page = status_page(demo, "es")
    assert "Todo funciona." in page and 'lang="es"' in page
    assert not re.search(r"status[.](name|why|finding)", page)  # no untranslated message keys
    assert demo.ctl("status")["findings"] == [] and "All is well." in demo.ctl("status", plain=True)
    assert health(demo).json()["status"] == "ok"


def test_smtp_provider_and_merchant_are_down(demo, shop, log):
    """The mail server and the payment provider refuse connections, the merchant's system is down."""
    log.expect("KF00471")
    free, paid = shop.book(service=FREE["name"]), shop.book(service=PAID["name"])
    free.wait("confirmed")
    demo.sandbox("smtp", {"mode": "refuse"})
    demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "api": "refuse"})
    shop.merchant(script=[410])
    shop.pay(paid)
    demo.ctl("booking", "cancel", shop.sub, free.id, "--reason", "a test")  # a mail and a message

    for what in ('provider_calls_total{provider="wompi",result="failed"}', 'mails_total{result="failed"}',
                 'callbacks_total{result="dead"}'):
        raised(demo, what, lambda now, name="konfirmado_" + what: now[name] >= 1)

    def down(now):
        demo.advance(60)  # failed work is retried
        return max(now['konfirmado_provider_up{provider="%s"}' % one] for one in ("smtp", "wompi")) == 0
    fresh(demo, down)
    after = fresh(demo, lambda now: now['konfirmado_queue_dead{queue="callbacks"}'] == 1 and now)
    assert after['konfirmado_callback_endpoints{state="disabled"}'] == 1
    # the command knows the providers' state from the worker's report
    wait_until(lambda: {("provider", "smtp"), ("provider", "wompi")} <= findings(demo), 15, 0.5)
    assert {one.split()[0] for one in warned(demo, "providers")} == {"smtp", "wompi"}
    page = status_page(demo)
    for words in ("smtp has not answered", "wompi has not answered", "callbacks to businesses: 1 given up", "that receive no callbacks"):
        assert words in page, words
    assert {("dead", "callbacks"), ("endpoints", None)} <= findings(demo)
    assert warned(demo, "callbacks")
    (dead,) = demo.ctl("status", "--dead")
    assert dead["tenant"] == shop.sub and dead["queue"] == "callbacks" and dead["created_at"].endswith("Z")
    wait_until(lambda: demo.advance(60) or demo.ctl("status", "--stuck"), 15, 0.5)
    (stuck,) = demo.ctl("status", "--stuck")
    assert stuck["tenant"] == shop.sub and stuck["reason"] == "unanswered" and stuck["booking"] == paid.id
    assert "unanswered" in demo.ctl("status", "--stuck", plain=True)
    assert warned(demo, "money") and ("money", "unanswered") in findings(demo)
    # one line each, however many calls failed
    with open(demo.error_log, encoding="utf-8") as handle:
        assert sorted(re.findall(r"KF00406: (\w+) does not answer", handle.read())) == ["smtp", "wompi"]
    wait_until(lambda: demo.advance(60) or warned(demo, "mails"), 15, 0.5)
    demo.sandbox("smtp", {"mode": "ok"})
    demo.sandbox("mode", {"public_key": shop.wompi["public_key"], "api": "ok"})
    fresh(demo, lambda now: demo.advance(60) or min(up for name, up in now.items() if "provider_up" in name) == 1)
    wait_until(lambda: not warned(demo, "providers"), 15, 0.5)
    demo.run("UPDATE kf.tenant SET callback_disabled_at = NULL; UPDATE kf.outbox SET state = 'done'")


def test_a_business_does_not_take_messages(demo, shop):
    """It answers with an error, which is tolerated for three days: nothing is given up, and it is reported at once."""
    shop.merchant(script=[500] * 9)
    booking = shop.book(service=FREE["name"])

    def failing(now):
        demo.advance(2)  # the second attempt comes after five seconds
        return now['konfirmado_callback_endpoints{state="failing"}'] == 1
    raised(demo, "a merchant's system", failing)
    assert "are not taking callbacks now: 1." in status_page(demo)
    assert ("untold", None) in findings(demo) and warned(demo, "callbacks")
    shop.merchant(script=None)
    demo.advance(600)
    booking.wait("confirmed")
    wait_until(lambda: not warned(demo, "callbacks"))


def test_a_key_is_missing(demo, shop):
    demo.run("UPDATE kf.callback_secret SET sealed = regexp_replace(sealed, '^v1[.][^.]+', 'v1.lost') WHERE tenant_id = '%s'"
             % shop.tenant)
    raised(demo, "a key", lambda now: now["konfirmado_secrets_unreadable"] == 1)
    assert "keys do not open: 1." in status_page(demo)
    assert ("keys", None) in findings(demo) and warned(demo, "secrets")
    answer = health(demo)
    assert answer.status_code == 200 and answer.json()["status"] == "warning" and answer.json()["keys"] != "ok"
    # another server has the key, and should answer instead of this one
    demo.run("SELECT kf.server_seen('elsewhere', 1, '{\"kids\": [\"lost\"]}')")
    try:
        wait_until(lambda: health(demo).status_code == 503, 20, 0.5)
        assert "another has" in health(demo).json()["keys"] and health(demo).headers["Retry-After"]
    finally:
        demo.run("DELETE FROM kf.meta WHERE key LIKE 'server/elsewhere/%'")
    wait_until(lambda: health(demo).status_code == 200, 20, 0.5)
    demo.run("DELETE FROM kf.callback_secret WHERE tenant_id = '%s'" % shop.tenant)


def test_functions_are_missing(demo):
    demo.run("ALTER FUNCTION kf.hold_read RENAME TO hold_read_away")
    try:
        answer = health(demo)
        assert answer.status_code == 503 and "missing" in answer.json()["functions"] and answer.headers["Retry-After"]
        assert requests.get("http://127.0.0.1:%d/health/live" % demo.port, timeout=60).status_code == 200
    finally:
        demo.run("ALTER FUNCTION kf.hold_read_away RENAME TO hold_read")
    assert health(demo).status_code == 200


def test_clocks_are_apart(demo, log):
    log.expect("KF00467", "KF00468")
    demo.run("CREATE FUNCTION kf.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
             " $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$;"
             " GRANT EXECUTE ON FUNCTION kf.clock_timestamp TO PUBLIC")
    try:
        raised(demo, "clocks", lambda now: 3590 < now["konfirmado_clock_skew_seconds"] < 3610)
        assert re.search("The clocks of this server and its database are (59|60) min apart", status_page(demo))
        assert ("clock", None) in findings(demo) and warned(demo, "clock")
    finally:
        demo.run("DROP FUNCTION kf.clock_timestamp")


@pytest.mark.plain
def test_the_clock_jumps(demo, shop, log):
    """Bookings that a wrong clock would end stay unchanged until the operator acts. Work continues when the clock is
    corrected."""
    log.expect("KF00467", "KF00468", r"KF0040[12]", r"KF00460", r"KF003\d\d")
    hold = shop.hold(shop.take_slot())
    state = "SELECT state FROM kf.claim WHERE claim_id = '%s'" % hold["id"]
    begin = os.path.getsize(demo.error_log)

    def said(line):
        with open(demo.error_log, encoding="utf-8") as handle:
            handle.seek(begin)
            return line in handle.read()
    demo.run("CREATE FUNCTION kf.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
             " $$ SELECT pg_catalog.clock_timestamp() + interval '1 day' $$;"
             " GRANT EXECUTE ON FUNCTION kf.clock_timestamp TO PUBLIC;"
             " SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'konfirmado_app'")
    try:
        wait_until(lambda: said("KF00467"), 15)
        demo.advance(700)
        wait_until(lambda: ("clock_jumped", None) in findings(demo), 20, 0.5)
        time.sleep(6)  # there is a sweep every five seconds
        assert demo.one(state) == "held" and "clock jumped ahead" in status_page(demo)
    finally:
        demo.run("DROP FUNCTION kf.clock_timestamp")
    wait_until(lambda: said("which was set back"), 15)
    wait_until(lambda: demo.one(state) == "ended", 20)


def test_disks_are_full(demo, shop, log):
    log.expect("KF00212", "SQLSTATE 53100")
    os.chmod(demo.folder, 0o755 if os.getuid() == 0 else 0o555)
    assert value(demo, "konfirmado_upload_dir_writable") == 0 and "Pictures cannot be written" in status_page(demo)
    start = shop.take_slot()
    before = value(demo, "konfirmado_database_errors_total", **{"class": "resources"})
    demo.run("CREATE FUNCTION kf.full() RETURNS trigger LANGUAGE plpgsql AS"
             " $$ BEGIN RAISE 'no space left on device' USING ERRCODE = '53100'; END $$;"
             " CREATE TRIGGER full_disk BEFORE INSERT ON kf.claim EXECUTE FUNCTION kf.full()")
    try:
        answer = shop.client().post("/api/holds", json=shop.hold_body(start))
        assert answer.status_code == 503 and answer.headers["Retry-After"]
    finally:
        demo.run("DROP TRIGGER full_disk ON kf.claim; DROP FUNCTION kf.full()")
    assert value(demo, "konfirmado_database_errors_total", **{"class": "resources"}) > before
    assert value(demo, "konfirmado_claims_total", result="failed") >= 1
    assert "out of disk, memory or connections" in status_page(demo)
    # the command learns of the folder from the server's sign of life
    server = "%s/%d" % (socket.gethostname(), demo.httpd_pid())
    wait_until(lambda: ("server_folder", server) in findings(demo), 25, 0.5)
    assert warned(demo, "servers") == [server + " (machine/process) cannot write pictures to KonfirmadoUploadDir."]
    os.chmod(demo.folder, 0o777)
    assert value(demo, "konfirmado_upload_dir_writable") == 1 and value(demo, "konfirmado_upload_dir_free_bytes") > 0


def test_a_job_cannot_do_its_work(demo, log):
    """Work that has never succeeded since the start is reported without the wait of ten minutes."""
    log.expect("KF00403")
    demo.run("ALTER FUNCTION kf.work_waiting(int, boolean) RENAME TO work_waiting_away")
    try:
        children = demo.children()
        demo.graceful()
        failed = 'konfirmado_job_runs_total{job="waiting",result="failed"}'
        before = scrape(demo)[failed]
        raised(demo, "a job", lambda now: now[failed] > before)
        wait_until(lambda: not set(children) & set(demo.children()), 20)
        wait_until(lambda: ("job", "waiting") in findings(demo), 15, 0.5)
        assert warned(demo, "workers")
        fresh(demo, lambda _: "The job “waiting list” keeps failing" in status_page(demo))
    finally:
        demo.run("ALTER FUNCTION kf.work_waiting_away(int, boolean) RENAME TO work_waiting")
    wait_until(lambda: not warned(demo, "workers"), 30, 0.5)


def test_the_database_is_away(demo, log):
    """A scrape and the page still answer, and say which values are unknown."""
    log.expect(r"\[konfirmado:(warn|error)\]", r"\[dbd:\w+\]", r"AH006\d\d", r"\[dbd_pgsql")
    assert demo.pg_ctl("stop", "-m", "fast") == 0
    try:
        after = fresh(demo, lambda now: now["konfirmado_status_read_success"] == 0
                      and now['konfirmado_database_refused_total{reason="unreachable"}'] > 0 and now)
        assert "konfirmado_tenants" not in str(after)
        tries = after["konfirmado_status_read_timestamp_seconds"]
        for _ in range(5):  # the failure is cached: the database is not asked again at once
            assert scrape(demo)["konfirmado_status_read_timestamp_seconds"] - tries in (0, pytest.approx(10, abs=9))
        assert "could not be read" in status_page(demo)
        assert health(demo).status_code == 503
    finally:
        demo.pg_ctl("start")
        demo.db.close()
    fresh(demo, lambda now: now["konfirmado_status_read_success"] == 1)


def test_nobody_works(demo, shop, log):
    """The last test: background work is switched off, and due work stays."""
    with open(demo.conf, encoding="utf-8") as handle:
        text = handle.read()
    with open(demo.conf, "w", encoding="utf-8") as handle:
        handle.write(text.replace("Konfirmado On\n", "Konfirmado On\n    KonfirmadoJobs Off\n", 1))
    children = demo.children()
    demo.run("DELETE FROM kf.meta WHERE key LIKE 'server/%'")
    demo.graceful()
    wait_until(lambda: not set(children) & set(demo.children()) and demo.healthy(), 20)
    shop.book(service=FREE["name"])
    demo.advance(600)
    # as after a minute
    demo.run("UPDATE kf.meta SET value = jsonb_set(value::jsonb, '{at}', to_jsonb((value::jsonb->>'at')::numeric - 300))::text"
             " WHERE key LIKE 'worker/%'")
    after = fresh(demo, lambda now: now.get('konfirmado_queue_oldest_age_seconds{queue="callbacks"}', 0) > 500 and now)
    assert min(age for name, age in after.items() if name.startswith("konfirmado_worker_age_seconds")) > 290
    # the server itself is alive, even if nobody does background work
    wait_until(lambda: demo.one("SELECT count(*) FROM kf.meta WHERE key LIKE 'server/%%/%d'" % demo.httpd_pid()) == 1, 20)
    # (in the first seconds after a start there can be no sign of life)
    wait_until(lambda: "No machine is doing the background work" in status_page(demo), 30, 0.5)
    page = status_page(demo)
    assert "callbacks to businesses: 1 due, the oldest for 10 min" in page
    assert {("no_worker", None), ("queue", "callbacks"), ("queue", "mails")} <= findings(demo)
    assert warned(demo, "workers") and warned(demo, "callbacks") and warned(demo, "mails")
    answer = health(demo)
    assert answer.status_code == 200 and answer.json()["status"] == "warning" and answer.json()["work"] != "ok"
