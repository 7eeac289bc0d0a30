#ifndef KF_TEXT_MUSTACHE_H
#define KF_TEXT_MUSTACHE_H
/*
 * Mustache templates: https://github.com/mustache/spec, the modules
 * interpolation, sections, inverted, partials, comments and delimiters.
 *
 * A template is parsed once into a tree that never changes. The tree
 * lives in the pool given to the parser, owns a copy of its text, and may be
 * rendered by any number of threads at once, each with a pool of its own.
 *
 * Values are jansson's. False in a section: a missing member, null, false, 0,
 * the empty string and the empty array; everything else is true. An array
 * repeats the section, any other true value renders it once with the value as
 * the innermost context. A missing member renders as nothing.
 */
#include <apr_pools.h>
#include <jansson.h>

#include "base/err.h"

typedef struct kf_mustache_t kf_mustache_t;
/** Templates by name; they are each other's partials. */
typedef struct kf_mustache_set_t kf_mustache_set_t;

/**
 * Parses `len` bytes of template text; `name` is for messages. Accepts any
 * bytes. KF_E_CONFIG with template, line and what is wrong;
 * KF_E_TOO_LARGE above KF_MAX_TEMPLATE.
 */
kf_err_t *kf_mustache_parse(kf_mustache_t **out, const char *name, const char *text,
                            apr_size_t len, apr_pool_t *p);

/** An empty set. */
kf_mustache_set_t *kf_mustache_set_make(apr_pool_t *p);
/** Parses a template into the set; KF_E_CONFIG if the name is used already. */
kf_err_t *kf_mustache_set_add(kf_mustache_set_t *set, const char *name, const char *text,
                              apr_size_t len);
/**
 * Loads every `*.mustache` below `dir`. The name is the path below `dir`
 * without the suffix: "wizard/time" for DIR/wizard/time.mustache. Checks that
 * every partial that is named exists. KF_E_CONFIG names what is wrong.
 */
kf_err_t *kf_mustache_set_load(kf_mustache_set_t **out, const char *dir, apr_pool_t *p);
/** The template of that name, NULL if there is none. */
const kf_mustache_t *kf_mustache_set_get(const kf_mustache_set_t *set, const char *name);

/**
 * Renders; the page lives in `p` and ends with a NUL that `len` does not count.
 * Partials are looked up in `set` (NULL: there are none); one that is missing
 * renders as nothing. KF_E_INTERNAL when the page grows above KF_MAX_PAGE or
 * sections and partials nest deeper than KF_MAX_TEMPLATE_DEPTH.
 */
kf_err_t *kf_mustache_render(const char **out, apr_size_t *len, const kf_mustache_t *t,
                             const kf_mustache_set_t *set, const json_t *context, apr_pool_t *p);

#endif
