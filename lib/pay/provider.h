#ifndef KF_PAY_PROVIDER_H
#define KF_PAY_PROVIDER_H
/*
 * Payment providers behind one interface.
 *
 * A provider is a table of pure functions: they build requests and read
 * answers, but make no calls. The caller decides when a request runs and who runs
 * it (a job, the command). Nothing here moves a booking: a provider's
 * message is a fact about an attempt.
 *
 * What is trusted:
 *   - the payer's return to our site proves nothing;
 *   - a verified event is only a reason to ask: not all providers sign it as
 *     a whole, its reference included;
 *   - the answer to tx_request or find_request, asked with the tenant's private
 *     key, is the truth. The caller still compares reference, amount and
 *     currency with its own row before anything moves.
 * States are not monotonic: approved may become voided, and a declined attempt may be
 * followed by an approved one with the same reference.
 *
 * Amounts are kf_money_t: integer minor units and an ISO currency.
 * All results live in the pool that was given. Secrets never appear in errors.
 */
#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/setting.h"
#include "money/money.h"
#include "net/http.h"
#include "time/instant.h"

typedef enum { KF_PAY_TEST, KF_PAY_PROD } kf_pay_mode_t;
/** "test", "prod". */
const char *kf_pay_mode_text(kf_pay_mode_t mode);

/* -- a tenant's account at a provider -- */

typedef struct kf_pay_account_t {
    const char *provider;         /* its name in the registry */
    kf_pay_mode_t mode;
    const char *public_key;       /* the four below: NULL if the provider has none */
    const char *private_key;
    const char *integrity_secret;
    const char *events_secret;
    const void *settings;         /* the operator's, of the provider's own type; NULL = none */
    int64_t amount_min;           /* minor units one payment may have; 0 = the provider's own */
    int64_t amount_max;
} kf_pay_account_t;

/* One of the four keys, as a provider declares it. Its texts are in the provider's catalogue. */
typedef struct kf_pay_key_t {
    const char *name;             /* the member in documents and forms */
    size_t at;                    /* offset of its member in kf_pay_account_t */
    bool secret;                  /* never shown again */
    const char *prefix[2];        /* by kf_pay_mode_t: it identifies the mode; the same for both: it does not */
    const char *other[2];         /* a second prefix by mode; NULL: none */
    const char *shown, *help;     /* placeholder and help of the option of konfirmadoctl */
} kf_pay_key_t;

/* -- starting a payment -- */

typedef struct kf_pay_order_t {
    const char *reference;        /* ours, new for each attempt, [A-Za-z0-9_-], at most 255 */
    int key_n;                    /* which idempotency key of the reference: 0, then one more after each next_key */
    kf_money_t amount;
    int has_expiry;
    kf_instant_t expires_at;      /* after it no payment may be started */
    const char *redirect_url;     /* where the payer returns to; no query */
    const char *language;         /* the payer's, "es" or "en"; NULL: unknown */
    const char *customer_email;   /* the rest may be NULL */
    const char *customer_name;
    const char *customer_phone;   /* E.164 */
    const char *description;
} kf_pay_order_t;

typedef struct kf_pay_started_t {
    const char *checkout_url;     /* send the payer here; NULL: run `request` first */
    kf_http_req_t request;        /* valid only if checkout_url is NULL */
    const char *provider_id;      /* the provider's id of the checkout, NULL if none yet */
    int again_ms;                 /* after an error of create_parse: repeat the same request after so long; 0: do not */
    int next_key;                 /* the same, at once and with the next key: the provider keeps a failure under this one */
} kf_pay_started_t;

/* -- a payment as the provider returned it -- */

typedef enum {
    KF_PAY_TX_PENDING,            /* also any state we do not know: ask again */
    KF_PAY_TX_APPROVED,
    KF_PAY_TX_DECLINED,
    KF_PAY_TX_VOIDED,
    KF_PAY_TX_ERROR
} kf_pay_tx_status_t;
/** "pending", "approved", "declined", "voided", "error". */
const char *kf_pay_tx_status_text(kf_pay_tx_status_t status);

/* How a refund stands. */
typedef enum {
    KF_PAY_REFUND_DONE,
    KF_PAY_REFUND_PENDING,        /* accepted: read the transaction (void) until it says so, or wait */
    KF_PAY_REFUND_UNSUPPORTED,    /* by hand: a task for the merchant */
    KF_PAY_REFUND_FAILED,         /* rejected by the provider: a task for the merchant */
    KF_PAY_REFUND_RETRY,          /* nothing was done: the same request again, later */
    KF_PAY_REFUND_UNKNOWN         /* may have been done: read the transaction before a repeat */
} kf_pay_refund_state_t;
/** "done", "pending", "unsupported", "failed", "retry", "unknown". */
const char *kf_pay_refund_text(kf_pay_refund_state_t state);

