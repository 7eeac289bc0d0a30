#ifndef KFM_OPERATOR_DOCS_VIEW_H
#define KFM_OPERATOR_DOCS_VIEW_H
/*
 * The description of the API (openapi.json) as a page, the same on every host: a process
 * makes it once for each language. Names are those of the description; its sentences are shown
 * as htdocs/i18n/es_of_en/api.json says them in Spanish.
 */
#include "http/call.h"

/** Renders and answers. */
kf_err_t *kfm_page_docs(kfm_call_t *call);
/** The same of the page about callbacks, which is a template in each language. */
kf_err_t *kfm_page_docs_callbacks(kfm_call_t *call);

#endif
