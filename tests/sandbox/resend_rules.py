"""The requirements of Resend's HTTP API for a mail: one check for each member, each with its own error."""

import base64
import binascii
import re

ADDRESS = r"[^\s<>@,;:\"()\[\]\\]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+"
MEMBERS = ("from", "to", "subject", "cc", "bcc", "reply_to", "html", "text", "headers", "attachments", "tags",
           "scheduled_at", "topic_id", "template")
ATTACHMENT = ("content", "path", "filename", "content_type", "content_id")
SIZE_CAP = 40 * 1024 * 1024


class Wrong(Exception):
    """An error response in the API's wording."""

    def __init__(self, status, name, message, headers=None):
        super().__init__(name)
        self.status, self.name, self.message, self.headers = status, name, message, headers or {}


def one_line(text):
    return isinstance(text, str) and not re.search(r"[\x00-\x1f\x7f]", text)


def address(text):
    """The bare address of `a@b` or `Name <a@b>`; None if it is neither."""
    if not one_line(text):
        return None
    found = re.fullmatch(r"(?:[^<>]*<(%s)>)|(%s)" % (ADDRESS, ADDRESS), text)
    return found and (found.group(1) or found.group(2))


def addresses(body, name, required=False):
    value = body.get(name)
    if value is None and not required:
        return []
    rows = [value] if isinstance(value, str) else value
    if not isinstance(rows, list) or not 1 <= len(rows) <= 50:
        raise Wrong(422, "validation_error", "`%s` is an address or a list of 1 to 50" % name)
    for one in rows:
        if address(one) is None:
            raise Wrong(422, "validation_error", "Invalid `%s` field" % name)
    return [address(one) for one in rows]


def check_headers(body):
    headers = body.get("headers", {})
    if not isinstance(headers, dict):
        raise Wrong(422, "validation_error", "`headers` is an object")
    for name, value in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not one_line(value):
            raise Wrong(422, "validation_error", "Invalid header %r" % name)


def check_attachments(body):
    rows = body.get("attachments", [])
    if not isinstance(rows, list):
        raise Wrong(422, "invalid_attachment", "`attachments` is a list")
    for one in rows:
        if not isinstance(one, dict) or set(one) - set(ATTACHMENT) or ("content" in one) == ("path" in one):
            raise Wrong(422, "invalid_attachment", "An attachment has `content` or `path`")
        if "filename" not in one or not one_line(one["filename"]) or not one_line(one.get("content_type", "")):
            raise Wrong(422, "invalid_attachment", "An attachment has a `filename`")
        try:
            base64.b64decode(one.get("content", ""), validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise Wrong(422, "invalid_attachment", "`content` is base64") from error


def check_tags(body):
    rows = body.get("tags", [])
    if not isinstance(rows, list):
        raise Wrong(422, "validation_error", "`tags` is a list")
    for one in rows:
        if not isinstance(one, dict) or set(one) != {"name", "value"} or not all(
                isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text) for text in one.values()):
            raise Wrong(422, "validation_error", "Tags have letters, digits, _ and - only")


def check(body, domains):
    """Raises Wrong for anything the API would refuse; otherwise returns the recipients."""
    for name in body:
        if name not in MEMBERS:
            raise Wrong(422, "validation_error", "Unknown field `%s`" % name)
    for name in ("from", "to", "subject"):
        if body.get(name) in (None, ""):
            raise Wrong(422, "missing_required_field", "Missing `%s` field" % name)
    if not any(isinstance(body.get(name), str) and body[name] for name in ("html", "text")):
        raise Wrong(422, "missing_required_field", "Missing `html` or `text` field")
    if not one_line(body["subject"]):
        raise Wrong(422, "validation_error", "Invalid `subject` field")
    sender = address(body["from"])
    if sender is None:
        raise Wrong(422, "invalid_from_address", "Invalid `from` field")
    to = addresses(body, "to", True)
    for name in ("cc", "bcc", "reply_to"):
        addresses(body, name)
    check_headers(body)
    check_attachments(body)
    check_tags(body)
    if sender.split("@")[1].lower() not in domains:
        raise Wrong(403, "validation_error", "The domain is not verified. Please, add and verify your domain")
    return to
