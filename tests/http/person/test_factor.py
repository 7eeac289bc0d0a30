"""The second factor: in one step or two, by the API and in the pages."""
import pytest

from kitaccount import OTHER, PASSWORD, Account, act, cookie_of, page_of, totp, turn_on
from kitapi import problem
from kithttp import Client, private, volley, wire
from kitshop import Shop


@pytest.fixture()
def account(demo):
    return Account(demo)


def test_second_factor(account):
    client = account.signed_in()
    problem(act(client, "POST", "/api/auth/totp", {"password": OTHER}), 401, "credentials_invalid")
    secret, codes = turn_on(client)
    assert len(set(codes)) == 10
    problem(account.login(status=401).answer, 401, "second_factor_required")
    code = totp(secret)
    account.login(code=code)
    answer = account.login(status=401, code=code).answer  # each code once
    problem(answer, 401, "second_factor_required")
    account.login(code=codes[0])
    account.login(status=401, code=codes[0])
    account.login(code=codes[1].upper())
    assert client.get("/api/auth/totp").json()["codes_left"] == 8
    assert account.demo.sql("SELECT totp_sealed FROM kf.staff WHERE email = '%s'" % account.email)[0]["totp_sealed"].startswith("v1.")


def ticket_of(account):
    """The first step of a sign-in by API: the ticket that replaces the password in the second step."""
    answer = account.login(status=401).answer
    problem(answer, 401, "second_factor_required")
    private(answer.json()["ticket"])
    return answer.json()["ticket"]


def by_ticket(account, ticket, code, client=None, **more):
    return (client or account.client()).post("/api/auth/login", json=dict(more, ticket=ticket, code=code))


def over(answer):
    problem(answer, 401, "credentials_invalid")
    assert [one["field"] for one in answer.json()["errors"]] == ["ticket"]
    assert "ticket" not in answer.json() and cookie_of(answer) is None


def test_second_factor_by_ticket(account):
    client = account.signed_in()
    secret, codes = turn_on(client)
    ticket = ticket_of(account)
    wrong = by_ticket(account, ticket, "000-000")
    problem(wrong, 401, "second_factor_required")
    assert [one["field"] for one in wrong.json()["errors"]] == ["code"] and wrong.json()["ticket"] == ticket
    inside = by_ticket(account, ticket, totp(secret))
    assert inside.status_code == 200 and inside.json()["user"]["email"] == account.email and cookie_of(inside)
    private(inside.json()["csrf_token"])
    over(by_ticket(account, ticket, codes[0]))
    assert client.get("/api/auth/totp").json()["codes_left"] == 10  # a refused attempt used no code
    for body, fields in (({}, ["email", "password"]), ({"ticket": ticket}, ["code"]), ({"ticket": ""}, ["ticket"]),
                         ({"email": account.email, "ticket": ticket, "code": codes[0]}, ["ticket"])):
        answer = account.client().post("/api/auth/login", json=body)
        problem(answer, 422, "invalid")
        assert [one["field"] for one in answer.json()["errors"]] == fields, body
    ticket = ticket_of(account)
    assert act(client, "POST", "/api/auth/password", {"current_password": PASSWORD, "password": OTHER}).status_code == 204
    over(by_ticket(account, ticket, codes[0]))


def test_a_ticket_is_of_one_person_of_one_business(demo):
    mine, other = Account(demo), Account(demo)
    secrets = [turn_on(one.signed_in()) for one in (mine, other)]
    ticket = ticket_of(mine)
    problem(by_ticket(mine, ticket, secrets[1][1][0]), 401, "second_factor_required")
    for at in (7, len(ticket) // 2, len(ticket) - 5):  # in the key, the seal and the content
        over(by_ticket(mine, ticket[:at] + ("A" if ticket[at] != "A" else "B") + ticket[at + 1:], secrets[0][1][0]))
    elsewhere = Client(Shop(demo, payments=False).url)
    over(by_ticket(mine, ticket, secrets[0][1][0], elsewhere))
    # another business's host does not reveal that a password is right
    there = elsewhere.post("/api/auth/login", json={"email": mine.email, "password": PASSWORD})
    problem(there, 401, "credentials_invalid")
    assert "ticket" not in there.json() and cookie_of(there) is None


def test_one_ticket_at_the_same_moment_and_many_tickets(demo, account):
    """Parallel attempts with one ticket each all succeed; with a single ticket only one does."""
    client = account.signed_in()
    _, codes = turn_on(client)
    host = demo.about["base_url"].split("//")[1]

    def come_in(tickets, used):
        messages = [wire("POST", "/api/auth/login", host, {"ticket": ticket, "code": code})
                    for ticket, code in zip(tickets, used)]
        return sorted(one.status for one in volley(demo.port, messages))
    assert come_in([ticket_of(account) for _ in range(3)], codes[:3]) == [200] * 3
    assert come_in([ticket_of(account)] * 3, codes[3:6]) == [200, 401, 401]
    assert client.get("/api/auth/totp").json()["codes_left"] == 6
    account.login(code=codes[9])  # the counted attempts are reset
    tickets = [ticket_of(account) for _ in range(6)]
    for n, ticket in enumerate(tickets[:5]):
        problem(by_ticket(account, ticket, "00%d-000" % n), 401, "second_factor_required")
    problem(by_ticket(account, tickets[5], codes[8]), 429, "rate_limited")
    problem(account.login(status=429, code=codes[8]).answer, 429, "rate_limited")


def test_second_factor_in_the_pages(account):
    client = account.signed_in()
    secret, codes = turn_on(client)
    browser = account.client(**{"Accept-Language": "es"})
    asked = browser.submit(browser.page("/dashboard/login?next=/dashboard/staff").form("login"), email=account.email,
                           password=PASSWORD)
    page = page_of(asked)
    assert asked.status_code == 200 and page.h1 == "Confirma que eres tú" and cookie_of(asked) is None
    assert PASSWORD not in asked.text
    wrong = browser.submit(page.form("login"), code="000000")
    assert wrong.status_code == 422 and "no es correcto" in wrong.text
    inside = browser.submit(page_of(wrong).form("login"), code=totp(secret))
    assert inside.headers["Location"] == "/dashboard/staff"
    other = account.client(**{"Accept-Language": "es"})
    page = page_of(other.submit(other.page("/dashboard/login").form("login"), email=account.email, password=PASSWORD))
    page = page_of(other.submit(page.form("login"), button=("way", "recovery")))
    assert page.h1 == "Usa un código de recuperación"
    inside = other.submit(page.form("login"), code=codes[2])
    assert inside.headers["Location"] == "/dashboard/account?done=auth.recovery_used"
    off = browser.submit(browser.page("/dashboard/account/second-factor").form("codes"), password=PASSWORD)
    assert off.status_code == 200 and "Guarda tus códigos" in off.text
