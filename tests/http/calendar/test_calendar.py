"""Calendars at Google: what is read, what is written, and the handling of failures."""
import concurrent.futures
import datetime
import socket
import time

import pytest

from kitaccount import Node
from kitcalendar import TROUBLE, Calendar, hour, laura, office, ours, quiet, starts  # noqa: F401 (fixtures)
from kitconf import reconfigure
from kitdemo import instant, wait_until
from kithttp import Page
from kitshop import FREE, PAID, Shop, person

# --- reading ---


def test_what_is_added_is_gone_by_push(laura):
    shop = laura.shop
    laura.wait_push()
    at = hour(shop)
    event = laura.add(at, 60)
    wait_until(lambda: at not in starts(shop), 5)
    assert at in starts(shop, "Pedro")
    laura.drop(event)
    wait_until(lambda: at in starts(shop), 5)


def test_what_is_added_is_gone_by_age(quiet):
    laura = Calendar(Shop(quiet, professionals=("Laura",)), "Laura").wait_read()
    at = hour(laura.shop)
    laura.add(at, 60)
    wait_until(lambda: at not in starts(laura.shop), 8)
    assert laura.google.channels() == [] or not [one for one in laura.google.channels() if one["account"] == laura.account]


def test_buffers_and_edges(office):
    """An event blocks exactly the slots that it overlaps."""
    shop = Shop(office, professionals=("Laura",), services=(dict(FREE, buffer_before=10, buffer_after=20, step=10),))
    laura = Calendar(shop, "Laura").wait_read()
    laura.wait_push()
    name = FREE["name"]
    at = [one for one in starts(shop, "Laura", name) if instant(one).minute == 0][5]
    laura.add(at, 60)
    begin = instant(at)
    wait_until(lambda: at not in starts(shop, "Laura", name), 5)
    left = {instant(one) for one in starts(shop, "Laura", name)}
    minutes = datetime.timedelta(minutes=1)
    # 30 long, 20 behind it: 50 before the event; 10 before the start: 70 after its begin
    for offset in (-50, 70):
        assert begin + offset * minutes in left, offset
    for offset in (-40, 0, 60):
        assert begin + offset * minutes not in left, offset


@pytest.mark.plain  # twenty at a time: with sanitizers they wait for each other until the gate gives up
def test_nobody_who_looks_asks_google(laura):
    """Five hundred customers look at one professional's slots."""
    shop = laura.shop
    laura.wait_push()
    time.sleep(1.5)
    before = laura.asked()
    query = {"service": shop.service_id(PAID["name"]), "professional": shop.professional_id("Laura")}

    def look(i):
        if i % 2:
            return shop.client().get("/book/%s/availability" % shop.link, params=query).status_code
        return shop.client().get("/api/availability", params=dict(query, link=shop.link)).status_code
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        assert set(pool.map(look, range(500))) == {200}
    assert laura.asked() <= before + 1


def test_days_that_are_over_are_empty(laura):
    """The same with a calendar whose data has not been read yet."""
    shop = laura.shop
    laura.wait_push()
    now = shop.demo.now()
    for first, last in ((9, 3), (2, 2), (40, 30)):
        days = [(now - datetime.timedelta(days=n)).date().isoformat() for n in (first, last)]
        query = {"service": shop.service_id(PAID["name"]), "from": days[0], "to": days[1]}
        for more in ({}, {"professional": shop.professional_id("Laura")}):
            answer = shop.client().get("/api/availability", params=dict(query, link=shop.link, **more))
            assert answer.status_code == 200, answer.text
            assert answer.json()["slots"] == [] and answer.json()["calendar_unavailable"] == []


# --- taking a time ---


def test_a_hold_asks_first(laura):
    shop = laura.shop
    before = laura.asked()
    shop.hold(hour(shop, 5), professional="Laura")
    assert laura.asked() == before + 1
    shop.hold(hour(shop, 5, "Pedro"), professional="Pedro")
    assert laura.asked() == before + 1


