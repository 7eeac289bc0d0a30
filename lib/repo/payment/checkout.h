#ifndef KF_REPO_PAYMENT_CHECKOUT_H
#define KF_REPO_PAYMENT_CHECKOUT_H
/* Checkouts that a provider makes by a call: what the call says, and what came of it. */
#include "db/db.h"
#include "money/money.h"

/* An attempt of a booking that is not paid, with its account. */
typedef struct {
    const char *reference;    /* NULL: nothing is to be paid now */
    kf_money_t amount;
    kf_instant_t expires_at;
    const char *return_url;   /* of the first call: all calls are equal */
    const char *checkout_url; /* NULL: not known yet */
    const char *service_name, *language, *customer_name, *customer_email, *customer_phone;
    const char *provider, *mode, *public_key; /* mode: "test", "production" */
    const char *private_key_sealed, *integrity_secret_sealed, *events_secret_sealed;
} kf_checkout_row_t;

/** The newest attempt of a booking, before a call. `return_url`: where the payer comes back to, if this is the first. */
kf_err_t *kf_repo_checkout_begin(kf_checkout_row_t *out, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                 const char *return_url, apr_pool_t *p);

typedef struct {
    const char *provider, *reference;
    const char *id, *url; /* the provider's */
} kf_checkout_made_t;

/** Stores a checkout unless its attempt has one. *url: the one that is stored; NULL: nothing is to be paid any more. */
kf_err_t *kf_repo_checkout_stored(const char **url, kf_db_t *db, const kf_uuid_t *tenant, const kf_checkout_made_t *made,
                                  apr_pool_t *p);

#endif
