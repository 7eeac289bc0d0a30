"""Google's stand-in: busy times."""

import datetime

import pytest

from google_cases import (DAY, LAURA, ROOM, SECOND, access, busy, event, reason)


@pytest.mark.parametrize("change,why", [
    ({"timeMin": None}, "required"), ({"timeMax": "2026-12-01T00:00:00"}, "badRequest"),
    ({"timeMax": "soon"}, "badRequest"), ({"timeMax": "2026-12-01T00:00:00Z"}, "timeRangeEmpty"),
    ({"timeMax": "2026-11-30T00:00:00Z"}, "timeRangeEmpty"),
    ({"timeMax": "2027-03-01T00:00:01Z"}, "timeRangeTooLong"), ({"items": None}, "required"),
    ({"timeZone": "X/Y"}, "invalid"), ({"calendarExpansionMax": 51}, "invalid")])
def test_freebusy_refused(google, change, why):
    body = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-31T00:00:00Z",
            "items": [{"id": "primary"}]}
    body.update(change)
    body = {name: value for name, value in body.items() if value is not None}
    assert reason(google.api("POST", "freeBusy", access(google), body)) == (400, why)


def test_freebusy_at_its_limits(google):
    token, items = access(google), [{"id": "x%d" % n} for n in range(51)]
    body = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2027-03-01T00:00:00Z",
            "items": items[:49] + [{"id": "primary"}]}
    found = google.api("POST", "freeBusy", token, body)[1]["calendars"]
    assert found["primary"] == {"busy": []}
    assert found["x0"] == {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    found = google.api("POST", "freeBusy", token, dict(body, items=items))[1]["calendars"]
    assert {one["errors"][0]["reason"] for one in found.values()} == {"tooManyCalendarsRequested"}


# what counts as busy: (event, [busy from, to] in UTC)
DAY_EVENT = {"start": {"date": "2026-12-03"}, "end": {"date": "2026-12-05"}}
BUSY = {
    "opaque": (event(), [("01T15:00", "01T16:00")]),
    "transparent": (event(transparency="transparent"), []),
    "tentative": (event(status="tentative"), [("01T15:00", "01T16:00")]),
    "declined": (event(attendees=[{"email": LAURA, "responseStatus": "declined"}]), []),
    "invited": (event(attendees=[{"email": LAURA}]), [("01T15:00", "01T16:00")]),
    "days": (dict(event(), **DAY_EVENT), [("03T05:00", "05T05:00")]),
    "other zone": (event("T10:00:00+05:45", "T11:00:00+05:45"), [("01T04:15", "01T05:15")]),
    "by zone": (dict(event(), start={"dateTime": DAY + "T10:00:00", "timeZone": "Asia/Kathmandu"},
                     end={"dateTime": DAY + "T11:00:00", "timeZone": "Europe/Madrid"}),
                [("01T04:15", "01T10:00")]),
    "fraction": (event("T10:00:00.250-05:00"), [("01T15:00", "01T16:00")]),
    "over days": (dict(event(), end={"dateTime": "2026-12-03T01:00:00-05:00"}),
                  [("01T15:00", "03T06:00")]),
    "of no length": (event(high="T10:00:00-05:00"), []),
    "workplace": (event(eventType="workingLocation"), []),
}


@pytest.mark.parametrize("name", BUSY)
def test_busy_exactly_when(google, name):
    body, expected = BUSY[name]
    google.put_event(LAURA, body)
    assert busy(google, access(google)) == [("2026-12-%s:00Z" % a, "2026-12-%s:00Z" % b)
                                            for a, b in expected]


def test_whole_day_in_the_zone_of_the_calendar(google):
    for zone, start, end in (("Europe/Madrid", "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z"),
                             ("America/Santiago", "2027-09-05T04:00:00Z", "2027-09-06T03:00:00Z"),
                             ("Pacific/Apia", "2026-12-31T11:00:00Z", "2027-01-01T11:00:00Z")):
        day = {"Europe/Madrid": "2027-03-28", "America/Santiago": "2027-09-05",
               "Pacific/Apia": "2027-01-01"}[zone]
        name = zone.replace("/", "") + "@x"
        google.put_calendar(LAURA, name, timeZone=zone)
        last = str(datetime.date.fromisoformat(day) + datetime.timedelta(days=1))
        google.add_event(LAURA, day, last, name)
        low = str(datetime.date.fromisoformat(day) - datetime.timedelta(days=3)) + "T00:00:00Z"
        high = str(datetime.date.fromisoformat(day) + datetime.timedelta(days=3)) + "T00:00:00Z"
        assert busy(google, access(google), low, high, name) == [(start, end)]


def repeated(rule, start, end, zone="America/Bogota"):
    return {"summary": "Serie", "recurrence": rule, "start": {"dateTime": start, "timeZone": zone},
            "end": {"dateTime": end, "timeZone": zone}}


SERIES = [
    (["RRULE:FREQ=DAILY;COUNT=3"], ["01T15", "02T15", "03T15"]),
    (["RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261205T150000Z"], ["01T15", "03T15", "05T15"]),
    (["RRULE:FREQ=DAILY;UNTIL=20261202T145959Z"], ["01T15"]),
    (["RRULE:FREQ=DAILY;UNTIL=20261203"], ["01T15", "02T15", "03T15"]),
    (["RRULE:FREQ=WEEKLY;COUNT=3"], ["01T15", "08T15", "15T15"]),
    (["RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"], ["01T15", "03T15", "08T15", "10T15"]),
    (["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4"], ["01T15", "02T15", "14T15", "16T15"]),
    (["RRULE:FREQ=DAILY;BYDAY=MO,FR;COUNT=3"], ["01T15", "04T15", "07T15"]),
    (["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=America/Bogota:20261202T100000",
      "EXDATE:20261203T150000Z"], ["01T15", "04T15"]),
]


@pytest.mark.parametrize("rule,starts", SERIES)
def test_recurring(google, rule, starts):
    google.put_event(LAURA, repeated(rule, DAY + "T10:00:00", DAY + "T11:00:00"))
    assert [start for start, _ in busy(google, access(google))] \
        == ["2026-12-%s:00:00Z" % one for one in starts]


def test_recurring_over_a_change_of_the_clock(google):
    google.put_event(LAURA, repeated(
        ["RRULE:FREQ=WEEKLY;COUNT=3"], "2027-03-21T09:00:00", "2027-03-21T10:00:00", "Europe/Madrid"))
    token = access(google)
    assert [start for start, _ in busy(google, token, "2027-03-01T00:00:00Z", "2027-04-30T00:00:00Z")] \
        == ["2027-03-21T08:00:00Z", "2027-03-28T07:00:00Z", "2027-04-04T07:00:00Z"]
    # a night of another length: the wall time of the start and the duration stay
    google.put_event(LAURA, repeated(
        ["RRULE:FREQ=DAILY;COUNT=2"], "2026-10-30T23:00:00", "2026-10-31T05:00:00",
        "America/New_York"), SECOND)
    assert busy(google, token, "2026-10-01T00:00:00Z", "2026-11-10T00:00:00Z", SECOND) == [
        ("2026-10-31T03:00:00Z", "2026-10-31T09:00:00Z"),
        ("2026-11-01T03:00:00Z", "2026-11-01T09:00:00Z")]


def test_recurring_days(google):
    google.add_event(LAURA, DAY, "2026-12-02", recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    assert busy(google, access(google)) == [("2026-12-01T05:00:00Z", "2026-12-02T05:00:00Z"),
                                            ("2026-12-08T05:00:00Z", "2026-12-09T05:00:00Z")]


def test_one_of_a_series_is_moved_and_one_deleted(google):
    token = access(google)
    made = google.put_event(LAURA, repeated(
        ["RRULE:FREQ=DAILY;COUNT=3"], DAY + "T10:00:00", DAY + "T11:00:00"))
    path = "calendars/primary/events/%s_" % made["id"]
    moved = google.api("PATCH", path + "20261202T150000Z", token, {
        "start": {"dateTime": "2026-12-02T12:00:00-05:00"},
        "end": {"dateTime": "2026-12-02T13:00:00-05:00"}})
    assert moved[0] == 200 and moved[1]["recurringEventId"] == made["id"]
    assert google.api("DELETE", path + "20261203T150000Z", token)[0] == 204
    assert [start for start, _ in busy(google, token)] == ["2026-12-01T15:00:00Z",
                                                          "2026-12-02T17:00:00Z"]
    google.delete_event(LAURA, made["id"])
    assert busy(google, token) == []


def test_busy_is_merged_and_cut(google):
    for start, end in (("T10:00:00-05:00", "T11:00:00-05:00"), ("T10:30:00-05:00", "T11:30:00-05:00"),
                       ("T11:30:00-05:00", "T12:00:00-05:00"), ("T13:00:00-05:00", "T14:00:00-05:00")):
        google.add_event(LAURA, DAY + start, DAY + end)
    token = access(google)
    whole = [(DAY + "T15:00:00Z", DAY + "T17:00:00Z"), (DAY + "T18:00:00Z", DAY + "T19:00:00Z")]
    assert busy(google, token) == whole
    part = (DAY + "T15:30:00Z", DAY + "T18:00:00Z")
    assert busy(google, token, *part) == [(DAY + "T15:30:00Z", DAY + "T17:00:00Z")]
    local = busy(google, token, timeZone="America/Bogota")
    assert local[0] == (DAY + "T10:00:00-05:00", DAY + "T12:00:00-05:00")
    google.fault("unclipped", times=1)
    assert busy(google, token, *part) == [whole[0]]
    google.fault("odd")
    rows = busy(google, token)
    assert len(rows) == 16 and rows[0][0] > rows[-1][0] and "+05:45" in rows[0][0] + rows[3][0]
    moments = [[datetime.datetime.fromisoformat(one) for one in row] for row in rows]
    assert any(start == end for start, end in moments) and moments != sorted(moments)


def test_error_of_one_calendar(google):
    google.fault("calendar_error", calendar=SECOND, reason="internalError")
    body = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-02T00:00:00Z",
            "items": [{"id": "primary"}, {"id": SECOND}, {"id": ROOM}]}
    status, answer = google.api("POST", "freeBusy", access(google), body)
    assert status == 200 and "errors" not in answer["calendars"]["primary"]
    assert "errors" not in answer["calendars"][ROOM]
    assert answer["calendars"][SECOND]["errors"][0]["reason"] == "internalError"
