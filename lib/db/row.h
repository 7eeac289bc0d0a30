#ifndef KF_DB_ROW_H
#define KF_DB_ROW_H
/*
 * Rows into structs, by a table that names the column of each member:
 *
 *     #define KF_ROW_T seat_t
 *     static const kf_col_t cols[] = {KF_COL(tenant, "tenant_id"), KF_COL(n, "n")};
 *     static const kf_shape_t seat = KF_SHAPE(cols);
 *     #undef KF_ROW_T
 *
 * The order of the columns does not matter, and the statement may return more: it may
 * say SELECT *. The type of the member decides how it is read:
 *
 *     const char *    text, jsonb or bytea
 *     char [n]        text that fits, with its end; else ""
 *     const char **   text[], ends with NULL
 *     int             int2, int4, int8
 *     int64_t         the same, or timestamptz as a kf_instant_t
 *     size_t          the length of a bytea
 *     bool            bool; of any other type: whether it is not NULL
 *     kf_uuid_t       uuid
 *
 * NULL is NULL or 0; of a const char ** an empty list.
 */
#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"

typedef enum {
    KF_COL_TEXT,
    KF_COL_CHARS,
    KF_COL_TEXTS,
    KF_COL_INT,
    KF_COL_INT64,
    KF_COL_SIZE,
    KF_COL_BOOL,
    KF_COL_UUID
} kf_col_type_t;

typedef struct {
    const char *column, *none; /* none: the value of a text that is NULL */
    kf_col_type_t type;
    size_t at, size;
} kf_col_t;

typedef struct {
    const kf_col_t *cols;
    size_t n, size;
} kf_shape_t;

#define KF_COL_TYPE(lvalue)                                                                    \
    _Generic((lvalue), const char *: KF_COL_TEXT, char *: KF_COL_CHARS, const char **: KF_COL_TEXTS, \
             int: KF_COL_INT, int64_t: KF_COL_INT64, size_t: KF_COL_SIZE, bool: KF_COL_BOOL,   \
             kf_uuid_t: KF_COL_UUID)

#define KF_COL_OR(member, column, none)                                                        \
    {                                                                                          \
        (column), (none), KF_COL_TYPE(((KF_ROW_T *)0)->member), offsetof(KF_ROW_T, member),    \
            sizeof(((KF_ROW_T *)0)->member)                                                    \
    }
#define KF_COL(member, column) KF_COL_OR(member, column, NULL)
#define KF_SHAPE(cols) {(cols), sizeof(cols) / sizeof(*(cols)), sizeof(KF_ROW_T)}

/** One row into `out`; other members are unchanged. What it points to is copied into `p`. */
void kf_db_row_read(void *out, const kf_db_res_t *res, int row, const kf_shape_t *shape, apr_pool_t *p);

/** All rows as an array of `*n` structs, followed by one that is all zero. */
void *kf_db_rows_read(int *n, const kf_db_res_t *res, const kf_shape_t *shape, apr_pool_t *p);

#endif
