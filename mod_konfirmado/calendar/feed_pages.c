/* /dashboard/professionals/{id}/feed */
#include <apr_strings.h>
#include <string.h>

#include "calendar/feed.h"
#include "calendar/feed_view.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "page/dash.h"

typedef struct {
    kf_uuid_t id;
    kfm_feed_page_t page;
} feed_t;

static kf_err_t *begin(feed_t *it, kfm_call_t *call)
{
    kf_err_t *err;

    memset(it, 0, sizeof(*it));
    KF_TRY(kfm_admin_id(&it->id, call, "id"));
    KF_TRY(kfm_admin_doc(&it->page.professional, call, false, &kf_doc_professional_get,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&it->id))));
    err = kfm_admin_doc(&it->page.feed, call, false, &kf_doc_feed_get, KFM_ARGS(KFM_TENANT(call), KF_UUID(&it->id)));
    return err && err->code != KF_E_NOT_FOUND ? err : NULL;
}

kf_err_t *kfm_dash_feed(kfm_call_t *call)
{
    feed_t it;

    KF_TRY(begin(&it, call));
    return kfm_page_feed(call, &it.page);
}

/* The answer itself shows the URL of the feed, without a redirect. It cannot be shown again. */
kf_err_t *kfm_dash_feed_create(kfm_call_t *call)
{
    kf_feed_made_t made;
    feed_t it;

    KF_TRY(begin(&it, call));
    KF_TRY(kfm_feed_make(&made, call, &it.id));
    KF_TRY(kfm_admin_parse(&it.page.feed, call, made.json));
    it.page.url = made.url;
    return kfm_page_feed(call, &it.page);
}

kf_err_t *kfm_dash_feed_ask(kfm_call_t *call)
{
    feed_t it;

    KF_TRY(begin(&it, call));
    return kfm_page_feed_ask(call, &it.page);
}

kf_err_t *kfm_dash_feed_revoke(kfm_call_t *call)
{
    const char *path;
    feed_t it;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(begin(&it, call));
    path = apr_pstrcat(call->pool, "/dashboard/professionals/", kf_uuid_text(&it.id, call->pool), "/feed", NULL);
    err = kfm_admin_doc(&doc, call, true, &kf_doc_feed_revoke, KFM_ARGS(KFM_TENANT(call), KF_UUID(&it.id)));
    return err && err->code != KF_E_CONFLICT ? err : kfm_dash_go(call, path, "after.feed_revoked");
}
