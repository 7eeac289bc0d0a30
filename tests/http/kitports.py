"""Reserves ports: no other installation of this run and no parallel run takes them."""
import fcntl
import itertools
import os
import random
import socket
import tempfile

# Below the ephemeral ports of outgoing connections, of which there are thousands here.
FIRST, LAST = 20000, 32000
# httpd, the sandbox, its mail server; one is spare.
TOGETHER = 4
FOLDER = os.path.join(tempfile.gettempdir(), "konfirmado-ports-%d" % os.getuid())

_held = []  # locked as long as this process lives


def _lock(port):
    os.makedirs(FOLDER, mode=0o700, exist_ok=True)
    handle = open(os.path.join(FOLDER, str(port)), "w", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return False
    _held.append(handle)
    return True


def _free(port):
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        return True
    except OSError:
        return False


def free_ports():
    """A port for httpd, with the next ones free too: the demo gives those to the sandbox."""
    first = random.randrange(FIRST, LAST, TOGETHER)
    for port in itertools.chain(range(first, LAST, TOGETHER), range(FIRST, first, TOGETHER)):
        if _lock(port) and all(_free(port + n) for n in range(TOGETHER)):
            return port
    raise AssertionError("no %d free ports beside each other" % TOGETHER)
