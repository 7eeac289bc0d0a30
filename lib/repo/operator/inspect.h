#ifndef KF_REPO_OPERATOR_INSPECT_H
#define KF_REPO_OPERATOR_INSPECT_H
/* What an operator inspects and retries: messages, payments, bookings. Lists are newest first. */
#include "repo/operator/admin.h"

typedef struct {
    const char *state; /* due, sending, done, dead, or NULL for all */
    const char *after; /* the last id of the page before, or NULL */
    int limit;
} kf_messages_ask_t;

kf_err_t *kf_repo_messages_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                const kf_messages_ask_t *ask, apr_pool_t *p);
/** Sends it again. KF_E_NOT_FOUND, KF_E_CONFLICT while it is being sent. */
kf_err_t *kf_repo_message_resend(kf_db_t *db, const kf_uuid_t *tenant, const char *message,
                                 apr_pool_t *p);

/** With `stuck` only payments with an open task. */
kf_err_t *kf_repo_payments_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant, bool stuck,
                                int limit, apr_pool_t *p);
/** `status` NULL for all. */
kf_err_t *kf_repo_bookings_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                const char *status, int limit, apr_pool_t *p);
/** A payment of it must then be refunded. KF_E_NOT_FOUND; KF_E_CONFLICT if its status does not allow
 * it. */
kf_err_t *kf_repo_booking_cancel(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                 const char *actor, const char *reason, apr_pool_t *p);

#endif
