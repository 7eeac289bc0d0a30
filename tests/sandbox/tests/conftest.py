"""Fixtures: one sandbox process a file, reset before each test, and a listener for events."""
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from google_cases import BACK, SECRET  # noqa: E402
from sandbox_client import Client, Listener, account  # noqa: E402


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    client = Client(tmp_path_factory.mktemp("sandbox"))
    yield client
    client.stop()


@pytest.fixture()
def hook():
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture()
def box(process, hook):
    process.shift(0)
    process.ok("reset", {"all": True})
    process.ok("accounts", account(hook.url))
    return process


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    client = Client(tmp_path_factory.mktemp("google"), "--insecure-push", "--time-scale", "20")
    yield client
    client.stop()


@pytest.fixture()
def google(running):
    """The stand-in for Google as new, with one client registered."""
    running.shift(0)
    running.google.reset(True)
    running.google.client(BACK, client_id="kf", client_secret=SECRET)
    return running.google
