"""The hosted checkout under /wompi/p/: checks the link, takes the payment, sends the payer back.

A reference is good for one payment. While all its attempts have failed it may be tried again,
each time as a new transaction, until three minutes after the first failure.
"""

import re
import urllib.parse

import pages
import wompi_methods
from clock import parse_iso
from web import Refusal, html_response, redirect
from wompi_sign import integrity, same
from wompi_state import FAILED, MAXIMUM_CENTS

RETRY_WINDOW_S = 180
WAIT_IN_POST_S = 3
REQUIRED = ("public-key", "currency", "amount-in-cents", "reference", "signature:integrity")
SHIPPING = ("address-line-1", "country", "city", "region", "phone-number")
OPTIONAL = ("redirect-url", "expiration-time", "tax-in-cents:vat", "tax-in-cents:consumption",
            "customer-data:email", "customer-data:full-name", "customer-data:phone-number",
            "customer-data:phone-number-prefix", "customer-data:legal-id",
            "customer-data:legal-id-type", "collect-customer-legal-id", "collect-shipping",
            "shipping-address:address-line-2", "shipping-address:name",
            "shipping-address:postal-code") + tuple("shipping-address:" + s for s in SHIPPING)
PAIRS = (("customer-data:phone-number", "customer-data:phone-number-prefix"),
         ("customer-data:legal-id", "customer-data:legal-id-type"))
LEGAL_ID_TYPES = ("CC", "CE", "NIT", "PP", "TI", "DNI", "RG", "OTHER")
EVENTS = ("normal", "never", "before_redirect", "duplicate", "declined_then_approved")


class LinkRefused(Exception):
    """The checkout link cannot be paid; carries status, a code for tests, a Spanish text."""

    def __init__(self, status, code, text):
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = text


def check_optional(values):
    for left, right in PAIRS:
        if (left in values) != (right in values):
            raise LinkRefused(422, "incomplete_pair", "Faltan datos: %s y %s van juntos."
                              % (left, right))
    kind = values.get("customer-data:legal-id-type", "CC")
    if kind not in LEGAL_ID_TYPES:
        raise LinkRefused(422, "bad_legal_id_type", "El tipo de documento no existe.")
    for name in ("tax-in-cents:vat", "tax-in-cents:consumption"):
        if not values.get(name, "0").isdigit():
            raise LinkRefused(422, "bad_tax", "El impuesto debe ser un número entero.")
    if any(name.startswith("shipping-address:") for name in values):
        for name in SHIPPING:
            if not values.get("shipping-address:" + name):
                raise LinkRefused(422, "incomplete_shipping", "La dirección está incompleta.")
    target = values.get("redirect-url")
    if target is not None:
        parts = urllib.parse.urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise LinkRefused(422, "bad_redirect_url", "La dirección de regreso no es válida.")


def check_amount(account, values):
    if values["currency"] != "COP":
        raise LinkRefused(422, "bad_currency", "Solo se reciben pagos en pesos (COP).")
    amount = values["amount-in-cents"]
    if not re.fullmatch(r"[1-9][0-9]{0,12}", amount) or int(amount) > MAXIMUM_CENTS:
        raise LinkRefused(422, "bad_amount", "El valor debe ser un entero en centavos.")
    if int(amount) < account["minimum_cents"]:
        raise LinkRefused(422, "below_minimum", "El valor es menor que el mínimo de %s."
                          % pages.money(account["minimum_cents"]))


def back_url(transaction):
    """The browser's target after the payment; None if the link has none."""
    target = transaction["redirect_url"]
    if not target:
        return None
    extra = {"id": transaction["id"]}
    if transaction["_mode"] == "test":
        extra["env"] = "test"
    return target + ("&" if "?" in target else "?") + urllib.parse.urlencode(extra)


