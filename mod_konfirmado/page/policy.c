#include "page/policy.h"

#include <apr_strings.h>

static void add(json_t *list, const char *text)
{
    if (text) {
        json_array_append_new(list, json_pack("{s:s?}", "text", text));
    }
}

void kfm_policy_put(json_t *out, const char *name, kfm_call_t *call, const kf_policy_words_t *words)
{
    json_t *list = json_array();

    add(list, kf_policy_cancel(words, call->pool));
    add(list, kf_policy_move(words, call->pool));
    add(list, kf_policy_no_show(words, call->pool));
    kfm_put_flag(out, apr_pstrcat(call->pool, "has_", name, NULL), json_array_size(list) > 0);
    json_object_set_new(out, name, list);
}

kf_policy_words_t kfm_policy_words(kfm_call_t *call, kf_policy_reader_t reader, const json_t *policy,
                                   int64_t price_cents, int64_t charge_cents)
{
    return (kf_policy_words_t){.catalog = call->cfg->messages, .lang = call->lang, .reader = reader, .policy = policy,
                               .price_cents = price_cents, .charge_cents = charge_cents};
}
