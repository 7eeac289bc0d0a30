#!/usr/bin/python3
"""Files of at most 500 lines, functions of at most 60 lines and 6 parameters."""
import re
import sys

from checklib import TOP, c_files, finish, functions, name

FILE_LINES = 500
FUNCTION_LINES = 60
PARAMETERS = 6

problems = []
sources = c_files("lib", "mod_konfirmado", "tests/unit", "tests/fuzz")
others = [p for folder, pattern in [("sql", "*.sql"), ("htdocs", "*.js"), ("htdocs", "*.css"),
                                    ("tests", "*.py"), ("tests", "*.sh"), ("conf", "*.py")]
          for p in sorted((TOP / folder).rglob(pattern))]
others += [p for p in [TOP / "conf/demo", TOP / "tests/run"] if p.exists()]

for path in sources + others:
    lines = path.read_text(encoding="utf-8").count("\n")
    if lines > FILE_LINES:
        problems.append(f"{name(path)}: {lines} lines, at most {FILE_LINES} are allowed")


def parameters(signature):
    inner = signature.strip()[1:-1].strip()
    if inner in {"", "void"}:
        return 0
    # A comma inside the brackets of a function pointer separates no parameters of ours.
    while re.search(r"\([^()]*\)", inner):
        inner = re.sub(r"\([^()]*\)", "", inner)
    return inner.count(",") + 1


counted = 0
for path, function, first, last, signature in functions(sources):
    counted += 1
    if last - first + 1 > FUNCTION_LINES:
        problems.append(f"{name(path)}:{first}: {function} has {last - first + 1} lines, at most {FUNCTION_LINES} are allowed")
    if parameters(signature) > PARAMETERS:
        problems.append(f"{name(path)}:{first}: {function} takes {parameters(signature)} parameters, at most {PARAMETERS} are allowed")

if counted < len([s for s in sources if s.suffix == ".c"]):
    sys.exit(f"FAIL: sizes: ctags found only {counted} functions")
finish("sizes", problems, counted + len(sources) + len(others))
