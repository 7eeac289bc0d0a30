/* callbacks endpoint ...: the callback URLs of a business's systems. */
#include "ctl/ctl.h"
#include "ctl/ctl_secret.h"
#include "handle/statements.h"

static const kfm_ctl_opt_t add_opts[] = {
    {"endpoint", KFM_CTL_NOUN, NULL, NULL, NULL},
    {"event", KFM_CTL_LIST, "EVENT",
     "an event it is told of, as often as wanted; if not given, booking.paid, .rescheduled, .cancelled and the refunds",
     "events"},
    {"callback-secret", KFM_CTL_TEXT, "whsec_...", "signs; one is made if not given", NULL},
    KFM_CTL_URL_OPTS,
    KFM_CTL_END};
static const kfm_ctl_opt_t update_opts[] = {
    {"endpoint", KFM_CTL_NOUN, NULL, NULL, NULL},
    {"event", KFM_CTL_LIST, "EVENT", "an event it is told of, as often as wanted: these and no others", "events"},
    KFM_CTL_URL_OPTS,
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {{"ENDPOINT", "id"},  {"NAME", "name"},       {"URL", "url"},
                                        {"FORM", "form"},    {"WAITING", "waiting"}, {"FAILING", "failing"},
                                        {"DEAD", "dead"},    {"OFF SINCE", "disabled_at"},
                                        {NULL, NULL}};
static const char *const urls[] = {"url", NULL};

static kf_err_t *list(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant;
    json_t *doc;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kfm_ctl_read(&doc, ctl, &kf_doc_endpoint_list, (const kf_arg_t[]){KF_UUID(&tenant)}));
    kfm_ctl_table(ctl, json_object_get(doc, "items"), columns);
    return NULL;
}

static kf_err_t *add(kfm_ctl_t *ctl)
{
    const char *given = kfm_ctl_text(ctl, "callback-secret"), *url;
    kfm_ctl_secret_t secret;
    kf_uuid_t tenant, id;
    json_t *doc, *made;
    bool tells;

    KF_TRY(kfm_ctl_must(&url, ctl, "url"));
    KF_TRY(kfm_ctl_check_urls(ctl, urls, false));
    KF_TRY(kfm_ctl_document(&doc, ctl));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kfm_ctl_secret_make(&secret, ctl, &tenant, given));
    KF_TRY(kfm_ctl_new_id(&id, ctl));
    KF_TRY(kfm_ctl_change(&made, ctl, &tenant, &kf_doc_endpoint_add,
                          (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&id), KF_TEXT(kfm_ctl_dump(ctl, doc)),
                                             KF_UUID(&secret.id), KF_TEXT(secret.sealed)}));
    tells = !given && json_is_true(json_object_get(made, "secret_made"));
    json_object_del(made, "secret_made");
    if (tells) {
        kfm_ctl_put(made, "callback_secret", secret.text);
    }
    kfm_ctl_say(ctl, made, "%s is told from now on.%s%s", url,
                tells ? "\nIts secret is not shown again:\n" : "", tells ? secret.text : "");
    return NULL;
}

static kf_err_t *update(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant, id;
    json_t *doc, *made;

    KF_TRY(kfm_ctl_check_urls(ctl, urls, false));
    KF_TRY(kfm_ctl_document(&doc, ctl));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_uuid_parse(&id, kfm_ctl_arg(ctl, 1), ctl->p));
    KF_TRY(kfm_ctl_change(&made, ctl, &tenant, &kf_doc_endpoint_change,
                          (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&id), KF_NULL,
                                             KF_TEXT(kfm_ctl_dump(ctl, doc))}));
    kfm_ctl_say(ctl, made, "The address is changed.");
    return NULL;
}

static kf_err_t *removal(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant, id;
    json_t *doc;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_uuid_parse(&id, kfm_ctl_arg(ctl, 1), ctl->p));
    KF_TRY(kfm_ctl_change(&doc, ctl, &tenant, &kf_doc_endpoint_remove,
                          (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&id)}));
    kfm_ctl_say(ctl, doc, "The address is removed; what waited for it is given up.");
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_endpoints[] = {
    {"callbacks endpoint list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the addresses of a business's systems, with how they are.", NULL, list},
    {"callbacks endpoint add", "TENANT", 1, 1, KFM_CTL_DATABASE | KFM_CTL_KEYS,
     "Adds an address, with a secret of its own. The first one acknowledges bookings.", add_opts, add},
    {"callbacks endpoint update", "TENANT ENDPOINT", 2, 2, KFM_CTL_DATABASE,
     "Changes the options given; everything else stays. --url switches on what was off.", update_opts, update},
    {"callbacks endpoint remove", "TENANT ENDPOINT", 2, 2, KFM_CTL_DATABASE,
     "Removes an address: its secrets end, and what waits for it is given up.", NULL, removal},
    KFM_CTL_CMD_END};
