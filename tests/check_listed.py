#!/usr/bin/python3
"""Makefile.am lists every C source and every check script, in alphabetical order, and no missing file."""
import re
import sys

from checklib import TOP, c_files, finish, name

text = (TOP / "Makefile.am").read_text(encoding="utf-8")
LISTS = ["lib_sources", "mod_sources", "ctl_sources", "mod_konfirmado_describe_describe_SOURCES", "unit_sources", "fuzz_programs", "check_scripts"]
problems = []
listed = set()
for variable in LISTS:
    found = re.search(rf"^{variable} =((?:.*\\\n)*.*)", text, re.M)
    if not found:
        sys.exit(f"FAIL: Makefile.am has no {variable}")
    items = found.group(1).replace("\\\n", " ").split()
    if items != sorted(items):
        wrong = next(a for a, b in zip(items, sorted(items)) if a != b)
        problems.append(f"{variable} is not in alphabetical order near {wrong}")
    for item in {i for i in items if items.count(i) > 1}:
        problems.append(f"{item} is in {variable} twice")
    listed |= {f"{i}.c" if variable == "fuzz_programs" else i for i in items}
listed |= set(re.findall(r"^(?!nodist_)\w+_SOURCES = (\S+\.c)$", text, re.M))

there = {name(p) for p in c_files("lib", "mod_konfirmado", "tests/unit", "tests/fuzz", suffixes=(".c",))}
there |= {name(p) for p in (TOP / "tests").glob("check_*") if p.suffix in {".py", ".sh"}}
listed |= set(re.findall(r"tests/check_\w+\.(?:sh|py)", text))
for item in sorted(there - listed):
    problems.append(f"{item} is in no list of Makefile.am")
for item in sorted(listed - there):
    if (TOP / item).exists():
        continue
    problems.append(f"Makefile.am lists {item}, which does not exist")
finish("source lists", problems, len(there))
