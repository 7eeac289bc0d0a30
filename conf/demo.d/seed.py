"""The clinic of the demo, made with the operator's own command."""
import base64
import json
import os
import secrets
import string
import subprocess
import urllib.request

from builder import TOP
from say import Refused, progress, run

TENANT = "aurora"
MERCHANT = "aurora"  # the receiver's name in the sandbox

SERVICES = [
    {"name": "Consulta general", "duration": 30, "price": 120000, "charge": "percent:25", "buffer-after": 5,
     "description": "Consulta de medicina general: revisión, diagnóstico y fórmula. Trae tus exámenes recientes."},
    {"name": "Valoración gratuita", "duration": 20, "price": 0,
     "description": "Una primera conversación sin costo para contarte cómo podemos ayudarte."},
    {"name": "Terapia", "duration": 60, "price": 180000, "charge": "total", "buffer-after": 10,
     "description": "Sesión individual de terapia psicológica, en un espacio tranquilo y confidencial."},
    {"name": "Control de seguimiento", "duration": 20, "price": 80000, "charge": "fixed:20000",
     "description": "Control después de tu consulta: evolución, resultados y ajustes al tratamiento."},
]
PROFESSIONALS = [
    {"name": "Dra. Laura Restrepo", "description": "Medicina general y familiar, 12 años de experiencia.",
     "services": ["Consulta general", "Valoración gratuita", "Control de seguimiento"],
     "hours": "mon-fri 08:00-12:00,14:00-18:00", "break": "mon-fri 10:00-10:15"},
    {"name": "Dr. Andrés Gómez", "description": "Medicina interna. Atiende también los sábados.",
     "services": ["Consulta general", "Control de seguimiento"],
     "hours": "mon-fri 09:00-17:00; sat 09:00-12:00", "break": "mon-fri 13:00-14:00"},
    {"name": "Ps. Camila Torres", "description": "Psicóloga clínica, terapia para adultos y parejas.",
     "services": ["Terapia", "Valoración gratuita"],
     "hours": "tue-fri 10:00-19:00; sat 09:00-13:00", "break": "tue-fri 13:00-14:00"},
]


def environment(state, cluster, role):
    return dict(os.environ, KONFIRMADO_DATABASE=cluster.conninfo(role),
                KONFIRMADO_KEY_FILE=state.path("keys", "konfirmado.keys"))


