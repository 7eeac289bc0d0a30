#ifndef KF_FLOW_CALLBACK_BODY_H
#define KF_FLOW_CALLBACK_BODY_H
/*
 * The request body that a merchant's system gets: a contract, documented in
 * /docs/callbacks. Names and their order never change; new members
 * may be added.
 *
 * It is made once for each message, from the facts stored with the change that
 * it reports; every later attempt sends the same bytes.
 */
#include "crypto/webhook.h"

/**
 * The body, with firma_hmac made with `key`, as `*len` bytes and a NUL in the
 * pool. `facts` is the JSON of the outbox row. KF_E_INTERNAL names a member
 * that is missing from the facts.
 */
kf_err_t *kf_callback_body(const char **out, size_t *len, const char *facts,
                           const kf_webhook_key_t *key, apr_pool_t *p);

#endif
