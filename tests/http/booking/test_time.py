"""Clock changes: offered, held, displayed and mailed times, against Python's own time zones."""
import datetime
import re
import zoneinfo

import pytest

from kitdemo import UTC, instant, wait_until
from kithttp import Page, private
from kitshop import Shop, person
from kitzones import BEGIN, changes, offset

ZONES = ("America/New_York", "Europe/London", "Australia/Sydney", "Asia/Kathmandu", "Africa/Casablanca", "America/Bogota",
         "America/Santiago")
SERVICE = {"name": "Consulta", "price": 0, "duration": 45, "step": 15, "horizon": 730}


@pytest.fixture(scope="module")
def demo(demos):
    """A new installation whose clock is at the beginning of 2026: all changes of two years lie ahead."""
    one = demos.get("time")
    one.clock_at(BEGIN)
    return one


@pytest.fixture(scope="module", params=ZONES)
def shop(demo, request):
    return Shop(demo, zone=request.param, services=[SERVICE])


def days_to_look_at(zone):
    """The days around every change, and two plain ones."""
    days = {datetime.date(2026, 6, 15), datetime.date(2027, 1, 15)}
    for change in changes(zone):
        local = change.astimezone(zone).date()
        days |= {local - datetime.timedelta(days=1), local, local + datetime.timedelta(days=1)}
    return sorted(days)


def expected(zone, day):
    """Starts on a day that is open from 00:00 to 24:00: existing wall times on the quarter hour. Of a repeated wall
    time only the first pass counts. The 45 minutes must end before the day's end in elapsed time."""
    midnight = datetime.datetime.combine(day, datetime.time())
    closing = midnight + datetime.timedelta(days=1)
    end = closing.replace(tzinfo=zone, fold=0).astimezone(UTC)
    starts = []
    for n in range(96):
        wall = midnight + datetime.timedelta(minutes=15 * n)
        at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        exists = at.astimezone(zone).replace(tzinfo=None) == wall
        if exists and at + datetime.timedelta(minutes=45) <= end:
            starts.append(at)
    return starts


def test_the_zones_change_as_this_test_believes():
    """Two changes a year where there are any; Casablanca's follow Ramadan."""
    counts = {name: len(changes(zoneinfo.ZoneInfo(name))) for name in ZONES}
    assert counts == {"America/New_York": 4, "Europe/London": 4, "Australia/Sydney": 4, "Asia/Kathmandu": 0,
                      "Africa/Casablanca": 4, "America/Bogota": 0, "America/Santiago": 4}


def test_offered_times(shop):
    zone = zoneinfo.ZoneInfo(shop.zone)
    for day in days_to_look_at(zone):
        noon = datetime.datetime.combine(day, datetime.time(12), UTC)
        found = shop.slots(SERVICE["name"], start=noon, days=1, zone=shop.zone)
        starts = [instant(one["start"]) for one in found]
        assert starts == expected(zone, day), "%s on %s" % (shop.zone, day)
        for one in found:
            start, end = instant(one["start"]), instant(one["end"])
            assert end - start == datetime.timedelta(minutes=45)
            # The written offset is valid at that instant.
            assert start.utcoffset() == offset(zone, start) and end.utcoffset() == offset(zone, end)
        walls = [one["start"][:16] for one in found]
        assert len(walls) == len(set(walls))


@pytest.mark.parametrize("reader", ["America/New_York", "Asia/Kathmandu", "UTC"])
def test_the_same_instants_in_a_customers_zone(shop, reader):
    """Another requested zone gets the same instants, divided by that zone's days."""
    own = zoneinfo.ZoneInfo(shop.zone)
    days = days_to_look_at(own)[:4]
    theirs = zoneinfo.ZoneInfo(reader)
    everything = {at for day in days for near in (-1, 0, 1, 2) for at in expected(own, day + datetime.timedelta(days=near))}
    for day in days:
        noon = datetime.datetime.combine(day, datetime.time(12), UTC)
        found = [instant(one["start"]) for one in shop.slots(SERVICE["name"], start=noon, days=1, zone=reader)]
        wanted = sorted(at for at in everything if at.astimezone(theirs).date() == day)
        assert found == wanted, (shop.zone, reader, day)


def test_what_is_not_offered_cannot_be_held(shop):
    """Times in a gap, second passes of a repeated hour, and off the grid: refused by the same rule."""
    zone = zoneinfo.ZoneInfo(shop.zone)
    tried = 0
    for change in changes(zone):
        before, after = offset(zone, change - datetime.timedelta(minutes=1)), offset(zone, change)
        if after < before:  # the second pass of the repeated hour begins at the change
            second = change + datetime.timedelta(minutes=15)
            shop.hold(second.isoformat(), SERVICE["name"], status=422)
            tried += 1
        shop.hold((change + datetime.timedelta(hours=3, minutes=7)).isoformat(), SERVICE["name"], status=422)
    assert tried == sum(offset(zone, c) < offset(zone, c - datetime.timedelta(minutes=1)) for c in changes(zone))


def test_everything_offered_around_a_change_can_be_held(shop):
    zone = zoneinfo.ZoneInfo(shop.zone)
    for change in changes(zone)[:2] or [datetime.datetime(2026, 6, 15, 12, tzinfo=UTC)]:
        day = change.astimezone(zone).date()
        starts = expected(zone, day)
        around = [at for at in starts if abs(at - change) <= datetime.timedelta(hours=3)] or starts[:8]
        taken = None
        for at in around:
            if taken is None or at >= taken + datetime.timedelta(minutes=45):
                held = shop.hold(at.isoformat(), SERVICE["name"])
                assert instant(held["start"]) == at
                assert instant(held["end"]) - at == datetime.timedelta(minutes=45)
                taken = at


