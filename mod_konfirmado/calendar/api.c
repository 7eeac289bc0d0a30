/* Calendars of professionals, for the merchant: /api/professionals/{id}/calendar and what belongs to it. */
#include <apr_strings.h>
#include <string.h>

#include "calendar/calendar.h"
#include "flow/calendar/calendar.h"
#include "flow/calendar/connect.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/fields.h"
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

static const kf_field_t invite_list[] = {
    {.name = "email", .type = KF_F_TEXT, .nullable = true, .min = 3, .max = 254},
    {.name = "language", .type = KF_F_WORD, .nullable = true, .words = kfm_words_language},
};
static const kfm_fields_t invite_fields = KFM_FIELDS(invite_list, NULL);

/* The link is in this answer alone: it is not kept, so a repeated request makes a new one. */
kf_err_t *kfm_handle_calendar_invite(kfm_call_t *call)
{
    kf_json_value_t v[2];
    kf_connect_wish_t wish = {0};
    kf_connect_invited_t made;
    kf_uuid_t id;
    json_t *body, *doc;
    kf_buf_t buf;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_body(&body, call));
    KF_TRY(kfm_fields_read(v, call, body, &invite_fields, false));
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

enum { F_WRITE, F_MEETING, F_GUEST, F_SUMMARY, F__N };

static const kf_field_t fields[F__N] = {
    [F_WRITE] = {.name = "write", .type = KF_F_TEXT, .nullable = true, .min = 1, .max = 300},
    [F_MEETING] = {.name = "meeting", .type = KF_F_BOOL},
    [F_GUEST] = {.name = "guest", .type = KF_F_BOOL},
    [F_SUMMARY] = {.name = "summary", .type = KF_F_TEXT, .max = 200},
};

static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = v[F_SUMMARY].present && v[F_SUMMARY].len ? kf_calendar_summary_check(v[F_SUMMARY].s, call->pool)
                                                             : NULL;

    if (bad) {
        bad->field = "summary";
    }
    return bad;
}

const kfm_fields_t kfm_fields_calendar = {fields, F__N, check};

const kfm_edit_t kfm_calendar_change = {.shape = KFM_CHANGE, .stmt = &kf_doc_calendar_change,
                                        .fields = &kfm_fields_calendar, .partial = true};
const kfm_edit_t kfm_calendar_disconnect = {.shape = KFM_ID, .stmt = &kf_doc_calendar_disconnect};

static kf_err_t *read_nothing(kfm_call_t *call)
{
    static const kfm_fields_t nothing = {NULL, 0, NULL};
    json_t *body;

    KF_TRY(kfm_admin_body(&body, call));
    return kfm_fields_read(NULL, call, body, &nothing, false);
}

kf_err_t *kfm_handle_calendar_test(kfm_call_t *call)
{
    const char *json;
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(read_nothing(call));
    KF_TRY(kf_flow_connect_try(&json, kfm_flow(call), &call->who->tenant, &id, call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}

/* -- what the calendar says against a booking, and events that could not be written -- */

static const kf_field_t filter_fields[] = {KFM_LIST_FIELDS};
static const kfm_fields_t filters = KFM_FIELDS(filter_fields, NULL);

const kfm_edit_t kfm_conflict_dismiss = {.shape = KFM_ID, .stmt = &kf_doc_calendar_conflict_dismiss};
const kfm_edit_t kfm_event_retry = {.shape = KFM_ID, .stmt = &kf_doc_calendar_event_retry};

const kfm_list_t kfm_conflicts = {&filters, &kf_doc_calendar_conflict_page};
