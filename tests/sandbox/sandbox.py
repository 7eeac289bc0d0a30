#!/usr/bin/python3
"""Stand-in for the payment providers Wompi and Stripe, for Google's sign-in and calendars, for a merchant's
system, a mail server and Resend, in one process.

  /wompi/p/          hosted checkout (GET shows it, POST pays)
  /wompi/v1/...      API, for test and production keys alike
  /stripe/...        API and hosted checkout (stripe.py)
  /merchant/         inbox of callbacks received; /merchant/inbox.json[?name=]
  /merchant/callback[/NAME]   receiver that verifies both signatures
  /merchant/return[/NAME]     page customers come back to (Accept: application/json for the verdict)
  /mail/             mails received over SMTP (--smtp-port) and by the API; /mail/inbox.json[?to=][&subject=],
                     /mail/N/raw, /mail/N/part/K
  /resend/emails     Resend's API for mails
  /google/o/oauth2/v2/auth, /google/token, /google/revoke, /google/oauth2/v3/userinfo
  /google/calendar/v3/...     Calendar API
  /google/calendar/  a week of an account's calendars, add and delete events
  /_control/...      accounts, scripted cases, fault modes (control.py, google_control.py, resend_api.py)

Prints `ready PORT` (with --smtp-port `ready PORT SMTP-PORT`) once it listens. State is kept in memory and in DIR/journal.jsonl, which is
read back at the next start; DIR/sandbox.log has one line per request. SIGTERM ends it at once.
Time is real time plus the integer seconds in the clock file, read again at each use.
"""

import argparse
import os
import signal
import threading
import time
import types

import control
import faults
import google_api
import mailbox
import merchant
import resend_api
import schedule
import stripe
import wompi_api
import wompi_checkout
import wompi_events
import wompi_state
from clock import Clock
from journal import Journal
from pages import mail as pages_mail
from web import Handler, Response, Server, html_response, json_response, redirect


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--dir", required=True, help="folder for the journal and the log")
    parser.add_argument("--clock-file", required=True, help="integer seconds; missing = 0")
    parser.add_argument("--time-scale", type=float, default=1.0,
                        help="divides the delays of event retries")
    parser.add_argument("--base-url", help="how browsers reach the sandbox")
    parser.add_argument("--finish-delay", type=float, default=0.3,
                        help="real seconds from PENDING to the outcome")
    parser.add_argument("--event-timeout", type=float, default=10.0,
                        help="real seconds to wait for the answer to an event")
    parser.add_argument("--smtp-port", type=int, help="takes mails there; 0 takes a free one")
    parser.add_argument("--smtp-cert", help="PEM file with certificate and key: offers STARTTLS")
    parser.add_argument("--smtp-user", help="NAME:PASSWORD, wanted from who sends")
    parser.add_argument("--insecure-push", action="store_true",
                        help="calendar notifications may go to plain http")
    args = parser.parse_args()
    if args.time_scale <= 0 or args.finish_delay < 0:
        parser.error("--time-scale must be above 0, --finish-delay not below")
    return args


