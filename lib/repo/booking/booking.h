#ifndef KF_REPO_BOOKING_H
#define KF_REPO_BOOKING_H
/*
 * Holds and bookings: one function of the database for each act. The database
 * refuses; its refusals come back as errors with their code and field.
 */
#include <stdbool.h>

#include "crypto/token.h"
#include "db/db.h"
#include "money/money.h"

typedef struct {
    kf_uuid_t claim;
    const char *link;
    kf_uuid_t service;
    const kf_uuid_t *professional; /* NULL = any */
    kf_instant_t start;
    const uint8_t *token_hash;     /* KF_TOKEN_HASH_BYTES */
    const uint8_t *replaces;       /* the hash of the former hold of the same browser, or NULL */
    const uint8_t *frame;          /* the hash of the name of the frame it is made in, or NULL */
    const char *return_url;        /* where the customer returns to; NULL: as `replaces`, or the business's own */
    int ttl_s;
    const char *zone;              /* the customer's, or NULL */
    kf_instant_t after;            /* a calendar must have been read since; 0: now */
    int64_t address, network;      /* keyed hashes of the browser's address; 0: unknown */
    int bounds[5];                 /* holds of an address, of a network, per cent of a day, bits of the first proof,
                                      seconds before the details */
    int work;                      /* bits of the proof that was sent */
    bool details;                  /* the customer's details come in the same transaction: no proof is needed */
} kf_hold_ask_t;

typedef struct {
    kf_uuid_t claim, professional;
    const char *professional_name;
    kf_instant_t start, end, expires_at;
    kf_money_t price, charge;
} kf_hold_t;

/** The columns of the SQL functions that make a hold, and the reader of their one row. */
#define KF_HOLD_COLS \
    "claim_id, professional_id, professional_name, slot_start, slot_end, expires_at, price_cents, charge_cents, currency"
void kf_repo_hold_row(kf_hold_t *out, const kf_db_res_t *res, apr_pool_t *p);

kf_err_t *kf_repo_hold_create(kf_hold_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_hold_ask_t *ask,
                              apr_pool_t *p);

kf_err_t *kf_repo_hold_release(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *claim,
                               const uint8_t *token_hash, apr_pool_t *p);

/* What the details step shows of a hold. */
typedef struct {
    kf_uuid_t claim;
    const char *link, *service_id, *professional_id;
    const char *service_name, *professional_name, *professional_zone, *customer_zone;
    kf_instant_t start, end, expires_at, now;
    bool live;            /* the time is still held */
    kf_money_t price, charge;
    const char *policy;   /* JSON: the rules for cancelling and moving (text/policy.h) */
    bool booked;          /* it became a booking: `booking` */
    kf_uuid_t booking;
} kf_hold_view_t;

/** *found is false if no hold has this token. */
kf_err_t *kf_repo_hold_read(kf_hold_view_t *out, bool *found, kf_db_t *db, const kf_uuid_t *tenant,
                            const uint8_t *token_hash, apr_pool_t *p);

typedef struct {
    kf_uuid_t booking, attempt, claim;
    const uint8_t *token_hash;
    const char *name, *email, *phone, *notes, *language, *zone;
    const char *return_url; /* NULL: the hold's */
    kf_instant_t after;     /* as in a hold */
    const char *more;       /* added by a caller of the API: a JSON object {metadata}, or NULL */
    bool mail;              /* the operator has a server for mails */
} kf_booking_ask_t;

/* A booking with the data needed to send its payer to the provider. */
typedef struct {
    kf_uuid_t booking;
    const char *status;
    kf_money_t price, charge;
    kf_instant_t start, end, expires_at;
    const char *reference;     /* NULL: nothing to pay */
    const char *service_name, *customer_name, *customer_email, *customer_phone, *return_url;
    const char *provider, *mode, *public_key; /* mode: "test", "production" */
    const char *private_key_sealed, *integrity_secret_sealed, *events_secret_sealed;
} kf_started_t;

kf_err_t *kf_repo_booking_start(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_booking_ask_t *ask,
                                apr_pool_t *p);

typedef struct {
    kf_uuid_t booking, attempt;
    const uint8_t *token_hash;
    kf_instant_t after; /* as in a hold */
} kf_retry_ask_t;

kf_err_t *kf_repo_booking_retry(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_retry_ask_t *ask,
                                apr_pool_t *p);

/** The same by a link of the customer's mails: `token_hash` is that of a "view" token, which
 *  identifies the booking too. */
kf_err_t *kf_repo_visit_pay(kf_started_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_retry_ask_t *ask,
                            apr_pool_t *p);

typedef struct {
    bool found;
    kf_uuid_t booking;
    bool token_ok;
    const char *status, *payment;  /* payment: none, open, pending, declined, approved, refund_due, refunded */
    bool hold_alive;
    kf_instant_t hold_expires_at, now, start, end;
    const char *service_name, *professional_name, *professional_zone, *customer_zone;
    const char *customer_name, *customer_email, *language, *link, *return_url;
    const char *callback_secret_sealed; /* signs the return; NULL if there is none */
    kf_money_t price, charge;
    int64_t version;
    const char *service_id, *professional_id;
    bool mailed;                        /* a mail with links to it was sent to the customer, or is queued */
} kf_booking_view_t;

/** out->found is false if the tenant has no such booking. `token_hash` may be NULL. */
kf_err_t *kf_repo_booking_read(kf_booking_view_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                               const uint8_t *token_hash, apr_pool_t *p);

/** The payer came back with a transaction id: schedules an early reading. */
kf_err_t *kf_repo_payment_returned(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking, const char *tx,
                                   apr_pool_t *p);

#endif
