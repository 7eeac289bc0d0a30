#ifndef KF_FLOW_PERSON_ACCOUNTS_INT_H
#define KF_FLOW_PERSON_ACCOUNTS_INT_H
/*
 * What the acts of accounts, sessions, the second factor and staff share:
 * private to lib/flow.
 */
#include "crypto/hash.h"
#include "flow/admin.h"
#include "flow/person/accounts.h"
#include "repo/account.h"

/* What is tried: each has its own count. */
#define KF_TRIES_LOGIN "login"
#define KF_TRIES_MAIL "mail"          /* whatever sends a mail to an address that somebody typed */
#define KF_TRIES_RESET "reset"        /* but a link to a new password: nothing else may use its tries up */
#define KF_TRIES_VERIFY "verify"      /* the password of a registration, by who has its link */
#define KF_TRIES_PASSWORD "password"  /* the password once more, of who is signed in */

/* One try, as the database counts it: keyed hashes of the account and of the client's net, or in the place of
 * both of a browser that the account is known in. */
typedef struct {
    uint8_t account[KF_SHA256_BYTES], address[KF_SHA256_BYTES];
} kf_tries_t;

/** Counts a try. KF_E_RATE_LIMITED, with visit->retry_after_s. */
kf_err_t *kf_tries_count(kf_tries_t *out, const kf_flow_t *flow, kf_visit_t *visit, const char *kind,
                         const char *account, apr_pool_t *p);

/** It was no failure; `all`: the account's failures before it are forgotten. */
kf_err_t *kf_tries_give_back(const kf_flow_t *flow, const kf_tries_t *tries, bool all, apr_pool_t *p);

/** A name for the browser that brought `text`, of 16 bytes, if the account is known in it; else data is NULL. */
kf_err_t *kf_device_known(kf_bytes_t *id, const kf_flow_t *flow, const char *text, const char *account, apr_pool_t *p);

/** The account is known in this browser from now on: visit->new_device. */
kf_err_t *kf_device_remember(const kf_flow_t *flow, kf_visit_t *visit, const char *account, apr_pool_t *p);

/** An address as it is compared: lower case, nothing around it. NULL gives "". */
const char *kf_account_email(const char *typed, apr_pool_t *p);

/** The visit as a document: {ip, user_agent, request_id}. A user agent that is no clean text is "". */
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

/** The row of who acts. KF_E_UNAUTHORIZED if they are gone. */
kf_err_t *kf_account_own(kf_staff_row_t *out, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p);

/* Where a password was typed once more. */
typedef struct {
    const char *field, *password;
} kf_again_t;

/** The same, and it was the right password: KF_E_CREDENTIALS of the field, KF_E_RATE_LIMITED. */
kf_err_t *kf_account_confirm(kf_staff_row_t *out, const kf_flow_t *flow, const kf_member_t *member,
                             const kf_again_t *again, apr_pool_t *p);

/** Opens the secret of a person's app into `out`; the caller wipes it. */
kf_err_t *kf_account_totp(uint8_t *out, size_t size, const kf_flow_t *flow, const kf_staff_row_t *row, apr_pool_t *p);

/** Where that secret is sealed. */
const char *kf_account_totp_place(const kf_uuid_t *tenant, const kf_uuid_t *staff, apr_pool_t *p);

/** A member as the audit log tells of them. */
kf_actor_t kf_member_actor(const kf_member_t *member);

/** Runs a statement that gives a document, on behalf of the member. */
kf_err_t *kf_member_doc(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                        const kf_stmt_t *stmt, const kf_arg_t *args, apr_pool_t *p);

#endif
