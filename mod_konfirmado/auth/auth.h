#ifndef KFM_AUTH_AUTH_H
#define KFM_AUTH_AUTH_H
/*
 * Who is signed in, and what they may do.
 *
 * The gate (gate.c) closes every row of the route table that asks for a role,
 * whatever httpd's configuration says:
 *
 *     API key (Authorization: Bearer kfk_...) or session cookie
 *     -> on a business's own host: one of its people, or nobody
 *     -> role or scope (403), suspended business (403 read_only)
 *     -> a change with a session: same origin, CSRF token (403), JSON or a form (415)
 *     -> call->who, the business made the call's tenant
 *
 * Who is not signed in gets 401; a browser is sent to the sign-in instead.
 *
 * The CSRF token of a form is its field `csrf`, in urlencoded and in multipart
 * forms alike; X-CSRF-Token is taken in its place. The gate looks at it before the
 * handler runs, so no handler can forget to.
 *
 * The same judgement stands behind AuthType Konfirmado, `Require konfirmado-role`,
 * `Require konfirmado-tenant` and AuthBasicProvider konfirmado (authn.c), for
 * locations that are not Konfirmado's own.
 */
#include "flow/person/sessions.h"
#include "http/call.h"

/** The hooks and providers of this room, and the gate. */
void kfm_auth_register(apr_pool_t *p);

/* What is known of a request that somebody signed. */
typedef struct {
    kfm_who_t who;             /* first: call->who points here */
    const kf_session_t *session; /* NULL: an API key */
} kfm_signed_t;

/**
 * Reads the key or the cookie and asks the database. *out is NULL when nobody is signed in, or
 * somebody of another business than the host's. KF_E_UNAVAILABLE, KF_E_TIMEOUT, KF_E_INTERNAL.
 */
kf_err_t *kfm_auth_find(const kfm_signed_t **out, kfm_call_t *call);

/** Makes whoever was found the call's: who and tenant. */
kf_err_t *kfm_auth_adopt(kfm_call_t *call, const kfm_signed_t *found);

/** The session behind call->who; NULL: an API key, or an open row. */
const kf_session_t *kfm_auth_session(const kfm_call_t *call);

/** Where the request comes from, for the acts of flow/person/accounts.h and flow/person/sessions.h. */
kf_visit_t *kfm_auth_visit(kfm_call_t *call);

/** The browser keeps what an act gave it to be known by (visit->new_device), if it gave any. */
kf_err_t *kfm_auth_keep_device(kfm_call_t *call, const kf_visit_t *visit);

/** The member that acts; only in rows of role KFM_MEMBER, or with a session. */
kf_member_t *kfm_auth_member(kfm_call_t *call);

/**
 * Somebody has just signed in: the browser gets the cookie, the call its who and tenant; the token is
 * wiped. On the host of another business than theirs the sign-in ends at once: KF_E_CREDENTIALS.
 */
kf_err_t *kfm_auth_enter(kfm_call_t *call, kf_login_t *login);

/** The browser forgets its session. */
void kfm_auth_cookie_clear(kfm_call_t *call);

/**
 * True if the text is the CSRF token of the call's session; NULL is not. For handlers that take a
 * token in another way than the gate does.
 */
kf_err_t *kfm_csrf_check(kfm_call_t *call, const char *value);

/** `next` if it is a path of the dashboard, else the dashboard itself. */
const char *kfm_auth_next(const char *next);

#endif
