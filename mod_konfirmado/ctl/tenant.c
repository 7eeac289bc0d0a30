#include <apr_strings.h>
#include <string.h>

#include "base/uuid.h"
#include "crypto/hash.h"
#include "crypto/webhook.h"
#include "ctl/ctl.h"
#include "ctl/ctl_secret.h"
#include "repo/operator/admin.h"
#include "repo/payment/account.h"
#include "handle/statements.h"

#define TENANT_OPTS                                                                            \
    {"business", KFM_CTL_NOUN, NULL, NULL, NULL},                                              \
        {"callback-secret", KFM_CTL_TEXT, "whsec_...",                                         \
         "signs callbacks; one is made if not given", NULL},                                   \
        KFM_CTL_URL_OPTS

static const kfm_ctl_opt_t create_opts[] = {TENANT_OPTS, KFM_CTL_END};
static const kfm_ctl_opt_t update_opts[] = {
    TENANT_OPTS,
    {"no-colombian-phone", KFM_CTL_FLAG, NULL, "numbers of any country", NULL},
    KFM_CTL_END};

static const kfm_ctl_opt_t list_opts[] = {
    {"status", KFM_CTL_TEXT, "active|suspended", "of this status only", "status"},
    {"trouble", KFM_CTL_FLAG, NULL, "with something wrong only", "trouble"},
    {"search", KFM_CTL_TEXT, "TEXT", "with this in the name or subdomain only", "search"},
    {"limit", KFM_CTL_TEXT, "N", "1 to 1000; 50, if not given", NULL},
    {"after", KFM_CTL_TEXT, "SUBDOMAIN", "the page after this one", "after"},
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {{"SUBDOMAIN", "subdomain"}, {"NAME", "name"},     {"STATUS", "status"},
                                        {"STANDING", "standing"},   {"HEALTH", "health"}, {"ZONE", "time_zone"},
                                        {"CREATED", "created_at"},  {"ID", "id"},         {NULL, NULL}};

static const kfm_ctl_col_t lines[] = {{"id", "tenant_id"},
                                      {"subdomain", "subdomain"},
                                      {"custom domain", "custom_domain"},
                                      {"name", "name"},
                                      {"status", "status"},
                                      {"standing", "standing"},
                                      {"waits for approval since", "approval_asked_at"},
                                      {"a day", "quota_text"},
                                      {"seven days", "week_text"},
                                      {"mails stopped since", "mail_stopped_at"},
                                      {"mails stopped because", "mail_stopped_why"},
                                      {"time zone", "time_zone"},
                                      {"language", "language"},
                                      {"currency", "currency"},
                                      {"primary color", "primary_color"},
                                      {"secondary color", "secondary_color"},
                                      {"logo", "logo_url"},
                                      {"terms", "terms_url"},
                                      {"contact", "contact"},
                                      {"callback", "callback_url"},
                                      {"callback off since", "callback_disabled_at"},
                                      {"callback off because", "callback_disabled_reason"},
                                      {"return", "return_url"},
                                      {"colombian phone", "colombian_phone"},
                                      {"allowed origins", "allowed_origins"},
                                      {"frame origins", "frame_origins"},
                                      {NULL, NULL}};

static kf_err_t *check_urls(kfm_ctl_t *ctl)
{
    static const char *const pages[] = {"terms-url", "callback-url", "return-url", NULL};
    static const char *const images[] = {"logo-url", NULL};

    KF_TRY(kfm_ctl_check_urls(ctl, pages, false));
    return kfm_ctl_check_urls(ctl, images, true);
}

/* Commits, or rolls back if `err` is set; the first error is returned. */
static kf_err_t *finish(kfm_ctl_t *ctl, kf_err_t *err)
{
    if (!err) {
        return kf_db_commit(ctl->db, ctl->p);
    }
    (void)kf_db_rollback(ctl->db, ctl->p);
    return err;
}

/* Adds a callback secret: the given one, or a new one, which is then in `doc`. */
static kf_err_t *add_secret(kfm_ctl_t *ctl, const kf_uuid_t *tenant, json_t *doc)
{
    const char *given = kfm_ctl_text(ctl, "callback-secret");
    kfm_ctl_secret_wish_t wish = {.tenant = tenant, .given = given, .overlap_s = KFM_CTL_OVERLAP_S};
    const char *made = NULL;

    KF_TRY(kfm_ctl_secret_add(&made, ctl, &wish));
    if (!given) {
        kfm_ctl_put(doc, "callback_secret", made);
    }
    return NULL;
}

static kf_err_t *create_in_tx(kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *doc,
                              json_t *answer)
{
    const char *callback = kfm_ctl_text(ctl, "callback-url");

    KF_TRY(kf_repo_tenant_create(ctl->db, tenant, doc, ctl->p));
    if ((callback && *callback) || kfm_ctl_text(ctl, "callback-secret")) {
        KF_TRY(add_secret(ctl, tenant, answer));
    }
    return NULL;
}

static const char *secret_sentence(kfm_ctl_t *ctl, const json_t *answer)
{
    const char *made = json_string_value(json_object_get(answer, "callback_secret"));

    return made
               ? apr_pstrcat(ctl->p, "\nIts callbacks are signed with ", made,
                             "\nGive this secret to the business now: it is not shown again.", NULL)
               : "";
}

static kf_err_t *create(kfm_ctl_t *ctl)
{
    json_t *doc, *answer = kfm_ctl_object(ctl);
    const char *subdomain, *name;
    kf_uuid_t tenant;

    KF_TRY(kfm_ctl_must(&name, ctl, "name"));
    KF_TRY(kfm_ctl_must(&subdomain, ctl, "subdomain"));
    KF_TRY(check_urls(ctl));
    KF_TRY(kfm_ctl_document(&doc, ctl));
    KF_TRY(kfm_ctl_new_id(&tenant, ctl));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "subdomain", subdomain);
    kfm_ctl_put(answer, "name", name);
    KF_TRY(kf_db_begin(ctl->db, ctl->p));
    KF_TRY(finish(ctl, create_in_tx(ctl, &tenant, kfm_ctl_dump(ctl, doc), answer)));
    kfm_ctl_say(ctl, answer, "Tenant %s is there: %s.%s", subdomain, kf_uuid_text(&tenant, ctl->p),
                secret_sentence(ctl, answer));
    return NULL;
}

