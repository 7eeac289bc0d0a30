/* The pages of a professional's feed. */
#include <apr_strings.h>

#include "calendar/feed_view.h"
#include "page/say.h"

static const char *say(kfm_call_t *call, const char *key)
{
    return kf_catalog_text(KFM_SAY(call), key);
}

static const char *path_of(kfm_call_t *call, const kfm_feed_page_t *page, const char *verb)
{
    return apr_pstrcat(call->pool, "/dashboard/professionals/", kfm_dash_text(page->professional, "id"), verb, NULL);
}

kf_err_t *kfm_page_feed(kfm_call_t *call, const kfm_feed_page_t *page)
{
    const char *name = kfm_dash_text(page->professional, "name");
    kfm_view_t view;
    json_t *feed;

    KF_TRY(kfm_say_begin(&view, call, "professionals",
                         kf_catalog_format(KFM_SAY(call), "feed.title", call->pool, "name", name, NULL)));
    kfm_dash_back(&view, path_of(call, page, ""), name);
    kfm_put(view.root, "intro", say(call, "feed.intro"));
    kfm_put(view.root, "action", path_of(call, page, "/feed"));
    kfm_put(view.root, "revoke_url", path_of(call, page, "/feed/revoke"));
    call->referrer = page->url ? "no-referrer" : NULL;
    kfm_put(view.root, "feed_url", page->url);
    feed = page->feed ? json_object() : json_null();
    if (page->feed) {
        kfm_say_put_when(feed, "made", call, kfm_dash_text(page->feed, "created_at"));
        kfm_say_put_when(feed, "read", call, kfm_dash_text(page->feed, "read_at"));
    }
    json_object_set_new(view.root, "feed", feed);
    return kfm_dash_send(&view, 200, "calendar/feed");
}

kf_err_t *kfm_page_feed_ask(kfm_call_t *call, const kfm_feed_page_t *page)
{
    const char *name = kfm_dash_text(page->professional, "name");
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "professionals", say(call, "feed.ask_title")));
    kfm_dash_back(&view, path_of(call, page, "/feed"),
                  kf_catalog_format(KFM_SAY(call), "feed.title", call->pool, "name", name, NULL));
    kfm_put(view.root, "text", kf_catalog_format(KFM_SAY(call), "feed.ask_text", call->pool, "name", name, NULL));
    kfm_put_null(view.root, "future_text");
    kfm_put_null(view.root, "version");
    kfm_put(view.root, "action", path_of(call, page, "/feed/revoke"));
    kfm_put(view.root, "cancel_url", path_of(call, page, "/feed"));
    kfm_put(view.root, "submit_text", say(call, "feed.revoke"));
    return kfm_dash_send(&view, 200, "dash/ask");
}
