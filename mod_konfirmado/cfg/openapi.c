#include "cfg/openapi.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <jansson.h>

#include "base/limits.h"
#include "crypto/hash.h"

#define TAG_BYTES 12 /* of the digest: enough to make the ETag unique */

static kf_err_t *read_file(kfm_cfg_t *cfg, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ, 0, p);
    char *bytes = apr_palloc(p, KF_MAX_OPENAPI);
    char why[128];

    cfg->openapi_len = KF_MAX_OPENAPI;
    if (rv == APR_SUCCESS) {
        rv = apr_file_read_full(file, bytes, KF_MAX_OPENAPI, &cfg->openapi_len);
        apr_file_close(file);
    }
    if (rv != APR_EOF) {
        return kf_err(p, KF_E_CONFIG, "%s cannot be read: %s", path,
                      rv ? apr_strerror(rv, why, sizeof(why)) : "it is too large");
    }
    cfg->openapi = bytes;
    return NULL;
}

kf_err_t *kfm_openapi_load(kfm_cfg_t *cfg, const char *path, apr_pool_t *p)
{
    char *tag = apr_palloc(p, 2 * TAG_BYTES + 1);
    uint8_t digest[KF_SHA256_BYTES];
    json_error_t where;
    json_t *json;

    KF_TRY(read_file(cfg, path, p));
    json = json_loadb(cfg->openapi, cfg->openapi_len, JSON_REJECT_DUPLICATES, &where);
    if (!json_is_object(json)) {
        json_decref(json);
        return kf_err(p, KF_E_CONFIG, "%s is not a JSON object (line %d)", path, where.line);
    }
    json_decref(json);
    KF_TRY(kf_sha256(digest, &(kf_bytes_t){cfg->openapi, cfg->openapi_len}, 1, p));
    kf_hex_write(tag, digest, TAG_BYTES);
    cfg->openapi_tag = tag;
    return NULL;
}
