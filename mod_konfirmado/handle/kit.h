#ifndef KFM_HANDLE_KIT_H
#define KFM_HANDLE_KIT_H
/*
 * The endpoints of the admin API, defined by tables.
 *
 * A list:   its filters are fields; the query is read by the same rules as a body, and an
 *           unknown filter is refused.
 * One:      the document with ETag "<version>", 304 for If-None-Match.
 * An edit:  a body with its fields, one statement, an answer. The database compares If-Match
 *           (one ETag, or *) in the same transaction: 412. Without it the last change wins.
 *           A POST may carry an Idempotency-Key.
 */
#include "fields.h"
#include "handle/admin.h"
#include "json/decode.h"

#define KFM_FIELDS_MAX 40

/** Checks of the fields read that a table cannot express. Returns a list of errors, or NULL. */
typedef kf_err_t *kfm_fields_fn(kfm_call_t *call, const kf_json_value_t *v);

typedef struct {
    const kf_field_t *fields;
    size_t n;             /* KFM_FIELDS_MAX at most */
    kfm_fields_fn *check; /* may be NULL */
} kfm_fields_t;

/* The sets of fields.def: kfm_fields_SET, and the additional checks of CHECKED sets. */
#define FIELDS(set) extern const kfm_fields_t kfm_fields_##set;
#define CHECKED(set) FIELDS(set) kfm_fields_fn kfm_check_##set;
#define FIELD(...)
#define END(set)
#include "fields.def"
extern const kfm_fields_t kfm_fields_nothing; /* an empty body, or {} */

/**
 * Reads a body by its fields: KF_E_INVALID with all invalid fields at once. `partial`: a change, in
 * which no field is required. `v` has fields->n elements, or is NULL. Pages use it too, with an
 * object made from a form.
 */
kf_err_t *kfm_fields_read(kf_json_value_t *v, kfm_call_t *call, json_t *body, const kfm_fields_t *fields,
                          bool partial);

/** Reads the body by the fields of the row; a PATCH is partial. `v` as in kfm_fields_read(). */
kf_err_t *kfm_admin_read(json_t **body, kf_json_value_t *v, kfm_call_t *call);
/** The same for endpoints outside the admin API: a JSON body with the usual limits, only the checks of the table. */
kf_err_t *kfm_call_fields(kf_json_value_t *v, kfm_call_t *call);
/** The query as an object of the row's fields, without empty values and `lang`; INT and BOOL are converted. */
kf_err_t *kfm_admin_query(json_t **out, kf_json_value_t *v, kfm_call_t *call);

/** The handler of LIST: statement (tenant, query). */
kf_err_t *kfm_do_list(kfm_call_t *call);
/** The handler of ALONE, a document that a business has once: statement (tenant). */
kf_err_t *kfm_do_alone(kfm_call_t *call);
/** The handler of ONE: statement (tenant, {id} of the path). */
kf_err_t *kfm_do_one(kfm_call_t *call);
/** Answers with a document. Its `version`, if it has one, is the ETag. */
kf_err_t *kfm_admin_reply(kfm_call_t *call, const char *json);

#define SHAPE(name, ...) KFM_##name,
typedef enum {
#include "handle/shapes.def"
} kfm_shape_t;
#undef SHAPE

/** Completes a document with values unknown to the database, such as the URL of this server. */
typedef kf_err_t *kfm_complete_fn(const char **json, kfm_call_t *call);

typedef struct {
    kfm_shape_t shape;
    const kf_stmt_t *stmt;
    const char *says;           /* the document for the statement; NULL: the body */
    int status;                 /* 0 = 200; 204 answers without a body */
    bool secret_id;             /* third parties see the id: it must not reveal its time */
    kfm_complete_fn *complete;  /* may be NULL */
    const char *location;       /* "/api/services/": the answer's id (or day) is appended */
} kfm_edit_t;

/** The handler of EDIT. */
kf_err_t *kfm_do_edit(kfm_call_t *call);

/** The request's JSON body, {} if it is empty. For endpoints with more than one statement. */
kf_err_t *kfm_admin_body(json_t **out, kfm_call_t *call);

/** For a POST without content: an empty body or {}. Else KF_E_INVALID, which names the members. */
kf_err_t *kfm_admin_no_body(kfm_call_t *call);

/** The version in If-Match; *any: the header is missing or "*". KF_E_PRECONDITION if it is not a version. */
kf_err_t *kfm_admin_version(int *out, bool *any, kfm_call_t *call);

/* Checks for kfm_fields_fn: each returns NULL or an error of the field. An absent value is valid. */
kf_err_t *kfm_check_guarded(kfm_call_t *call, const kf_json_value_t *v, const char *field); /* by cfg->guard */
kf_err_t *kfm_check_picture(kfm_call_t *call, const kf_json_value_t *v, const char *field); /* https or a path */
kf_err_t *kfm_check_https(kfm_call_t *call, const kf_json_value_t *v, const char *field);   /* no white space */
kf_err_t *kfm_check_web(kfm_call_t *call, const kf_json_value_t *v, const char *field);     /* http or https */
kf_err_t *kfm_check_currency(kfm_call_t *call, const kf_json_value_t *v, const char *field); /* a code: "COP" */
kf_err_t *kfm_check_ids(kfm_call_t *call, const kf_json_value_t *v, const char *field); /* an array of UUIDs */
kf_err_t *kfm_check_origins(kfm_call_t *call, const kf_json_value_t *v, const char *field); /* of web origins */
/** An email address. It is normalised in the document, which frees `v->s`. */
kf_err_t *kfm_check_email(kfm_call_t *call, const kf_json_value_t *v, const char *field);
kf_err_t *kfm_check_color(kfm_call_t *call, const kf_json_value_t *v, const char *field);
kf_err_t *kfm_check_zone(kfm_call_t *call, const kf_json_value_t *v, const char *field);

#endif
