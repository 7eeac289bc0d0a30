/* Schemas of fields, and of the short forms (describe.h). */
#include <stdlib.h>
#include <string.h>

#include "describe/describe.h"

#define MONEY "Minor units of the currency."

char *describe_name(bool *required, const char *name)
{
    char *plain = strdup(name);
    size_t len = strlen(plain);

    *required = !len || plain[len - 1] != '?';
    if (!*required) {
        plain[len - 1] = '\0';
    }
    return plain;
}

/* Makes a schema nullable; the description stays at the top level. */
static json_t *or_null(json_t *schema)
{
    json_t *type = json_object_get(schema, "type"), *description = json_object_get(schema, "description"), *out;

    if (json_is_string(type) && !json_object_get(schema, "enum")) {
        json_object_set_new(schema, "type", json_pack("[O,s]", type, "null"));
        return schema;
    }
    out = json_pack("{s:[o,{s:s}]}", "anyOf", schema, "type", "null");
    if (description) {
        json_object_set(out, "description", description);
        json_object_del(schema, "description");
    }
    return out;
}

/* -- short forms -- */

static json_t *words_of(const char *list, size_t len)
{
    json_t *words = json_array();

    for (const char *at = list, *end = list + len; at < end;) {
        const char *bar = memchr(at, '|', (size_t)(end - at));
        size_t n = bar ? (size_t)(bar - at) : (size_t)(end - at);

        json_array_append_new(words, json_stringn(at, n));
        at += n + 1;
    }
    return json_pack("{s:s,s:o}", "type", "string", "enum", words);
}

static json_t *named(const char *type, size_t len)
{
    static const char *const formats[] = {"uuid", "date", "date-time", "uri", "email"};

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strlen(formats[i]) == len && !memcmp(formats[i], type, len)) {
            return json_pack("{s:s,s:s}", "type", "string", "format", formats[i]);
        }
    }
    if (len == 5 && !memcmp(type, "money", 5)) {
        return json_pack("{s:s,s:s}", "type", "integer", "description", MONEY);
    }
    return json_pack("{s:o}", "type", json_stringn(type, len));
}

/* The schema of the type, the part of a text before its colon. */
static json_t *typed(const char *type, size_t len)
{
    bool null = len > 1 && type[len - 1] == '?';
    json_t *schema;

    len -= null;
    if (type[0] == '[' && type[len - 1] == ']') {
        schema = json_pack("{s:s,s:o}", "type", "array", "items", typed(type + 1, len - 2));
    } else if (memchr(type, '|', len)) {
        schema = words_of(type, len);
    } else if (type[0] >= 'A' && type[0] <= 'Z') {
        schema = json_pack("{s:s+%}", "$ref", "#/components/schemas/", type, len);
    } else {
        schema = named(type, len);
    }
    return null ? or_null(schema) : schema;
}

static json_t *from_text(const char *text)
{
    const char *colon = strstr(text, ": ");
    json_t *schema = typed(text, colon ? (size_t)(colon - text) : strlen(text));

    if (colon) {
        json_object_set_new(schema, "description", json_string(colon + 2));
    }
    return schema;
}

/* Adds the fields of a set as in answers, which never contain secrets. */
static void spread(json_t *properties, json_t *required, const words_t *words, const char *name)
{
    const kf_noun_t *set = describe_set(name);

    if (!set) {
        describe_fail("there are no such fields", name);
    }
    for (size_t i = 0; i < set->n; i++) {
        if (set->fields[i].type != KF_F_SECRET) {
            json_object_set_new(properties, set->fields[i].name, describe_field(words, set, &set->fields[i], true));
            json_array_append_new(required, json_string(set->fields[i].name));
        }
    }
}

static void member(json_t *properties, json_t *required, const words_t *words, const char *name, const json_t *brief)
{
    bool needed;
    char *plain = describe_name(&needed, name);

    if (needed && !json_object_get(properties, plain)) {
        json_array_append_new(required, json_string(plain));
    }
    json_object_set_new(properties, plain, describe_schema(words, brief));
    free(plain);
}

static json_t *object_of(const words_t *words, json_t *members)
{
    json_t *properties = json_object(), *required = json_array(), *one;
    const char *name;

    json_object_foreach (members, name, one) {
        if (!strcmp(name, "...")) {
            spread(properties, required, words, json_string_value(one));
        } else {
            member(properties, required, words, name, one);
        }
    }
    return json_pack("{s:s,s:b,s:o,s:o}", "type", "object", "additionalProperties", 0, "required", required, "properties",
                     properties);
}

static json_t *all_of(const words_t *words, json_t *list)
{
    json_t *out = json_array(), *one;
    size_t i;

    json_array_foreach (list, i, one) {
        json_array_append_new(out, describe_schema(words, one));
    }
    return out;
}

/* A member of JSON Schema; SCHEMAs within it are expanded. */
static json_t *plain_member(const words_t *words, const char *name, json_t *value)
{
    if (!strcmp(name, "items") || (!strcmp(name, "additionalProperties") && !json_is_boolean(value))) {
        return describe_schema(words, value);
    }
    return !strcmp(name, "anyOf") || !strcmp(name, "oneOf") ? all_of(words, value) : json_incref(value);
}

