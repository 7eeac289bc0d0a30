"""Events of the Wompi stand-in: building, first notification, retries, scripted mistakes.

An event is a POST of JSON to the account's events URL, with the checksum in the body and in the
header X-Event-Checksum. Any answer but exactly 200 is tried again 30 minutes, 3 hours and
24 hours after the first try; these run on the sandbox clock, divided by the time scale.
"""

import copy
import itertools
import json
import threading

import web
from clock import iso
from web import Refusal
from wompi_sign import DEFAULT_PROPERTIES, checksum
from wompi_state import public_view

RETRY_OFFSETS_S = (30 * 60, 3 * 3600, 24 * 3600)
EVENT_FIELDS = ("id", "created_at", "finalized_at", "amount_in_cents", "reference",
                "customer_email", "currency", "payment_method_type", "payment_method",
                "redirect_url", "status", "status_message", "shipping_address",
                "payment_link_id", "payment_source_id")
MUTATIONS = {"duplicate": int, "parallel": bool, "alter_reference": str, "uppercase": bool,
             "properties": list, "bad_checksum": bool, "no_header": bool, "status": str,
             "timestamp": int, "environment": str, "amount_in_cents": int, "currency": str,
             "secret": str, "url": str, "header": str, "timestamp_in_signature": bool,
             "timeout_s": int}


def check_mutations(mutate):
    for name, value in mutate.items():
        kind = MUTATIONS.get(name)
        if kind is None or not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            raise Refusal(422, {"error": "bad mutation %s=%r" % (name, value)})


def build(account, transaction, now, mutate=None):
    """The event's (body bytes, headers), with the mistakes asked for.

    `alter_reference` comes after signing: by default the reference is not among the signed
    values, so the checksum stays valid, as it would for a captured genuine event.
    """
    mutate = mutate or {}
    shown = public_view(transaction)
    data = {"transaction": copy.deepcopy({name: shown[name] for name in EVENT_FIELDS})}
    for name in ("status", "amount_in_cents", "currency"):
        if name in mutate:
            data["transaction"][name] = mutate[name]
    properties = mutate.get("properties", DEFAULT_PROPERTIES)
    timestamp = mutate.get("timestamp", int(now))
    secret = mutate.get("secret", account["events_secret"])
    try:
        value = checksum(data, properties, timestamp, secret)
    except (KeyError, AttributeError):
        value = "0" * 64
    if mutate.get("bad_checksum"):
        value = value[:-1] + ("0" if value[-1] != "0" else "1")
    if mutate.get("uppercase"):
        value = value.upper()
    if "alter_reference" in mutate:
        data["transaction"]["reference"] = mutate["alter_reference"]
    event = {"event": "transaction.updated", "data": data,
             "environment": mutate.get("environment", account["mode"]),
             "signature": {"properties": properties, "checksum": value},
             "timestamp": timestamp, "sent_at": iso(now)}
    if mutate.get("timestamp_in_signature"):
        event["signature"]["timestamp"] = event.pop("timestamp")
    headers = {"Content-Type": "application/json", "User-Agent": "Wompi-Sandbox/1"}
    if not mutate.get("no_header"):
        headers["X-Event-Checksum"] = mutate.get("header", value)
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), headers


