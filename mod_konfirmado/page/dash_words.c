/* Adds the texts for people to the documents of the dashboard. */
#include <apr_strings.h>
#include <apr_time.h>
#include <string.h>

#include "page/dash.h"
#include "page/when.h"
#include "time/instant.h"

#define MAX_DEPTH 16 /* of a document; ours have at most five levels */

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), tail = strlen(end);

    return len > tail && !strcmp(text + len - tail, end);
}

static bool is_one_of(const char *text, const char *const *list)
{
    for (; *list; list++) {
        if (!strcmp(text, *list)) {
            return true;
        }
    }
    return false;
}

static void say(json_t *into, kfm_call_t *call, const char *stem, const char *end, const char *text)
{
    kfm_put(into, apr_pstrcat(call->pool, stem, end, NULL), text);
}

static void say_money(json_t *into, kfm_call_t *call, const char *key, const json_t *cents,
                      const char *currency)
{
    kf_money_t money;
    const char *stem = apr_pstrmemdup(call->pool, key, strlen(key) - strlen("_cents"));

    if (currency && json_is_integer(cents)
        && !kf_money_init(&money, json_integer_value(cents), currency, call->pool)) {
        say(into, call, stem, "_text", kfm_words_money(call, money));
    }
}

/* Whether the year must be shown: it is not the current one. */
static bool other_year(const kf_format_when_t *when)
{
    apr_time_exp_t now;

    return !apr_time_exp_gmt(&now, apr_time_now()) && when->year != now.tm_year + 1900;
}

static const char *day_words(kfm_call_t *call, const kf_format_when_t *when)
{
    return other_year(when) ? kf_format_date(call->lang, when, call->pool)
                            : kf_format_day(call->lang, when, call->pool);
}

static void say_instant(json_t *into, kfm_call_t *call, const char *key, const char *text)
{
    const char *stem = ends_with(key, "_at") ? apr_pstrmemdup(call->pool, key, strlen(key) - 3) : key;
    kf_instant_t at;
    int32_t offset;
    kf_format_when_t when;
    const char *day, *time;

    if (!kf_instant_read(&at, &offset, text, strlen(text))) {
        return;
    }
    when = kfm_when_local(at, offset);
    day = day_words(call, &when);
    time = kf_format_time(call->lang, &when, call->pool);
    say(into, call, stem, "_text", apr_pstrcat(call->pool, day, ", ", time, NULL));
    say(into, call, stem, "_day", day);
    say(into, call, stem, "_time", time);
}

static void say_date(json_t *into, kfm_call_t *call, const char *key, const char *text)
{
    kf_date_t date;
    kf_format_when_t when;

    if (kf_date_read(&date, text, strlen(text))) {
        when = kfm_when_date(date);
        say(into, call, key, "_text", day_words(call, &when));
    }
}

static const char *class_of(const char *status)
{
    static const char *const good[] = {"paid", "confirmed", "completed", "done", "sent", "active", "applied",
                                       "APPROVED", "connected", NULL};
    static const char *const wait[] = {"pending", "due", "running", "sending", "PENDING", "seen", "open", "invited",
                                       "unverified", "refund_due", NULL};
    static const char *const bad[] = {"failed", "dead", "manual", "ERROR", "DECLINED", "error", "suspended", "credit",
                                      "no_show", NULL};

    return is_one_of(status, good) ? "good" : is_one_of(status, wait) ? "wait" : is_one_of(status, bad) ? "bad" : "off";
}

static void say_status(json_t *into, kfm_call_t *call, const char *key, const char *status)
{
    const char *words = apr_pstrcat(call->pool, "dash.status.", status, NULL);

    say(into, call, key, "_text", kfm_words(call, words, status));
    say(into, call, key, "_class", class_of(status));
}

static void say_text(json_t *into, kfm_call_t *call, const char *key, const char *text)
{
    static const char *const instants[] = {"at", "start", "end", NULL};
    static const char *const days[] = {"day", "from", "to", NULL};
    static const char *const states[] = {"status", "state", NULL};

    if (is_one_of(key, states)) {
        say_status(into, call, key, text);
    } else if (is_one_of(key, instants) || ends_with(key, "_at")) {
        say_instant(into, call, key, text);
    } else if (is_one_of(key, days) || ends_with(key, "_day")) {
        say_date(into, call, key, text);
    }
}

static void walk(json_t *doc, kfm_call_t *call, const char *currency, int depth);

static void object(json_t *doc, kfm_call_t *call, const char *currency, int depth)
{
    json_t *said = json_object(), *value;
    const char *key, *own = kfm_dash_text(doc, "currency");

    currency = own ? own : currency;
    json_object_foreach(doc, key, value) {
        if (json_is_string(value)) {
            say_text(said, call, key, json_string_value(value));
        } else if (ends_with(key, "_cents")) {
            say_money(said, call, key, value, currency);
        } else {
            walk(value, call, currency, depth + 1);
        }
    }
    json_object_update_missing(doc, said);
    json_decref(said);
}

static void walk(json_t *doc, kfm_call_t *call, const char *currency, int depth)
{
    json_t *item;
    size_t i;

    if (depth > MAX_DEPTH) {
        return;
    }
    if (json_is_object(doc)) {
        object(doc, call, currency, depth);
    } else if (json_is_array(doc)) {
        json_array_foreach(doc, i, item) {
            walk(item, call, currency, depth + 1);
        }
    }
}

void kfm_dash_words(json_t *doc, kfm_call_t *call)
{
    walk(doc, call, call->tenant ? call->tenant->currency : NULL, 0);
}
