#ifndef KF_TEXT_PLACE_H
#define KF_TEXT_PLACE_H
/* Names of places for time zones, for people. */
#include <apr_pools.h>

/* A zone of the list to choose from. */
typedef struct {
    const char *name, *es, *en;
} kf_place_t;

/** The zones on offer, of the Americas first; ends with a NULL name. */
extern const kf_place_t kf_places[];

/** "America/Bogota" -> "Bogotá"; for a zone that is not listed the last part: "Mahe". */
const char *kf_place_text(const char *lang, const char *zone, apr_pool_t *p);

#endif