def test_an_event_after_the_page_was_loaded(laura):
    """No notification arrived."""
    shop = laura.shop
    laura.google.fault("drop", method="push.notify", account=laura.account)
    at = hour(shop, 6)
    laura.add(at, 60)
    assert at in starts(shop)
    refused = shop.hold(at, professional="Laura", status=409)
    assert refused["code"] == "slot_unavailable"
    assert at not in starts(shop)


def test_the_page_shows_other_times(laura):
    shop = laura.shop
    laura.google.fault("drop", method="push.notify", account=laura.account)
    at = hour(shop, 7)
    laura.add(at, 60)
    client = shop.client()
    form = {"service": shop.service_id(PAID["name"]), "professional": shop.professional_id("Laura"), "start": at,
            "timezone": "UTC"}
    page = client.get("/book/%s/availability" % shop.link, params={k: v for k, v in form.items() if k != "start"})
    tokens = dict(Page(page.text).forms[-1].fields)
    answer = client.post("/book/%s/hold" % shop.link, data=dict(tokens, **form))
    assert answer.status_code == 409 and "ya no está disponible" in answer.text
    assert 'value="%s"' % at not in answer.text and 'name="start"' in answer.text


def test_paying_asks_again(laura):
    shop = laura.shop
    hold = shop.hold(hour(shop, 8), professional="Laura")
    laura.google.fault("drop", method="push.notify", account=laura.account)
    laura.add(hold["start"], 30)
    answer = shop.client().post("/api/bookings", json=shop.booking_body(hold, person()))
    assert answer.status_code == 409 and answer.json()["code"] == "slot_unavailable"


def test_two_servers_ask_once(laura, tmp_path):
    shop = laura.shop
    node = Node(shop.demo, str(tmp_path)).start()
    try:
        laura.fault("slow", seconds=0.6)
        before = laura.asked()
        at = [one for one in starts(shop) if instant(one).minute == 0][10:18]
        bases = [shop.url, "http://%s.localhost:%d" % (shop.sub, node.port)]

        def hold(i):
            client = shop.client()
            client.base = bases[i % 2]
            return client.post("/api/holds", json=shop.hold_body(at[i], professional="Laura")).status_code
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            got = list(pool.map(hold, range(8)))
        assert got == [201] * 8
        # a reading that began before the last customer arrived may not serve that customer
        assert laura.asked() - before <= 3
    finally:
        laura.well()
        node.stop()


# --- writing ---


def test_a_booking_is_an_event(laura):
    shop = laura.shop
    customer = person(name="Ana & Cía López")
    booking = shop.book(hour(shop, 4), FREE["name"], "Laura", customer)
    wait_until(lambda: ours(laura), 10)
    (event,) = ours(laura)
    assert event["summary"] == "Asesoría · Ana & Cía López"
    assert customer["phone"] in event["description"] and customer["notes"] in event["description"]
    assert instant(event["start"]["dateTime"]) == instant(booking.hold["start"])
    assert "attendees" not in event
    # our claim covers its own slot; the calendar's entry for it changes nothing, and is no conflict
    assert laura.demo.one("SELECT count(*) FROM kf.calendar_conflict WHERE tenant_id = '%s'" % shop.tenant) == 0
    laura.demo.ctl("booking", "cancel", shop.sub, booking.id)
    wait_until(lambda: not ours(laura), 10)


def test_exactly_one_event_whatever_breaks(laura, log):
    """The answer to the insert is lost. The next attempt finds the event."""
    shop = laura.shop
    laura.fault("500", method="events.insert", after=True, times=1)
    booking = shop.book(hour(shop, 9), FREE["name"], "Laura")
    state = "SELECT state FROM kf.calendar_event WHERE booking_id = '%s'" % booking.id
    wait_until(lambda: laura.demo.one(state) == "done", 15)
    assert len(ours(laura)) == 1 and len(ours(laura, deleted=True)) == 1


def test_an_event_that_cannot_be_written(laura):
    shop = laura.shop
    laura.fault("forbidden", method="events.insert")
    booking = shop.book(hour(shop, 11), FREE["name"], "Laura")
    row = "SELECT state, error FROM kf.calendar_event WHERE booking_id = '%s'" % booking.id
    wait_until(lambda: laura.demo.sql(row)[0]["state"] == "failed", 10)
    assert booking.status() in ("paid", "confirmed")
    laura.well()


