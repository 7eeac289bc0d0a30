"""The first page is light, complete and loads only our own files."""
import re
import urllib.parse

from kithttp import Page, raw, wire
from kitshop import FREE, PAID


def fetch(demo, url):
    """One request as a browser makes it: (bytes transferred, Answer)."""
    parts = urllib.parse.urlsplit(url)
    path = parts.path + ("?" + parts.query if parts.query else "")
    answer = raw(demo.port, wire("GET", path, parts.netloc, headers={"Accept-Encoding": "gzip", "Accept": "*/*"}))
    assert answer.status == 200, (url, answer.status)
    return len(answer.raw), answer


def first_page(demo, url):
    """All files that a page loads."""
    plain = raw(demo.port, wire("GET", urllib.parse.urlsplit(url).path, urllib.parse.urlsplit(url).netloc))
    page = Page(plain.body.decode())
    urls = [url] + [urllib.parse.urljoin(url, one) for one in page.assets if not one.startswith("data:")]
    return page, {one: fetch(demo, one) for one in dict.fromkeys(urls)}


def check(demo, url, requests=4):
    page, loaded = first_page(demo, url)
    host = urllib.parse.urlsplit(url).netloc
    assert len(loaded) <= requests, list(loaded)
    assert {urllib.parse.urlsplit(one).netloc for one in loaded} == {host}
    total = sum(size for size, _ in loaded.values())
    assert total <= 30 * 1024, {one: size for one, (size, _) in loaded.items()}
    for one, (_, answer) in loaded.items():
        if not one.endswith(".svg") and len(answer.body) > 1000:
            assert answer.headers.get("content-encoding") == "gzip", one
    return page, loaded


def test_first_page(shop, demo):
    page, loaded = check(demo, shop.url + "/book/" + shop.link)
    # Complete without a script: both services and the professional are in it.
    for word in (PAID["name"], FREE["name"], "Uno"):
        assert word in page.text
    for one, (_, answer) in loaded.items():
        if "/assets/" in one:
            assert "v=" in one and "immutable" in answer.headers["cache-control"], one
            outside = re.findall(rb"url\((?!['\"]?data:)[^)]*\)|@import", answer.body)
            assert outside == [], one


def test_first_page_of_the_demo(demo):
    """With a logo too."""
    check(demo, demo.about["booking_url"], requests=5)


def test_nothing_from_anywhere_else(shop):
    for path in ("/book/" + shop.link, "/book/%s/availability?service=%s" % (shop.link, shop.service_id(FREE["name"]))):
        page = shop.client().page(path)
        outside = [one for one in re.findall(r"https?://[^\s\"'<>]+", page.html)
                   if "localhost" not in one and "www.w3.org" not in one]
        assert outside == [], outside


def test_other_pages_are_light_too(shop, demo):
    for path in ("/book/%s/availability?service=%s" % (shop.link, shop.service_id(PAID["name"])), "/book/nosuchlink99"):
        answer = raw(demo.port, wire("GET", path, shop.host, headers={"Accept-Encoding": "gzip"}))
        assert len(answer.raw) < 20 * 1024, path


def test_assets_are_kept(shop, demo):
    """Reopening a page requests only the page: its assets are cached for a year."""
    _, loaded = first_page(demo, shop.url + "/book/" + shop.link)
    for one, (_, answer) in loaded.items():
        if one != shop.url + "/book/" + shop.link:
            assert int(re.search(r"max-age=(\d+)", answer.headers["cache-control"]).group(1)) >= 3600, one
