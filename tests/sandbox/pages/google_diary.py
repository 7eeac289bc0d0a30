"""The calendar page of the Google stand-in, in Spanish, for phones first."""

import datetime
import urllib.parse

from pages import STYLE, escape

DAYS = ("Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo")
MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
          "octubre", "noviembre", "diciembre")
COLOURS = ("#1a73e8", "#0b8043", "#b3261e", "#8e24aa", "#8a5a00", "#00796b")
MORE = """
.tabs{display:flex;flex-wrap:wrap;gap:8px;margin:0 0 12px}.tabs .button{width:auto;font-weight:500}
.tabs [aria-current]{background:var(--tint);border-color:var(--main)}
.week{display:grid;grid-template-columns:auto 1fr auto;gap:8px;align-items:center;margin:0 0 8px}
.week .button{width:48px;padding:0}.week h1{margin:0;text-align:center;font-size:18px}
h2.day{font-size:16px;margin:16px 0 4px;padding:0 0 4px;border-bottom:1px solid var(--line)}
h2.now{color:var(--main)}.ev{display:grid;grid-template-columns:8px 1fr auto;gap:12px;padding:8px 0;
align-items:center}.ev>i{align-self:stretch;border-radius:4px;min-height:44px}
.two>div,aside input,aside select{min-width:0}.jump{margin:0 0 8px}
@media(min-width:800px){.jump{display:none}}.ev b{display:block;overflow-wrap:anywhere}.ev .soft{overflow-wrap:anywhere;white-space:pre-line}
.ev.free b{font-weight:500}.ev.free>i{opacity:.35}.ev button{width:auto;min-height:44px;
font-size:14px;font-weight:500}.check{display:flex;gap:12px;align-items:center;min-height:48px;
font-weight:400;font-size:16px;margin:0}.check input{width:24px;height:24px;min-height:0;margin:0}
"""
SCRIPT = """<script>
(function(){var all=document.getElementById("todo"),hours=document.getElementById("horas");
function show(){hours.hidden=all.checked}all.addEventListener("change",show);show();
setInterval(function(){if(document.activeElement&&document.activeElement.form){return}
fetch("/google/calendar/rev.json?cuenta="+encodeURIComponent("%s")).then(function(r){return r.json()})
.then(function(v){if(v.rev!==%d){location.href=location.pathname+location.search}})
.catch(function(){})},2000)})();
</script>"""


def link(email, day):
    return escape("/google/calendar/?" + urllib.parse.urlencode(
        {"cuenta": email, "semana": day.isoformat()}))


def event_row(row, view):
    event = row["event"]
    when = "Todo el día" if row["whole"] else "%s a %s" % (row["start"] or "00:00",
                                                          row["end"] or "24:00")
    facts = [when, row["title"], "" if row["busy"] else "Libre"]
    guests = ", ".join(one["email"] for one in event.get("attendees", []))
    more = "".join('<span class="soft">%s</span><br>' % escape(text) for text in
                   (event.get("location"), guests and "Invitados: " + guests,
                    event.get("description"), event.get("hangoutLink")) if text)
    button = ""
    if row["writable"]:
        button = ('<form method="post" action="/google/calendar/borrar">%s<button '
                  'aria-label="Eliminar %s">Eliminar</button></form>'
                  % (hidden(cuenta=view["email"], calendario=row["calendar"], id=event["id"],
                            semana=view["monday"].isoformat()), escape(event.get("summary", ""))))
    return ('<div class="ev%s" data-id="%s"><i style="background:%s"></i><div><b>%s</b>'
            '<span class="soft">%s</span><br>%s</div>%s</div>'
            % ("" if row["busy"] else " free", escape(event["id"]),
               COLOURS[row["number"] % len(COLOURS)],
               escape(event.get("summary") or "(Sin título)"),
               escape(" · ".join(one for one in facts if one)), more, button))


def hidden(**values):
    return "".join('<input type="hidden" name="%s" value="%s">' % (name, escape(value))
                   for name, value in values.items())