static kf_err_t *has_secret(bool *out, kfm_ctl_t *ctl, const kf_uuid_t *tenant)
{
    apr_array_header_t *rows;

    *out = false;
    KF_TRY(kf_repo_secrets(&rows, ctl->db, tenant, ctl->p));
    for (int i = 0; i < rows->nelts; i++) {
        const char *kind = APR_ARRAY_IDX(rows, i, kf_secret_row_t).what;

        *out |= !strcmp(kind, "callback_secret");
    }
    return NULL;
}

static kf_err_t *update_in_tx(kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *doc,
                              json_t *answer)
{
    const char *callback = kfm_ctl_text(ctl, "callback-url");
    bool has;

    KF_TRY(kf_repo_tenant_update(ctl->db, tenant, doc, ctl->p));
    KF_TRY(has_secret(&has, ctl, tenant));
    if (kfm_ctl_text(ctl, "callback-secret") || (callback && *callback && !has)) {
        KF_TRY(add_secret(ctl, tenant, answer));
    }
    return NULL;
}

static kf_err_t *update(kfm_ctl_t *ctl)
{
    json_t *doc, *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant;

    if (!ctl->given->nelts) {
        return kfm_ctl_usage(
            ctl, "Say what is to change: konfirmadoctl tenant update --help lists the options.");
    }
    KF_TRY(check_urls(ctl));
    KF_TRY(kfm_ctl_document(&doc, ctl));
    if (kfm_ctl_flag(ctl, "no-colombian-phone")) {
        json_object_set_new(doc, "colombian_phone", json_false());
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    KF_TRY(kf_db_begin(ctl->db, ctl->p));
    KF_TRY(finish(ctl, update_in_tx(ctl, &tenant, kfm_ctl_dump(ctl, doc), answer)));
    kfm_ctl_say(ctl, answer, "Tenant %s is changed.%s", kfm_ctl_arg(ctl, 0),
                secret_sentence(ctl, answer));
    return NULL;
}

static kf_err_t *list(kfm_ctl_t *ctl)
{
    apr_array_header_t *rows;
    json_t *docs, *ask;
    int limit;

    KF_TRY(kfm_ctl_limit(&limit, ctl));
    KF_TRY(kfm_ctl_document(&ask, ctl));
    json_object_set_new(ask, "limit", json_integer(limit));
    KF_TRY(kf_repo_tenant_page(&rows, ctl->db, kfm_ctl_dump(ctl, ask), ctl->p));
    KF_TRY(kfm_ctl_docs(&docs, ctl, rows));
    kfm_ctl_table(ctl, docs, columns);
    return NULL;
}

static kf_err_t *show(kfm_ctl_t *ctl)
{
    apr_array_header_t *rows;
    kf_uuid_t tenant;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_tenant_list(&rows, ctl->db, ctl->p));
    for (int i = 0; i < rows->nelts; i++) {
        json_t *doc;
        const char *id;

        KF_TRY(kfm_ctl_load(&doc, ctl, APR_ARRAY_IDX(rows, i, const char *)));
        id = json_string_value(json_object_get(doc, "tenant_id"));
        if (id && !strcmp(id, kf_uuid_text(&tenant, ctl->p))) {
            kfm_ctl_sheet(ctl, doc, lines);
            return NULL;
        }
    }
    return kf_err(ctl->p, KF_E_NOT_FOUND, "The tenant \"%s\" has just gone.", kfm_ctl_arg(ctl, 0));
}

