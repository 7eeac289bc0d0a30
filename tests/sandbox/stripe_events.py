"""Events of the Stripe stand-in: signed over time and raw body, sent until 2xx, and mistakes on purpose.

An event tells of its object as it was when it was made. What is not answered with 2xx is sent again after 5 minutes, 1
hour and 3 hours of the sandbox clock, with a fresh time in its signature.
"""

import hashlib
import hmac
import json
import threading

import web
from stripe_state import new_id, public_view
from web import Refusal

RETRY_OFFSETS_S = (300, 3600, 3 * 3600)
MUTATIONS = ("secret", "ago_s", "append", "two", "no_header", "livemode", "object", "type", "header", "copies")


def sign(secret, at, body):
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()


class Events:
    def __init__(self, state, scheduler, faults, time_scale, timeout_s):
        self.state, self.scheduler, self.faults = state, scheduler, faults
        self.time_scale, self.timeout_s = time_scale, timeout_s
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        self.sent = []

    def build(self, account, kind, thing):
        event = {"id": new_id("evt_1"), "object": "event", "type": kind, "created": self.state.now(),
                 "api_version": "2026-10-28.endive", "livemode": account["livemode"], "pending_webhooks": 1,
                 "data": {"object": public_view(thing)}, "request": {"id": None, "idempotency_key": None}}
        return json.loads(json.dumps(event))

    def emit(self, kind, thing):
        account = self.state.account(thing["_key"])
        if account and account["events_url"] and self.faults.of(account["id"], "")["events"] != "drop":
            self.scheduler.soon(self.attempt, account, self.build(account, kind, thing), 0, self.state.clock.now())

    def attempt(self, account, event, tries, first_at):
        body = json.dumps(event, separators=(",", ":")).encode()
        at = self.state.now()
        status = self.post(account, event, body, "t=%d,v1=%s" % (at, sign(account["events_secret"], at, body)))
        if not (status and 200 <= status < 300) and tries < len(RETRY_OFFSETS_S):
            self.scheduler.at(first_at + RETRY_OFFSETS_S[tries] / self.time_scale, self.attempt, account, event, tries + 1,
                              first_at)

    def post(self, account, event, body, header, timeout_s=None):
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0"}
        if header:
            headers["Stripe-Signature"] = header
        status, _, error = web.post(account["events_url"], body, headers, timeout_s or self.timeout_s)
        with self.lock:
            self.sent.append({"id": event.get("id"), "type": event.get("type"), "status": status, "error": error})
        return status

    def scripted(self, kind, thing, mutate):
        """Sends an event with the mistakes asked for; returns the statuses."""
        if set(mutate) - set(MUTATIONS):
            raise Refusal(422, {"error": "unknown mutation"})
        account = self.state.account(thing["_key"])
        event = self.build(account, mutate.get("type", kind), thing)
        event["data"]["object"].update(mutate.get("object", {}))
        event["livemode"] = mutate.get("livemode", event["livemode"])
        body = json.dumps(event, separators=(",", ":")).encode()
        at = self.state.now() - mutate.get("ago_s", 0)
        signature = sign(mutate.get("secret", account["events_secret"]), at, body)
        header = "t=%d,%sv1=%s,v0=%s" % (at, "v1=%s," % ("0" * 64) if mutate.get("two") else "", signature, "0" * 64)
        header = None if mutate.get("no_header") else mutate.get("header", header)
        return [self.post(account, event, body + mutate.get("append", "").encode(), header, 50)
                for _ in range(mutate.get("copies", 1))]
