"""The calendar as a person sees it, at /google/calendar/: a week of an account, add, delete."""

import datetime
import urllib.parse

import google_time as gt
from google_check import fail, invalid
from google_events import week
from google_scopes import WRITERS
from pages import google_diary as diary_pages
from web import Refusal, html_response, json_response, redirect

TEXTS = {"timeRangeEmpty": "La hora final debe ser después de la inicial.",
         "invalid": "Revisa el día y las horas.", "required": "Escribe el día y las horas."}


class Diary:
    def __init__(self, store, events):
        self.store = store
        self.events = events

    def route(self, request, path):
        """`path` is the part after /google/calendar."""
        if request.method == "GET" and path in ("", "/"):
            return html_response(self.page(request.query()))
        if request.method == "GET" and path == "/rev.json":
            email = self.account(request.query())
            return json_response({"rev": self.revision(email)})
        if request.method == "POST" and path in ("/", "/borrar"):
            return self.change(request.form(), path == "/borrar")
        return None

    def account(self, query):
        known = [one["email"] for one in self.store.rows("accounts")]
        return query["cuenta"] if query.get("cuenta") in known else known[0]

    def revision(self, email):
        return sum(self.store.find("calendars", one["calendar"])["rev"]
                   for one in self.store.shares(email))

    def today(self, zone):
        return gt.at(self.store.clock.now()).astimezone(zone).date()

    def page(self, query, form=None, problem=None):
        email = self.account(query)
        zone = self.events.zone(email)
        try:
            monday = week(gt.parse_day(query.get("semana", "")))
        except ValueError:
            monday = week(self.today(zone))
        shares = self.store.shares(email)
        days = [self.day(shares, monday + datetime.timedelta(days=n), zone) for n in range(7)]
        names = [dict(self.store.find("calendars", one["calendar"]),
                      writable=one["accessRole"] in WRITERS) for one in shares]
        return diary_pages.page({
            "accounts": self.store.rows("accounts"), "email": email, "monday": monday,
            "today": self.today(zone), "days": days, "calendars": names, "form": form or {},
            "problem": problem, "rev": self.revision(email), "zone": str(zone)})

    def day(self, shares, day, zone):
        """(day, its events over all calendars in order)."""
        low, high = gt.midnight(day, zone), gt.midnight(day + datetime.timedelta(days=1), zone)
        rows = []
        for number, share in enumerate(shares):
            name = share["calendar"]
            owner = self.store.owner_of(name)
            for event, start, end in self.events.occurrences(name, low, high):
                whole = "date" in event["start"]
                rows.append({"event": event, "calendar": name, "number": number, "whole": whole,
                             "start": "" if whole or start < low
                             else start.astimezone(zone).strftime("%H:%M"),
                             "end": "" if whole or end > high
                             else end.astimezone(zone).strftime("%H:%M"),
                             "busy": self.events.is_busy(event, owner), "at": (not whole, start),
                             "title": self.store.find("calendars", name)["summary"],
                             "writable": share["accessRole"] in WRITERS})
        return day, sorted(rows, key=lambda row: row["at"])

    def change(self, form, delete):
        email = self.account(form)
        share = self.store.share(email, form.get("calendario") or "primary")
        try:
            if share is None or share["accessRole"] not in WRITERS:
                raise invalid("calendar")
            if delete:
                self.events.delete(share["calendar"], form.get("id", ""))
                day = form.get("semana", "")
            else:
                body, day = self.entry(form, share["calendar"])
                self.events.insert(share["calendar"], body, email)
        except Refusal as refusal:
            if delete:
                day = form.get("semana", "")
            else:
                reason = refusal.body["error"]["errors"][0]["reason"]
                text = TEXTS.get(reason, TEXTS["invalid"])
                return html_response(self.page(dict(form, cuenta=email), form, text), 422)
        return redirect("/google/calendar/?" + urllib.parse.urlencode(
            {"cuenta": email, "semana": day}))

    def entry(self, form, calendar):
        """The event of a submitted form, and its day."""
        zone = self.store.find("calendars", calendar)["timeZone"]
        body = {"summary": form.get("titulo", "").strip()[:200] or "(Sin título)"}
        if form.get("libre"):
            body["transparency"] = "transparent"
        try:
            day = gt.parse_day(form.get("dia", ""))
        except ValueError as error:
            raise invalid("day") from error
        if form.get("todo"):
            body.update(start={"date": day.isoformat()},
                        end={"date": (day + datetime.timedelta(days=1)).isoformat()})
            return body, day.isoformat()
        for side, name in (("start", "desde"), ("end", "hasta")):
            body[side] = {"dateTime": "%sT%s:00" % (day.isoformat(), form.get(name, "")),
                          "timeZone": zone}
        if form.get("desde") == form.get("hasta"):
            raise fail(400, "timeRangeEmpty", "The specified time range is empty.")
        return body, day.isoformat()
