#ifndef KF_REPO_HOLD_OFFER_H
#define KF_REPO_HOLD_OFFER_H
/*
 * A tenant, and the offer of one of its booking links: documents that
 * the database makes, parsed into plain structs. Everything lives in the pool
 * given and is not changed afterwards, so it may be shared and kept.
 */
#include <jansson.h>
#include <stdbool.h>

#include "db/db.h"
#include "slot/slot.h"

typedef struct kf_tenant_t kf_tenant_t;
struct kf_tenant_t {
    kf_uuid_t id;
    const char *id_text;
    bool suspended;
    int64_t version; /* of the catalogue when this was read */
    const char *name, *subdomain, *custom_domain;
    const char *time_zone, *language, *currency;
    const char *primary_color, *secondary_color, *logo_url;
    const char *terms_url, *privacy_url, *contact, *return_url;
    bool colombian_phone;
    bool waiting; /* people on the waiting list can be mailed */
    const char *const *allowed_origins; /* NULL-terminated */
    const char *const *frame_origins;
};

typedef struct {
    kf_uuid_t id;
    const char *id_text;
    const char *name;
    const json_t *doc; /* as received: members that are only shown are read from it, by the noun's fields */
    int duration_min;
    int64_t price_cents, charge_cents;
    const char *currency;
    kf_slot_rule_t rule;      /* step, duration and buffers */
    int64_t notice, horizon;  /* microseconds from now */
    int max_per_day;          /* 0 = no limit */
    const int *professionals; /* indexes into kf_offer_t.professionals */
    int n_professionals;
} kf_service_t;

typedef struct {
    kf_uuid_t id;
    const char *id_text;
    const char *name, *description, *photo_url, *time_zone;
} kf_professional_t;

typedef struct {
    int64_t version;
    const kf_tenant_t *tenant;
    const char *public_id, *name, *language;
    int service, professional; /* preselected: indexes, or -1 */
    bool locked;               /* the preselection cannot be changed */
    bool active, exhausted;
    kf_instant_t expires_at; /* 0 = never */
    const kf_service_t *services;
    int n_services;
    const kf_professional_t *professionals;
    int n_professionals;
} kf_offer_t;

/** `kind`: "subdomain", "domain", "link" or "id". *out is NULL if there is none. */
kf_err_t *kf_repo_tenant_find(const kf_tenant_t **out, kf_db_t *db, const char *kind, const char *value,
                              apr_pool_t *p);

/** KF_E_LINK_INVALID if the tenant has no such link. out->tenant is not set here. */
kf_err_t *kf_repo_offer_read(kf_offer_t **out, kf_db_t *db, const kf_uuid_t *tenant, const char *link,
                             apr_pool_t *p);

/**
 * What a booking can be moved to, in the form of a link's offer: one service, with the booked length,
 * and the professionals who give it, the booking's own first. KF_E_NOT_FOUND.
 */
kf_err_t *kf_repo_offer_of_move(kf_offer_t **out, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                apr_pool_t *p);

/** The index of a service or professional by the text of its id, -1 if it is not offered. */
int kf_offer_service(const kf_offer_t *offer, const char *id);
int kf_offer_professional(const kf_offer_t *offer, const char *id);
/** Whether that professional (index) gives that service (index). */
bool kf_offer_gives(const kf_offer_t *offer, int professional, int service);

#endif
