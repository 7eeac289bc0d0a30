"""A visitor with Chromium: their phone or desktop, their actions, and the faults of the page."""
import base64
import itertools
import json
import os
import shutil
import tempfile
import urllib.parse

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from kitdemo import FULL, wait_until
from kithttp import address

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
         # As few processes as possible: a renderer for each visit takes longer than its page.
         "--disable-site-isolation-trials", "--renderer-process-limit=1", "--in-process-gpu",
         "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess,BackForwardCache",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb", "--lang=es", "--no-proxy-server")
PHONE, DESKTOP = (390, 844), (1280, 900)
VIEWS = {"scripts": {"js": True, "plain": False}, "size": {"phone": PHONE, "desktop": DESKTOP}, "lang": {"es": "es", "en": "en"}}
TAP = 44
# A screenshot takes as long as all checks of its page.
PICTURES = os.environ.get("KF_PICTURES") == "1" or FULL
# Prepares a field for another value; returns whether it takes arbitrary text.
TEXT_FIELD = """const field = arguments[0]
field.scrollIntoView({block: 'center'})
if (field.tagName !== 'SELECT') field.value = ''
field.focus()
return field.tagName === 'TEXTAREA' || ['text', 'email', 'tel', 'url', 'password', 'search'].includes(field.type)"""
with open(os.path.join(HERE, "checks.js"), encoding="utf-8") as _handle:
    CHECKS = _handle.read()


def views(*names):
    """Parametrizes a test over the variants of its pages: "scripts", "size", "lang". Before a release all
    combinations run; otherwise half of them: of two names every value occurs, of three every pair of values."""
    chosen = []
    for combination in itertools.product(*(enumerate(VIEWS[name]) for name in names)):
        if FULL or len(names) == 1 or sum(n for n, _ in combination) % 2 == 0:
            words = [word for _, word in combination]
            chosen.append(pytest.param(*(VIEWS[name][word] for name, word in zip(names, words)), id="-".join(words)))
    return pytest.mark.parametrize(", ".join(names), chosen)


