#ifndef KF_REPO_BOOKING_VISIT_H
#define KF_REPO_BOOKING_VISIT_H
/*
 * What a customer does with the links in their mails: one function of the
 * database for each act. Tokens come as hashes of KF_TOKEN_HASH_BYTES.
 * Documents are JSON text.
 */
#include "repo/booking/booking.h"

typedef struct {
    bool found;
    kf_uuid_t tenant, booking;
    const char *purpose, *state; /* state: "open", "used", "over" */
} kf_visit_found_t;

kf_err_t *kf_repo_visit_find(kf_visit_found_t *out, kf_db_t *db, const uint8_t *hash, apr_pool_t *p);

/** KF_E_TOKEN_WRONG. */
kf_err_t *kf_repo_visit_doc(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash,
                            const char *purpose, apr_pool_t *p);

/** What may be shown of a booking whose link is no longer usable. */
kf_err_t *kf_repo_visit_end(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                            apr_pool_t *p);

typedef struct {
    const uint8_t *view, *act; /* hashes: of the given token, of the new one */
    const char *purpose, *email;
} kf_visit_act_t;

kf_err_t *kf_repo_visit_act(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_act_t *ask, apr_pool_t *p);

typedef struct {
    const uint8_t *hash, *view; /* of the act's token, and of the new "view" token */
    int64_t expected_cents;     /* for cancelling */
    const char *reason;
    kf_instant_t start;         /* for moving */
    const kf_uuid_t *professional;
    kf_instant_t after;         /* a calendar must have been read since; 0: now */
} kf_visit_ask_t;

kf_err_t *kf_repo_visit_cancel(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_ask_t *ask, apr_pool_t *p);
kf_err_t *kf_repo_visit_move(kf_db_t *db, const kf_uuid_t *tenant, const kf_visit_ask_t *ask, apr_pool_t *p);
kf_err_t *kf_repo_visit_reminders(kf_db_t *db, const kf_uuid_t *tenant, const uint8_t *hash, bool on, apr_pool_t *p);

#endif
