#ifndef KF_FLOW_OPERATOR_SERVER_H
#define KF_FLOW_OPERATOR_SERVER_H
/*
 * Heartbeats of httpds, with or without background work: every ten seconds each httpd writes, once for all its
 * processes, the ids of the keys that it knows and whether it can write pictures. Keys are read only
 * at start, as root, so an httpd knows the keys that the key file had then.
 */
#include <apr_tables.h>

#include "flow/flow.h"

#define KF_SERVER_EVERY_S 10

/** This machine's name in heartbeats. */
const char *kf_server_node(apr_pool_t *p);

/** Writes the heartbeat of this httpd. */
kf_err_t *kf_flow_server_seen(const kf_flow_t *flow, apr_pool_t *p);

/**
 * The httpds that do not know the newest key, as kf_server_row_t (repo/operator/status.h): those that run, and those
 * that fell silent within a day and have no successor on their machine. They could not open what it seals.
 */
kf_err_t *kf_flow_servers_lacking(apr_array_header_t **out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p);

/* A folder of pictures. */
typedef struct {
    bool writable; /* for this process's user */
    bool full;     /* hardly any space is left */
    int64_t room;  /* bytes; KF_STATUS_NONE: unknown */
} kf_folder_t;

/** Looks at the folder now. */
void kf_folder_look(kf_folder_t *out, const char *folder);

#endif
