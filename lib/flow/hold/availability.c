#include "flow/hold/availability.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "flow/hold/windows.h"
#include "repo/hold/availability.h"

#define ZONE_TTL (10 * KF_MINUTE) /* then a new tzdata of the server takes effect */
#define DEFAULT_DAYS 14
#define WEEK 7

static kf_err_t *choose(kf_slots_t *out, const kf_slots_ask_t *ask, apr_pool_t *p)
{
    const kf_offer_t *offer = out->offer;
    bool any = !ask->professional || !*ask->professional || !strcmp(ask->professional, "any");
    kf_err_t *bad = NULL;

    out->service = ask->service && *ask->service ? kf_offer_service(offer, ask->service) : offer->service;
    out->professional = any ? (offer->locked ? offer->professional : -1)
                            : kf_offer_professional(offer, ask->professional);
    if (out->service < 0) {
        bad = ask->service ? kf_err_wrong(p, "service", KF_WRONG_NOT_OFFERED, "This link does not offer that service.")
                           : kf_err_wrong(p, "service", KF_WRONG_REQUIRED,
                                          "Name the service: the id of one that the link offers.");
    }
    if (!any && out->professional < 0) {
        kf_err_add(&bad, kf_err_wrong(p, "professional", KF_WRONG_NOT_OFFERED,
                                      "This link does not offer that professional."));
    }
    if (!bad && out->professional >= 0 && !kf_offer_gives(offer, out->professional, out->service)) {
        bad = kf_err_wrong(p, "professional", KF_WRONG_NOT_OFFERED, "This professional does not provide that "
                                                                    "service.");
    }
    return bad;
}

static const char *default_zone(const kf_slots_t *slots)
{
    return slots->professional >= 0 ? slots->offer->professionals[slots->professional].time_zone
                                    : slots->offer->tenant->time_zone;
}

/* Reads a date of the request; `*out` is unchanged if there is none. */
static kf_err_t *read_date(kf_date_t *out, const char *text, const char *field, apr_pool_t *p)
{
    if (text && *text && !kf_date_read(out, text, strlen(text))) {
        return kf_err_wrong(p, field, KF_WRONG_NOT_A_DATE, "This must be a date like 2026-12-01.");
    }
    return NULL;
}

static const char *zone_key(const kf_slots_t *slots, apr_pool_t *p)
{
    return apr_psprintf(p, "z:%s:%d:%d", slots->zone, (int)slots->from, (int)slots->to);
}

/* The zone's offsets over some days, cached because the same days are asked for repeatedly. */
static kf_err_t *zone_range(const kf_zone_range_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_slots_t *slots,
                            apr_pool_t *p)
{
    const char *key = zone_key(slots, p);
    kf_instant_t now = kf_instant_now();
    apr_pool_t *keep;
    kf_zone_range_t *range;
    kf_err_t *err;

    *out = kf_cache_get(flow->cache, key, now, NULL, p);
    if (*out) {
        return NULL;
    }
    keep = kf_cache_pool();
    range = apr_palloc(keep, sizeof(*range));
    err = kf_repo_zone_range(range, db, slots->zone, slots->from, slots->to, keep);
    if (err) {
        err = kf_err_reason(kf_err_field(p, err->code, err->field ? "timezone" : NULL, "%s", err->detail), err->reason);
        apr_pool_destroy(keep);
        return err;
    }
    *out = kf_cache_put(flow->cache, &(kf_cache_item_t){key, 0, now + ZONE_TTL, range, keep}, p);
    return NULL;
}

/* Today in the zone, without knowing its rules: the offsets of the days around the UTC date. */
static kf_err_t *today(kf_date_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_slots_t *slots, apr_pool_t *p)
{
    kf_slots_t around = *slots;
    const kf_zone_range_t *range;
    kf_date_t utc = kf_instant_date(slots->now, 0);

    around.from = utc - 1;
    around.to = utc + 1;
    KF_TRY(zone_range(&range, flow, db, &around, p));
    *out = kf_instant_date(slots->now, kf_zone_offset(&range->offsets, slots->now));
    return NULL;
}

