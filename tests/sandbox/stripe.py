"""The Stripe stand-in: API (stripe_api.py), hosted checkout, events (stripe_events.py), control.

  /stripe/v1/...       API
  /stripe/c/pay/ID     hosted checkout (GET shows it, POST pays)
POST /_control/stripe/accounts   private_key, events_secret, events_url, name
POST /_control/stripe/pay        as a browser: session (id or URL) or reference, card
POST /_control/stripe/finish     a delayed payment: session, good
POST /_control/stripe/refund     by the merchant at Stripe: intent, amount; or `refund`, `status`: the end of one
POST /_control/stripe/event      scripted: type, session | intent, mutate (stripe_events.MUTATIONS)
POST /_control/stripe/mode       for all or with private_key:
  api        ok | hang | refuse | 500 | 429 | html | truncated | truncated_json | large (10 MB) | redirect
  api_after  true = the request is carried out first and only its answer is spoilt
  path       only requests whose path ends so are spoilt
  forget     true = keys of idempotency are not looked at, as a provider without them
  work_s     seconds that a POST takes; search_lag_s; events normal | drop; refunds succeeded | pending | failed
GET  /_control/stripe/sessions[?reference=], intents, refunds, requests[?path=], sent
"""

import html
import time

from stripe_api import Api, requests_of
from stripe_events import Events
from stripe_state import CARDS, REFUNDS, State, public_view
from web import Refusal, Response, html_response, json_response, redirect

API_MODES = ("ok", "hang", "refuse", "500", "500_kept", "429", "html", "truncated", "truncated_json", "large", "redirect")
PLAIN = {"api": "ok", "api_after": False, "path": "", "work_s": 0, "search_lag_s": 0, "events": "normal",
         "refunds": "succeeded", "forget": False}
PAGE = """<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pagar</title><style>body{font:16px sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}
input,button{font:inherit;width:100%%;padding:.6rem;margin:.3rem 0;box-sizing:border-box}</style>
<h1>%s</h1><p>%s</p>%s%s</html>"""
FORM = """<form method="post"><label>Tarjeta<input name="card" value="4242424242424242" list="cards"></label>
<datalist id="cards">%s</datalist><button>Pagar</button></form>""" % "".join('<option value="%s">' % one for one in CARDS)


