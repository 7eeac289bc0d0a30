"""The wizard's steps as plain forms, as a browser without JavaScript sends them."""
from kitdemo import wait_until
from kithttp import Page, private
from kitshop import person

CONFIRMED = "¡Reserva confirmada!"


def choose(client, link, service, professional="any"):
    """Steps 1 and 2 up to the list of times."""
    page = client.page("/book/" + link)
    form = page.form("/availability")
    assert service in form.choices.get("service", [])
    answer = client.follow(client.submit(form, service=service, professional=professional))
    assert answer.status_code == 200, answer.text[:1000]
    return Page(answer.text)


def open_day(client, page):
    """The first day of the strip with enough slots: late in the evening few are left today."""
    for link in [None, *[one for one in page.links if "day=" in one]]:
        if link:
            page = client.page(link)
        holds = [one for one in page.forms if one.action.endswith("/hold")]
        if holds and len(holds[0].buttons) > 5:
            return page, holds[0]
    raise AssertionError("no day with times")


def hold(client, link, service, professional="any"):
    """Steps 1 and 2: a slot held, the details page open."""
    page, form = open_day(client, choose(client, link, service, professional))
    button = form.buttons[len(form.buttons) // 2]
    answer = client.submit(form, button)
    assert answer.status_code == 303, answer.text[:2000]
    assert answer.headers["Location"].endswith("/details")
    return button[1], client.page(answer.headers["Location"])


def fill(client, page, **changes):
    values = dict(person(), accepted_terms="yes")
    values.update(changes)
    form = page.form("/details")
    private(dict(form.fields).get("token"))
    return client.submit(form, **values), values


def confirmed(client, url):
    def reached():
        page = client.page(url)
        return CONFIRMED in page.text and page
    return wait_until(reached, 20)
