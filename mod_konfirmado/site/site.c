/* GET /: the public page of a business on its host, or the platform's page on the platform's host. */
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "flow/hold/offer.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "page/share.h"
#include "site/view.h"
#include "wizard/view.h"

static kf_err_t *read_site(json_t **site, kfm_call_t *call)
{
    const kf_admin_act_t act = {.tenant = &call->tenant->id,
                                .stmt = &kf_doc_site_read,
                                .args = KFM_ARGS(KF_UUID(&call->tenant->id))};
    const char *json;

    KF_TRY(kf_flow_doc(&json, kfm_flow(call), &act, call->pool));
    return kfm_admin_parse(site, call, json);
}

/* *offer is NULL without a link, or if the link has just become unusable. */
static kf_err_t *read_offer(const kf_offer_t **offer, kfm_call_t *call, const char *link)
{
    kf_instant_t now;

    *offer = NULL;
    if (!link) {
        return NULL;
    }
    KF_TRY(kf_flow_offer(offer, &now, kfm_flow(call), call->tenant, link, call->pool));
    if (kf_offer_usable(*offer, now, call->pool)) {
        *offer = NULL;
    }
    return NULL;
}

static kf_err_t *make_business(const char **html, apr_size_t *len, kfm_call_t *call, const char *forced)
{
    json_t *site;
    const char *link, *key;
    kfm_site_page_t page = {.forced = forced};
    int64_t version;

    KF_TRY(read_site(&site, call));
    link = kfm_dash_text(site, "link");
    version = json_integer_value(json_object_get(site, "version"));
    key = apr_pstrcat(call->pool, "site:", call->tenant->id_text, ":", call->lang, ":", forced ? "1" : "0", ":", link, NULL);
    if (kfm_kept_get(html, len, call, key, version)) {
        return NULL;
    }
    page.site = site;
    KF_TRY(read_offer(&page.offer, call, link));
    KF_TRY(kfm_page_site(html, len, call, &page));
    kfm_kept_put(call, key, version, *html, *len);
    return NULL;
}

kf_err_t *kfm_handle_site(kfm_call_t *call)
{
    const kf_form_t *query;
    const char *html, *forced;
    apr_size_t len;

    KF_TRY(kfm_call_query(&query, call));
    forced = kfm_choice_lang(query);
    if (!call->tenant) {
        KF_TRY(kfm_page_platform(&html, &len, call, forced));
        return kfm_reply_page(call, 200, html, len);
    }
    if (call->tenant->suspended) {
        return kf_err(call->pool, KF_E_TENANT_SUSPENDED, "This business is not taking bookings at the moment.");
    }
    KF_TRY(make_business(&html, &len, call, forced));
    return kfm_reply_page(call, 200, html, len);
}
