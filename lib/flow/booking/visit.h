#ifndef KF_FLOW_BOOKING_VISIT_H
#define KF_FLOW_BOOKING_VISIT_H
/*
 * The customer's way to a booking, by the links in their mails.
 *
 * A link holds a token with one purpose: "view" may be used any number of times, until
 * some weeks after the appointment; "move" and "cancel" once, while the booking stands;
 * "reminders" any number of times. The token is the only authorization: there is no
 * account and no cookie. Opening a link changes nothing.
 *
 * Documents are the database's (kf.visit_doc), as text in the pool given.
 */
#include "flow/booking/booking.h"

/** The audience of the tokens. */
#define KF_TOKEN_VISIT "visit"

typedef enum {
    KF_VISIT_OPEN,
    KF_VISIT_UNKNOWN, /* no such token, or another business's host */
    KF_VISIT_WRONG,   /* of another purpose */
    KF_VISIT_USED,
    KF_VISIT_OVER     /* too late, or the booking no longer allows it */
} kf_visit_state_t;

typedef struct {
    kf_visit_state_t state;
    kf_uuid_t tenant, booking; /* not with UNKNOWN */
    const char *token, *purpose;
    const char *doc;           /* OPEN: the booking, else NULL */
    const char *end;           /* WRONG, USED, OVER: what the page may say about it, else NULL */
} kf_visit_t;

/** `host`: the host's tenant, or NULL on the platform's host. `purpose`: the page's purpose. Changes nothing. */
kf_err_t *kf_flow_visit_open(kf_visit_t *out, const kf_flow_t *flow, const kf_uuid_t *host, const char *token,
                             const char *purpose, apr_pool_t *p);

/**
 * Counts an attempt to name a booking's address, from any client: 5 in 15 minutes, as for sign-ins.
 * *wait_s: seconds until the next attempt is allowed; 0: now. kf_flow_visit_begin() gives a successful attempt back.
 */
kf_err_t *kf_flow_visit_try(int *wait_s, const kf_flow_t *flow, const kf_visit_t *visit, apr_pool_t *p);

/**
 * Leads from the page that shows a booking to one that changes it: a short-lived token for `purpose`
 * ("move", "cancel"), for a visitor who knows the booking's address. KF_E_INVALID with field email,
 * KF_E_TOKEN_WRONG, KF_E_CONFLICT.
 */
kf_err_t *kf_flow_visit_begin(char act[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                              const char *purpose, const char *email, apr_pool_t *p);

typedef struct {
    kf_instant_t start;
    const kf_uuid_t *professional; /* NULL: the same */
} kf_visit_move_t;

/**
 * Moves the booking; `view` gets a new token to view it. Reads calendars first where it must.
 * KF_E_SLOT_UNAVAILABLE, KF_E_SLOT_INVALID, KF_E_DAY_FULL, KF_E_CALENDAR_UNREADABLE, KF_E_CONFLICT
 * (field status, moves, until), KF_E_INVALID (professional), KF_E_TOKEN_WRONG.
 */
kf_err_t *kf_flow_visit_move(char view[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                             const kf_visit_move_t *wish, apr_pool_t *p);

typedef struct {
    int64_t expected_cents; /* the refund, as the page showed it */
    const char *reason;     /* may be NULL */
} kf_visit_cancel_t;

/** KF_E_PRECONDITION: the refund is another amount now, and nothing was done. KF_E_CONFLICT, KF_E_TOKEN_WRONG. */
kf_err_t *kf_flow_visit_cancel(char view[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                               const kf_visit_cancel_t *wish, apr_pool_t *p);

/** Switches reminders on or off, with a token for "view" or "reminders". */
kf_err_t *kf_flow_visit_reminders(const kf_flow_t *flow, const kf_visit_t *visit, bool on, apr_pool_t *p);

/** Starts one more attempt to pay a pending booking, as kf_flow_pay_again(). Reads calendars first where it must, and calls
 *  the provider for the checkout: KF_E_PROVIDER as kf_flow_checkout(). */
kf_err_t *kf_flow_visit_pay(kf_booked_t *out, const kf_flow_t *flow, const kf_visit_t *visit, const char *origin,
                            apr_pool_t *p);

#endif
