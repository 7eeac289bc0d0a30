"""The dashboard's pages by regular expressions: their text, their forms, and what a browser would send."""
import html
import re

from kithttp import FORM


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, "%s: %d" % (path, answer.status_code)
    return answer.text


def text_of(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def hidden(page, name):
    return html.unescape(re.search(r'name="%s" value="([^"]*)"' % re.escape(name), page).group(1))


def form_of(page):
    """The names and values that a browser would send for the first form with fields."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told.get("name") and not (told.get("type") in ("checkbox", "radio") and " checked" not in tag):
            found[told["name"]] = html.unescape(told.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)', page):
        found[name] = html.unescape(text)
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        found[name] = html.unescape(re.search(r'value="([^"]*)" selected', inner).group(1))
    return found


def send(client, path, data, status=303):
    answer = client.post(path, data={n: v for n, v in data.items() if v is not None}, headers=FORM)
    assert answer.status_code == status, "%s: %d %s" % (path, answer.status_code, text_of(answer.text)[:600])
    return answer
