#include <apr_strings.h>
#include <string.h>

#include "base/uuid.h"
#include "ctl/ctl.h"
#include "repo/operator/admin.h"
#include "text/hours.h"
#include "text/validate.h"
#include "time/instant.h"

#define HOURS_OPTS                                                                                \
    {"hours", KFM_CTL_TEXT, "HOURS",                                                              \
     "weekly hours: \"mon-fri 09:00-13:00,14:00-18:00; sat 09:00-12:00\"", "hours"},              \
        {"break", KFM_CTL_TEXT, "HOURS", "breaks in these hours: \"mon-fri 11:00-11:15\"", NULL}, \
        {"closed", KFM_CTL_LIST, "DAY", "a day off, YYYY-MM-DD", NULL},                           \
    {                                                                                             \
        "open", KFM_CTL_LIST, "\"DAY SPANS\"",                                                    \
            "the only hours of a day: \"2026-12-24 10:00-12:00\"", "overrides"                    \
    }

static const kfm_ctl_opt_t create_opts[] = {
    {"professional", KFM_CTL_NOUN, NULL, NULL, NULL},
    {"service", KFM_CTL_LIST, "ID|NAME", "a service that the professional provides", NULL},
    HOURS_OPTS,
    KFM_CTL_URL_OPTS,
    KFM_CTL_END};

static const kfm_ctl_opt_t hours_opts[] = {HOURS_OPTS, KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {{"NAME", "name"},          {"ZONE", "time_zone"},
                                        {"HOURS", "hours_text"},   {"ACTIVE", "active"},
                                        {"ID", "professional_id"}, {NULL, NULL}};

static void add_span(json_t *list, const char *kind, const char *day, const kf_hours_t *span,
                     apr_pool_t *p)
{
    json_t *row = json_object();

    if (kind) {
        json_object_set_new(row, "weekday", json_integer(span->weekday));
        kfm_ctl_put(row, "kind", kind);
    }
    else {
        kfm_ctl_put(row, "day", day);
    }
    kfm_ctl_put(row, "starts", kf_hours_clock(span->starts, p));
    kfm_ctl_put(row, "ends", kf_hours_clock(span->ends, p));
    json_array_append_new(list, row);
}

static kf_err_t *add_week(json_t *list, kfm_ctl_t *ctl, const char *opt, const char *kind)
{
    const char *text = kfm_ctl_text(ctl, opt);
    apr_array_header_t *spans;

    if (!text || !*text) {
        return NULL;
    }
    KF_TRY(kf_hours_parse(&spans, opt, text, ctl->p));
    for (int i = 0; i < spans->nelts; i++) {
        add_span(list, kind, NULL, &APR_ARRAY_IDX(spans, i, kf_hours_t), ctl->p);
    }
    return NULL;
}

static kf_err_t *check_day(kfm_ctl_t *ctl, const char *opt, const char *day, size_t len)
{
    kf_date_t date;

    return kf_date_read(&date, day, len)
               ? NULL
               : kfm_ctl_bad(ctl, opt, "\"%.*s\" is not a date such as 2026-12-24.",
                             (int)(len > 40 ? 40 : len), day);
}

/* "2026-12-24 10:00-12:00,15:00-16:00" */
static kf_err_t *add_open(json_t *list, kfm_ctl_t *ctl, const char *text)
{
    const char *blank = strchr(text, ' ');
    apr_array_header_t *spans;
    const char *day;

    if (!blank) {
        return kfm_ctl_bad(ctl, "open",
                           "\"%s\" is not a date and its hours, such as \"2026-12-24 10:00-12:00\".",
                           text);
    }
    KF_TRY(check_day(ctl, "open", text, (size_t)(blank - text)));
    day = apr_pstrmemdup(ctl->p, text, (apr_size_t)(blank - text));
    KF_TRY(kf_hours_spans(&spans, "open", blank + 1, ctl->p));
    for (int i = 0; i < spans->nelts; i++) {
        add_span(list, NULL, day, &APR_ARRAY_IDX(spans, i, kf_hours_t), ctl->p);
    }
    return NULL;
}

static kf_err_t *add_days(json_t *list, kfm_ctl_t *ctl)
{
    apr_array_header_t *closed = kfm_ctl_list(ctl, "closed"), *open = kfm_ctl_list(ctl, "open");

    for (int i = 0; i < closed->nelts; i++) {
        const char *day = APR_ARRAY_IDX(closed, i, const char *);
        json_t *row = json_object();

        kfm_ctl_put(row, "day", day);
        json_object_set_new(row, "closed", json_true());
        json_array_append_new(list, row);
        KF_TRY(check_day(ctl, "closed", day, strlen(day)));
    }
    for (int i = 0; i < open->nelts; i++) {
        KF_TRY(add_open(list, ctl, APR_ARRAY_IDX(open, i, const char *)));
    }
    return NULL;
}

/* Sets the members "hours" and "overrides" from the given options. */
static kf_err_t *put_hours(json_t *doc, kfm_ctl_t *ctl)
{
    json_t *hours = kfm_ctl_array(ctl), *days = kfm_ctl_array(ctl);

    KF_TRY(add_week(hours, ctl, "hours", "work"));
    KF_TRY(add_week(hours, ctl, "break", "break"));
    KF_TRY(add_days(days, ctl));
    json_object_del(doc, "hours");
    json_object_del(doc, "overrides");
    if (kfm_ctl_flag(ctl, "hours") || kfm_ctl_flag(ctl, "break")) {
        json_object_set(doc, "hours", hours);
    }
    if (json_array_size(days)) {
        json_object_set(doc, "overrides", days);
    }
    return NULL;
}

static kf_err_t *put_services(json_t *doc, kfm_ctl_t *ctl, const kf_uuid_t *tenant)
{
    apr_array_header_t *names = kfm_ctl_list(ctl, "service"), *rows;
    json_t *ids = kfm_ctl_array(ctl), *services;

    KF_TRY(kf_repo_service_list(&rows, ctl->db, tenant, ctl->p));
    KF_TRY(kfm_ctl_docs(&services, ctl, rows));
    for (int i = 0; i < names->nelts; i++) {
        const json_t *service;

        KF_TRY(kfm_ctl_find(&service, ctl, services, "service",
                            APR_ARRAY_IDX(names, i, const char *)));
        json_array_append(ids, json_object_get(service, "service_id"));
    }
    json_object_set(doc, "services", ids);
    return NULL;
}

static kf_err_t *create(kfm_ctl_t *ctl)
{
    static const char *const urls[] = {"photo-url", NULL};
    json_t *doc, *answer = kfm_ctl_object(ctl);
    const char *name;
    kf_uuid_t tenant, id;

    KF_TRY(kfm_ctl_must(&name, ctl, "name"));
    KF_TRY(kfm_ctl_check_urls(ctl, urls, true));
    KF_TRY(kfm_ctl_document(&doc, ctl));
    KF_TRY(put_hours(doc, ctl));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(put_services(doc, ctl, &tenant));
    KF_TRY(kfm_ctl_new_id(&id, ctl));
    KF_TRY(kf_repo_professional_create(ctl->db, &tenant, &id, kfm_ctl_dump(ctl, doc), ctl->p));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "professional_id", kf_uuid_text(&id, ctl->p));
    kfm_ctl_put(answer, "name", name);
    kfm_ctl_say(ctl, answer, "Professional %s is created: %s.", name, kf_uuid_text(&id, ctl->p));
    return NULL;
}

