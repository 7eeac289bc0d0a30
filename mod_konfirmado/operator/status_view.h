#ifndef KFM_OPERATOR_STATUS_VIEW_H
#define KFM_OPERATOR_STATUS_VIEW_H
/* The operator's page. */
#include "flow/operator/status.h"
#include "http/call.h"
#include "metrics.h"

typedef struct {
    const kf_status_t *status; /* no rows if the database could not be read */
    bool read;                 /* the database was read */
    kfm_metrics_connections_t pool;
} kfm_status_page_t;

/** Answers with the page, in the language of the request. */
kf_err_t *kfm_page_status(kfm_call_t *call, const kfm_status_page_t *page);

#endif
