/* External calendars of professionals. */
#include <apr_strings.h>

#include "crypto/hash.h"
#include "crypto/token.h"
#include "ctl/ctl.h"
#include "flow/calendar/connect.h"
#include "handle/statements.h"
#include "repo/operator/admin.h"

static const kfm_ctl_col_t columns[] = {{"PROFESSIONAL", "name"},    {"STATE", "state"},
                                        {"ACCOUNT", "account_email"}, {"READ", "read_at"},
                                        {"READABLE", "readable"},    {"FAILED", "events_failed"},
                                        {NULL, NULL}};

static kf_err_t *list(kfm_ctl_t *ctl)
{
    json_t *professionals, *professional, *all = kfm_ctl_array(ctl), *doc;
    kf_uuid_t tenant, id;
    size_t i;

    KF_TRY(kfm_ctl_docs_of(&professionals, &tenant, ctl, kf_repo_professional_list));
    json_array_foreach (professionals, i, professional) {
        const char *text = json_string_value(json_object_get(professional, "professional_id"));

        KF_TRY(kf_uuid_parse(&id, text, ctl->p));
        KF_TRY(kfm_ctl_read(&doc, ctl, &kf_doc_calendar_get,
                        (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&id)}));
        kfm_ctl_put(doc, "professional_id", text);
        kfm_ctl_put(doc, "name", json_string_value(json_object_get(professional, "name")));
        json_array_append(all, doc);
    }
    kfm_ctl_table(ctl, all, columns);
    return NULL;
}

static kf_err_t *invite(kfm_ctl_t *ctl)
{
    char *token = apr_palloc(ctl->p, KF_TOKEN_CHARS + 1);
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_uuid_t tenant, professional, invitation;
    const char *path;
    json_t *doc;

    kf_wipe_with_pool(token, KF_TOKEN_CHARS + 1, ctl->p);
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kfm_ctl_professional(&professional, ctl, &tenant, kfm_ctl_arg(ctl, 1)));
    KF_TRY(kfm_ctl_new_id(&invitation, ctl));
    KF_TRY(kf_token_make(token, ctl->p));
    KF_TRY(kf_token_hash(hash, KF_TOKEN_CONNECT, token, ctl->p));
    KF_TRY(kfm_ctl_change(&doc, ctl, &tenant, &kf_doc_calendar_invite,
                      (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&professional), KF_UUID(&invitation),
                                         KF_BYTES(hash, sizeof(hash)), KF_TEXT("{}"), KF_NULL, KF_NULL}));
    path = apr_pstrcat(ctl->p, "/connect-calendar/", token, NULL);
    kfm_ctl_put(doc, "token", token);
    kfm_ctl_put(doc, "path", path);
    kfm_ctl_say(ctl, doc, "Give %s this link of your platform. It is valid for 7 days and not shown again:\n%s",
                kfm_ctl_arg(ctl, 1), path);
    return NULL;
}

static kf_err_t *disconnect(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant, professional;
    json_t *doc;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kfm_ctl_professional(&professional, ctl, &tenant, kfm_ctl_arg(ctl, 1)));
    KF_TRY(kfm_ctl_change(&doc, ctl, &tenant, &kf_doc_calendar_disconnect,
                      (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&professional)}));
    kfm_ctl_say(ctl, doc, "The calendar of %s is disconnected.", kfm_ctl_arg(ctl, 1));
    return NULL;
}

static kf_err_t *retry(kfm_ctl_t *ctl)
{
    kf_uuid_t tenant, booking;
    json_t *doc;

    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_uuid_parse(&booking, kfm_ctl_arg(ctl, 1), ctl->p));
    KF_TRY(kfm_ctl_change(&doc, ctl, &tenant, &kf_doc_calendar_event_retry,
                      (const kf_arg_t[]){KF_UUID(&tenant), KF_UUID(&booking)}));
    kfm_ctl_say(ctl, doc, "Booking %s will be written to the calendar again.", kfm_ctl_arg(ctl, 1));
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_calendars[] = {
    {"calendar list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the professionals of a business with their external calendars.", NULL, list},
    {"calendar invite", "TENANT PROFESSIONAL", 2, 2, KFM_CTL_DATABASE,
     "Prints the link with which a professional connects a calendar. It is valid for 7 days and one calendar, and "
     "shown once. Earlier links of the professional become invalid.", NULL,
     invite},
    {"calendar disconnect", "TENANT PROFESSIONAL", 2, 2, KFM_CTL_DATABASE,
     "Disconnects a professional's calendar: it is no longer read or written, and the grant is revoked. Existing "
     "events stay.",
     NULL, disconnect},
    {"calendar retry", "TENANT BOOKING", 2, 2, KFM_CTL_DATABASE,
     "Retries to write a booking to the calendar after a failure.", NULL, retry},
    KFM_CTL_CMD_END};
