#!/usr/bin/python3
"""Every #include "..." goes down the layers, never up or across (see the direction below)."""
import re

from checklib import TOP, c_files, finish, name

# base <- {time, money, crypto, image} <- {text, json} <- {slot} <- {net, db}
#      <- {repo, pay, calendar} <- flow <- {the kit: page, job, handle} <- {the nouns} <- the module itself
LEVELS = [
    {"base"}, {"time", "money", "crypto", "image"}, {"text", "json"}, {"slot"}, {"net", "db"},
    {"repo", "pay", "calendar"}, {"flow"}, {"module"},
]
LEVEL = {room: n for n, rooms in enumerate(LEVELS) for room in rooms}
# Inside lib/flow and the module, from the ground up: each uses those before it, none those behind it. A file of
# the folder itself is a room of its own.
FLOW = ["cache", "flow", "provider", "admin", "peer", "work work_int work_look job", "figures", "hold", "mail", "payment", "calendar",
        "once", "booking", "waiting", "callback", "business", "person", "operator"]
KIT = ["fields", "log_bridge", "cfg", "metrics", "db_role", "db_pool", "limit_shm", "status_shm", "http", "flow_ctx", "tenant", "auth",
       "page", "job", "handle"]
NOUNS = ["calendar", "wizard", "visit", "waiting", "mail", "callback", "payment", "booking", "professional", "service", "link",
         "site", "business", "person", "figures", "audit", "operator"]
INSIDE = {what: {room: n for n, level in enumerate(levels) for room in level.split()}
          for what, levels in (("flow", FLOW), ("module", KIT + NOUNS))}
# Only the registration, the route table and the table of jobs may include everything.
EVERYTHING = {"lib/flow/work.c", "mod_konfirmado/mod_konfirmado.c", "mod_konfirmado/http/routes.c", "mod_konfirmado/handle/acts.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
HTTPD = re.compile(r"^(httpd|http_\w+|ap_\w+|util_\w+|mod_\w+|scoreboard|mpm_\w+|unixd|heartbeat)\.h$")
LIBPQ = re.compile(r"^(libpq-fe|libpq/.*|pg_config.*|postgresql/.*)\.?h?$")

problems = []
count = 0


def room_of(path):
    parts = name(path).split("/")
    if parts[0] == "lib":
        return parts[1]
    return "module"


def inner_room(parts):
    return parts[0].partition(".")[0]


def rooms_of(folder):
    return {inner_room([path.name]) for path in (TOP / folder).glob("[!.]*") if path.is_dir() or path.suffix in (".c", ".h")}


def check_rooms():
    """Every room is in the order, and every entry of the order is a room. (A build in the tree leaves .deps.)"""
    lib = {path.name for path in (TOP / "lib").glob("[!.]*") if path.is_dir()}
    module = rooms_of("mod_konfirmado") - {"mod_konfirmado", "konfirmadoctl", "ctl", "describe"}
    for what, rooms, known in (("lib", lib, set(LEVEL) - {"module"}), ("lib/flow", rooms_of("lib/flow"), set(INSIDE["flow"])),
                               ("mod_konfirmado", module, set(INSIDE["module"]))):
        problems.extend(f"{what}: the room {room} has no place in tests/check_layers.py" for room in sorted(rooms - known))
        problems.extend(f"{what}: tests/check_layers.py knows a room {room} that does not exist" for room in sorted(known - rooms))


def check_inside(what, path, where, target):
    mine = inner_room(name(path).split("/")[2 if what == "flow" else 1:])
    if name(path) not in EVERYTHING and INSIDE[what].get(target, 0) > INSIDE[what].get(mine, 0):
        problems.append(f"{where}: {mine} must not use {target} ({what})")


def check_lib(path, where, header, system):
    room = room_of(path)
    if HTTPD.match(header):
        problems.append(f"{where}: lib includes the httpd header {header}")
    if LIBPQ.match(header) and room not in {"db", "repo"}:
        problems.append(f"{where}: {header} outside lib/db and lib/repo")
    if system:
        return
    target = header.split("/")[0]
    if target not in LEVEL or "/" not in header:
        beside = (path.parent / header).exists() or (TOP / "lib" / header).exists()
        if not beside or "/" in header:
            problems.append(f"{where}: {header} is not below lib/ (write it from lib/ as root)")
        return
    if target == room == "flow":
        check_inside("flow", path, where, inner_room(header.split("/")[1:]))
    if target == room or LEVEL[target] < LEVEL[room]:
        return
    problems.append(f"{where}: {room} must not use {target} ({header})")


def check_module(path, where, header, system):
    mine = inner_room(name(path).split("/")[1:])
    if header == "mod_dbd.h" and name(path) != "mod_konfirmado/db_pool.c":
        problems.append(f"{where}: only mod_konfirmado/db_pool.c includes mod_dbd.h")
    if header == "apr_dbd.h" and name(path) != "mod_konfirmado/db_pool.c":
        problems.append(f"{where}: only mod_konfirmado/db_pool.c includes apr_dbd.h")
    if LIBPQ.match(header) and mine in {"handle", "job", "page", "http", "cfg", *NOUNS}:
        problems.append(f"{where}: {mine} includes {header}")
    if system or header.endswith(".def") or not (TOP / "mod_konfirmado" / header).exists():  # (any file may include tables)
        return
    check_inside("module", path, where, inner_room(header.split("/")))


check_rooms()
for source in c_files("lib", "mod_konfirmado"):
    text = source.read_text(encoding="utf-8")
    ctl = name(source).startswith(("mod_konfirmado/konfirmadoctl", "mod_konfirmado/ctl/", "mod_konfirmado/describe/"))
    for hit in INCLUDE.finditer(text):
        count += 1
        spot = f"{name(source)}:{text.count(chr(10), 0, hit.start()) + 1}"
        if name(source).startswith("lib/"):
            check_lib(source, spot, hit.group(2), hit.group(1) == "<")
        elif ctl:
            if HTTPD.match(hit.group(2)):
                problems.append(f"{spot}: a program includes the httpd header {hit.group(2)}")
        else:
            check_module(source, spot, hit.group(2), hit.group(1) == "<")

finish("layers", problems, count)
