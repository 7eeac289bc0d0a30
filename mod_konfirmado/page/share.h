#ifndef KFM_PAGE_SHARE_H
#define KFM_PAGE_SHARE_H
/*
 * What others see of a page whose address is shared or searched for: the description, Open Graph (https://ogp.me),
 * structured data (https://schema.org, as JSON-LD).
 */
#include "page/view.h"

typedef struct {
    const char *title;       /* of the preview */
    const char *description; /* one or two sentences; NULL: none */
    const char *path;        /* of the page, on the host of the business or the platform: "/" */
    bool indexed;            /* search engines may list it */
    json_t *data;            /* the JSON-LD object, which the view takes; NULL: none */
} kfm_share_t;

/** "https://host" that a business's public addresses begin with: its own domain if it has one, else its subdomain. */
const char *kfm_share_origin(const kfm_call_t *call, const kf_tenant_t *tenant);

/** A safe absolute address of a picture that may be a path of ours; NULL for NULL. */
const char *kfm_share_picture(const kfm_call_t *call, const kf_tenant_t *tenant, const char *url);

/** Sets `share` of the view; until then it is null, and the page asks not to be indexed. */
void kfm_share_put(kfm_view_t *view, const kfm_share_t *share);

#endif
