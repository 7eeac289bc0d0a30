"""When the offset of a time zone changes, by Python's own tables."""
import datetime

from kitdemo import UTC

BEGIN = datetime.datetime(2026, 1, 2, 12, tzinfo=UTC)


def offset(zone, moment):
    return moment.astimezone(zone).utcoffset()


def changes(zone):
    """The instants of 2026 and 2027 at which the zone's offset changes, to the minute."""
    found = []
    at, end = BEGIN + datetime.timedelta(days=1), datetime.datetime(2027, 12, 30, tzinfo=UTC)
    while at < end:
        after = at + datetime.timedelta(hours=6)
        if offset(zone, at) != offset(zone, after):
            low, high = at, after
            while high - low > datetime.timedelta(minutes=1):
                middle = low + (high - low) / 2
                middle -= datetime.timedelta(seconds=middle.second, microseconds=middle.microsecond)
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            found.append(high)
        at = after
    return found
