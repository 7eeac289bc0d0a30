#include "http/dispatch.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "base/metric.h"
#include "db_pool.h"
#include "http/headers.h"
#include "http/hide.h"
#include "http/make.h"
#include "http/origin.h"
#include "http/reply.h"
#include "limit_shm.h"
#include "log_bridge.h"

extern module AP_MODULE_DECLARE_DATA konfirmado_module;

static const char handler_name[] = "konfirmado";
static kfm_tenant_fn *find_tenant;
static kfm_gate_fn *gate;

void kfm_dispatch_set_gate(kfm_gate_fn *fn)
{
    gate = fn;
}

void kfm_dispatch_set_tenant(kfm_tenant_fn *fn)
{
    find_tenant = fn;
}

/* The configuration if the module serves the request, else NULL. */
static kfm_cfg_t *ours(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &konfirmado_module);
}

/* If the whole host is ours, so are "/" and paths without a route, but not /.well-known/ (ACME challenges). */
static bool is_claimed(const kfm_cfg_t *cfg, const char *path)
{
    bool route = kfm_route_claims(kfm_routes, path) && strcmp(path, "/") != 0;

    return route || (cfg->set.site && *path == '/' && strncmp(path, "/.well-known/", strlen("/.well-known/")) != 0);
}

/*
 * Our paths have no file; claiming them here avoids a directory walk. A badly copied link is claimed too, or httpd
 * would log the name of the missing file, which holds the token.
 */
static int translate_name(request_rec *r)
{
    kfm_cfg_t *cfg = kfm_cfg_get(r->server);

    if (!cfg->set.enabled || r->main || !r->uri || !(is_claimed(cfg, r->uri) || kfm_hide_odd(r))) {
        return DECLINED;
    }
    ap_set_module_config(r->request_config, &konfirmado_module, cfg);
    r->filename = apr_pstrcat(r->pool, handler_name, ":", r->uri, NULL);
    return OK;
}

static int map_to_storage(request_rec *r)
{
    if (!ours(r)) {
        return DECLINED;
    }
    r->handler = handler_name;
    return OK;
}

/* Skips type detection: a type guessed from the path would be wrong, and the lookup costs time. */
static int type_checker(request_rec *r)
{
    return ours(r) ? OK : DECLINED;
}

static kf_err_t *check_limit(kfm_call_t *call, kfm_limit_t limit)
{
    kfm_left_t left;
    int wait = kfm_limit_hit(&left, call->cfg, limit, call->r);

    if (left.rule && call->kind == KFM_API) {
        kfm_headers_limit(call, kfm_cfg_limit_names[limit], &left);
    }
    if (wait == 0) {
        return NULL;
    }
    kf_metric_count(KF_M_LIMITED, (int)limit, 0);
    kfm_reply_retry_after(call, wait);
    return kf_err_said(call->pool, KF_E_RATE_LIMITED, "Too many requests from one address: try again in {1} s.",
                       apr_itoa(call->pool, wait), NULL);
}

static kf_err_t *enter_host(kfm_call_t *call, kfm_host_t host)
{
    kf_err_t *bad_host = kfm_make_host(call);

    if (host == KFM_HOST_ANY) {
        return NULL;
    }
    KF_TRY(bad_host);
    if ((host == KFM_HOST_PLATFORM && call->where != KFM_ON_PLATFORM)
        || (host == KFM_HOST_TENANT && call->where == KFM_ON_PLATFORM)) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "There is nothing at this address.");
    }
    return find_tenant ? find_tenant(call) : NULL;
}

/* Whether a preflight asks for a KFM_OPEN row: the request to come carries no cookie. */
static bool asks_for_open(const kfm_call_t *call)
{
    static const struct {
        const char *word;
        unsigned method;
    } methods[] = {{"GET", KFM_GET}, {"HEAD", KFM_GET}, {"POST", KFM_POST}, {"DELETE", KFM_DELETE}};
    const char *asked = apr_table_get(call->r->headers_in, "Access-Control-Request-Method");
    kfm_match_t match;

    for (size_t i = 0; asked && i < sizeof(methods) / sizeof(*methods); i++) {
        if (strcmp(asked, methods[i].word) == 0) {
            kfm_route_match(&match, kfm_routes, call->r->uri, methods[i].method);
            return match.route && match.route->role == KFM_OPEN;
        }
    }
    return false;
}

/*
 * A plain OPTIONS gets Allow; a CORS preflight also gets the Access-Control headers. On the platform's host only the
 * request to come names the business, so only its answer can restrict the origins that may read it.
 */
