"""Google's stand-in: events as they are written and read."""

import time

import pytest

from google_cases import (DAY, LAURA, SECOND, access, cal, event, reason)

WEEKLY = {side: {"dateTime": "%sT%d:00:00" % (DAY, hour), "timeZone": "America/Bogota"}
          for side, hour in (("start", 10), ("end", 11))}


def test_insert_twice_delete_and_again(google):
    token, name = access(google), "068vfghrb9u3t7a1bsl6mv4djo"
    path = "calendars/primary/events"
    status, made = google.api("POST", path, token, event(id=name))
    assert status == 200 and made["id"] == name and made["start"]["dateTime"].endswith("-05:00")
    assert reason(google.api("POST", path, token, event(id=name))) == (409, "duplicate")
    assert google.api("DELETE", path + "/" + name, token)[0] == 204
    assert reason(google.api("DELETE", path + "/" + name, token)) == (410, "deleted")
    assert reason(google.api("POST", path, token, event(id=name))) == (409, "duplicate")
    assert google.api("GET", path + "/" + name, token)[1]["status"] == "cancelled"
    assert google.api("PATCH", path + "/" + name, token, {"summary": "x"})[0] == 403
    assert reason(google.api("DELETE", path + "/00000", token)) == (404, "notFound")
    assert reason(google.api("GET", path + "/00000", token)) == (404, "notFound")
    # another calendar has ids of its own
    assert google.api("POST", cal(SECOND) + "/events", token, event(id=name))[0] == 200


