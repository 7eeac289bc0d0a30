#include "page/say.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "base/version.h"

kf_err_t *kfm_say_begin(kfm_view_t *out, kfm_call_t *call, const char *nav, const char *title)
{
    KF_TRY(kfm_dash_begin(out, call, nav, title));
    kfm_put(json_object_get(out->root, "asset"), "more",
            apr_pstrcat(call->pool, call->cfg->set.assets_url, "/css/ops.css?v=" KF_VERSION, NULL));
    return NULL;
}

/* -- documents -- */

const char *kfm_say_text(const json_t *doc, const char *name)
{
    return json_string_value(json_object_get(doc, name));
}

const char *kfm_say_text2(const json_t *doc, const char *outer, const char *name)
{
    return kfm_say_text(json_object_get(doc, outer), name);
}

int64_t kfm_say_int(const json_t *doc, const char *name)
{
    return json_integer_value(json_object_get(doc, name));
}

bool kfm_say_true(const json_t *doc, const char *name)
{
    return json_is_true(json_object_get(doc, name));
}

/* -- time -- */

bool kfm_say_instant(kf_instant_t *at, kf_format_when_t *when, const char *text)
{
    int32_t offset;

    if (!text || !kf_instant_read(at, &offset, text, strlen(text))) {
        return false;
    }
    *when = kfm_when_local(*at, offset);
    return true;
}

const char *kfm_say_day(kfm_call_t *call, const kf_format_when_t *when)
{
    const char *key = apr_psprintf(call->pool, "ops.month.%d", when->month);

    return apr_pstrcat(call->pool, kf_format_day_short(call->lang, when, call->pool), " ",
                       kfm_words(call, key, ""), NULL);
}

void kfm_say_put_when(json_t *out, const char *name, kfm_call_t *call, const char *text)
{
    kf_format_when_t when;
    kf_instant_t at;
    const char *date, *time;
    json_t *item;

    if (!kfm_say_instant(&at, &when, text)) {
        kfm_put_null(out, name);
        return;
    }
    item = json_object();
    date = kf_format_date(call->lang, &when, call->pool);
    time = kf_format_time(call->lang, &when, call->pool);
    kfm_put(item, "iso", text);
    kfm_put(item, "day", kfm_say_day(call, &when));
    kfm_put(item, "date", date);
    kfm_put(item, "time", time);
    kfm_put(item, "full", apr_pstrcat(call->pool, date, ", ", time, NULL));
    json_object_set_new(out, name, item);
}

const char *kfm_say_date(kfm_call_t *call, const char *text)
{
    kf_format_when_t when;
    kf_date_t date;

    if (!text || !kf_date_read(&date, text, strlen(text))) {
        return text;
    }
    when = kfm_when_date(date);
    return kfm_say_day(call, &when);
}

const char *kfm_say_span(kfm_call_t *call, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *key;
    } units[] = {{86400, "ops.span.days"}, {3600, "ops.span.hours"}, {60, "ops.span.minutes"}};
    size_t i = 0;

    while (i < 2 && seconds < 2 * units[i].seconds) {
        i++;
    }
    return kf_catalog_plural(KFM_SAY(call), units[i].key, (long)(seconds / units[i].seconds),
                             call->pool);
}

/* -- words -- */

const char *kfm_say_money_of(kfm_call_t *call, int64_t cents, const char *currency)
{
    return kf_format_money(call->lang, cents, currency && *currency ? currency : "COP", call->pool);
}

const char *kfm_say_money(kfm_call_t *call, const json_t *doc, const char *name)
{
    const json_t *cents = json_object_get(doc, apr_pstrcat(call->pool, name, "_cents", NULL));

    return json_is_integer(cents)
               ? kfm_say_money_of(call, json_integer_value(cents), kfm_say_text(doc, "currency"))
               : NULL;
}

const char *kfm_say_word(kfm_call_t *call, const char *group, const char *word)
{
    char *key;

    if (!word || !*word) {
        return "";
    }
    key = apr_pstrdup(call->pool, word);
    for (char *c = key; *c; c++) {
        *c = apr_isalnum(*c) ? *c : '_';
    }
    return kfm_words(call, apr_pstrcat(call->pool, "ops.", group, ".", key, NULL), word);
}

/* The tone (colour) of a state; the text beside it carries the same information. */
static const char *tone_of(const char *word)
{
    static const struct {
        const char *tone, *words;
    } tones[] = {{"good", " paid confirmed completed done applied APPROVED active sent moved "},
                 {"wait", " pending due running sending open manual credit refund_due PENDING test offered waiting "},
                 {"bad", " failed no_show dead DECLINED ERROR "}};

    for (size_t i = 0; i < sizeof(tones) / sizeof(*tones); i++) {
        const char *found = strstr(tones[i].words, word);

        if (found && found[-1] == ' ' && found[strlen(word)] == ' ') {
            return tones[i].tone;
        }
    }
    return "off";
}

void kfm_say_put_badge(json_t *out, const char *name, kfm_call_t *call, const char *group,
                       const char *word)
{
    if (!word || !*word) {
        kfm_put_null(out, name);
        return;
    }
    json_object_set_new(out, name, json_pack("{s:s?, s:s?, s:s?}", "word", word,
                                             "text", kfm_say_word(call, group, word), "tone", tone_of(word)));
}

void kfm_say_put_int(json_t *out, const char *name, int64_t value)
{
    json_object_set_new(out, name, json_integer(value));
}

/* -- errors -- */

const kf_err_t *kfm_say_error(const kf_err_t *errors, const char *field)
{
    while (errors && !(errors->field && !strcmp(errors->field, field))) {
        errors = errors->next;
    }
    return errors;
}

const char *kfm_say_error_text(kfm_call_t *call, const char *field)
{
    return kfm_words(call, apr_pstrcat(call->pool, "ops.field.", field, NULL),
                     kf_catalog_text(KFM_SAY(call), "ops.field.any"));
}
