#include <apr_strings.h>
#include <string.h>

#include "base/duration.h"
#include "base/uuid.h"
#include "ctl/ctl.h"
#include "ctl/ctl_secret.h"
#include "repo/operator/inspect.h"

#define OVERLAP_MAX_S (30 * 86400)
#define PAGE 100

static const kfm_ctl_opt_t list_opts[] = {
    {"state", KFM_CTL_TEXT, "STATE", "due, sending, done or dead only", "state"},
    {"limit", KFM_CTL_TEXT, "N", "1 to 1000; 50, if not given", NULL},
    {"after", KFM_CTL_TEXT, "MESSAGE", "the page after this message", NULL},
    KFM_CTL_END};
static const kfm_ctl_opt_t resend_opts[] = {
    {"dead", KFM_CTL_FLAG, NULL, "all that were given up", NULL}, KFM_CTL_END};
static const kfm_ctl_opt_t rotate_opts[] = {
    {"overlap", KFM_CTL_TEXT, "TIME",
     "how long the secrets before stay good, like 24h or 30m; 24h, if not given", NULL},
    {"callback-secret", KFM_CTL_TEXT, "whsec_...", "the new secret; one is made if not given",
     NULL},
    {"endpoint", KFM_CTL_TEXT, "ENDPOINT", "of this address; the first, if not given", NULL},
    KFM_CTL_END};

static const kfm_ctl_col_t columns[] = {
    {"MESSAGE", "id"},           {"EVENT", "event"}, {"STATE", "state"},
    {"TRIES", "attempts"},       {"LAST", "last"},   {"CREATED", "created_at"},
    {"NEXT", "next_attempt_at"}, {"URL", "url"},     {NULL, NULL}};

/* Sets `last` to the result of the last attempt: "200", "timeout". */
static void put_last(kfm_ctl_t *ctl, json_t *doc)
{
    const json_t *log = json_object_get(doc, "log");
    const json_t *last =
        json_array_size(log) ? json_array_get(log, json_array_size(log) - 1) : NULL;
    const json_t *status = json_object_get(last, "status");

    kfm_ctl_put(doc, "last",
                json_is_integer(status)
                    ? apr_psprintf(ctl->p, "%d", (int)json_integer_value(status))
                    : json_string_value(json_object_get(last, "error")));
}

static kf_err_t *check_state(kfm_ctl_t *ctl, const char *state)
{
    static const char *const states[] = {"due", "sending", "done", "dead"};

    for (size_t i = 0; state && i < sizeof(states) / sizeof(states[0]); i++) {
        if (!strcmp(state, states[i])) {
            return NULL;
        }
    }
    return state ? kfm_ctl_bad(ctl, "state", "\"%s\" is not a state: due, sending, done or dead.",
                               state)
                 : NULL;
}

static kf_err_t *list(kfm_ctl_t *ctl)
{
    kf_messages_ask_t ask = {kfm_ctl_text(ctl, "state"), kfm_ctl_text(ctl, "after"), 0};
    apr_array_header_t *rows;
    kf_uuid_t tenant;
    json_t *docs, *doc;
    size_t i;

    KF_TRY(check_state(ctl, ask.state));
    KF_TRY(kfm_ctl_limit(&ask.limit, ctl));
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    KF_TRY(kf_repo_messages_list(&rows, ctl->db, &tenant, &ask, ctl->p));
    KF_TRY(kfm_ctl_docs(&docs, ctl, rows));
    if (!ctl->json) {
        json_array_foreach (docs, i, doc) {
            put_last(ctl, doc);
        }
    }
    kfm_ctl_table(ctl, docs, columns);
    return NULL;
}

/* Resends page by page until no message is dead. A message that changed in the meantime keeps its
 * new state. */
