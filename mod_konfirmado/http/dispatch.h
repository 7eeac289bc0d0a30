#ifndef KFM_HTTP_DISPATCH_H
#define KFM_HTTP_DISPATCH_H
/*
 * From httpd's hooks to a handler. See call.h for the order of the steps.
 */
#include "http/call.h"

/** Registers the hooks of http/. */
void kfm_http_register(apr_pool_t *p);

/**
 * Finds the tenant of the call's host and calls kfm_call_set_tenant(). Runs for
 * every route but KFM_HOST_ANY, before the handler. On the platform host it
 * does nothing (the handler knows the link). KF_E_MISDIRECTED or KF_E_NOT_FOUND
 * for an unknown host; KF_E_UNAVAILABLE.
 */
typedef kf_err_t *kfm_tenant_fn(kfm_call_t *call);
void kfm_dispatch_set_tenant(kfm_tenant_fn *fn);

/**
 * Authorizes requests to rows whose role is not KFM_OPEN: sets call->who and the tenant.
 * KF_E_UNAUTHORIZED, KF_E_FORBIDDEN, KF_E_CSRF, KF_E_READ_ONLY, KF_E_UNAVAILABLE. Without a gate
 * all requests to such rows are refused.
 */
typedef kf_err_t *kfm_gate_fn(kfm_call_t *call);
void kfm_dispatch_set_gate(kfm_gate_fn *fn);

#endif
