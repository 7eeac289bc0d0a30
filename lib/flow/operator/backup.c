#include "flow/operator/backup.h"

#include <apr_file_io.h>
#include <apr_mmap.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "flow/operator/backup_int.h"
#include "flow/operator/pgtool.h"
#include "repo/operator/schema.h"
#include "time/instant.h"

#define FORMAT 1
#define LOCK_WAIT "--lock-wait-timeout=60s" /* behind a change of the schema */

const char *kf_backup_file(const char *dir, const char *name, apr_pool_t *p)
{
    return apr_pstrcat(p, dir, "/", name, NULL);
}

static kf_err_t *trouble(const char *path, const char *what, apr_pool_t *p)
{
    return kf_err(p, KF_E_CONFIG, "%s %s: %s.", path, what, strerror(errno));
}

/* -- the dump's sum -- */

static kf_err_t *sum_of(const char **sha256, int64_t *bytes, const char *path, apr_pool_t *p)
{
    uint8_t digest[KF_SHA256_BYTES];
    char *hex = apr_pcalloc(p, 2 * KF_SHA256_BYTES + 1);
    apr_mmap_t *map = NULL;
    apr_file_t *file;
    apr_finfo_t info;
    apr_status_t rv;
    char why[128];

    rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, 0, p);
    rv = rv ? rv : apr_file_info_get(&info, APR_FINFO_SIZE, file);
    if (!rv && info.size == 0) {
        return kf_err(p, KF_E_CONFIG, "%s is empty.", path);
    }
    rv = rv ? rv : apr_mmap_create(&map, file, 0, (apr_size_t)info.size, APR_MMAP_READ, p);
    if (rv) {
        return kf_err(p, KF_E_CONFIG, "%s cannot be read: %s.", path, apr_strerror(rv, why, sizeof(why)));
    }
    KF_TRY(kf_sha256(digest, &(kf_bytes_t){map->mm, map->size}, 1, p));
    apr_mmap_delete(map);
    apr_file_close(file);
    kf_hex_write(hex, digest, sizeof(digest));
    *sha256 = hex;
    *bytes = info.size;
    return NULL;
}

/* -- making a copy -- */

static kf_err_t *make_folder(const char *dir, apr_pool_t *p)
{
    if (mkdir(dir, 0700) && (errno != EEXIST || rmdir(dir) || mkdir(dir, 0700))) {
        return trouble(dir, "must be a new folder, or an empty one", p);
    }
    return NULL;
}

static kf_err_t *dump(const char *snapshot, const kf_backup_place_t *place, apr_pool_t *p)
{
    const char *argv[] = {"pg_dump", "--format=custom", "--enable-row-security", "--role=konfirmado_backup", LOCK_WAIT,
                          apr_pstrcat(p, "--snapshot=", snapshot, NULL),
                          apr_pstrcat(p, "--file=", kf_backup_file(place->dir, KF_BACKUP_DUMP, p), NULL), NULL};

    return kf_pgtool_run(argv, place->conninfo, STDERR_FILENO, p);
}

/* Reads from the transaction's snapshot. */
static kf_err_t *take(kf_backup_t *out, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p)
{
    apr_array_header_t *migrations;
    const char *snapshot;

    KF_TRY(kf_repo_migrations(&migrations, db, p));
    out->schema = migrations->nelts;
    KF_TRY(kf_repo_meta_get(&out->functions, db, "functions", p));
    KF_TRY(kf_repo_backup_snapshot(&snapshot, db, p));
    KF_TRY(dump(snapshot, place, p));
    return kf_repo_table_sums(&out->tables, db, p);
}

