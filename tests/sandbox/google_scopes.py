"""Scopes of the Google stand-in: their names, and the methods that accept them."""

PREFIX = "https://www.googleapis.com/auth/"
ALIASES = {"email": PREFIX + "userinfo.email", "profile": PREFIX + "userinfo.profile"}
BASIC = ("openid", PREFIX + "userinfo.email", PREFIX + "userinfo.profile")

WRITE = ("calendar.events.owned", "calendar.events", "calendar.app.created", "calendar")
READ = WRITE + ("calendar.events.freebusy", "calendar.events.readonly",
                "calendar.events.owned.readonly", "calendar.events.public.readonly",
                "calendar.readonly")
LIST = ("calendar.calendarlist.readonly", "calendar.calendarlist", "calendar.readonly", "calendar")
METHODS = {
    "freebusy.query": ("calendar.freebusy", "calendar.events.freebusy", "calendar.readonly",
                       "calendar"),
    "calendarList.list": LIST,
    "calendars.get": ("calendar.calendars.readonly", "calendar.calendars", "calendar.app.created",
                      "calendar.readonly", "calendar"),
    "events.insert": WRITE, "events.patch": WRITE, "events.delete": WRITE,
    "events.list": READ, "events.get": READ, "events.watch": READ,
    "channels.stop": READ + ("calendar.calendarlist.readonly", "calendar.calendarlist",
                             "calendar.acls", "calendar.acls.readonly",
                             "calendar.settings.readonly"),
}
TEXTS = {
    "calendar": "Ver, editar, compartir y eliminar todos tus calendarios",
    "calendar.readonly": "Ver y descargar cualquier calendario al que tengas acceso",
    "calendar.freebusy": "Ver tu disponibilidad en tus calendarios",
    "calendar.events": "Ver y editar eventos en todos tus calendarios",
    "calendar.events.readonly": "Ver eventos en todos tus calendarios",
    "calendar.events.owned": "Ver, crear, modificar y borrar eventos en los calendarios que te "
                             "pertenecen",
    "calendar.events.owned.readonly": "Ver los eventos de los calendarios que te pertenecen",
    "calendar.events.public.readonly": "Ver los eventos de calendarios públicos",
    "calendar.events.freebusy": "Ver la disponibilidad en los calendarios a los que tienes acceso",
    "calendar.calendarlist": "Ver, añadir y quitar los calendarios de tu lista",
    "calendar.calendarlist.readonly": "Ver la lista de tus calendarios",
    "calendar.calendars": "Ver y cambiar las propiedades de tus calendarios",
    "calendar.calendars.readonly": "Ver el título, la descripción y la zona de tus calendarios",
    "calendar.app.created": "Crear calendarios y gestionar los eventos en ellos",
    "calendar.acls": "Ver y cambiar con quién compartes tus calendarios",
    "calendar.acls.readonly": "Ver con quién compartes tus calendarios",
    "calendar.settings.readonly": "Ver tus ajustes de Calendar",
}
WRITERS = ("writerWithoutPrivateAccess", "writer", "owner")


def canonical(name):
    """The name as spelled in responses, None for an unknown scope."""
    name = ALIASES.get(name, name)
    if name in BASIC:
        return name
    known = name.startswith(PREFIX) and name[len(PREFIX):] in TEXTS
    return name if known else None


def accepted(method, scopes):
    """Whether a token with these scopes may call the method at all."""
    return any(PREFIX + name in scopes for name in METHODS[method])


def covers(method, scopes, role, public):
    """The same for one calendar: some scopes cover only own or only public calendars."""
    for name in METHODS[method]:
        if PREFIX + name not in scopes or name == "calendar.app.created":
            continue
        if name.startswith("calendar.events.owned") and role != "owner":
            continue
        if name == "calendar.events.public.readonly" and not public:
            continue
        return True
    return False
