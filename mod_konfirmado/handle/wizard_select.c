/* Step 1: GET /book/{link}, and the stylesheet with the tenant's colours. */
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "handle/handle.h"
#include "handle/wizard.h"
#include "http/reply.h"

kf_err_t *kfm_handle_select(kfm_call_t *call)
{
    const kf_form_t *query;
    const kf_offer_t *offer;
    kfm_choice_t choice;
    kf_instant_t now;
    const char *link;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_call_query(&query, call));
    kfm_choice_read(&choice, query);
    KF_TRY(kf_flow_offer(&offer, &now, kfm_flow(call), call->tenant, link, call->pool));
    kfm_wizard_speak(call, offer, choice.lang_forced);
    KF_TRY(kf_offer_usable(offer, now, call->pool));
    return kfm_page_select(call, offer, &choice, NULL);
}

/* /book/theme.css?tenant=ID&v=VERSION: the version makes it safe to keep for long. */
kf_err_t *kfm_handle_theme(kfm_call_t *call)
{
    const kf_form_t *query;
    const kf_tenant_t *tenant = call->tenant;
    const char *id;
    kf_uuid_t uuid;

    KF_TRY(kfm_call_query(&query, call));
    id = kf_form_get(query, "tenant");
    if (!id || !kf_uuid_read(&uuid, id, strlen(id))) {
        return kf_err_field(call->pool, KF_E_NOT_FOUND, "tenant", "There is no such stylesheet.");
    }
    if (!tenant || !kf_uuid_equal(&tenant->id, &uuid)) {
        if (tenant) {
            return kf_err_field(call->pool, KF_E_NOT_FOUND, "tenant", "There is no such stylesheet.");
        }
        KF_TRY(kf_flow_tenant(&tenant, kfm_flow(call), "id", id, call->pool));
    }
    if (!tenant) {
        return kf_err_field(call->pool, KF_E_NOT_FOUND, "tenant", "There is no such stylesheet.");
    }
    return kfm_page_theme(call, tenant, kf_form_get(query, "v"));
}
