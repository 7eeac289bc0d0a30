"""Pages of the checkout, in Spanish, for phones first, complete without JavaScript."""

import html

STYLE = """
:root{--ink:#1c2430;--soft:#5a6675;--line:#dde3ea;--bg:#f2f5f8;--card:#fff;--main:#1a5fd0;
--ok:#12703f;--bad:#b3261e;--warn:#8a5a00;--tint:#eef4fe;--r:12px}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a3afbd;--line:#333f4d;--bg:#12181f;
--card:#1b232d;--main:#7fb0ff;--ok:#6fd39c;--bad:#ff9b93;--warn:#f2c46b;--tint:#1f2d42}
.main{color:#0b1a30}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
header{background:var(--card);border-bottom:1px solid var(--line)}
header div{max-width:960px;margin:auto;padding:12px 16px;display:flex;gap:12px;
align-items:center;justify-content:space-between}
header b{font-size:18px;letter-spacing:-.02em}
.tag{font-size:14px;background:#fff3d6;color:#6b4700;border-radius:99px;padding:2px 12px}
main{max-width:960px;margin:0 auto;padding:16px;display:grid;gap:16px}
.narrow{max-width:560px}
section,aside{background:var(--card);border:1px solid var(--line);border-radius:var(--r);
padding:16px;min-width:0}
h1{font-size:22px;line-height:1.25;margin:0 0 4px}
h2{font-size:18px;line-height:1.25;margin:0 0 12px}
.amount{font-size:32px;line-height:1.2;font-weight:700;letter-spacing:-.02em;margin:4px 0 0;
font-variant-numeric:tabular-nums}
.amount small{font-size:16px;font-weight:500;color:var(--soft)}p{margin:0 0 8px}
.soft{color:var(--soft);font-size:14px}dl{margin:12px 0 0;display:grid;gap:8px;font-size:14px}
dl div{display:flex;justify-content:space-between;gap:16px}dt{color:var(--soft)}
dd{margin:0;text-align:right;overflow-wrap:anywhere}
details{border:1px solid var(--line);border-radius:var(--r);margin-bottom:8px;overflow:hidden}
summary{padding:12px 16px;min-height:48px;cursor:pointer;font-weight:600;list-style:none;
display:flex;justify-content:space-between;align-items:center;gap:8px}
summary::-webkit-details-marker{display:none}
summary::after{content:"";flex:none;width:8px;height:8px;border:solid var(--soft);
border-width:0 2px 2px 0;transform:rotate(45deg);margin:-4px 4px 0 0}
details[open]>summary::after{transform:rotate(225deg);margin-top:4px}
details[open]>summary{background:var(--tint)}details form{padding:12px 16px 16px}
label{display:block;font-weight:600;font-size:14px;margin:0 0 4px}
input,select{width:100%;min-height:48px;padding:8px 12px;border:1px solid #8793a1;border-radius:8px;
background:var(--card);color:inherit;font:inherit;margin:0 0 12px}
.two{display:grid;grid-template-columns:1fr 1fr;gap:12px}
button,.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:48px;
padding:8px 16px;border:1px solid var(--line);border-radius:8px;font:inherit;font-weight:600;
background:var(--card);color:var(--ink);cursor:pointer;text-decoration:none;text-align:center}
.main{background:var(--main);border-color:var(--main);color:#fff}
.ok{border-color:var(--ok);color:var(--ok)}.bad{border-color:var(--bad);color:var(--bad)}
.warn{border-color:var(--warn);color:var(--warn)}
@media(prefers-color-scheme:dark){button.main,a.main{color:#0b1a30}}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}
.hint{background:var(--tint);border-radius:8px;padding:8px 12px;font-size:14px;margin:0 0 12px}
.hint b{font-variant-numeric:tabular-nums;white-space:nowrap}
.alert{border:1px solid var(--bad);color:var(--bad);border-radius:8px;padding:8px 12px;
margin:0 0 12px;font-weight:600}
.mark{width:56px;height:56px;display:block;margin:0 0 12px}.stack{display:grid;gap:8px}
@media(min-width:800px){main.wide{grid-template-columns:1fr 320px;align-items:start;
padding-top:32px}main.wide aside{order:2;position:sticky;top:16px}section,aside{padding:24px}}
"""
COUNTDOWN = """<script>
(function(){var e=document.getElementById("left");if(!e){return}
var end=Date.now()+1000*e.dataset.s;setInterval(function(){
var s=Math.max(0,Math.round((end-Date.now())/1000));
e.textContent=Math.floor(s/60)+":"+("0"+s%60).slice(-2)},500)})();
</script>"""
MARKS = {
    "ok": ("var(--ok)", '<path d="M17 29l8 8 15-17"/>'),
    "bad": ("var(--bad)", '<path d="M20 20l16 16M36 20L20 36"/>'),
    "wait": ("var(--warn)", '<path d="M28 17v12l8 5"/>'),
}


