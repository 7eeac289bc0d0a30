#ifndef KFM_PAGE_WHEN_H
#define KFM_PAGE_WHEN_H
/*
 * Instants as people read them: in the zone that the customer chose, and in the
 * business's where its clock shows another time. Private to page/.
 */
#include "page/view.h"
#include "text/format.h"
#include "text/place.h"
#include "time/instant.h"

/** What the clock of a place `offset` seconds east of UTC shows. */
kf_format_when_t kfm_when_local(kf_instant_t at, int32_t offset);
/** A day; its time is 0:00. */
kf_format_when_t kfm_when_date(kf_date_t date);

/** "America/Bogota" -> "Bogotá"; of a zone that is not listed the last part: "Mahe". */
const char *kfm_when_place(kfm_call_t *call, const char *zone);
/** "Bogotá (UTC-5)" */
const char *kfm_when_label(kfm_call_t *call, const char *zone, int32_t offset);
/** The offset as the messages take it, after their own "UTC": "-5", "+5:45", "". */
const char *kfm_when_offset(int32_t offset, apr_pool_t *p);
/** "Hora de Bogotá (UTC-5)" */
const char *kfm_when_zone(kfm_call_t *call, const char *zone, int32_t offset);

/**
 * Sets date_text, time_text, zone_text and other_text of an object. `zone` may be
 * NULL or unknown: then the business's is taken.
 */
kf_err_t *kfm_when_put(json_t *object, kfm_call_t *call, kf_instant_t at, const char *zone,
                       const char *business);

/** The time alone, in `zone` or else the business's: "9:41 a. m.". */
kf_err_t *kfm_when_time(const char **out, kfm_call_t *call, kf_instant_t at, const char *zone,
                        const char *business);

#endif
