"""Ways to pay in the stand-in, with the provider's published test values.

Cards: 4242424242424242 approves, 4111111111111111 declines, any other is an error.
Nequi: 3991111111 approves, 3992222222 declines, any other is an error.
PSE:   bank 1 approves, bank 2 declines.
"""

import datetime
import re

from web import Refusal
from wompi_state import METHODS

OUTCOMES = ("APPROVED", "DECLINED", "ERROR", "PENDING")
CARDS = {"4242424242424242": "APPROVED", "4111111111111111": "DECLINED"}
PHONES = {"3991111111": "APPROVED", "3992222222": "DECLINED"}
BANKS = {"1": "APPROVED", "2": "DECLINED"}
WITH_BANK_PAGE = ("PSE", "BANCOLOMBIA_TRANSFER")
MESSAGES = {"DECLINED": "La transacción fue rechazada (Sandbox)",
            "ERROR": "Ocurrió un error al procesar la transacción (Sandbox)"}


class BadForm(Exception):
    """What the payer must correct, in Spanish."""


def message(status):
    return MESSAGES.get(status)


def card(number, month, year, installments=1):
    brand = "VISA" if number.startswith("4") else "MASTERCARD"
    code = {"APPROVED": "00", "DECLINED": "05"}.get(CARDS.get(number), "96")
    extra = {"bin": number[:6], "name": "%s-%s" % (brand, number[-4:]), "brand": brand,
             "exp_year": year, "exp_month": month, "last_four": number[-4:],
             "external_identifier": "sandbox", "processor_response_code": code}
    return {"type": "CARD", "installments": installments, "extra": extra}


def pse(bank, user_type, kind, legal_id):
    return {"type": "PSE", "financial_institution_code": bank, "user_type": user_type,
            "user_legal_id_type": kind, "user_legal_id": legal_id,
            "payment_description": "Pago en línea", "extra": {}}


def of_outcome(kind, outcome):
    """A payment method of that kind, with the data of that outcome."""
    if kind not in METHODS:
        raise Refusal(422, {"error": "unknown method %r" % (kind,)})
    if kind == "CARD":
        number = {"DECLINED": "4111111111111111", "ERROR": "4000000000000002"}.get(
            outcome, "4242424242424242")
        return card(number, "12", "39")
    if kind == "NEQUI":
        phone = {"DECLINED": "3992222222", "ERROR": "3993333333"}.get(outcome, "3991111111")
        return {"type": "NEQUI", "phone_number": phone}
    if kind == "PSE":
        return pse("2" if outcome == "DECLINED" else "1", 0, "CC", "1099888777")
    return {"type": kind, "extra": {}}


def read(form, now):
    """The form's (payment method, outcome), or BadForm."""
    kind = form.get("method", "CARD")
    outcome = form.get("outcome")
    if outcome:
        if outcome not in OUTCOMES or kind not in METHODS:
            raise BadForm("Elige un resultado de la lista.")
        return of_outcome(kind, outcome), outcome
    readers = {"CARD": read_card, "NEQUI": read_nequi, "PSE": read_pse}
    if kind not in readers:
        raise BadForm("Elige un medio de pago.")
    return readers[kind](form, now)


def read_card(form, now):
    number = re.sub(r"[ -]", "", form.get("number", ""))
    if not re.fullmatch(r"[0-9]{13,19}", number):
        raise BadForm("Revisa el número de la tarjeta.")
    expiry = re.fullmatch(r"(0[1-9]|1[0-2]) */ *([0-9]{2})", form.get("expiry", "").strip())
    if not expiry:
        raise BadForm("Escribe el vencimiento como MM/AA.")
    today = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
    if (2000 + int(expiry[2]), int(expiry[1])) < (today.year, today.month):
        raise BadForm("La tarjeta está vencida.")
    if not re.fullmatch(r"[0-9]{3}", form.get("cvc", "")):
        raise BadForm("El código de seguridad tiene 3 números.")
    installments = form.get("installments", "1")
    if not re.fullmatch(r"[1-9]|[12][0-9]|3[0-6]", installments):
        raise BadForm("Las cuotas van de 1 a 36.")
    method = card(number, expiry[1], expiry[2], int(installments))
    return method, CARDS.get(number, "ERROR")


def read_nequi(form, _now):
    phone = re.sub(r"[ -]", "", form.get("phone", ""))
    if not re.fullmatch(r"3[0-9]{9}", phone):
        raise BadForm("El celular tiene 10 números y empieza por 3.")
    return {"type": "NEQUI", "phone_number": phone}, PHONES.get(phone, "ERROR")


def read_pse(form, _now):
    bank = form.get("bank", "")
    if bank not in BANKS:
        raise BadForm("Elige tu banco.")
    kind = form.get("legal_id_type", "CC")
    legal_id = form.get("legal_id", "")
    if kind not in ("CC", "NIT") or not re.fullmatch(r"[0-9]{5,15}", legal_id):
        raise BadForm("Revisa tu documento: solo números.")
    return pse(bank, 1 if kind == "NIT" else 0, kind, legal_id), BANKS[bank]
