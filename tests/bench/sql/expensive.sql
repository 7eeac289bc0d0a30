-- Makes a business expensive: %(professionals)d professionals with %(spans)d spans of 40 minutes on each day.
SET session_replication_role = replica;
INSERT INTO kf.professional (tenant_id, professional_id, name, time_zone, created_at)
SELECT p.tenant_id, gen_random_uuid(), 'Otro ' || i, p.time_zone, p.created_at
FROM kf.professional p, generate_series(2, %(professionals)d) i WHERE p.tenant_id = '%(tenant)s';
INSERT INTO kf.professional_service (tenant_id, professional_id, service_id)
SELECT p.tenant_id, p.professional_id, s.service_id
FROM kf.professional p JOIN kf.service s USING (tenant_id) WHERE p.tenant_id = '%(tenant)s' ON CONFLICT DO NOTHING;
DELETE FROM kf.working_hours WHERE tenant_id = '%(tenant)s';
INSERT INTO kf.working_hours (tenant_id, professional_id, weekday, kind, starts, ends)
SELECT p.tenant_id, p.professional_id, d, 'work', time '00:00' + i * interval '50 min', time '00:40' + i * interval '50 min'
FROM kf.professional p, generate_series(1, 7) d, generate_series(0, %(spans)d - 1) i WHERE p.tenant_id = '%(tenant)s';
RESET session_replication_role;
UPDATE kf.tenant SET catalog_version = catalog_version + 1 WHERE tenant_id = '%(tenant)s';
