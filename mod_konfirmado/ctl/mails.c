#include <string.h>

#include "base/uuid.h"
#include "ctl/ctl.h"
#include "repo/mail.h"

static const kfm_ctl_opt_t list_opts[] = {
    {"state", KFM_CTL_TEXT, "STATE", "due, sending, sent or dead only", "state"},
    {"limit", KFM_CTL_TEXT, "N", "1 to 1000; 50, if not given", NULL},
    {"after", KFM_CTL_TEXT, "MAIL", "the page after this mail", NULL},
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {
    {"MAIL", "id"},          {"KIND", "kind"},          {"TO", "to"},
    {"STATE", "state"},      {"TRIES", "attempts"},     {"CREATED", "created_at"},
    {"NEXT", "next_attempt_at"}, {"ERROR", "last_error"}, {NULL, NULL}};

static kf_err_t *check_state(kfm_ctl_t *ctl, const char *state)
{
    static const char *const states[] = {"due", "sending", "sent", "dead"};

    for (size_t i = 0; state && i < sizeof(states) / sizeof(states[0]); i++) {
        if (!strcmp(state, states[i])) {
            return NULL;
        }
    }
    return state ? kfm_ctl_bad(ctl, "state", "\"%s\" is not a state: due, sending, sent or dead.",
                               state)
                 : NULL;
}

static kf_err_t *read_id(kf_uuid_t *out, kfm_ctl_t *ctl, const char *text)
{
    return kf_uuid_read(out, text, strlen(text))
               ? NULL
               : kf_err(ctl->p, KF_E_INVALID, "\"%s\" is not the id of a mail.", text);
}

static kf_err_t *list(kfm_ctl_t *ctl)
{
    kf_mails_ask_t ask = {kfm_ctl_text(ctl, "state"), NULL, 0};
    const char *after_text = kfm_ctl_text(ctl, "after");
    kf_uuid_t tenant, after;
    kf_docs_t *rows;
    json_t *docs;

    KF_TRY(check_state(ctl, ask.state));
    KF_TRY(kfm_ctl_limit(&ask.limit, ctl));
    if (after_text) {
        KF_TRY(read_id(&after, ctl, after_text));
        ask.after = &after;
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_mail_list(&rows, ctl->db, &tenant, &ask, ctl->p));
    KF_TRY(kfm_ctl_docs(&docs, ctl, rows));
    kfm_ctl_table(ctl, docs, columns);
    return NULL;
}

static kf_err_t *resend(kfm_ctl_t *ctl)
{
    json_t *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant, mail;

    KF_TRY(read_id(&mail, ctl, kfm_ctl_arg(ctl, 1)));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_mail_resend(ctl->db, &tenant, &mail, ctl->p));
    kfm_ctl_put(answer, "mail", kfm_ctl_arg(ctl, 1));
    kfm_ctl_say(ctl, answer, "It is to be sent once more.");
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_mails[] = {
    {"mails list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the mails to people of a business, newest first.", list_opts, list},
    {"mails resend", "TENANT MAIL", 2, 2, KFM_CTL_DATABASE,
     "Sends a mail once more. One with a link can only be sent while it waits: when it was sent or "
     "given up, its link is gone and a new one has to be asked for.",
     NULL, resend},
    KFM_CTL_CMD_END};
