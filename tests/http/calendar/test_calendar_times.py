"""The busy times of a calendar are never offered: the slots of an open day, minus those. Each row is a calendar as a
person keeps it. The expected busy times are written out by hand, in UTC. They are computed a second time from the
sandbox's answer to the server's query."""
import datetime
import itertools

import pytest

from kitcalendar import Calendar, Google, directives
from kitdemo import UTC, instant, wait_until
from kitshop import FREE, Shop

pytestmark = pytest.mark.plain  # the computation of slots is the same there

SPRING, AUTUMN = "2027-03-08T12:00:00Z", "2027-09-28T12:00:00Z"
# Clocks go forward: New York 14 March, Madrid 28 March, Sydney 3 October; back: Sydney 4 April,
# Madrid 31 October, New York 7 November.
MADRID, YORK, SYDNEY, BOGOTA = "Europe/Madrid", "America/New_York", "Australia/Sydney", "America/Bogota"
OTHER = "c_other@group.calendar.google.com"


def at(start, end, zone=None, **more):
    """A timed event: wall times of the zone, or instants."""
    def side(text):
        return dict({"dateTime": text}, **({"timeZone": zone} if zone else {}))
    return dict(more, summary="Ocupado", start=side(start), end=side(end))


def days(start, end, **more):
    return dict(more, summary="Ocupado", start={"date": start}, end={"date": end})


def rule(*lines):
    return {"recurrence": list(lines)}


class Row:
    """A calendar, the professional's time zone, and the expected busy times."""

    def __init__(self, name, now, zone, events, busy, own=None, then=None, fault=None, read=("primary",), **service):
        self.name, self.now, self.zone = name, now, zone
        self.events, self.busy = events, [span.split("/") for span in busy.split()]
        self.own = own or zone  # the calendar's own time zone
        self.then, self.fault, self.read = then, fault, read
        self.service = {**FREE, "step": 10, "horizon": 60, **service}



def moved(diary, master):
    """An exception of the second instance: tomorrow, and longer. The third is deleted."""
    diary.google.change_event(diary.account, master["id"] + "_20270323T090000Z",
                              start={"dateTime": "2027-03-24T15:00:00+01:00"}, end={"dateTime": "2027-03-24T16:30:00+01:00"})
    diary.google.delete_event(diary.account, master["id"] + "_20270324T090000Z")


def deleted(diary, event):
    diary.google.delete_event(diary.account, event["id"])