static json_t *manifest_of(const kf_backup_t *copy)
{
    json_t *tables = json_object();

    for (int i = 0; i < copy->tables->nelts; i++) {
        const kf_table_sum_t *t = &APR_ARRAY_IDX(copy->tables, i, kf_table_sum_t);

        json_object_set_new(tables, t->name, json_pack("{s:I, s:s}", "rows", (json_int_t)t->rows, "sum", t->sum));
    }
    return json_pack("{s:i, s:s, s:s, s:i, s:s?, s:{s:s, s:I, s:s}, s:o}", "format", FORMAT, "made_at", copy->made_at,
                     "release", copy->release, "schema", copy->schema, "functions", copy->functions, "dump", "file",
                     KF_BACKUP_DUMP, "bytes", (json_int_t)copy->bytes, "sha256", copy->sha256, "tables", tables);
}

static int sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), failed;

    if (fd < 0) {
        return -1;
    }
    failed = fsync(fd);
    return close(fd) || failed ? -1 : 0;
}

static const char *unfinished(const char *dir, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_backup_file(dir, KF_BACKUP_MANIFEST, p), ".new", NULL);
}

/* Removes an incomplete copy. The manifest first: without it the folder is not a copy. */
static void remove_all(const char *dir, apr_pool_t *p)
{
    (void)unlink(kf_backup_file(dir, KF_BACKUP_MANIFEST, p));
    (void)unlink(unfinished(dir, p));
    (void)unlink(kf_backup_file(dir, KF_BACKUP_DUMP, p));
    (void)rmdir(dir);
}

/* The manifest gets its name only when it is complete and synced, after the dump. */
static kf_err_t *write_manifest(const kf_backup_t *copy, const char *dir, apr_pool_t *p)
{
    const char *path = kf_backup_file(dir, KF_BACKUP_MANIFEST, p), *beside = unfinished(dir, p);
    json_t *doc = manifest_of(copy);
    int fd = doc ? open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    bool good = fd >= 0 && !json_dumpfd(doc, fd, JSON_INDENT(2)) && !fsync(fd);

    json_decref(doc);
    good = fd >= 0 && !close(fd) && good;
    if (!good || sync_path(kf_backup_file(dir, KF_BACKUP_DUMP, p)) || rename(beside, path) || sync_path(dir)) {
        return trouble(path, "cannot be written", p);
    }
    return NULL;
}

kf_err_t *kf_flow_backup(kf_backup_t *out, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p)
{
    const char *path = kf_backup_file(place->dir, KF_BACKUP_DUMP, p);
    kf_err_t *err, *ended;

    out->release = KF_VERSION;
    out->made_at = kf_instant_utc(kf_instant_now(), p);
    KF_TRY(make_folder(place->dir, p));
    err = kf_repo_backup_begin(db, p);
    err = err ? err : take(out, place, db, p);
    ended = kf_db_rollback(db, p); /* it has only read */
    err = err ? err : ended;
    err = err ? err : sum_of(&out->sha256, &out->bytes, path, p);
    err = err ? err : write_manifest(out, place->dir, p);
    if (err) {
        remove_all(place->dir, p);
    }
    return err;
}

/* -- reading a copy -- */

static kf_err_t *read_tables(kf_backup_t *out, json_t *tables, apr_pool_t *p)
{
    const char *name;
    json_t *one;

    out->tables = apr_array_make(p, 64, sizeof(kf_table_sum_t));
    json_object_foreach(tables, name, one) {
        kf_table_sum_t *t = apr_array_push(out->tables);

        t->name = apr_pstrdup(p, name);
        t->rows = json_integer_value(json_object_get(one, "rows"));
        t->sum = apr_pstrdup(p, json_string_value(json_object_get(one, "sum")));
    }
    return out->tables->nelts ? NULL : kf_err(p, KF_E_CONFIG, "The manifest names no table.");
}

