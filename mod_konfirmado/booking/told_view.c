/* Parts of the page of a booking: its mails and its policy. */
#include <apr_strings.h>
#include <string.h>

#include "booking/parts.h"
#include "mail/view.h"
#include "page/policy.h"
#include "text/mail/mail.h"

void kfm_booking_put_policy(json_t *root, kfm_call_t *call, const json_t *doc)
{
    kf_policy_words_t words = kfm_policy_words(call, KF_POLICY_MERCHANT, json_object_get(doc, "policy"),
                                               kfm_say_int(doc, "price_cents"), kfm_say_int(doc, "charge_cents"));

    kfm_policy_put(root, "policy", call, &words);
}

/* -- mails -- */

static const kfm_show_t mail[] = {KFM_SHOW("at", WHEN),
                                  KFM_SHOW("state", BADGE, .as = "badge", .with = "mail_state"),
                                  KFM_SHOW_END};

static void add_mail(json_t *doc, kfm_call_t *call, bool erased)
{
    const char *state = kfm_say_text(doc, "state");

    if (kfm_say_text(doc, "sent_at")) {
        json_object_set(doc, "at", json_object_get(doc, "sent_at"));
    }
    if (erased) {
        kfm_put_null(doc, "to");
    }
    kfm_put(doc, "error", state && strcmp(state, "sent") ? kfm_say_text(doc, "last_error") : NULL);
    kfm_put(doc, "title", kfm_mail_name(call, kfm_say_text(doc, "kind")));
    kfm_show(doc, call, mail);
}

/* True for a mail to the business, false for one to the customer. */
static bool to_team(const char *name)
{
    const kf_mail_kind_t *kind = kf_mail_kind(name);

    return kind && kind->to >= KF_MAIL_TO_TEAM;
}

static const char *again_text(kfm_call_t *call, const char *kind)
{
    return kfm_words(call, apr_pstrcat(call->pool, "mail.", kind, ".again", NULL), kind);
}

/* The kinds of mail that fit the booking's status. The database checks again. */
static const char *const *kinds_of(const json_t *doc)
{
    static const char *const pending[] = {"booking_received", NULL}, *const standing[] = {"booking_confirmed", NULL};
    static const char *const moved[] = {"booking_confirmed", "booking_moved", NULL};
    static const char *const cancelled[] = {"booking_cancelled", NULL}, *const none[] = {NULL};
    const char *status = kfm_say_text(doc, "status");

    if (!status || kfm_say_text(doc, "erased_at")) {
        return none;
    }
    if (!strcmp(status, "paid") || !strcmp(status, "confirmed")) {
        return kfm_say_int(doc, "sequence") > 0 ? moved : standing;
    }
    return !strcmp(status, "pending") ? pending : !strcmp(status, "cancelled") ? cancelled : none;
}

void kfm_booking_add_mails(json_t *doc, kfm_call_t *call)
{
    json_t *list = json_array(), *team = json_array(), *again = json_array(), *one;
    bool erased = kfm_say_text(doc, "erased_at") != NULL;
    size_t i;

    json_array_foreach(json_object_get(doc, "mails"), i, one) {
        bool ours = to_team(kfm_say_text(one, "kind"));

        add_mail(one, call, erased && !ours);
        json_array_append(ours ? team : list, one);
    }
    for (const char *const *kind = kinds_of(doc); *kind; kind++) {
        json_array_append_new(again, json_pack("{s:s, s:s}", "kind", *kind, "text", again_text(call, *kind)));
    }
    kfm_put_flag(doc, "has_team", json_array_size(team) > 0);
    kfm_put_flag(doc, "has_mails", json_array_size(list) > 0);
    json_object_set_new(doc, "team", team);
    json_object_set_new(doc, "mails", list);
    json_object_set_new(doc, "again", again);
}