def test_an_event_that_was_deleted_there_comes_back(office):
    """Google refuses the change of a deleted event (403): that is not a permanent refusal."""
    laura = Calendar(Shop(office, professionals=("Laura",)), "Laura").wait_read()
    booking = laura.shop.book(hour(laura.shop), FREE["name"], "Laura")
    row = "SELECT state FROM kf.calendar_event WHERE booking_id = '%s'" % booking.id
    booking.wait("confirmed")  # the last automatic change
    wait_until(lambda: laura.demo.one(row) == "done", 10)
    (event,) = ours(laura)
    laura.drop(event["id"])
    assert not ours(laura)
    changes = laura.asked("events.patch")
    laura.demo.sql("SELECT kf.calendar_want(x, 'present', x.wanted_version + 1) FROM kf.calendar_event x "
                   "WHERE x.booking_id = '%s'" % booking.id)
    wait_until(lambda: ours(laura) and laura.demo.one(row) == "done", 10)
    (again,) = ours(laura)
    assert again["id"] != event["id"] and again["start"] == event["start"]
    assert laura.asked("events.patch") == changes + 1


def test_a_meeting_and_a_guest(office):
    laura = Calendar(Shop(office, professionals=("Laura",)), "Laura", meeting=True, guest=True,
                     summary="{{service}} de {{{customer}}} en {{business}}").wait_read()
    laura.google.settings(meet_pending_s=3)
    try:
        customer = person()
        booking = laura.shop.book(hour(laura.shop), FREE["name"], "Laura", customer)
        url = "SELECT meeting_url FROM kf.calendar_event WHERE booking_id = '%s'" % booking.id
        wait_until(lambda: laura.demo.one(url), 20)
        (event,) = ours(laura)
        assert [one["email"] for one in event["attendees"]] == [customer["email"]]
        assert event["summary"] == "Asesoría de %s en Negocio %s" % (customer["name"], laura.shop.sub)
        assert laura.asked("events.insert") == 1
    finally:
        laura.google.settings(meet_pending_s=1)


# --- trouble ---


# The unit tests of the provider cover all other broken answers; each takes a quarter of a minute here.
@pytest.mark.plain
@pytest.mark.slow
@pytest.mark.parametrize("kind,more", [("500", {}), ("rateLimitExceeded", {}), ("slow", {"seconds": 20}), ("drip", {}),
                                       ("refuse", {})], ids=lambda value: value if isinstance(value, str) else "")
def test_who_cannot_be_read_has_no_times(quiet, log, kind, more):
    """Other businesses are served, not all threads are busy, and it recovers by itself."""
    log.expect(TROUBLE)
    shop = Shop(quiet, professionals=("Laura", "Pedro"))
    laura = Calendar(shop, "Laura").wait_read()
    at, other = hour(shop, 4), hour(shop, 4, "Pedro")
    try:
        laura.fault(kind, **more)
        began = time.monotonic()
        refused = shop.hold(at, professional="Laura", status=503)
        assert refused["code"] == "calendar_unavailable" and time.monotonic() - began < 10
        shop.hold(other, professional="Pedro")
        wait_until(lambda: not starts(shop), 25)
        answer = shop.client().get("/api/availability", params={
            "link": shop.link, "service": shop.service_id(PAID["name"]), "professional": shop.professional_id("Laura")})
        assert answer.json()["calendar_unavailable"] == [shop.professional_id("Laura")]
        assert starts(shop, "Pedro")
        page = shop.client().get("/book/%s/availability" % shop.link, params={
            "service": shop.service_id(PAID["name"]), "professional": shop.professional_id("Laura")})
        assert "No podemos consultar la agenda de Laura en este momento. Elige otro profesional" in page.text
    finally:
        laura.well()
    wait_until(lambda: starts(shop), 70)


