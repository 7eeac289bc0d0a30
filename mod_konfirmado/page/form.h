#ifndef KFM_PAGE_FORM_H
#define KFM_PAGE_FORM_H
/*
 * Forms of the dashboard by a table of fields: the view of a form with its values and
 * what is wrong with them, and a posted form as the document that the API takes. The
 * template says {{#fields}}{{> dash/field}}{{/fields}}.
 *
 * The words are those of a group of the catalogue, GROUP.NAME: label, and where there are
 * any GROUP.NAME_hint, GROUP.NAME_WORD (each of a choice), GROUP.NAME_refused (when the
 * database refuses it), GROUP.section_NAME (a heading above the field).
 *
 * A field that is empty is null in the document: "no value" (a change clears it), an
 * error where it is required.
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
    const kf_form_t *posted;  /* what was typed; NULL: nothing yet */
    const json_t *options;    /* name -> array of {value, text}; may be NULL */
    kf_err_t *errors;
    bool stale;               /* somebody else saved meanwhile: `doc` is theirs */
    const char *provider;     /* the one that the words name (kfm_words_of); NULL: none */
} kfm_form_t;

/**
 * The document of a posted form; what is wrong is added to form->errors, one for each field.
 * A field that is of no use (`only`) with the choice made is null. `*out` lives as long as the
 * call's pool.
 */
kf_err_t *kfm_form_read(json_t **out, kfm_form_t *form);

/** Sets fields, errors, has_errors and version of a view. */
kf_err_t *kfm_form_put(kfm_view_t *view, const kfm_form_t *form);

/** Takes the fields of those names (ends with NULL) out of the view's list, as one of their own. */
void kfm_form_part(kfm_view_t *view, const char *part, const char *const *names);

/** An error of what the table does not know ("hours"): shown on top, leading to #field. */
void kfm_form_error(kfm_view_t *view, const char *field, const char *text);

/** "120.000", "120000", "12,50", "12.50" -> minor units; false if it is not an amount. */
bool kfm_form_money(int64_t *out, const char *text, const char *currency, apr_pool_t *p);

/**
 * A list of {label, text}: what the document says in the fields that customers see (`shown`), without those that
 * have a place of their own on the page (`placed`, ends with NULL).
 */
json_t *kfm_form_facts(const kfm_form_t *form, const char *const *placed);

/** A list of {value, text} from documents with id and name. */
json_t *kfm_form_choices(const json_t *items);

#endif
