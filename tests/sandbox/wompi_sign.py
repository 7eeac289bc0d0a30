"""Wompi's two plain hashes: integrity of a checkout, checksum of an event."""

import hashlib
import hmac

DEFAULT_PROPERTIES = ["transaction.id", "transaction.status", "transaction.amount_in_cents"]


def integrity(reference, amount, currency, expiration, secret):
    """Lower-case SHA-256 over the concatenated values as sent; `expiration` may be None."""
    text = reference + amount + currency + (expiration or "") + secret
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def walk(data, path):
    """The value at a dotted path below `data`; KeyError if it is absent."""
    for step in path.split("."):
        if not isinstance(data, dict):
            raise KeyError(path)
        data = data[step]
    return data


def checksum(data, properties, timestamp, secret):
    """Lower-case SHA-256 over the properties' values in order, the timestamp, the secret."""
    text = "".join(str(walk(data, path)) for path in properties) + str(timestamp) + secret
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def same(left, right):
    return hmac.compare_digest(left.encode("utf-8"), right.encode("utf-8"))
