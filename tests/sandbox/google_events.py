"""Events of the Google stand-in: insert, get, patch, delete, and the instances of recurring ones.

A deleted event stays as `cancelled` and its id stays taken. Each change gives the calendar a new
revision, from which tags and sync tokens are made, and tells the calendar's channels.
"""

import copy
import datetime
import secrets
import time

import google_repeat
import google_time as gt
from clock import iso
from google_check import READ_ONLY, check_event, check_id, fail, merged

FAR = (gt.at(0), gt.at(4 * 10 ** 9))


class Events:
    def __init__(self, store, changed):
        self.store = store
        self.changed = changed  # called with the calendar's id after each change

    def zone(self, calendar):
        return gt.zone_of(self.store.find("calendars", calendar)["timeZone"])

    # --- keeping ---

    def keep(self, calendar, event, quiet=False):
        """Store the event's present state, under the calendar's next revision."""
        with self.store.lock:
            row = dict(self.store.find("calendars", calendar))
            row["rev"] += 1
            self.store.put("calendars", calendar, row)
            event["_rev"] = row["rev"]
            event["etag"] = '"%d%06d"' % (self.store.clock.now(), row["rev"])
            event["updated"] = iso(self.store.clock.now())
            self.store.put("events", calendar + "\n" + event["id"], event)
        if not quiet:
            self.changed(calendar)

    def vanished(self, old, new, zone):
        """Instances that no longer exist: {id: original start}, for sync clients."""
        gone = dict(old.get("_gone", {}))
        before = {one[0]: one[3] for one in self.instances(old, zone, *FAR)}
        after = {one[0] for one in self.instances(new, zone, *FAR)} if new else set()
        gone.update({name: start for name, start in before.items() if name not in after})
        return {name: start for name, start in gone.items() if name not in after}

    @staticmethod
    def instances(event, zone, low, high):
        if "recurrence" not in event or event["status"] == "cancelled":
            return []
        return list(google_repeat.Series(event, zone).between(low, high))[:1000]

    def find(self, calendar, name):
        """A stored event, or an instance of one in the stored form; None if there is none."""
        event = self.store.event(calendar, name)
        master, _, _ = name.rpartition("_")
        if event is not None or not master:
            return event
        series = self.store.event(calendar, master)
        if series is None:
            return None
        for instance in self.instances(series, self.zone(calendar), *FAR):
            if instance[0] == name:
                return self.as_instance(series, instance)
        return None

    @staticmethod
    def as_instance(series, instance):
        name, _, _, start, end = instance
        event = {key: copy.deepcopy(value) for key, value in series.items() if key != "recurrence"
                 and key != "_gone"}
        event.update(id=name, start=start, end=end, recurringEventId=series["id"],
                     originalStartTime=start)
        return event

    def occurrences(self, calendar, low, high):
        """(event, start, end) of all that overlap [low, high), without cancelled ones."""
        zone, stored = self.zone(calendar), self.store.events(calendar)
        known = {event["id"] for event in stored}
        for event in stored:
            if event["status"] == "cancelled":
                continue
            if "recurrence" in event:
                for one in self.instances(event, zone, low, high):
                    if one[0] not in known:
                        yield self.as_instance(event, one), one[1], one[2]
                continue
            start, end = gt.bounds(event, zone)
            if start < high and (end > low or start == end >= low):
                yield event, start, end

    # --- the methods ---

    def insert(self, calendar, body, by, conference=False, quiet=False):
        check_id(body)
        event = {name: value for name, value in copy.deepcopy(body).items()
                 if name not in READ_ONLY and value is not None and not name.startswith("_")}
        if not conference:
            event.pop("conferenceData", None)
        zone = self.zone(calendar)
        event.setdefault("status", "confirmed")
        check_event(event, zone)
        with self.store.lock:
            event.setdefault("id", secrets.token_hex(13))
            if self.store.event(calendar, event["id"]) is not None:
                raise fail(409, "duplicate", "The requested identifier already exists.")
            event.setdefault("iCalUID", event["id"] + "@google.com")
            event.setdefault("sequence", 0)
            event.setdefault("reminders", {"useDefault": True})
            event["eventType"] = body.get("eventType", "default")
            event["created"] = iso(self.store.clock.now())
            event["creator"] = {"email": by}
            event["organizer"] = {"email": self.store.owner_of(calendar) or calendar}
            self.guests(event)
            self.conference(event, None)
            self.keep(calendar, event, quiet)
        return event

    def guests(self, event):
        for guest in event.get("attendees", []):
            guest.setdefault("responseStatus", "needsAction")

    def get(self, calendar, name):
        with self.store.lock:
            event = self.find(calendar, name)
            if event is None:
                raise fail(404, "notFound", "Not Found")
            self.settle(calendar, event)
        return event

    def patch(self, calendar, name, body, tag=None, conference=False, quiet=False):
        with self.store.lock:
            event = self.get(calendar, name)
            if event["status"] == "cancelled":
                raise fail(403, "forbidden", "Forbidden")
            self.match(event, tag)
            change = {key: value for key, value in copy.deepcopy(body).items()
                      if key not in READ_ONLY and key not in ("id", "iCalUID")
                      and not key.startswith("_")}
            if not conference:
                change["conferenceData"] = None
            new = merged(event, change)
            zone = self.zone(calendar)
            check_event(new, zone)
            if new["status"] == "cancelled":
                self.remove(calendar, event, quiet)
                return self.store.event(calendar, name)
            if not conference:
                new.pop("hangoutLink", None)
            self.guests(new)
            self.conference(new, event)
            if new["start"] != event["start"] or new["end"] != event["end"]:
                new["sequence"] = max(new["sequence"], event["sequence"] + 1)
            if "recurrence" in event:
                new["_gone"] = self.vanished(event, new, zone)
            self.keep(calendar, new, quiet)
        return new

    def delete(self, calendar, name, tag=None, quiet=False):
        with self.store.lock:
            event = self.find(calendar, name)
            if event is None:
                raise fail(404, "notFound", "Not Found")
            if event["status"] == "cancelled":
                raise fail(410, "deleted", "Resource has been deleted")
            self.match(event, tag)
            self.remove(calendar, event, quiet)

    def remove(self, calendar, event, quiet):
        new = dict(event, status="cancelled")
        if "recurrence" in event:
            new["_gone"] = self.vanished(event, None, self.zone(calendar))
            for other in self.store.events(calendar):
                if other.get("recurringEventId") == event["id"] and other["status"] != "cancelled":
                    self.keep(calendar, dict(other, status="cancelled"), True)
        self.keep(calendar, new, quiet)

    @staticmethod
    def match(event, tag):
        if tag not in (None, "*", event["etag"]):
            raise fail(412, "conditionNotMet", "Precondition Failed")

    # --- Meet ---

    def conference(self, event, before):
        """A meeting request is pending first; repeating the request changes nothing."""
        data = event.get("conferenceData")
        ask = (data or {}).get("createRequest")
        if not ask:
            return
        old = ((before or {}).get("conferenceData") or {})
        if old.get("createRequest", {}).get("requestId") == ask["requestId"] \
                and "status" in old["createRequest"]:
            event["conferenceData"] = old
            return
        ask["status"] = {"statusCode": "pending"}
        event["_meet_at"] = time.time() + self.store.setting("meet_pending_s")

    def settle(self, calendar, event):
        """A pending meeting succeeds or fails when its time has come."""
        ask = (event.get("conferenceData") or {}).get("createRequest") or {}
        outcome = self.store.setting("meet")
        if ask.get("status", {}).get("statusCode") != "pending" or outcome == "pending" \
                or time.time() < event.get("_meet_at", 0):
            return
        ask["status"] = {"statusCode": outcome}
        if outcome == "success":
            code = "%s-%s-%s" % (event["id"][:3], event["id"][3:7].ljust(4, "x"), event["id"][-3:])
            link = "https://meet.google.test/" + code
            event["hangoutLink"] = link
            event["conferenceData"].update(
                conferenceId=code, conferenceSolution={"key": {"type": "hangoutsMeet"},
                                                       "name": "Google Meet"},
                entryPoints=[{"entryPointType": "video", "uri": link, "label": link[8:]}])
        self.keep(calendar, event)

    # --- showing ---

    def show(self, event, calendar, zone, role, email):
        """An event as its resource, for an account with that role."""
        if event["status"] == "cancelled" and "start" not in event:
            return dict(event)
        shown = {"kind": "calendar#event", "htmlLink": "https://calendar.google.test/event?eid="
                 + event["id"]}
        shown.update({name: value for name, value in event.items() if not name.startswith("_")})
        shown = copy.deepcopy(shown)
        for name in ("start", "end", "originalStartTime"):
            value = shown.get(name)
            if value and "dateTime" in value:
                own = gt.zone_of(value["timeZone"]) if value.get("timeZone") else zone
                value["dateTime"] = gt.show(gt.parse(value["dateTime"], own), zone)
                value.setdefault("timeZone", str(zone))
        for name in ("creator", "organizer"):
            if shown.get(name, {}).get("email") == email:
                shown[name]["self"] = True
        if role == "freeBusyReader":
            kept = ("kind", "etag", "id", "status", "updated", "start", "end", "iCalUID",
                    "transparency", "recurringEventId", "originalStartTime", "eventType")
            shown = dict({name: shown[name] for name in kept if name in shown},
                         visibility="private")
        return shown

    @staticmethod
    def is_busy(event, email):
        """Whether the time of an event that is not cancelled counts as busy for its calendar."""
        if event.get("transparency") == "transparent" or event.get("eventType") == "workingLocation":
            return False
        return not any(guest.get("email") == email and guest.get("responseStatus") == "declined"
                       for guest in event.get("attendees", []))


def week(day):
    """Monday of a day's week."""
    return day - datetime.timedelta(days=day.weekday())