def test_one_of_three_calendars(office, log):
    log.expect(TROUBLE)
    shop = Shop(office, professionals=("Laura", "Pedro"))
    laura = Calendar(shop, "Laura", ("primary", "c_b@group.calendar.google.com", "c_c@group.calendar.google.com")).wait_read()
    assert laura.asked() >= 1
    at = hour(shop)
    laura.google.fault("calendar_error", method="freebusy.query", calendar="c_b@group.calendar.google.com",
                       reason="internalError")
    try:
        assert shop.hold(at, professional="Laura", status=503)["code"] == "calendar_unavailable"
        # any professional: Pedro
        held = shop.hold(at)
        assert held["professional"] == shop.professional_id("Pedro")
    finally:
        laura.well()


def test_revoked(laura, log):
    log.expect(TROUBLE)
    shop = laura.shop
    laura.wait_push()
    at = hour(shop)  # the reader that gets the notice may read first; then nothing is free
    laura.google.revoke(laura.account)
    laura.google.notify(channel_of(laura))
    shop.hold(at, professional="Laura", status=503)
    wait_until(lambda: laura.row()["state"] == "error", 10)
    assert laura.row()["error"] == "revoked"
    asked = laura.asked("oauth.token")
    time.sleep(3)
    assert laura.asked("oauth.token") == asked
    mails = laura.demo.sql("SELECT kind FROM kf.mail WHERE tenant_id = '%s' AND kind LIKE 'calendar%%'" % shop.tenant)
    owners = laura.demo.one("SELECT count(*) FROM kf.staff WHERE tenant_id = '%s' AND role = 'owner'" % shop.tenant)
    assert [one["kind"] for one in mails] == ["calendar_error"] * owners
    assert not starts(shop) and starts(shop, "Pedro")


def test_an_access_token_that_is_refused_is_refreshed_once(laura):
    shop = laura.shop
    laura.wait_push()
    before = laura.asked("oauth.token")
    laura.google.expire(laura.account)
    shop.hold(hour(shop, 2), professional="Laura")
    after = laura.asked("oauth.token")
    assert before < after <= before + 2  # background work may read at the same moment
    shop.hold(hour(shop, 3), professional="Laura")
    assert laura.asked("oauth.token") == after


# --- notices ---


def channel_of(laura):
    (one,) = [one for one in laura.google.channels() if one["account"] == laura.account]
    return one["id"]


@pytest.mark.parametrize("forged", [{"token": "x" * 43}, {"token": None}, {"token": ""}, {"resource_id": "other"},
                                    {"as_channel": "no-uuid"}, {"as_channel": "0191f7c2-3b5a-7c3e-9d41-5f2a6b7c8d9e"}],
                         ids=lambda value: "-".join("%s-%s" % (k, str(v)[:7]) for k, v in value.items()))
def test_forged_notices(laura, forged):
    laura.wait_push()
    before = laura.busy()["changed_at"]
    (answer,) = laura.google.notify(channel_of(laura), **forged)
    assert answer["status"] == 404
    assert laura.busy()["changed_at"] == before and laura.busy()["read_at"]


def test_notices_are_counted(laura):
    """An old message number and the first one (sync) cause no reading. A hundred notices cause one or few."""
    laura.wait_push()
    channel = channel_of(laura)
    wait_until(lambda: all(one["done"] for one in laura.google.notifications()))
    time.sleep(1.5)
    before = laura.asked()
    assert laura.google.notify(channel, state="sync", number=10000)[0]["status"] == 204
    assert laura.google.notify(channel, number=3)[0]["status"] == 204
    time.sleep(1.5)
    assert laura.asked() == before
    assert {one["status"] for one in laura.google.notify(channel, number=20000, count=100)} == {204}
    wait_until(lambda: laura.asked() > before, 3)
    time.sleep(1.5)
    assert laura.asked() <= before + 2


def test_the_body_of_a_notice_is_not_read(laura):
    """A sender without the channel's token learns nothing and blocks nobody."""
    with socket.create_connection(("127.0.0.1", laura.demo.port), 5) as wire:
        wire.sendall(b"POST /api/webhooks/google HTTP/1.1\r\nHost: localhost:%d\r\nX-Goog-Channel-ID: x\r\n"
                     b"Content-Length: 100000\r\n\r\nslow" % laura.demo.port)
        wire.settimeout(3)
        assert wire.recv(4096).split(b" ")[1] == b"404"


# --- the end of a connection ---


