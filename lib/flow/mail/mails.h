#ifndef KF_FLOW_MAIL_MAILS_H
#define KF_FLOW_MAIL_MAILS_H
/*
 * Mails wait in the database until the background work sends them.
 *
 * A row is written in the transaction of the event it reports (kf.mail_put). The
 * background work opens its secret, makes the text, hands the mail to the operator's
 * SMTP server and records the result. If a process dies in between, another one takes
 * the row, so a mail may be sent twice (with the same Message-ID) but is never lost.
 * Without a server mails wait; so do mails of a kind that this release does not know,
 * until a worker of another release makes them.
 */
#include "crypto/keyring.h"
#include "flow/flow.h"
#include "repo/mail/mail.h"

/** Seals the token of a mail's link for kf.mail_put; `mail` is the row's id. */
kf_err_t *kf_flow_mail_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                            const kf_uuid_t *mail, const char *token, apr_pool_t *p);

/** Opens it; the token is wiped with the pool. */
kf_err_t *kf_flow_mail_open(const char **token, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                            const kf_uuid_t *mail, const char *sealed, apr_pool_t *p);

/** kf_repo_mail_report. `ip`: of the client; only a keyed hash of its network goes to the database. */
kf_err_t *kf_flow_mail_report(const char **doc, const kf_flow_t *flow, const char *token, bool report, const char *ip,
                              apr_pool_t *p);

#endif
