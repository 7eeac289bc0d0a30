"""The description of the API, htdocs/openapi.json of the build. Every answer of the suite is checked against it."""
import functools
import json
import os
import re
import urllib.parse

import jsonschema

from kitdemo import build_dir

ZONED = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
FORMATS = jsonschema.FormatChecker(())
for _name, _shape in (("date-time", ZONED), ("uuid", UUID), ("date", DAY)):
    FORMATS.checks(_name)(lambda value, shape=_shape: not isinstance(value, str) or bool(shape.match(value)))


@functools.lru_cache(None)
def document():
    with open(os.path.join(build_dir(), "htdocs/openapi.json"), encoding="utf-8") as handle:
        return json.load(handle)


@functools.lru_cache(None)
def operations():
    """(method, path, pattern) of every operation; those without parameters first."""
    found = []
    for path, item in document()["paths"].items():
        shape = "".join("[A-Za-z0-9._~-]{1,128}" if part.startswith("{") else re.escape(part)
                        for part in re.split(r"(\{\w+\})", path))
        found += [(method, path, re.compile(shape)) for method in item]
    return sorted(found, key=lambda one: one[1].count("{"))


def resolve(node):
    while "$ref" in node:
        target = document()
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        node = target
    return node


@functools.lru_cache(None)
def validator(text):
    resolver = jsonschema.RefResolver("", document())
    return jsonschema.Draft202012Validator(json.loads(text), resolver=resolver, format_checker=FORMATS)


def find(method, path):
    """(operation's path, operation) of a request; None if it is not described."""
    same = [one for one in operations() if one[2].fullmatch(path)]
    best = [one for one in same if one[1].count("{") == same[0][1].count("{")] if same else []
    for told, template, _ in best:
        if told == {"head": "get"}.get(method, method):
            return template, document()["paths"][template][told]
    return None


def _problem(where, answer):
    assert answer.headers.get("Content-Type") == "application/problem+json", "%s: %s" % (where, answer.headers)
    got = answer.json()
    _valid(where, got, {"$ref": "#/components/schemas/Problem"})
    assert got["status"] == answer.status_code, "%s: %s" % (where, got)


def _valid(where, got, schema):
    errors = sorted(validator(json.dumps(schema)).iter_errors(got), key=str)
    assert not errors, "%s is not what htdocs/openapi.json says:\n%s" % (
        where, "\n".join("  %s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:300]) for e in errors[:8]))


def check(method, answer):
    """Fails if an answer of a path below /api does not match the description."""
    path = urllib.parse.urlsplit(answer.url).path
    method = method.lower()
    if not path.startswith("/api/") or method == "options":
        return
    where = "%s %s: %d" % (method.upper(), path, answer.status_code)
    operation = find(method, path)
    responses = operation[1]["responses"] if operation else {}
    told = resolve(responses.get(str(answer.status_code), {}))
    if not told:
        assert answer.status_code >= 400, "%s is not described" % where
        if method != "head":
            _problem(where, answer)
        return
    content = told.get("content")
    if not content or method == "head":
        assert not answer.content, "%s has a body: %s" % (where, answer.text[:200])
        return
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    assert kind in content, "%s is %s, described as %s" % (where, kind, list(content))
    if kind == "application/json":
        _valid(where, answer.json(), content[kind]["schema"])


def problem(answer, status, code, field=None):
    """Checks an error's shape; the document."""
    assert answer.status_code == status, "%d %s" % (answer.status_code, answer.text[:1000])
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    told = answer.json()
    assert told["status"] == status and told["code"] == code, told
    assert told["title"] and told["detail"] and told["type"] and told["request_id"]
    assert answer.headers["X-Request-Id"] == told["request_id"]
    if field:
        assert field in [one["field"] for one in told["errors"]], told
        assert all(one["detail"] and one["code"] for one in told["errors"])
    return told
