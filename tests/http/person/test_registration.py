"""Registration: KonfirmadoRegistration, KonfirmadoRegistrationDomains."""
from kitaccount import Account, Node, act
from kitadmin import good
from kithttp import Page


def code(answer, status=403):
    assert answer.status_code == status, answer.text
    return answer.json()["code"]


def test_closed(demo, tmp_path):
    node = Node(demo, tmp_path, "KonfirmadoRegistration closed\n").start()
    try:
        account = Account(demo, base=node.base)
        assert code(account.register()) == "registration_closed"
        page = account.client().get("/dashboard/register")
        assert page.status_code == 403 and "El registro no está abierto a todos" in page.text
        assert not account.mails()
    finally:
        node.stop()


def test_by_domain(demo, tmp_path):
    node = Node(demo, tmp_path, "KonfirmadoRegistrationDomains Privado.example otra.example\n").start()
    try:
        assert Account(demo, base=node.base).register().status_code == 202
        stranger = Account(demo, email="zulmaqx.x@sub.privado.example.org", base=node.base)
        answer = stranger.register()
        assert code(answer) == "registration_closed" and "privado.example otra.example" in answer.json()["detail"]
    finally:
        node.stop()


def test_approved_first(demo, tmp_path):
    """A newly registered owner can look at everything and change nothing until the operator resumes the business."""
    node = Node(demo, tmp_path, "KonfirmadoRegistration approval\n").start()
    try:
        account = Account(demo, base=node.base)
        client = account.signed_in()
        assert code(act(client, "PATCH", "/api/tenant/branding", {"name": "Otro"})) == "read_only"
        assert "Espera la aprobación" in client.get("/dashboard").text
        (row,) = [one for one in demo.ctl("tenant", "list", "--trouble", "--limit", "1000") if one["name"] == account.business]
        assert row["standing"] == "approval" and row["status"] == "suspended" and "approval 1" in row["health"]
        demo.ctl("tenant", "resume", row["subdomain"])
        good(act(client, "PATCH", "/api/tenant/branding", {"name": account.business + " abierto"}))
    finally:
        node.stop()
