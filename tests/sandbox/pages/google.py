"""Pages of Google's sign-in as the stand-in shows them: account, consent, refusal."""

from google_scopes import BASIC, PREFIX, TEXTS
from pages import STYLE, escape

MORE = """
.who{display:block;width:100%;text-align:left;min-height:56px;margin:0 0 8px;padding:8px 16px;
border:1px solid var(--line);border-radius:var(--r);background:var(--card);color:inherit;font:inherit;
cursor:pointer}.who b{display:block}.who:hover,.who:focus-visible{background:var(--tint)}
.box{display:grid;grid-template-columns:auto 1fr;gap:12px;align-items:start;padding:12px 0;
min-height:48px;font-weight:400;font-size:16px;border-bottom:1px solid var(--line);margin:0}
.box input{width:24px;height:24px;min-height:0;margin:0}
"""


def layout(title, main):
    return ('<!doctype html><html lang="es-CO"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<link rel="icon" href="data:,"><title>%s</title><style>%s%s</style></head><body>'
            '<header><div><b>Google</b><span class="tag">Cuentas de prueba</span></div></header>'
            '<main class="narrow"><section>%s</section></main></body></html>'
            % (escape(title), STYLE, MORE, main))


def action(query):
    return escape("/google/o/oauth2/v2/auth?" + query)


def chooser(client, accounts, query):
    rows = "".join('<button class="who" name="account" value="%s"><b>%s</b>%s</button>'
                   % (escape(one["email"]), escape(one["name"]), escape(one["email"]))
                   for one in accounts)
    return layout("Elige una cuenta", '<h1>Elige una cuenta</h1><p class="soft">para continuar a %s'
                  '</p><form method="post" action="%s">%s</form>'
                  % (escape(client["name"]), action(query), rows))


def scope_row(scope, alone):
    text = escape(TEXTS[scope[len(PREFIX):]])
    if alone:
        return '<p class="box"><span aria-hidden="true">•</span><span>%s</span></p>' % text
    return ('<label class="box"><input type="checkbox" name="scope" value="%s" checked>'
            '<span>%s</span></label>' % (escape(scope), text))


def consent(client, account, scopes, query):
    basic = [one for one in scopes if one in BASIC]
    rest = [one for one in scopes if one not in BASIC]
    lines = '<p class="soft">Tu nombre y tu dirección de correo.</p>' if basic else ""
    lines += "".join(scope_row(one, len(rest) == 1) for one in rest)
    return layout("Permitir el acceso", '<h1>%s quiere acceder a tu cuenta de Google</h1>'
                  '<p class="soft">%s</p><form method="post" action="%s">'
                  '<input type="hidden" name="account" value="%s">'
                  '<h2 style="margin-top:16px">Elige a qué puede acceder</h2>%s'
                  '<p class="soft" style="margin-top:12px">Puedes quitar el acceso cuando quieras.'
                  '</p><div class="two" style="margin-top:16px">'
                  '<button name="decision" value="cancel">Cancelar</button>'
                  '<button class="main" name="decision" value="allow">Permitir</button></div></form>'
                  % (escape(client["name"]), escape(account["email"]), action(query),
                     escape(account["email"]), lines))


def refused(code, text):
    """Google's own error page: nothing is sent back to the client."""
    return layout("Acceso bloqueado", '<h1>Acceso bloqueado</h1><p>La solicitud de esta aplicación '
                  'no es válida.</p><p>%s</p><p class="soft">Error: %s</p>'
                  % (escape(text), escape(code)))
