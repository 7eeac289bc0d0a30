#ifndef KF_FLOW_CALLBACK_BODY_H
#define KF_FLOW_CALLBACK_BODY_H
/*
 * The body that a merchant's system gets: a contract, documented in
 * /docs/callbacks. Names and their order never change; new members
 * may be added.
 *
 * Made once for each message, from the facts that were written with the change
 * it tells of; every later attempt sends the same bytes.
 */
#include "crypto/webhook.h"

/**
 * The body, with firma_hmac made with `key`, as `*len` bytes and a NUL in the
 * pool. `facts` is the JSON of the outbox row. KF_E_INTERNAL naming the member
 * that the facts do not have.
 */
kf_err_t *kf_callback_body(const char **out, size_t *len, const char *facts,
                           const kf_webhook_key_t *key, apr_pool_t *p);

#endif
