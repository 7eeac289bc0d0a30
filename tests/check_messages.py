#!/usr/bin/python3
"""The message catalogues: both languages have the same keys and placeholders, and every message named by a template
or a source file exists. The server fills in a message with {placeholders}, or the page's script does from a
data-* attribute. Anywhere else in a template the customer would read the braces, which is an error too."""
import json
import re

from checklib import TOP, c_files, code, finish, line_of, name

FEWEST_KEYS = 20
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
TAG = re.compile(r"\{\{(\{|[#^&]?)\s*t\.([A-Za-z0-9_.]+)\s*\}?\}\}")
IN_DATA = re.compile(r"""\sdata-[a-z0-9-]+=(?:"[^"]*|'[^']*)$""")
CALL = re.compile(r'kf_catalog_(text|format|plural)\s*\([^";]*?(?:"[a-z]+"[^";]*?)?"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"'
                  r"\s*[,)]")
SHOWN = re.compile(r'KFM_SHOW\(\s*"[^"]*",\s*SAID\b[^()]*?\.with\s*=\s*"([^"]*)"')

problems = []


def no_duplicates(pairs):
    seen = dict(pairs)
    if len(seen) != len(pairs):
        keys = [key for key, _ in pairs]
        problems.append(f"a catalogue has a key twice: {sorted(k for k in keys if keys.count(k) > 1)}")
    return seen


def flatten(tree, prefix, lang):
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flatten(value, path + ".", lang)
        elif isinstance(value, str) and value.strip():
            yield path, value
        else:
            problems.append(f"{lang}.json: {path} is not a text, or is empty")


def load(lang):
    folder = TOP / "htdocs" / "i18n"
    tree = {}
    for path in [folder / f"{lang}.json", *sorted((folder / lang).glob("*.json"))]:
        part = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)
        for key in part.keys() & tree.keys():
            problems.append(f"{path.relative_to(folder)}: {key} is in another catalogue too")
        tree.update(part)
    return dict(flatten(tree, "", lang))


def compare(es, en):
    for key in sorted(es.keys() - en.keys()):
        problems.append(f"en.json lacks {key}")
    for key in sorted(en.keys() - es.keys()):
        problems.append(f"es.json lacks {key}")
    for key in sorted(es.keys() & en.keys()):
        ours, theirs = set(PLACEHOLDER.findall(es[key])), set(PLACEHOLDER.findall(en[key]))
        if ours != theirs:
            problems.append(f"{key}: placeholders {sorted(ours)} in es.json, {sorted(theirs)} in en.json")
    for key in sorted(es):
        base, _, last = key.rpartition(".")
        if last == "one" and f"{base}.other" not in es or last == "other" and f"{base}.one" not in es:
            problems.append(f"{key}: a plural needs both one and other")


def check_template(path, es):
    """Checks every {{t.x.y}} of a template; returns their number."""
    text = path.read_text(encoding="utf-8")
    count = 0
    for match in TAG.finditer(text):
        count += 1
        kind, key = match.groups()
        where = f"{name(path)}:{line_of(text, match.start())}"
        group = any(k.startswith(key + ".") for k in es)
        if key not in es and not (kind in "#^" and kind and group):
            problems.append(f"{where}: there is no message {key}")
        elif kind not in ("#", "^") and PLACEHOLDER.search(es[key]) \
                and not IN_DATA.search(text[:match.start()]):
            problems.append(f"{where}: {key} has placeholders that are not filled in here")
    return count


def check_source(path, es):
    text = code(path, keep_strings=True)
    for match in CALL.finditer(text):
        verb, key = match.groups()
        wanted = [f"{key}.one", f"{key}.other"] if verb == "plural" else [key]
        for one in wanted:
            if one not in es:
                problems.append(f"{name(path)}:{line_of(text, match.start())}: there is no message {one}")
    for match in SHOWN.finditer(text):
        if match.group(1) not in es:
            problems.append(f"{name(path)}:{line_of(text, match.start())}: there is no message {match.group(1)}")


def main():
    es, en = load("es"), load("en")
    compare(es, en)
    if len(es) < FEWEST_KEYS:
        problems.append(f"only {len(es)} messages found: the check looks in the wrong place")
    templates = sorted((TOP / "htdocs" / "templates").rglob("*.mustache"))
    used = sum(check_template(path, es) for path in templates)
    if not used:
        problems.append("no template names a message: the check looks in the wrong place")
    for path in c_files("lib", "mod_konfirmado"):
        check_source(path, es)
    finish("messages", problems, len(es))


main()
