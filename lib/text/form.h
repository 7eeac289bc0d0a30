#ifndef KF_TEXT_FORM_H
#define KF_TEXT_FORM_H
/*
 * application/x-www-form-urlencoded, for bodies and query strings (WHATWG URL
 * Standard, section 5), read strictly: every `%` is followed by two hex digits,
 * no NUL, valid UTF-8, no name twice, at most KF_MAX_FORM_FIELDS fields. An
 * empty piece between two `&` is skipped; a piece without `=` has the value "".
 */
#include <apr_pools.h>

#include "base/err.h"

typedef struct kf_form_t kf_form_t;

/** Parses `len` bytes. KF_E_MALFORMED names the field, KF_E_TOO_LARGE above KF_MAX_BODY. */
kf_err_t *kf_form_parse(kf_form_t **out, const char *bytes, apr_size_t len, apr_pool_t *p);
/** The value, NULL if there is no such field. Lives as long as the form. */
const char *kf_form_get(const kf_form_t *form, const char *name);
/** How many fields there are. */
int kf_form_count(const kf_form_t *form);
/** The i-th field in the order of the bytes; `i` below kf_form_count. */
void kf_form_at(const char **name, const char **value, const kf_form_t *form, int i);

/** "a=1&b=x%20y" from (name, value) pairs that end with NULL. */
const char *kf_form_query(apr_pool_t *p, ...) __attribute__((sentinel));

#endif
