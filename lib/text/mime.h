#ifndef KF_TEXT_MIME_H
#define KF_TEXT_MIME_H
/*
 * The header of a mail. Every value passes through here: a value that could end a line
 * or begin another header is refused (KF_E_INVALID); one that is not plain ASCII becomes
 * encoded words (RFC 2047), folded by "CRLF SP". Results live in the pool.
 */
#include <apr_pools.h>
#include <stdbool.h>

#include "base/err.h"
#include "time/instant.h"

/** Unstructured text, as in Subject. */
kf_err_t *kf_mime_text(const char **out, const char *text, apr_pool_t *p);

/**
 * One mailbox, as in From and To: `"Name" <address>`, or the address alone if the
 * name is NULL or empty. The address must pass kf_mime_is_address().
 */
kf_err_t *kf_mime_mailbox(const char **out, const char *name, const char *address, apr_pool_t *p);

/**
 * Whether this is one address that may be used unchanged in a mail's header and in SMTP
 * commands: printable ASCII, one `@` with something on both sides, no
 * blank, quote, comma or bracket, at most KF_MAX_EMAIL bytes.
 */
bool kf_mime_is_address(const char *text);

/** RFC 5322: "Tue, 08 Dec 2026 14:00:00 +0000". */
const char *kf_mime_date(kf_instant_t at, apr_pool_t *p);

#endif
