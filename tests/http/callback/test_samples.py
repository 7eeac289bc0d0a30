"""The samples of /docs/callbacks, verbatim, in their six languages, run on what this server really sends."""
import base64
import hashlib
import hmac
import html.parser
import os
import shutil
import subprocess
import urllib.parse

import pytest

import kitadmin
from kitadmin import good
from kitdemo import wait_until
from kithttp import private
from kitshop import PAID, Shop, person, webhook_secret

pytestmark = pytest.mark.plain
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples")
# The file for the sample (the driver follows it, or is in its own file), and the command that runs it.
LANGUAGES = {
    "js": ("sample.js", [], ["node", "sample.js"]),
    "py": ("sample.py", [], ["python3", "sample.py"]),
    "php": ("sample.php", [], ["php", "sample.php"]),
    "rb": ("sample.rb", [], ["ruby", "-w", "sample.rb"]),
    "go": ("callbacks/callbacks.go", ["go", "build", "-o", "sample", "."], ["./sample"]),
    "java": ("Callbacks.java", ["javac", "-Xlint:all", "-Werror", "Callbacks.java", "Driver.java"], ["java", "-Xshare:auto", "Driver"]),
}


class Samples(html.parser.HTMLParser):
    """{language: the text of its sample}."""

    def __init__(self, page):
        super().__init__()
        self.found, self.language = {}, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "pre":
            self.language = dict(attrs).get("data-lang")

    def handle_endtag(self, tag):
        if tag == "pre":
            self.language = None

    def handle_data(self, data):
        if self.language:
            self.found[self.language] = self.found.get(self.language, "") + data


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


@pytest.fixture(scope="module")
def samples(shop):
    pages = [shop.client().get("/docs/callbacks", params={"lang": lang}) for lang in ("es", "en")]
    assert [one.status_code for one in pages] == [200, 200]
    spanish, english = [Samples(one.text).found for one in pages]
    assert spanish == english and set(english) == set(LANGUAGES)
    return english


# --- what they are given ---

def stamp_of(sent):
    return int(sent["headers"]["webhook-timestamp"])


