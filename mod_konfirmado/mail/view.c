/* The pages of mails: the kinds that are sent, their notes, the server and delayed mails. */
#include <apr_strings.h>
#include <string.h>

#include "mail/view.h"
#include "text/mail/mail.h"

static const char *say(kfm_call_t *call, const char *key)
{
    return kf_catalog_text(KFM_SAY(call), key);
}

/* -- kinds -- */

static const char *key_of(kfm_call_t *call, const char *kind, const char *part)
{
    return apr_pstrcat(call->pool, "mail.", kind, ".", part, NULL);
}

const char *kfm_mail_name(kfm_call_t *call, const char *kind)
{
    return kf_mail_kind(kind) ? kfm_words(call, key_of(call, kind, "name"), kind) : kind;
}

const char *kfm_mail_choice(kfm_call_t *call, const char *kind)
{
    const char *key = key_of(call, kind, "choice");

    return kfm_words(call, key, NULL) ? key : key_of(call, kind, "name");
}

/* -- trouble -- */

static void add(json_t *list, const char *text)
{
    json_array_append_new(list, json_pack("{s:s, s:s}", "text", text, "url", "/dashboard/mails#trouble"));
}

void kfm_mails_trouble(json_t *list, kfm_call_t *call, const json_t *trouble)
{
    long waiting = (long)json_integer_value(json_object_get(trouble, "waiting"));
    long dead = (long)json_integer_value(json_object_get(trouble, "dead"));
    long held = (long)json_integer_value(json_object_get(trouble, "held"));

    if (kfm_dash_text(trouble, "stopped")) {
        add(list, say(call, "mails.stopped"));
    }
    if (held > 0) {
        add(list, kf_catalog_plural(KFM_SAY(call), "mails.held", held, call->pool));
    }
    if (waiting > held) {
        add(list, kf_catalog_plural(KFM_SAY(call), "mails.waiting", waiting - held, call->pool));
    }
    if (dead > 0) {
        add(list, kf_catalog_plural(KFM_SAY(call), "mails.dead", dead, call->pool));
    }
}

/* The mail server's error. NULL if the mail is held back here, which the page says in other words. */
static const char *server_said(const json_t *trouble)
{
    const char *error = kfm_dash_text(trouble, "last_error");

    return error && strncmp(error, "it waits: ", 10) != 0 ? error : NULL;
}

static void put_trouble(kfm_view_t *view, const json_t *trouble)
{
    json_t *list = json_array(), *oldest = json_object();

    kfm_mails_trouble(list, view->call, trouble);
    json_object_set(oldest, "at", json_object_get(trouble, "oldest"));
    kfm_dash_words(oldest, view->call);
    kfm_put_flag(view->root, "has_trouble", json_array_size(list) > 0);
    json_object_set_new(view->root, "trouble", list);
    kfm_put(view->root, "oldest", kfm_dash_text(oldest, "at_text"));
    kfm_put(view->root, "last_error", json_array_size(list) ? server_said(trouble) : NULL);
    kfm_put_flag(view->root, "plain", kfm_dash_is(trouble, "plain"));
    json_decref(oldest);
}

/* -- the server -- */

/* The result of the test: none yet, "ok", or the server's error. */
static void put_result(json_t *item, kfm_call_t *call, const json_t *channel)
{
    const char *result = kfm_dash_text(channel, "test_result");
    bool good = result && !strcmp(result, "ok");

    kfm_put(item, "result_text", say(call, !result ? "channel.untested" : good ? "channel.good"
                                                                                    : "channel.failed"));
    kfm_put(item, "result_class", !result ? "off" : good ? "good" : "bad");
    kfm_put(item, "result_error", result && !good ? result : NULL);
}

