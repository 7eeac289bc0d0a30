"""Clients: a browser without scripts, an API client, and raw sockets for malformed requests."""
import html.parser
import itertools
import json
import re
import selectors
import socket
import threading
import time
import urllib.parse

import requests

import kitapi

# Names below .localhost resolve to this machine, as in browsers and curl; glibc asks DNS.
_getaddrinfo = socket.getaddrinfo


def _local(host, *args, **kwargs):
    if isinstance(host, str) and host.endswith(".localhost"):
        host = "127.0.0.1"
    return _getaddrinfo(host, *args, **kwargs)


socket.getaddrinfo = _local

_addresses = itertools.count(1)
_address_lock = threading.Lock()
# Private values that were typed or issued, for the search through the logs at the end.
PRIVATE = set()
# Of these, the ones that must not be in plain text in a database dump either.
UNSTORED = set()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}


def address():
    """An address that no other client uses: 198.18.0.0/15 is reserved for network tests."""
    with _address_lock:
        n = next(_addresses)
    return "198.%d.%d.%d" % (18 + (n >> 16 & 1), n >> 8 & 255, n & 255)


def private(*values):
    PRIVATE.update(str(value) for value in values if value and len(str(value)) >= 8)


def unstored(*values):
    private(*values)
    UNSTORED.update(str(value) for value in values if value and len(str(value)) >= 8)


class Form:
    def __init__(self, attrs):
        self.action = attrs.get("action", "")
        self.method = attrs.get("method", "get").lower()
        self.fields = []      # (name, value) as a browser would send them, without buttons
        self.buttons = []     # (name, value)
        self.choices = {}     # name -> values of radios and options