/* A refund as it was read with its transaction; only with KF_PAY_CAN_READ_REFUND. */
typedef struct kf_pay_given_t {
    const char *id, *reference;   /* reference: ours, of this refund; NULL: the merchant made it elsewhere */
    kf_pay_refund_state_t state;  /* DONE, PENDING or FAILED */
    kf_money_t amount;
} kf_pay_given_t;

typedef struct kf_pay_tx_t {
    const char *id;
    const char *reference;
    kf_pay_tx_status_t status;
    const char *status_raw;       /* the provider's own word */
    kf_money_t amount;
    const char *method;           /* the provider's own word, "CARD"; "" if not given */
    int can_void;                 /* refund_request can void the whole amount */
    const char *status_message;   /* NULL if none; from the provider, not for the payer */
    const kf_pay_given_t *given;  /* array of `n_given` */
    int n_given;
} kf_pay_tx_t;

typedef enum {
    KF_PAY_GOT,                   /* `count` transactions, 1 or more */
    KF_PAY_NONE,                  /* the provider knows no such transaction */
    KF_PAY_RETRY,                 /* no usable answer: ask again later */
    KF_PAY_KEYS,                  /* the keys were rejected: tell the tenant */
    KF_PAY_REFUSED                /* the request is invalid: repeating is useless */
} kf_pay_verdict_t;
/** "got", "none", "retry", "keys", "refused". */
const char *kf_pay_verdict_text(kf_pay_verdict_t verdict);

typedef struct kf_pay_answer_t {
    kf_pay_verdict_t verdict;
    const kf_pay_tx_t *tx;        /* array of `count` */
    int count;
    int retry_after_s;            /* 0 = not given */
    const char *message;          /* for the log and the dashboard; NULL when got */
} kf_pay_answer_t;

/* -- events (webhooks) -- */

/** The value of a request header by its name in any case, NULL if absent. */
typedef const char *kf_pay_header_fn(void *baton, const char *name);

typedef struct kf_pay_delivery_t {
    const char *body;             /* as received, byte for byte */
    size_t body_len;
    kf_pay_header_fn *header;
    void *header_baton;
    kf_instant_t now;
} kf_pay_delivery_t;

typedef struct kf_pay_event_t {
    int about_tx;                 /* 0: genuine but of no interest; only `type` is set */
    const char *type;             /* the provider's name for it */
    const char *tx_id;            /* signed */
    const char *reference;        /* NOT always signed: use it to find a row, never to pay it */
    kf_pay_tx_status_t status;
    const char *status_raw;
    kf_money_t amount;
    kf_pay_mode_t environment;
    kf_instant_t occurred_at;
    const char *dedupe_key;       /* equal for repeats of one event of one account */
} kf_pay_event_t;

/* -- refunding -- */

/* Which of a provider's ways. A void may be requested again without harm; a second refund request pays twice, unless
   refunds are read (KF_PAY_CAN_READ_REFUND). */
typedef enum { KF_PAY_BY_VOID, KF_PAY_BY_REFUND } kf_pay_way_t;

typedef struct kf_pay_give_t {
    const kf_pay_tx_t *tx;        /* freshly read */
    kf_money_t amount;
    const char *reference;        /* ours, of this refund */
    int asked;                    /* 1: a refund was requested before, and its answer may be lost */
} kf_pay_give_t;

typedef struct kf_pay_refund_t {
    kf_pay_refund_state_t state;
    kf_pay_way_t way;
    const char *provider_id;      /* the provider's id of the refund; NULL if none */
    int keys_refused;             /* 1: failed because the keys were rejected */
    int retry_after_s;
    const char *message;          /* NULL if none */
} kf_pay_refund_t;

/* -- testing keys -- */

typedef struct kf_pay_test_t {
    int ok;
    int retry;                    /* 1: the provider did not answer; says nothing about the keys */
    const char *field;            /* the key at fault ("private_key"), NULL if ok or unknown */
    const char *message;          /* NULL if ok */
    const char *merchant;         /* the provider's name for the account; NULL if not given */
} kf_pay_test_t;

/* -- the provider -- */

