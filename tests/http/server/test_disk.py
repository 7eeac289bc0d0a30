"""Full disks: PostgreSQL's, and the one for images."""
import contextlib
import os
import subprocess
import tempfile

import pytest

from kitdemo import wait_until
from kitlog import DOWN
from kitoperator import findings, raised, scrape, status_page, value, warned
from kitshop import FREE, Shop

pytestmark = pytest.mark.plain  # the same code as everywhere; the database is the slow part
SMALL_MB = 90  # enough for the database of this test, and less than Konfirmado wants for images


@contextlib.contextmanager
def file_system(owner):
    """A folder with its own small file system."""
    folder = tempfile.mkdtemp(prefix="kf-disk-", dir="/tmp")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % SMALL_MB, "tmpfs", folder], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        os.rmdir(folder)
        pytest.skip("no file system can be mounted here")
    subprocess.run(["chown", owner, folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        os.rmdir(folder)


@pytest.fixture(scope="module")
def demo(demos):
    with file_system("www-data") as folder:
        one = demos.get("full", ("KonfirmadoUploadDir " + folder,))
        one.folder = folder
        yield one
        demos.found += demos.stop("full").bad()  # it has open files in the folder


@pytest.fixture()
def shop(demo):
    return Shop(demo)


def to_tablespace(demo, name):
    """The database with all its files, without connections to it."""
    demo.db.close()
    if demo.batch:
        demo.batch.communicate()
    text = """ALTER DATABASE konfirmado ALLOW_CONNECTIONS false;
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'konfirmado';
        ALTER DATABASE konfirmado SET TABLESPACE %s;
        ALTER DATABASE konfirmado ALLOW_CONNECTIONS true""" % name
    command = [word if word != "konfirmado" else "postgres" for word in demo.db.command] + ["-v", "ON_ERROR_STOP=1"]
    subprocess.run(command, input=text, text=True, cwd="/", check=True, stdout=subprocess.DEVNULL)
    wait_until(demo.healthy)


@contextlib.contextmanager
def full(folder):
    """Not a byte is free, not even for root."""
    path = os.path.join(folder, "filler")
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as handle:
        while True:
            handle.write(bytes(1 << 16))
    try:
        yield
    finally:
        os.unlink(path)


@contextlib.contextmanager
def small_database(demo):
    with file_system("postgres") as folder:
        demo.run("CREATE TABLESPACE small LOCATION '%s'" % folder)
        to_tablespace(demo, "small")
        try:
            yield folder
        finally:
            to_tablespace(demo, "pg_default")
            demo.run("DROP TABLESPACE small")


def refused(shop):
    """The headers of the answer to one more hold if it is refused."""
    answer = shop.client().post("/api/holds", json=shop.hold_body(shop.take_slot()))
    assert answer.status_code in (201, 503), answer.text
    return answer.status_code == 503 and answer.headers


def test_the_database_has_no_room(demo, shop, log):
    """Writes are refused with 503. Once there is space again, all recovers by itself."""
    log.expect(*DOWN)
    with small_database(demo) as folder:
        assert not warned(demo, "room")
        before = value(demo, "konfirmado_database_errors_total", **{"class": "resources"})
        with full(folder):
            # Existing pages still take rows: the first row that needs a new page gets 503.
            headers = wait_until(lambda: refused(shop), 20, 0)
            assert headers["Retry-After"]
            raised(demo, "PostgreSQL's disk",
                   lambda now: now['konfirmado_database_errors_total{class="resources"}'] > before)
            assert "out of disk, memory or connections" in status_page(demo)
            (said,) = [one for one in warned(demo, "room") if "53100" in one]
            assert "No space left on device" in said
        assert not [one for one in warned(demo, "room") if "53100" in one]
        shop.book(service=FREE["name"]).wait("confirmed", seconds=30)
        # the worker reports it too, as soon as it can write
        wait_until(lambda: ("exhausted", None) in findings(demo), 15, 0.5)


def test_pictures_have_no_room(demo, log):
    raised(demo, "room for pictures", lambda now: now["konfirmado_upload_dir_free_bytes"] < 100e6)
    assert "Room left in KonfirmadoUploadDir: " in status_page(demo)
    with full(demo.folder):
        assert scrape(demo)["konfirmado_upload_dir_free_bytes"] == 0
        assert "Room left in KonfirmadoUploadDir: 0 MB." in status_page(demo)
