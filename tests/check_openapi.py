#!/usr/bin/python3
"""The built API description is consistent, has its Spanish texts, and states Idempotency-Key where an operation uses
it."""
import json
import os
import pathlib
import re

from checklib import TOP, finish

BUILT = pathlib.Path(os.environ.get("KF_BUILD_DIR") or TOP) / "htdocs/openapi.json"
SPANISH = "htdocs/i18n/es_of_en/api.json"
document = json.loads(BUILT.read_text(encoding="utf-8"))
described = {(method, path): told for path, item in document["paths"].items() for method, told in item.items()}
problems = []


def resolve(node):
    while "$ref" in node:
        target = document
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        node = target
    return node


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from references(value)


def check_references():
    used = set(references(document))
    for ref in sorted(used):
        try:
            resolve({"$ref": ref})
        except KeyError:
            problems.append("%s does not exist" % ref)
    for name in sorted(document["components"]["schemas"]):
        if "#/components/schemas/" + name not in used:
            problems.append("schema %s is not used" % name)


def described_texts():
    """Each description that /docs displays."""
    for told in described.values():
        yield told
        yield from (resolve(one) for one in told.get("parameters", []))
        for kind in list(told.get("requestBody", {}).get("content", {}).values())[:1]:
            yield from resolve(kind["schema"]).get("properties", {}).values()
    for schema in document["components"]["schemas"].values():
        yield schema
        yield from schema.get("properties", {}).values()


def check_spanish():
    """/docs in Spanish: each operation's summary and each description has a Spanish text."""
    spanish = json.loads((TOP / SPANISH).read_text(encoding="utf-8"))
    shown = {"operations": {told["operationId"] for told in described.values()},
             "descriptions": {re.sub(r"\.$", "", one["description"]) for one in described_texts() if one.get("description")}}
    for group, keys in shown.items():
        problems.extend("%s: %s lack: %s" % (SPANISH, group, key) for key in sorted(keys - spanish[group].keys()))
        problems.extend("%s: %s that are not in the description: %s" % (SPANISH, group, key)
                        for key in sorted(spanish[group].keys() - keys))
        problems.extend("%s: %s is empty" % (SPANISH, key) for key, text in spanish[group].items() if not text.strip())


def handlers():
    """The source of each handler, starting at its signature, preceded by the static functions of its file."""
    for path in sorted((TOP / "mod_konfirmado").glob("*/*.c")):
        text = path.read_text(encoding="utf-8")
        for m in re.finditer(r"^kf_err_t \*(kfm_\w+)\(kfm_call_t \*call\)\n\{\n(.*?)^\}", text, re.M | re.S):
            yield m.group(1), m.group(2)


def check_repeats():
    """A handler's row is CALL_ONCE if and only if it calls handle/act.h."""
    bodies = dict(handlers())
    for path in sorted((TOP / "mod_konfirmado").glob("*/routes.def")):
        if path.parent.name == "http":
            continue
        for act, function in re.findall(r"\b(CALL\w*)\((\w+)", path.read_text(encoding="utf-8")):
            acts = re.search(r"\bkfm_act(_as|_run)?\(", bodies.get(function, ""))
            if bool(acts) != (act == "CALL_ONCE"):
                problems.append("%s: the row of %s must be CALL_ONCE if and only if it calls handle/act.h" % (path.relative_to(TOP), function))


check_references()
check_spanish()
check_repeats()
finish("openapi", problems, len(described))
