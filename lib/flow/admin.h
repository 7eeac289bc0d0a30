#ifndef KF_FLOW_ADMIN_H
#define KF_FLOW_ADMIN_H
/*
 * One act of the merchant's side: a statement of repo/admin_doc.h, run on behalf of
 * an actor.
 *
 * An act that changes something is one transaction: set the actor (kf.actor_set, for
 * the audit log), run the statement, commit. An act that only reads is the statement
 * alone, in one round trip. The SQL functions set the tenant themselves.
 *
 * Errors: KF_E_NOT_FOUND when the statement returns NULL, KF_E_READ_ONLY for changes
 * of a suspended business, KF_E_PRECONDITION when the row's version is not the expected
 * one, and any error that the SQL function raises (KF_E_INVALID with a field).
 */
#include "flow/flow.h"
#include "repo/admin_doc.h"

/* The actor, as the audit log records it. */
typedef struct {
    const char *kind;         /* "staff", "api_key", "operator", "system" */
    const kf_uuid_t *id;      /* of the person or the key; NULL: none */
    const char *name;         /* email of the person, name of the key */
    const char *ip, *request_id;
} kf_actor_t;

typedef struct {
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;  /* unused by acts that only read */
    bool writes;
    const kf_stmt_t *stmt;
    const kf_arg_t *args;     /* stmt->nparams of them */
} kf_admin_act_t;

/**
 * Runs several statements as one act that changes something: `fn` runs in a transaction in which the
 * actor is set, on a connection of its own.
 */
typedef kf_err_t *kf_admin_fn(kf_db_t *db, void *baton, apr_pool_t *p);
kf_err_t *kf_flow_admin(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_actor_t *actor, kf_admin_fn *fn,
                        void *baton, apr_pool_t *p);

/* The same on a connection that the caller took, or (`_in`) within its open transaction. */
typedef struct {
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;
    kf_admin_fn *fn;
    void *baton;
} kf_admin_acts_t;
kf_err_t *kf_flow_admin_on(kf_db_t *db, const kf_admin_acts_t *acts, apr_pool_t *p);
kf_err_t *kf_flow_admin_in(kf_db_t *db, const kf_admin_acts_t *acts, apr_pool_t *p);

/** Sets the actor of the open transaction; KF_E_READ_ONLY for a business that is suspended. */
kf_err_t *kf_flow_actor(kf_db_t *db, const kf_uuid_t *tenant, const kf_actor_t *actor, apr_pool_t *p);
/** The same for an act that only reads but is recorded in the audit log. */
kf_err_t *kf_flow_actor_reads(kf_db_t *db, const kf_uuid_t *tenant, const kf_actor_t *actor, apr_pool_t *p);

/** Runs the act on a connection of its own; `*json` is the document's text, never NULL. */
kf_err_t *kf_flow_doc(const char **json, const kf_flow_t *flow, const kf_admin_act_t *act, apr_pool_t *p);

/** The same on a connection that the caller took. */
kf_err_t *kf_flow_doc_on(const char **json, kf_db_t *db, const kf_admin_act_t *act, apr_pool_t *p);

/**
 * The same within a transaction that is open already (flow/once.h, or several acts in one):
 * sets the actor if the act writes and runs the statement; the caller commits.
 */
kf_err_t *kf_flow_doc_in(const char **json, kf_db_t *db, const kf_admin_act_t *act, apr_pool_t *p);

#endif
