"""Images, valid and hostile, and an account that may upload them."""
import base64
import hashlib
import hmac
import secrets
import struct
import uuid
import zlib

from kithttp import Client, private

NS = 'xmlns="http://www.w3.org/2000/svg"'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
OUT = "http://127.0.0.1:1/out"  # where a hostile image would connect to
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


# --- who sends ---

class Owner:
    """An owner of a shop with a session, created directly: other tests cover the sign-in."""

    def __init__(self, shop, role="owner"):
        self.shop, self.token, self.staff = shop, b64url(secrets.token_bytes(32)), str(uuid.uuid4())
        self.csrf = b64url(hmac.new(self.token.encode(), b"csrf", hashlib.sha256).digest())
        private(self.token, self.csrf)
        digest = hashlib.sha256(b"kf:session:" + self.token.encode()).hexdigest()
        email = "%s@%s.example" % (role, secrets.token_hex(6))
        shop.demo.run(
            "INSERT INTO kf.staff (tenant_id, staff_id, email, name, role, state, password_hash, created_at)"
            " VALUES ('%s', '%s', '%s', 'Prueba', '%s', 'active', 'x', kf.now());"
            "INSERT INTO kf.session (tenant_id, session_id, staff_id, token_hash, created_at, seen_at, expires_at)"
            " VALUES ('%s', gen_random_uuid(), '%s', decode('%s', 'hex'), kf.now(), kf.now(), kf.now() + interval '12 hours')"
            % (shop.tenant, self.staff, email, role, shop.tenant, self.staff, digest))

    def client(self, **headers):
        one = Client(self.shop.url, **headers)
        one.session.headers["Cookie"] = "kf_session=" + self.token
        return one

    def send(self, path, name, data, client=None, csrf=True, field="file", **headers):
        """One image in a form, as a browser encodes it."""
        boundary = "----kf" + secrets.token_hex(8)
        body = b""
        if csrf:
            body += ('--%s\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n%s\r\n' % (boundary, self.csrf)).encode()
        body += ('--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n'
                 "Content-Type: application/octet-stream\r\n\r\n" % (boundary, field, name)).encode()
        body += data + ("\r\n--%s--\r\n" % boundary).encode()
        return (client or self.client()).post(path, data=body, headers={
            "Content-Type": "multipart/form-data; boundary=" + boundary, "Accept-Language": "en", **headers})


# --- pictures ---

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width, height, depth=8, color=2):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))


def rows(width, height, color=b"\x0f\x5c\x5c"):
    return chunk(b"IDAT", zlib.compress(b"".join(b"\0" + color * width for _ in range(height))))


END = chunk(b"IEND", b"")


def png(width=8, height=8, extra=b""):
    return SIGNATURE + header(width, height) + extra + rows(width, height) + END


def svg(inside="", attributes=""):
    return ("<svg %s %s viewBox=\"0 0 10 10\" %s>%s</svg>" % (NS, XLINK, attributes, inside)).encode()


GOOD_SVG = svg('<!-- drawn by hand --><metadata>x</metadata><style>.a{fill:#0f5c5c}</style>'
               '<circle class="a" cx="5" cy="5" r="4"/>')
RECT = '<rect width="9" height="9" %s/>'


def bomb():
    layers = "".join('<g id="a%d">%s</g>' % (n, '<use href="#a%d"/>' % (n + 1) * 10) for n in range(9))
    return svg(layers + '<g id="a9"><rect width="1" height="1"/></g>')


