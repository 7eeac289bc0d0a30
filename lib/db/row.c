#include "db/row.h"

#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "db/db_int.h"

/* Statements mostly give their columns in the order of the shape. -1, with an error in the log: there is none. */
static int column_of(const kf_db_res_t *res, const char *name, int likely)
{
    const char *there = PQfname(res->pg, likely);
    int col = there && !strcmp(there, name) ? likely : PQfnumber(res->pg, name);

    if (col < 0) {
        kf_log(KF_LOG_ERROR, 309, "a result has no column %s", name);
    }
    return col;
}

static const char *text_of(size_t *len, const kf_db_res_t *res, int row, int col, apr_pool_t *p)
{
    const char *text;

    if (PQftype(res->pg, col) == KF_OID_BYTEA) {
        text = (const char *)kf_db_bytes(res, row, col, len);
        return text ? apr_pstrmemdup(p, text, *len) : NULL;
    }
    text = PQftype(res->pg, col) == KF_OID_JSONB ? kf_db_json(res, row, col) : kf_db_text(res, row, col);
    *len = text ? strlen(text) : 0;
    return text ? apr_pstrmemdup(p, text, *len) : NULL;
}

static void put_text(void *at, const kf_col_t *col, const char *text, size_t len)
{
    if (col->type == KF_COL_TEXT) {
        *(const char **)at = text ? text : col->none;
    } else if (col->type == KF_COL_SIZE) {
        *(size_t *)at = len;
    } else {
        memset(at, 0, col->size);
        memcpy(at, text, len < col->size ? len : 0);
    }
}

static int64_t number_of(const kf_db_res_t *res, int row, int col)
{
    if (PQgetisnull(res->pg, row, col)) {
        return 0;
    }
    return PQftype(res->pg, col) == KF_OID_TIMESTAMPTZ ? kf_db_time(res, row, col) : kf_db_int(res, row, col);
}

static bool is_true(const kf_db_res_t *res, int row, int col)
{
    bool there = !PQgetisnull(res->pg, row, col);

    return there && (PQftype(res->pg, col) != KF_OID_BOOL || kf_db_bool(res, row, col));
}

static void read_col(void *at, const kf_col_t *col, const kf_db_res_t *res, int row, int n, apr_pool_t *p)
{
    size_t len = 0;
    const char *text;

    switch (col->type) {
    case KF_COL_TEXT:
    case KF_COL_CHARS:
    case KF_COL_SIZE:
        text = text_of(&len, res, row, n, p);
        put_text(at, col, text ? text : col->type == KF_COL_TEXT ? NULL : "", len);
        break;
    case KF_COL_TEXTS:
        *(const char ***)at = kf_db_texts(res, row, n, p);
        break;
    case KF_COL_INT:
        *(int *)at = (int)number_of(res, row, n);
        break;
    case KF_COL_INT64:
        *(int64_t *)at = number_of(res, row, n);
        break;
    case KF_COL_BOOL:
        *(bool *)at = is_true(res, row, n);
        break;
    case KF_COL_UUID:
        memset(at, 0, sizeof(kf_uuid_t));
        if (!PQgetisnull(res->pg, row, n)) {
            *(kf_uuid_t *)at = kf_db_uuid(res, row, n);
        }
        break;
    }
}

void kf_db_row_read(void *out, const kf_db_res_t *res, int row, const kf_shape_t *shape, apr_pool_t *p)
{
    for (size_t i = 0; i < shape->n; i++) {
        const kf_col_t *col = &shape->cols[i];
        int n = column_of(res, col->column, (int)i);

        if (n >= 0) {
            read_col((char *)out + col->at, col, res, row, n, p);
        }
    }
}

void *kf_db_rows_read(int *n, const kf_db_res_t *res, const kf_shape_t *shape, apr_pool_t *p)
{
    int count = kf_db_rows(res);
    char *rows = apr_pcalloc(p, shape->size * (size_t)(count + 1));

    for (int i = 0; i < count; i++) {
        kf_db_row_read(rows + shape->size * (size_t)i, res, i, shape, p);
    }
    *n = count;
    return rows;
}
