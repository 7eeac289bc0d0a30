#ifndef KFM_PAGE_POLICY_H
#define KFM_PAGE_POLICY_H
/* The rules for moving and cancelling as sentences for a page. */
#include "page/view.h"
#include "text/policy.h"

/**
 * Sets `name` of `out`: an array of sentences, each {text}, and has_NAME. The policy in `words` is a
 * service's or a booking's (text/policy.h), borrowed. A rule that it does not have gets no sentence.
 */
void kfm_policy_put(json_t *out, const char *name, kfm_call_t *call, const kf_policy_words_t *words);

/** The catalogue and the language of the call, for `policy` and its prices. */
kf_policy_words_t kfm_policy_words(kfm_call_t *call, kf_policy_reader_t reader, const json_t *policy,
                                   int64_t price_cents, int64_t charge_cents);

#endif