typedef enum {
    KF_PAY_CAN_CREATE_LOCAL = 1,  /* create needs no request */
    KF_PAY_CAN_VOID = 2,          /* some payments can be voided whole */
    KF_PAY_CAN_REFUND_PART = 4,
    KF_PAY_CAN_READ_REFUND = 8    /* a transaction is read with its refunds, so a lost answer can be looked up */
} kf_pay_caps_t;

typedef struct kf_pay_provider_t {
    const char *name;
    unsigned caps;                /* kf_pay_caps_t */
    const kf_pay_key_t *keys;     /* what an account is made of */
    size_t n_keys;
    kf_settings_t settings;
    const char *currency;         /* the only one that it takes; NULL: any */
    int64_t amount_min;           /* the smallest payment of a new account, in minor units */
    int test_steps;               /* requests that together test the keys */

    /**
     * KF_E_INVALID with field ("amount", "reference", ...) for an order that cannot be paid. An equal order makes an equal
     * request, under a key of its reference: however often it is run, the provider makes one checkout.
     */
    kf_err_t *(*create)(kf_pay_started_t *out, const kf_pay_account_t *account,
                        const kf_pay_order_t *order, apr_pool_t *p);
    /** The answer to `request` of create: URL and id, or KF_E_PROVIDER. NULL with KF_PAY_CAN_CREATE_LOCAL. */
    kf_err_t *(*create_parse)(kf_pay_started_t *out, const kf_http_res_t *res, apr_pool_t *p);

    /**
     * Verifies, then reads. KF_E_UNAUTHORIZED: checksum, environment or time is
     * wrong (the same for all, so that a sender learns nothing); KF_E_MALFORMED:
     * not an event at all; KF_E_TOO_LARGE.
     */
    kf_err_t *(*event_verify)(kf_pay_event_t *out, const kf_pay_account_t *account,
                              const kf_pay_delivery_t *delivery, apr_pool_t *p);

    /** One transaction by the provider's id (may come from a payer), or that of a checkout by its id. KF_E_INVALID: no such id. */
    kf_err_t *(*tx_request)(kf_http_req_t *out, const kf_pay_account_t *account, const char *id,
                            apr_pool_t *p);
    /** All transactions of one of our references. */
    kf_err_t *(*find_request)(kf_http_req_t *out, const kf_pay_account_t *account,
                              const char *reference, apr_pool_t *p);
    /** The answer to either; there is always a verdict. */
    void (*tx_parse)(kf_pay_answer_t *out, const kf_http_res_t *res, apr_pool_t *p);

    /**
     * Builds a refund: out->way, and out->state KF_PAY_REFUND_UNSUPPORTED,
     * KF_PAY_REFUND_DONE (refunded already), KF_PAY_REFUND_UNKNOWN (requested
     * before), KF_PAY_REFUND_PENDING or FAILED (read with the transaction), all
     * without a request, or KF_PAY_REFUND_RETRY: run `req` and pass the answer to
     * refund_parse. KF_E_INVALID if it is more than was paid.
     */
    kf_err_t *(*refund_request)(kf_pay_refund_t *out, kf_http_req_t *req,
                                const kf_pay_account_t *account, const kf_pay_give_t *give,
                                apr_pool_t *p);
    /** Reads the answer for out->way = `way`. */
    void (*refund_parse)(kf_pay_refund_t *out, kf_pay_way_t way, const kf_http_res_t *res,
                         apr_pool_t *p);

    /** Step 0 to test_steps - 1 of testing the keys; good only if all are. */
    kf_err_t *(*test_request)(kf_http_req_t *out, const kf_pay_account_t *account, int step,
                              apr_pool_t *p);
    void (*test_parse)(kf_pay_test_t *out, int step, const kf_http_res_t *res, apr_pool_t *p);
} kf_pay_provider_t;

/** The provider of that name, NULL if there is none. */
const kf_pay_provider_t *kf_pay_provider_find(const char *name);
/** The i-th provider, NULL after the last. The first is the default. */
const kf_pay_provider_t *kf_pay_provider_at(int i);

/** The key of that name; NULL: the provider has none. */
const kf_pay_key_t *kf_pay_key_find(const kf_pay_provider_t *provider, const char *name);
/** The member of `account` that holds `key`. */
const char **kf_pay_key(kf_pay_account_t *account, const kf_pay_key_t *key);

/**
 * Determines the environment of the keys. KF_E_INVALID, one per bad field ("public_key", ...), if a key is missing,
 * malformed or of another environment than the rest. Ignores `account->mode`.
 */
kf_err_t *kf_pay_account_check(kf_pay_mode_t *mode, const kf_pay_provider_t *provider, const kf_pay_account_t *account,
                               apr_pool_t *p);

#endif
