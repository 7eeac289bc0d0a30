"""A mail server that keeps what it gets, and spoils what it is told to.

POST /_control/smtp sets the mode; each stays until the next one, or for `count` mails:
  ok         take every mail
  refuse     nobody listens: connections are refused
  door       554 instead of a greeting
  451, 550   so is the recipient answered
  554        so is the mail answered when it has come
  hang       no word after the greeting
  drip       replies byte by byte, 20 a second
  lose       the mail is kept, and the connection ends before the answer says so
With a certificate (--smtp-cert) it speaks STARTTLS, with --smtp-user NAME:PASSWORD it wants AUTH.
"""

import base64
import email
import email.policy
import json
import re
import socket
import ssl
import struct
import threading
import time

from clock import iso
from web import Refusal

MODES = ("ok", "refuse", "door", "451", "550", "554", "hang", "drip", "lose")
MAIL_CAP = 4 * 1024 * 1024
LINE_CAP = 2048
IDLE_S = 60


def part_of(kind, name, data, inside):
    """The attachments of a mail, with their bytes. `inside`: their place in the MIME tree."""
    return {"type": kind, "name": name, "size": len(data), "inside": inside, "base64": base64.b64encode(data).decode()}


def read_mail(raw):
    """What a mail program makes of the bytes: headers in order, the texts, and what else there is."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    texts = {"text/plain": None, "text/html": None}
    attachments = []

    def look(part, inside):
        kind = part.get_content_type()
        if part.is_multipart():
            for one in part.iter_parts():
                look(one, kind)
        elif kind in texts and texts[kind] is None and part.get_content_disposition() != "attachment":
            texts[kind] = part.get_content().replace("\r\n", "\n")
        else:
            attachments.append(part_of(re.sub(r"\s+", " ", str(part["Content-Type"])), part.get_filename(),
                                       part.get_payload(decode=True) or b"", inside))
    look(message, None)
    return {"headers": [[name, str(value)] for name, value in message.items()],
            "subject": str(message["Subject"] or ""), "from": str(message["From"] or ""),
            "to": str(message["To"] or ""), "message_id": str(message["Message-ID"] or ""),
            "text": texts["text/plain"], "html": texts["text/html"], "attachments": attachments,
            "defects": [type(one).__name__ for one in message.defects], "via": "smtp"}


def read_json(to, body, mail):
    """The same for a mail received as JSON (resend_api.py)."""
    headers = [["From", body["from"]], ["To", ", ".join(to)], ["Subject", body["subject"]]]
    headers += [["Reply-To", body["reply_to"]]] if body.get("reply_to") else []
    headers += [[name, value] for name, value in body.get("headers", {}).items()]
    parts = [part_of(one.get("content_type", "application/octet-stream"), one["filename"], base64.b64decode(one.get("content", "")),
                     "attachments") for one in body.get("attachments", [])]
    return {"headers": headers, "subject": body["subject"], "from": body["from"], "to": ", ".join(to),
            "message_id": body.get("headers", {}).get("Message-ID", ""), "text": body.get("text"), "html": body.get("html"),
            "attachments": parts, "defects": [], "via": "resend", "resend_id": mail}


class Mailbox:
    """The mails of one sandbox."""

    def __init__(self, clock, journal):
        self.clock = clock
        self.journal = journal
        self.lock = threading.Lock()
        self.mails = []
        self.mode = {"mode": "ok", "count": None}
        self.connections = 0
        self.server = None

    def replay(self, kind, value):
        if kind == "mail":
            self.mails.append(value)
        elif kind == "reset":
            self.clear()

    def clear(self):
        with self.lock:
            self.mails.clear()
        self.set({"mode": "ok"})

    def set(self, body):
        mode, count = str(body.get("mode", "ok")), body.get("count")
        if mode not in MODES or set(body) - {"mode", "count"} or not (count is None or type(count) is int and count > 0):
            raise Refusal(422, {"error": "mode is one of %s, count a number" % ", ".join(MODES)})
        with self.lock:
            self.mode = {"mode": mode, "count": count}
        if self.server:
            self.server.listen(mode != "refuse")
        return self.state()

    def state(self):
        return dict(self.mode, connections=self.connections, mails=len(self.mails))

    def take_mode(self):
        """The mode of one connection."""
        with self.lock:
            self.connections += 1
            mode = self.mode["mode"]
            if mode != "ok" and self.mode["count"] is not None:
                self.mode["count"] -= 1
                if self.mode["count"] == 0:
                    self.mode = {"mode": "ok", "count": None}
            return mode

    def keep(self, envelope, raw):
        entry = dict(envelope, received_at=iso(self.clock.now()), raw=raw.decode("utf-8", "surrogateescape"))
        entry["raw"] = entry["raw"].encode("utf-8", "replace").decode("utf-8")
        entry.update(read_mail(raw))
        return self.add(entry)

    def keep_json(self, to, body, mail):
        entry = {"mail_from": body["from"], "rcpt": to, "commands": [], "received_at": iso(self.clock.now()),
                 "raw": json.dumps(body, ensure_ascii=False, indent=1)}
        entry.update(read_json(to, body, mail))
        return self.add(entry)

    def add(self, entry):
        with self.lock:
            entry["number"] = len(self.mails) + 1
            self.mails.append(entry)
        self.journal.write("mail", entry)
        return entry["number"]

    def rows(self, query):
        """Newest first; `to` and `subject` filter the list."""
        with self.lock:
            rows = list(self.mails)
        if "to" in query:
            rows = [one for one in rows if query["to"] in one["rcpt"]]
        if "subject" in query:
            rows = [one for one in rows if query["subject"] in one["subject"]]
        return rows[::-1]

    def find(self, number):
        with self.lock:
            if re.fullmatch("[0-9]{1,9}", number) and 0 < int(number) <= len(self.mails):
                return self.mails[int(number) - 1]
        return None


class Listener:
    """The socket and its threads."""

    def __init__(self, mailbox, bind, port, cert=None, user=None):
        self.mailbox = mailbox
        self.address = (bind, port)
        self.user = user
        self.context = None
        if cert:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(cert)
        self.lock = threading.Lock()
        self.socket = None
        self.listen(True)
        self.address = self.socket.getsockname()[:2]
        mailbox.server = self

    def listen(self, wanted):
        with self.lock:
            if wanted and self.socket is None:
                self.socket = socket.create_server(self.address, backlog=128)
                threading.Thread(target=self.accept, args=(self.socket,), daemon=True).start()
            elif not wanted and self.socket is not None:
                # shutdown wakes the thread that waits in accept
                self.socket.shutdown(socket.SHUT_RDWR)
                self.socket.close()
                self.socket = None

    def accept(self, listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=Dialogue(self, connection).run, daemon=True).start()


class Dialogue:
    """One connection: RFC 5321 as far as a sending client needs it."""

    def __init__(self, listener, connection):
        self.listener = listener
        self.mailbox = listener.mailbox
        self.connection = connection
        self.mode = self.mailbox.take_mode()
        self.file = None
        self.tls = False
        self.auth = None
        self.begin()

    def begin(self):
        self.envelope = {"mail_from": None, "rcpt": [], "commands": []}

    def run(self):
        try:
            self.connection.settimeout(IDLE_S)
            self.file = self.connection.makefile("rb")
            if self.mode == "door":
                self.say("554 nobody at home")
            else:
                self.say("220 buzon.localhost ESMTP")
                while self.step():
                    pass
        except (OSError, ValueError):
            pass
        finally:
            self.connection.close()

    def say(self, *lines):
        text = "".join("%s%s%s\r\n" % (line[:3], " " if one == len(lines) - 1 else "-", line[4:])
                       for one, line in enumerate(lines)).encode()
        if self.mode != "drip":
            self.connection.sendall(text)
            return
        for position in range(len(text)):
            self.connection.sendall(text[position:position + 1])
            time.sleep(0.05)

    def line(self):
        line = self.file.readline(LINE_CAP)
        if not line.endswith(b"\n"):
            raise ValueError("the client is gone, or its line is too long")
        return line

    def step(self):
        line = self.line().decode("utf-8", "replace").rstrip("\r\n")
        verb = line.split(" ", 1)[0].upper()
        if self.mode == "hang":
            while self.mailbox.mode["mode"] == "hang":
                time.sleep(0.1)
            return False
        self.envelope["commands"].append("AUTH ***" if verb == "AUTH" else line)
        action = getattr(self, "do_" + verb.lower(), None) if re.fullmatch("[A-Z]{4,8}", verb) else None
        if action is None:
            self.say("502 not known here")
            return True
        return action(line[len(verb) + 1:])

    def do_ehlo(self, _):
        words = ["250 buzon.localhost", "250 8BITMIME", "250 SIZE %d" % MAIL_CAP]
        if self.listener.context and not self.tls:
            words.append("250 STARTTLS")
        if self.listener.user:
            words.append("250 AUTH PLAIN")
        self.say(*words)
        return True

    def do_helo(self, _):
        self.say("250 buzon.localhost")
        return True

    def do_starttls(self, _):
        if not self.listener.context or self.tls:
            self.say("503 not now")
            return True
        self.say("220 go ahead")
        self.connection = self.listener.context.wrap_socket(self.connection, server_side=True)
        self.file = self.connection.makefile("rb")
        self.tls = True
        self.begin()
        return True

    def do_auth(self, words):
        kind, _, first = words.partition(" ")
        if kind.upper() != "PLAIN":
            self.say("504 PLAIN only")
            return True
        if not first:
            self.say("334 ")
            first = self.line().decode("ascii", "replace").strip()
        try:
            _, name, password = base64.b64decode(first).decode().split("\0")
        except ValueError:
            self.say("501 not understood")
            return True
        if "%s:%s" % (name, password) != self.listener.user:
            self.say("535 wrong name or password")
            return True
        self.auth = name
        self.say("235 welcome")
        return True

    def do_mail(self, words):
        if self.listener.user and not self.auth:
            self.say("530 sign in first")
            return True
        self.envelope["mail_from"] = self.address(words)
        self.say("250 fine")
        return True

    @staticmethod
    def address(words):
        found = re.search(r"<([^>]*)>", words)
        return found.group(1) if found else words

    def do_rcpt(self, words):
        if self.mode in ("451", "550"):
            self.say({"451": "451 come back later", "550": "550 nobody of that name"}[self.mode])
            return True
        self.envelope["rcpt"].append(self.address(words))
        self.say("250 fine")
        return True

    def do_data(self, _):
        if not self.envelope["rcpt"]:
            self.say("503 for whom?")
            return True
        self.say("354 end with a dot")
        raw = self.body()
        if self.mode == "554":
            self.say("554 not this one")
            return True
        number = self.mailbox.keep(dict(self.envelope, tls=self.tls, auth=self.auth), raw)
        if self.mode == "lose":
            # a reset, so that the client cannot take the end for an answer
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        self.say("250 kept as %d" % number)
        self.begin()
        return True

    def body(self):
        lines, size = [], 0
        while True:
            line = self.file.readline(MAIL_CAP)
            if not line.endswith(b"\n"):
                raise ValueError("cut off")
            if line == b".\r\n":
                return b"".join(lines)
            size += len(line)
            if size > MAIL_CAP:
                raise ValueError("too large")
            lines.append(line[1:] if line.startswith(b".") else line)

    def do_rset(self, _):
        self.begin()
        self.say("250 fine")
        return True

    def do_noop(self, _):
        self.say("250 fine")
        return True

    def do_quit(self, _):
        self.say("221 bye")
        return False
