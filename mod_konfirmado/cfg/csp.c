#include "cfg/csp.h"

#include <apr_strings.h>
#include <apr_uri.h>

static const char *origin_of_url(const char *url, apr_pool_t *p)
{
    apr_uri_t uri;

    if (!url || apr_uri_parse(p, url, &uri) != APR_SUCCESS || !uri.scheme || !uri.hostinfo) {
        return NULL;
    }
    return apr_pstrcat(p, uri.scheme, "://", uri.hostinfo, NULL);
}

const char *kfm_cfg_csp(const kfm_cfg_t *cfg, apr_pool_t *p)
{
    const char *checkout = origin_of_url(cfg->wompi_checkout, p);

    /* form-action also applies to redirects after a form; the last form redirects to the checkout */
    /* pictures may be on a merchant's own server; the icon is a data: URL */
    return apr_pstrcat(p, "default-src 'self'; img-src 'self' data: https:; object-src 'none'; "
                       "base-uri 'none'; "
                       "form-action 'self'", checkout ? " " : "", checkout ? checkout : "",
                       "; frame-ancestors", NULL);
}