static kf_err_t *answer_options(kfm_call_t *call)
{
    const char *allow = kfm_route_allow(call->match.allowed, call->pool);

    KF_TRY(check_limit(call, KFM_LIMIT_READ));
    KF_TRY(enter_host(call, call->match.other->host));
    kfm_reply_header(call, "Allow", allow);
    if (!call->tenant && asks_for_open(call)) {
        kfm_headers_cors_any(call);
    }
    if (apr_table_get(call->r->err_headers_out, "Access-Control-Allow-Origin")
        && kfm_call_header(call, "Access-Control-Request-Method")) {
        kfm_reply_header(call, "Access-Control-Allow-Methods", allow);
        kfm_reply_header(call, "Access-Control-Allow-Headers",
                         "Authorization, Content-Type, Idempotency-Key");
        kfm_reply_header(call, "Access-Control-Max-Age", "600");
    }
    return kfm_reply_empty(call, HTTP_NO_CONTENT);
}

/* The gate may answer by itself: a page redirects to the sign-in if nobody is signed in. */
static kf_err_t *pass_gate(kfm_call_t *call)
{
    if (call->route->role == KFM_OPEN) {
        return NULL;
    }
    return gate ? gate(call) : kf_err(call->pool, KF_E_UNAUTHORIZED, "Sign in first.");
}

/* The error page has the colours and the language of the host's business. */
static kf_err_t *answer_nothing(kfm_call_t *call)
{
    KF_TRY(check_limit(call, KFM_LIMIT_READ));
    if (call->kind == KFM_PAGE) {
        (void)enter_host(call, KFM_HOST_BOOKING);
    }
    return kf_err(call->pool, KF_E_NOT_FOUND, "There is nothing at this address.");
}

static kf_err_t *run(kfm_call_t *call)
{
    if (!call->match.other) {
        return answer_nothing(call);
    }
    if (call->r->method_number == M_OPTIONS) {
        return answer_options(call);
    }
    if (!call->route) {
        kfm_reply_header(call, "Allow", kfm_route_allow(call->match.allowed, call->pool));
        return kf_err(call->pool, KF_E_METHOD, "Use one of the methods in the Allow header.");
    }
    KF_TRY(check_limit(call, call->route->limit));
    KF_TRY(enter_host(call, call->route->host));
    KF_TRY(kfm_origin_check(call));
    KF_TRY(pass_gate(call));
    return call->answered ? NULL : call->route->handler(call);
}

static void count(const kfm_call_t *call, apr_time_t began)
{
    int class = call->r->status / 100 - 2;

    kf_metric_time(KF_M_REQUESTS, kfm_route_family(call->route), class, apr_time_now() - began);
}

static int handler(request_rec *r)
{
    apr_time_t began = apr_time_now();
    kfm_cfg_t *cfg = ours(r);
    kfm_call_t *call;
    kf_err_t *err;

    if (!cfg || !r->handler || strcmp(r->handler, handler_name) != 0) {
        return DECLINED;
    }
    call = kfm_make_call(r, cfg);
    if (call->route && call->route->limit != KFM_LIMIT_NONE) {
        kfm_db_for_strangers();
    }
    err = run(call);
    if (!err && !call->answered) {
        err = kf_err_because(call->pool, kf_err(call->pool, KF_E_INTERNAL,
                                                "Something went wrong on our side."),
                             "the handler sent no answer");
    }
    if (err && !call->tenant && !call->who) {
        kfm_headers_cors_any(call);
    }
    if (err) {
        kfm_reply_error(call, err);
    }
    kfm_db_for_nobody();
    count(call, began);
    kfm_hide(r); /* before httpd updates the scoreboard */
    return OK;
}

/* Before the logs are written. It covers requests that httpd answered by itself, and internal redirects. */
static int log_transaction(request_rec *r)
{
    for (; r && kfm_cfg_get(r->server)->set.enabled; r = r->next) {
        kfm_hide(r);
    }
    return DECLINED;
}

static int post_read_request(request_rec *r)
{
    if (kfm_cfg_get(r->server)->set.enabled) {
        kfm_hide_early(r);
    }
    return DECLINED;
}

/* Adds the security headers to httpd's own errors (a bad request line, a missing picture). */
static void insert_error_filter(request_rec *r)
{
    kfm_cfg_t *cfg = kfm_cfg_get(r->server);

    if (cfg->set.enabled) {
        kfm_headers_bare(r, cfg);
    }
}

static void child_init(apr_pool_t *p, server_rec *s)
{
    (void)p;
    (void)s;
    kfm_make_child_init();
}

static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    kf_err_t *err = kfm_route_check(kfm_routes, pconf);

    kf_metric_words(KF_M_REQUESTS, 0, kfm_route_families);
    (void)plog;
    (void)ptemp;
    if (err) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, s, KFLOGNO(00206) "%s", err->detail);
    }
    return err ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

void kfm_http_register(apr_pool_t *p)
{
    /* the operator's rewrites, redirects and proxied paths take precedence */
    static const char *const after[] = {"mod_rewrite.c", "mod_alias.c", "mod_proxy.c", NULL};

    (void)p;
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_translate_name(translate_name, after, NULL, APR_HOOK_MIDDLE);
    /* first: core would walk directories and answer TRACE */
    ap_hook_map_to_storage(map_to_storage, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_type_checker(type_checker, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_post_read_request(post_read_request, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL, APR_HOOK_LAST);
}
