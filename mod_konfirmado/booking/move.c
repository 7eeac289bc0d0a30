/* /dashboard/bookings/{id}/move: another time or another professional. */
#include <apr_strings.h>
#include <string.h>

#include "booking/view.h"
#include "booking/when.h"
#include "flow/calendar/calendar.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/filter.h"
#include "http/body.h"
#include "json/encode.h"
#include "page/say.h"
#include "text/validate.h"

#define MAX_DOCUMENT 4096

typedef struct {
    kf_uuid_t id;
    kfm_booking_move_t page;
} move_t;

static kf_err_t *begin(move_t *it, kfm_call_t *call, const kf_form_t *typed)
{
    memset(it, 0, sizeof(*it));
    it->page.choice.typed = typed;
    KF_TRY(kfm_admin_id(&it->id, call, "id"));
    KF_TRY(kfm_admin_doc(&it->page.booking, call, false, &kf_doc_booking_doc,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&it->id))));
    KF_TRY(kfm_filter_now(&it->page.choice.today, NULL, NULL, call));
    KF_TRY(kfm_filter_items(&it->page.choice.professionals, call, &kf_doc_professional_page));
    it->page.professional = kfm_filter_field(typed, "professional");
    if (!it->page.professional) {
        it->page.professional = kfm_say_text2(it->page.booking, "professional", "id");
    }
    return NULL;
}

static kf_err_t *show(kfm_call_t *call, move_t *it)
{
    kf_slots_ask_t ask = {.tenant = call->tenant, .professional = it->page.professional, .moves = &it->id};

    if (kfm_say_true(json_object_get(it->page.booking, "can"), "move")) {
        KF_TRY(kfm_booking_find_times(&it->page.choice.slots, call, &it->page.choice, &ask));
    }
    return kfm_page_booking_move(call, &it->page);
}

kf_err_t *kfm_dash_move(kfm_call_t *call)
{
    const kf_form_t *query;
    move_t it;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(begin(&it, call, query));
    return show(call, &it);
}

/* -- the form -- */

static kf_err_t *document(const char **out, kfm_call_t *call, const move_t *it)
{
    const kf_form_t *form = it->page.choice.typed;
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 256, MAX_DOCUMENT);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "start", it->page.choice.start);
    kf_json_str(&buf, "professional", it->page.professional);
    kf_json_bool(&buf, "outside_hours", kfm_filter_field(form, "outside") != NULL);
    kf_json_bool(&buf, "tell", kfm_filter_field(form, "tell") != NULL);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "move", call->pool);
}

typedef struct {
    kfm_call_t *call;
    const kf_uuid_t *id;
    int32_t version;
    const char *text;
} moving_t;

static kf_err_t *move(kf_instant_t after, void *baton, apr_pool_t *p)
{
    moving_t *it = baton;
    const char *json;

    (void)p;
    return kfm_admin_json(&json, it->call, true, &kf_doc_booking_move_by,
                          KFM_ARGS(KFM_TENANT(it->call), KF_UUID(it->id), KF_INT4(it->version), KF_TEXT(it->text),
                                   after ? KF_TIME(after) : KF_NULL));
}

static kf_err_t *carry_out(kfm_call_t *call, move_t *it)
{
    moving_t moving = {.call = call, .id = &it->id};
    int64_t version;
    kf_err_t *err;

    KF_TRY(kf_validate_int(&version, "version", kf_form_get(it->page.choice.typed, "version"), 0, INT32_MAX, call->pool));
    moving.version = (int32_t)version;
    KF_TRY(document(&moving.text, call, it));
    err = kf_flow_with_calendar(kfm_flow(call), &call->who->tenant, move, &moving, call->pool);
    if (!err) {
        return kfm_dash_go(call, apr_pstrcat(call->pool, "/dashboard/bookings/", kf_uuid_text(&it->id, call->pool), NULL),
                           "ops.moved");
    }
    if (!kfm_booking_other_time(err) && !kfm_filter_shown(err)) {
        return err;
    }
    it->page.choice.errors = err;
    return show(call, it);
}

kf_err_t *kfm_dash_move_post(kfm_call_t *call)
{
    const kf_form_t *form;
    const char *step;
    move_t it;

    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(begin(&it, call, form));
    step = kfm_filter_field(form, "step");
    if (!step || (strcmp(step, "check") && strcmp(step, "move"))) {
        return show(call, &it);
    }
    it.page.choice.errors = kfm_booking_read_start(&it.page.choice.start, call, form);
    if (it.page.choice.errors) {
        return show(call, &it);
    }
    it.page.choice.review = true;
    if (!strcmp(step, "check")) {
        return kfm_page_booking_move(call, &it.page);
    }
    it.page.choice.review = false;
    return carry_out(call, &it);
}
