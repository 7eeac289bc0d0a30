"""The test clock: one offset in seconds, for the database, the workers and the sandbox."""
import datetime
import re

from say import Refused

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MAXIMUM = 20 * 365 * 86400


def parse(text):
    """+26h, -1h, +1d2h30m in seconds."""
    if not re.fullmatch(r"[+-](\d{1,9}[smhd])+", text):
        raise Refused("a shift must look like +26h, -1h, +90s or +1d2h30m, not %r" % text)
    total = sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([smhd])", text))
    return -total if text[0] == "-" else total


def read(state):
    try:
        with open(state.path("clock"), encoding="ascii") as handle:
            return int(handle.read().strip() or "0")
    except FileNotFoundError:
        return 0


def apply(state, cluster, seconds):
    """Shifts the sandbox first: work that becomes due in the database is sent at once, signed with its new time."""
    if abs(seconds) > MAXIMUM:
        raise Refused("the clock can be shifted by at most 20 years")
    before = read(state)
    state.write(state.path("clock"), "%d\n" % seconds)
    try:
        cluster.sql("SELECT kf.clock_set(%d)" % seconds)
    except Refused:
        state.write(state.path("clock"), "%d\n" % before)
        raise


def describe(state):
    seconds = read(state)
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return {"offset_seconds": seconds, "now": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
