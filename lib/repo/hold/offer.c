#include "repo/hold/offer.h"

#include <apr_strings.h>
#include <string.h>

#include "json/decode.h"

static const kf_stmt_t tenant_find = {"tenant_find",
                                      "SELECT tenant_id, tenant FROM kf.tenant_find($1::text, $2::text)", 2,
                                      KF_STMT_REPEATABLE};

static const kf_stmt_t catalog_read = {"catalog_read", "SELECT catalog FROM kf.catalog_read($1::uuid, $2::text)", 2,
                                       KF_STMT_REPEATABLE};

static const kf_stmt_t visit_offer = {"visit_offer", "SELECT kf.visit_offer($1::uuid, $2::uuid)", 2,
                                      KF_STMT_REPEATABLE};

/* Limits for documents of the database: far above those of a request. */
static const kf_json_limits_t document = {4 * 1024 * 1024, KF_MAX_JSON_DEPTH, 200000};

static const char *text(const json_t *object, const char *name, apr_pool_t *p)
{
    const json_t *value = json_object_get(object, name);

    return json_is_string(value) ? apr_pstrdup(p, json_string_value(value)) : NULL;
}

static int64_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static bool truth(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

static const char *const *texts(const json_t *object, const char *name, apr_pool_t *p)
{
    const json_t *array = json_object_get(object, name), *item;
    const char **list = apr_pcalloc(p, (json_array_size(array) + 1) * sizeof(*list));
    size_t i;

    json_array_foreach(array, i, item) {
        list[i] = apr_pstrdup(p, json_string_value(item));
    }
    return list;
}

static const char *id_of(kf_uuid_t *out, const json_t *object, apr_pool_t *p)
{
    const char *id = text(object, "id", p);

    if (!id || !kf_uuid_read(out, id, strlen(id))) {
        memset(out, 0, sizeof(*out));
    }
    return id ? id : "";
}

/* Values may be cached for long (flow/cache.h), so their source is freed at once: it lives in a pool of its
 * own. An error lives there too; then the pool is kept. */
static apr_pool_t *scratch_of(apr_pool_t *p)
{
    apr_pool_t *scratch;

    apr_pool_create(&scratch, p);
    apr_pool_tag(scratch, "kf_offer_read");
    return scratch;
}

static const kf_tenant_t *tenant_of(const kf_uuid_t *id, const json_t *json, apr_pool_t *p)
{
    kf_tenant_t *tenant = apr_pcalloc(p, sizeof(*tenant));
    const char *status = json_string_value(json_object_get(json, "status"));

    tenant->id = *id;
    tenant->id_text = kf_uuid_text(&tenant->id, p);
    tenant->suspended = !status || strcmp(status, "active") != 0;
    tenant->version = number(json, "catalog_version");
    tenant->name = text(json, "name", p);
    tenant->subdomain = text(json, "subdomain", p);
    tenant->custom_domain = text(json, "custom_domain", p);
    tenant->time_zone = text(json, "time_zone", p);
    tenant->language = text(json, "language", p);
    tenant->currency = text(json, "currency", p);
    tenant->primary_color = text(json, "primary_color", p);
    tenant->secondary_color = text(json, "secondary_color", p);
    tenant->logo_url = text(json, "logo_url", p);
    tenant->terms_url = text(json, "terms_url", p);
    tenant->privacy_url = text(json, "privacy_url", p);
    tenant->contact = text(json, "contact", p);
    tenant->return_url = text(json, "return_url", p);
    tenant->colombian_phone = truth(json, "colombian_phone");
    tenant->waiting = !json_is_false(json_object_get(json, "waiting"));
    tenant->allowed_origins = texts(json, "allowed_origins", p);
    tenant->frame_origins = texts(json, "frame_origins", p);
    return tenant;
}

kf_err_t *kf_repo_tenant_find(const kf_tenant_t **out, kf_db_t *db, const char *kind, const char *value,
                              apr_pool_t *p)
{
    apr_pool_t *scratch = scratch_of(p);
    kf_db_res_t *res;

    *out = NULL;
    KF_TRY(KF_DB_EXEC(&res, db, &tenant_find, scratch, KF_TEXT(kind), KF_TEXT(value)));
    if (kf_db_rows(res)) {
        const char *doc = kf_db_json(res, 0, 1);
        kf_uuid_t id = kf_db_uuid(res, 0, 0);
        json_t *json;

        KF_TRY(kf_json_decode_within(&json, doc, strlen(doc), &document, scratch));
        *out = tenant_of(&id, json, p);
    }
    apr_pool_destroy(scratch);
    return NULL;
}

static void read_professionals(kf_offer_t *offer, const json_t *array, apr_pool_t *p)
{
    kf_professional_t *list = apr_pcalloc(p, (json_array_size(array) + 1) * sizeof(*list));
    const json_t *item;
    size_t i;

    json_array_foreach(array, i, item) {
        list[i].id_text = id_of(&list[i].id, item, p);
        list[i].name = text(item, "name", p);
        list[i].description = text(item, "description", p);
        list[i].photo_url = text(item, "photo_url", p);
        list[i].time_zone = text(item, "timezone", p);
    }
    offer->professionals = list;
    offer->n_professionals = (int)json_array_size(array);
}

/* The ids of a service's professionals become indexes; those that are not offered are left out. */
static void read_givers(kf_service_t *service, const kf_offer_t *offer, const json_t *ids, apr_pool_t *p)
{
    int *list = apr_pcalloc(p, (json_array_size(ids) + 1) * sizeof(*list));
    const json_t *item;
    size_t i;

    json_array_foreach(ids, i, item) {
        int at = kf_offer_professional(offer, json_string_value(item));

        if (at >= 0) {
            list[service->n_professionals++] = at;
        }
    }
    service->professionals = list;
}

static apr_status_t release(void *doc)
{
    json_decref(doc);
    return APR_SUCCESS;
}

/* A copy of the document that outlives its source. */
static const json_t *kept(json_t *doc, apr_pool_t *p)
{
    apr_pool_cleanup_register(p, json_incref(doc), release, apr_pool_cleanup_null);
    return doc;
}

static void read_services(kf_offer_t *offer, const json_t *array, apr_pool_t *p)
{
    kf_service_t *list = apr_pcalloc(p, (json_array_size(array) + 1) * sizeof(*list));
    json_t *item;
    size_t i;

    json_array_foreach(array, i, item) {
        kf_service_t *service = &list[i];

        service->id_text = id_of(&service->id, item, p);
        service->name = text(item, "name", p);
        service->doc = kept(item, p);
        service->duration_min = (int)number(item, "duration_minutes");
        service->price_cents = number(item, "price_cents");
        service->charge_cents = number(item, "charge_cents");
        service->currency = text(item, "currency", p);
        service->rule.duration = service->duration_min * KF_MINUTE;
        service->rule.step = number(item, "step_min") * KF_MINUTE;
        service->rule.before = number(item, "buffer_before_min") * KF_MINUTE;
        service->rule.after = number(item, "buffer_after_min") * KF_MINUTE;
        service->notice = number(item, "notice_min") * KF_MINUTE;
        service->horizon = number(item, "horizon_days") * KF_DAY;
        service->max_per_day = (int)number(item, "max_per_day");
        read_givers(service, offer, json_object_get(item, "professionals"), p);
    }
    offer->services = list;
    offer->n_services = (int)json_array_size(array);
}

static void read_link(kf_offer_t *offer, const json_t *link, apr_pool_t *p)
{
    const char *expires = text(link, "expires_at", p);

    offer->public_id = text(link, "id", p);
    offer->name = text(link, "name", p);
    offer->language = text(link, "language", p);
    offer->locked = truth(link, "locked");
    offer->active = truth(link, "active");
    offer->exhausted = truth(link, "exhausted");
    offer->service = kf_offer_service(offer, text(link, "service", p));
    offer->professional = kf_offer_professional(offer, text(link, "professional", p));
    if (expires && !kf_instant_read(&offer->expires_at, NULL, expires, strlen(expires))) {
        offer->active = false;
    }
}

/* Temporary data goes to `scratch`. */
static kf_err_t *read_offer(kf_offer_t **out, const char *doc, apr_pool_t *scratch, apr_pool_t *p)
{
    kf_offer_t *offer;
    json_t *json;

    KF_TRY(kf_json_decode_within(&json, doc, strlen(doc), &document, scratch));
    offer = apr_pcalloc(p, sizeof(*offer));
    offer->version = number(json, "version");
    read_professionals(offer, json_object_get(json, "professionals"), p);
    read_services(offer, json_object_get(json, "services"), p);
    read_link(offer, json_object_get(json, "link"), p);
    *out = offer;
    return NULL;
}

kf_err_t *kf_repo_offer_read(kf_offer_t **out, kf_db_t *db, const kf_uuid_t *tenant, const char *link,
                             apr_pool_t *p)
{
    apr_pool_t *scratch = scratch_of(p);
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &catalog_read, scratch, KF_UUID(tenant), KF_TEXT(link)));
    if (!kf_db_rows(res)) {
        return kf_err_field(p, KF_E_LINK_INVALID, "link", "This booking link is not valid.");
    }
    KF_TRY(read_offer(out, kf_db_json(res, 0, 0), scratch, p));
    apr_pool_destroy(scratch);
    return NULL;
}

kf_err_t *kf_repo_offer_of_move(kf_offer_t **out, kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &visit_offer, p, KF_UUID(tenant), KF_UUID(booking)));
    if (kf_db_isnull(res, 0, 0)) {
        return kf_err(p, KF_E_NOT_FOUND, "There is no such booking.");
    }
    return read_offer(out, kf_db_json(res, 0, 0), p, p);
}

int kf_offer_service(const kf_offer_t *offer, const char *id)
{
    for (int i = 0; id && i < offer->n_services; i++) {
        if (!strcmp(offer->services[i].id_text, id)) {
            return i;
        }
    }
    return -1;
}

int kf_offer_professional(const kf_offer_t *offer, const char *id)
{
    for (int i = 0; id && i < offer->n_professionals; i++) {
        if (!strcmp(offer->professionals[i].id_text, id)) {
            return i;
        }
    }
    return -1;
}

bool kf_offer_gives(const kf_offer_t *offer, int professional, int service)
{
    const kf_service_t *s = &offer->services[service];

    for (int i = 0; i < s->n_professionals; i++) {
        if (s->professionals[i] == professional) {
            return true;
        }
    }
    return false;
}
