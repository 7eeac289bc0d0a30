#ifndef KF_FLOW_PERSON_ACCOUNTS_INT_H
#define KF_FLOW_PERSON_ACCOUNTS_INT_H
/*
 * Shared by the acts of accounts, sessions, the second factor and staff;
 * private to lib/flow.
 */
#include "crypto/hash.h"
#include "flow/admin.h"
#include "flow/person/accounts.h"
#include "repo/person/person.h"

/* Kinds of attempts; each is counted separately. */
#define KF_TRIES_LOGIN "login"
#define KF_TRIES_MAIL "mail"          /* every act that mails to an address that a person typed */
#define KF_TRIES_RESET "reset"        /* except password links: nothing else may use their attempts up */
#define KF_TRIES_VERIFY "verify"      /* the password of a registration, by the holder of its link */
#define KF_TRIES_PASSWORD "password"  /* the password again, of a signed-in person */

/* One attempt, as the database counts it: keyed hashes of the account and of the client's network, or, in place of
 * both, of a browser in which the account is known. */
typedef struct {
    uint8_t account[KF_SHA256_BYTES], address[KF_SHA256_BYTES];
} kf_tries_t;

/** Counts an attempt. KF_E_RATE_LIMITED, with visit->retry_after_s. */
kf_err_t *kf_tries_count(kf_tries_t *out, const kf_flow_t *flow, kf_visit_t *visit, const char *kind,
                         const char *account, apr_pool_t *p);

/** The attempt did not fail: uncounts it. `all`: clears the account's earlier failures too. */
kf_err_t *kf_tries_give_back(const kf_flow_t *flow, const kf_tries_t *tries, bool all, apr_pool_t *p);

/** The 16-byte id of the browser that sent `text`, if the account is known in it; else data is NULL. */
kf_err_t *kf_device_known(kf_bytes_t *id, const kf_flow_t *flow, const char *text, const char *account, apr_pool_t *p);

/** Marks the account as known in this browser: visit->new_device. */
kf_err_t *kf_device_remember(const kf_flow_t *flow, kf_visit_t *visit, const char *account, apr_pool_t *p);

/** An address in the form used for comparison: lower case, trimmed. NULL gives "". */
const char *kf_account_email(const char *typed, apr_pool_t *p);

/** The visit as a document: {ip, user_agent, request_id}. A user agent with invalid text becomes "". */
kf_err_t *kf_visit_json(const char **out, const kf_visit_t *visit, apr_pool_t *p);

/* A new link for a mail: the hash to store, and the token sealed for the mail's row. */
typedef struct {
    kf_uuid_t mail;
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    const char *sealed;
} kf_link_t;

kf_err_t *kf_account_link(kf_link_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *purpose,
                          apr_pool_t *p);

/** The person of an address; *found = false if there is none. */
kf_err_t *kf_account_find(bool *found, kf_staff_row_t *out, const kf_flow_t *flow, const char *email, apr_pool_t *p);

/** The row of the member. KF_E_UNAUTHORIZED if they are gone. */
kf_err_t *kf_account_own(kf_staff_row_t *out, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p);

/* A password that was typed again to confirm an act. */
typedef struct {
    const char *field, *password;
} kf_again_t;

/** The same after checking that password: KF_E_CREDENTIALS of the field, KF_E_RATE_LIMITED. */
kf_err_t *kf_account_confirm(kf_staff_row_t *out, const kf_flow_t *flow, const kf_member_t *member,
                             const kf_again_t *again, apr_pool_t *p);

/** Opens the secret of a person's authenticator app into `out`; the caller wipes it. */
kf_err_t *kf_account_totp(uint8_t *out, size_t size, const kf_flow_t *flow, const kf_staff_row_t *row, apr_pool_t *p);

/** The place of that secret, for its additional data. */
const char *kf_account_totp_place(const kf_uuid_t *tenant, const kf_uuid_t *staff, apr_pool_t *p);

/** A member as an actor of the audit log. */
kf_actor_t kf_member_actor(const kf_member_t *member);

/** Runs a statement that returns a document, on behalf of the member. */
kf_err_t *kf_member_doc(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                        const kf_stmt_t *stmt, const kf_arg_t *args, apr_pool_t *p);

#endif
