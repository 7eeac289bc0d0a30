"""The Google stand-in behind /google: sign-in, tokens, Calendar API v3, a page for people.

Answers to API calls pass, in this order: the request log, the scripted faults, the access token,
the scope table, the calendar (is it there for this account?), the method itself.
"""

import fnmatch
import json
import types

import google_busy
import google_control
import google_diary
import google_events
import google_faults
import google_fields
import google_grants
import google_list
import google_oauth
import google_push
import google_scopes
import google_store
import google_time as gt
from google_check import fail, invalid
from web import Refusal, Response, json_response

SEND_UPDATES = ("all", "externalOnly", "none", "true", "false")
BODIES = ("freebusy.query", "events.insert", "events.patch", "events.watch", "channels.stop")


def recognise(verb, steps):
    """(method, calendar, event) of a path below /google/calendar/v3."""
    if steps == ["users", "me", "calendarList"] and verb == "GET":
        return "calendarList.list", None, None
    if steps == ["freeBusy"] and verb == "POST":
        return "freebusy.query", None, None
    if steps == ["channels", "stop"] and verb == "POST":
        return "channels.stop", None, None
    if steps[0] != "calendars" or len(steps) < 2 or not steps[1]:
        return None, None, None
    rest = steps[2:]
    if not rest and verb == "GET":
        return "calendars.get", steps[1], None
    if rest == ["events"]:
        return {"GET": "events.list", "POST": "events.insert"}.get(verb), steps[1], None
    if rest == ["events", "watch"] and verb == "POST":
        return "events.watch", steps[1], None
    if len(rest) == 2 and rest[0] == "events" and rest[1]:
        verbs = {"GET": "events.get", "PATCH": "events.patch", "DELETE": "events.delete"}
        return verbs.get(verb), steps[1], rest[1]
    return None, None, None


