"""The data of the Google stand-in: clients, accounts, calendars, events, grants, tokens, channels. Everything is in
memory and, table by table, in the journal, so that a restarted sandbox has its grants and events again. Two
accounts with four calendars each exist from the start."""

import hashlib
import re
import secrets
import threading
import urllib.parse

import google_time as gt
from web import Refusal

TABLES = ("clients", "accounts", "calendars", "shares", "events", "grants", "access", "refresh",
          "channels", "settings")
ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
HOLIDAYS = "es.co#holiday@group.v.calendar.google.com"
ROOM = "c_sala1@resource.calendar.google.com"
ZONE = "America/Bogota"
PEOPLE = (("laura.restrepo@gmail.test", "Laura Restrepo"),
          ("andres.gomez@gmail.test", "Andrés Gómez"))
SETTINGS = {
    "expires_in": 3599,              # of access tokens
    "refresh_token_expires_in": None,  # told in the answer, and kept, if set
    "rotate_refresh": False,         # a refreshing returns a new refresh token
    "channel_max_s": 7 * 86400,      # channels live no longer
    "channel_default_s": 3600,       # without `expiration`
    "meet": "success",               # or failure, pending
    "meet_pending_s": 1.0,           # real seconds until it is made
}


def secondary(email):
    """The id of an account's own second calendar."""
    return "c_%s@group.calendar.google.com" % hashlib.sha256(email.encode()).hexdigest()[:26]


def subject(email):
    return str(int(hashlib.sha256(email.encode()).hexdigest()[:16], 16)).rjust(21, "1")[:21]


def split_list(value, name):
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refusal(422, {"error": "%s is a list of texts" % name})
    return value


def check_redirect(uri):
    """The redirect URIs that Google's console accepts: https, or plain http on this machine; no fragment."""
    parts = urllib.parse.urlsplit(uri)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    address = re.fullmatch(r"[0-9.]+", parts.hostname or "")
    if parts.scheme not in ("http", "https") or not parts.hostname or "*" in uri:
        raise Refusal(422, {"error": "bad redirect_uri %s" % uri})
    if not local and (parts.scheme != "https" or address) or "#" in uri:
        raise Refusal(422, {"error": "bad redirect_uri %s" % uri})


