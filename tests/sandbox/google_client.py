"""The sandbox's Google from outside, for tests: control, consent without a browser, the API.

    google = Google("http://127.0.0.1:8081")
    google.client("http://localhost:8080/api/auth/google/callback", client_id="kf", ...)
    location = google.consent(url, "laura.restrepo@gmail.test")        # everything asked for
    google.add_event("laura.restrepo@gmail.test", "2026-12-01T10:00:00-05:00",
                     "2026-12-01T11:00:00-05:00", summary="Junta")
    google.fault("500", method="freebusy.query", times=3)
    google.requests(method="freebusy.query")["most_in_a_minute"]
"""

import html
import http.client
import json
import re
import urllib.parse


class Google:
    """`base` is the sandbox's address."""

    def __init__(self, base):
        parts = urllib.parse.urlsplit(base)
        self.host, self.port = "127.0.0.1", parts.port
        self.base = base.rstrip("/")

    # --- wire ---

    def call(self, method, path, body=None, headers=None, timeout=20):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def control(self, path, body=None):
        text = None if body is None else json.dumps(body)
        status, _, answer = self.call("GET" if body is None else "POST",
                                      "/_control/google/" + path, text)
        value = json.loads(answer)
        if status != 200:
            raise AssertionError("control %s: %d %s" % (path, status, value))
        return value

    def api(self, method, path, token, body=None, headers=None):
        """(status, JSON or None) of a call of the Calendar API; `path` is below calendar/v3."""
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + token
        text = None
        if body is not None:
            text = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        status, _, answer = self.call(method, "/google/calendar/v3/" + path, text, headers)
        return status, json.loads(answer) if answer else None

    def form(self, path, **values):
        status, _, answer = self.call("POST", path, urllib.parse.urlencode(values),
                                      {"Content-Type": "application/x-www-form-urlencoded"})
        return status, json.loads(answer)

    # --- registration and consent ---

    def client(self, *redirect_uris, **more):
        return self.control("clients", dict(more, redirect_uris=list(redirect_uris)))

    def authorize_url(self, **values):
        return self.base + "/google/o/oauth2/v2/auth?" + urllib.parse.urlencode(values)

    def consent(self, url, account, scopes=None, allow=True):
        """What a person does in the browser at the authorize URL: choose the account, tick boxes
        (`scopes`: those whose end is named, None = all), allow or cancel. Returns the address
        that the browser is sent to; AssertionError shows Google's page if it refuses."""
        parts = urllib.parse.urlsplit(url)
        target = parts.path + "?" + parts.query
        status, headers, page = self.call("GET", target)
        if status == 200 and b'class="who"' in page:
            status, headers, page = self.post(target, [("account", account)])
        if status == 302:
            return headers["Location"]
        if status != 200:
            raise AssertionError("%d %s" % (status, headers.get("X-Sandbox-Refusal")))
        boxes = [html.unescape(one) for one in
                 re.findall(r'name="scope" value="([^"]+)"', page.decode())]
        ticked = [one for one in boxes if scopes is None or
                  any(one.endswith("/" + scope) for scope in scopes)]
        values = [("account", account), ("decision", "allow" if allow else "cancel")]
        status, headers, page = self.post(target, values + [("scope", one) for one in ticked])
        if status != 302:
            raise AssertionError("%d %s" % (status, headers.get("X-Sandbox-Refusal")))
        return headers["Location"]

    def post(self, target, pairs):
        return self.call("POST", target, urllib.parse.urlencode(pairs),
                         {"Content-Type": "application/x-www-form-urlencoded"})

    # --- what a person does in the calendar ---

    def add_event(self, account, start, end, calendar="primary", **more):
        """An event from start to end: RFC 3339 texts, or days (the last one exclusive)."""
        def side(text):
            return {"dateTime": text} if "T" in text else {"date": text}
        event = dict({"summary": "Ocupado"}, **more)
        return self.put_event(account, dict(event, start=side(start), end=side(end)), calendar)

    def put_event(self, account, event, calendar="primary"):
        """An event in the API's format: {"start": {"dateTime", "timeZone"}, "recurrence", ...}."""
        return self.control("events", {"account": account, "calendar": calendar, "event": event})

    def change_event(self, account, name, calendar="primary", **change):
        return self.control("events/change", {"account": account, "calendar": calendar, "id": name,
                                              "event": change})

    def delete_event(self, account, name, calendar="primary"):
        return self.control("events/delete", {"account": account, "calendar": calendar, "id": name})

    def events(self, account, calendar="primary", deleted=False):
        query = {"account": account, "calendar": calendar}
        if deleted:
            query["deleted"] = "1"
        return self.control("events?" + urllib.parse.urlencode(query))

    def calendars(self, account):
        return self.control("calendars?" + urllib.parse.urlencode({"account": account}))

    def put_calendar(self, account, name, **more):
        return self.control("calendars", dict(more, account=account, id=name))

    # --- scripts ---

    def fault(self, kind, **more):
        return self.control("faults", dict(more, fault=kind))

    def clear_faults(self):
        return self.control("faults/clear", {})

    def settings(self, **values):
        return self.control("settings", values)

    def revoke(self, account):
        """The person revokes the access, without a notification."""
        return self.control("revoke", {"account": account})["revoked"]

    def expire(self, account=None):
        return self.control("expire", {"account": account} if account else {})["expired"]

    def expire_sync(self, account, calendar="primary"):
        return self.control("expire_sync", {"account": account, "calendar": calendar})

    def notify(self, channel_id, **more):
        return self.control("notify", dict(more, channel_id=channel_id))

    def reset(self, everything=False):
        return self.control("reset", {"all": everything})

    # --- what happened ---

    def requests(self, **filters):
        return self.control("requests?" + urllib.parse.urlencode(filters))

    def count(self, method, **filters):
        return self.requests(method=method, **filters)["total"]

    def channels(self, alive=True):
        return [one for one in self.control("channels") if one["alive"] or not alive]

    def notifications(self):
        return self.control("notifications")

    def grants(self):
        return self.control("grants")
