#!/usr/bin/python3
"""Every error text that an API client can read has a Spanish translation: htdocs/i18n/es_of_en/refusals.json. An
error text is a sentence in C or SQL code, and the sentence is its key. It needs no translation if it adds nothing
to its code (errors.def), if its field has a reason (reasons are translated, except for a type: the sentence names
it), or if it is for a program (WORDLESS). The translation has the same values as the English sentence. Texts that
only the operator or nobody reads are English only (INSIDE). Values in a sentence are written {1}, {2}."""
import json
import re

from checklib import TOP, c_files, code, finish, name

FILE = "htdocs/i18n/es_of_en/refusals.json"
INSIDE = re.compile(
    r"mod_konfirmado/(ctl|cfg|page)/"
    # pages: they have their own texts
    r"|mod_konfirmado/(\w+/(\w+_)?(pages|view|hours|hours_read|tiers|visit)\.c|(wizard|visit)/(?!api)|person/team|calendar/connect\.c"
    r"|booking/(move|new|when|calendar)\.c|mail/channel\.c|callback/endpoint\.c|business/(closed|privacy|home)\.c|handle/(list|filter)\.c)"
    r"|lib/(base/buf|calendar/|crypto/(keyring|sealed|webhook)|text/(hours|ical|mail|mime|mustache|qr))"
    r"|lib/net/(http|smtp)|lib/pay/\w+/|lib/repo/operator/backup|lib/flow/operator/(backup|migrate|pgtool|restore)"
    r"|sql/functions/business/tenant_delete\.sql")
GENERAL = {"CONFIG", "INTERNAL", "UNAVAILABLE", "TIMEOUT", "PROVIDER"}  # the code says everything
WORDLESS = {"KF428", "KF432"}  # their sentence is for the client program: a number, a time
# The value is a library's English text: the Spanish sentence is complete without it.
KEPT_BACK = {"The value could not be read: {1}", "The name of a field could not be read: {1}"}
MAKERS = {"kf_err": 2, "kf_err_said": 2, "kf_err_field": 3, "kf_err_wrong": 3, "kf_svg_bad": 1}  # index of the sentence
LOCAL = {"lib/image/png.c": {"bad": 1}, "lib/text/multipart.c": {"bad": 2}, "lib/net/guard_url.c": {"denied": 1},
         "lib/flow/business/uploads.c": {"invalid": 2}}
C_TEXT = re.compile(r'"((?:\\.|[^"\\])*)"(?:\s*"((?:\\.|[^"\\])*)")*')
SQL_TEXT = re.compile(r"'((?:''|[^'])*)'((?:\s*\n\s*'(?:''|[^'])*')*)")
PLACEHOLDER = re.compile(r"\{([1-9])\}")
CONVERSION = re.compile(r"%(?!%)")

problems = []
there, needed = {}, {}  # sentence: where


def same_values(one, other):
    return sorted(set(PLACEHOLDER.findall(one))) == sorted(set(PLACEHOLDER.findall(other)))


def key_of(sentence):
    return sentence[:-1] if sentence.endswith(".") else sentence


def put(sentence, where, need):
    there.setdefault(key_of(sentence), where)
    if need and key_of(sentence) not in titles:
        needed.setdefault(key_of(sentence), where)


def inner(text, at):
    """The text inside the brackets that begin at `at`; brackets in strings do not count."""
    depth = 0
    for token in re.finditer(r'"(?:\\.|[^"\\])*"|\'(?:\'\'|\\.|[^\'])*\'|[()]', text[at:]):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if not depth:
            return text[at + 1:at + token.start()]
    return text[at + 1:]


def arguments(text):
    """The arguments of a call: commas in brackets and strings do not separate."""
    out, depth = [""], 0
    for token in re.finditer(r'"(?:\\.|[^"\\])*"|\'(?:\'\'|\\.|[^\'])*\'|.', text, re.S):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if token.group() == "," and not depth:
            out.append("")
        else:
            out[-1] += token.group()
    return [one.strip() for one in out]