static kf_err_t *resend_dead(json_t *sent, kfm_ctl_t *ctl, const kf_uuid_t *tenant)
{
    kf_messages_ask_t ask = {"dead", NULL, PAGE};
    apr_array_header_t *rows;
    json_t *docs, *doc;
    size_t i;

    do {
        KF_TRY(kf_repo_messages_list(&rows, ctl->db, tenant, &ask, ctl->p));
        KF_TRY(kfm_ctl_docs(&docs, ctl, rows));
        json_array_foreach (docs, i, doc) {
            const char *id = json_string_value(json_object_get(doc, "id"));

            KF_TRY(kf_repo_message_resend(ctl->db, tenant, id, ctl->p));
            json_array_append_new(sent, json_string(id));
        }
    } while (json_array_size(docs) == PAGE);
    return NULL;
}

static kf_err_t *resend(kfm_ctl_t *ctl)
{
    const char *message = kfm_ctl_arg(ctl, 1);
    json_t *answer = kfm_ctl_object(ctl), *sent = kfm_ctl_array(ctl);
    kf_uuid_t tenant;

    if (!message == !kfm_ctl_flag(ctl, "dead")) {
        return kfm_ctl_usage(ctl, "Say a message or --dead, one of the two.");
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    if (message) {
        KF_TRY(kf_repo_message_resend(ctl->db, &tenant, message, ctl->p));
        json_array_append_new(sent, json_string(message));
    }
    else {
        KF_TRY(resend_dead(sent, ctl, &tenant));
    }
    json_object_set(answer, "messages", sent);
    kfm_ctl_say(ctl, answer, "%d to be sent once more.", (int)json_array_size(sent));
    return NULL;
}

static kf_err_t *rotate(kfm_ctl_t *ctl)
{
    const char *overlap = kfm_ctl_text(ctl, "overlap"),
               *given = kfm_ctl_text(ctl, "callback-secret"), *secret;
    int64_t ms = KFM_CTL_OVERLAP_S * INT64_C(1000);
    json_t *answer = kfm_ctl_object(ctl);
    const char *endpoint = kfm_ctl_text(ctl, "endpoint");
    kf_uuid_t tenant, id;
    kfm_ctl_secret_wish_t wish = {.tenant = &tenant, .given = given};

    if (overlap && (!kf_duration_read(&ms, overlap) || ms % 1000 || ms / 1000 > OVERLAP_MAX_S)) {
        return kfm_ctl_bad(ctl, "overlap",
                           "\"%s\" is not a time like 24h, 30m or 0s, 720h at most.", overlap);
    }
    KF_TRY(kfm_ctl_tenant(&tenant, ctl, 0));
    if (endpoint) {
        KF_TRY(kf_uuid_parse(&id, endpoint, ctl->p));
        wish.endpoint = &id;
    }
    wish.overlap_s = (int)(ms / 1000);
    KF_TRY(kfm_ctl_secret_add(&secret, ctl, &wish));
    kfm_ctl_put(answer, "tenant_id", kf_uuid_text(&tenant, ctl->p));
    json_object_set_new(answer, "overlap_s", json_integer(ms / 1000));
    if (!given) {
        kfm_ctl_put(answer, "callback_secret", secret);
    }
    kfm_ctl_say(
        ctl, answer,
        "Callbacks of %s are signed with the new secret and, for %d s more, with those before.%s%s",
        kfm_ctl_arg(ctl, 0), (int)(ms / 1000), given ? "" : "\nIt is not shown again:\n",
        given ? "" : secret);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_callbacks[] = {
    {"callbacks list", "TENANT", 1, 1, KFM_CTL_DATABASE,
     "Lists the messages to a business, newest first. With --json also every sending.", list_opts,
     list},
    {"callbacks resend", "TENANT [MESSAGE]", 1, 2, KFM_CTL_DATABASE,
     "Sends a message once more, or all that were given up. They go to the URL that is valid now.",
     resend_opts, resend},
    {"callbacks secret rotate", "TENANT", 1, 1, KFM_CTL_DATABASE | KFM_CTL_KEYS,
     "Gives a business a new secret for callbacks. Both sign for a while, so that it can change at "
     "ease.",
     rotate_opts, rotate},
    KFM_CTL_CMD_END};
