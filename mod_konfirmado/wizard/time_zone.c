/* Step 2: the page's time zone, and the zones to choose from. */
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "wizard/time_view.h"

static void add_zone(json_t *list, const char *name, const char *label, bool selected)
{
    json_array_append_new(list, json_pack("{s:s?, s:s?, s:b}", "name", name, "label", label, "selected", selected));
}

/*
 * The page's own zone and the professional's come first, with their offsets. The
 * others have none: each would take a database query.
 */
static json_t *list_zones(const kfm_time_view_t *time, int32_t here, int32_t there)
{
    kfm_call_t *call = time->view.call;
    const char *zone = time->slots->zone;
    json_t *list = json_array();

    add_zone(list, zone, kfm_when_label(call, zone, here), true);
    if (strcmp(zone, time->business)) {
        add_zone(list, time->business, kfm_when_label(call, time->business, there), false);
    }
    for (const kf_place_t *other = kf_places; other->name; other++) {
        if (strcmp(other->name, zone) && strcmp(other->name, time->business)) {
            add_zone(list, other->name, kfm_when_place(call, other->name), false);
        }
    }
    return list;
}

kf_err_t *kfm_time_put_zone(kfm_time_view_t *time)
{
    kfm_call_t *call = time->view.call;
    kf_instant_t noon = kf_date_start(time->day, 0) + 12 * KF_HOUR;
    int32_t here, there;

    noon -= kfm_time_offset(time, noon) * KF_SECOND;
    here = kfm_time_offset(time, noon);
    KF_TRY(kf_flow_offset(&there, kfm_flow(call), time->business, noon, call->pool));
    json_object_set_new(
        time->view.root, "zone",
        json_pack("{s:s?, s:s?, s:o}", "text", kfm_when_zone(call, time->slots->zone, here), "business_text",
                  here == there ? NULL
                                : kf_catalog_format(KFM_SAY(call), "time.zone_business", call->pool, "place",
                                                    kfm_when_place(call, time->business), "offset",
                                                    kfm_when_offset(there, call->pool), NULL),
                  "list", list_zones(time, here, there)));
    return NULL;
}