kf_err_t *kfm_ctl_professional(kf_uuid_t *out, kfm_ctl_t *ctl, const kf_uuid_t *tenant,
                               const char *name)
{
    apr_array_header_t *rows;
    json_t *list;
    const json_t *doc;

    KF_TRY(kf_repo_professional_list(&rows, ctl->db, tenant, ctl->p));
    KF_TRY(kfm_ctl_docs(&list, ctl, rows));
    KF_TRY(kfm_ctl_find(&doc, ctl, list, "professional", name));
    return kf_uuid_parse(out, json_string_value(json_object_get(doc, "professional_id")), ctl->p);
}

static kf_err_t *hours(kfm_ctl_t *ctl)
{
    json_t *doc = kfm_ctl_object(ctl), *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant, id;

    KF_TRY(put_hours(doc, ctl));
    if (!json_object_size(doc)) {
        return kfm_ctl_usage(ctl, "No hours are given: use --hours, --break, --closed or --open.");
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kfm_ctl_professional(&id, ctl, &tenant, kfm_ctl_arg(ctl, 1)));
    KF_TRY(kf_repo_professional_hours(ctl->db, &tenant, &id, kfm_ctl_dump(ctl, doc), ctl->p));
    kfm_ctl_put(answer, "professional_id", kf_uuid_text(&id, ctl->p));
    kfm_ctl_say(ctl, answer, "The hours of %s are changed.", kfm_ctl_arg(ctl, 1));
    return NULL;
}

/* "mon 09:00-13:00, mon 14:00-18:00, ..." */
static const char *hours_text(kfm_ctl_t *ctl, const json_t *spans)
{
    static const char *const names[] = {"?", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const char *out = "";
    size_t i;
    json_t *row;

    json_array_foreach (spans, i, row) {
        json_int_t day = json_integer_value(json_object_get(row, "weekday"));
        const char *kind = json_string_value(json_object_get(row, "kind"));

        out = apr_psprintf(ctl->p, "%s%s%s %s-%s%s", out, *out ? ", " : "",
                           names[day >= 1 && day <= 7 ? day : 0],
                           json_string_value(json_object_get(row, "starts")),
                           json_string_value(json_object_get(row, "ends")),
                           kind && !strcmp(kind, "break") ? " break" : "");
    }
    return out;
}

static kf_err_t *list(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    json_t *docs, *doc;
    size_t i;

    KF_TRY(kfm_ctl_docs_of(&docs, &tenant, ctl, kf_repo_professional_list));
    if (!ctl->json) {
        json_array_foreach (docs, i, doc) {
            kfm_ctl_put(doc, "hours_text", hours_text(ctl, json_object_get(doc, "hours")));
        }
    }
    kfm_ctl_table(ctl, docs, columns);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_professionals[] = {
    {"professional create", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Adds a professional with services and hours.", create_opts, create},
    {"professional hours", "TENANT PROFESSIONAL", 2, 2, KFM_CTL_DATABASE,
     "Replaces the hours of a professional. --hours and --break replace the week, --closed and --open the exceptions. "
     "Existing bookings stay.",
     hours_opts, hours},
    {"professional list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the professionals of a business.", NULL, list},
    KFM_CTL_CMD_END};
