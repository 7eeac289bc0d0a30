#include <apr_file_io.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "text/mustache_int.h"

#define ENDING ".mustache"
#define MAX_FOLDERS 4 /* how deep folders may nest below the templates' own */

struct kf_mustache_set_t {
    apr_pool_t *p;
    apr_hash_t *by_name;
};

kf_mustache_set_t *kf_mustache_set_make(apr_pool_t *p)
{
    kf_mustache_set_t *set = apr_palloc(p, sizeof(*set));

    set->p = p;
    set->by_name = apr_hash_make(p);
    return set;
}

kf_err_t *kf_mustache_set_add(kf_mustache_set_t *set, const char *name, const char *text,
                              apr_size_t len)
{
    kf_mustache_t *t;

    if (kf_mustache_set_get(set, name)) {
        return kf_err(set->p, KF_E_CONFIG, "template %s exists twice", name);
    }
    KF_TRY(kf_mustache_parse(&t, name, text, len, set->p));
    apr_hash_set(set->by_name, t->name, APR_HASH_KEY_STRING, t);
    return NULL;
}

const kf_mustache_t *kf_mustache_set_get(const kf_mustache_set_t *set, const char *name)
{
    return apr_hash_get(set->by_name, name, APR_HASH_KEY_STRING);
}

/* ---- loading a folder ---- */

static kf_err_t *unreadable(apr_pool_t *p, const char *what, const char *path, apr_status_t rv)
{
    char reason[120];

    return kf_err_because(p, kf_err(p, KF_E_CONFIG, "template %s cannot be read", what), "%s: %s",
                          path, apr_strerror(rv, reason, sizeof(reason)));
}

static kf_err_t *load_file(kf_mustache_set_t *set, const char *path, const char *name)
{
    apr_pool_t *scratch;
    apr_file_t *file;
    apr_size_t len = 0;
    kf_err_t *err;
    apr_status_t rv;
    char *text;

    apr_pool_create(&scratch, set->p);
    text = apr_palloc(scratch, KF_MAX_TEMPLATE + 1);
    rv = apr_file_open(&file, path, APR_FOPEN_READ, 0, scratch);
    if (rv == APR_SUCCESS) {
        rv = apr_file_read_full(file, text, KF_MAX_TEMPLATE + 1, &len);
    }
    if (rv != APR_SUCCESS && rv != APR_EOF) {
        err = unreadable(set->p, name, path, rv);
    } else {
        err = kf_mustache_set_add(set, name, text, len);
    }
    apr_pool_destroy(scratch);
    return err;
}

static kf_err_t *load_folder(kf_mustache_set_t *set, const char *dir, const char *prefix,
                             int depth);

static kf_err_t *load_entry(kf_mustache_set_t *set, const char *dir, const char *prefix,
                            const apr_finfo_t *entry, int depth)
{
    const char *path = apr_pstrcat(set->p, dir, "/", entry->name, NULL);
    apr_size_t len = strlen(entry->name), ending = strlen(ENDING);

    if (entry->name[0] == '.') {
        return NULL;
    }
    if (entry->filetype == APR_DIR) {
        return load_folder(set, path, apr_pstrcat(set->p, prefix, entry->name, "/", NULL),
                           depth + 1);
    }
    if (len <= ending || strcmp(entry->name + len - ending, ENDING)) {
        return NULL;
    }
    return load_file(set, path,
                     apr_pstrcat(set->p, prefix,
                                 apr_pstrmemdup(set->p, entry->name, len - ending), NULL));
}

static kf_err_t *load_folder(kf_mustache_set_t *set, const char *dir, const char *prefix,
                             int depth)
{
    apr_dir_t *folder;
    apr_finfo_t entry;
    kf_err_t *err = NULL;
    apr_status_t rv;

    if (depth > MAX_FOLDERS) {
        return kf_err(set->p, KF_E_CONFIG, "the folders of templates nest deeper than %d",
                      MAX_FOLDERS);
    }
    rv = apr_dir_open(&folder, dir, set->p);
    if (rv != APR_SUCCESS) {
        return unreadable(set->p, *prefix ? prefix : "folder", dir, rv);
    }
    while (!err && apr_dir_read(&entry, APR_FINFO_NAME | APR_FINFO_TYPE, folder) == APR_SUCCESS) {
        err = load_entry(set, dir, prefix, &entry, depth);
    }
    apr_dir_close(folder);
    return err;
}

static kf_err_t *check_partials(const kf_mustache_set_t *set, apr_pool_t *p)
{
    for (apr_hash_index_t *i = apr_hash_first(p, set->by_name); i; i = apr_hash_next(i)) {
        const kf_mustache_t *t = apr_hash_this_val(i);

        for (int n = 0; n < t->partials->nelts; n++) {
            const char *name = APR_ARRAY_IDX(t->partials, n, const char *);

            if (!kf_mustache_set_get(set, name)) {
                return kf_err(p, KF_E_CONFIG, "template %s calls %s, which does not exist",
                              t->name, name);
            }
        }
    }
    return NULL;
}

kf_err_t *kf_mustache_set_load(kf_mustache_set_t **out, const char *dir, apr_pool_t *p)
{
    kf_mustache_set_t *set = kf_mustache_set_make(p);

    KF_TRY(load_folder(set, dir, "", 0));
    KF_TRY(check_partials(set, p));
    if (!apr_hash_count(set->by_name)) {
        return kf_err(p, KF_E_CONFIG, "the folder of templates has no *" ENDING);
    }
    *out = set;
    return NULL;
}
