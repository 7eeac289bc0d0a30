#ifndef KFM_SITE_VIEW_H
#define KFM_SITE_VIEW_H
/* The first page of a host. */
#include "page/view.h"

/* Of a business. */
typedef struct {
    const json_t *site;      /* the document of kf.site_read */
    const kf_offer_t *offer; /* of its booking link; NULL: there is none */
    const char *forced;      /* ?lang=, or NULL */
} kfm_site_page_t;

/** Renders into the call's pool. KF_E_INTERNAL. */
kf_err_t *kfm_page_site(const char **html, apr_size_t *len, kfm_call_t *call, const kfm_site_page_t *page);

/** The page of the platform: sign in, register. */
kf_err_t *kfm_page_platform(const char **html, apr_size_t *len, kfm_call_t *call, const char *forced);

#endif
