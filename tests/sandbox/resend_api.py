"""Resend's API in small: POST /resend/emails, as strict as its description.

What it takes is in the inbox beside the mails of SMTP (mailbox.py). Keys are registered first:
  POST /_control/resend_keys {"key": "re_...", "domains": ["mail.example"], "restricted": false}
POST /_control/resend sets the mode; each stays until the next one, or for `count` requests:
  ok           as the rules say
  concurrent   409: a request with this key runs
  rate, quota  429, with and without Retry-After
  422          refused for what it says
  500, 503     not our day
  html         200 with a page of something in between
  lose         the mail is taken, and the connection ends before the answer
  hang         no answer until the mode is another
GET /_control/resend tells the mode and every request: key of idempotency, status, name of the error.
"""

import hashlib
import json
import re
import threading
import uuid

import resend_rules
from resend_rules import Wrong
from web import Refusal, Response, json_response

MODES = ("ok", "concurrent", "rate", "quota", "422", "500", "503", "html", "lose", "hang")
KEPT_S = 24 * 3600
REFUSALS = {"concurrent": (409, "concurrent_idempotent_requests", "The original request is still in progress", {}),
            "rate": (429, "rate_limit_exceeded", "Too many requests. You can only make 2 requests per second", {"retry-after": "1"}),
            "quota": (429, "daily_quota_exceeded", "You have reached your daily email sending quota", {}),
            "422": (422, "validation_error", "The recipient cannot be written to", {}),
            "500": (500, "application_error", "An unexpected error occurred", {}),
            "503": (503, "internal_server_error", "Try again", {})}


class Resend:
    def __init__(self, clock, journal, mailbox):
        self.clock, self.journal, self.mailbox = clock, journal, mailbox
        self.lock = threading.Lock()
        self.keys = {}
        self.clear(True)

    # -- control --

    def clear(self, everything):
        with self.lock:
            self.taken = {}
            self.requests = []
            self.mode = {"mode": "ok", "count": None}
            if everything:
                self.keys = {}

    def replay(self, kind, value):
        if kind == "resend_key":
            self.keys[value["key"]] = value
        elif kind == "resend_taken":
            self.taken[(value["key"], value["once"])] = value
        elif kind == "reset":
            self.clear(value["all"])

    def put_key(self, body):
        key, domains = body.get("key"), body.get("domains")
        if set(body) - {"key", "domains", "restricted"} or not isinstance(domains, list) or not re.fullmatch(r"re_\w{8,100}", str(key)):
            raise Refusal(422, {"error": "give key (re_...) and domains"})
        value = {"key": key, "domains": [one.lower() for one in domains], "restricted": bool(body.get("restricted"))}
        with self.lock:
            self.keys[key] = value
        self.journal.write("resend_key", value)
        return {"keys": len(self.keys)}

    def set(self, body):
        mode, count = str(body.get("mode", "ok")), body.get("count")
        if mode not in MODES or set(body) - {"mode", "count"} or not (count is None or type(count) is int and count > 0):
            raise Refusal(422, {"error": "mode is one of %s, count a number" % ", ".join(MODES)})
        with self.lock:
            self.mode = {"mode": mode, "count": count}
        return self.state()

    def state(self):
        with self.lock:
            return dict(self.mode, requests=list(self.requests))

    def take_mode(self):
        with self.lock:
            mode = self.mode["mode"]
            if mode != "ok" and self.mode["count"] is not None:
                self.mode["count"] -= 1
                if self.mode["count"] == 0:
                    self.mode = {"mode": "ok", "count": None}
            return mode

    # -- the API --

    def route(self, request, path):
        """`path` is the part after /resend."""
        if path != "/emails":
            return self.answer(request, Wrong(404, "not_found", "The requested endpoint does not exist"))
        if request.method != "POST":
            return self.answer(request, Wrong(405, "method_not_allowed", "This endpoint does not support the specified HTTP method"))
        mode = self.take_mode()
        try:
            account, once, body = self.read(request)
            if mode in REFUSALS:
                raise Wrong(*REFUSALS[mode])
            if mode in ("html", "hang"):
                self.note(request, 0, mode)
                return self.spoilt(mode)
            mail = self.take(account, once, body)
        except Wrong as wrong:
            return self.answer(request, wrong)
        self.note(request, 200, mode if mode == "lose" else "")
        if mode == "lose":
            return self.spoilt("refuse")
        return json_response({"id": mail})

    def spoilt(self, mode):
        if mode == "html":
            return Response(200, "<!doctype html><title>Mantenimiento</title>", "text/html; charset=utf-8")
        response = Response(200)
        response.fault = mode
        response.fault_alive = lambda: self.mode["mode"] == mode
        return response

    def note(self, request, status, name):
        with self.lock:
            self.requests.append({"once": request.headers.get("Idempotency-Key"), "status": status, "name": name})

    def answer(self, request, wrong):
        self.note(request, wrong.status, wrong.name)
        return json_response({"statusCode": wrong.status, "name": wrong.name, "message": wrong.message}, wrong.status, wrong.headers)

    def read(self, request):
        """The key's owner, the idempotency key, and the body."""
        words = (request.headers.get("Authorization") or "").split(" ")
        once = request.headers.get("Idempotency-Key")
        if not request.headers.get("User-Agent"):
            raise Wrong(403, "validation_error", "A User-Agent is required")
        if words == [""]:
            raise Wrong(401, "missing_api_key", "Missing API key in the authorization header")
        account = self.keys.get(words[1]) if len(words) == 2 and words[0] == "Bearer" else None
        if account is None:
            raise Wrong(403, "invalid_api_key", "API key is invalid")
        if account["restricted"]:
            raise Wrong(401, "restricted_api_key", "This API key is restricted to only read")
        if once is not None and not re.fullmatch(r"[\x21-\x7e]{1,256}", once):
            raise Wrong(400, "invalid_idempotency_key", "The key must be between 1-256 characters")
        if request.headers.get("Content-Type", "").split(";")[0] != "application/json" or len(request.body) > resend_rules.SIZE_CAP:
            raise Wrong(422, "validation_error", "The body is JSON of at most 40 MB")
        try:
            body = json.loads(request.body)
        except ValueError as error:
            raise Wrong(422, "validation_error", "The body is not JSON") from error
        if not isinstance(body, dict):
            raise Wrong(422, "validation_error", "The body is an object")
        return account, once, body

    def take(self, account, once, body):
        """The id of the mail, stored now or before."""
        to = resend_rules.check(body, account["domains"])
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        with self.lock:
            before = self.taken.get((account["key"], once)) if once else None
            if before and self.clock.now() - before["at"] < KEPT_S:
                if before["digest"] != digest:
                    raise Wrong(409, "invalid_idempotent_request", "Same idempotency key used with a different request payload")
                return before["id"]
            value = {"key": account["key"], "once": once, "digest": digest, "id": str(uuid.uuid4()),
                     "at": self.clock.now()}
            self.taken[(account["key"], once)] = value
        self.journal.write("resend_taken", value)
        self.mailbox.keep_json(to, body, value["id"])
        return value["id"]
