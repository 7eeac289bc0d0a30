/* GET /problems and /problems/{code}: the pages that the `type` of problem details (RFC 9457) refers to. */
#include <string.h>

#include "handle/acts.h"
#include "operator/problems_view.h"

kf_err_t *kfm_handle_problems(kfm_call_t *call)
{
    return kfm_page_problems(call, KF_E__COUNT);
}

kf_err_t *kfm_handle_problem(kfm_call_t *call)
{
    kf_code_t code = kf_code_of(kfm_call_param(call, "code"));

    if (code == KF_E__COUNT) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "There is no such error.");
    }
    return kfm_page_problems(call, code);
}
