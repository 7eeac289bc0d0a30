#include "page/message.h"

#include <apr_strings.h>
#include <string.h>

static const char *number(kfm_call_t *call, const json_t *doc, const char *name)
{
    return apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)kfm_say_int(doc, name));
}

/* One sending: what came back, or that nothing did. */
static json_t *sending(kfm_call_t *call, const json_t *doc)
{
    const json_t *status = json_object_get(doc, "status");
    const char *ip = kfm_say_text(doc, "remote_ip");
    json_t *item = json_object();

    kfm_put(item, "title",
            kf_catalog_format(KFM_SAY(call), "ops.callback.try", call->pool, "n",
                              number(call, doc, "n"), NULL));
    kfm_say_put_when(item, "at", call, kfm_say_text(doc, "at"));
    kfm_put(item, "answer",
            json_is_integer(status)
                ? kf_catalog_format(KFM_SAY(call), "ops.callback.answer", call->pool, "status",
                                    number(call, doc, "status"), NULL)
                : kf_catalog_text(KFM_SAY(call), "ops.callback.no_answer"));
    kfm_put(item, "took",
            kf_catalog_format(KFM_SAY(call), "ops.callback.took", call->pool, "ms",
                              number(call, doc, "latency_ms"), NULL));
    kfm_put(item, "ip",
            ip ? kf_catalog_format(KFM_SAY(call), "ops.callback.from_ip", call->pool, "ip", ip, NULL)
               : NULL);
    kfm_put(item, "error", kfm_say_text(doc, "error"));
    kfm_put_flag(item, "good", kfm_say_int(doc, "status") / 100 == 2);
    return item;
}

static void put_log(json_t *out, kfm_call_t *call, const json_t *doc)
{
    json_t *list = json_array();
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(doc, "log"), i, one) {
        json_array_append_new(list, sending(call, one));
    }
    kfm_put_flag(out, "has_log", json_array_size(list) > 0);
    json_object_set_new(out, "log", list);
}

/* The booking that a message tells of: an id, or an object with one. */
static const char *booking_id(const json_t *doc)
{
    const char *id = kfm_say_text(doc, "booking");

    return id ? id : kfm_say_text2(doc, "booking", "id");
}

static const char *booking_url(kfm_call_t *call, const json_t *doc)
{
    const char *id = booking_id(doc);

    return id ? apr_pstrcat(call->pool, "/dashboard/bookings/", id, NULL) : NULL;
}

json_t *kfm_say_message(kfm_call_t *call, const json_t *doc)
{
    const char *state = kfm_say_text(doc, "state"), *url = kfm_say_text(doc, "url");
    json_t *item = json_object();

    kfm_put(item, "id", kfm_say_text(doc, "id"));
    kfm_put(item, "url",
            apr_pstrcat(call->pool, "/dashboard/callbacks/", kfm_say_text(doc, "id"), NULL));
    kfm_put(item, "event", kfm_say_word(call, "event", kfm_say_text(doc, "event")));
    kfm_put(item, "site", url ? kfm_url_site(url, call->pool) : NULL);
    kfm_say_put_badge(item, "badge", call, "message", state);
    kfm_say_put_when(item, "created", call, kfm_say_text(doc, "created_at"));
    kfm_say_put_when(item, "next", call, kfm_say_text(doc, "next_attempt_at"));
    kfm_say_put_when(item, "done", call, kfm_say_text(doc, "done_at"));
    kfm_put(item, "tries", number(call, doc, "attempts"));
    kfm_put(item, "booking_id", booking_id(doc));
    kfm_put(item, "booking_url", booking_url(call, doc));
    kfm_put_flag(item, "can_resend",
                 call->who->owner && state && (!strcmp(state, "done") || !strcmp(state, "dead")));
    put_log(item, call, doc);
    return item;
}
