"""Partial answers: the query parameter `fields`, as in `items(id,start/dateTime),nextPageToken`."""

import json

from google_check import invalid
from web import json_response


def parse(text):
    """A mask as a tree: {name: tree or None (= all of it)}."""
    tree, rest = level(text)
    if rest:
        raise invalid("Invalid field selection")
    return tree


def level(text):
    tree = {}
    while True:
        name, text = word(text)
        at = tree
        while text.startswith("/"):
            at = at.setdefault(name, {})
            name, text = word(text[1:])
        if text.startswith("("):
            at[name], text = level(text[1:])
            if not text.startswith(")"):
                raise invalid("Invalid field selection")
            text = text[1:]
        else:
            at[name] = None
        if not text.startswith(","):
            return tree, text
        text = text[1:]


def word(text):
    end = 0
    while end < len(text) and (text[end].isalnum() or text[end] in "_*"):
        end += 1
    if end == 0:
        raise invalid("Invalid field selection")
    return text[:end], text[end:]


def pick(value, tree):
    if isinstance(value, list):
        return [pick(one, tree) for one in value]
    if tree is None or not isinstance(value, dict) or "*" in tree:
        return value
    return {name: pick(one, tree[name]) for name, one in value.items() if name in tree}


def cut(response, mask):
    if not mask or response.status != 200:
        return response
    tree = parse(mask)
    value = pick(json.loads(response.body), tree)
    return json_response(value, 200, {name: text for name, text in response.headers.items()
                                      if name == "ETag"})
