#ifndef KF_REPO_ADMIN_DOC_H
#define KF_REPO_ADMIN_DOC_H
/*
 * The merchant's side in the database: documents in, documents out.
 *
 * Every statement returns one row with one column of jsonb; NULL means that this
 * tenant has no such object. The route table declares most of them
 * (mod_konfirmado/handle/statements.h), repo/admin_doc.def those that no row has: kf_doc_site_read, ...
 */
#include <stdbool.h>

#include "db/db.h"

#define KF_DOC(name, sql, nparams, flags) extern const kf_stmt_t kf_doc_##name;
#include "repo/admin_doc.def"
#undef KF_DOC

/**
 * Sets the actor of the transaction (a document of kf.actor_set) and refuses changes of a suspended
 * business: KF_E_READ_ONLY.
 */
kf_err_t *kf_repo_actor_set(kf_db_t *db, const kf_uuid_t *tenant, const char *actor, bool writes, apr_pool_t *p);

/** Runs a statement; `*json` is the document's text, NULL if there is none. Lives in `p`. */
kf_err_t *kf_repo_doc(const char **json, kf_db_t *db, const kf_stmt_t *stmt, const kf_arg_t *args, apr_pool_t *p);

#endif
