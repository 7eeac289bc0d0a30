#ifndef KF_FLOW_PERSON_SESSIONS_H
#define KF_FLOW_PERSON_SESSIONS_H
/*
 * Sign-in, and the credentials of a request: a session's token or an API key.
 *
 * A session's token is 256 random bits, handed out once; the database has its
 * hash. A session ends 30 minutes after its last use, 12 hours after its start,
 * at sign-out, and with a new password. Each request is checked in the database:
 * a person who was disabled or signed out is out at the next request.
 *
 * An API key is "kfk_" and 43 characters; it has scopes and no person.
 */
#include "flow/person/accounts.h"

#define KF_TOKEN_SESSION "session"
#define KF_TOKEN_API_KEY "api-key"
#define KF_API_KEY_PREFIX "kfk_"
#define KF_API_KEY_CHARS (4 + KF_TOKEN_CHARS)
#define KF_SESSION_MAX_S (12 * 3600)   /* the longest life of a session */
#define KF_SESSION_IDLE_S (30 * 60)
#define KF_CSRF_CHARS 43
#define KF_TICKET_S 300                /* the life of a ticket */

/* A person, as their row is now. Texts live in the pool of the call. */
typedef struct {
    kf_uuid_t tenant, staff;
    bool owner;             /* else staff */
    bool second_factor;     /* is on */
    bool suspended;         /* the business: read only */
    const char *name;       /* may be "" */
    const char *email, *language;
} kf_person_t;

typedef struct {
    kf_person_t person;
    kf_uuid_t session;
    char csrf[KF_CSRF_CHARS + 1]; /* the token in this session's forms, derived from the session's token */
} kf_session_t;

typedef struct {
    const kf_uuid_t *tenant; /* the host's tenant; NULL: the platform's. Other tenants' people are unknown there */
    const char *email, *password;
    const char *ticket;     /* instead of both: from an earlier answer that asked for a code */
    const char *code;       /* six digits of the app or a recovery code; NULL or "" if none was given */
} kf_login_wish_t;

typedef struct {
    char token[KF_TOKEN_CHARS + 1];  /* the session's; wipe it once it is sent */
    kf_session_t session;
    const char *ticket;     /* with KF_E_SECOND_FACTOR, else NULL: the password was right */
    int codes_left;         /* recovery codes left, if one was used now; else -1 */
} kf_login_t;

/**
 * Starts a new session. KF_E_CREDENTIALS (unknown, disabled, invited or wrong password: all alike; of "ticket":
 * it has expired), KF_E_NOT_VERIFIED (the password is right), KF_E_SECOND_FACTOR (without a field: a code is
 * needed, and out->ticket is set; of "code": it was wrong or used), KF_E_RATE_LIMITED.
 *
 * A ticket replaces the password in one sign-in, for KF_TICKET_S, and ends when that password changes. A wrong
 * code counts as an attempt on the account in every case.
 */
kf_err_t *kf_flow_login(kf_login_t *out, const kf_flow_t *flow, kf_visit_t *visit, const kf_login_wish_t *wish,
                        apr_pool_t *p);

/**
 * The same check without a session, for AuthType Basic: a person with a second factor cannot sign in
 * this way (KF_E_SECOND_FACTOR).
 */
kf_err_t *kf_flow_password_check(kf_person_t *out, const kf_flow_t *flow, kf_visit_t *visit, const char *email,
                                 const char *password, apr_pool_t *p);

/** Finds a session and records its use. KF_E_UNAUTHORIZED: none, ended, or not shaped like a token. */
kf_err_t *kf_flow_session_use(kf_session_t *out, const kf_flow_t *flow, const char *token, apr_pool_t *p);

/** The CSRF token of a session's token, with its NUL. */
kf_err_t *kf_session_csrf(char out[KF_CSRF_CHARS + 1], const char *token, apr_pool_t *p);

/** Whether a text from a request is the session's CSRF token; NULL is not. */
bool kf_session_csrf_ok(const kf_session_t *session, const char *text);

/** Ends the member's session. */
kf_err_t *kf_flow_logout(const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p);

/**
 * The person's live sessions: {"items":[{"id","ip","user_agent","created_at","seen_at","expires_at",
 * "current"}]}, most recently used first.
 */
kf_err_t *kf_flow_session_list(const char **json, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p);

/** Ends one of the person's own sessions. KF_E_NOT_FOUND. */
kf_err_t *kf_flow_session_revoke(const kf_flow_t *flow, const kf_member_t *member, const kf_uuid_t *session,
                                 apr_pool_t *p);

typedef struct {
    kf_uuid_t tenant, key;
    bool suspended;
    const char *name;
    const char *const *scopes; /* NULL-terminated */
} kf_api_key_t;

/** Finds an API key. KF_E_UNAUTHORIZED: none, revoked, expired, or not shaped like a key. */
kf_err_t *kf_flow_api_key_use(kf_api_key_t *out, const kf_flow_t *flow, const char *key, apr_pool_t *p);

#endif
