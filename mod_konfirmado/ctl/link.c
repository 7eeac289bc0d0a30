#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "ctl/ctl.h"
#include "repo/operator/admin.h"
#include "repo/hold/offer.h"
#include "time/instant.h"

#define PUBLIC_BYTES 15
#define EXPIRES_DAYS_MAX 3650

static const kfm_ctl_opt_t create_opts[] = {
    {"link", KFM_CTL_NOUN, NULL, NULL, NULL},
    {"service", KFM_CTL_TEXT, "ID|NAME", "chosen already", NULL},
    {"professional", KFM_CTL_TEXT, "ID|NAME", "chosen already", NULL},
    {"expires", KFM_CTL_TEXT, "WHEN", "RFC 3339, or from now: +30d, +12h", NULL},
    {"public-id", KFM_CTL_TEXT, "ID", "6 to 64 of A-Z a-z 0-9 _ -; one is made if not given",
     "public_id"},
    KFM_CTL_END};

static const kfm_ctl_opt_t day_opts[] = {
    {"reason", KFM_CTL_TEXT, "TEXT", "for the business's own eyes", "reason"}, KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {
    {"NAME", "name"}, {"PATH", "path"},          {"ACTIVE", "active"}, {"EXPIRES", "expires_at"},
    {"USES", "uses"}, {"MOST USES", "max_uses"}, {NULL, NULL}};
static const kfm_ctl_col_t day_columns[] = {{"DAY", "day"}, {"REASON", "reason"}, {NULL, NULL}};

/* Parses "+30d", "+12h", "+45m", relative to the time of the database, or an instant. */
static kf_err_t *expiry(kf_instant_t *out, kfm_ctl_t *ctl, const char *text)
{
    static const char units[] = "dhm";
    static const kf_instant_t size[] = {KF_DAY, KF_HOUR, KF_MINUTE};
    size_t len = strlen(text);
    const char *unit = len > 2 ? strchr(units, text[len - 1]) : NULL;
    kf_instant_t now;
    int64_t n;

    if (text[0] != '+') {
        kf_err_t *err = kf_instant_parse(out, NULL, text, ctl->p);

        return err ? kfm_ctl_bad(ctl, "expires", "%s Or say how long from now: +30d.", err->detail)
                   : NULL;
    }
    if (!unit || !*unit ||
        !kf_num_read(&n, text + 1, len - 2, 1, EXPIRES_DAYS_MAX * KF_DAY / size[unit - units])) {
        return kfm_ctl_bad(ctl, "expires",
                           "\"%s\" is not like +30d, +12h or +45m, ten years at most.", text);
    }
    KF_TRY(kfm_ctl_now(&now, ctl));
    *out = now + n * size[unit - units];
    return NULL;
}

/* Sets the id of the preselected service or professional. *name is its name, if no earlier choice has set it. */
static kf_err_t *put_choice(json_t *doc, const char **name, kfm_ctl_t *ctl, const char *what,
                            const kf_docs_t *rows)
{
    const char *id = apr_pstrcat(ctl->p, what, "_id", NULL);
    const json_t *found;
    json_t *list;

    KF_TRY(kfm_ctl_docs(&list, ctl, rows));
    KF_TRY(kfm_ctl_find(&found, ctl, list, what, kfm_ctl_text(ctl, what)));
    json_object_set(doc, what, json_object_get(found, id));
    *name = *name ? *name : json_string_value(json_object_get(found, "name"));
    return NULL;
}

static kf_err_t *put_choices(json_t *doc, const char **name, kfm_ctl_t *ctl,
                             const kf_uuid_t *tenant)
{
    kf_docs_t *rows;

    if (kfm_ctl_text(ctl, "service")) {
        KF_TRY(kf_repo_service_list(&rows, ctl->db, tenant, ctl->p));
        KF_TRY(put_choice(doc, name, ctl, "service", rows));
    }
    if (kfm_ctl_text(ctl, "professional")) {
        KF_TRY(kf_repo_professional_list(&rows, ctl->db, tenant, ctl->p));
        KF_TRY(put_choice(doc, name, ctl, "professional", rows));
    }
    return NULL;
}

static kf_err_t *public_id(const char **out, kfm_ctl_t *ctl)
{
    uint8_t bytes[PUBLIC_BYTES];
    char *text = apr_palloc(ctl->p, KF_BASE64URL_CHARS(PUBLIC_BYTES) + 1);

    *out = kfm_ctl_text(ctl, "public-id");
    if (*out) {
        return NULL;
    }
    do { /* an id with a leading dash would look like an option */
        KF_TRY(kf_random(bytes, sizeof(bytes), ctl->p));
        kf_base64url_write(text, bytes, sizeof(bytes));
    } while (text[0] == '-');
    *out = text;
    return NULL;
}

static kf_err_t *link_document(json_t **out, kfm_ctl_t *ctl, const kf_uuid_t *tenant)
{
    const char *expires = kfm_ctl_text(ctl, "expires"), *name = NULL;
    const kf_tenant_t *owner;
    kf_instant_t at;

    KF_TRY(kfm_ctl_document(out, ctl));
    json_object_del(*out, "public_id");
    KF_TRY(put_choices(*out, &name, ctl, tenant));
    if (kfm_ctl_flag(ctl, "locked") && !name) {
        return kfm_ctl_bad(ctl, "locked",
                           "A link is locked to a service or professional: say which.");
    }
    if (expires) {
        KF_TRY(expiry(&at, ctl, expires));
        kfm_ctl_put(*out, "expires_at", kf_instant_utc(at, ctl->p));
    }
    if (!kfm_ctl_text(ctl, "name")) {
        KF_TRY(kf_repo_tenant_find(&owner, ctl->db, "id", kf_uuid_text(tenant, ctl->p), ctl->p));
        kfm_ctl_put(*out, "name", name ? name : owner ? owner->name : "");
    }
    return NULL;
}

static kf_err_t *create(kfm_ctl_t *ctl)
{
    json_t *doc, *answer = kfm_ctl_object(ctl);
    const char *public, *path;
    kf_uuid_t tenant, id;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(link_document(&doc, ctl, &tenant));
    KF_TRY(public_id(&public, ctl));
    KF_TRY(kfm_ctl_new_id(&id, ctl));
    KF_TRY(kf_repo_link_create(ctl->db, &tenant, &id, public, kfm_ctl_dump(ctl, doc), ctl->p));
    path = apr_pstrcat(ctl->p, "/book/", public, NULL);
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "link_id", kf_uuid_text(&id, ctl->p));
    kfm_ctl_put(answer, "public_id", public);
    kfm_ctl_put(answer, "path", path);
    kfm_ctl_say(ctl, answer, "%s", path);
    return NULL;
}

