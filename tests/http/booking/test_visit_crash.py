"""A move that fails at every possible point: the booking is at its old slot or at the new one, never at both or
neither."""
import re
import time
import uuid

import pytest
import requests

from kitadmin import person as staff
from kitafter import Visitor, book, mint, service_of
from kitclaims import OVERLAPS
from kitcrash import begin_anew, injector  # noqa: F401 (a fixture)
from kitdemo import instant, wait_until
from kithttp import private
from kitlog import DOWN
from kitshop import FREE, Shop

pytestmark = pytest.mark.plain  # a killed process reports nothing

# Every statement of a move that writes rows; the N-th fails if kf_test.fail says so.
FAULTS = """
    CREATE SCHEMA IF NOT EXISTS kf_test; GRANT USAGE ON SCHEMA kf_test TO PUBLIC;
    CREATE TABLE IF NOT EXISTS kf_test.fail (n int); DELETE FROM kf_test.fail; INSERT INTO kf_test.fail VALUES (0);
    GRANT SELECT ON kf_test.fail TO PUBLIC;
    CREATE OR REPLACE FUNCTION kf_test.count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE v int := coalesce(nullif(current_setting('kf_test.seen', true), ''), '0')::int + 1;
    BEGIN
        IF current_setting('application_name') = 'psql' THEN RETURN NULL; END IF;
        PERFORM set_config('kf_test.seen', v::text, true);
        IF EXISTS (SELECT FROM kf_test.fail f WHERE f.n = v)
           AND current_setting('kf_test.of', true) = 'move' THEN
            RAISE EXCEPTION 'planted fault' USING ERRCODE = '53100';
        END IF;
        RETURN NULL;
    END $$;
    DO $$ DECLARE x text; BEGIN
        FOR x IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind = 'r' LOOP
            EXECUTE format('CREATE OR REPLACE TRIGGER test_count AFTER INSERT OR UPDATE OR DELETE ON kf.%I'
                           ' FOR EACH STATEMENT EXECUTE FUNCTION kf_test.count()', x);
        END LOOP;
    END $$"""


@pytest.fixture(scope="module")
def office(demos, injector):
    """No background work, so every database call is the customer's."""
    def lines(demo):
        demo.env.update(KF_CRASH_COUNT=injector.path)
        return ["KonfirmadoJobs Off"]
    injector.off()
    return demos.get("after-faults", lines, preload="crash")


@pytest.fixture()
def shop(office, injector, log):
    log.expect(*DOWN, "AH00052")
    injector.off()
    shop = Shop(office, services=(FREE,), professionals=("Laura",))
    service_of(shop, FREE["name"], move_most=20, move_until_hours=0)
    return shop


def judge(shop, booking, old, new):
    """Whether the booking is at the old or the new slot; all its parts must agree."""
    demo = shop.demo
    row = booking.row()
    at = {instant(old): "old", instant(new): "new"}[instant(row["slot_start"])]
    claims = demo.sql("SELECT claim_id, slot_start FROM kf.claim WHERE tenant_id = '%s' AND state IN ('held', 'pending', 'booked')"
                      % shop.tenant)
    assert [one["claim_id"] for one in claims] == [row["claim_id"]] and claims[0]["slot_start"] == row["slot_start"]
    assert demo.one(OVERLAPS % shop.tenant) == 0
    moves = row["sequence"]
    count = "SELECT count(*) FROM kf.%s WHERE tenant_id = '" + shop.tenant + "' AND %s"
    assert demo.one(count % ("outbox", "event = 'booking.rescheduled'")) == moves
    assert demo.one(count % ("mail", "kind = 'booking_moved'")) == moves
    assert demo.one(count % ("booking_history", "reason = 'moved'")) == moves
    reminders = demo.sql("SELECT DISTINCT starts_at FROM kf.reminder WHERE tenant_id = '%s' AND state = 'due'" % shop.tenant)
    assert [one["starts_at"] for one in reminders] == [row["slot_start"]]
    return at


def attempt(demo, token, start):
    """The status of an attempt, each from its own address; None without an answer."""
    try:
        answer = Visitor(demo).post_move(token, start)
    except requests.ConnectionError:
        return None
    if answer.status_code == 303:
        private(re.search("/booking/([A-Za-z0-9_-]{43})", answer.headers["Location"]).group(1))
    return answer.status_code


