#!/usr/bin/python3
"""htdocs/openapi.json says what the route table, the tables of fields and errors.def say, and no more."""
import json
import re

import openapilib
from checklib import TOP, finish

document = json.loads((TOP / "htdocs/openapi.json").read_text(encoding="utf-8"))
routes = openapilib.routes()
sources = openapilib.Sources()
problems = []
looked_at = 0


def wrong(operation, text):
    problems.append("%s %s: %s" % (operation[0].upper(), operation[1], text))


def resolve(node):
    while "$ref" in node:
        target = document
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        node = target
    return node


def plain(schema):
    """The schema of a value that may be null, and whether it may."""
    schema = resolve(schema)
    if "anyOf" in schema:
        rest = [one for one in schema["anyOf"] if one != {"type": "null"}]
        return resolve(rest[0]), len(rest) < len(schema["anyOf"])
    if isinstance(schema.get("type"), list):
        return dict(schema, type=next(t for t in schema["type"] if t != "null")), "null" in schema["type"]
    return schema, False


def shape(schema):
    """A schema in the words of the C tables: {type, nullable, min, max, words}."""
    schema, nullable = plain(schema)
    told = schema.get("format") or ("word" if "enum" in schema else schema["type"])
    one = {"type": told, "nullable": nullable}
    for bound, names in (("min", ("minLength", "minimum", "minItems")), ("max", ("maxLength", "maximum", "maxItems"))):
        one.update({bound: schema[name] for name in names if name in schema})
    if "enum" in schema:
        one["words"] = schema["enum"]
    return one


def same(operation, name, described, field):
    """One member: what the description says of it against what the code does."""
    told = shape(described)
    for what in ("type", "nullable", "words"):
        if told.get(what) != field.get(what):
            wrong(operation, "%s: %s is %r, in the code %r" % (name, what, told.get(what), field.get(what)))
    for bound in ("min", "max"):
        if (told.get(bound) or 0) != (field.get(bound) or 0):
            wrong(operation, "%s: %s is %r, in the code %r" % (name, bound, told.get(bound), field.get(bound)))


def check_members(operation, what, described, required, fields, partial):
    for name in sorted(set(described) - set(fields)):
        wrong(operation, "%s %s is described, the code does not know it" % (what, name))
    for name in sorted(set(fields) - set(described)):
        wrong(operation, "%s %s is not described" % (what, name))
    for name in sorted(set(fields) & set(described)):
        same(operation, name, described[name], fields[name])
        if (name in required) != (fields[name]["required"] and not partial):
            wrong(operation, "%s %s: whether it is required is described wrongly" % (what, name))


def check_parameters(operation, row, told):
    params = [resolve(one) for one in told.get("parameters", [])]
    inside = {p["name"] for p in params if p["in"] == "path"}
    if inside != set(re.findall(r"\{(\w+)\}", operation[1])):
        wrong(operation, "the parameters of the path are described as %s" % sorted(inside))
    query = {p["name"]: p for p in params if p["in"] == "query"}
    fields = sources.query(row["act"])
    if fields is not None:
        check_members(operation, "query", {n: p["schema"] for n, p in query.items()},
                      {n for n, p in query.items() if p["required"]}, fields, False)


def check_body(operation, row, told):
    content = told.get("requestBody", {}).get("content", {})
    read = sources.body(row["act"])
    if read is None:
        return
    fields, partial = read
    if "application/json" not in content:
        if fields:
            wrong(operation, "it takes a body, which is not described")
        return
    schema = resolve(content["application/json"]["schema"])
    check_members(operation, "member", schema.get("properties", {}), schema.get("required", []), fields, partial)
    if schema.get("additionalProperties") is not False:
        wrong(operation, "unknown members are refused, but the description allows them")


def check_repeats(operation, row, told):
    """Idempotency-Key is promised where the act goes through handle/act.h, and nowhere else."""
    promised = any("IdempotencyKey" in one.get("$ref", "") for one in told.get("parameters", []))
    if promised != sources.keyed(row["act"]):
        wrong(operation, "whether Idempotency-Key counts is described wrongly")


