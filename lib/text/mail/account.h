#ifndef KF_TEXT_MAIL_ACCOUNT_H
#define KF_TEXT_MAIL_ACCOUNT_H
/*
 * The mails of accounts: subject, plain text and HTML text, in
 * Spanish ("es", also for any other language) or English. Pure: no clock, no network.
 *
 * Links lead only to the base URL that the operator configured. A stranger can have
 * a mail sent to any address, with any name in it: a name that looks like a web
 * address is left out of the text, so that no mail program turns it into a link.
 */
#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>

#include "base/err.h"
#include "text/catalog.h"
#include "text/mustache.h"
#include "time/instant.h"

typedef struct {
    const char *kind;     /* verify, already_registered, reset, password_changed, invite, new_sign_in,
                             totp_changed, calendar_invite, calendar_error, calendar_unreadable,
                             confirm_address */
    const char *lang;
    const char *name;     /* of the reader; NULL or empty: unknown */
    const char *business;
    const char *base_url; /* no slash at the end */
    const char *token;    /* of the link of verify, reset, invite, calendar_invite, confirm_address; else NULL */
    const json_t *facts;  /* members by kind, all optional: minutes, by, role, ip, device, enabled,
                             professional, professional_id, provider, reason, report */
    const char *calendar; /* the provider of calendars that is meant where the facts name none */
    kf_instant_t at;      /* when it happened */
    int32_t offset;       /* seconds east of UTC of the business's clock then */
} kf_mail_facts_t;

typedef struct {
    const char *subject;
    const char *text, *html; /* UTF-8 with plain newlines */
} kf_mail_words_t;

/** KF_E_INVALID for an unknown kind or a link without its token; KF_E_INTERNAL. */
kf_err_t *kf_mail_render(kf_mail_words_t *out, const kf_mail_facts_t *facts,
                         const kf_catalog_t *catalog, const kf_mustache_set_t *templates,
                         apr_pool_t *p);

/** The kinds, const char *: those of the table that kf_mail_render() uses. */
apr_array_header_t *kf_mail_kinds(apr_pool_t *p);

/** The name if it may appear in a mail to anybody; NULL if it is empty or looks like a web address. */
const char *kf_mail_safe(const char *text);

/** The address for reporting a mail: from the member "report" of its facts; NULL without it. */
const char *kf_mail_report_url(const char *base_url, const json_t *facts, apr_pool_t *p);

/** "Firefox, Windows" from a User-Agent; NULL if nothing in it is known. */
const char *kf_mail_device(const char *user_agent, apr_pool_t *p);

#endif
