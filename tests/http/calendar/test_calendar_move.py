"""A moved booking is checked against the calendar of the new professional, by the endpoint and by the page."""
import kitadmin
from kitadmin import good
from kitcalendar import Calendar, hour, laura, office, ours  # noqa: F401 (fixtures)
from kitdemo import instant, wait_until
from kithttp import Page
from kitshop import FREE


def by_page(owner, booking, start, **more):
    """The last step of the page, as displayed."""
    path = "/dashboard/bookings/%s/move" % booking.id
    fields = dict(Page(owner.get(path).text).forms[-1].fields)
    fields.update(start=start, step="move", tell="1", **more)
    return owner.post(path, data=fields, headers={"Content-Type": "application/x-www-form-urlencoded"})


def test_a_move_asks_the_calendar(laura):
    shop = laura.shop
    owner = kitadmin.person(shop)
    laura.google.fault("drop", method="push.notify", account=laura.account)  # no notice of events that are added there
    first, busy, second, third, late = (hour(shop, n) for n in (4, 7, 10, 13, 16))
    booking = shop.book(first, FREE["name"], "Laura")
    booking.wait("confirmed")
    wait_until(lambda: len(ours(laura)) == 1, 10)
    url = "/api/bookings/%s/move" % booking.id
    laura.add(busy, 30)
    before = laura.asked()
    assert good(owner.post(url, json={"start": busy}), 409)["code"] == "slot_unavailable"
    assert laura.asked() == before + 1 and instant(booking.row()["slot_start"]) == instant(first)
    key = {"Idempotency-Key": "a-move-asks-" + booking.id}
    made = [good(owner.post(url, json={"start": second}, headers=key)) for _ in range(2)]
    assert made[0]["version"] == made[1]["version"] and instant(made[0]["start"]) == instant(second)
    wait_until(lambda: [one for one in ours(laura) if instant(one["start"]["dateTime"]) == instant(second)], 10)
    assert len(ours(laura)) == 1
    laura.add(third, 30)
    answer = by_page(owner, booking, third)
    assert answer.status_code == 409 and "Esa hora ya está ocupada" in answer.text
    assert instant(booking.row()["slot_start"]) == instant(second)
    assert by_page(owner, booking, late).status_code == 303
    assert instant(booking.row()["slot_start"]) == instant(late)


def test_a_calendar_that_cannot_be_read(laura, log):
    log.expect(r"KF00483")
    shop = laura.shop
    owner = kitadmin.person(shop)
    laura.google.fault("drop", method="push.notify", account=laura.account)
    first, second = hour(shop, 5), hour(shop, 9)
    booking = shop.book(first, FREE["name"], "Laura")
    booking.wait("confirmed")
    laura.fault("500")
    answer = owner.post("/api/bookings/%s/move" % booking.id, json={"start": second})
    assert good(answer, 503)["code"] == "calendar_unavailable"
    page = by_page(owner, booking, second)
    assert page.status_code == 503 and 'name="start"' in page.text
    # it can go to a professional without a calendar
    good(owner.post("/api/bookings/%s/move" % booking.id, json={"start": second, "professional": shop.professional_id("Pedro")}))
    laura.well()
