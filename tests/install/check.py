"""Checks the installation of conf/README.md from inside its machine."""
import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request

context = ssl._create_unverified_context()  # the certificate is self-signed


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def get(url):
    """(status, text, Location)"""
    opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(url, timeout=30) as answer:
            return answer.status, answer.read().decode(), None
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers.get("Location")


def ctl(*words):
    return json.loads(subprocess.run(["konfirmadoctl", "--json", *words], stdout=subprocess.PIPE, check=True).stdout)


def well():
    """Background work reports a first start some seconds later."""
    until = time.monotonic() + 60
    while True:
        status, said, _ = get("https://book.example.com/health")
        if (status, json.loads(said)["status"]) == (200, "ok"):
            return
        assert time.monotonic() < until, said
        time.sleep(0.5)


well()
page = "/book/" + ctl("link", "list", "aurora")[0]["public_id"]
status, said, _ = get("https://aurora.book.example.com" + page)
assert status == 200 and "Consulta general" in said and "/assets/" in said, said
assert get("http://aurora.book.example.com" + page)[::2] == (301, "https://aurora.book.example.com" + page)
style = said.split('rel="stylesheet" href="', 1)[1].split('"', 1)[0]
assert get("https://book.example.com" + style)[0] == 200, style
checks = {one["check"]: one for one in ctl("check")["checks"]}
assert all(one["result"] == "ok" for name, one in checks.items() if name != "mails"), checks
owned = subprocess.run(["stat", "-c", "%a", "/etc/konfirmado/keys", "/etc/apache2/sites-available/konfirmado.conf"],
                       stdout=subprocess.PIPE, text=True, check=True).stdout.split()
assert owned == ["600", "600"], owned
made = ctl("--database", "host=127.0.0.1 dbname=konfirmado user=konfirmado_backup", "backup", "/root/copy")
assert made["tables"]["tenant"] == 1 and os.path.getsize("/root/copy/database.dump") == made["bytes"]
assert os.path.exists("/usr/local/share/man/man1/konfirmadoctl.1")
print("installed as conf/README.md says")
