/* The standing of a business: whether mails may contain its own texts, its daily quotas, and its stopped mails. */
#include "ctl/ctl.h"
#include "repo/operator/admin.h"

static const kfm_ctl_opt_t trust_opts[] = {
    {"off", KFM_CTL_FLAG, NULL, "take the word back: it has to earn it", NULL}, KFM_CTL_END};
static const kfm_ctl_opt_t quota_opts[] = {
    {"mails", KFM_CTL_INT, "N", "mails to people outside of it", "mails"},
    {"recipients", KFM_CTL_INT, "N", "of them, addresses that are new to it", "recipients"},
    {"messages", KFM_CTL_INT, "N", "tests and repetitions of callbacks", "messages"},
    {"bookings", KFM_CTL_INT, "N", "bookings by hand", "bookings"},
    {"exports", KFM_CTL_INT, "N", "files of bookings", "exports"},
    {"reset", KFM_CTL_FLAG, NULL, "take back what was given to it", NULL},
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
        return kfm_ctl_usage(ctl, "Say which: konfirmadoctl tenant quota --help lists the options.");
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
     "Lets the own words and links of a business into its mails, and gives it the large numbers of a day. One that "
     "registered by itself earns both: the first by a booking that is paid, the second with each day and each paid "
     "booking.",
     trust_opts, trust},
    {"tenant quota", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Sets how much a business may do in a day, whatever it has earned.", quota_opts, quota},
    {"tenant release", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lets the mails of a business go on that were stopped because too many came back or were reported.", NULL, release},
    KFM_CTL_CMD_END};
