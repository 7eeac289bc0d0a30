#ifndef KF_FLOW_BOOKING_BOOKING_H
#define KF_FLOW_BOOKING_BOOKING_H
/*
 * The customer's acts: enter their data for a time that they hold, pay, return to the booking.
 *
 * `db` and KF_E_CALENDAR_STALE: as in flow/hold/hold.h.
 */
#include "flow/hold/hold.h"

/* A customer's data as typed. kf_customer_check() brings it into the form that is stored. */
typedef struct {
    const char *name, *email, *phone, *notes;
    const char *language, *zone;
    bool accepted_terms;
} kf_customer_t;

/** Reports every bad field at once: name, email, phone, notes, accepted_terms, with `prefix` ("customer.") before. */
kf_err_t *kf_customer_check(kf_customer_t *customer, const kf_tenant_t *tenant, const char *prefix, apr_pool_t *p);

/* What a customer asks to book: `origin` is "https://host" of the pages they come back to. */
typedef struct {
    kf_uuid_t claim;
    const char *token, *origin;
    const kf_customer_t *customer;
    const char *return_url; /* where they return to; NULL: the hold's address */
    kf_instant_t after;     /* as in kf_hold_wish_t */
    const char *more;       /* added by a caller of the API: a JSON object {metadata}, or NULL */
} kf_book_wish_t;

typedef struct {
    kf_started_t row;
    const char *checkout_url; /* NULL: nothing to pay, or the provider must be called: kf_flow_checkout() */
} kf_booked_t;

/** Sets out->checkout_url if the provider needs no call: the URL is signed with the tenant's own secret. Part of each act. */
kf_err_t *kf_flow_checkout_url(kf_booked_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *origin,
                               apr_pool_t *p);

/**
 * After an act and its commit, without a connection: calls the provider if there is something to pay and no URL yet. Then
 * there is a URL, or nothing is to be paid any more. KF_E_PROVIDER: no answer; the booking stands (flow/payment/checkout.h).
 */
kf_err_t *kf_flow_checkout(kf_booked_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *origin,
                           apr_pool_t *p);
/** The same for a booking of which only the id is known. */
kf_err_t *kf_flow_checkout_of(const char **url, const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                              const char *origin, apr_pool_t *p);

/** KF_E_NOT_FOUND, KF_E_TOKEN_WRONG, KF_E_HOLD_EXPIRED, KF_E_NOT_PAYABLE, KF_E_INVALID (return_url),
 *  KF_E_EMAIL_UNCONFIRMED (then kf_flow_address_ask()). Repeating it is harmless. */
kf_err_t *kf_flow_book(kf_booked_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                       const kf_book_wish_t *wish, apr_pool_t *p);

typedef struct {
    const kf_hold_wish_t *hold;
    const kf_book_wish_t *book; /* claim, token and after are the hold's */
    kf_held_t held;             /* the result of the hold */
} kf_hold_and_book_t;

/** Holds and books in one transaction: both happen or neither. Errors of both. */
kf_err_t *kf_flow_hold_and_book(kf_booked_t *out, kf_hold_and_book_t *both, const kf_flow_t *flow, kf_db_t *db,
                                const kf_uuid_t *tenant, apr_pool_t *p);

typedef struct {
    kf_uuid_t booking;
    const char *token, *origin;
    kf_instant_t after; /* as in kf_hold_wish_t */
} kf_again_wish_t;

/** Starts one more attempt to pay a pending booking. KF_E_HOLD_EXPIRED, KF_E_NOT_PAYABLE, KF_E_TOKEN_WRONG. */
kf_err_t *kf_flow_pay_again(kf_booked_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_again_wish_t *wish, apr_pool_t *p);

/** A booking as its customer may see it; `token` may be NULL (then token_ok is false). KF_E_NOT_FOUND. */
kf_err_t *kf_flow_booking_view(kf_booking_view_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant,
                               const kf_uuid_t *booking, const char *token, apr_pool_t *p);

/** The payer has returned; `tx` names a transaction or is NULL. Schedules an early reading of the payment. */
kf_err_t *kf_flow_payer_returned(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                 const char *tx, apr_pool_t *p);

/** The address that a booking's customer returns to, with ref, status=ok, ts and sig; NULL if there is none. It
 *  proves that the booking is paid but not who the visitor is: show no personal data because of it. */
kf_err_t *kf_flow_return_url(const char **out, const kf_flow_t *flow, const kf_uuid_t *tenant,
                             const kf_booking_view_t *view, apr_pool_t *p);

/** The start page of the site of that address, for a booking that is not (or no longer) paid; NULL as above. */
const char *kf_flow_return_site(const kf_booking_view_t *view, apr_pool_t *p);

#endif
