"""A business in operation: bookings in every state and a signed-in account, for the pages of daily work."""
import urllib.parse

from kitadmin import person

NAMES = ("Ana María Rodríguez", "Juan Pérez", "María Fernanda del Pilar Castañeda-Villamizar de la Hoz", "Zoë Núñez",
         "Carlos Andrés Gutiérrez", "Luisa Ñáñez", "Óscar Iván Peña", "Ximena Agudelo", "Ana", "<img src=x onerror=alert(1)>",
         "Superlargonombresinespaciosquenocabeenunalineadetelefono")
MADE = """
DO $do$
DECLARE
    v_tenant uuid := '%(tenant)s';
    v_zone text := (SELECT time_zone FROM kf.tenant WHERE tenant_id = v_tenant);
    v_names text[] := %(names)s;
    v_day date := (kf.now() AT TIME ZONE v_zone)::date + %(ahead)d;
    v_at timestamp;
    v_made int := 0;
    w record;
BEGIN
    PERFORM set_config('kf.tenant', v_tenant::text, true);
    WHILE v_made < %(n)d LOOP
        FOR w IN SELECT p.professional_id, s.service_id, s.duration_min, h.hour
                 FROM kf.professional p CROSS JOIN generate_series(8, 17, 2) AS h(hour)
                 CROSS JOIN LATERAL (SELECT s.* FROM kf.service s JOIN kf.professional_service ps
                      USING (tenant_id, service_id) WHERE ps.tenant_id = v_tenant AND ps.professional_id = p.professional_id
                      ORDER BY md5(s.service_id::text || h.hour || v_day || p.professional_id) LIMIT 1) s
                 WHERE p.tenant_id = v_tenant ORDER BY h.hour, p.position, p.professional_id LOOP
            EXIT WHEN v_made >= %(n)d;
            v_at := v_day + make_interval(hours => w.hour);
            PERFORM kf.booking_add(v_tenant, gen_random_uuid(), jsonb_build_object('service', w.service_id,
                'professional', w.professional_id, 'start', kf.iso_local(v_at AT TIME ZONE v_zone, v_zone),
                'outside_hours', true, 'customer', jsonb_build_object('name', v_names[1 + v_made %% array_length(v_names, 1)],
                    'email', 'persona' || v_made || '@ejemplo.example', 'phone', '+573001' || lpad(v_made::text, 6, '0')),
                'notes', CASE WHEN v_made %% 3 = 0 THEN 'Llega con un acompañante; prefiere la sala del fondo.' ELSE '' END));
            v_made := v_made + 1;
        END LOOP;
        v_day := v_day + 1;
    END LOOP;
END
$do$
"""

# From the first to the last: they do not overlap.
MOVED = """
BEGIN;
SET LOCAL session_replication_role = replica;
DO $do$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT claim_id FROM kf.claim WHERE tenant_id = '%(tenant)s' ORDER BY starts_at LOOP
        UPDATE kf.claim SET starts_at = starts_at - d, ends_at = ends_at - d, slot_start = slot_start - d, slot_end = slot_end - d
        FROM (SELECT interval '%(back)d days' AS d) d WHERE tenant_id = '%(tenant)s' AND claim_id = c.claim_id;
    END LOOP;
END
$do$;
UPDATE kf.booking SET slot_start = slot_start - d, slot_end = slot_end - d, created_at = created_at - d - interval '2 days'
FROM (SELECT interval '%(back)d days' AS d) d WHERE tenant_id = '%(tenant)s';
COMMIT
"""


def fill(shop, n, back=0, ahead=1):
    """Creates this many bookings from that day on, then moves all of them this many days back in time."""
    names = "ARRAY[%s]" % ", ".join("'%s'" % one for one in NAMES)
    shop.demo.run(MADE % {"tenant": shop.tenant, "n": n, "names": names, "ahead": ahead})
    if back:
        shop.demo.run(MOVED % {"tenant": shop.tenant, "back": back})


def mixed(shop):
    """Past bookings were attended or not, and some were never paid."""
    shop.demo.run("BEGIN; SET LOCAL session_replication_role = replica;"
                  " UPDATE kf.booking SET status = CASE abs(hashtext(booking_id::text)) %% 10 WHEN 0 THEN 'no_show'"
                  " WHEN 1 THEN 'cancelled' ELSE 'completed' END WHERE tenant_id = '%(t)s' AND slot_start < kf.now();"
                  " UPDATE kf.booking SET status = 'pending' WHERE tenant_id = '%(t)s' AND slot_start > kf.now()"
                  " AND abs(hashtext(booking_id::text)) %% 7 = 0; COMMIT" % {"t": shop.tenant})


class Desk:
    """An account of the business at the dashboard, in a browser."""

    def __init__(self, browser, shop, role="owner", lang="es"):
        self.b, self.shop, self.lang = browser, shop, lang
        self.base = shop.demo.about["base_url"]
        self.who = person(shop, role)
        if lang != "es":
            shop.demo.run("UPDATE kf.staff SET language = '%s' WHERE staff_id = '%s'" % (lang, self.who.staff))
        host = urllib.parse.urlsplit(self.base)
        browser.cdp("Network.setCookie", name="kf_session", value=self.who.token, domain=host.hostname, path="/")

    def open(self, path, **query):
        return self.b.open(self.base + path + ("?" + urllib.parse.urlencode(query) if query else ""))
