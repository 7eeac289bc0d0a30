#ifndef KF_TEXT_MAIL_H
#define KF_TEXT_MAIL_H
/*
 * What the mails of accounts say: subject, a plain text and an HTML text, in
 * Spanish ("es", also for any other language) or English. Pure: no clock, no net.
 *
 * Links lead to the base URL that the operator configured and nowhere else.
 * Somebody unknown can have a mail sent to an address of their choice, with a
 * name of their choice in it: what reads like an address of the web is left out
 * of the text, so that no mail program makes a link of it.
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
    const char *name;     /* of the reader; NULL or empty: not known */
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

/** KF_E_INVALID for a kind that is not known or a link without its token; KF_E_INTERNAL. */
kf_err_t *kf_mail_render(kf_mail_words_t *out, const kf_mail_facts_t *facts,
                         const kf_catalog_t *catalog, const kf_mustache_set_t *templates,
                         apr_pool_t *p);

/** The kinds, const char *: those of the table that kf_mail_render goes by. */
apr_array_header_t *kf_mail_kinds(apr_pool_t *p);

/** The name if it may stand in a mail to anybody; NULL if it is empty or reads like an address. */
const char *kf_mail_safe(const char *text);

/** Where whoever got a mail reports it: of the member "report" of its facts; NULL without it. */
const char *kf_mail_report_url(const char *base_url, const json_t *facts, apr_pool_t *p);

/** "Firefox, Windows" of a browser's own words; NULL if nothing in them is known. */
const char *kf_mail_device(const char *user_agent, apr_pool_t *p);

#endif
