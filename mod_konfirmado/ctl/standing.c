/* The standing of a business: whether mails may contain its own texts, its daily quotas, and its stopped mails. */
#include "ctl/ctl.h"
#include "repo/operator/admin.h"

static const kfm_ctl_opt_t trust_opts[] = {
    {"off", KFM_CTL_FLAG, NULL, "withdraw the trust: the business has to earn it", NULL}, KFM_CTL_END};
static const kfm_ctl_opt_t quota_opts[] = {
    {"mails", KFM_CTL_INT, "N", "mails to people outside the business", "mails"},
    {"recipients", KFM_CTL_INT, "N", "among these, addresses that are new to the business", "recipients"},
    {"messages", KFM_CTL_INT, "N", "tests and resends of callbacks", "messages"},
    {"bookings", KFM_CTL_INT, "N", "bookings by hand", "bookings"},
    {"exports", KFM_CTL_INT, "N", "files of bookings", "exports"},
    {"reset", KFM_CTL_FLAG, NULL, "remove the quotas set by this command", NULL},
    KFM_CTL_END};

static const kfm_ctl_col_t lines[] = {{"standing", "standing"}, {"a day", "quota_text"}, {"seven days", "week_text"},
                                      {NULL, NULL}};

/* Applies the operator's decision `doc` and shows the resulting standing. */
static kf_err_t *put(kfm_ctl_t *ctl, json_t *doc)
{
    const char *text;
    kf_uuid_t tenant;
    json_t *answer;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_tenant_standing(&text, ctl->db, &tenant, kfm_ctl_dump(ctl, doc), ctl->p));
    KF_TRY(kfm_ctl_load(&answer, ctl, text));
    kfm_ctl_sheet(ctl, answer, lines);
    return NULL;
}

static kf_err_t *trust(kfm_ctl_t *ctl)
{
    json_t *doc = kfm_ctl_object(ctl);

    json_object_set_new(doc, "trusted", json_boolean(!kfm_ctl_flag(ctl, "off")));
    return put(ctl, doc);
}

static kf_err_t *quota(kfm_ctl_t *ctl)
{
    json_t *doc = kfm_ctl_object(ctl), *quotas;

    if (!ctl->given->nelts) {
        return kfm_ctl_usage(ctl, "No quota is given: konfirmadoctl tenant quota --help lists the options.");
    }
    KF_TRY(kfm_ctl_document(&quotas, ctl));
    json_object_set(doc, "quotas", kfm_ctl_flag(ctl, "reset") ? json_null() : quotas);
    return put(ctl, doc);
}

static kf_err_t *release(kfm_ctl_t *ctl)
{
    json_t *doc = kfm_ctl_object(ctl);

    json_object_set_new(doc, "mails", json_true());
    return put(ctl, doc);
}

const kfm_ctl_cmd_t kfm_ctl_standing[] = {
    {"tenant trust", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Allows the business's own texts and links in its mails, and gives it the large daily quotas. A business that "
     "registered itself earns both: the first by a paid booking, the second with each day and each paid booking.",
     trust_opts, trust},
    {"tenant quota", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Sets the daily quotas of a business, independent of its standing.", quota_opts, quota},
    {"tenant release", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Resumes the mails of a business that were stopped because too many bounced or were reported.", NULL, release},
    KFM_CTL_CMD_END};
