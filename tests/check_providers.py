#!/usr/bin/python3
"""A provider is a folder: its name stands there, in its catalogues and in the registry, and nowhere else.

The names are those of the folders of lib/pay and lib/calendar.
"""
import re

from checklib import TOP, finish, name

PLACES = ["lib", "mod_konfirmado", "sql/functions", "htdocs"]
# Where a name may stand besides, and why.
ALLOWED = {
    # a customer adds the appointment to a calendar of their own, by a link: nobody's provider is asked
    "lib/text/calendar_link.c", "lib/text/calendar_link.h", "lib/text/mail/mail.h", "lib/text/mail/booking_links.c",
    "mod_konfirmado/visit/view.c", "htdocs/templates/visit/view.mustache", "htdocs/i18n/*/mail.json",
    # how a feed is entered in a calendar program
    "htdocs/templates/calendar/feed.mustache", "htdocs/i18n/*/calendar_feed.json",
    "htdocs/i18n/*/auth.json",  # an app that shows codes
    "htdocs/i18n/*/service.json", "htdocs/i18n/*/business.json",  # where a link to a map comes from
    "htdocs/templates/operator/callbacks_??.mustache",  # an example of a message, as it is sent
    "sql/functions/mail/mail_pass.sql",  # a domain of addresses
    "lib/README.md",  # why it is as it is
    "lib/base/metric.c", "lib/base/metric.h",  # stripes of counters
}

problems = []
registries = [TOP / "lib/pay/provider.c", TOP / "lib/calendar/provider.c"]
folders = sorted(p for registry in registries for p in registry.parent.iterdir() if p.is_dir() and not p.name.startswith("."))
words = {p.name: re.compile(p.name, re.I) for p in folders}
looked_at = 0


def own(path, folder):
    return folder in path.parents or path in registries or path.match(f"htdocs/i18n/*/{folder.name}.json")


def check_registered(folder):
    registry = folder.parent / "provider.c"
    if f'"{folder.parent.name}/{folder.name}/{folder.name}.h"' not in registry.read_text(encoding="utf-8"):
        problems.append(f"{name(folder)} has no row in {name(registry)}")
    for language in ("es", "en"):
        if not (TOP / f"htdocs/i18n/{language}/{folder.name}.json").exists():
            problems.append(f"{name(folder)} has no catalogue htdocs/i18n/{language}/{folder.name}.json")


for folder in folders:
    check_registered(folder)
for path in sorted(p for place in PLACES for p in (TOP / place).rglob("*") if p.is_file() and "/." not in name(p)):
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        continue
    looked_at += 1
    for folder in folders:
        if own(path, folder) or any(path.match(pattern) for pattern in ALLOWED):
            continue
        for hit in words[folder.name].finditer(text):
            line = text.count("\n", 0, hit.start()) + 1
            problems.append(f"{name(path)}:{line}: {hit.group(0)} is named outside {name(folder)}")

if len(folders) < 2:
    problems.append("fewer than two folders of providers: the check looks in the wrong place")
finish("providers", problems, looked_at)
