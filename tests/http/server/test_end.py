"""The final checks find planted secrets and errors (see kitend.py and kitleaks.py)."""
import kitend
import kitleaks
from kitshop import FREE


def test_a_token_is_found(tmp_path):
    token = "1//0" + "Ab_-" * 20
    file = tmp_path / "log"
    for line in ("GET /google/token?t=1%2F%2F0" + "Ab_-" * 20, "\t%s\n" % token):
        file.write_text(line)
        assert kitleaks.holds(str(file), {token, "x" * 30}) == {token}
    file.write_text("\t1//0\n")
    assert kitleaks.holds(str(file), {token}) == set()


def test_a_person_and_a_secret_are_found(tmp_path):
    secret = "whsec_" + "Zm9v" * 8
    file = tmp_path / "log"
    file.write_text("GET /book/abc\nGET /x?name=Zulmaqx\nPOST /y phone=%%2B573007000001\nsecret=%s;\nid=13007000001234\n" % secret)
    found, lines = kitend.private_lines(str(file), {secret})
    assert lines == 5 and len(found) == 3, found


def test_an_installation_has_lines_and_secrets(demo, shop):
    """The search has input: logs with lines, and secrets that are not empty strings."""
    shop.book(service=FREE["name"])
    assert len(kitend.secrets_of(demo)) > 6
    assert kitend.check_logs([demo]) == []
    assert sum(kitend.private_lines(path, set())[1] for path in kitend.logs(demo)) > 0
