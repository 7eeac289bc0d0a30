#ifndef KF_FLOW_MAIL_CHANNEL_H
#define KF_FLOW_MAIL_CHANNEL_H
/*
 * The channel that a mail leaves by: the merchant's own server or account, if there
 * is one, else the operator's. Mails of accounts (an address to confirm, a password
 * to reset) always use the operator's, if there is one: a merchant whose own server
 * is misconfigured must not be locked out.
 *
 * A merchant's server is called through the guard of flow->mail_guard, with TLS.
 */
#include "flow/flow.h"
#include "net/mail_channel.h"
#include "repo/mail/mail.h"

/** Seals the password or API key of a merchant's channel for kf.mail_channel_put. */
kf_err_t *kf_flow_channel_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                               const char *secret, apr_pool_t *p);

/** Checks the server that a merchant names: KF_E_INVALID of `host` or `port`. Resolves nothing. */
kf_err_t *kf_flow_channel_check(const kf_flow_t *flow, const char *host, int port, apr_pool_t *p);

/**
 * The channel of one mail; what it points at lives in `p`, secrets are wiped with it.
 * KF_E_CONFIG: there is none, or its secret cannot be opened.
 */
kf_err_t *kf_flow_channel_of(kf_mail_channel_t *out, const kf_flow_t *flow, const kf_mail_row_t *row,
                             apr_pool_t *p);

/**
 * The organizer's address of a business's appointments: `own`, the address its mails come from, else the operator's.
 * Without either it is an address at this host, because METHOD:PUBLISH needs one (RFC 5546).
 */
const char *kf_flow_organizer(const kf_flow_t *flow, const char *own, apr_pool_t *p);

#endif
