"""Many commands over one connection."""
import json
import subprocess

from conftest import TENANT


def batch(ctl, *lines, json_lines=True, status=0):
    text = "".join((one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)) + "\n" for one in lines)
    command = ctl.command(*(["--json"] if json_lines else []), "batch")
    done = subprocess.run(**command, input=text, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done


def test_each_answer_is_a_line(ctl):
    words = "Calle 93 # 14-20\n\"Edificio\" 'Ñ' \\ $HOME"
    done = batch(ctl, [*TENANT, "--contact", words], "", ["service", "create", "aurora", "--name", "Consulta", "--description", "Consulta general.",
                                                        "--duration", "30", "--price", "0"], ["tenant", "show", "aurora"])
    tenant, service, shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert tenant["subdomain"] == "aurora" and service["name"] == "Consulta" and shown["tenant_id"] == tenant["tenant_id"]
    assert ctl("tenant", "show", "aurora")["contact"] == shown["contact"]


def test_the_first_refusal_ends_it(ctl):
    done = batch(ctl, TENANT, TENANT, ["tenant", "suspend", "aurora"], status=1)
    made, refused = [json.loads(line) for line in done.stdout.splitlines()]
    assert made["subdomain"] == "aurora" and refused["errors"][0]["field"] == "--subdomain"
    assert "konfirmadoctl: --subdomain" in done.stderr
    assert ctl.one("SELECT status FROM kf.tenant") == "active", "what came after was not done"


def test_words_for_people(ctl):
    done = batch(ctl, TENANT, ["tenant", "list"], json_lines=False)
    assert "aurora" in done.stdout and "{" not in done.stdout


def test_what_is_no_command(ctl):
    for line, said in (("tenant list", "JSON array of arguments"), ('{"tenant": 1}', "JSON array of arguments"),
                       (["service", "create", 30], "Argument 3 of the line is not a string"), ([], "No command is given"),
                       (["batch"], "run this one by itself"), (["--database", "dbname=other", "tenant", "list"], "--database is said once"),
                       (["customer", "export", "aurora", "-"], "run this one by itself"), (["tenant", "fly"], "There is no command")):
        if line == ["customer", "export", "aurora", "-"]:
            batch(ctl, TENANT)
        done = batch(ctl, line, status=2)
        assert said in done.stderr and json.loads(done.stdout)["errors"][0]["code"] == "usage", done
