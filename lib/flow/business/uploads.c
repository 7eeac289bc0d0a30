#include "flow/business/uploads.h"

#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "crypto/token.h"
#include "image/png.h"
#include "image/svg.h"
#include "repo/business/forget.h"

#define FILE_RIGHTS (APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_GREAD)

static const char *const kinds[] = {[KF_UPLOAD_LOGO] = "logo", [KF_UPLOAD_PHOTO] = "photo", [KF_UPLOAD_IMAGE] = "image"};

static kf_err_t *invalid(const kf_upload_wish_t *wish, apr_pool_t *p, const char *why)
{
    return kf_err_field(p, KF_E_INVALID, wish->field, "%s", why);
}

/* ---- the uploaded file ---- */

static bool ends_with(const char *name, const char *ending)
{
    size_t len = strlen(name), end = strlen(ending);

    return len > end && !strcasecmp(name + len - end, ending);
}

static kf_err_t *clean(kf_upload_row_t *row, const char **ending, const kf_upload_wish_t *wish, apr_pool_t *p)
{
    kf_err_t *err;

    if (kf_png_is(wish->bytes, wish->len)) {
        *ending = ".png";
        row->media_type = "image/png";
        err = kf_png_clean(&row->bytes, &row->size, wish->bytes, wish->len, p);
    } else if (kf_svg_is(wish->bytes, wish->len)) {
        *ending = ".svg";
        row->media_type = "image/svg+xml";
        err = kf_svg_clean(&row->bytes, &row->size, wish->bytes, wish->len, p);
    } else {
        return invalid(wish, p, "Send a PNG or SVG picture: this file is neither.");
    }
    if (err) {
        err->field = wish->field;
        return err;
    }
    return ends_with(wish->file, *ending)
               ? NULL
               : invalid(wish, p, "The name of the file does not fit its content: a PNG ends in .png, an SVG in "
                                  ".svg.");
}

static kf_err_t *check(kf_upload_row_t *row, const char **ending, const kf_upload_wish_t *wish, apr_pool_t *p)
{
    if (!wish->file || !*wish->file || wish->len == 0) {
        return invalid(wish, p, "Choose a file.");
    }
    if (strchr(wish->file, '/')) {
        return invalid(wish, p, "The file name must not have a path.");
    }
    if (wish->len > KF_MAX_UPLOAD) {
        return kf_err_at(kf_err_said(p, KF_E_TOO_LARGE, "A picture may be at most {1} MiB.",
                                     apr_itoa(p, KF_MAX_UPLOAD >> 20), NULL), wish->field);
    }
    return clean(row, ending, wish, p);
}

/* ---- the folder ---- */

static kf_err_t *folder_failed(apr_pool_t *p, const char *what, apr_status_t rv)
{
    char why[128];

    return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "The picture could not be stored."), "%s: %s", what,
                          apr_strerror(rv, why, sizeof(why)));
}

static apr_status_t write_whole(const char *path, const kf_upload_row_t *row, apr_pool_t *p)
{
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_EXCL
                                    | APR_FOPEN_BINARY, FILE_RIGHTS, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = apr_file_write_full(file, row->bytes, row->size, NULL);
    if (rv == APR_SUCCESS) {
        rv = apr_file_sync(file);
    }
    apr_file_close(file);
    return rv;
}

/* The file gets its final name only when all bytes are written. */
static kf_err_t *keep_file(const char *path, const kf_upload_row_t *row, apr_pool_t *p)
{
    const char *unfinished = apr_pstrcat(p, path, ".part", NULL);
    apr_status_t rv = write_whole(unfinished, row, p);

    if (rv == APR_SUCCESS) {
        rv = apr_file_rename(unfinished, path, p);
    }
    if (rv != APR_SUCCESS) {
        apr_file_remove(unfinished, p);
        return folder_failed(p, "a file in the folder of uploads", rv);
    }
    return NULL;
}

static kf_err_t *read_file(kf_upload_t *out, const char *path, apr_pool_t *p)
{
    char *bytes = apr_palloc(p, out->size);
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, 0, p);

    if (rv == APR_SUCCESS) {
        rv = apr_file_read_full(file, bytes, out->size, NULL);
        apr_file_close(file);
    }
    if (rv != APR_SUCCESS) {
        return folder_failed(p, path, rv);
    }
    out->bytes = bytes;
    return NULL;
}

static const char *path_of(const kf_flow_t *flow, const char *name, apr_pool_t *p)
{
    return apr_pstrcat(p, flow->upload_dir, "/", name, NULL);
}