class Sandbox:
    """All parts, wired. The server calls `route`."""

    def __init__(self, args, server):
        os.makedirs(args.dir, exist_ok=True)
        self.lock = threading.Lock()
        self.logfile = open(os.path.join(args.dir, "sandbox.log"), "a", encoding="utf-8")
        base_url = args.base_url or "http://localhost:%d" % server.server_address[1]
        parts = types.SimpleNamespace()
        parts.clock = Clock(args.clock_file)
        parts.journal = Journal(os.path.join(args.dir, "journal.jsonl"))
        parts.scheduler = schedule.Scheduler(parts.clock, self.log)
        parts.time_scale = args.time_scale
        parts.faults = faults.Faults()
        parts.state = wompi_state.State(parts.clock, parts.journal)
        parts.events = wompi_events.Events(parts.state, parts.scheduler, parts.faults,
                                           parts.journal, args.time_scale, args.event_timeout)
        parts.checkout = wompi_checkout.Checkout(parts.state, parts.events, parts.scheduler,
                                                 args.finish_delay, base_url.rstrip("/"))
        parts.merchants = merchant.Merchants(parts.clock, parts.journal)
        parts.mailbox = mailbox.Mailbox(parts.clock, parts.journal)
        parts.resend = resend_api.Resend(parts.clock, parts.journal, parts.mailbox)
        parts.stripe = stripe.Stripe(parts.clock, parts.journal, parts.scheduler, args, base_url.rstrip("/"))
        parts.google = google_api.Google(parts, base_url.rstrip("/"), args.insecure_push)
        self.api = wompi_api.Api(parts.state, parts.events, parts.faults, base_url.rstrip("/"))
        self.parts = parts
        self.replay()
        self.control = control.Control(parts)

    def replay(self):
        for kind, value in self.parts.journal.read():
            self.parts.state.replay(kind, value)
            self.parts.events.replay(kind, value)
            self.parts.merchants.replay(kind, value)
            self.parts.mailbox.replay(kind, value)
            self.parts.resend.replay(kind, value)
            self.parts.stripe.replay(kind, value)
            self.parts.google.replay(kind, value)
        self.parts.events.resume()
        self.parts.checkout.resume()

    def log(self, text):
        with self.lock:
            self.logfile.write("%s %s\n" % (time.strftime("%FT%TZ", time.gmtime()), text))
            self.logfile.flush()

    def mail(self, request, path):
        """`path` is the part after /mail."""
        steps = path.strip("/").split("/")
        box = self.parts.mailbox
        if request.method != "GET" or len(steps) > 3:
            return None
        if steps == ["inbox.json"]:
            return json_response(box.rows(request.query()))
        if steps == [""]:
            return html_response(pages_mail.inbox(box.rows(request.query())[:200]))
        entry = box.find(steps[0])
        if entry is None:
            return None
        if steps[1:] and steps[1:] != ["html"]:
            return pages_mail.bytes_of(entry, steps[1:])
        if steps[1:]:
            return html_response(pages_mail.framed(entry), 200, {"Content-Security-Policy": pages_mail.FRAME_POLICY})
        return html_response(pages_mail.mail(entry))

    def route(self, request):
        path = request.path
        response = None
        if path == "/":
            response = redirect("/merchant/")
        elif path == "/health":
            response = json_response({"status": "ok"})
        elif path in ("/wompi/p/", "/wompi/p") and request.method in ("GET", "POST"):
            response = self.parts.checkout.route(request)
        elif path.startswith("/wompi/t/") and request.method == "GET":
            response = self.parts.checkout.result(path[len("/wompi/t/"):])
        elif path.startswith("/wompi/v1/"):
            response = self.api.route(request, path[len("/wompi/v1"):])
        elif path.startswith("/stripe/"):
            response = self.parts.stripe.route(request, path[len("/stripe"):])
        elif path.startswith("/google/"):
            response = self.parts.google.route(request, path[len("/google"):])
        elif path.startswith("/resend/"):
            response = self.parts.resend.route(request, path[len("/resend"):])
        elif path.startswith("/_control/"):
            response = self.control.route(request, path[len("/_control"):])
        elif path == "/merchant" or path.startswith("/merchant/"):
            response = self.parts.merchants.route(request, path[len("/merchant"):])
        elif path == "/mail" or path.startswith("/mail/"):
            response = self.mail(request, path[len("/mail"):])
        return response or Response(404, "not here\n", "text/plain")


def main():
    args = arguments()
    server = Server((args.bind, args.port), Handler)
    sandbox = Sandbox(args, server)
    server.route = sandbox.route
    server.log = sandbox.log
    # Worker threads must not delay the exit; every journal line is already written.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    words = [server.server_address[1]]
    if args.smtp_port is not None:
        words.append(mailbox.Listener(sandbox.parts.mailbox, args.bind, args.smtp_port, args.smtp_cert,
                                      args.smtp_user).address[1])
    print("ready", *words, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
