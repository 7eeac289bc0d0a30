#ifndef KFM_PAGE_MESSAGE_H
#define KFM_PAGE_MESSAGE_H
/* Messages to the merchant's system as the pages show them. */
#include "page/say.h"

/**
 * A message (callbacks of kf.booking_doc, kf.message_page, kf.message_doc) as a new view: id, url
 * (of its page), event, site (whose system hears it, or null), badge, created, next, done, tries,
 * booking_url, can_resend, has_log, log: array of title, at, answer, took, ip, error, good true|null.
 */
json_t *kfm_say_message(kfm_call_t *call, const json_t *doc);

#endif
