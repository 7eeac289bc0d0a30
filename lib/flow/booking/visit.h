#ifndef KF_FLOW_BOOKING_VISIT_H
#define KF_FLOW_BOOKING_VISIT_H
/*
 * The customer's own way to a booking, by the links in their mails.
 *
 * A link holds a token of one purpose: "view" may be used again and again, until
 * some weeks after the appointment; "move" and "cancel" once, as long as the
 * booking stands; "reminders" as often as one likes. The token is the right:
 * there is no account and no cookie. Opening a link changes nothing.
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
    KF_VISIT_OVER     /* too late, or the booking does not allow it any more */
} kf_visit_state_t;

typedef struct {
    kf_visit_state_t state;
    kf_uuid_t tenant, booking; /* not with UNKNOWN */
    const char *token, *purpose;
    const char *doc;           /* OPEN: the booking, else NULL */
    const char *end;           /* WRONG, USED, OVER: what the page may say of it, else NULL */
} kf_visit_t;

/** `host`: the tenant of the host, or NULL on the platform's. `purpose`: what the page is for. Changes nothing. */
kf_err_t *kf_flow_visit_open(kf_visit_t *out, const kf_flow_t *flow, const kf_uuid_t *host, const char *token,
                             const char *purpose, apr_pool_t *p);

/**
 * Counts a try to name a booking's address, whoever makes it: 5 in 15 minutes, like those of sign-ins.
 * *wait_s: seconds until the next one, 0: now. A try that succeeds is given back by kf_flow_visit_begin().
 */
kf_err_t *kf_flow_visit_try(int *wait_s, const kf_flow_t *flow, const kf_visit_t *visit, apr_pool_t *p);

/**
 * From the page that shows a booking to one that changes it: a short-lived token for `purpose`
 * ("move", "cancel"), for who knows the booking's address. KF_E_INVALID with field email,
 * KF_E_TOKEN_WRONG, KF_E_CONFLICT.
 */
kf_err_t *kf_flow_visit_begin(char act[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                              const char *purpose, const char *email, apr_pool_t *p);

typedef struct {
    kf_instant_t start;
    const kf_uuid_t *professional; /* NULL: the same */
} kf_visit_move_t;

/**
 * Moves the booking; `view` is a new token to look at it. Reads calendars first where it must.
 * KF_E_SLOT_UNAVAILABLE, KF_E_SLOT_INVALID, KF_E_DAY_FULL, KF_E_CALENDAR_UNREADABLE, KF_E_CONFLICT
 * (field status, moves, until), KF_E_INVALID (professional), KF_E_TOKEN_WRONG.
 */
kf_err_t *kf_flow_visit_move(char view[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                             const kf_visit_move_t *wish, apr_pool_t *p);

typedef struct {
    int64_t expected_cents; /* what goes back, as it was shown */
    const char *reason;     /* may be NULL */
} kf_visit_cancel_t;

/** KF_E_PRECONDITION: another amount goes back now, nothing was done. KF_E_CONFLICT, KF_E_TOKEN_WRONG. */
kf_err_t *kf_flow_visit_cancel(char view[KF_TOKEN_CHARS + 1], const kf_flow_t *flow, const kf_visit_t *visit,
                               const kf_visit_cancel_t *wish, apr_pool_t *p);

/** Reminders on or off, by a token of "view" or "reminders". */
kf_err_t *kf_flow_visit_reminders(const kf_flow_t *flow, const kf_visit_t *visit, bool on, apr_pool_t *p);

/** One more attempt to pay a pending booking, as kf_flow_pay_again(). Reads calendars first where it must. */
kf_err_t *kf_flow_visit_pay(kf_booked_t *out, const kf_flow_t *flow, const kf_visit_t *visit, const char *origin,
                            apr_pool_t *p);

#endif