static kf_err_t *list(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    json_t *docs, *doc;
    size_t i;

    KF_TRY(kfm_ctl_docs_of(&docs, &tenant, ctl, kf_repo_link_list));
    json_array_foreach (docs, i, doc) {
        const char *public = json_string_value(json_object_get(doc, "public_id"));

        kfm_ctl_put(doc, "path", apr_pstrcat(ctl->p, "/book/", public ? public : "", NULL));
    }
    kfm_ctl_table(ctl, docs, columns);
    return NULL;
}

static kf_err_t *close_day(kfm_ctl_t *ctl)
{
    const char *day = kfm_ctl_arg(ctl, 1), *reason = kfm_ctl_text(ctl, "reason");
    json_t *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant;
    kf_date_t date;

    if (!kf_date_read(&date, day, strlen(day))) {
        return kf_err_field(ctl->p, KF_E_INVALID, "day", "\"%s\" is not a day like 2026-12-24.",
                            day);
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_closed_day_add(ctl->db, &tenant, day, reason ? reason : "", ctl->p));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "day", day);
    kfm_ctl_say(ctl, answer, "%s is closed on %s.", kfm_ctl_arg(ctl, 0), day);
    return NULL;
}

static kf_err_t *list_days(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    json_t *docs;

    KF_TRY(kfm_ctl_docs_of(&docs, &tenant, ctl, kf_repo_closed_day_list));
    kfm_ctl_table(ctl, docs, day_columns);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_links[] = {
    {"link create", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Makes a booking link and says its path. Without a service or professional it offers "
     "everything.",
     create_opts, create},
    {"link list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the booking links of a business, newest first.", NULL, list},
    {"closed-day add", "TENANT DAY", 2, 2, KFM_CTL_DATABASE,
     "Closes the whole business on a day. What is booked stays.", day_opts, close_day},
    {"closed-day list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the days on which a business is closed.", NULL, list_days},
    KFM_CTL_CMD_END};
