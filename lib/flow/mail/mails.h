#ifndef KF_FLOW_MAIL_MAILS_H
#define KF_FLOW_MAIL_MAILS_H
/*
 * Mails that wait in the database, sent by the background work.
 *
 * A row is written in the transaction of what it tells of (kf.mail_put) and read
 * here: its secret is opened, the text is made, the mail is handed to the
 * operator's SMTP server, and the result is written down. A process that dies in
 * between leaves the row to the next one, so a mail may come twice (with the same
 * Message-ID) but is never lost. Without a server mails wait, and so do those of
 * a kind that this release cannot make: a worker of another one makes them.
 */
#include "crypto/keyring.h"
#include "flow/flow.h"
#include "repo/mail.h"
#include "text/mail/account.h"

/** Seals the token of a mail's link for kf.mail_put; `mail` is the row's id. */
kf_err_t *kf_flow_mail_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                            const kf_uuid_t *mail, const char *token, apr_pool_t *p);

/** Opens it; the token is wiped with the pool. */
kf_err_t *kf_flow_mail_open(const char **token, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                            const kf_uuid_t *mail, const char *sealed, apr_pool_t *p);

/** kf_repo_mail_report. `ip`: of whoever asks; only a keyed hash of its network goes to the database. */
kf_err_t *kf_flow_mail_report(const char **doc, const kf_flow_t *flow, const char *token, bool report, const char *ip,
                              apr_pool_t *p);

#endif
