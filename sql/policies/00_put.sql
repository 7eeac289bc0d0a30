-- Policies and triggers are changed only where what is there is another: a run of migrate that changes none of
-- them takes no lock on a table that servers use.

-- p_rest: what follows the table in CREATE POLICY, as the catalogue gives it back (where another version of
-- PostgreSQL gives it back otherwise, the policy is put anew).
CREATE OR REPLACE FUNCTION kf.policy_put(p_table regclass, p_name text, p_rest text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
DECLARE
    v_rest text := btrim(regexp_replace(p_rest, '\s+', ' ', 'g'));
    v_there text;
BEGIN
    SELECT regexp_replace(concat_ws(' ',
               CASE WHEN NOT x.polpermissive THEN 'AS RESTRICTIVE' END,
               CASE x.polcmd WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE'
                    WHEN 'd' THEN 'FOR DELETE' END,
               'TO ' || (SELECT string_agg(r::regrole::text, ', ' ORDER BY r::regrole::text)
                         FROM unnest(x.polroles) r WHERE r <> 0),
               'USING (' || pg_get_expr(x.polqual, x.polrelid) || ')',
               'WITH CHECK (' || pg_get_expr(x.polwithcheck, x.polrelid) || ')'), '\s+', ' ', 'g') INTO v_there
    FROM pg_policy x WHERE x.polrelid = p_table AND x.polname = p_name;
    IF v_there IS DISTINCT FROM v_rest THEN
        IF v_there IS NOT NULL THEN
            EXECUTE format('DROP POLICY %I ON %s', p_name, p_table);
        END IF;
        EXECUTE format('CREATE POLICY %I ON %s %s', p_name, p_table, v_rest);
    END IF;
END
$$;

-- p_trigger: CREATE TRIGGER name ... ON kf.table ... How PostgreSQL reads it is seen on an empty copy of the table.
CREATE OR REPLACE FUNCTION kf.trigger_put(p_trigger text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
DECLARE
    v_name text := substring(p_trigger FROM '\mTRIGGER (\w+)');
    v_table text := substring(p_trigger FROM '\mON kf\.(\w+)');
    v_wanted text;
    v_there text;
BEGIN
    EXECUTE format('CREATE TEMP TABLE %I (LIKE kf.%I)', v_table, v_table);
    EXECUTE regexp_replace(p_trigger, '\mON kf\.', 'ON pg_temp.');
    SELECT regexp_replace(pg_get_triggerdef(x.oid), '\mON pg_temp\w*\.', 'ON kf.') INTO v_wanted
    FROM pg_trigger x WHERE x.tgrelid = format('pg_temp.%I', v_table)::regclass;
    EXECUTE format('DROP TABLE pg_temp.%I', v_table);
    SELECT pg_get_triggerdef(x.oid) INTO v_there
    FROM pg_trigger x WHERE x.tgrelid = format('kf.%I', v_table)::regclass AND x.tgname = v_name;
    IF v_there IS DISTINCT FROM v_wanted THEN
        EXECUTE regexp_replace(p_trigger, '^CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER');
    END IF;
END
$$;