def test_one_instant_on_page_in_json_and_in_the_callback(shop):
    """The first time after a change, booked through the pages: three readers, one instant."""
    zone = zoneinfo.ZoneInfo(shop.zone)
    change = (changes(zone) or [datetime.datetime(2026, 7, 1, 12, tzinfo=UTC)])[-1]
    day = change.astimezone(zone).date()
    client = shop.client()
    query = "service=%s&professional=any&day=%s&from=%s" % (shop.service_id(SERVICE["name"]), day, day)
    page = client.page("/book/%s/availability?%s" % (shop.link, query))
    buttons = page.form("/hold").buttons
    offered = [instant(value) for _, value in buttons]
    free = [instant(one["start"]) for one in shop.slots(SERVICE["name"], days=1, zone=shop.zone,
                                                        start=datetime.datetime.combine(day, datetime.time(12), UTC))]
    assert offered == free
    wanted = next(n for n, at in enumerate(offered) if at >= change)
    shown = dict(re.findall(r'value="([^"]+)">([^<]+)<', page.html))[buttons[wanted][1]]
    answer = client.submit(page.form("/hold"), buttons[wanted])
    details = client.page(answer.headers["Location"])
    fields = dict(details.form("/details").fields)
    private(fields["token"])
    done = client.submit(details.form("/details"), **dict(person(), accepted_terms="yes"))
    booking = re.search(r"/book/([0-9a-f-]{36})/confirm", done.headers["Location"]).group(1)
    confirm = client.follow(done)
    told = shop.client().get("/api/bookings/%s/status" % booking, headers={"Authorization": "Bearer " + fields["token"]}).json()
    at = offered[wanted]
    assert instant(told["start"]) == at and instant(told["end"]) - at == datetime.timedelta(minutes=45)
    (message,) = wait_until(shop.inbox)
    meeting = message["body"]["cita"]
    assert instant(meeting["inicio"]) == at and instant(meeting["fin"]) == instant(told["end"])
    assert meeting["timezone"] == shop.zone
    # The text of the page: the wall time of that instant in that zone.
    local = at.astimezone(zone)
    clock = "%d:%02d %s. m." % (local.hour % 12 or 12, local.minute, "a" if local.hour < 12 else "p")
    plain = re.sub(r"\s", " ", shown.replace("\u00a0", " ").replace("\u202f", " "))
    assert plain.strip() == clock, (plain, clock)
    text = re.sub(r"\s", " ", Page(confirm.text).text.replace("\u00a0", " ").replace("\u202f", " "))
    assert clock in text and "%d de" % local.day in text


def test_half_hour_hours_and_breaks_across_a_change(demo):
    """Hours that begin in the gap: New York, 02:00 to 06:00 with a break, on the night of the change."""
    zone = zoneinfo.ZoneInfo("America/New_York")
    shop = Shop(demo, zone=zone.key, services=[dict(SERVICE, duration=30, step=30)], hours="mon-sun 02:00-04:00,04:30-06:00")
    for day, walls in ((datetime.date(2026, 3, 8), ["03:00", "03:30", "04:30", "05:00", "05:30"]),
                       (datetime.date(2026, 11, 1), ["02:00", "02:30", "03:00", "03:30", "04:30", "05:00", "05:30"]),
                       (datetime.date(2026, 7, 1), ["02:00", "02:30", "03:00", "03:30", "04:30", "05:00", "05:30"])):
        found = shop.slots(SERVICE["name"], start=datetime.datetime.combine(day, datetime.time(12), UTC), days=1, zone=zone.key)
        assert [one["start"][11:16] for one in found] == walls, day


def test_notice_and_horizon(demo):
    shop = Shop(demo, services=[dict(SERVICE, notice=180, horizon=10)])
    now = demo.now()
    found = [instant(one["start"]) for one in shop.slots(SERVICE["name"], start=now, days=14)]
    assert now + datetime.timedelta(minutes=179) < found[0] <= now + datetime.timedelta(minutes=196)
    assert now + datetime.timedelta(days=10, minutes=-16) <= found[-1] <= now + datetime.timedelta(days=10, minutes=1)
    early = (found[0] - datetime.timedelta(minutes=15)).isoformat()
    late = (found[-1] + datetime.timedelta(minutes=15)).isoformat()
    for wish in (early, late):
        shop.hold(wish, SERVICE["name"], status=422)
    shop.hold(found[0].isoformat(), SERVICE["name"])


def test_buffers_breaks_closed_days(demo):
    shop = Shop(demo, zone="America/Bogota", services=[dict(SERVICE, duration=30, step=30, buffer_before=15, buffer_after=15)],
                hours="mon-sun 08:00-12:00,13:00-18:00")
    day = datetime.date(2026, 6, 16)
    noon = datetime.datetime.combine(day, datetime.time(17), UTC)

    def walls():
        return [one["start"][11:16] for one in shop.slots(SERVICE["name"], start=noon, days=1, zone=shop.zone)]
    full = walls()
    assert full[0] == "08:00" and "11:30" in full and "12:00" not in full and "13:00" in full and full[-1] == "17:30"
    shop.hold("2026-06-16T15:00:00-05:00", SERVICE["name"])
    # 14:45 to 15:45 is taken with its buffers; neighbours need 15 minutes of their own.
    assert [one for one in full if one not in walls()] == ["14:30", "15:00", "15:30"]
    demo.ctl("closed-day", "add", shop.sub, day.isoformat())
    wait_until(lambda: walls() == [], 8)
