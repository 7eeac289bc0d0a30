"""What the Calendar API accepts in an event. Anything else is a 400 with Google's reason."""

import re

import google_repeat
import google_time as gt
from web import Refusal

ID = re.compile(r"[0-9a-v]{5,1024}")
STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED",
            404: "NOT_FOUND", 409: "ALREADY_EXISTS", 429: "RESOURCE_EXHAUSTED"}
READ_ONLY = ("kind", "etag", "htmlLink", "created", "updated", "creator", "organizer",
             "hangoutLink", "recurringEventId", "originalStartTime", "eventType", "locked")
PLAIN = {"summary": 1024, "description": 8192, "location": 1024, "colorId": 8}
CHOICES = {"status": ("confirmed", "tentative", "cancelled"),
           "transparency": ("opaque", "transparent"),
           "visibility": ("default", "public", "private", "confidential")}
FLAGS = ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests", "anyoneCanAddSelf")


def fail(code, reason, message, domain="global", **more):
    """The error in Google's wording."""
    entry = dict({"domain": domain, "reason": reason, "message": message}, **more)
    error = {"code": code, "message": message, "errors": [entry]}
    if code in STATUSES:
        error["status"] = STATUSES[code]
    return Refusal(code, {"error": error})


def invalid(message):
    return fail(400, "invalid", message)


def required(message):
    return fail(400, "required", message)


def check_side(event, side, zone):
    """start or end: a day, or a time with an offset or a zone."""
    value = event.get(side)
    name = "Missing %s time." % side
    if not isinstance(value, dict):
        raise required(name)
    if set(value) - {"date", "dateTime", "timeZone"} or ("date" in value) == ("dateTime" in value):
        raise invalid("Invalid %s time." % side)
    try:
        if "date" in value:
            gt.parse_day(value["date"])
        else:
            own = gt.zone_of(value["timeZone"]) if "timeZone" in value else None
            gt.parse(value["dateTime"], own)
    except ValueError as error:
        if "time zone" in str(error):
            raise invalid("Invalid time zone definition for %s time." % side) from error
        raise invalid("Invalid %s time." % side) from error
    return zone


def check_times(event, zone):
    for side in ("start", "end"):
        check_side(event, side, zone)
    if ("date" in event["start"]) != ("date" in event["end"]):
        raise invalid("Invalid start time.")
    start, end = gt.bounds(event, zone)
    if end < start or end == start and "date" in event["start"]:
        raise fail(400, "timeRangeEmpty", "The specified time range is empty.", "calendar")


def check_recurrence(event, zone):
    lines = event.get("recurrence")
    if not lines:
        event.pop("recurrence", None)
        return
    if not isinstance(lines, list):
        raise invalid("Invalid recurrence rule.")
    if "dateTime" in event["start"] and "timeZone" not in event["start"]:
        raise required("Missing time zone definition for start time.")
    try:
        google_repeat.parse(lines)
        google_repeat.Series(dict(event, id="check"), zone)
    except ValueError as error:
        raise invalid("Invalid recurrence rule.") from error


def check_attendees(event):
    guests = event.get("attendees", [])
    if not isinstance(guests, list) or len(guests) > 200:
        raise invalid("Invalid attendees.")
    for guest in guests:
        email = guest.get("email") if isinstance(guest, dict) else None
        if not isinstance(email, str) or not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", email):
            raise invalid("Invalid attendee email.")


def check_properties(event):
    value = event.get("extendedProperties", {})
    if not isinstance(value, dict) or set(value) - {"private", "shared"}:
        raise invalid("Invalid extended properties.")
    for table in value.values():
        if not isinstance(table, dict):
            raise invalid("Invalid extended properties.")
        for name, text in table.items():
            if not isinstance(text, str) or not 0 < len(name) <= 44 or len(text) > 1024:
                raise invalid("Invalid extended property.")


def check_reminders(event):
    value = event.get("reminders")
    if value is None:
        return
    if not isinstance(value, dict) or not isinstance(value.get("useDefault"), bool):
        raise invalid("Invalid reminders.")
    overrides = value.get("overrides", [])
    if value["useDefault"] and overrides:
        raise fail(400, "cannotUseDefaultRemindersAndSpecifyOverride",
                   "Cannot specify both default reminders and overrides at the same time.", "calendar")
    if not isinstance(overrides, list) or len(overrides) > 5:
        raise invalid("Invalid reminders.")
    for one in overrides:
        minutes = one.get("minutes") if isinstance(one, dict) else None
        if type(minutes) is not int or not 0 <= minutes <= 40320 \
                or one.get("method") not in ("popup", "email"):
            raise invalid("Invalid reminders.")


def check_conference(event):
    value = event.get("conferenceData")
    if value is None:
        return
    ask = value.get("createRequest") if isinstance(value, dict) else None
    if "entryPoints" in value or ask is None:
        return
    kind = ask.get("conferenceSolutionKey", {}).get("type")
    if not isinstance(ask.get("requestId"), str) or not ask["requestId"] or kind != "hangoutsMeet":
        raise invalid("Invalid conference type value.")


def check_event(event, zone):
    """A whole event before it is stored; `zone` is the calendar's. Changes only empty members."""
    for name, limit in PLAIN.items():
        if name in event and (not isinstance(event[name], str) or len(event[name]) > limit):
            raise invalid("Invalid value for: " + name)
    for name, values in CHOICES.items():
        if name in event and event[name] not in values:
            raise invalid("Invalid value for: " + name)
    for name in FLAGS:
        if name in event and not isinstance(event[name], bool):
            raise invalid("Invalid value for: " + name)
    sequence = event.get("sequence", 0)
    if type(sequence) is not int or sequence < 0:
        raise invalid("Invalid sequence value.")
    check_times(event, zone)
    check_recurrence(event, zone)
    check_attendees(event)
    check_properties(event)
    check_reminders(event)
    check_conference(event)


def check_id(body):
    """An id chosen by the client."""
    if "id" not in body:
        return
    if not isinstance(body["id"], str) or not ID.fullmatch(body["id"]):
        raise invalid("Invalid resource id value.")
    if "iCalUID" in body:
        raise invalid("Only one of id and iCalUID may be given.")


def merged(old, change):
    """A patch: absent members stay, objects are merged, lists replaced, null removes."""
    result = dict(old)
    for name, value in change.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result
