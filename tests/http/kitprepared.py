"""A PostgreSQL data folder with this tree's schema, made once. Every installation starts with a copy of it."""
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "conf/demo.d"))
from cluster import Cluster, tool  # noqa: E402
from seed import Command  # noqa: E402
from state import State  # noqa: E402


def key(program):
    """Another schema, or another program that applies it, gets another folder."""
    seen = hashlib.sha256()
    seen.update(tool("initdb").encode())
    for path in [*sorted((TOP / "sql").rglob("*.sql")), *sorted((TOP / "conf/demo.d").glob("*.py")),
                 pathlib.Path(__file__).resolve(), pathlib.Path(program)]:
        seen.update(str(path).encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def make(folder, program):
    state = State(folder)
    os.makedirs(folder)
    state.create()
    cluster = Cluster(state)
    cluster.prepared = None
    cluster.make(["fsync = off"])
    cluster.start()
    try:
        cluster.create_database()
        Command(state, cluster, program).migrate()
    finally:
        cluster.stop()
    return cluster.data


def prepared(build_dir):
    """Returns the folder. The first caller makes it, the others wait."""
    program = os.path.join(build_dir, "konfirmadoctl")
    top = os.environ.get("KF_TEST_DIR") or os.path.join(tempfile.gettempdir(), "konfirmado-tests-%d" % os.getuid())
    os.makedirs(top, exist_ok=True)
    done = os.path.join(top, "prepared-" + key(program))
    with open(done + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(done):
            begun = tempfile.mkdtemp(prefix="kf-prepared-", dir="/tmp")
            os.chmod(begun, 0o711)
            try:
                data = make(os.path.join(begun, "demo"), program)
                # an interrupted copy is not taken for a complete one
                shutil.rmtree(done + ".new", ignore_errors=True)
                os.makedirs(done + ".new", mode=0o755)
                subprocess.run(["cp", "-a", data, os.path.join(done + ".new", "data")], check=True)
                os.rename(done + ".new", done)
                # folders of another schema or program are not needed any more
                for old in pathlib.Path(top).glob("prepared-????????????????"):
                    if str(old) != done:
                        shutil.rmtree(old, ignore_errors=True)
            finally:
                shutil.rmtree(begun, ignore_errors=True)
    return os.path.join(done, "data")