static json_t *channel_item(kfm_call_t *call, const json_t *channel)
{
    json_t *item;
    const char *kind;

    if (!channel) {
        return json_null();
    }
    item = json_deep_copy(channel);
    kind = kfm_dash_text(channel, "kind");
    kfm_dash_words(item, call);
    kfm_put(item, "kind_text", kfm_words(call, apr_pstrcat(call->pool, "channel.kind_", kind, NULL), kind));
    kfm_put_flag(item, "paused", !kfm_dash_is(channel, "active"));
    kfm_put(item, "tested_text", kfm_dash_text(item, "tested_text"));
    put_result(item, call, channel);
    return item;
}

/* -- the pages -- */

/* The notes of a kind of mail, in both languages, with its name. */
static void put_notes(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    const kf_mail_kind_t *kind;
    json_t *list = json_array();

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        const char *const names[] = {apr_pstrcat(call->pool, "mail_notes.", kind->name, ".es", NULL),
                                     apr_pstrcat(call->pool, "mail_notes.", kind->name, ".en", NULL), NULL};

        if (kind->choice == KF_MAIL_NOTED) {
            kfm_form_part(view, "note", names);
            json_array_append_new(list, json_pack("{s:s, s:O}", "title", kfm_mail_name(call, kind->name), "fields",
                                                  json_object_get(view->root, "note")));
        }
    }
    json_object_del(view->root, "note");
    json_object_set_new(view->root, "notes", list);
}

/* The switches of mails to the business. */
static void put_team(kfm_view_t *view)
{
    apr_pool_t *p = view->call->pool;
    apr_array_header_t *names = apr_array_make(p, 8, sizeof(const char *));
    const kf_mail_kind_t *kind;

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        if (kind->to >= KF_MAIL_TO_TEAM && kind->choice != KF_MAIL_ALWAYS) {
            APR_ARRAY_PUSH(names, const char *) = apr_pstrcat(p, "mails.", kind->name, NULL);
        }
    }
    APR_ARRAY_PUSH(names, const char *) = NULL;
    kfm_form_part(view, "team", (const char *const *)names->elts);
}

kf_err_t *kfm_page_mails(kfm_call_t *call, int status, const kfm_mails_page_t *page)
{
    static const char *const reply[] = {"mail_reply_to", NULL};
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "mails", say(call, "mails.title")));
    kfm_put(view.root, "intro", say(call, "mails.intro"));
    KF_TRY(kfm_form_put(&view, page->form));
    put_team(&view);
    kfm_form_part(&view, "reply", reply);
    put_notes(&view);
    put_trouble(&view, page->trouble);
    json_object_set_new(view.root, "channel", channel_item(call, page->channel));
    return kfm_dash_send(&view, status, "mail/settings");
}

kf_err_t *kfm_page_channel(kfm_call_t *call, int status, const kfm_form_t *form, const kf_err_t *problem)
{
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "mails", say(call, "channel.title")));
    kfm_dash_back(&view, "/dashboard/mails", say(call, "mails.title"));
    kfm_put(view.root, "intro", say(call, "channel.intro"));
    KF_TRY(kfm_form_put(&view, form));
    json_object_set_new(view.root, "channel", channel_item(call, form->doc));
    if (problem) {
        kfm_dash_problem(&view, problem);
    }
    return kfm_dash_send(&view, status, "mail/server");
}

kf_err_t *kfm_page_channel_ask(kfm_call_t *call, const json_t *channel)
{
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "mails", say(call, "channel.ask_title")));
    kfm_dash_back(&view, "/dashboard/mails/server", say(call, "channel.title"));
    kfm_put(view.root, "text", kf_catalog_format(KFM_SAY(call), "channel.ask_text", call->pool, "address",
                                                 kfm_dash_text(channel, "from_address"), NULL));
    kfm_put_null(view.root, "future_text");
    kfm_put_null(view.root, "version");
    kfm_put(view.root, "action", "/dashboard/mails/server/remove");
    kfm_put(view.root, "cancel_url", "/dashboard/mails/server");
    kfm_put(view.root, "submit_text", say(call, "channel.remove"));
    return kfm_dash_send(&view, 200, "dash/ask");
}
