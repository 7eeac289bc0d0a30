"""Stripe's API in small, under /stripe/v1: sessions, PaymentIntents, refunds, the account.

Forms with brackets in, JSON out. A request needs Stripe-Version and a known key. A POST with an Idempotency-Key is
carried out once: its answer is given again for 24 hours, other parameters under the key are an idempotency_error, and
while the first request with it runs, others get 409. Search sees what is `search_lag_s` old.
Objects inside others are ids unless they are asked for with expand[].
"""

import json
import re
import threading
import time
import urllib.parse

from stripe_state import public_view
from web import Refusal, Response, json_response

VERSION = "2026-10-28.endive"
KEPT_S = 24 * 3600
LEAST_S, MOST_S = 30 * 60, 24 * 3600
LOCALES = ("auto", "en", "es", "pt", "fr")
CREATE = {"mode", "submit_type", "locale", "client_reference_id", "customer_email", "line_items[0][quantity]",
          "line_items[0][price_data][currency]", "line_items[0][price_data][unit_amount]",
          "line_items[0][price_data][product_data][name]", "success_url", "cancel_url", "expires_at"}
REFUND = {"payment_intent", "amount", "reason"}
METADATA = re.compile(r"^(payment_intent_data\[metadata\]|metadata)\[([A-Za-z0-9_]{1,40})\]$")


def wrong(status, kind, code=None, param=None):
    error = {"type": kind, "message": "Not so.", "code": code, "param": param}
    return Refusal(status, {"error": {name: value for name, value in error.items() if value is not None}})


def bad(param, code="parameter_invalid"):
    return wrong(400, "invalid_request_error", code, param)


def metadata_of(form, group):
    found = {m[2]: value for m, value in ((METADATA.match(name), value) for name, value in form.items())
             if m and m[1] == group}
    if any(len(value) > 500 for value in found.values()):
        raise bad(group)
    return found


def whole(form, name, least=1, most=99999999999):
    if not re.fullmatch("[0-9]{1,12}", form.get(name, "")) or not least <= int(form[name]) <= most:
        raise bad(name)
    return int(form[name])


