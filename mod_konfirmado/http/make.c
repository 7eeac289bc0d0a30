#include "http/make.h"

#include <apr_general.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <openssl/rand.h>
#include <stdatomic.h>
#include <string.h>

#include "base/limits.h"
#include "text/lang.h"

static uint64_t id_head;
static atomic_uint_fast32_t id_count;

void kfm_make_child_init(void)
{
    if (RAND_bytes((unsigned char *)&id_head, sizeof(id_head)) != 1) {
        id_head = (uint64_t)apr_time_now();
    }
}

static const char *request_id(request_rec *r)
{
    const char *id = apr_table_get(r->subprocess_env, "UNIQUE_ID");

    return id ? id
              : apr_psprintf(r->pool, "%016" APR_UINT64_T_HEX_FMT "%08x", (apr_uint64_t)id_head,
                             (unsigned)atomic_fetch_add(&id_count, 1));
}

static unsigned method_of(const request_rec *r)
{
    switch (r->method_number) {
    case M_GET:
        return KFM_GET;
    case M_POST:
        return KFM_POST;
    case M_PATCH:
        return KFM_PATCH;
    case M_PUT:
        return KFM_PUT;
    case M_DELETE:
        return KFM_DELETE;
    default:
        return 0;
    }
}

/* The kind of the answer to a path without a row. */
static kfm_kind_t kind_of_path(const char *path)
{
    return strncmp(path, "/api/", 5) == 0 || strcmp(path, "/api") == 0 ? KFM_API : KFM_PAGE;
}

const char *kfm_make_asked_lang(const request_rec *r)
{
    const char *at = r->args;

    while (at && strncmp(at, "lang=", 5) != 0) {
        at = strchr(at, '&');
        at = at ? at + 1 : NULL;
    }
    if (!at || at[5] != 'e' || (at[6] != 's' && at[6] != 'n') || (at[7] && at[7] != '&')) {
        return NULL;
    }
    return at[6] == 's' ? "es" : "en";
}

kfm_call_t *kfm_make_call(request_rec *r, kfm_cfg_t *cfg)
{
    kfm_call_t *call = apr_pcalloc(r->pool, sizeof(*call));
    const char *accept = apr_table_get(r->headers_in, "Accept-Language");

    call->r = r;
    call->pool = r->pool;
    call->cfg = cfg;
    call->method = method_of(r);
    call->request_id = request_id(r);
    /* a proxy in front may terminate TLS: then the configured base URL tells the scheme */
    call->https = strcmp(ap_http_scheme(r), "https") == 0 || strcmp(cfg->base_scheme, "https") == 0;
    call->client_ip = r->useragent_ip;
    call->host = call->host_port = "";
    call->lang = accept ? kf_lang_choose(accept, strlen(accept), "es") : "es";
    if (kfm_make_asked_lang(r)) {
        call->lang = kfm_make_asked_lang(r);
    }
    kfm_route_match(&call->match, kfm_routes, r->uri, call->method);
    call->route = call->match.route;
    call->kind = call->match.other ? call->match.other->kind : kind_of_path(r->uri);
    if (!r->log_id) {
        r->log_id = call->request_id;
    }
    return call;
}

kf_err_t *kfm_make_host(kfm_call_t *call)
{
    const request_rec *r = call->r;
    const char *base = call->cfg->base_host;
    size_t len = r->hostname ? strlen(r->hostname) : 0, base_len = strlen(base);

    if (len == 0 || len > KF_MAX_HOST) {
        return kf_err(call->pool, KF_E_MALFORMED, "The request has no valid host.");
    }
    /* httpd has checked it, lowercased it and removed the port and a trailing dot */
    call->host = r->hostname;
    call->host_port = r->parsed_uri.port_str
                          ? apr_pstrcat(call->pool, call->host, ":", r->parsed_uri.port_str, NULL)
                          : call->host;
    if (strcmp(call->host, base) == 0) {
        call->where = KFM_ON_PLATFORM;
    } else if (len > base_len + 1 && call->host[len - base_len - 1] == '.'
               && strcmp(call->host + len - base_len, base) == 0
               && !memchr(call->host, '.', len - base_len - 1)) {
        call->where = KFM_ON_SUBDOMAIN;
        call->subdomain = apr_pstrmemdup(call->pool, call->host, len - base_len - 1);
    } else {
        call->where = KFM_ON_OTHER;
    }
    return NULL;
}