class Page(html.parser.HTMLParser):
    """The parts of a page that tests inspect."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.forms, self.links, self.assets, self.metas, self.ids = [], [], [], [], []
        self.lang, self.title, self.h1 = "", "", ""
        self.words = []
        self._form = self._select = self._area = None
        self._in = []
        self.html = text
        self.feed(text)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if a.get("id"):
            self.ids.append(a["id"])
        if tag in ("title", "h1", "script", "style"):
            self._in.append(tag)
        if tag == "html":
            self.lang = a.get("lang", "")
        elif tag == "a" and a.get("href") is not None:
            self.links.append(a["href"])
        elif tag == "meta":
            self.metas.append(a)
        elif tag == "link" and "stylesheet" in a.get("rel", "") or tag in ("script", "img") and a.get("src"):
            self.assets.append(a.get("href") or a.get("src"))
        elif tag == "form":
            self._form = Form(a)
            self.forms.append(self._form)
        elif self._form:
            self._field(tag, a)

    def _field(self, tag, a):
        form, name = self._form, a.get("name")
        if tag == "input" and name:
            kind = a.get("type", "text")
            if kind in ("radio", "checkbox"):
                form.choices.setdefault(name, []).append(a.get("value", "on"))
                if "checked" in a:
                    form.fields.append((name, a.get("value", "on")))
            else:
                form.fields.append((name, a.get("value", "")))
        elif tag == "button" and name:
            form.buttons.append((name, a.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(a.get("value", ""))
            if "selected" in a:
                form.fields.append((self._select, a.get("value", "")))
        elif tag == "textarea" and name:
            self._area = [name, ""]

    def handle_endtag(self, tag):
        if self._in and self._in[-1] == tag:
            self._in.pop()
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            self._form.fields.append(tuple(self._area))
            self._area = None

    def handle_data(self, data):
        where = self._in[-1] if self._in else ""
        if self._area:
            self._area[1] += data
        elif where == "title":
            self.title += data
        elif where not in ("script", "style"):
            self.words.append(data)
            if where == "h1":
                self.h1 += data

    def form(self, action):
        """The form whose action contains this text."""
        found = [one for one in self.forms if action in one.action]
        assert found, "no form for %s in %s" % (action, [one.action for one in self.forms])
        return found[0]

    def refresh(self):
        """The content of meta refresh, None without one."""
        return next((m.get("content") for m in self.metas if m.get("http-equiv", "").lower() == "refresh"), None)

    def way_back(self):
        """The target of the confirmation's main button: the business's site."""
        return html.unescape(re.search(r'<a class="main" href="([^"]+)"', self.html)[1])


class Client:
    """One visitor with their own address and cookies. It never follows a redirect by itself."""

    def __init__(self, base_url, **headers):
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"X-Forwarded-For": address(), "User-Agent": "test", **headers})

    def request(self, method, url, **options):
        options.setdefault("timeout", 60)
        options.setdefault("allow_redirects", False)
        answer = self.session.request(method, urllib.parse.urljoin(self.base_url + "/", url), **options)
        kitapi.check(method, answer)
        return answer

    def get(self, url, **options):
        return self.request("GET", url, **options)

    def post(self, url, **options):
        return self.request("POST", url, **options)

    def delete(self, url, **options):
        return self.request("DELETE", url, **options)

    def patch(self, url, **options):
        return self.request("PATCH", url, **options)

    def put(self, url, **options):
        return self.request("PUT", url, **options)

    # As a browser

    def page(self, url, status=200, **options):
        answer = self.get(url, **options)
        assert answer.status_code == status, "%s: %d %s" % (url, answer.status_code, answer.text[:2000])
        self.here = answer.url
        self.answer = answer
        return Page(answer.text)

    def submit(self, form, button=None, **changes):
        """Submits a form of the page that was opened last; returns the answer without following it."""
        fields = [(n, v) for n, v in form.fields if n not in changes]
        fields += [(n, v) for n, v in changes.items() if v is not None]
        if button:
            fields.append(button)
        url = urllib.parse.urljoin(self.here, form.action)
        if form.method == "post":
            body = urllib.parse.urlencode(fields)
            return self.post(url, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        return self.get(url.split("?")[0] + "?" + urllib.parse.urlencode(fields))

    def follow(self, answer, hops=8):
        """Follows redirects; returns the last answer."""
        while answer.status_code in (301, 302, 303, 307, 308) and hops:
            answer = self.get(urllib.parse.urljoin(answer.url, answer.headers["Location"]))
            hops -= 1
        self.here, self.answer = answer.url, answer
        return answer


# --- raw ---

def wire(method, path, host, body=None, headers=None, close=True):
    """The bytes of one request."""
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: " + host]
    fields = {"X-Forwarded-For": address(), **(headers or {})}
    if close:
        fields["Connection"] = "close"
    data = b""
    if body is not None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        fields.setdefault("Content-Type", "application/json")
        fields["Content-Length"] = str(len(data))
    lines += ["%s: %s" % one for one in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


class Answer:
    def __init__(self, raw, seconds):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split()
        self.raw = raw
        self.seconds = seconds
        self.status = int(words[1]) if len(words) > 1 and words[0].startswith("HTTP/") and words[1].isdigit() else 0
        self.headers = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:])}
        if self.headers.get("transfer-encoding") == "chunked":
            self.body = unchunk(self.body)

    def complete(self):
        """Whether the whole body announced by Content-Length arrived."""
        length = self.headers.get("content-length")
        return self.status and (length is None or len(self.body) == int(length))

    def json(self):
        return json.loads(self.body)


def unchunk(data):
    out = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        n = int(size or b"0", 16)
        if n == 0:
            break
        out, data = out + data[:n], data[n + 2:]
    return out


def raw(port, data, timeout=15.0, half_close=False):
    """Sends bytes, reads until the connection ends."""
    start = time.monotonic()
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout) as link:
        link.settimeout(timeout)
        try:
            link.sendall(data)
            if half_close:
                link.shutdown(socket.SHUT_WR)
            while True:
                piece = link.recv(65536)
                if not piece:
                    break
                got += piece
        except (ConnectionResetError, BrokenPipeError, socket.timeout):
            pass
    return Answer(got, time.monotonic() - start)


def volley(port, messages, timeout=30.0):
    """Sends all messages at once, each on its own connection that is already open. Returns the Answers in order.
    Everything but the last byte of each is sent first. So the server has all requests pending when the last bytes
    follow within a millisecond."""
    selector = selectors.DefaultSelector()
    links = [socket.create_connection(("127.0.0.1", port), timeout) for _ in messages]
    answers, got, ended = [None] * len(links), [b""] * len(links), {}
    try:
        for link, message in zip(links, messages):
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link.sendall(message[:-1])
        time.sleep(0.005)
        start = time.monotonic()
        for n, (link, message) in enumerate(zip(links, messages)):
            link.sendall(message[-1:])
            link.setblocking(False)
            selector.register(link, selectors.EVENT_READ, n)
        while len(ended) < len(links):
            ready = selector.select(timeout)
            assert ready, "%d of %d answers after %.0f s" % (len(ended), len(links), timeout)
            for key, _ in ready:
                try:
                    piece = key.fileobj.recv(65536)
                except ConnectionResetError:
                    piece = b""
                got[key.data] += piece
                if not piece:
                    ended[key.data] = time.monotonic() - start
                    selector.unregister(key.fileobj)
        for n in ended:
            answers[n] = Answer(got[n], ended[n])
    finally:
        selector.close()
        for link in links:
            link.close()
    return answers


def child_of(answer):
    """The httpd process that answered: the first half of a request id identifies it."""
    return answer.headers.get("x-request-id", answer.headers.get("X-Request-Id", ""))[:16]
