#ifndef KFM_OPERATOR_DOCS_VIEW_H
#define KFM_OPERATOR_DOCS_VIEW_H
/*
 * The description of the API (openapi.json) as a page, the same on every host: a process
 * renders it once for each language. Names are those of the description; its sentences are
 * translated to Spanish by htdocs/i18n/es_of_en/api.json.
 */
#include "http/call.h"

/** Renders and answers. */
kf_err_t *kfm_page_docs(kfm_call_t *call);
/** The page about callbacks, which has a template for each language. */
kf_err_t *kfm_page_docs_callbacks(kfm_call_t *call);

#endif
