"""Accounts, sessions, payments and refunds of the Stripe stand-in, in memory and in the journal.

Objects are kept as the API shows them, with private fields that start with `_`. A session has at most one
PaymentIntent, made when somebody tries to pay; its tries are charges, of which the newest is shown.
Test cards: 4242424242424242 pays, 4000000000000002 is declined, 4000000000009995 has no funds; the card "delayed"
stands for a method that is confirmed later (finish).
"""

import secrets
import string
import threading

from web import Refusal

CARDS = {"4242424242424242": None, "4000000000000002": "generic_decline", "4000000000009995": "insufficient_funds",
         "delayed": None}
KINDS = ("account", "session", "intent", "charge", "refund")
REFUNDS = ("succeeded", "pending", "failed")


def new_id(prefix, length=24):
    return prefix + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def public_view(thing):
    return {name: value for name, value in thing.items() if not name.startswith("_")}


class State:
    def __init__(self, clock, journal):
        self.clock, self.journal = clock, journal
        self.lock = threading.RLock()
        self.things = {kind: {} for kind in KINDS}

    def replay(self, kind, value):
        if kind.startswith("stripe_") and kind[7:] in KINDS:
            self.things[kind[7:]][value["id"]] = value
        elif kind == "reset":
            self.clear(value.get("all", False))

    def clear(self, everything):
        with self.lock:
            for kind in KINDS:
                if everything or kind != "account":
                    self.things[kind].clear()

    def put(self, kind, thing):
        with self.lock:
            self.things[kind][thing["id"]] = thing
            self.journal.write("stripe_" + kind, thing)
        return thing

    def all(self, kind, **where):
        with self.lock:
            return [one for one in self.things[kind].values() if all(one.get(n) == v for n, v in where.items())]

    def find(self, kind, name, key=None):
        """The object, only for the key of its own account if one is given."""
        found = self.things[kind].get(name)
        return found if found and key in (None, found["_key"]) else None

    def now(self):
        return int(self.clock.now())

    def put_account(self, body):
        """Upsert by key: private_key, events_secret, events_url, name."""
        key = str(body.get("private_key", ""))
        if not key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
            raise Refusal(422, {"error": "private_key must start with sk_ or rk_"})
        return self.put("account", {"id": key, "name": str(body.get("name") or "Comercio"), "livemode": key[3:7] == "live",
                                    "events_secret": str(body.get("events_secret", "")),
                                    "events_url": body.get("events_url")})

    def account(self, key):
        return self.things["account"].get(key)

    # -- sessions --

    def add_session(self, account, fields, base_url):
        mode = "live" if account["livemode"] else "test"
        session = {"id": new_id("cs_%s_a1" % mode, 56), "object": "checkout.session", "mode": "payment", "status": "open",
                   "payment_status": "unpaid", "payment_intent": None, "livemode": account["livemode"],
                   "created": self.now(), "_key": account["id"]}
        session.update(fields, url="%s/stripe/c/pay/%s#fidkdWxOYHwnPyd1blpxYHZxWjA0" % (base_url, session["id"]))
        return self.put("session", session)

    def is_open(self, session):
        """Whether it may be paid; ends it if its time is over."""
        if session["status"] == "open" and session["expires_at"] <= self.now():
            self.end(session)
        return session["status"] == "open"

    def end(self, session):
        self.put("session", dict(session, status="expired", url=None))
        session.update(status="expired", url=None)

    # -- payments --

    def intent_of(self, session):
        if session["payment_intent"]:
            return self.find("intent", session["payment_intent"])
        intent = {"id": new_id("pi_3"), "object": "payment_intent", "amount": session["amount_total"], "amount_received": 0,
                  "currency": session["currency"], "status": "requires_payment_method", "last_payment_error": None,
                  "latest_charge": None, "metadata": session["_intent_metadata"], "livemode": session["livemode"],
                  "created": self.now(), "_key": session["_key"], "_at": self.clock.now()}
        session["payment_intent"] = intent["id"]
        return self.put("intent", intent)

    def add_charge(self, intent, card, code):
        charge = {"id": new_id("ch_3"), "object": "charge", "amount": intent["amount"], "amount_refunded": 0,
                  "currency": intent["currency"], "refunded": False, "disputed": False, "payment_intent": intent["id"],
                  "metadata": intent["metadata"], "status": "failed" if code else "succeeded", "failure_code": code,
                  "payment_method_details": {"type": "oxxo" if card == "delayed" else "card"},
                  "livemode": intent["livemode"], "created": self.now(), "_key": intent["_key"]}
        intent["latest_charge"] = charge["id"]
        return self.put("charge", charge)

    def settle(self, intent, card, code):
        """The outcome of one try."""
        self.add_charge(intent, card, code)
        intent.update({"status": "requires_payment_method", "last_payment_error": {"code": "card_declined", "decline_code": code}}
                      if code else {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None},
                      _at=self.clock.now())
        self.put("intent", intent)

    def pay(self, session, card):
        """One try of the payer. Returns the names of the events, which tell of the objects as they are then."""
        if card not in CARDS:
            raise Refusal(422, {"error": "unknown card"})
        with self.lock:
            if not self.is_open(session):
                raise Refusal(409, {"error": "the session is %s" % session["status"]})
            intent = self.intent_of(session)
            if card == "delayed":
                intent.update(status="processing", _at=self.clock.now())
                self.put("intent", intent)
            else:
                self.settle(intent, card, CARDS[card])
            if intent["status"] == "requires_payment_method":
                return ["payment_intent.payment_failed"]
            paid = intent["status"] == "succeeded"
            session.update(status="complete", payment_status="paid" if paid else "unpaid", url=None)
            self.put("session", session)
            return ["checkout.session.completed"] + (["payment_intent.succeeded"] if paid else [])

    def finish(self, session, good):
        """The end of a delayed payment."""
        with self.lock:
            intent = self.find("intent", session["payment_intent"])
            self.settle(intent, "delayed", None if good else "generic_decline")
            session.update(payment_status="paid" if good else "unpaid")
            self.put("session", session)
        return ["checkout.session.async_payment_" + ("succeeded" if good else "failed")]

    # -- refunds --

    def left(self, charge):
        return charge["amount"] - charge["amount_refunded"]

    def add_refund(self, charge, amount, metadata, status):
        refund = {"id": new_id("re_3"), "object": "refund", "amount": amount, "currency": charge["currency"],
                  "charge": charge["id"], "payment_intent": charge["payment_intent"], "metadata": metadata,
                  "status": status, "created": self.now(), "_key": charge["_key"]}
        if status != "failed":
            charge["amount_refunded"] += amount
            charge["refunded"] = self.left(charge) == 0
            self.put("charge", charge)
        return self.put("refund", refund)

    def end_refund(self, refund, status):
        with self.lock:
            charge = self.find("charge", refund["charge"])
            if status == "failed" and refund["status"] == "pending":
                charge.update(amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
                self.put("charge", charge)
            refund["status"] = status
            return self.put("refund", refund)
