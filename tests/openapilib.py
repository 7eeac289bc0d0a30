"""The API as the sources have it: routes with roles and scopes, error codes, fields of bodies and queries."""
import re

from checklib import TOP

MODULE = TOP / "mod_konfirmado"
METHODS = {"GET": "get", "POST": "post", "PATCH": "patch", "PUT": "put", "DELETE": "delete"}
TYPES = {"INT": "integer", "MONEY": "integer", "BOOL": "boolean", "OBJECT": "object", "ARRAY": "array", "IDS": "array", "LINES": "array", "CHOICES": "array",
         "UUID": "uuid", "INSTANT": "date-time", "UNTIL": "date-time", "DATE": "date", "WORD": "word"}  # all others: string
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def text(path):
    """A source without its comments, lines that go on joined."""
    return COMMENT.sub(" ", path.read_text(encoding="utf-8")).replace("\\\n", " ")


def split(inner):
    """The arguments of a macro or initialiser: commas inside brackets and strings do not count."""
    out, depth, quoted, one = [], 0, False, ""
    for c in inner:
        quoted ^= c == '"'
        depth += (c in "({[") - (c in ")}]") if not quoted else 0
        if c == "," and not depth and not quoted:
            out.append(one.strip())
            one = ""
        else:
            one += c
    return [part for part in out + [one.strip()] if part]


def braces(source, at):
    """What stands between the bracket at `at` and its partner."""
    closing = {"{": "}", "(": ")"}[source[at]]
    depth = 0
    for end in range(at, len(source)):
        depth += (source[end] == source[at]) - (source[end] == closing)
        if not depth:
            return source[at + 1:end]
    raise ValueError("no end")


def macros(source):
    """#define NAME and #define NAME(args), by name."""
    found = {}
    for line in re.findall(r"^[ \t]*#define[ \t]+(.*)$", source, re.M):
        m = re.match(r"(\w+)(\(([^)]*)\))?\s+(.*)", line)
        if m:
            found[m.group(1)] = ([a.strip() for a in m.group(3).split(",")] if m.group(2) else None, m.group(4).strip())
    return found


def expand(value, defined):
    """A row with the macros in it replaced, arguments too."""
    for _ in range(20):
        m = next((m for m in re.finditer(r"\b[A-Z]\w*\b", value)
                  if m.group() in defined and (defined[m.group()][0] is None or value[m.end():].lstrip()[:1] == "(")), None)
        if not m:
            return value
        args, body = defined[m.group()]
        end = m.end()
        if args is not None:
            start = value.index("(", end)
            inner = braces(value, start)
            for name, given in zip(args, split(inner)):
                body = re.sub(r"\b%s\b" % name, lambda _, g=given: g, body)
            end = start + len(inner) + 2
        value = value[:m.start()] + body + value[end:]
    return value


def routes():
    """Every row below /api: {(method, path): {act, role, scope, name}}; act: (CALL, LIST, ONE, EDIT or PAGES, its arguments)."""
    found = {}
    for noun in re.findall(r'#include "(\w+/routes\.def)"', text(MODULE / "http/routes.def")):
        source = text(MODULE / noun)
        for m in re.finditer(r"^(ROW|API|PAGE)\(", source, re.M):
            cells = split(braces(source, m.end() - 1))
            if m.group(1) == "PAGE" or not cells[1].startswith('"/api/'):
                continue
            act = re.match(r"(\w+)\((.*)\)", cells[-1])
            found[METHODS[cells[0]], cells[1].strip('"')] = {
                "role": cells[-4], "scope": None if cells[-3] == "NULL" else cells[-3].strip('"'),
                "name": cells[-2].strip('"'), "act": (act.group(1), *split(act.group(2)))}
    return found


def error_codes():
    """Stable code -> HTTP status, of lib/base/errors.def."""
    found = re.findall(r'^KF_ERROR\(\w+, "[^"]*", "(\w+)", (\d+),', (TOP / "lib/base/errors.def").read_text("utf-8"), re.M)
    return {code: int(status) for code, status in found}


def reasons():
    """What can be wrong with a field: the words of lib/base/errors.def."""
    return set(re.findall(r'^KF_REASON\(\w+, "(\w+)"', (TOP / "lib/base/errors.def").read_text("utf-8"), re.M))


