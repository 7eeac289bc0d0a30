"""Shared by the tests of the Google stand-in: the account, the client, and requests."""

import urllib.parse

LAURA, ANDRES = "laura.restrepo@gmail.test", "andres.gomez@gmail.test"
SECOND = "c_cad263b09c553b699400338515@group.calendar.google.com"
HOLIDAYS = "es.co#holiday@group.v.calendar.google.com"
ROOM = "c_sala1@resource.calendar.google.com"
BACK = "http://localhost:8080/api/auth/google/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
P = "https://www.googleapis.com/auth/"
FULL = "openid email %scalendar.freebusy %scalendar.calendarlist.readonly %scalendar.events.owned" \
    % (P, P, P)
SECRET = "GOCSPX-sandbox"
DAY = "2026-12-01"
EVENTS = "calendars/primary/events"


def authorize(google, **changes):
    values = {"client_id": "kf", "redirect_uri": BACK, "response_type": "code", "scope": FULL,
              "state": "s" * 43, "access_type": "offline", "prompt": "consent", "nonce": "n1",
              "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    values.update(changes)
    return google.authorize_url(**{name: text for name, text in values.items() if text is not None})


def answer_of(location):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))


def exchange(google, code, **changes):
    values = {"grant_type": "authorization_code", "code": code, "client_id": "kf",
              "client_secret": SECRET, "redirect_uri": BACK, "code_verifier": VERIFIER}
    values.update(changes)
    return google.form("/google/token", **{name: text for name, text in values.items()
                                           if text is not None})


def connect(google, account=LAURA, scopes=None, **changes):
    location = google.consent(authorize(google, **changes), account, scopes)
    status, tokens = exchange(google, answer_of(location)["code"])
    assert status == 200, tokens
    return tokens


def access(google, *names, account=LAURA):
    scope = " ".join(P + name for name in names) if names else FULL
    return connect(google, account, scope=scope)["access_token"]


def refresh(google, token, **changes):
    return google.form("/google/token", **dict({
        "grant_type": "refresh_token", "refresh_token": token, "client_id": "kf",
        "client_secret": SECRET}, **changes))


def reason(answer):
    return answer[0], answer[1]["error"]["errors"][0]["reason"]


def cal(name):
    return "calendars/" + urllib.parse.quote(name, safe="")


def busy(google, token, low="2026-12-01T00:00:00Z", high="2026-12-31T00:00:00Z", name="primary",
         **more):
    body = dict({"timeMin": low, "timeMax": high, "items": [{"id": name}]}, **more)
    status, answer = google.api("POST", "freeBusy", token, body)
    assert status == 200, answer
    return [(one["start"], one["end"]) for one in answer["calendars"][name]["busy"]]


def event(low="T10:00:00-05:00", high="T11:00:00-05:00", **more):
    return dict({"summary": "Cita", "start": {"dateTime": DAY + low},
                 "end": {"dateTime": DAY + high}}, **more)


def add(google, start="T10:00:00-05:00", end="T11:00:00-05:00", **more):
    return google.add_event(LAURA, DAY + start, DAY + end, **more)["id"]


def pages(google, token, query):
    """All items of a list and the last answer."""
    items, path = [], EVENTS + "?" + query
    while True:
        status, answer = google.api("GET", path, token)
        assert status == 200, answer
        items += answer["items"]
        if "nextPageToken" not in answer:
            return items, answer
        assert "nextSyncToken" not in answer
        path = EVENTS + "?" + query + "&pageToken=" + answer["nextPageToken"]
