#ifndef KF_REPO_ADMIN_CHECK_H
#define KF_REPO_ADMIN_CHECK_H
/* What `konfirmadoctl check` asks a database about itself. */
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *role; /* of this connection */
    bool superuser, bypassrls;
    bool owner;         /* may change the schema */
    bool timeouts;      /* statements of this role end by themselves */
    int connections;    /* that this role may have here at once, of all clients */
    bool utf8;          /* the database keeps every character */
    bool pooled;        /* a pooler is between us and the database */
    int server;         /* 150004 is 15.4 */
    kf_instant_t clock; /* the real clock of its machine */
} kf_check_role_t;

typedef struct {
    int tables;            /* of tenants */
    int open_tables;       /* without forced row security or its policy */
    const char *open_name; /* one of them, or NULL */
    int zones;             /* names of time zones that may be used */
    int zones_gone;        /* of them: unknown to the server's time-zone data now */
} kf_check_schema_t;

/* Calendars elsewhere, of all tenants. */
typedef struct {
    int connected;
    int failing;   /* of them: the last reading failed */
    int late;      /* of them: nobody has read them for minutes, though it was time */
    int broken;    /* somebody must connect them again */
    int unwritten; /* events of bookings to come that were given up */
} kf_check_calendars_t;

kf_err_t *kf_repo_check_role(kf_check_role_t *out, kf_db_t *db, apr_pool_t *p);
/**
 * Whether PostgreSQL can write a few megabytes where its data is; they are gone at once. Fails where the disk is
 * full, with what PostgreSQL says. Not in a transaction.
 */
kf_err_t *kf_repo_check_room(kf_db_t *db, apr_pool_t *p);
/** Only where the schema is. */
kf_err_t *kf_repo_check_schema(kf_check_schema_t *out, kf_db_t *db, apr_pool_t *p);
/** Only where the schema is as new as we are. */
kf_err_t *kf_repo_check_calendars(kf_check_calendars_t *out, kf_db_t *db, apr_pool_t *p);

#endif
