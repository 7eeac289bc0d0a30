/* Builds an operation from a row of the route table and its WORDS. */
#include <stdlib.h>
#include <string.h>

#include "describe/describe.h"

static bool is_get(const row_t *row)
{
    return !strcmp(row->method, "GET");
}

static bool says(const json_t *said, const char *what)
{
    return json_is_true(json_object_get(said, what));
}

/* -- security -- */

static json_t *security_of(const row_t *row, const json_t *said)
{
    json_t *own = json_object_get(said, "security"), *list = json_array();
    char role[16] = "";

    if (own) {
        json_decref(list);
        return json_incref(own);
    }
    if (strcmp(row->role, "OPEN")) {
        for (size_t i = 0; i < sizeof(role) - 1 && row->role[i]; i++) {
            role[i] = (char)(row->role[i] - 'A' + 'a');
        }
        json_array_append_new(list, json_pack("{s:[s]}", "session", role));
    }
    if (row->scope) {
        json_array_append_new(list, json_pack("{s:[s]}", "key", row->scope));
    }
    return list;
}

/* -- parameters -- */

/* Takes the reference to `schema`; its description becomes that of the parameter. */
static void add_param(json_t *list, const char *name, const char *in, bool required, json_t *schema)
{
    json_t *param = json_pack("{s:s,s:s,s:b}", "name", name, "in", in, "required", required);
    json_t *description = json_object_get(schema, "description");

    if (description) {
        json_object_set(param, "description", description);
        json_object_del(schema, "description");
    }
    json_object_set_new(param, "schema", schema);
    json_array_append_new(list, param);
}

static void add_common(json_t *list, const char *name)
{
    json_array_append_new(list, json_pack("{s:s+}", "$ref", "#/components/parameters/", name));
}

/* {id} is a UUID and any other parameter a string, unless the WORDS have a SCHEMA for it. */
static void add_path(json_t *list, const words_t *words, const row_t *row, const json_t *said)
{
    for (const char *at = strchr(row->pattern, '{'); at; at = strchr(at + 1, '{')) {
        char *name = strndup(at + 1, strcspn(at + 1, "}"));
        const json_t *own = json_object_get(json_object_get(said, "path"), name);
        bool uuid = !strcmp(name, "id") && !(row->act == ACT_EDIT && describe_text_id(row->shape));
        json_t *brief = own ? json_incref((json_t *)own) : json_string(uuid ? "uuid" : "string");

        add_param(list, name, "path", true, describe_schema(words, brief));
        json_decref(brief);
        free(name);
    }
}

static void add_said(json_t *list, const words_t *words, const char *in, json_t *params)
{
    const char *name;
    json_t *one;

    json_object_foreach (params, name, one) {
        bool required;
        char *plain = describe_name(&required, name);

        add_param(list, plain, in, required, describe_schema(words, one));
        free(plain);
    }
}

static void add_query(json_t *list, const words_t *words, const row_t *row)
{
    const kf_noun_t *set = row->set && is_get(row) ? describe_set(row->set) : NULL;

    for (size_t i = 0; set && i < set->n; i++) {
        const kf_field_t *field = &set->fields[i];

        add_param(list, field->name, "query", field->required, describe_field(words, set, field, false));
    }
}

static json_t *parameters_of(const words_t *words, const row_t *row, const json_t *said, bool etag)
{
    json_t *list = json_array();

    add_path(list, words, row, said);
    add_query(list, words, row);
    add_said(list, words, "query", json_object_get(said, "query"));
    add_said(list, words, "header", json_object_get(said, "headers"));
    if (etag && is_get(row)) {
        add_common(list, "IfNoneMatch");
    }
    if (says(said, "if_match") || (row->act == ACT_EDIT && describe_versioned(row->shape))) {
        add_common(list, "IfMatch");
    }
    if (row->once && !strcmp(row->method, "POST")) {
        add_common(list, "IdempotencyKey");
    }
    if (!is_get(row) && strcmp(row->role, "OPEN")) {
        add_common(list, "CsrfToken");
    }
    return list;
}

/* -- the body -- */

static json_t *picture(const words_t *words)
{
    json_t *brief = json_pack("{s:s,s:[s],s:{s:{s:s,s:s,s:s},s:{s:s}}}", "type", "object", "required", "file", "properties",
                              "file", "type", "string", "contentMediaType", "application/octet-stream", "description",
                              "PNG or SVG, at most 2 MiB.", "csrf", "type", "string");
    json_t *schema = describe_schema(words, brief);

    json_decref(brief);
    return schema;
}

/* NULL: no body, or {}. */
static json_t *body_schema(const words_t *words, const row_t *row, const json_t *said)
{
    json_t *more = json_object_get(said, "body"), *schema = NULL;

    if (!strcmp(row->body, "PICTURE")) {
        return picture(words);
    }
    if (row->set && strcmp(row->set, "nothing") && !is_get(row)) {
        schema = describe_body(words, row->set, !strcmp(row->method, "PATCH"));
        json_object_update(schema, more);
    } else if (more) {
        schema = describe_schema(words, more);
    }
    if (schema && json_object_get(said, "examples")) {
        json_object_set(schema, "examples", json_object_get(said, "examples"));
    }
    return schema;
}

static json_t *body_of(const words_t *words, const row_t *row, const json_t *said)
{
    json_t *schema = body_schema(words, row, said);
    const char *type = strcmp(row->body, "PICTURE") ? "application/json" : "multipart/form-data";
    const json_t *own = json_object_get(said, "body_needed");
    bool needed = own ? json_is_true(own)
                      : !strcmp(row->method, "PATCH") || !strcmp(row->method, "PUT") || json_object_get(schema, "required");

    return schema ? json_pack("{s:b,s:{s:{s:o}}}", "required", needed, "content", type, "schema", schema) : NULL;
}

/* -- the operation -- */

/* Refuses unknown members. */
static void check_words(const row_t *row, const json_t *said)
{
    static const char *const known[] = {"summary", "description", "tag",  "security", "answer", "page",
                                        "answers", "says",        "etag", "if_match", "path",   "query",
                                        "headers", "body",        "body_needed", "examples"};
    const char *name;
    json_t *one;

    if (!said) {
        describe_fail("the route has no description in an openapi.json", row->name);
    }
    json_object_foreach ((json_t *)said, name, one) {
        size_t i = 0;

        while (i < sizeof(known) / sizeof(known[0]) && strcmp(known[i], name)) {
            i++;
        }
        if (i == sizeof(known) / sizeof(known[0])) {
            describe_fail("an operation has an unknown member", name);
        }
    }
}

json_t *describe_operation(const words_t *words, const row_t *row, const json_t *schemas)
{
    const json_t *said = json_object_get(words->operations, row->name);
    json_t *summary = json_object_get(said, "summary"), *about = json_object_get(said, "description");
    json_t *params, *body, *answers, *out;
    bool etag;

    check_words(row, said);
    answers = describe_answers(&etag, words, row, said, schemas);
    params = parameters_of(words, row, said, etag);
    body = body_of(words, row, said);
    out = json_pack("{s:s,s:O,s:[O]}", "operationId", row->name, "summary", summary, "tags", json_object_get(said, "tag"));
    if (!out) {
        describe_fail("summary and tag are needed", row->name);
    }
    if (about) {
        json_object_set(out, "description", about);
    }
    json_object_set_new(out, "security", security_of(row, said));
    if (json_array_size(params)) {
        json_object_set(out, "parameters", params);
    }
    json_decref(params);
    if (body) {
        json_object_set_new(out, "requestBody", body);
    }
    json_object_set_new(out, "responses", answers);
    return out;
}