static kf_err_t *read_manifest(kf_backup_t *out, const char *dir, apr_pool_t *p)
{
    const char *path = kf_backup_file(dir, KF_BACKUP_MANIFEST, p), *made_at, *release, *functions = NULL, *sha256;
    json_t *doc = json_load_file(path, JSON_REJECT_DUPLICATES, NULL), *tables;
    json_int_t bytes;
    int format = 0;
    kf_err_t *err;

    if (!doc || json_unpack(doc, "{s:i, s:s, s:s, s:i, s?s, s:{s:I, s:s}, s:o}", "format", &format, "made_at", &made_at,
                            "release", &release, "schema", &out->schema, "functions", &functions, "dump", "bytes", &bytes,
                            "sha256", &sha256, "tables", &tables) || format != FORMAT) {
        json_decref(doc);
        return kf_err(p, KF_E_CONFIG, "%s is not a manifest: %s is not a copy, or it was not finished.", path, dir);
    }
    out->made_at = apr_pstrdup(p, made_at);
    out->release = apr_pstrdup(p, release);
    out->functions = apr_pstrdup(p, functions);
    out->sha256 = apr_pstrdup(p, sha256);
    out->bytes = bytes;
    err = read_tables(out, tables, p);
    json_decref(doc);
    return err;
}

kf_err_t *kf_flow_backup_read(kf_backup_t *out, const char *dir, apr_pool_t *p)
{
    const char *path = kf_backup_file(dir, KF_BACKUP_DUMP, p), *sha256;
    int64_t bytes;

    memset(out, 0, sizeof(*out));
    KF_TRY(read_manifest(out, dir, p));
    KF_TRY(sum_of(&sha256, &bytes, path, p));
    return bytes == out->bytes && !strcmp(sha256, out->sha256)
               ? NULL
               : kf_err(p, KF_E_CONFIG, "%s is not the original file: its SHA-256 differs.", path);
}

/* -- comparing -- */

static const kf_table_sum_t *named(const apr_array_header_t *tables, const char *name)
{
    for (int i = 0; i < tables->nelts; i++) {
        const kf_table_sum_t *t = &APR_ARRAY_IDX(tables, i, kf_table_sum_t);

        if (!strcmp(t->name, name)) {
            return t;
        }
    }
    return NULL;
}

static void compare(apr_array_header_t *differences, const kf_table_sum_t *copy, const kf_table_sum_t *now, apr_pool_t *p)
{
    if (!now) {
        APR_ARRAY_PUSH(differences, const char *) = apr_psprintf(p, "kf.%s is missing.", copy->name);
    }
    else if (now->rows != copy->rows) {
        APR_ARRAY_PUSH(differences, const char *) = apr_psprintf(
            p, "kf.%s has %" APR_INT64_T_FMT " rows, the copy %" APR_INT64_T_FMT ".", copy->name, now->rows, copy->rows);
    }
    else if (strcmp(now->sum, copy->sum) != 0) {
        APR_ARRAY_PUSH(differences, const char *) =
            apr_psprintf(p, "kf.%s has as many rows as the copy, but other ones.", copy->name);
    }
}

kf_err_t *kf_flow_backup_compare(apr_array_header_t **differences, const kf_backup_t *copy, kf_db_t *db, apr_pool_t *p)
{
    apr_array_header_t *now = NULL;
    kf_err_t *err = kf_repo_backup_begin(db, p), *ended;

    err = err ? err : kf_repo_table_sums(&now, db, p);
    ended = kf_db_rollback(db, p);
    KF_TRY(err ? err : ended);
    *differences = apr_array_make(p, 4, sizeof(const char *));
    for (int i = 0; i < copy->tables->nelts; i++) {
        const kf_table_sum_t *t = &APR_ARRAY_IDX(copy->tables, i, kf_table_sum_t);

        compare(*differences, t, named(now, t->name), p);
    }
    for (int i = 0; i < now->nelts; i++) {
        const kf_table_sum_t *t = &APR_ARRAY_IDX(now, i, kf_table_sum_t);

        if (!named(copy->tables, t->name)) {
            APR_ARRAY_PUSH(*differences, const char *) = apr_psprintf(p, "kf.%s is not in the copy.", t->name);
        }
    }
    return NULL;
}
