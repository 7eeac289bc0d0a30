/* Reads small files named by directives. */
#include "cfg/file.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"

static kf_err_t *unreadable(const char *directive, const char *path, const char *why, apr_pool_t *p)
{
    return kf_err(p, KF_E_CONFIG, "%s: %s %s", directive, path, why);
}

/* `secret`: group and others must have no access to the file. */
static kf_err_t *open_file(apr_file_t **out, const char *directive, const char *path, bool secret,
                           apr_pool_t *p)
{
    const apr_fileperms_t others = APR_FPROT_GREAD | APR_FPROT_GWRITE | APR_FPROT_WREAD
                                   | APR_FPROT_WWRITE;
    apr_finfo_t info;

    if (apr_file_open(out, path, APR_FOPEN_READ, 0, p) != APR_SUCCESS) {
        return unreadable(directive, path, "cannot be read", p);
    }
    if (apr_file_info_get(&info, APR_FINFO_PROT | APR_FINFO_TYPE, *out) != APR_SUCCESS
        || info.filetype != APR_REG || (secret && (info.protection & others))) {
        apr_file_close(*out);
        return unreadable(directive, path, secret ? "must not be accessible to group or others: run chmod 600"
                                                  : "is not a file", p);
    }
    return NULL;
}

/* At most `max` bytes and a NUL. */
static kf_err_t *read_text(char **out, apr_file_t *file, const char *directive, const char *path,
                           apr_size_t max, apr_pool_t *p)
{
    apr_size_t len = 0;

    *out = apr_pcalloc(p, max + 2);
    kf_wipe_with_pool(*out, max + 2, p);
    apr_file_read_full(file, *out, max + 1, &len);
    apr_file_close(file);
    return len && len <= max && strlen(*out) == len
               ? NULL
               : unreadable(directive, path, "is empty, too long or not text", p);
}

kf_err_t *kfm_cfg_read_file(char **out, const char *directive, const char *path, apr_size_t max,
                            apr_pool_t *p)
{
    apr_file_t *file;

    KF_TRY(open_file(&file, directive, path, false, p));
    return read_text(out, file, directive, path, max, p);
}

kf_err_t *kfm_cfg_read_secret(const char **out, const char *directive, const char *path,
                              apr_pool_t *p)
{
    apr_file_t *file;
    char *text;

    KF_TRY(open_file(&file, directive, path, true, p));
    KF_TRY(read_text(&text, file, directive, path, KF_MAX_SECRET_FILE, p));
    text[strcspn(text, "\r\n")] = '\0';
    *out = text;
    return *text ? NULL : unreadable(directive, path, "has an empty first line", p);
}
