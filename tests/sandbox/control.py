"""Control of the sandbox under /_control, JSON in and out, for tests and the demo.

POST accounts      upsert by public key: name, public_key, private_key, integrity_secret,
                   events_secret, events_url, minimum_cents
POST transactions  without a browser: public_key, reference, amount_in_cents, currency, status,
                   method, id, customer_email, redirect_url, emit
PATCH transactions/{id}  amount_in_cents, currency, reference, status, status_message, emit
POST events        scripted: transaction_id, mutate (see wompi_events.MUTATIONS)
POST pay           as a browser: checkout_url, outcome, method, events, delay_s
POST mode          fault modes (see faults.py), for all or with public_key
POST merchants     receivers: name, secrets, script, hang, redirect, slow_s, answer_bytes
POST smtp          how mails are taken (see mailbox.py): mode, count
POST resend        how mails by its API are taken, resend_keys registers keys (see resend_api.py)
POST reset         forget payments, events, callbacks, modes, scripts; {"all": true} accounts too
GET  accounts, transactions[?reference=|public_key=], transactions/{id}, refunds, merchants,
     deliveries[?transaction_id=], clock, mode, smtp, resend
"""

import re

import wompi_methods
from clock import iso
from web import Refusal, json_response
from wompi_state import MAXIMUM_CENTS, STATUSES, public_view

CREATE_FIELDS = ("public_key", "reference", "amount_in_cents", "currency", "status", "method", "id",
                 "customer_email", "redirect_url", "emit", "status_message")
CHANGE_FIELDS = ("status", "amount_in_cents", "currency", "reference", "status_message", "emit")


def check(body, allowed):
    """Refuse unknown names and wrong types, so that a typo in a test is an error."""
    for name in body:
        if name not in allowed:
            raise Refusal(422, {"error": "unknown field %s" % name})
    rules = {"amount_in_cents": lambda v: type(v) is int and 0 <= v <= MAXIMUM_CENTS,
             "status": lambda v: v in STATUSES, "emit": lambda v: isinstance(v, bool),
             "currency": lambda v: isinstance(v, str) and re.fullmatch("[A-Z]{3}", v),
             "reference": lambda v: isinstance(v, str) and 0 < len(v) <= 255,
             "id": lambda v: isinstance(v, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", v)}
    for name, good in rules.items():
        if name in body and not good(body[name]):
            raise Refusal(422, {"error": "bad %s" % name})


def view(transaction):
    """A transaction with the sandbox's private notes."""
    notes = {"public_key": transaction["_public_key"], "refunded": transaction["_refunded"],
             "voided": transaction.get("_voided", 0), "mode": transaction["_mode"],
             "unknown_parameters": transaction["_unknown_parameters"]}
    return dict(public_view(transaction), sandbox=notes)


class Control:
    def __init__(self, parts):
        self.clock = parts.clock
        self.state = parts.state
        self.events = parts.events
        self.checkout = parts.checkout
        self.faults = parts.faults
        self.merchants = parts.merchants
        self.scheduler = parts.scheduler
        self.journal = parts.journal
        self.mailbox = parts.mailbox
        self.resend = parts.resend
        self.google = parts.google
        self.stripe = parts.stripe

    def route(self, request, path):
        """`path` is the part after /_control."""
        steps = path.strip("/").split("/")
        if steps[0] == "stripe":
            return self.stripe.control(request, steps[1:])
        if steps[0] == "google":
            return self.google.control.route(request, steps[1:])
        if request.method == "GET":
            return self.read(request, steps)
        if request.method == "PATCH" and len(steps) == 2 and steps[0] == "transactions":
            return json_response(self.patch(steps[1], request.json()))
        if request.method == "POST" and len(steps) == 1:
            actions = {"accounts": self.state.put_account, "transactions": self.create,
                       "events": self.script, "pay": self.checkout.pay, "mode": self.faults.set,
                       "merchants": self.merchants.put, "smtp": self.mailbox.set,
                       "resend": self.resend.set, "resend_keys": self.resend.put_key, "reset": self.reset}
            if steps[0] in actions:
                return json_response(actions[steps[0]](request.json()))
        return None

    def read(self, request, steps):
        query = request.query()
        if len(steps) == 2 and steps[0] == "transactions":
            return json_response(view(self.transaction(steps[1])))
        reads = {"accounts": lambda: list(self.state.accounts.values()),
                 "transactions": lambda: self.listing(query),
                 "refunds": lambda: list(self.state.refunds),
                 "merchants": lambda: list(self.merchants.known.values()),
                 "deliveries": lambda: self.events.listing(query.get("transaction_id")),
                 "smtp": self.mailbox.state,
                 "resend": self.resend.state,
                 "mode": lambda: self.faults.get(query.get("public_key")),
                 "clock": lambda: {"now": iso(self.clock.now()), "offset": self.clock.offset()}}
        if len(steps) != 1 or steps[0] not in reads:
            return None
        return json_response(reads[steps[0]]())

    def transaction(self, transaction_id):
        transaction = self.state.find(str(transaction_id))
        if transaction is None:
            raise Refusal(404, {"error": "no such transaction"})
        return transaction

    def listing(self, query):
        rows = [view(one) for one in self.state.all()]
        if "reference" in query:
            rows = [one for one in rows if one["reference"] == query["reference"]]
        if "public_key" in query:
            rows = [one for one in rows if one["sandbox"]["public_key"] == query["public_key"]]
        return rows

    def create(self, body):
        check(body, CREATE_FIELDS)
        account = self.state.account(body.get("public_key"))
        if account is None:
            raise Refusal(422, {"error": "unknown public_key"})
        if "reference" not in body or "amount_in_cents" not in body:
            raise Refusal(422, {"error": "reference and amount_in_cents are needed"})
        status = body.get("status", "APPROVED")
        fields = dict(body, method=wompi_methods.of_outcome(body.get("method", "CARD"), status))
        transaction = self.state.add(account, fields)
        if status != "PENDING":
            text = body.get("status_message", wompi_methods.message(status))
            self.state.change(transaction, status=status, status_message=text)
        if body.get("emit"):
            self.events.emit(transaction)
        return view(transaction)

    def patch(self, transaction_id, body):
        check(body, CHANGE_FIELDS)
        transaction = self.transaction(transaction_id)
        change = {name: value for name, value in body.items() if name != "emit"}
        if "reference" in change:
            self.state.rename(transaction, change["reference"])
        self.state.change(transaction, **change)
        if body.get("emit"):
            self.events.emit(transaction)
        return view(transaction)

    def script(self, body):
        mutate = body.get("mutate") or {}
        if not isinstance(mutate, dict) or set(body) - {"transaction_id", "mutate"}:
            raise Refusal(422, {"error": "give transaction_id and mutate"})
        return self.events.scripted(self.transaction(body.get("transaction_id")), mutate)

    def reset(self, body):
        everything = bool(body.get("all", False))
        self.scheduler.clear()
        self.state.clear(everything)
        self.events.clear()
        self.merchants.clear(everything)
        self.faults.reset()
        self.mailbox.clear()
        self.resend.clear(everything)
        self.google.reset(everything)
        self.stripe.clear(everything)
        self.journal.write("reset", {"all": everything})
        return {"reset": True}