class Google:
    """All parts of the stand-in. `route` answers paths below /google/, `control` those below /_control/google/."""

    def __init__(self, parts, base_url, insecure_push):
        self.store = store = google_store.Store(parts.clock, parts.journal)
        self.faults = google_faults.Faults()
        self.log = google_faults.Log(parts.clock)
        self.grants = google_grants.Grants(store, base_url)
        self.oauth = google_oauth.OAuth(store, self.grants)
        self.push = google_push.Push(parts, store, self.faults, base_url, insecure_push)
        self.events = google_events.Events(store, self.push.changed)
        self.lists = google_list.Lists(store, self.events)
        self.busy = google_busy.FreeBusy(store, self.events, self.faults)
        self.diary = google_diary.Diary(store, self.events)
        self.control = google_control.Control(self)

    def replay(self, kind, value):
        self.store.replay(kind, value)

    def reset(self, everything):
        """Clears faults, settings and the log; with `everything` all data."""
        self.faults.clear()
        self.log.clear()
        with self.push.lock:
            self.push.sent.clear()
        for name in list(self.store.tables["settings"]):
            self.store.drop("settings", name)
        if everything:
            self.grants.codes = {}
            self.store.clear()

    # --- outside the API ---

    def route(self, request, path):
        """`path` is the part after /google."""
        if path.startswith("/calendar/v3/"):
            return self.api(request, path[len("/calendar/v3/"):].split("/"))
        if path == "/calendar" or path.startswith("/calendar/"):
            return self.diary.route(request, path[len("/calendar"):])
        ways = {("/o/oauth2/v2/auth", "GET"): ("oauth.authorize", self.oauth.route),
                ("/o/oauth2/v2/auth", "POST"): ("oauth.authorize", self.oauth.route),
                ("/token", "POST"): ("oauth.token", self.grants.token),
                ("/revoke", "POST"): ("oauth.revoke", self.grants.revoke),
                ("/oauth2/v3/userinfo", "GET"): ("userinfo.get", self.grants.userinfo)}
        way = ways.get((path, request.method))
        if way is None:
            return None
        return self.logged(way[0], request, way[1])

    def logged(self, method, request, act):
        account = self.grants.whose(request) if method in ("oauth.token", "oauth.revoke") else None
        call = types.SimpleNamespace(method=method, account=account, calendar=None, grant=None)
        call.entry = self.log.begin(method, account, None)
        if method == "oauth.token":
            call.grant = call.entry["grant_type"] = request.form().get("grant_type")
        response = self.faults.wrap(call, lambda: guarded(lambda: act(request)))
        call.entry["status"] = response.status
        return response

    # --- the API ---

    def api(self, request, steps):
        method, calendar, event = recognise(request.method, steps)
        token = self.grants.bearer(request)
        account = token["account"] if token else None
        if calendar == "primary" and account:
            calendar = account
        call = types.SimpleNamespace(method=method or "unknown", account=account, token=token,
                                     calendar=calendar, event=event, request=request, grant=None)
        call.entry = self.log.begin(call.method, account, calendar)
        response = self.faults.wrap(call, lambda: guarded(lambda: self.answer(call)))
        call.entry["status"] = response.status
        return response

    def answer(self, call):
        request = call.request
        if call.method == "unknown":
            raise fail(404, "notFound", "Not Found")
        if call.token is None:
            raise google_faults.unauthorized()
        if not google_scopes.accepted(call.method, call.token["scopes"]):
            raise fail(403, "insufficientPermissions",
                       "Request had insufficient authentication scopes.")
        pairs = request.pairs()
        call.query = dict(pairs)
        call.body = self.body(request) if call.method in BODIES else {}
        if call.calendar is not None:
            self.open(call)
        acts = {"calendarList.list": self.lists.calendars, "freebusy.query": self.busy.query,
                "events.list": self.lists.list, "events.watch": self.push.watch,
                "channels.stop": self.push.stop, "calendars.get": self.calendar,
                "events.insert": self.insert, "events.get": self.get,
                "events.patch": self.patch, "events.delete": self.delete}
        return google_fields.cut(acts[call.method](call), call.query.get("fields"))

    @staticmethod
    def body(request):
        kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
        try:
            value = json.loads(request.body) if kind == "application/json" else None
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise fail(400, "parseError", "Parse Error")
        return value

    def open(self, call):
        """The calendar of the path as the account sees it, and whether the scopes cover it."""
        call.share = self.store.share(call.account, call.calendar)
        if call.share is None:
            raise fail(404, "notFound", "Not Found")
        role, public = call.share["accessRole"], self.store.find("calendars", call.calendar)["public"]
        if not google_scopes.covers(call.method, call.token["scopes"], role, public):
            raise fail(403, "forbidden", "Forbidden")
        writes = fnmatch.fnmatchcase(call.method, "events.[ipd]*")
        if writes and role not in google_scopes.WRITERS:
            raise fail(403, "forbidden", "You need to have writer access to this calendar.")
        if call.query.get("sendUpdates", "none") not in SEND_UPDATES:
            raise invalid("Invalid value for: sendUpdates")
        version = call.query.get("conferenceDataVersion", "0")
        if version not in ("0", "1"):
            raise invalid("Invalid value for: conferenceDataVersion")
        if "timeZone" in call.query:
            try:
                gt.zone_of(call.query["timeZone"])
            except ValueError as error:
                raise invalid("Invalid time zone definition") from error
        call.conference = version == "1"
        call.entry["send_updates"] = call.query.get("sendUpdates")

    def shown(self, call, event, status=200):
        zone = gt.zone_of(call.query.get("timeZone") or
                          self.store.find("calendars", call.calendar)["timeZone"])
        shown = self.events.show(event, call.calendar, zone, call.share["accessRole"], call.account)
        return json_response(shown, status, {"ETag": event["etag"]})

    def calendar(self, call):
        row = self.store.find("calendars", call.calendar)
        return json_response({"kind": "calendar#calendar", "etag": '"%d"' % row["rev"],
                              "id": row["id"], "summary": row["summary"],
                              "timeZone": row["timeZone"]})

    def insert(self, call):
        return self.shown(call, self.events.insert(call.calendar, call.body, call.account,
                                                   call.conference))

    def get(self, call):
        return self.shown(call, self.events.get(call.calendar, call.event))

    def patch(self, call):
        tag = call.request.headers.get("If-Match")
        return self.shown(call, self.events.patch(call.calendar, call.event, call.body, tag,
                                                  call.conference))

    def delete(self, call):
        self.events.delete(call.calendar, call.event, call.request.headers.get("If-Match"))
        return Response(204)


def guarded(act):
    """Converts refusals into responses, so that faults and the log apply to them too."""
    try:
        return act()
    except Refusal as refusal:
        return json_response(refusal.body, refusal.status)
