#ifndef KFM_AUTH_AUTH_H
#define KFM_AUTH_AUTH_H
/*
 * Authentication and authorization.
 *
 * The gate (gate.c) checks every request to a row of the route table that requires
 * a role, whatever httpd's configuration says:
 *
 *     API key (Authorization: Bearer kfk_...) or session cookie
 *     -> on a business's own host: only its own people and keys
 *     -> sets call->who and the call's tenant
 *     -> role or scope (403)
 *     -> a change with a session: same origin, CSRF token (403), JSON or a form (415)
 *     -> a change in a suspended business (403 read_only)
 *
 * An unauthenticated request gets 401; a page redirects to the sign-in instead.
 *
 * The CSRF token of a form is its field `csrf`, in urlencoded and in multipart
 * forms; the header X-CSRF-Token may replace it. The gate checks it before the
 * handler runs, so no handler can forget to.
 *
 * The same authentication serves AuthType Konfirmado, `Require konfirmado-role`,
 * `Require konfirmado-tenant` and AuthBasicProvider konfirmado (authn.c), for
 * locations that are not Konfirmado's own.
 */
#include "flow/person/sessions.h"
#include "http/call.h"

/** Registers the gate, the hooks and the providers. */
void kfm_auth_register(apr_pool_t *p);

/* The identity of an authenticated request. */
typedef struct {
    kfm_who_t who;             /* first: call->who points here */
    const kf_session_t *session; /* NULL: an API key */
} kfm_signed_t;

/**
 * Reads the key or the cookie and looks it up in the database. *out is NULL if it is missing, invalid or
 * of another business than the host's. KF_E_UNAVAILABLE, KF_E_TIMEOUT, KF_E_INTERNAL.
 */
kf_err_t *kfm_auth_find(const kfm_signed_t **out, kfm_call_t *call);

/** Sets the call's who and tenant to the identity found. KF_E_UNAUTHORIZED if its business no longer exists. */
kf_err_t *kfm_auth_adopt(kfm_call_t *call, const kfm_signed_t *found);

/** The session behind call->who; NULL: an API key, or an open row. */
const kf_session_t *kfm_auth_session(const kfm_call_t *call);

/** The client of the request (address, user agent, device), for flow/person/accounts.h and sessions.h. */
kf_visit_t *kfm_auth_visit(kfm_call_t *call);

/** Sets the device cookie to visit->new_device, if there is one. */
kf_err_t *kfm_auth_keep_device(kfm_call_t *call, const kf_visit_t *visit);

/** The member that acts; only in rows of role KFM_MEMBER, or with a session. */
kf_member_t *kfm_auth_member(kfm_call_t *call);

/**
 * Completes a sign-in: sets the session cookie and the call's who and tenant, and wipes the token. On the
 * host of another business it ends the session at once: KF_E_CREDENTIALS.
 */
kf_err_t *kfm_auth_enter(kfm_call_t *call, kf_login_t *login);

/** Deletes the session cookie. */
void kfm_auth_cookie_clear(kfm_call_t *call);

/**
 * KF_E_CSRF unless `value` (or NULL) is the CSRF token of the call's session; NULL without a session. For
 * handlers that receive the token in another way than the gate does.
 */
kf_err_t *kfm_csrf_check(kfm_call_t *call, const char *value);

/** `next` if it is a path of the dashboard, else the dashboard itself. */
const char *kfm_auth_next(const char *next);

#endif
