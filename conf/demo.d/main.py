"""Konfirmado on this machine, complete and private: database, httpd, payment sandbox, a clinic.

  conf/demo [--port N] [--dir D] [--detach] [--json] [--directive 'Name value']...
  conf/demo stop  [--dir D]
  conf/demo clock [--dir D] +26h | -1h | +90s | reset | show

Started again on the folder of a stopped demo, it continues with that data.
"""
import argparse
import json
import os
import shlex
import re
import signal
import sys
import time

import builder
import connect
import seed
import shift
from cluster import Cluster
from say import Refused, progress
from server import Sandbox, Server, free_port, taken
from state import State

LINKS = ("mail_inbox_url", "smtp", "base_url", "tenant_url", "booking_url", "booking_url_free", "booking_url_expired", "link",
         "dashboard_url", "owner_email", "owner_password",
         "merchant_inbox_url", "wompi_url", "sandbox_url", "wompi", "google_calendar_url", "google_control_url",
         "calendar_professional", "calendar_account", "hook_url", "callback_secret", "database_owner",
         "database_app", "error_log", "access_log", "tenant_id", "pid", "clock_file", "dir")


def parser():
    main = argparse.ArgumentParser(prog="conf/demo", description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    main.add_argument("command", nargs="?", default="start", choices=("start", "stop", "clock"), metavar="COMMAND",
                      help="start (default), stop or clock")
    main.add_argument("shift", nargs="?", help="clock: +26h, -1h, +90s, +1d2h (added to the current shift), reset, show")
    main.add_argument("--dir", metavar="D", help="folder of the demo (default: /tmp/konfirmado-demo-PORT)")
    main.add_argument("--port", type=int, default=None, metavar="N", help="port of httpd (default 8080, or the previous port of a stopped demo)")
    main.add_argument("--detach", action="store_true", help="run in the background; `conf/demo stop` stops it")
    main.add_argument("--json", action="store_true", help="one JSON object with links, keys and files on stdout")
    main.add_argument("--directive", action="append", default=[], metavar="'NAME VALUE'",
                      help="replace a directive of httpd's configuration (repeatable), for this start")
    main.add_argument("--postgres", action="append", default=[], metavar="'NAME = VALUE'",
                      help="add a setting of PostgreSQL at the first start (repeatable)")
    main.add_argument("--no-calendar", action="store_true",
                      help="do not connect a professional to a calendar of the sandbox at the first start")
    main.add_argument("--mpm", choices=("event", "worker", "prefork"), default="event", help="httpd's process model")
    main.add_argument("--build-dir", metavar="B", default=os.path.join(builder.TOP, "build"),
                      help="where to build (default: build/ of the sources)")
    main.epilog = ("environment: KF_BUILD_DIR names a finished build, which is then used as it is; KF_HTTPD_PRELOAD is "
                   "LD_PRELOAD for httpd alone; KF_ASAN=1 says that the build has the sanitizers, KF_MAKE_DIR names "
                   "one without them, whose konfirmadoctl makes the clinic; KF_DEMO_PREPARED names the data folder of a "
                   "stopped PostgreSQL with the schema of this tree, which a first start copies; KF_DEMO_CONNECT_TIMEOUT is how "
                   "many seconds httpd waits for a connection to it. Progress goes to stderr; "
                   "the demo listens on loopback only.")
    return main


def arguments(words):
    # "-1h" is a shift, not an option.
    words = ["@" + word if re.fullmatch(r"-\d\w*", word) else word for word in words]
    args = parser().parse_intermixed_args(words)
    args.shift = args.shift.lstrip("@") if args.shift else None
    if args.command == "clock" and not args.shift:
        raise Refused("clock takes +26h, -1h, +90s, reset or show")
    if args.command != "clock" and args.shift:
        raise Refused("%r is not understood: see conf/demo --help" % args.shift)
    if args.port is not None and not 1 <= args.port <= 65535:
        raise Refused("--port must be a number from 1 to 65535")
    args.dir = args.dir or "/tmp/konfirmado-demo-%d" % (args.port or 8080)
    return args


# --- start ---

def take_ports(data, wanted):
    """The requested port, or the one of the last start. The sandbox gets the next free one."""
    port = wanted or data.get("port") or 8080
    if taken(port):
        raise Refused("port %d is in use: give another one with --port" % port)
    sandbox = data.get("sandbox_port")
    if sandbox and data.get("seeded") and taken(sandbox):
        raise Refused("port %d of the sandbox of this demo is in use: stop the program that listens there" % sandbox)
    if data.get("seeded") and data.get("port") != port:
        raise Refused("the links of this demo contain port %d: start it there, or make a new demo in another --dir" % data["port"])
    data["port"] = port
    data["sandbox_port"] = sandbox or free_port(port)
    # The mail port need not be stable: the last one is used if it is still free.
    if not data.get("smtp_port") or taken(data["smtp_port"]):
        data["smtp_port"] = free_port(port + 1, data["sandbox_port"])
    data["base_url"] = "http://localhost:%d" % port
    data["tenant_url"] = "http://%s.localhost:%d" % (seed.TENANT, port)
    data["dashboard_url"] = data["base_url"] + "/dashboard"


def prepare_database(state, program, settings):
    """The cluster with its schema; the remains of a broken first start are recreated."""
    cluster = Cluster(state)
    first = not state.data.get("seeded")
    if first:
        state.forget_data()
        cluster.make(settings)
    progress("starting PostgreSQL")
    cluster.start()
    cluster.create_database()
    progress("migrating")
    ctl = seed.Command(state, cluster, program)
    keys = state.path("keys", "konfirmado.keys")
    if not os.path.exists(keys):
        state.folder("keys", mode=0o700)
        ctl("keys", "generate", "--file", keys)
    if not (first and cluster.prepared):
        ctl.migrate()
    shift.apply(state, cluster, shift.read(state))
    return cluster


def bring_up(state, args, folder):
    module, program, built = builder.products(folder)
    take_ports(state.data, args.port)
    state.folder("run")
    server = Server(state)
    cluster = prepare_database(state, program, args.postgres)
    server.install(module, built)
    if not state.data.get("seeded"):
        seed.seed(state, cluster, program)
    if not state.data.get("owner_email"):
        seed.make_owner(state, cluster, program)
    connect.register(state)
    server.configure(cluster, args.mpm, args.directive)
    server.check()
    progress("starting the sandbox on port %d" % state.data["sandbox_port"])
    Sandbox(state).start()
    seed.tell_sandbox(state.data)
    progress("starting httpd on port %d" % state.data["port"])
    server.start()
    if not args.no_calendar:
        connect.connect(state, cluster, program)
    describe(state, cluster, server)


def describe(state, cluster, server):
    data = state.data
    sandbox = Sandbox(state).url
    data.update(google_calendar_url=connect.page(state, sandbox), google_control_url=sandbox + "/_control/google",
                calendar_professional=data.get("calendar_professional"),
                calendar_account=data.get("calendar_account"))
    data.update(mail_inbox_url=sandbox + "/mail/", smtp="smtp://127.0.0.1:%d" % data["smtp_port"],
                merchant_inbox_url=sandbox + "/merchant/", wompi_url=sandbox + "/wompi", sandbox_url=sandbox,
                database_owner=cluster.conninfo("owner"), database_app=cluster.conninfo("app"),
                error_log=server.error_log, access_log=server.access_log, clock_file=state.path("clock"),
                pid=state.alive("httpd"), dir=state.dir)
    state.save()


def shut_down(state):
    """Stops everything that runs, in an order that loses nothing."""
    if state.alive("httpd"):
        progress("stopping httpd")
    for name in ("httpd", "sandbox"):
        state.end(name)
    if state.alive("postgres"):
        progress("stopping PostgreSQL")
        Cluster(state).stop()
    state.data["processes"] = {}
    state.save()
    reports = Server(state).reported()
    if reports:
        raise Refused("the sanitizers reported faults:\n%s" % reports)


def tell(state, as_json):
    data = state.data
    if as_json:
        print(json.dumps({name: data[name] for name in LINKS}, ensure_ascii=False), flush=True)
        return
    print("""
Clínica Aurora is open.

  Book             %(booking_url)s
  Book, free       %(booking_url_free)s
  An expired link  %(booking_url_expired)s
  Dashboard        %(dashboard_url)s
                   %(owner_email)s, password %(owner_password)s
  Your own clinic  %(dashboard_url)s/register (its mails arrive below)
  Merchant's inbox %(merchant_inbox_url)s
  Mails            %(mail_inbox_url)s

%(calendar)s  Error log        %(error_log)s
  Move the clock   conf/demo clock --dir %(dir)s +26h
  Stop             conf/demo stop --dir %(dir)s
""" % dict(data, dir=shlex.quote(data["dir"]), calendar=connect.words(data)), flush=True)


def wait(state):
    """Waits until Ctrl-C, or until a process ends by itself."""
    wanted = {"stop": False}

    def leave(*_):
        wanted["stop"] = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    progress("running; Ctrl-C stops it")
    while not wanted["stop"]:
        time.sleep(0.5)
        gone = {"postgres", "sandbox", "httpd"} - set(state.running())
        if gone:
            # `conf/demo stop` from elsewhere has emptied the list of processes.
            state.load()
            if not state.data["processes"]:
                progress("stopped by another conf/demo")
                return 0
            print("conf/demo: %s ended unexpectedly, see %s" % (", ".join(sorted(gone)), state.path("log")),
                  file=sys.stderr)
            return 1
    return 0


def interrupt(*_):
    raise KeyboardInterrupt


def start(args):
    os.umask(0o022)
    # If it is ended during the start, it stops what it started.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    state = State(args.dir)
    if state.load() and state.running():
        raise Refused("a demo runs in %s: conf/demo stop --dir %s" % (state.dir, state.dir))
    if taken(args.port or state.data.get("port") or 8080):
        take_ports(dict(state.data), args.port)
    folder = os.environ.get("KF_BUILD_DIR")
    if not folder:
        builder.install()
        folder = builder.build(os.path.abspath(args.build_dir))
    with state.locked():
        if not state.load():
            state.create()
        if state.running():
            raise Refused("a demo runs in %s: conf/demo stop --dir %s" % (state.dir, state.dir))
        try:
            bring_up(state, args, os.path.abspath(folder))
        except BaseException:
            shut_down(state)
            raise
    tell(state, args.json)
    if args.detach:
        return 0
    status = wait(state)
    with state.locked():
        shut_down(state)
    return status


def stop(args):
    state = State(args.dir)
    if not state.load():
        raise Refused("there is no demo in %s" % state.dir)
    with state.locked():
        state.load()
        if not state.running():
            progress("no demo runs in %s" % state.dir)
        shut_down(state)
    return 0


def clock(args):
    state = State(args.dir)
    if not state.load():
        raise Refused("there is no demo in %s" % state.dir)
    if args.shift != "show":
        if not state.alive("postgres"):
            raise Refused("no demo runs in %s: the clock is in its database" % state.dir)
        seconds = 0 if args.shift == "reset" else shift.read(state) + shift.parse(args.shift)
        shift.apply(state, Cluster(state), seconds)
    now = shift.describe(state)
    print(json.dumps(now) if args.json else "%(now)s (shifted by %(offset_seconds)d s)" % now)
    return 0


def main():
    # Without a terminal the links must still be readable.
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        args = arguments(sys.argv[1:])
        return {"start": start, "stop": stop, "clock": clock}[args.command](args)
    except Refused as error:
        print("conf/demo: %s" % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("conf/demo: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
