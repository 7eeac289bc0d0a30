#ifndef KF_REPO_WORK_H
#define KF_REPO_WORK_H
/*
 * Background work: due rows, leased for a while, and their results.
 *
 * A lease is the only lock: the worker that claims a row has it until the lease ends,
 * then another may claim it. So a result may arrive never, late or twice, and the
 * functions of the database handle all three. Rows come from all tenants, in turn.
 */
#include <stdbool.h>

#include "db/db.h"
#include "db/row.h"
#include "money/money.h"

#define KF_WORK_LEASE_S 60 /* unless a queue has its own */

/*
 * A queue: the statement that leases rows, and how to read one. Its arguments are the limit,
 * the lease in seconds, then those named with the queue.
 */
typedef struct {
    kf_stmt_t stmt;
    kf_shape_t row;
} kf_lease_t;

/* A lease whose answer was lost expires: asking again is harmless. */
#define KF_LEASE KF_STMT_REPEATABLE

/* A tenant's account at a provider; `mode` is NULL if there is none. */
typedef struct {
    const char *provider, *mode, *public_key;
    const char *private_key_sealed, *integrity_secret_sealed, *events_secret_sealed;
} kf_account_row_t;

/* -- events of providers -- */

typedef struct {
    kf_uuid_t event; /* id for the row if it is new */
    const char *provider, *dedupe_key, *tx, *reference, *status;
    const char *body;
    size_t body_len;
} kf_event_t;

typedef struct {
    kf_uuid_t tenant;
    kf_account_row_t account;
    kf_instant_t now; /* the database's clock */
} kf_hook_row_t;

/** The account behind a hook id. *found is false if there is none. */
kf_err_t *kf_repo_hook_find(kf_hook_row_t *out, bool *found, kf_db_t *db, const char *hook,
                            apr_pool_t *p);

/** *stored is false if the event was stored already. */
kf_err_t *kf_repo_event_store(bool *stored, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_event_t *event, apr_pool_t *p);

/* -- queues -- */

typedef struct {
    kf_uuid_t tenant, event;
    const char *tx, *reference;
    int attempts; /* this one counted */
    kf_account_row_t account;
} kf_event_row_t;

typedef struct {
    kf_uuid_t tenant, attempt;
    const char *reference, *tx_hint; /* tx_hint: the transaction that the payer's browser named, or NULL */
    kf_account_row_t account;
} kf_poll_row_t;

typedef struct {
    kf_uuid_t tenant, refund;
    const char *tx;
    kf_money_t amount;
    int attempts;    /* this one counted */
    bool once;       /* not a void: marked by this lease, so that it is requested once */
    bool asked;      /* an earlier lease marked it */
    const char *ref; /* the provider's id of the refund, or NULL */
    kf_account_row_t account;
} kf_refund_row_t;

typedef struct {
    kf_uuid_t tenant;
    const char *id, *facts, *url; /* facts: JSON */
    const char *body;             /* NULL at the first sending */
    size_t body_len;
    const char **secrets; /* sealed, newest first; NULL-terminated */
    kf_instant_t now;     /* the database's clock */
} kf_message_row_t;

extern const kf_lease_t kf_lease_events;   /* of kf_event_row_t */
extern const kf_lease_t kf_lease_polls;    /* of kf_poll_row_t */
extern const kf_lease_t kf_lease_refunds;  /* of kf_refund_row_t */
/* Of kf_message_row_t. $3: how many at a time per tenant, over all its endpoints; one per booking and endpoint. */
extern const kf_lease_t kf_lease_messages;

/** Ends holds and bookings whose time is over, at most `limit` of each kind; *n: how many. */
kf_err_t *kf_repo_work_sweep(int *n, kf_db_t *db, int limit, apr_pool_t *p);

/* -- results -- */

/** Done (`retry_s` = 0), or to be retried after so many seconds. */
kf_err_t *kf_repo_event_result(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *event,
                               const char *outcome, int retry_s, apr_pool_t *p);

typedef struct {
    int found;         /* transactions of the attempt */
    bool pending;      /* one of them is not final */
    const char *error; /* NULL if the provider answered */
} kf_poll_result_t;

kf_err_t *kf_repo_poll_result(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *attempt,
                              const kf_poll_result_t *result, apr_pool_t *p);

typedef struct {
    const char *result; /* "done", "pending", "manual", "retry", "unsure": kf.refund_result */
    const char *ref;    /* the provider's id of the refund, or NULL */
    const char *error;
} kf_refund_result_t;

kf_err_t *kf_repo_refund_result(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *refund,
                                const kf_refund_result_t *result, apr_pool_t *p);

/* A transaction as read from the provider, with the tenant's key. */
typedef struct {
    kf_uuid_t payment; /* id for the row if it is new */
    const char *provider, *tx, *reference;
    const char *status; /* PENDING, APPROVED, DECLINED, VOIDED, ERROR */
    kf_money_t amount;
    const char *method;
    bool can_void;
    const char *source; /* "event", "poll", "refund" */
    const char *mode;   /* "test" or "production": of the account that was asked */
} kf_payment_fact_t;

/** The one place where money moves. *outcome: applied, refund_due, ... Repeating is harmless. */
kf_err_t *kf_repo_payment_apply(const char **outcome, kf_db_t *db, const kf_uuid_t *tenant,
                                const kf_payment_fact_t *fact, apr_pool_t *p);

/** Stores the bytes of a message; bytes stored earlier stay. */
kf_err_t *kf_repo_message_body(kf_db_t *db, const kf_uuid_t *tenant, const char *message,
                               const char *body, size_t len, apr_pool_t *p);

typedef struct {
    int status; /* 0: no answer */
    int latency_ms;
    const char *remote_ip, *error; /* NULL if none */
    const char *answer;
    size_t answer_len;
    int retry_after_s;
    int jitter_ppm; /* -200000 to 200000 */
} kf_sent_t;

/** *state: done, due, dead. */
kf_err_t *kf_repo_message_result(const char **state, kf_db_t *db, const kf_uuid_t *tenant,
                                 const char *message, const kf_sent_t *sent, apr_pool_t *p);

#endif
