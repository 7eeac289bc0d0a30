/* The program's tables of fields, as SQL functions for the database. */
#include <apr_strings.h>
#include <jansson.h>
#include <string.h>

#include "flow/operator/migrate.h"

static const char *const types[] = {
    [KF_F_TEXT] = "text",     [KF_F_AREA] = "text",         [KF_F_URL] = "url",       [KF_F_WEB] = "web",
    [KF_F_GUARDED] = "web",   [KF_F_PICTURE] = "picture",
    [KF_F_EMAIL] = "email",   [KF_F_COLOR] = "color",       [KF_F_ZONE] = "zone",     [KF_F_CURRENCY] = "currency",
    [KF_F_SECRET] = "text",   [KF_F_WORD] = "word",         [KF_F_CHOICE] = "uuid",   [KF_F_UUID] = "uuid",
    [KF_F_DATE] = "date",     [KF_F_INSTANT] = "instant",   [KF_F_UNTIL] = "instant", [KF_F_INT] = "int",
    [KF_F_MONEY] = "int",     [KF_F_BOOL] = "bool",         [KF_F_LINES] = "array",   [KF_F_IDS] = "array",     [KF_F_CHOICES] = "array",
    [KF_F_ARRAY] = "array",   [KF_F_OBJECT] = "object",
};

static json_t *rule_of(const kf_field_t *field)
{
    json_t *rule = json_pack("{s:s, s:s, s:b}", "name", field->name, "type", types[field->type], "required", field->required);

    if (field->apart) {
        json_object_set_new(rule, "apart", json_true());
    }
    if (field->min || field->max) {
        json_object_set_new(rule, "min", json_integer(field->min));
        json_object_set_new(rule, "max", json_integer(field->max));
    }
    if (field->words) {
        json_t *words = json_array();

        for (const char *const *word = field->words; *word; word++) {
            json_array_append_new(words, json_string(*word));
        }
        json_object_set_new(rule, "words", words);
    }
    if (field->absent) {
        json_object_set_new(rule, "absent", json_loads(field->absent, JSON_DECODE_ANY, NULL));
    }
    return rule;
}

/* As an SQL literal: no rule contains a backslash, and standard_conforming_strings is on. */
static const char *literal(const json_t *rules, apr_pool_t *p)
{
    char *text = json_dumps(rules, JSON_COMPACT), *rest, *part;
    const char *out = "'";

    rest = apr_pstrdup(p, text);
    free(text);
    for (; (part = strchr(rest, '\'')); rest = part + 1) {
        *part = '\0';
        out = apr_pstrcat(p, out, rest, "''", NULL);
    }
    return apr_pstrcat(p, out, rest, "'", NULL);
}

static const char *fields_sql(const kf_noun_t *nouns, apr_pool_t *p)
{
    const char *out = "CREATE OR REPLACE FUNCTION kf.fields(p_noun text) RETURNS jsonb\n"
                      "LANGUAGE sql IMMUTABLE\nAS $$\n    SELECT CASE p_noun\n";

    for (; nouns->noun; nouns++) {
        json_t *rules = json_array();

        for (size_t i = 0; i < nouns->n; i++) {
            json_array_append_new(rules, rule_of(&nouns->fields[i]));
        }
        out = apr_pstrcat(p, out, "        WHEN '", nouns->noun, "' THEN ", literal(rules, p), "::jsonb\n", NULL);
        json_decref(rules);
    }
    return apr_pstrcat(p, out, "    END\n$$;\n", NULL);
}

/* The members of a row that customers see, "'name', p_row->'name'". */
static const char *shown_of(const kf_noun_t *noun, apr_pool_t *p)
{
    const char *out = "";

    for (size_t i = 0; i < noun->n; i++) {
        const char *name = noun->fields[i].name;

        if (noun->fields[i].shown) {
            out = apr_pstrcat(p, out, *out ? ", '" : "'", name, "', p_row->'", name, "'", NULL);
        }
    }
    return out;
}

static const char *shown_sql(const kf_noun_t *nouns, apr_pool_t *p)
{
    const char *out = "CREATE OR REPLACE FUNCTION kf.shown(p_noun text, p_row jsonb) RETURNS jsonb\n"
                      "LANGUAGE sql IMMUTABLE\nAS $$\n    SELECT CASE p_noun\n";

    for (; nouns->noun; nouns++) {
        out = apr_pstrcat(p, out, "        WHEN '", nouns->noun, "' THEN jsonb_build_object(", shown_of(nouns, p), ")\n", NULL);
    }
    return apr_pstrcat(p, out, "    END\n$$;\n", NULL);
}

const char *kf_migrate_fields(const kf_noun_t *nouns, apr_pool_t *p)
{
    return apr_pstrcat(p, fields_sql(nouns, p), shown_sql(nouns, p), NULL);
}
