#ifndef KF_REPO_OPERATOR_CHECK_H
#define KF_REPO_OPERATOR_CHECK_H
/* What `konfirmadoctl check` reads from a database. */
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *role; /* of this connection */
    bool superuser, bypassrls;
    bool owner;         /* it may change the schema */
    bool timeouts;      /* this role has a statement timeout */
    int connections;    /* limit of this role here, over all clients */
    bool utf8;          /* the database's encoding is UTF-8 */
    bool pooled;        /* a pooler is between us and the database */
    int server;         /* 150004 is 15.4 */
    kf_instant_t clock; /* its machine's clock, never shifted */
} kf_check_role_t;

typedef struct {
    int tables;            /* of tenants */
    int open_tables;       /* without forced row security or its policy */
    const char *open_name; /* one of them, or NULL */
    int zones;             /* names of usable time zones */
    int zones_gone;        /* of them: unknown to the server's current time-zone data */
} kf_check_schema_t;

/* Calendars at providers, of all tenants. */
typedef struct {
    int connected;
    int failing;   /* of them: the last reading failed */
    int late;      /* of them: overdue for a reading by minutes */
    int broken;    /* they must be connected again */
    int unwritten; /* events of future bookings that were given up */
} kf_check_calendars_t;

kf_err_t *kf_repo_check_role(kf_check_role_t *out, kf_db_t *db, apr_pool_t *p);
/**
 * Whether PostgreSQL can write a few megabytes where its data is; they are freed at once. Fails if the disk is
 * full, with PostgreSQL's message. Not in a transaction.
 */
kf_err_t *kf_repo_check_room(kf_db_t *db, apr_pool_t *p);
/** Requires the schema. */
kf_err_t *kf_repo_check_schema(kf_check_schema_t *out, kf_db_t *db, apr_pool_t *p);
/** Requires a schema as new as this release. */
kf_err_t *kf_repo_check_calendars(kf_check_calendars_t *out, kf_db_t *db, apr_pool_t *p);

#endif
