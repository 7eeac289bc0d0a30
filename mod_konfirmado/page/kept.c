/* Rendered pages in the process's cache. */
#include <apr_strings.h>

#include "flow_ctx.h"
#include "page/view.h"

typedef struct {
    const char *html;
    apr_size_t len;
    const char *style_source;
} bytes_t;

/* Servers with the same database share the cache, but may have different templates and URLs. */
static const char *own_key(const kfm_call_t *call, const char *key)
{
    return apr_psprintf(call->pool, "p:%pp:%s", (const void *)call->cfg, key);
}

bool kfm_kept_get(const char **html, apr_size_t *len, kfm_call_t *call, const char *key,
                  int64_t version)
{
    const bytes_t *bytes;
    int64_t kept;

    bytes = kf_cache_get(kfm_flow(call)->cache, own_key(call, key), 0, &kept, call->pool);
    if (!bytes || kept != version) {
        return false;
    }
    *html = bytes->html;
    *len = bytes->len;
    call->style_source = bytes->style_source;
    return true;
}

void kfm_kept_put(kfm_call_t *call, const char *key, int64_t version, const char *html,
                  apr_size_t len)
{
    apr_pool_t *keep = kf_cache_pool();
    bytes_t *bytes = apr_palloc(keep, sizeof(*bytes));
    kf_cache_item_t item = {own_key(call, key), version, INT64_MAX, bytes, keep};

    /* a copy, because the pool of the rendering holds outgrown buffers too */
    bytes->html = apr_pmemdup(keep, html, len);
    bytes->len = len;
    bytes->style_source = call->style_source ? apr_pstrdup(keep, call->style_source) : NULL;
    kf_cache_put(kfm_flow(call)->cache, &item, call->pool);
}
