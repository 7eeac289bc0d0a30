"""Control of the Google stand-in under /_control/google, JSON in and out.

POST clients      client_id, client_secret, redirect_uris, name (upsert; what is absent is made)
POST accounts     email, name, zone: an account with four calendars
POST calendars    account, id, summary, timeZone, accessRole, public, hidden, summaryOverride;
                  accessRole null takes the calendar from the account
POST events       account, calendar (absent: primary), event: as a person adds one
POST events/change   account, calendar, id, event (a patch)
POST events/delete   account, calendar, id
POST faults       see google_faults.py; POST faults/clear {} or {"id": n}
POST settings     see google_store.SETTINGS
POST revoke       account[, client_id]: the grant ends silently
POST expire       [account]: access tokens end now
POST expire_sync  account, calendar: sync tokens of the calendar end now (410)
POST notify       channel_id[, token, as_channel, resource_id, number, state, count]: a
                  notification as somebody might forge it; the answers
POST reset        {} faults, settings, log; {"all": true} everything
GET  clients, accounts, calendars?account=, events?account=&calendar=[&deleted=1], faults,
     settings, grants, channels, notifications, requests?[method=&account=&calendar=&after=&limit=]
"""

from web import Refusal, json_response


def names(body, *allowed):
    for name in body:
        if name not in allowed:
            raise Refusal(422, {"error": "unknown field %s" % name})


class Control:
    def __init__(self, google):
        self.google = google
        self.store = google.store

    def route(self, request, steps):
        """`steps` is the path after /_control/google."""
        if request.method == "GET" and len(steps) == 1:
            return self.read(steps[0], request.query())
        acts = {"clients": self.store.put_client, "accounts": self.store.put_account,
                "calendars": self.store.put_calendar, "settings": self.store.put_settings,
                "events": self.add, "events/change": self.change, "events/delete": self.delete,
                "faults": self.google.faults.add, "faults/clear": self.clear_faults,
                "revoke": self.revoke, "expire": self.expire, "expire_sync": self.expire_sync,
                "notify": self.google.push.scripted, "reset": self.reset}
        act = acts.get("/".join(steps)) if request.method == "POST" else None
        return None if act is None else json_response(act(request.json()))

    def read(self, what, query):
        google, store = self.google, self.store
        reads = {"clients": lambda: store.rows("clients"),
                 "accounts": lambda: store.rows("accounts"),
                 "calendars": lambda: [google.lists.entry(one) for one in
                                       store.shares(store.account(query.get("account"))["email"])],
                 "events": lambda: self.events(query),
                 "faults": lambda: list(google.faults.rules),
                 "settings": lambda: store.put_settings({}),
                 "grants": lambda: self.grants(), "channels": google.push.channels,
                 "notifications": lambda: list(google.push.sent),
                 "requests": lambda: google.log.view(query)}
        return json_response(reads[what]()) if what in reads else None

    def calendar(self, body):
        """The id of the calendar in the body, and its account."""
        email = self.store.account(body.get("account"))["email"]
        share = self.store.share(email, body.get("calendar") or "primary")
        if share is None:
            raise Refusal(422, {"error": "unknown calendar"})
        return share["calendar"], email

    def events(self, query):
        calendar, _ = self.calendar(query)
        rows = [dict({name: value for name, value in one.items() if name[0] != "_"}, rev=one["_rev"])
                for one in self.store.events(calendar)]
        if "deleted" not in query:
            rows = [one for one in rows if one["status"] != "cancelled"]
        return sorted(rows, key=lambda one: one["rev"])

    def grants(self):
        """The grants per account and client, and the numbers of valid tokens; no token is shown."""
        now, result = self.google.grants.now(), []
        for grant in self.store.rows("grants"):
            key = (grant["client_id"], grant["account"])
            count = {table: sum((one["client_id"], one["account"]) == key and
                                (one["until"] is None or one["until"] > now)
                                for one in self.store.rows(table)) for table in ("access", "refresh")}
            result.append(dict(grant, **count))
        return result

    def add(self, body):
        names(body, "account", "calendar", "event")
        calendar, email = self.calendar(body)
        return self.google.events.insert(calendar, body.get("event") or {}, email, True)

    def change(self, body):
        names(body, "account", "calendar", "id", "event")
        calendar, _ = self.calendar(body)
        return self.google.events.patch(calendar, str(body.get("id")), body.get("event") or {},
                                        None, True)

    def delete(self, body):
        names(body, "account", "calendar", "id")
        calendar, _ = self.calendar(body)
        self.google.events.delete(calendar, str(body.get("id")))
        return {"deleted": True}

    def clear_faults(self, body):
        names(body, "id")
        if "id" in body:
            self.google.faults.remove(body["id"])
        else:
            self.google.faults.clear()
        return {"cleared": True}

    def revoke(self, body):
        names(body, "account", "client_id")
        email = self.store.account(body.get("account"))["email"]
        return {"revoked": self.google.grants.end(email, body.get("client_id"))}

    def expire(self, body):
        names(body, "account")
        return {"expired": self.google.grants.expire(body.get("account"))}

    def expire_sync(self, body):
        names(body, "account", "calendar")
        calendar, _ = self.calendar(body)
        with self.store.lock:
            row = dict(self.store.find("calendars", calendar))
            row["rev"] += 1
            row["sync_floor"] = row["rev"]
            self.store.put("calendars", calendar, row)
        return {"calendar": calendar}

    def reset(self, body):
        names(body, "all")
        self.google.reset(bool(body.get("all")))
        if body.get("all"):
            self.store.forget()
        return {"reset": True}
