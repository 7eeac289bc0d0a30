#ifndef KF_REPO_VISIT_H
#define KF_REPO_VISIT_H
/*
 * What a customer does by the links in their mails: one function of the
 * database for each act. Tokens come as hashes of KF_TOKEN_HASH_BYTES.
 * Documents are JSON text.
 */
#include "repo/booking.h"

typedef struct {
    bool found;
    kf_uuid_t tenant, booking;
    const char *purpose, *state; /* state: "open", "used", "over" */
} kf_visit_found_t;

kf_err_t *kf_repo_visit_find(kf_visit_found_t *out, kf_db_t *db, const uint8_t *hash, apr_pool_t *p);

/** KF_E_TOKEN_WRONG. */
kf_err_t *kf_repo_visit_doc(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash,
                            const char *purpose, apr_pool_t *p);

/** What may be said of a booking whose link is of no use any more. */
kf_err_t *kf_repo_visit_end(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                            apr_pool_t *p);

typedef struct {
    const uint8_t *view, *act; /* hashes: the one at hand, the one to be made */
    const char *purpose, *email;
} kf_visit_act_t;

kf_err_t *kf_repo_visit_act(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_act_t *ask, apr_pool_t *p);

typedef struct {
    const uint8_t *hash, *view; /* of the act, and of the new token to look at it */
    int64_t expected_cents;     /* of cancelling */
    const char *reason;
    kf_instant_t start;         /* of moving */
    const kf_uuid_t *professional;
    kf_instant_t after;         /* a calendar must have been read since; 0: now */
} kf_visit_ask_t;

kf_err_t *kf_repo_visit_cancel(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_ask_t *ask, apr_pool_t *p);
kf_err_t *kf_repo_visit_move(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_ask_t *ask, apr_pool_t *p);
kf_err_t *kf_repo_visit_reminders(kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash, bool on, apr_pool_t *p);

#endif
