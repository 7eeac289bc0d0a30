#include "page/when.h"

#include <apr_strings.h>
#include <string.h>

#include "flow/hold/availability.h"
#include "flow_ctx.h"

kf_format_when_t kfm_when_local(kf_instant_t at, int32_t offset)
{
    kf_civil_t civil;

    kf_instant_to_civil(&civil, at, offset);
    return (kf_format_when_t){.year = civil.year,
                              .month = civil.month,
                              .day = civil.day,
                              .weekday = kf_date_weekday(kf_instant_date(at, offset)) % 7,
                              .hour = civil.hour,
                              .minute = civil.minute};
}

kf_format_when_t kfm_when_date(kf_date_t date)
{
    return kfm_when_local(kf_date_start(date, 0), 0);
}

const char *kfm_when_place(kfm_call_t *call, const char *zone)
{
    return kf_place_text(call->lang, zone, call->pool);
}

const char *kfm_when_offset(int32_t offset, apr_pool_t *p)
{
    return kf_format_offset(offset / 60, p) + strlen("UTC");
}

const char *kfm_when_label(kfm_call_t *call, const char *zone, int32_t offset)
{
    return apr_pstrcat(call->pool, kfm_when_place(call, zone), " (",
                       kf_format_offset(offset / 60, call->pool), ")", NULL);
}

const char *kfm_when_zone(kfm_call_t *call, const char *zone, int32_t offset)
{
    return kf_catalog_format(KFM_SAY(call), "time.zone", call->pool, "place",
                             kfm_when_place(call, zone), "offset",
                             kfm_when_offset(offset, call->pool), NULL);
}

/* Falls back to the business's zone: a customer's zone may no longer exist in the database. */
static kf_err_t *offset_of(int32_t *out, const char **zone, kfm_call_t *call, kf_instant_t at,
                           const char *business)
{
    kf_err_t *err;

    if (*zone && **zone) {
        err = kf_flow_offset(out, kfm_flow(call), *zone, at, call->pool);
        if (!err || err->code != KF_E_INVALID) {
            return err;
        }
    }
    *zone = business;
    return kf_flow_offset(out, kfm_flow(call), business, at, call->pool);
}

static const char *in_other_zone(kfm_call_t *call, kf_instant_t at, int32_t offset,
                                 const char *business, int32_t business_offset)
{
    kf_format_when_t there = kfm_when_local(at, business_offset);
    const char *place = kfm_when_place(call, business);
    const char *time = kf_format_time(call->lang, &there, call->pool);

    if (kf_instant_date(at, offset) == kf_instant_date(at, business_offset)) {
        return kf_catalog_format(KFM_SAY(call), "summary.other_zone", call->pool, "time", time,
                                 "place", place, NULL);
    }
    return kf_catalog_format(KFM_SAY(call), "summary.other_zone_day", call->pool, "date",
                             kf_format_day(call->lang, &there, call->pool), "time", time, "place",
                             place, NULL);
}

kf_err_t *kfm_when_put(json_t *object, kfm_call_t *call, kf_instant_t at, const char *zone,
                       const char *business)
{
    int32_t offset, there;
    kf_format_when_t when;

    KF_TRY(offset_of(&offset, &zone, call, at, business));
    KF_TRY(kf_flow_offset(&there, kfm_flow(call), business, at, call->pool));
    when = kfm_when_local(at, offset);
    kfm_put(object, "date_text", kf_format_day(call->lang, &when, call->pool));
    kfm_put(object, "time_text", kf_format_time(call->lang, &when, call->pool));
    kfm_put(object, "zone_text", kfm_when_zone(call, zone, offset));
    kfm_put(object, "other_text",
            offset == there ? NULL : in_other_zone(call, at, offset, business, there));
    return NULL;
}

kf_err_t *kfm_when_time(const char **out, kfm_call_t *call, kf_instant_t at, const char *zone,
                        const char *business)
{
    kf_format_when_t when;
    int32_t offset;

    KF_TRY(offset_of(&offset, &zone, call, at, business));
    when = kfm_when_local(at, offset);
    *out = kf_format_time(call->lang, &when, call->pool);
    return NULL;
}
