#include "text/catalog.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/limits.h"

#define MAX_NAME 32 /* of a placeholder */

struct kf_catalog_t {
    json_t *es, *en;
    json_t *said; /* Spanish translations of English texts elsewhere */
};

/* ---- placeholders ---- */

/* The next `{name}` at or after `s`: its name and what follows; NULL if there is none. */
static const char *placeholder(const char **after, apr_size_t *len, const char *s)
{
    for (s = strchr(s, '{'); s; s = strchr(s + 1, '{')) {
        *len = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
        if (*len && *len <= MAX_NAME && s[1 + *len] == '}') {
            *after = s + *len + 2;
            return s + 1;
        }
    }
    return NULL;
}

static bool has_placeholder(const char *text, const char *name, apr_size_t len)
{
    const char *found;
    apr_size_t n;

    while ((found = placeholder(&text, &n, text))) {
        if (n == len && !memcmp(found, name, len)) {
            return true;
        }
    }
    return false;
}

/* Whether every placeholder of `a` is in `b` too. */
static bool covers(const char *a, const char *b)
{
    const char *found;
    apr_size_t n;

    while ((found = placeholder(&a, &n, a))) {
        if (!has_placeholder(b, found, n)) {
            return false;
        }
    }
    return true;
}

/* ---- comparing ---- */

typedef struct {
    const char *lang, *other; /* of the two trees, for messages */
    apr_pool_t *p;
    int depth;
} compare_t;

static kf_err_t *compare(compare_t *c, const json_t *a, const json_t *b, const char *prefix);

static kf_err_t *compare_one(compare_t *c, const json_t *a, const json_t *b, const char *key)
{
    if (!b) {
        return kf_err(c->p, KF_E_CONFIG, "message %s of %s.json is not in %s.json", key, c->lang,
                      c->other);
    }
    if (json_is_object(a) && json_is_object(b)) {
        return compare(c, a, b, key);
    }
    if (!json_is_string(a) || !json_is_string(b)) {
        return kf_err(c->p, KF_E_CONFIG, "message %s must be text in both catalogues", key);
    }
    if (!covers(json_string_value(a), json_string_value(b))) {
        return kf_err(c->p, KF_E_CONFIG, "message %s has a placeholder in %s.json which is not in "
                      "%s.json", key, c->lang, c->other);
    }
    return NULL;
}

static kf_err_t *compare(compare_t *c, const json_t *a, const json_t *b, const char *prefix)
{
    const char *name;
    json_t *value;

    if (++c->depth > KF_MAX_JSON_DEPTH) {
        return kf_err(c->p, KF_E_CONFIG, "message %s is nested too deeply", prefix);
    }
    json_object_foreach((json_t *)a, name, value) {
        const char *key = apr_pstrcat(c->p, prefix, *prefix ? "." : "", name, NULL);

        KF_TRY(compare_one(c, value, json_object_get(b, name), key));
    }
    c->depth--;
    return NULL;
}

static kf_err_t *check(json_t *es, json_t *en, apr_pool_t *p)
{
    compare_t there = {"es", "en", p, 0}, back = {"en", "es", p, 0};

    if (!json_is_object(es) || !json_is_object(en)) {
        return kf_err(p, KF_E_CONFIG, "a message catalogue must be a JSON object");
    }
    KF_TRY(compare(&there, es, en, ""));
    return compare(&back, en, es, "");
}

/* ---- life cycle ---- */

static apr_status_t release(void *data)
{
    kf_catalog_t *cat = data;

    json_decref(cat->es);
    json_decref(cat->en);
    json_decref(cat->said);
    return APR_SUCCESS;
}

static kf_catalog_t *hold(json_t *es, json_t *en, apr_pool_t *p)
{
    kf_catalog_t *cat = apr_palloc(p, sizeof(*cat));

    cat->es = es;
    cat->en = en;
    cat->said = json_object();
    apr_pool_cleanup_register(p, cat, release, apr_pool_cleanup_null);
    return cat;
}

kf_err_t *kf_catalog_make(kf_catalog_t **out, json_t *es, json_t *en, apr_pool_t *p)
{
    KF_TRY(check(es, en, p));
    *out = hold(json_incref(es), json_incref(en), p);
    return NULL;
}

static kf_err_t *load_file(json_t **out, const char *dir, const char *name, apr_pool_t *p)
{
    json_error_t why;

    *out = json_load_file(apr_pstrcat(p, dir, "/", name, NULL), JSON_REJECT_DUPLICATES, &why);
    if (!*out) {
        return kf_err_because(p, kf_err(p, KF_E_CONFIG, "message catalogue %s cannot be read", name),
                              "line %d, column %d: %s", why.line, why.column, why.text);
    }
    return NULL;
}

