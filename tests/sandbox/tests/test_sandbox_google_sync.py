"""Google's stand-in: paged lists of events, and incremental sync."""

import pytest

from google_cases import (ANDRES, DAY, EVENTS, LAURA, access, add, cal, event, pages, reason)



def test_pages_are_one_snapshot(google):
    token = access(google)
    names = [add(google) for _ in range(5)]
    first = google.api("GET", EVENTS + "?maxResults=2", token)[1]
    late = add(google)
    rest, last = pages(google, token, "maxResults=2&pageToken=" + first["nextPageToken"])
    assert [one["id"] for one in first["items"] + rest] == names
    changed, _ = pages(google, token, "syncToken=" + last["nextSyncToken"])
    assert [one["id"] for one in changed] == [late]


def test_what_changed_since(google):
    token = access(google)
    kept, gone, moved = add(google), add(google), add(google)
    sync = pages(google, token, "singleEvents=true")[1]["nextSyncToken"]
    assert pages(google, token, "singleEvents=true&syncToken=" + sync)[0] == []
    google.delete_event(LAURA, gone)
    google.change_event(LAURA, moved, summary="Movida")
    fresh = add(google)
    changed, answer = pages(google, token, "singleEvents=true&maxResults=1&syncToken=" + sync)
    assert {one["id"]: one["status"] for one in changed} == {
        gone: "cancelled", moved: "confirmed", fresh: "confirmed"} and kept not in str(changed)
    assert pages(google, token, "singleEvents=true&syncToken=" + answer["nextSyncToken"])[0] == []
    plain = pages(google, token, "")[0]
    assert gone not in [one["id"] for one in plain]
    assert gone in [one["id"] for one in pages(google, token, "showDeleted=true")[0]]


@pytest.mark.parametrize("query", [
    "iCalUID=x", "orderBy=updated", "privateExtendedProperty=a%3Db", "q=x",
    "sharedExtendedProperty=a%3Db", "timeMin=2026-12-01T00:00:00Z", "timeMax=2026-12-01T00:00:00Z",
    "updatedMin=2026-12-01T00:00:00Z", "showDeleted=false", "singleEvents=true"])
def test_not_together_with_a_sync_token(google, query):
    token = access(google)
    sync = pages(google, token, "")[1]["nextSyncToken"]
    assert google.api("GET", "%s?syncToken=%s" % (EVENTS, sync), token)[0] == 200
    assert reason(google.api("GET", "%s?syncToken=%s&%s" % (EVENTS, sync, query), token)) \
        == (400, "invalid")


@pytest.mark.parametrize("query", [
    "orderBy=startTime", "maxResults=0", "maxResults=x", "pageToken=x", "syncToken=x",
    "timeMin=2026-12-01", "timeMin=2026-12-02T00:00:00Z&timeMax=2026-12-01T00:00:00Z",
    "singleEvents=yes", "timeZone=X/Y"])
def test_lists_refused(google, query):
    assert google.api("GET", EVENTS + "?" + query, access(google))[0] == 400


def test_full_sync_required(google):
    token = access(google)
    add(google)
    sync = pages(google, token, "")[1]["nextSyncToken"]
    google.expire_sync(LAURA)
    path = EVENTS + "?syncToken=" + sync
    assert reason(google.api("GET", path, token)) == (410, "fullSyncRequired")
    sync = pages(google, token, "")[1]["nextSyncToken"]
    assert google.api("GET", EVENTS + "?syncToken=" + sync, token)[0] == 200
    google.fault("fullSyncRequired", method="events.list", times=1)
    assert reason(google.api("GET", EVENTS + "?syncToken=" + sync, token)) == (410, "fullSyncRequired")


def test_series_as_single_events(google):
    token = access(google)
    made = google.put_event(LAURA, {
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"],
        "start": {"dateTime": DAY + "T10:00:00", "timeZone": "America/Bogota"},
        "end": {"dateTime": DAY + "T11:00:00", "timeZone": "America/Bogota"}})["id"]
    items, answer = pages(google, token, "singleEvents=true")
    assert [one["id"] for one in items] == ["%s_202612%02dT150000Z" % (made, day)
                                            for day in (1, 2, 3, 4)]
    assert all(one["recurringEventId"] == made and "recurrence" not in one for one in items)
    assert [one["id"] for one in pages(google, token, "")[0]] == [made]
    google.change_event(LAURA, made, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    items, answer = pages(google, token, "singleEvents=true&syncToken=" + answer["nextSyncToken"])
    assert [one["status"] for one in items] == ["confirmed"] * 2 + ["cancelled"] * 2
    google.delete_event(LAURA, made)
    items, _ = pages(google, token, "singleEvents=true&syncToken=" + answer["nextSyncToken"])
    assert [one["status"] for one in items] == ["cancelled"] * 4


def test_filters_of_a_list(google):
    token = access(google)
    ours = google.api("POST", EVENTS, token, event(
        id="abcde", extendedProperties={"private": {"kfBooking": "b1"}}))[1]["id"]
    early = google.add_event(LAURA, "2026-11-30T10:00:00Z", "2026-11-30T11:00:00Z")["id"]
    for query, found in (("privateExtendedProperty=kfBooking%3Db1", [ours]), ("q=cita", [ours]),
                         ("timeMin=2026-11-30T11:00:00Z", [ours]),
                         ("timeMax=2026-12-01T15:00:00Z", [early]), ("q=nada", []),
                         ("singleEvents=true&orderBy=startTime", [early, ours])):
        assert [one["id"] for one in pages(google, token, query)[0]] == found, query


def test_a_calendar_of_which_only_busy_times_are_seen(google):
    google.put_calendar(ANDRES, LAURA, accessRole="freeBusyReader")
    add(google, summary="Secreto", description="nada")
    scopes = access(google, "calendar.readonly", account=ANDRES)
    answer = google.api("GET", cal(LAURA) + "/events", scopes)[1]
    assert answer["accessRole"] == "freeBusyReader" and len(answer["items"]) == 1
    assert "summary" not in answer["items"][0] and answer["items"][0]["visibility"] == "private"
