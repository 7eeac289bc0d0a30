/* GET /api/booking/{link}/options and GET /api/availability. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "fields.h"
#include "flow/hold/availability.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "json/encode.h"
#include "tenant.h"

#define ID_BYTES 40
#define SLOT_BYTES (sizeof("{\"start\":\"\",\"end\":\"\"},") - 1 + 2 * KF_LOCAL_CHARS)

/* The fields that customers see, as the database returned them. */
static void write_shown(kf_buf_t *buf, const json_t *doc)
{
    for (size_t i = 0; i < KFM_N(service); i++) {
        const char *name = kfm_service_fields[i].name;
        char *text = kfm_service_fields[i].shown ? json_dumps(json_object_get(doc, name), JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

        if (text) {
            kf_json_raw(buf, name, text, strlen(text));
        }
        free(text);
    }
}

static void write_service(kf_buf_t *buf, const kf_offer_t *offer, const kf_service_t *service)
{
    kf_json_open(buf, '{');
    kf_json_str(buf, "id", service->id_text);
    write_shown(buf, service->doc);
    kf_json_int(buf, "duration_minutes", service->duration_min);
    kf_json_int(buf, "price_cents", service->price_cents);
    kf_json_int(buf, "charge_cents", service->charge_cents);
    kf_json_str(buf, "currency", service->currency);
    kf_json_open_key(buf, "professionals", '[');
    for (int i = 0; i < service->n_professionals; i++) {
        kf_json_str(buf, NULL, offer->professionals[service->professionals[i]].id_text);
    }
    kf_json_close(buf, ']');
    kf_json_close(buf, '}');
}

static void write_professional(kf_buf_t *buf, const kf_professional_t *professional)
{
    kf_json_open(buf, '{');
    kf_json_str(buf, "id", professional->id_text);
    kf_json_str(buf, "name", professional->name);
    kf_json_str(buf, "description", professional->description);
    kf_json_str(buf, "photo_url", professional->photo_url);
    kf_json_str(buf, "timezone", professional->time_zone);
    kf_json_close(buf, '}');
}

static void write_offer(kf_buf_t *buf, const kf_offer_t *offer)
{
    kf_json_open(buf, '{');
    kf_json_open_key(buf, "services", '[');
    for (int i = 0; i < offer->n_services; i++) {
        write_service(buf, offer, &offer->services[i]);
    }
    kf_json_close(buf, ']');
    kf_json_open_key(buf, "professionals", '[');
    for (int i = 0; i < offer->n_professionals; i++) {
        write_professional(buf, &offer->professionals[i]);
    }
    kf_json_close(buf, ']');
    kf_json_open_key(buf, "preselected", '{');
    kf_json_str(buf, "service", offer->service >= 0 ? offer->services[offer->service].id_text : NULL);
    kf_json_str(buf, "professional",
                offer->professional >= 0 ? offer->professionals[offer->professional].id_text : NULL);
    kf_json_bool(buf, "locked", offer->locked);
    kf_json_close(buf, '}');
    kf_json_close(buf, '}');
}

kf_err_t *kfm_handle_options(kfm_call_t *call)
{
    const char *link = kfm_call_param(call, "link");
    const kf_offer_t *offer;
    kf_instant_t now;
    kf_buf_t buf;

    KF_TRY(kfm_tenant_of_link(call, link));
    KF_TRY(kf_flow_offer(&offer, &now, kfm_flow(call), call->tenant, link, call->pool));
    KF_TRY(kf_offer_usable(offer, now, call->pool));
    kf_buf_init(&buf, call->pool, 4096, KF_MAX_PAGE);
    write_offer(&buf, offer);
    return kfm_reply_buf(call, 200, &buf);
}

/* The most frequent answer: it is written directly into a buffer of the right size. */
static void write_slots(kf_buf_t *buf, const kf_slots_t *slots, const char *next)
{
    int64_t length = slots->offer->services[slots->service].rule.duration;
    size_t start_step = 0, end_step = 0;
    kf_local_writer_t starts = {0}, ends = {0};

    kf_buf_str(buf, "{\"timezone\":\"");
    kf_buf_json(buf, slots->zone, strlen(slots->zone));
    kf_buf_str(buf, "\",\"slots\":[");
    for (size_t i = 0; i < slots->n && kf_buf_room(buf, SLOT_BYTES); i++) {
        kf_instant_t at = slots->starts[i];
        char *to = buf->data + buf->len;

        if (i) {
            *to++ = ',';
        }
        memcpy(to, "{\"start\":\"", 10);
        to = kf_local_writer_write(&starts, to + 10, at, kf_zone_offset_next(&slots->offsets, &start_step, at));
        memcpy(to, "\",\"end\":\"", 9);
        at += length;
        to = kf_local_writer_write(&ends, to + 9, at, kf_zone_offset_next(&slots->offsets, &end_step, at));
        memcpy(to, "\"}", 2);
        buf->len = (size_t)(to + 2 - buf->data);
    }
    kf_buf_str(buf, "],\"calendar_unavailable\":[");
    for (size_t i = 0; i < slots->n_unread; i++) {
        kf_json_str(buf, NULL, slots->offer->professionals[slots->unread[i]].id_text);
    }
    kf_buf_str(buf, "]");
    kf_json_str(buf, "next", next);
    kf_buf_str(buf, "}");
}

kf_err_t *kfm_handle_availability(kfm_call_t *call)
{
    const kf_form_t *query;
    kf_slots_ask_t ask = {0};
    kf_slots_t slots;
    kf_buf_t buf;

    KF_TRY(kfm_call_query(&query, call));
    ask.link = kf_form_get(query, "link");
    if (!ask.link || !*ask.link) {
        return kf_err_wrong(call->pool, "link", KF_WRONG_REQUIRED, "Name the booking link: its public id.");
    }
    KF_TRY(kfm_tenant_of_link(call, ask.link));
    ask.tenant = call->tenant;
    ask.service = kf_form_get(query, "service");
    ask.professional = kf_form_get(query, "professional");
    ask.zone = kf_form_get(query, "timezone");
    ask.from = kf_form_get(query, "from");
    ask.to = kf_form_get(query, "to");
    KF_TRY(kf_flow_slots(&slots, kfm_flow(call), &ask, call->pool));
    kf_buf_init(&buf, call->pool, 192 + slots.n * SLOT_BYTES + slots.n_unread * ID_BYTES,
                256 + KF_MAX_SLOTS * SLOT_BYTES + slots.n_unread * ID_BYTES);
    write_slots(&buf, &slots, slots.more ? kf_date_text(slots.to + 1, call->pool) : NULL);
    return kfm_reply_buf(call, 200, &buf);
}
