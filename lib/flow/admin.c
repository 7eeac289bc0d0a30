#include "flow/admin.h"

#include "json/encode.h"

#define ACTOR_BYTES 4096

static kf_err_t *set_actor(kf_db_t *db, const kf_uuid_t *tenant, const kf_actor_t *actor, bool writes, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 256, ACTOR_BYTES);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "kind", actor->kind);
    kf_json_str(&buf, "id", actor->id ? kf_uuid_text(actor->id, p) : NULL);
    kf_json_str(&buf, "name", actor->name);
    kf_json_str(&buf, "ip", actor->ip);
    kf_json_str(&buf, "request_id", actor->request_id);
    kf_json_close(&buf, '}');
    KF_TRY(kf_buf_check(&buf, "actor", p));
    return kf_repo_actor_set(db, tenant, kf_buf_text(&buf), writes, p);
}

kf_err_t *kf_flow_actor(kf_db_t *db, const kf_uuid_t *tenant, const kf_actor_t *actor, apr_pool_t *p)
{
    return set_actor(db, tenant, actor, true, p);
}

kf_err_t *kf_flow_actor_reads(kf_db_t *db, const kf_uuid_t *tenant, const kf_actor_t *actor, apr_pool_t *p)
{
    return set_actor(db, tenant, actor, false, p);
}

kf_err_t *kf_flow_doc_in(const char **json, kf_db_t *db, const kf_admin_act_t *act, apr_pool_t *p)
{
    if (act->writes) {
        KF_TRY(kf_flow_actor(db, act->tenant, act->actor, p));
    }
    KF_TRY(kf_repo_doc(json, db, act->stmt, act->args, p));
    return *json ? NULL : kf_err(p, KF_E_NOT_FOUND, "There is nothing with this id.");
}

static kf_err_t *in_transaction(kf_db_t *db, kf_admin_fn *fn, void *baton, apr_pool_t *p)
{
    kf_err_t *err;

    KF_TRY(kf_db_begin(db, p));
    err = fn(db, baton, p);
    if (err) {
        (void)kf_db_rollback(db, p); /* the first error says more than a failed rollback */
        return err;
    }
    return kf_db_commit(db, p);
}

typedef struct {
    const char **json;
    const kf_admin_act_t *act;
} doc_t;

static kf_err_t *doc_in(kf_db_t *db, void *baton, apr_pool_t *p)
{
    doc_t *doc = baton;

    return kf_flow_doc_in(doc->json, db, doc->act, p);
}

kf_err_t *kf_flow_doc_on(const char **json, kf_db_t *db, const kf_admin_act_t *act, apr_pool_t *p)
{
    doc_t doc = {json, act};

    return act->writes ? in_transaction(db, doc_in, &doc, p) : doc_in(db, &doc, p);
}

kf_err_t *kf_flow_doc(const char **json, const kf_flow_t *flow, const kf_admin_act_t *act, apr_pool_t *p)
{
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_flow_doc_on(json, db, act, p));
}

kf_err_t *kf_flow_admin_in(kf_db_t *db, const kf_admin_acts_t *acts, apr_pool_t *p)
{
    KF_TRY(kf_flow_actor(db, acts->tenant, acts->actor, p));
    return acts->fn(db, acts->baton, p);
}

static kf_err_t *acts_in(kf_db_t *db, void *baton, apr_pool_t *p)
{
    return kf_flow_admin_in(db, baton, p);
}

kf_err_t *kf_flow_admin_on(kf_db_t *db, const kf_admin_acts_t *acts, apr_pool_t *p)
{
    kf_admin_acts_t copy = *acts;

    return in_transaction(db, acts_in, &copy, p);
}

kf_err_t *kf_flow_admin(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_actor_t *actor, kf_admin_fn *fn,
                        void *baton, apr_pool_t *p)
{
    const kf_admin_acts_t acts = {tenant, actor, fn, baton};
    kf_db_t *db;

    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_flow_admin_on(db, &acts, p));
}
