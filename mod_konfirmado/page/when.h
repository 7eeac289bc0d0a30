#ifndef KFM_PAGE_WHEN_H
#define KFM_PAGE_WHEN_H
/*
 * Instants as text: in the time zone that the customer chose, and also in the
 * business's if the local times differ.
 */
#include "page/view.h"
#include "text/format.h"
#include "text/place.h"
#include "time/instant.h"

/** The local time at `offset` seconds east of UTC. */
kf_format_when_t kfm_when_local(kf_instant_t at, int32_t offset);
/** A day; its time is 0:00. */
kf_format_when_t kfm_when_date(kf_date_t date);

/** "America/Bogota" -> "Bogotá"; the last part of the name for a zone that is not listed: "Mahe". */
const char *kfm_when_place(kfm_call_t *call, const char *zone);
/** "Bogotá (UTC-5)" */
const char *kfm_when_label(kfm_call_t *call, const char *zone, int32_t offset);
/** The offset for messages that have their own "UTC": "-5", "+5:45", "". */
const char *kfm_when_offset(int32_t offset, apr_pool_t *p);
/** "Hora de Bogotá (UTC-5)" */
const char *kfm_when_zone(kfm_call_t *call, const char *zone, int32_t offset);

/**
 * Sets date_text, time_text, zone_text and other_text of an object. `zone` may be
 * NULL or unknown: then the business's zone is used.
 */
kf_err_t *kfm_when_put(json_t *object, kfm_call_t *call, kf_instant_t at, const char *zone,
                       const char *business);

/** Only the time, in `zone` or else the business's zone: "9:41 a. m.". */
kf_err_t *kfm_when_time(const char **out, kfm_call_t *call, kf_instant_t at, const char *zone,
                        const char *business);

#endif