TABLE = [
    Row("all day, 14 hours before UTC", SPRING, "Pacific/Kiritimati", [days("2027-03-11", "2027-03-12")],
        "03-10T10:00/03-11T10:00"),
    Row("all day, 11 hours behind UTC", SPRING, "Pacific/Pago_Pago", [days("2027-03-11", "2027-03-12")],
        "03-11T11:00/03-12T11:00"),
    Row("all day, of the calendar's zone", SPRING, BOGOTA, [days("2027-03-11", "2027-03-12")],
        "03-10T15:00/03-11T15:00", own="Asia/Tokyo"),
    Row("all day, 23 hours", SPRING, MADRID, [days("2027-03-28", "2027-03-29")], "03-27T23:00/03-28T22:00"),
    Row("all day, 25 hours", SPRING, SYDNEY, [days("2027-04-04", "2027-04-05")], "04-03T13:00/04-04T14:00"),
    Row("all day, three of them over the change", SPRING, YORK, [days("2027-03-13", "2027-03-16")],
        "03-13T05:00/03-16T04:00"),
    Row("all day every week over the change", SPRING, MADRID,
        [days("2027-03-22", "2027-03-23", **rule("RRULE:FREQ=WEEKLY;COUNT=2"))],
        "03-21T23:00/03-22T23:00 03-28T22:00/03-29T22:00"),
    Row("several days", SPRING, BOGOTA, [at("2027-03-12T18:00:00-05:00", "2027-03-15T07:30:00-05:00")],
        "03-12T23:00/03-15T12:30"),
    Row("weekly, the clock goes forward in Madrid", SPRING, MADRID,
        [at("2027-03-22T10:00:00", "2027-03-22T11:00:00", MADRID, **rule("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"))],
        "03-22T09:00/03-22T10:00 03-29T08:00/03-29T09:00 04-05T08:00/04-05T09:00"),
    Row("daily, the clock goes forward in New York", SPRING, YORK,
        [at("2027-03-12T09:00:00", "2027-03-12T09:30:00", YORK, **rule("RRULE:FREQ=DAILY;UNTIL=20270315T235959Z"))],
        "03-12T14:00/03-12T14:30 03-13T14:00/03-13T14:30 03-14T13:00/03-14T13:30 03-15T13:00/03-15T13:30"),
    Row("twice a week, the clock goes back in Sydney", SPRING, SYDNEY,
        [at("2027-03-30T08:00:00", "2027-03-30T08:40:00", SYDNEY, **rule("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"))],
        "03-29T21:00/03-29T21:40 03-31T21:00/03-31T21:40 04-05T22:00/04-05T22:40 04-07T22:00/04-07T22:40"),
    Row("of Madrid, for somebody in New York, between the two changes", SPRING, YORK,
        [at("2027-03-22T18:00:00", "2027-03-22T19:00:00", MADRID, **rule("RRULE:FREQ=WEEKLY;COUNT=2"))],
        "03-22T17:00/03-22T18:00 03-29T16:00/03-29T17:00"),
    Row("at a time that the change leaves out", SPRING, MADRID,
        [at("2027-03-27T02:30:00", "2027-03-27T03:00:00", MADRID, **rule("RRULE:FREQ=DAILY;COUNT=3"))],
        "03-27T01:30/03-27T02:00 03-28T01:30/03-28T02:00 03-29T00:30/03-29T01:00"),
    Row("every second day but one", SPRING, MADRID,
        [at("2027-03-25T10:00:00", "2027-03-25T11:00:00", MADRID,
            **rule("RRULE:FREQ=DAILY;INTERVAL=2;COUNT=4", "EXDATE;TZID=Europe/Madrid:20270329T100000"))],
        "03-25T09:00/03-25T10:00 03-27T09:00/03-27T10:00 03-31T08:00/03-31T09:00"),
    Row("one instance moved, one deleted", SPRING, MADRID,
        [at("2027-03-22T10:00:00", "2027-03-22T11:00:00", MADRID, **rule("RRULE:FREQ=DAILY;COUNT=4"))],
        "03-22T09:00/03-22T10:00 03-24T14:00/03-24T15:30 03-25T09:00/03-25T10:00", then=moved),
    Row("free, declined, elsewhere: not busy", SPRING, BOGOTA,
        [at("2027-03-12T10:00:00-05:00", "2027-03-12T11:00:00-05:00", transparency="transparent"),
         days("2027-03-16", "2027-03-17", eventType="workingLocation"),
         at("2027-03-18T10:00:00-05:00", "2027-03-18T11:00:00-05:00",
            attendees=[{"email": "{account}", "responseStatus": "declined"}])], ""),
    Row("cancelled", SPRING, BOGOTA, [at("2027-03-12T10:00:00-05:00", "2027-03-12T11:00:00-05:00")], "", then=deleted),
    Row("tentative, and not answered yet", SPRING, BOGOTA,
        [at("2027-03-12T10:00:00-05:00", "2027-03-12T11:00:00-05:00", status="tentative"),
         at("2027-03-18T10:00:00-05:00", "2027-03-18T11:00:00-05:00",
            attendees=[{"email": "{account}", "responseStatus": "needsAction"}])],
        "03-12T15:00/03-12T16:00 03-18T15:00/03-18T16:00"),
    Row("half hours and quarters of zones far away", SPRING, BOGOTA,
        [at("2027-03-12T09:30:00", "2027-03-12T10:15:00", "Asia/Kolkata"),
         at("2027-03-12T09:30:00", "2027-03-12T10:15:00", "Asia/Kathmandu"),
         at("2027-03-12T09:30:00", "2027-03-12T10:15:00", "America/St_Johns")],
        "03-12T03:45/03-12T04:45 03-12T13:00/03-12T13:45", own=BOGOTA),
    Row("seconds, and an event of no length", SPRING, BOGOTA,
        [at("2027-03-12T10:09:59-05:00", "2027-03-12T10:20:01-05:00"),
         at("2027-03-13T10:00:00-05:00", "2027-03-13T10:00:00-05:00")], "03-12T15:09:59/03-12T15:20:01"),
    Row("answers in pieces, backwards, in odd offsets", SPRING, MADRID,
        [at("2027-03-12T10:00:00+01:00", "2027-03-12T11:00:00+01:00"),
         at("2027-03-12T10:30:00+01:00", "2027-03-12T12:00:00+01:00"),
         at("2027-03-12T12:00:00+01:00", "2027-03-12T12:20:00+01:00"),
         at("2027-03-12T09:00:00+01:00", "2027-03-12T09:50:00+01:00"), days("2027-03-28", "2027-03-29")],
        "03-12T08:00/03-12T08:50 03-12T09:00/03-12T11:20 03-27T23:00/03-28T22:00", fault="odd"),
    Row("answers that reach beyond what was asked for", SPRING, BOGOTA,
        [at("2027-03-01T10:00:00-05:00", "2027-03-10T09:00:00-05:00"),
         at("2027-03-20T10:00:00-05:00", "2027-06-10T09:00:00-05:00")],
        "03-01T15:00/03-10T14:00 03-20T15:00/06-10T14:00", fault="unclipped"),
    Row("two calendars that overlap", SPRING, BOGOTA,
        [at("2027-03-12T10:00:00-05:00", "2027-03-12T11:00:00-05:00"),
         (OTHER, at("2027-03-12T10:40:00-05:00", "2027-03-12T12:00:00-05:00")),
         (OTHER, at("2027-03-15T10:00:00-05:00", "2027-03-15T10:10:00-05:00"))],
        "03-12T15:00/03-12T17:00 03-15T15:00/03-15T15:10", read=("primary", OTHER)),
    Row("with time before and after", SPRING, BOGOTA, [at("2027-03-12T10:00:00-05:00", "2027-03-12T11:00:00-05:00")],
        "03-12T15:00/03-12T16:00", buffer_before=20, buffer_after=10),
    Row("weekly, the clock goes back in Madrid", AUTUMN, MADRID,
        [at("2027-10-25T10:00:00", "2027-10-25T11:00:00", MADRID, **rule("RRULE:FREQ=WEEKLY;COUNT=2"))],
        "10-25T08:00/10-25T09:00 11-01T09:00/11-01T10:00"),
    Row("daily, the clock goes back in New York", AUTUMN, YORK,
        [at("2027-11-05T17:00:00", "2027-11-05T18:00:00", YORK, **rule("RRULE:FREQ=DAILY;COUNT=4"))],
        "11-05T21:00/11-05T22:00 11-06T21:00/11-06T22:00 11-07T22:00/11-07T23:00 11-08T22:00/11-08T23:00"),
    Row("daily, the clock goes forward in Sydney", AUTUMN, SYDNEY,
        [at("2027-10-01T08:00:00", "2027-10-01T08:30:00", SYDNEY, **rule("RRULE:FREQ=DAILY;COUNT=4"))],
        "09-30T22:00/09-30T22:30 10-01T22:00/10-01T22:30 10-02T21:00/10-02T21:30 10-03T21:00/10-03T21:30"),
    Row("at a time that there is twice", AUTUMN, MADRID,
        [at("2027-10-30T02:30:00", "2027-10-30T03:00:00", MADRID, **rule("RRULE:FREQ=DAILY;COUNT=3"))],
        "10-30T00:30/10-30T01:00 10-31T00:30/10-31T01:00 11-01T01:30/11-01T02:00"),
    Row("the days of the changes, whole", AUTUMN, SYDNEY, [days("2027-10-03", "2027-10-04")], "10-02T14:00/10-03T13:00"),
    Row("the long day of New York", AUTUMN, YORK, [days("2027-11-07", "2027-11-08")], "11-07T04:00/11-08T05:00"),
    # The first reading covers 60 days. The rest is read separately.
    Row("over the seam of two readings", AUTUMN, BOGOTA,
        [at("2027-11-25T22:00:00-05:00", "2027-11-28T06:00:00-05:00"), at("2027-12-10T22:00:00-05:00", "2027-12-10T23:00:00-05:00")],
        "11-26T03:00/11-28T11:00 12-11T03:00/12-11T04:00", horizon=100),
]


