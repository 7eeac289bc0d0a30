#ifndef KFM_OPERATOR_PROBLEMS_VIEW_H
#define KFM_OPERATOR_PROBLEMS_VIEW_H
/* The page for authors of API clients: the meaning of each error of base/errors.def. */
#include "http/call.h"

/** Answers with the page of one code, or of all for KF_E__COUNT, in the language of the request. */
kf_err_t *kfm_page_problems(kfm_call_t *call, kf_code_t code);

#endif
