#ifndef KFM_PAGE_SHARE_H
#define KFM_PAGE_SHARE_H
/*
 * Metadata of a page for link previews and search engines: the description, Open Graph (https://ogp.me), structured
 * data (https://schema.org, as JSON-LD).
 */
#include "page/view.h"

typedef struct {
    const char *title;       /* of the preview */
    const char *description; /* one or two sentences; NULL: none */
    const char *path;        /* of the page, on the host of the business or the platform: "/" */
    bool indexed;            /* search engines may list it */
    json_t *data;            /* the JSON-LD object; kfm_share_put() takes the reference; NULL: none */
} kfm_share_t;

/** "https://host" of a business's public URLs: its own domain if it has one, else its subdomain. */
const char *kfm_share_origin(const kfm_call_t *call, const kf_tenant_t *tenant);

/** The absolute URL of a picture; `url` may be one of our paths. NULL if it is NULL or not safe to follow. */
const char *kfm_share_picture(const kfm_call_t *call, const kf_tenant_t *tenant, const char *url);

/** Sets `share` of the view. By default it is null, and the page asks not to be indexed. */
void kfm_share_put(kfm_view_t *view, const kfm_share_t *share);

#endif
