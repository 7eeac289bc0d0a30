"""A professional with their own browser, and the sandbox's Google: for tests of connected calendars."""
import html
import os
import re
import sys
import urllib.parse

from kitdemo import TOP
from kithttp import Client, unstored

sys.path.insert(0, os.path.join(TOP, "tests/sandbox"))
from google_client import Google  # noqa: E402

LAURA, ANDRES = "laura.restrepo@gmail.test", "andres.gomez@gmail.test"


def google(demo):
    return Google(demo.sandbox_url)


def invite(shop, name=None):
    """Creates an invitation; returns its path."""
    path = shop.demo.make("calendar", "invite", shop.tenant, name or "Uno")["path"]
    unstored(path.rpartition("/")[2])
    return path


class Visitor(Client):
    """The person who opens the link of an invitation."""

    def __init__(self, shop, path=None):
        super().__init__(shop.demo.about["base_url"])
        self.session.headers["Accept-Language"] = "es"
        self.shop, self.google = shop, google(shop.demo)
        self.path = path or invite(shop)

    def begin(self, path=None):
        """Presses the button; returns the URL at Google."""
        page = self.page(path or self.path)
        answer = self.submit(page.form("/connect-calendar/"))
        assert answer.status_code == 303, answer.text[:400]
        url = answer.headers["Location"]
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        unstored(query["state"][0], query["nonce"][0], query["code_challenge"][0], self.cookie())
        return url

    def cookie(self):
        return self.session.cookies.get("kf_connect")

    def consent(self, url, account=LAURA, **options):
        """The URL that the browser is redirected back to."""
        back = self.google.consent(url, account, **options)
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query).get("code")
        unstored(*(code or []))
        return back

    def choose(self, account=LAURA):
        """All steps up to the choice of calendars; returns its page."""
        answer = self.get(self.consent(self.begin(), account))
        assert answer.status_code == 303 and answer.headers["Location"].endswith("/calendars"), answer.headers
        return self.page(answer.headers["Location"])

    def connect(self, account=LAURA, **changes):
        """All steps, with a predetermined choice; returns the last page."""
        answer = self.submit(self.choose(account).form("/calendars"), **changes)
        assert answer.status_code == 303 and answer.headers["Location"].endswith("/done"), answer.text[:400]
        return self.page(answer.headers["Location"])

    def offered(self, page):
        """{id: name of its checkbox} and the writable ids."""
        boxes = dict((html.unescape(value), name) for name, value in
                     re.findall(r'type="checkbox" name="(read\.\d+)" value="([^"]*)"', page.html))
        write = [html.unescape(one) for one in re.findall(r'type="radio" name="write" value="([^"]+)"', page.html)]
        return boxes, write


def calendar(shop, name=None):
    """The calendar of a professional, as the command lists it."""
    wanted = name or "Uno"
    return next(one for one in shop.demo.make("calendar", "list", shop.tenant) if one["name"] == wanted)


def stored(demo, tenant):
    """Everything about consents and connections of a business, except the invitations."""
    return demo.sql("SELECT 'grant' AS kind, x::text FROM kf.calendar_grant x WHERE tenant_id = '%(t)s' UNION ALL"
                    " SELECT 'connection', x::text FROM kf.calendar_connection x WHERE tenant_id = '%(t)s' UNION ALL"
                    " SELECT 'source', x::text FROM kf.calendar_source x WHERE tenant_id = '%(t)s' ORDER BY 1, 2"
                    % {"t": tenant})
