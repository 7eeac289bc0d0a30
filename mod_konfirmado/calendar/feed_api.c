/* /api/professionals/{id}/feed. Only the answer to the creation contains the feed's URL. */
#include <string.h>

#include "calendar/feed.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/kit.h"
#include "http/reply.h"
#include "json/encode.h"

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant, *professional;
    kf_feed_made_t *out;
} feed_t;

static kf_err_t *create(kf_db_t *db, void *baton, apr_pool_t *p)
{
    feed_t *it = baton;

    return kf_flow_feed_create(it->out, it->flow, db, it->tenant, it->professional, p);
}

kf_err_t *kfm_feed_make(kf_feed_made_t *out, kfm_call_t *call, const kf_uuid_t *professional)
{
    feed_t it = {kfm_flow(call), &call->who->tenant, professional, out};

    return kf_flow_admin(it.flow, it.tenant, kfm_actor(call), create, &it, call->pool);
}

kf_err_t *kfm_handle_feed_create(kfm_call_t *call)
{
    kf_feed_made_t made;
    const char *json;
    json_t *doc;
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_no_body(call));
    KF_TRY(kfm_feed_make(&made, call, &id));
    KF_TRY(kfm_admin_parse(&doc, call, made.json));
    json_object_set_new(doc, "url", json_string(made.url));
    json = kfm_admin_text(call, doc);
    return kfm_reply_json(call, 201, json, strlen(json));
}
