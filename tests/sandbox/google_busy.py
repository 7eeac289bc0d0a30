"""freeBusy: when the calendars asked for are busy, computed from their events.

By script (see google_faults.py) a calendar answers with an error of its own inside the 200, or
with periods that are neither merged nor sorted, in odd offsets, with fractions, or not cut to the
range.
"""

import datetime
import json
import zoneinfo

import google_time as gt
from google_check import fail, invalid, required
from web import json_response

DAYS_MAX = 90
CALENDARS_MAX = 50
NAMES = {"timeMin", "timeMax", "timeZone", "items", "groupExpansionMax", "calendarExpansionMax"}


def moment(body, name):
    if name not in body:
        raise required("Missing %s parameter." % name)
    try:
        return gt.parse(body[name])
    except ValueError as error:
        raise fail(400, "badRequest", "Bad Request") from error


def merge(periods):
    """Sorted; overlapping and adjacent periods merged, empty ones omitted."""
    result = []
    for start, end in sorted(one for one in periods if one[0] < one[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


class FreeBusy:
    def __init__(self, store, events, faults):
        self.store = store
        self.events = events
        self.faults = faults

    def check(self, body):
        if set(body) - NAMES:
            raise invalid("Unknown name %s" % ", ".join(sorted(set(body) - NAMES)))
        low, high = moment(body, "timeMin"), moment(body, "timeMax")
        if low >= high:
            raise fail(400, "timeRangeEmpty", "The specified time range is empty.", "calendar")
        if high - low > datetime.timedelta(days=DAYS_MAX):
            raise fail(400, "timeRangeTooLong", "The requested time range is too long.", "calendar")
        most = body.get("calendarExpansionMax", CALENDARS_MAX)
        if type(most) is not int or not 1 <= most <= CALENDARS_MAX:
            raise invalid("Invalid value for: calendarExpansionMax")
        items = body.get("items")
        if not isinstance(items, list) or not all(
                isinstance(one, dict) and isinstance(one.get("id"), str) for one in items):
            raise required("Missing items parameter.")
        try:
            zone = gt.zone_of(body.get("timeZone", "UTC"))
        except ValueError as error:
            raise invalid("Invalid time zone definition") from error
        return low, high, zone, [one["id"] for one in items], most

    def query(self, call):
        low, high, zone, names, most = self.check(call.body)
        call.entry["calendars"] = len(names)
        calendars = {}
        for name in names:
            problem = "tooManyCalendarsRequested" if len(names) > most else None
            calendars[name] = self.calendar(call, name, low, high, zone, problem)
        answer = {"kind": "calendar#freeBusy", "timeMin": iso_ms(low), "timeMax": iso_ms(high),
                  "calendars": calendars}
        return json_response(answer)

    def calendar(self, call, name, low, high, zone, problem):
        share = self.store.share(call.account, name)
        rule = share and self.faults.take(call, ("calendar_error", "odd", "unclipped"),
                                          share["calendar"])
        if share is None:
            problem = problem or "notFound"
        elif rule and rule["kind"] == "calendar_error":
            problem = problem or rule["reason"] or "internalError"
        if problem:
            return {"errors": [{"domain": "global", "reason": problem}], "busy": []}
        periods = self.periods(share["calendar"], low, high)
        if rule and rule["kind"] == "odd":
            return {"busy": odd(periods)}
        if not rule:
            periods = [(max(start, low), min(end, high)) for start, end in periods]
        return {"busy": [{"start": gt.show(start, zone), "end": gt.show(end, zone)}
                         for start, end in merge(periods)]}

    def periods(self, calendar, low, high):
        email = self.store.owner_of(calendar)
        return [(start, end) for event, start, end in self.events.occurrences(calendar, low, high)
                if self.events.is_busy(event, email)]


def iso_ms(moment_):
    return moment_.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def odd(periods):
    """The same busy time, as odd as RFC 3339 allows: split, in reverse order, with an empty period."""
    zones = [zoneinfo.ZoneInfo(name) for name in ("Asia/Kathmandu", "America/St_Johns",
                                                  "Australia/Eucla")]
    parts = []
    for start, end in sorted(periods, reverse=True):
        middle = start + datetime.timedelta(seconds=(end - start).total_seconds() // 2)
        parts += [(middle, end), (start, middle), (start, start), (start, middle)]
    result = []
    for number, (start, end) in enumerate(parts):
        zone = zones[number % len(zones)]
        result.append({side: one.astimezone(zone).isoformat(timespec="milliseconds")
                       for side, one in (("start", start), ("end", end))})
    return json.loads(json.dumps(result))
