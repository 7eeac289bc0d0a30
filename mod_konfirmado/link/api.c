/* /api/booking-links. */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "http/reply.h"

/* Adds the full URL, on the business's own host. */
static void put_url(json_t *link, kfm_call_t *call)
{
    const char *path = json_string_value(json_object_get(link, "url_path"));

    if (path) {
        json_object_set_new(link, "url", json_string(apr_pstrcat(call->pool, kfm_pages_site(call), path, NULL)));
    }
}

/* Works on one link or on a list. */
kf_err_t *kfm_link_complete(const char **json, kfm_call_t *call)
{
    json_t *doc, *item;
    size_t i;

    KF_TRY(kfm_admin_parse(&doc, call, *json));
    put_url(doc, call);
    json_array_foreach(json_object_get(doc, "items"), i, item) {
        put_url(item, call);
    }
    *json = kfm_admin_text(call, doc);
    return NULL;
}

kf_err_t *kfm_handle_links(kfm_call_t *call)
{
    const char *json;
    json_t *query;

    KF_TRY(kfm_admin_query(&query, NULL, call));
    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_link_page,
                          KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_admin_text(call, query)))));
    KF_TRY(kfm_link_complete(&json, call));
    return kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_handle_link(kfm_call_t *call)
{
    const char *json;
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_link_get, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id))));
    KF_TRY(kfm_link_complete(&json, call));
    return kfm_admin_reply(call, json);
}
