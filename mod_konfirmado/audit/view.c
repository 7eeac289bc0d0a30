/* The audit log: each entry in words, with the values before and after. */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "audit/view.h"
#include "base/utf8.h"
#include "flow/hold/availability.h"
#include "flow_ctx.h"
#include "mail/view.h"
#include "page/policy.h"
#include "page/say.h"
#include "text/mail/mail.h"

#define PATH "/dashboard/audit"
#define MAX_VALUE 300 /* shown bytes of one value */

static const char *const fields[] = {"from", "to", "type", "actor", NULL};
static const char *const types[] = {
    "booking",         "service",           "professional", "link",     "closed_day",   "settings", "payment_account",
    "callback_secret", "callback_endpoint", "callback",     "refund",   "payment",      "staff",    "api_key",
    "upload",          "session",           "export",       "customer", "mail_channel", "waiting",  NULL};

/* -- values -- */

/* At most MAX_VALUE bytes, cut between characters. */
static const char *shortened(const char *text, apr_pool_t *p)
{
    size_t len = strlen(text);

    if (len <= MAX_VALUE) {
        return text;
    }
    len = MAX_VALUE;
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80) {
        len--;
    }
    return apr_pstrcat(p, apr_pstrmemdup(p, text, len), "...", NULL);
}

static const char *dumped(const json_t *value, apr_pool_t *p)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *kept = text ? shortened(apr_pstrdup(p, text), p) : "";

    free(text);
    return kept;
}

static bool is_money(const char *key)
{
    size_t len = strlen(key);

    return len > 6 && !strcmp(key + len - 6, "_cents");
}

static bool is_empty(const json_t *value)
{
    const char *text = json_string_value(value);

    return !value || json_is_null(value) || (text && !*text);
}

/* An instant in the time zone of the business, "mar 8 dic 2026, 9:00 a. m."; NULL if the text is no instant. */
static const char *instant_text(kfm_call_t *call, const char *text)
{
    kf_format_when_t when;
    kf_instant_t at;
    int32_t offset;

    if (!kf_instant_read(&at, NULL, text, strlen(text)) || !call->tenant
        || kf_flow_offset(&offset, kfm_flow(call), call->tenant->time_zone, at, call->pool)) {
        return NULL;
    }
    when = kfm_when_local(at, offset);
    return apr_pstrcat(call->pool, kf_format_date(call->lang, &when, call->pool), ", ",
                       kf_format_time(call->lang, &when, call->pool), NULL);
}

/* A text in words: a kind of mail by its name; ops.value.KEY.WORD for known words; an instant in the business's time zone. */
static const char *said(kfm_call_t *call, const char *key, const char *text)
{
    const char *word = NULL, *at = instant_text(call, text);

    if (!strcmp(key, "kind") && kf_mail_kind(text)) {
        return kfm_mail_name(call, text);
    }
    if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz_")] == '\0') {
        word = kfm_words(call, apr_pstrcat(call->pool, "ops.value.", key, ".", text, NULL), NULL);
    }
    return word ? word : at ? at : shortened(text, call->pool);
}

/* The refund tiers of a cancellation as a sentence. */
static const char *tiers_text(kfm_call_t *call, const json_t *tiers)
{
    json_t *policy = json_object();
    kf_policy_words_t words = kfm_policy_words(call, KF_POLICY_MERCHANT, policy, 1, 1);
    const char *text;

    json_object_set(policy, "tiers", (json_t *)tiers);
    text = kf_policy_cancel(&words, call->pool);
    json_decref(policy);
    return text ? text : "";
}

static const char *value_text(kfm_call_t *call, const char *key, const json_t *value)
{
    const char *text = json_string_value(value);

    if (!strcmp(key, "cancel_tiers") && json_is_array(value)) {
        return tiers_text(call, value);
    }

    if (is_empty(value)) {
        return kf_catalog_text(KFM_SAY(call), "ops.audit.empty_value");
    }
    if (text) {
        return strcmp(text, "***") ? said(call, key, text)
                                   : kf_catalog_text(KFM_SAY(call), "ops.audit.covered");
    }
    if (json_is_boolean(value)) {
        return kf_catalog_text(KFM_SAY(call), json_is_true(value) ? "ops.audit.yes" : "ops.audit.no");
    }
    if (json_is_integer(value) && is_money(key) && call->tenant) {
        return kfm_say_money_of(call, json_integer_value(value), call->tenant->currency);
    }
    return dumped(value, call->pool);
}

/* -- one line -- */

/* False for ids, and for a member that is empty before and after. */
static bool tells(const char *key, const json_t *before, const json_t *after)
{
    size_t len = strlen(key);

    return !(len > 3 && !strcmp(key + len - 3, "_id")) && strcmp(key, "created_by") != 0
           && strcmp(key, "checked_at") != 0
           && !(is_empty(before) && is_empty(after));
}

static void add_change(json_t *list, kfm_call_t *call, const char *key, const json_t *before,
                       const json_t *after)
{
    if (!tells(key, before, after)) {
        return;
    }

    json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?}", "field", kfm_say_word(call, "column", key),
                                          "before", before ? value_text(call, key, before) : NULL,
                                          "after", after ? value_text(call, key, after) : NULL));
}

static void add_mails(json_t *list, kfm_call_t *call, const char *kind, const json_t *before, const json_t *after);