@pytest.mark.parametrize("change,why", [
    ({"id": "abcw"}, "invalid"), ({"id": "0000"}, "invalid"), ({"id": "ABCDE"}, "invalid"),
    ({"id": "a" * 1025}, "invalid"), ({"id": "abcde", "iCalUID": "x@y"}, "invalid"),
    ({"start": None}, "required"), ({"end": {}}, "invalid"),
    ({"start": {"dateTime": DAY + "T10:00:00"}}, "invalid"),
    ({"start": {"dateTime": DAY + "T10:00:00", "timeZone": "Mars/Base"}}, "invalid"),
    ({"start": {"date": DAY}}, "invalid"),
    ({"start": {"date": DAY, "dateTime": DAY + "T10:00:00Z"}}, "invalid"),
    ({"end": {"dateTime": DAY + "T09:00:00-05:00"}}, "timeRangeEmpty"),
    ({"start": {"date": DAY}, "end": {"date": DAY}}, "timeRangeEmpty"),
    ({"attendees": [{"email": "no address"}]}, "invalid"), ({"status": "maybe"}, "invalid"),
    ({"transparency": "free"}, "invalid"),
    ({"extendedProperties": {"private": {"kfVersion": 3}}}, "invalid"),
    ({"reminders": {"useDefault": True, "overrides": [{"method": "popup", "minutes": 5}]}},
     "cannotUseDefaultRemindersAndSpecifyOverride"),
    ({"reminders": {"useDefault": False, "overrides": [{"method": "sms", "minutes": 5}]}}, "invalid"),
    ({"recurrence": ["RRULE:FREQ=DAILY"]}, "required"),
    (dict(WEEKLY, recurrence=["RRULE:FREQ=SOMETIMES"]), "invalid"),
    (dict(WEEKLY, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2;UNTIL=20270101"]), "invalid"),
    (dict(WEEKLY, recurrence=["EXDATE:20261202T150000Z"]), "invalid")])
def test_events_refused(google, change, why):
    answer = google.api("POST", "calendars/primary/events", access(google),
                        dict(event(), **change))
    assert reason(answer) == (400, why)
    assert google.events(LAURA) == []


def test_body_and_parameters_of_a_write(google):
    token = access(google)
    for headers, body in (({"Content-Type": "text/plain"}, event()),
                          ({"Content-Type": "application/json"}, [])):
        answer = google.api("POST", "calendars/primary/events", token, body, headers)
        assert reason(answer) == (400, "parseError")
    for query in ("sendUpdates=maybe", "conferenceDataVersion=2"):
        assert google.api("POST", "calendars/primary/events?" + query, token, event())[0] == 400
    assert google.api("POST", "calendars/none/events", token, event())[0] == 404


def test_patch(google):
    token, path = access(google), "calendars/primary/events/abcde"
    body = event(id="abcde", description="A", location="B",
                 attendees=[{"email": "a@x.test"}, {"email": "b@x.test"}],
                 extendedProperties={"private": {"kfBooking": "b1", "kfVersion": "1"}})
    tag = google.api("POST", "calendars/primary/events", token, body)[1]["etag"]
    status, new = google.api("PATCH", path, token, {
        "attendees": [{"email": "c@x.test"}], "location": None,
        "extendedProperties": {"private": {"kfVersion": "2"}}}, {"If-Match": tag})
    assert status == 200 and [one["email"] for one in new["attendees"]] == ["c@x.test"]
    assert new["extendedProperties"]["private"] == {"kfBooking": "b1", "kfVersion": "2"}
    assert "location" not in new and new["description"] == "A" and new["etag"] != tag
    assert reason(google.api("PATCH", path, token, {"summary": "x"}, {"If-Match": tag})) \
        == (412, "conditionNotMet")
    assert reason(google.api("DELETE", path, token, None, {"If-Match": tag})) \
        == (412, "conditionNotMet")
    # a date is not a dateTime: the old member must be removed by name
    day = {"start": {"date": DAY}, "end": {"date": "2026-12-02"}}
    assert google.api("PATCH", path, token, day)[0] == 400
    for side in day.values():
        side.update(dateTime=None, timeZone=None)
    assert google.api("PATCH", path, token, day)[1]["start"] == {"date": DAY}
    assert google.api("PATCH", path, token, {"status": "cancelled"})[1]["status"] == "cancelled"


def test_meeting_is_made_later(google):
    google.settings(meet_pending_s=0.2)
    token, path = access(google), "calendars/primary/events"
    ask = {"createRequest": {"requestId": "b1-1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    body = event(id="abcde", conferenceData=ask)
    assert "conferenceData" not in google.api("POST", path, token, event(conferenceData=ask))[1]
    made = google.api("POST", path + "?conferenceDataVersion=1", token, body)[1]
    assert made["conferenceData"]["createRequest"]["status"]["statusCode"] == "pending"
    assert "hangoutLink" not in google.api("GET", path + "/abcde", token)[1]
    time.sleep(0.25)
    seen = google.api("GET", path + "/abcde", token)[1]
    entry = seen["conferenceData"]["entryPoints"][0]
    assert entry["entryPointType"] == "video" and entry["uri"] == seen["hangoutLink"]
    kept = google.api("PATCH", path + "/abcde?conferenceDataVersion=1", token,
                      {"summary": "x", "conferenceData": ask})[1]
    assert kept["hangoutLink"] == seen["hangoutLink"]
    lost = google.api("PATCH", path + "/abcde", token, {"summary": "y"})[1]
    assert "hangoutLink" not in lost and "conferenceData" not in lost
    google.settings(meet="failure", meet_pending_s=0)
    google.api("POST", path + "?conferenceDataVersion=1", token, event(id="fffff", conferenceData=ask))
    failed = google.api("GET", path + "/fffff", token)[1]["conferenceData"]
    assert failed["createRequest"]["status"]["statusCode"] == "failure"
    bad = {"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "zoom"}}}
    assert google.api("POST", path + "?conferenceDataVersion=1", token,
                      event(conferenceData=bad))[0] == 400


def test_partial_answers(google):
    token = access(google)
    google.api("POST", "calendars/primary/events", token, event(id="abcde"))
    answer = google.api("GET", "calendars/primary/events?fields=items(id,start/dateTime),nextSyncToken",
                        token)[1]
    assert set(answer) == {"items", "nextSyncToken"}
    assert answer["items"] == [{"id": "abcde", "start": {"dateTime": DAY + "T10:00:00-05:00"}}]
    assert google.api("GET", "calendars/primary/events?fields=items(", token)[0] == 400
