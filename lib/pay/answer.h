#ifndef KF_PAY_ANSWER_H
#define KF_PAY_ANSWER_H
/* What the answers of all providers have in common, for the providers' own files. */
#include <jansson.h>

#include "pay/provider.h"

/** What an answer says of an error, without secrets and personal data; NULL: nothing that is known. */
typedef const char *kf_pay_describe_fn(json_t *root, apr_pool_t *p);

/**
 * Classifies an answer: KF_PAY_GOT for a 2xx with a JSON object (then `*root`), else the verdict and a message, which
 * is printable and short. An answer that is not JSON comes from an intermediary, so it is KF_PAY_RETRY regardless of its
 * status.
 */
kf_pay_verdict_t kf_pay_answer_read(json_t **root, const char **message, const kf_http_res_t *res,
                                    kf_pay_describe_fn *describe, apr_pool_t *p);

/** The state of a refund whose request had no answer: RETRY if nothing was sent, else UNKNOWN. */
kf_pay_refund_state_t kf_pay_refund_of_silence(kf_http_outcome_t outcome);

/** 1 if `text` is 1 to `max` of letters, digits, `-` and `_`. */
int kf_pay_is_id(const char *text, size_t max);

#endif
