#ifndef KFM_HANDLE_ADMIN_H
#define KFM_HANDLE_ADMIN_H
/*
 * Acts of the merchant's side, for the endpoints and the pages alike.
 *
 * Everything here is for rows of the route table that ask for a role: the gate has
 * set call->who, and its tenant is the only one that an act can reach. A statement
 * is one of kf_doc_* (repo/admin_doc.h); its arguments are written in place:
 *
 *     json_t *doc;
 *     KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_service_get,
 *                          KFM_ARGS(KFM_TENANT(call), KF_UUID(&id))));
 *
 * Results live in call->pool. Errors as flow/admin.h says: KF_E_NOT_FOUND when there
 * is no such thing for this tenant, KF_E_PRECONDITION when it has changed meanwhile.
 */
#include <jansson.h>

#include "flow/admin.h"
#include "http/call.h"

#define KFM_ARGS(...) ((const kf_arg_t[]){__VA_ARGS__})
#define KFM_TENANT(call) KF_UUID(&(call)->who->tenant)

/** Who is signed in, as the audit log tells it. In call->pool. */
const kf_actor_t *kfm_actor(kfm_call_t *call);

/** Runs a statement; `*out` is the document's text, never NULL. `writes`: it changes something. */
kf_err_t *kfm_admin_json(const char **out, kfm_call_t *call, bool writes, const kf_stmt_t *stmt,
                         const kf_arg_t *args);

/** The same, read into jansson (borrowed: released with call->pool), for pages. */
kf_err_t *kfm_admin_doc(json_t **out, kfm_call_t *call, bool writes, const kf_stmt_t *stmt, const kf_arg_t *args);

/** A document's JSON text into jansson, released with call->pool. */
kf_err_t *kfm_admin_parse(json_t **out, kfm_call_t *call, const char *json);

/** jansson as text for a parameter of jsonb, in call->pool. */
const char *kfm_admin_text(kfm_call_t *call, const json_t *json);

/** The id in the path: KF_E_NOT_FOUND if it is not one, as for an id that nobody has. */
kf_err_t *kfm_admin_id(kf_uuid_t *out, kfm_call_t *call, const char *param);

#endif
