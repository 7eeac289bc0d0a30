"""Recurring events: RRULE (DAILY and WEEKLY, with INTERVAL, COUNT, UNTIL, BYDAY) and EXDATE.

An event at ten o'clock stays at ten o'clock of its own zone when the clocks change; each instance
lasts as many seconds as the first. The first start always counts, even if the rule misses it.
"""

import datetime
import re

import google_time as gt

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST")
LIMIT = 5000  # steps of one expansion
STAMP = "%Y%m%dT%H%M%S"


def stamp(text):
    """19970714, 19970714T133000 or 19970714T133000Z: (naive value, whole day?, UTC?)."""
    if re.fullmatch(r"\d{8}", text):
        return datetime.datetime.strptime(text, "%Y%m%d"), True, False
    if re.fullmatch(r"\d{8}T\d{6}Z?", text):
        return datetime.datetime.strptime(text.rstrip("Z"), STAMP), False, text.endswith("Z")
    raise ValueError("Invalid recurrence rule.")


def parse_rule(text):
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    if set(parts) - set(PARTS) or parts.get("FREQ") not in ("DAILY", "WEEKLY"):
        raise ValueError("Invalid recurrence rule.")
    if "COUNT" in parts and "UNTIL" in parts or parts.get("WKST", "MO") != "MO":
        raise ValueError("Invalid recurrence rule.")
    rule = {"freq": parts["FREQ"], "interval": 1, "count": None, "until": None, "days": None}
    for name in ("INTERVAL", "COUNT"):
        if name in parts:
            if not re.fullmatch(r"[1-9]\d{0,3}", parts[name]):
                raise ValueError("Invalid recurrence rule.")
            rule[name.lower()] = int(parts[name])
    if "UNTIL" in parts:
        rule["until"] = stamp(parts["UNTIL"])
    if "BYDAY" in parts:
        days = parts["BYDAY"].split(",")
        if set(days) - set(DAYS):
            raise ValueError("Invalid recurrence rule.")
        rule["days"] = {DAYS.index(day) for day in days}
    return rule


def parse(lines):
    """(rule, [(name, parameters, value) of the exceptions]) of the field `recurrence`."""
    rule, exceptions = None, []
    for line in lines:
        match = re.fullmatch(r"(RRULE|EXDATE)((?:;[A-Z]+=[^:;]+)*):(.+)", line) \
            if isinstance(line, str) else None
        if match is None or match[1] == "RRULE" and (rule is not None or match[2]):
            raise ValueError("Invalid recurrence rule.")
        if match[1] == "RRULE":
            rule = parse_rule(match[3])
        else:
            given = dict(part.split("=", 1) for part in match[2].split(";") if part)
            exceptions += [(given.get("TZID"), stamp(one)) for one in match[3].split(",")]
    if rule is None:
        raise ValueError("Invalid recurrence rule.")
    return rule, exceptions


def steps(first, rule):
    """Wall times of the rule from the first on, without COUNT and UNTIL."""
    if rule["freq"] == "DAILY":
        for number in range(LIMIT):
            moment = first + datetime.timedelta(days=number * rule["interval"])
            if number == 0 or rule["days"] is None or moment.weekday() in rule["days"]:
                yield moment
        return
    monday = first - datetime.timedelta(days=first.weekday())
    days = sorted(rule["days"] or {first.weekday()})
    if first.weekday() not in days:
        yield first
    for week in range(LIMIT // len(days)):
        for day in days:
            moment = monday + datetime.timedelta(days=7 * week * rule["interval"] + day)
            if moment >= first:
                yield moment


class Series:
    """The instances of one recurring event of a calendar."""

    def __init__(self, event, calendar_zone):
        self.event = event
        self.rule, self.exceptions = parse(event["recurrence"])
        self.whole_days = "date" in event["start"]
        start, end = gt.bounds(event, calendar_zone)
        if self.whole_days:
            self.zone = calendar_zone
            days = [gt.parse_day(event[side]["date"]) for side in ("start", "end")]
            self.first = datetime.datetime.combine(days[0], datetime.time())
            self.length = days[1] - days[0]
        else:
            self.zone = gt.zone_of(event["start"]["timeZone"])
            self.first = start.astimezone(self.zone).replace(tzinfo=None)
            self.length = end - start
        self.skipped = {self.moment(zone, given) for zone, given in self.exceptions}

    def moment(self, zone, given):
        """The instant of an EXDATE."""
        naive, _, utc = given
        if utc:
            return naive.replace(tzinfo=gt.UTC)
        return gt.to_utc(naive, gt.zone_of(zone) if zone else self.zone)

    def over(self, naive, start):
        until = self.rule["until"]
        if until is None:
            return False
        limit, day, utc = until
        if day:
            return naive.date() > limit.date()
        return start > limit.replace(tzinfo=gt.UTC) if utc else naive > limit

    def between(self, low, high):
        """(id, start, end, displayed start, displayed end) of those that overlap [low, high)."""
        for number, naive in enumerate(steps(self.first, self.rule)):
            start = gt.to_utc(naive, self.zone)
            if number == self.rule["count"] or self.over(naive, start) or start >= high:
                return
            if self.whole_days:
                last = naive + self.length
                end = gt.to_utc(last, self.zone)
                shown = [{"date": one.date().isoformat()} for one in (naive, last)]
                name = naive.strftime("%Y%m%d")
            else:
                end = start + self.length
                shown = [{"dateTime": gt.show(one, self.zone), "timeZone": str(self.zone)}
                         for one in (start, end)]
                name = start.strftime(STAMP) + "Z"
            if end > low and start not in self.skipped:
                yield "%s_%s" % (self.event["id"], name), start, end, shown[0], shown[1]