/* Splits long ranges of many professionals, at least a week each: the answer says where to continue. */
static void bound_cost(kf_slots_t *out)
{
    int people = out->professional >= 0 ? 1 : out->offer->services[out->service].n_professionals;
    int most = people > 1 ? KF_MAX_PERSON_DAYS / people : KF_MAX_RANGE_DAYS;

    most = most < WEEK ? WEEK : most;
    out->more = out->to - out->from >= most;
    if (out->more) {
        out->to = out->from + most - 1;
    }
}

static kf_err_t *choose_days(kf_slots_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_slots_ask_t *ask,
                             apr_pool_t *p)
{
    const kf_zone_range_t *range;

    if (!ask->from || !*ask->from) {
        KF_TRY(today(&out->from, flow, db, out, p));
    }
    KF_TRY(read_date(&out->from, ask->from, "from", p));
    out->to = out->from + DEFAULT_DAYS - 1;
    KF_TRY(read_date(&out->to, ask->to, "to", p));
    if (out->to < out->from) {
        return kf_err_wrong(p, "to", KF_WRONG_WRONG_ORDER, "The last day must not be before the first.");
    }
    if (out->to - out->from >= KF_MAX_RANGE_DAYS) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, "to", "At most %d days can be requested at once.",
                                          KF_MAX_RANGE_DAYS),
                             KF_WRONG_OUT_OF_RANGE, 1, KF_MAX_RANGE_DAYS);
    }
    bound_cost(out);
    if (out->from < KF_DATE_MIN + 2 || out->to > KF_DATE_MAX - 2) {
        return kf_err_wrong(p, "from", KF_WRONG_OUT_OF_RANGE, "This date is too far in the past or in the future.");
    }
    KF_TRY(zone_range(&range, flow, db, out, p));
    out->range = range->range;
    out->offsets = range->offsets;
    return NULL;
}

/* The professionals whose time is asked for. */
static kf_people_t people(const kf_slots_t *slots, apr_pool_t *p)
{
    const kf_offer_t *offer = slots->offer;
    const kf_service_t *service = &offer->services[slots->service];
    kf_uuid_t *ids;

    if (slots->professional >= 0) {
        return (kf_people_t){&offer->tenant->id, &offer->professionals[slots->professional].id, 1};
    }
    ids = apr_palloc(p, (size_t)(service->n_professionals + 1) * sizeof(*ids));
    for (int i = 0; i < service->n_professionals; i++) {
        ids[i] = offer->professionals[service->professionals[i]].id;
    }
    return (kf_people_t){&offer->tenant->id, ids, (size_t)service->n_professionals};
}

/* Drops the starts on days that take no more bookings of the service. */
static kf_err_t *drop_full_days(kf_slots_t *out, kf_db_t *db, const kf_uuid_t *moves, apr_pool_t *p)
{
    const kf_service_t *service = &out->offer->services[out->service];
    kf_full_ask_t ask = {&out->offer->tenant->id, &service->id, moves};
    kf_days_t full;
    size_t kept = 0;

    if (!service->max_per_day) {
        return NULL;
    }
    KF_TRY(kf_repo_full_days(&full, db, &ask, out->range, p));
    for (size_t i = 0; i < out->n; i++) {
        size_t k = 0;

        while (k < full.n && !kf_interval_holds(full.list[k], out->starts[i])) {
            k++;
        }
        if (k == full.n) {
            out->starts[kept++] = out->starts[i];
        }
    }
    out->n = kept;
    return NULL;
}

/* Notes whose calendar cannot be read: the answer is numbered as people() is. */
static void note_unread(kf_slots_t *out, const kf_busy_t *busy, apr_pool_t *p)
{
    const kf_service_t *service = &out->offer->services[out->service];

    out->unread = apr_palloc(p, (busy->n + 1) * sizeof(*out->unread));
    out->n_unread = 0;
    for (size_t i = 0; i < busy->n; i++) {
        if (busy->unread[i]) {
            out->unread[out->n_unread++] = out->professional >= 0 ? out->professional
                                                                  : service->professionals[i];
        }
    }
}

