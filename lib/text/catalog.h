#ifndef KF_TEXT_CATALOG_H
#define KF_TEXT_CATALOG_H
/*
 * Message catalogues: DIR/es.json and DIR/en.json, nested objects of strings, and
 * their parts, any DIR/es/NAME.json and DIR/en/NAME.json with other members.
 * A message is named by its dotted path ("time.held_for"). `{name}` in a
 * message is a placeholder. A message with a number has the two members "one"
 * and "other". Nothing changes after loading: any thread may read.
 */
#include <apr_pools.h>
#include <jansson.h>

#include "base/err.h"

typedef struct kf_catalog_t kf_catalog_t;

/**
 * Reads both catalogues and checks that they hold the same keys with the same
 * placeholders. KF_E_CONFIG names the language and the key at fault.
 */
kf_err_t *kf_catalog_load(kf_catalog_t **out, const char *dir, apr_pool_t *p);
/** The same from parsed catalogues; takes a reference of each. */
kf_err_t *kf_catalog_make(kf_catalog_t **out, json_t *es, json_t *en, apr_pool_t *p);

/**
 * The whole catalogue of a language, for the member `t` of a page's context.
 * Borrowed: it lives as long as the catalogue. Spanish for any other language.
 */
json_t *kf_catalog_get(const kf_catalog_t *cat, const char *lang);

/**
 * A translation of a text that the program has in English: `key` in `group` of the files DIR/LANG_of_en/NAME.json.
 * Groups: "refusals" by their sentence without the final full stop, "words" that appear in them as values
 * (base/err.h), and the API's description: "operations" by operationId, "descriptions" by their English text.
 * NULL if there is none.
 */
const char *kf_catalog_said(const kf_catalog_t *cat, const char *lang, const char *group, const char *key, apr_pool_t *p);

/** The message; the key itself if there is no such message, so that the gap is visible. */
const char *kf_catalog_text(const kf_catalog_t *cat, const char *lang, const char *key);

/**
 * The message with its placeholders replaced by the values of the (name, value)
 * pairs, which end with NULL. A placeholder without a pair stays as it is.
 * Nothing is escaped: pages escape when they render.
 */
const char *kf_catalog_format(const kf_catalog_t *cat, const char *lang, const char *key,
                              apr_pool_t *p, ...) __attribute__((sentinel));

/** KEY.one if `n` is 1, else KEY.other, with `{n}` replaced by the number. */
const char *kf_catalog_plural(const kf_catalog_t *cat, const char *lang, const char *key, long n,
                              apr_pool_t *p);

#endif