def test_disconnecting_gives_the_grant_back(laura):
    laura.wait_push()
    laura.demo.run("SELECT kf.calendar_disconnect('%s', '%s')" % (laura.shop.tenant, laura.professional))
    assert starts(laura.shop)
    wait_until(lambda: not [one for one in laura.google.channels() if one["account"] == laura.account], 10)
    wait_until(lambda: laura.row()["refresh_token_sealed"] is None and laura.row()["revoke_due_at"] is None, 10)
    assert laura.row()["access_token_sealed"] is None
    assert not [one for one in laura.google.grants() if one["account"] == laura.account and one["refresh"]]


def test_a_conflict_is_told_and_changes_nothing(laura):
    shop = laura.wait_push().shop
    booking = shop.book(hour(shop, 4), FREE["name"], "Laura")
    wait_until(lambda: ours(laura), 10)
    laura.add(booking.hold["start"], 15)
    count = "SELECT count(*) FROM kf.calendar_conflict WHERE booking_id = '%s' AND resolved_at IS NULL" % booking.id
    wait_until(lambda: laura.demo.one(count) == 1, 15)
    assert booking.status() in ("paid", "confirmed") and len(ours(laura)) == 1


# --- directives ---


GOOGLE = ["KonfirmadoGoogleClient", "KonfirmadoGoogleSecretFile", "KonfirmadoGoogleAuthorizeURL", "KonfirmadoGoogleTokenURL",
          "KonfirmadoGoogleRevokeURL", "KonfirmadoGoogleAPI", "KonfirmadoCalendarTTL", "KonfirmadoCalendarPoll",
          "KonfirmadoCalendarPush"]
WOMPI = ["KonfirmadoWompiAPI", "KonfirmadoWompiSandboxAPI", "KonfirmadoWompiCheckout"]


@pytest.mark.parametrize("lines,sentence", [
    (["KonfirmadoGoogleClient x"], "go together"),
    (["KonfirmadoGoogleSecretFile {good}"], "go together"),
    (["KonfirmadoGoogleClient x", "KonfirmadoGoogleSecretFile /none"], "cannot be read"),
    (["KonfirmadoGoogleClient x", "KonfirmadoGoogleSecretFile {open}"], "must not be accessible to group or others"),
    (["KonfirmadoGoogleClient x", "KonfirmadoGoogleSecretFile {empty}"], "is empty"),
    (["KonfirmadoGoogleClient x", "KonfirmadoGoogleSecretFile {blank}"], "has an empty first line"),
    (["KonfirmadoGoogleAPI https://www.googleapis.com/calendar/v3"], "has no effect without"),
    (["KonfirmadoGoogleClient x", "KonfirmadoGoogleSecretFile {good}", "KonfirmadoGoogleTokenURL token.example"], "is not an absolute URL"),
    (["KonfirmadoGoogleClient x", "KonfirmadoGoogleSecretFile {good}", "KonfirmadoGoogleTokenURL http://token.example/x", "secure"],
     "is not https"),
    (["KonfirmadoCalendarTTL 4s"], "outside the range 5s to 1h"),
    (["KonfirmadoCalendarTTL 60"], "is not a duration"),
    (["KonfirmadoCalendarTTL 10m", "KonfirmadoCalendarPoll 5m"], "must not be shorter"),
    (["KonfirmadoCalendarPush perhaps"], "must be On or Off"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_start_refuses(office, tmp_path, lines, sentence):
    files = {"good": ("secret\n", 0o600), "open": ("secret\n", 0o644), "empty": ("", 0o600), "blank": ("\nsecret\n", 0o600)}
    for name, (text, mode) in files.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(mode)
    drop = GOOGLE
    if "secure" in lines:
        lines = [*lines[:-1], "KonfirmadoBaseURL https://book.example.test"]
        drop = [*GOOGLE, *WOMPI, "KonfirmadoBaseURL", "KonfirmadoAllowInsecureHTTP"]
    _, _, status, said = reconfigure(office, *(one.format(**{name: tmp_path / name for name in files}) for one in lines), drop=drop)
    assert status != 0 and sentence in said, said
    assert "secret\n" not in said