/* `kind`: the kind of mail of the texts, or NULL; `name`: a kind of mail, or a language. */
static void add_mail(json_t *list, kfm_call_t *call, const char *kind, const char *name, const json_t *before,
                     const json_t *after)
{
    if (json_is_object(before) || json_is_object(after)) {
        add_mails(list, call, kfm_mail_name(call, name), before, after);
    } else if (!before || !after || !json_equal((json_t *)before, (json_t *)after)) {
        json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?}", "field",
                                              kind ? apr_pstrcat(call->pool, kind, " (", name, ")", NULL)
                                                   : kfm_mail_name(call, name),
                                              "before", before ? value_text(call, "mails", before) : NULL, "after",
                                              value_text(call, "mails", after)));
    }
}

/* Adds the differences of a flag per kind of mail, or of a text per kind and language. */
static void add_mails(json_t *list, kfm_call_t *call, const char *kind, const json_t *before, const json_t *after)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)after, name, value) {
        add_mail(list, call, kind, name, json_object_get(before, name), value);
    }
    json_object_foreach((json_t *)before, name, value) {
        if (!json_object_get(after, name)) {
            add_mail(list, call, kind, name, value, NULL);
        }
    }
}

static bool of_mails(const char *key, const json_t *value)
{
    return json_is_object(value) && (!strcmp(key, "mails") || !strcmp(key, "mail_notes"));
}

static json_t *changes(kfm_call_t *call, const json_t *doc)
{
    json_t *before = json_object_get(doc, "before"), *after = json_object_get(doc, "after"), *value;
    json_t *list = json_array();
    const char *key;

    json_object_foreach(before, key, value) {
        if (of_mails(key, value)) {
            add_mails(list, call, NULL, value, json_object_get(after, key));
        } else {
            add_change(list, call, key, value, json_object_get(after, key));
        }
    }
    json_object_foreach(after, key, value) {
        if (!json_object_get(before, key)) {
            add_change(list, call, key, NULL, value);
        }
    }
    return list;
}

/* The words of an action: its own, ops.action.ACTION, or those of its verb, "updated" of "service_updated". */
static const char *act_text(kfm_call_t *call, const json_t *doc)
{
    const char *action = kfm_say_text(doc, "action"), *type = kfm_say_text2(doc, "object", "type");
    const char *own = action ? kfm_words(call, apr_pstrcat(call->pool, "ops.action.", action, NULL), NULL)
                             : "";
    size_t len = type ? strlen(type) : 0;

    if (own) {
        return own;
    }
    if (len && !strncmp(action, type, len) && action[len] == '_') {
        return kfm_say_word(call, "verb", action + len + 1);
    }
    return action;
}

static json_t *line(kfm_call_t *call, const json_t *doc)
{
    const char *name = kfm_say_text2(doc, "actor", "name"), *type = kfm_say_text2(doc, "object", "type");
    json_t *item = json_object(), *list = changes(call, doc);

    kfm_say_put_when(item, "at", call, kfm_say_text(doc, "at"));
    kfm_put(item, "who", name && *name ? name
                                       : kfm_say_word(call, "actor_kind", kfm_say_text2(doc, "actor", "kind")));
    kfm_put(item, "act", act_text(call, doc));
    kfm_put(item, "object", type && *type ? kfm_say_word(call, "object", type) : NULL);
    kfm_put(item, "name", kfm_say_text2(doc, "object", "name"));
    kfm_put(item, "ip", kfm_say_text(doc, "ip"));
    kfm_put_flag(item, "has_changes", json_array_size(list) > 0);
    json_object_set_new(item, "changes", list);
    return item;
}

/* -- the page -- */

static void put_filter(kfm_view_t *view, const kf_form_t *query)
{
    bool any = false;

    for (const char *const *name = fields; *name; name++) {
        any = any || kfm_filter_field(query, *name);
    }
    json_object_set_new(
        view->root, "filter",
        json_pack("{s:s?, s:s?, s:s?, s:o, s:b}", "from", kfm_filter_date(query, "from"), "to",
                  kfm_filter_date(query, "to"), "actor", kfm_filter_field(query, "actor"), "types",
                  kfm_filter_choices_words(view->call, "object", types, kfm_filter_field(query, "type")), "any",
                  any));
}

kf_err_t *kfm_page_audit(kfm_call_t *call, const kfm_filter_t *filter, json_t *doc,
                         const kf_err_t *problem)
{
    json_t *rows;
    const json_t *one;
    kfm_view_t view;
    size_t i;

    KF_TRY(kfm_say_begin(&view, call, "audit", kf_catalog_text(KFM_SAY(call), "ops.audit.title")));
    if (problem) {
        kfm_view_message(&view, kf_catalog_text(KFM_SAY(call), "ops.errors_title"),
                         kfm_say_error_text(call, problem->field ? problem->field : "any"), NULL);
    }
    rows = json_array();
    json_array_foreach(json_object_get(doc, "items"), i, one) {
        json_array_append_new(rows, line(call, one));
    }
    kfm_put_flag(view.root, "has_rows", json_array_size(rows) > 0);
    json_object_set_new(view.root, "rows", rows);
    put_filter(&view, filter->query);
    kfm_filter_put_pages(&view, PATH, filter->query, fields, doc);
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "audit/list");
}
