#ifndef KFM_HANDLE_ADMIN_H
#define KFM_HANDLE_ADMIN_H
/*
 * Acts of the merchant's side, for endpoints and pages.
 *
 * Everything here is for rows of the route table that require a role: the gate has
 * set call->who, and an act can reach only its tenant. A statement is one of
 * kf_doc_* (handle/statements.h); its arguments are written in place:
 *
 *     json_t *doc;
 *     KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_service_get,
 *                          KFM_ARGS(KFM_TENANT(call), KF_UUID(&id))));
 *
 * Results live in call->pool. Errors are those of flow/admin.h: KF_E_NOT_FOUND if the
 * tenant has no such object, KF_E_PRECONDITION if it has changed in the meantime.
 */
#include <jansson.h>

#include "flow/admin.h"
#include "handle/statements.h"
#include "http/call.h"

#define KFM_ARGS(...) ((const kf_arg_t[]){__VA_ARGS__})
#define KFM_TENANT(call) KF_UUID(&(call)->who->tenant)

/** The signed-in person or the API key, as the actor for the audit log. In call->pool. */
const kf_actor_t *kfm_actor(kfm_call_t *call);

/** Runs a statement; `*out` is the text of the document, never NULL. `writes`: it changes data. */
kf_err_t *kfm_admin_json(const char **out, kfm_call_t *call, bool writes, const kf_stmt_t *stmt,
                         const kf_arg_t *args);

/** The same, parsed for pages. `*out` is borrowed: it is released with call->pool. */
kf_err_t *kfm_admin_doc(json_t **out, kfm_call_t *call, bool writes, const kf_stmt_t *stmt, const kf_arg_t *args);

/** Parses the JSON text of a document. `*out` is released with call->pool. */
kf_err_t *kfm_admin_parse(json_t **out, kfm_call_t *call, const char *json);

/** JSON as text for a jsonb parameter, in call->pool. */
const char *kfm_admin_text(kfm_call_t *call, const json_t *json);

/** The id in the path. KF_E_NOT_FOUND if it is not a UUID, as for an unknown id. */
kf_err_t *kfm_admin_id(kf_uuid_t *out, kfm_call_t *call, const char *param);

#endif
