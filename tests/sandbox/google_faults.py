"""Scripted faults of the Google stand-in, by method, account, calendar and grant; and the request log.

A rule: {"fault": kind, "method": "freebusy.query" | "events.*" | "*" | "oauth.token" | ...,
"account": email, "calendar": id, "grant": "authorization_code" | "refresh_token" (of oauth.token),
"times": n (absent: until cleared), "after": true (the act is done, only its answer is spoilt),
"seconds", "retry_after", "reason", "status", "body"}. The newest rule that fits counts.

Whoever comes first uses up "times", and a server refreshes tokens of other connections in the
background: a rule for the exchange of a code says so by its "grant".

Kinds for every method
  401  rateLimitExceeded userRateLimitExceeded quotaExceeded insufficientPermissions forbidden
  accessNotConfigured (all 403)  429  500  503  404  fullSyncRequired (410)  invalid_grant
  invalid_client  json (status, body)  slow (seconds, then as usual)  refuse  hang
  drip (1 byte/s)  truncated  truncated_json  html
For freebusy.query, by calendar
  calendar_error (reason: internalError, ...)  odd (unmerged, unsorted, odd offsets)  unclipped
For push.notify
  drop  slow (seconds)
"""

import collections
import fnmatch
import itertools
import threading
import time

from clock import iso
from google_check import fail
from web import Refusal, Response, json_response

LIMITS = {"rateLimitExceeded": "Rate Limit Exceeded", "quotaExceeded": "Quota exceeded",
          "userRateLimitExceeded": "User Rate Limit Exceeded"}
DENIED = {"insufficientPermissions": "Request had insufficient authentication scopes.",
          "forbidden": "Forbidden", "accessNotConfigured": "Access Not Configured"}
SPOILT = ("drip", "truncated", "truncated_json")
WIRE = tuple(LIMITS) + tuple(DENIED) + SPOILT + (
    "401", "404", "429", "500", "503", "fullSyncRequired", "invalid_grant", "invalid_client",
    "json", "slow", "refuse", "hang", "html")
