#include "flow/operator/migrate_files.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"

#define NUMBER_CHARS 4
#define OUTSIDE "-- outside a transaction\n"

static kf_err_t *digest_of(const char **out, const void *data, size_t len, apr_pool_t *p)
{
    uint8_t sum[KF_SHA256_BYTES];
    char *hex = apr_palloc(p, KF_SHA256_HEX + 1);

    KF_TRY(kf_sha256(sum, &(kf_bytes_t){data, len}, 1, p));
    kf_hex_write(hex, sum, sizeof(sum));
    *out = hex;
    return NULL;
}

static kf_err_t *unreadable(apr_pool_t *p, const char *path, apr_status_t status)
{
    char why[120];

    return kf_err(p, KF_E_CONFIG, "%s cannot be read: %s.", path,
                  apr_strerror(status, why, sizeof(why)));
}

static kf_err_t *read_text(const char **out, size_t *len, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_finfo_t info;
    char *text;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ, 0, p);

    if (status != APR_SUCCESS) {
        return unreadable(p, path, status);
    }
    status = apr_file_info_get(&info, APR_FINFO_SIZE, file);
    if (status == APR_SUCCESS && info.size > KF_MAX_SQL_FILE) {
        apr_file_close(file);
        return kf_err(p, KF_E_CONFIG, "%s is larger than %d bytes.", path, KF_MAX_SQL_FILE);
    }
    *len = status == APR_SUCCESS ? (size_t)info.size : 0;
    text = apr_pcalloc(p, *len + 1);
    if (status == APR_SUCCESS) {
        status = apr_file_read_full(file, text, *len, NULL);
    }
    apr_file_close(file);
    if (status != APR_SUCCESS) {
        return unreadable(p, path, status);
    }
    *out = text;
    return strlen(text) == *len ? NULL : kf_err(p, KF_E_CONFIG, "%s has a NUL byte.", path);
}

static kf_err_t *add_file(apr_array_header_t *list, const char *dir, const char *path,
                          apr_pool_t *p)
{
    kf_sql_file_t *file = apr_array_push(list);
    const char *slash = strrchr(path, '/');
    size_t len = 0;

    memset(file, 0, sizeof(*file));
    file->path = path;
    file->name = slash ? slash + 1 : path;
    KF_TRY(read_text(&file->text, &len, apr_pstrcat(p, dir, "/", path, NULL), p));
    file->outside = !strncmp(file->text, OUTSIDE, sizeof(OUTSIDE) - 1);
    return digest_of(&file->digest, file->text, len, p);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Hidden files and an editor's copies are not SQL. */
static bool is_sql(const char *name)
{
    size_t len = strlen(name);

    return name[0] != '.' && len > 4 && !strcmp(name + len - 4, ".sql");
}

/* The names "*.sql" in a folder, or those of its folders; sorted by byte. */
static kf_err_t *names_in(apr_array_header_t **out, const char *folder, bool folders, apr_pool_t *p)
{
    apr_dir_t *dir;
    apr_finfo_t info;
    apr_status_t status = apr_dir_open(&dir, folder, p);

    if (status != APR_SUCCESS) {
        return unreadable(p, folder, status);
    }
    *out = apr_array_make(p, 64, sizeof(const char *));
    while (apr_dir_read(&info, APR_FINFO_NAME | APR_FINFO_TYPE, dir) == APR_SUCCESS) {
        if (folders ? info.filetype == APR_DIR && info.name[0] != '.' : is_sql(info.name)) {
            APR_ARRAY_PUSH(*out, const char *) = apr_pstrdup(p, info.name);
        }
    }
    apr_dir_close(dir);
    qsort((*out)->elts, (size_t)(*out)->nelts, sizeof(const char *), by_name);
    return NULL;
}

static kf_err_t *add_folder(apr_array_header_t *list, const char *dir, const char *folder,
                            apr_pool_t *p)
{
    apr_array_header_t *names = NULL;

    KF_TRY(names_in(&names, apr_pstrcat(p, dir, "/", folder, NULL), false, p));
    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        KF_TRY(add_file(list, dir, apr_pstrcat(p, folder, "/", name, NULL), p));
    }
    return NULL;
}

