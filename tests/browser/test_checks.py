"""The page checks themselves: each fault, put into a good page, is found."""
import http.server
import json
import os
import subprocess
import threading

import pytest

from kitbrowser import DESKTOP, PHONE
from kitdemo import TOP, build_dir

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = sorted(name[:-5] for name in os.listdir(os.path.join(HERE, "samples")) if name.endswith(".json"))
HTDOCS = os.path.join(TOP, "htdocs")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as handle:
        return handle.read()


def render_all():
    """Renders every sample with the project's own template engine: name -> HTML."""
    texts = {lang: json.loads(read(HTDOCS, "i18n", lang + ".json")) for lang in ("es", "en")}
    templates = {folder + name[:-9]: read(HTDOCS, "templates", folder, name)
                 for folder in ("", "wizard/") for name in os.listdir(os.path.join(HTDOCS, "templates", folder))
                 if name.endswith(".mustache")}
    templates = {name: text.partition("}}\n")[2] if text.startswith("{{!") else text for name, text in templates.items()}
    lines = []
    for name in SAMPLES:
        data = json.loads(read(HERE, "samples", name + ".json"))
        data["t"] = texts[data["lang"]]
        lines.append(json.dumps({"name": name, "template": templates.get("wizard/" + name.partition("-")[0]) or templates["error"], "partials": templates,
                                 "data": data, "expected": "?"}, separators=(",", ":"), ensure_ascii=False))
    # The program reports an unexpected input.
    said = subprocess.run([os.path.join(build_dir(), "tests", "unit", "mustache_run")], input="\n".join(lines) + "\n",
                          stdout=subprocess.PIPE, text=True, check=False).stdout
    pages = {}
    for part in said.split("FAILED ")[1:]:
        pages[part.partition("\n")[0]] = part.partition("\n  got:      [")[2].rpartition("]\n")[0]
    return pages


@pytest.fixture(scope="module")
def site():
    """The rendered samples on their own server, with the project's assets."""
    subprocess.run(["make", "-s", "-C", build_dir(), "tests/unit/mustache_run"], check=True, stdout=subprocess.DEVNULL)
    pages = render_all()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = self.path.partition("?")[0]
            kind, body = "text/html; charset=utf-8", pages.get(path[1:], "")
            if path.startswith("/assets/") and ".." not in path:
                kind = "text/css" if path.endswith(".css") else "text/javascript"
                made = os.path.join(build_dir(), "htdocs", path[1:])
                body = read(made) if os.path.exists(made) else read(HTDOCS, path[1:])
            data = body.encode()
            self.send_response(200 if data else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield "http://127.0.0.1:%d/" % server.server_address[1], pages
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_state(chromiums, site, name):
    """States that are hard to reach, and the others: no fault at any width or in any colour scheme."""
    base, pages = site
    assert pages.get(name, "").lstrip().startswith("<!doctype html>"), pages.get(name)
    b = chromiums(False).fresh()
    found = []
    for size in (PHONE, DESKTOP):
        b.resize(*size)
        b.open(base + name)
        found += b.problems(json.loads(read(HERE, "samples", name + ".json"))["lang"], narrow=size == PHONE)
        b.shot("sample-" + name)
    found += ["console: " + one for one in b.console()]
    assert not found, "\n".join(found)
    b.resize(*PHONE)
    b.scheme("dark")
    b.shot("sample-%s-dark" % name)


FAULTS = {
    "has no label": "document.querySelector('label[for=name]').remove()",
    "id is not unique": "document.querySelector('#email').id = 'name'",
    "names nothing": "document.querySelector('#email-hint').remove()",
    "has no alt": "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x\">')",
    "skips a level": "document.querySelector('h1').insertAdjacentHTML('afterend', '<h4>x</h4>')",
    "not exactly one h1": "document.querySelector('main').insertAdjacentHTML('beforeend', '<h1>x</h1>')",
    "lang is": "document.documentElement.lang = 'fr'",
    "no title": "document.title = ''",
    "no live region": "document.querySelectorAll('[role=status],[aria-live]').forEach(e => e.remove())",
    "has no name": "document.querySelector('.main').textContent = ''",
    "scrolls sideways": "document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"width:700px\">x</p>')",
    "reaches out": "document.querySelector('.hold').style.cssText = 'position:relative;left:-40px'",
    "too small for a finger": "document.querySelector('.main').style.cssText = 'min-height:0;height:40px;padding:0'",
    "contrast": "document.querySelector('.hint').style.color = '#8a929a'",
    "its edge": "document.querySelector('#email').style.borderColor = '#ccd'",
    "leads to nothing": "document.querySelector('.skip').href = '#nowhere'"}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_is_found(chromiums, site, fault):
    b = chromiums(False).fresh()
    b.open(site[0] + "details")
    assert b.problems() == []
    b.js(FAULTS[fault])
    found = b.problems()
    assert any(fault in one for one in found), found