static json_t *from_object(const words_t *words, json_t *brief)
{
    json_t *members = json_object_get(brief, "members"), *is = json_object_get(brief, "is"), *value;
    const char *of = json_string_value(json_object_get(brief, "of")), *name;
    json_t *schema = members ? object_of(words, members) : of ? describe_body(words, of, false)
                     : is    ? describe_schema(words, is)
                             : json_object();

    json_object_foreach (brief, name, value) {
        if (strcmp(name, "members") && strcmp(name, "of") && strcmp(name, "is") && strcmp(name, "nullable")) {
            json_object_set_new(schema, name, plain_member(words, name, value));
        }
    }
    return json_is_true(json_object_get(brief, "nullable")) ? or_null(schema) : schema;
}

json_t *describe_schema(const words_t *words, const json_t *brief)
{
    if (json_is_string(brief)) {
        return from_text(json_string_value(brief));
    }
    if (json_is_array(brief)) {
        return json_pack("{s:s,s:o}", "type", "array", "items", describe_schema(words, json_array_get(brief, 0)));
    }
    return from_object(words, (json_t *)brief);
}

/* -- fields -- */

static const char *type_of(kf_field_type_t type)
{
    switch (type) {
    case KF_F_INT:
    case KF_F_MONEY:
        return "integer";
    case KF_F_BOOL:
        return "boolean";
    case KF_F_LINES:
    case KF_F_CHOICES:
        return "[string]";
    case KF_F_IDS:
        return "[uuid]";
    case KF_F_ARRAY:
        return "array";
    case KF_F_OBJECT:
        return "object";
    case KF_F_UUID:
        return "uuid";
    case KF_F_DATE:
        return "date";
    case KF_F_INSTANT:
    case KF_F_UNTIL:
        return "date-time";
    default:
        return "string";
    }
}

static json_t *words_array(const char *const *words)
{
    json_t *list = json_array();

    for (; *words; words++) {
        json_array_append_new(list, json_string(*words));
    }
    return list;
}

/* For a number both bounds apply if either is set (lib/json/map.c). */
static void put_bounds(json_t *schema, const kf_field_t *field)
{
    bool number = field->type == KF_F_INT || field->type == KF_F_MONEY;
    bool array = field->type >= KF_F_LINES && field->type <= KF_F_ARRAY;

    if (field->min || (number && field->max)) {
        json_object_set_new(schema, number ? "minimum" : array ? "minItems" : "minLength", json_integer(field->min));
    }
    if (field->max) {
        json_object_set_new(schema, number ? "maximum" : array ? "maxItems" : "maxLength", json_integer(field->max));
    }
}

/* Adds a field's texts: a description, or members of a SCHEMA. */
static void put_words(json_t *schema, const words_t *words, const json_t *said)
{
    json_t *more;

    if (json_is_string(said)) {
        json_object_set(schema, "description", (json_t *)said);
    } else if (said) {
        more = describe_schema(words, said);
        json_object_update(schema, more);
        json_decref(more);
    }
}

/* What NOUN/openapi.json says of a field, or of each field of its set. */
static const json_t *said_of(const words_t *words, const char *set, const char *name)
{
    const json_t *fields = json_object_get(words->fields, set), *said = json_object_get(fields, name);

    return said ? said : json_object_get(fields, "*");
}

json_t *describe_field(const words_t *words, const kf_noun_t *set, const kf_field_t *field, bool shown)
{
    json_t *schema = from_text(type_of(field->type));

    if (field->words) {
        json_object_set_new(schema, "enum", words_array(field->words));
    }
    if (!shown) {
        put_bounds(schema, field);
    }
    if (field->type == KF_F_MONEY) {
        json_object_set_new(schema, "description", json_string(MONEY));
    }
    put_words(schema, words, said_of(words, set->noun, field->name));
    return field->nullable && !(shown && field->absent) ? or_null(schema) : schema;
}

json_t *describe_body(const words_t *words, const char *name, bool partial)
{
    const kf_noun_t *set = describe_set(name);
    json_t *properties = json_object(), *required = json_array(), *schema;

    if (!set) {
        describe_fail("there are no such fields", name);
    }
    for (size_t i = 0; i < set->n; i++) {
        const kf_field_t *field = &set->fields[i];

        schema = describe_field(words, set, field, false);
        if (field->required && !partial) {
            json_array_append_new(required, json_string(field->name));
        } else if (field->absent && !partial) {
            json_object_set_new(schema, "default", json_loads(field->absent, JSON_DECODE_ANY, NULL));
        }
        json_object_set_new(properties, field->name, schema);
    }
    schema = json_pack("{s:s,s:b,s:o}", "type", "object", "additionalProperties", 0, "properties", properties);
    if (json_array_size(required)) {
        json_object_set(schema, "required", required);
    }
    json_decref(required);
    return schema;
}
