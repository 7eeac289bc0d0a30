"""Shared by the check scripts: the project's C sources, without comments and strings."""
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(os.environ.get("KF_SRCDIR") or pathlib.Path(__file__).resolve().parent.parent)

_TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def c_files(*folders, suffixes=(".c", ".h")):
    """Sources under the folders, sorted. If there are none, the check looks in the wrong place."""
    found = sorted(p for folder in folders for p in (TOP / folder).rglob("*") if p.suffix in suffixes)
    if not found:
        sys.exit(f"FAIL: no C source under {', '.join(folders)}")
    return found


def name(path):
    return str(path.relative_to(TOP))


def _blank(match, keep_strings):
    text = match.group(0)
    if keep_strings and text[0] in "\"'":
        return text
    lines = "\n" * text.count("\n")
    return (text[0] + lines + text[0]) if text[0] in "\"'" else lines or " "


def code(path, keep_strings=False):
    """The text without comments (and, unless kept, without the contents of strings); line numbers stay."""
    return _TOKENS.sub(lambda m: _blank(m, keep_strings), path.read_text(encoding="utf-8"))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def functions(paths):
    """(path, name, first line, last line, signature) of every function, by universal-ctags."""
    command = ["ctags", "--languages=C,C++", "--langmap=C:+.h", "--kinds-C=f", "--fields=+neS", "-o", "-", "-L", "-"]
    try:
        run = subprocess.run(command, input="\n".join(map(str, paths)), text=True, check=True,
                             capture_output=True)
    except FileNotFoundError:
        sys.exit("FAIL: ctags is missing: install the Debian package universal-ctags")
    for row in run.stdout.splitlines():
        if row.startswith("!"):
            continue
        fields = row.split("\t")
        extra = dict(f.split(":", 1) for f in fields[4:] if ":" in f)
        yield (pathlib.Path(fields[1]), fields[0], int(extra["line"]),
               int(extra.get("end", extra["line"])), extra.get("signature", ""))


def finish(what, problems, looked_at):
    """Prints the problems and exits. A check that inspected nothing has failed."""
    for problem in problems:
        print(f"FAIL: {problem}")
    if not looked_at:
        sys.exit(f"FAIL: {what}: found nothing to check")
    print(f"{what}: {looked_at} checked, {len(problems)} wrong")
    sys.exit(1 if problems else 0)
