"""A merchant's system: the receiver of callbacks, the page customers come back to, the inbox.

A callback carries two signatures. Standard Webhooks: `webhook-signature` holds one or more
`v1,<base64>` of HMAC-SHA256 over `id.timestamp.body`. The other is inside the body: `firma_hmac`,
hex HMAC-SHA256 over the exact body bytes with its own value emptied. Both use the decoded bytes
of a `whsec_` secret. The return of the browser is signed over `ref.status.ts` the same way.

A callback whose signatures fail is answered 401, any other 200, unless the merchant has a script.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import threading
import time

from clock import iso
from pages import merchant as pages_merchant
from web import Refusal, Response, html_response, json_response

TOLERANCE_S = 300
FIRMA = re.compile(rb'"firma_hmac"(\s*:\s*)"([^"\\]*)"')
SETTINGS = {"secrets": list, "script": (list, type(None)), "hang": bool,
            "redirect": (str, type(None)), "slow_s": (int, float), "answer_bytes": int}
PAID = ("ok", "paid", "confirmed")


def decode_secret(text):
    """The key of a whsec_ secret; ValueError for any other text."""
    if not isinstance(text, str) or not text.startswith("whsec_"):
        raise ValueError("secret must start with whsec_")
    try:
        key = base64.b64decode(text[6:], validate=True)
    except binascii.Error as error:
        raise ValueError("secret is not base64") from error
    if not 24 <= len(key) <= 64:
        raise ValueError("secret must have 24 to 64 bytes")
    return key


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def check_standard(headers, body, keys, now):
    """The reason why the Standard Webhooks headers are invalid, None if they are valid."""
    identity = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    if not identity or "." in identity:
        return "webhook-id missing or with a dot"
    if not re.fullmatch(r"[0-9]{1,12}", stamp):
        return "webhook-timestamp missing or not a number"
    if abs(now - int(stamp)) > TOLERANCE_S:
        return "webhook-timestamp more than %d s away" % TOLERANCE_S
    signed = identity.encode() + b"." + stamp.encode() + b"." + body
    good = [base64.b64encode(mac(key, signed)) for key in keys]
    for part in headers.get("webhook-signature", "").split(" "):
        version, _, value = part.partition(",")
        if version == "v1" and any(hmac.compare_digest(value.encode(), one) for one in good):
            return None
    return "no v1 signature fits"


def check_firma(body, keys):
    """The reason why firma_hmac is invalid, None if it is valid."""
    found = list(FIRMA.finditer(body))
    if len(found) != 1:
        return "firma_hmac found %d times" % len(found)
    start, end = found[0].span(2)
    value = found[0].group(2)
    emptied = body[:start] + body[end:]
    if not re.fullmatch(rb"[0-9a-f]{64}", value):
        return "firma_hmac is not 64 lower-case hex digits"
    if any(hmac.compare_digest(value, mac(key, emptied).hex().encode()) for key in keys):
        return None
    return "firma_hmac does not fit"


def check_return(query, keys, now):
    """The reason why the signed return is invalid, None if it is valid."""
    if any(not query.get(name) for name in ("ref", "status", "ts", "sig")):
        return "ref, status, ts or sig missing"
    if not re.fullmatch(r"[0-9]{1,12}", query["ts"]):
        return "ts is not a number"
    message = ".".join((query["ref"], query["status"], query["ts"])).encode()
    good = [base64.urlsafe_b64encode(mac(key, message)).rstrip(b"=") for key in keys]
    if not any(hmac.compare_digest(query["sig"].encode(), one) for one in good):
        return "sig does not fit"
    if abs(now - int(query["ts"])) > TOLERANCE_S:
        return "ts more than %d s away" % TOLERANCE_S
    return None


class Merchants:
    def __init__(self, clock, journal):
        self.clock = clock
        self.journal = journal
        self.lock = threading.Lock()
        self.known = {}
        self.inbox = []
        self.returns = []
        self.seen = {}

    def replay(self, kind, value):
        if kind == "merchant":
            self.known[value["name"]] = value
        elif kind == "callback":
            self.seen[(value["name"], value["id"])] = value["attempt"]
            self.inbox.append(value)
        elif kind == "answered":
            for entry in self.inbox:
                if entry["number"] == value["number"]:
                    entry["status_answered"] = value["status"]
        elif kind == "reset":
            self.clear(value.get("all", False))

    def clear(self, everything):
        with self.lock:
            self.inbox.clear()
            self.returns.clear()
            self.seen.clear()
            if everything:
                self.known.clear()
            for name, merchant in self.known.items():
                self.known[name] = {"name": name, "secrets": merchant["secrets"]}

    def put(self, body):
        """Register or change a merchant; absent settings stay as they are."""
        name = body.get("name", "default")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
            raise Refusal(422, {"error": "bad name"})
        change = {key: value for key, value in body.items() if key != "name"}
        for key, value in change.items():
            if key not in SETTINGS or not isinstance(value, SETTINGS[key]):
                raise Refusal(422, {"error": "bad setting %s" % key})
        try:
            for secret in change.get("secrets", []):
                decode_secret(secret)
        except ValueError as error:
            raise Refusal(422, {"error": str(error)}) from error
        if not all(type(one) is int and 200 <= one <= 599 for one in change.get("script") or []):
            raise Refusal(422, {"error": "script must hold statuses"})
        with self.lock:
            merchant = dict(self.known.get(name, {"name": name, "secrets": []}), **change)
            self.known[name] = merchant
            self.journal.write("merchant", merchant)
            return merchant

    def keys(self, name):
        return [decode_secret(one) for one in self.known.get(name, {}).get("secrets", [])]

    def route(self, request, path):
        """`path` is the part after /merchant."""
        steps = path.strip("/").split("/")
        name = steps[1] if len(steps) > 1 and steps[1] else "default"
        if len(steps) > 2:
            return None
        if steps[0] == "callback" and request.method == "POST":
            return self.callback(request, name)
        if request.method != "GET":
            return None
        if steps[0] == "return":
            return self.come_back(request, name)
        if steps == ["returns.json"]:
            return json_response(self.returns)
        if steps == ["inbox.json"]:
            return json_response(self.rows(request))
        if steps == [""]:
            return html_response(pages_merchant.inbox(self.rows(request)[:100]))
        return None

    def rows(self, request):
        name = request.query().get("name")
        with self.lock:
            rows = [dict(one) for one in self.inbox if name in (None, one["name"])]
        return rows[::-1]

    def callback(self, request, name):
        entry = self.store(request, name)
        merchant = self.known.get(name, {})
        status, response = self.answer(entry, name, merchant)
        if merchant.get("slow_s"):
            time.sleep(merchant["slow_s"])
        with self.lock:
            entry["status_answered"] = status
        self.journal.write("answered", {"number": entry["number"], "status": status})
        return response

    def store(self, request, name):
        """Verify and record one callback."""
        now = self.clock.now()
        keys = self.keys(name)
        standard = check_standard(request.headers, request.body, keys, now)
        firma = check_firma(request.body, keys)
        raw = request.body.decode("utf-8", "replace")
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        fields = body if isinstance(body, dict) else {}
        data = fields.get("data") if isinstance(fields.get("data"), dict) else {}
        identity = request.headers.get("webhook-id", "")
        entry = {"received_at": iso(now), "name": name, "id": identity,
                 "event": fields.get("evento") or fields.get("type"),
                 "booking_id": fields.get("booking_id") or data.get("booking_id"),
                 "standard_webhooks": standard is None, "firma_hmac": firma is None,
                 "reasons": [one for one in (standard, firma) if one], "body": body, "raw": raw,
                 "headers": {key.lower(): value for key, value in request.headers.items()},
                 "status_answered": None}
        with self.lock:
            entry["attempt"] = self.seen.get((name, identity), 0) + 1
            self.seen[(name, identity)] = entry["attempt"]
            entry["number"] = len(self.inbox) + 1
            self.inbox.append(entry)
        self.journal.write("callback", entry)
        return entry

    def answer(self, entry, name, merchant):
        """The (status, response) by the merchant's script, or by the verdicts."""
        if merchant.get("hang"):
            response = Response(200)
            response.fault = "hang"
            response.fault_alive = lambda: self.known.get(name, {}).get("hang", False)
            return None, response
        if merchant.get("redirect"):
            return 302, Response(302, b"", "text/plain", {"Location": merchant["redirect"]})
        status = 200 if entry["standard_webhooks"] and entry["firma_hmac"] else 401
        with self.lock:
            if merchant.get("script"):
                status = merchant["script"].pop(0)
        if "answer_bytes" in merchant:
            return status, Response(status, b"x" * merchant["answer_bytes"], "text/plain")
        if status == 204:
            return status, Response(status)
        return status, json_response({"received": status == 200}, status)

    def come_back(self, request, name):
        """The page customers see after booking, with the return's signature checked."""
        query = request.query()
        problem = check_return(query, self.keys(name), self.clock.now())
        entry = {"at": iso(self.clock.now()), "name": name, "query": query,
                 "valid": problem is None, "reason": problem}
        with self.lock:
            self.returns.append(entry)
        self.journal.write("return", entry)
        if "application/json" in request.headers.get("Accept", ""):
            return json_response(entry, 200 if problem is None else 400)
        if problem is not None:
            return html_response(pages_merchant.returned("bad", query.get("ref", "")), 400)
        kind = "ok" if query["status"] in PAID else "wait"
        return html_response(pages_merchant.returned(kind, query["ref"]))
