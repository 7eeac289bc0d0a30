#ifndef KF_FLOW_PERSON_ACCOUNTS_H
#define KF_FLOW_PERSON_ACCOUNTS_H
/*
 * Accounts of merchants: what a person can do before signing in, and what they
 * change about themselves afterwards. See also flow/person/sessions.h,
 * flow/person/second_factor.h and flow/person/staff.h.
 *
 * Nothing here reveals whether an address has an account: registering, asking for
 * a link, inviting and signing in answer a known address like an unknown one, and
 * take as long. Only the mail differs. A request for a link is recorded for every
 * address alike; the background work makes the link if there is an account.
 *
 * Attempts are counted in the database before a password is hashed or a mail is
 * written: 5 in 15 minutes for an account, 20 for an IP address. Beyond
 * that it is KF_E_RATE_LIMITED, and visit->retry_after_s says how long to wait. A
 * browser that has signed in to an account before, or chosen its password by a
 * link, has 5 attempts of its own for that account, which strangers cannot use up.
 *
 * Passwords and tokens are never copied into errors or logs; copies made here are
 * wiped. The caller wipes its own copies.
 *
 * Mails are rows, written with the act; their links contain the token that
 * is sealed in the row: /dashboard/verify, /dashboard/reset, /dashboard/invitation
 * with ?token=. A link is good for one act of one purpose, once.
 */
#include "crypto/token.h"
#include "flow/flow.h"

#define KF_TOKEN_VERIFY "verify"    /* audiences of the tokens in mails, and their purposes */
#define KF_TOKEN_RESET "reset"
#define KF_TOKEN_INVITE "invite"

#define KF_DEVICE_S (400 * 86400)

/* Where a request comes from. */
typedef struct {
    const char *ip;         /* of the client, after trusted proxies */
    const char *user_agent; /* may be NULL; cut at 300 characters */
    const char *request_id; /* for the audit log; may be NULL */
    const char *device;     /* the new_device that an earlier act gave this browser; may be NULL */
    int retry_after_s;      /* set with KF_E_RATE_LIMITED */
    const char *new_device; /* set by signing in and by a new password: the browser keeps it for KF_DEVICE_S */
} kf_visit_t;

/* The signed-in person who acts. */
typedef struct {
    kf_uuid_t tenant, staff;
    kf_uuid_t session;      /* their current session */
    const char *name;       /* in the audit log: the person's address */
    const char *called;     /* their display name, for mails; NULL or empty: none */
    kf_visit_t *visit;
} kf_member_t;

typedef struct {
    const char *business;   /* 2 to 100 characters */
    const char *email, *password;
    const char *language;   /* "es" or "en", of the business and of the person */
} kf_register_wish_t;

/**
 * Registers a new business with its owner, not verified yet, and mails the link. An address that has an
 * account gets a mail that says so. An address that was never verified gets another link: each link carries
 * the data of its own registration, and the one that is followed counts. KF_E_INVALID with every bad field
 * ("business", "email", "password"), KF_E_RATE_LIMITED, KF_E_NO_REGISTRATION.
 */
kf_err_t *kf_flow_register(const kf_flow_t *flow, kf_visit_t *visit, const kf_register_wish_t *wish, apr_pool_t *p);

/**
 * Verifies the address: the link of a registration's mail, followed by a person who knows its password. A stranger
 * who registered the address does not get the mail, and the address's owner does not know a stranger's password.
 * KF_E_TOKEN_WRONG: unknown, used or older than 24 hours. KF_E_CREDENTIALS of "password": not that registration's.
 * KF_E_RATE_LIMITED.
 */
kf_err_t *kf_flow_verify_email(const kf_flow_t *flow, kf_visit_t *visit, const char *token, const char *password,
                               apr_pool_t *p);

/** Sends the first mail again, if the address is not verified yet. KF_E_INVALID ("email"), KF_E_RATE_LIMITED. */
kf_err_t *kf_flow_resend_verification(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p);

/** Mails a link for a new password, if the address has an account. Same errors. */
kf_err_t *kf_flow_forgot_password(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p);

/**
 * What opens the account besides the password, for the holder of that link: {"second_factor",
 * "second_factor_since", "api_keys":[...]}, the keys as in flow/person/staff.h, and only for an owner.
 * KF_E_TOKEN_WRONG.
 */
kf_err_t *kf_flow_reset_look(const char **json, const kf_flow_t *flow, const char *token, apr_pool_t *p);

typedef struct {
    const char *token, *password;
    bool end_keys;          /* every API key of the business ends too, if the person is an owner */
} kf_reset_wish_t;

/**
 * Sets a new password by that link, which is valid for 30 minutes; ends every session and verifies the
 * address. The second factor stays: a mail alone does not remove it. *json: what kf_flow_reset_look()
 * returns then, with "changed": true and "api_keys_ended". KF_E_TOKEN_WRONG, KF_E_INVALID ("password").
 */
kf_err_t *kf_flow_reset_password(const char **json, const kf_flow_t *flow, kf_visit_t *visit,
                                 const kf_reset_wish_t *wish, apr_pool_t *p);

typedef struct {
    const char *token;      /* of the invitation's mail, 7 days */
    const char *name;       /* of the person */
    const char *password;
} kf_accept_wish_t;

/**
 * Accepts an invitation; the person signs in afterwards. KF_E_TOKEN_WRONG, KF_E_INVALID ("name", "password"),
 * KF_E_CONFLICT of "email": the address has an account with another business.
 */
kf_err_t *kf_flow_accept_invitation(const kf_flow_t *flow, kf_visit_t *visit, const kf_accept_wish_t *wish,
                                    apr_pool_t *p);

/** Declines and deletes an invitation. KF_E_TOKEN_WRONG. */
kf_err_t *kf_flow_refuse_invitation(const kf_flow_t *flow, kf_visit_t *visit, const char *token, apr_pool_t *p);

/* What a page may show before the link is used. */
typedef struct {
    const char *email, *business, *language;
} kf_link_view_t;

/** Looks at a token without using it; `purpose` is a KF_TOKEN_*. KF_E_TOKEN_WRONG. */
kf_err_t *kf_flow_link_look(kf_link_view_t *out, const kf_flow_t *flow, const char *purpose, const char *token,
                            apr_pool_t *p);

/**
 * The person changes their password; ends all their other sessions. KF_E_CREDENTIALS of "current_password",
 * KF_E_INVALID ("password"), KF_E_RATE_LIMITED.
 */
kf_err_t *kf_flow_change_password(const kf_flow_t *flow, const kf_member_t *member, const char *current,
                                  const char *password, apr_pool_t *p);

/** Changes the person's own name and language; NULL keeps one. KF_E_INVALID ("name", "language"). */
kf_err_t *kf_flow_change_profile(const kf_flow_t *flow, const kf_member_t *member, const char *name,
                                 const char *language, apr_pool_t *p);

#endif