/* ---- the acts ---- */

typedef struct {
    const char **json;
    const kf_uuid_t *tenant;
    const kf_upload_row_t *row;
} put_t;

static kf_err_t *put(kf_db_t *db, void *baton, apr_pool_t *p)
{
    put_t *act = baton;

    KF_TRY(kf_repo_upload_put(act->json, db, act->tenant, act->row, p));
    return *act->json ? NULL : kf_err(p, KF_E_NOT_FOUND, "There is nothing with this id.");
}

kf_err_t *kf_flow_upload(const char **json, const kf_flow_t *flow, const kf_upload_wish_t *wish, apr_pool_t *p)
{
    kf_upload_row_t row = {.kind = kinds[wish->kind], .object = wish->object, .version = wish->version};
    put_t act = {json, wish->tenant, &row};
    char name[KF_TOKEN_CHARS + 1];
    const char *ending = "", *path;
    kf_err_t *err;

    KF_TRY(check(&row, &ending, wish, p));
    KF_TRY(kf_token_make(name, p));
    row.name = apr_pstrcat(p, name, ending, NULL);
    if (!flow->upload_dir) {
        return kf_flow_admin(flow, wish->tenant, wish->actor, put, &act, p);
    }
    path = path_of(flow, row.name, p);
    KF_TRY(keep_file(path, &row, p));
    row.bytes = NULL;
    err = kf_flow_admin(flow, wish->tenant, wish->actor, put, &act, p);
    if (err && err->code != KF_E_UNAVAILABLE) { /* in doubt: it may be needed */
        apr_file_remove(path, p);
    }
    return err;
}

/* Names of ours: 43 characters of base64url and the ending. */
static bool is_name(const char *name)
{
    size_t len = strlen(name);

    if (len != KF_TOKEN_CHARS + 4 || (strcmp(name + len - 4, ".png") && strcmp(name + len - 4, ".svg"))) {
        return false;
    }
    for (size_t i = 0; i < len - 4; i++) {
        if (!apr_isalnum(name[i]) && name[i] != '-' && name[i] != '_') {
            return false;
        }
    }
    return true;
}

static kf_err_t *find(kf_upload_t *out, bool *found, const kf_flow_t *flow, const char *name, apr_pool_t *p)
{
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_upload_find(out, found, db, name, p));
}

kf_err_t *kf_flow_upload_read(kf_upload_t *out, const kf_flow_t *flow, const char *name, apr_pool_t *p)
{
    bool found = false;

    if (is_name(name)) {
        KF_TRY(find(out, &found, flow, name, p));
    }
    if (!found) {
        return kf_err(p, KF_E_NOT_FOUND, "There is no such picture.");
    }
    if (out->bytes) {
        return NULL;
    }
    return flow->upload_dir ? read_file(out, path_of(flow, name, p), p)
                            : folder_failed(p, "a picture is stored in a folder, but none is configured", APR_ENOENT);
}

/* -- pictures that nothing shows any more -- */

static kf_err_t *remove_file(const kf_flow_t *flow, const char *name, apr_pool_t *p)
{
    apr_status_t rv;

    if (!flow->upload_dir) {
        return folder_failed(p, "a picture is stored in a folder, but none is configured", APR_ENOENT);
    }
    if (!is_name(name)) {
        return folder_failed(p, "a picture has an unexpected name", APR_EINVAL);
    }
    rv = apr_file_remove(path_of(flow, name, p), p);
    return rv == APR_SUCCESS || APR_STATUS_IS_ENOENT(rv)
               ? NULL
               : folder_failed(p, "a file in the folder of uploads cannot be removed", rv);
}

/* Deletes the file before the commit: if that fails, the row remains and the next run deletes it. */
static kf_err_t *forget(int *n, const kf_flow_t *flow, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_forgotten_upload_t *gone;

    KF_TRY(kf_repo_forget_uploads(&gone, n, db, limit, p));
    for (int i = 0; i < *n; i++) {
        if (gone[i].in_folder) {
            KF_TRY(remove_file(flow, gone[i].name, p));
        }
    }
    return kf_db_commit(db, p);
}

kf_err_t *kf_flow_uploads_forget(int *n, const kf_flow_t *flow, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_err_t *err, *more;

    KF_TRY(kf_db_begin(db, p));
    err = forget(n, flow, db, limit, p);
    if (err) {
        more = kf_db_rollback(db, p);
        return more && more->code == KF_E_UNAVAILABLE ? more : err;
    }
    return NULL;
}
