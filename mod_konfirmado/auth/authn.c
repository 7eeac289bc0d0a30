/*
 * AuthType Konfirmado and AuthBasicProvider konfirmado: for locations that are not
 * Konfirmado's own, in a server that has Konfirmado On.
 */
#include <httpd.h>

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>
#include <mod_auth.h>
#include <string.h>

#include "auth/httpd.h"
#include "flow/hold/offer.h"
#include "flow_ctx.h"
#include "http/make.h"
#include "http/origin.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

#define TYPE "Konfirmado"
#define WHO_KEY "konfirmado-who" /* of the request's pool */

const kfm_who_t *kfm_auth_of(const request_rec *r)
{
    void *who = NULL;

    apr_pool_userdata_get(&who, WHO_KEY, r->pool);
    return who;
}

void kfm_auth_remember(request_rec *r, const kfm_who_t *who)
{
    apr_pool_userdata_setn(who, WHO_KEY, NULL, r->pool);
}

/* A call outside the dispatcher; NULL where Konfirmado is off or not ready. */
static kfm_call_t *call_of(request_rec *r)
{
    kfm_cfg_t *cfg = kfm_cfg_get(r->server);

    return cfg->set.enabled && kfm_flow_of(r->server) ? kfm_make_call(r, cfg) : NULL;
}

/* Finds the tenant of the host: on its own host only its people are accepted. An unknown host is the operator's. */
static kf_err_t *find_host(kfm_call_t *call)
{
    bool sub;

    if (kfm_make_host(call) || call->where == KFM_ON_PLATFORM) {
        return NULL;
    }
    sub = call->where == KFM_ON_SUBDOMAIN;
    return kf_flow_tenant(&call->tenant, kfm_flow(call), sub ? "subdomain" : "domain",
                          sub ? call->subdomain : call->host, call->pool);
}

static void log_failure(const request_rec *r, const kf_err_t *err)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, KFLOGNO(00240) "cannot determine who is signed in: %s%s%s",
                  err->detail, err->cause ? ": " : "", err->cause ? err->cause : "");
}

static int refuse(request_rec *r)
{
    apr_table_setn(r->err_headers_out, "WWW-Authenticate", "Bearer");
    return HTTP_UNAUTHORIZED;
}

/* A cross-site request carries the cookie, but never a key. */
static bool forged(kfm_call_t *call, const kfm_signed_t *found)
{
    return found->session && call->method != KFM_GET && kfm_origin_own(call) != NULL;
}

static int check_authn(request_rec *r)
{
    const char *type = ap_auth_type(r);
    const kfm_signed_t *found = NULL;
    kfm_call_t *call;
    kf_err_t *err;

    if (!type || ap_cstr_casecmp(type, TYPE) != 0) {
        return DECLINED;
    }
    call = call_of(r);
    if (!call) {
        return refuse(r);
    }
    err = find_host(call);
    if (!err) {
        err = kfm_auth_find(&found, call);
    }
    if (err) {
        log_failure(r, err);
        return HTTP_SERVICE_UNAVAILABLE;
    }
    if (!found) {
        return refuse(r);
    }
    if (forged(call, found)) {
        return HTTP_FORBIDDEN;
    }
    kfm_auth_remember(r, &found->who);
    r->user = (char *)(found->who.key ? apr_pstrcat(r->pool, "key:", kf_uuid_text(&found->who.id, r->pool), NULL)
                                      : found->who.email);
    r->ap_auth_type = (char *)TYPE;
    return OK;
}

/* -- Basic -- */

/* mod_auth_basic can only grant or deny: the answer is 401, with Retry-After. */
static authn_status wait_a_while(request_rec *r, int seconds)
{
    apr_table_setn(r->err_headers_out, "Retry-After", apr_itoa(r->pool, seconds > 0 ? seconds : 1));
    return AUTH_DENIED;
}

static authn_status judge(request_rec *r, const kf_err_t *err, const kf_visit_t *visit)
{
    switch (err->code) {
    case KF_E_RATE_LIMITED:
        return wait_a_while(r, visit->retry_after_s);
    case KF_E_CREDENTIALS:
    case KF_E_NOT_VERIFIED:
    case KF_E_SECOND_FACTOR:
    case KF_E_INVALID:
        return AUTH_DENIED;
    default:
        log_failure(r, err);
        return AUTH_GENERAL_ERROR;
    }
}

static authn_status check_password(request_rec *r, const char *user, const char *password)
{
    kfm_call_t *call = call_of(r);
    kf_person_t person;
    kfm_who_t *who;
    kf_visit_t *visit;
    kf_err_t *err;

    if (!call) {
        return AUTH_DENIED;
    }
    visit = kfm_auth_visit(call);
    err = find_host(call);
    if (!err) {
        err = kf_flow_password_check(&person, kfm_flow(call), visit, user, password, r->pool);
    }
    if (err) {
        return judge(r, err, visit);
    }
    if (call->tenant && !kf_uuid_equal(&call->tenant->id, &person.tenant)) {
        return AUTH_DENIED;
    }
    who = apr_pcalloc(r->pool, sizeof(*who));
    *who = (kfm_who_t){.tenant = person.tenant, .id = person.staff, .owner = person.owner, .name = person.name,
                       .email = person.email, .language = person.language, .suspended = person.suspended};
    kfm_auth_remember(r, who);
    return AUTH_GRANTED;
}

static const authn_provider basic = {check_password, NULL};

void kfm_auth_httpd_register(apr_pool_t *p)
{
    ap_hook_check_authn(check_authn, NULL, NULL, APR_HOOK_MIDDLE, AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHN_PROVIDER_GROUP, "konfirmado", AUTHN_PROVIDER_VERSION, &basic,
                              AP_AUTH_INTERNAL_PER_CONF);
    kfm_authz_register(p);
}