static const kfm_ctl_opt_t domain_opts[] = {
    {"check", KFM_CTL_FLAG, NULL, "have it looked for in a moment, not only when it is due", NULL}, KFM_CTL_END};

static const kfm_ctl_col_t domain_lines[] = {{"domain", "domain"},         {"state", "state"},
                                             {"TXT record at", "record"},  {"with the text", "value"},
                                             {"last look found", "answer"}, {"last look", "checked_at"},
                                             {"next look", "next_check_at"}, {"stops working", "ends_at"},
                                             {"to do", "to_do"},           {NULL, NULL}};

static const char *domain_to_do(const json_t *doc)
{
    const char *state = json_string_value(json_object_get(doc, "state"));

    if (!state || strcmp(state, "proven") == 0) {
        return "nothing: it works while the record is there";
    }
    if (strcmp(state, "missing") == 0) {
        return "put the record back, or the domain stops working";
    }
    return strcmp(state, "taken") == 0 ? "remove the record of the business that proved it before"
                                       : "create the record where the domain is managed";
}

static kf_err_t *domain(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    err = kfm_ctl_flag(ctl, "check")
              ? kfm_ctl_change(&doc, ctl, &tenant, &kf_doc_domain_check, (const kf_arg_t[]){KF_UUID(&tenant)})
              : kfm_ctl_read(&doc, ctl, &kf_doc_domain_get, (const kf_arg_t[]){KF_UUID(&tenant)});
    if (err && err->code == KF_E_NOT_FOUND) {
        return kf_err(ctl->p, KF_E_NOT_FOUND, "%s wants no domain of its own.", kfm_ctl_arg(ctl, 0));
    }
    KF_TRY(err);
    kfm_ctl_put(doc, "to_do", domain_to_do(doc));
    kfm_ctl_sheet(ctl, doc, domain_lines);
    return NULL;
}

static kf_err_t *switch_tenant(kfm_ctl_t *ctl, bool on)
{
    json_t *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_tenant_suspend(ctl->db, &tenant, on, ctl->p));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    kfm_ctl_put(answer, "status", on ? "suspended" : "active");
    kfm_ctl_say(ctl, answer, "Tenant %s is %s.", kfm_ctl_arg(ctl, 0), on ? "suspended" : "active");
    return NULL;
}

static kf_err_t *suspend(kfm_ctl_t *ctl)
{
    return switch_tenant(ctl, true);
}

static kf_err_t *resume(kfm_ctl_t *ctl)
{
    return switch_tenant(ctl, false);
}

const kfm_ctl_cmd_t kfm_ctl_tenants[] = {
    {"tenant create", NULL, 0, 0, KFM_CTL_DATABASE,
     "Makes a business. With --callback-url and no --callback-secret a secret is made and shown "
     "once.",
     create_opts, create},
    {"tenant update", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Changes what the options name. An empty value takes a setting away; a new callback secret "
     "lets the one before "
     "live on for a day.",
     update_opts, update},
    {"tenant list", NULL, 0, 0, KFM_CTL_DATABASE,
     "Lists the businesses by subdomain, with what is wrong with each: callbacks that are switched off or were given "
     "up, mails given up or stopped, money that waits for somebody, calendars to connect again, and those that wait to be "
     "approved (resume).",
     list_opts, list},
    {"tenant show", "TENANT", 1, 1, KFM_CTL_DATABASE, "Shows a business.", NULL, show},
    {"tenant domain", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Shows the domain that a business wants for its own, whether it is proven, and the DNS record that proves it.",
     domain_opts, domain},
    {"tenant suspend", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Stops a business from taking bookings. What is booked and paid goes on.", NULL, suspend},
    {"tenant resume", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lets a suspended business go on, and one that registered and waits to be approved begin.", NULL, resume},
    KFM_CTL_CMD_END};
