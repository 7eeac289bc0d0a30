"""The inbox in the browser: a list of mails, and one mail as a reader sees it.

A mail's HTML is a page of its own in a frame without scripts, forms or an origin, under a policy
that loads nothing; only its links work, and open beside the inbox.
"""

import base64
import re

from pages import merchant as pages_merchant
from pages import escape
from web import Response

STYLE = pages_merchant.STYLE + """
.list{list-style:none;margin:0;padding:0;background:var(--card);border:1px solid var(--line);
border-radius:12px;overflow:hidden}.list li+li{border-top:1px solid var(--line)}
.list a{display:grid;gap:2px 16px;grid-template-columns:1fr auto;padding:12px 16px;min-height:44px;
color:inherit;text-decoration:none}.list a:hover,.list a:focus-visible{background:var(--code)}
.list b{font-weight:600;overflow-wrap:anywhere}.list .soft{overflow-wrap:anywhere}
.list .at{grid-row:1;grid-column:2;white-space:nowrap}.back{color:var(--main);display:inline-flex;
align-items:center;min-height:44px;font-weight:600;text-decoration:none}
dl{margin:12px 0 0;display:grid;gap:4px;font-size:14px}dl div{display:grid;gap:0 12px;
grid-template-columns:64px 1fr}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
iframe{display:block;width:100%;height:min(900px,80vh);border:1px solid var(--line);
border-radius:12px;background:#fff}section{margin:16px 0 0}h2{margin:0 0 8px}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
.parts{list-style:none;margin:0;padding:0;display:grid;gap:8px}.parts a,.raw a{display:inline-flex;align-items:center;
min-height:44px;font-weight:600;color:var(--main);overflow-wrap:anywhere}.parts .soft{display:block;overflow-wrap:anywhere}
"""
WATCH = """<script>
setInterval(function(){fetch("/mail/inbox.json"+location.search).then(function(r){return r.json()})
.then(function(l){if(window.seen!==undefined&&window.seen!==l.length){location.reload()}
window.seen=l.length}).catch(function(){})},2000);
</script>"""
FRAME_POLICY = ("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
                "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")


def layout(title, main, head=""):
    return ('<!doctype html><html lang="es-CO"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<link rel="icon" href="data:,"><title>%s</title>%s<style>%s</style></head><body>'
            '<header><div>Buzón de prueba</div></header><main>%s</main></body></html>'
            % (escape(title), head, STYLE, main))


def when(text):
    """The sandbox's clock: day and time to the minute."""
    return text[:16].replace("T", " ")


def line(entry):
    return ('<li><a href="/mail/%d"><b>%s</b><span class="soft at">%s</span>'
            '<span class="soft">Para %s</span></a></li>'
            % (entry["number"], escape(entry["subject"] or "(sin asunto)"),
               escape(when(entry["received_at"])), escape(entry["to"])))


def inbox(rows):
    """Newest first."""
    body = '<ul class="list">%s</ul>' % "".join(line(entry) for entry in rows)
    if not rows:
        body = ('<article><p>Todavía no llega ningún correo.</p><p class="soft">Los correos que envía '
                'Konfirmado se quedan aquí: ninguno sale de esta máquina.</p></article>')
    return layout("Correos", "<h1>Correos</h1>" + body + WATCH, pages_merchant.RELOAD)


def framed(entry):
    """The mail's own bytes; its links open beside the inbox, for the frame itself goes nowhere."""
    text = entry["html"] or ""
    before, head, after = text.partition("<head>")
    return before + head + '<base target="_blank">' + after if head else '<base target="_blank">' + text


def bytes_of(entry, steps):
    """The mail as it came, or one of its parts, to be saved; None if there is no such thing."""
    if steps == ["raw"]:
        kind, name, body = "text/plain; charset=utf-8", None, entry["raw"].encode("utf-8")
    elif len(steps) == 2 and steps[0] == "part" and re.fullmatch("[1-9][0-9]?", steps[1]):
        if int(steps[1]) > len(entry["attachments"]):
            return None
        part = entry["attachments"][int(steps[1]) - 1]
        # a calendar is opened as one; other types are not rendered here
        calendar = part["type"].startswith(("text/calendar", "application/ics"))
        kind, body = part["type"] if calendar else "application/octet-stream", base64.b64decode(part["base64"])
        name = file_name(part, int(steps[1]))
    else:
        return None
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    if name:
        headers["Content-Disposition"] = 'attachment; filename="%s"' % name
    return Response(200, body, kind, headers)


def file_name(part, number):
    name = re.sub(r"[^A-Za-z0-9._-]", "_", part["name"] or "")
    return name or ("parte-%d.%s" % (number, "ics" if "calendar" in part["type"] else "bin"))


def part_line(entry, number, part):
    content = ""
    if part["type"].startswith(("text/calendar", "application/ics")):
        text = base64.b64decode(part["base64"]).decode("utf-8", "replace")
        content = '<details><summary>Contenido</summary><pre tabindex="0">%s</pre></details>' % escape(text)
    return ('<li><a href="/mail/%d/part/%d" download>%s</a><span class="soft">%s, %d bytes, en %s</span>%s</li>'
            % (entry["number"], number, escape(file_name(part, number)), escape(part["type"]), part["size"],
               escape(part["inside"] or "el correo"), content))


def parts_of(entry):
    rows = "".join(part_line(entry, number, part) for number, part in enumerate(entry["attachments"], 1))
    return '<section><h2>Partes</h2><ul class="parts">%s</ul></section>' % rows if rows else ""


def mail(entry):
    names = {"from": "De", "to": "Para"}
    facts = "".join("<div><dt>%s</dt><dd>%s</dd></div>" % (label, escape(entry[name]))
                    for name, label in names.items())
    headers = "\n".join("%s: %s" % (name, value) for name, value in entry["headers"])
    frame = ""
    if entry["html"] is not None:
        frame = ('<section><iframe title="Correo como se ve" src="/mail/%d/html" '
                 'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></section>'
                 % entry["number"])
    body = ('<a class="back" href="/mail/">&larr; Correos</a><article><h1>%s</h1>'
            '<p class="soft">%s</p><dl>%s</dl></article>%s'
            '<section><details%s><summary>Texto sin formato</summary><pre tabindex="0">%s</pre></details>'
            '<details><summary>Encabezados</summary><pre tabindex="0">%s</pre></details>'
            '<p class="raw"><a href="/mail/%d/raw">El correo como llegó</a></p></section>'
            % (escape(entry["subject"] or "(sin asunto)"), escape(when(entry["received_at"])), facts,
               frame + parts_of(entry), "" if frame else " open", escape(entry["text"] or ""), escape(headers),
               entry["number"]))
    return layout(entry["subject"] or "Correo", body)