/* An upper bound of the starts in the windows. */
static size_t most_starts(const kf_windows_t *open, int64_t step)
{
    size_t most = 0;

    for (size_t i = 0; i < open->first[open->n]; i++) {
        most += (size_t)((open->list[i].hi - open->list[i].lo) / step) + 1;
    }
    return most < KF_MAX_SLOTS ? most : KF_MAX_SLOTS;
}

/* The part of a range that can be booked now. */
static kf_interval_t bookable(const kf_slots_t *slots, kf_interval_t range)
{
    const kf_service_t *service = &slots->offer->services[slots->service];
    kf_interval_t allowed = {slots->now + service->notice, slots->now + service->horizon + 1};

    if (allowed.start < range.start) {
        allowed.start = range.start;
    }
    if (allowed.end > range.end) {
        allowed.end = range.end;
    }
    return allowed;
}

static void cut(kf_slots_t *out, const kf_windows_t *open, const kf_busy_t *busy, apr_pool_t *p)
{
    const kf_service_t *service = &out->offer->services[out->service];
    kf_interval_t allowed = bookable(out, out->range);
    size_t max;

    max = most_starts(open, service->rule.step);
    out->starts = apr_palloc(p, (max + 1) * sizeof(*out->starts));
    out->n = 0;
    for (size_t i = 0; i < open->n; i++) {
        kf_slot_ask_t ask = {open->list + open->first[i],
                             open->first[i + 1] - open->first[i],
                             busy->list + busy->first[i],
                             busy->first[i + 1] - busy->first[i],
                             service->rule,
                             allowed};

        out->n += kf_slot_cut(out->starts + out->n, max - out->n, &ask);
    }
    if (open->n > 1) {
        out->n = kf_slot_union(out->starts, out->n);
    }
}

static bool is_unread(const kf_slots_t *slots, size_t i)
{
    int who = slots->professional >= 0 ? slots->professional : slots->offer->services[slots->service].professionals[i];

    for (size_t k = 0; k < slots->n_unread; k++) {
        if (slots->unread[k] == who) {
            return true;
        }
    }
    return false;
}

bool kf_slots_worked(const kf_slots_t *slots, kf_interval_t day)
{
    const kf_windows_t *open = slots->open;
    kf_interval_t allowed = bookable(slots, day);
    kf_instant_t start;

    for (size_t i = 0; i < open->n; i++) {
        kf_slot_ask_t ask = {.windows = open->list + open->first[i],
                             .n_windows = open->first[i + 1] - open->first[i],
                             .rule = slots->offer->services[slots->service].rule,
                             .allowed = allowed};

        if (!is_unread(slots, i) && kf_slot_cut(&start, 1, &ask)) {
            return true;
        }
    }
    return false;
}

/* The days were computed with this server's clock; the database's is authoritative. */
static kf_err_t *days_are_stale(bool *stale, const kf_slots_t *out, const kf_flow_t *flow, kf_db_t *db,
                                const kf_slots_ask_t *ask, apr_pool_t *p)
{
    kf_date_t day;

    *stale = false;
    if (!ask->from || !*ask->from) {
        KF_TRY(today(&day, flow, db, out, p));
        *stale = day != out->from;
    }
    return NULL;
}

