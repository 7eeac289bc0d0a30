#include "repo/business/upload.h"

#include "json/encode.h"

static const kf_stmt_t upload_put = {
    "upload_put", "SELECT kf.upload_put($1::uuid, $2::uuid, $3::int, $4::jsonb, $5::bytea)", 5, 0};

static const kf_stmt_t upload_find = {
    "upload_find", "SELECT media_type, size, bytes FROM kf.upload_find($1::text)", 1, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_upload_put(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const kf_upload_row_t *row,
                             apr_pool_t *p)
{
    kf_db_res_t *res;
    kf_buf_t doc;

    kf_buf_init(&doc, p, 256, 1024);
    kf_json_open(&doc, '{');
    kf_json_str(&doc, "kind", row->kind);
    kf_json_str(&doc, "name", row->name);
    kf_json_str(&doc, "media_type", row->media_type);
    kf_json_int(&doc, "size", (int64_t)row->size);
    kf_json_close(&doc, '}');
    KF_TRY(kf_buf_check(&doc, "upload", p));
    KF_TRY(KF_DB_EXEC(&res, db, &upload_put, p, KF_UUID(tenant), row->object ? KF_UUID(row->object) : KF_NULL,
                      row->version ? KF_INT4(*row->version) : KF_NULL, KF_TEXT(kf_buf_text(&doc)),
                      row->bytes ? KF_BYTES(row->bytes, row->size) : KF_NULL));
    *json = kf_db_rows(res) && !kf_db_isnull(res, 0, 0) ? kf_db_json(res, 0, 0) : NULL;
    return NULL;
}

kf_err_t *kf_repo_upload_find(kf_upload_t *out, bool *found, kf_db_t *db, const char *name, apr_pool_t *p)
{
    kf_db_res_t *res;
    size_t len;

    KF_TRY(KF_DB_EXEC(&res, db, &upload_find, p, KF_TEXT(name)));
    *found = kf_db_rows(res) > 0;
    if (*found) {
        out->media_type = kf_db_text(res, 0, 0);
        out->size = (size_t)kf_db_int(res, 0, 1);
        out->bytes = NULL;
        if (!kf_db_isnull(res, 0, 2)) {
            out->bytes = (const char *)kf_db_bytes(res, 0, 2, &len);
            out->size = len;
        }
    }
    return NULL;
}