def laughs():
    names = "".join('<!ENTITY l%d "%s">' % (n, "&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return ('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "lol">%s]><svg %s><text>&l9;</text></svg>' % (names, NS)).encode()


# name: (file name, bytes, the code of the refusal; None: accepted, and inert when opened)
HOSTILE = {
    "script": ("a.svg", svg("<script>alert(1)</script>"), "script"),
    "script-src": ("a.svg", svg('<script href="%s"/>' % OUT), "script"),
    "script-cdata": ("a.svg", svg("<script><![CDATA[alert(1)]]></script>"), "script"),
    "script-upper": ("a.svg", svg("<SCRIPT>alert(1)</SCRIPT>"), "SCRIPT"),
    "script-xhtml": ("a.svg", svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>'), "script"),
    "script-prefix": ("a.svg", b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></s:svg>', "script"),
    "onload": ("a.svg", svg(attributes='onload="alert(1)"'), "event"),
    "onload-case": ("a.svg", svg(attributes='OnLoad="alert(1)"'), "event"),
    "onerror": ("a.svg", svg(RECT % 'onerror="alert(1)"'), "event"),
    "onclick-in-use": ("a.svg", svg('<use href="#b" onclick="alert(1)"/>'), "event"),
    "foreign-object": ("a.svg", svg('<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="%s"/></foreignObject>'
                                    % OUT), "foreignObject"),
    "link-javascript": ("a.svg", svg('<a xlink:href="javascript:alert(1)"><text y="5">x</text></a>'), '"a"'),
    "use-data": ("a.svg", svg('<use href="data:image/svg+xml;base64,PHN2Zy8+#x"/>'), "href"),
    "use-out": ("a.svg", svg('<use xlink:href="%s#x"/>' % OUT), "href"),
    "image-out": ("a.svg", svg('<image href="%s"/>' % OUT), "image"),
    "fe-image": ("a.svg", svg('<filter id="f"><feImage href="%s"/></filter>' % OUT), "feImage"),
    "animate-href": ("a.svg", svg('<animate attributeName="href" values="javascript:alert(1)"/>'), "animate"),
    "set": ("a.svg", svg('<set attributeName="onmouseover" to="alert(1)"/>'), "set"),
    "fill-out": ("a.svg", svg(RECT % ('fill="url(%s#x)"' % OUT)), "outside"),
    "style-out": ("a.svg", svg(RECT % ('style="background:url(%s)"' % OUT)), "outside"),
    "style-escape": ("a.svg", svg(RECT % ('style="fill:u\\72l(%s)"' % OUT)), "escapes"),
    "stylesheet-import": ("a.svg", svg("<style>@import url(%s);</style>" % OUT), "@"),
    "stylesheet-font": ("a.svg", svg("<style>@font-face{font-family:x;src:url(%s)}</style>" % OUT), "@"),
    "stylesheet-pi": ("a.svg", b'<?xml-stylesheet href="%s"?>' % OUT.encode() + svg(), "instruction"),
    "xxe-file": ("a.svg", b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<text>&x;</text>"), "document type"),
    "xxe-parameter": ("a.svg", b'<!DOCTYPE svg [<!ENTITY %% x SYSTEM "%s">%%x;]>' % OUT.encode() + svg(), "document type"),
    "doctype-external": ("a.svg", b'<!DOCTYPE svg SYSTEM "%s">' % OUT.encode() + svg(), "document type"),
    "laughs": ("a.svg", laughs(), "document type"),
    "use-bomb": ("a.svg", bomb(), "complex"),
    "cycle": ("a.svg", svg('<g id="a"><use href="#a"/></g>'), "itself"),
    "deep": ("a.svg", svg("<g>" * 5000 + "</g>" * 5000), "nested|well formed"),
    "xml-base": ("a.svg", svg(RECT % ('xml:base="%s"' % OUT)), "xml:base"),
    "utf7": ("a.svg", b'<?xml version="1.0" encoding="UTF-7"?>' + svg(), "UTF-8"),
    "utf16": ("a.svg", svg("<script>alert(1)</script>").decode().encode("utf-16"), "neither"),
    "null-bytes": ("a.svg", svg("<scr\0ipt>alert(1)</script>"), "UTF-8"),
    "not-closed": ("a.svg", svg("<g>"), "well formed"),
    "html": ("a.svg", b"<html><body onload=alert(1)><svg></svg></body></html>", "well formed|must begin"),
    "svg-as-png": ("a.png", GOOD_SVG, "fit"),
    "png-as-svg": ("a.svg", png(), "fit"),
    "no-extension": ("logo", png(), "fit"),
    "php": ("logo.png.php", png(), "fit"),
    "gif": ("a.gif", b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;", "neither"),
    "gif-as-png": ("a.png", b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;", "neither"),
    "jpeg": ("a.png", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "neither"),
    "polyglot-behind": ("a.png", png() + b"<html><script>alert(1)</script>", "after"),
    "polyglot-critical": ("a.png", png(extra=chunk(b"HTML", b"<script>alert(1)</script>")), "not known"),
    "polyglot-text": ("a.png", png(extra=chunk(b"tEXt", b"<html>\0<script>alert(1)</script>")), None),
    "pixel-flood": ("a.png", SIGNATURE + header(65535, 65535) + rows(1, 1) + END, "4096"),
    "no-pixels": ("a.png", SIGNATURE + header(0, 1) + rows(1, 1) + END, "4096"),
    "animated": ("a.png", png(extra=chunk(b"acTL", struct.pack(">II", 2, 0))), "Animated"),
    "truncated": ("a.png", png()[:-20], "cut off"),
    "long-chunk": ("a.png", SIGNATURE + b"\xff\xff\xff\xffIHDR" + b"\0" * 64, "cut off"),
    "checksum": ("a.png", png()[:-1] + b"\0", "checksum"),
    "empty": ("a.png", b"", "Choose"),
    "path": ("../../../etc/cron.d/a.png", png(), "path"),
    "path-windows": ("..\\\\..\\\\a.png", png(), "character"),
    "name-null": ("a.png\0.svg", png(), "character|read|UTF-8|header"),
    "styled": ("a.svg", svg('<style>.a{fill:red;position:fixed}rect{stroke:url(#g)}</style><linearGradient id="g"/>'
                            + RECT % 'class="a"'), None),
    "editor": ("a.svg", svg('<metadata><script xmlns="urn:x">alert(1)</script></metadata><x:y xmlns:x="urn:x" onload="alert(1)"/>'
                            '<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>' + RECT % 'data-x="1"'), None),
}
