"""Channels of the Google stand-in and their notifications.

A channel gets `sync` at once, then `exists` after each change of its calendar, with numbers that
grow but are not consecutive. 500, 502, 503, 504 and no answer at all are tried again after 1, 2,
4, 8 seconds (divided by the time scale); anything else that is no success is dropped. A fault
`drop` for `push.notify` loses notifications as if they had never been sent. A channel outlives the
grant it was opened with, until it is stopped or expires.
"""

import datetime
import email.utils
import random
import re
import secrets
import threading
import urllib.parse

import web
from google_check import fail, invalid, required
from web import Refusal, Response, json_response

TRIES = 5
RETRIED = (None, 500, 502, 503, 504)
TAKEN = (200, 201, 202, 204, 102)
BODY = {"id", "type", "address", "token", "expiration", "params", "payload", "kind"}


class Push:
    def __init__(self, parts, store, faults, base_url, insecure):
        self.clock = parts.clock
        self.scheduler = parts.scheduler
        self.time_scale = parts.time_scale
        self.store = store
        self.faults = faults
        self.base_url = base_url
        self.insecure = insecure
        self.lock = threading.Lock()
        self.random = random.Random(4)
        self.sent = []

    # --- POST /calendars/{id}/events/watch ---

    def check(self, call):
        body = call.body
        if set(body) - BODY:
            raise invalid("Unknown name %s" % ", ".join(sorted(set(body) - BODY)))
        for name in ("id", "type", "address"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise required("%s is required" % name)
        if not re.fullmatch(r"[A-Za-z0-9\-_+/=]{1,64}", body["id"]):
            raise invalid("Invalid channel id")
        if body["type"] not in ("web_hook", "webhook"):
            raise invalid("Unknown channel type")
        parts = urllib.parse.urlsplit(body["address"])
        if not parts.hostname or parts.scheme not in ("https", "http"):
            raise fail(400, "push.webhookUrlInvalid", "WebHook callback is not valid")
        if parts.scheme != "https" and not self.insecure:
            raise fail(400, "push.webhookUrlNotHttps", "WebHook callback must be HTTPS: "
                       + body["address"])
        if not isinstance(body.get("token", ""), str) or len(body.get("token", "")) > 256:
            raise invalid("Invalid channel token")
        if self.store.find("channels", body["id"]) is not None:
            raise fail(400, "channelIdNotUnique", "Channel id %s not unique" % body["id"])

    def expiry(self, body):
        """Milliseconds: the requested expiration, limited to the stand-in's maximum."""
        now = int(self.clock.now() * 1000)
        asked = now + int(self.store.setting("channel_default_s") * 1000)
        if "expiration" in body:
            if not re.fullmatch(r"\d{1,15}", str(body["expiration"])):
                raise invalid("Invalid value for: expiration")
            asked = int(body["expiration"])
            if asked <= now:
                raise invalid("Expiration must be in the future")
        return min(asked, now + int(self.store.setting("channel_max_s") * 1000))

    def watch(self, call):
        self.check(call)
        if self.store.find("calendars", call.calendar)["public"]:
            raise fail(400, "pushNotSupportedForRequestedResource",
                       "Push notifications are not supported by this resource.")
        body = call.body
        path = urllib.parse.quote(call.calendar, safe="")
        channel = {"id": body["id"], "calendar": call.calendar, "account": call.account,
                   "client_id": call.token["client_id"], "address": body["address"],
                   "token": body.get("token"), "resource": secrets.token_urlsafe(20),
                   "uri": "%s/google/calendar/v3/calendars/%s/events?alt=json" % (self.base_url, path),
                   "expiration": self.expiry(body), "number": 0, "stopped": False}
        same = [one for one in self.store.rows("channels") if one["calendar"] == call.calendar
                and one["account"] == call.account]
        if same:
            channel["resource"] = same[0]["resource"]  # identifies the watched resource, not the channel
        self.store.put("channels", channel["id"], channel)
        self.tell(channel, "sync")
        answer = {"kind": "api#channel", "id": channel["id"], "resourceId": channel["resource"],
                  "resourceUri": channel["uri"], "expiration": str(channel["expiration"])}
        if channel["token"]:
            answer["token"] = channel["token"]
        return json_response(answer)

    def stop(self, call):
        """POST /channels/stop, by the account and client that opened it."""
        for name in ("id", "resourceId"):
            if not isinstance(call.body.get(name), str):
                raise required("%s is required" % name)
        channel = self.store.find("channels", call.body["id"])
        mine = channel is not None and self.alive(channel) \
            and channel["resource"] == call.body["resourceId"] \
            and (channel["account"], channel["client_id"]) == (call.account, call.token["client_id"])
        if not mine:
            raise fail(404, "notFound", "Channel '%s' not found for project" % call.body["id"])
        self.store.put("channels", channel["id"], dict(channel, stopped=True))
        return Response(204)

    def alive(self, channel):
        return not channel["stopped"] and channel["expiration"] > self.clock.now() * 1000

    # --- notifications ---

    def changed(self, calendar):
        for channel in self.store.rows("channels"):
            if channel["calendar"] == calendar and self.alive(channel):
                self.tell(channel, "exists")

    def tell(self, channel, state):
        with self.lock:
            current = self.store.find("channels", channel["id"])
            if current is None:  # deleted meanwhile
                return
            number = 1 if state == "sync" else current["number"] + self.random.randint(1, 9)
            self.store.put("channels", channel["id"], dict(current, number=number))
        self.send(channel, self.headers(channel, state, number))

    @staticmethod
    def headers(channel, state, number):
        until = datetime.datetime.fromtimestamp(channel["expiration"] / 1000, datetime.timezone.utc)
        headers = {"X-Goog-Channel-ID": channel["id"], "X-Goog-Resource-ID": channel["resource"],
                   "X-Goog-Channel-Expiration": email.utils.format_datetime(until, usegmt=True),
                   "X-Goog-Resource-State": state, "X-Goog-Resource-URI": channel["uri"],
                   "X-Goog-Message-Number": str(number), "Content-Length": "0", "Accept": "*/*",
                   "User-Agent": "APIs-Google; (sandbox)"}
        if channel["token"]:
            headers["X-Goog-Channel-Token"] = channel["token"]
        return headers

    def send(self, channel, headers):
        row = {"channel": channel["id"], "calendar": channel["calendar"],
               "state": headers.get("X-Goog-Resource-State"), "answers": [], "done": False,
               "number": headers.get("X-Goog-Message-Number"), "dropped": False}
        with self.lock:
            self.sent.append(row)
            del self.sent[:-2000]
        rule = self.faults.find("push.notify", channel["account"], channel["calendar"],
                                ("drop", "slow"))
        if rule and rule["kind"] == "drop":
            row.update(done=True, dropped=True)
            return row
        delay = rule["seconds"] if rule else 0
        self.scheduler.after(delay, self.attempt, channel, headers, row)
        return row

    def attempt(self, channel, headers, row):
        status, _, error = web.post(channel["address"], b"", headers, 10)
        row["answers"].append(status if error is None else error)
        if status in RETRIED and len(row["answers"]) < TRIES:
            pause = 2 ** (len(row["answers"]) - 1) / self.time_scale
            self.scheduler.after(pause, self.attempt, channel, headers, row)
            return
        row["done"] = True

    # --- for control ---

    def scripted(self, body):
        """A notification from any sender (not always Google); returns the responses."""
        allowed = {"channel_id", "token", "resource_id", "number", "state", "as_channel", "count"}
        channel = self.store.find("channels", body.get("channel_id", ""))
        if channel is None or set(body) - allowed:
            raise Refusal(422, {"error": "give channel_id (a known one) and of %s"
                                         % ", ".join(sorted(allowed))})
        if "number" in body:
            number = body["number"]
        else:
            number = channel["number"] + 1
            self.store.put("channels", channel["id"], dict(channel, number=number))
        headers = self.headers(channel, body.get("state", "exists"), number)
        for field, name in (("token", "X-Goog-Channel-Token"), ("as_channel", "X-Goog-Channel-ID"),
                            ("resource_id", "X-Goog-Resource-ID")):
            if field in body:
                headers[name] = body[field]
                if body[field] is None:
                    headers.pop(name)
        answers = [web.post(channel["address"], b"", headers, 10) for _ in range(body.get("count", 1))]
        return [{"status": status, "ms": round(took, 1), "error": error}
                for status, took, error in answers]

    def channels(self):
        """All, without their tokens."""
        return [dict({name: value for name, value in one.items() if name != "token"},
                     alive=self.alive(one)) for one in self.store.rows("channels")]
