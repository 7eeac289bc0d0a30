#ifndef KFM_PAGE_VISIT_REPORT_H
#define KFM_PAGE_VISIT_REPORT_H
/* The page on which the reader of a mail reports it. */
#include "page/page.h"
#include "page/visit.h"

typedef struct {
    const char *token;
    const char *lang_forced; /* ?lang=, or NULL */
    json_t *doc;             /* of kf.mail_report */
} kfm_report_page_t;

kf_err_t *kfm_page_visit_report(kfm_call_t *call, const kfm_report_page_t *page);

#endif
