"""Automatic use of a booking by programs: one-click unsubscription (RFC 8058), and calendar import."""
import re

import pytest
import requests

from kitafter import Visitor, booked, mint


def one_click(shop, path, multipart=False):
    """As mail programs do it automatically (RFC 8058): no cookie, no redirect followed, either form encoding."""
    fields = {"List-Unsubscribe": "One-Click"}
    body = {"files": {name: (None, value) for name, value in fields.items()}} if multipart else {"data": fields}
    return requests.post(shop.demo.about["base_url"] + path, allow_redirects=False, timeout=20, **body)


@pytest.mark.parametrize("multipart", [False, True])
def test_reminders_end_by_one_click(shop, multipart):
    one = booked(shop)
    path = "/booking/%s/reminders" % mint(one, "reminders")
    for _ in range(2):
        answer = one_click(shop, path, multipart)
        assert answer.status_code == 200 and not answer.content and "Set-Cookie" not in answer.headers
        assert one.row()["reminders"] is False
    assert one_click(shop, "/booking/%s/reminders" % ("A" * 43), multipart).status_code == 404
    assert one_click(shop, "/booking/%s/reminders" % mint(one, "cancel"), multipart).status_code == 404
    assert one.row()["status"] in ("paid", "confirmed")


def test_many_mail_programs_have_one_address(shop):
    """The address of a large mail provider: more clicks than one person makes."""
    assert {one_click(shop, "/booking/%s/reminders" % ("A" * 43)).status_code for _ in range(15)} == {404}


def test_what_is_published_has_an_organizer(shop):
    """The file has no ATTENDEE (RFC 5546, 3.2.1), and it links to the page that it came from."""
    token = mint(booked(shop))
    event = Visitor(shop.demo).ics(token).event
    assert re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", str(event["ORGANIZER"])) and "ATTENDEE" not in event
    assert event["ORGANIZER"].params["CN"] == shop.demo.one("SELECT name FROM kf.tenant WHERE tenant_id = '%s'" % shop.tenant)
    assert str(event["URL"]) == shop.demo.about["base_url"] + "/booking/" + token
