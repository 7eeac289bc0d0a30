#ifndef KF_FLOW_OPERATOR_MIGRATE_SQL_H
#define KF_FLOW_OPERATOR_MIGRATE_SQL_H
/*
 * Reads the SQL of a migration as far as the runner must: where a statement ends, and
 * which locks on tables it takes. It knows comments, strings, quoted names and dollar
 * quotes, and no grammar. What a DO block does it does not see, nor does it know E''.
 */
#include <apr_tables.h>
#include <stdbool.h>

/* PostgreSQL's table locks that matter beside running servers, from the weakest on. */
typedef enum {
    KF_LOCK_ROWS,   /* ROW EXCLUSIVE: writes rows */
    KF_LOCK_UPKEEP, /* SHARE UPDATE EXCLUSIVE: stops nobody but other upkeep */
    KF_LOCK_SHARE,  /* SHARE: stops writers */
    KF_LOCK_SOLE,   /* SHARE ROW EXCLUSIVE: stops writers */
    KF_LOCK_ALL     /* ACCESS EXCLUSIVE: stops readers too */
} kf_lock_mode_t;

typedef struct {
    const char *table; /* as it is written: "kf.booking"; of DROP INDEX the index */
    kf_lock_mode_t mode;
} kf_sql_lock_t;

typedef struct {
    const char *text;  /* without the semicolon, from its first word on */
    bool concurrently; /* waits for others, stops nobody, and cannot run in a transaction */
    const char *index; /* that CREATE INDEX CONCURRENTLY makes; else NULL */
    bool until_none;   /* the line before it: "-- until no row" */
} kf_sql_stmt_t;

/** "ACCESS EXCLUSIVE" */
const char *kf_lock_name(kf_lock_mode_t mode);

/** The statements, in order: kf_sql_stmt_t. */
apr_array_header_t *kf_sql_split(const char *sql, apr_pool_t *p);

/** The strongest lock on each table that the text names, in order of the names: kf_sql_lock_t. */
apr_array_header_t *kf_sql_locks(const char *sql, apr_pool_t *p);

#endif
