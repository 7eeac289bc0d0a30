/* What the database knows of the program's tables, as functions: fields of nouns, rules of providers, kinds of mail. */
#include <apr_strings.h>
#include <jansson.h>
#include <string.h>

#include "calendar/provider.h"
#include "flow/operator/migrate.h"
#include "pay/provider.h"
#include "text/mail/mail.h"

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

/* -- rules -- */

/* A function of one text, its parameter `of`. `cases`: WHEN ... THEN ... for each value (when()). */
static const char *rule_function(const char *name, const char *of, const char *type, const char *cases, apr_pool_t *p)
{
    return apr_pstrcat(p, "CREATE OR REPLACE FUNCTION kf.", name, "(", of, " text) RETURNS ", type,
                       "\nLANGUAGE sql IMMUTABLE\nAS $$ SELECT CASE ", of, " WHEN '' THEN NULL", cases, " END $$;\n", NULL);
}

static const char *when(const char *word, const char *value, apr_pool_t *p)
{
    return apr_pstrcat(p, " WHEN '", word, "' THEN '", value, "'", NULL);
}

/* -- providers -- */

static const char *payer_rules(apr_pool_t *p)
{
    const char *currencies = "", *minima = "";
    const kf_pay_provider_t *one;

    for (int i = 0; (one = kf_pay_provider_at(i)); i++) {
        if (one->currency) {
            currencies = apr_pstrcat(p, currencies, when(one->name, one->currency, p), NULL);
        }
        minima = apr_psprintf(p, "%s WHEN '%s' THEN %" APR_INT64_T_FMT, minima, one->name, (apr_int64_t)one->amount_min);
    }
    return apr_pstrcat(p, rule_function("pay_currency", "p_provider", "text", currencies, p),
                       rule_function("pay_minimum", "p_provider", "bigint", apr_pstrcat(p, minima, " ELSE 0", NULL), p), NULL);
}

static const char *provider_rules(apr_pool_t *p)
{
    const kf_calendar_provider_t *one;
    const char *forms = "";

    for (int i = 0; (one = kf_calendar_provider_at(i)); i++) {
        if (one->event_key) {
            forms = apr_pstrcat(p, forms, when(one->name, one->event_key, p), NULL);
        }
    }
    return apr_pstrcat(p, payer_rules(p), rule_function("calendar_key_form", "p_provider", "text", forms, p), NULL);
}

/* -- mails -- */

static const char *const mail_to[] = {
    [KF_MAIL_TO_ACCOUNT] = "account", [KF_MAIL_TO_CUSTOMER] = "customer", [KF_MAIL_TO_WAITING] = "waiting",
    [KF_MAIL_TO_TEAM] = "team",       [KF_MAIL_TO_OWNERS] = "owners",     [KF_MAIL_TO_SYSTEM] = "system",
};

static const char *audience_of(const kf_mail_kind_t *kind)
{
    return kind->to < KF_MAIL_TO_TEAM ? "customer" : kind->to == KF_MAIL_TO_TEAM ? "merchant" : "owner";
}

/* The names of the kinds for which `fits` is true, "'a', 'b'". */
static const char *kinds_that(bool (*fits)(const kf_mail_kind_t *kind), apr_pool_t *p)
{
    const kf_mail_kind_t *kind;
    const char *list = "";

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        if (fits(kind)) {
            list = apr_pstrcat(p, list, *list ? ", '" : "'", kind->name, "'", NULL);
        }
    }
    return list;
}

static bool has_link(const kf_mail_kind_t *kind)
{
    return kind->tokens & KF_MAIL_TOKEN_LINK;
}

static bool is_off(const kf_mail_kind_t *kind)
{
    return kind->choice == KF_MAIL_OFF;
}

/* kf.mail_kinds: those that the merchant may switch off. */
static const char *mail_kinds(apr_pool_t *p)
{
    const kf_mail_kind_t *kind;
    const char *rows = "";

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        if (kind->choice != KF_MAIL_ALWAYS) {
            rows = apr_pstrcat(p, rows, *rows ? ", ('" : "('", kind->name, "', '", audience_of(kind), "', ",
                               is_off(kind) ? "false" : "true", ", ", kind->choice == KF_MAIL_NOTED ? "true)" : "false)", NULL);
        }
    }
    return apr_pstrcat(p, "CREATE OR REPLACE FUNCTION kf.mail_kinds()"
                       " RETURNS TABLE (kind text, audience text, on_default boolean, noted boolean)\n"
                       "LANGUAGE sql IMMUTABLE\nAS $$ VALUES ", rows, " $$;\n", NULL);
}

static const char *mail_rules(apr_pool_t *p)
{
    const kf_mail_kind_t *kind;
    const char *to = "";

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        to = apr_pstrcat(p, to, when(kind->name, mail_to[kind->to], p), NULL);
    }
    return apr_pstrcat(p, mail_kinds(p), rule_function("mail_to", "p_kind", "text", to, p),
                       "CREATE OR REPLACE FUNCTION kf.mail_has_link(p_kind text) RETURNS boolean\n"
                       "LANGUAGE sql IMMUTABLE\nAS $$ SELECT p_kind IN (", kinds_that(has_link, p), ") $$;\n"
                       "CREATE OR REPLACE FUNCTION kf.mail_wanted(p_mails jsonb, p_kind text) RETURNS boolean\n"
                       "LANGUAGE sql IMMUTABLE\nAS $$ SELECT coalesce((p_mails->>p_kind)::boolean, p_kind NOT IN (",
                       kinds_that(is_off, p), ")) $$;\n", NULL);
}

/* -- fields -- */

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
    return apr_pstrcat(p, fields_sql(nouns, p), shown_sql(nouns, p), provider_rules(p), mail_rules(p), NULL);
}