class Store:
    def __init__(self, clock, journal):
        self.clock = clock
        self.journal = journal
        self.lock = threading.RLock()
        self.clear()

    def clear(self):
        """Resets to the accounts and calendars of the start."""
        with self.lock:
            self.tables = {name: {} for name in TABLES}
            self.by_calendar = {}
            for email, name in PEOPLE:
                self.seed(email, name, ZONE, self.remember)

    def seed(self, email, name, zone, put):
        """An account with a calendar of each kind."""
        put("accounts", email, {"email": email, "sub": subject(email), "name": name})
        for calendar, title, owner, role in (
                (email, email, email, "owner"),
                (secondary(email), "Consultorio", email, "owner"),
                (HOLIDAYS, "Festivos en Colombia", None, "reader"),
                (ROOM, "Sala 1", None, "freeBusyReader")):
            if calendar not in self.tables["calendars"]:
                put("calendars", calendar, {
                    "id": calendar, "summary": title, "timeZone": zone, "owner": owner,
                    "public": calendar == HOLIDAYS, "rev": 0, "sync_floor": 0})
            put("shares", email + "\n" + calendar, {
                "account": email, "calendar": calendar, "accessRole": role,
                "primary": calendar == email, "selected": True, "hidden": False})

    # --- the tables ---

    def remember(self, table, key, value):
        """Only in memory; None deletes."""
        rows = self.tables[table]
        if value is None:
            rows.pop(key, None)
        else:
            rows[key] = value
        if table == "events":
            calendar, _, name = key.partition("\n")
            events = self.by_calendar.setdefault(calendar, {})
            if value is None:
                events.pop(name, None)
            else:
                events[name] = value

    def put(self, table, key, value):
        with self.lock:
            self.remember(table, key, value)
            self.journal.write("google", {"table": table, "key": key, "value": value})

    def drop(self, table, key):
        self.put(table, key, None)

    def replay(self, kind, value):
        if kind == "google":
            if value["table"] == "all":
                self.clear()
            else:
                self.remember(value["table"], value["key"], value["value"])
        elif kind == "reset" and value.get("all", False):
            self.clear()

    def forget(self):
        """clear(), journalled."""
        with self.lock:
            self.clear()
            self.journal.write("google", {"table": "all", "key": "", "value": None})

    def find(self, table, key):
        return self.tables[table].get(key)

    def rows(self, table):
        with self.lock:
            return list(self.tables[table].values())

    def setting(self, name):
        return self.tables["settings"].get(name, SETTINGS[name])

    # --- accounts and calendars ---

    def account(self, email):
        account = self.find("accounts", email)
        if account is None:
            raise Refusal(422, {"error": "unknown account %s" % email})
        return account

    def share(self, email, calendar):
        """How an account sees a calendar; `primary` is its own. None if it does not."""
        calendar = email if calendar == "primary" else calendar
        return self.find("shares", "%s\n%s" % (email, calendar))

    def shares(self, email):
        """Those of an account, the primary one first."""
        rows = [one for one in self.rows("shares") if one["account"] == email]
        return sorted(rows, key=lambda one: (not one["primary"], one["calendar"]))

    def events(self, calendar):
        with self.lock:
            return list(self.by_calendar.get(calendar, {}).values())

    def event(self, calendar, name):
        return self.by_calendar.get(calendar, {}).get(name)

    def owner_of(self, calendar):
        row = self.find("calendars", calendar)
        return row["owner"] if row else None

    # --- what control changes ---

    def put_client(self, body):
        if set(body) - {"client_id", "client_secret", "redirect_uris", "name"}:
            raise Refusal(422, {"error": "client_id, client_secret, redirect_uris, name"})
        uris = split_list(body.get("redirect_uris"), "redirect_uris")
        for uri in uris:
            check_redirect(uri)
        client = {"client_id": body.get("client_id") or secrets.token_hex(6)
                  + ".apps.googleusercontent.test",
                  "client_secret": body.get("client_secret") or "GOCSPX-" + secrets.token_hex(14),
                  "redirect_uris": uris, "name": str(body.get("name") or "Konfirmado")}
        self.put("clients", client["client_id"], client)
        return client

    def put_account(self, body):
        email = str(body.get("email", ""))
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", email) or set(body) - {"email", "name", "zone"}:
            raise Refusal(422, {"error": "give email, name, zone"})
        with self.lock:
            self.seed(email, str(body.get("name") or email), body.get("zone") or ZONE, self.put)
        return self.account(email)

    def put_calendar(self, body):
        """A calendar, and how an account sees it (`accessRole` null: no longer)."""
        allowed = {"account", "id", "summary", "timeZone", "accessRole", "hidden", "public",
                   "summaryOverride"}
        if set(body) - allowed or not body.get("id"):
            raise Refusal(422, {"error": "give id and of %s" % ", ".join(sorted(allowed))})
        role = body.get("accessRole", "owner")
        if role is not None and role not in ROLES:
            raise Refusal(422, {"error": "bad accessRole"})
        try:
            gt.zone_of(body.get("timeZone", ZONE))
        except ValueError as error:
            raise Refusal(422, {"error": "bad timeZone"}) from error
        email, name = self.account(body.get("account"))["email"], body["id"]
        with self.lock:
            row = dict(self.find("calendars", name) or {
                "id": name, "summary": name, "timeZone": ZONE, "owner": None, "public": False,
                "rev": 0, "sync_floor": 0})
            row.update({key: body[key] for key in ("summary", "timeZone", "public") if key in body})
            if role == "owner":
                row["owner"] = email
            self.put("calendars", name, row)
            share = {"account": email, "calendar": name, "accessRole": role,
                     "primary": name == email, "selected": True,
                     "hidden": bool(body.get("hidden"))}
            if body.get("summaryOverride"):
                share["summaryOverride"] = body["summaryOverride"]
            self.put("shares", email + "\n" + name, share if role else None)
        return row

    def put_settings(self, body):
        for name, value in body.items():
            plain = SETTINGS.get(name, KeyError)
            if plain is KeyError:
                raise Refusal(422, {"error": "unknown setting %s" % name})
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
            good = {"rotate_refresh": isinstance(value, bool),
                    "meet": value in ("success", "failure", "pending"),
                    "refresh_token_expires_in": value is None or number}.get(name, number)
            if not good:
                raise Refusal(422, {"error": "bad setting %s=%r" % (name, value)})
        for name, value in body.items():
            self.put("settings", name, value)
        return {name: self.setting(name) for name in SETTINGS}
