#include <string.h>

#include "base/uuid.h"
#include "ctl/ctl.h"
#include "handle/statements.h"
#include "repo/mail/mail.h"

#define DEAD_DAYS 7 /* the same as in `check` */

static const kfm_ctl_opt_t list_opts[] = {
    {"state", KFM_CTL_TEXT, "STATE", "only this state: due, sending, sent, dead or skipped", "state"},
    {"limit", KFM_CTL_TEXT, "N", "1 to 1000; 50 by default", NULL},
    {"after", KFM_CTL_TEXT, "MAIL", "the page after this mail", NULL},
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {
    {"MAIL", "id"},          {"KIND", "kind"},          {"TO", "to"},
    {"STATE", "state"},      {"TRIES", "attempts"},     {"CREATED", "created_at"},
    {"NEXT", "next_attempt_at"}, {"ERROR", "last_error"}, {NULL, NULL}};

static kf_err_t *check_state(kfm_ctl_t *ctl, const char *state)
{
    static const char *const states[] = {"due", "sending", "sent", "dead", "skipped"};

    for (size_t i = 0; state && i < sizeof(states) / sizeof(states[0]); i++) {
        if (!strcmp(state, states[i])) {
            return NULL;
        }
    }
    return state ? kfm_ctl_bad(ctl, "state", "\"%s\" is not a state: due, sending, sent, dead or skipped.",
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

static const kfm_ctl_opt_t resend_opts[] = {
    {"dead", KFM_CTL_FLAG, NULL, "all mails that were given up, of this business or, without one, of all", NULL},
    {"days", KFM_CTL_TEXT, "N", "with --dead: given up in this many days; 7 by default", NULL},
    KFM_CTL_END};

static kf_err_t *resend_dead(kfm_ctl_t *ctl)
{
    json_t *answer = kfm_ctl_object(ctl);
    int64_t days = DEAD_DAYS;
    kf_uuid_t tenant;
    bool given;
    int n;

    if (kfm_ctl_arg(ctl, 1)) {
        return kfm_ctl_usage(ctl, "mails resend takes a mail or --dead, not both.");
    }
    KF_TRY(kfm_ctl_int(&days, &given, ctl, "days", 1, 3650));
    if (kfm_ctl_arg(ctl, 0)) {
        KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    }
    KF_TRY(kf_repo_mails_resend_dead(&n, ctl->db, kfm_ctl_arg(ctl, 0) ? &tenant : NULL,
                                     (int)days, ctl->p));
    json_object_set_new(answer, "mails", json_integer(n));
    kfm_ctl_say(ctl, answer, "%d mails will be resent.", n);
    return NULL;
}

static kf_err_t *resend(kfm_ctl_t *ctl)
{
    json_t *answer = kfm_ctl_object(ctl);
    kf_uuid_t tenant, mail;

    if (kfm_ctl_flag(ctl, "dead")) {
        return resend_dead(ctl);
    }
    if (!kfm_ctl_arg(ctl, 1)) {
        return kfm_ctl_usage(ctl, "mails resend takes TENANT MAIL, or --dead.");
    }
    KF_TRY(read_id(&mail, ctl, kfm_ctl_arg(ctl, 1)));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_mail_resend(ctl->db, &tenant, &mail, ctl->p));
    kfm_ctl_put(answer, "mail", kfm_ctl_arg(ctl, 1));
    kfm_ctl_say(ctl, answer, "The mail will be resent.");
    return NULL;
}

static const kfm_ctl_col_t state_lines[] = {
    {"Way", "way"},          {"Server", "channel.host"},     {"Port", "channel.port"},
    {"From", "channel.from_address"}, {"Used", "channel.active"}, {"Tested", "channel.tested_at"},
    {"Result", "channel.test_result"}, {"Waiting", "trouble.waiting"}, {"Since", "trouble.oldest"},
    {"Error", "trouble.last_error"}, {"Given up", "trouble.dead"}, {NULL, NULL}};

/* null for a business without its own mail server. */
static kf_err_t *read_channel(json_t **out, kfm_ctl_t *ctl, const kf_uuid_t *tenant)
{
    const char *json;

    *out = json_null();
    KF_TRY(kf_repo_doc(&json, ctl->db, &kf_doc_mail_channel_get, (const kf_arg_t[]){KF_UUID(tenant)}, ctl->p));
    return json ? kfm_ctl_load(out, ctl, json) : NULL;
}

static kf_err_t *state(kfm_ctl_t *ctl)
{
    json_t *answer = kfm_ctl_object(ctl), *channel, *trouble;
    kf_uuid_t tenant;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(read_channel(&channel, ctl, &tenant));
    KF_TRY(kfm_ctl_read(&trouble, ctl, &kf_doc_mail_trouble, (const kf_arg_t[]){KF_UUID(&tenant)}));
    kfm_ctl_put(answer, "way", json_is_true(json_object_get(channel, "active"))
                                   ? json_string_value(json_object_get(channel, "kind"))
                                   : "the platform's");
    json_object_set(answer, "channel", channel);
    json_object_set(answer, "trouble", trouble);
    kfm_ctl_sheet(ctl, answer, state_lines);
    return NULL;
}

static kf_err_t *test(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant, mail;
    json_t *doc;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kfm_ctl_new_id(&mail, ctl));
    KF_TRY(kfm_ctl_change(&doc, ctl, &tenant, &kf_doc_mail_channel_test,
                          (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&mail), KF_NULL}));
    kfm_ctl_say(ctl, doc, "A mail to an owner is being sent by %s. See mails state for the result.",
                json_string_value(json_object_get(doc, "from_address")));
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_mails[] = {
    {"mails list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the mails to people of a business, newest first.", list_opts, list},
    {"mails resend", "[TENANT [MAIL]]", 0, 2, KFM_CTL_DATABASE,
     "Resends a mail, or all mails that were given up. A mail with a link can only be sent while it is queued. After "
     "it was sent or given up, its link is deleted and a new one must be requested.",
     resend_opts, resend},
    {"mails state", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Shows the server that sends the mails of a business, and what holds them back.", NULL, state},
    {"mails test", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Sends a mail to an owner by the business's own server, whether it is in use or not.", NULL, test},
    KFM_CTL_CMD_END};
