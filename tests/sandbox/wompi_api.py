"""The API under /wompi/v1: merchant, transactions, void, refunds, banks.

Reading a transaction needs the private key: without a key or with a public one it does not exist
(404), a list refuses a public key (401). An unknown key, or one of the other environment, is 401
INVALID_ACCESS_TOKEN. Errors are {"error": {"type", "reason" | "messages"}}.
"""

import datetime

from web import Refusal, Response, json_response
from wompi_state import METHODS, STATUSES, public_view

BANKS = ({"financial_institution_code": "1", "financial_institution_name": "Banco que aprueba"},
         {"financial_institution_code": "2", "financial_institution_name": "Banco que rechaza"})
REFUND_SCENARIOS = {"approved": "APPROVED", "declined": "DECLINED", "error": "ERROR",
                    "cancelled": "CANCELLED"}
LIST_FILTERS = ("reference", "id", "status", "payment_method_type", "customer_email")


def not_found(reason="La entidad solicitada no existe"):
    return Refusal(404, {"error": {"type": "NOT_FOUND_ERROR", "reason": reason}})


def bad_token(reason="La llave no es válida"):
    return Refusal(401, {"error": {"type": "INVALID_ACCESS_TOKEN", "reason": reason}})


def invalid(**messages):
    return Refusal(422, {"error": {"type": "INPUT_VALIDATION_ERROR",
                                   "messages": {name: [text] for name, text in messages.items()}}})


def bearer(request):
    value = request.headers.get("Authorization", "")
    return value[7:].strip() if value[:7].lower() == "bearer " else ""


