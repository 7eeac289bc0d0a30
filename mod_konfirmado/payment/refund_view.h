#ifndef KFM_PAYMENT_REFUND_VIEW_H
#define KFM_PAYMENT_REFUND_VIEW_H
/*
 * The page of refunds, and of credits: payments that were set aside. Documents are borrowed. A `problem` (or NULL)
 * is an error to show on top of the page; its status is the answer's.
 */
#include <jansson.h>
#include "http/call.h"
#include "time/instant.h"

/* /dashboard/refunds */
typedef struct {
    const kf_form_t *query;
    json_t *doc, *credits;     /* kf.refund_page, kf.credit_page */
    kf_instant_t now;
    const kf_err_t *problem;
    const char *id, *typed;    /* the refund or credit whose note was refused, and the note; or NULL */
} kfm_refunds_t;

kf_err_t *kfm_page_refunds(kfm_call_t *call, const kfm_refunds_t *page);

#endif