@pytest.mark.slow
def test_a_customer_moves(shop, office, injector):
    """Fails before and after every database call: killed, cut off, or the answer lost. Then the link is tried again."""
    booking = book(shop, service=FREE["name"])
    seen, ends = [], set()
    for how in "bafl":
        number = 1
        while True:
            old, new, token = booking.row()["slot_start"], shop.take_slot(FREE["name"]), mint(booking, "move")
            before = booking.row()["sequence"]
            office.run("UPDATE kf.booking SET moves = 0 WHERE booking_id = '%s'" % booking.id)
            begin_anew(office)
            injector.arm(number, how, "visit_")
            status = attempt(office, token, new)
            hit = injector.hit()
            injector.off()
            wait_until(office.healthy)
            at = judge(shop, booking, old, new)
            if not hit:
                assert status == 303 and at == "new"
                break
            seen.append((how, hit, status, at))
            ends.add(at)
            assert (status == 303) <= (at == "new"), seen[-1]
            again = attempt(office, token, new)
            assert again == (303 if at == "old" else 410), (again, seen[-1])
            assert judge(shop, booking, old, new) == "new" and booking.row()["sequence"] == before + 1
            number += 1
            assert number < 30, seen
    assert ends == {"old", "new"} and {"visit_move"} <= {name for _, name, _, _ in seen}, seen


@pytest.mark.slow
def test_the_merchant_moves(shop, office, injector):
    """The same with an idempotency key, as a merchant's program does it: the same key until there is an answer."""
    booking, owner = book(shop, service=FREE["name"]), staff(shop)
    path, seen = "/api/bookings/%s/move" % booking.id, []
    for how in "al":
        number = 1
        while True:
            old, new, key = booking.row()["slot_start"], shop.take_slot(FREE["name"]), {"Idempotency-Key": str(uuid.uuid4())}
            before = booking.row()["sequence"]
            begin_anew(office)
            injector.arm(number, how)
            bodies = []
            for _ in range(60):
                try:
                    answer = owner.post(path, json={"start": new}, headers=key)
                except requests.ConnectionError:
                    wait_until(office.healthy)
                    continue
                if answer.status_code == 200:
                    bodies.append(answer.content)
                    break
                assert answer.status_code == 503 or answer.json()["code"] == "idempotency_key_running", answer.text
                judge(shop, booking, old, new)
                office.advance(2)
                time.sleep(0.1)
            hit = injector.hit()
            injector.off()
            assert bodies, (how, number, hit)
            assert judge(shop, booking, old, new) == "new" and booking.row()["sequence"] == before + 1, (how, number, hit)
            assert owner.post(path, json={"start": new}, headers=key).content == bodies[0]
            assert booking.row()["sequence"] == before + 1
            if not hit:
                break
            seen.append((how, hit))
            number += 1
            assert number < 40, seen
    assert any("move" in name for _, name in seen), seen


def test_every_statement_that_writes(shop, office):
    """A full disk at the N-th write: nothing of the move remains, and the same link works once there is space again."""
    booking = book(shop, service=FREE["name"])
    office.run(FAULTS)
    office.run("ALTER FUNCTION kf.visit_move SET kf_test.of = 'move'")
    number = 0
    try:
        while True:
            number += 1
            old, new, token = booking.row()["slot_start"], shop.take_slot(FREE["name"]), mint(booking, "move")
            office.run("UPDATE kf_test.fail SET n = %d" % number)
            status = attempt(office, token, new)
            at = judge(shop, booking, old, new)
            if status == 303:
                assert at == "new"
                break
            assert status in (500, 503) and at == "old", (number, status)
            office.run("UPDATE kf_test.fail SET n = 0")
            assert attempt(office, token, new) == 303 and judge(shop, booking, old, new) == "new"
            assert number < 60
    finally:
        office.run("DROP SCHEMA kf_test CASCADE; ALTER FUNCTION kf.visit_move RESET kf_test.of")
    print("%d statements write" % (number - 1))
    assert number - 1 >= 8