class Sources:
    """The handlers' files, and the tables of fields in them."""

    def __init__(self):
        self.files = {p.relative_to(MODULE): text(p) for p in sorted(MODULE.glob("*/*.c"))}
        shared = "\n".join(text(p) for p in [MODULE / "handle/kit.h", MODULE / "http/route.h",
                                             TOP / "lib/base/limits.h"])
        self.shared = macros(shared)
        self.everything = "\n".join(self.files.values())

    def function(self, name):
        """(file, body) of a handler; None if it has none."""
        for file, source in self.files.items():
            m = re.search(r"^kf_err_t \*%s\([^)]*\)\s*\{" % name, source, re.M)
            if m:
                return file, braces(source, m.end() - 1)
        return None

    def keyed(self, act):
        """Whether an act is done once for each Idempotency-Key: an edit, or by a function beside the handler."""
        if act[0] != "CALL":
            return act[0] == "EDIT"
        handler = act[1]
        file, body = self.function(handler)
        source, seen, left = self.files[file], set(), [body]
        while left:
            body = left.pop()
            if re.search(r"\bkfm_(act|act_as|act_run|admin_edit)\(", body):
                return True
            for name in set(re.findall(r"\b(\w+)\(", body)) - seen:
                seen.add(name)
                m = re.search(r"^static [^;={]*?\b%s\([^)]*\)\s*\{" % name, source, re.M)
                left += [braces(source, m.end() - 1)] if m else []
        return False

    def array(self, name, *scopes):
        noun = re.search(r'\b%s\[\w+\] = \{\n#include "([^"]+)"' % name, (MODULE / "fields.c").read_text("utf-8"))
        if noun:
            source = text(MODULE / noun.group(1))
            rows = [split(braces(source, m.end() - 1)) for m in re.finditer(r"^FIELD\(", source, re.M)]
            return ["{%s}" % ", ".join([".name = \"%s\"" % row[0], ".type = KF_F_" + row[1], *row[2:]]) for row in rows]
        for scope in scopes:
            m = re.search(r"kf_field_t %s\[[^\]]*\] =\s*\{" % name, scope)
            if m:
                return split(braces(scope, m.end() - 1))
        return None

    def words(self, name, file):
        for source in (file, self.everything):
            m = re.search(r"char \*const %s\[\] = \{([^}]*)\}" % name, source)
            if m:
                return re.findall(r'"([^"]*)"', m.group(1))
        return []

    def read(self, rows, file):
        """{name: {type, required, nullable, min, max, words}} of a table's rows."""
        defined = {**self.shared, **macros(file)}
        fields = {}
        for row in [piece for one in rows for piece in split(expand(one, defined))]:
            m = re.match(r"(?:\[[^\]]*\]\s*=\s*)?\{(.*)\}$", row, re.S)
            cell = dict(c.lstrip(".").split("=", 1) for c in split(m.group(1)))
            cell = {k.strip(): v.strip() for k, v in cell.items()}
            one = {"type": TYPES.get(cell["type"][len("KF_F_"):], "string"), "required": cell.get("required") == "true",
                   "nullable": cell.get("nullable") == "true"}
            for bound in ("min", "max"):
                if bound in cell:
                    one[bound] = int(eval(expand(cell[bound], defined), {"__builtins__": {}}))  # numbers alone
            if "words" in cell:
                inline = re.match(r"WORDS\((.*)\)", cell["words"])
                one["words"] = [w.strip('"') for w in split(inline.group(1))] if inline else self.words(cell["words"], file)
            fields[cell["name"].strip('"')] = one
        return fields

    def named(self, name, file, body):
        """The fields behind a kfm_fields_t."""
        m = re.search(r"kfm_fields_t %s = (?:KFM_FIELDS\(|\{)(\w+)," % name, file) or \
            re.search(r"kfm_fields_t %s = (?:KFM_FIELDS\(|\{)(\w+)," % name, self.everything)
        array = m.group(1)
        home = file if re.search(r"kfm_fields_t %s =" % name, file) else next(
            s for s in self.files.values() if re.search(r"kfm_fields_t %s =" % name, s))
        return self.read(self.array(array, body, home), home)

    def table(self, kind, name):
        """(what stands in a table of a row, the file that it stands in)."""
        for source in self.files.values():
            m = re.search(r"kfm_%s_t %s = \{(.*?)\};" % (kind, name), source, re.S)
            if m:
                return m.group(1), source
        raise KeyError(name)

    def query(self, act):
        """The fields of a query as the tables say; None if it has no table."""
        if act[0] == "LIST":
            inner, source = self.table("list", act[1])
            return self.named(re.match(r"&(\w+)", inner).group(1), source, "")
        if act[0] != "CALL":
            return None
        file, body = self.function(act[1])
        m = re.search(r"kfm_admin_query\(&\w+, call, &(\w+)", body)
        return self.named(m.group(1), self.files[file], body) if m else None

    def body(self, act):
        """(fields, partial) of a body; None if no table can be read."""
        if act[0] == "EDIT":
            edit, source = self.table("edit", act[1])
            fields = re.search(r"\.fields = &(\w+)", edit)
            return (self.named(fields.group(1), source, "") if fields else {}), ".partial = true" in edit
        file, body = self.function(act[1])
        source = self.files[file]
        m = re.search(r"kfm_fields_read\(\w+, call, \w+, &(\w+), (\w+)\)", body)
        if m:
            return self.named(m.group(1), source, body), m.group(2) == "true"
        m = re.search(r"(?:kf_json_map\(\w+, \w+, |kfm_auth_body\(\w+, call, )(\w+),", body)
        if m:
            return self.read(self.array(m.group(1), body, source), source), False
        return None
