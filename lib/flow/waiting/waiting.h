#ifndef KF_FLOW_WAITING_WAITING_H
#define KF_FLOW_WAITING_WAITING_H
/*
 * The waiting list for days without free times. A place counts once its owner has
 * confirmed it by a mail. When a time becomes free it is kept for the first person on
 * the list for ten minutes, and they are told by mail; after that anybody may take it,
 * and the next ones are told so. The links of those mails hold tokens: one to confirm
 * and to leave the list, one to take the offered time. Opening a link changes nothing.
 */
#include "flow/booking/booking.h"

/** The audience of the tokens. */
#define KF_TOKEN_WAITING "waiting"

typedef struct {
    const char *link, *service, *professional; /* professional: id, NULL or "any" */
    const char *day;                           /* YYYY-MM-DD, in `zone` */
    const char *name, *email, *language, *zone;
    const char *ip;                            /* the browser's address */
} kf_waiting_wish_t;

/**
 * Asks for a place, which must then be confirmed; a repeat changes nothing. Reports every bad field at once: name,
 * email; from the database: link, service, professional, day, timezone. KF_E_CONFLICT: the day has free times.
 * KF_E_RATE_LIMITED: that address or its network asked for too many places (flow->hold_address,
 * flow->hold_network) within a day.
 */
kf_err_t *kf_flow_waiting_join(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_waiting_wish_t *wish,
                               apr_pool_t *p);

typedef enum {
    KF_WAITING_OPEN,
    KF_WAITING_UNKNOWN, /* no such token, or another business's host, or of the other kind */
    KF_WAITING_USED,    /* left, or taken */
    KF_WAITING_OVER     /* the day or the offer is over */
} kf_waiting_state_t;

typedef struct {
    kf_waiting_state_t state;
    kf_uuid_t tenant; /* not with UNKNOWN */
    const char *token;
    const char *doc;  /* the database's; NULL with UNKNOWN, or if there is nothing to show */
} kf_waiting_t;

/** `kind`: "leave" or "offer". `host` as in kf_flow_visit_open(). Changes nothing. */
kf_err_t *kf_flow_waiting_open(kf_waiting_t *out, const kf_flow_t *flow, const kf_uuid_t *host, const char *token,
                               const char *kind, apr_pool_t *p);

/** With a token of the kind "leave"; may be repeated. KF_E_TOKEN_WRONG; KF_E_CONFLICT: the day's list is full. */
kf_err_t *kf_flow_waiting_confirm(const kf_flow_t *flow, const kf_waiting_t *waiting, apr_pool_t *p);

/** KF_E_TOKEN_WRONG. */
kf_err_t *kf_flow_waiting_leave(const kf_flow_t *flow, const kf_waiting_t *waiting, apr_pool_t *p);

/** Turns the offered time into an ordinary hold. KF_E_TOKEN_WRONG, KF_E_HOLD_EXPIRED. */
kf_err_t *kf_flow_waiting_take(kf_held_t *out, const kf_flow_t *flow, const kf_waiting_t *waiting,
                               apr_pool_t *p);

#endif