def check_security(operation, row, told):
    wanted = {"OPEN": None, "MEMBER": [{"session": ["member"]}],
              "STAFF": [{"session": ["staff"]}], "OWNER": [{"session": ["owner"]}]}[row["role"]]
    if row["scope"]:
        wanted = wanted + [{"key": [row["scope"]]}]
    got = told.get("security")
    if wanted is None:
        if got is None or any("session" in one or "key" in one for one in got):
            wrong(operation, "it is open to anybody, the description asks for a sign-in")
    elif got != wanted:
        wrong(operation, "security is %s, by the route table %s" % (got, wanted))


def check_answers(operation, told):
    answers = told.get("responses", {})
    good = [status for status in answers if status.startswith(("2", "3"))]
    if not good or resolve(answers.get("default", {})).get("content", {}).keys() != {"application/problem+json"}:
        wrong(operation, "a good answer and a default one with problem details are needed")
    if not told.get("summary") or not told.get("operationId") or not told.get("tags"):
        wrong(operation, "summary, operationId and tags are needed")


described = {(method, path): told for path, item in document["paths"].items() for method, told in item.items()}
for operation in sorted(set(routes) - set(described), key=lambda o: o[1]):
    wrong(operation, "is not described in htdocs/openapi.json")
for operation in sorted(set(described) - set(routes), key=lambda o: o[1]):
    wrong(operation, "is described, but there is no such route")
for operation in sorted(set(described) & set(routes), key=lambda o: o[1]):
    row, told = routes[operation], described[operation]
    looked_at += 1
    check_security(operation, row, told)
    check_answers(operation, told)
    check_parameters(operation, row, told)
    if operation[0] != "get":
        check_body(operation, row, told)
    if operation[0] == "post":
        check_repeats(operation, row, told)

names = [told.get("operationId") for told in described.values()]
problems += ["operationId %s stands there twice" % name for name in sorted({n for n in names if names.count(n) > 1})]

codes = openapilib.error_codes()
told = set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])
problems += ["error code %s is not described" % code for code in sorted(set(codes) - told)]
problems += ["error code %s is described, errors.def has none" % code for code in sorted(told - set(codes))]
reasons = openapilib.reasons()
of_fields = set(document["components"]["schemas"]["Problem"]["properties"]["errors"]["items"]["properties"]["code"]["enum"])
problems += ["the reason %s is not described" % one for one in sorted(reasons - of_fields)]
problems += ["the reason %s is described, errors.def has none" % one for one in sorted(of_fields - reasons - set(codes))]


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def described_texts():
    """Each description that /docs shows."""
    for told in described.values():
        yield told
        yield from (resolve(one) for one in told.get("parameters", []))
        for kind in list(told.get("requestBody", {}).get("content", {}).values())[:1]:
            yield from resolve(kind["schema"]).get("properties", {}).values()
    for schema in document["components"]["schemas"].values():
        yield schema
        yield from schema.get("properties", {}).values()


# /docs in Spanish: the summary of each operation and each description has its own
SPANISH = "htdocs/i18n/es_of_en/api.json"
spanish = json.loads((TOP / SPANISH).read_text(encoding="utf-8"))
shown = {"operations": set(names),
         "descriptions": {re.sub(r"\.$", "", one["description"]) for one in described_texts() if one.get("description")}}
for group, keys in shown.items():
    problems += ["%s: %s lack: %s" % (SPANISH, group, key) for key in sorted(keys - spanish[group].keys())]
    problems += ["%s: %s have, but the description has not: %s" % (SPANISH, group, key)
                 for key in sorted(spanish[group].keys() - keys)]
    problems += ["%s: %s is empty" % (SPANISH, key) for key, text in spanish[group].items() if not text.strip()]

used = set(references(document))
for ref in sorted(used):
    try:
        resolve({"$ref": ref})
    except KeyError:
        problems.append("%s leads nowhere" % ref)
for name in sorted(document["components"]["schemas"]):
    if "#/components/schemas/" + name not in used:
        problems.append("schema %s is not used" % name)
finish("openapi", problems, looked_at)
