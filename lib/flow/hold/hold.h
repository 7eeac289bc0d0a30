#ifndef KF_FLOW_HOLD_HOLD_H
#define KF_FLOW_HOLD_HOLD_H
/*
 * A customer holds a time.
 *
 * A hold's token (43 characters) is made here and handed out once. It is the
 * authorization for the hold and later for the booking made from it. An id alone
 * authorizes nothing.
 *
 * Functions with a `db` argument run on the caller's connection, so that they
 * can be part of its transaction (flow/once.h). Those that take a time refuse
 * with KF_E_CALENDAR_STALE while a provider's calendar must be read first.
 */
#include "flow/hold/offer.h"
#include "repo/booking/booking.h"

/** The audience of a hold's and a booking's token. */
#define KF_TOKEN_BOOKING "booking"
/** The audience of the name of a frame on another site: it identifies the frame's former hold and nothing else. */
#define KF_TOKEN_FRAME "frame"

typedef struct {
    const char *link, *service, *professional; /* professional: id, NULL or "any" */
    kf_instant_t start;
    const char *zone;     /* the customer's zone, or NULL */
    const char *replaces; /* the token of the former hold of the same browser, or NULL */
    const char *frame;    /* the name of the frame it is made in, or NULL: another former hold to replace */
    const char *return_url; /* where the customer returns to; NULL: as before, or the business's own */
    kf_instant_t after;   /* a calendar must have been read since (flow/once.h); 0: now */
    const char *ip;       /* the browser's address; NULL: not counted */
    const char *work;     /* a proof of work (flow/hold/holder.h), or NULL */
    bool details;         /* the customer's details come in the same transaction */
} kf_hold_wish_t;

typedef struct {
    kf_hold_t hold;
    char token[KF_TOKEN_CHARS + 1];
    const char *challenge; /* with KF_E_WORK_REQUIRED: the challenge to solve; else NULL */
} kf_held_t;

/**
 * KF_E_SLOT_UNAVAILABLE, KF_E_SLOT_INVALID, KF_E_DAY_FULL, KF_E_LINK_*, KF_E_INVALID with its field,
 * KF_E_CALENDAR_UNREADABLE, KF_E_TOO_MANY_HOLDS, KF_E_WORK_REQUIRED (with out->challenge). The field is
 * return_url if its origin is not in the business's list.
 */
kf_err_t *kf_flow_hold(kf_held_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                       const kf_hold_wish_t *wish, apr_pool_t *p);

/** KF_E_NOT_FOUND, KF_E_TOKEN_WRONG, KF_E_CONFLICT (it is a booking already). */
kf_err_t *kf_flow_release(const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *claim,
                          const char *token, apr_pool_t *p);

/** The hold of a token; *found = false if there is none. */
kf_err_t *kf_flow_hold_view(kf_hold_view_t *out, bool *found, const kf_flow_t *flow, const kf_uuid_t *tenant,
                            const char *token, apr_pool_t *p);

/** Makes a hold and takes it back at once, to show what it would be. Errors as kf_flow_hold(). */
kf_err_t *kf_flow_hold_preview(kf_hold_view_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const kf_hold_wish_t *wish, apr_pool_t *p);

#endif