def cases_of_message(sent, secret):
    """(name, kind, expected answer, now, secret, body, headers or query) of one message and its mutations."""
    body, stamp = sent["raw"].encode(), stamp_of(sent)
    headers = {name: sent["headers"][name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    signature = headers["webhook-signature"]

    def case(name, answer, now=stamp, secret=secret, body=body, **changed):
        told = dict(headers, **{"webhook-" + key: value for key, value in changed.items()})
        return (name, "webhook", answer, now, secret, body, {key: value for key, value in told.items() if value is not None})
    yield case("as it came", True)
    yield case("on a slow clock", True, now=stamp - 300)
    yield case("on a fast clock", True, now=stamp + 300)
    yield case("too old", False, now=stamp + 301)
    yield case("from the future", False, now=stamp - 301)
    yield case("another secret", False, secret=webhook_secret())
    yield case("a changed body", False, body=body.replace(b'"version":', b'"version": '))
    yield case("a byte more", False, body=body + b"\n")
    yield case("no body", False, body=b"")
    yield case("another id", False, id="msg_other")
    yield case("no id", False, id=None)
    yield case("another time", False, timestamp=str(stamp + 1))
    for name, time in (("no time", None), ("an empty time", ""), ("a time with a sign", "+%d" % stamp), ("a time in words", "now"),
                       ("a long time", "9" * 40), ("a time with a line break", "%d\n" % stamp)):
        yield case(name, False, timestamp=time)
    for name, value in (("no signature", None), ("an empty one", ""), ("half of it", signature[:20]), ("of another version", "v2" + signature[2:]),
                        ("no base64", "v1,%%%ñ"), ("without a version", signature[3:]), ("in capitals", signature.upper())):
        yield case(name, False, signature=value)
    yield case("behind another", True, signature="v1,%s v1a,x %s" % (base64.b64encode(bytes(32)).decode(), signature))


def cases_of_firma(sent, secret):
    body = sent["raw"]
    firma = sent["body"]["seguridad"]["firma_hmac"]
    for name, answer, key, text in (
            ("as it came", True, secret, body), ("another secret", False, webhook_secret(), body),
            ("a changed body", False, secret, body.replace('"version":', '"version": ')),
            ("another digit", False, secret, body.replace(firma, firma[:-1] + ("0" if firma[-1] != "0" else "1"))),
            ("none", False, secret, body.replace(firma, "")),
            ("two", False, secret, body.replace('"firma_hmac"', '"firma_hmac":"%s","firma_hmac"' % firma)),
            ("no JSON", False, secret, "firma_hmac")):
        yield ("firma: " + name, "firma", answer, 0, key, text.encode(), {})


def cases_of_return(url, secret):
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    now = int(query["ts"])

    def case(name, answer, now=now, secret=secret, **changed):
        return ("return: " + name, "return", answer, now, secret, b"", dict(query, **changed))
    yield case("as it came", True)
    yield case("too old", False, now=now + 301)
    yield case("another secret", False, secret=webhook_secret())
    yield case("another booking", False, ref="x")
    yield case("another state", False, status="paid")
    yield case("another time", False, ts=str(now + 1))
    yield case("no signature", False, sig="")
    yield ("return: nothing", "return", False, now, secret, b"", {"status": "ok", "ref": "x"})


def cases_without_a_key(sent):
    """A system without a configured secret rejects messages signed with an empty secret."""
    stamp, body = stamp_of(sent), sent["raw"].encode()
    for name, secret in (("empty", ""), ("whsec_ alone", "whsec_"), ("no base64", "whsec_*")):
        signed = hmac.new(b"", b"msg_x.%d.%s" % (stamp, body), hashlib.sha256).digest()
        headers = {"webhook-id": "msg_x", "webhook-timestamp": str(stamp), "webhook-signature": "v1," + base64.b64encode(signed).decode()}
        yield ("without a key: " + name, "webhook", "error", stamp, secret, body, headers)


def cases_of_the_page(page):
    """The test vector, verbatim."""
    words = html.unescape(page).partition('id="vector"')[2]
    secret, named, body, signature, back = [one.partition("</code>")[0] for one in words.split("<code>")[2:7]]
    identity, stamp = named.split("\n")
    headers = {"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": signature}
    yield ("vector", "webhook", True, int(stamp), secret, body.encode(), headers)
    yield ("vector: firma", "firma", True, 0, secret, body.encode(), {})
    yield ("vector: return", "return", True, int(stamp), secret, b"", dict(urllib.parse.parse_qsl(back)))


@pytest.fixture(scope="module")
def cases(shop):
    """From the page, and from two messages and a return: one before and one after a new secret, with both
    signatures."""
    owner = kitadmin.person(shop)
    booking = shop.book(service=PAID["name"], customer=person(notes="Mañana llego con mi niño."))
    shop.pay(booking)
    booking.wait("confirmed")
    told = good(shop.client().get("/api/bookings/%s/status" % booking.id, headers={"Authorization": "Bearer " + booking.token}))
    (first,) = shop.inbox()
    made = good(owner.post("/api/callback-secrets", json={}), 201)["secret"]
    private(made)
    shop.merchant(secrets=[made, shop.secret])
    shop.pay(shop.book(service=PAID["name"]))
    second = wait_until(lambda: shop.inbox()[1:], 15)[0]
    assert len(second["headers"]["webhook-signature"].split(" ")) == 2
    page = shop.client().get("/docs/callbacks", params={"lang": "en"}).text
    found = [*cases_of_the_page(page), *cases_of_message(first, shop.secret), *cases_of_firma(first, shop.secret), *cases_without_a_key(first),
             *cases_of_return(told["return_url"], shop.secret)]
    for name, secret in (("new", made), ("old", shop.secret)):
        headers, body, now = second["headers"], second["raw"].encode(), stamp_of(second)
        found.append(("two signatures, the %s secret" % name, "webhook", True, now, secret, body, headers))
        found.append(("firma: the %s secret" % name, "firma", secret == made, 0, secret, body, {}))
    return found


def lines(cases):
    """One case per line: its kind, the time in seconds, then in base64 the secret, the body, and alternately names
    and values."""
    def field(value):
        return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
    return "".join("\t".join([kind, str(now), field(secret), field(body), *(field(one) for pair in named.items() for one in pair)]) + "\n"
                   for _, kind, _, now, secret, body, named in cases)


def prepare(folder, language, sample):
    name, build, _ = LANGUAGES[language]
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    driver = os.path.join(HERE, {"java": "Driver.java"}.get(language, "driver." + language))
    if build:
        path.write_text(sample, encoding="utf-8")
        shutil.copy(driver, folder)
    else:
        with open(driver, encoding="utf-8") as handle:
            path.write_text(sample + "\n" + handle.read(), encoding="utf-8")
    if language == "go":
        (folder / "go.mod").write_text("module samples\n\ngo 1.19\n", encoding="ascii")


def answers(folder, language, cases):
    _, build, run = LANGUAGES[language]
    for command, told in ((build, ""), (run, lines(cases))):
        if command:
            # Each has its own folder, so that nothing is left behind or found.
            done = subprocess.run(command, cwd=folder, input=told, capture_output=True, text=True, timeout=60, check=False,
                                  env=dict(os.environ, GOCACHE=str(folder / "cache"), GOFLAGS="-mod=mod", GOPROXY="off", HOME=str(folder)))
            assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split("\n")[:-1]


def faults(cases, answered):
    assert len(cases) == len(answered)
    said = {True: "true", False: "false", "error": "error"}
    return [(case[0], answer) for case, answer in zip(cases, answered) if answer != said[case[2]]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sample(samples, cases, tmp_path, language):
    prepare(tmp_path, language, samples[language])
    assert faults(cases, answers(tmp_path, language, cases)) == []


@pytest.mark.parametrize("guard, instead, seen", [
    ("abs(now - int(stamp)) <= TOLERANCE", "True", "too old"), ("any(hmac.compare_digest(part, want) for part in parts)", "True", "another secret"),
    ('f"{msg_id}.{stamp}.".encode() + raw_body', "raw_body", "as it came"), ("if len(key) < 24:", "if False:", "without a key: empty")],
    ids=["time", "signature", "body", "key"])
def test_without_the_guard_of_a_sample(samples, cases, tmp_path, guard, instead, seen):
    assert samples["py"].count(guard) == 1
    prepare(tmp_path, "py", samples["py"].replace(guard, instead))
    assert seen in [name for name, _ in faults(cases, answers(tmp_path, "py", cases))]
