"""Lists of the Calendar API: events (whole, by pages, or what changed since a sync token) and the
list of an account's calendars.

Tokens are opaque to clients: JSON in base64url. A list is a snapshot of the calendar's revision at
its first page; what changes while the pages are read comes with the next sync.
"""

import base64
import datetime
import hashlib
import json

import google_time as gt
from google_check import fail, invalid
from google_store import ROLES
from web import json_response

ALONE = ("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin",
         "timeMax", "updatedMin")  # not together with syncToken
SAME = ("singleEvents", "eventTypes", "timeZone", "showHiddenInvitations", "maxAttendees")
BEFORE = datetime.timedelta(days=366)
AHEAD = datetime.timedelta(days=731)


def pack(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unpack(text, message):
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise invalid(message) from error
    if not isinstance(value, dict):
        raise invalid(message)
    return value


def flag(query, name):
    value = query.get(name, "false")
    if value not in ("true", "false"):
        raise invalid("Invalid value for: " + name)
    return value == "true"


def size(query, plain, most):
    text = query.get("maxResults", str(plain))
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise invalid("Invalid value for: maxResults")
    return min(int(text), most)


def limit(query, name):
    if name not in query:
        return None
    try:
        return gt.parse(query[name])
    except ValueError as error:
        raise fail(400, "badRequest", "Bad Request") from error


def same_as(query):
    """The query parameters that must stay equal from page to page and from sync to sync."""
    text = json.dumps({name: query[name] for name in SAME if name in query}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Lists:
    def __init__(self, store, events):
        self.store = store
        self.events = events

    # --- events ---

    def check(self, call):
        query = call.query
        if "syncToken" in query:
            for name in ALONE:
                if name in query:
                    raise invalid("Sync token cannot be used with %s." % name)
            if query.get("showDeleted") == "false":
                raise invalid("showDeleted must be true when syncToken is given.")
        if query.get("orderBy", "updated") not in ("startTime", "updated"):
            raise invalid("Invalid value for: orderBy")
        if query.get("orderBy") == "startTime" and not flag(query, "singleEvents"):
            raise invalid("The requested ordering is not available for the particular query.")
        low, high = limit(query, "timeMin"), limit(query, "timeMax")
        if low and high and low >= high:
            raise fail(400, "timeRangeEmpty", "The specified time range is empty.", "calendar")
        limit(query, "updatedMin")

    def since(self, call, row):
        """(revision to list from or None, the range of the first sync) by the sync token."""
        query = call.query
        if "syncToken" not in query:
            return None, [query.get("timeMin"), query.get("timeMax")]
        token = unpack(query["syncToken"], "Invalid sync token value.")
        if token.get("c") != row["id"] or token.get("s") != same_as(query):
            raise invalid("Invalid sync token value.")
        if token["r"] < row["sync_floor"]:
            raise fail(410, "fullSyncRequired",
                       "Sync token is no longer valid, a full sync is required.", "calendar",
                       locationType="parameter", location="syncToken")
        return token["r"], token["t"]

    def list(self, call):
        self.check(call)
        query = call.query
        with self.store.lock:
            row = self.store.find("calendars", call.calendar)
            since, span = self.since(call, row)
            page = {"k": None, "r": row["rev"], "s": same_as(query), "m": since}
            if "pageToken" in query:
                page = unpack(query["pageToken"], "Invalid page token value.")
                if page.get("s") != same_as(query) or page.get("m") != since:
                    raise invalid("Invalid page token value.")
            rows = self.select(call, since, span, page["r"])
        if page["k"] is not None:
            rows = [one for one in rows if list(one[0]) > page["k"]]
        count = size(query, 250, 2500)
        answer = self.frame(call, row)
        answer["items"] = [self.shown(call, one[1]) for one in rows[:count]]
        if len(rows) > count:
            answer["nextPageToken"] = pack(dict(page, k=rows[count - 1][0]))
        elif not set(ALONE) - {"timeMin", "timeMax"} & set(query) or "syncToken" in query:
            answer["nextSyncToken"] = pack({"c": row["id"], "r": page["r"], "s": same_as(query),
                                            "t": span})
        return json_response(answer)

    def frame(self, call, row):
        return {"kind": "calendar#events", "etag": '"p%d"' % row["rev"], "summary": row["summary"],
                "updated": "2026-01-01T00:00:00.000Z", "timeZone": self.zone_name(call, row),
                "accessRole": call.share["accessRole"], "defaultReminders": []}

    @staticmethod
    def zone_name(call, row):
        return call.query.get("timeZone", row["timeZone"])

    def shown(self, call, event):
        if event["status"] == "cancelled" and "_rev" not in event:
            return event  # an instance that no longer exists
        row = self.store.find("calendars", call.calendar)
        zone = gt.zone_of(self.zone_name(call, row))
        return self.events.show(event, call.calendar, zone, call.share["accessRole"], call.account)

    def select(self, call, since, span, last):
        """[(sort key, event)] in order."""
        query, single = call.query, flag(call.query, "singleEvents")
        low, high = (gt.parse(one) if one else None for one in span)
        deleted = since is not None or flag(query, "showDeleted")
        result = []
        for event in self.store.events(call.calendar):
            if event["_rev"] > last or since is not None and event["_rev"] <= since:
                continue
            if since is None and not self.wanted(event, query):
                continue
            for one in self.unfolded(call.calendar, event, single, low, high, since is not None):
                if one["status"] != "cancelled" or deleted:
                    key = (event["_rev"], one["id"])
                    if query.get("orderBy") == "startTime":
                        key = (gt.show(gt.bounds(one, self.events.zone(call.calendar))[0]), one["id"])
                    result.append((key, one))
        return sorted(result, key=lambda pair: pair[0])

    def unfolded(self, calendar, event, single, low, high, syncing):
        """The event, or with `single` its instances; when syncing, including deleted ones."""
        zone = self.events.zone(calendar)
        if not single or "recurrence" not in event:
            start, end = gt.bounds(event, zone)
            outside = high and start >= high or low and end <= low
            if not outside or event["status"] == "cancelled" and syncing:
                yield event
            return
        now = gt.at(self.store.clock.now())
        known = {one["id"] for one in self.store.events(calendar)}
        for one in self.events.instances(event, zone, low or now - BEFORE, high or now + AHEAD):
            if one[0] not in known:
                yield self.events.as_instance(event, one)
        if syncing:
            for name, start in event.get("_gone", {}).items():
                if name not in known:
                    yield {"kind": "calendar#event", "id": name, "status": "cancelled",
                           "etag": event["etag"], "recurringEventId": event["id"],
                           "originalStartTime": start}

    @staticmethod
    def wanted(event, query):
        """The filters of a list without a sync token."""
        if "iCalUID" in query and event.get("iCalUID") != query["iCalUID"]:
            return False
        text = " ".join(str(event.get(name, "")) for name in ("summary", "description", "location"))
        if "q" in query and query["q"].lower() not in text.lower():
            return False
        if "updatedMin" in query and gt.parse(event["updated"]) < gt.parse(query["updatedMin"]):
            return False
        for kind in ("private", "shared"):
            ask = query.get(kind + "ExtendedProperty")
            if ask is not None:
                name, _, value = ask.partition("=")
                if event.get("extendedProperties", {}).get(kind, {}).get(name) != value:
                    return False
        return True

    # --- calendars ---

    def calendars(self, call):
        query = call.query
        least = query.get("minAccessRole", "freeBusyReader")
        if least not in ROLES or least == "writerWithoutPrivateAccess":
            raise invalid("Invalid value for: minAccessRole")
        rows = [one for one in self.store.shares(call.account)
                if ROLES.index(one["accessRole"]) >= ROLES.index(least)
                and (flag(query, "showHidden") or not one["hidden"])]
        token = {"o": 0, "l": least}
        if "pageToken" in query:
            token = unpack(query["pageToken"], "Invalid page token value.")
            if token.get("l") != least:
                raise invalid("Invalid page token value.")
        count = size(query, 100, 250)
        answer = {"kind": "calendar#calendarList", "etag": '"p1"',
                  "items": [self.entry(one) for one in rows[token["o"]:token["o"] + count]]}
        if len(rows) > token["o"] + count:
            answer["nextPageToken"] = pack(dict(token, o=token["o"] + count))
        else:
            answer["nextSyncToken"] = pack({"list": call.account})
        return json_response(answer)

    def entry(self, share):
        row = self.store.find("calendars", share["calendar"])
        entry = {"kind": "calendar#calendarListEntry", "etag": '"%d"' % row["rev"], "id": row["id"],
                 "summary": row["summary"], "timeZone": row["timeZone"],
                 "accessRole": share["accessRole"], "defaultReminders": [],
                 "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}}
        for name in ("primary", "selected", "hidden", "summaryOverride"):
            if share.get(name):
                entry[name] = share[name]
        return entry