/* One attempt with the cached offer and clock. *stale: they are out of date. */
static kf_err_t *attempt(kf_slots_t *out, bool *stale, const kf_flow_t *flow, kf_db_t *db, const kf_slots_ask_t *ask,
                         apr_pool_t *p)
{
    const kf_windows_t *open;
    kf_people_t who;
    kf_busy_t busy;
    const kf_slot_rule_t *rule;
    kf_interval_t around;
    kf_date_t day;
    kf_err_t *err;

    err = choose(out, ask, p);
    kf_err_add(&err, read_date(&day, ask->from, "from", p));
    kf_err_add(&err, read_date(&day, ask->to, "to", p));
    KF_TRY(err); /* all errors found so far */
    out->zone = ask->zone && *ask->zone ? ask->zone : default_zone(out);
    KF_TRY(choose_days(out, flow, db, ask, p));
    who = people(out, p);
    rule = &out->offer->services[out->service].rule;
    around.start = out->range.start - rule->before;
    around.end = out->range.end + rule->duration + rule->after;
    KF_TRY(ask->moves ? kf_repo_busy_except(&busy, db, &who, around, ask->moves, p)
                      : kf_repo_busy(&busy, db, &who, around, p));
    out->now = busy.now;
    KF_TRY(days_are_stale(stale, out, flow, db, ask, p));
    *stale = *stale || busy.version != out->offer->version;
    if (*stale) {
        return NULL;
    }
    KF_TRY(kf_offer_usable(out->offer, busy.now, p));
    KF_TRY(kf_flow_windows(&open, flow, db, &(kf_windows_ask_t){who, out->offer->version, out->range}, p));
    out->open = open;
    cut(out, open, &busy, p);
    note_unread(out, &busy, p);
    return drop_full_days(out, db, ask->moves, p);
}

static kf_err_t *with_connection(kf_slots_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_slots_ask_t *ask,
                                 const kf_tenant_t *owner, apr_pool_t *p)
{
    bool stale;
    kf_err_t *err;

    out->now = kf_instant_now();
    KF_TRY(kf_flow_offer_cached(&out->offer, flow, db, &owner->id, ask->link, p));
    err = attempt(out, &stale, flow, db, ask, p);
    if (err || stale) { /* a stale offer may also cause a refusal: only a fresh one decides */
        KF_TRY(kf_flow_offer_reload(&out->offer, flow, db, &owner->id, ask->link, p));
        KF_TRY(attempt(out, &stale, flow, db, ask, p));
    }
    if (stale) {
        return kf_err(p, KF_E_UNAVAILABLE, "The catalogue is being changed; try again in a moment.");
    }
    return NULL;
}

/* Times for moving a booking are never cached, because few ask for them. */
static kf_err_t *for_move(kf_slots_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_slots_ask_t *ask, apr_pool_t *p)
{
    bool stale = true;

    out->now = kf_instant_now();
    for (int tries = 0; stale && tries < 2; tries++) {
        kf_offer_t *offer;

        KF_TRY(kf_repo_offer_of_move(&offer, db, &ask->tenant->id, ask->moves, p));
        offer->tenant = ask->tenant;
        out->offer = offer;
        KF_TRY(attempt(out, &stale, flow, db, ask, p));
    }
    return stale ? kf_err(p, KF_E_UNAVAILABLE, "The catalogue is being changed; try again in a moment.") : NULL;
}

kf_err_t *kf_flow_slots(kf_slots_t *out, const kf_flow_t *flow, const kf_slots_ask_t *ask, apr_pool_t *p)
{
    const kf_tenant_t *owner;
    kf_db_t *db;

    memset(out, 0, sizeof(*out));
    owner = ask->tenant;
    if (!ask->moves) {
        KF_TRY(kf_flow_link_tenant(&owner, flow, ask->tenant, ask->link, p));
    }
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db,
                        ask->moves ? for_move(out, flow, db, ask, p) : with_connection(out, flow, db, ask, owner, p));
}

static kf_err_t *read_offset(int32_t *out, const kf_flow_t *flow, kf_slots_t *around, kf_instant_t at, apr_pool_t *p)
{
    const kf_zone_range_t *range;
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_flow_give(flow, db, zone_range(&range, flow, db, around, p));
    if (!err) {
        *out = kf_zone_offset(&range->offsets, at);
    }
    return err;
}

kf_err_t *kf_flow_offset(int32_t *out, const kf_flow_t *flow, const char *zone, kf_instant_t at, apr_pool_t *p)
{
    kf_date_t day = kf_instant_date(at, 0);
    kf_slots_t around = {.zone = zone, .from = day - 1, .to = day + 1};
    const kf_zone_range_t *range = kf_cache_get(flow->cache, zone_key(&around, p), kf_instant_now(), NULL, p);

    if (!range) {
        return read_offset(out, flow, &around, at, p);
    }
    *out = kf_zone_offset(&range->offsets, at);
    return NULL;
}
