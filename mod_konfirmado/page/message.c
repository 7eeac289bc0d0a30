#include "page/message.h"

#include <string.h>

#define ID_URL "/dashboard/callbacks/"

static const kfm_show_t sending[] = {KFM_SHOW("n", SAID, .as = "title", .with = "ops.callback.try"),
                                     KFM_SHOW("at", WHEN),
                                     KFM_SHOW("status", SAID, .as = "answer", .with = "ops.callback.answer"),
                                     KFM_SHOW("latency_ms", SAID, .as = "took", .with = "ops.callback.took", .slot = "ms"),
                                     KFM_SHOW("remote_ip", SAID, .as = "ip", .with = "ops.callback.from_ip", .slot = "ip"),
                                     KFM_SHOW_END};
static const kfm_show_t message[] = {KFM_SHOW("url", TEXT, .as = "to"),
                                     KFM_SHOW("id", LINK, .as = "url", .with = ID_URL),
                                     KFM_SHOW("event", WORD, .with = "event"),
                                     KFM_SHOW("state", BADGE, .as = "badge", .with = "message"),
                                     KFM_SHOW("created_at", WHEN, .as = "created"),
                                     KFM_SHOW("next_attempt_at", WHEN, .as = "next"),
                                     KFM_SHOW("done_at", WHEN, .as = "done"),
                                     KFM_SHOW("log", EACH, .rows = sending),
                                     KFM_SHOW_END};
static const kfm_show_t of_id[] = {KFM_SHOW("booking", LINK, .as = "booking_url", .with = "/dashboard/bookings/"), KFM_SHOW_END};
static const kfm_show_t of_booking[] = {
    KFM_SHOW("booking.id", LINK, .as = "booking_url", .with = "/dashboard/bookings/"), KFM_SHOW_END};

void kfm_message_show(json_t *doc, kfm_call_t *call)
{
    const char *state = kfm_say_text(doc, "state"), *url = kfm_say_text(doc, "url");
    json_t *one;
    size_t i;

    kfm_put(doc, "site", url ? kfm_url_site(url, call->pool) : NULL);
    kfm_put_flag(doc, "can_resend", call->who->owner && state && (!strcmp(state, "done") || !strcmp(state, "dead")));
    kfm_put_flag(doc, "dead", state && !strcmp(state, "dead"));
    json_array_foreach(json_object_get(doc, "log"), i, one) {
        kfm_put_flag(one, "good", kfm_say_int(one, "status") / 100 == 2);
    }
    kfm_show(doc, call, message);
    kfm_show(doc, call, kfm_say_text(doc, "booking") ? of_id : of_booking);
}
