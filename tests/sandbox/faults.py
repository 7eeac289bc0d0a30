"""Fault modes of the Wompi stand-in, for everything or for one public key.

events: normal | drop (an event is lost for good, as if never sent)
api:    ok | refuse (connection reset) | hang (no answer) | drip (1 byte/s) | 500 | 429 | html
        (200 with a page) | truncated (half of the body, then closed) | truncated_json (valid
        HTTP, cut JSON) | wrong_amount (one peso less in every transaction)
api_delay_s: seconds before each API answer.
api_after:   true = the request is carried out first and only its answer is spoilt.
refunds:     on (as test_scenario says, else approved) | off (404: the account has none) | pending |
             declined | lost (made, but the answer is a 502 of something in between)
"""

import threading
import time

from web import Refusal, Response, json_response

API_MODES = ("ok", "refuse", "hang", "drip", "500", "429", "html", "truncated",
             "truncated_json", "wrong_amount")
EVENT_MODES = ("normal", "drop")
AFTER_ROUTE = ("drip", "truncated", "truncated_json", "wrong_amount", "ok")
REFUND_MODES = ("on", "off", "pending", "declined", "lost")
PLAIN = {"events": "normal", "api": "ok", "api_delay_s": 0, "api_after": False, "refunds": "on"}


class Faults:
    """The current modes; a mode set for a public key overrides the general one."""

    def __init__(self):
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.general = dict(PLAIN)
            self.by_key = {}

    def set(self, change):
        """Apply a change as given to POST /_control/mode; returns the resulting mode."""
        change = dict(change)
        key = change.pop("public_key", None)
        checks = {"events": lambda v: v in EVENT_MODES, "api": lambda v: str(v) in API_MODES,
                  "api_delay_s": lambda v: isinstance(v, (int, float)) and 0 <= v <= 600,
                  "api_after": lambda v: isinstance(v, bool), "refunds": lambda v: v in REFUND_MODES}
        for name, value in change.items():
            if name not in checks or not checks[name](value):
                raise Refusal(422, {"error": "bad mode %s=%r" % (name, value)})
        if "api" in change:
            change["api"] = str(change["api"])
        with self.lock:
            base = self.general if key is None else self.by_key.setdefault(key, dict(self.general))
            base.update(change)
            return dict(base)

    def get(self, public_key=None):
        with self.lock:
            return dict(self.by_key.get(public_key, self.general))

    def spoil(self, public_key, produce):
        """Answer with produce(), or with what the mode of that account makes of it.

        A `refuse`, `hang`, `500`, `429` or `html` mode keeps produce() from running at all,
        unless `api_after` asks for the act with a lost answer.
        """
        mode = self.get(public_key)
        api = mode["api"]
        if mode["api_delay_s"]:
            time.sleep(mode["api_delay_s"])
        response = None
        if api in AFTER_ROUTE or mode["api_after"]:
            response = produce()
        if api in ("ok", "wrong_amount"):
            return response
        if api == "truncated_json":
            response.body = response.body[: len(response.body) // 2]
            return response
        if api in ("drip", "truncated"):
            response.fault = api
        else:
            response = self.replacement(api)
        response.fault_alive = lambda: self.get(public_key)["api"] == api
        return response

    @staticmethod
    def replacement(api):
        if api == "500":
            return json_response({"error": {"type": "INTERNAL_ERROR", "reason": "Error interno"}},
                                 500)
        if api == "429":
            return json_response({"error": {"type": "TOO_MANY_REQUESTS", "reason": "Espera"}}, 429,
                                 {"Retry-After": "5"})
        if api == "html":
            return Response(200, "<!doctype html><title>Mantenimiento</title><h1>Volvemos pronto",
                            "text/html; charset=utf-8")
        response = Response(200)
        response.fault = api
        return response
