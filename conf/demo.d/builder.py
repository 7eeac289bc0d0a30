"""Packages and the build. Everything is built outside the source tree's own folders."""
import fcntl
import os
import subprocess

from say import Refused, progress, run_logged

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def install():
    """Installs missing packages; silent if none is missing."""
    done = subprocess.run([os.path.join(TOP, "conf/install-deps"), "build", "run"], stdout=2, check=False)
    if done.returncode != 0:
        raise Refused("the packages that Konfirmado needs could not be installed (see above)")


def newer(a, b):
    return not os.path.exists(b) or os.path.getmtime(a) > os.path.getmtime(b)


def build(folder):
    """An up-to-date build in the folder."""
    os.makedirs(folder, exist_ok=True)
    log = os.path.join(folder, "demo-build.log")
    # Two demos that start together build once: the second waits for the first.
    with open(os.path.join(folder, "demo-build.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(log, "w", encoding="ascii"):
            pass
        configure = os.path.join(TOP, "configure")
        if newer(os.path.join(TOP, "configure.ac"), configure) or newer(os.path.join(TOP, "Makefile.am"), os.path.join(TOP, "Makefile.in")):
            progress("preparing the build")
            run_logged(["autoreconf", "-fi"], "autoreconf", log, cwd=TOP)
        if newer(configure, os.path.join(folder, "config.status")):
            if os.path.exists(os.path.join(TOP, "config.status")) and not os.path.samefile(TOP, folder):
                raise Refused("the sources are configured in their own folder: run make distclean there, or give --build-dir .")
            progress("configuring in %s" % folder)
            run_logged([configure], "configure", log, cwd=folder)
        progress("building")
        run_logged(["make", "-j%d" % (os.cpu_count() or 1)], "make", log, cwd=folder)
    return folder


def products(folder):
    """(module, konfirmadoctl, folder of built htdocs files) of a build."""
    module = os.path.join(folder, "mod_konfirmado/mod_konfirmado.so")
    command = os.path.join(os.environ.get("KF_MAKE_DIR") or folder, "konfirmadoctl")
    built = [os.path.join(folder, "htdocs", name) for name in
             ("assets/css/auth.css", "assets/css/dashboard.css", "assets/css/wizard.css", "openapi.json")]
    for path in [module, command] + built:
        if not os.path.exists(path):
            raise Refused("%s is missing: is %s the folder of a finished build?" % (path, folder))
    return module, command, built
