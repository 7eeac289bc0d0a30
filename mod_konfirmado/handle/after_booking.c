/* Mails of a booking, the waiting list and the feeds of professionals, as JSON. */
#include <string.h>

#include "flow/feed.h"
#include "flow_ctx.h"
#include "handle/admin_kit.h"
#include "handle/after_kit.h"
#include "handle/after_routes.h"
#include "http/reply.h"
#include "json/encode.h"

/* -- mails -- */

const char *const kfm_words_booking_mails[] = {"booking_received", "payment_failed", "booking_confirmed", "reminder_24h",
                                               "reminder_1h", "booking_moved", "booking_cancelled", "refund_done", NULL};

static const kf_json_field_t mail_list[] = {
    {.name = "kind", .type = KF_JSON_WORD, .required = true, .words = kfm_words_booking_mails},
};
static const kfm_fields_t mail_fields = KFM_FIELDS(mail_list, NULL);

static const kfm_edit_t mail_again = {.shape = KFM_DO, .stmt = &kf_doc_booking_mail_again, .fields = &mail_fields,
                                      .status = 202};

kf_err_t *kfm_handle_booking_mail(kfm_call_t *call)
{
    return kfm_admin_edit(call, &mail_again);
}

/* -- the waiting list -- */

static const char *const states[] = {"live", "unverified", "waiting", "offered", "taken", "left", "over", "all", NULL};

static const kf_json_field_t waiting_list[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_JSON_WORD, .words = states},
    {.name = "day", .type = KF_JSON_DATE},
};
static const kfm_fields_t waiting_filters = KFM_FIELDS(waiting_list, NULL);

static const kfm_edit_t waiting_away = {.shape = KFM_ID, .stmt = &kf_doc_waiting_remove, .status = 204};

kf_err_t *kfm_handle_waiting_list(kfm_call_t *call)
{
    return kfm_admin_list(call, &waiting_filters, &kf_doc_waiting_page);
}

kf_err_t *kfm_handle_waiting_remove(kfm_call_t *call)
{
    return kfm_admin_edit(call, &waiting_away);
}

/* -- feeds: the address is in the answer that made it, and nowhere else -- */

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

static const kfm_edit_t feed_end = {.shape = KFM_ID, .stmt = &kf_doc_feed_revoke, .status = 204};

kf_err_t *kfm_handle_feed_get(kfm_call_t *call)
{
    return kfm_admin_one(call, &kf_doc_feed_get);
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

kf_err_t *kfm_handle_feed_revoke(kfm_call_t *call)
{
    return kfm_admin_edit(call, &feed_end);
}