def c_sentences(argument):
    """Each string of an argument, with its parts joined."""
    return [json.loads('"' + "".join(re.findall(r'"((?:\\.|[^"\\])*)"', m.group())) + '"')
            for m in C_TEXT.finditer(argument)]


def read_c(path):
    source = code(path, keep_strings=True)
    makers = {**MAKERS, **LOCAL.get(name(path), {})}
    for call in re.finditer(r"\b(%s)\(" % "|".join(makers), source):
        args = arguments(inner(source, call.end() - 1))
        where = f"{name(path)}: {call.group(1)}()"
        place = makers[call.group(1)]
        kind = next((one[5:] for one in args if one.startswith("KF_E_")), "")
        reason = re.search(r"kf_err_(reason|limits)\(\s*$", source[:call.start()])
        need = not INSIDE.match(name(path)) and kind not in GENERAL and not reason
        if call.group(1) == "kf_err_wrong":
            need = "KF_WRONG_WRONG_TYPE" in args
        for sentence in c_sentences(args[place]) if len(args) > place else []:
            if CONVERSION.search(sentence) and need and sentence != "%s":
                problems.append(f"{where}: write {{1}} and kf_err_said() for the values of: {sentence}")
            elif sentence != "%s":
                put(sentence, where, need)


def sql_sentences(argument):
    texts = [re.sub(r"'\s*\n\s*'", "", m.group()[1:-1]).replace("''", "'") for m in SQL_TEXT.finditer(argument)]
    return [text for text in texts if " " in text]


def read_sql(path):
    source = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
    for call in re.finditer(r"(?<!FUNCTION )\bkf\.(refuse|refuse_with|refuse_field)\(", source):
        args = arguments(inner(source, call.end() - 1))
        where = f"{name(path)}: kf.{call.group(1)}()"
        field = call.group(1) == "refuse_field"
        words = args[0] if field else args[1]
        helper = re.fullmatch(r"kf\.(\w+)\(.*\)", words, re.S)
        if helper:  # a function of the same file that selects a sentence
            words = re.search(r"FUNCTION kf\.%s\(.*?\$\$(.*?)\$\$" % helper.group(1), source, re.S)
            words = words.group(1) if words else ""
        need = (not field or "'wrong_type'" in args) and not INSIDE.match(name(path)) and args[0].strip("'") not in WORDLESS
        sentences = sql_sentences(words)
        if need and (not sentences or "format(" in words or "||" in words):
            problems.append(f"{where}: write a sentence, and kf.refuse_with() for its values: {words}")
        for sentence in sentences:
            put(sentence, where, need)


english = json.loads((TOP / "htdocs/i18n/en/problems.json").read_text(encoding="utf-8"))["problems"]["code"]
titles = {key_of(one["title"]) for one in english.values()}
for path in c_files("lib", "mod_konfirmado", suffixes=(".c",)):
    if name(path) != "lib/base/err.c":
        read_c(path)
for path in sorted((TOP / "sql/functions").rglob("*.sql")):
    read_sql(path)
spanish = json.loads((TOP / FILE).read_text(encoding="utf-8"))["refusals"]
for sentence in sorted(needed.keys() - spanish.keys()):
    problems.append(f"{needed[sentence]}: {FILE} has no Spanish for: {sentence}")
for sentence in sorted(spanish.keys() - there.keys()):
    problems.append(f"{FILE}: no code has the sentence: {sentence}")
for sentence, said in spanish.items():
    if not said.strip() or (not same_values(sentence, said) and sentence not in KEPT_BACK):
        problems.append(f"{FILE}: it is empty, or does not have the values of the English sentence: {sentence}")
if same_values("{1} of {2}", "{2}") or same_values("{1}", "{1} de {2}") or not same_values("{1} of {2}", "{2}: {1}"):
    problems.append("same_values() does not distinguish sentences with different values")
finish("refusals", problems, len(needed))
