#!/usr/bin/python3
"""Functions and types that are banned in this project, each with the reason."""
import re

from checklib import c_files, code, finish, line_of, name

EVERYWHERE = [
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|stpcpy)\s*\(", "writes without knowing the room"),
    (r"\b(atoi|atol|atoll|atof)\s*\(", "hides overflow and rubbish; use base/num.h"),
    (r"\bstrtok\s*\(", "keeps state between calls"),
    (r"\b(system|popen)\s*\(", "starts a shell"),
    (r"\balloca\s*\(", "grows the stack unseen"),
    (r"\bapr_dbd_p?v?(select|query)\s*\(", "has no SQLSTATE; use lib/db"),
    (r"\bap_dbd_prepare\s*\(", "is lost when the connection is reset; use lib/db"),
]
# A comparison that stops at the first difference reveals the length of a correct prefix of a secret.
SECRET = re.compile(
    r"\b(strn?cmp|strn?casecmp|memcmp|apr_strnatcmp)\s*\(([^;]*?)\)", re.S)
SECRET_WORD = re.compile(r"\b\w*(sig|mac|token|secret|checksum)\b")
# Attributes of a secret (its kind, name, ...) are not secret.
NOT_SECRET = re.compile(r"\b\w*(_kind|_name|_type|_label|_prefix)\b", re.I)
FLOAT = re.compile(r"\b(float|double|strtod|strtof|json_real|json_real_value|JSON_REAL)\b")
CENTS_FLOAT = re.compile(r"\b(float|double)\b[^;\n]*\b\w*(cents|amount|price|charge)\w*")

problems = []
count = 0


def report(path, text, position, what):
    problems.append(f"{name(path)}:{line_of(text, position)}: {what}")


for source in c_files("lib", "mod_konfirmado"):
    text = code(source)
    count += 1
    for pattern, reason in EVERYWHERE:
        for hit in re.finditer(pattern, text):
            report(source, text, hit.start(), f"{hit.group(0).rstrip('( ')} {reason}")
    for hit in SECRET.finditer(text):
        if SECRET_WORD.search(hit.group(2)) and not NOT_SECRET.search(hit.group(2)):
            report(source, text, hit.start(), f"{hit.group(1)} on a secret; use crypto/token.h's comparison")
    money = name(source).startswith("lib/money/")
    for hit in (FLOAT if money else CENTS_FLOAT).finditer(text):
        report(source, text, hit.start(), "money is an integer of minor units, never a floating-point number")

finish("banned functions", problems, count)
