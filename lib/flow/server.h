#ifndef KF_FLOW_SERVER_H
#define KF_FLOW_SERVER_H
/*
 * Signs of life of httpds, whether they do background work or not: every ten seconds each writes down, once for
 * all its processes, the ids of the keys that it knows and whether pictures can be written there. Keys are read
 * at start alone, as root, so an httpd knows those of the key file as it was then.
 */
#include <apr_tables.h>

#include "flow/flow.h"

#define KF_SERVER_EVERY_S 10

/** This machine's name in signs of life. */
const char *kf_server_node(apr_pool_t *p);

/** Writes the sign of this httpd, whose parent is `process`. */
kf_err_t *kf_flow_server_seen(const kf_flow_t *flow, int process, apr_pool_t *p);

/**
 * The httpds that gave a sign in the last minute and do not know the key that seals: kf_server_row_t's
 * (repo/status.h). What it seals they could not open.
 */
kf_err_t *kf_flow_servers_lacking(apr_array_header_t **out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p);

/**
 * What is wrong with a folder of pictures for this process's user: "closed" (they cannot be written), "full"
 * (hardly any room), or NULL. *room_mb: what is left, or KF_STATUS_NONE.
 */
const char *kf_folder_fault(int64_t *room_mb, const char *folder);

#endif
