/* GET /docs: the API reference for developers. GET /docs/callbacks: the callbacks to their systems. */
#include "handle/acts.h"
#include "http/reply.h"
#include "operator/docs_view.h"

kf_err_t *kfm_handle_docs(kfm_call_t *call)
{
    kfm_reply_header(call, "Cache-Control", "no-cache");
    return kfm_page_docs(call);
}

kf_err_t *kfm_handle_docs_callbacks(kfm_call_t *call)
{
    kfm_reply_header(call, "Cache-Control", "no-cache");
    return kfm_page_docs_callbacks(call);
}