class Batch:
    """konfirmadoctl of this build, as one process that takes one command after another."""

    def __init__(self, state, cluster, program):
        self.process = subprocess.Popen([program, "--json", "batch"], cwd="/", env=environment(state, cluster, "app"), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __call__(self, *words):
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        if not said or '"errors"' in said:
            raise Refused("konfirmadoctl %s failed:\n%s" % (" ".join(words[:2]), self.process.communicate()[1].strip()))
        return json.loads(said)

    def end(self):
        self.process.communicate()


class Command:
    """konfirmadoctl of this build, against this demo."""

    def __init__(self, state, cluster, program):
        self.state = state
        self.cluster = cluster
        self.program = program

    def __call__(self, *words, role="app", said_to=""):
        """One command, with its stdin; returns its JSON document (None if it prints nothing)."""
        said = run([self.program, "--json", *words], "konfirmadoctl %s" % " ".join(w for w in words[:2] if w[0] != "-"), cwd="/",
                   env=environment(self.state, self.cluster, role), input=said_to)
        return json.loads(said) if said.strip() else None

    def migrate(self):
        return self("migrate", "--sql-dir", os.path.join(TOP, "sql"), "--test-clock", role="owner")


def options(values):
    """A dict of options as arguments: {"price": 0} is --price 0."""
    words = []
    for name, value in values.items():
        words += ["--" + name, str(value)]
    return words


def wompi_keys():
    def key(prefix):
        return prefix + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
    return {"public_key": key("pub_test_"), "private_key": key("prv_test_"),
            "integrity_secret": key("test_integrity_"), "events_secret": key("test_events_")}


def make_tenant(ctl, data):
    """Creates the tenant, its payment account and its callback; puts ids and secrets into `data`."""
    sandbox = "http://localhost:%d" % data["sandbox_port"]
    data["callback_secret"] = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    data["wompi"] = wompi_keys()
    tenant = ctl("tenant", "create", *options({
        "name": "Clínica Aurora", "subdomain": TENANT, "time-zone": "America/Bogota", "language": "es",
        "currency": "COP", "primary-color": "#0F5C5C", "secondary-color": "#F2B66D",
        "logo-url": "/assets/demo/aurora.svg",
        "terms-url": "%s/merchant/terms" % sandbox, "contact": "citas@aurora.example, 601 555 0142",
        "about": "Medicina general y psicología en Chapinero. Atendemos con cita, de lunes a sábado.",
        "phone": "601 555 0142", "whatsapp": "+57 300 555 0142",
        "street-address": "Carrera 7 # 71-21, consultorio 402, Bogotá",
        "callback-url": "%s/merchant/callback/%s" % (sandbox, MERCHANT),
        "return-url": "%s/merchant/return/%s" % (sandbox, MERCHANT),
        "callback-secret": data["callback_secret"], "allow": "localhost"}),
        "--colombian-phone", "--allow-http")
    data["tenant_id"] = tenant["tenant_id"]
    account = ctl("payment-account", "set", TENANT, "--provider", "wompi",
                  *options({name.replace("_", "-"): value for name, value in data["wompi"].items()}))
    data["hook_url"] = data["base_url"] + account["path"]


def make_catalogue(ctl, data):
    for service in SERVICES:
        ctl("service", "create", TENANT, *options(service))
    for person in PROFESSIONALS:
        words = options({key: value for key, value in person.items() if key != "services"})
        for service in person["services"]:
            words += ["--service", service]
        ctl("professional", "create", TENANT, "--time-zone", "America/Bogota", *words)
    data["link"] = ctl("link", "create", TENANT, "--name", "Reserva tu cita")["public_id"]
    data["link_free"] = ctl("link", "create", TENANT, "--name", "Valoración gratuita",
                            "--service", "Valoración gratuita")["public_id"]
    data["link_expired"] = ctl("link", "create", TENANT, "--name", "Campaña terminada",
                               "--expires", "2026-01-31T00:00:00Z")["public_id"]
    for name, link in (("booking_url", "link"), ("booking_url_free", "link_free"),
                       ("booking_url_expired", "link_expired")):
        data[name] = "%s/book/%s" % (data["tenant_url"], data[link])


def seed(state, cluster, program):
    """Creates the whole clinic; the mark that it is complete is set last."""
    progress("seeding the clinic")
    ctl = Batch(state, cluster, program)
    make_tenant(ctl, state.data)
    make_catalogue(ctl, state.data)
    ctl.end()
    state.data["seeded"] = True
    state.save()


def make_owner(state, cluster, program):
    """Creates, once, an account that can sign in to the dashboard."""
    email, password = "clara@aurora.example", "-".join(secrets.token_hex(3) for _ in range(3))
    Command(state, cluster, program)(
        "staff", "create", TENANT, "--email", email, "--name", "Clara Mejía", "--password-stdin",
        "--common-passwords", os.path.join(TOP, "conf", "common-passwords.txt"), said_to=password + "\n")
    state.data.update(owner_email=email, owner_password=password)
    state.save()


def control(data, action, body):
    request = urllib.request.Request("http://127.0.0.1:%d/_control/%s" % (data["sandbox_port"], action),
                                     json.dumps(body).encode("utf-8"), {"Content-Type": "application/json"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            answer.read()
    except OSError as error:
        raise Refused("the sandbox refused the clinic's %s: %s" % (action, error)) from error


def tell_sandbox(data):
    """Registers the account and the receiver with the sandbox; idempotent."""
    control(data, "accounts", dict(data["wompi"], name="Clínica Aurora", events_url=data["hook_url"]))
    control(data, "merchants", {"name": MERCHANT, "secrets": [data["callback_secret"]]})
    control(data, "google/clients", data["google"])
