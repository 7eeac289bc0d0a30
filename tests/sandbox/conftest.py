"""Fixtures: one sandbox process a file, reset before each test, and a listener for events."""

import pytest

from sandbox_client import Client, Listener, account


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
