#include <apr_strings.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/csrf.h"
#include "auth/httpd.h"
#include "base/uri.h"
#include "http/dispatch.h"
#include "http/reply.h"

static bool changes(const kfm_call_t *call)
{
    return call->method != KFM_GET;
}

/* The requested page; for a form the page at the same path, or NULL. */
static const char *wanted(kfm_call_t *call)
{
    const request_rec *r = call->r;
    kfm_match_t match;

    if (!changes(call)) {
        return r->args ? apr_pstrcat(call->pool, r->uri, "?", r->args, NULL) : r->uri;
    }
    kfm_route_match(&match, kfm_routes, r->uri, KFM_GET);
    return match.route ? r->uri : NULL;
}

static kf_err_t *not_signed_in(kfm_call_t *call)
{
    const char *next = wanted(call), *url = "/dashboard/login";

    if (call->kind != KFM_PAGE) {
        return kf_err(call->pool, KF_E_UNAUTHORIZED, "Sign in first, or send an API key as Authorization: Bearer.");
    }
    if (next && strcmp(kfm_auth_next(next), "/dashboard") != 0) {
        url = apr_pstrcat(call->pool, url, "?next=", kf_uri_encode(next, call->pool), NULL);
    }
    return kfm_reply_redirect(call, url);
}

static bool has_scope(const kfm_who_t *who, const char *scope)
{
    for (const char *const *one = who->scopes; scope && one && *one; one++) {
        if (strcmp(*one, scope) == 0) {
            return true;
        }
    }
    return false;
}

static kf_err_t *check_key(const kfm_call_t *call, const kfm_who_t *who)
{
    const char *scope = call->route->scope;

    if (has_scope(who, scope)) {
        return NULL;
    }
    if (!scope) {
        return kf_err(call->pool, KF_E_FORBIDDEN, "This is only for signed-in people, not for API keys.");
    }
    return kf_err_said(call->pool, KF_E_FORBIDDEN, "The API key does not have the scope {1}.", scope, NULL);
}

static kf_err_t *check_role(const kfm_call_t *call, const kfm_who_t *who)
{
    if (who->key) {
        return check_key(call, who);
    }
    if (call->route->role == KFM_OWNER && !who->owner) {
        return kf_err(call->pool, KF_E_FORBIDDEN, "This is only for owners of the business.");
    }
    return NULL;
}

/* People may still change their own sign-ins and password while the business is suspended. */
static kf_err_t *check_suspended(const kfm_call_t *call, const kfm_who_t *who)
{
    if (!who->suspended || !changes(call) || call->route->role == KFM_MEMBER) {
        return NULL;
    }
    return kf_err(call->pool, KF_E_READ_ONLY, "This business is suspended: it can be viewed, but not changed.");
}

static kf_err_t *gate(kfm_call_t *call)
{
    const kfm_signed_t *found;

    KF_TRY(kfm_auth_find(&found, call));
    if (!found) {
        return not_signed_in(call);
    }
    KF_TRY(kfm_auth_adopt(call, found));
    KF_TRY(check_role(call, call->who));
    if (found->session && changes(call)) {
        KF_TRY(kfm_csrf_gate(call));
    }
    return check_suspended(call, call->who);
}

void kfm_auth_register(apr_pool_t *p)
{
    kfm_dispatch_set_gate(gate);
    kfm_auth_httpd_register(p);
}