class Events:
    def __init__(self, state, scheduler, faults, journal, time_scale, timeout_s):
        self.state = state
        self.scheduler = scheduler
        self.faults = faults
        self.journal = journal
        self.time_scale = time_scale
        self.timeout_s = timeout_s
        self.lock = threading.Lock()
        self.deliveries = []
        self.numbers = itertools.count(1)
        self.pending = {}
        self.generation = 0

    def clear(self):
        """Forget all; a running attempt will not be repeated."""
        with self.lock:
            self.generation += 1
            self.deliveries.clear()

    def replay(self, kind, value):
        """Collect unsent events of a previous run; resume() queues them."""
        if kind == "event":
            self.pending.pop(value["event_id"], None)
            if not value["done"]:
                self.pending[value["event_id"]] = value
        elif kind == "reset":
            self.pending.clear()

    def resume(self):
        for event in self.pending.values():
            self.queue_retry(event)
        if self.pending:
            last = max(event["number"] for event in self.pending.values())
            self.numbers = itertools.count(last + 1)
        self.pending = {}

    def emit(self, transaction, copies=1):
        """Send the transaction's event with the real retry rule; one future per copy."""
        account = self.state.account(transaction["_public_key"])
        if account is None or not account["events_url"]:
            return []
        with self.state.lock:
            body, headers = build(account, transaction, self.state.clock.now())
            status = transaction["status"]
        futures = []
        for _ in range(copies):
            number = next(self.numbers)
            event = {"event_id": "evt_%d" % number, "number": number, "tries": 0, "done": False,
                     "transaction_id": transaction["id"], "status": status,
                     "public_key": account["public_key"], "url": account["events_url"],
                     "body": body.decode("utf-8"), "headers": headers,
                     "first_at": self.state.clock.now()}
            futures.append(self.scheduler.soon(self.attempt, event))
        return futures

    def attempt(self, event):
        """One attempt of an event; queues the next one unless the answer is 200 or the attempts are used up."""
        generation = self.generation
        event["tries"] += 1
        if self.faults.get(event["public_key"])["events"] == "drop":
            self.record(event, None, 0.0, "dropped")
            event["done"] = True
        else:
            answer = web.post(event["url"], event["body"].encode("utf-8"), event["headers"],
                              self.timeout_s)
            self.record(event, *answer)
            event["done"] = answer[0] == 200 or event["tries"] > len(RETRY_OFFSETS_S)
        if generation != self.generation:
            return
        self.journal.write("event", event)
        if not event["done"]:
            self.queue_retry(event)

    def queue_retry(self, event):
        offset = RETRY_OFFSETS_S[event["tries"] - 1] / self.time_scale
        self.scheduler.at(event["first_at"] + offset, self.attempt, event)

    def record(self, event, status, latency_ms, error):
        with self.lock:
            self.deliveries.append({
                "event_id": event["event_id"], "transaction_id": event["transaction_id"],
                "transaction_status": event["status"], "url": event["url"],
                "try": event["tries"], "at": iso(self.state.clock.now()), "status": status,
                "latency_ms": round(latency_ms, 3), "error": error,
                "scripted": event.get("scripted", False)})

    def listing(self, transaction_id=None):
        with self.lock:
            return [one for one in self.deliveries
                    if transaction_id in (None, one["transaction_id"])]

    def scripted(self, transaction, mutate):
        """Send mistakes on purpose, once each and without retries; returns the answers.

        `timeout_s` is the patience of whoever scripts; by default it is the provider's.
        """
        check_mutations(mutate)
        account = self.state.account(transaction["_public_key"])
        url = mutate.get("url") or (account and account["events_url"])
        if not url:
            raise Refusal(422, {"error": "the account has no events_url"})
        body, headers = build(account, transaction, self.state.clock.now(), mutate)
        copies = min(max(mutate.get("duplicate", 1), 1), 1000)
        event = {"event_id": "scripted_%d" % next(self.numbers), "tries": 1, "url": url,
                 "transaction_id": transaction["id"], "scripted": True,
                 "status": mutate.get("status", transaction["status"])}
        answers = [None] * copies

        def one(position):
            status, latency, error = web.post(url, body, headers, mutate.get("timeout_s", self.timeout_s))
            answers[position] = {"status": status, "latency_ms": round(latency, 3), "error": error}
            self.record(event, status, latency, error)

        self.run_copies(one, copies, mutate.get("parallel", False))
        return {"answers": answers, "body": body.decode("utf-8"), "headers": headers}

    @staticmethod
    def run_copies(one, copies, parallel):
        if not parallel:
            for position in range(copies):
                one(position)
            return
        threads = [threading.Thread(target=one, args=(n,), daemon=True) for n in range(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