/* Shared files are in the folder itself and come first, then a folder for each noun. */
static kf_err_t *add_nouns(apr_array_header_t *list, const char *dir, const char *folder, apr_pool_t *p)
{
    apr_array_header_t *nouns = NULL;

    KF_TRY(add_folder(list, dir, folder, p));
    KF_TRY(names_in(&nouns, apr_pstrcat(p, dir, "/", folder, NULL), true, p));
    for (int i = 0; i < nouns->nelts; i++) {
        KF_TRY(add_folder(list, dir, apr_pstrcat(p, folder, "/", APR_ARRAY_IDX(nouns, i, const char *), NULL), p));
    }
    return NULL;
}

/* NNNN_name.sql: four digits, an underscore. 0 if it is named otherwise. */
static int version_of(const char *name)
{
    int version = 0;

    for (int i = 0; i < NUMBER_CHARS; i++) {
        if (name[i] < '0' || name[i] > '9') {
            return 0;
        }
        version = version * 10 + (name[i] - '0');
    }
    return name[NUMBER_CHARS] == '_' ? version : 0;
}

kf_err_t *kf_sql_migrations(apr_array_header_t **out, const char *dir, apr_pool_t *p)
{
    *out = apr_array_make(p, 16, sizeof(kf_sql_file_t));
    KF_TRY(add_folder(*out, dir, "migrations", p));
    for (int i = 0; i < (*out)->nelts; i++) {
        kf_sql_file_t *file = &APR_ARRAY_IDX(*out, i, kf_sql_file_t);

        file->version = version_of(file->name);
        if (!file->version) {
            return kf_err(p, KF_E_CONFIG, "%s/%s is not named like a migration: NNNN_name.sql.",
                          dir, file->path);
        }
        if (file->version != i + 1) {
            return kf_err(
                p, KF_E_CONFIG,
                "%s/%s is in the place of number %04d: the numbers of migrations have no gaps and no duplicates.",
                dir, file->path, i + 1);
        }
    }
    if (!(*out)->nelts) {
        return kf_err(p, KF_E_CONFIG,
                      "%s/migrations has no migrations: is this the folder of SQL?", dir);
    }
    return NULL;
}

/* Adds a text made by the program, as if it were a file of the folder. */
static kf_err_t *add_text(apr_array_header_t *list, const char *path, const char *text, apr_pool_t *p)
{
    kf_sql_file_t *file = apr_array_push(list);

    *file = (kf_sql_file_t){.path = path, .name = strrchr(path, '/') + 1, .text = text};
    return digest_of(&file->digest, text, strlen(text), p);
}

kf_err_t *kf_sql_functions(apr_array_header_t **out, const char *dir, const char *fields, bool test_clock,
                           apr_pool_t *p)
{
    *out = apr_array_make(p, 128, sizeof(kf_sql_file_t));
    KF_TRY(add_folder(*out, dir, "policies", p));
    KF_TRY(add_text(*out, "functions/fields.sql", fields, p));
    KF_TRY(add_nouns(*out, dir, "functions", p));
    return test_clock ? add_file(*out, dir, "test/clock.sql", p) : NULL;
}

kf_err_t *kf_sql_digest(const char **out, const apr_array_header_t *files, int version,
                        apr_pool_t *p)
{
    const char *all = apr_itoa(p, version);

    for (int i = 0; i < files->nelts; i++) {
        const kf_sql_file_t *file = &APR_ARRAY_IDX(files, i, kf_sql_file_t);

        all = apr_pstrcat(p, all, "\n", file->path, " ", file->digest, NULL);
    }
    return digest_of(out, all, strlen(all), p);
}
