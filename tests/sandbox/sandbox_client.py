"""A small client of the sandbox for its tests; shares no code with it."""

import hashlib
import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse

from google_client import Google

HERE = os.path.dirname(os.path.abspath(__file__))
PUB = "pub_test_" + "KonfirmadoVector0001"
PRV = "prv_test_" + "KonfirmadoVector0001"
INTEGRITY = "test_integrity_" + "KonfirmadoVector0001"
EVENTS = "test_events_" + "KonfirmadoVector0001"


class Client:
    """The sandbox process and a way to talk to it."""

    def __init__(self, folder, *options):
        self.clock_file = os.path.join(folder, "clock")
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "sandbox.py"), "--port", "0", "--dir", str(folder),
             "--clock-file", self.clock_file, "--finish-delay", "0.05", *options],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("ready "), line
        self.port = int(line.split()[1])
        self.smtp_port = int(line.split()[2]) if len(line.split()) > 2 else None
        self.google = Google("http://127.0.0.1:%d" % self.port)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(2) == 0

    def call(self, method, path, body=None, headers=None, timeout=10):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def control(self, path, body=None, method=None):
        verb = method or ("GET" if body is None else "POST")
        text = None if body is None else json.dumps(body)
        status, _, answer = self.call(verb, "/_control/" + path, text)
        return status, json.loads(answer)

    def ok(self, path, body=None, method=None):
        status, answer = self.control(path, body, method)
        assert status == 200, answer
        return answer

    def api(self, path, key=None, method="GET", body=None, headers=None):
        headers = dict(headers or {})
        if key:
            headers["Authorization"] = "Bearer " + key
        text = None if body is None else json.dumps(body)
        status, _, answer = self.call(method, "/wompi/v1" + path, text, headers)
        return status, json.loads(answer)

    def set_now(self, seconds):
        with open(self.clock_file, "w", encoding="ascii") as handle:
            handle.write(str(round(seconds - time.time())))

    def shift(self, seconds):
        with open(self.clock_file, "w", encoding="ascii") as handle:
            handle.write(str(seconds))


class Listener:
    """Catches events; `script` holds the statuses to answer, then 200."""

    def __init__(self):
        self.got = []
        self.script = []
        outer = self

        class Catch(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), json.loads(body) if body else None))
                self.send_response(outer.script.pop(0) if outer.script else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128  # many events at once are not turned away

        self.server = Server(("127.0.0.1", 0), Catch)
        threading.Thread(target=self.server.serve_forever, args=(0.02,),
                         daemon=True).start()
        self.url = "http://hook.localhost:%d/hooks/x?y=1" % self.server.server_address[1]

    def wait(self, count, seconds=5):
        limit = time.monotonic() + seconds
        while len(self.got) < count and time.monotonic() < limit:
            time.sleep(0.01)
        return len(self.got)


def account(url, mode="test", tail="KonfirmadoVector0001", **more):
    body = {"name": "Clínica Sonrisa", "events_url": url}
    names = {"public_key": "pub_%s_", "private_key": "prv_%s_",
             "integrity_secret": "%s_integrity_", "events_secret": "%s_events_"}
    for name, prefix in names.items():
        body[name] = prefix % mode + tail
    body.update(more)
    return body


def link(reference="kf-A1-1", amount="9500000", expiration=None, secret=INTEGRITY, **changes):
    text = reference + amount + "COP" + (expiration or "") + secret
    values = {"public-key": PUB, "currency": "COP", "amount-in-cents": amount,
              "reference": reference,
              "signature:integrity": hashlib.sha256(text.encode()).hexdigest(),
              "redirect-url": "http://clinica.localhost:8080/r/wompi/abc"}
    if expiration:
        values["expiration-time"] = expiration
    values.update({name.replace("__", ":").replace("_", "-"): v for name, v in changes.items()})
    values = {name: value for name, value in values.items() if value is not None}
    return "/wompi/p/?" + urllib.parse.urlencode(values)


def pay(box, url, **body):
    return box.ok("pay", dict({"checkout_url": url, "delay_s": 0}, **body))