class Api:
    def __init__(self, state, events, faults, base_url):
        self.state, self.events, self.faults, self.base_url = state, events, faults, base_url
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        self.once = {}     # (key of the account, path, key of the request) -> (time, body, answer or None)
        self.requests = []

    def route(self, request, path):
        key = request.headers.get("Authorization", "")[7:]
        note = {"method": request.method, "path": path, "key": request.headers.get("Idempotency-Key"), "status": None}
        self.requests.append(note)
        response = self.faults.spoil(key, path, lambda: self.answer(request, path, key))
        note["status"] = None if response.fault == "hang" else response.status
        return response

    def answer(self, request, path, key):
        try:
            account = self.state.account(key)
            if account is None:
                raise wrong(401, "invalid_request_error")
            if request.headers.get("Stripe-Version") != VERSION:
                raise bad("Stripe-Version")
            if request.method == "POST":
                return self.post_once(request, path, account)
            return json_response(self.get(request, path, account))
        except Refusal as refusal:
            return json_response(refusal.body, refusal.status, {"Request-Id": "req_sandbox"})

    # -- idempotency --

    def post_once(self, request, path, account):
        mode, form = self.faults.of(account["id"], path), request.body
        once = "" if mode["forget"] else request.headers.get("Idempotency-Key", "")
        name = (account["id"], path, once or object())
        with self.lock:
            first = self.once.get(name)
            if first and first[0] < self.state.clock.now() - KEPT_S:
                first = None
            if first and first[1] != form:
                raise wrong(400, "idempotency_error")
            if first and first[2] is None:
                raise wrong(409, "invalid_request_error", "idempotency_key_in_use")
            if first:
                return Response(first[2].status, first[2].body, headers={"Idempotent-Replayed": "true"})
            self.once[name] = (self.state.clock.now(), form, None)
        try:
            time.sleep(mode["work_s"])
            answer = (json_response({"error": {"type": "api_error", "message": "Sorry"}}, 500) if mode["api"] == "500_kept"
                      else json_response(self.post(path, account, request.form())))
        except Refusal:
            del self.once[name]  # refused before it was carried out: not kept
            raise
        self.once[name] = (self.once[name][0], form, answer)
        return Response(answer.status, answer.body)  # what is kept is not spoilt with it

    # -- reading --

    def shown(self, kind, thing, expand):
        """`expand`: the paths asked for, below this object."""
        shown = public_view(thing)
        below = {name: [e.partition(".")[2] for e in expand if e.partition(".")[0] == name]
                 for name in ("payment_intent", "latest_charge", "refunds")}
        if kind == "session" and below["payment_intent"] and thing["payment_intent"]:
            shown["payment_intent"] = self.shown("intent", self.state.find("intent", thing["payment_intent"]),
                                                 below["payment_intent"])
        if kind == "intent" and below["latest_charge"] and thing["latest_charge"]:
            shown["latest_charge"] = self.shown("charge", self.state.find("charge", thing["latest_charge"]),
                                                below["latest_charge"])
        if kind == "charge" and below["refunds"]:
            rows = [public_view(one) for one in self.state.all("refund", charge=thing["id"])]
            shown["refunds"] = {"object": "list", "data": rows[::-1], "has_more": False}
        return shown

    def get(self, request, path, account):
        steps, expand = path.strip("/").split("/"), [v for n, v in request.pairs() if n == "expand[]"]
        if steps == ["account"]:
            return {"id": "acct_sandbox", "object": "account", "settings": {"dashboard": {"display_name": account["name"]}}}
        if steps == ["payment_intents", "search"]:
            return self.search(request.query(), account, [e.partition(".")[2] for e in expand])
        kind = {"checkout": "session", "payment_intents": "intent"}.get(steps[0])
        thing = self.state.find(kind, steps[-1], account["id"]) if kind else None
        if thing is None:
            raise wrong(404, "invalid_request_error", "resource_missing", "id")
        return self.shown(kind, thing, expand)

    def search(self, query, account, expand):
        wanted = re.fullmatch(r"metadata\['reference'\]:'([A-Za-z0-9_-]+)'", query.get("query", ""))
        if not wanted:
            raise bad("query")
        seen = self.state.clock.now() - self.faults.of(account["id"], "")["search_lag_s"]
        rows = [one for one in self.state.all("intent", _key=account["id"])
                if one["metadata"].get("reference") == wanted[1] and one["_at"] <= seen]
        return {"object": "search_result", "data": [self.shown("intent", one, expand) for one in rows], "has_more": False}

    # -- acting --

    def post(self, path, account, form):
        steps = path.strip("/").split("/")
        if steps == ["checkout", "sessions"]:
            return public_view(self.create(account, form))
        if len(steps) == 4 and steps[:2] == ["checkout", "sessions"] and steps[3] == "expire":
            return self.expire(self.state.find("session", steps[2], account["id"]))
        if steps == ["refunds"]:
            return public_view(self.refund(account, form))
        raise wrong(404, "invalid_request_error")

    def create(self, account, form):
        for name in form:
            if name not in CREATE and not METADATA.match(name):
                raise bad(name, "parameter_unknown")
        for name in ("mode", "success_url", "line_items[0][price_data][product_data][name]"):
            if not form.get(name):
                raise bad(name, "parameter_missing")
        if form["mode"] != "payment" or form.get("submit_type", "pay") not in ("auto", "pay", "book", "donate"):
            raise bad("mode")
        if form.get("locale", "auto") not in LOCALES or len(form.get("client_reference_id", "")) > 200:
            raise bad("locale")
        for name in ("success_url", "cancel_url"):
            if name in form and urllib.parse.urlsplit(form[name]).scheme not in ("http", "https"):
                raise bad(name, "url_invalid")
        if not re.fullmatch("[a-z]{3}", form.get("line_items[0][price_data][currency]", "")):
            raise bad("line_items[0][price_data][currency]")
        now = self.state.now()
        ends = whole(form, "expires_at", now + LEAST_S, now + MOST_S) if "expires_at" in form else now + MOST_S
        amount = whole(form, "line_items[0][price_data][unit_amount]") * whole(form, "line_items[0][quantity]", 1, 100)
        return self.state.add_session(account, {
            "amount_total": amount, "currency": form["line_items[0][price_data][currency]"], "expires_at": ends,
            "client_reference_id": form.get("client_reference_id"), "customer_email": form.get("customer_email"),
            "success_url": form["success_url"], "cancel_url": form.get("cancel_url"), "locale": form.get("locale"),
            "metadata": metadata_of(form, "metadata"), "_intent_metadata": metadata_of(form, "payment_intent_data[metadata]"),
            "_name": form["line_items[0][price_data][product_data][name]"]}, self.base_url)

    def expire(self, session):
        if session is None:
            raise wrong(404, "invalid_request_error", "resource_missing", "id")
        if not self.state.is_open(session):
            raise wrong(400, "invalid_request_error")
        self.state.end(session)
        return public_view(session)

    def refund(self, account, form):
        for name in form:
            if name not in REFUND and not METADATA.match(name):
                raise bad(name, "parameter_unknown")
        intent = self.state.find("intent", form.get("payment_intent", ""), account["id"])
        if intent is None:
            raise wrong(404, "invalid_request_error", "resource_missing", "payment_intent")
        with self.state.lock:
            charge = self.state.find("charge", intent["latest_charge"] or "")
            if intent["status"] != "succeeded" or charge is None:
                raise bad("payment_intent")
            if not self.state.left(charge):
                raise wrong(400, "invalid_request_error", "charge_already_refunded")
            amount = whole(form, "amount", 1, self.state.left(charge)) if "amount" in form else self.state.left(charge)
            refund = self.state.add_refund(charge, amount, metadata_of(form, "metadata"),
                                           self.faults.of(account["id"], "/refunds")["refunds"])
        self.events.emit("refund.created", refund)
        if refund["status"] != "failed":
            self.events.emit("charge.refunded", charge)
        return refund


def requests_of(api, query):
    """For tests: the requests, as JSON."""
    rows = list(api.requests)
    if "path" in query:
        rows = [one for one in rows if one["path"] == query["path"]]
    return json.loads(json.dumps(rows))
