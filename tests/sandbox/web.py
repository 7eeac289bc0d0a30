"""HTTP for the sandbox: request, response, handler, and a small client that follows nothing."""

import http.client
import http.server
import json
import select
import socket
import ssl
import struct
import time
import traceback
import urllib.parse

BODY_CAP = 8 * 1024 * 1024


class Refusal(Exception):
    """Raised by a route to respond with a status and a JSON body."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status = status
        self.body = body


class Response:
    """A response. `fault` names a way to break it on the wire (see faults.py)."""

    def __init__(self, status, body=b"", content_type="application/json", headers=None):
        self.status = status
        self.body = body if isinstance(body, bytes) else body.encode("utf-8")
        self.headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
        self.headers.update(headers or {})
        self.fault = None
        self.fault_alive = lambda: True


def json_response(value, status=200, headers=None):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(status, text, "application/json; charset=utf-8", headers)


def html_response(text, status=200, headers=None):
    extra = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    extra.update(headers or {})
    return Response(status, text, "text/html; charset=utf-8", extra)


def redirect(location, status=303):
    return Response(status, b"", "text/plain", {"Location": location})


class Request:
    """The request for a route: method, path, raw query, headers, raw body."""

    def __init__(self, method, target, headers, body, connection):
        parts = urllib.parse.urlsplit("//host" + target if target.startswith("/") else target)
        self.method = method
        self.path = urllib.parse.unquote(parts.path)
        self.query_string = parts.query
        self.headers = headers
        self.body = body
        self.connection = connection

    def pairs(self):
        return urllib.parse.parse_qsl(self.query_string, keep_blank_values=True)

    def query(self):
        return dict(self.pairs())

    def form(self):
        text = self.body.decode("utf-8", "replace")
        return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))

    def json(self):
        """The body as a JSON object; an empty body is an empty object."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as error:
            raise Refusal(400, {"error": "body is not JSON: %s" % error}) from error
        if not isinstance(value, dict):
            raise Refusal(400, {"error": "body must be a JSON object"})
        return value

    def closed(self):
        """True once the peer has gone away."""
        try:
            if not select.select([self.connection], [], [], 0)[0]:
                return False
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection; the server object carries `route(request) -> Response` and `log(text)`."""

    protocol_version = "HTTP/1.1"
    server_version = "KonfirmadoSandbox/1"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 65536
    timeout = 120

    def log_message(self, format, *args):  # noqa: A002 (name given by the base class)
        self.server.log("%s %s" % (self.address_string(), format % args))

    def log_request(self, code="-", size="-"):
        # Our server's requests to Google are logged completely: no secret may be in a URL.
        whole = self.path.startswith(("/google/calendar/v3/", "/google/token", "/google/revoke", "/google/oauth2/"))
        self.server.log("%s %s %s" % (self.command, self.path if whole else self.path.split("?")[0], code))

    def read_chunked(self):
        body = b""
        while True:
            size = int(self.rfile.readline(64).split(b";")[0], 16)
            if size < 0 or len(body) + size > BODY_CAP:
                raise ValueError("chunked body too large")
            if size == 0:
                while self.rfile.readline(65536).strip():
                    pass
                return body
            body += self.rfile.read(size)
            self.rfile.readline(8)

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self.read_chunked()
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= BODY_CAP:
            raise ValueError("body too large")
        return self.rfile.read(length)

    def handle_any(self):
        try:
            body = self.read_body()
        except ValueError as error:
            self.close_connection = True
            self.send(Response(413, str(error), "text/plain"))
            return
        request = Request(self.command, self.path, self.headers, body, self.connection)
        try:
            response = self.server.route(request)
        except Refusal as refusal:
            response = json_response(refusal.body, refusal.status)
        except Exception:  # a bug of the sandbox must be visible, and must not hang the caller
            self.server.log(traceback.format_exc())
            response = Response(500, "sandbox failure, see sandbox.log", "text/plain")
        self.send(response)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = handle_any

    def send(self, response):
        if response.fault in ("refuse", "hang"):
            self.spoil_connection(response)
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.send_body(response)
        self.wfile.flush()

    def send_body(self, response):
        if response.fault == "truncated":
            self.wfile.write(response.body[: len(response.body) // 2])
            self.close_connection = True
        elif response.fault == "drip":
            self.drip(response)
        else:
            self.wfile.write(response.body)

    def drip(self, response):
        """One byte per second, while the fault is on and the peer is connected."""
        for position in range(len(response.body)):
            self.wfile.write(response.body[position : position + 1])
            self.wfile.flush()
            if response.fault_alive():
                time.sleep(1)

    def spoil_connection(self, response):
        """Close without a response, at once (with a reset) or when the fault is switched off."""
        self.close_connection = True
        if response.fault == "hang":
            request = Request("GET", "/", {}, b"", self.connection)
            while response.fault_alive() and not request.closed():
                time.sleep(0.1)
            return
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


class Server(http.server.ThreadingHTTPServer):
    """Threaded server with a large backlog; a disconnected peer is not logged."""

    daemon_threads = True
    request_queue_size = 512
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        text = traceback.format_exc()
        if not any(name in text for name in ("BrokenPipe", "ConnectionReset", "timeout")):
            self.log(text)


def connect_host(host):
    """`*.localhost` is loopback by definition, whatever the resolver of the machine thinks."""
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    return host


def post(url, body, headers, timeout):
    """POST once; returns (status or None, latency in ms, error or None). Follows no redirect."""
    started = time.monotonic()
    connection = None
    try:
        parts = urllib.parse.urlsplit(url)
        host = connect_host(parts.hostname or "")
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                host, parts.port or 443, timeout=timeout, context=context)
        else:
            connection = http.client.HTTPConnection(host, parts.port or 80, timeout=timeout)
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        connection.request("POST", target, body, dict(headers, Host=parts.netloc))
        answer = connection.getresponse()
        answer.read(65536)
        return answer.status, (time.monotonic() - started) * 1000, None
    except (OSError, http.client.HTTPException, ValueError) as error:
        return None, (time.monotonic() - started) * 1000, "%s: %s" % (type(error).__name__, error)
    finally:
        if connection is not None:
            connection.close()