class Chromium:
    """One running browser. `fresh` starts a new visitor."""

    def __init__(self, scripts=True, prefs=None):
        self.scripts = scripts
        self.profile = tempfile.mkdtemp(prefix="kf-chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, "--user-data-dir=" + self.profile):
            options.add_argument(flag)
        prefs = dict(prefs or {})
        if not scripts:
            prefs["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", prefs)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("perfLoggingPrefs", {"enablePage": False})
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(20)
        self.width, self.height = PHONE

    def close(self):
        try:
            self.driver.quit()
        except WebDriverException:
            pass
        shutil.rmtree(self.profile, ignore_errors=True)

    def cdp(self, command, **values):
        return self.driver.execute_cdp_cmd(command, values)

    def fresh(self, size=PHONE, zone="America/Bogota"):
        """Starts a new visitor: no cookies, a new address, empty logs."""
        self.driver.get("about:blank")
        self.cdp("Network.enable")
        self.cdp("Network.clearBrowserCookies")
        self.cdp("Network.clearBrowserCache")
        self.cdp("Network.setExtraHTTPHeaders", headers={"X-Forwarded-For": address()})
        self.cdp("Emulation.setTimezoneOverride", timezoneId=zone)
        self.scheme("light")
        self.resize(*size)
        self.drain()
        return self

    def resize(self, width, height, scale=1, mobile=None):
        self.width, self.height = width, height
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
                 mobile=width < 600 if mobile is None else mobile)

    def scheme(self, name):
        """Light or dark, without animations, so that colours are final when they are checked."""
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name},
                                                         {"name": "prefers-reduced-motion", "value": "reduce"}])

    # --- what the browser noticed ---

    def console(self):
        """Errors and warnings since the last call: scripts, Content-Security-Policy, missing files."""
        return ["%s %s" % (one["level"], one["message"]) for one in self.driver.get_log("browser")
                if one["level"] in ("SEVERE", "WARNING") and "the server responded with a status of 4" not in one["message"]]

    def network(self):
        """CDP's own network events since the last call."""
        events = [json.loads(one["message"])["message"] for one in self.driver.get_log("performance")]
        return [one for one in events if one["method"].startswith("Network.")]

    def drain(self):
        self.driver.get_log("browser")
        self.driver.get_log("performance")

    def requests(self):
        """URLs requested over the network since the last call."""
        return [one["params"]["request"]["url"] for one in self.network()
                if one["method"] == "Network.requestWillBeSent" and one["params"]["request"]["url"].startswith("http")]

    # --- what the visitor sees and does ---

    def open(self, url):
        self.driver.get(url)
        return self

    def js(self, source, *arguments):
        return self.driver.execute_script(source, *arguments)

    def find(self, selector):
        """The first matching element. Between two pages there may be none for a moment."""
        if not self.has(selector):
            wait_until(lambda: self.has("body"), 5)
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def has(self, selector):
        return bool(self.all(selector))

    def visible(self, selector):
        return any(one.is_displayed() for one in self.all(selector))

    def click(self, selector):
        """Clicks in the middle of the element. Nothing may cover it."""
        element = self.find(selector) if isinstance(selector, str) else selector
        self.js("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def enter(self, selector, value):
        """Replaces a field's value: text all at once, as pasted; other fields by keys."""
        field = self.find(selector)
        if self.js(TEXT_FIELD, field):
            self.cdp("Input.insertText", text=value)
        else:
            field.send_keys(value)

    def text(self):
        """The text of the page; any white space is one space."""
        return " ".join(self.find("body").text.split())

    def announced(self):
        """The text of the live regions."""
        return self.js("return [...document.querySelectorAll('[role=status]')].map(e => e.textContent).join(' ')")

    def h1(self):
        found = self.all("h1")
        return " ".join(found[0].text.split()) if found else ""

    def url(self):
        return self.driver.current_url

    def path(self):
        return urllib.parse.urlsplit(self.url()).path

    def wait(self, what, seconds=15, why=""):
        """Waits across page changes: a call that fails because the page is changing is repeated."""
        def asked():
            try:
                return what()
            except WebDriverException:
                return None
        asked.__name__ = why or "the page"
        try:
            return wait_until(asked, seconds)
        except AssertionError as error:
            raise AssertionError("%s; at %s: %s" % (error, self.url(), self.text()[:600])) from None

    def wait_h1(self, text, seconds=15):
        self.wait(lambda: self.h1() == text, seconds, "h1 " + text)

    def key(self, name, shift=False):
        """Sends a key as the keyboard does."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowDown": 40, "ArrowRight": 39}
        what = {"key": name, "code": {" ": "Space"}.get(name, name), "windowsVirtualKeyCode": codes[name],
                "modifiers": 8 if shift else 0}
        text = {"Enter": "\r", " ": " "}.get(name)
        self.cdp("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **what, **({"text": text} if text else {}))
        self.cdp("Input.dispatchKeyEvent", type="keyUp", **what)

    def alert(self):
        """The text of an open dialog, None without one."""
        try:
            return self.driver.switch_to.alert.text
        except NoAlertPresentException:
            return None

    # --- what is wrong with the page ---

    def problems(self, lang="es", contrast=True, narrow=True, tap=TAP):
        """Runs every check of checks.js in this page: light and dark, narrow and at 200 % zoom."""
        width, height = self.width, self.height
        found = []

        def look(where, **options):
            found.extend("%s: %s" % (where, one) for one in self.js(CHECKS, dict({"lang": lang, "tap": tap, "contrast": False},
                                                                                 **options)))
        for scheme in ("light", "dark") if contrast else ():
            self.scheme(scheme)
            look("%d %s" % (width, scheme), contrast=True)
        self.scheme("light")
        for where, size in (("320", (320, 640)), ("200 %", (640, 450, 2))) if narrow else ():
            self.resize(*size)
            look(where)
        self.resize(width, height)
        return list(dict.fromkeys(found))

    def check(self, lang="es", tap=TAP):
        """The current page has none of these faults, and the browser reports nothing."""
        found = self.problems(lang, tap=tap)
        found += ["console: " + one for one in self.console()]
        assert not found, "%s\n%s" % (self.url(), "\n".join(found))

    def shot(self, name):
        """A screenshot of the whole page into the screenshot folder, if screenshots are enabled."""
        if not PICTURES:
            return
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        height = min(max(size["height"], self.height), 4000)
        data = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=height > self.height,
                        clip={"x": 0, "y": 0, "width": self.width, "height": height, "scale": 1})
        with open(os.path.join(pictures(), "%s-%d.png" % (name, self.width)), "wb") as handle:
            handle.write(base64.b64decode(data["data"]))


def pictures():
    folder = os.environ.get("KF_TEST_DIR") or os.path.join(tempfile.gettempdir(), "konfirmado-browser")
    folder = os.path.join(folder, "screens")
    os.makedirs(folder, exist_ok=True)
    return folder


class Walk:
    """The steps of the wizard, with the pointer."""

    def __init__(self, browser, shop, lang="es", link=None):
        self.b = browser
        self.shop = shop
        self.lang = lang
        self.link = link or shop.link
        self.start = None

    def url(self, step="", **query):
        if self.lang != "es":
            query["lang"] = self.lang
        return "%s/book/%s%s%s" % (self.shop.url, self.link, step, "?" + urllib.parse.urlencode(query) if query else "")

    def open(self):
        self.b.open(self.url())
        return self

    def select(self, service=None, professional="any"):
        # A single option is not asked for.
        for name, value in (("service", service and self.shop.service_id(service)), ("professional", professional)):
            radio = "input[type=radio][name=%s][value='%s']" % (name, value)
            if self.b.has(radio):
                self.b.click(radio)
        self.b.click("form[data-select] .main, .act .main")
        self.b.wait(lambda: self.b.has("#pick"), why="the times")
        return self

    def day(self, nth=3):
        """Opens the nth day of the strip that has slots."""
        day = self.b.all(".day:not(.none)")[nth]
        label = day.get_attribute("href")
        self.b.click(day)
        self.b.wait(lambda: self.b.find(".day[aria-current]").get_attribute("href").split("day=")[1][:10]
                    == label.split("day=")[1][:10] and self.b.has(".slot"), why="the day")
        return self

    def slot(self, nth=None):
        """Chooses a slot; then the details page is open."""
        slots = self.b.all(".slot")
        slot = slots[len(slots) // 2 if nth is None else nth]
        self.start = slot.get_attribute("value")
        self.b.click(slot)
        self.b.wait(lambda: self.b.has("form.data"), why="the details")
        return self

    def fill(self, terms=True, **person):
        for name, value in person.items():
            self.b.enter("#" + name, value)
        if terms:
            self.b.click("#accepted_terms")
        return self

    def submit(self):
        self.b.click("form.data .main")
        return self

    def pay(self, outcome="APPROVED"):
        """At the provider's page; afterwards back at the merchant."""
        self.b.wait(lambda: self.b.has("button[value=%s]" % outcome), why="the checkout")
        self.b.click("button[value=%s]" % outcome)
        return self

    def back(self):
        """From the provider's result page to ours, by its button if it does not redirect itself."""
        def arrived():
            if "/confirm" in self.b.path():
                return True
            for one in self.b.all("#back"):
                one.click()
            return False
        self.b.wait(arrived, why="the way back")
        return self

    def to_details(self, service=None, nth_day=3, nth=None):
        return self.open().select(service).day(nth_day).slot(nth)

    def booking(self):
        return self.b.path().split("/")[2]
