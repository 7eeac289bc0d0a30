"""Instants, days and zones as the Calendar API writes them. Instants are aware and in UTC."""

import datetime
import re
import zoneinfo

UTC = datetime.timezone.utc
RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d{1,9})?"
                     r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?")


def zone_of(name):
    """The time zone of that IANA name; ValueError if there is none."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", name):
        raise ValueError("Invalid time zone definition")
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("Invalid time zone definition") from error


def to_utc(naive, zone):
    """Wall time to an instant: a nonexistent time is shifted forward, a repeated one is its first pass."""
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def parse(text, zone=None):
    """RFC 3339 to an instant. Without an offset the zone is required; fractions are truncated."""
    match = RFC3339.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("not an RFC 3339 time")
    naive = datetime.datetime.strptime(match[1] + "T" + match[2], "%Y-%m-%dT%H:%M:%S")
    offset = match[4]
    if offset is None:
        if zone is None:
            raise ValueError("a time without an offset")
        return to_utc(naive, zone)
    if offset in "Zz":
        return naive.replace(tzinfo=UTC)
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    shift = datetime.timedelta(minutes=-minutes if offset[0] == "-" else minutes)
    return naive.replace(tzinfo=UTC) - shift


def show(moment, zone=UTC):
    """An instant as RFC 3339 with the zone's offset, `Z` for UTC itself."""
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z") if zone is UTC or str(zone) == "UTC" else text


def parse_day(text):
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("not a date")
    return datetime.date.fromisoformat(text)


def midnight(day, zone):
    """The instant at which a day begins in the zone."""
    return to_utc(datetime.datetime.combine(day, datetime.time()), zone)


def at(seconds):
    return datetime.datetime.fromtimestamp(int(seconds), UTC)


def bounds(event, calendar_zone):
    """[start, end) of an event: a whole day is one of the calendar's zone."""
    if "date" in event["start"]:
        return (midnight(parse_day(event["start"]["date"]), calendar_zone),
                midnight(parse_day(event["end"]["date"]), calendar_zone))
    return tuple(parse(event[side]["dateTime"], zone_of(event[side].get("timeZone"))
                       if event[side].get("timeZone") else calendar_zone)
                 for side in ("start", "end"))