/* Adds the members of a part to the catalogue; none may be there twice. */
static kf_err_t *merge(json_t *into, const char *dir, const char *name, apr_pool_t *p)
{
    json_t *part, *value;
    const char *key;
    kf_err_t *err = load_file(&part, dir, name, p);

    if (err) {
        return err;
    }
    json_object_foreach(part, key, value) {
        if (json_object_get(into, key)) {
            err = kf_err(p, KF_E_CONFIG, "message %s of %s is in another catalogue too", key, name);
            break;
        }
        json_object_set(into, key, value);
    }
    json_decref(part);
    return err;
}

static bool is_part(const char *name)
{
    size_t len = strlen(name);

    return len > 5 && name[0] != '.' && !strcmp(name + len - 5, ".json");
}

/* The parts in the folder NAME, if there is one. */
static kf_err_t *load_parts(json_t *into, const char *dir, const char *name, apr_pool_t *p)
{
    apr_dir_t *folder;
    apr_finfo_t entry;
    kf_err_t *err = NULL;

    if (apr_dir_open(&folder, apr_pstrcat(p, dir, "/", name, NULL), p) != APR_SUCCESS) {
        return NULL;
    }
    while (!err && apr_dir_read(&entry, APR_FINFO_NAME, folder) == APR_SUCCESS) {
        if (is_part(entry.name)) {
            err = merge(into, dir, apr_pstrcat(p, name, "/", entry.name, NULL), p);
        }
    }
    apr_dir_close(folder);
    return err;
}

/* LANG.json, and every part LANG/NAME.json. */
static kf_err_t *load(json_t **out, const char *dir, const char *lang, apr_pool_t *p)
{
    KF_TRY(load_file(out, dir, apr_pstrcat(p, lang, ".json", NULL), p));
    return load_parts(*out, dir, lang, p);
}

kf_err_t *kf_catalog_load(kf_catalog_t **out, const char *dir, apr_pool_t *p)
{
    kf_catalog_t *cat = hold(NULL, NULL, p);

    KF_TRY(load(&cat->es, dir, "es", p));
    KF_TRY(load(&cat->en, dir, "en", p));
    KF_TRY(check(cat->es, cat->en, p));
    KF_TRY(load_parts(cat->said, dir, "es_of_en", p));
    *out = cat;
    return NULL;
}

/* ---- messages ---- */

json_t *kf_catalog_get(const kf_catalog_t *cat, const char *lang)
{
    return lang && !strcmp(lang, "en") ? cat->en : cat->es;
}

const char *kf_catalog_text(const kf_catalog_t *cat, const char *lang, const char *key)
{
    const json_t *at = kf_catalog_get(cat, lang);
    const char *text, *rest = key;

    while (at && rest) {
        const char *dot = strchr(rest, '.');

        at = dot ? json_object_getn(at, rest, (size_t)(dot - rest)) : json_object_get(at, rest);
        rest = dot ? dot + 1 : NULL;
    }
    text = json_string_value(at);
    return text ? text : key;
}

const char *kf_catalog_said(const kf_catalog_t *cat, const char *lang, const char *group, const char *key, apr_pool_t *p)
{
    size_t len = strlen(key);

    if (cat == NULL || !strcmp(lang, "en")) {
        return NULL;
    }
    key = len && key[len - 1] == '.' ? apr_pstrmemdup(p, key, len - 1) : key;
    return json_string_value(json_object_get(json_object_get(cat->said, group), key));
}

/* The value of a placeholder among the pairs, NULL if it is not one of them. */
static const char *value_of(const char *name, apr_size_t len, va_list pairs)
{
    const char *at, *value;
    va_list ap;

    va_copy(ap, pairs);
    do {
        at = va_arg(ap, const char *);
        value = at ? va_arg(ap, const char *) : NULL;
    } while (at && (strlen(at) != len || memcmp(at, name, len) != 0));
    va_end(ap);
    return at ? value : NULL;
}

static const char *format(const char *text, apr_pool_t *p, va_list pairs)
{
    const char *made = "", *from = text, *name, *after;
    apr_size_t len;

    for (; (name = placeholder(&after, &len, from)); from = after) {
        const char *value = value_of(name, len, pairs);

        made = apr_pstrcat(p, made, apr_pstrmemdup(p, from, (apr_size_t)(name - 1 - from)),
                           value ? value : apr_pstrmemdup(p, name - 1, len + 2), NULL);
    }
    return apr_pstrcat(p, made, from, NULL);
}

const char *kf_catalog_format(const kf_catalog_t *cat, const char *lang, const char *key,
                              apr_pool_t *p, ...)
{
    const char *text;
    va_list ap;

    va_start(ap, p);
    text = format(kf_catalog_text(cat, lang, key), p, ap);
    va_end(ap);
    return text;
}

const char *kf_catalog_plural(const kf_catalog_t *cat, const char *lang, const char *key, long n,
                              apr_pool_t *p)
{
    const char *full = apr_pstrcat(p, key, n == 1 ? ".one" : ".other", NULL);

    return kf_catalog_format(cat, lang, full, p, "n", apr_psprintf(p, "%ld", n), NULL);
}
