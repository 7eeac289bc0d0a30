#include "page/share.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

const char *kfm_share_origin(const kfm_call_t *call, const kf_tenant_t *tenant)
{
    const kfm_cfg_t *cfg = call->cfg;

    if (!tenant) {
        return cfg->base_url;
    }
    return tenant->custom_domain
               ? apr_pstrcat(call->pool, cfg->base_scheme, "://", tenant->custom_domain, NULL)
               : apr_pstrcat(call->pool, cfg->base_scheme, "://", tenant->subdomain, ".", cfg->base_authority, NULL);
}

const char *kfm_share_picture(const kfm_call_t *call, const kf_tenant_t *tenant, const char *url)
{
    url = kfm_url_safe(url);
    return url && *url == '/' ? apr_pstrcat(call->pool, kfm_share_origin(call, tenant), url, NULL) : url;
}

/* Link preview generators read PNG and JPEG, but not SVG. */
static const char *preview(const kfm_view_t *view)
{
    const char *logo = view->tenant ? view->tenant->logo_url : NULL, *dot = logo ? strrchr(logo, '.') : NULL;

    return dot && strcmp(dot, ".svg") != 0 ? kfm_share_picture(view->call, view->tenant, logo) : NULL;
}

/* "</" ends a script element of any type, so every "<" in its text is escaped. */
static const char *script_text(const json_t *data, apr_pool_t *p)
{
    char *json = json_dumps(data, JSON_COMPACT), *at = json, *next;
    const char *text = "";

    for (; at && (next = strchr(at, '<')); at = next + 1) {
        text = apr_pstrcat(p, text, apr_pstrmemdup(p, at, (apr_size_t)(next - at)), "\\u003c", NULL);
    }
    text = at ? apr_pstrcat(p, text, at, NULL) : NULL;
    free(json);
    return text;
}

void kfm_share_put(kfm_view_t *view, const kfm_share_t *share)
{
    kfm_call_t *call = view->call;
    const char *picture = preview(view);
    json_t *out = json_object();

    kfm_put(out, "site", view->tenant ? view->tenant->name : "Konfirmado");
    kfm_put(out, "title", share->title);
    kfm_put(out, "description", share->description);
    kfm_put(out, "url", apr_pstrcat(call->pool, kfm_share_origin(call, view->tenant), share->path, NULL));
    kfm_put(out, "picture", picture);
    kfm_put(out, "locale", strcmp(call->lang, "es") ? "en_US" : "es_CO");
    kfm_put(out, "data", share->data ? script_text(share->data, call->pool) : NULL);
    kfm_put_flag(out, "indexed", share->indexed);
    kfm_put(out, "touch", picture);
    json_object_set_new(view->root, "share", out);
    json_decref(share->data);
}
