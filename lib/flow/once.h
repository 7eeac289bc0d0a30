#ifndef KF_FLOW_ONCE_H
#define KF_FLOW_ONCE_H
/*
 * Idempotent requests: an act runs once for each Idempotency-Key, and its answer is stored.
 *
 * The key, the act and the answer are one transaction: after a crash either all
 * of it happened, and the repeated request gets the stored answer, or nothing
 * did. A refusal (4xx) is an answer and is stored, except KF_E_EMAIL_UNCONFIRMED, which
 * the customer can resolve; a server error (5xx) is not. The same key with another body or
 * from another asker is KF_E_KEY_REUSED; a key whose request is still running is KF_E_KEY_RUNNING.
 *
 * An act for which a calendar must be read first (flow/calendar/calendar.h) is begun
 * again after the reading; no transaction or connection is held meanwhile.
 */
#include "flow/flow.h"

typedef struct {
    int status; /* HTTP */
    const char *body;
    size_t len;
} kf_answer_t;

typedef struct {
    /** Does the work and makes the answer. */
    kf_err_t *(*act)(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p);
    /** Makes the answer to a refusal. */
    kf_err_t *(*refuse)(kf_answer_t *out, const kf_err_t *err, void *baton, apr_pool_t *p);
    void *baton;
} kf_once_fns_t;

typedef struct {
    const kf_uuid_t *tenant;
    const char *route; /* "hold.create" */
    const char *key;   /* with or without quotes; NULL: no idempotency, the act just runs */
    const char *asker; /* the credential for the answer, which is not in the body; may be NULL */
    const char *body;  /* of the request: a repeat must have the same asker and body */
    size_t body_len;
    kf_instant_t *after; /* tells the act since when a calendar must have been read; NULL: it uses none */
} kf_once_ask_t;

/**
 * Runs the act, or returns the stored answer. With a key, a refusal becomes an answer (fns->refuse). An outcome that
 * is not stored is returned as the error, and so is every refusal without a key. KF_E_CALENDAR_UNREADABLE.
 */
kf_err_t *kf_flow_once(kf_answer_t *out, const kf_flow_t *flow, const kf_once_ask_t *ask, const kf_once_fns_t *fns,
                       apr_pool_t *p);

/**
 * Deletes the stored answers of a business that contain one of the words (lowercase; NULL-terminated),
 * and those that the keys do not open. Their requests are refused from then on (KF_E_CONFLICT). Runs in the
 * caller's transaction.
 */
kf_err_t *kf_flow_once_forget(kf_db_t *db, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                              const char *const *words, apr_pool_t *p);

#endif
