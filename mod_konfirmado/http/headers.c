#include "http/headers.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "http/hide.h"
#include "http/origin.h"

#define HSTS_HOST "max-age=31536000"
#define HSTS_ALL "max-age=31536000; includeSubDomains"
#define PERMISSIONS "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

static void set_common(request_rec *r)
{
    apr_table_t *h = r->err_headers_out;

    apr_table_setn(h, "X-Content-Type-Options", "nosniff");
    apr_table_setn(h, "Referrer-Policy", "same-origin");
    apr_table_setn(h, "Permissions-Policy", PERMISSIONS);
    apr_table_setn(h, "Cross-Origin-Opener-Policy", "same-origin");
}

static const char *frame_ancestors(const kfm_call_t *call)
{
    const char *list = "";

    if (call->kind != KFM_PAGE || !call->frame_origins || !call->frame_origins[0]) {
        return " 'none'";
    }
    for (const char *const *origin = call->frame_origins; *origin; origin++) {
        list = apr_pstrcat(call->pool, list, " ", *origin, NULL);
    }
    return list;
}

void kfm_headers_security(kfm_call_t *call)
{
    apr_table_t *h = call->r->err_headers_out;
    const char *frames = frame_ancestors(call), *style = call->style_source;

    set_common(call->r);
    if (call->referrer || kfm_hide_path(call->r)) {
        apr_table_setn(h, "Referrer-Policy", call->referrer ? call->referrer : "no-referrer");
    }
    apr_table_setn(h, "X-Request-Id", call->request_id);
    apr_table_setn(h, "Content-Security-Policy",
                   call->policy ? call->policy :
                   apr_pstrcat(call->pool, style ? "style-src 'self' " : "", style ? style : "",
                               style ? "; " : "", call->cfg->csp_head, frames, NULL));
    if (call->https) {
        /* no includeSubDomains on a merchant's own domain: its other subdomains are not ours */
        apr_table_setn(h, "Strict-Transport-Security",
                       call->where == KFM_ON_OTHER ? HSTS_HOST : HSTS_ALL);
    }
}

void kfm_headers_bare(request_rec *r, const kfm_cfg_t *cfg)
{
    set_common(r);
    apr_table_setn(r->err_headers_out, "Content-Security-Policy",
                   apr_pstrcat(r->pool, cfg->csp_head, " 'none'", NULL));
    if (strcmp(ap_http_scheme(r), "https") == 0) {
        apr_table_setn(r->err_headers_out, "Strict-Transport-Security", HSTS_HOST);
    }
}

static void allow_origin(kfm_call_t *call, const char *origin)
{
    apr_table_t *h = call->r->err_headers_out;

    apr_table_setn(h, "Access-Control-Allow-Origin", origin);
    apr_table_setn(h, "Access-Control-Expose-Headers", "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id");
}

void kfm_headers_cors(kfm_call_t *call)
{
    const char *origin = apr_table_get(call->r->headers_in, "Origin");

    if (call->kind != KFM_API) {
        return;
    }
    apr_table_setn(call->r->err_headers_out, "Vary", "Origin");
    if (origin && kfm_origin_listed(origin, call->cors_origins)) {
        allow_origin(call, origin);
    }
}

void kfm_headers_cors_any(kfm_call_t *call)
{
    if (call->kind == KFM_API && apr_table_get(call->r->headers_in, "Origin")) {
        allow_origin(call, "*");
    }
}

void kfm_headers_limit(kfm_call_t *call, const char *class, const kfm_left_t *left)
{
    apr_table_t *h = call->r->err_headers_out;

    apr_table_setn(h, "RateLimit-Policy", apr_psprintf(call->pool, "\"%s\";q=%d;w=%d", class, (int)left->rule->rate,
                                                       (int)left->rule->period_s));
    apr_table_setn(h, "RateLimit", apr_psprintf(call->pool, "\"%s\";r=%d;t=%d", class, left->requests, left->full_s));
}
