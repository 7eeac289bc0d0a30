"""Messages for the user: progress on stderr, errors as one sentence."""
import subprocess
import sys
import time

_start = time.monotonic()


class Refused(Exception):
    """An error that the user can fix; its text says what is wrong and how to fix it."""


def progress(text):
    print("[%5.1f s] %s" % (time.monotonic() - _start, text), file=sys.stderr, flush=True)


def tail(path, lines=25):
    try:
        with open(path, encoding="utf-8", errors="replace") as handle:
            return "".join(handle.readlines()[-lines:])
    except OSError:
        return ""


def run(command, what, **options):
    """Runs to the end and returns stdout; a failure becomes one sentence with the command's output."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    except OSError as error:
        raise Refused("%s: %s" % (what, error)) from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip())[-3000:]
        raise Refused("%s failed (status %d):\n%s" % (what, done.returncode, said))
    return done.stdout


def run_logged(command, what, log, **options):
    """The same for long work: output goes to the log, a sign of life to stderr."""
    with open(log, "a", encoding="utf-8") as handle:
        process = subprocess.Popen(command, stdout=handle, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, **options)
        waited = 0
        while True:
            try:
                status = process.wait(timeout=5)
                break
            except subprocess.TimeoutExpired:
                waited += 5
                last = tail(log, 1).strip()
                progress("%s: %d s, %s" % (what, waited, last[:80]))
    if status != 0:
        raise Refused("%s failed (status %d), see %s:\n%s" % (what, status, log, tail(log)))
