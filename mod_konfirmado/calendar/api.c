/* The merchant's API of professionals' calendars: /api/professionals/{id}/calendar and below. */
#include <apr_strings.h>
#include <string.h>

#include "calendar/calendar.h"
#include "flow/calendar/calendar.h"
#include "flow/calendar/connect.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "json/encode.h"
#include "text/validate.h"

/* -- the invitation -- */

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    const kf_connect_wish_t *wish;
    kf_connect_invited_t *out;
} invite_t;

static kf_err_t *invite(kf_db_t *db, void *baton, apr_pool_t *p)
{
    invite_t *it = baton;

    return kf_flow_connect_invite(it->out, it->flow, db, it->tenant, it->wish, p);
}

kf_err_t *kfm_calendar_invite(kf_connect_invited_t *out, kfm_call_t *call, const kf_connect_wish_t *wish)
{
    invite_t it = {kfm_flow(call), &call->who->tenant, wish, out};

    return kf_flow_admin(it.flow, it.tenant, kfm_actor(call), invite, &it, call->pool);
}

/* Only this answer contains the link. The link is not stored, so a repeated request makes a new one. */
kf_err_t *kfm_handle_calendar_invite(kfm_call_t *call)
{
    kf_json_value_t v[KFM_N(calendar_invite)];
    kf_connect_wish_t wish = {0};
    kf_connect_invited_t made;
    kf_uuid_t id;
    json_t *body, *doc;
    kf_buf_t buf;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_read(&body, v, call));
    wish = (kf_connect_wish_t){&id, v[0].present ? v[0].s : NULL, v[1].present ? v[1].s : NULL};
    KF_TRY(kfm_calendar_invite(&made, call, &wish));
    KF_TRY(kfm_admin_parse(&doc, call, made.json));
    kf_buf_init(&buf, call->pool, 512, 4096);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "url", made.url);
    kf_json_str(&buf, "expires_at", json_string_value(json_object_get(doc, "expires_at")));
    kf_json_bool(&buf, "mailed", json_is_true(json_object_get(doc, "mailed")));
    kf_json_close(&buf, '}');
    return kfm_reply_buf(call, 201, &buf);
}

/* -- the calendar -- */

kf_err_t *kfm_check_calendar(kfm_call_t *call, const kf_json_value_t *v)
{
    const kf_json_value_t *summary = &v[KFM_AT(calendar, summary)];
    kf_err_t *bad = summary->present && summary->len ? kf_calendar_summary_check(summary->s, call->pool) : NULL;

    if (bad) {
        bad->field = "summary";
    }
    return bad;
}

kf_err_t *kfm_handle_calendar_test(kfm_call_t *call)
{
    const char *json;
    json_t *body;
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_read(&body, NULL, call));
    KF_TRY(kf_flow_connect_try(&json, kfm_flow(call), &call->who->tenant, &id, call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}
