#ifndef KFM_PAGE_FORM_H
#define KFM_PAGE_FORM_H
/*
 * Forms of the dashboard, defined by a table of fields: the view of a form with its
 * values and errors, and a posted form as the document that the API accepts. The
 * template uses {{#fields}}{{> dash/field}}{{/fields}}.
 *
 * The texts are messages of a group of the catalogue: GROUP.NAME (label), and optionally
 * GROUP.NAME_hint, GROUP.NAME_WORD (one per choice), GROUP.NAME_refused (if the database
 * refuses the value), GROUP.section_NAME (a heading above the field).
 *
 * An empty field is null in the document: "no value" (a change clears it), or an error
 * if the field is required.
 */
#include "json/field.h"
#include "page/dash.h"

typedef struct {
    kfm_call_t *call;
    const char *group;        /* "service" */
    const kf_field_t *fields;
    size_t n;
    const char *currency;     /* of the money fields; NULL: the tenant's */
    const char *zone;         /* of the KF_F_UNTIL fields; NULL: the tenant's */
    const json_t *doc;        /* the saved document; NULL: a new one */
    const kf_form_t *posted;  /* the posted form; NULL: none yet */
    const json_t *options;    /* name -> array of {value, text}; may be NULL */
    kf_err_t *errors;
    bool stale;               /* somebody else saved meanwhile: `doc` is theirs */
    const char *provider;     /* the one that the words name (kfm_words_of); NULL: none */
} kfm_form_t;

/**
 * The document of a posted form. Invalid fields are added to form->errors, one error per field.
 * A field that does not apply (`only`) to the choice made is null. `*out` lives as long as the
 * call's pool.
 */
kf_err_t *kfm_form_read(json_t **out, kfm_form_t *form);

/** Sets fields, errors, has_errors and version of a view. */
kf_err_t *kfm_form_put(kfm_view_t *view, const kfm_form_t *form);

/** Moves the named fields (`names` ends with NULL) from the view's `fields` to a list of their own, `part`. */
void kfm_form_part(kfm_view_t *view, const char *part, const char *const *names);

/** Adds an error to the list at the top, with a link to #field, which need not be in the table ("hours"). */
void kfm_form_error(kfm_view_t *view, const char *field, const char *text);

/** "120.000", "120000", "12,50", "12.50" -> minor units; false if it is no valid amount. */
bool kfm_form_money(int64_t *out, const char *text, const char *currency, apr_pool_t *p);

/**
 * A list of {label, text}: the values of the fields that customers see (`shown`), except those that the page shows
 * elsewhere (`placed`, ends with NULL).
 */
json_t *kfm_form_facts(const kfm_form_t *form, const char *const *placed);

/** A list of {value, text} from documents with id and name. */
json_t *kfm_form_choices(const json_t *items);

#endif
