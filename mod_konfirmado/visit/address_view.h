#ifndef KFM_VISIT_ADDRESS_VIEW_H
#define KFM_VISIT_ADDRESS_VIEW_H
/* The page on which the reader of a mail confirms their address. */
#include "visit/view.h"
#include "wizard/view.h"

typedef struct {
    const char *token;
    const char *lang_forced; /* ?lang=, or NULL */
    json_t *doc;             /* of kf.free_address_confirm */
} kfm_address_page_t;

kf_err_t *kfm_page_visit_address(kfm_call_t *call, const kfm_address_page_t *page);

#endif
