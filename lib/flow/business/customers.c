#include "flow/business/customers.h"

#include "flow/once.h"
#include "repo/once.h"
#include "text/validate.h"

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;
    const char *email;
} wish_t;

typedef kf_err_t *act_fn(const char **json, kf_db_t *db, const wish_t *wish, apr_pool_t *p);

static kf_err_t *take_out(const char **json, kf_db_t *db, const wish_t *wish, apr_pool_t *p)
{
    return kf_repo_doc(json, db, &kf_doc_customer_export,
                       (const kf_arg_t[]){KF_UUID(wish->tenant), KF_TEXT(wish->email)}, p);
}

kf_err_t *kf_flow_customer_erase_in(const char **json, kf_db_t *db, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                                    const char *email, apr_pool_t *p)
{
    const char **words;

    /* read them first: erasing the customer deletes these identifiers */
    KF_TRY(kf_repo_customer_keys(&words, db, tenant, email, p));
    KF_TRY(kf_repo_doc(json, db, &kf_doc_customer_erase, (const kf_arg_t[]){KF_UUID(tenant), KF_TEXT(email)}, p));
    return kf_flow_once_forget(db, keys, tenant, words, p);
}

static kf_err_t *forget(const char **json, kf_db_t *db, const wish_t *wish, apr_pool_t *p)
{
    return kf_flow_customer_erase_in(json, db, wish->flow->keys, wish->tenant, wish->email, p);
}

/* In one transaction, also for a suspended business. */
static kf_err_t *in_transaction(const char **json, kf_db_t *db, act_fn *act, const wish_t *wish, apr_pool_t *p)
{
    KF_TRY(kf_db_begin(db, p));
    KF_TRY(kf_flow_actor_reads(db, wish->tenant, wish->actor, p));
    KF_TRY(act(json, db, wish, p));
    return kf_db_commit(db, p);
}

static kf_err_t *run(const char **json, act_fn *act, const wish_t *wish, apr_pool_t *p)
{
    const kf_db_source_t *source = wish->flow->db;
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(source->take(&db, source->baton, p));
    err = in_transaction(json, db, act, wish, p);
    source->give(db, source->baton); /* rolls back what is open */
    return err;
}

kf_err_t *kf_flow_customer_export(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                  const kf_actor_t *actor, const char *email, apr_pool_t *p)
{
    return run(json, take_out, &(wish_t){flow, tenant, actor, kf_email_stored(email, p)}, p);
}

kf_err_t *kf_flow_customer_erase(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                 const kf_actor_t *actor, const char *email, apr_pool_t *p)
{
    return run(json, forget, &(wish_t){flow, tenant, actor, kf_email_stored(email, p)}, p);
}
