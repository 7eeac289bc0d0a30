"""The sandbox clock: real time plus the integer seconds written in a file.

The file is read at every use, so that a test or a demo moves the time of the sandbox (and of
everything else that reads the same file) by writing a number into it. No file means no shift.
"""

import datetime
import time


class Clock:
    """Time as the sandbox sees it."""

    def __init__(self, path):
        self.path = path

    def offset(self):
        """Seconds added to real time; a missing, empty or half-written file counts as 0."""
        try:
            with open(self.path, encoding="ascii") as handle:
                return int(handle.read().strip() or "0")
        except (OSError, ValueError, TypeError):
            return 0

    def now(self):
        """Seconds since the epoch, as a float."""
        return time.time() + self.offset()


def iso(seconds):
    """Seconds since the epoch as ISO 8601 UTC with milliseconds."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (moment.microsecond // 1000)


def parse_iso(text):
    """ISO 8601 in UTC (with or without fraction) to seconds; raises ValueError otherwise."""
    for form in ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            moment = datetime.datetime.strptime(text, form)
        except ValueError:
            continue
        return moment.replace(tzinfo=datetime.timezone.utc).timestamp()
    raise ValueError("not ISO 8601 UTC: %r" % text)


def bogota(seconds):
    """Hour and minute in Colombia (UTC-5 all year), as a page shows it."""
    zone = datetime.timezone(datetime.timedelta(hours=-5))
    return datetime.datetime.fromtimestamp(seconds, zone).strftime("%H:%M")
