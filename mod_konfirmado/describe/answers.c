/* The responses of an operation. */
#include <stdio.h>
#include <string.h>

#include "describe/describe.h"

#define SCHEMAS "#/components/schemas/"

static const char *says_of(const char *status)
{
    static const char *const words[][2] = {{"200", "OK"}, {"201", "Made"}, {"202", "Taken"}, {"204", "Done"}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!strcmp(status, words[i][0])) {
            return words[i][1];
        }
    }
    return "";
}

/* Whether a document has a version. */
static bool is_versioned(const json_t *schema, const json_t *schemas)
{
    const char *ref = json_string_value(json_object_get(schema, "$ref"));

    if (ref) {
        schema = json_object_get(schemas, ref + strlen(SCHEMAS));
    }
    return json_object_get(json_object_get(schema, "properties"), "version") != NULL;
}

static json_t *text_header(const char *description)
{
    return json_pack("{s:s,s:{s:s}}", "description", description, "schema", "type", "string");
}

static json_t *headers_of(bool etag, const char *location)
{
    json_t *headers = json_object();

    if (etag) {
        json_object_set_new(headers, "ETag", text_header("The version, for If-Match."));
    }
    if (location) {
        json_object_set_new(headers, "Location", text_header("The URL of the new document."));
    }
    return headers;
}

/* Takes the reference to `schema`; NULL: no content. */
static json_t *answer(const char *says, const char *type, json_t *schema)
{
    json_t *out = json_pack("{s:s}", "description", says);

    if (schema) {
        json_object_set_new(out, "content", json_pack("{s:{s:o}}", type, "schema", schema));
    }
    return out;
}

/* A member of `answers`: a SCHEMA, null, or an object {says, type, schema}. */
static json_t *answer_as_said(const words_t *words, const char *status, const json_t *said)
{
    json_t *schema = json_object_get(said, "schema");
    const char *type = json_string_value(json_object_get(said, "type"));
    const char *says = json_string_value(json_object_get(said, "says"));

    if (says || schema) {
        return answer(says ? says : says_of(status), type ? type : "application/json",
                      schema ? describe_schema(words, schema) : NULL);
    }
    return answer(says_of(status), "application/json", json_is_null(said) ? NULL : describe_schema(words, said));
}

static json_t *page_of(const words_t *words, const json_t *item)
{
    json_t *brief = json_pack("{s:{s:[O],s:s}}", "members", "items", item, "next",
                              "string?: Pass it as `after` to get the next page; null: there is none.");
    json_t *schema = describe_schema(words, brief);

    json_decref(brief);
    return schema;
}

/* Adds the answer with the row's status; false if there is none. */
static bool put_good(json_t *out, bool *etag, const words_t *words, const row_t *row, const json_t *said,
                     const json_t *schemas)
{
    int status = row->edit.status ? row->edit.status : 200;
    const json_t *one = json_object_get(said, "answer"), *page = json_object_get(said, "page");
    const char *says = json_string_value(json_object_get(said, "says"));
    json_t *schema = page ? page_of(words, page) : one ? describe_schema(words, one) : NULL, *good, *headers;
    char number[16];

    snprintf(number, sizeof(number), "%d", status);
    if (!schema && status != 204) {
        return false;
    }
    *etag = json_is_true(json_object_get(said, "etag"))
            || ((row->act == ACT_DOC || row->act == ACT_EDIT) && schema && is_versioned(schema, schemas));
    good = answer(says ? says : says_of(number), "application/json", schema);
    headers = headers_of(*etag && is_versioned(schema, schemas), row->edit.location);
    if (json_object_size(headers)) {
        json_object_set(good, "headers", headers);
    }
    json_decref(headers);
    json_object_set_new(out, number, good);
    return true;
}

json_t *describe_answers(bool *etag, const words_t *words, const row_t *row, const json_t *said, const json_t *schemas)
{
    json_t *out = json_object(), *more = json_object_get(said, "answers"), *one;
    const char *status;

    *etag = false;
    if (!put_good(out, etag, words, row, said, schemas) && !json_object_size(more)) {
        describe_fail("there is no answer", row->name);
    }
    json_object_foreach (more, status, one) {
        json_object_set_new(out, status, answer_as_said(words, status, one));
    }
    if (*etag && !strcmp(row->method, "GET")) {
        json_object_set_new(out, "304", answer("Not changed", NULL, NULL));
    }
    json_object_set_new(out, "default", json_pack("{s:s}", "$ref", "#/components/responses/Problem"));
    return out;
}
