#ifndef KF_REPO_PAYMENT_ACCOUNT_H
#define KF_REPO_PAYMENT_ACCOUNT_H
/* A tenant's payment accounts and secrets. Every secret passed in is sealed already. */
#include "repo/operator/admin.h"

typedef struct {
    const char *provider, *mode, *public_key;
    const char *private_key_sealed, *integrity_secret_sealed, *events_secret_sealed;
    const char *hook; /* for a new account; an existing one keeps its own */
} kf_account_row_t;

/** Sets the account and makes it the active one; `*hook` is the hook id in force. */
kf_err_t *kf_repo_account_put(const char **hook, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_account_row_t *row, apr_pool_t *p);
/** The smallest amount that the account takes, in minor units. */
kf_err_t *kf_repo_account_limit(kf_db_t *db, const kf_uuid_t *tenant, const char *provider,
                                const char *mode, int64_t min_cents, apr_pool_t *p);
/** Documents without the sealed secrets. */
kf_err_t *kf_repo_account_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                               apr_pool_t *p);

/** The active account, sealed; `*found` is false if there is none. `hook` is not read. */
kf_err_t *kf_repo_account_active(bool *found, kf_account_row_t *out, kf_db_t *db, const kf_uuid_t *tenant,
                                 apr_pool_t *p);
/** Stores the provider's verdict on its keys: "ok", "unreachable", "refused" or the name of the bad key. */
kf_err_t *kf_repo_account_tested(kf_db_t *db, const kf_uuid_t *tenant, const char *provider, const char *mode,
                                 const char *result, apr_pool_t *p);

typedef struct {
    const kf_uuid_t *endpoint; /* NULL: the first one */
    const kf_uuid_t *id;
    const char *sealed;
    int overlap_s;             /* how long the former secrets stay valid */
} kf_secret_put_t;

/** Adds a new secret for callbacks to an endpoint. KF_E_NOT_FOUND. */
kf_err_t *kf_repo_callback_secret_add(kf_db_t *db, const kf_uuid_t *tenant, const kf_secret_put_t *put,
                                      apr_pool_t *p);

/* One sealed text, for key rotation. */
typedef struct {
    const char *what; /* private_key, integrity_secret, events_secret, callback_secret */
    const char *ref;  /* "PROVIDER/test"; for a callback secret its id */
    const char *sealed;
} kf_secret_row_t;

/** Rows of kf_secret_row_t. */
kf_err_t *kf_repo_secrets(apr_array_header_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                          apr_pool_t *p);
/** `*done` is false if the stored text is no longer `row->sealed`: it was changed meanwhile. */
kf_err_t *kf_repo_secret_replace(bool *done, kf_db_t *db, const kf_uuid_t *tenant,
                                 const kf_secret_row_t *row, const char *sealed, apr_pool_t *p);

#endif
