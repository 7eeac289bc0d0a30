#!/usr/bin/python3
"""Log ids: each KF number occurs at only one place in the sources."""
import re

from checklib import c_files, code, finish, line_of, name

# kf_log(LEVEL, 42, ...), any wrapper named *log* with a level and an id, and KFLOGNO(42).
USES = [
    re.compile(r"\bkf_log\s*\(\s*(?P<level>[^,;]+),\s*(?P<id>[^,;]+),"),
    re.compile(r"\bKFLOGNO\s*\(\s*(?P<id>[^)]*)\)"),
]
DEFINITION = re.compile(r"^\s*(void|#\s*define)\b")

places = {}
problems = []
count = 0
for source in c_files("lib", "mod_konfirmado"):
    text = code(source)
    lines = text.splitlines()
    for pattern in USES:
        for hit in pattern.finditer(text):
            line = line_of(text, hit.start())
            if DEFINITION.match(lines[line - 1]):
                continue
            count += 1
            number = hit.group("id").strip()
            spot = f"{name(source)}:{line}"
            # KFLOGNO pastes its argument, so leading zeros are text. In kf_log they would make it octal.
            digits = r"\d{5}" if "level" not in pattern.groupindex else r"[1-9]\d{0,4}"
            if not re.fullmatch(digits, number):
                problems.append(f"{spot}: the log id must be a literal number, not {number!r}")
                continue
            places.setdefault(int(number), []).append(spot)

for number, spots in sorted(places.items()):
    if len(spots) > 1:
        problems.append(f"KF{number:05d} is used at {' and '.join(spots)}")
finish("log ids", problems, count)
