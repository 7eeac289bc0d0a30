#ifndef KFM_DESCRIBE_H
#define KFM_DESCRIBE_H
/*
 * The description of the API (OpenAPI 3.1), made by the build of the rows of routes and fields and of words:
 * NOUN/openapi.json has what rows cannot say, describe/openapi.json what belongs to no noun.
 *
 *     {"tag": "catalogue",                                    the tag of its operations
 *      "operations": {"service.add": WORDS, ...},             by the name of the route
 *      "fields": {"service": {"place": SCHEMA, ...}, ...},    by the set; a text is a description
 *      "schemas": {"Service": SCHEMA, ...}}                   documents of answers
 *
 * WORDS are an object of these members, all of them optional but `summary` and an answer:
 *
 *   summary, description, tag, security
 *   answer        the SCHEMA of the document
 *   page          the SCHEMA of the documents of a list: {items, next}
 *   answers       {status: SCHEMA, or null for no content, or {says, type, schema}}, where the row does not say the status
 *   says          the description of the answer, if it is not OK, Made, Taken or Done
 *   etag, if_match  true: of a function that looks at If-None-Match or If-Match; for the others the row knows
 *   path, query, headers  {name: SCHEMA}: parameters that no row has; "name?" may be left out
 *   body          a SCHEMA, where no set has the body; else members for the schema of the set
 *   body_needed   whether a body must be sent, where it is not so that PATCH and PUT need one, and required members
 *   examples      of the body
 *
 * A SCHEMA is JSON Schema, or shorter:
 *
 *   "uuid", "date", "date-time", "uri", "email"   a string of this format
 *   "money"                                       minor units
 *   "a|b"                                         one of these words
 *   "Service"                                     a document of `schemas`
 *   "[uuid]"                                      an array
 *   "uuid?"                                       the same, or null
 *   "uuid: What it is."                           with a description
 *   [SCHEMA]                                      an array
 *   {"members": {name: SCHEMA, ...}, ...}         an object; "name?" may be missing; "...": "service" are the fields of a set
 *   {"of": "tier", ...}                           an object of a set's fields, as it is sent
 *   {"is": SCHEMA, ...}                           with more members of JSON Schema; "nullable": true, or null
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

/* What an edit says of itself (kfm_edit_t). */
typedef struct {
    const char *says, *location;
    int status;
    bool secret_id;
} edit_t;

typedef struct {
    const char *method, *pattern, *body, *role, *scope, *name;
    act_t act;
    const char *set; /* the fields of its body or query; NULL: no row has them */
    bool once;       /* a function's: for each Idempotency-Key */
    shape_t shape;   /* of an edit */
    edit_t edit;
} row_t;

/** All rows of the route table; ends with a NULL pattern. */
extern const row_t describe_rows[];

/** A set of fields; NULL: there is none of this name. */
const kf_noun_t *describe_set(const char *name);
/** Whether edits of this shape look at If-Match, and have an id that is no UUID. */
bool describe_versioned(shape_t shape);
bool describe_text_id(shape_t shape);

/* All words. Those that were used are told apart from those that lead nowhere. */
typedef struct {
    json_t *skeleton, *operations, *fields, *schemas;
} words_t;

/** Ends the program: the build stops there. */
void describe_fail(const char *what, const char *name) __attribute__((noreturn));

/** What a SCHEMA stands for; a new reference. */
json_t *describe_schema(const words_t *words, const json_t *brief);
/** An object of the set's fields, as it is sent; `partial`: nothing is required. A new reference. */
json_t *describe_body(const words_t *words, const char *set, bool partial);
/** A field as it is sent or, `shown`, as answers have it. A new reference. */
json_t *describe_field(const words_t *words, const kf_noun_t *set, const kf_field_t *field, bool shown);
/** A name without the ? behind it, which tells that it may be left out; to be freed. */
char *describe_name(bool *required, const char *name);

/** One operation of `paths`; a new reference. `components` has all schemas already. */
json_t *describe_operation(const words_t *words, const row_t *row, const json_t *schemas);
/** The answers of an operation; *etag: its document has a version, which is told. A new reference. */
json_t *describe_answers(bool *etag, const words_t *words, const row_t *row, const json_t *said, const json_t *schemas);

#endif
