#ifndef KF_FLOW_CALENDAR_CONNECT_H
#define KF_FLOW_CALENDAR_CONNECT_H
/*
 * A professional connects a calendar of theirs: an invitation, the provider's
 * consent page, the choice of calendars. Nobody is signed in: the invitation's token
 * is the authorization. It is valid for seven days, until a calendar is connected with it.
 *
 *     invite -> view -> begin -> (the provider) -> back -> choice -> finish
 *
 * The consent is bound three times: by `state` (256 bits, 10 minutes, single use), by
 * a cookie of the browser that began, and by the PKCE verifier, which never leaves this
 * server unsealed. State and browser are checked in the database before any call to the
 * provider. A mismatch of any kind is KF_E_TOKEN_WRONG, and nothing is stored. Calls to
 * the provider are made while a person waits, so they have 15 seconds in all, and no
 * database connection is held meanwhile.
 *
 * Tokens and codes never appear in errors or logs; secrets opened here are wiped.
 */
#include "crypto/token.h"
#include "flow/admin.h"

#define KF_TOKEN_CONNECT "connect"             /* audiences: of the invitation's link, */
#define KF_TOKEN_OAUTH_STATE "oauth_state"     /* of the state sent to the provider and back, */
#define KF_TOKEN_OAUTH_BROWSER "oauth_browser" /* and of the browser's cookie */

#define KF_MAX_CALENDARS 250       /* of an account, shown to choose from */
#define KF_MAX_CALENDARS_READ 50   /* of them, whose busy times are read */
#define KF_CONNECT_BROWSER_S 7200 /* how long the browser keeps that cookie: consent and choice */

/* -- the merchant -- */

typedef struct {
    const kf_uuid_t *professional;
    const char *email, *language; /* of the mail; NULL or "": no mail, the business's language */
} kf_connect_wish_t;

typedef struct {
    const char *url;  /* the whole link: shown once, wiped with the pool */
    const char *json; /* {"expires_at", "mailed"} */
} kf_connect_invited_t;

/**
 * Makes a new invitation, in an open transaction of an act that changes something (flow/admin.h); former
 * ones end. KF_E_NOT_FOUND, KF_E_INVALID ("email", "language"), KF_E_CONFLICT: no provider is configured.
 */
kf_err_t *kf_flow_connect_invite(kf_connect_invited_t *out, const kf_flow_t *flow, kf_db_t *db,
                                 const kf_uuid_t *tenant, const kf_connect_wish_t *wish, apr_pool_t *p);

/**
 * Reads a professional's calendar now: {"readable", "read_at", "error", "busy": the number of busy times in
 * the next 7 days}. A calendar that cannot be read is not an error: `readable` is false. KF_E_NOT_FOUND: no
 * such professional, or no connected calendar.
 */
kf_err_t *kf_flow_connect_try(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                              const kf_uuid_t *professional, apr_pool_t *p);

/* -- the professional -- */

/** "https://accounts.example", where a browser is sent for consent; NULL: no provider is configured. */
const char *kf_flow_connect_origin(const kf_flow_t *flow, apr_pool_t *p);

typedef enum { KF_CONNECT_OPEN, KF_CONNECT_USED, KF_CONNECT_EXPIRED } kf_connect_state_t;

typedef struct {
    kf_uuid_t tenant, invitation, professional;
    const char *name;     /* of the professional */
    const char *business, *language;
    kf_instant_t expires_at;
    kf_connect_state_t state;
    bool connected;       /* the professional has a calendar connected now */
} kf_connect_view_t;

/** Looks an invitation up. KF_E_TOKEN_WRONG: there is none. */
kf_err_t *kf_flow_connect_view(kf_connect_view_t *out, const kf_flow_t *flow, const char *token, apr_pool_t *p);

typedef struct {
    const char *url;                   /* the provider's; it holds the state */
    char browser[KF_TOKEN_CHARS + 1];  /* for the browser's cookie; the caller wipes it */
} kf_connect_begun_t;

/** Begins a consent. KF_E_TOKEN_WRONG: the invitation is not open; KF_E_CONFLICT: no provider. */
kf_err_t *kf_flow_connect_begin(kf_connect_begun_t *out, const kf_flow_t *flow, const kf_connect_view_t *view,
                                const char *token, const char *lang, apr_pool_t *p);

/* What the provider sent back with the browser; all but `provider` may be NULL. */
typedef struct {
    const char *provider; /* of the address that it came back to */
    const char *state, *browser, *code, *error;
} kf_connect_back_t;

typedef enum {
    KF_CONNECT_GRANTED,     /* choose the calendars */
    KF_CONNECT_DENIED,      /* the person declined */
    KF_CONNECT_NO_BUSY,     /* a box was not ticked: for busy times, */
    KF_CONNECT_NO_LIST,     /* for the list of calendars, */
    KF_CONNECT_NO_EVENTS,   /* for events */
    KF_CONNECT_NO_REFRESH,  /* the provider gave no refresh token */
    KF_CONNECT_NO_CALENDAR, /* the account has none */
    KF_CONNECT_NO_ANSWER,   /* the provider did not answer properly: try again later */
    KF_CONNECT_APP          /* the operator's registration was refused */
} kf_connect_outcome_t;

typedef struct {
    kf_connect_outcome_t outcome;
    const char *token;      /* of the invitation, to go on with */
    const char *language;   /* of the business */
} kf_connect_result_t;

/** KF_E_TOKEN_WRONG: state and browser do not match a pending consent; nothing was stored. */
kf_err_t *kf_flow_connect_back(kf_connect_result_t *out, const kf_flow_t *flow, const kf_connect_back_t *back,
                               apr_pool_t *p);

/**
 * The calendars to choose from, for the browser that consented: {"id", "account_email", "calendars":
 * [{"id", "name", "time_zone", "primary", "may_write"}], ...}. Do not send it to a client as it is: it
 * contains the sealed tokens. KF_E_TOKEN_WRONG: nothing.
 */
kf_err_t *kf_flow_connect_choice(const char **json, const kf_flow_t *flow, const kf_connect_view_t *view,
                                 const char *browser, apr_pool_t *p);

typedef struct {
    const char *const *read; /* ids of calendars whose busy time counts; NULL-terminated */
    const char *write;       /* where bookings are written; NULL: nowhere */
} kf_connect_picked_t;

/**
 * Connects. The merchant's settings for a calendar that this one replaces are kept. *json: the calendar of the
 * professional as kf.calendar_get returns it. KF_E_INVALID ("read", "write"): not in the grant's list, none, more
 * than 50, or not writable; KF_E_TOKEN_WRONG: as above, or the invitation was used meanwhile.
 */
kf_err_t *kf_flow_connect_finish(const char **json, const kf_flow_t *flow, const kf_connect_view_t *view,
                                 const char *browser, const kf_connect_picked_t *picked, apr_pool_t *p);

#endif
