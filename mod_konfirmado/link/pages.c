/* /dashboard/links */
#include <apr_strings.h>
#include <string.h>

#include "handle/acts.h"
#include "handle/pages.h"
#include "handle/upload.h"
#include "http/reply.h"
#include "text/qr.h"

static kf_err_t *options(json_t *out, kfm_call_t *call)
{
    KF_TRY(kfm_pages_choices(out, call, "service", &kf_doc_service_page));
    return kfm_pages_choices(out, call, "professional", &kf_doc_professional_page);
}

static void item_words(json_t *item, kfm_call_t *call)
{
    const char *path = kfm_dash_text(item, "url_path"), *id = kfm_dash_text(item, "id");
    json_t *max = json_object_get(item, "max_uses");
    const char *uses = apr_psprintf(call->pool, "%" APR_INT64_T_FMT,
                                    (apr_int64_t)json_integer_value(json_object_get(item, "uses")));

    kfm_put(item, "link_url", apr_pstrcat(call->pool, kfm_pages_site(call), path, NULL));
    kfm_put(item, "field_id", apr_pstrcat(call->pool, "link-", id, NULL));
    kfm_put(item, "qr_url", apr_pstrcat(call->pool, "/dashboard/links/", id, "/qr.svg", NULL));
    kfm_put(item, "uses_text",
            json_is_integer(max)
                ? kf_catalog_format(KFM_SAY(call), "link.uses_of", call->pool, "uses", uses, "max",
                                    apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(max)), NULL)
                : kf_catalog_plural(KFM_SAY(call), "link.uses", (long)json_integer_value(json_object_get(item, "uses")),
                                    call->pool));
    kfm_put(item, "state_text",
            kfm_words(call, apr_pstrcat(call->pool, "link.state_", kfm_dash_text(item, "state"), NULL), NULL));
    kfm_put_flag(item, "archived", !kfm_dash_is(item, "active"));
}

static kf_err_t *show(kfm_view_t *view, const kfm_form_t *form)
{
    const char *site = kfm_pages_site(view->call);

    (void)form;
    kfm_put(view->root, "site", site);
    return NULL;
}

const kfm_pages_t kfm_link_pages = {
    .nav = "links", .path = "/dashboard/links", .group = "link", .list_template = "link/list",
    .template = "link/one",
    .page = &kf_doc_link_page, .get = &kf_doc_link_get, .add = &kf_doc_link_add, .change = &kf_doc_link_change,
    .archive = &kf_doc_link_deactivate, .checks = &kfm_fields_link, .options = options, .show = show, .item = item_words};

/* The QR code of the link's URL, to print or to save. */
kf_err_t *kfm_dash_link_qr(kfm_call_t *call)
{
    const char *url, *svg;
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_link_get, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id))));
    url = apr_pstrcat(call->pool, kfm_pages_site(call), kfm_dash_text(doc, "url_path"), NULL);
    KF_TRY(kf_qr_svg(&svg, url, call->pool));
    call->policy = KFM_PICTURE_POLICY;
    kfm_reply_header(call, "Content-Disposition", "inline; filename=\"qr.svg\"");
    return kfm_reply_bytes(call, 200, "image/svg+xml", svg, strlen(svg));
}
