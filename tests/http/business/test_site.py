"""The other URLs of a host: /docs, robots.txt, favicon.ico, security.txt; and ETags changed by other modules."""
import datetime
import html
import json
import re

import pytest

import kitadmin
import kitapi
from kithttp import raw, wire
from kitshop import Shop


@pytest.fixture(scope="module")
def site(demos):
    return Shop(demos.get("site", ["KonfirmadoSecurityContact mailto:seguridad@book.example",
                                   "LoadModule brotli_module /usr/lib/apache2/modules/mod_brotli.so",
                                   "AddOutputFilterByType BROTLI_COMPRESS text/html application/json"]))


def get(shop, path, host=None, **headers):
    return raw(shop.demo.port, wire("GET", path, host or shop.demo.about["base_url"].split("://")[1], headers=headers))


def test_docs(shop):
    paths = kitapi.document()["paths"]
    for host in (None, shop.host):
        spanish, english = (get(shop, "/docs" + query, host) for query in ("?lang=es", "?lang=en"))
        assert (spanish.status, english.status) == (200, 200)
        pages = [html.unescape(one.body.decode()) for one in (spanish, english)]
        assert '<html lang="es">' in pages[0] and "Contenido" in pages[0] and "Contents" in pages[1]
        for page in pages:
            assert "<script" not in page and not re.search(r'(?:src|href)="https?://(?!%s)' % re.escape(shop.demo.about["base_url"][7:]), page)
            for path, item in paths.items():
                for method in item:
                    assert "%s %s" % (method.upper(), path) in page, (method, path)
        assert "script-src" not in english.headers["content-security-policy"] or "unsafe" not in english.headers["content-security-policy"]
        ids = re.findall(r' id="([^"]*)"', pages[1])
        assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
    owner = kitadmin.person(shop)
    words = owner.get("/dashboard/callbacks").text
    assert 'href="/docs"' in words
    # every path there with this prefix is served
    pages = set(re.findall(r'href="(/docs[^"#?]*)', words))
    assert pages == {"/docs", "/docs/callbacks"} and {get(shop, path, host).status for path in pages for host in (None, shop.host)} == {200}
    spanish, english = (get(shop, "/docs/callbacks?lang=" + lang).body.decode() for lang in ("es", "en"))
    assert '<html lang="es">' in spanish and "Callbacks para negocios" in spanish and "Callbacks for merchants" in english


def test_files_that_programs_look_for(site, shop):
    robots = get(site, "/robots.txt")
    assert robots.status == 200 and robots.headers["content-type"].startswith("text/plain")
    assert {"Disallow: /booking/", "Disallow: /dashboard"} <= set(robots.body.decode().splitlines())
    icon = get(site, "/favicon.ico", site.host)
    assert icon.status == 200 and icon.headers["content-type"] == "image/svg+xml" and icon.body.startswith(b"<svg")
    told = get(site, "/.well-known/security.txt", site.host)
    fields = dict(line.split(": ", 1) for line in told.body.decode().splitlines())
    assert told.status == 200 and told.headers["content-type"].startswith("text/plain")
    assert fields["Contact"] == "mailto:seguridad@book.example"
    assert fields["Canonical"] == site.demo.about["base_url"] + "/.well-known/security.txt"
    until = datetime.datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
    assert datetime.timedelta(days=30) < until - datetime.datetime.now(datetime.timezone.utc) < datetime.timedelta(days=365)
    # without a contact there is no such file; httpd serves the rest of that folder
    assert get(shop, "/.well-known/security.txt").status == 404
    other = get(site, "/.well-known/acme-challenge/token")
    assert other.status == 404 and "x-request-id" not in other.headers


@pytest.mark.parametrize("suffix", ["", "-gzip", "-br"])
def test_tags_that_a_filter_wrote_into(shop, suffix):
    owner = kitadmin.person(shop)
    for path in ("/api/openapi.json", "/api/tenant/branding"):
        tag = owner.get(path).headers["ETag"]
        changed = tag[:-1].removesuffix("-gzip") + suffix + '"'
        for sent in (changed, '"other", W/' + changed):
            got = owner.get(path, headers={"If-None-Match": sent, "Accept-Encoding": "gzip, br"})
            assert got.status_code == 304, (path, sent)
        assert owner.get(path, headers={"If-None-Match": '"other%s"' % suffix}).status_code == 200
    version = kitadmin.good(owner.get("/api/tenant/branding"))["version"]
    edited = owner.patch("/api/tenant/branding", json={"contact": "Calle 1"}, headers={"If-Match": '"%d%s"' % (version, suffix)})
    assert edited.status_code == 200, edited.text


