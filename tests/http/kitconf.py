"""Other configurations of a demo: checked by httpd, or in use for a while."""
import os
import subprocess

from kitdemo import wait_until


def _told(demo, path):
    """apache2 -t on a configuration: (status, output)."""
    done = subprocess.run(["/usr/sbin/apache2", "-t", "-f", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, env=demo.check_env(), check=False)
    return done.returncode, done.stdout


def checked(demo, tmp_path, change):
    """apache2 -t on the demo's configuration with a change: (status, output)."""
    with open(demo.conf, encoding="utf-8") as handle:
        text = change(handle.read())
    path = tmp_path / "httpd.conf"
    path.write_text(text)
    return _told(demo, path)


def reconfigure(demo, *lines, drop=("KonfirmadoSMTP", "KonfirmadoSMTPSecurity")):
    """Writes the mail directives anew; returns the output of `apachectl -t`."""
    with open(demo.conf, encoding="utf-8") as handle:
        text = handle.read()
    kept = [line for line in text.splitlines() if line.split(" ")[0:1] and line.strip().split(" ")[0] not in drop]
    kept.insert(kept.index("</VirtualHost>"), "\n".join(lines))
    changed = demo.conf + ".test"
    with open(changed, "w", encoding="utf-8") as handle:
        handle.write("\n".join(kept) + "\n")
    os.chmod(changed, 0o600)
    return text, changed, *_told(demo, changed)


class Running:
    """The same httpd with other directives, by a graceful restart, and restored afterwards."""

    def __init__(self, demo, *lines):
        self.demo, self.lines = demo, lines

    def restart(self, text):
        before = set(self.demo.children())
        with open(self.demo.conf, "w", encoding="utf-8") as handle:
            handle.write(text)
        self.demo.graceful()
        wait_until(lambda: not before & set(self.demo.children()), 20)
        wait_until(self.demo.healthy, 20)

    def __enter__(self):
        self.before, changed, status, said = reconfigure(self.demo, *self.lines)
        assert status == 0, said
        with open(changed, encoding="utf-8") as handle:
            self.restart(handle.read())
        return self

    def __exit__(self, *_):
        self.restart(self.before)