class Faults:
    def __init__(self):
        self.clear()

    def clear(self):
        self.general, self.by_key = dict(PLAIN), {}

    def set(self, body):
        body = dict(body)
        key = body.pop("private_key", None)
        for name, value in body.items():
            if name not in PLAIN or not isinstance(value, type(PLAIN[name])) and name not in ("work_s", "search_lag_s"):
                raise Refusal(422, {"error": "bad mode %s=%r" % (name, value)})
        if body.get("api", "ok") not in API_MODES or body.get("refunds", "succeeded") not in REFUNDS:
            raise Refusal(422, {"error": "bad mode"})
        mode = self.general if key is None else self.by_key.setdefault(key, dict(self.general))
        mode.update(body)
        return mode

    def of(self, key, path):
        mode = self.by_key.get(key, self.general)
        return mode if path.endswith(mode["path"]) else dict(mode, api="ok")

    def spoil(self, key, path, produce):
        mode = self.of(key, path)
        api = mode["api"]
        response = produce() if api in ("ok", "500_kept", "truncated", "truncated_json") or mode["api_after"] else None
        if api in ("ok", "500_kept"):  # what is kept is made in stripe_api.py
            return response
        if api == "truncated_json":
            response.body = response.body[: len(response.body) // 2]
            return response
        if api == "truncated":
            response.fault = api
        else:
            response = self.replacement(api)
        response.fault_alive = lambda: self.of(key, path)["api"] == api
        return response

    @staticmethod
    def replacement(api):
        made = {"500": lambda: json_response({"error": {"type": "api_error", "message": "Sorry"}}, 500),
                "429": lambda: json_response({"error": {"type": "rate_limit_error"}}, 429, {"Retry-After": "1"}),
                "html": lambda: Response(200, "<!doctype html><title>Mantenimiento</title>", "text/html"),
                "large": lambda: Response(200, b'{"id":"' + b"x" * (10 << 20) + b'"}'),
                "redirect": lambda: redirect("http://localhost:9/elsewhere", 302)}
        response = made[api]() if api in made else Response(200)
        response.fault = None if api in made else api
        return response


class Stripe:
    def __init__(self, clock, journal, scheduler, args, base_url):
        self.faults = Faults()
        self.state = State(clock, journal)
        self.events = Events(self.state, scheduler, self.faults, args.time_scale, args.event_timeout)
        self.api = Api(self.state, self.events, self.faults, base_url)

    def replay(self, kind, value):
        self.state.replay(kind, value)

    def clear(self, everything):
        for part in (self.api, self.events, self.faults):
            part.clear()
        self.state.clear(everything)

    def route(self, request, path):
        if path.startswith("/v1/"):
            return self.api.route(request, path[3:])
        if path.startswith("/c/pay/") and request.method in ("GET", "POST"):
            return self.page(request, path[7:])
        return None

    # -- the hosted page --

    def page(self, request, session_id):
        session = self.state.find("session", session_id)
        if session is None:
            return None
        problem = ""
        if request.method == "POST":
            self.pay(session, request.form().get("card", "").replace(" ", ""))
            if session["status"] == "complete":
                return redirect(session["success_url"])
            problem = "<p role=alert>Tu tarjeta fue rechazada.</p>"
        amount = "%.2f %s" % (session["amount_total"] / 100, session["currency"].upper())
        back = '<p><a href="%s">Volver al comercio</a></p>' % html.escape(session["cancel_url"] or session["success_url"])
        can = FORM if self.state.is_open(session) else "<p>Este pago ya no está abierto.</p>"
        return html_response(PAGE % (html.escape(session["_name"]), html.escape(amount), problem + can, back))

    def pay(self, session, card):
        for kind in self.state.pay(session, card):
            self.events.emit(kind, self.told(kind, session))
        return session

    def told(self, kind, session):
        return session if kind.startswith("checkout.session.") else self.state.find("intent", session["payment_intent"])

    # -- control --

    def session(self, body):
        name = str(body.get("session", "")).rpartition("/")[2].partition("#")[0]
        found = self.state.find("session", name) if name else next(
            iter(self.state.all("session", client_reference_id=body.get("reference"))), None)
        if found is None:
            raise Refusal(404, {"error": "no such session"})
        return found

    def control(self, request, steps):
        query = request.query()
        if request.method == "GET" and len(steps) == 1:
            rows = {"sessions": lambda: self.state.all("session", **({"client_reference_id": query["reference"]}
                                                                     if "reference" in query else {})),
                    "intents": lambda: self.state.all("intent"), "refunds": lambda: self.state.all("refund"),
                    "requests": lambda: requests_of(self.api, query), "sent": lambda: list(self.events.sent)}
            return json_response([public_view(one) for one in rows[steps[0]]()]) if steps[0] in rows else None
        acts = {"accounts": self.state.put_account, "mode": self.faults.set, "pay": self.control_pay,
                "finish": self.control_finish, "refund": self.control_refund, "event": self.control_event}
        if request.method == "POST" and len(steps) == 1 and steps[0] in acts:
            return json_response(acts[steps[0]](request.json()))
        return None

    def control_pay(self, body):
        return public_view(self.pay(self.session(body), str(body.get("card", "4242424242424242"))))

    def control_finish(self, body):
        session = self.session(body)
        for kind in self.state.finish(session, bool(body.get("good", True))):
            self.events.emit(kind, session)
        return public_view(session)

    def control_refund(self, body):
        if "refund" in body:
            refund = self.state.end_refund(self.state.find("refund", body["refund"]), body["status"])
            self.events.emit("refund.failed" if body["status"] == "failed" else "refund.updated", refund)
            return public_view(refund)
        intent = self.state.find("intent", body.get("intent", ""))
        if intent is None or not intent["latest_charge"]:
            raise Refusal(404, {"error": "no such payment"})
        charge = self.state.find("charge", intent["latest_charge"])
        refund = self.state.add_refund(charge, body.get("amount", self.state.left(charge)), {}, "succeeded")
        self.events.emit("charge.refunded", charge)
        return public_view(refund)

    def control_event(self, body):
        session = self.session(body)
        kind = body.get("type", "checkout.session.completed")
        return {"statuses": self.events.scripted(kind, self.told(kind, session), body.get("mutate", {})),
                "at": time.time()}
