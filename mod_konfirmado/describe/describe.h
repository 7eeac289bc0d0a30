#ifndef KFM_DESCRIBE_H
#define KFM_DESCRIBE_H
/*
 * The description of the API (OpenAPI 3.1). The build generates it from the rows of routes and fields and from
 * texts: NOUN/openapi.json has what the rows do not express, describe/openapi.json what belongs to no noun.
 *
 *     {"tag": "catalogue",                                    the tag of its operations
 *      "operations": {"service.add": WORDS, ...},             by route name
 *      "fields": {"service": {"place": SCHEMA, ...}, ...},    by set; a text is a description; "*": every other field
 *      "schemas": {"Service": SCHEMA, ...}}                   documents of answers
 *
 * WORDS is an object with these members, all optional except `summary` and an answer:
 *
 *   summary, description, tag, security
 *   answer        the SCHEMA of the document
 *   page          the SCHEMA of the documents of a list: {items, next}
 *   answers       {status: SCHEMA, or null for no content, or {says, type, schema}}, if the row has no status
 *   says          the description of the answer, if it is not OK, Made, Taken or Done
 *   etag, if_match  true: a function that evaluates If-None-Match or If-Match; other rows imply it
 *   path, query, headers  {name: SCHEMA}: parameters that are in no row; "name?" is optional
 *   body          a SCHEMA, if the body has no set; else members to add to the schema of the set
 *   body_needed   whether a body is required; by default for PATCH, PUT, and bodies with required members
 *   examples      of the body
 *
 * A SCHEMA is JSON Schema, or a short form:
 *
 *   "uuid", "date", "date-time", "uri", "email"   a string of this format
 *   "money"                                       minor units
 *   "a|b"                                         one of these words
 *   "Service"                                     a document of `schemas`
 *   "[uuid]"                                      an array
 *   "uuid?"                                       the same, or null
 *   "uuid: What it is."                           with a description
 *   [SCHEMA]                                      an array
 *   {"members": {name: SCHEMA, ...}, ...}         an object; "name?" is optional; "...": SET adds the fields of a set
 *   {"of": "tier", ...}                           an object of a set's fields, as in a request
 *   {"is": SCHEMA, ...}                           with more members of JSON Schema; "nullable": true allows null
 */
#include <jansson.h>
#include <stdbool.h>

#include "json/field.h"

#define SHAPE(name, ...) SHAPE_##name,
typedef enum {
#include "handle/shapes.def"
} shape_t;
#undef SHAPE

typedef enum { ACT_PAGE, ACT_CALL, ACT_LIST, ACT_DOC, ACT_EDIT } act_t;

/* The members of kfm_edit_t that the description uses. */
typedef struct {
    const char *says, *location;
    int status;
    bool secret_id;
} edit_t;

typedef struct {
    const char *method, *pattern, *body, *role, *scope, *name;
    act_t act;
    const char *set; /* the fields of its body or query; NULL: none */
    bool once;       /* runs once for each Idempotency-Key */
    shape_t shape;   /* of an edit */
    edit_t edit;
} row_t;

/** All rows of the route table; ends with a NULL pattern. */
extern const row_t describe_rows[];

/** A set of fields; NULL: no set of this name. */
const kf_noun_t *describe_set(const char *name);
/** Whether edits of this shape evaluate If-Match; whether their id is not a UUID. */
bool describe_versioned(shape_t shape);
bool describe_text_id(shape_t shape);

/* The contents of all openapi.json files. */
typedef struct {
    json_t *skeleton, *operations, *fields, *schemas;
} words_t;

/** Prints an error and exits with status 1, which stops the build. */
void describe_fail(const char *what, const char *name) __attribute__((noreturn));

/** The JSON Schema of a SCHEMA; a new reference. */
json_t *describe_schema(const words_t *words, const json_t *brief);
/** An object of the set's fields, as in a request; `partial`: no field is required. A new reference. */
json_t *describe_body(const words_t *words, const char *set, bool partial);
/** A field as in a request or, with `shown`, as in answers. A new reference. */
json_t *describe_field(const words_t *words, const kf_noun_t *set, const kf_field_t *field, bool shown);
/** A name without a trailing "?", which makes it optional. The caller frees it. */
char *describe_name(bool *required, const char *name);

/** One operation of `paths`; a new reference. `schemas` has all schemas. */
json_t *describe_operation(const words_t *words, const row_t *row, const json_t *schemas);
/** The responses of an operation; *etag: the answer has an ETag. A new reference. */
json_t *describe_answers(bool *etag, const words_t *words, const row_t *row, const json_t *said, const json_t *schemas);

#endif
