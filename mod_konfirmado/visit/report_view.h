#ifndef KFM_VISIT_REPORT_VIEW_H
#define KFM_VISIT_REPORT_VIEW_H
/* The page on which the reader of a mail reports it. */
#include "visit/view.h"
#include "wizard/view.h"

typedef struct {
    const char *token;
    const char *lang_forced; /* ?lang=, or NULL */
    json_t *doc;             /* of kf.mail_report */
} kfm_report_page_t;

kf_err_t *kfm_page_visit_report(kfm_call_t *call, const kfm_report_page_t *page);

#endif