def test_brotli_and_tags(site):
    """mod_brotli's ETag yields 304 for a client that accepts its encoding, and for no other."""
    path = "/api/openapi.json"
    plain, packed = get(site, path), get(site, path, **{"Accept-Encoding": "br"})
    tag, own = plain.headers["etag"], packed.headers["etag"]
    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "br"
    assert "accept-encoding" in packed.headers["vary"].lower() and len(packed.body) < len(plain.body) / 4
    assert own == tag[:-1] + '-br"'
    for accept, sent, status in (("br", own, 304), ("gzip, br", own, 304), ("br", '"other-br"', 200), (None, tag, 304),
                                 (None, own, 200), ("gzip", own, 200), ("br", tag[:-1] + '-gzip"', 200)):
        headers = {"If-None-Match": sent, **({"Accept-Encoding": accept} if accept else {})}
        got = get(site, path, **headers)
        assert got.status == status, (accept, sent)
        assert not (got.body if status == 304 else None), (accept, sent)


def test_docs_in_spanish(shop):
    """No text of the description is English on the Spanish page."""
    page = html.unescape(get(shop, "/docs?lang=es").body.decode())
    english = html.unescape(get(shop, "/docs?lang=en").body.decode())
    document = kitapi.document()
    told = [one["summary"] for item in document["paths"].values() for one in item.values()]
    told += [field["description"] for schema in document["components"]["schemas"].values()
             for field in schema.get("properties", {}).values() if "description" in field]
    assert len(told) > 180 and [one for one in told if one not in english] == []
    assert [one for one in told if len(one) > 12 and one in page] == []
    assert "con sesión de un dueño" in page and "signed in as an owner" in english


# --- the first page of a host ---

ABOUT = "Odontología con cita.\n</script><script>alert(1)</script>"


def name_of(shop):
    return "Negocio " + shop.sub


@pytest.fixture
def host(shop):
    owner = kitadmin.person(shop)
    told = owner.patch("/api/tenant/branding", json={
        "about": ABOUT, "phone": "(601) 234 56 78", "whatsapp": "+57 300 123 4567", "street_address": "Calle 1 # 2-3, Bogotá",
        "address_map_url": "https://maps.example/x"})
    assert told.status_code == 200, told.text
    return shop


def test_the_page_of_a_business(host):
    page = get(host, "/", host.host).body.decode()
    words = html.unescape(page)
    assert '<h1>%s</h1>' % name_of(host) in words and '<html lang="es">' in page
    assert 'href="/book/%s' % host.link in page and "Reservar" in page
    assert 'href="tel:6012345678"' in page and 'href="https://wa.me/573001234567"' in page and 'href="https://maps.example/x"' in page
    assert "Quién atiende" in page and "Uno" in page and "Horario" in page
    assert "noindex" not in page and 'rel="canonical" href="%s/"' % host.url in page
    assert "Opening hours" in get(host, "/?lang=en", host.host).body.decode()


def test_what_programs_read_of_it(host):
    page = get(host, "/", host.host).body.decode()
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    assert told["title"] == html.escape(name_of(host)) and told["url"] == host.url + "/" and told["description"]
    # text of a business cannot end the element
    assert page.count("<script>alert") == 0
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    data = json.loads(data)
    assert data["@type"] == "LocalBusiness" and data["description"] == ABOUT and data["telephone"] == "(601) 234 56 78"
    assert data["potentialAction"]["target"].endswith("/book/" + host.link)
    assert {one["dayOfWeek"] for one in data["openingHoursSpecification"]} <= {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
    manifest = get(host, "/manifest.webmanifest", host.host)
    assert manifest.headers["content-type"] == "application/manifest+json" and json.loads(manifest.body)["name"] == name_of(host)


def test_nothing_to_book(demo):
    shop = Shop(demo)
    shop.demo.run("UPDATE kf.booking_link SET active = false WHERE tenant_id = '%s'" % shop.tenant)
    page = get(shop, "/", shop.host).body.decode()
    assert "Por ahora no se puede reservar en línea" in page and "/book/" not in page


def test_the_page_of_the_platform_and_of_nothing(shop):
    page = get(shop, "/").body.decode()
    assert 'href="/dashboard/register"' in page and 'href="/dashboard/login"' in page
    lost = get(shop, "/nada/que/ver", shop.host)
    assert lost.status == 404 and name_of(shop) in html.unescape(lost.body.decode()) and 'href="/"' in lost.body.decode()
    assert get(shop, "/", "nadie." + shop.demo.about["base_url"].split("://")[1]).status == 404
    # httpd serves the ACME challenges
    assert "konfirmado" not in get(shop, "/.well-known/acme-challenge/x", shop.host).body.decode().lower()


def test_without_the_first_page(demos):
    shop = Shop(demos.get("nosite", ["KonfirmadoSite Off"]))
    assert get(shop, "/", shop.host).status == 404 and "<h1>" + name_of(shop) not in get(shop, "/", shop.host).body.decode()
