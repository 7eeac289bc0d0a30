#include "http/origin.h"

#include <apr_strings.h>
#include <httpd.h>
#include <string.h>

#include "http/hide.h"

bool kfm_origin_listed(const char *origin, const char *const *list)
{
    for (; list && *list; list++) {
        if (ap_cstr_casecmp(origin, *list) == 0) {
            return true;
        }
    }
    return false;
}

/* Compares "https://host:port" with the request's host; a default port is ignored. */
static bool same_host(const kfm_call_t *call, const char *origin)
{
    const char *host = strstr(origin, "://");
    const char *default_port = call->https ? ":443" : ":80";
    size_t len;

    if (!host) {
        return false;
    }
    host += 3;
    len = strlen(call->host_port);
    if (len > strlen(default_port)
        && strcmp(call->host_port + len - strlen(default_port), default_port) == 0) {
        len -= strlen(default_port);
    }
    return strlen(host) == len && ap_cstr_casecmpn(host, call->host_port, len) == 0;
}

/*
 * Forms of pages with Referrer-Policy: no-referrer are sent with "Origin: null". If the token in the path is the only
 * credential, anyone able to send such a form is authorized.
 */
static bool needs_no_origin(const kfm_call_t *call, const char *origin)
{
    return !strcmp(origin, "null") && kfm_hide_bearer(call->r);
}

kf_err_t *kfm_origin_own(kfm_call_t *call)
{
    const char *site = apr_table_get(call->r->headers_in, "Sec-Fetch-Site");
    const char *origin = apr_table_get(call->r->headers_in, "Origin");

    /* "same-site" is another merchant's host below the platform's: foreign too */
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return kf_err(call->pool, KF_E_FORBIDDEN, "This was sent from another site.");
    }
    if (origin && !same_host(call, origin) && !needs_no_origin(call, origin)) {
        return kf_err(call->pool, KF_E_FORBIDDEN, "This was sent from another site.");
    }
    return NULL;
}

kf_err_t *kfm_origin_check(kfm_call_t *call)
{
    return call->kind != KFM_PAGE || call->method == KFM_GET ? NULL : kfm_origin_own(call);
}