class Api:
    def __init__(self, state, events, faults, base_url):
        self.state = state
        self.events = events
        self.faults = faults
        self.base_url = base_url

    def route(self, request, path):
        """`path` is the part after /wompi/v1."""
        return self.faults.spoil(self.fault_key(request), lambda: self.answer(request, path))

    def fault_key(self, request):
        """The public key of the account that calls, to find its fault mode."""
        key = request.headers.get("x-merchant-public-key") or bearer(request)
        account = self.state.account(key) or self.state.account_by_private(key)
        return account["public_key"] if account else None

    def answer(self, request, path):
        try:
            steps = path.strip("/").split("/")
            handler = self.handler(request.method, steps)
            if handler is None:
                raise not_found("La ruta no existe")
            return handler(request, *steps[1:2])
        except Refusal as refusal:
            body = refusal.body
            if not isinstance(body.get("error"), dict):
                body = {"error": {"type": "INPUT_VALIDATION_ERROR", "messages": {
                    "body": [str(body.get("error"))]}}}
            return json_response(body, refusal.status)

    def handler(self, method, steps):
        if method == "GET" and steps == ["merchants", "info"]:
            return lambda request, _: self.merchant(request)
        if method == "GET" and steps == ["pse", "financial_institutions"]:
            return lambda request, _: self.banks(request)
        if steps[0] == "transactions":
            if method == "GET" and len(steps) == 1:
                return self.list
            if method == "GET" and len(steps) == 2:
                return self.read
            if method == "POST" and len(steps) == 3 and steps[2] == "void":
                return self.void
        if method == "POST" and steps == ["refunds"]:
            return self.refund
        return None

    def private_account(self, request):
        key = bearer(request)
        account = self.state.account_by_private(key) if key.startswith("prv_") else None
        if account is None:
            raise bad_token()
        return account

    def owned(self, request, transaction_id):
        """The transaction, only for the private key of its own account."""
        account = self.private_account(request)
        transaction = self.state.find(transaction_id)
        if transaction is None:
            raise not_found()
        if transaction["_mode"] != account["mode"]:
            raise bad_token("La llave es de otro ambiente")
        if transaction["_public_key"] != account["public_key"]:
            raise not_found()
        return transaction

    def shown(self, transaction):
        with self.state.lock:
            shown = dict(public_view(transaction))
        if self.faults.get(transaction["_public_key"])["api"] == "wrong_amount":
            shown["amount_in_cents"] -= 100
        return shown

    def merchant(self, request):
        account = self.state.account(request.headers.get("x-merchant-public-key", ""))
        if account is None:
            raise bad_token("La llave pública no existe")
        token = {"acceptance_token": "eyJhbGciOiJIUzI1NiJ9.e30.sandbox",
                 "permalink": self.base_url + "/wompi/terminos.pdf", "type": "END_USER_POLICY"}
        data = {"id": 15113, "name": account["name"], "legal_name": account["name"] + " S.A.S.",
                "legal_id_type": "NIT", "active": True, "public_key": account["public_key"],
                "accepted_currencies": ["COP"],
                "accepted_payment_methods": ["CARD", "NEQUI", "PSE", "BANCOLOMBIA_TRANSFER"],
                "presigned_acceptance": token,
                "presigned_personal_data_auth": dict(token, type="PERSONAL_DATA_AUTH")}
        return json_response({"data": data, "meta": {}})

    def banks(self, request):
        if self.state.account(bearer(request)) is None:
            raise bad_token()
        return json_response({"data": list(BANKS), "meta": {}})

    def read(self, request, transaction_id):
        key = bearer(request)
        if not key or self.state.account(key) is not None:
            raise not_found()
        transaction = self.owned(request, transaction_id)
        return json_response({"data": self.shown(transaction), "meta": {}})

    def list(self, request):
        account = self.private_account(request)
        query = request.query()
        page, size = check_list(query)
        rows = [one for one in self.state.all() if one["_public_key"] == account["public_key"]]
        for name in LIST_FILTERS:
            if name in query:
                rows = [one for one in rows if one[name] == query[name]]
        if "from_date" in query:
            rows = [one for one in rows if one["created_at"][:10] >= query["from_date"]]
        if "until_date" in query:
            rows = [one for one in rows if one["created_at"][:10] <= query["until_date"]]
        rows.sort(key=lambda one: (one["created_at"], one["id"]),
                  reverse=query.get("order", "DESC") == "DESC")
        chosen = rows[(page - 1) * size : page * size]
        meta = {"page": page, "page_size": size, "total_results": len(rows)}
        return json_response({"data": [self.shown(one) for one in chosen], "meta": meta})

    def void(self, request, transaction_id):
        transaction = self.owned(request, transaction_id)
        body = request.json()
        with self.state.lock:
            if transaction["status"] != "APPROVED" or transaction["payment_method_type"] != "CARD":
                raise invalid(status="Solo se anula una transacción APPROVED con tarjeta")
            amount = body.get("amount_in_cents", transaction["amount_in_cents"])
            if type(amount) is not int or not 0 < amount <= transaction["amount_in_cents"]:
                raise invalid(amount_in_cents="Debe estar entre 1 y el valor de la transacción")
            if transaction["_refunded"]:
                raise invalid(status="La transacción ya tiene reembolsos")
            self.state.change(transaction, status="VOIDED", _voided=amount)
            shown = self.shown(transaction)
        self.events.emit(transaction)
        data = {"status": "APPROVED", "status_message": None, "transaction": shown}
        return json_response({"data": data, "meta": {}}, 201)

    def refund(self, request):
        account = self.private_account(request)
        mode = self.faults.get(account["public_key"])["refunds"]
        if mode == "off":
            raise not_found("La ruta no existe")
        body = request.json()
        if not isinstance(body.get("transaction_id"), str):
            raise invalid(transaction_id="Es obligatorio")
        amount = body.get("amount_in_cents")
        if type(amount) is not int or amount <= 0:
            raise invalid(amount_in_cents="Debe ser un entero mayor que cero")
        scenario = body.get("test_scenario", "approved")
        if scenario not in REFUND_SCENARIOS:
            raise invalid(test_scenario="Debe ser approved, declined, error o cancelled")
        transaction = self.owned(request, body["transaction_id"])
        if "test_scenario" in body and transaction["_mode"] != "test":
            raise invalid(test_scenario="Solo existe en el ambiente de pruebas")
        refund = self.state.add_refund(transaction, {
            "transaction_id": transaction["id"], "amount_in_cents": amount,
            "status": {"pending": "PENDING", "declined": "DECLINED"}.get(mode, REFUND_SCENARIOS[scenario]),
            "status_message": None,
            "reason": body.get("reason"), "reference": body.get("reference")})
        if refund is None:
            raise invalid(amount_in_cents="La transacción no está aprobada o no alcanza")
        if mode == "lost":
            return Response(502, "<html>Bad Gateway</html>", "text/html; charset=utf-8")
        return json_response({"data": refund, "meta": {}}, 201)


def number(query, name, default, top):
    text = query.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= top:
        raise invalid(**{name: "Debe estar entre 1 y %d" % top})
    return int(text)


def check_list(query):
    """Refuse bad list parameters; returns (page, page size)."""
    allowed = LIST_FILTERS + ("from_date", "until_date", "page", "page_size", "order_by", "order")
    for name in query:
        if name not in allowed:
            raise invalid(**{name: "Parámetro desconocido"})
    if query.get("status", "PENDING") not in STATUSES:
        raise invalid(status="Estado desconocido")
    if query.get("payment_method_type", "CARD") not in METHODS:
        raise invalid(payment_method_type="Medio desconocido")
    if query.get("order", "ASC") not in ("ASC", "DESC"):
        raise invalid(order="Debe ser ASC o DESC")
    if query.get("order_by", "created_at") != "created_at":
        raise invalid(order_by="Solo created_at")
    for name in ("from_date", "until_date"):
        if name in query:
            try:
                datetime.datetime.strptime(query[name], "%Y-%m-%d")
            except ValueError:
                raise invalid(**{name: "Debe ser AAAA-MM-DD"}) from None
    return number(query, "page", 1, 1000000), number(query, "page_size", 50, 200)
