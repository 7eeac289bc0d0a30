-- A row as a document for the command: times in the usual format, and its own id also under "id".
CREATE OR REPLACE FUNCTION kf.iso_times(p_doc jsonb, p_id uuid) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_object_agg(x.key, CASE WHEN x.key LIKE '%\_at' AND jsonb_typeof(x.value) = 'string'
                                        THEN to_jsonb(kf.iso((x.value #>> '{}')::timestamptz)) ELSE x.value END)
           || jsonb_build_object('id', p_id)
    FROM jsonb_each(p_doc) x
$$;
