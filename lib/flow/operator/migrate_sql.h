#ifndef KF_FLOW_OPERATOR_MIGRATE_SQL_H
#define KF_FLOW_OPERATOR_MIGRATE_SQL_H
/*
 * Reads the SQL of a migration as far as the runner needs: where a statement ends, and
 * which table locks it takes. It knows comments, strings, quoted names and dollar
 * quotes, but no grammar. It does not look into DO blocks and does not know E''.
 */
#include <apr_tables.h>
#include <stdbool.h>

/* PostgreSQL's table locks that matter while servers run, weakest first. */
typedef enum {
    KF_LOCK_ROWS,   /* ROW EXCLUSIVE: writes rows */
    KF_LOCK_UPKEEP, /* SHARE UPDATE EXCLUSIVE: blocks only other maintenance */
    KF_LOCK_SHARE,  /* SHARE: blocks writers */
    KF_LOCK_SOLE,   /* SHARE ROW EXCLUSIVE: blocks writers */
    KF_LOCK_ALL     /* ACCESS EXCLUSIVE: blocks readers too */
} kf_lock_mode_t;

typedef struct {
    const char *table; /* as written: "kf.booking"; for DROP INDEX the index */
    kf_lock_mode_t mode;
} kf_sql_lock_t;

typedef struct {
    const char *text;  /* without the semicolon, from its first word on */
    bool concurrently; /* waits for others, blocks nobody, cannot run in a transaction */
    const char *index; /* made by CREATE INDEX CONCURRENTLY; else NULL */
    bool until_none;   /* the line before it: "-- until no row" */
} kf_sql_stmt_t;

/** "ACCESS EXCLUSIVE" */
const char *kf_lock_name(kf_lock_mode_t mode);

/** The statements, in order: kf_sql_stmt_t. */
apr_array_header_t *kf_sql_split(const char *sql, apr_pool_t *p);

/** The strongest lock on each table that the text names, ordered by name: kf_sql_lock_t. */
apr_array_header_t *kf_sql_locks(const char *sql, apr_pool_t *p);

#endif
