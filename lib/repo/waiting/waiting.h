#ifndef KF_REPO_WAITING_H
#define KF_REPO_WAITING_H
/* The waiting list as its customers use it. Tokens come as hashes, documents are JSON text. */
#include "repo/booking/booking.h"

typedef struct {
    kf_uuid_t id;
    const char *wish;              /* a JSON document */
    int64_t address, network;      /* hashes of the browser's address; 0: unknown */
    int max_address, max_network;  /* places that each may ask for in a day; 0: no limit */
} kf_waiting_join_t;

kf_err_t *kf_repo_waiting_join(kf_db_t *db, const kf_uuid_t *tenant, const kf_waiting_join_t *ask, apr_pool_t *p);
kf_err_t *kf_repo_waiting_confirm(kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash, apr_pool_t *p);

typedef struct {
    bool found;
    kf_uuid_t tenant, waiting;
    const char *kind, *state; /* "leave", "offer"; "open", "used", "over" */
} kf_waiting_found_t;

kf_err_t *kf_repo_waiting_find(kf_waiting_found_t *out, kf_db_t *db, const uint8_t *hash, apr_pool_t *p);
kf_err_t *kf_repo_waiting_doc(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash,
                              apr_pool_t *p);
kf_err_t *kf_repo_waiting_leave(kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash, apr_pool_t *p);

typedef struct {
    const uint8_t *offer, *hold; /* hashes: of the offer's token, and of the new hold's */
    int ttl_s;
} kf_waiting_take_t;

kf_err_t *kf_repo_waiting_take(kf_hold_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_waiting_take_t *ask,
                               apr_pool_t *p);

#endif
