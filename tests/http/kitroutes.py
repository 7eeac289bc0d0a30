"""The rows of the route table: mod_konfirmado/http/routes.def and the routes.def of each noun."""
import os
import re

from kitdemo import TOP

MODULE = os.path.join(TOP, "mod_konfirmado")
PAGE = re.compile(r'^PAGE\((\w+), "([^"]+)", \w+, \w+, (\w+),', re.M)


def _text(name):
    with open(os.path.join(MODULE, name), encoding="utf-8") as handle:
        return handle.read()


def nouns():
    """Those that have routes, in the order of the table."""
    return re.findall(r'^#include "(\w+)/routes\.def"', _text("http/routes.def"), re.M)


def pages(*of):
    """(method, path, role) of each page of these nouns; of all nouns if none is given."""
    return [row for noun in of or nouns() for row in PAGE.findall(_text(noun + "/routes.def"))]
