"""Fixtures of the browser suite: one installation, two Chromiums (with and without JavaScript).

KF_BUILD_DIR  a finished build (needed)
KF_PICTURES=1 pictures of every page and state go to the folder screens of KF_TEST_DIR
KF_KEEP=1     leaves the folder of the demo for a look
"""
import os
import shutil
import sys
import tempfile

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))
sys.path.insert(0, HERE)

import kitlog  # noqa: E402
from kitbrowser import Chromium, Walk  # noqa: E402
from kitdemo import Demo  # noqa: E402
from kithttp import PRIVATE  # noqa: E402
from kitshop import Shop, person  # noqa: E402

DAY = "mon-sun 08:00-12:00,14:00-20:00"
SERVICES = (
    {"name": "Limpieza", "price": 120000, "charge": "percent:25", "duration": 45, "step": 45,
     "description": "Limpieza completa con ultrasonido y pulido."},
    {"name": "Blanqueamiento", "price": 450000, "charge": "total", "duration": 90, "step": 45,
     "description": "Una sesión en consultorio, con valoración del esmalte antes de empezar y consejos para la casa."},
    {"name": "Asesoría", "price": 0, "duration": 30, "step": 30,
     "description": "Primera visita: revisión y plan de tratamiento."})


@pytest.fixture(scope="session")
def demo():
    folder = tempfile.mkdtemp(prefix="kf-browser-", dir="/tmp")
    os.chmod(folder, 0o711)
    # The sandbox sends every event from one address.
    one = Demo(folder, ("KonfirmadoRateLimit webhook 6000/10s", "KonfirmadoDBWait 10s", "KonfirmadoDBBudget 0s")).start()
    yield one
    one.stop()
    if not os.environ.get("KF_KEEP"):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def watch(demo):
    return kitlog.Watch(demo)


@pytest.fixture(autouse=True)
def quiet_log(request):
    """After each test that used the installation: no unannounced lines in its logs."""
    if "demo" not in request.fixturenames:
        yield
        return
    log = request.getfixturevalue("watch")
    yield
    found = log.bad()
    log.forget()
    assert not found, "not announced:\n" + "\n".join(found[:40])


@pytest.fixture(scope="session")
def clinic(demo):
    """The business that most tests book with."""
    return make_clinic(demo)


def make_clinic(demo, **options):
    values = {"name": "Clínica Norte", "services": SERVICES, "professionals": ("Laura Gómez", "Andrés Felipe Restrepo"),
              "hours": DAY, "contact": "Calle 93 # 14-20, Bogotá\n+57 601 234 5678", "primary_color": "#0F5C5C",
              "secondary_color": "#F2B66D", "terms_url": "%s/merchant/terms" % demo.sandbox_url}
    values.update(options)
    return Shop(demo, **values)


@pytest.fixture()
def make_shop(demo):
    return lambda **options: make_clinic(demo, **options)


@pytest.fixture(scope="session")
def chromiums():
    running = {}

    def get(scripts):
        if scripts not in running:
            running[scripts] = Chromium(scripts)
        return running[scripts]
    yield get
    for one in running.values():
        one.close()


@pytest.fixture()
def browser(chromiums):
    """A new visitor with a phone and JavaScript."""
    return chromiums(True).fresh()


@pytest.fixture()
def plain(chromiums):
    """A new visitor with a phone and no JavaScript."""
    return chromiums(False).fresh()


@pytest.fixture()
def walk(browser, clinic):
    return Walk(browser, clinic)


@pytest.fixture()
def someone():
    return dict(person(), notes="Es mi primera visita.")


@pytest.fixture(scope="session")
def private():
    return PRIVATE