@pytest.fixture(scope="module")
def office(demos, tmp_path_factory):
    return demos.get("calendar-times", directives(str(tmp_path_factory.mktemp("google"))))


def fill(diary, row):
    """The events of a row, before anybody reads them."""
    diary.google.control("accounts", {"email": diary.account, "name": "Laura", "zone": row.own})
    if OTHER in row.read:
        diary.google.put_calendar(diary.account, OTHER, timeZone=row.own)
    for event in row.events:
        calendar, event = event if isinstance(event, tuple) else ("primary", event)
        for guest in event.get("attendees", []):
            guest["email"] = guest["email"].format(account=diary.account)
        made = diary.google.put_event(diary.account, event, calendar)
        if row.then:
            row.then(diary, made)


class Diary:
    """An account at Google that is not connected yet."""

    def __init__(self, demo, account):
        self.google, self.account = Google(demo.sandbox_url), account


def told(laura, row, low, high):
    """The answer of the sandbox's FreeBusy, queried in the professional's time zone."""
    tokens = laura._tokens()
    status, answer = laura.google.api("POST", "freeBusy", tokens["access_token"], {
        "timeMin": low.isoformat(), "timeMax": high.isoformat(), "timeZone": row.zone,
        "items": [{"id": laura.real(one)} for one in row.read]})
    assert status == 200 and not [one for one in answer["calendars"].values() if "errors" in one], answer
    return [(instant(one["start"]), instant(one["end"])) for calendar in answer["calendars"].values()
            for one in calendar["busy"]]