class Checkout:
    def __init__(self, state, events, scheduler, delay_s, base_url):
        self.state = state
        self.events = events
        self.scheduler = scheduler
        self.delay_s = delay_s
        self.base_url = base_url

    def resume(self):
        """After a restart: finish pending transactions."""
        for transaction in self.state.all():
            if transaction["status"] == "PENDING" and transaction.get("_plan"):
                self.scheduler.after(self.delay_s, self.finish, transaction,
                                     transaction["_plan"], 1)

    def parse(self, pairs):
        """The link's values and account, or LinkRefused. Ignores earlier transactions of the reference."""
        values = dict(pairs)
        if len(values) != len(pairs):
            raise LinkRefused(400, "repeated_parameter", "Un parámetro aparece dos veces.")
        for name in REQUIRED:
            if not values.get(name):
                raise LinkRefused(422, "missing_parameter", "Falta el parámetro %s." % name)
        account = self.state.account(values["public-key"])
        if account is None:
            raise LinkRefused(401, "unknown_public_key", "El comercio no existe.")
        expected = integrity(values["reference"], values["amount-in-cents"], values["currency"],
                             values.get("expiration-time"), account["integrity_secret"])
        if not same(values["signature:integrity"], expected):
            raise LinkRefused(403, "bad_signature", "La firma de integridad no es válida.")
        check_amount(account, values)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", values["reference"]):
            raise LinkRefused(422, "bad_reference", "La referencia tiene caracteres no permitidos.")
        check_optional(values)
        return account, values

    def expiry(self, values):
        text = values.get("expiration-time")
        if text is None:
            return None
        try:
            return parse_iso(text)
        except ValueError:
            raise LinkRefused(422, "bad_expiration", "La fecha de expiración no es válida.") \
                from None

    def check_start(self, values, attempts):
        """May a payment start now? The expiration limits only the first attempt."""
        moment = self.expiry(values)
        if not attempts:
            if moment is not None and moment <= self.state.clock.now():
                raise LinkRefused(410, "expired", "Este enlace de pago ya venció.")
            return
        if any(one["status"] not in FAILED for one in attempts):
            raise LinkRefused(409, "reference_used", "Esta referencia ya fue usada en otro pago.")
        if self.state.clock.now() >= self.retry_until(attempts):
            raise LinkRefused(409, "reference_used",
                              "El tiempo para intentar de nuevo terminó. Vuelve al comercio.")

    @staticmethod
    def retry_until(attempts):
        return min(one["_finalized"] for one in attempts) + RETRY_WINDOW_S

    def open(self, pairs):
        """All checks of the link; returns (account, values, earlier attempts)."""
        account, values = self.parse(pairs)
        attempts = self.state.attempts(account["public_key"], values["reference"])
        with self.state.lock:
            self.check_start(values, attempts)
        return account, values, attempts

    def start(self, account, values, method, outcome, delay_s, copies=1, email=None):
        """Create the PENDING transaction and plan its end (none for outcome PENDING)."""
        customer = {"full_name": values.get("customer-data:full-name")}
        if "customer-data:phone-number" in values:
            customer["phone_number"] = (values["customer-data:phone-number-prefix"]
                                        + values["customer-data:phone-number"])
        fields = {"amount_in_cents": int(values["amount-in-cents"]), "method": method,
                  "reference": values["reference"], "customer_data": customer,
                  "customer_email": values.get("customer-data:email") or email,
                  "redirect_url": values.get("redirect-url"),
                  "query": urllib.parse.urlencode(values),
                  "unknown": [n for n in values if n not in REQUIRED + OPTIONAL]}
        transaction = self.state.add(account, fields,
                                     lambda attempts: self.check_start(values, attempts))
        if method["type"] in wompi_methods.WITH_BANK_PAGE:
            self.scheduler.after(delay_s / 2, self.add_bank_url, transaction)
        if outcome != "PENDING":
            self.state.change(transaction, _plan=outcome)
            self.scheduler.after(delay_s, self.finish, transaction, outcome, copies)
        return transaction

    def add_bank_url(self, transaction):
        """The bank's address is missing on the first reads, as at the real provider."""
        method = dict(transaction["payment_method"])
        url = "%s/wompi/t/%s" % (self.base_url, transaction["id"])
        method["extra"] = dict(method.get("extra") or {}, async_payment_url=url)
        self.state.change(transaction, payment_method=method)

    def finish(self, transaction, status, copies):
        if self.state.finish(transaction, status, wompi_methods.message(status)) and copies:
            self.events.emit(transaction, copies)

    # Pages

    def route(self, request):
        """GET and POST /wompi/p/."""
        pairs = request.pairs()
        try:
            account, values, attempts = self.open(pairs)
            if request.method == "POST":
                return self.take(request, account, values)
        except LinkRefused as refused:
            return self.refusal_page(refused, dict(pairs))
        return self.page(account, values, attempts)

    @staticmethod
    def refusal_page(refused, values):
        return html_response(pages.refused(refused.text, values.get("reference", "")),
                             refused.status, {"X-Sandbox-Refusal": refused.code})

    def page(self, account, values, attempts, form=None, problem=None):
        now = self.state.clock.now()
        moment = self.retry_until(attempts) if attempts else self.expiry(values)
        left = None if moment is None else max(0, int(moment - now))
        query = urllib.parse.urlencode(values)
        text = pages.checkout(account, values, query, left, bool(attempts), form or {}, problem)
        return html_response(text, 422 if problem else 200)

    def take(self, request, account, values):
        form = request.form()
        try:
            method, outcome = wompi_methods.read(form, self.state.clock.now())
        except wompi_methods.BadForm as bad:
            attempts = self.state.attempts(account["public_key"], values["reference"])
            return self.page(account, values, attempts, form, str(bad))
        transaction = self.start(account, values, method, outcome, self.delay_s,
                                 email=form.get("email"))
        if outcome != "PENDING":
            self.state.wait_final(transaction, WAIT_IN_POST_S)
        return self.onward(transaction, outcome)

    def onward(self, transaction, outcome):
        """After a payment: back to the merchant, or to the page that offers another try."""
        target = back_url(transaction)
        status = transaction["status"]
        if target and (status == "APPROVED" or outcome == "PENDING"):
            return redirect(target)
        return redirect("%s/wompi/t/%s" % (self.base_url, transaction["id"]))

    def result(self, transaction_id):
        """GET /wompi/t/{id}: the state of a payment, with the next step."""
        transaction = self.state.find(transaction_id)
        if transaction is None:
            return html_response(pages.refused("No encontramos este pago.", ""), 404)
        target = back_url(transaction)
        status = transaction["status"]
        if status == "APPROVED" and target:
            return redirect(target)
        again = None
        if status in FAILED and transaction["_query"]:
            attempts = self.state.attempts(transaction["_public_key"], transaction["reference"])
            open_still = all(one["status"] in FAILED for one in attempts)
            if open_still and self.state.clock.now() < self.retry_until(attempts):
                again = "/wompi/p/?" + transaction["_query"]
        account = self.state.account(transaction["_public_key"]) or {"name": "Comercio"}
        waiting = status == "PENDING" and bool(transaction.get("_plan"))
        return html_response(pages.result(account, transaction, target, again, waiting))

    # The same without a browser

    def pay(self, body):
        """What a browser would do, for POST /_control/pay."""
        outcome = str(body.get("outcome", "approved")).upper()
        events = body.get("events", "normal")
        delay_s = body.get("delay_s", self.delay_s)
        if outcome not in wompi_methods.OUTCOMES or events not in EVENTS:
            raise Refusal(422, {"error": "bad outcome or events"})
        if not isinstance(delay_s, (int, float)) or not 0 <= delay_s <= 600:
            raise Refusal(422, {"error": "bad delay_s"})
        query = urllib.parse.urlsplit(str(body.get("checkout_url", ""))).query
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
        method_type = body.get("method", "CARD")
        try:
            account, values, _ = self.open(pairs)
            ids = []
            if events == "declined_then_approved":
                ids.append(self.pay_once(account, values, method_type, "DECLINED", delay_s, 1))
                outcome = "APPROVED"
            copies = {"never": 0, "before_redirect": 0, "duplicate": 2}.get(events, 1)
            ids.append(self.pay_once(account, values, method_type, outcome, delay_s, copies))
        except LinkRefused as refused:
            raise Refusal(refused.status, {"error": refused.text, "code": refused.code}) \
                from refused
        transaction = self.state.find(ids[-1])
        if events == "before_redirect":
            for future in self.events.emit(transaction):
                future.result()
        return {"transaction_id": ids[-1], "transaction_ids": ids,
                "status": transaction["status"], "redirect": back_url(transaction)}

    def pay_once(self, account, values, method_type, outcome, delay_s, copies):
        method = wompi_methods.of_outcome(method_type, outcome)
        transaction = self.start(account, values, method, outcome, delay_s, copies)
        if outcome != "PENDING":
            self.state.wait_final(transaction, delay_s + 10)
        return transaction["id"]
