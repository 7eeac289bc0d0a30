#include <apr_strings.h>
#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include "base/log.h"
#include "db/db_int.h"

/*
 * The bytes of a value whose type is one of a and b. NULL, with an error in the
 * log, when the statement and its reader do not agree: a bug of ours, which
 * must not become an overrun.
 */
static const char *value(const kf_db_res_t *res, int row, int col, Oid type, int size)
{
    if (row < 0 || row >= PQntuples(res->pg) || col >= PQnfields(res->pg) ||
        PQgetisnull(res->pg, row, col) || PQftype(res->pg, col) != type ||
        (size >= 0 && PQgetlength(res->pg, row, col) != size)) {
        kf_log(KF_LOG_ERROR, 303, "a result was read as type %u, size %d at row %d, column %d", type, size,
               row, col);
        return NULL;
    }
    return PQgetvalue(res->pg, row, col);
}

int kf_db_rows(const kf_db_res_t *res)
{
    return PQntuples(res->pg);
}

int kf_db_isnull(const kf_db_res_t *res, int row, int col)
{
    return PQgetisnull(res->pg, row, col);
}

const char *kf_db_text(const kf_db_res_t *res, int row, int col)
{
    return PQgetisnull(res->pg, row, col) ? NULL : value(res, row, col, KF_OID_TEXT, -1);
}

const char *kf_db_json(const kf_db_res_t *res, int row, int col)
{
    const char *at;

    if (PQgetisnull(res->pg, row, col)) {
        return NULL;
    }
    at = value(res, row, col, KF_OID_JSONB, -1);
    return at ? at + 1 : NULL; /* the first byte is the version of the binary form, always 1 */
}

int64_t kf_db_int(const kf_db_res_t *res, int row, int col)
{
    Oid type = PQftype(res->pg, col);
    int size = type == KF_OID_INT8 ? 8 : type == KF_OID_INT4 ? 4 : 2;
    const char *at = value(res, row, col, size == 2 ? KF_OID_INT2 : type, size);
    uint64_t word = 0;

    if (!at) {
        return 0;
    }
    memcpy(&word, at, (size_t)size);
    return (int64_t)be64toh(word) >> (64 - 8 * size); /* arithmetic: keeps the sign */
}

int kf_db_bool(const kf_db_res_t *res, int row, int col)
{
    const char *at = value(res, row, col, KF_OID_BOOL, 1);

    return at && *at;
}

kf_instant_t kf_db_time(const kf_db_res_t *res, int row, int col)
{
    const char *at = value(res, row, col, KF_OID_TIMESTAMPTZ, 8);
    uint64_t word;

    if (!at) {
        return 0;
    }
    memcpy(&word, at, 8);
    return kf_instant_from_pg((int64_t)be64toh(word));
}

kf_uuid_t kf_db_uuid(const kf_db_res_t *res, int row, int col)
{
    const char *at = value(res, row, col, KF_OID_UUID, 16);
    kf_uuid_t uuid = {{0}};

    if (at) {
        memcpy(uuid.bytes, at, 16);
    }
    return uuid;
}

const unsigned char *kf_db_bytes(const kf_db_res_t *res, int row, int col, size_t *len)
{
    *len = 0;
    if (PQgetisnull(res->pg, row, col)) {
        return NULL;
    }
    *len = (size_t)PQgetlength(res->pg, row, col);
    return (const unsigned char *)value(res, row, col, KF_OID_BYTEA, -1);
}

static uint32_t word_at(const char *at)
{
    uint32_t word;

    memcpy(&word, at, 4);
    return ntohl(word);
}

const char **kf_db_texts(const kf_db_res_t *res, int row, int col, apr_pool_t *p)
{
    const char **list, *at, *end;
    uint32_t n, used = 0;

    if (PQgetisnull(res->pg, row, col)) {
        return apr_pcalloc(p, sizeof(*list));
    }
    at = PQgetvalue(res->pg, row, col);
    end = at + PQgetlength(res->pg, row, col);
    if (end - at < 20 || word_at(at) != 1) { /* an empty array has no dimension */
        return apr_pcalloc(p, sizeof(*list));
    }
    n = word_at(at + 12);
    list = apr_pcalloc(p, (n + 1) * sizeof(*list));
    at += 20;
    for (uint32_t i = 0; i < n && end - at >= 4; i++) {
        int32_t len = (int32_t)word_at(at);

        at += 4;
        if (len >= 0 && end - at >= len) {
            list[used++] = apr_pstrmemdup(p, at, (apr_size_t)len);
            at += len;
        }
    }
    return list;
}
