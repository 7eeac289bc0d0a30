/* Of one booking: the mails about it, what was promised, and where it was before it moved. */
#include <apr_strings.h>
#include <string.h>

#include "booking/parts.h"
#include "page/policy.h"

void kfm_booking_put_moved(json_t *item, kfm_call_t *call, const json_t *step)
{
    const json_t *facts = json_object_get(step, "facts");
    json_t *moved;

    kfm_put_null(item, "moved");
    if (!kfm_say_text(facts, "from_start")) {
        return;
    }
    moved = json_object();
    kfm_say_put_when(moved, "from", call, kfm_say_text(facts, "from_start"));
    kfm_put(moved, "who", kfm_say_text2(facts, "from_professional", "name"));
    json_object_set_new(item, "moved", moved);
}

void kfm_booking_put_policy(json_t *root, kfm_call_t *call, const json_t *doc)
{
    kf_policy_words_t words = kfm_policy_words(call, KF_POLICY_MERCHANT, json_object_get(doc, "policy"),
                                               kfm_say_int(doc, "price_cents"), kfm_say_int(doc, "charge_cents"));

    kfm_policy_put(root, "policy", call, &words);
}

/* -- mails -- */

static json_t *mail(kfm_call_t *call, const json_t *doc, bool erased)
{
    const char *state = kfm_say_text(doc, "state"), *at = kfm_say_text(doc, "sent_at");
    const char *error = kfm_say_text(doc, "last_error");
    json_t *item = json_object();

    kfm_put(item, "title", kfm_say_word(call, "mail", kfm_say_text(doc, "kind")));
    kfm_put(item, "to", erased ? NULL : kfm_say_text(doc, "to"));
    kfm_say_put_when(item, "at", call, at ? at : kfm_say_text(doc, "at"));
    kfm_say_put_badge(item, "badge", call, "mail_state", state);
    kfm_put(item, "error", state && strcmp(state, "sent") && error && *error ? error : NULL);
    return item;
}

/* Does it go to the business, not to the customer? */
static bool to_team(const char *kind)
{
    static const char *const kinds[] = {"new_booking", "moved_booking", "cancelled_booking", "refund_task", NULL};

    for (const char *const *one = kinds; kind && *one; one++) {
        if (!strcmp(*one, kind)) {
            return true;
        }
    }
    return false;
}

/* What fits the booking as it is; the database has the last word. */
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

void kfm_booking_put_mails(json_t *root, kfm_call_t *call, const json_t *doc)
{
    json_t *list = json_array(), *team = json_array(), *again = json_array();
    bool erased = kfm_say_text(doc, "erased_at") != NULL;
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(doc, "mails"), i, one) {
        bool ours = to_team(kfm_say_text(one, "kind"));

        json_array_append_new(ours ? team : list, mail(call, one, erased && !ours));
    }
    for (const char *const *kind = kinds_of(doc); *kind; kind++) {
        json_t *item = json_object();

        kfm_put(item, "kind", *kind);
        kfm_put(item, "text", kfm_say_word(call, "mail_again", *kind));
        json_array_append_new(again, item);
    }
    kfm_put_flag(root, "has_team", json_array_size(team) > 0);
    json_object_set_new(root, "team", team);
    kfm_put_flag(root, "has_mails", json_array_size(list) > 0);
    json_object_set_new(root, "mails", list);
    json_object_set_new(root, "again", again);
}
