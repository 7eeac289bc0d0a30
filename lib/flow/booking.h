#ifndef KF_FLOW_BOOKING_H
#define KF_FLOW_BOOKING_H
/*
 * The customer's acts: hold a time, give their data, pay, come back.
 *
 * A hold's token (43 characters) is made here, handed out once, and gives the
 * right to the hold and later to the booking that it becomes. Ids alone give no
 * right to anything.
 *
 * Functions with a `db` argument run on the caller's connection, so that they
 * can be part of its transaction (flow/once.h). Those that take a time refuse
 * with KF_E_CALENDAR_STALE while a calendar elsewhere is to be read first.
 */
#include "flow/offer.h"
#include "repo/booking.h"

/** The audience of a hold's and booking's token. */
#define KF_TOKEN_BOOKING "booking"
/** And of the name of a frame on another site: it tells which hold is the frame's former one, and no more. */
#define KF_TOKEN_FRAME "frame"

/** The tenant that a token or booking id belongs to: `kind` is "token" or "booking". It must be the
 *  host's, if that is known. KF_E_NOT_FOUND. */
kf_err_t *kf_flow_owner(const kf_tenant_t **out, const kf_flow_t *flow, const kf_tenant_t *host_tenant,
                        const char *kind, const char *value, apr_pool_t *p);

typedef struct {
    const char *link, *service, *professional; /* professional: id, NULL or "any" */
    kf_instant_t start;
    const char *zone;     /* the customer's zone, or NULL */
    const char *replaces; /* the token of the former hold of the same browser, or NULL */
    const char *frame;    /* the name of the frame it is made in, or NULL: another former hold to replace */
    const char *return_url; /* where the customer goes back to, or NULL: the same as before, or the business's own */
    kf_instant_t after;   /* a calendar must have been read since (flow/once.h); 0: now */
    const char *ip;       /* where the browser is, or NULL: not counted */
    const char *work;     /* a proof of work (flow/holder.h), or NULL */
    bool details;         /* the customer's details come in the same transaction */
} kf_hold_wish_t;

typedef struct {
    kf_hold_t hold;
    char token[KF_TOKEN_CHARS + 1];
    const char *challenge; /* with KF_E_WORK_REQUIRED: what is to be solved; else NULL */
} kf_held_t;

/**
 * KF_E_SLOT_UNAVAILABLE, KF_E_SLOT_INVALID, KF_E_DAY_FULL, KF_E_LINK_*, KF_E_INVALID with its field,
 * KF_E_CALENDAR_UNREADABLE, KF_E_TOO_MANY_HOLDS, KF_E_WORK_REQUIRED (with out->challenge). The field
 * return_url: its origin is none that the business lists.
 */
kf_err_t *kf_flow_hold(kf_held_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                       const kf_hold_wish_t *wish, apr_pool_t *p);

/** KF_E_NOT_FOUND, KF_E_TOKEN_WRONG, KF_E_CONFLICT (it is a booking already). */
kf_err_t *kf_flow_release(const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *claim,
                          const char *token, apr_pool_t *p);

/** The hold of a token; *found = false if there is none. */
kf_err_t *kf_flow_hold_view(kf_hold_view_t *out, bool *found, const kf_flow_t *flow, const kf_uuid_t *tenant,
                            const char *token, apr_pool_t *p);

/* A customer's data as typed. kf_customer_check() brings it into the form that is stored. */
typedef struct {
    const char *name, *email, *phone, *notes;
    const char *language, *zone;
    bool accepted_terms;
} kf_customer_t;

/** Every bad field at once: name, email, phone, notes, accepted_terms, with `prefix` ("customer.") before. */
kf_err_t *kf_customer_check(kf_customer_t *customer, const kf_tenant_t *tenant, const char *prefix, apr_pool_t *p);

/* What a customer asks to book: `origin` is "https://host" of the pages they come back to. */
typedef struct {
    kf_uuid_t claim;
    const char *token, *origin;
    const kf_customer_t *customer;
    const char *return_url; /* where they go back to, or NULL: that of the hold */
    kf_instant_t after;     /* as of a hold */
    const char *more;       /* what a caller of the API adds, a JSON object {metadata}, or NULL */
} kf_book_wish_t;

typedef struct {
    kf_started_t row;
    const char *checkout_url; /* NULL: nothing to pay */
} kf_booked_t;

/** Where the payer goes for the attempt in out->row, signed with the tenant's own secret: out->checkout_url. */
kf_err_t *kf_flow_checkout(kf_booked_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *origin,
                           apr_pool_t *p);

/** KF_E_NOT_FOUND, KF_E_TOKEN_WRONG, KF_E_HOLD_EXPIRED, KF_E_NOT_PAYABLE, KF_E_INVALID (return_url),
 *  KF_E_EMAIL_UNCONFIRMED (then kf_flow_address_ask()). Repeating it is harmless. */
kf_err_t *kf_flow_book(kf_booked_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                       const kf_book_wish_t *wish, apr_pool_t *p);

/** What a hold would be, by one that is taken back at once. Errors as of kf_flow_hold(). */
kf_err_t *kf_flow_hold_preview(kf_hold_view_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const kf_hold_wish_t *wish, apr_pool_t *p);

typedef struct {
    const kf_hold_wish_t *hold;
    const kf_book_wish_t *book; /* claim, token and after are the hold's */
    kf_held_t held;             /* what comes of the first */
} kf_hold_and_book_t;

/** Both or neither, in one transaction. Errors of both. */
kf_err_t *kf_flow_hold_and_book(kf_booked_t *out, kf_hold_and_book_t *both, const kf_flow_t *flow, kf_db_t *db,
                                const kf_uuid_t *tenant, apr_pool_t *p);

typedef struct {
    kf_uuid_t booking;
    const char *token, *origin;
    kf_instant_t after; /* as of a hold */
} kf_again_wish_t;

/** One more attempt to pay a pending booking. KF_E_HOLD_EXPIRED, KF_E_NOT_PAYABLE, KF_E_TOKEN_WRONG. */
kf_err_t *kf_flow_pay_again(kf_booked_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_again_wish_t *wish, apr_pool_t *p);

/** A booking as its customer may see it; `token` may be NULL (then token_ok is false). KF_E_NOT_FOUND. */
kf_err_t *kf_flow_booking_view(kf_booking_view_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant,
                               const kf_uuid_t *booking, const char *token, apr_pool_t *p);

/** The payer came back and names a transaction (or NULL): have it read soon. */
kf_err_t *kf_flow_payer_returned(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                 const char *tx, apr_pool_t *p);

/** The address that a booking's customer goes back to, with ref, status=ok, ts and sig; NULL if there is none. It
 *  tells that the booking is paid, and not who comes: nobody's data may be shown for it. */
kf_err_t *kf_flow_return_url(const char **out, const kf_flow_t *flow, const kf_uuid_t *tenant,
                             const kf_booking_view_t *view, apr_pool_t *p);

/** The first page of the site that it leads to, for a booking that is not paid (any more); NULL as above. */
const char *kf_flow_return_site(const kf_booking_view_t *view, apr_pool_t *p);

#endif
