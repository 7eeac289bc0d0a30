/* Step 1: GET /book/{link}, and the stylesheet with the tenant's colours. */
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "wizard/wizard.h"

kf_err_t *kfm_handle_select(kfm_call_t *call)
{
    const kf_form_t *query;
    const kf_offer_t *offer;
    kfm_choice_t choice;
    kf_instant_t now;
    const char *link;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_call_query(&query, call));
    kfm_wizard_choice(&choice, call, query);
    KF_TRY(kf_flow_offer(&offer, &now, kfm_flow(call), call->tenant, link, call->pool));
    kfm_wizard_speak(call, offer, choice.lang_forced);
    KF_TRY(kf_offer_usable(offer, now, call->pool));
    return kfm_page_select(call, offer, &choice, NULL);
}
