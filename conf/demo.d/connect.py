"""A professional's calendar: our client at the sandbox's Google, and one professional who connects.

It takes the same steps as a person, without a browser: the invitation's link, Google's consent, the
choice of calendars.
"""
import html
import http.client
import os
import re
import secrets
import sys
import urllib.parse

import seed
from builder import TOP
from say import Refused, progress

PROFESSIONAL = "Dra. Laura Restrepo"
ACCOUNT = "laura.restrepo@gmail.test"
FORM = "application/x-www-form-urlencoded"


def secret_file(state):
    return state.path("keys", "google-secret")


def register(state):
    """Our OAuth client. Its id and secret are created once; the secret is in the file that httpd reads as root."""
    data = state.data
    if not data.get("google"):
        data["google"] = {
            "client_id": "%s.apps.googleusercontent.test" % secrets.token_hex(8), "name": "Konfirmado",
            "client_secret": "GOCSPX-" + secrets.token_urlsafe(21),
            "redirect_uris": [data["base_url"] + "/api/auth/google/callback"]}
        state.save()
    state.folder("keys", mode=0o700)
    state.write(secret_file(state), data["google"]["client_secret"] + "\n", 0o600)


def page(state, sandbox):
    """The URL of the connected professional's calendar in the browser."""
    account = state.data.get("calendar_account") or ACCOUNT
    return sandbox + "/google/calendar/?" + urllib.parse.urlencode({"cuenta": account})


def words(data):
    """Suggestions for the terminal: what to try with the calendar."""
    if not data["calendar_professional"]:
        return "  Calendars        %(google_calendar_url)s (nobody is connected)\n\n" % data
    return """  A calendar       %(google_calendar_url)s
                   of %(calendar_professional)s, who has connected it: add an event there and see
                   its time vanish from the booking page; delete it, and the time is back.

""" % data


class Browser:
    """A minimal browser: it knows the platform's host and its cookies, and follows no redirect by itself."""

    def __init__(self, base_url):
        self.base_url = base_url
        self.host = urllib.parse.urlsplit(base_url).netloc
        self.cookies = {}

    def call(self, method, target, form=None):
        """(status, Location or None, body)."""
        headers = {"Host": self.host, "Accept": "text/html", "Accept-Language": "es"}
        if self.cookies:
            headers["Cookie"] = "; ".join("%s=%s" % one for one in self.cookies.items())
        if method == "POST":
            headers.update({"Content-Type": FORM, "Origin": self.base_url})
        connection = http.client.HTTPConnection("127.0.0.1", int(self.host.rsplit(":", 1)[1]), timeout=20)
        try:
            connection.request(method, target, urllib.parse.urlencode(form or []) if method == "POST" else None, headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers["Location"], answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise Refused("the server does not answer %s: %s" % (method, error)) from error
        finally:
            connection.close()

    def step(self, method, target, form, status, what):
        """A call that must return that status; returns the path of its redirect, and its body."""
        got, location, body = self.call(method, target, form)
        if got != status:
            title = re.search(r"<h1>(.*?)</h1>", body, re.S)
            raise Refused("%s: status %d%s" % (what, got, ", " + html.unescape(title[1]) if title else ""))
        if location and location.startswith(self.base_url):
            location = location[len(self.base_url):]
        return location, body


def google_of(state):
    """The sandbox's own client, which acts as the person at Google."""
    sys.path.insert(0, os.path.join(TOP, "tests/sandbox"))
    import google_client
    return google_client.Google("http://127.0.0.1:%d" % state.data["sandbox_port"])


def choice(body):
    """The calendar form as a person fills it in: own calendars are read, the first one is written to."""
    fields = [(name, html.unescape(value)) for name, value in
              re.findall(r'<input type="checkbox" name="(read\.\d+)" value="([^"]*)"', body)]
    write = re.search(r'<input type="radio" name="write" value="([^"]+)"', body)
    own = [one for one in fields if one[1] == ACCOUNT or "@group.calendar" in one[1]]
    if not own or not write:
        raise Refused("the page shows no calendars to choose")
    return own + [("write", html.unescape(write[1]))]


def walk(state, invitation):
    """From the invitation's link to the last page."""
    browser, google = Browser(state.data["base_url"]), google_of(state)
    browser.step("GET", invitation, None, 200, "the invitation")
    consent, _ = browser.step("POST", invitation, [], 303, "the way to Google")
    try:
        back = google.consent(consent, ACCOUNT)
    except AssertionError as error:
        raise Refused("the sandbox's Google refused: %s" % error) from error
    back = back[len(state.data["base_url"]):]
    chosen, _ = browser.step("GET", back, None, 303, "the way back from Google")
    if not chosen.endswith("/calendars"):
        raise Refused("the consent was not sufficient (%s)" % chosen.rpartition("?")[2])
    _, body = browser.step("GET", chosen, None, 200, "the choice of calendars")
    done, _ = browser.step("POST", chosen, choice(body), 303, "the chosen calendars")
    browser.step("GET", done, None, 200, "the last page")


def connect(state, cluster, program):
    """Connects once in the life of a demo. On failure it reports the reason; the demo runs without it."""
    if state.data.get("calendar_professional"):
        return
    progress("connecting the calendar of %s" % PROFESSIONAL)
    try:
        ctl = seed.Command(state, cluster, program)
        walk(state, ctl("calendar", "invite", seed.TENANT, PROFESSIONAL)["path"])
    except Refused as error:
        progress("no calendar is connected: %s" % error)
        return
    state.data.update(calendar_professional=PROFESSIONAL, calendar_account=ACCOUNT)
    state.save()