def escape(text):
    return html.escape(str(text), quote=True)


def money(cents):
    """Centavos as people write pesos: $ 95.000, with ,50 only where there are centavos."""
    pesos = "{:,}".format(cents // 100).replace(",", ".")
    rest = ",%02d" % (cents % 100) if cents % 100 else ""
    return "$\u00a0" + pesos + rest


def mark(kind):
    colour, path = MARKS[kind]
    return ('<svg class="mark" viewBox="0 0 56 56" fill="none" stroke="%s" stroke-width="4" '
            'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
            '<circle cx="28" cy="28" r="25"/>%s</svg>' % (colour, path))


def layout(title, main, kind="narrow", head=""):
    return ('<!doctype html><html lang="es-CO"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<link rel="icon" href="data:,"><title>%s</title>%s<style>%s</style></head><body>'
            '<header><div><b>Wompi</b><span class="tag">Pagos de prueba</span></div></header>'
            '<main class="%s">%s</main></body></html>'
            % (escape(title), head, STYLE, kind, main))


def summary(account, values, left, retry):
    until = ""
    if left is not None:
        words = "Puedes intentar de nuevo por" if retry else "Tiempo para pagar"
        until = ('<div><dt>%s</dt><dd id="left" data-s="%d">%d:%02d</dd></div>'
                 % (words, left, left // 60, left % 60))
    buyer = values.get("customer-data:full-name") or values.get("customer-data:email")
    buyer = "<div><dt>A nombre de</dt><dd>%s</dd></div>" % escape(buyer) if buyer else ""
    return ('<aside><p class="soft">Pagas a</p><h1>%s</h1><p class="amount">%s '
            '<small>COP</small></p><dl>%s<div><dt>Referencia</dt><dd>%s</dd></div>%s</dl></aside>'
            % (escape(account["name"]), money(int(values["amount-in-cents"])), buyer,
               escape(values["reference"]), until))


def checkout(account, values, query, left, retry, form, problem):
    """The payment page. `form` holds what was typed when `problem` says what to correct."""
    action = "/wompi/p/?" + query
    alert = '<p class="alert" role="alert">%s</p>' % escape(problem) if problem else ""
    if retry and not problem:
        alert = ('<p class="hint">El intento anterior no pasó. '
                 'Prueba otra vez o con otro medio.</p>')
    title = "Pagar %s a %s" % (money(int(values["amount-in-cents"])), account["name"])
    chosen = form.get("method", "CARD")
    email = "" if values.get("customer-data:email") else email_field(form)
    body = summary(account, values, left, retry)
    body += '<section><h2>Elige cómo pagar</h2>%s' % alert
    body += panel("Tarjeta", "CARD", action, card_fields(form) + email, chosen)
    body += panel("Nequi", "NEQUI", action, nequi_fields(form) + email, chosen)
    body += panel("PSE, débito desde tu banco", "PSE", action, pse_fields(form) + email, chosen)
    body += '<h2 style="margin-top:24px">O elige el resultado</h2>%s</section>' % outcomes(action)
    return layout(title, body + COUNTDOWN, "wide")


def panel(title, kind, action, fields, chosen):
    return ('<details name="medio"%s><summary>%s</summary><form method="post" action="%s">'
            '<input type="hidden" name="method" value="%s">%s'
            '<button class="main" type="submit" data-pay="%s">Pagar</button></form></details>'
            % (" open" if kind == chosen else "", escape(title), escape(action), kind, fields,
               kind))


def field(form, name, label, extra):
    return ('<div><label for="%s">%s</label><input id="%s" name="%s" value="%s" %s></div>'
            % (name, label, name, name, escape(form.get(name, "")), extra))


def email_field(form):
    return ('<label>Correo<input name="email" type="email" autocomplete="email" value="%s"></label>'
            % escape(form.get("email", "")))


def card_fields(form):
    return ('<p class="hint"><b>4242 4242 4242 4242</b> aprueba, <b>4111 1111 1111 1111</b> '
            'rechaza, otra da error.</p>'
            + field(form, "number", "Número de la tarjeta", 'inputmode="numeric" '
                    'autocomplete="cc-number" placeholder="4242 4242 4242 4242" required')
            + '<div class="two">'
            + field(form, "expiry", "Vence (MM/AA)", 'inputmode="numeric" autocomplete="cc-exp" '
                    'placeholder="12/39" required')
            + field(form, "cvc", "Código (CVC)", 'inputmode="numeric" autocomplete="cc-csc" '
                    'maxlength="3" placeholder="123" required') + '</div>'
            + field(dict({"installments": "1"}, **form), "installments", "Cuotas",
                    'inputmode="numeric" maxlength="2" required'))


def nequi_fields(form):
    return ('<p class="hint"><b>399 111 1111</b> aprueba, <b>399 222 2222</b> rechaza, otro da '
            'error.</p>' + field(form, "phone", "Celular Nequi", 'inputmode="numeric" '
                                 'autocomplete="tel-national" required'))


def pse_fields(form):
    def option(value, text, name, default=""):
        chosen = " selected" if form.get(name, default) == value else ""
        return '<option value="%s"%s>%s</option>' % (value, chosen, text)
    return ('<label for="bank">Banco</label><select id="bank" name="bank">'
            + option("1", "Banco que aprueba", "bank")
            + option("2", "Banco que rechaza", "bank") + '</select><div class="two"><div>'
            '<label for="legal_id_type">Documento</label>'
            '<select id="legal_id_type" name="legal_id_type">'
            + option("CC", "Cédula (CC)", "legal_id_type") + option("NIT", "NIT", "legal_id_type")
            + '</select></div>'
            + field(form, "legal_id", "Número", 'inputmode="numeric" required') + '</div>')


def outcomes(action):
    buttons = (("APPROVED", "ok", "Aprobar"), ("DECLINED", "bad", "Rechazar"),
               ("ERROR", "bad", "Error"), ("PENDING", "warn", "Dejar pendiente"))
    text = "".join('<button class="%s" name="outcome" value="%s">%s</button>' % (css, value, label)
                   for value, css, label in buttons)
    kinds = "".join('<option value="%s">%s</option>' % pair for pair in (
        ("CARD", "Tarjeta"), ("NEQUI", "Nequi"), ("PSE", "PSE"),
        ("BANCOLOMBIA_TRANSFER", "Bancolombia")))
    return ('<form method="post" action="%s"><label for="kind">Medio</label>'
            '<select id="kind" name="method">%s</select><div class="two">%s</div></form>'
            % (escape(action), kinds, text))


def refused(text, reference):
    """A link that cannot be paid: what happened and what to do."""
    known = '<p class="soft">Referencia %s</p>' % escape(reference) if reference else ""
    return layout("No se puede pagar", '<section>%s<h1>No se puede pagar</h1><p>%s</p>%s'
                  '<p>Vuelve a la página del comercio y empieza el pago otra vez.</p></section>'
                  % (mark("bad"), escape(text), known))


def result(account, transaction, target, again, waiting):
    """Where a payment stands."""
    words = {"APPROVED": ("ok", "Pago aprobado", "El comercio ya sabe de tu pago."),
             "DECLINED": ("bad", "Tu pago fue rechazado", "No se hizo ningún cobro."),
             "ERROR": ("bad", "No pudimos hacer el pago", "No se hizo ningún cobro."),
             "VOIDED": ("wait", "Pago anulado", "El dinero vuelve a tu tarjeta."),
             "PENDING": ("wait", "Tu pago está en proceso", "Te avisamos cuando termine.")}
    kind, title, text = words[transaction["status"]]
    links = ""
    if again:
        links += '<a class="button main" id="again" href="%s">Intentar de nuevo</a>' % escape(again)
    if target and not waiting:
        links += '<a class="button" id="back" href="%s">Volver al comercio</a>' % escape(target)
    head = '<meta http-equiv="refresh" content="1">' if waiting else ""
    body = ('<section>%s<h1>%s</h1><p>%s</p><p class="amount">%s <small>COP</small></p>'
            '<p class="soft">%s, referencia %s</p><div class="stack">%s</div></section>'
            % (mark(kind), title, text, money(transaction["amount_in_cents"]),
               escape(account["name"]), escape(transaction["reference"]), links))
    return layout(title, body, "narrow", head)
