"""Every mail, as a browser-based mail program shows it: narrow and wide, light and dark. Screenshots
go to the screenshot folder as mail-KIND.LANG-WIDTH.png."""
import os
import re
import subprocess

import pytest

from kitdemo import TOP, build_dir

WIDTHS = (390, 640)
with open(os.path.join(TOP, "lib", "text", "mail", "kinds.def"), encoding="utf-8") as table:
    KINDS = ["%s.%s" % (kind, lang) for kind in re.findall(r"^KIND\((\w+)", table.read(), re.M) for lang in ("es", "en")]
# Requirements for pages that do not apply to mails.
NOT_OF_MAILS = ("not exactly one main", "no live region", "has no fixed size")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder of mails in a colour, made on demand."""
    subprocess.run(["make", "-s", "-C", build_dir(), "tests/unit/mail_samples"], check=True, stdout=subprocess.DEVNULL)
    folders = {}

    def in_colour(colour):
        if colour not in folders:
            folders[colour] = tmp_path_factory.mktemp("mails")
            subprocess.run([os.path.join(build_dir(), "tests", "unit", "mail_samples"), str(folders[colour]), colour],
                           check=True)
        return folders[colour]
    return in_colour


def faults(b, lang):
    return [one for one in b.problems(lang, tap=0) if not one.endswith(NOT_OF_MAILS)]


@pytest.mark.parametrize("name", KINDS)
def test_mail(chromiums, written, name):
    b = chromiums(False).fresh()
    found = []
    for width in WIDTHS:
        b.resize(width, 844)
        b.open("file://%s/%s.html" % (written("#0b7285"), name))
        found += faults(b, name[-2:])
        b.shot("mail-" + name)
    assert not found, "\n".join(found)
    assert not b.requests()
    b.scheme("dark")
    b.shot("mail-%s-dark" % name)


@pytest.mark.parametrize("colour", ("#ffffff", "#000000", "#ffff00", "#8f8f8f", "none"))
def test_every_colour_can_be_read(chromiums, written, colour):
    b = chromiums(False).fresh((390, 844))
    b.open("file://%s/booking_confirmed.es.html" % written(colour))
    found = faults(b, "es")
    b.shot("mail-colour-" + colour.strip("#"))
    assert not found, "\n".join(found)
