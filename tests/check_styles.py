#!/usr/bin/python3
"""A design token is declared once, in tokens.css, which is prepended to the built stylesheets; undeclared tokens are
not used."""
import os
import pathlib
import re

from checklib import TOP, finish, line_of, name

DECLARED = re.compile(r"(--[\w-]+):\s*([^;}]+)")
USED = re.compile(r"var\((--[\w-]+)(\s*,)?")
PAGES = ("auth", "dashboard", "wizard")

DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\n(.*?)\n\}", re.S)


def declared(text):
    """(token, value, whether for dark mode) and place of each declaration."""
    spans = [hit.span() for hit in DARK.finditer(text)]
    for hit in DECLARED.finditer(text):
        yield (*hit.groups(), any(a <= hit.start() < b for a, b in spans)), hit.start()


def bare(text):
    return re.sub(r"/\*.*?\*/|\s", "", text, flags=re.S)


styles, assets = TOP / "htdocs/styles", TOP / "htdocs/assets/css"
built = pathlib.Path(os.environ.get("KF_BUILD_DIR") or TOP) / "htdocs/assets/css"
tokens = (styles / "tokens.css").read_text(encoding="utf-8")
said = {one for one, _ in declared(tokens)}
names = {token for token, _, _ in said}
sources = sorted(styles.glob("*.css")) + sorted(p for p in assets.glob("*.css") if p.stem not in PAGES)
problems = []

for path in sources:
    text = path.read_text(encoding="utf-8")
    own = {one[0] for one, _ in declared(text)}
    for one, at in declared(text):
        if path.name != "tokens.css" and one in said:
            problems.append(f"{name(path)}:{line_of(text, at)}: {one[0]} is already in tokens.css")
    for hit in USED.finditer(text):
        # a token with a fallback may be set elsewhere
        if not hit.group(2) and hit.group(1) not in names | own:
            problems.append(f"{name(path)}:{line_of(text, hit.start())}: {hit.group(1)} is not declared")

for page in PAGES:
    own = (styles / (page + ".css")).read_text(encoding="utf-8")
    if bare((built / (page + ".css")).read_text(encoding="utf-8")) != bare(tokens + own):
        problems.append(f"{page}.css: the built file is not tokens.css followed by {page}.css")

finish("styles", problems, len(sources) + len(names))
