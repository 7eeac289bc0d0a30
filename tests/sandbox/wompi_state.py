"""Accounts, transactions and refunds of the Wompi stand-in, in memory and in the journal.

An account is one tenant in one environment (`test` or `prod`, told by the prefix of its keys).
A transaction is kept as the object the API shows, with private fields that start with `_`.
"""

import itertools
import re
import threading

from clock import iso
from web import Refusal

PREFIXES = {
    "test": {"public_key": "pub_test_", "private_key": "prv_test_",
             "integrity_secret": "test_integrity_", "events_secret": "test_events_"},
    "prod": {"public_key": "pub_prod_", "private_key": "prv_prod_",
             "integrity_secret": "prod_integrity_", "events_secret": "prod_events_"},
}
METHODS = ("CARD", "NEQUI", "PSE", "BANCOLOMBIA_TRANSFER", "BANCOLOMBIA_QR",
           "BANCOLOMBIA_COLLECT", "BANCOLOMBIA_BNPL", "DAVIPLATA", "SU_PLUS", "PCOL", "CARD_POS")
STATUSES = ("PENDING", "APPROVED", "DECLINED", "VOIDED", "ERROR")
FAILED = ("DECLINED", "ERROR")
MINIMUM_CENTS = 150000
MAXIMUM_CENTS = 10 ** 12


def mode_of(key):
    """`test` or `prod` by a key's prefix, None for anything else."""
    for mode, prefixes in PREFIXES.items():
        if key.startswith((prefixes["public_key"], prefixes["private_key"])):
            return mode
    return None


def public_view(transaction):
    """The transaction as the API shows it."""
    return {name: value for name, value in transaction.items() if not name.startswith("_")}


def check_account(body):
    """The requested account, or a 422: four values of one environment."""
    mode = mode_of(str(body.get("public_key", "")))
    if mode is None:
        raise Refusal(422, {"error": "public_key must start with pub_test_ or pub_prod_"})
    account = {"mode": mode, "name": str(body.get("name") or "Comercio"),
               "events_url": body.get("events_url") or None,
               "minimum_cents": int(body.get("minimum_cents", MINIMUM_CENTS))}
    for field, prefix in PREFIXES[mode].items():
        value = body.get(field)
        if not isinstance(value, str) or not re.fullmatch(prefix + r"[A-Za-z0-9_]{1,100}", value):
            raise Refusal(422, {"error": "%s must start with %s" % (field, prefix)})
        account[field] = value
    return account


class State:
    def __init__(self, clock, journal):
        self.clock = clock
        self.journal = journal
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.accounts = {}
        self.transactions = {}
        self.by_reference = {}
        self.refunds = []
        self.counter = itertools.count(10001)

    def replay(self, kind, value):
        """Restore from one line of the journal."""
        if kind == "account":
            self.accounts[value["public_key"]] = value
        elif kind == "transaction":
            self.remember(value)
            self.counter = itertools.count(10001 + len(self.transactions))
        elif kind == "refund":
            self.refunds.append(value)
        elif kind == "reset":
            self.clear(value.get("all", False))

    def clear(self, everything):
        with self.lock:
            self.transactions.clear()
            self.by_reference.clear()
            self.refunds.clear()
            if everything:
                self.accounts.clear()

    def put_account(self, body):
        account = check_account(body)
        with self.lock:
            self.accounts[account["public_key"]] = account
            self.journal.write("account", account)
        return account

    def account(self, public_key):
        return self.accounts.get(public_key)

    def account_by_private(self, private_key):
        with self.lock:
            for account in self.accounts.values():
                if account["private_key"] == private_key:
                    return account
        return None

    def remember(self, transaction):
        key = (transaction["_public_key"], transaction["reference"])
        if transaction["id"] not in self.transactions:
            self.by_reference.setdefault(key, []).append(transaction["id"])
        self.transactions[transaction["id"]] = transaction

    def new_id(self, now):
        return "15113-%d-%d" % (now, next(self.counter))

    def add(self, account, fields, guard=None):
        """Create a transaction; `guard(attempts)` runs under the lock and may refuse it."""
        with self.lock:
            if guard is not None:
                guard(self.attempts(account["public_key"], fields["reference"]))
            now = self.clock.now()
            transaction = {
                "id": fields.get("id") or self.new_id(now), "created_at": iso(now),
                "finalized_at": None, "amount_in_cents": fields["amount_in_cents"],
                "reference": fields["reference"],
                "customer_email": fields.get("customer_email"),
                "currency": fields.get("currency", "COP"),
                "payment_method_type": fields["method"]["type"],
                "payment_method": fields["method"], "status": "PENDING", "status_message": None,
                "shipping_address": None, "redirect_url": fields.get("redirect_url"),
                "payment_source_id": None, "payment_link_id": None, "bill_id": None,
                "customer_data": fields.get("customer_data") or {},
                "_public_key": account["public_key"], "_mode": account["mode"],
                "_query": fields.get("query"), "_finalized": None, "_refunded": 0,
                "_unknown_parameters": fields.get("unknown") or []}
            if transaction["id"] in self.transactions:
                raise Refusal(409, {"error": "transaction id exists"})
            self.remember(transaction)
            self.journal.write("transaction", transaction)
            return transaction

    def change(self, transaction, **fields):
        """Set fields of a transaction; a final status gets its moment."""
        with self.changed:
            transaction.update(fields)
            status = fields.get("status")
            if status == "PENDING":
                transaction["finalized_at"] = transaction["_finalized"] = None
            elif status is not None and transaction["_finalized"] is None:
                transaction["_finalized"] = self.clock.now()
                transaction["finalized_at"] = iso(transaction["_finalized"])
            self.journal.write("transaction", transaction)
            self.changed.notify_all()

    def finish(self, transaction, status, message=None):
        """Give a PENDING transaction its final status; False when it already has one."""
        with self.lock:
            if transaction["status"] != "PENDING":
                return False
            self.change(transaction, status=status, status_message=message)
            return True

    def wait_final(self, transaction, seconds):
        with self.changed:
            return self.changed.wait_for(lambda: transaction["status"] != "PENDING", seconds)

    def attempts(self, public_key, reference):
        with self.lock:
            ids = self.by_reference.get((public_key, reference), [])
            return [self.transactions[one] for one in ids]

    def rename(self, transaction, reference):
        """Move a transaction to another reference, for scripted cases."""
        with self.lock:
            public_key = transaction["_public_key"]
            self.by_reference[(public_key, transaction["reference"])].remove(transaction["id"])
            self.by_reference.setdefault((public_key, reference), []).append(transaction["id"])

    def find(self, transaction_id):
        return self.transactions.get(transaction_id)

    def all(self):
        with self.lock:
            return list(self.transactions.values())

    def add_refund(self, transaction, fields):
        """Record a refund; an approved one counts against the amount left."""
        with self.lock:
            left = transaction["amount_in_cents"] - transaction["_refunded"]
            if transaction["status"] != "APPROVED" or fields["amount_in_cents"] > left:
                return None
            number = 1523 + len(self.refunds)
            refund = dict(fields, id=number, v2_refund_id="v2_refund_%d" % number,
                          created_at=iso(self.clock.now()))
            self.refunds.append(refund)
            self.journal.write("refund", refund)
            if refund["status"] == "APPROVED":
                self.change(transaction, _refunded=transaction["_refunded"]
                            + refund["amount_in_cents"])
            return refund