def form_html(view):
    form = view["form"]
    day = form.get("dia") or max(view["today"], view["monday"]).isoformat()
    if not form and max(view["today"], view["monday"]) > view["monday"] + datetime.timedelta(days=6):
        day = view["monday"].isoformat()
    options = "".join('<option value="%s"%s>%s</option>'
                      % (escape(one["id"]), " selected" if one["id"] == form.get("calendario")
                         else "", escape(one["summary"]))
                      for one in view["calendars"] if one["writable"])
    alert = '<p class="alert" role="alert">%s</p>' % escape(view["problem"]) if view["problem"] else ""
    return ('<aside><h2>Añadir evento</h2>%s<form method="post" action="/google/calendar/">%s'
            '<label for="titulo">Título</label><input id="titulo" name="titulo" maxlength="200" '
            'value="%s"><label for="calendario">Calendario</label>'
            '<select id="calendario" name="calendario">%s</select>'
            '<label for="dia">Día</label><input id="dia" name="dia" type="date" required value="%s">'
            '<div class="two" id="horas"><div><label for="desde">Desde</label>'
            '<input id="desde" name="desde" type="time" value="%s"></div><div>'
            '<label for="hasta">Hasta</label><input id="hasta" name="hasta" type="time" value="%s">'
            '</div></div><label class="check"><input id="todo" name="todo" type="checkbox" value="1"%s>'
            'Todo el día</label><label class="check"><input name="libre" type="checkbox" value="1"%s>'
            'Mostrarme como libre</label><button class="main" id="add">Añadir</button></form></aside>'
            % (alert, hidden(cuenta=view["email"], semana=view["monday"].isoformat()),
               escape(form.get("titulo", "")), options, escape(day),
               escape(form.get("desde", "10:00")), escape(form.get("hasta", "11:00")),
               " checked" if form.get("todo") else "", " checked" if form.get("libre") else ""))


def day_html(day, rows, view):
    now = " now" if day == view["today"] else ""
    text = "".join(event_row(row, view) for row in rows) or '<p class="soft">Sin eventos</p>'
    return ('<h2 class="day%s">%s %d de %s</h2>%s'
            % (now, DAYS[day.weekday()], day.day, MONTHS[day.month - 1], text))


def page(view):
    monday, email = view["monday"], view["email"]
    sunday, step = monday + datetime.timedelta(days=6), datetime.timedelta(days=7)
    tabs = "".join('<a class="button" href="%s"%s>%s</a>'
                   % (link(one["email"], monday),
                      ' aria-current="page"' if one["email"] == email else "", escape(one["name"]))
                   for one in view["accounts"])
    title = "%d de %s a %d de %s" % (monday.day, MONTHS[monday.month - 1], sunday.day,
                                     MONTHS[sunday.month - 1])
    head = ('<nav class="week" aria-label="Semana"><a class="button" aria-label="Semana anterior" '
            'href="%s">&larr;</a><h1>%s</h1><a class="button" aria-label="Semana siguiente" '
            'href="%s">&rarr;</a></nav>' % (link(email, monday - step), title,
                                           link(email, monday + step)))
    days = "".join(day_html(day, rows, view) for day, rows in view["days"])
    return ('<!doctype html><html lang="es-CO"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<link rel="icon" href="data:,"><title>Calendario</title><style>%s%s</style></head><body>'
            '<header><div><b>Google Calendar</b><span class="tag">De prueba</span></div></header>'
            '<main class="wide"><section><nav class="tabs" aria-label="Cuentas">%s</nav>%s'
            '<p class="soft">%s, horas de %s</p><a class="button jump" href="#titulo">Añadir evento</a>'
            '%s</section>%s</main>%s</body></html>'
            % (STYLE, MORE, tabs, head, escape(email), escape(view["zone"]), days, form_html(view),
               SCRIPT % (escape(email), view["rev"])))
