#ifndef KF_FLOW_OPERATOR_SERVER_H
#define KF_FLOW_OPERATOR_SERVER_H
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

/** Writes the sign of this httpd. */
kf_err_t *kf_flow_server_seen(const kf_flow_t *flow, apr_pool_t *p);

/**
 * The httpds that do not know the key that seals, as kf_server_row_t's (repo/status.h): those that run, and those
 * that fell silent within a day and have no successor on their machine. What it seals they could not open.
 */
kf_err_t *kf_flow_servers_lacking(apr_array_header_t **out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p);

/* A folder of pictures. */
typedef struct {
    bool writable; /* for this process's user */
    bool full;     /* hardly any room is left */
    int64_t room;  /* bytes; KF_STATUS_NONE: not known */
} kf_folder_t;

/** How it stands now. */
void kf_folder_look(kf_folder_t *out, const char *folder);

#endif