def left(starts, busy, service):
    """The starts whose slot, including its buffers, overlaps no span."""
    minutes = datetime.timedelta(minutes=1)
    before, after = service.get("buffer_before", 0) * minutes, service.get("buffer_after", 0) * minutes
    return {one for one in starts
            if not any(low < one + service["duration"] * minutes + after and one - before < high for low, high in busy)}


def offered(shop, row, name):
    """Every start from tomorrow to the end of the horizon, as instants."""
    first = instant(row.now) + datetime.timedelta(days=1)
    blocks = [(first + datetime.timedelta(days=n), min(30, row.service["horizon"] - 2 - n))
              for n in range(0, row.service["horizon"] - 2, 30)]
    return set(itertools.chain.from_iterable(
        (instant(one["start"]) for one in shop.slots(FREE["name"], name, start, length)) for start, length in blocks))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_free_time(office, row):
    if office.now() < instant(row.now) - datetime.timedelta(hours=1):
        office.clock_at(row.now)
    shop = Shop(office, zone=row.zone, professionals=("Laura", "Pedro"), services=(row.service,), callback=False, payments=False)
    diary = Diary(office, "%s@gmail.test" % shop.sub)
    fill(diary, row)
    if row.fault:
        diary.google.fault(row.fault, method="freebusy.query", account=diary.account)
    try:
        laura = Calendar(shop, "Laura", account=diary.account, read=row.read).wait_read()
        low = instant(row.now)
        high = low + datetime.timedelta(days=row.service["horizon"] + 1)
        said = told(laura, row, low, min(high, low + datetime.timedelta(days=89)))
        if row.fault == "odd":
            assert said != sorted(said) and len(said) > len(row.busy)
    finally:
        diary.google.clear_faults()
    every = offered(shop, row, "Pedro")
    by_hand = [tuple(instant("2027-%s%sZ" % (text, ":00" if text.count(":") == 1 else "")) for text in span) for span in row.busy]
    wanted = left(every, by_hand, row.service)
    assert len(every) > 5000 and (len(wanted) < len(every)) == bool(by_hand)
    ends = max(said)[1] if row.fault == "unclipped" and said else high
    asked = {one for one in every if one < min(ends, low + datetime.timedelta(days=88))}
    assert left(asked, said, row.service) == wanted & asked, "the sandbox does not say what was written by hand"
    wait_until(lambda: laura.busy(1)["read_at"] if row.service["horizon"] > 60 else True)
    got = offered(shop, row, "Laura")
    assert got == wanted, "too many: %s, too few: %s" % (sorted(got - wanted)[:5], sorted(wanted - got)[:5])
    judge_holds(shop, sorted(every - wanted), sorted(wanted))


def judge_holds(shop, taken, free):
    """Holds give the same result."""
    for one in taken[:1] + taken[-1:]:
        shop.hold(text(one), FREE["name"], "Laura", status=409)
    beside = [one for one in free if taken and one > taken[-1]][:1] or free[-1:]
    shop.hold(text(beside[0]), FREE["name"], "Laura")


def text(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
