"""Pages of the merchant's system: the return page and the inbox of callbacks."""

import json

from pages import escape, mark

STYLE = """
:root{--ink:#1d2a26;--soft:#5b6b65;--line:#dce5e1;--bg:#f3f7f5;--card:#fff;--main:#0f6b57;
--ok:#12703f;--bad:#b3261e;--warn:#8a5a00;--code:#f6f9f8}
@media(prefers-color-scheme:dark){:root{--ink:#e5efeb;--soft:#a0b3ac;--line:#31423c;--bg:#101814;
--card:#18221e;--main:#74d3bb;--ok:#6fd39c;--bad:#ff9b93;--warn:#f2c46b;--code:#121a17}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
header{background:var(--card);border-bottom:1px solid var(--line);padding:12px 16px;
font-weight:700}header div{max-width:848px;margin:auto}
main{max-width:880px;margin:auto;padding:16px}
h1{font-size:22px;line-height:1.25;margin:8px 0 16px}p{margin:0 0 8px}
article,.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px;
margin:0 0 12px}.card{max-width:520px;margin:16px auto;padding:24px}
.head{display:flex;flex-wrap:wrap;gap:4px 16px;justify-content:space-between}
h2{font-size:18px;margin:0;overflow-wrap:anywhere}.soft{color:var(--soft);font-size:14px}
.ticks{display:flex;flex-wrap:wrap;gap:8px;margin:12px 0}
.tick{display:inline-flex;gap:8px;align-items:center;border:1px solid;border-radius:99px;
padding:2px 12px;font-size:14px;font-weight:600}.good{color:var(--ok)}.poor{color:var(--bad)}
.tick svg{width:16px;height:16px}.plain{color:var(--soft)}
pre{margin:0;background:var(--code);border:1px solid var(--line);border-radius:8px;padding:12px;
overflow:auto;font:14px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;max-height:420px}
summary{cursor:pointer;min-height:44px;display:flex;align-items:center;color:var(--main);
font-weight:600}.mark{width:56px;height:56px;display:block;margin:0 0 12px}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}
"""
WATCH = """<script>
setInterval(function(){fetch("inbox.json"+location.search).then(function(r){return r.json()})
.then(function(l){var s=l.length+"/"+(l[0]?l[0].number+":"+l[0].status_answered:"");
if(window.seen!==undefined&&window.seen!==s){location.reload()}window.seen=s})
.catch(function(){})},2000);
</script>"""
RELOAD = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
RETURNED = {
    "ok": ("Gracias, tu reserva quedó confirmada",
           "Te esperamos. Si algo cambia, usa los enlaces de tu correo de confirmación."),
    "wait": ("Recibimos tu solicitud", "Tu reserva todavía no está confirmada. Te avisaremos."),
    "bad": ("No pudimos comprobar tu regreso",
            "Tu reserva no cambió. Revisa el correo de confirmación o escríbenos."),
}


def layout(title, main, head=""):
    return ('<!doctype html><html lang="es-CO"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<link rel="icon" href="data:,"><title>%s</title>%s<style>%s</style></head><body>'
            '<header><div>Sistema del comercio</div></header><main>%s</main></body></html>'
            % (escape(title), head, STYLE, main))


def returned(kind, reference):
    """The page after booking. `kind`: ok, wait, bad (signature)."""
    title, text = RETURNED[kind]
    known = '<p class="soft">Reserva %s</p>' % escape(reference) if reference else ""
    return layout(title, '<div class="card">%s<h1>%s</h1><p>%s</p>%s</div>'
                  % (mark(kind), title, text, known))


def tick(label, good):
    path = "M3 8.5l3.5 3.5L13 4.5" if good else "M4 4l8 8M12 4l-8 8"
    words = "válida" if good else "no válida"
    return ('<span class="tick %s"><svg viewBox="0 0 16 16" fill="none" stroke="currentColor" '
            'stroke-width="2.5" stroke-linecap="round" aria-hidden="true"><path d="%s"/></svg>'
            '%s %s</span>' % ("good" if good else "poor", path, escape(label), words))


def message(entry, newest):
    body = entry["raw"]
    if entry["body"] is not None:
        body = json.dumps(entry["body"], indent=2, ensure_ascii=False)
    status = entry["status_answered"]
    answered = "respondido %d" % status if status else "sin respuesta"
    reasons = "".join('<p class="soft">%s</p>' % escape(one) for one in entry["reasons"])
    return ('<article><div class="head"><h2>%s</h2><span class="soft">%s</span></div>'
            '<p class="soft">Reserva %s · mensaje %s</p><div class="ticks">%s%s'
            '<span class="tick plain">intento %d, %s</span></div>%s'
            '<details%s><summary>Contenido</summary><pre tabindex="0">%s</pre></details></article>'
            % (escape(entry["event"] or "sin nombre"), escape(entry["received_at"]),
               escape(entry["booking_id"] or "sin número"), escape(entry["id"] or "sin id"),
               tick("Standard Webhooks", entry["standard_webhooks"]),
               tick("firma_hmac", entry["firma_hmac"]), entry["attempt"], answered, reasons,
               " open" if newest else "", escape(body)))


def inbox(rows):
    """Newest first."""
    body = "".join(message(entry, position == 0) for position, entry in enumerate(rows))
    if not rows:
        body = ('<article><p>Todavía no llega ningún aviso.</p><p class="soft">Cuando una reserva '
                'cambie, el aviso aparece aquí con sus dos firmas comprobadas.</p></article>')
    return layout("Avisos recibidos", "<h1>Avisos recibidos</h1>" + body + WATCH, RELOAD)