OTHERS = ("calendar_error", "odd", "unclipped", "drop")
GRANTS = (None, "authorization_code", "refresh_token")
FIELDS = {"fault", "method", "account", "calendar", "grant", "times", "after", "seconds",
          "retry_after", "reason", "status", "body"}


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.rules = []
        self.numbers = itertools.count(1)

    def clear(self):
        with self.lock:
            self.rules = []

    def add(self, body):
        kind = str(body.get("fault", ""))
        if set(body) - FIELDS or kind not in WIRE + OTHERS:
            raise Refusal(422, {"error": "bad fault %r, fields are %s" % (kind, sorted(FIELDS))})
        times = body.get("times")
        if times is not None and (type(times) is not int or times < 1):
            raise Refusal(422, {"error": "bad times"})
        grant, method = body.get("grant"), body.get("method", "*")
        if grant not in GRANTS or (grant and method != "oauth.token"):
            raise Refusal(422, {"error": "bad grant: %s, and only of oauth.token" % (GRANTS[1:],)})
        with self.lock:
            rule = {"id": next(self.numbers), "kind": kind, "method": method, "grant": grant,
                    "account": body.get("account"), "calendar": body.get("calendar"),
                    "times": times, "after": bool(body.get("after")),
                    "seconds": float(body.get("seconds", 1)), "reason": body.get("reason"),
                    "retry_after": body.get("retry_after"), "status": body.get("status", 200),
                    "body": body.get("body"), "used": 0}
            self.rules.insert(0, rule)
        return rule

    def remove(self, number):
        with self.lock:
            self.rules = [rule for rule in self.rules if rule["id"] != number]

    def find(self, method, account, calendar, kinds, grant=None):
        """The newest matching rule, counted down; None without one."""
        with self.lock:
            for rule in self.rules:
                if rule["kind"] in kinds and fnmatch.fnmatchcase(method, rule["method"]) \
                        and rule["account"] in (None, account) \
                        and rule["calendar"] in (None, calendar) \
                        and rule["grant"] in (None, grant):
                    rule["used"] += 1
                    if rule["times"] is not None:
                        rule["times"] -= 1
                        if rule["times"] == 0:
                            self.rules = [one for one in self.rules if one is not rule]
                    return dict(rule)
        return None

    def take(self, call, kinds, calendar=None):
        return self.find(call.method, call.account, calendar or call.calendar, kinds, call.grant)

    def alive(self, number):
        with self.lock:
            return any(rule["id"] == number for rule in self.rules)

    def wrap(self, call, produce):
        """The response of produce(), altered by a matching rule."""
        rule = self.take(call, WIRE)
        if rule is None:
            return produce()
        kind, last = rule["kind"], rule["times"] == 0
        call.entry["fault"] = kind
        if kind == "slow":
            until = time.monotonic() + rule["seconds"]
            while time.monotonic() < until and (last or self.alive(rule["id"])):
                time.sleep(0.02)
            return produce()
        response = produce() if rule["after"] or kind in SPOILT else None
        if kind == "truncated_json":
            response.body = response.body[:len(response.body) // 2]
        elif kind in SPOILT:
            response.fault = kind
        else:
            response = replacement(rule)
        response.fault_alive = lambda: last or self.alive(rule["id"])
        return response


def replacement(rule):
    kind = rule["kind"]
    headers = {} if rule["retry_after"] is None else {"Retry-After": str(rule["retry_after"])}
    if kind in ("refuse", "hang"):
        response = Response(200)
        response.fault = kind
        return response
    if kind == "html":
        return Response(200, "<!doctype html><title>Error</title><h1>Sorry...", "text/html")
    if kind == "json":
        return json_response(rule["body"], rule["status"], headers)
    if kind in ("invalid_grant", "invalid_client"):
        status = 400 if kind == "invalid_grant" else 401
        return json_response({"error": kind, "error_description": "Token has been expired or revoked."
                              if status == 400 else "The OAuth client was not found."}, status, headers)
    if kind in LIMITS:
        refusal = fail(403, kind, LIMITS[kind], "usageLimits")
    elif kind in DENIED:
        refusal = fail(403, kind, DENIED[kind])
    else:
        refusal = {"401": unauthorized(), "404": fail(404, "notFound", "Not Found"),
                   "429": fail(429, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits"),
                   "500": fail(500, "backendError", "Backend Error"),
                   "503": fail(503, "backendError", "Service unavailable. Please try again."),
                   "fullSyncRequired": fail(410, "fullSyncRequired", "Sync token is no longer "
                                            "valid, a full sync is required.", "calendar")}[kind]
    return json_response(refusal.body, refusal.status, headers)


def unauthorized():
    return fail(401, "authError", "Invalid Credentials", locationType="header",
                location="Authorization")


class Log:
    """Every request to the stand-in, without tokens, codes or bodies."""

    def __init__(self, clock):
        self.clock = clock
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        with self.lock:
            self.rows = collections.deque(maxlen=20000)
            self.total = 0

    def begin(self, method, account, calendar):
        with self.lock:
            self.total += 1
            row = {"number": self.total, "at": iso(self.clock.now()), "real": time.time(),
                   "method": method, "account": account, "calendar": calendar, "status": None}
            self.rows.append(row)
        return row

    def view(self, query):
        """Filtered by method, account, calendar, after (a number); with counts."""
        with self.lock:
            rows = [dict(row) for row in self.rows]
        for name in ("method", "account", "calendar"):
            if name in query:
                rows = [row for row in rows if row[name] == query[name]]
        rows = [row for row in rows if row["number"] > int(query.get("after") or 0)]
        counts = collections.Counter(row["method"] for row in rows)
        return {"last": self.total, "total": len(rows), "counts": dict(counts),
                "most_in_a_minute": busiest([row["real"] for row in rows]),
                "requests": rows[-int(query.get("limit") or 500):]}


def busiest(moments, window=60.0):
    """The largest number of moments within any window."""
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most
