#ifndef KFM_CALENDAR_FEED_VIEW_H
#define KFM_CALENDAR_FEED_VIEW_H
/* The pages of a professional's feed. Documents are borrowed. */
#include "page/dash.h"

/* /dashboard/professionals/{id}/feed */
typedef struct {
    json_t *professional;
    json_t *feed;    /* kf.feed_get; NULL: there is none */
    const char *url; /* of a feed just made, shown once; or NULL */
} kfm_feed_page_t;
kf_err_t *kfm_page_feed(kfm_call_t *call, const kfm_feed_page_t *page);
kf_err_t *kfm_page_feed_ask(kfm_call_t *call, const kfm_feed_page_t *page);

#endif
