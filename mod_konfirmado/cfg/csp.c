#include "cfg/csp.h"

#include <apr_strings.h>
#include <apr_uri.h>
#include <string.h>

#include "cfg/provider.h"

static const char *origin_of_url(const char *url, apr_pool_t *p)
{
    apr_uri_t uri;

    if (!url || apr_uri_parse(p, url, &uri) != APR_SUCCESS || !uri.scheme || !uri.hostinfo) {
        return NULL;
    }
    return apr_pstrcat(p, uri.scheme, "://", uri.hostinfo, NULL);
}

/* Whether a list of words separated by blanks has this one. */
static bool has(const char *list, const char *word, apr_pool_t *p)
{
    return strstr(apr_pstrcat(p, list, " ", NULL), apr_pstrcat(p, " ", word, " ", NULL)) != NULL;
}

/* form-action holds for the redirect after a form too, and the last form leads to a provider's checkout */
static const char *form_targets(const kfm_raw_t *raw, apr_pool_t *p)
{
    const char *list = "'self'";
    const kf_setting_t *setting;

    for (int i = 0; (setting = kfm_setting_at(i)); i++) {
        const char *origin = setting->form ? origin_of_url(raw->settings[i], p) : NULL;

        list = origin && !has(list, origin, p) ? apr_pstrcat(p, list, " ", origin, NULL) : list;
    }
    return list;
}

const char *kfm_cfg_csp(const kfm_raw_t *raw, apr_pool_t *p)
{
    /* pictures may be a merchant's own, on a server of theirs; the icon is a data: URL */
    return apr_pstrcat(p, "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action ",
                       form_targets(raw, p), "; frame-ancestors", NULL);
}
