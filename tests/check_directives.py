#!/usr/bin/python3
"""Every directive is in the table once and is documented in conf/konfirmado.conf, which documents no others."""
import re
import sys

from checklib import TOP, c_files, code, finish, name

FLOOR = 10  # fewer directives mean that the extraction is broken

header = TOP / "mod_konfirmado/cfg/directives.h"
conf = TOP / "conf/konfirmado.conf"
for needed in (header, conf):
    if not needed.exists():
        sys.exit(f"FAIL: {name(needed)} is missing")

named = dict(re.findall(r'^#define\s+(KFM_D_\w+)\s+"(\w+)"', header.read_text(encoding="utf-8"), re.M))
sources = "\n".join(code(p, keep_strings=True) for p in c_files("mod_konfirmado/cfg", suffixes=(".c",)))
tables = re.findall(r"\bcommand_rec\s+\w+\[\]\s*=\s*\{(.*?)\n\};", sources, re.S)
registered = re.findall(r'[({]\s*(KFM_D_\w+|"Konfirmado\w*")\s*,', "\n".join(tables))
rows = (TOP / "mod_konfirmado/cfg/directives.def").read_text(encoding="utf-8")
registered += ["KFM_D_" + row for row in re.findall(r"^(?:FLAG|NUMBER|TEXT)\((\w+),", rows, re.M)]
registered = [named.get(r, r.strip('"')) for r in registered]
# Providers declare theirs (base/setting.h).
for p in c_files("lib/pay", "lib/calendar", suffixes=(".c",)):
    registered += re.findall(r'\.directive = "(\w+)"', code(p, keep_strings=True))

# A line of the reference: a directive, set or commented out with one #.
documented = re.findall(r"^\s*#?(Konfirmado\w*)[ \t]+\S", conf.read_text(encoding="utf-8"), re.M)

problems = []
for directive in sorted(set(named.values()) - set(registered)):
    problems.append(f"{directive} has a name in directives.h but is not in the table")
for directive in sorted(set(registered)):
    if registered.count(directive) > 1:
        problems.append(f"{directive} is in the table {registered.count(directive)} times")
    if directive not in documented:
        problems.append(f"{directive} is not documented in conf/konfirmado.conf")
for directive in sorted(set(documented) - set(registered)):
    problems.append(f"conf/konfirmado.conf documents {directive}, which does not exist")
if len(registered) < FLOOR:
    problems.append(f"only {len(registered)} directives found in mod_konfirmado/cfg: the extraction is broken")
finish("directives", problems, len(registered))
